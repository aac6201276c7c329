"""What is asked: a finding that is to go, or one that is to come; which rules speak of it, and on which facts that rests."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import product

from msgspec import Struct

from neurobalance_expert.audit import codes_of
from neurobalance_expert.engines.base import Derivation, Entry, Result
from neurobalance_expert.errors import Misuse, did_you_mean
from neurobalance_expert.explain.findings import code_text
from neurobalance_expert.explain.proof import by_conclusion
from neurobalance_expert.explain.sentences import explain_condition, explain_entry, in_words
from neurobalance_expert.fact import FINDING, FINDING_SLOTS, Fact, Value
from neurobalance_expert.loaded import Knowledge
from neurobalance_expert.rules.ir import RUNNING, Const, Pattern, Rule, Test, Var
from neurobalance_expert.vocabulary import Relation

CODE = FINDING_SLOTS.index("code")
MOST_WAYS = 200  # of proofs that are told apart; a finding with more rests on nearly everything
OPPOSITE = {"below": "at least", "at_most": "above", "above": "at most", "at_least": "below"}


class Touch(Struct, frozen=True):
    """Facts that matter: of a relation, with these values of some of its slots (the others are free)."""

    relation: str
    known: Mapping[str, tuple[Value, ...]]


class Goal(Struct, frozen=True):
    """A finding by its code, whether it is to go or to come, and every rule that can decide about it."""

    code: str
    clears: bool
    bindings: Mapping[str, Mapping[str, Value]]  # rule that can conclude the code -> what the code says of its variables
    deciding: frozenset[str]  # ids of those rules, of what they use and of what overrides any of them


def goal_of(code: str, result: Result, knowledge: Knowledge) -> Goal:
    """The question that a code asks of a case. Raises Misuse for what is no finding code that a rule could conclude here."""
    there = codes(result)
    known = codes_of(knowledge, result.facts, there)
    targets = known.targets(code)
    bindings = {t.rule.id: t.preset for t in targets if t.rule.status in RUNNING and (t.preset or code_text(t.rule) == code)}
    if not bindings or "$" in code:
        otherwise = f"in this case there are {', '.join(there)}" if there else "docs/codes.md lists them"
        raise Misuse(f"'{code}' is not the code of one finding, with its values; {otherwise}")
    if code not in there and not any(known.is_named(target) for target in targets):
        hint = did_you_mean(code, set(known.every()), otherwise="docs/codes.md lists the codes")
        raise Misuse(f"'{code}' names what is neither in this case nor in the knowledge base; {hint}")
    return Goal(code, code in there, bindings, _deciding(bindings, knowledge))


def codes(result: Result) -> tuple[str, ...]:
    """The codes of the findings, each once, in alphabetical order."""
    return tuple(sorted({str(f.values[CODE]) for f in result.facts if f.relation == FINDING}))


def supports(goal: Goal, result: Result) -> list[frozenset[Fact]]:
    """The given facts of every proof of the finding. To clear it, one fact of each has to give."""
    ways = by_conclusion(result)
    found: dict[frozenset[Fact], None] = {}
    for fact in sorted(f for f in result.facts if f.relation == FINDING and f.values[CODE] == goal.code):
        for way in ways[fact]:
            found |= dict.fromkeys(_given(way, ways))
    return [way for way in found if not any(other < way for other in found)]


def touches(goal: Goal, result: Result, knowledge: Knowledge, impossible: Collection[str] = ()) -> list[Touch]:
    """The facts that could move the finding: those of its proofs and of what it overrides, or all that its rules look at.

    Args:
        impossible: Rules that could conclude it and never will in this case; when these are all, nothing moves it.
    """
    vocabulary, found = knowledge.vocabulary, []
    if goal.clears:
        for fact in sorted({fact for way in supports(goal, result) for fact in way}):
            relation = vocabulary.relations[fact.relation]
            found.append(Touch(fact.relation, {name: (fact.values[relation.index(name)],) for name in relation.key}))
        for rule, entry in _overridden(goal, result, knowledge):
            found += [touch_of(pattern, dict(entry.binding)) for pattern in (*rule.scope, *rule.when)]
        return found
    possible = _deciding([rule for rule in goal.bindings if rule not in impossible], knowledge)
    for rule in _running(knowledge):
        if rule.id in possible - set(impossible):
            said = goal.bindings.get(rule.id, {})
            found += [touch_of(pattern, said) for pattern in (*rule.scope, *rule.when, *rule.unless)]
    return [touch for touch in found if not vocabulary.relations[touch.relation].derived]


def needs(goal: Goal, result: Result, knowledge: Knowledge, changeable: Collection[str]) -> tuple[str, ...]:
    """What the finding rests on that could change, with the limit and how far it is from it; or what is in the way of it."""
    if goal.clears:
        return _lines(goal, result, knowledge, lambda relation: relation in changeable)
    lines = [explain_entry(entry, rule, knowledge.vocabulary) for rule, entry in nearest(goal, result, knowledge)]
    return tuple(dict.fromkeys(lines))


def rests_on(goal: Goal, result: Result, knowledge: Knowledge, changeable: Collection[str]) -> tuple[str, ...]:
    """The conditions of the finding on given facts that nothing changes, in words; that the entries are usable is not worth a line."""
    relations = knowledge.vocabulary.relations
    return _lines(goal, result, knowledge, lambda r: r not in changeable and not relations[r].derived and r != "trusted")


def nearest(goal: Goal, result: Result, knowledge: Knowledge) -> list[tuple[Rule, Entry]]:
    """How the rules that could conclude the finding stand, the nearest miss of each rule first: the condition that came last, by margin."""
    found = []
    for rule_id, said in goal.bindings.items():
        rule = knowledge.rule_by_id[rule_id]
        order = {pattern.label: n for n, pattern in enumerate((*rule.scope, *rule.when, *rule.unless))}
        fitting = [e for e in result.entries.get(rule_id, ()) if fits(e, said)]
        ranked = sorted(fitting, key=lambda e: (-order.get(e.label, len(order)), e.margin is None, e.margin or 0, e.binding))
        found += [(rule, entry) for entry in ranked[:1]]
    return found


def fits(entry: Entry, said: Mapping[str, Value]) -> bool:
    """Whether an entry is about what the code says."""
    return all(said.get(name, value) == value for name, value in entry.binding)


def _running(knowledge: Knowledge) -> Iterator[Rule]:
    return (rule for rule in knowledge.rules.rules if rule.status in RUNNING)


def _deciding(bindings: Collection[str], knowledge: Knowledge) -> frozenset[str]:
    """The rules, those that conclude what they use, and those that override any of them."""
    concluders: dict[str, list[str]] = {}
    overriders: dict[str, list[str]] = {}
    for rule in _running(knowledge):
        concluders.setdefault(rule.head.relation, []).append(rule.id)
        for other in rule.overrides:
            overriders.setdefault(other, []).append(rule.id)
    found: set[str] = set()
    waiting = list(bindings)
    while waiting:
        rule_id = waiting.pop()
        if rule_id in found:
            continue
        found.add(rule_id)
        rule = knowledge.rule_by_id[rule_id]
        for pattern in (*rule.scope, *rule.when, *rule.unless):
            waiting += concluders.get(pattern.relation, ())
        waiting += overriders.get(rule_id, ())
    return frozenset(found)


# --- facts --------------------------------------------------------------------------------------------------------


def _given(way: Derivation, ways: Mapping[Fact, tuple[Derivation, ...]]) -> list[frozenset[Fact]]:
    """The given facts of every proof that begins with one derivation."""
    found = [frozenset[Fact]()]
    for premise in way.premises:
        below = [given for other in ways.get(premise, ()) for given in _given(other, ways)] or [frozenset([premise])]
        found = [one | two for one, two in product(found, below)][:MOST_WAYS]
    return found


def _overridden(goal: Goal, result: Result, knowledge: Knowledge) -> Iterator[tuple[Rule, Entry]]:
    for rule_id in goal.bindings:
        for entry in result.entries.get(rule_id, ()):
            if entry.status == "overridden" and fits(entry, goal.bindings[rule_id]):
                yield knowledge.rule_by_id[rule_id], entry


def touch_of(pattern: Pattern, binding: Mapping[str, Value]) -> Touch:
    """The facts that a condition asks for, as far as its slots are known."""
    known: dict[str, tuple[Value, ...]] = {}
    for slot in pattern.slots:
        listed = [test.bound for test in slot.tests if test.op == "in" and isinstance(test.bound, tuple)]
        if isinstance(slot.term, Const):
            known[slot.name] = (slot.term.value,)
        elif isinstance(slot.term, Var) and slot.term.name in binding:
            known[slot.name] = (binding[slot.term.name],)
        elif listed:
            known[slot.name] = listed[0]
    return Touch(pattern.relation, known)


def _own_ways(goal: Goal, result: Result, ways: Mapping[Fact, tuple[Derivation, ...]]) -> Iterator[Derivation]:
    for fact in sorted(f for f in result.facts if f.relation == FINDING and f.values[CODE] == goal.code):
        yield from ways[fact]


def _lines(goal: Goal, result: Result, knowledge: Knowledge, wanted: Callable[[str], bool]) -> tuple[str, ...]:
    ways = by_conclusion(result)
    own = _own_ways(goal, result, ways)
    return tuple(dict.fromkeys(line for way in own for line in _conditions(way, ways, knowledge, wanted)))


def _conditions(
    way: Derivation, ways: Mapping[Fact, tuple[Derivation, ...]], knowledge: Knowledge, wanted: Callable[[str], bool]
) -> Iterator[str]:
    """The conditions of a proof on facts of some relations, each with how far it is from failing."""
    rule = knowledge.rule_by_id[way.rule]
    for pattern, fact in zip((*rule.scope, *rule.when), way.premises, strict=True):
        if wanted(fact.relation):
            said = explain_condition(pattern, knowledge.vocabulary, fact, rule.params)
            yield "; ".join([said, *_distances(pattern, fact, knowledge.vocabulary.relations[fact.relation])])
        for below in ways.get(fact, ()):
            yield from _conditions(below, ways, knowledge, wanted)


def _distances(pattern: Pattern, fact: Fact, relation: Relation) -> Iterator[str]:
    """By how much each number of a fact has to move before its comparison no longer holds, in whole steps of its resolution."""
    for slot in pattern.slots:
        value, kind = fact.values[slot.index], relation.slots[slot.index]
        for test in slot.tests:
            if isinstance(value, int) and isinstance(test.bound, int) and test.op in OPPOSITE:
                steps = flip_steps(test, value)
                yield f"it would have to be {OPPOSITE[test.op]} {in_words(kind, test.bound)}, {in_words(kind, steps)} away"


def flip_steps(test: Test, value: int) -> int:
    """Steps of the resolution until an ordering that holds fails.

    >>> flip_steps(Test("below", 30), 15), flip_steps(Test("at_most", 30), 15)
    (15, 16)
    """
    away = abs(value - int(test.bound)) if isinstance(test.bound, int) else 0
    return away + (test.op in ("at_most", "at_least"))
