"""The definition: the perfect model, every derivation of every fact, and the status of every rule.

Strata are evaluated from the bottom; there is no recursion, so one pass is enough. The conditions of a rule are walked in their order as
a join. Where a needed fact was not recorded the walk goes on without it, to see whether anything else is known to be false. Which rules
*fire* is decided in two values (a fact is in the model or it is not); ``unknown`` only splits the instances that do not fire.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Literal

from msgspec import Struct

from neurobalance_expert.engines.base import Derivation, Entry, Result
from neurobalance_expert.engines.plan import Programme, RulePlan, Step, is_open, possible_values, programme
from neurobalance_expert.engines.store import Store
from neurobalance_expert.fact import Fact, Value
from neurobalance_expert.rules.ir import Binding, Const, RuleSet, Status, Var
from neurobalance_expert.vocabulary import Vocabulary

World = Literal["closed", "open", "derived"]
RANK: Mapping[Status, int] = {"fired": 0, "overridden": 1, "unknown": 2, "blocked": 3, "out_of_scope": 4}


def evaluate(
    rules: RuleSet, vocabulary: Vocabulary, facts: Iterable[Fact], *, only: Collection[str] | None = None, statuses: bool = True
) -> Result:
    """The perfect model of the running rules on the facts, with derivations and statuses in a canonical order.

    Args:
        only: ids of the rules to evaluate, whatever their status (for the tests inside rules); None: all that run.
            A relation that a rule left out could conclude is then treated as an input: its missing facts are not known.
        statuses: False leaves ``entries`` without blocked and unknown bindings: the model and its derivations alone, in half the time.
    """
    case = Evaluation(programme(rules, vocabulary), frozenset(only) if only is not None else None, statuses)
    case.run(facts)
    return case.result()


def explore(rules: RuleSet, vocabulary: Vocabulary, facts: Iterable[Fact]) -> Evaluation:
    """An evaluation of all running rules that can be asked further: what each condition of a rule finds, also beyond the first blocker."""
    case = Evaluation(programme(rules, vocabulary), None)
    case.run(facts)
    return case


class ReferenceEngine:
    """The reference as an engine."""

    name = "reference"

    def run(self, rules: RuleSet, vocabulary: Vocabulary, facts: Iterable[Fact]) -> frozenset[Fact]:
        """The perfect model."""
        return evaluate(rules, vocabulary, facts, statuses=False).facts


def value_order(values: Iterable[Value | None]) -> tuple[tuple[int, int, str], ...]:
    """A sort key for values of mixed types: unknown, numbers, text."""
    return tuple([(1, v, "") if isinstance(v, int) else (2, 0, v) if v is not None else (0, 0, "") for v in values])


def fact_order(fact: Fact) -> tuple[str, tuple[tuple[int, int, str], ...]]:
    """A sort key for facts: by relation, then by values."""
    return fact.relation, value_order(fact.values)


class _State(Struct):
    """How far one binding got: the facts that satisfied its conditions and the labels of those that were not recorded.

    ``assumed`` are the conditions that had facts, though perhaps none about this binding; they count as missing only if so.
    """

    binding: dict[str, Value]
    bound: frozenset[str]
    premises: tuple[Fact, ...] = ()
    missing: tuple[str, ...] = ()
    assumed: tuple[int, ...] = ()


class Evaluation:
    """One evaluation: the facts in ``store``, the status entries of every rule, and what could be true where something is not known."""

    def __init__(self, ready: Programme, only: frozenset[str] | None, statuses: bool = True) -> None:
        self.ready = ready
        self.statuses = statuses
        self.store = Store(ready)
        self.selected = ready.running if only is None else only
        self.derivations: set[Derivation] = set()
        self.entries: dict[str, tuple[Entry, ...]] = {}
        self.fired: dict[str, list[dict[str, Value]]] = {}
        self.possible: dict[str, dict[tuple[Value | None, ...], None]] = {}
        self.worlds: dict[str, World] = {}
        self.found: list[tuple[int, Entry]] = []  # entries of the rule being walked

    def run(self, facts: Iterable[Fact]) -> None:
        """Take the facts and evaluate the rules from the bottom."""
        for fact in facts:
            self.store.add(fact)
        for plan in self.ready.plans:
            if plan.rule.id in self.selected:
                self.run_rule(plan)

    def result(self) -> Result:
        """Model, derivations and entries in their canonical order."""
        derivations = tuple(sorted(self.derivations, key=_derivation_order))
        return Result(frozenset(self.store.facts), derivations, dict(sorted(self.entries.items())))

    def run_rule(self, plan: RulePlan) -> None:
        """Evaluate one rule; every rule that it depends on has been evaluated."""
        self.found = []
        self._walk(plan, 0, _State({}, frozenset()))
        self.entries[plan.rule.id] = _canonical(self.found)

    def _walk(self, plan: RulePlan, number: int, state: _State) -> None:
        if number == len(plan.positive):
            self._decide(plan, state)
            return
        step = plan.step(number, state.bound)
        about = self.store.about(step, state.binding)
        failed = []
        passed: set[tuple[Value, ...]] = set()
        for fact in about:
            failure = step.failure(fact.values, state.binding) if step.checks else None
            if failure is None:
                if step.key_binds or step.value_binds:
                    new = {name: fact.values[i] for name, i in (*step.key_binds, *step.value_binds)}
                    binding = {**state.binding, **new}
                else:
                    binding = state.binding
                if step.checks:
                    passed.add(tuple([fact.values[i] for _, i in step.key_binds]))
                self._walk(plan, number + 1, _State(binding, step.bound_after, (*state.premises, fact), state.missing, state.assumed))
            else:
                failed.append((fact, *failure))
        if not self.statuses:
            return
        for fact, slot, margin in failed:
            if tuple([fact.values[i] for _, i in step.key_binds]) not in passed:
                self._block(plan, step, state, fact, slot, margin)
        self._go_on_without(plan, step, state, bool(about))

    def _go_on_without(self, plan: RulePlan, step: Step, state: _State, some_known: bool) -> None:
        """Where a fact could be true that was not recorded: walk on with the condition marked as missing."""
        pattern = step.pattern
        if step.own_tests and step.impossible(state.binding):
            if not some_known:
                self._block(plan, step, state, None, "", None)
            return
        world = self.world(pattern.relation)
        label = state.missing if pattern.label in state.missing else (*state.missing, pattern.label)
        if pattern.absent or world == "closed":
            if not some_known:
                self._block(plan, step, state, None, "", None)
        elif world == "derived":
            could_be = list(self.could_be(step, state.binding))
            for binding in could_be:
                bound = frozenset(binding)
                self._walk(plan, step.number + 1, _State(binding, bound, state.premises, label, state.assumed))
            if not some_known and not could_be:
                self._block(plan, step, state, None, "", None)
        elif not some_known:
            self._walk(plan, step.number + 1, _State(state.binding, state.bound, state.premises, label, state.assumed))
        elif step.key_binds and plan.later[step.number].issuperset([name for name, _ in step.key_binds]):
            assumed = (*state.assumed, step.number)
            self._walk(plan, step.number + 1, _State(state.binding, state.bound, state.premises, label, assumed))

    def could_be(self, step: Step, binding: dict[str, Value]) -> Iterable[dict[str, Value]]:
        """Bindings under which a rule that could not be decided might conclude what the pattern asks for."""
        relation = self.ready.vocabulary.relations[step.pattern.relation]
        key = [relation.index(name) for name in relation.key]
        seen = set()
        for values in self.possible.get(relation.name, ()):
            if None not in [values[i] for i in key] and self._known(relation.name, key, values):
                continue
            extended = unify(step, values, binding)
            if extended is not None and (mark := frozenset(extended.items())) not in seen:
                seen.add(mark)
                yield extended

    def _known(self, relation: str, key: list[int], values: tuple[Value | None, ...]) -> bool:
        return any(all(fact.values[i] == values[i] for i in key) for fact in self.store.of.get(relation, ()))

    def world(self, name: str) -> World:
        """What a missing fact of the relation means in this case; ``derived``: not known where a rule that could conclude it is not."""
        found = self.worlds.get(name)
        if found is None:
            found = self.worlds[name] = self._find_world(name)
        return found

    def _find_world(self, name: str) -> World:
        relation = self.ready.vocabulary.relations[name]
        if not is_open(relation, self.ready.rules):
            return "closed"
        if relation.derived and self.ready.concluders.get(name, frozenset()) <= self.selected:
            return "derived"
        if relation.closed_by is not None:
            other, wanted = relation.closed_by
            slots = [(self.ready.vocabulary.relations[other].index(slot), value) for slot, value in wanted]
            if any(all(fact.values[i] == value for i, value in slots) for fact in self.store.of.get(other, ())):
                return "closed"
        return "open"

    def _decide(self, plan: RulePlan, state: _State) -> None:
        """Every positive condition holds or is missing: look at the exceptions and the overriding rules."""
        if not self._truly_missing(plan, state):
            return
        never = _impossible(plan, state.missing, state.binding, state.bound)
        if never is not None:
            self._block(plan, never, state, None, "", None)
            return
        for step in plan.exceptions(state.bound):
            matching = self.store.about(step, state.binding)
            if matching and not step.key_binds:
                seen = min(matching, key=fact_order)
                self.found.append((len(plan.positive) + step.number, Entry("blocked", _items(state.binding), step.pattern.label, (), seen)))
                return
        end = len(plan.positive)
        by = self.overridden_by(plan, state.binding)
        if state.missing:
            self.found.append((end, Entry("unknown", _items(state.binding), missing=state.missing)))
            if not by:
                self.possible.setdefault(plan.rule.head.relation, {})[possible_values(plan.rule.head, state.binding)] = None
        elif by:
            self.found.append((end, Entry("overridden", _items(state.binding), by=by)))
        else:
            fact = plan.conclude(state.binding)
            self.found.append((end, Entry("fired", _items(state.binding))))
            self.fired.setdefault(plan.rule.id, []).append(state.binding)
            self.derivations.add(Derivation(fact, plan.rule.id, _items(state.binding), state.premises))
            self.store.add(fact)

    def overridden_by(self, plan: RulePlan, binding: Binding) -> str:
        """The first rule that fired and overrides this instance, or ''."""
        for rule, shared in plan.overriders:
            if rule not in self.selected:
                continue
            for other in self.fired.get(rule, ()):
                if all(name in binding and binding[name] == other[name] for name in shared):
                    return rule
        return ""

    def _truly_missing(self, plan: RulePlan, state: _State) -> bool:
        """Whether each assumed condition is fully about this binding and has no fact about it."""
        for number in state.assumed:
            step = plan.step(number, state.bound)
            if step.key_binds or self.store.about(step, state.binding):
                return False
        return True

    def _block(self, plan: RulePlan, step: Step, state: _State, fact: Fact | None, slot: str, margin: int | None) -> None:
        binding, bound = state.binding, state.bound
        if fact is not None and step.key_binds:
            binding = {**binding, **{name: fact.values[i] for name, i in step.key_binds}}
            bound = frozenset(binding)
        if state.assumed and not self._truly_missing(plan, _State(binding, bound, assumed=state.assumed)):
            return
        never = _impossible(plan, state.missing, binding, bound)
        if never is not None and never.number < step.number:
            step, fact, slot, margin = never, None, "", None
        status: Status = "out_of_scope" if step.number < plan.scopes else "blocked"
        margin_slot = slot if margin is not None else ""
        self.found.append((step.number, Entry(status, _items(binding), step.pattern.label, (), fact, margin, margin_slot)))


def _impossible(plan: RulePlan, missing: Iterable[str], binding: Binding, bound: frozenset[str]) -> Step | None:
    """The first condition that was thought to be missing and that no fact could meet, now that more variables are known."""
    for label in missing:
        step = plan.step(plan.numbers[label], bound)
        if step.impossible(binding):
            return step
    return None


def unify(step: Step, values: tuple[Value | None, ...], binding: dict[str, Value]) -> dict[str, Value] | None:
    """The binding extended so that the pattern matches these values, where they are known; None when it cannot."""
    out = dict(binding)
    for slot in step.pattern.slots:
        value = values[slot.index]
        if value is None:
            continue
        if isinstance(slot.term, Const):
            if slot.term.value != value:
                return None
        elif isinstance(slot.term, Var) and out.setdefault(slot.term.name, value) != value:
            return None
        if not all(test.holds(value) for test in slot.tests):
            return None
    return out


def _items(binding: Binding) -> tuple[tuple[str, Value], ...]:
    return tuple(sorted(binding.items()))


def _canonical(found: list[tuple[int, Entry]]) -> tuple[Entry, ...]:
    """One entry per binding, the one that got furthest; of several facts that fail one condition, the one nearest to passing. Sorted."""
    if len(found) == 1:
        return (found[0][1],)
    kept: dict[tuple[tuple[str, Value], ...], tuple[int, Entry]] = {}
    for number, entry in found:
        other = kept.get(entry.binding)
        if other is None or (other[1] != entry and _progress(number, entry) < _progress(*other)):
            kept[entry.binding] = (number, entry)
    return tuple(sorted([entry for _, entry in kept.values()], key=_entry_order))


def _progress(number: int, entry: Entry) -> tuple[object, ...]:
    """A sort key: what got further comes first."""
    seen = fact_order(entry.seen) if entry.seen is not None else ("", ())
    margin = (0, entry.margin) if entry.margin is not None else (1, 0)
    return RANK[entry.status], -number, len(entry.missing), entry.missing, margin, seen


def _entry_order(entry: Entry) -> tuple[object, ...]:
    names = [name for name, _ in entry.binding]
    return RANK[entry.status], names, value_order([value for _, value in entry.binding])


def _derivation_order(derivation: Derivation) -> tuple[object, ...]:
    names = [name for name, _ in derivation.binding]
    values = value_order([value for _, value in derivation.binding])
    return fact_order(derivation.fact), derivation.rule, names, values, [fact_order(fact) for fact in derivation.premises]
