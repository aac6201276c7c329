"""Questions to the solver: whether some facts fit together, which ones, or what contradicts what. Each has a limit of time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Literal

import z3
from msgspec import Struct

from neurobalance_expert.analysis.domains import Domains
from neurobalance_expert.analysis.encode import Law, laws, with_needed
from neurobalance_expert.analysis.logic import Formula, Term, no
from neurobalance_expert.analysis.scene import Assumed, Fresh, Pack, Scene, patterns_of
from neurobalance_expert.analysis.unfold import Reason, Unfolding, fact_for, unfoldings
from neurobalance_expert.fact import Fact
from neurobalance_expert.rules.ir import Rule

LIMIT_MS = 3000  # of one question
MOST_KEPT = 300  # rules whose unfoldings are kept: each question takes longer the more variables the solver holds
FALSE = z3.BoolVal(False)

Answer = Literal["yes", "no", "undecided"]


class Space(Struct, frozen=True):
    """What questions are asked in: the rules, what facts can be, names for variables, and the limit of time of one question. ``kept`` and
    ``alone`` hold what was asked for of late: the unfoldings of each rule, and whether one fires by itself."""

    pack: Pack
    domains: Domains
    fresh: Fresh
    limit_ms: int = LIMIT_MS
    kept: dict[str, tuple[Unfolding, ...] | None] = {}
    alone: dict[Unfolding, bool] = {}

    def unfold(self, rule: Rule) -> tuple[Unfolding, ...] | None:
        """The unfoldings of a rule, the same ones until they are forgotten; None when there are too many."""
        if rule.id not in self.kept:
            self.kept[rule.id] = unfoldings(rule, self.pack, self.fresh)
        return self.kept[rule.id]

    def forget(self) -> None:
        """Drop what is kept of many rules. Only between two questions, never while the unfoldings of one are in use."""
        if len(self.kept) > MOST_KEPT:
            self.kept.clear()
            self.alone.clear()


class Reply(Struct, frozen=True):
    """The answer, with facts when it is yes."""

    answer: Answer
    facts: tuple[Fact, ...] = ()


def scene_of(space: Space, facts: Sequence[Assumed], ids: Iterable[str]) -> tuple[Scene, tuple[Assumed, ...]]:
    """A scene of facts with those that never lack beside them, and all of its facts."""
    rules = space.pack.asked_with(ids)
    asked = {p.relation for name in rules for p in patterns_of(space.pack.by_id[name])}
    whole = with_needed(facts, space.domains, space.pack, asked, space.fresh)
    return Scene(space.pack, whole, rules), whole


def fires(unfolding: Unfolding, scene: Scene, *, overridden: bool = False) -> list[Formula]:
    """What must hold for a rule to fire on the facts of its unfolding. ``overridden``: it may be overridden itself."""
    found = [condition.formula for condition in unfolding.conditions]
    for n, (rule, bound) in enumerate(unfolding.chain):
        found.append(no(scene.excepted(rule, bound)))
        if n or not overridden:
            found.append(no(scene.overridden(rule, bound)))
    return found


def fires_alone(space: Space, unfolding: Unfolding) -> bool:
    """Whether a rule fires on the facts of its own conditions, with nothing beside them."""
    if unfolding not in space.alone:
        scene, facts = scene_of(space, unfolding.facts, [unfolding.rule.id])
        space.alone[unfolding] = ask(space, facts, fires(unfolding, scene)) == "yes"
    return space.alone[unfolding]


def stoppers(space: Space, rule_ids: Iterable[str], *, overriding: bool = True) -> tuple[Assumed, ...] | None:
    """Facts that may be there to stop these rules: for their exceptions, and for what overrides them. None when there are too many.

    Args:
        overriding: False when it does not matter whether one of these rules is overridden.
    """
    found: list[Assumed] = []
    seen: set[str] = set()
    given = frozenset(rule_ids)
    todo = sorted(given)
    while todo:
        rule = space.pack.by_id[todo.pop()]
        if rule.id in seen:
            continue
        seen.add(rule.id)
        for pattern in rule.unless:
            if not space.pack.derived(pattern.relation):
                found.append(fact_for(pattern, {}, space.pack, space.fresh, sure=False))
            for other in space.pack.concluders.get(pattern.relation, ()):
                if not _add(space, other, found):
                    return None
                todo += [above.id for above in space.pack.above.get(other.id, ())]
        for other in space.pack.above.get(rule.id, ()) if overriding or rule.id not in given else ():
            if not _add(space, other, found):
                return None
            todo += [above.id for above in space.pack.above.get(other.id, ())]
        for pattern in (*rule.scope, *rule.when):
            todo += [other.id for other in space.pack.concluders.get(pattern.relation, ())]
    return tuple(found)


def _add(space: Space, rule: Rule, found: list[Assumed]) -> bool:
    """Facts that make a rule hold, each of which may be there or not."""
    each = unfoldings(rule, space.pack, space.fresh)
    for unfolding in each or ():
        found += [Assumed(fact.relation, fact.values, space.fresh.truth(fact.relation)) for fact in unfolding.facts]
    return each is not None


def stop_overriders(space: Space, rules: Iterable[Rule]) -> tuple[Assumed, ...] | None:
    """Facts that may stop whatever overrides one of the rules, or concludes what one of them is excepted by."""
    against = {other.id for rule in rules for other in space.pack.above.get(rule.id, ())}
    against |= {other.id for rule in rules for p in rule.unless for other in space.pack.concluders.get(p.relation, ())}
    return stoppers(space, sorted(against))


def ask(space: Space, facts: Sequence[Assumed], formulas: Iterable[Formula]) -> Answer:
    """Whether the formulas can hold together with everything that is true of every case."""
    solver = _solver(space, facts, formulas)
    return "no" if solver is None else _answer(solver)


def witness(space: Space, scene: Scene, facts: Sequence[Assumed], formulas: Iterable[Formula]) -> Reply:
    """The same, with the fewest facts that show it; numbers stand next to the thresholds of the rules where they can."""
    solver = _solver(space, facts, formulas)
    answer: Answer = "no" if solver is None else _answer(solver)
    if solver is None or answer != "yes":
        return Reply(answer)
    _drop_what_is_not_needed(solver, facts)
    _choose_plain_numbers(solver, scene, facts)
    return Reply(answer, _read(solver.model(), facts, space.pack))


def _answer(solver: z3.Solver) -> Answer:
    result = solver.check()
    return "yes" if result == z3.sat else "no" if result == z3.unsat else "undecided"


def _solver(space: Space, facts: Sequence[Assumed], formulas: Iterable[Formula]) -> z3.Solver | None:
    """A solver with the formulas; None when constants contradict them already. The simple one is four times as fast on small ones."""
    solver = z3.SimpleSolver()
    solver.set("timeout", space.limit_ms)
    for formula in (*formulas, *(law for _, law in laws(facts, space.domains, space.pack))):
        if formula is False:
            return None
        if formula is not True:
            solver.add(formula)
    return solver


def _drop_what_is_not_needed(solver: z3.Solver, facts: Sequence[Assumed]) -> None:
    """Leave out one fact after the other where that can be; the solver ends with a model."""
    doubtful: dict[int, z3.BoolRef] = {f.there.get_id(): f.there for f in facts if not isinstance(f.there, bool)}
    for there in doubtful.values():
        _keep_if_possible(solver, z3.Not(there))
    solver.check()


def _choose_plain_numbers(solver: z3.Solver, scene: Scene, facts: Sequence[Assumed]) -> None:
    """Give each number the smallest value at, or one step beside, a threshold of the rules that fits; the solver ends with a model."""
    beside: dict[tuple[str, int], set[int]] = {}
    for pattern in (p for name in scene.rules for p in patterns_of(scene.pack.by_id[name])):
        for slot in pattern.slots:
            bounds = [test.bound for test in slot.tests if isinstance(test.bound, int)]
            beside.setdefault((pattern.relation, slot.index), set()).update(b + step for b in bounds for step in (-1, 0, 1))
    for fact in facts:
        for index, spec in enumerate(scene.pack.vocabulary.relations[fact.relation].slots):
            value = fact.values[index]
            if spec.kind == "number" and not isinstance(value, int):
                wanted = sorted(beside.get((fact.relation, index), ()), key=abs)
                any(_keep_if_possible(solver, value == number) for number in wanted)
    solver.check()


def _keep_if_possible(solver: z3.Solver, formula: z3.BoolRef) -> bool:
    solver.push()
    solver.add(formula)
    if solver.check() == z3.sat:
        return True
    solver.pop()
    return False


def _read(model: z3.ModelRef, facts: Sequence[Assumed], pack: Pack) -> tuple[Fact, ...]:
    """The facts that are there in a model, each once, in the order of their relations."""
    found: dict[Fact, None] = {}
    for fact in facts:
        if fact.there is True or z3.is_true(model.eval(fact.there, model_completion=True)):
            slots = pack.vocabulary.relations[fact.relation].slots
            numbers = [_number(model, value) for value in fact.values]
            values = [n if slot.kind == "number" else pack.symbols.text(n) for slot, n in zip(slots, numbers, strict=True)]
            found[Fact(fact.relation, tuple(values))] = None
    return tuple(sorted(found, key=lambda f: (f.relation, [str(v) for v in f.values])))


def _number(model: z3.ModelRef, value: Term) -> int:
    return value if isinstance(value, int) else model.eval(value, model_completion=True).as_long()


def contradiction(space: Space, facts: Sequence[Assumed], named: Collection[Law]) -> tuple[Reason, ...]:
    """Some named formulas, and what is true of every case, that cannot hold together, none of them without need; () when they can, or when
    it is not decided."""
    every = [law for law in (*named, *laws(facts, space.domains, space.pack)) if law[1] is not True]
    core = _core(space, every)
    for law in tuple(core):
        fewer = _core(space, [other for other in core if other is not law])
        core = [other for other in core if other in fewer] if fewer else core
    return tuple(dict.fromkeys(reason for reason, _ in core))


def _core(space: Space, some: Sequence[Law]) -> list[Law]:
    """Those of the formulas with which the solver shows that they contradict each other; none when it does not."""
    solver = z3.SimpleSolver()
    solver.set("timeout", space.limit_ms)
    marks = [z3.Bool(f"law{n}") for n in range(len(some))]
    for mark, (_, formula) in zip(marks, some, strict=True):
        solver.assert_and_track(FALSE if formula is False else formula, mark)
    if solver.check() != z3.unsat:
        return []
    needed = {mark.decl().name() for mark in solver.unsat_core()}
    return [law for mark, law in zip(marks, some, strict=True) if mark.decl().name() in needed]
