"""What an assessment costs: its phases, and each rule in the reference engine.

Everything is done ``repeat`` times with ``time.perf_counter``, and each phase and each rule counts with its quickest time: what else the
machine does can only add to it. The phase of the rules is the sum of its rules. ``spread`` says how much slower the median was: the noise.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TypeVar

from msgspec import Struct

from neurobalance_expert.assessment import assemble, explainer_for, judge, load_case_file, prove
from neurobalance_expert.engines.base import Result
from neurobalance_expert.engines.plan import Programme, RulePlan, Step
from neurobalance_expert.engines.reference import Evaluation
from neurobalance_expert.engines.store import Store
from neurobalance_expert.explain.findings import findings
from neurobalance_expert.fact import Fact
from neurobalance_expert.facts.prepare import prepare
from neurobalance_expert.loaded import Knowledge, load_knowledge
from neurobalance_expert.outcome import Assessment
from neurobalance_expert.recommend import Trial
from neurobalance_expert.report.render import render
from neurobalance_expert.rules.ir import Binding

T = TypeVar("T")


class Phase(Struct, frozen=True):
    """One phase over all cases. ``spread``: how much slower than the quickest time the median was, as a share of it."""

    name: str
    seconds: float
    spread: float


class RuleCost(Struct, frozen=True):
    """One rule over all cases: ``joins`` are conditions that were looked up, ``candidates`` the facts that were tried for them."""

    rule: str
    seconds: float
    joins: int
    candidates: int
    entries: int
    fired: int


class Profile(Struct, frozen=True):
    """Phases in their order, and rules by cost. ``aside`` is what the evaluation did beside rules: facts taken in, results put in order."""

    cases: int
    repeat: int
    engine: str
    phases: tuple[Phase, ...]
    rules: tuple[RuleCost, ...]
    aside: float

    @property
    def seconds(self) -> float:
        """The sum of the phases."""
        return sum(phase.seconds for phase in self.phases)

    @property
    def evaluation(self) -> float:
        """The time of all rules, and of what was done beside them."""
        return self.aside + sum(rule.seconds for rule in self.rules)


class _Timed(Evaluation):
    """An evaluation that keeps the seconds of each rule."""

    def __init__(self, ready: Programme) -> None:
        super().__init__(ready, None)
        self.seconds: dict[str, float] = {}

    def run_rule(self, plan: RulePlan) -> None:
        """The rule, and how long it took."""
        start = perf_counter()
        super().run_rule(plan)
        self.seconds[plan.rule.id] = perf_counter() - start


class _CountingStore(Store):
    """Facts that count how often they are asked for. Apart from the timed runs, which it would slow down."""

    joins = 0
    candidates = 0

    def about(self, step: Step, binding: Binding) -> list[Fact]:
        """The facts, counted."""
        found = super().about(step, binding)
        self.joins += 1
        self.candidates += len(found)
        return found


class _Counted(Evaluation):
    """An evaluation that keeps joins and candidates of each rule."""

    def __init__(self, ready: Programme) -> None:
        super().__init__(ready, None)
        self.counting = _CountingStore(ready)
        self.store = self.counting
        self.counts: dict[str, tuple[int, int]] = {}

    def run_rule(self, plan: RulePlan) -> None:
        """The rule, and what it looked at."""
        joins, candidates = self.counting.joins, self.counting.candidates
        super().run_rule(plan)
        self.counts[plan.rule.id] = self.counting.joins - joins, self.counting.candidates - candidates


class _Clock:
    """The times of each phase, case by case."""

    def __init__(self, repeat: int) -> None:
        self.repeat = repeat
        self.times: dict[str, list[tuple[float, float]]] = {}  # quickest and median time of each case

    def of(self, name: str, work: Callable[[], T]) -> T:
        """Do the work ``repeat`` times, keep quickest and median time, give the last result."""
        times = []
        for _ in range(self.repeat):
            start = perf_counter()
            result = work()
            times.append(perf_counter() - start)
        self.keep(name, times)
        return result

    def keep(self, name: str, times: Sequence[float], best: float | None = None) -> None:
        """Times of one case that were measured elsewhere. ``best``: the quickest one, if it is not among them."""
        self.times.setdefault(name, []).append((min(times) if best is None else best, median(times)))

    def phases(self) -> tuple[Phase, ...]:
        """Each phase: the quickest times of all cases together, and how far the medians are from them."""
        out = []
        for name, cases in self.times.items():
            best = sum(quickest for quickest, _ in cases)
            out.append(Phase(name, best, sum(middle for _, middle in cases) / best - 1 if best else 0.0))
        return tuple(out)


def profile(kb: Path, packs: Sequence[Path], cases: Sequence[Path], repeat: int, engine: str) -> Profile:
    """Measure an assessment of each case.

    Args:
        repeat: how often each phase is done, at least 1.
        engine: ``experta`` also measures that engine, in its parts.

    Raises:
        InputProblems: a file is no case, or the knowledge base has problems.
    """
    clock = _Clock(repeat)
    knowledge = clock.of("knowledge from its files", lambda: load_knowledge(kb, packs, cache=False))
    ready = clock.of("plan of the rules", lambda: Programme(knowledge.rules, knowledge.vocabulary))
    evaluations = [_measure(path, knowledge, ready, clock, engine) for path in cases]
    rules = sorted(_sum(evaluations, ready), key=lambda cost: (-cost.seconds, cost.rule))
    return Profile(len(cases), repeat, engine, clock.phases(), tuple(rules), sum(one.aside for one in evaluations))


class _Measured(Struct, frozen=True):
    """One case: the quickest seconds of each rule and of what was done beside them, its result, and an evaluation that counted."""

    rules: dict[str, float]
    aside: float
    result: Result
    counted: _Counted


def _measure(path: Path, knowledge: Knowledge, ready: Programme, clock: _Clock, engine: str) -> _Measured:
    """One case through every phase."""
    case = clock.of("case", lambda: load_case_file(path, knowledge))
    prepared = clock.of("facts and model", lambda: prepare(case, knowledge))
    facts = prepared.book.origins
    measured, times = _evaluate(ready, facts, clock.repeat)
    clock.keep("rules (reference)", times, measured.aside + sum(measured.rules.values()))
    if engine == "experta":
        _experta(knowledge, facts, clock)
    trial = Trial(prepared, measured.result)
    explainer = explainer_for(prepared, knowledge)
    found = clock.of("findings", lambda: findings(measured.result, explainer))
    proofs = clock.of("proofs", lambda: prove(trial, explainer, knowledge))

    def whole() -> Assessment:
        disposition, suggested = judge(trial, found, knowledge, lambda changed: prepare(changed, knowledge))
        return assemble(trial, found, disposition, suggested, explainer, proofs, knowledge, engine)

    assessed = clock.of("suggestions and lists", whole)
    clock.of("report", lambda: render(assessed, "text", knowledge.files.root))
    return measured


def _evaluate(ready: Programme, facts: Collection[Fact], repeat: int) -> tuple[_Measured, list[float]]:
    """The quickest time of each rule, and the times of the whole evaluations."""
    times: list[float] = []
    asides: list[float] = []
    rules: list[dict[str, float]] = []
    for _ in range(repeat):
        start = perf_counter()
        timed = _Timed(ready)
        timed.run(facts)
        result = timed.result()
        times.append(perf_counter() - start)
        rules.append(timed.seconds)
        asides.append(times[-1] - sum(timed.seconds.values()))
    counted = _Counted(ready)
    counted.run(facts)
    return _Measured({rule: min(run[rule] for run in rules) for rule in rules[0]}, min(asides), result, counted), times


def _experta(knowledge: Knowledge, facts: Iterable[Fact], clock: _Clock) -> None:
    """experta as a whole: the rules put into its form, the network built, facts declared, rules run."""
    from neurobalance_expert.engines.experta_engine import run_core
    from neurobalance_expert.engines.lower import make_core

    given = tuple(facts)
    core = clock.of("experta: rules in its form", lambda: make_core(knowledge.rules, knowledge.vocabulary))
    laps: dict[str, list[float]] = {}
    for _ in range(clock.repeat):
        last = perf_counter()

        def lap(name: str) -> None:
            nonlocal last
            now = perf_counter()
            laps.setdefault(name, []).append(now - last)
            last = now

        run_core(core, given, lap=lap)
    for name, times in laps.items():
        clock.keep(f"experta: {name}", times)


def _sum(evaluations: Sequence[_Measured], ready: Programme) -> Iterable[RuleCost]:
    """Each running rule over all cases."""
    for rule in sorted(ready.running):
        entries = [entry for one in evaluations for entry in one.result.entries[rule]]
        counts = [one.counted.counts[rule] for one in evaluations]
        yield RuleCost(
            rule,
            sum(one.rules[rule] for one in evaluations),
            sum(joins for joins, _ in counts),
            sum(candidates for _, candidates in counts),
            len(entries),
            sum(entry.status == "fired" for entry in entries),
        )
