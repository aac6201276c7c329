"""The typed form of rules that every engine and tool reads.

Constants and bounds have the form of fact values (``neurobalance_expert.fact``): text, or numbers scaled to whole steps.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from neurobalance_expert.errors import Span
from neurobalance_expert.fact import Fact, Value

Binding = Mapping[str, Value]

Op = Literal["below", "at_most", "above", "at_least", "in", "not_in"]
Status = Literal["fired", "blocked", "unknown", "out_of_scope", "overridden"]

KINDS = ("depletion", "competition", "imbalance", "bottleneck", "safety", "data", "note")
RUNNING = ("experimental", "review", "stable")
STATUSES = ("draft", *RUNNING, "retired")


class Written(Struct, frozen=True, eq=False):
    """What stands somewhere in a file (``at``): two are equal when they say the same, wherever they stand."""

    def _content(self) -> tuple[object, ...]:
        return tuple([getattr(self, name) for name in self.__struct_fields__ if name != "at"])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Written) and type(self) is type(other) and self._content() == other._content()

    def __hash__(self) -> int:
        return hash(self._content())


class Const(Struct, frozen=True, tag=True):
    """A constant, already in the scale of its slot."""

    value: Value


class Var(Struct, frozen=True, tag=True):
    """A variable by name, without the dollar sign."""

    name: str


Term = Const | Var


class Test(Struct, frozen=True):
    """A comparison of a slot with constants. ``bound`` is a scaled number for the four orderings, a tuple for in / not_in.

    ``param`` names the parameter that the bound came from, for explanations.
    """

    op: Op
    bound: int | tuple[Value, ...]
    param: str = ""

    def holds(self, value: Value) -> bool:
        """Whether the value passes. Total: a symbol never passes an ordering and nothing raises."""
        if self.op == "in":
            return value in self.bound  # type: ignore[operator]
        if self.op == "not_in":
            return value not in self.bound  # type: ignore[operator]
        if not isinstance(value, int) or not isinstance(self.bound, int):
            return False
        if self.op == "below":
            return value < self.bound
        if self.op == "at_most":
            return value <= self.bound
        if self.op == "above":
            return value > self.bound
        return value >= self.bound


class Slot(Struct, frozen=True):
    """What a pattern asks of one slot: equality with a term, tests, a variable to bind; any of them may be absent."""

    name: str
    index: int
    term: Term | None = None
    tests: tuple[Test, ...] = ()


class Pattern(Written, frozen=True, eq=False):
    """A pattern over one relation. ``label`` names it in statuses and tests; ``absent`` is ``missing: absent``."""

    relation: str
    slots: tuple[Slot, ...]
    label: str
    absent: bool = False
    at: Span | None = None

    def variables(self) -> frozenset[str]:
        """Names of the variables that the pattern mentions."""
        return frozenset(s.term.name for s in self.slots if isinstance(s.term, Var))


class Head(Struct, frozen=True):
    """The conclusion. ``terms`` follow the slot order of the relation; None stands for a slot that is left out ('')."""

    relation: str
    terms: tuple[Term | None, ...]
    code: tuple[Term, ...] = ()  # parts of a finding code between colons; empty for an intermediate fact


class Evidence(Struct, frozen=True):
    """A reference, how good it is (A-D) and what it supports; ``$name`` in one of the first two is the value of that variable."""

    ref: str
    grade: str
    supports: str = ""


class Param(Struct, frozen=True):
    """A named threshold: value with unit, and where it came from (a knowledge path or '' for a constant in the rule)."""

    name: str
    value: Decimal
    unit: str
    source: str = ""


class RuleTest(Written, frozen=True, eq=False):
    """A test inside a rule. ``facts`` are complete (``like`` and ``change`` already applied).

    ``concludes`` are slots of the concluded fact with their values; only a test that fires may have them.
    """

    name: str
    facts: tuple[Fact, ...]
    status: Status
    label: str = ""  # of the blocking condition
    missing: tuple[str, ...] = ()
    binding: tuple[tuple[str, Value], ...] = ()
    margin: Decimal | None = None
    concludes: tuple[tuple[str, Value], ...] = ()
    at: Span | None = None


class Rule(Written, frozen=True, eq=False):
    """One rule, checked and typed."""

    id: str
    title: str
    kind: str
    status: str
    severity: str  # "": the finding takes it from a variable
    evidence: tuple[Evidence, ...]
    params: tuple[Param, ...]
    scope: tuple[Pattern, ...]
    when: tuple[Pattern, ...]
    unless: tuple[Pattern, ...]
    head: Head
    overrides: tuple[str, ...] = ()
    say: str = ""
    do: str = ""
    tests: tuple[RuleTest, ...] = ()
    at: Span | None = None
    review_by: str = ""  # ISO date by which somebody looks at the rule again; no part of its meaning

    def variables(self) -> frozenset[str]:
        """Variables that the positive conditions bind."""
        return frozenset().union(*(p.variables() for p in (*self.scope, *self.when)))


class Together(Written, frozen=True, eq=False):
    """Rules that may fire together about one thing, and why that is meant. It takes no part in what they conclude."""

    rules: tuple[str, ...]
    because: str
    at: Span | None = None


class Partition(Written, frozen=True, eq=False):
    """Rules of which one has to speak wherever facts meet the patterns of ``over``. It takes no part in what they conclude."""

    name: str
    over: tuple[Pattern, ...]
    rules: tuple[str, ...]
    at: Span | None = None


class RuleSet(Struct, frozen=True):
    """Rules in the order of their ids, with the strata that negation and overriding impose.

    ``stratum[rule.id]`` counts from 0; a rule stands above every rule whose conclusion it uses or negates and above every
    rule that overrides it. ``open_relations`` are the relations whose missing facts mean "not known". ``together`` and ``partition`` are
    what authors declare for ``rules analyze``.
    """

    rules: tuple[Rule, ...]
    stratum: Mapping[str, int]
    open_relations: frozenset[str]
    exclusive: tuple[tuple[str, ...], ...] = ()
    together: tuple[Together, ...] = ()
    partition: tuple[Partition, ...] = ()
