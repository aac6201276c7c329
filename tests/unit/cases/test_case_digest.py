"""Equal cases have equal digests, whatever their spelling; different cases do not."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from neurobalance_expert import source
from neurobalance_expert.cases.load import load_case, parse_case
from neurobalance_expert.cases.types import Case
from neurobalance_expert.knowledge.names_data import Names
from neurobalance_expert.source import Data, Document

Make = Callable[..., Case]

DATA = Path(__file__).resolve().parents[2] / "data" / "cases"


def shuffled(data: Data, chance: random.Random) -> Data:
    """The same data with the keys of every object and the entries of every list in another order."""
    if isinstance(data, dict):
        keys = list(data)
        chance.shuffle(keys)
        return {key: shuffled(data[key], chance) for key in keys}
    if isinstance(data, list):
        return chance.sample([shuffled(item, chance) for item in data], len(data))
    return data


@pytest.mark.parametrize("name", [f"c{i:02d}" for i in range(1, 13)])
def test_order_does_not_matter(name: str, names: Names) -> None:
    """Neither of keys nor of list entries; what is said about the case is the same set too."""
    plain = load_case(DATA / f"{name}.yaml", names)
    mixed = Document(shuffled(source.load(DATA / f"{name}.yaml").data, random.Random(name)), "", f"{name}.yaml")

    other = parse_case(mixed, names)

    assert plain.digest == other.digest
    assert {replace(r, at=None) for r in plain.remarks} == {replace(r, at=None) for r in other.remarks}


@pytest.mark.parametrize(
    ("one", "same"),
    [
        (
            "supplements: [{time: 8:00, substance: bcaa, dose: 0.5, unit: g}]",
            "supplements: [{time: 08:00, substance: BCAAs, dose: 500, unit: mg}]",
        ),
        (
            "supplements: [{time: 8:00, substance: zinc, dose: 99, unit: mg}]",
            "supplements: [{time: 08:00, substance: zinc, dose: 0.099, unit: g}]",
        ),
        (
            "labs: [{analyte: plp, value: 4.5, unit: ug/L, date: 2026-02-20}]",
            "labs: [{analyte: plasma_plp, value: 18.207, unit: nmol/L, date: 2026-02-20}]",
        ),
        ("medications: [{ingredient: Prozac, times: [20:00, 8:00]}]", "medications: [{ingredient: fluoxetine, times: [08:00, 20:00]}]"),
        ("id: one", "id: two"),
        ("symptoms: []", "labs: []"),
    ],
)
def test_spelling_and_units_do_not_matter(one: str, same: str, make: Make) -> None:
    """4.5 ug/L * 4.046 = 18.207 nmol/L, and so on."""
    assert make(one).digest == make(same).digest


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("goal: sleep", "goal: mood"),
        ("symptoms: [tired]", "symptoms: []"),
        (
            "supplements: [{time: 08:00, substance: bcaa, dose: 5, unit: g}]",
            "supplements: [{time: 08:01, substance: bcaa, dose: 5, unit: g}]",
        ),
        ("labs: [{analyte: plp, value: 17, unit: nmol/L}]", "labs: [{analyte: plp, value: 17, unit: nmol/L, date: 2026-01-01}]"),
        ("labs: [{analyte: plp, value: -1, unit: nmol/L}]", "labs: [{analyte: plp, value: -2, unit: nmol/L}]"),
        ("conditions: [{id: pku}]", "conditions: [{id: pku, detail: mild}]"),
    ],
)
def test_content_matters(one: str, other: str, make: Make) -> None:
    """Also the text of a value that was refused, since the report prints it."""
    assert make(one).digest != make(other).digest
