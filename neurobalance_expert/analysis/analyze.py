"""The whole analysis of a set of rules: every rule by itself, every pair that could say the same, every declared group."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import combinations, islice

from msgspec import Struct

from neurobalance_expert.analysis.ask import LIMIT_MS, Space
from neurobalance_expert.analysis.dead import check_rule
from neurobalance_expert.analysis.domains import Domains
from neurobalance_expert.analysis.encode import words_of
from neurobalance_expert.analysis.findings import DEAD, OVERRIDDEN, THRESHOLD, UNDECIDED, Found, order
from neurobalance_expert.analysis.overlap import check_exclusive, check_pair, exclusive_pairs, pairs_of
from neurobalance_expert.analysis.partition import check_partition
from neurobalance_expert.analysis.scene import Fresh, TooManyWaysError, pack_of
from neurobalance_expert.errors import Span
from neurobalance_expert.rules.ir import Const, Partition, Pattern, Rule, RuleSet
from neurobalance_expert.vocabulary import Vocabulary

Told = Callable[[int, int], None]  # questions done, and all
MOST_PAIRS = 50_000  # that are compared in one analysis, of either sort; what is beyond is told of as undecided


class Analysis(Struct, frozen=True):
    """What was found, and how many rules and pairs were looked at."""

    rules: int
    pairs: int
    partitions: int
    found: tuple[Found, ...]


def analyze(
    rules: RuleSet,
    vocabulary: Vocabulary,
    domains: Domains,
    *,
    only: Collection[str] | None = None,
    limit_ms: int = LIMIT_MS,
    told: Told = lambda done, of: None,
) -> Analysis:
    """Examine rules for every possible input.

    Args:
        rules: All rules, with what they declare.
        domains: What facts can be.
        only: Ids of the rules whose findings are wanted, with all others beside them; None: all.
        limit_ms: Time for one question to the solver; what takes longer is found to be undecided, never clean.
        told: Called with the number of steps done, and of all.
    """
    space = Space(pack_of(rules, vocabulary, {*words_of(domains), *_declared_words(rules)}), domains, Fresh(), limit_ms)
    chosen = [rule for rule in rules.rules if only is None or rule.id in only]
    ids = {rule.id for rule in chosen}
    pairs = list(islice((pair for pair in pairs_of(rules.rules) if ids & {pair[0].id, pair[1].id}), MOST_PAIRS + 1))
    beside = exclusive_pairs(rules.rules, rules.exclusive)
    exclusive = list(islice((pair for pair in beside if ids & {pair[0].id, pair[1].id}), MOST_PAIRS + 1))
    found = [_too_many(*some[MOST_PAIRS][:2]) for some in (pairs, exclusive) if len(some) > MOST_PAIRS]
    pairs, exclusive = pairs[:MOST_PAIRS], exclusive[:MOST_PAIRS]
    partitions = [partition for partition in rules.partition if ids & set(partition.rules)]
    of = len(chosen) + len(pairs) + len(exclusive) + len(partitions)
    for done, some in enumerate(_steps(space, chosen, pairs, exclusive, partitions, _declared_pairs(rules)), 1):
        found += some
        space.forget()
        told(done, of)
    return Analysis(len(chosen), len(pairs) + len(exclusive), len(partitions), tuple(sorted(set(found), key=order)))


def _steps(
    space: Space,
    rules: Sequence[Rule],
    pairs: Sequence[tuple[Rule, Rule]],
    exclusive: Sequence[tuple[Rule, Rule, str, str]],
    partitions: Sequence[Partition],
    declared: Collection[frozenset[str]],
) -> Iterator[list[Found]]:
    """The findings of one step after the other. A rule that never fires is told of once, and stands in no pair."""
    silent: set[str] = set()
    for rule in rules:
        some = _decided(check_rule(space, rule), (rule.id,), rule.at)
        if any(f.kind in (DEAD, OVERRIDDEN) or (f.kind == THRESHOLD and f.never) for f in some):
            silent.add(rule.id)
        yield some
    for one, other in pairs:
        yield [] if {one.id, other.id} & silent else _decided(check_pair(space, one, other, declared), (one.id, other.id), one.at)
    for first, second, code, beside in exclusive:
        yield (
            []
            if {first.id, second.id} & silent
            else _decided(check_exclusive(space, first, second, code, beside), (first.id, second.id), first.at)
        )
    for partition in partitions:
        yield _decided(check_partition(space, partition), tuple(map(str, partition.rules)), partition.at)


def _too_many(one: Rule, other: Rule) -> Found:
    """That more pairs could be compared than are. The rules: those of the first pair that is left out."""
    what = f"{one.id} beside {other.id}, and every later pair: {MOST_PAIRS} pairs a run; with a PATH, only its rules are compared"
    return Found(UNDECIDED, (one.id, other.id), one.at, f"not decided within the limits: {what}")


def _decided(steps: Iterator[Found], rules: tuple[str, ...], at: Span | None) -> list[Found]:
    """The findings of one step, or that it was not decided because facts can be taken for conditions in too many ways."""
    try:
        return list(steps)
    except TooManyWaysError:
        return [Found(UNDECIDED, rules, at, f"not decided within the limits: too many ways to meet the conditions of {', '.join(rules)}")]


def _declared_pairs(rules: RuleSet) -> frozenset[frozenset[str]]:
    """Pairs of rules that are said to stand together."""
    return frozenset(frozenset(map(str, pair)) for entry in rules.together for pair in combinations(entry.rules, 2))


def _declared_words(rules: RuleSet) -> set[str]:
    """Words of exclusive codes and of partitions."""
    found = {part for group in rules.exclusive for code in group for part in code.split(":")}
    for pattern in (pattern for partition in rules.partition for pattern in partition.over):
        found |= set(_words(pattern))
    return found


def _words(pattern: Pattern) -> Iterator[str]:
    for slot in pattern.slots:
        if isinstance(slot.term, Const) and isinstance(slot.term.value, str):
            yield slot.term.value
        for test in slot.tests:
            if isinstance(test.bound, tuple):
                yield from (word for word in test.bound if isinstance(word, str))
