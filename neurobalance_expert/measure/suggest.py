"""Tests that a rule lacks, as its file would hold them: each kills a mutant that survives or covers a condition that no test does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from msgspec import Struct
from msgspec.structs import replace

from neurobalance_expert.engines.trial import Seen, Trial
from neurobalance_expert.fact import FINDING, FINDING_SLOTS, Fact, Value
from neurobalance_expert.measure.conditions import Condition
from neurobalance_expert.measure.coverage import cover
from neurobalance_expert.measure.differing import Attempt, Facts, Known, Search
from neurobalance_expert.measure.mutants import Mutant
from neurobalance_expert.measure.mutate import Bench
from neurobalance_expert.rules.ir import Rule, RuleTest
from neurobalance_expert.vocabulary import Vocabulary

MOST = 4000  # pairs of changes that are tried, before it is said that no test was found


class Suggestion(Struct, frozen=True):
    """A test, and what it is for: the numbers of the mutants that it kills and the conditions that it covers."""

    test: RuleTest
    kills: tuple[int, ...] = ()
    covers: tuple[Condition, ...] = ()


class Suggested(Struct, frozen=True):
    """The tests that one rule lacks, and the mutants and conditions for which none was found."""

    rule: Rule
    tests: tuple[Suggestion, ...]
    without: tuple[int, ...]
    uncovered: tuple[Condition, ...]


def suggest(bench: Bench, rule: Rule, known: Known) -> Suggested:
    """The tests that a rule lacks, in the order in which they were found."""
    return _Suggester(bench, rule, known).run()


class _Suggester:
    def __init__(self, bench: Bench, rule: Rule, known: Known) -> None:
        self.bench, self.rule = bench, rule
        self.above = bench.above.get(rule.id, ())
        self.reader = bench.reader(rule)
        self.trial = bench.trial(rule)
        self.search = Search(rule, self.above, bench.vocabulary, known)
        self.mutants = bench.mutants(rule)
        self.names = {test.name for test in rule.tests}
        self.made: list[Suggestion] = []
        self.marks: set[frozenset[Fact]] = set()
        self.bases = self._bases()
        self.tried = [self._seen(each) for each in self._single() if self._new(each)]
        self.pairs: list[tuple[Attempt, Seen]] | None = None

    def run(self) -> Suggested:
        """Fill the gaps one after the other; a test that fills several is made once."""
        left = [spared.number for spared in self.bench.mutate(self.rule).survivors]
        without = []
        if not any(test.status == "fired" for test in self.rule.tests) and self.bases[0][1].fired:
            left = self._take(RuleTest("fires", tuple(sorted(self.bases[0][0], key=repr)), "fired"), left)
        while left:
            test = self._against(self.mutants[left[0]])
            if test is None:
                without.append(left.pop(0))
            else:
                left = self._take(test, left)
        for other in self.above:
            if (test := self.overridden(other)) is not None:
                left = self._take(test, left)
        uncovered = self._cover()
        return Suggested(self.rule, tuple(self.made), tuple(without), uncovered)

    def overridden(self, other: Rule) -> RuleTest | None:
        """A test in which another rule overrides this one; None where there is such a test, or none was found."""
        trial = Trial(self.bench.ready, self.rule, (other,))
        there = [*self.rule.tests, *(s.test for s in self.made)]
        if any(_overridden(trial.run(test.facts)) for test in there if test.status == "overridden"):
            return None
        for attempt, seen in self.tried:
            if _overridden(trial.run(attempt.facts)) and not seen.fired and seen.entries[0].status == "overridden":
                return next(self._tests(attempt, seen), None)
        return None

    def _take(self, test: RuleTest, left: Sequence[int]) -> list[int]:
        """Keep a test, and give the mutants that it leaves."""
        killed = tuple(n for n in left if self._kills(test, self.mutants[n]))
        self.made.append(Suggestion(test, killed))
        self.names.add(test.name)
        return [n for n in left if n not in killed]

    def attempts(self) -> Iterator[tuple[Attempt, Seen]]:
        """Every attempt with what the rule comes to, equal facts once; those that change two things last."""
        yield from self.tried
        if self.pairs is None:
            base, seen = self.bases[0]
            found = (pair for way in seen.derivations[:1] for pair in self.search.pairs(base, way))
            self.pairs = [self._seen(pair) for pair in islice(found, MOST) if self._new(pair)]
        yield from self.pairs

    def _single(self) -> Iterator[Attempt]:
        for base, seen in self.bases:
            for way in seen.derivations[:1]:
                yield from self.search.attempts(base, way)

    def _new(self, attempt: Attempt) -> bool:
        mark = frozenset(attempt.facts)
        new = mark not in self.marks
        self.marks.add(mark)
        return new

    def _seen(self, attempt: Attempt) -> tuple[Attempt, Seen]:
        return attempt, self.trial.run(attempt.facts)

    def _bases(self) -> list[tuple[Facts, Seen]]:
        """Facts on which the rule fires: those of its tests, else made from its conditions."""
        found = [(test.facts, self.trial.run(test.facts)) for test in self.rule.tests if test.status == "fired"]
        found = [(facts, seen) for facts, seen in found if seen.fired]
        if not found:
            made = self.search.witness()
            found = [(made, self.trial.run(made))]
        return found

    def _against(self, mutant: Mutant) -> RuleTest | None:
        """A test that the rule passes and the mutant fails."""
        trial = self.bench.trial(mutant.rule)
        for attempt, seen in self.attempts():
            other = trial.run(attempt.facts)
            if other == seen:
                continue
            for test in self._tests(attempt, seen):
                if not self.reader.meets(test, other):
                    return test
        return None

    def _kills(self, test: RuleTest, mutant: Mutant) -> bool:
        return not self.reader.meets(test, self.bench.trial(mutant.rule).run(test.facts))

    def _cover(self) -> tuple[Condition, ...]:
        facts = [test.facts for test in self.rule.tests] + [s.test.facts for s in self.made]
        left = list(cover(self.bench.ready, self.rule, facts).uncovered)
        for condition in tuple(left):
            if condition not in left:
                continue
            for attempt, seen in self.attempts():
                now = cover(self.bench.ready, self.rule, [*facts, attempt.facts]).uncovered
                if condition not in now:
                    test = next(self._tests(attempt, seen))
                    self.made.append(Suggestion(test, (), tuple(c for c in left if c not in now)))
                    self.names.add(test.name)
                    facts.append(attempt.facts)
                    left = [c for c in left if c in now]
                    break
        return tuple(left)

    def _tests(self, attempt: Attempt, seen: Seen) -> Iterator[RuleTest]:
        """What a test of these facts may expect, from what is said of every rule to all of its conclusion."""
        if not seen.entries:
            return
        entry = seen.entries[0]
        made = RuleTest(self._name(attempt.name), tuple(sorted(attempt.facts, key=repr)), entry.status)
        if entry.status == "fired":
            if attempt.name != "what it says":
                yield made
            yield replace(made, binding=entry.binding)
            concluded = concludes(self.rule, seen, self.bench.vocabulary)
            yield replace(made, concludes=concluded)
            yield replace(made, binding=entry.binding, concludes=concluded)
        elif entry.status == "blocked":
            yield replace(made, label=entry.label, margin=self.reader.margin(entry))
        elif entry.status == "unknown":
            yield replace(made, missing=tuple(sorted(entry.missing)))
        else:
            yield made

    def _name(self, wanted: str) -> str:
        name, number = wanted, 2
        while name in self.names:
            name, number = f"{wanted} ({number})", number + 1
        return name


def overridden_by(bench: Bench, rule: Rule, other: Rule, known: Known) -> RuleTest | None:
    """The test of a rule that would notice that another no longer overrides it."""
    return _Suggester(bench, rule, known).overridden(other)


def _overridden(seen: Seen) -> bool:
    return any(entry.status == "overridden" for entry in seen.entries)


def concludes(rule: Rule, seen: Seen, vocabulary: Vocabulary) -> tuple[tuple[str, Value], ...]:
    """The slots of the first concluded fact that the rule gives a value."""
    fact = seen.derivations[0].fact
    names = [slot.name for slot in vocabulary.relations[fact.relation].slots]
    hidden = FINDING_SLOTS[1] if fact.relation == FINDING else ""
    return tuple((name, value) for name, value in zip(names, fact.values, strict=True) if value != "" and name != hidden)
