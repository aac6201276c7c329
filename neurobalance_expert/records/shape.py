"""What an assessment and its proofs must have for anybody to compare them: a file with the right digest may still hold anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec
from msgspec import Struct

from neurobalance_expert.outcome import SCHEMA


class _Finding(Struct):
    code: str
    rule: str
    severity: Literal["info", "minor", "moderate", "major", "contraindicated"]
    about: str | None
    system: str | None
    window: str | None
    because: list[tuple[str, dict[str, Any]]]


class _Program(Struct):
    version: str


class _Assessment(Struct):
    schema: str
    program: _Program
    findings: list[_Finding]


class _Line(Struct):
    relation: str
    slots: dict[str, Any]
    given: bool


class _Condition(Struct):
    fact: int


class _Step(Struct):
    fact: int
    rule: str
    digest: str
    conditions: list[_Condition]


class _Proofs(Struct):
    schema: str
    facts: list[_Line]
    steps: list[_Step]
    findings: list[int]


def check_assessment(data: Mapping[str, Any]) -> None:
    """Raises ValueError that names the first place where this is no assessment."""
    if msgspec.convert(data, _Assessment).schema != SCHEMA:
        raise ValueError(f"the schema of the assessment is not '{SCHEMA}'")


def check_proofs(data: Mapping[str, Any]) -> None:
    """Raises ValueError that names the first place where this is no document of proofs."""
    typed = msgspec.convert(data, _Proofs)
    named = [number for step in typed.steps for number in (step.fact, *(condition.fact for condition in step.conditions))]
    if not all(0 <= number < len(typed.facts) for number in named):
        raise ValueError("a step names a fact that is not in the list")
