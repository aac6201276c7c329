"""Pairs of rules: one that says nothing beside another, two that disagree about one thing, two that exclude each other.

Two findings are about one thing when their code, ``about``, ``system`` and ``window`` are equal. Rules of one code and one severity that
fire together are several reasons for one finding and no overlap.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator, Sequence
from heapq import merge
from itertools import combinations, islice

from neurobalance_expert.analysis.ask import (
    Reply,
    Space,
    ask,
    contradiction,
    fires,
    fires_alone,
    scene_of,
    stop_overriders,
    stoppers,
    witness,
)
from neurobalance_expert.analysis.dead import undecided
from neurobalance_expert.analysis.encode import Law
from neurobalance_expert.analysis.findings import EXCLUSIVE, OVERLAP, SUBSUMED, Found
from neurobalance_expert.analysis.logic import Formula, Term, all_of, any_of, no, same
from neurobalance_expert.analysis.scene import Assumed, Bound, positive, term_of
from neurobalance_expert.analysis.unfold import Reason, Unfolding
from neurobalance_expert.fact import FINDING, FINDING_SLOTS, Fact
from neurobalance_expert.rules.check import variable_types
from neurobalance_expert.rules.ir import Const, Rule, Var
from neurobalance_expert.rules.ir import Term as RuleTerm

SAME = tuple(FINDING_SLOTS.index(name) for name in ("about", "system", "window"))
SEVERITY = FINDING_SLOTS.index("severity")

_Family = tuple[str, int, tuple[RuleTerm, ...]]


def fitting(one: Sequence[RuleTerm | None], other: Sequence[RuleTerm | None]) -> bool:
    """Whether two lists of terms could have equal values."""
    pairs = zip(one, other, strict=False)
    return len(one) == len(other) and not any(
        (isinstance(a, Const) and isinstance(b, Const) and a.value != b.value)
        or (a is None and isinstance(b, Const))
        or (b is None and isinstance(a, Const))
        for a, b in pairs
    )


def about_one(one: Rule, other: Rule) -> bool:
    """Whether two rules could conclude the same: one code and subject, or one intermediate fact."""
    if one.head.relation != other.head.relation:
        return False
    if one.head.relation != FINDING:
        return fitting(one.head.terms, other.head.terms)
    return fitting(one.head.code, other.head.code) and _one_subject(one, other)


def _one_subject(one: Rule, other: Rule) -> bool:
    return fitting([one.head.terms[i] for i in SAME], [other.head.terms[i] for i in SAME])


def pairs_of(rules: Sequence[Rule]) -> Iterator[tuple[Rule, Rule]]:
    """Every two rules that could conclude the same, in the order of the rules. Only rules of one relation and family are compared.

    Pairs come one by one: of n rules with one code there are n * (n - 1) / 2, and whoever asks may stop.
    """
    families: dict[_Family, list[int]] = {}
    whole: dict[tuple[str, tuple[RuleTerm, ...]], list[int]] = {}  # by a code without variables
    open_codes: dict[_Family, list[int]] = {}
    for place, rule in enumerate(rules):
        families.setdefault(_family(rule), []).append(place)
        if _is_whole(rule):
            whole.setdefault((rule.head.relation, rule.head.code), []).append(place)
        else:
            open_codes.setdefault(_family(rule), []).append(place)
    for place, one in enumerate(rules):
        beside: Iterator[int]
        if _is_whole(one):
            beside = merge(_after(whole[one.head.relation, one.head.code], place), _after(open_codes.get(_family(one), ()), place))
        else:
            beside = _after(families[_family(one)], place)
        yield from ((one, rules[other]) for other in beside if about_one(one, rules[other]))


def _family(rule: Rule) -> _Family:
    """Rules of two families never conclude the same."""
    return rule.head.relation, len(rule.head.code), rule.head.code[:1]


def _is_whole(rule: Rule) -> bool:
    return bool(rule.head.code) and all(isinstance(part, Const) for part in rule.head.code)


def _after(places: Sequence[int], place: int) -> Iterator[int]:
    """Those of ascending places that stand after a place."""
    return islice(places, bisect_right(places, place), None)


def exclusive_pairs(rules: Sequence[Rule], groups: Sequence[tuple[str, ...]]) -> Iterator[tuple[Rule, Rule, str, str]]:
    """Every two rules that could conclude two codes that exclude each other about one thing, and the codes."""
    findings = [rule for rule in rules if rule.head.relation == FINDING]
    for group in groups:
        concluding = {code: [rule for rule in findings if _can_be(rule, code)] for code in group}
        for code, beside in combinations(group, 2):
            for one in concluding[code]:
                yield from ((one, other, code, beside) for other in concluding[beside] if _one_subject(one, other))


def _can_be(rule: Rule, code: str) -> bool:
    return fitting(rule.head.code, [Const(part) for part in code.split(":")])


def check_pair(space: Space, one: Rule, other: Rule, declared: Collection[frozenset[str]]) -> Iterator[Found]:
    """What is wrong with two rules that could conclude the same. ``declared``: pairs that are said to stand together."""
    if frozenset((one.id, other.id)) in declared:
        return
    subsumed = False
    for rule, by in ((one, other), (other, one)):
        for found in _subsumed(space, rule, by):
            subsumed = True
            yield found
    if not subsumed and one.head.relation == FINDING and not _one_severity(one, other):
        yield from _overlap(space, one, other)


def _one_severity(one: Rule, other: Rule) -> bool:
    return bool(one.severity) and one.severity == other.severity


def _head(rule: Rule, bound: Bound, space: Space) -> list[Term]:
    """The values that make two conclusions one."""
    terms = [*rule.head.code, *(rule.head.terms[i] for i in SAME)] if rule.head.relation == FINDING else list(rule.head.terms)
    return [term_of(term, bound, space.pack.symbols) for term in terms]


def _same_kind(one: Rule, other: Rule, space: Space) -> bool:
    """Whether no number stands where the other rule has a name: such values are never equal."""
    kinds = []
    for rule in (one, other):
        types = variable_types(rule, space.pack.vocabulary)
        terms = [*rule.head.code, *rule.head.terms]
        kinds.append([isinstance(t, Var) and t.name in types and types[t.name].kind == "number" for t in terms])
    return kinds[0] == kinds[1]


def _subsumed(space: Space, rule: Rule, by: Rule) -> Iterator[Found]:
    """Whether ``by`` fires with the same conclusion whenever ``rule`` does."""
    each = space.unfold(rule)
    if rule.head.relation == FINDING and rule.severity != by.severity:
        return
    if not each or not _same_kind(rule, by, space):
        return
    if any(fires_alone(space, u) for u in each if not _could_follow(space, by, u)):
        return
    if any(_says_more(space, rule, by, unfolding) for unfolding in each):
        return
    against = stop_overriders(space, [r for u in each for r, _ in u.chain])
    stopping = stoppers(space, [by.id])
    if against is None or stopping is None:
        yield undecided(rule, f"whether {by.id} always says the same")
        return
    together: tuple[Fact, ...] = ()
    named: list[Reason] = []
    for unfolding in each:
        scene, facts = scene_of(space, (*unfolding.facts, *against, *stopping), [rule.id, by.id])
        mine = fires(unfolding, scene)
        follows = any_of(all_of((scene.fires(i), _says_it(rule, unfolding.bound, by, i.bound, space))) for i in scene.instances(by))
        answer = ask(space, facts, [*mine, no(follows)])
        if answer == "undecided":
            yield undecided(rule, f"whether {by.id} always says the same")
        if answer != "no":
            return
        shown = witness(space, scene, facts, mine)
        together = together or shown.facts
        if shown.answer == "yes":
            laws: list[Law] = [(c.reason, c.formula) for c in unfolding.conditions]
            laws += [(Reason(f"{by.id} does not fire with the same conclusion", by.at, by.id), no(follows))]
            laws += [(Reason(f"{rule.id} fires", rule.at, rule.id), all_of(mine[len(unfolding.conditions) :]))]
            named += contradiction(space, facts, laws)
    if not together:
        return  # the rule never fires, which is told of elsewhere
    what = f"whenever {rule.id} fires, {by.id} fires with the same conclusion: the rule adds nothing of its own"
    yield Found(SUBSUMED, (rule.id, by.id), rule.at, what, together, tuple(dict.fromkeys(named)))


def _says_more(space: Space, rule: Rule, by: Rule, unfolding: Unfolding) -> bool:
    """Whether on the facts of its own conditions a rule fires and another does not say the same."""
    scene, facts = scene_of(space, unfolding.facts, [rule.id, by.id])
    follows = any_of(all_of((scene.fires(i), _says_it(rule, unfolding.bound, by, i.bound, space))) for i in scene.instances(by))
    return ask(space, facts, [*fires(unfolding, scene), no(follows)]) == "yes"


def _could_follow(space: Space, by: Rule, unfolding: Unfolding) -> bool:
    """Whether facts that a rule rests on, or that never lack beside them, could meet every condition of another rule."""
    _, facts = scene_of(space, unfolding.facts, [by.id])
    given = {fact.relation for fact in facts}
    return all(space.pack.derived(p.relation) or p.relation in given for p in positive(by))


def _alike(one: Rule, bound: Bound, other: Rule, bound_other: Bound, space: Space) -> Formula:
    """When two conclusions are one, with one severity or not."""
    return all_of(same(a, b) for a, b in zip(_head(one, bound, space), _head(other, bound_other, space), strict=True))


def _says_it(one: Rule, bound: Bound, other: Rule, bound_other: Bound, space: Space) -> Formula:
    """When two conclusions are one and have one severity."""
    severity: Formula = True
    if one.head.relation == FINDING:
        severity = same(*(term_of(r.head.terms[SEVERITY], b, space.pack.symbols) for r, b in ((one, bound), (other, bound_other))))
    return all_of((_alike(one, bound, other, bound_other, space), severity))


def _together(space: Space, one: Rule, other: Rule, alike: Callable[[Bound, Bound], Formula]) -> Reply:
    """Whether two rules can both fire with conclusions that are alike, each on facts of its own; the facts when they can.

    First without and then with facts that may stop what overrides them.
    """
    left, right = space.unfold(one), space.unfold(other)
    if left is None or right is None:
        return Reply("undecided")
    doubtful = False
    for a in left:
        for b in right:
            wanted = [alike(a.bound, b.bound), *(c.formula for u in (a, b) for c in u.conditions)]
            if ask(space, (*a.facts, *b.facts), wanted) == "no":
                continue
            reply = _fire_both(space, a, b, (), wanted[0])
            if reply.answer != "yes":
                extra = stop_overriders(space, [r for u in (a, b) for r, _ in u.chain])
                reply = Reply("undecided") if extra is None else _fire_both(space, a, b, extra, wanted[0])
            if reply.answer == "yes":
                return reply
            doubtful |= reply.answer == "undecided"
    return Reply("undecided" if doubtful else "no")


def _fire_both(space: Space, a: Unfolding, b: Unfolding, extra: Sequence[Assumed], alike: Formula) -> Reply:
    scene, facts = scene_of(space, (*a.facts, *b.facts, *extra), [a.rule.id, b.rule.id])
    return witness(space, scene, facts, [*fires(a, scene), *fires(b, scene), alike])


def _shared_equal(one: Rule, bound: Bound, other: Rule, bound_other: Bound) -> Formula:
    """When two instances speak of the same: the variables that both rules bind under one name are equal, as overriding asks."""
    return all_of(same(bound[name], bound_other[name]) for name in sorted(one.variables() & other.variables()))


def _overlap(space: Space, one: Rule, other: Rule) -> Iterator[Found]:
    """Whether two rules give one finding two severities."""
    if not _same_kind(one, other, space):
        return

    def alike(bound: Bound, bound_other: Bound) -> Formula:
        severities = [term_of(r.head.terms[SEVERITY], b, space.pack.symbols) for r, b in ((one, bound), (other, bound_other))]
        return all_of(
            (
                _alike(one, bound, other, bound_other, space),
                _shared_equal(one, bound, other, bound_other),
                no(same(*severities)),
            )
        )

    reply = _together(space, one, other, alike)
    if reply.answer == "undecided":
        yield undecided(one, f"whether it fires beside {other.id}")
    if reply.answer == "yes":
        each = " and ".join(f"{rule.id} ({rule.severity or 'severity of its row'})" for rule in (one, other))
        what = f"{each} can give one finding two severities, and neither overrides the other"
        yield Found(OVERLAP, (one.id, other.id), one.at, what, reply.facts)


def check_exclusive(space: Space, one: Rule, other: Rule, code: str, beside: str) -> Iterator[Found]:
    """Whether two rules can conclude two codes that exclude each other about one thing."""
    symbols = space.pack.symbols

    def alike(bound: Bound, bound_other: Bound) -> Formula:
        parts: list[Formula] = []
        for rule, here, wanted in ((one, bound, code), (other, bound_other, beside)):
            parts += [same(term_of(t, here, symbols), symbols.code(w)) for t, w in zip(rule.head.code, wanted.split(":"), strict=True)]
        parts += [same(term_of(one.head.terms[i], bound, symbols), term_of(other.head.terms[i], bound_other, symbols)) for i in SAME]
        return all_of(parts)

    reply = _together(space, one, other, alike)
    if reply.answer == "undecided":
        yield undecided(one, f"whether '{code}' and '{beside}' can stand together")
    if reply.answer == "yes":
        what = f"'{code}' of {one.id} and '{beside}' of {other.id} exclude each other, and both can be concluded about one thing"
        yield Found(EXCLUSIVE, (one.id, other.id), one.at, what, reply.facts)
