"""What rules can tell apart in the facts of a case: two cases of one form get the same answer to a question.

In a form a number stands by which side of every limit it lies on that a deciding rule compares it with; every other value stands as it is,
and facts that no deciding rule asks for are left out. So a rule fires on both of two cases of one form or on neither, and whole ranges of
changes can be judged by one of them. docs/what-if.md#exact
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from msgspec import Struct

from neurobalance_expert.fact import Fact, Value
from neurobalance_expert.rules.ir import Const, Pattern, Rule, Slot, Var
from neurobalance_expert.vocabulary import Relation, Vocabulary
from neurobalance_expert.whatif.goal import Touch, touch_of

Form = frozenset[tuple[object, ...]]


class Forms(Struct, frozen=True):
    """How facts are told apart by some rules."""

    touches: Mapping[str, tuple[tuple[tuple[int, tuple[Value, ...]], ...], ...]]  # relation -> what each condition asks of slots, by place
    limits: Mapping[tuple[str, int], Sequence[int] | None]  # number slots -> limits in order; None: as it is
    whole: frozenset[str]  # relations whose facts stand as they are

    def of(self, facts: Iterable[Fact]) -> Form:
        """The form of a case."""
        return frozenset(self._one(fact) for fact in facts if self._asked(fact))

    def _asked(self, fact: Fact) -> bool:
        """Whether a condition may look at the fact."""
        if fact.relation in self.whole:
            return True
        return any(all(fact.values[at] in values for at, values in known) for known in self.touches.get(fact.relation, ()))

    def _one(self, fact: Fact) -> tuple[object, ...]:
        if fact.relation in self.whole:
            return (fact.relation, *fact.values)
        return (fact.relation, *[self._side(fact.relation, at, value) for at, value in enumerate(fact.values)])

    def _side(self, relation: str, at: int, value: Value) -> object:
        limits = self.limits.get((relation, at)) if isinstance(value, int) else None
        return value if limits is None else (bisect_left(limits, value), bisect_right(limits, value))


def forms_of(rules: Collection[Rule], said: Mapping[str, Mapping[str, Value]], vocabulary: Vocabulary) -> Forms:
    """The forms of some rules.

    Args:
        rules: All rules that decide, with those that they use and those that override them.
        said: Of the rules asked about, what the question says of their variables.
    """
    touches: dict[str, list[Touch]] = {}
    limits: dict[tuple[str, int], set[int] | None] = {}
    closing = {relation.closed_by[0] for name in _relations(rules) if (relation := vocabulary.relations[name]).closed_by is not None}
    for rule in rules:
        for pattern in _patterns(rule):
            touches.setdefault(pattern.relation, []).append(touch_of(pattern, said.get(rule.id, {})))
            for at, kind in enumerate(vocabulary.relations[pattern.relation].slots):
                if kind.kind == "number":
                    limits.setdefault((pattern.relation, at), set())
            for slot in pattern.slots:
                key = pattern.relation, slot.index
                if isinstance(slot.term, Var) and _matters(slot.term.name, rule, rules, vocabulary):
                    limits[key] = None
                elif (kept := limits.get(key)) is not None:
                    kept.update(_limits(slot))
    places = {name: tuple(_placed(touch, vocabulary.relations[name]) for touch in found) for name, found in touches.items()}
    return Forms(places, {key: None if of is None else sorted(of) for key, of in limits.items()}, frozenset(closing))


def _placed(touch: Touch, relation: Relation) -> tuple[tuple[int, tuple[Value, ...]], ...]:
    return tuple((relation.index(slot), values) for slot, values in touch.known.items())


def _patterns(rule: Rule) -> tuple[Pattern, ...]:
    return (*rule.scope, *rule.when, *rule.unless)


def _relations(rules: Iterable[Rule]) -> set[str]:
    return {pattern.relation for rule in rules for pattern in _patterns(rule)}


def _limits(slot: Slot) -> Iterable[int]:
    """The numbers that a slot is compared with."""
    bounds = [bound for test in slot.tests for bound in (test.bound if isinstance(test.bound, tuple) else (test.bound,))]
    bounds += [slot.term.value] if isinstance(slot.term, Const) else []
    return [bound for bound in bounds if isinstance(bound, int)]


def _matters(name: str, rule: Rule, rules: Collection[Rule], vocabulary: Vocabulary) -> bool:
    """Whether a variable for a number decides anything: it stands in two conditions, is concluded, or is shared with an overriding rule."""
    used = Counter(slot.term.name for pattern in _patterns(rule) for slot in pattern.slots if isinstance(slot.term, Var))
    if used[name] > 1 or Var(name) in (*rule.head.terms, *rule.head.code):
        return True
    others = [other for other in rules if other.id in rule.overrides or rule.id in other.overrides]
    return any(name in other.variables() and not _implied(name, rule, other, vocabulary) for other in others)


def _implied(name: str, rule: Rule, other: Rule, vocabulary: Vocabulary) -> bool:
    """Whether both rules read the number from one fact whenever their other variables agree: the same slot and the same key."""
    mine = {_source(pattern, name, vocabulary) for pattern in _patterns(rule)}
    return not mine.isdisjoint({_source(pattern, name, vocabulary) for pattern in _patterns(other)} - {None})


def _source(pattern: Pattern, name: str, vocabulary: Vocabulary) -> tuple[object, ...] | None:
    """Relation, slot and key terms of the pattern that reads a variable; None where it does not, or leaves a part of the key open."""
    index = next((slot.index for slot in pattern.slots if slot.term == Var(name)), None)
    key = vocabulary.relations[pattern.relation].key
    terms = {slot.name: slot.term for slot in pattern.slots if slot.term is not None}
    if index is None or not terms.keys() >= set(key):
        return None
    return (pattern.relation, index, *[terms[part] for part in key])
