"""Which conditions of a rule its tests cover.

A condition is covered when two tests, or a test and the same facts with one more, show that it changes the outcome alone: in both every
other condition is the same, and the rule fires in one of them only (independent effect, as in MC/DC). Whether the others hold is asked
of the rule itself: without the condition it must come to another outcome on the facts of the test.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from neurobalance_expert.engines.plan import Programme
from neurobalance_expert.engines.trial import Seen, Trial
from neurobalance_expert.fact import Fact
from neurobalance_expert.measure.conditions import Condition, conditions, with_pattern
from neurobalance_expert.rules.ir import Pattern, Rule

Fired = frozenset[tuple[tuple[str, object], ...]]


class Covered(Struct, frozen=True):
    """One rule: its conditions, and those of them that no test shows to matter."""

    rule: Rule
    conditions: tuple[Condition, ...]
    uncovered: tuple[Condition, ...]

    @property
    def count(self) -> int:
        """How many conditions are covered."""
        return len(self.conditions) - len(self.uncovered)


def cover(ready: Programme, rule: Rule, facts: Sequence[tuple[Fact, ...]] | None = None) -> Covered:
    """The conditions of one rule against the facts of its tests, or against other facts."""
    found = conditions(rule, ready.vocabulary, ready.rules.open_relations)
    ground = _Ground(ready, rule, [test.facts for test in rule.tests] if facts is None else facts)
    return Covered(rule, found, tuple(c for c in found if not ground.covers(c)))


def share(covered: int, conditions: int) -> float:
    """The fraction that is covered; 1 where there is nothing to cover."""
    return covered / conditions if conditions else 1.0


class _Ground:
    """What one rule, by itself, came to on each set of facts. Overriding rules are no condition: they have tests of their own."""

    def __init__(self, ready: Programme, rule: Rule, facts: Iterable[tuple[Fact, ...]]) -> None:
        self.ready, self.rule, self.vocabulary = ready, rule, ready.vocabulary
        self.trial = Trial(ready, rule, ())
        self.seen: list[tuple[tuple[Fact, ...], Seen]] = [(each, self.trial.run(each)) for each in facts]
        self.fires = any(seen.fired for _, seen in self.seen)

    def covers(self, condition: Condition) -> bool:
        """Whether the condition alone changes the outcome somewhere."""
        if not self.fires or (condition.without is None and condition.kind != "fact"):
            return False
        if condition.kind == "fact" and condition.where.part != "unless":
            return self._by_adding(condition.pattern)
        if condition.kind == "missing":
            return self._by_policy(condition)
        assert condition.without is not None
        if condition.where.part == "unless" and condition.kind != "fact":
            return self._differs(with_pattern(self.rule, condition.where)) and self._differs(condition.without)
        return self._differs(condition.without)

    def _differs(self, without: Rule) -> bool:
        """Whether the rule without something comes to another outcome on the facts of some test."""
        trial = Trial(self.ready, without, ())
        return any(_fired(seen) != _fired(trial.run(facts)) for facts, seen in self.seen)

    def _by_adding(self, pattern: Pattern) -> bool:
        """Whether a test where the rule does not fire has all but one fact, which another test has: with it the rule fires."""
        return any(True for _ in self._lacking(pattern))

    def _lacking(self, pattern: Pattern) -> Iterable[Seen]:
        place = [p.label for p in (*self.rule.scope, *self.rule.when)].index(pattern.label)
        premises = dict.fromkeys(d.premises[place] for _, seen in self.seen for d in seen.derivations)
        for facts, seen in self.seen:
            known = {self._about(fact) for fact in facts}
            for premise in premises:
                if self._about(premise) not in known and _fired(self.trial.run((*facts, premise))) != _fired(seen):
                    yield seen

    def _by_policy(self, condition: Condition) -> bool:
        """Whether what lacks one fact only would come to another status if a missing fact meant something else."""
        assert condition.without is not None
        flipped = Trial(self.ready, condition.without, ())
        lacking = [id(seen) for seen in self._lacking(condition.pattern)]
        return any(_unknown(seen) != _unknown(flipped.run(facts)) for facts, seen in self.seen if id(seen) in lacking)

    def _about(self, fact: Fact) -> tuple[object, ...]:
        relation = self.vocabulary.relations[fact.relation]
        return (fact.relation, *[fact.values[relation.index(name)] for name in relation.key])


def _fired(seen: Seen) -> Fired:
    return frozenset(d.binding for d in seen.derivations)


def _unknown(seen: Seen) -> bool:
    return any(e.status == "unknown" for e in seen.entries)
