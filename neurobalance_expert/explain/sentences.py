"""Conditions in words, generated from the compiled rule and the facts that met or failed it, so that they cannot drift from the test."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from neurobalance_expert.engines.base import Derivation, Entry
from neurobalance_expert.explain.wording import aa
from neurobalance_expert.fact import Fact, Value
from neurobalance_expert.rules.ir import Binding, Const, Param, Pattern, Rule, Slot, Test, Var
from neurobalance_expert.vocabulary import Relation, SlotType, Vocabulary

WORDS = {"below": "below", "at_most": "at most", "above": "above", "at_least": "at least", "in": "one of", "not_in": "none of"}
PREPOSITIONS = {"of": "of ", "window": "in ", "id": ""}  # key slots that read as part of the name; any other is named
UNITS = {"a": ("year", "years"), "d": ("day", "days")}
SLOT_UNITS = {"hours": "h", "days": "d", "years": "a", "kg_m2": "kg/m2"}  # slots whose name only repeats the unit
STANDARDS = {"ear": "EAR", "rda": "RDA", "ai": "AI", "who_mean": "WHO mean"}
NOTHING: Mapping[str, Value] = {}
NO_WAYS: Mapping[Fact, tuple[Derivation, ...]] = {}
NO_RULES: Mapping[str, Rule] = {}


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
        params: of the rule; a bound names the threshold it came from, and from what it was rounded.
        binding: values of the variables, for a condition without a fact.
        among: how many facts of the relation there are, for a condition without a fact.
    """
    relation = vocabulary.relations[pattern.relation]
    if fact is None:
        return _absence(pattern, relation, binding, params, among)
    subject = _subject(relation, _key_words(relation, fact))
    said = [_clause(s, t, v, params) for s, t, v in _slots(pattern, relation, fact) if s.name not in relation.key]
    if not said:
        return f"{subject} {_recorded(relation)}"
    return f"{subject} {said[0]}" if len(said) == 1 and said[0].startswith("is ") else f"{subject}: {', '.join(said)}"


def explain_derivation(
    derivation: Derivation,
    rule: Rule,
    vocabulary: Vocabulary,
    facts: Collection[Fact],
    *,
    ways: Mapping[Fact, tuple[Derivation, ...]] = NO_WAYS,
    rules: Mapping[str, Rule] = NO_RULES,
) -> tuple[str, ...]:
    """One line for each condition of the rule, exceptions included.

    Args:
        facts: the model: among how many an exception was sought.
        ways: the derivations of derived facts, and ``rules`` by id: a fact that rules concluded is followed by the conditions of those.
    """
    binding = dict(derivation.binding)
    count = Counter(fact.relation for fact in facts)
    lines = []
    for pattern, fact in zip((*rule.scope, *rule.when), derivation.premises, strict=True):
        line = explain_condition(pattern, vocabulary, fact, rule.params)
        for way in ways.get(fact, ()):
            if way.rule in rules:
                below = explain_derivation(way, rules[way.rule], vocabulary, facts, ways=ways, rules=rules)
                line += f", by the rule '{way.rule}' ({'; '.join(below)})"
        lines.append(line)
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
        missing = [explain_wanted(named[label], vocabulary, rule.params, binding=binding) for label in entry.missing]
        return f"nothing known is false, and this is not known: {'; '.join(missing)}"
    pattern = named[entry.label]
    if pattern in rule.unless and entry.seen is not None:
        return f"an exception holds: {explain_condition(pattern, vocabulary, entry.seen, rule.params)}"
    if entry.seen is None:
        said = explain_condition(pattern, vocabulary, None, rule.params, binding=binding)
    else:
        said = _failure(pattern, vocabulary, entry, entry.seen, rule.params)
    return f"out of scope: {said}" if entry.status == "out_of_scope" else said


