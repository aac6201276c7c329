"""Mutation of rules: which of the changes that could slip into a rule its tests would notice."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec
from msgspec import Struct

from neurobalance_expert.engines.plan import Programme, programme
from neurobalance_expert.engines.trial import Reader, Trial
from neurobalance_expert.measure.equivalent import why_equivalent
from neurobalance_expert.measure.mutants import Mutant, mutants
from neurobalance_expert.rules.check import overriders
from neurobalance_expert.rules.ir import Rule, RuleSet, RuleTest
from neurobalance_expert.vocabulary import Vocabulary

FEW = 8  # rules: for fewer other processes are not worth starting


class Spared(Struct, frozen=True):
    """A mutant that is not killed: it survives (``why`` is '') or it is proved equivalent, for this reason."""

    number: int  # among the mutants of its rule
    why: str = ""


class Mutated(Struct, frozen=True):
    """One rule: how many valid mutants that are not equivalent, how many of them are killed, and those that are not."""

    rule: str
    mutants: int
    killed: int
    invalid: int
    survivors: tuple[Spared, ...]
    equivalent: tuple[Spared, ...]


class Bench:
    """A rule set made ready to judge mutants: who overrides whom, and the reader of each test, made once."""

    def __init__(self, ruleset: RuleSet, vocabulary: Vocabulary) -> None:
        self.ruleset, self.vocabulary = ruleset, vocabulary
        self.ready: Programme = programme(ruleset, vocabulary)
        self.by_id = {rule.id: rule for rule in ruleset.rules}
        self.above = {name: tuple(rules) for name, rules in overriders(ruleset.rules).items()}
        self._readers: dict[str, Reader] = {}

    def reader(self, rule: Rule) -> Reader:
        """The reader of the expectations of a rule."""
        found = self._readers.get(rule.id)
        if found is None:
            found = self._readers[rule.id] = Reader(rule, self.vocabulary)
        return found

    def mutants(self, rule: Rule) -> tuple[Mutant, ...]:
        """Every mutant of the rule."""
        return mutants(rule, self.vocabulary, self.ruleset.open_relations)

    def trial(self, rule: Rule) -> Trial:
        """A rule, or a mutant of it, with those that override it."""
        return Trial(self.ready, rule, self.above.get(rule.id, ()))

    def killer(self, mutant: Rule) -> tuple[str, RuleTest] | None:
        """The first test that fails with the mutant in place of its rule: one of its own, or of a rule that it overrides."""
        original = self.by_id[mutant.id]
        for rule, trial in self._trials(mutant, original):
            reader = self.reader(rule)
            for test in rule.tests:
                if not reader.meets(test, trial.run(test.facts)):
                    return rule.id, test
        return None

    def _trials(self, mutant: Rule, original: Rule) -> Iterator[tuple[Rule, Trial]]:
        yield original, self.trial(mutant)
        for name in original.overrides:
            if other := self.by_id.get(name):
                above = tuple(mutant if r.id == mutant.id else r for r in self.above[name])
                yield other, Trial(self.ready, other, above)

    def mutate(self, rule: Rule) -> Mutated:
        """Every mutant of one rule, judged by the tests."""
        survivors, equivalent, invalid, killed = [], [], 0, 0
        for number, mutant in enumerate(self.mutants(rule)):
            if mutant.invalid:
                invalid += 1
            elif self.killer(mutant.rule) is not None:
                killed += 1
            elif why := why_equivalent(rule, mutant, self.vocabulary, self.ruleset):
                equivalent.append(Spared(number, why))
            else:
                survivors.append(Spared(number))
        return Mutated(rule.id, killed + len(survivors), killed, invalid, tuple(survivors), tuple(equivalent))


def mutate(bench: Bench, ids: Sequence[str], jobs: int, step: Callable[[], None] = lambda: None) -> tuple[Mutated, ...]:
    """The rules of these ids, in their order, on up to ``jobs`` processes. ``step`` is called once a rule, for a progress bar.

    The tests must pass. Processes are forked, so that nothing is read or compiled twice; where that is not possible one has to do.
    """
    if jobs < 2 or len(ids) < FEW or "fork" not in multiprocessing.get_all_start_methods():
        return tuple(_counted((bench.mutate(bench.by_id[name]) for name in ids), step))
    with multiprocessing.get_context("fork").Pool(min(jobs, len(ids)), _take, (bench,)) as pool:
        return tuple(_counted((msgspec.json.decode(data, type=Mutated) for data in pool.imap(_one, ids, chunksize=4)), step))


def _counted(found: Iterable[Mutated], step: Callable[[], None]) -> Iterator[Mutated]:
    for one in found:
        step()
        yield one


_taken: dict[str, Bench] = {}  # of a process that was forked to mutate


def _take(bench: Bench) -> None:
    _taken["bench"] = bench


def _one(name: str) -> bytes:
    bench = _taken["bench"]
    return msgspec.json.encode(bench.mutate(bench.by_id[name]))
