"""A bounded set of facts that are not known yet, and what rules conclude from them, as formulas with the meaning of the reference engine.

Every fact has a relation, a value for each slot (a number, or a variable of the solver) and a formula that says whether it is there. A rule
has one instance for each way of taking a fact for each of its conditions; it fires where the tests hold, no exception does, and no
instance of an overriding rule fires with equal shared variables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import count
from typing import Any

import z3
from msgspec import Struct

from neurobalance_expert.analysis.logic import Formula, Symbols, Term, all_of, any_of, no, passes, same
from neurobalance_expert.fact import FINDING
from neurobalance_expert.rules.check import overriders
from neurobalance_expert.rules.ir import Const, Pattern, Rule, RuleSet, Var
from neurobalance_expert.rules.ir import Term as RuleTerm
from neurobalance_expert.vocabulary import Vocabulary

Bound = Mapping[str, Term]
MOST_WAYS = 5000  # of taking facts for conditions in one question; beyond it the question stays undecided


class TooManyWaysError(Exception):
    """A question has more instances than are looked at."""


class Assumed(Struct, eq=False):
    """A fact of a scene: given or concluded. ``there`` says when it is in the set; ``laws``, once asked for, hold for it alone."""

    relation: str
    values: tuple[Term, ...]
    there: Formula
    laws: tuple[Any, ...] | None = None


class Instance(Struct, frozen=True, eq=False):
    """One way in which a rule could hold: its facts, its variables, and when its conditions hold and no exception does."""

    rule: Rule
    facts: tuple[Assumed, ...]
    bound: Bound
    holds: Formula


class Pack(Struct, frozen=True):
    """The rules that are looked at, by id and by what they conclude, with the names that they and the domains use."""

    rules: RuleSet
    vocabulary: Vocabulary
    symbols: Symbols
    by_id: Mapping[str, Rule]
    above: Mapping[str, Sequence[Rule]]
    concluders: Mapping[str, Sequence[Rule]]

    def derived(self, relation: str) -> bool:
        """Whether facts of a relation are concluded and never given."""
        return self.vocabulary.relations[relation].derived

    def asked_with(self, ids: Iterable[str]) -> frozenset[str]:
        """The rules, with all that conclude what they look at and all that override any of them."""
        found: set[str] = set()
        todo = list(ids)
        while todo:
            name = todo.pop()
            if name in found:
                continue
            found.add(name)
            rule = self.by_id[name]
            todo += [other.id for p in patterns_of(rule) for other in self.concluders.get(p.relation, ())]
            todo += [other.id for other in self.above.get(name, ())]
        return frozenset(found)


def pack_of(rules: RuleSet, vocabulary: Vocabulary, names: Iterable[str]) -> Pack:
    """Everything that questions about a set of rules share. ``names`` are words beside those of the rules."""
    concluders: dict[str, list[Rule]] = {}
    for rule in rules.rules:
        if rule.head.relation != FINDING:
            concluders.setdefault(rule.head.relation, []).append(rule)
    words = {word for rule in rules.rules for word in _words(rule)}
    by_id = {rule.id: rule for rule in rules.rules}
    return Pack(rules, vocabulary, Symbols({*words, *names}), by_id, overriders(rules.rules), concluders)


def patterns_of(rule: Rule) -> tuple[Pattern, ...]:
    """All conditions and exceptions."""
    return (*rule.scope, *rule.when, *rule.unless)


def positive(rule: Rule) -> tuple[Pattern, ...]:
    """The conditions that must hold."""
    return (*rule.scope, *rule.when)


def _words(rule: Rule) -> Iterator[str]:
    terms = [slot.term for p in patterns_of(rule) for slot in p.slots]
    for term in (*terms, *rule.head.terms, *rule.head.code):
        if isinstance(term, Const) and isinstance(term.value, str):
            yield term.value
    for p in patterns_of(rule):
        for test in (t for slot in p.slots for t in slot.tests if isinstance(t.bound, tuple)):
            yield from (word for word in test.bound if isinstance(word, str))  # type: ignore[union-attr]


def term_of(term: RuleTerm | None, bound: Bound, symbols: Symbols) -> Term:
    """What a term of a rule stands for; '' for a slot that is left out."""
    if term is None:
        return 0
    return symbols.code(term.value) if isinstance(term, Const) else bound[term.name]


def match(pattern: Pattern, values: Sequence[Term], bound: Bound, symbols: Symbols) -> tuple[Formula, Bound]:
    """When a fact meets a pattern, and the variables with those that it binds."""
    parts: list[Formula] = []
    known = dict(bound)
    for slot in pattern.slots:
        value = values[slot.index]
        if isinstance(slot.term, Const):
            parts.append(same(value, symbols.code(slot.term.value)))
        elif isinstance(slot.term, Var):
            parts.append(same(known.setdefault(slot.term.name, value), value))
        parts += [passes(test, value, symbols) for test in slot.tests]
    return all_of(parts), known


class Scene:
    """Facts that may be there, and what the rules of a question make of them."""

    def __init__(self, pack: Pack, facts: Sequence[Assumed], rules: Iterable[str]) -> None:
        self.pack = pack
        self.given: dict[str, list[Assumed]] = {}
        for fact in facts:
            self.given.setdefault(fact.relation, []).append(fact)
        self.rules = frozenset(rules)
        self._instances: dict[str, tuple[Instance, ...]] = {}
        self._ways = 0
        self._fires: dict[Instance, Formula] = {}
        self._concluded: dict[str, list[Assumed]] = {}

    def facts(self, relation: str) -> list[Assumed]:
        """The facts of a relation: those given, or for one that rules conclude those concluded."""
        if not self.pack.derived(relation):
            return self.given.get(relation, [])
        if relation not in self._concluded:
            self._concluded[relation] = self._conclude(relation)
        return self._concluded[relation]

    def _conclude(self, relation: str) -> list[Assumed]:
        """What the rules of a relation conclude: one fact for all instances with the same values."""
        ways: dict[tuple[object, ...], tuple[tuple[Term, ...], list[Formula]]] = {}
        for rule in self.pack.concluders.get(relation, ()):
            for instance in self.instances(rule) if rule.id in self.rules else ():
                values = head_values(rule, instance.bound, self.pack.symbols)
                mark = tuple(value if isinstance(value, int) else (value.get_id(),) for value in values)
                ways.setdefault(mark, (values, []))[1].append(self.fires(instance))
        return [Assumed(relation, values, any_of(formulas)) for values, formulas in ways.values()]

    def instances(self, rule: Rule) -> tuple[Instance, ...]:
        """Every way in which a rule could hold on the facts."""
        if rule.id not in self._instances:
            self._instances[rule.id] = tuple(self._find(rule, positive(rule), (), {}, True))
        return self._instances[rule.id]

    def _find(self, rule: Rule, left: Sequence[Pattern], used: tuple[Assumed, ...], bound: Bound, so_far: Formula) -> Iterator[Instance]:
        if not left:
            holds = all_of((so_far, no(self.excepted(rule, bound))))
            if holds is not False:
                yield Instance(rule, used, bound, holds)
            return
        for fact in self.facts(left[0].relation):
            self._ways += 1
            if self._ways > MOST_WAYS:
                raise TooManyWaysError
            met, known = match(left[0], fact.values, bound, self.pack.symbols)
            both = all_of((so_far, fact.there, met))
            if both is not False:
                yield from self._find(rule, left[1:], (*used, fact), known, both)

    def fires(self, instance: Instance) -> Formula:
        """When an instance fires: it holds, and nothing overrides it."""
        if instance not in self._fires:
            self._fires[instance] = all_of((instance.holds, no(self.overridden(instance.rule, instance.bound))))
        return self._fires[instance]

    def excepted(self, rule: Rule, bound: Bound) -> Formula:
        """When an exception of the rule holds."""
        return any_of(self.exception(pattern, bound) for pattern in rule.unless)

    def exception(self, pattern: Pattern, bound: Bound) -> Formula:
        """When some fact meets an exception."""
        return any_of(all_of((f.there, match(pattern, f.values, bound, self.pack.symbols)[0])) for f in self.facts(pattern.relation))

    def overridden(self, rule: Rule, bound: Bound, by: Callable[[Rule], bool] = lambda _: True) -> Formula:
        """When a rule that overrides this one fires with equal shared variables. ``by``: only some overriding rules."""
        parts: list[Formula] = []
        for other in self.pack.above.get(rule.id, ()):
            if other.id in self.rules and by(other):
                shared = sorted(rule.variables() & other.variables())
                parts += [all_of((self.fires(i), *(same(i.bound[name], bound[name]) for name in shared))) for i in self.instances(other)]
        return any_of(parts)


def head_values(rule: Rule, bound: Bound, symbols: Symbols) -> tuple[Term, ...]:
    """The values of what a rule concludes."""
    return tuple(term_of(term, bound, symbols) for term in rule.head.terms)


class Fresh:
    """Variables of the solver with names of their own."""

    def __init__(self) -> None:
        self._number = count()

    def number(self, name: str) -> z3.ArithRef:
        """A whole number."""
        return z3.Int(f"{name}!{next(self._number)}")

    def truth(self, name: str) -> z3.BoolRef:
        """True or false."""
        return z3.Bool(f"{name}!{next(self._number)}")
