"""Metamorphic laws on generated persons: adding never softens, and order, unit and spelling change nothing.

Persons are drawn with fixed seeds: an ordinary day, and medicines, conditions and supplements from the name tables of the knowledge base.
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from typing import Any

import pytest

from neurobalance_expert.assessment import conclude
from neurobalance_expert.cases.load import parse_case
from neurobalance_expert.fact import Fact
from neurobalance_expert.knowledge.policy import rank
from neurobalance_expert.source import parse_json

PERSONS, SEED = 2000, 4_001
REORDERED = 200
DAY = (
    {"time": "07:30", "name": "oats dry", "grams": 70},
    {"time": "07:30", "name": "cow milk semi-skimmed", "grams": 250},
    {"time": "13:00", "name": "chicken breast cooked", "grams": 120},
    {"time": "13:00", "name": "potato boiled", "grams": 250},
    {"time": "19:00", "name": "lentils cooked", "grams": 250},
    {"time": "19:00", "name": "spinach cooked", "grams": 150},
)
DOSES = {"vitamin_b6": ("mg", (2, 20, 150)), "folic_acid": ("ug", (200, 600, 1500)), "vitamin_b12": ("ug", (5, 500))}
USUAL = ("mg", (50, 300, 1500))
LISTS = ("medications", "conditions", "supplements")


@pytest.fixture(scope="module")
def pools(knowledge) -> dict[str, list[str]]:
    """Names to draw from: ingredients, conditions and substances of the tables."""
    names = knowledge.names
    ingredients = sorted({i for c in names.medicine_classes.values() for i in c.ingredients})
    return {"medications": ingredients, "conditions": sorted(names.conditions), "supplements": sorted(names.substances)}


def _entry(rng: random.Random, kind: str, name: str) -> dict[str, Any]:
    if kind == "conditions":
        return {"id": name}
    if kind == "medications":
        return {"ingredient": name, "times": [rng.choice(["08:00", "13:00", "21:00"])], "prescribed": True}
    unit, amounts = DOSES.get(name, USUAL)
    return {"substance": name, "dose": rng.choice(amounts), "unit": unit, "time": rng.choice(["08:00", "13:00", "21:30"])}


def _person(rng: random.Random, pools: Mapping[str, list[str]]) -> dict[str, Any]:
    sex = rng.choice(["female", "male"])
    person: dict[str, Any] = {"age_y": rng.randint(19, 80), "sex": sex, "weight_kg": rng.randint(50, 95), "smoker": False}
    if sex == "female":
        person |= {"pregnancy_status": "not_pregnant", "lactating": False}
    lists = {kind: [_entry(rng, kind, name) for name in rng.sample(pools[kind], rng.choice([0, 0, 1, 2]))] for kind in LISTS}
    complete = {"medications_complete": True, "conditions_complete": True}
    return {
        "schema": "neurobalance/case/1",
        "person": person,
        "diary_date": "2026-03-12",
        "foods": list(DAY),
        "symptoms": [],
        "labs": [],
        **lists,
        **complete,
    }


def _outcome(case: Mapping[str, Any], knowledge) -> tuple[int, int, list[tuple[str, str, str]]]:
    """Rank of the worst severity, strictness of the disposition, and what was found."""
    parsed = parse_case(parse_json(json.dumps(case), "case.json"), knowledge.names)
    trial, _, found = conclude(parsed, knowledge, "reference")
    trusted = Fact("trusted", ("true",)) in trial.result.facts
    disposition = knowledge.policy.disposition([(f.code, f.severity) for f in found], trusted=trusted)
    strictness = -knowledge.policy.order.index(disposition)
    return max((rank(f.severity) for f in found), default=-1), strictness, [(f.code, f.severity, f.statement) for f in found]


def test_adding_never_lowers_the_worst_severity_or_loosens_the_disposition(knowledge, pools):
    """One medicine, condition or supplement more, 2,000 times."""
    softer = []
    for n in range(PERSONS):
        rng = random.Random(SEED + n)
        before = _person(rng, pools)
        kind = rng.choice(LISTS)
        more = _entry(rng, kind, rng.choice(pools[kind]))
        after = before | {kind: [*before[kind], more]}
        worst, strict, _ = _outcome(before, knowledge)
        worst_after, strict_after, _ = _outcome(after, knowledge)
        if worst_after < worst or strict_after < strict:
            softer.append((n, before["medications"], before["conditions"], before["supplements"], more))

    assert softer == []


def test_order_changes_nothing(knowledge, pools):
    """The lists and the diary in another order."""
    for n in range(REORDERED):
        rng = random.Random(SEED + n)
        case = _person(rng, pools)
        other = case | {kind: rng.sample(case[kind], len(case[kind])) for kind in (*LISTS, "foods")}

        assert _outcome(case, knowledge) == _outcome(other, knowledge)


def _as_read(outcome: tuple[int, int, list[tuple[str, str, str]]]) -> list[tuple[str, str, str]]:
    """Findings without the spelling of names that they quote as entered."""
    return [(code, severity, text.casefold().replace("-", "_")) for code, severity, text in outcome[2]]


def test_units_and_spellings_change_nothing(knowledge, pools):
    """Milligrams as grams or micrograms, names in capitals with hyphens for underscores."""
    per_unit = {"mg": [("g", 0.001), ("ug", 1000)], "ug": [("mg", 0.001)]}
    for n in range(REORDERED):
        rng = random.Random(SEED + n)
        case = _person(rng, pools)
        supplements = []
        for taken in case["supplements"]:
            unit, factor = rng.choice(per_unit[taken["unit"]])
            supplements.append(
                taken | {"dose": round(taken["dose"] * factor, 9), "unit": unit, "substance": taken["substance"].upper().replace("_", "-")}
            )
        medicines = [m | {"ingredient": m["ingredient"].title()} for m in case["medications"]]

        assert _as_read(_outcome(case, knowledge)) == _as_read(
            _outcome(case | {"supplements": supplements, "medications": medicines}, knowledge)
        )
