"""Answers about one case in words: what the commands why-not and missing print, and their JSON."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

WHY_NOT = "neurobalance/why-not/1"
MISSING = "neurobalance/missing/1"
NOT_RECORDED = "not recorded: "  # how the text of a condition begins whose fact is missing


class Subject(Struct, frozen=True):
    """Whom and what an answer is about."""

    case_id: str
    case_digest: str
    knowledge_version: str
    knowledge_digest: str
    windows: dict[str, str]  # id -> what opened it
    assumptions: tuple[str, ...]


class MarginTold(Struct, frozen=True):
    """By how much one slot misses. ``deviations`` is None where no error of measurement is known, and nothing is put in its place."""

    slot: str
    margin: str | None
    unit: str
    steps: int | None
    deviations: float | None = None
    error_of: str = ""
    error_source: str = ""


class ConditionTold(Struct, frozen=True):
    """One condition of a rule: ``state`` is holds, fails or missing; an exception (``role`` unless) fails when it holds."""

    label: str
    relation: str
    role: str  # scope | when | unless
    state: str
    text: str
    at: str
    origin: str = ""  # of the fact that was compared
    margins: tuple[MarginTold, ...] = ()


class StandingTold(Struct, frozen=True):
    """One rule for one binding. ``blocking`` is the first condition that stands in the way; None when none is known to."""

    rule: str
    title: str
    code: str
    at: str
    status: str
    binding: dict[str, Any]
    about: str  # the binding in words, '' when there is none
    failed: int
    missing: int
    by: str
    blocking: ConditionTold | None
    conditions: tuple[ConditionTold, ...]


class WhyNot(Struct, frozen=True):
    """Every rule that could conclude what was asked, the nearest first."""

    asked: str
    subject: Subject
    conclusions: tuple[str, ...]  # what is concluded in fact
    nearest: StandingTold | None
    standings: tuple[StandingTold, ...]
    unknown: tuple[str, ...]
    not_running: dict[str, str]  # rule -> its status, draft or retired


class Decided(Struct, frozen=True):
    """What one rule concludes once a fact is known: when it is so, and what else would have to be known."""

    rule: str
    at: str
    concludes: str
    severity: str
    about: str
    when: tuple[str, ...]
    also_missing: tuple[str, ...]
    otherwise: str  # excluded, or this_way_excluded where another missing fact could lead to the same
    spoken_for_by: tuple[str, ...]  # rules that speak instead where they fire


class Gap(Struct, frozen=True):
    """One thing that was not recorded, how to enter it, and what it decides."""

    what: tuple[str, ...]
    enter: str
    highest_severity: str
    alone: int
    rules: int
    decides: tuple[Decided, ...]


class Missing(Struct, frozen=True):
    """What was not recorded, most decisive first."""

    subject: Subject
    undecided: int  # rules with a finding that are unknown
    gaps: tuple[Gap, ...]


def as_json(answer: WhyNot | Missing) -> dict[str, Any]:
    """The answer as plain data in the form of the contract."""
    data: dict[str, Any] = msgspec.to_builtins(answer)
    about = data.pop("subject")
    return {
        "schema": WHY_NOT if isinstance(answer, WhyNot) else MISSING,
        "case": {"id": about["case_id"], "digest": about["case_digest"]},
        "knowledge": {"version": about["knowledge_version"], "digest": about["knowledge_digest"]},
        **({"concluded": bool(answer.conclusions)} if isinstance(answer, WhyNot) else {}),
        **data,
        "windows": about["windows"],
        "assumptions": about["assumptions"],
    }
