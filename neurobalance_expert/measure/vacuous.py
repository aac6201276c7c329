"""Tests that show nothing: no mutant of the rule, and no condition taken away, makes them fail."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from neurobalance_expert.engines.trial import Trial
from neurobalance_expert.errors import Problem
from neurobalance_expert.measure.conditions import patterns, with_pattern
from neurobalance_expert.measure.mutants import ANOTHER
from neurobalance_expert.measure.mutate import Bench
from neurobalance_expert.rules.ir import Const, Pattern, Rule, Term, Var


def vacuous(bench: Bench, rule: Rule) -> Iterator[Problem]:
    """A problem for each test of the rule that passes and that nothing makes fail."""
    reader, made = bench.reader(rule), _Changes(bench, rule)
    whole = bench.trial(rule)
    for test in rule.tests:
        if reader.meets(test, whole.run(test.facts)) and all(reader.meets(test, trial.run(test.facts)) for trial in made):
            yield Problem(
                "NB-R087",
                f"no change of '{rule.id}' makes its test '{test.name}' fail",
                test.at,
                why="it passes whatever a condition, limit or conclusion becomes, so it shows nothing",
                fix="let its facts fail one condition only, or remove it",
            )


class _Changes:
    """The changes of a rule, each made ready when it is first needed and kept for the next test."""

    def __init__(self, bench: Bench, rule: Rule) -> None:
        self._left = _each(bench, rule)
        self._made: list[Trial] = []

    def __iter__(self) -> Iterator[Trial]:
        yield from self._made
        for trial in self._left:
            self._made.append(trial)
            yield trial


def _each(bench: Bench, rule: Rule) -> Iterator[Trial]:
    """First each condition taken away, also where no rule is left that would compile; then the mutants."""
    for where, _ in patterns(rule):
        yield bench.trial(_bare(with_pattern(rule, where)))
    for mutant in bench.mutants(rule):
        if not mutant.invalid:
            yield bench.trial(mutant.rule)


def _bare(rule: Rule) -> Rule:
    """The rule with a constant for each variable that nothing binds any more; an exception asks nothing of such a slot."""
    bound = rule.variables()

    def term(old: Term | None) -> Term | None:
        return Const(ANOTHER) if isinstance(old, Var) and old.name not in bound else old

    def exception(pattern: Pattern) -> Pattern:
        slots = tuple(replace(s, term=None) if isinstance(s.term, Var) and s.term.name not in bound else s for s in pattern.slots)
        return replace(pattern, slots=slots)

    code = tuple(Const(ANOTHER) if isinstance(part, Var) and part.name not in bound else part for part in rule.head.code)
    head = replace(rule.head, terms=tuple(term(t) for t in rule.head.terms), code=code)
    return replace(rule, head=head, unless=tuple(exception(p) for p in rule.unless))
