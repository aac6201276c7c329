"""Forward chaining by experta 1.9.4, fenced in. Only this module imports it, and only when it is needed.

What the fence is made of (each point is a way in which experta gives wrong answers without a word, see docs/decisions/0001):

- one fact class for each relation, every slot present by position, values text or whole numbers: nothing is coerced or missing;
- positive patterns first, then negations of a single pattern whose variables are bound; no other conditional element;
- predicates that cannot raise, one object for each comparison;
- an agenda of our own: a total order, and removal by equality. experta's own keeps activations that became false;
- rules whose conditions and actions cannot be mistaken for another rule's;
- a new engine for each run, all given facts declared at once, a limit on steps, nothing retracted or modified.
"""

from __future__ import annotations

import collections
import collections.abc
import logging
from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from types import SimpleNamespace
from typing import Any

from neurobalance_expert.engines.lower import Atom, Core, CoreRule, lower, relevant
from neurobalance_expert.errors import NeurobalanceError
from neurobalance_expert.fact import Fact, Value
from neurobalance_expert.rules.ir import Const, RuleSet, Test, Var
from neurobalance_expert.vocabulary import Vocabulary

STEP_LIMIT = 1_000_000
CAPTURE, NEGATED, VARIABLE = "fact", "none", "v_"  # prefixes that keep the names in a binding apart


class ExpertaEngine:
    """The perfect model by experta."""

    name = "experta"

    def run(self, rules: RuleSet, vocabulary: Vocabulary, facts: Iterable[Fact]) -> frozenset[Fact]:
        """The given facts and everything that experta concludes from them.

        Raises:
            NeurobalanceError: experta raised, or did not come to an end within STEP_LIMIT firings.
        """
        given = tuple(facts)
        return frozenset(given) | run_core(lower(rules, vocabulary), given)


def run_core(core: Core, given: Iterable[Fact], *, own_agenda: bool = True, lap: Callable[[str], None] = lambda _: None) -> frozenset[Fact]:
    """What experta concludes from the facts.

    Args:
        own_agenda: False uses experta's own, to show what that does.
        lap: called with ``build``, ``declare`` and ``run`` when that is done, for whoever measures.
    """
    live, needed = relevant(core, given)
    if not live:
        return frozenset()
    experta = _experta()
    kind = experta.Safe if own_agenda else experta.Unsafe
    try:
        engine = kind([_rule(experta, rule) for rule in live])
        engine.reset()
        lap("build")
        engine.declare(*[_fact_class(fact.relation)(*fact.values) for fact in needed])
        lap("declare")
        engine.run(STEP_LIMIT)
        lap("run")
    except Exception as error:
        raise NeurobalanceError(f"experta failed with {type(error).__name__}: {error}") from error
    if engine.agenda.activations:
        raise NeurobalanceError(f"experta did not come to an end within {STEP_LIMIT} steps")
    return core.decode(engine.concluded)


def _rule(experta: Any, rule: CoreRule) -> Any:
    """A rule of experta: its own function, positive patterns first, salience by stratum."""
    positive = [_pattern(experta, atom, f"{CAPTURE}{i}") for i, atom in enumerate(rule.positive)] or [experta.InitialFact()]
    negative = [experta.NOT(_pattern(experta, atom, f"{NEGATED}{i}")) for i, atom in enumerate(rule.negative)]
    heads = [(head.relation, _values(head)) for head in rule.heads]

    def conclude(engine: Any, **bound: Any) -> None:
        for relation, values in heads:
            engine.conclude(relation, values(bound))

    conclude.__name__ = rule.id
    made = experta.Rule(*positive, *negative, salience=-rule.stratum)
    made._wrapped = conclude
    made.__name__ = rule.id
    return made


def _values(head: Atom) -> Callable[[dict[str, Any]], tuple[Value, ...]]:
    terms = [arg.term for arg in head.args]
    return lambda bound: tuple([t.value if isinstance(t, Const) else bound[VARIABLE + t.name] for t in terms if t is not None])


def _pattern(experta: Any, atom: Atom, capture: str) -> Any:
    """A pattern of experta. The captured name differs for each place in a rule, so no two patterns of a rule are one."""
    pattern = _fact_class(atom.relation)()
    for index, arg in enumerate(atom.args):
        bind = VARIABLE + arg.term.name if isinstance(arg.term, Var) else None
        tests = arg.tests
        if isinstance(arg.term, Const):
            tests = (*tests, Test("in", (arg.term.value,))) if tests else ()
            if not tests:
                pattern[index] = experta.L(arg.term.value)
        if tests:
            pattern[index] = experta.P(_predicate(tests), __bind__=bind)
        elif bind is not None:
            pattern[index] = experta.W(bind)
    pattern.__bind__ = capture
    return pattern


