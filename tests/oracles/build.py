"""Short ways to write vocabularies, patterns and rules in the typed form, for tests of the engines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from neurobalance_expert.fact import FINDING, FINDING_SLOTS, Value
from neurobalance_expert.rules.ir import Const, Head, Param, Pattern, Rule, RuleSet, Slot, Term, Test, Var
from neurobalance_expert.vocabulary import Relation, SlotType, Vocabulary, finding_relation, to_value

ORDERINGS = ("below", "at_most", "above", "at_least")
NO_PARAMS: Mapping[str, str] = {}


def relation(
    name: str,
    slots: Mapping[str, str],
    key: Sequence[str] | None = None,
    *,
    open: bool = True,
    derived: bool = False,
    closed_by: tuple[str, tuple[tuple[str, str], ...]] | None = None,
) -> Relation:
    """A relation. A slot type is ``id``, ``bool`` or ``number 0.01 mg`` (resolution, unit)."""
    types = []
    for slot, text in slots.items():
        kind, *rest = text.split()
        types.append(SlotType(slot, kind, rest[1], Decimal(rest[0])) if rest else SlotType(slot, kind))
    return Relation(name, tuple(types), tuple(slots if key is None else key), open, derived, "", closed_by)


def vocabulary(*relations: Relation) -> Vocabulary:
    """A vocabulary of these relations and findings."""
    return Vocabulary({r.name: r for r in (finding_relation(), *relations)})


def pattern(words: Vocabulary, name: str, label: str = "", absent: bool = False, /, **slots: Any) -> Pattern:
    """A pattern. ``"$v"`` is a variable, a mapping holds tests and ``bind``, anything else is a constant.

    A bound may be written ``(name, number)`` to say which parameter it came from.
    """
    spec = words.relations[name]
    made = []
    for slot, value in slots.items():
        kind = spec.slot(slot)
        term: Term | None = None
        tests: list[Test] = []
        if isinstance(value, Mapping):
            for op, bound in value.items():
                if op == "bind":
                    term = Var(bound.removeprefix("$"))
                elif op in ORDERINGS:
                    param, number = bound if isinstance(bound, tuple) else ("", bound)
                    tests.append(Test(op, kind.scaled(Decimal(str(number))), param))
                else:
                    tests.append(Test(op, tuple(_constant(kind, item) for item in bound)))
        elif isinstance(value, str) and value.startswith("$"):
            term = Var(value[1:])
        else:
            term = Const(_constant(kind, value))
        made.append(Slot(slot, spec.index(slot), term, tuple(tests)))
    return Pattern(name, tuple(made), label or name, absent)


def rule(
    words: Vocabulary,
    id: str,
    when: Sequence[Pattern],
    then: Mapping[str, Any],
    *,
    concludes: str = "",
    code: str = "",
    scope: Sequence[Pattern] = (),
    unless: Sequence[Pattern] = (),
    overrides: Sequence[str] = (),
    status: str = "stable",
    params: Sequence[Param] = (),
) -> Rule:
    """A rule that concludes the relation, or a finding with this code (default ``INFO:<id>``)."""
    if concludes:
        spec = words.relations[concludes]
        head = Head(concludes, tuple(_term(s, then[s.name]) if s.name in then else None for s in spec.slots))
    else:
        fixed = {"rule": id, "severity": "minor"}
        terms = tuple(_term(SlotType(name, "id"), {**then, **fixed}[name]) if name in {*then, *fixed} else None for name in FINDING_SLOTS)
        parts = (code or f"INFO:{id}").split(":")
        head = Head(FINDING, terms, tuple(_term(SlotType("code", "id"), part) for part in parts))
    return Rule(
        id, id, "note", status, "minor", (), tuple(params), tuple(scope), tuple(when), tuple(unless), head, tuple(overrides)
    )  # fmt: skip


def rule_set(words: Vocabulary, rules: Iterable[Rule], exclusive: tuple[tuple[str, ...], ...] = ()) -> RuleSet:
    """The rules with strata (longest way down) and the derived relations whose missing facts mean "not known"."""
    rules = tuple(sorted(rules, key=lambda r: r.id))
    below: dict[str, set[str]] = {r.id: set() for r in rules}
    for r in rules:
        used = {p.relation for p in (*r.scope, *r.when, *r.unless)}
        below[r.id] |= {other.id for other in rules if other.head.relation in used or r.id in other.overrides}
    stratum: dict[str, int] = {}

    def height(id: str) -> int:
        if id not in stratum:
            stratum[id] = 1 + max((height(other) for other in below[id]), default=-1)
        return stratum[id]

    opens = {name for name, spec in words.relations.items() if spec.open and not spec.derived}
    for r in sorted(rules, key=lambda r: height(r.id)):
        if any(p.relation in opens and not p.absent for p in (*r.scope, *r.when)):
            opens.add(r.head.relation)
    return RuleSet(rules, stratum, frozenset(opens), exclusive)


def _term(kind: SlotType, value: Any) -> Term:
    return Var(value[1:]) if isinstance(value, str) and value.startswith("$") else Const(_constant(kind, value))


def _constant(kind: SlotType, value: Any) -> Value:
    return to_value(kind, Decimal(str(value)) if kind.kind == "number" else value)
