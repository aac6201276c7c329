"""A bare person to whom the tests add conditions, supplements and symptoms, by the names that people write."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from neurobalance_expert.assessment import conclude
from neurobalance_expert.cases.load import parse_case
from neurobalance_expert.knowledge.policy import rank
from neurobalance_expert.source import parse_json

Conclude = Callable[..., list[tuple[str, str, str]]]
Worst = Callable[..., int]

PERSON = {"age_y": 44, "sex": "male", "weight_kg": 75, "height_cm": 178, "smoker": False, "diet_pattern": "omnivore"}
BARE: dict[str, Any] = {
    "schema": "neurobalance/case/1",
    "diary_date": "2026-03-12",
    "foods": [],
    "supplements": [],
    "medications_complete": True,
    "medications": [],
    "conditions_complete": True,
    "conditions": [],
    "symptoms": [],
    "labs": [],
}


def taking(substance: str, **more: object) -> dict[str, object]:
    """A supplement of 100 mg at breakfast."""
    return {"substance": substance, "dose": 100, "unit": "mg", "label_basis": "elemental", "time": "08:00"} | more


@pytest.fixture(scope="session")
def found(knowledge) -> Conclude:
    """``found(conditions=[…], supplements=[…], person={…})``: code, severity and subject of every finding."""

    def conclude_case(**parts: object) -> list[tuple[str, str, str]]:
        person = PERSON | dict(parts.pop("person", {}))  # type: ignore[call-overload]
        case = parse_case(parse_json(json.dumps(BARE | {"person": person} | parts), "case.json"), knowledge.names)
        _, _, findings = conclude(case, knowledge, "reference")
        return [(f.code, f.severity, f.about) for f in findings]

    return conclude_case


@pytest.fixture(scope="session")
def worst(found) -> Worst:
    """Rank of the most severe finding of a code, -1 when there is none."""

    def worst_of(code: str, about: str = "", **parts: object) -> int:
        return max((rank(s) for c, s, a in found(**parts) if c == code and about in ("", a)), default=-1)

    return worst_of
