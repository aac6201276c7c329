"""All schemas of a knowledge base, and where they stand: ``schemas/`` beside ``rules/`` and ``knowledge/``."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from neurobalance_expert.cases.schema import case_schema
from neurobalance_expert.editing.schema_entries import Words
from neurobalance_expert.editing.schema_knowledge import knowledge_schema
from neurobalance_expert.editing.schema_parts import Schema
from neurobalance_expert.editing.schema_rule import rule_schema
from neurobalance_expert.editing.schema_vocabulary import vocabulary_schema

FOLDER = "schemas"
SCHEMAS: Mapping[str, Callable[[Words], Schema]] = {
    "case": lambda known: case_schema(known.names),
    "knowledge": knowledge_schema,
    "rule": rule_schema,
    "vocabulary": lambda known: vocabulary_schema(known.vocabulary),
}


def schema_of(path: str) -> str:
    """Which of ``SCHEMAS`` a file has by its path inside a knowledge base; '' for another file.

    >>> schema_of("rules/transport/x.yaml"), schema_of("knowledge/vocabulary.yaml"), schema_of("knowledge/studies/x.yaml")
    ('rule', 'vocabulary', 'knowledge')
    """
    if path.startswith("rules/"):
        return "rule"
    if path.startswith("knowledge/"):
        return "vocabulary" if path == "knowledge/vocabulary.yaml" else "knowledge"
    return ""