def explain_wanted(pattern: Pattern, vocabulary: Vocabulary, params: Iterable[Param], *, binding: Binding = NOTHING) -> str:
    """A fact that is needed: what it is about, not what its value should be."""
    relation = vocabulary.relations[pattern.relation]
    known, _ = _asked(pattern, relation, binding, params)
    return _subject(relation, known)


def explain_asked(pattern: Pattern, vocabulary: Vocabulary, params: Iterable[Param], *, binding: Binding = NOTHING) -> tuple[str, ...]:
    """What a condition asks of a fact, beside what it is about: ``vs fasting below 0.85``. Empty: that there is such a fact."""
    return tuple(_asked(pattern, vocabulary.relations[pattern.relation], binding, params)[1])


def explain_failures(
    pattern: Pattern, vocabulary: Vocabulary, seen: Fact, params: Iterable[Param], *, binding: Binding = NOTHING
) -> tuple[str, dict[str, str]]:
    """What a fact is about, and of each slot that does not hold what it is and what it should be, without the margin."""
    relation = vocabulary.relations[pattern.relation]
    failures: dict[str, str] = {}
    for slot, kind, value in _slots(pattern, relation, seen):
        wanted = _value_of(slot, binding)
        if wanted is not None and wanted != value and slot.name not in relation.key:
            failures[slot.name] = f"{_label(kind)}is {in_words(kind, value)}, not {in_words(kind, wanted)}"
            continue
        failing = [test for test in slot.tests if not test.holds(value)]
        if failing and slot.name not in relation.key:
            failures[slot.name] = f"{_label(kind)}{in_words(kind, value)} is not {_test(failing[0], kind, params)}"
    return _subject(relation, _key_words(relation, seen)), failures


def show(slot: SlotType, value: Value) -> str:
    """A value as the facts have it: numbers unscaled and with their unit, text as it is."""
    if not isinstance(value, int):
        return value
    unit = "" if slot.unit in ("", "1") else f" {slot.unit}"
    return f"{slot.unscaled(value):f}{unit}"


def in_words(slot: SlotType, value: Value) -> str:
    """A value in words: ``1 day``, ``serum B12``, ``older adult``."""
    if isinstance(value, int):
        one, many = UNITS.get(slot.unit, ("", ""))
        number = slot.unscaled(value)
        return f"{number:f} {one if number == 1 else many}" if one else show(slot, value)
    if slot.kind == "bool":
        return value
    return STANDARDS.get(value) or aa(value)


def _slots(pattern: Pattern, relation: Relation, fact: Fact) -> list[tuple[Slot, SlotType, Value]]:
    return [(slot, relation.slots[slot.index], fact.values[slot.index]) for slot in pattern.slots]


def _key_words(relation: Relation, fact: Fact) -> dict[str, str]:
    """The key of a fact in words, also the slots of it that the condition leaves free."""
    return {slot.name: in_words(slot, value) for slot, value in zip(relation.slots, fact.values, strict=True) if slot.name in relation.key}


def _subject(relation: Relation, known: Mapping[str, str]) -> str:
    """What a fact is about, as the vocabulary reads it; else the relation and its key: ``influx of trp in w4``."""
    if relation.reads:
        return re.sub(r"\{(.*?)\}", lambda match: known.get(match[1], f"any {match[1].replace('_', ' ')}"), relation.reads)
    words = [relation.name.replace("_", " ")]
    words += [PREPOSITIONS[name] + value for name, value in known.items() if name in PREPOSITIONS]
    named = [f"{name.replace('_', ' ')} {value}" for name, value in known.items() if name not in PREPOSITIONS]
    return " ".join(words) + (f" ({', '.join(named)})" if named else "")


def _recorded(relation: Relation) -> str:
    return "was concluded" if relation.derived else "is recorded"


def _label(slot: SlotType) -> str:
    """The name of a slot in words, unless it is a verb or only the unit that the number carries anyway."""
    if slot.name in (slot.unit, "is") or SLOT_UNITS.get(slot.name) == slot.unit:
        return ""
    return slot.name.removesuffix(f"_{slot.unit}").replace("_", " ") + " "


