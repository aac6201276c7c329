"""What is not wrong with a set of rules and still advised: shown as warnings. This is the one place where lints are added."""

from __future__ import annotations

from collections.abc import Mapping

from neurobalance_expert.engines.testing import missing_tests
from neurobalance_expert.errors import Problem
from neurobalance_expert.knowledge.values import KnownValue
from neurobalance_expert.rules.ir import RuleSet
from neurobalance_expert.vocabulary import Vocabulary


def advise(ruleset: RuleSet, vocabulary: Vocabulary, thresholds: Mapping[str, KnownValue]) -> list[Problem]:
    """The tests that the running rules still need, each with its place."""
    return missing_tests(ruleset, vocabulary, thresholds)
