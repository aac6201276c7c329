"""Rules made ready for the reference walk.

A condition reads differently depending on which variables are already known: a known one is looked up or compared, an unknown one is
bound. A ``Step`` is one condition for one set of known variables; a ``RulePlan`` makes each of them once and keeps it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from copy import copy
from operator import itemgetter
from typing import Generic, TypeVar

from msgspec import Struct

from neurobalance_expert.fact import FINDING, FINDING_SLOTS, Fact, Value
from neurobalance_expert.rules.ir import RUNNING, Binding, Const, Head, Pattern, Rule, RuleSet, Term, Test, Var
from neurobalance_expert.vocabulary import Relation, Vocabulary

Made = TypeVar("Made")

ORDERINGS = ("below", "at_most", "above", "at_least")
SEVERITY = FINDING_SLOTS.index("severity")  # the slots before it are code and rule


class ValueCheck(Struct, frozen=True):
    """What one slot that is no key must be: equal to ``term`` or to the slot at ``same``, and pass the tests."""

    slot: str
    index: int
    term: Term | None
    same: int | None
    tests: tuple[Test, ...]


class Step(Struct, frozen=True):
    """A pattern for one set of known variables.

    Facts whose ``lookup`` slots equal ``terms``, whose ``key_same`` slots are equal and whose key slots pass ``key_tests`` are *about* what
    the pattern is about; ``checks`` say whether such a fact also holds. ``key_binds`` and ``value_binds`` name the variables it binds.
    ``own_tests`` are those of slots whose value is known before any fact is seen.
    """

    number: int
    pattern: Pattern
    lookup: tuple[int, ...]
    terms: tuple[Term, ...]
    key_same: tuple[tuple[int, int], ...]
    key_tests: tuple[tuple[int, Test], ...]
    key_binds: tuple[tuple[str, int], ...]
    checks: tuple[ValueCheck, ...]
    value_binds: tuple[tuple[str, int], ...]
    bound: frozenset[str]
    bound_after: frozenset[str]
    own_tests: tuple[tuple[Term, Test], ...] = ()

    def impossible(self, binding: Binding) -> bool:
        """Whether no fact at all could hold: a value that is known already does not pass a test of its own slot."""
        return any(not test.holds(t.value if isinstance(t, Const) else binding[t.name]) for t, test in self.own_tests)

    def key(self, binding: Binding) -> tuple[Value, ...]:
        """The values that the looked-up slots must have."""
        return tuple([t.value if isinstance(t, Const) else binding[t.name] for t in self.terms])

    def is_about(self, values: tuple[Value, ...]) -> bool:
        """Whether a looked-up fact agrees on the rest of the key."""
        for left, right in self.key_same:
            if values[left] != values[right]:
                return False
        return all(test.holds(values[index]) for index, test in self.key_tests)

    def failure(self, values: tuple[Value, ...], binding: Binding) -> tuple[str, int | None] | None:
        """The first slot that does not hold, with the margin of a failed ordering; None when the fact holds."""
        for check in self.checks:
            value = values[check.index]
            if check.term is not None:
                wanted = check.term.value if isinstance(check.term, Const) else binding[check.term.name]
                if value != wanted:
                    return check.slot, None
            if check.same is not None and value != values[check.same]:
                return check.slot, None
            for test in check.tests:
                if not test.holds(value):
                    return check.slot, margin(test, value)
        return None


def margin(test: Test, value: Value) -> int | None:
    """How many steps a number stands from the bound that it failed; 0 when it equals a strict bound. None for in, not_in and symbols."""
    if test.op not in ORDERINGS or not isinstance(value, int) or not isinstance(test.bound, int):
        return None
    return abs(value - test.bound)


def make_step(number: int, pattern: Pattern, key: Callable[[str], bool], bound: frozenset[str]) -> Step:
    """A pattern for the variables that are known; ``key`` says which slots it is looked up by."""
    lookup: list[tuple[int, Term]] = []
    key_same: list[tuple[int, int]] = []
    key_tests: list[tuple[int, Test]] = []
    key_binds: list[tuple[str, int]] = []
    checks: list[ValueCheck] = []
    value_binds: list[tuple[str, int]] = []
    first: dict[str, int] = {}
    for slot in (s for s in pattern.slots if key(s.name)):
        if slot.term is not None and _known(slot.term, bound):
            lookup.append((slot.index, slot.term))
        elif isinstance(slot.term, Var) and slot.term.name in first:
            key_same.append((first[slot.term.name], slot.index))
        elif isinstance(slot.term, Var):
            first[slot.term.name] = slot.index
            key_binds.append((slot.term.name, slot.index))
        key_tests += [(slot.index, test) for test in slot.tests]
    for slot in (s for s in pattern.slots if not key(s.name)):
        term, same = slot.term, None
        if isinstance(term, Var) and term.name not in bound:
            same = first.get(term.name)
            if same is None:
                first[term.name] = slot.index
                value_binds.append((term.name, slot.index))
            term = None
        if term is not None or same is not None or slot.tests:
            checks.append(ValueCheck(slot.name, slot.index, term, same, slot.tests))
    own_tests = tuple((s.term, test) for s in pattern.slots if _known(s.term, bound) for test in s.tests if s.term is not None)
    return Step(
        number, pattern, tuple(i for i, _ in lookup), tuple(t for _, t in lookup), tuple(key_same), tuple(key_tests),
        tuple(key_binds), tuple(checks), tuple(value_binds), bound, bound.union(first), own_tests,
    )  # fmt: skip


def _known(term: Term | None, bound: frozenset[str]) -> bool:
    return isinstance(term, Const) or (isinstance(term, Var) and term.name in bound)


class RulePlan:
    """A rule with its steps, made when first needed and kept."""

    def __init__(self, rule: Rule, vocabulary: Vocabulary, overriders: tuple[tuple[str, tuple[str, ...]], ...]) -> None:
        self.rule = rule
        self.positive = (*rule.scope, *rule.when)
        self.scopes = len(rule.scope)
        self.numbers = {pattern.label: number for number, pattern in enumerate(self.positive)}
        self.overriders = overriders  # id of an overriding rule and the variables that both bind
        self.conclude = make_conclude(rule)
        self._relations = vocabulary.relations
        self._steps: dict[tuple[int, frozenset[str]], Step] = {}
        self._exceptions: dict[frozenset[str], tuple[Step, ...]] = {}
        later: frozenset[str] = frozenset()
        after: list[frozenset[str]] = []
        for pattern in reversed(self.positive):
            after.append(later)
            later |= pattern.variables()
        self.later = tuple(reversed(after))  # variables that conditions further on mention

    def step(self, number: int, bound: frozenset[str]) -> Step:
        """The condition at this place, for these known variables."""
        found = self._steps.get((number, bound))
        if found is None:
            pattern = self.positive[number]
            key = self._relations[pattern.relation].key
            found = self._steps[number, bound] = make_step(number, pattern, key.__contains__, bound)
        return found

    def exceptions(self, bound: frozenset[str]) -> tuple[Step, ...]:
        """The ``unless`` patterns for these known variables. Every slot counts as key: a fact either is such an exception or it is not."""
        found = self._exceptions.get(bound)
        if found is None:
            found = tuple(make_step(i, p, lambda _: True, bound) for i, p in enumerate(self.rule.unless))
            self._exceptions[bound] = found
        return found


def make_conclude(rule: Rule) -> Callable[[Binding], Fact]:
    """A function from the variables of a rule to the fact that it concludes.

    The code and rule of a finding come from the rule itself; the rest of its slots, and any other fact, from the terms.
    """
    head = rule.head
    if head.relation != FINDING:
        return lambda binding: Fact(head.relation, tuple([_value(term, binding) for term in head.terms]))
    rest = head.terms[SEVERITY:]

    def finding(binding: Binding) -> Fact:
        code = ":".join([str(_value(part, binding)) for part in head.code])
        return Fact(FINDING, (code, rule.id, *[_value(term, binding) for term in rest]))

    return finding


def _value(term: Term | None, binding: Binding) -> Value:
    if term is None:
        return ""
    return term.value if isinstance(term, Const) else binding[term.name]


def possible_values(head: Head, binding: Binding) -> tuple[Value | None, ...]:
    """What a rule with only some variables known would conclude; None where the value is not known."""
    return tuple([binding.get(t.name) if isinstance(t, Var) else _value(t, binding) for t in head.terms])


def make_plans(ordered: Sequence[Rule], vocabulary: Vocabulary) -> tuple[RulePlan, ...]:
    """The plans of rules in the order given, each with those of them that override it."""
    by_id = {rule.id: rule for rule in ordered}
    overriders: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for rule in sorted(ordered, key=lambda r: r.id):
        for other in rule.overrides:
            if other in by_id:
                shared = tuple(sorted(rule.variables() & by_id[other].variables()))
                overriders.setdefault(other, []).append((rule.id, shared))
    return tuple(RulePlan(rule, vocabulary, tuple(overriders.get(rule.id, ()))) for rule in ordered)


class Programme:
    """A rule set made ready for evaluation."""

    def __init__(self, rules: RuleSet, vocabulary: Vocabulary) -> None:
        self.rules = rules
        self.vocabulary = vocabulary
        ordered = sorted(rules.rules, key=lambda r: (rules.stratum[r.id], r.id))
        self.plans = make_plans(ordered, vocabulary)
        self.running = frozenset(rule.id for rule in ordered if rule.status in RUNNING)
        self.concluders: dict[str, frozenset[str]] = {}
        for rule in ordered:
            if rule.id in self.running:
                self.concluders[rule.head.relation] = self.concluders.get(rule.head.relation, frozenset()) | {rule.id}
        self.getters: dict[tuple[int, ...], Callable[[tuple[Value, ...]], tuple[Value, ...]]] = {}

    def narrowed(self, rules: Iterable[Rule]) -> Programme:
        """These rules alone, each in place of the rule of its id; what all rules together decide (layers, open worlds) stays."""
        narrow = copy(self)
        ordered = sorted(rules, key=lambda r: (self.rules.stratum[r.id], r.id))
        narrow.plans = make_plans(ordered, self.vocabulary)
        return narrow

    def getter(self, slots: tuple[int, ...]) -> Callable[[tuple[Value, ...]], tuple[Value, ...]]:
        """A function that takes these slots out of the values of a fact, always as a tuple."""
        found = self.getters.get(slots)
        if found is None:
            found = itemgetter(*slots) if len(slots) > 1 else _one(slots[0])
            self.getters[slots] = found
        return found


def _one(index: int) -> Callable[[tuple[Value, ...]], tuple[Value, ...]]:
    return lambda values: (values[index],)


class KeptByIdentity(Generic[Made]):
    """A function of a rule set and a vocabulary whose last few results are kept, by identity of the two."""

    def __init__(self, make: Callable[[RuleSet, Vocabulary], Made], most: int = 4) -> None:
        self._make = make
        self._most = most
        self._recent: list[tuple[RuleSet, Vocabulary, Made]] = []

    def __call__(self, rules: RuleSet, vocabulary: Vocabulary) -> Made:
        """What was made for these two, or a new one."""
        for known_rules, known_vocabulary, made in self._recent:
            if known_rules is rules and known_vocabulary is vocabulary:
                return made
        made = self._make(rules, vocabulary)
        self._recent = [(rules, vocabulary, made), *self._recent[: self._most - 1]]
        return made


programme = KeptByIdentity(Programme)


def is_open(relation: Relation, rules: RuleSet) -> bool:
    """Whether a missing fact of the relation means "not known" before any list of the case closes it."""
    return relation.name in rules.open_relations if relation.derived else relation.open
