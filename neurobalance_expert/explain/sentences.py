"""Conditions in words, generated from the compiled rule and the facts that met or failed it, so that they cannot drift from the test."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from neurobalance_expert.engines.base import Derivation, Entry
from neurobalance_expert.fact import Fact, Value
from neurobalance_expert.rules.ir import Binding, Const, Param, Pattern, Rule, Slot, Test, Var
from neurobalance_expert.vocabulary import Relation, SlotType, Vocabulary

WORDS = {"below": "below", "at_most": "at most", "above": "above", "at_least": "at least", "in": "one of", "not_in": "none of"}
PREPOSITIONS = {"of": "of ", "window": "in ", "id": ""}  # key slots that read as part of the name; any other is named
NOTHING: Mapping[str, Value] = {}


def explain_condition(
    pattern: Pattern,
    vocabulary: Vocabulary,
    fact: Fact | None,
    params: Iterable[Param],
    *,
    binding: Binding = NOTHING,
    among: int | None = None,
) -> str:
    """One condition in words, numbers with their unit as they were given.

    Args:
        fact: what met the condition; None: nothing did, and the sentence says so.
        params: of the rule; a bound that was rounded to the resolution of its slot says from what.
        binding: values of the variables, for a condition without a fact.
        among: how many facts of the relation there are, for a condition without a fact.
    """
    relation = vocabulary.relations[pattern.relation]
    if fact is None:
        return _absence(pattern, relation, binding, params, among)
    subject = _subject(relation, {s.name: show(t, v) for s, t, v in _slots(pattern, relation, fact) if s.name in relation.key})
    said = [_clause(s, t, v, params) for s, t, v in _slots(pattern, relation, fact) if s.name not in relation.key]
    if not said:
        return f"{subject} {_recorded(relation)}"
    return f"{subject}: {', '.join(said)}"


def explain_derivation(derivation: Derivation, rule: Rule, vocabulary: Vocabulary, facts: Collection[Fact]) -> tuple[str, ...]:
    """One line for each condition of the rule, exceptions included. ``facts`` is the model: among how many was an exception sought."""
    binding = dict(derivation.binding)
    count = Counter(fact.relation for fact in facts)
    positive = zip((*rule.scope, *rule.when), derivation.premises, strict=True)
    lines = [explain_condition(pattern, vocabulary, fact, rule.params) for pattern, fact in positive]
    for pattern in rule.unless:
        lines.append(explain_condition(pattern, vocabulary, None, rule.params, binding=binding, among=count[pattern.relation]))
    return tuple(lines)


def explain_entry(entry: Entry, rule: Rule, vocabulary: Vocabulary) -> str:
    """Why the rule stands as it does for this binding."""
    binding = dict(entry.binding)
    if entry.status == "fired":
        return "every condition holds"
    if entry.status == "overridden":
        return f"every condition holds, and the rule '{entry.by}' speaks instead"
    named = {pattern.label: pattern for pattern in (*rule.scope, *rule.when, *rule.unless)}
    if entry.status == "unknown":
        missing = [_wanted(named[label], vocabulary, binding, rule.params) for label in entry.missing]
        return f"nothing known is false, and this was not recorded: {'; '.join(missing)}"
    pattern = named[entry.label]
    if pattern in rule.unless and entry.seen is not None:
        return f"an exception holds: {explain_condition(pattern, vocabulary, entry.seen, rule.params)}"
    if entry.seen is None:
        said = explain_condition(pattern, vocabulary, None, rule.params, binding=binding)
    else:
        said = _failure(pattern, vocabulary.relations[pattern.relation], entry, entry.seen, rule.params)
    return f"out of scope: {said}" if entry.status == "out_of_scope" else said


def show(slot: SlotType, value: Value) -> str:
    """A value in words: numbers unscaled and with their unit, text as it is."""
    if not isinstance(value, int):
        return value
    unit = "" if slot.unit in ("", "1") else f" {slot.unit}"
    return f"{slot.unscaled(value):f}{unit}"


def _slots(pattern: Pattern, relation: Relation, fact: Fact) -> list[tuple[Slot, SlotType, Value]]:
    return [(slot, relation.slots[slot.index], fact.values[slot.index]) for slot in pattern.slots]


def _subject(relation: Relation, known: Mapping[str, str]) -> str:
    """The relation and what it is about: ``influx of trp in w4``, ``adequacy (nutrient iron, standard rda)``."""
    words = [relation.name.replace("_", " ")]
    words += [PREPOSITIONS[name] + value for name, value in known.items() if name in PREPOSITIONS]
    named = [f"{name} {value}" for name, value in known.items() if name not in PREPOSITIONS]
    return " ".join(words) + (f" ({', '.join(named)})" if named else "")


def _recorded(relation: Relation) -> str:
    return "was concluded" if relation.derived else "is recorded"


def _label(slot: SlotType) -> str:
    """The name of a slot, unless it is a verb or only the unit that the number carries anyway."""
    return "" if slot.name in (slot.unit, "is") else f"{slot.name} "


def _clause(slot: Slot, kind: SlotType, value: Value, params: Iterable[Param]) -> str:
    if not slot.tests:
        return f"{_label(kind)}is {show(kind, value)}"
    tests = " and ".join(_test(test, kind, params) for test in slot.tests)
    return f"{_label(kind)}{show(kind, value)} is {tests}"


def _test(test: Test, kind: SlotType, params: Iterable[Param]) -> str:
    if isinstance(test.bound, tuple):
        return f"{WORDS[test.op]} {', '.join(show(kind, v) for v in test.bound)}"
    origin = test.param
    for param in params:
        if param.name == test.param and param.unit == kind.unit and param.value != kind.unscaled(test.bound):
            origin = f"{test.param}, rounded from {param.value:f}"
    return f"{WORDS[test.op]} {show(kind, test.bound)}" + (f" ({origin})" if origin else "")


def _value_of(slot: Slot, binding: Binding) -> Value | None:
    """What a slot must equal, when it must equal something that is known."""
    if isinstance(slot.term, Const):
        return slot.term.value
    return binding.get(slot.term.name) if isinstance(slot.term, Var) else None


def _asked(pattern: Pattern, relation: Relation, binding: Binding, params: Iterable[Param]) -> tuple[dict[str, str], list[str]]:
    """What a condition asks for: key slots with a known value, and everything else in words."""
    known: dict[str, str] = {}
    rest: list[str] = []
    for slot in pattern.slots:
        kind = relation.slots[slot.index]
        value = _value_of(slot, binding)
        if value is not None and slot.name in relation.key:
            known[slot.name] = show(kind, value)
        elif value is not None:
            rest.append(f"{_label(kind) or 'value '}{show(kind, value)}")
        rest += [f"{_label(kind) or 'value '}{_test(test, kind, params)}" for test in slot.tests]
    return known, rest


def _wanted(pattern: Pattern, vocabulary: Vocabulary, binding: Binding, params: Iterable[Param]) -> str:
    """A fact that is needed: what it is about, not what its value should be."""
    relation = vocabulary.relations[pattern.relation]
    known, _ = _asked(pattern, relation, binding, params)
    return _subject(relation, known)


def _absence(pattern: Pattern, relation: Relation, binding: Binding, params: Iterable[Param], among: int | None) -> str:
    known, rest = _asked(pattern, relation, binding, params)
    read = {name: value for name, value in known.items() if name in PREPOSITIONS and name != "id"}
    asked = [f"{name} {value}" for name, value in known.items() if name not in read] + rest
    with_ = f" with {', '.join(asked)}" if asked else ""
    count = f" (among {among})" if among is not None else ""
    return f"no {_subject(relation, read)}{with_} {_recorded(relation)}{count}"


def _failure(pattern: Pattern, relation: Relation, entry: Entry, seen: Fact, params: Iterable[Param]) -> str:
    """The first slot of a fact that does not hold, and by how much."""
    binding = dict(entry.binding)
    subject = _subject(relation, {s.name: show(t, v) for s, t, v in _slots(pattern, relation, seen) if s.name in relation.key})
    for slot, kind, value in _slots(pattern, relation, seen):
        if slot.name in relation.key:
            continue
        wanted = _value_of(slot, binding)
        if wanted is not None and wanted != value:
            return f"{subject}: {_label(kind)}is {show(kind, value)}, not {show(kind, wanted)}"
        for test in slot.tests:
            if not test.holds(value):
                return f"{subject}: {_label(kind)}{show(kind, value)} is not {_test(test, kind, params)}{_miss(entry, kind)}"
    return f"{subject}: its values do not agree with each other"


def _miss(entry: Entry, kind: SlotType) -> str:
    if entry.margin is None:
        return ""
    return "; it stands exactly at the limit" if entry.margin == 0 else f"; it misses by {show(kind, entry.margin)}"
