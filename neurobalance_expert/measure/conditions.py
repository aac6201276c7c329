"""The conditions of a compiled rule, one by one: what its tests can cover and what mutants change.

A condition is one thing that a fact must be: that it is there, equal to a constant, equal to another slot, within a bound; or what it means
that it was not recorded. Layout, order and names of a rule file are not seen here, so a measure over conditions does not move with them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from neurobalance_expert.rules.ir import Const, Pattern, Rule, Slot, Test, Var
from neurobalance_expert.rules.values import plain
from neurobalance_expert.vocabulary import SlotType, Vocabulary

Part = Literal["scope", "when", "unless"]
Kind = Literal["fact", "missing", "is", "same", "test"]
PARTS: tuple[Part, ...] = ("scope", "when", "unless")


class Where(Struct, frozen=True):
    """A place in a rule: the part, the number of the pattern in it, its label, and a slot; '' for the whole pattern or rule."""

    part: Part | Literal[""] = ""
    number: int = 0
    label: str = ""
    slot: str = ""

    def __str__(self) -> str:
        return ".".join(filter(None, (self.label, self.slot)))


class Condition(Struct, frozen=True):
    """One condition. ``without`` is the rule with this condition alone taken away; None where it is no rule then."""

    where: Where
    kind: Kind
    text: str
    pattern: Pattern
    without: Rule | None = None


def conditions(rule: Rule, vocabulary: Vocabulary, open_relations: frozenset[str]) -> tuple[Condition, ...]:
    """Every condition of a rule, in its order."""
    return tuple(_each(rule, vocabulary, open_relations))


def patterns(rule: Rule) -> Iterator[tuple[Where, Pattern]]:
    """Every pattern with its place."""
    for part in PARTS:
        for number, pattern in enumerate(getattr(rule, part)):
            yield Where(part, number, pattern.label), pattern


def with_pattern(rule: Rule, where: Where, *new: Pattern) -> Rule:
    """The rule with other patterns (none, or several) in place of one."""
    kept: tuple[Pattern, ...] = getattr(rule, where.part)
    changed = (*kept[: where.number], *new, *kept[where.number + 1 :])
    return replace(rule, **{where.part: changed})


def with_slot(rule: Rule, where: Where, pattern: Pattern, slot: Slot) -> Rule:
    """The rule with one slot of a pattern changed; a slot that asks nothing any more is left out."""
    slots = tuple(slot if s.index == slot.index else s for s in pattern.slots)
    return with_pattern(rule, where, replace(pattern, slots=tuple(s for s in slots if s.term is not None or s.tests)))


def joins(rule: Rule) -> frozenset[tuple[str, str]]:
    """Label and slot of every use of a variable that must equal another use; the first by relation and slot binds it."""
    uses: dict[str, list[tuple[str, str, str]]] = {}
    for pattern in (*rule.scope, *rule.when):
        for slot in pattern.slots:
            if isinstance(slot.term, Var):
                uses.setdefault(slot.term.name, []).append((pattern.relation, slot.name, pattern.label))
    found = {(label, slot) for places in uses.values() for _, slot, label in sorted(places)[1:]}
    return frozenset(found | {(p.label, s.name) for p in rule.unless for s in p.slots if isinstance(s.term, Var)})


def slot_type(vocabulary: Vocabulary, pattern: Pattern, slot: Slot) -> SlotType:
    """The type of a slot of a pattern."""
    return vocabulary.relations[pattern.relation].slots[slot.index]


def test_words(kind: SlotType, test: Test) -> str:
    """A test as the rule file says it: ``below 0.85``, ``in [a, b]``."""
    if isinstance(test.bound, tuple):
        return f"{test.op} [{', '.join(plain(kind, v) for v in test.bound)}]"
    return f"{test.op} {plain(kind, test.bound)}"


def _each(rule: Rule, vocabulary: Vocabulary, open_relations: frozenset[str]) -> Iterator[Condition]:
    joined = joins(rule)
    for where, pattern in patterns(rule):
        there = "an exception" if where.part == "unless" else "a fact"
        dropped = with_pattern(rule, where) if where.part == "unless" else None
        yield Condition(where, "fact", f"there is {there} '{pattern.relation}'", pattern, dropped)
        if where.part != "unless" and pattern.relation in open_relations:
            told = "does not hold" if pattern.absent else "is not known"
            flipped = with_pattern(rule, where, replace(pattern, absent=not pattern.absent))
            yield Condition(where, "missing", f"where it was not recorded it {told}", pattern, flipped)
        for slot in pattern.slots:
            yield from _of_slot(rule, vocabulary, replace(where, slot=slot.name), pattern, slot, (pattern.label, slot.name) in joined)


def _of_slot(rule: Rule, vocabulary: Vocabulary, where: Where, pattern: Pattern, slot: Slot, joined: bool) -> Iterator[Condition]:
    kind = slot_type(vocabulary, pattern, slot)
    free = with_slot(rule, where, pattern, replace(slot, term=None))
    if isinstance(slot.term, Const):
        yield Condition(where, "is", f"is {plain(kind, slot.term.value)}", pattern, free)
    elif isinstance(slot.term, Var) and joined:
        yield Condition(where, "same", f"is the same ${slot.term.name}", pattern, free)
    for number, test in enumerate(slot.tests):
        tests = (*slot.tests[:number], *slot.tests[number + 1 :])
        yield Condition(where, "test", test_words(kind, test), pattern, with_slot(rule, where, pattern, replace(slot, tests=tests)))
