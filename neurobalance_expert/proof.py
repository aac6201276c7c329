"""The proofs of an assessment as records: facts by their place in a list, and the steps that conclude some of them from others.

Only what they look like; ``explain/document.py`` makes them and ``explain/checker.py`` checks them. docs/proofs.md describes the form.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from neurobalance_expert.fact import Working

SCHEMA = "neurobalance/proof/1"


class Comparison(Struct, frozen=True):
    """A test that a value passed: ``margin`` is how far it could move towards the bound and still pass, None where there is no order."""

    slot: str
    value: Any
    op: str
    bound: Any
    unit: str
    margin: Any = None
    threshold: str = ""  # path of a value of the knowledge base, or the name of a parameter of the rule
    verified: bool = True
    mark: str = ""  # what is to be said of a threshold that is not verified


class Condition(Struct, frozen=True):
    """A condition that a fact met: ``fact`` is its place in the document."""

    label: str
    fact: int
    said: str
    comparisons: tuple[Comparison, ...] = ()


class Absence(Struct, frozen=True):
    """An exception that does not hold: no fact of the relation, among so many, has what is asked for.

    ``assumed``: nothing says that the list is complete; the rule takes what was not recorded as absent.
    """

    label: str
    relation: str
    asked: dict[str, Any]
    among: int
    said: str
    assumed: bool = False


class Step(Struct, frozen=True):
    """One way in which a rule concluded a fact. ``overriding`` are the rules that would speak instead, none of which fired for it."""

    fact: int
    rule: str
    at: str
    digest: str
    binding: dict[str, Any]
    conditions: tuple[Condition, ...]
    absences: tuple[Absence, ...] = ()
    overriding: tuple[str, ...] = ()


class Line(Struct, frozen=True):
    """A fact of the model. In words, with its origin and arithmetic, where it was concluded or a step rests on it."""

    relation: str
    slots: dict[str, Any]
    given: bool
    said: str = ""
    origin: str = ""
    sources: tuple[str, ...] = ()
    workings: tuple[Working, ...] = ()


class Proofs(Struct, frozen=True):
    """All facts in canonical order, all steps, each after those it rests on, and the places of the findings."""

    schema: str
    facts: tuple[Line, ...]
    steps: tuple[Step, ...]
    findings: tuple[int, ...]

    def ways(self) -> dict[int, tuple[Step, ...]]:
        """The steps to each concluded fact."""
        found: dict[int, list[Step]] = {}
        for step in self.steps:
            found.setdefault(step.fact, []).append(step)
        return {fact: tuple(steps) for fact, steps in found.items()}


NO_PROOFS = Proofs(SCHEMA, (), (), ())  # of an assessment that was put together by hand
