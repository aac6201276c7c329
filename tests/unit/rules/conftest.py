"""A small vocabulary with thresholds and references, and a reader of rules from text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from neurobalance_expert.errors import InputProblems, Problem, Problems, render_all
from neurobalance_expert.knowledge.values import KnownValue
from neurobalance_expert.rules.check import build_ruleset
from neurobalance_expert.rules.ir import Rule, RuleSet
from neurobalance_expert.rules.load import load_rules
from neurobalance_expert.rules.parse import parse_rules
from neurobalance_expert.source import load, parse_yaml
from neurobalance_expert.vocabulary import Vocabulary, parse_vocabulary

DATA = Path(__file__).resolve().parents[2] / "data"


def threshold(name: str, value: str, unit: str, step: str) -> KnownValue:
    """A threshold as ``knowledge/thresholds.yaml`` would give it."""
    return KnownValue(f"knowledge.thresholds.{name}", Decimal(value), unit, Decimal(step), "for tests", ("smith1987",), "B", True)


THRESHOLDS = {v.path: v for v in (threshold("trp_influx_low", "0.85", "1", "0.01"), threshold("dose_high", "0.5", "g", "0.1"))}
REFERENCES: dict[str, object] = {"smith1987": {}, "who2020": {}}


@dataclass(frozen=True)
class Read:
    """What came of a text: parsed rules, the checked set, and the problems."""

    rules: list[Rule]
    ruleset: RuleSet
    problems: list[Problem]
    rendered: str

    def codes(self) -> list[str]:
        """The codes of the problems, sorted."""
        return sorted(p.code for p in self.problems)


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    """The vocabulary of ``tests/data/rules-vocabulary.yaml``."""
    return parse_vocabulary(load(DATA / "rules-vocabulary.yaml"))


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of the examples."""
    return DATA


@pytest.fixture(scope="session")
def thresholds() -> dict[str, KnownValue]:
    """Two thresholds."""
    return THRESHOLDS


@pytest.fixture(scope="session")
def load_pack(vocabulary: Vocabulary) -> Callable[..., RuleSet]:
    """``load_pack(path…)`` loads rules with the small vocabulary; without a path those of ``tests/data/rules``."""

    def load_paths(*paths: Path, shown_from: Path = DATA, trusted: bool = False) -> RuleSet:
        return load_rules(paths or DATA / "rules", vocabulary, THRESHOLDS, REFERENCES, shown_from=shown_from, trusted=trusted)

    return load_paths


@pytest.fixture
def read(vocabulary: Vocabulary) -> Callable[..., Read]:
    """``read(text)`` parses and checks a rule file given as text."""

    def read_text(text: str, file: str = "rules/low.yaml") -> Read:
        problems = Problems()
        try:
            document = parse_yaml(text, file)
        except InputProblems as error:
            return Read([], RuleSet((), {}, frozenset()), list(error.problems), render_all(error))
        rules, exclusive = parse_rules(document, vocabulary, THRESHOLDS, REFERENCES, problems)
        ruleset = build_ruleset(rules, exclusive, vocabulary, problems)
        rendered = render_all(InputProblems(problems.found, problems.sources)) if problems.found else ""
        return Read(rules, ruleset, problems.found, rendered)

    return read_text
