"""Statuses by their definition, for one rule over input relations: every way to give the variables a value is judged by itself.

Nothing is walked or looked up: for a total binding each condition is true (a fact matches), false (a fact of that key exists and none
matches, the relation is closed, or the binding itself fails a test of the condition, so that no fact could match) or unknown (no fact
of that key), and the status follows from the three-valued conditions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import Literal

from neurobalance_expert.fact import Fact, Value
from neurobalance_expert.rules.ir import Const, Pattern, Rule, Slot, Status, Var
from neurobalance_expert.vocabulary import SlotType, Vocabulary

Truth = Literal["true", "false", "unknown"]
FRESH: Mapping[str, tuple[Value, ...]] = {"number": (99, 98, -99), "id": ("fresh", "new")}  # values that no fact has


def total_bindings(rule: Rule, vocabulary: Vocabulary, facts: Iterable[Fact]) -> Iterator[dict[str, Value]]:
    """Every binding of the variables of the rule to values that occur in the facts, or that are new."""
    types: dict[str, SlotType] = {}
    for pattern in (*rule.scope, *rule.when):
        for slot in pattern.slots:
            if isinstance(slot.term, Var):
                types[slot.term.name] = vocabulary.relations[pattern.relation].slots[slot.index]
    seen: dict[str, set[Value]] = {kind: set(values) for kind, values in FRESH.items()}
    for fact in facts:
        for kind, value in zip(vocabulary.relations[fact.relation].slots, fact.values, strict=True):
            seen[kind.kind].add(value)
    for pattern in (*rule.scope, *rule.when):
        for slot in pattern.slots:
            for test in slot.tests:
                if isinstance(test.bound, tuple):
                    seen[vocabulary.relations[pattern.relation].slots[slot.index].kind].update(test.bound)
    names = sorted(types)
    for values in product(*[sorted(seen[types[name].kind]) for name in names]):
        yield dict(zip(names, values, strict=True))


def judge(rule: Rule, vocabulary: Vocabulary, facts: Iterable[Fact], binding: Mapping[str, Value]) -> tuple[Status, str, tuple[str, ...]]:
    """Status, label of the first condition that is false (or exception that holds), labels of the conditions that are unknown."""
    facts = tuple(facts)
    for patterns, status in ((rule.scope, "out_of_scope"), (rule.when, "blocked")):
        for pattern in patterns:
            if truth(pattern, vocabulary, facts, binding) == "false":
                return status, pattern.label, ()  # type: ignore[return-value]
    for pattern in rule.unless:
        if any(_matches(pattern.slots, fact, binding) for fact in facts if fact.relation == pattern.relation):
            return "blocked", pattern.label, ()
    missing = tuple(p.label for p in (*rule.scope, *rule.when) if truth(p, vocabulary, facts, binding) == "unknown")
    return ("unknown", "", missing) if missing else ("fired", "", ())


def truth(pattern: Pattern, vocabulary: Vocabulary, facts: Iterable[Fact], binding: Mapping[str, Value]) -> Truth:
    """The value of a positive condition for a total binding."""
    relation = vocabulary.relations[pattern.relation]
    if any(isinstance(s.term, Var) and not test.holds(binding[s.term.name]) for s in pattern.slots for test in s.tests):
        return "false"
    key = [slot for slot in pattern.slots if slot.name in relation.key]
    about = [fact for fact in facts if fact.relation == pattern.relation and _matches(key, fact, binding)]
    if any(_matches(pattern.slots, fact, binding) for fact in about):
        return "true"
    return "false" if about or not relation.open or pattern.absent else "unknown"


def _matches(slots: Iterable[Slot], fact: Fact, binding: Mapping[str, Value]) -> bool:
    for slot in slots:
        value = fact.values[slot.index]
        wanted = slot.term.value if isinstance(slot.term, Const) else binding[slot.term.name] if isinstance(slot.term, Var) else value
        if value != wanted or not all(test.holds(value) for test in slot.tests):
            return False
    return True
