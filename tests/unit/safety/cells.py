"""The cells of the table of interactions: every ingredient beside every substance, each as the smallest case that reaches its trigger."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from msgspec import Struct

from neurobalance_expert.assessment import Knowledge
from neurobalance_expert.cases.load import parse_case
from neurobalance_expert.cases.types import Case
from neurobalance_expert.engines.reference import evaluate
from neurobalance_expert.fact import FINDING
from neurobalance_expert.facts.interactions import washout_days
from neurobalance_expert.facts.prepare import prepare
from neurobalance_expert.knowledge.interaction_types import Member
from neurobalance_expert.source import parse_json

DAY = "2026-03-05"
NOON = 12 * 60
FOODS = {"tyramine_food": ("aged cheddar cheese", 1.0), "protein_meal": ("steak", 15.0)}
COFFEE = ("coffee", 0.0)
STEP_MG = 0.001  # the resolution of a dose


class Cell(Struct, frozen=True):
    """One ingredient beside one substance (or nutrient) under one row; ``beside`` are other ingredients that the row asks for."""

    member: Member
    drug: str
    partner: str
    beside: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        """Code of the finding."""
        return f"INT:{self.member.row.id}"

    @property
    def severity(self) -> str:
        """Least severity of the finding."""
        return self.member.row.severity_for(self.drug)


def all_cells(knowledge: Knowledge) -> Iterator[Cell]:
    """Every cell; levodopa with and without an inhibitor where a row holds for both."""
    for drug, members in knowledge.interactions.of.items():
        for member in members:
            for partner in member.row.partners:
                if member.together_with and drug not in member.together_with:
                    yield Cell(member, drug, partner, (min(member.together_with),))
                    continue
                yield Cell(member, drug, partner)
                if drug == "levodopa" and not member.without:
                    yield Cell(member, drug, partner, ("carbidopa",))


def reached(cell: Cell, knowledge: Knowledge) -> Iterator[dict[str, Any]]:
    """Cases in which the trigger is just reached."""
    trigger = cell.member.row.trigger_for(cell.drug, cell.partner)
    if trigger.kind == "depletion":
        yield case(cell, knowledge)
    elif trigger.kind == "apart":
        assert trigger.before_h
        assert trigger.after_h
        dose = trigger.dose_mg or 1.0
        yield case(cell, knowledge, dose, taken_at=NOON + round(trigger.before_h * 60) - 1)
        yield case(cell, knowledge, dose, taken_at=NOON - round(trigger.after_h * 60) + 1)
        yield case(cell, knowledge, dose, taken_at=NOON)
        yield case(cell, knowledge, dose, taken_at=None)
    else:
        limit = trigger.dose_mg or 1.0
        yield case(cell, knowledge, limit + STEP_MG if trigger.kind == "above_dose" else limit)
        yield case(cell, knowledge, None)


def missed(cell: Cell, knowledge: Knowledge) -> Iterator[dict[str, Any]]:
    """Cases one step away: the washout is over, the dose or the distance is just enough."""
    trigger = cell.member.row.trigger_for(cell.drug, cell.partner)
    yield case(cell, knowledge, trigger.dose_mg or 1.0, taken_at=NOON, stopped=washout_days(cell.drug, knowledge.names.medicine_classes))
    if trigger.kind == "above_dose":
        yield case(cell, knowledge, trigger.dose_mg)
    elif trigger.kind == "from_dose" and trigger.dose_mg:
        yield case(cell, knowledge, trigger.dose_mg - STEP_MG)
    elif trigger.kind == "apart":
        assert trigger.before_h
        assert trigger.after_h
        yield case(cell, knowledge, trigger.dose_mg or 1.0, taken_at=NOON + round(trigger.before_h * 60))
        yield case(cell, knowledge, trigger.dose_mg or 1.0, taken_at=NOON - round(trigger.after_h * 60))
        if trigger.dose_mg:
            yield case(cell, knowledge, trigger.dose_mg - STEP_MG, taken_at=NOON)
    if cell.member.together_with and cell.beside:
        yield case(Cell(cell.member, cell.drug, cell.partner), knowledge)
    if cell.member.without:
        yield case(Cell(cell.member, cell.drug, cell.partner, (min(cell.member.without),)), knowledge, 1000.0)


def case(
    cell: Cell,
    knowledge: Knowledge,
    dose_mg: float | None = 1.0,
    *,
    taken_at: int | None = NOON,
    stopped: int | None = None,
    drug_name: str = "",
    substance_name: str = "",
) -> dict[str, Any]:
    """A case file with the medicine, what it stands beside, and nothing else. ``stopped``: days since the last dose."""
    medicine: dict[str, Any] = {"ingredient": drug_name or cell.drug, "times": ["12:00"]}
    if stopped is not None:
        medicine |= {"status": "stopped", "stopped": (date.fromisoformat(DAY) - timedelta(days=stopped)).isoformat()}
    time = {} if taken_at is None else {"time": f"{taken_at // 60:02d}:{taken_at % 60:02d}"}
    foods, supplements = [], []
    if cell.member.row.trigger.kind != "depletion":
        if cell.partner in knowledge.names.substances:
            dose = {} if dose_mg is None else {"dose": dose_mg, "unit": "mg"}
            supplements = [{**time, "substance": substance_name or cell.partner, **dose}]
        else:
            name, protein = FOODS[cell.partner]
            foods = [{**time, "name": substance_name or name, "grams": 100, "composition": {"protein_g": protein}}]
    others = [{**medicine, "ingredient": name} for name in cell.beside]
    return person(foods, supplements, [medicine, *others])


def person(foods: list[dict[str, Any]], supplements: list[dict[str, Any]], medicines: list[dict[str, Any]]) -> dict[str, Any]:
    """A case file of an adult."""
    return {
        "schema": "neurobalance/case/1",
        "diary_date": DAY,
        "person": {"age_y": 40, "sex": "male"},  # without a body mass there is no course to compute
        "foods": foods,
        "supplements": supplements,
        "medications": medicines,
        "medications_complete": True,
        "conditions": [],
        "conditions_complete": True,
        "symptoms": [],
        "labs": [],
    }


def read(data: dict[str, Any], knowledge: Knowledge) -> Case:
    """The case of a case file."""
    return parse_case(parse_json(json.dumps(data), "cell", keep=True), knowledge.names)


def findings(data: dict[str, Any], knowledge: Knowledge) -> list[tuple[str, str, str]]:
    """Code, severity and subject of every finding of the safety rules, by the reference engine."""
    book = prepare(read(data, knowledge), knowledge).book
    rules = [rule.id for rule in knowledge.rules.rules if rule.at and rule.at.file.startswith("rules/safety/")]
    facts = evaluate(knowledge.rules, knowledge.vocabulary, book.origins, only=rules, statuses=False).facts
    return sorted((str(f.values[0]), str(f.values[2]), str(f.values[3])) for f in facts if f.relation == FINDING)
