"""Why a rule did not conclude something, condition by condition, and which rule came nearest to it.

The engine names the first condition that blocks. Here the walk goes on behind it: for one binding of the variables every condition is
judged by itself, and where variables are still free they are chosen so that as few conditions as possible fail.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Literal

from msgspec import Struct

from neurobalance_expert.engines.base import Entry
from neurobalance_expert.engines.plan import RulePlan, Step, margin
from neurobalance_expert.engines.reference import RANK, Evaluation, fact_order, value_order
from neurobalance_expert.explain.codes import Target, preset_holds
from neurobalance_expert.fact import Fact, Value
from neurobalance_expert.knowledge.measurement_errors import MeasurementError
from neurobalance_expert.rules.ir import Const, Pattern, Rule, Slot, Status
from neurobalance_expert.vocabulary import Vocabulary

State = Literal["holds", "fails", "missing"]
ErrorOf = Callable[[Fact, str], MeasurementError | None]  # of a slot of a fact
Never = Callable[[str, Mapping[str, Value]], str]  # relation and known key values -> why no entry could give the fact; '' where one could
Cost = tuple[int, int, int, float, tuple[object, ...]]
NO_NUMBER = 2  # kind of a distance: 0 in standard deviations, 1 in steps of resolution, 2 none


class Miss(Struct, frozen=True):
    """One slot of a fact that does not hold. ``margin`` counts steps of its resolution; None where it is no matter of a number."""

    slot: str
    margin: int | None
    deviations: float | None = None  # the margin in standard deviations of ``error``, where one is known
    error: MeasurementError | None = None


class Judged(Struct, frozen=True):
    """One condition of a rule for one binding: the fact that meets or fails it, and how it fails. An exception that holds ``fails``."""

    pattern: Pattern
    state: State
    fact: Fact | None = None
    misses: tuple[Miss, ...] = ()
    never: str = ""  # why no entry of a case could give the fact

    @property
    def distance(self) -> tuple[int, float]:
        """How far a failed condition is from holding: kind of the distance and amount, the largest of several slots."""
        if any(miss.margin is None for miss in self.misses) or not self.misses:
            return NO_NUMBER, 0.0
        in_error = [miss.deviations for miss in self.misses if miss.deviations is not None]
        if len(in_error) == len(self.misses):
            return 0, max(in_error)
        return 1, float(max(miss.margin or 0 for miss in self.misses))


class Standing(Struct, frozen=True):
    """How one rule stands for one binding.

    ``conditions`` are those of ``scope`` and ``when`` in their order, ``exceptions`` the ones that hold, ``by`` the rule that overrides.
    """

    rule: Rule
    status: Status
    binding: tuple[tuple[str, Value], ...]
    conditions: tuple[Judged, ...]
    exceptions: tuple[Judged, ...] = ()
    by: str = ""

    @property
    def failed(self) -> tuple[Judged, ...]:
        """What would have to be otherwise, in the order of the rule: conditions that fail, then exceptions that hold."""
        return (*(c for c in self.conditions if c.state == "fails"), *self.exceptions)

    @property
    def missing(self) -> tuple[Judged, ...]:
        """The conditions whose facts were not recorded."""
        return tuple(c for c in self.conditions if c.state == "missing")

    @property
    def distance(self) -> tuple[int, float]:
        """Kind and amount of the largest distance of a failed condition."""
        return max((c.distance for c in self.failed), default=(0, 0.0))


def standings(case: Evaluation, targets: Iterable[Target], error_of: ErrorOf, never: Never) -> tuple[Standing, ...]:
    """How each of the rules stands, once for each binding, the nearest to firing first.

    A condition that waits for a fact which no entry could give counts as one that fails; the status is the engine's all the same.

    The order: fired, then by the number of failed conditions, of missing facts, the distance (in standard deviations where they are known,
    then in steps of resolution, then what is no matter of a number), rule and binding. It does not depend on the order of rules.
    """
    plans = {plan.rule.id: plan for plan in case.ready.plans}
    found: list[Standing] = []
    for target in targets:
        if target.rule.id in case.entries:
            found += _standings(_Judge(case, plans[target.rule.id], error_of, never), target)
    return tuple(sorted(found, key=rank))


def rank(standing: Standing) -> tuple[object, ...]:
    """The key by which standings are ordered."""
    names = [name for name, _ in standing.binding]
    values = value_order([value for _, value in standing.binding])
    fired = standing.status != "fired"
    return (
        fired, len(standing.failed), len(standing.missing), standing.distance, RANK[standing.status], standing.rule.id, names, values,
    )  # fmt: skip


def _standings(judge: _Judge, target: Target) -> Iterator[Standing]:
    seen: set[tuple[tuple[str, Value], ...]] = set()
    entries = [entry for entry in judge.case.entries[target.rule.id] if preset_holds(target.preset, dict(entry.binding))]
    exact = [entry for entry in entries if target.preset.keys() <= dict(entry.binding).keys()]
    for entry in exact or entries or [Entry("blocked")]:
        binding = {**dict(entry.binding), **target.preset}
        standing = judge.standing(binding, entry if exact else None)
        if standing.binding not in seen:
            seen.add(standing.binding)
            yield standing


class _Judge:
    """Judges the conditions of one rule."""

    def __init__(self, case: Evaluation, plan: RulePlan, error_of: ErrorOf, never: Never) -> None:
        self.case, self.plan, self.error_of, self.never = case, plan, error_of, never
        self.best: tuple[Cost, tuple[Judged, ...], dict[str, Value]] | None = None

    def standing(self, binding: dict[str, Value], entry: Entry | None) -> Standing:
        """The rule under this binding, completed so that as little as possible fails; the status is that of the entry, if there is one."""
        self.best = None
        self._walk(0, binding, ())
        assert self.best is not None  # a condition that is given up by one way holds by another
        _, conditions, whole = self.best
        exceptions = self._exceptions(whole)
        by = entry.by if entry is not None else self.case.overridden_by(self.plan, whole)
        status = entry.status if entry is not None else self._status(conditions, exceptions, by)
        return Standing(self.plan.rule, status, tuple(sorted(binding.items())), conditions, exceptions, by)

    def _status(self, conditions: tuple[Judged, ...], exceptions: tuple[Judged, ...], by: str) -> Status:
        states = [c.state for c in conditions]
        if "fails" in states[: self.plan.scopes]:
            return "out_of_scope"
        if "fails" in states or exceptions:
            return "blocked"
        return "unknown" if "missing" in states else "overridden" if by else "fired"

    def _walk(self, number: int, binding: dict[str, Value], done: tuple[Judged | None, ...]) -> None:
        """Every way to meet the conditions from here on, or to do without; None in ``done``: to be judged when more is known."""
        if self.best is not None and sum(c is not None and c.state == "fails" for c in done) > self.best[0][0]:
            return
        if number == len(self.plan.positive):
            self._settle(binding, done)
            return
        step = self.plan.step(number, frozenset(binding))
        about = self.case.store.about(step, binding)
        for fact, more in self._about(step, about, binding):
            judged = self._judge(step, fact, more)
            self._walk(number + 1, more, (*done, judged))
        if about and not step.key_binds:
            return
        if self.case.world(step.pattern.relation) == "derived" and not step.pattern.absent:
            for more in self.case.could_be(step, binding):
                self._walk(number + 1, more, (*done, Judged(step.pattern, "missing")))
        self._walk(number + 1, binding, (*done, None))

    def _about(self, step: Step, about: list[Fact], binding: dict[str, Value]) -> Iterator[tuple[Fact, dict[str, Value]]]:
        """The facts that may stand for the condition, each with the binding that it leads to. One that fails binds its key only."""
        matched = set()
        for fact in about:
            keyed = {**binding, **{name: fact.values[i] for name, i in step.key_binds}}
            if step.failure(fact.values, binding) is None:
                matched.add(tuple(keyed.items()))
                yield fact, {**keyed, **{name: fact.values[i] for name, i in step.value_binds}}
        for fact in about:
            keyed = {**binding, **{name: fact.values[i] for name, i in step.key_binds}}
            shared = self.plan.later[step.number].intersection([name for name, _ in step.value_binds])
            if tuple(keyed.items()) not in matched or shared:
                yield fact, keyed

    def _judge(self, step: Step, fact: Fact, binding: dict[str, Value]) -> Judged | None:
        """The condition by this fact; None where it holds and is given up all the same, to see what other values would allow."""
        free = [name for name, _ in step.value_binds if name not in binding]
        misses = tuple(self._misses(step.pattern, fact, binding))
        if misses:
            return Judged(step.pattern, "fails", fact, misses)
        return None if free else Judged(step.pattern, "holds", fact)

    def _misses(self, pattern: Pattern, fact: Fact, binding: dict[str, Value]) -> Iterator[Miss]:
        relation = self.case.ready.vocabulary.relations[pattern.relation]
        for slot in pattern.slots:
            value = fact.values[slot.index]
            wanted = _wanted(slot, binding)
            if wanted is not None and wanted != value:
                yield Miss(slot.name, None)
                continue
            for test in slot.tests:
                if not test.holds(value):
                    yield self._miss(fact, relation.slots[slot.index].name, margin(test, value), value)

    def _miss(self, fact: Fact, slot: str, steps: int | None, value: Value) -> Miss:
        error = self.error_of(fact, slot) if steps is not None else None
        if error is None or steps is None or not isinstance(value, int) or value == 0:
            return Miss(slot, steps)
        return Miss(slot, steps, steps / (error.share * abs(value)), error)

    def _settle(self, binding: dict[str, Value], done: tuple[Judged | None, ...]) -> None:
        """Judge what was left open, and keep the way on which least fails."""
        conditions = []
        for number, judged in enumerate(done):
            if judged is None:
                judged = self._without(self.plan.step(number, frozenset(binding)), binding)
            if judged is None:
                return
            conditions.append(judged)
        failed = [c for c in (*conditions, *self._exceptions(binding)) if c.state == "fails"]
        missing = sum(c.state == "missing" for c in conditions)
        kind, amount = max((c.distance for c in failed), default=(0, 0.0))
        order = [fact_order(c.fact) if c.fact is not None else ("", ()) for c in conditions]
        cost: Cost = (len(failed), missing, kind, amount, (order, sorted(binding)))
        if self.best is None or cost < self.best[0]:
            self.best = cost, tuple(conditions), binding

    def _without(self, step: Step, binding: dict[str, Value]) -> Judged | None:
        """A condition that no fact was chosen for: why it does not hold. None when it does hold, which another way has looked at."""
        about = self.case.store.about(step, binding)
        if any(step.failure(fact.values, binding) is None for fact in about):
            return None
        if about:
            failing = [Judged(step.pattern, "fails", fact, tuple(self._misses(step.pattern, fact, binding))) for fact in about]
            return min(failing, key=lambda judged: (judged.distance, fact_order(judged.fact) if judged.fact else ("", ())))
        world = self.case.world(step.pattern.relation)
        never = step.impossible(binding) or step.pattern.absent or world == "closed"
        if never or (world == "derived" and not any(True for _ in self.case.could_be(step, binding))):
            return Judged(step.pattern, "fails")
        why = self.never(step.pattern.relation, key_values(step.pattern, self.case.ready.vocabulary, binding))
        return Judged(step.pattern, "fails" if why else "missing", never=why)

    def _exceptions(self, binding: dict[str, Value]) -> tuple[Judged, ...]:
        """The exceptions that are known to hold, each with the fact."""
        found = []
        for step in self.plan.exceptions(frozenset(binding)):
            matching = self.case.store.about(step, binding)
            if matching and not step.key_binds:
                found.append(Judged(step.pattern, "fails", min(matching, key=fact_order)))
        return tuple(found)


def key_values(pattern: Pattern, vocabulary: Vocabulary, binding: Mapping[str, Value]) -> dict[str, Value]:
    """The key of the fact that a condition asks for, as far as it is known."""
    key = vocabulary.relations[pattern.relation].key
    return {slot.name: value for slot in pattern.slots if slot.name in key and (value := _wanted(slot, binding)) is not None}


def _wanted(slot: Slot, binding: Mapping[str, Value]) -> Value | None:
    """What the slot must equal, where that is known."""
    if isinstance(slot.term, Const):
        return slot.term.value
    return binding.get(slot.term.name) if slot.term is not None else None