def _clause(slot: Slot, kind: SlotType, value: Value, params: Iterable[Param]) -> str:
    if not slot.tests:
        return f"{_label(kind)}is {in_words(kind, value)}"
    tests = " and ".join(_test(test, kind, params) for test in slot.tests)
    return f"{_label(kind)}{in_words(kind, value)} is {tests}"


def _test(test: Test, kind: SlotType, params: Iterable[Param]) -> str:
    if isinstance(test.bound, tuple):
        return f"{WORDS[test.op]} {', '.join(in_words(kind, v) for v in test.bound)}"
    origin = test.param
    for param in params:
        if param.name == test.param:
            origin = f"threshold {param.source.rsplit('.', 1)[-1]}" if param.source else param.name
            if param.unit == kind.unit and param.value != kind.unscaled(test.bound):
                origin += f", rounded from {param.value:f}"
    return f"{WORDS[test.op]} {in_words(kind, test.bound)}" + (f" ({origin})" if origin else "")


def _value_of(slot: Slot, binding: Binding) -> Value | None:
    """What a slot must equal, when it must equal something that is known."""
    if isinstance(slot.term, Const):
        return slot.term.value
    return binding.get(slot.term.name) if isinstance(slot.term, Var) else None


def _asked(pattern: Pattern, relation: Relation, binding: Binding, params: Iterable[Param]) -> tuple[dict[str, str], list[str]]:
    """What a condition asks for: the key as far as it is known or restricted, and everything else in words."""
    known: dict[str, str] = {}
    rest: list[str] = []
    for slot in pattern.slots:
        kind = relation.slots[slot.index]
        value = _value_of(slot, binding)
        if value is not None and slot.name in relation.key:
            known[slot.name] = in_words(kind, value)
        elif value is not None:
            rest.append(f"{_label(kind) or 'value '}{in_words(kind, value)}")
        elif slot.name in relation.key and slot.tests:
            known[slot.name] = " and ".join(_choice(test, kind, params) for test in slot.tests)
        else:
            rest += [f"{_label(kind) or 'value '}{_test(test, kind, params)}" for test in slot.tests]
    return known, rest


def _choice(test: Test, kind: SlotType, params: Iterable[Param]) -> str:
    """What a key slot may be: ``a or b``, ``any but a or b``."""
    if not isinstance(test.bound, tuple):
        return _test(test, kind, params)
    words = [in_words(kind, value) for value in test.bound]
    listed = " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
    return listed if test.op == "in" else f"any but {listed}"


def _absence(pattern: Pattern, relation: Relation, binding: Binding, params: Iterable[Param], among: int | None) -> str:
    known, rest = _asked(pattern, relation, binding, params)
    with_ = f" with {', '.join(rest)}" if rest else ""
    count = ""
    if among is not None and (known or rest):
        was = "was" if relation.derived else "is"
        were = "were" if relation.derived else "are"
        count = " (nor any other)" if among == 0 else f" (1 other {was})" if among == 1 else f" ({among} others {were})"
    return f"no {_subject(relation, known).removeprefix('any ')}{with_} {_recorded(relation)}{count}"


def _failure(pattern: Pattern, vocabulary: Vocabulary, entry: Entry, seen: Fact, params: Iterable[Param]) -> str:
    """The first slot of a fact that does not hold, and by how much."""
    subject, failures = explain_failures(pattern, vocabulary, seen, params, binding=dict(entry.binding))
    for slot, said in failures.items():
        miss = _miss(entry, vocabulary.relations[pattern.relation].slot(slot))
        return f"{subject}{' ' if said.startswith('is ') else ': '}{said}{miss}"
    return f"{subject}: its values do not agree with each other"


def _miss(entry: Entry, kind: SlotType) -> str:
    if entry.margin is None:
        return ""
    return "; it stands exactly at the limit" if entry.margin == 0 else f"; it misses by {in_words(kind, entry.margin)}"
