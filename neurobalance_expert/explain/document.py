"""The proofs of an assessment as one document: plain data that can be kept, sent and checked without the program that made it.

Every fact of the model stands in it once, so that "no fact matches" can be looked up; every step is one way in which one rule concluded
one fact. A fact that several rules conclude, or one rule in several ways, has as many steps. docs/proofs.md describes the form.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

import msgspec

from neurobalance_expert.engines.base import Derivation, Result
from neurobalance_expert.engines.reference import fact_order
from neurobalance_expert.explain.findings import Explainer, fact_line
from neurobalance_expert.explain.sentences import explain_condition
from neurobalance_expert.fact import FINDING, Fact
from neurobalance_expert.proof import SCHEMA, Absence, Comparison, Condition, Line, Proofs, Step
from neurobalance_expert.rules.digest import rule_digest
from neurobalance_expert.rules.ir import RUNNING, Binding, Const, Pattern, Rule, Test, Var
from neurobalance_expert.vocabulary import Relation, SlotType, Vocabulary, from_value


def proofs(result: Result, explainer: Explainer) -> Proofs:
    """The document of a result."""
    facts = sorted(result.facts, key=fact_order)
    place = {fact: number for number, fact in enumerate(facts)}
    count = Counter(fact.relation for fact in facts)
    overriding = _overriding(explainer.rules.values())
    complete = _complete(facts, explainer.vocabulary)
    steps = [_step(d, place, count, overriding, complete, explainer) for d in _in_order(result.derivations)]
    used = {condition.fact for step in steps for condition in step.conditions}
    concluded = {step.fact for step in steps}
    lines = [_line(fact, number not in concluded, number in used, explainer) for number, fact in enumerate(facts)]
    findings = [number for number, fact in enumerate(facts) if fact.relation == FINDING]
    return Proofs(SCHEMA, tuple(lines), tuple(steps), tuple(findings))


def as_data(document: Proofs) -> dict[str, Any]:
    """The document as plain data for JSON."""
    data: dict[str, Any] = msgspec.to_builtins(document)
    return data


def _in_order(derivations: Iterable[Derivation]) -> list[Derivation]:
    """Every derivation after those of its premises, otherwise in canonical order."""
    depth: dict[Fact, int] = {}
    by_fact: dict[Fact, list[Derivation]] = {}
    for derivation in derivations:
        by_fact.setdefault(derivation.fact, []).append(derivation)

    def level(fact: Fact) -> int:
        if fact not in depth:
            depth[fact] = max((1 + max(map(level, way.premises), default=0) for way in by_fact.get(fact, ())), default=0)
        return depth[fact]

    return sorted(derivations, key=lambda d: level(d.fact))


def _overriding(rules: Iterable[Rule]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for rule in rules:
        for other in rule.overrides if rule.status in RUNNING else ():
            found.setdefault(other, []).append(rule.id)
    return {other: tuple(sorted(ids)) for other, ids in found.items()}


def _complete(facts: Iterable[Fact], vocabulary: Vocabulary) -> frozenset[str]:
    """The relations of which this case holds every fact: closed ones, concluded ones, and those that a fact closes."""
    there = set(facts)

    def closes(relation: Relation) -> bool:
        if relation.closed_by is None:
            return False
        other, wanted = relation.closed_by
        slots = [(vocabulary.relations[other].index(slot), value) for slot, value in wanted]
        return any(fact.relation == other and all(fact.values[i] == value for i, value in slots) for fact in there)

    return frozenset(name for name, r in vocabulary.relations.items() if r.derived or not r.open or closes(r))


def _step(
    way: Derivation,
    place: Mapping[Fact, int],
    count: Mapping[str, int],
    overriding: Mapping[str, tuple[str, ...]],
    complete: frozenset[str],
    explainer: Explainer,
) -> Step:
    rule = explainer.rules[way.rule]
    vocabulary = explainer.vocabulary
    positive = zip((*rule.scope, *rule.when), way.premises, strict=True)
    return Step(
        fact=place[way.fact],
        rule=rule.id,
        at=f"{rule.at.file}:{rule.at.line}" if rule.at else "",
        digest=rule_digest(rule),
        binding=_binding(way, rule, vocabulary),
        conditions=tuple(_condition(pattern, fact, place[fact], rule, explainer) for pattern, fact in positive),
        absences=tuple(_absence(pattern, dict(way.binding), count, complete, rule, vocabulary) for pattern in rule.unless),
        overriding=overriding.get(rule.id, ()),
    )


def _binding(way: Derivation, rule: Rule, vocabulary: Vocabulary) -> dict[str, Any]:
    types = slot_types(rule, vocabulary)
    return {name: plain(types[name], value) for name, value in way.binding}


def slot_types(rule: Rule, vocabulary: Vocabulary) -> dict[str, SlotType]:
    """The type of each variable of a rule."""
    found = {}
    for pattern in (*rule.scope, *rule.when):
        for slot in pattern.slots:
            if isinstance(slot.term, Var):
                found[slot.term.name] = vocabulary.relations[pattern.relation].slots[slot.index]
    return found


def plain(slot: SlotType, value: Any) -> Any:
    """A value as JSON has it: a number with just the digits of its resolution."""
    if isinstance(value, int):
        return _number(slot.resolution, value)
    return from_value(slot, value) if slot.kind == "bool" else value


@lru_cache(maxsize=4096)
def _number(resolution: Decimal, steps: int) -> int | float:
    value = resolution * steps
    return int(value) if value == value.to_integral_value() else float(value)


def _condition(pattern: Pattern, fact: Fact, number: int, rule: Rule, explainer: Explainer) -> Condition:
    relation = explainer.vocabulary.relations[pattern.relation]
    compared = [
        _comparison(test, relation.slots[slot.index], fact.values[slot.index], rule, explainer)
        for slot in pattern.slots
        for test in slot.tests
    ]
    return Condition(pattern.label, number, explain_condition(pattern, explainer.vocabulary, fact, rule.params), tuple(compared))


def _comparison(test: Test, slot: SlotType, value: Any, rule: Rule, explainer: Explainer) -> Comparison:
    param = next((p for p in rule.params if p.name == test.param), None)
    source = (param.source or param.name) if param else ""
    known = explainer.thresholds.get(source)
    bound = [plain(slot, item) for item in test.bound] if isinstance(test.bound, tuple) else plain(slot, test.bound)
    ordered = isinstance(value, int) and isinstance(test.bound, int)
    return Comparison(
        slot=slot.name,
        value=plain(slot, value),
        op=test.op,
        bound=bound,
        unit=slot.unit,
        margin=plain(slot, abs(value - test.bound)) if ordered else None,
        threshold=source,
        verified=known.verified if known else True,
        mark=known.mark if known else "",
    )


def _absence(
    pattern: Pattern, binding: Binding, count: Mapping[str, int], complete: frozenset[str], rule: Rule, vocabulary: Vocabulary
) -> Absence:
    relation, among = vocabulary.relations[pattern.relation], count[pattern.relation]
    said = explain_condition(pattern, vocabulary, None, rule.params, binding=binding, among=among)
    return Absence(pattern.label, pattern.relation, _asked(pattern, relation, binding), among, said, pattern.relation not in complete)


def _asked(pattern: Pattern, relation: Relation, binding: Binding) -> dict[str, Any]:
    """What each slot of an exception must be: a value, or its tests in words of the rule language."""
    asked: dict[str, Any] = {}
    for slot in pattern.slots:
        kind = relation.slots[slot.index]
        if isinstance(slot.term, Const):
            asked[slot.name] = plain(kind, slot.term.value)
        elif isinstance(slot.term, Var) and slot.term.name in binding:
            asked[slot.name] = plain(kind, binding[slot.term.name])
        for test in slot.tests:
            bound = [plain(kind, item) for item in test.bound] if isinstance(test.bound, tuple) else plain(kind, test.bound)
            asked[slot.name] = {test.op: bound}
    return asked


def _line(fact: Fact, given: bool, used: bool, explainer: Explainer) -> Line:
    """A fact; in words, and with where it came from, where it was concluded or a step rests on it."""
    slots = zip(explainer.vocabulary.relations[fact.relation].slots, fact.values, strict=True)
    values = {slot.name: plain(slot, value) for slot, value in slots if value != ""}
    if given and not used:
        return Line(fact.relation, values, given)
    line = fact_line(fact, explainer)
    origin = explainer.origins.get(fact)
    return Line(fact.relation, values, given, line.text, line.origin, line.sources, origin.workings() if origin else ())
