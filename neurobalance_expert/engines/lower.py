"""Rules as a core program for engines that know two truth values: positive atoms, negated atoms, comparisons, heads, strata.

Overrides are compiled away. A rule that overrides another, or that concludes a finding, also concludes an *instance*: a fact of a relation
of its own with the variables that matter. The overridden rule negates that instance; a finding is built from it after the run. So engines
need neither overriding nor text building, and every negation is a single atom whose variables are bound by the positive ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct

from neurobalance_expert.engines.plan import KeptByIdentity, make_conclude
from neurobalance_expert.fact import FINDING, Fact, Value
from neurobalance_expert.rules.ir import RUNNING, Const, Pattern, Rule, RuleSet, Term, Test, Var
from neurobalance_expert.vocabulary import Vocabulary

INSTANCE = "instance:"  # no vocabulary name contains a colon


class Arg(Struct, frozen=True):
    """What an atom asks of one slot; nothing at all for a free slot."""

    term: Term | None = None
    tests: tuple[Test, ...] = ()


FREE = Arg()


class Filter(Struct, frozen=True, eq=False):
    """The part of an atom that one fact alone can decide: constants and tests. Equal filters of a program are one object."""

    relation: str
    equal: tuple[tuple[int, Value], ...]
    tests: tuple[tuple[int, Test], ...]

    def admits(self, values: tuple[Value | None, ...]) -> bool:
        """Whether these values pass; None could be anything."""
        for index, wanted in self.equal:
            if values[index] != wanted and values[index] is not None:
                return False
        for index, test in self.tests:
            value = values[index]
            if value is not None and not test.holds(value):
                return False
        return True


class Atom(Struct, frozen=True):
    """A relation with one argument for each of its slots."""

    relation: str
    args: tuple[Arg, ...]
    filter: Filter


class CoreRule(Struct, frozen=True):
    """A rule whose heads hold when every positive atom holds and no negative one does."""

    id: str
    stratum: int
    positive: tuple[Atom, ...]
    negative: tuple[Atom, ...]
    heads: tuple[Atom, ...]


class Core(Struct, frozen=True):
    """A core program. ``findings`` turns an instance back into the finding that its rule concludes."""

    rules: tuple[CoreRule, ...]  # by stratum, then id
    findings: Mapping[str, Callable[[tuple[Value, ...]], Fact]]

    def decode(self, atoms: Iterable[tuple[str, tuple[Value, ...]]]) -> frozenset[Fact]:
        """The facts that ground atoms of an engine stand for; instances of rules without a finding stand for none."""
        out = set()
        for relation, values in atoms:
            if not relation.startswith(INSTANCE):
                out.add(Fact(relation, values))
            elif relation in self.findings:
                out.add(self.findings[relation](values))
        return frozenset(out)


def make_core(rules: RuleSet, vocabulary: Vocabulary) -> Core:
    """Lower the running rules."""
    return _Lowering(rules, vocabulary).core()


lower = KeptByIdentity(make_core)


def relevant(core: Core, facts: Iterable[Fact]) -> tuple[tuple[CoreRule, ...], tuple[Fact, ...]]:
    """The rules that could fire on these facts, and the facts that one of their atoms could match.

    A rule is left out when one of its positive atoms admits no given fact and no head of a rule that could fire. What is left out can take
    no part in any derivation, so the model is the same; an engine that pays for every rule and fact pays only for the rest.
    """
    given: dict[str, list[Fact]] = {}
    for fact in facts:
        given.setdefault(fact.relation, []).append(fact)
    heads: dict[str, list[tuple[Value | None, ...]]] = {}
    matched: dict[Filter, list[Fact]] = {}

    def match(wanted: Filter) -> list[Fact]:
        if wanted not in matched:
            matched[wanted] = [fact for fact in given.get(wanted.relation, ()) if wanted.admits(fact.values)]
        return matched[wanted]

    live = []
    needed: dict[Fact, None] = {}
    for rule in core.rules:
        if all(match(atom.filter) or any(map(atom.filter.admits, heads.get(atom.relation, ()))) for atom in rule.positive):
            live.append(rule)
            for head in rule.heads:
                heads.setdefault(head.relation, []).append(tuple([a.term.value if isinstance(a.term, Const) else None for a in head.args]))
            for atom in (*rule.positive, *rule.negative):
                needed |= dict.fromkeys(match(atom.filter))
    return tuple(live), tuple(needed)


class _Lowering:
    """Lowers one rule set; filters that are equal become one object."""

    def __init__(self, rules: RuleSet, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.stratum = rules.stratum
        self.running = {rule.id: rule for rule in rules.rules if rule.status in RUNNING}
        self.filters: dict[object, Filter] = {}
        self.names = {rule.id: self._instance_variables(rule) for rule in self.running.values()}

    def core(self) -> Core:
        """The whole program."""
        ordered = sorted(self.running.values(), key=lambda r: (self.stratum[r.id], r.id))
        findings = {INSTANCE + rule.id: self._finding(rule) for rule in ordered if rule.head.relation == FINDING}
        return Core(tuple([self._rule(rule) for rule in ordered]), findings)

    def _rule(self, rule: Rule) -> CoreRule:
        positive = tuple([self._pattern(p) for p in (*rule.scope, *rule.when)])
        negative = [self._pattern(p) for p in rule.unless]
        for other in self.running.values():
            if rule.id in other.overrides:
                own = rule.variables()
                negative.append(self._atom(INSTANCE + other.id, [Arg(Var(n)) if n in own else FREE for n in self.names[other.id]]))
        heads = []
        if rule.head.relation != FINDING:
            heads.append(self._atom(rule.head.relation, [Arg(term or Const("")) for term in rule.head.terms]))
        if rule.head.relation == FINDING or self._overridden(rule):
            heads.append(self._atom(INSTANCE + rule.id, [Arg(Var(n)) for n in self.names[rule.id]]))
        return CoreRule(rule.id, self.stratum[rule.id], positive, tuple(negative), tuple(heads))

    def _overridden(self, rule: Rule) -> list[Rule]:
        return [self.running[other] for other in rule.overrides if other in self.running]

    def _instance_variables(self, rule: Rule) -> tuple[str, ...]:
        """Those in the head of a finding, and those that an overridden rule has too."""
        names: set[str] = set()
        if rule.head.relation == FINDING:
            names |= {t.name for t in (*rule.head.code, *rule.head.terms) if isinstance(t, Var)}
        for other in self._overridden(rule):
            names |= rule.variables() & other.variables()
        return tuple(sorted(names))

    def _finding(self, rule: Rule) -> Callable[[tuple[Value, ...]], Fact]:
        conclude = make_conclude(rule)
        names = self.names[rule.id]
        return lambda values: conclude(dict(zip(names, values, strict=True)))

    def _pattern(self, pattern: Pattern) -> Atom:
        args = [FREE] * len(self.vocabulary.relations[pattern.relation].slots)
        for slot in pattern.slots:
            args[slot.index] = Arg(slot.term, slot.tests)
        return self._atom(pattern.relation, args)

    def _atom(self, relation: str, args: list[Arg]) -> Atom:
        equal = tuple((i, arg.term.value) for i, arg in enumerate(args) if isinstance(arg.term, Const))
        tests = tuple((i, test) for i, arg in enumerate(args) for test in arg.tests)
        made = self.filters.setdefault((relation, equal, tests), Filter(relation, equal, tests))
        return Atom(relation, tuple(args), made)
