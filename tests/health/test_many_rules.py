"""A small sample of 'make big': the base with many rules is sound, and the pairs that are compared grow with its rules."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from neurobalance_expert.analysis.analyze import analyze
from neurobalance_expert.analysis.case_domains import case_domains
from neurobalance_expert.analysis.findings import OVERLAP
from neurobalance_expert.analysis.overlap import pairs_of
from neurobalance_expert.engines.testing import run_tests
from neurobalance_expert.loaded import Knowledge, load_knowledge

RULES, FAMILY = 80, 4


@pytest.fixture(scope="module")
def many(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Knowledge:
    """The shipped base with eighty rules more."""
    folder = tmp_path_factory.mktemp("many") / "base"
    folder.mkdir()
    runpy.run_path(str(root / "tools" / "many_rules.py"))["write_base"](folder, RULES)
    return load_knowledge(folder, cache=False)


def test_every_rule_is_there_and_its_tests_pass(many: Knowledge) -> None:
    """Those with an override and an exception as well."""
    outcomes = [outcome for outcome in run_tests(many.rules, many.vocabulary) if outcome.rule.startswith("many-")]

    assert RULES == len({outcome.rule for outcome in outcomes})
    assert [] == [outcome for outcome in outcomes if not outcome.passed]


def test_only_rules_of_one_family_are_compared(many: Knowledge) -> None:
    """Six pairs for each four rules."""
    pairs = [(a, b) for a, b in pairs_of(many.rules.rules) if a.id.startswith("many-") or b.id.startswith("many-")]

    assert 6 * RULES // FAMILY == len(pairs)


def test_the_fault_that_was_planted_is_found(many: Knowledge) -> None:
    """In the first family of a hundred."""
    only = {f"many-{number}" for number in range(2 * FAMILY)}

    assert [(OVERLAP, ("many-2", "many-3"))] == [
        (found.kind, found.rules) for found in analyze(many.rules, many.vocabulary, case_domains(many), only=only).found
    ]
