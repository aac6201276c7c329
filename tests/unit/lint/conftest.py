"""A small clean knowledge base, whole and as texts that a test may change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from neurobalance_expert.knowledge.values import KnownValue, parse_references, parse_thresholds
from neurobalance_expert.lint.run import Linter, Report, Surroundings
from neurobalance_expert.source import parse_yaml
from neurobalance_expert.vocabulary import Vocabulary, parse_vocabulary

FOLDER = Path(__file__).resolve().parents[2] / "data" / "lint"
TODAY = date(2026, 11, 25)
RULES = "rules/transport/tryptophan.yaml"


@dataclass(frozen=True)
class Terms:
    """Vocabulary, thresholds and references."""

    vocabulary: Vocabulary
    thresholds: Mapping[str, KnownValue]
    references: Mapping[str, object]


def texts() -> dict[str, str]:
    """Every file of ``tests/data/lint`` by its path."""
    return {path.relative_to(FOLDER).as_posix(): path.read_text(encoding="utf-8") for path in sorted(FOLDER.rglob("*.*"))}


def linter(files: Mapping[str, str], today: date = TODAY, around: Surroundings | None = None) -> Linter:
    """A linter for a knowledge base given as texts; ``around``: for its rule files alone."""
    tables = {name: parse_yaml(text, name) for name, text in files.items() if name.startswith("knowledge/")}
    references = parse_references(tables["knowledge/references.yaml"])
    thresholds = parse_thresholds(tables["knowledge/thresholds.yaml"], references)
    readmes = frozenset(name.rpartition("/")[0] for name in files if name.endswith("README.md"))
    terms = Terms(parse_vocabulary(tables["knowledge/vocabulary.yaml"]), thresholds, references)
    return Linter(terms, today, around or Surroundings(whole=True, tables=tables, readmes=readmes))


def check(files: Mapping[str, str], today: date = TODAY) -> Report:
    """Every finding in a knowledge base given as texts."""
    return linter(files, today).check({name: text for name, text in files.items() if name.endswith(".yaml") and name.startswith("rules/")})


@pytest.fixture
def files() -> dict[str, str]:
    """The texts, to be changed."""
    return texts()
