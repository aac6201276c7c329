"""What the food table says about foods whose own value is missing: patterns of each food group.

For amino acids the pattern is grams per gram of protein (median, 5th and 95th centile of the group); for everything else the 95th
centile per 100 g, the most that a food of the group is taken to hold. A group with fewer than ten foods that have a value, and a food
without a group, take the pattern of all foods. Foods whose amino acids look odd (flags.csv) do not count for the patterns.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from neurobalance_expert import source
from neurobalance_expert.errors import InputProblems, Problem, Problems

Array = NDArray[np.float64]

PATH = "knowledge/foods/columns.yaml"
FEWEST = 10
LEAST_PROTEIN_G = 0.5  # per 100 g; below it the ratio of two rounded numbers says nothing
CENTILES = (5.0, 50.0, 95.0)
FLAGGED = "amino_flagged"


class Patterns(Struct, frozen=True):
    """Patterns of the food groups; the last group stands for all foods."""

    group: NDArray[np.int32]  # (food,) index of its group
    per_protein: Array  # (3, group, column) 5th, 50th, 95th centile in the unit of the column per g protein; NaN: not imputed
    most: Array  # (group, column) 95th centile per 100 g
    error: Array  # (column,) relative half-width of a stated value
    error_flagged: Array  # (column,) the same for a food whose amino acids look odd
    imputed: NDArray[np.bool_]  # (column,) amino acids that are imputed from protein
    grams: NDArray[np.bool_]  # (column,) columns in grams: a food cannot hold more than it weighs


def derive_patterns(
    values: Array, columns: Sequence[str], groups: Sequence[str], flagged: Collection[int], document: source.Document
) -> Patterns:
    """Patterns of every group of a table, with the errors and units that ``columns.yaml`` states.

    Args:
        values: The table. (food, column) per 100 g, NaN where not known
        columns: Names of its columns, ``protein_g`` among them.
        groups: Group of each food, '' where not known.
        flagged: Rows whose amino acids look odd.
        document: Parsed ``columns.yaml``.

    Raises:
        InputProblems: ``columns.yaml`` lacks a part or does not describe a column (NB-K032).
    """
    _check(columns, document)
    data: dict[str, Any] = document.data
    amino = np.array([name.removesuffix("_g") in data["imputed"] for name in columns])
    names = sorted(set(groups) - {""})
    number_of = {name: number for number, name in enumerate(names)}
    group = np.array([number_of.get(g, len(names)) for g in groups], dtype=np.int32)
    per_protein = np.full((len(CENTILES), len(names) + 1, len(columns)), np.nan)
    most = np.empty((len(names) + 1, len(columns)))
    protein = values[:, list(columns).index("protein_g")]
    plausible = protein >= LEAST_PROTEIN_G
    plausible[sorted(flagged)] = False
    ratio = np.where(plausible[:, None], values / np.where(plausible, protein, np.nan)[:, None], np.nan)
    for number in (len(names), *range(len(names))):
        members = np.ones(len(group), bool) if number == len(names) else group == number
        most[number] = _centiles(values[members], most[-1])[2]
        per_protein[:, number, amino] = _centiles(ratio[members][:, amino], per_protein[:, -1, amino])
    kinds = [data["columns"][name]["error"] for name in columns]
    error = np.array([float(data["errors"][kind]["value"]) for kind in kinds])
    wider = np.array([float(data["errors"][FLAGGED if kind == "amino" else kind]["value"]) for kind in kinds])
    grams = np.array([data["columns"][name]["unit"] == "g" for name in columns])
    return Patterns(group, per_protein, most, error, wider, amino, grams)


def _centiles(values: Array, otherwise: Array) -> Array:
    """(3, column) centiles of the known values; ``otherwise`` for a column with fewer than ten of them."""
    out = np.broadcast_to(otherwise, (len(CENTILES), values.shape[1])).copy()
    for i, column in enumerate(values.T):
        known = column[~np.isnan(column)]
        if known.size >= FEWEST:
            out[:, i] = np.percentile(known, CENTILES)
    return out


def _check(columns: Sequence[str], document: source.Document) -> None:
    problems = Problems(sources={document.file: document.text})
    data = document.data if isinstance(document.data, dict) else {}
    lacking = [part for part in ("columns", "errors", "imputed") if part not in data]
    if lacking:
        raise InputProblems([Problem("NB-K032", f"the part '{part}' is missing", document.at()) for part in lacking], problems.sources)
    for name in columns:
        entry = data["columns"].get(name)
        if not isinstance(entry, dict) or not entry.get("unit") or not entry.get("meaning"):
            problems.add("NB-K032", f"the column '{name}' has no unit or no meaning", document.at("columns", name), fix="describe it")
        elif entry.get("error") not in data["errors"]:
            problems.add("NB-K032", f"'{name}' names an error that is not under errors", document.at("columns", name), fix="add it there")
    problems.stop()
