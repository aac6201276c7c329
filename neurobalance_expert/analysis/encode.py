"""What is true of every possible case, as formulas over the facts of a scene: keys, names, numbers, and what comes with what."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import combinations

from neurobalance_expert.analysis.domains import Ascending, Axiom, Domains, Needs, Never, OneValue, Range, RangeOf, Rows, Stages, Without
from neurobalance_expert.analysis.logic import Formula, Term, all_of, any_of, at_most, no, same
from neurobalance_expert.analysis.scene import Assumed, Fresh, Pack
from neurobalance_expert.analysis.unfold import Reason
from neurobalance_expert.vocabulary import Relation

Law = tuple[Reason, Formula]
SCALE = 10**6  # limits of analytes as whole numbers, so that a ratio stays a whole number too


def words_of(domains: Domains) -> frozenset[str]:
    """Every name that the domains use."""
    found: set[str] = set()
    for axiom in (axiom for axioms in domains.values() for axiom in axioms):
        if isinstance(axiom, Rows):
            found |= {word for row in axiom.rows for word in row}
        elif isinstance(axiom, Without):
            found |= axiom.names
        elif isinstance(axiom, RangeOf):
            found |= {word for names in axiom.ranges for word in names}
        elif isinstance(axiom, OneValue):
            found |= {word for names in axiom.limits for word in names}
        elif isinstance(axiom, Stages):
            found |= {name for name, _, _ in axiom.stages}
    return frozenset(found)


def with_needed(facts: Sequence[Assumed], domains: Domains, pack: Pack, asked: Collection[str], fresh: Fresh) -> tuple[Assumed, ...]:
    """The facts and those that never lack beside them, of relations that the question asks of."""
    found = list(facts)
    done = 0
    while done < len(found):
        fact = found[done]
        done += 1
        for axiom in domains.get(fact.relation, ()):
            if isinstance(axiom, Needs) and axiom.other in asked and axiom.other in pack.vocabulary.relations:
                needed = _needed(fact, axiom, pack, fresh)
                if not any(_stands_for(other, needed, pack) for other in found):
                    found.append(needed)
    return tuple(found)


def _needed(fact: Assumed, axiom: Needs, pack: Pack, fresh: Fresh) -> Assumed:
    relation, other = pack.vocabulary.relations[fact.relation], pack.vocabulary.relations[axiom.other]
    values: list[Term] = [fresh.number(f"{other.name}.{slot.name}") for slot in other.slots]
    for mine, theirs in axiom.same:
        values[other.index(theirs)] = fact.values[relation.index(mine)]
    return Assumed(other.name, tuple(values), fact.there)


def _stands_for(there: Assumed, needed: Assumed, pack: Pack) -> bool:
    """Whether a fact is certain to be the needed one: it is there whenever that is, with the same key."""
    if there.relation != needed.relation or not (there.there is True or there.there is needed.there):
        return False
    relation = pack.vocabulary.relations[there.relation]
    return all(same(there.values[i], needed.values[i]) is True for i in map(relation.index, relation.key))


def laws(facts: Sequence[Assumed], domains: Domains, pack: Pack) -> Iterator[Law]:
    """Everything that holds for these facts whatever the case; what folds to true is left out."""
    for fact in facts:
        if fact.laws is None:
            fact.laws = tuple(_alone(fact, domains, pack))
        yield from fact.laws
    for one, other in combinations(facts, 2):
        both = all_of((one.there, other.there))
        for reason, law in _of_two(one, other, domains, pack):
            if law is not True:
                yield reason, any_of((no(both), law))


def _alone(fact: Assumed, domains: Domains, pack: Pack) -> Iterator[Law]:
    """What holds for one fact by itself."""
    relation = pack.vocabulary.relations[fact.relation]
    for slot, value in zip(relation.slots, fact.values, strict=True):
        if slot.kind == "id" and not isinstance(value, int):
            yield Reason(f"a name in {relation.name}.{slot.name} is never empty"), at_most(1, value)
    for axiom in domains.get(fact.relation, ()):
        law = _of_one(fact, axiom, relation, pack)
        if law is not True:
            yield Reason(f"{shown(fact, pack)}: {axiom.why}"), any_of((no(fact.there), law))


def shown(fact: Assumed, pack: Pack) -> str:
    """A fact with the names that are certain: ``lab(limit=low)``."""
    relation = pack.vocabulary.relations[fact.relation]
    known = [
        f"{slot.name}={pack.symbols.text(value)}"
        for slot, value in zip(relation.slots, fact.values, strict=True)
        if isinstance(value, int) and value and slot.kind != "number"
    ]
    return f"{relation.name}({', '.join(known)})"


def _of_one(fact: Assumed, axiom: Axiom, relation: Relation, pack: Pack) -> Formula:
    def at(slot: str) -> Term:
        return fact.values[relation.index(slot)]

    if isinstance(axiom, Rows):
        return _in_rows([at(slot) for slot in axiom.slots], axiom.rows, pack)
    if isinstance(axiom, Without):
        return no(any_of(same(at(axiom.slot), pack.symbols.code(name)) for name in sorted(axiom.names)))
    if isinstance(axiom, Range):
        return _between(at(axiom.slot), axiom.low, axiom.high)
    if isinstance(axiom, RangeOf):
        return _range_of(axiom, at, pack)
    if isinstance(axiom, Ascending):
        return at_most(at(axiom.lower) + axiom.names, at(axiom.upper))
    return True


def _in_rows(terms: Sequence[Term], rows: Collection[tuple[str, ...]], pack: Pack) -> Formula:
    """Whether the terms are one of the rows; the rows that constants rule out are dropped first, and slots that are constant."""
    coded = [tuple(map(pack.symbols.code, row)) for row in sorted(rows)]
    fitting = [row for row in coded if all(not isinstance(term, int) or term == code for term, code in zip(terms, row, strict=True))]
    free = [n for n, term in enumerate(terms) if not isinstance(term, int)]
    if not free:
        return bool(fitting)
    projected = sorted({tuple(row[n] for n in free) for row in fitting})
    if len(free) == 1:
        return _among(terms[free[0]], [row[0] for row in projected])
    by_first: dict[int, list[tuple[int, ...]]] = {}
    for row in projected:
        by_first.setdefault(row[0], []).append(row[1:])
    rest = [terms[n] for n in free[1:]]
    return any_of(
        all_of((same(terms[free[0]], first), any_of(all_of(map(same, rest, row)) for row in others))) for first, others in by_first.items()
    )


def _among(term: Term, codes: Sequence[int]) -> Formula:
    """Whether a term is one of some numbers, as few runs of neighbours."""
    runs: list[list[int]] = []
    for code in codes:
        if runs and code == runs[-1][1] + 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    return any_of(same(term, low) if low == high else _between(term, low, high) for low, high in runs)


def _between(term: Term, low: int | None, high: int | None) -> Formula:
    return all_of(
        (True if low is None else at_most(low, term), True if high is None else at_most(term, high)),
    )


def _range_of(axiom: RangeOf, at: Callable[[str], Term], pack: Pack) -> Formula:
    terms = [at(slot) for slot in axiom.by]
    parts: list[Formula] = []
    named: list[Formula] = []
    for names, (low, high) in sorted(axiom.ranges.items()):
        here = all_of(same(term, pack.symbols.code(name)) for term, name in zip(terms, names, strict=True))
        if here is True:
            return _between(at(axiom.slot), low, high)
        if here is not False:
            parts.append(any_of((no(here), _between(at(axiom.slot), low, high))))
            named.append(here)
    return all_of((*parts, any_of((*named, _between(at(axiom.slot), *axiom.otherwise)))))


def _of_two(one: Assumed, other: Assumed, domains: Domains, pack: Pack) -> Iterator[Law]:
    relation = pack.vocabulary.relations[one.relation]
    if one.relation == other.relation:
        yield from _one_key(one, other, relation, pack)
        for axiom in domains.get(one.relation, ()):
            if isinstance(axiom, OneValue):
                yield Reason(f"{shown(one, pack)}, {shown(other, pack)}: {axiom.why}"), _one_value(one, other, axiom, relation, pack)
        return
    for first, second in ((one, other), (other, one)):
        for axiom in domains.get(first.relation, ()):
            if isinstance(axiom, Never) and axiom.other == second.relation:
                yield Reason(f"{shown(first, pack)} beside {shown(second, pack)}: {axiom.why}"), False
            if isinstance(axiom, Stages) and axiom.other == second.relation:
                yield Reason(axiom.why), _stage(first, second, axiom, pack)


def _one_key(one: Assumed, other: Assumed, relation: Relation, pack: Pack) -> Iterator[Law]:
    """Two facts of one key are one fact."""
    key = [relation.index(name) for name in relation.key]
    rest = [i for i in range(len(relation.slots)) if i not in key]
    if not rest:
        return
    alike = all_of(same(one.values[i], other.values[i]) for i in key)
    if alike is not False:
        equal = all_of(same(one.values[i], other.values[i]) for i in rest)
        why = f"two facts {shown(one, pack)} of one {'key (' + ', '.join(relation.key) + ')' if key else 'case'} have the same values"
        yield Reason(why), any_of((no(alike), equal))


def _one_value(one: Assumed, other: Assumed, axiom: OneValue, relation: Relation, pack: Pack) -> Formula:
    name, kind, ratio = relation.index(axiom.name), relation.index(axiom.kind), relation.index(axiom.ratio)
    if (same_name := same(one.values[name], other.values[name])) is False:
        return True
    kinds: dict[str, dict[str, tuple[float, ...]]] = {}
    for (analyte, each), limits in axiom.limits.items():
        kinds.setdefault(analyte, {})[each] = limits
    parts: list[Formula] = []
    for analyte, of_kind in sorted(kinds.items()):
        about = all_of((same_name, same(one.values[name], pack.symbols.code(analyte))))
        for first, left in sorted(of_kind.items()) if about is not False else ():
            for second, right in sorted(of_kind.items()):
                here = all_of(
                    (about, same(one.values[kind], pack.symbols.code(first)), same(other.values[kind], pack.symbols.code(second)))
                )
                if here is not False and first != second:
                    near = any_of(_near(one.values[ratio], a, other.values[ratio], b) for a in left for b in right)
                    parts.append(any_of((no(here), near)))
    return all_of(parts)


def _near(left: Term, left_limit: float, right: Term, right_limit: float) -> Formula:
    """Whether two rounded ratios can come from one value: ``left * limit`` and ``right * limit`` differ by half a step of each at most."""
    a, b = round(left_limit * SCALE), round(right_limit * SCALE)
    off = (a + b) // 2 + 1
    return all_of((at_most(left * a - right * b, off), at_most(right * b - left * a, off)))


def _stage(named: Assumed, number: Assumed, axiom: Stages, pack: Pack) -> Formula:
    name = named.values[pack.vocabulary.relations[named.relation].index(axiom.slot)]
    value = number.values[pack.vocabulary.relations[number.relation].index(axiom.number)]
    return all_of(any_of((no(same(name, pack.symbols.code(stage))), _between(value, low, high))) for stage, low, high in axiom.stages)
