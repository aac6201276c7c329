"""Mutants of a compiled rule: each changes one thing that a slip of the pen or of thought would change."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import combinations

from msgspec import Struct
from msgspec.structs import replace

from neurobalance_expert.fact import FINDING, FINDING_SLOTS, SEVERITIES, Value
from neurobalance_expert.measure.conditions import Where, joins, patterns, slot_type, test_words, with_pattern, with_slot
from neurobalance_expert.rules.check import variable_types
from neurobalance_expert.rules.ir import Const, Head, Op, Pattern, Rule, Slot, Term, Test, Var
from neurobalance_expert.rules.values import plain
from neurobalance_expert.units import neighbours
from neurobalance_expert.vocabulary import SlotType, Vocabulary

EDGE: Mapping[Op, Op] = {"below": "at_most", "at_most": "below", "above": "at_least", "at_least": "above"}
NEGATED: Mapping[Op, Op] = {
    "below": "at_least", "at_most": "above", "above": "at_most", "at_least": "below", "in": "not_in", "not_in": "in",
}  # fmt: skip
SEVERITY = FINDING_SLOTS.index("severity")
DROP_OVERRIDE = "drop override"
ANOTHER = "another"  # a name that no rule has

_NAMES = re.compile(r"\{\{\s*(\w+)")


class Mutant(Struct, frozen=True):
    """A rule with one thing changed. ``invalid`` says why ``rules check`` would refuse it; '' where it would not."""

    rule: Rule
    operator: str
    text: str
    where: Where
    invalid: str = ""


def mutants(rule: Rule, vocabulary: Vocabulary, open_relations: frozenset[str]) -> tuple[Mutant, ...]:
    """Every mutant of a rule, in the order of its conditions, then overrides, severity, code and what it is about."""
    made = [*_of_patterns(rule, vocabulary, open_relations), *_of_overrides(rule), *_of_head(rule, vocabulary)]
    return tuple(m if m.invalid else replace(m, invalid=_invalid(m.rule, open_relations)) for m in made)


def _invalid(rule: Rule, open_relations: frozenset[str]) -> str:
    """Why the rule does not compile, in the order of the checks; '' when it does."""
    if not rule.when:
        return "a rule needs a condition under 'when'"
    bound = rule.variables()
    used = {t.name for t in (*rule.head.terms, *rule.head.code) if isinstance(t, Var)}
    used |= {s.term.name for p in rule.unless for s in p.slots if isinstance(s.term, Var)}
    used |= set(_NAMES.findall(rule.say + rule.do)) - {p.name for p in rule.params}
    used |= {word[1:] for e in rule.evidence for word in (e.ref, e.grade) if word.startswith("$")}
    if unbound := sorted(used - bound):
        return f"${unbound[0]} is not bound (NB-R021)"
    if any(p.relation in open_relations and not p.absent for p in rule.unless):
        return "an exception over an open relation needs 'missing: absent' (NB-R071)"
    return ""


# --- conditions ---------------------------------------------------------------------------------------------------


def _of_patterns(rule: Rule, vocabulary: Vocabulary, open_relations: frozenset[str]) -> Iterator[Mutant]:
    joined = joins(rule)
    for where, pattern in patterns(rule):
        yield Mutant(with_pattern(rule, where), "drop condition", "dropped", where)
        yield _negated(rule, where, pattern, open_relations)
        told = "'missing: absent' taken away" if pattern.absent else "'missing: absent' added"
        yield Mutant(with_pattern(rule, where, replace(pattern, absent=not pattern.absent)), "missing policy", told, where)
        for slot in pattern.slots:
            here = replace(where, slot=slot.name)
            kind = slot_type(vocabulary, pattern, slot)
            changed = [*_terms(kind, slot, (pattern.label, slot.name) in joined), *_tests(kind, slot)]
            for operator, text, new in changed:
                yield Mutant(with_slot(rule, here, pattern, new), operator, text, here)


def _negated(rule: Rule, where: Where, pattern: Pattern, open_relations: frozenset[str]) -> Mutant:
    """A condition turned into an exception, an exception into a condition."""
    without = with_pattern(rule, where)
    if where.part == "unless":
        return Mutant(replace(without, when=(*without.when, replace(pattern, absent=False))), "negate condition", "unless -> when", where)
    absent = pattern.relation in open_relations
    negated = replace(without, unless=(*without.unless, replace(pattern, absent=absent)))
    return Mutant(negated, "negate condition", f"{where.part} -> unless", where)


def _terms(kind: SlotType, slot: Slot, joined: bool) -> Iterator[tuple[str, str, Slot]]:
    if isinstance(slot.term, Var):
        if joined:
            yield "unbind variable", f"${slot.term.name} -> any", replace(slot, term=None)
        return
    if slot.term is None:
        return
    value = slot.term.value
    said = plain(kind, value)
    yield "drop test", f"{said} -> any", replace(slot, term=None)
    yield "negate test", f"{said} -> not {said}", replace(slot, term=None, tests=(Test("not_in", (value,)), *slot.tests))
    for other in next_to(kind, value):
        yield "neighbour", f"{said} -> {plain(kind, other)}", replace(slot, term=Const(other))


def next_to(kind: SlotType, value: Value) -> tuple[Value, ...]:
    """The values beside a constant: one step down and up, the next of the enum, or another name."""
    if isinstance(value, int):
        return value - 1, value + 1
    known = kind.enum or (("true", "false") if kind.kind == "bool" else ())
    return (known[(known.index(value) + 1) % len(known)],) if value in known else (ANOTHER,)


def _tests(kind: SlotType, slot: Slot) -> Iterator[tuple[str, str, Slot]]:
    for number, test in enumerate(slot.tests):
        said = test_words(kind, test)
        rest = (*slot.tests[:number], *slot.tests[number + 1 :])
        yield "drop test", f"{said} -> any", replace(slot, tests=rest)
        for operator, new in _changed(kind, test):
            tests = (*slot.tests[:number], new, *slot.tests[number + 1 :])
            yield operator, f"{said} -> {test_words(kind, new)}", replace(slot, tests=tests)


def _changed(kind: SlotType, test: Test) -> Iterator[tuple[str, Test]]:
    yield ("reverse operator" if test.op in EDGE else "negate test"), replace(test, op=NEGATED[test.op])
    if isinstance(test.bound, tuple):
        yield from (("neighbour", replace(test, bound=bound)) for bound in _lists(kind, test.bound))
        return
    yield "edge of operator", replace(test, op=EDGE[test.op])
    for steps in (-1, 1):
        yield "threshold", replace(test, bound=test.bound + steps)
    for factor in neighbours(kind.unit):
        other = kind.scaled(kind.unscaled(test.bound) * factor)
        if other != test.bound:
            yield "unit", replace(test, bound=other)


def _lists(kind: SlotType, bound: tuple[Value, ...]) -> Iterator[tuple[Value, ...]]:
    """The list without each of its values in turn; of an enum also with one more. That of names one more is allowed no test could show."""
    if len(bound) > 1:
        yield from (tuple(v for v in bound if v != value) for value in bound)
    more = [value for value in kind.enum if value not in bound]
    if more:
        yield (*bound, more[0])


# --- overrides, severity, code, what it is about ------------------------------------------------------------------


def _of_overrides(rule: Rule) -> Iterator[Mutant]:
    for name in rule.overrides:
        rest = tuple(other for other in rule.overrides if other != name)
        yield Mutant(replace(rule, overrides=rest), DROP_OVERRIDE, f"no longer overrides {name}", Where(slot=str(name)))


def _of_head(rule: Rule, vocabulary: Vocabulary) -> Iterator[Mutant]:
    head = rule.head
    for number, part in enumerate(head.code):
        if isinstance(part, Const):
            new = (*head.code[:number], Const(f"{part.value}_{ANOTHER}"), *head.code[number + 1 :])
            yield _with_head(rule, replace(head, code=new), "code", f"{part.value} -> {part.value}_{ANOTHER}")
    slots = vocabulary.relations[head.relation].slots
    terms = [i for i, term in enumerate(head.terms) if term is not None and (head.relation != FINDING or i >= SEVERITY)]
    for i in terms:
        yield from _of_term(rule, vocabulary, i, slots[i])
    for i, j in combinations([i for i in terms if head.relation != FINDING or i != SEVERITY], 2):
        if slots[i].kind == slots[j].kind and slots[i].enum == slots[j].enum and head.terms[i] != head.terms[j]:
            swapped = list(head.terms)
            swapped[i], swapped[j] = swapped[j], swapped[i]
            yield _with_head(rule, replace(head, terms=tuple(swapped)), "swap", f"{slots[i].name} <-> {slots[j].name}")


def _of_term(rule: Rule, vocabulary: Vocabulary, index: int, slot: SlotType) -> Iterator[Mutant]:
    term, finding = rule.head.terms[index], rule.head.relation == FINDING
    if isinstance(term, Var):
        types = variable_types(rule, vocabulary)
        kind = types[term.name]
        other = next((name for name in sorted(types) if name != term.name and types[name].kind == kind.kind == "id"), "")
        if other:
            yield _with_term(rule, index, Var(other), "conclusion", f"{slot.name}: ${term.name} -> ${other}")
    elif isinstance(term, Const) and finding and index == SEVERITY and term.value in SEVERITIES:
        place = SEVERITIES.index(str(term.value))
        for to in (place - 1, place + 1):
            if 0 <= to < len(SEVERITIES):
                new = _with_term(rule, index, Const(SEVERITIES[to]), "severity", f"{term.value} -> {SEVERITIES[to]}")
                yield replace(new, rule=replace(new.rule, severity=SEVERITIES[to]))
    elif isinstance(term, Const):
        value = next_to(slot, term.value)[-1]
        yield _with_term(rule, index, Const(value), "conclusion", f"{slot.name}: {plain(slot, term.value)} -> {plain(slot, value)}")


def _with_term(rule: Rule, index: int, term: Term, operator: str, text: str) -> Mutant:
    terms = tuple(term if i == index else old for i, old in enumerate(rule.head.terms))
    return _with_head(rule, replace(rule.head, terms=terms), operator, text)


def _with_head(rule: Rule, head: Head, operator: str, text: str) -> Mutant:
    return Mutant(replace(rule, head=head), operator, text, Where(slot="conclusion"))
