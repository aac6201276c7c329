"""Supplies and capacities of the network from ``knowledge/network/capacities.yaml``, strictly."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from neurobalance_expert.errors import Problems, did_you_mean
from neurobalance_expert.model.network.ceiling import Capacities
from neurobalance_expert.model.network.read import FOLDER
from neurobalance_expert.model.network.types import Network
from neurobalance_expert.source import Document, in_shape, load

FILE = f"{FOLDER}/capacities.yaml"
TOP = ("network", "marks", "unit", "supplies", "leaves", "capacities", "default")


def load_capacities(kb: Path, network: Network) -> Capacities:
    """The bounds for ``ceiling``.

    Raises:
        InputProblems: every unknown name and every amount that is no number of 0 or more.
    """
    return parse_capacities(load(kb / FILE, shown_as=FILE), network)


@in_shape
def parse_capacities(doc: Document, network: Network) -> Capacities:
    """The same from a parsed document."""
    problems = Problems(sources={doc.file: doc.text})
    data = doc.data if isinstance(doc.data, dict) else {}
    for key in data:
        _known(key, TOP, "field", doc, (key,), problems)
    enzymes = {r.enzyme for r in network.reactions.values()}
    supplies = _amounts(data, "supplies", network.species, "species", doc, problems)
    capacities = _amounts(data, "capacities", enzymes, "enzyme", doc, problems)
    leaves = tuple(data.get("leaves", []))
    for number, name in enumerate(leaves):
        _known(name, network.species, "species", doc, ("leaves", number), problems)
    default = _amount(data.get("default"), doc, ("default",), problems)
    problems.stop()
    return Capacities(str(data.get("unit", "")), supplies, leaves, capacities, default)


def _amounts(
    data: Mapping[str, Any], part: str, allowed: Collection[str], what: str, doc: Document, problems: Problems
) -> dict[str, float]:
    found: dict[str, float] = {}
    entries = data.get(part)
    if not isinstance(entries, dict):
        problems.add("NB-M025", f"'{part}' must map names to amounts", doc.at(part))
        return found
    for name, value in entries.items():
        if _known(name, allowed, what, doc, (part, name), problems):
            found[name] = _amount(value, doc, (part, name), problems)
    return found


def _amount(value: object, doc: Document, keys: tuple[str, ...], problems: Problems) -> float:
    if isinstance(value, Decimal) and value >= 0:
        return float(value)
    problems.add("NB-K011", f"'{keys[-1]}' must be an amount of 0 or more", doc.at(*keys))
    return 0.0


def _known(name: object, allowed: Collection[str], what: str, doc: Document, keys: tuple[str | int, ...], problems: Problems) -> bool:
    if name in allowed:
        return True
    hint = did_you_mean(str(name), sorted(allowed), otherwise=f"use a {what} of the network")
    problems.add("NB-M026", f"unknown {what} '{name}'", doc.at(*keys), fix=hint)
    return False
