"""Rules unfolded down to given facts: what is concluded is replaced by the conditions of a rule that concludes it.

A rule over a chain has one unfolding for each choice of concluding rules. Each names the conditions it rests on with their places, so that
what contradicts what can be told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from neurobalance_expert.analysis.logic import Formula, Term, passes, same
from neurobalance_expert.analysis.scene import Assumed, Bound, Fresh, Pack, head_values, positive
from neurobalance_expert.errors import Span
from neurobalance_expert.rules.ir import Const, Pattern, Rule, Slot, Test, Var

MOST = 64  # unfoldings of one rule; beyond it the question stays undecided


class Reason(Struct, frozen=True):
    """Why a formula must hold: in words, with its place in a rule or none for what is true of all facts."""

    text: str
    at: Span | None = None
    rule: str = ""


class Condition(Struct, frozen=True, eq=False):
    """One test of a rule on a fact of an unfolding, or what joins two facts."""

    reason: Reason
    formula: Formula
    pattern: Pattern
    slot: Slot
    test: Test | None = None


class Unfolding(Struct, frozen=True, eq=False):
    """Facts that make the positive conditions of a rule hold: one for each given condition, also of the rules below it.

    ``chain`` holds every rule that has to fire, the rule itself first, with its variables; ``values`` are those of the conclusion.
    """

    rule: Rule
    facts: tuple[Assumed, ...]
    conditions: tuple[Condition, ...]
    chain: tuple[tuple[Rule, Bound], ...]
    own: tuple[Assumed | None, ...]  # the fact of each positive condition of the rule itself; None for one that is concluded

    @property
    def bound(self) -> Bound:
        """The variables of the rule itself."""
        return self.chain[0][1]


def unfoldings(rule: Rule, pack: Pack, fresh: Fresh) -> tuple[Unfolding, ...] | None:
    """Every unfolding of a rule; None when there are too many."""
    found: list[Unfolding] = []
    for unfolding in _unfold(rule, pack, fresh):
        found.append(unfolding)
        if len(found) > MOST:
            return None
    return tuple(found)


def _unfold(rule: Rule, pack: Pack, fresh: Fresh) -> Iterator[Unfolding]:
    yield from _go_on(rule, positive(rule), Unfolding(rule, (), (), ((rule, {}),), ()), pack, fresh)


def _go_on(rule: Rule, left: Sequence[Pattern], so_far: Unfolding, pack: Pack, fresh: Fresh) -> Iterator[Unfolding]:
    if not left:
        yield so_far
        return
    pattern = left[0]
    if not pack.derived(pattern.relation):
        fact, conditions, bound = _own_fact(rule, pattern, so_far.bound, pack, fresh)
        chain = ((rule, bound), *so_far.chain[1:])
        facts, own = (*so_far.facts, fact), (*so_far.own, fact)
        yield from _go_on(rule, left[1:], Unfolding(rule, facts, (*so_far.conditions, *conditions), chain, own), pack, fresh)
        return
    for other in pack.concluders.get(pattern.relation, ()):
        for below in _unfold(other, pack, fresh):
            values = head_values(other, below.bound, pack.symbols)
            conditions, bound = _conditions(rule, pattern, values, so_far.bound, pack)
            if any(c.formula is False for c in conditions if c.test is None):
                continue
            yield from _go_on(
                rule,
                left[1:],
                Unfolding(
                    rule,
                    (*so_far.facts, *below.facts),
                    (*so_far.conditions, *below.conditions, *conditions),
                    ((rule, bound), *so_far.chain[1:], *below.chain),
                    (*so_far.own, None),
                ),
                pack,
                fresh,
            )


def _own_fact(rule: Rule, pattern: Pattern, bound: Bound, pack: Pack, fresh: Fresh) -> tuple[Assumed, tuple[Condition, ...], Bound]:
    """A fact for one condition: equal to its constants and to variables that are known, free elsewhere."""
    fact = fact_for(pattern, bound, pack, fresh)
    conditions, known = _conditions(rule, pattern, fact.values, bound, pack)
    return fact, conditions, known


def fact_for(pattern: Pattern, bound: Bound, pack: Pack, fresh: Fresh, *, sure: bool = True) -> Assumed:
    """A fact that could meet a pattern. Constants and known variables stand in its key; the rest is free, for tests to narrow."""
    relation = pack.vocabulary.relations[pattern.relation]
    values: list[Term] = [0] * len(relation.slots)
    asked = {slot.index: slot for slot in pattern.slots}
    for index, slot in enumerate(relation.slots):
        term = asked[index].term if index in asked else None
        if slot.name in relation.key and isinstance(term, Const):
            values[index] = pack.symbols.code(term.value)
        elif slot.name in relation.key and isinstance(term, Var) and term.name in bound:
            values[index] = bound[term.name]
        else:
            values[index] = fresh.number(f"{relation.name}.{slot.name}")
    return Assumed(relation.name, tuple(values), True if sure else fresh.truth(relation.name))


def _conditions(rule: Rule, pattern: Pattern, values: Sequence[Term], bound: Bound, pack: Pack) -> tuple[tuple[Condition, ...], Bound]:
    """The tests of a pattern on a fact one by one, each with its words."""
    found: list[Condition] = []
    known = dict(bound)
    for slot in pattern.slots:
        value = values[slot.index]
        if isinstance(slot.term, Const):
            formula = same(value, pack.symbols.code(slot.term.value))
            found.append(Condition(Reason(asked(pattern, slot, None, pack), pattern.at, rule.id), formula, pattern, slot))
        elif isinstance(slot.term, Var):
            formula = same(known.setdefault(slot.term.name, value), value)
            if formula is not True:
                found.append(Condition(Reason(asked(pattern, slot, None, pack), pattern.at, rule.id), formula, pattern, slot))
        for test in slot.tests:
            formula = passes(test, value, pack.symbols)
            found.append(Condition(Reason(asked(pattern, slot, test, pack), pattern.at, rule.id), formula, pattern, slot, test))
    return tuple(found), known


def asked(pattern: Pattern, slot: Slot, test: Test | None, pack: Pack) -> str:
    """One test of a condition in words: ``lab.ratio below 1``."""
    spec = pack.vocabulary.relations[pattern.relation].slots[slot.index]
    name = f"{pattern.relation}.{slot.name}"
    if test is None:
        term = slot.term
        if isinstance(term, Const):
            return f"{name} {spec.unscaled(term.value).normalize():f}" if isinstance(term.value, int) else f"{name} {term.value}"
        return f"{name} ${term.name}" if term else name
    if isinstance(test.bound, int):
        return f"{name} {test.op.replace('_', ' ')} {spec.unscaled(test.bound).normalize():f}"
    words = ", ".join(f"{spec.unscaled(v).normalize():f}" if isinstance(v, int) else v for v in test.bound)
    return f"{name} {test.op.replace('_', ' ')} [{words}]"
