"""What is not wrong with a set of rules and still advised: shown as warnings. The lints are in ``lints``."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from neurobalance_expert.engines.testing import missing_tests_of
from neurobalance_expert.errors import Problem
from neurobalance_expert.knowledge.values import KnownValue
from neurobalance_expert.rules.check import overriders
from neurobalance_expert.rules.ir import Rule, RuleSet
from neurobalance_expert.vocabulary import Vocabulary


class _Kept(Struct, frozen=True):
    """The advice on one rule, and what it was given for."""

    rule: Rule
    above: tuple[Rule, ...]
    problems: tuple[Problem, ...]


class Adviser:
    """Advises on a set of rules; what was said of a rule is kept while the rule, those that override it and the terms are the same."""

    def __init__(self) -> None:
        self._terms: object = None
        self._kept: dict[str, _Kept] = {}

    def advise(self, ruleset: RuleSet, vocabulary: Vocabulary, thresholds: Mapping[str, KnownValue], *, terms: object) -> list[Problem]:
        """The tests that the running rules still need. ``terms`` is another object whenever vocabulary or thresholds say something else."""
        if self._terms is None or self._terms != (terms, ruleset.open_relations):
            self._terms, self._kept = (terms, ruleset.open_relations), {}
        over = overriders(ruleset.rules)
        before, self._kept = self._kept, {}
        for rule in ruleset.rules:
            above = tuple(over.get(rule.id, ()))
            kept = before.get(rule.id)
            if kept is None or kept.rule is not rule or [*map(id, kept.above)] != [*map(id, above)]:
                kept = _Kept(rule, above, tuple(missing_tests_of(rule, above, ruleset, vocabulary, thresholds)))
            self._kept[rule.id] = kept
        return [problem for kept in self._kept.values() for problem in kept.problems]
