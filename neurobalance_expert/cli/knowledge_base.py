"""The terms that rule commands need: vocabulary, thresholds and references of a knowledge base."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from neurobalance_expert import source
from neurobalance_expert.errors import Misuse
from neurobalance_expert.knowledge.values import KnownValue, parse_references, parse_thresholds
from neurobalance_expert.vocabulary import Vocabulary, parse_vocabulary


class Terms(Struct, frozen=True):
    """What a rule may name."""

    vocabulary: Vocabulary
    thresholds: Mapping[str, KnownValue]
    references: Mapping[str, object]


def load_terms(kb: Path, vocabulary: Path | None = None) -> Terms:
    """The terms of a knowledge base, with another vocabulary when one is given.

    Raises:
        InputProblems: what is wrong in the files.
        Misuse: the folder is no knowledge base.
    """
    if not (kb / "knowledge").is_dir():
        raise Misuse(f"'{kb}' is not a knowledge base: it has no folder 'knowledge'. 'neurobalance init DIR' makes one")
    references = parse_references(_file(kb, "references.yaml"))
    words = source.load(vocabulary) if vocabulary else _file(kb, "vocabulary.yaml")
    return Terms(parse_vocabulary(words), parse_thresholds(_file(kb, "thresholds.yaml"), references), references)


def _file(kb: Path, name: str) -> source.Document:
    return source.load(kb / "knowledge" / name, shown_as=f"knowledge/{name}")
