"""Every number that was computed can be computed again from its working: all cases of the repository and 200 generated persons."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from neurobalance_expert.assessment import conclude, load_case_file
from neurobalance_expert.cases.load import parse_case
from neurobalance_expert.explain.checker import check, evaluate
from neurobalance_expert.explain.document import as_data, proofs
from neurobalance_expert.source import parse_json

PERSONS, SEED = 200, 5_001
DATES = ("2026-03-12", "2026-03-13")
FOODS: tuple[dict[str, Any], ...] = (
    {"name": "oats dry", "grams": 70},
    {"name": "cow milk semi-skimmed", "grams": 250},
    {"name": "chicken breast cooked", "grams": 120},
    {"name": "jam", "grams": 25},  # of its amino acids nothing is in the table
    {"name": "red wine", "grams": 250},
    {"name": "black tea", "grams": 300},
    {"name": "banana raw", "measure": "medium", "amount": 1},
    {"name": "lentils cooked", "grams": 250},
    {"name": "a food of nobody", "grams": 5},
    {"name": "black tea", "measure": "bucket", "amount": 1},  # nobody knows how much
    {"name": "shake", "grams": 300, "composition": {"protein_g": 25, "carbohydrate_g": 10, "fat_g": 3, "amino_acids_g": {"leu": 2.5}}},
)
SUBSTANCES = ("l_tryptophan", "l_tyrosine", "bcaa", "vitamin_b6", "folic_acid", "nicotinamide", "iron", "magnesium", "five_htp", "l_lysine")
PRODUCT = {"substance": "multivitamin_mineral", "components": {"vitamin_b6": {"dose": 4, "unit": "mg"}}}
MEDICINES = ("levothyroxine", "levodopa", "sertraline", "ciprofloxacin", "metformin")
LABS = (
    {"analyte": "ferritin", "value": 22, "unit": "ug/L", "date": "2026-02-27"},
    {"analyte": "vitamin_b12", "value": 150, "unit": "pmol/L"},
)
ENTERED = {
    ("age", "years"): "the age itself was entered, and not the date of birth",
    ("body_mass", "kg"): "entered",
    ("used_for", "weeks"): "one product states it",
    ("dose", "mg"): "one product brings it",
    ("interaction_dose", "mg"): "one product brings it",
    ("interaction_dose", "trigger_mg"): "stands in the table of interactions",
    ("interaction_gap", "needed_h"): "stands in the table of interactions",
    ("meal", "protein_g"): "one item states it, or none brings it",
    ("meal", "carbohydrate_g"): "one item states it, or none brings it",
    ("meal", "fat_g"): "one item states it, or none brings it",
    ("adequacy", "high"): "an amount that was eaten is not known, so that there is no upper end",
    ("adequacy", "coverage"): "supplements of a stated dose alone bring it",
}


def _taken(rng: random.Random) -> Iterator[dict[str, Any]]:
    for name in rng.choices(SUBSTANCES, k=rng.choice([0, 1, 3])):
        dose = {"dose": rng.choice([5, 50, 500]), "unit": "mg", "weeks_used": rng.randint(1, 20)}
        yield {"substance": name, "time": f"{rng.randint(0, 23):02d}:15", "date": rng.choice(DATES), **dose}
    if rng.random() < 0.3:
        yield PRODUCT | {"time": "08:00", "date": DATES[0]}


def _person(rng: random.Random) -> dict[str, Any]:
    """A person with foods, supplements, medicines and laboratory values on one day or two."""
    age = {"birth_date": "1980-02-29"} if rng.random() < 0.3 else {"age_y": rng.randint(19, 80)}
    person = {**age, "sex": rng.choice(["female", "male"]), "weight_kg": rng.randint(50, 95), "height_cm": rng.randint(150, 195)}
    dates = DATES[: rng.choice([1, 1, 2])]
    foods = [food | {"time": f"{rng.randint(5, 23):02d}:{rng.choice([0, 20, 40]):02d}"} for food in rng.sample(FOODS, rng.randint(1, 10))]
    return {
        "schema": "neurobalance/case/1",
        "person": person,
        "diary_date": DATES[0],
        "foods": [food | {"date": rng.choice(dates)} for food in foods],
        "supplements": [taken for taken in _taken(rng) if taken["date"] in dates],
        "medications": [{"ingredient": name, "times": ["08:00", "20:30"]} for name in rng.sample(MEDICINES, rng.choice([0, 1, 2]))],
        "medications_complete": True,
        "conditions": [],
        "conditions_complete": True,
        "symptoms": rng.sample(["agitation and fever", "tired"], rng.choice([0, 1])),
        "labs": list(rng.sample(LABS, rng.choice([0, 1, 2]))),
    }


@pytest.fixture(scope="module")
def concluded(knowledge, root):
    """Name, facts with origins, and proofs of each case, by the reference alone."""
    files = [*sorted((root / "examples").glob("*.yaml")), *sorted((root / "tests" / "data" / "cases").glob("*.yaml"))]
    drawn = {f"person {n}": json.dumps(_person(random.Random(SEED + n))) for n in range(PERSONS)}
    cases = {file.name: load_case_file(file, knowledge) for file in files}
    cases |= {name: parse_case(parse_json(text, f"{name}.json"), knowledge.names) for name, text in drawn.items()}
    found = []
    for name, case in cases.items():
        trial, explainer, _ = conclude(case, knowledge, "reference")
        found.append((name, trial.prepared.book.origins, proofs(trial.result, explainer)))
    return found


def test_every_line_of_the_proofs_holds(concluded, knowledge):
    """The checker does every arithmetic of the document again."""
    wrong = [
        (name, check(json.loads(json.dumps(as_data(document))), knowledge.rule_by_id, knowledge.vocabulary))
        for name, _, document in concluded
    ]

    assert [] == [(name, problems) for name, problems in wrong if problems]


def test_a_number_has_a_working_or_was_entered(concluded):
    """Of every given fact that a step rests on."""
    bare = set()
    for _, _, document in concluded:
        for place in {condition.fact for step in document.steps for condition in step.conditions}:
            line = document.facts[place]
            worked = {working.slot for working in line.workings}
            bare |= {(line.relation, slot) for slot, value in line.slots.items() if type(value) in (int, float) and slot not in worked}

    assert bare <= ENTERED.keys()


def test_every_fact_follows_from_its_working(concluded, knowledge):
    """Also of the facts that no step rests on: within half a step of the slot; and none repeats its number."""
    wrong, bare = [], set()
    for name, origins, _ in concluded:
        for fact, origin in origins.items():
            worked = {working.slot: working for working in origin.workings()}
            for slot, value in zip(knowledge.vocabulary.relations[fact.relation].slots, fact.values, strict=True):
                if slot.kind == "number" and slot.name not in worked:
                    bare.add((fact.relation, slot.name))
                elif slot.kind == "number":
                    got = _result(worked[slot.name])
                    close = abs(got - float(slot.unscaled(int(value)))) <= float(slot.resolution) / 2 * (1 + 1e-9) + 1e-9 * abs(got)
                    wrong += [] if close and not _repeats(worked[slot.name]) else [(name, fact, slot.name, got)]

    assert [] == wrong
    assert ENTERED.keys() == bare


def _result(working: Any) -> float:
    known: dict[str, Any] = {number.name: number.value for number in working.numbers}
    for name, expression in working.lines:
        known[name] = evaluate(expression, known)
    return float(known[working.slot])


def _repeats(working: Any) -> bool:
    names: Mapping[str, Any] = {number.name: number for number in working.numbers}
    return len(working.lines) == 1 and working.lines[0][1].strip("()") in names
