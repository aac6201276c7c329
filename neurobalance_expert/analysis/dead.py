"""Rules that can never fire, and tests and exceptions that can never decide anything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from neurobalance_expert.analysis.ask import Space, ask, contradiction, fires, fires_alone, scene_of, stop_overriders
from neurobalance_expert.analysis.encode import Law
from neurobalance_expert.analysis.findings import DEAD, EXCEPTION, OVERRIDDEN, THRESHOLD, UNDECIDED, Found
from neurobalance_expert.analysis.logic import Formula, no
from neurobalance_expert.analysis.scene import Assumed, Scene, match
from neurobalance_expert.analysis.unfold import Condition, Reason, Unfolding, asked, fact_for
from neurobalance_expert.rules.ir import Pattern, Rule

ORDERINGS = ("below", "at_most", "above", "at_least")


def check_rule(space: Space, rule: Rule) -> Iterator[Found]:
    """Everything that is wrong with one rule for itself; a rule that cannot fire is told of once."""
    each = space.unfold(rule)
    if each is None:
        yield undecided(rule, "it stands over too many chains")
        return
    possible, doubtful = [], False
    for unfolding in each:
        answer = ask(space, unfolding.facts, [c.formula for c in unfolding.conditions])
        possible += [unfolding] if answer != "no" else []
        doubtful |= answer == "undecided"
    if not possible:
        yield _impossible(space, rule, each)
        return
    yield from _fires_never(space, rule, possible)
    if doubtful:
        yield undecided(rule, "whether its conditions can hold together")
    for condition in possible[0].conditions:
        if condition.reason.rule == rule.id and condition.test and condition.test.op in ORDERINGS:
            yield from _idle(space, rule, condition, possible)
    for pattern in rule.unless:
        yield from _idle_exception(space, rule, pattern, possible)


def undecided(rule: Rule, what: str) -> Found:
    """The solver gave up, or was not asked."""
    return Found(UNDECIDED, (rule.id,), rule.at, f"not decided within the limits: {what}")


def _impossible(space: Space, rule: Rule, each: Sequence[Unfolding]) -> Found:
    """No facts meet the conditions: which of them contradict each other, for each way down the chain."""
    if not each:
        lacking = sorted({p.relation for p in (*rule.scope, *rule.when) if not _concluded(space, p)})
        below = [p for p in (*rule.scope, *rule.when) if p.relation in lacking]
        core = tuple(Reason(f"no rule concludes {p.relation} as asked for here", p.at, rule.id) for p in below)
        return Found(DEAD, (rule.id,), rule.at, "the rule can never fire: nothing concludes what it asks for", (), core)
    cores = [contradiction(space, u.facts, [(c.reason, c.formula) for c in u.conditions]) for u in each]
    core = tuple(dict.fromkeys(reason for one in cores for reason in one))
    places = {reason.at for reason in core if reason.at is not None}
    chain = sorted({r.id for u in each for r, _ in u.chain[1:] if any(reason.rule == r.id for reason in core)})
    tests = [c for u in each for c in u.conditions if c.reason in core and c.test and c.test.op in ORDERINGS]
    if len(places) == 1 and len(tests) == 1 and not chain:
        what = f"no possible input reaches '{tests[0].reason.text}', so the rule can never fire"
        return Found(THRESHOLD, (rule.id,), tests[0].reason.at, what, (), core, never=True)
    over = f" over {', '.join(chain)}" if chain else ""
    return Found(DEAD, (rule.id, *chain), rule.at, f"the rule can never fire: its conditions contradict each other{over}", (), core)


def _concluded(space: Space, pattern: Pattern) -> bool:
    """Whether a condition over a derived relation has a rule below it whose conclusion fits."""
    if not space.pack.derived(pattern.relation):
        return True
    for rule in space.pack.concluders.get(pattern.relation, ()):
        values = [0 if term is None else space.fresh.number("head") for term in rule.head.terms]
        for n, term in enumerate(rule.head.terms):
            if term is not None and hasattr(term, "value"):
                values[n] = space.pack.symbols.code(term.value)
        if match(pattern, values, {}, space.pack.symbols)[0] is not False:
            return True
    return False


def _fires_never(space: Space, rule: Rule, possible: Sequence[Unfolding]) -> Iterator[Found]:
    """The conditions can hold, and exceptions or overriding rules always stand against them."""
    if any(fires_alone(space, unfolding) for unfolding in possible):
        return
    extra = stop_overriders(space, [r for u in possible for r, _ in u.chain])
    if extra is None:
        yield undecided(rule, "whether it is always overridden")
        return
    answers = []
    for unfolding in possible:
        scene, facts = scene_of(space, (*unfolding.facts, *extra), [rule.id])
        answer = ask(space, facts, fires(unfolding, scene))
        if answer == "yes":
            return
        answers.append((answer, unfolding, scene, facts))
    if any(one == "undecided" for one, *_ in answers):
        yield undecided(rule, "whether it can fire")
        return
    yield _stopped(space, rule, *answers[0][1:])


def _stopped(space: Space, rule: Rule, unfolding: Unfolding, scene: Scene, facts: Sequence[Assumed]) -> Found:
    """What stands against a rule in every case in which its conditions hold."""
    named: list[Law] = [(c.reason, c.formula) for c in unfolding.conditions]
    for one, bound in unfolding.chain:
        named += [(Reason(f"unless {_words(p, space)}", p.at, one.id), no(scene.exception(p, bound))) for p in one.unless]
        for other in space.pack.above.get(one.id, ()):
            against = scene.overridden(one, bound, lambda r, o=other: r.id == o.id)  # type: ignore[misc]
            named.append((Reason(f"{other.id} overrides {one.id}", other.at, other.id), no(against)))
    core = contradiction(space, facts, named)
    by = sorted({reason.rule for reason in core if " overrides " in reason.text})
    if by:
        what = f"the rule can never speak: whenever its conditions hold it is overridden by {' or '.join(by)}"
        return Found(OVERRIDDEN, (rule.id, *by), rule.at, what, (), core)
    return Found(DEAD, (rule.id,), rule.at, "the rule can never fire: an exception holds whenever its conditions do", (), core)


def _idle(space: Space, rule: Rule, condition: Condition, possible: Sequence[Unfolding]) -> Iterator[Found]:
    """A threshold that every case passes which meets the other conditions."""
    named: list[Reason] = []
    for unfolding in possible:
        mine = [c for c in unfolding.conditions if c.test is condition.test and c.pattern is condition.pattern]
        rest = [c for c in unfolding.conditions if c not in mine]
        if not mine:
            return
        answer = ask(space, unfolding.facts, [no(mine[0].formula), *(c.formula for c in rest)])
        if answer == "undecided":
            yield undecided(rule, f"whether '{condition.reason.text}' decides anything")
        if answer != "no":
            return
        laws: list[Law] = [(Reason(f"not: {mine[0].reason.text}", mine[0].reason.at, rule.id), no(mine[0].formula))]
        named += contradiction(space, unfolding.facts, [*laws, *((c.reason, c.formula) for c in rest)])
    what = f"'{condition.reason.text}' decides nothing: every input that meets the other conditions passes it"
    yield Found(THRESHOLD, (rule.id,), condition.reason.at, what, (), tuple(dict.fromkeys(named)))


def _idle_exception(space: Space, rule: Rule, pattern: Pattern, possible: Sequence[Unfolding]) -> Iterator[Found]:
    """An exception that no case meets which meets the conditions."""
    if space.pack.derived(pattern.relation):
        return
    named: list[Reason] = []
    for unfolding in possible:
        fact = fact_for(pattern, unfolding.bound, space.pack, space.fresh)
        met, _ = match(pattern, fact.values, unfolding.bound, space.pack.symbols)
        _, facts = scene_of(space, (*unfolding.facts, fact), [rule.id])
        holds: list[Formula] = [met, *(c.formula for c in unfolding.conditions)]
        answer = ask(space, facts, holds)
        if answer != "no":
            return
        laws: list[Law] = [(Reason(f"unless {_words(pattern, space)}", pattern.at, rule.id), met)]
        named += contradiction(space, facts, [*laws, *((c.reason, c.formula) for c in unfolding.conditions)])
    what = f"the exception '{_words(pattern, space)}' holds for no possible input that meets the conditions"
    yield Found(EXCEPTION, (rule.id,), pattern.at, what, (), tuple(dict.fromkeys(named)))


def _words(pattern: Pattern, space: Space) -> str:
    told = [asked(pattern, slot, None, space.pack) for slot in pattern.slots if slot.term is not None]
    told += [asked(pattern, slot, test, space.pack) for slot in pattern.slots for test in slot.tests]
    return ", ".join(told) or pattern.relation
