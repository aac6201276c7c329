"""The knowledge base on disk: digest, cache, and what the cache may not do."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from msgspec.structs import replace

from neurobalance_expert import kb
from neurobalance_expert.errors import InputProblems, Misuse
from neurobalance_expert.loaded import load_knowledge
from neurobalance_expert.rules.compiled import from_json


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A knowledge base of one vocabulary and one rule file."""
    (tmp_path / "kb/knowledge").mkdir(parents=True)
    (tmp_path / "kb/rules").mkdir()
    (tmp_path / "kb/knowledge/vocabulary.yaml").write_text("vocabulary: 1\nnumber: 1.50\nflag: true\n")
    (tmp_path / "kb/rules/a.yaml").write_text("rules:\n  - id: x\n")
    return tmp_path / "kb"


COMPILED = b'{"compiled":["rules",1]}'


def cached(small: Path, folder: Path) -> kb.KnowledgeFiles:
    """The knowledge base after a run that wrote the cache."""
    kb.write_cache(kb.read_knowledge(small, folder), COMPILED, folder)
    return kb.read_knowledge(small, folder)


def test_the_cache_gives_back_the_same_data(small, tmp_path):
    """Numbers keep their digits; the rules come compiled, their files are not read."""
    first, again = kb.read_knowledge(small, None), cached(small, tmp_path)
    number = again.document("knowledge/vocabulary.yaml").data["number"]

    assert ("1.50", COMPILED, ()) == (str(number), again.compiled_rules, again.under("rules"))
    assert [d.data for d in first.under("knowledge")] == [d.data for d in again.under("knowledge")]


def test_a_changed_file_is_not_served_from_the_cache(small, tmp_path):
    """One byte of one file changes the digest, and with it the name of the cache file."""
    cached(small, tmp_path)
    (small / "rules/a.yaml").write_text("rules:\n  - id: y\n")

    files = kb.read_knowledge(small, tmp_path)
    assert (None, "y") == (files.compiled_rules, files.document("rules/a.yaml").data["rules"][0]["id"])


def test_a_tampered_cache_is_ignored(small, tmp_path):
    """The payload carries its own digest."""
    cached(small, tmp_path)
    path = next(tmp_path.glob("knowledge-*.json"))
    path.write_bytes(path.read_bytes().replace(b"1.50", b"9.99"))

    files = kb.read_knowledge(small, tmp_path)
    assert (None, "1.50") == (files.compiled_rules, str(files.document("knowledge/vocabulary.yaml").data["number"]))


def test_deleting_the_cache_and_an_unwritable_cache_change_nothing(small, tmp_path):
    """A path below a regular file cannot be written; the knowledge is read all the same."""
    blocked = tmp_path / "file"
    blocked.write_text("")
    files = kb.read_knowledge(small, blocked / "cache")
    kb.write_cache(files, COMPILED, blocked / "cache")

    assert kb.read_knowledge(small, None).digest == files.digest


def test_a_cached_knowledge_base_gives_the_same_rules(knowledge, root, tmp_path, monkeypatch):
    """Rules by way of the cache equal those parsed from the files, but for the tests inside them."""
    monkeypatch.setenv("NEUROBALANCE_CACHE", str(tmp_path))
    load_knowledge(root)
    again = load_knowledge(root)

    assert again.files.compiled_rules is not None
    assert tuple(replace(rule, tests=()) for rule in knowledge.rules.rules) == again.rules.rules
    assert (knowledge.rules.stratum, knowledge.rules.open_relations) == (again.rules.stratum, again.rules.open_relations)


@pytest.mark.parametrize("data", [b"", b"null", b"[]", b'{"system": ["ls"]}', b'{"rules": [1]}', b'{"rules": [], "stratum": {}}'])
def test_data_that_is_no_set_of_rules_builds_nothing(data):
    """Only a whole set of rules can come back, each value of its type."""
    with pytest.raises(ValueError, match="not compiled rules"):
        from_json(data)


def test_the_digest_is_of_content_not_of_place(small, tmp_path):
    """A copy elsewhere has the same digest."""
    copy = shutil.copytree(small, tmp_path / "copy")

    assert kb.read_knowledge(small, None).digest == kb.read_knowledge(copy, None).digest


def test_a_folder_without_a_vocabulary_is_no_knowledge_base(tmp_path):
    """It is a misuse of --kb, and the message says how to make one."""
    with pytest.raises(Misuse, match="neurobalance init"):
        kb.read_knowledge(tmp_path, None)


def test_problems_of_all_files_come_together(small):
    """Two broken files, two problems, one error."""
    (small / "rules/a.yaml").write_text("a: [")
    (small / "rules/b.yaml").write_text("b: 1\nb: 2\n")
    with pytest.raises(InputProblems) as caught:
        kb.read_knowledge(small, None)

    assert ["rules/a.yaml", "rules/b.yaml"] == [p.at.file for p in caught.value.problems]