@cache
def _predicate(tests: tuple[Test, ...]) -> Callable[[Any], bool]:
    """One function for equal tests: experta keeps predicates by identity for ever. Tests are total, so it cannot raise."""
    if len(tests) == 1:
        return tests[0].holds
    return lambda value: all(test.holds(value) for test in tests)


@cache
def _fact_class(relation: str) -> Any:
    """One class for each relation: experta keeps classes for ever."""
    return type(relation, (_experta().Fact,), {})


@lru_cache(maxsize=1)
def _experta() -> SimpleNamespace:
    """The names of experta that we use, with an engine on our agenda."""
    _import_experta()
    from experta import NOT, Fact, InitialFact, KnowledgeEngine, L, P, W
    from experta import Rule as PlainRule
    from experta.abstract import Strategy
    from experta.matchers.rete import ReteMatcher
    from experta.matchers.rete.check import FactCapture, SameContextCheck
    from experta.matchers.rete.nodes import BusNode, ConflictSetNode, NotNode, OrdinaryMatchNode
    from experta.matchers.rete.token import Token

    class Agenda(Strategy):  # type: ignore[misc]
        """Activations in a total order: stratum, rule, facts, bindings. What became false is removed by equality."""

        def _update_agenda(self, agenda: Any, added: Any, removed: Any) -> None:
            if removed:
                gone = set(removed)
                agenda.activations = [a for a in agenda.activations if a not in gone]
            if added:
                agenda.activations += added
                agenda.activations.sort(key=_agenda_order)

    class Bus(BusNode):  # type: ignore[misc]
        """The root of the network: a fact goes to the patterns of its own class only, not through every other class check."""

        def add(self, fact: Any) -> None:
            for child in self.children:
                if child.node.matcher.fact_type is type(fact):
                    child.callback(Token.valid(fact))

    class Matcher(ReteMatcher):  # type: ignore[misc]
        """The network of experta, for rules that are conjunctions of patterns and single negated patterns already.

        Left out is what such rules do not need and what takes most of the time: rewriting them, and building a dispatcher for each.
        """

        def build_network(self) -> None:
            self.root_node = Bus()
            super().build_network()
            for name in [name for name in FactCapture._instances if name.startswith("__pattern_")]:
                del FactCapture._instances[name]  # one for each engine ever built: a name made of an address, of no further use

        @staticmethod
        def prepare_ruleset(engine: Any) -> set[Any]:
            return set(engine.get_rules())

        @staticmethod
        def build_beta_part(ruleset: Any, alpha_terminals: Any) -> None:
            same = SameContextCheck()
            for rule in ruleset:
                node = alpha_terminals[rule[0]]
                for element in rule[1:]:
                    negated = isinstance(element, NOT)
                    join = (NotNode if negated else OrdinaryMatchNode)(same)
                    node.add_child(join, join.activate_left)
                    alpha_terminals[element[0] if negated else element].add_child(join, join.activate_right)
                    node = join
                end = ConflictSetNode(rule)
                node.add_child(end, end.activate)

    class Rule(PlainRule):  # type: ignore[misc]
        """A rule that equals only itself: equal conditions and actions never make two rules one."""

        __hash__ = object.__hash__

        def __eq__(self, other: object) -> bool:
            return self is other

    class Unsafe(KnowledgeEngine):  # type: ignore[misc]
        """An engine over rules that are given to it, and that notes what it concludes."""

        __matcher__ = Matcher

        def __init__(self, rules: list[Any]) -> None:
            self._rules = rules
            self.concluded: dict[tuple[str, tuple[Value, ...]], None] = {}
            super().__init__()

        def get_rules(self) -> list[Any]:
            return self._rules

        def conclude(self, relation: str, values: tuple[Value, ...]) -> None:
            if self.declare(_fact_class(relation)(*values)) is not None:
                self.concluded[relation, values] = None

    class Safe(Unsafe):
        __strategy__ = Agenda

    return SimpleNamespace(Fact=Fact, InitialFact=InitialFact, L=L, NOT=NOT, P=P, W=W, Rule=Rule, Safe=Safe, Unsafe=Unsafe)


def _agenda_order(activation: Any) -> tuple[Any, ...]:
    """The last one fires first: highest salience, then rule id, then the facts in the order of the conditions."""
    captured = [(name, fact["__factid__"]) for name, fact in activation.context.items() if name.startswith(CAPTURE)]
    return activation.rule.salience, activation.rule.__name__, sorted(captured)


def _import_experta() -> None:
    """Import experta on a Python without collections.Mapping, which frozendict 1.2 needs, and leave root logging as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    lacking = not hasattr(collections, "Mapping")
    if lacking:
        collections.Mapping = collections.abc.Mapping  # type: ignore[attr-defined]
    try:
        import experta  # noqa: F401
    finally:
        if lacking:
            del collections.Mapping  # type: ignore[attr-defined]
        root.handlers[:] = handlers
        root.setLevel(level)
