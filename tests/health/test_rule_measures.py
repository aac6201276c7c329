"""The tests inside the shipped rules cover every condition and notice nearly every change ('make mutate' prints both)."""

from __future__ import annotations

from pathlib import Path

import pytest

from neurobalance_expert.engines.testing import run_tests
from neurobalance_expert.loaded import Knowledge
from neurobalance_expert.measure.coverage import cover
from neurobalance_expert.measure.mutate import Bench, mutate
from neurobalance_expert.measure.vacuous import vacuous
from neurobalance_expert.rules.load import load_rules

SCORE = 0.95  # of the mutants that compile and are not equivalent


@pytest.fixture(scope="module")
def bench(root: Path, knowledge: Knowledge) -> Bench:
    """The shipped rules with their tests."""
    return Bench(load_rules(root / "rules", knowledge.vocabulary, knowledge.thresholds, None, trusted=True), knowledge.vocabulary)


def test_every_condition_of_every_rule_is_covered(bench: Bench) -> None:
    """For each a pair of tests shows that it changes the outcome alone."""
    found = [cover(bench.ready, rule) for rule in bench.ruleset.rules]

    assert [] == [f"{c.rule.id}: {u.where}: {u.text}" for c in found for u in c.uncovered]
    assert 1000 < sum(c.count for c in found)


def test_the_tests_kill_the_mutants(bench: Bench) -> None:
    """Of all rules together, and of each one; 'rules mutate' names a survivor."""
    found = mutate(bench, [rule.id for rule in bench.ruleset.rules], 1)

    assert SCORE <= sum(m.killed for m in found) / sum(m.mutants for m in found)
    assert [] == [m.rule for m in found if m.killed < SCORE * m.mutants]


def test_no_test_of_a_rule_shows_nothing(bench: Bench) -> None:
    """Some change of its rule makes each of them fail; all of them pass as the rules are."""
    assert [] == [problem.what for rule in bench.ruleset.rules for problem in vacuous(bench, rule)]
    assert [] == [f"{o.rule}: {o.name}" for o in run_tests(bench.ruleset, bench.vocabulary) if not o.passed]
