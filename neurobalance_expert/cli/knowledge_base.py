"""The terms that rule commands need: vocabulary, thresholds and references of a knowledge base."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from neurobalance_expert import source
from neurobalance_expert.errors import Misuse
from neurobalance_expert.knowledge.values import KnownValue, parse_references, parse_thresholds
from neurobalance_expert.vocabulary import Vocabulary, parse_vocabulary

if TYPE_CHECKING:
    from neurobalance_expert.editing.schema_entries import Words
    from neurobalance_expert.kb import KnowledgeFiles


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
    check_base(kb)
    references = parse_references(_file(kb, "references.yaml"))
    words = source.load(vocabulary) if vocabulary else _file(kb, "vocabulary.yaml")
    return Terms(parse_vocabulary(words), parse_thresholds(_file(kb, "thresholds.yaml"), references), references)


def check_base(kb: Path) -> None:
    """Raises Misuse for a folder that is no knowledge base."""
    if not (kb / "knowledge").is_dir():
        raise Misuse(f"'{kb}' is not a knowledge base: it has no folder 'knowledge'. 'neurobalance init DIR' makes one")


def load_words(kb: Path, packs: tuple[Path, ...] = ()) -> Words:
    """Every name that the files of a knowledge base with packs over it may use, for their schemas.

    Raises:
        InputProblems: what is wrong in the files that define them.
        Misuse: the folder is no knowledge base.
    """
    from neurobalance_expert.editing.schema_entries import Words
    from neurobalance_expert.kb import cache_dir, read_knowledge
    from neurobalance_expert.knowledge.names_data import load_names
    from neurobalance_expert.loaded import all_references

    files = read_knowledge(kb, cache_dir(), packs)
    references = all_references(files.documents)
    interactions = files.document("knowledge/interactions.yaml").data
    effects = files.document("knowledge/condition_effects.yaml").data
    rules = _running_rules(files)
    return Words(
        parse_vocabulary(files.document("knowledge/vocabulary.yaml")),
        parse_thresholds(files.document("knowledge/thresholds.yaml"), references),
        references,
        load_names(files.documents),
        tuple(files.document("knowledge/nutrients.yaml").data.get("nutrients", {})),
        tuple(interactions.get("groups", {})),
        tuple(interactions.get("foods", {})),
        tuple(effects.get("groups", {})),
        tuple(effects.get("from_food", ())),
        {rule_id: title for rule_id, title, _ in rules},
        tuple(sorted({code for *_, code in rules if code})),
    )


def _running_rules(files: KnowledgeFiles) -> list[tuple[str, str, str]]:
    """Id, title and finding code of every running rule, as far as the files can be read: a schema is for who is writing them."""
    from neurobalance_expert.explain.findings import code_text
    from neurobalance_expert.rules.compiled import from_json
    from neurobalance_expert.rules.ir import RUNNING

    if files.compiled_rules is not None:
        return [(rule.id, rule.title, code_text(rule) if rule.head.code else "") for rule in from_json(files.compiled_rules).rules]
    found = []
    for document in files.under("rules"):
        rules = document.data.get("rules") if isinstance(document.data, dict) else None
        for rule in rules if isinstance(rules, list) else ():
            if isinstance(rule, dict) and rule.get("status") in RUNNING and isinstance(rule.get("id"), str):
                found.append((rule["id"], str(rule.get("title", "")), str(rule.get("code", ""))))
    return sorted(found)


def _file(kb: Path, name: str) -> source.Document:
    return source.load(kb / "knowledge" / name, shown_as=f"knowledge/{name}")
