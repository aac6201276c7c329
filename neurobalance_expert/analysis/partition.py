"""Declared partitions: wherever facts meet the patterns of ``over``, one of the rules has to speak of these facts.

A rule speaks of them when each is the fact of one of its conditions, its conditions hold and no exception does. Being
overridden counts, because the overriding rule speaks then.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from neurobalance_expert.analysis.ask import Reply, Space, scene_of, stoppers, witness
from neurobalance_expert.analysis.findings import GAP, UNDECIDED, Found
from neurobalance_expert.analysis.logic import Formula, any_of, no
from neurobalance_expert.analysis.scene import Assumed, Bound, Instance, match
from neurobalance_expert.analysis.unfold import fact_for
from neurobalance_expert.rules.ir import Partition


def check_partition(space: Space, partition: Partition) -> Iterator[Found]:
    """The gap of a partition, when it has one: facts of which none of its rules speaks."""
    over: list[Assumed] = []
    wanted: list[Formula] = []
    bound: Bound = {}
    for pattern in partition.over:
        fact = fact_for(pattern, bound, space.pack, space.fresh)
        met, bound = match(pattern, fact.values, bound, space.pack.symbols)
        over.append(fact)
        wanted.append(met)
    ids = [rule for rule in partition.rules if rule in space.pack.by_id]
    extra = stoppers(space, ids, overriding=False)
    reply = _uncovered(space, over, (), wanted, ids)
    if reply.answer == "no" and extra is not None:
        reply = _uncovered(space, over, extra, wanted, ids)
    if reply.answer == "undecided" or extra is None:
        yield Found(UNDECIDED, tuple(ids), partition.at, f"not decided within the limits: whether '{partition.name}' has a gap")
    if reply.answer == "yes":
        told = ", ".join(ids)
        what = f"'{partition.name}' has a gap: facts that meet 'over' and of which none of its rules speaks ({told})"
        yield Found(GAP, tuple(ids), partition.at, what, reply.facts, partition=partition)


def _uncovered(space: Space, over: Sequence[Assumed], extra: Sequence[Assumed], wanted: Sequence[Formula], ids: Sequence[str]) -> Reply:
    """Whether the facts can be there, beside those of ``extra`` or not, and no rule speaks of them."""
    scene, facts = scene_of(space, (*over, *extra), ids)
    spoken = [i.holds for name in ids for i in scene.instances(space.pack.by_id[name]) if _rests_on(i, over)]
    return witness(space, scene, facts, [*wanted, no(any_of(spoken))])


def _rests_on(instance: Instance, over: Sequence[Assumed]) -> bool:
    """Whether each of the facts is the fact of one of the conditions."""
    return all(any(used is fact for used in instance.facts) for fact in over)
