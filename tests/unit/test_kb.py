"""The knowledge base on disk: digest, cache, and what the cache may not do."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from neurobalance_expert import kb
from neurobalance_expert.errors import InputProblems, Misuse


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A knowledge base of one vocabulary and one rule file."""
    (tmp_path / "kb/knowledge").mkdir(parents=True)
    (tmp_path / "kb/rules").mkdir()
    (tmp_path / "kb/knowledge/vocabulary.yaml").write_text("vocabulary: 1\nnumber: 1.50\nflag: true\n")
    (tmp_path / "kb/rules/a.yaml").write_text("rules:\n  - id: x\n")
    return tmp_path / "kb"


def test_the_cache_gives_back_the_same_data(small, tmp_path):
    """Numbers keep their digits and rules their lines."""
    first = kb.read_knowledge(small, tmp_path)
    kb.write_cache(first, tmp_path)
    again = kb.read_knowledge(small, tmp_path)

    assert (True, "1.50", 2) == (
        again.known_good,
        str(again.document("knowledge/vocabulary.yaml").data["number"]),
        again.document("rules/a.yaml").at("rules", 0).line,
    )
    assert {p: d.data for p, d in first.documents.items()} == {p: d.data for p, d in again.documents.items()}


def test_a_changed_file_is_not_served_from_the_cache(small, tmp_path):
    """One byte of one file changes the digest, and with it the name of the cache file."""
    kb.write_cache(kb.read_knowledge(small, tmp_path), tmp_path)
    (small / "rules/a.yaml").write_text("rules:\n  - id: y\n")

    files = kb.read_knowledge(small, tmp_path)
    assert (False, "y") == (files.known_good, files.document("rules/a.yaml").data["rules"][0]["id"])


def test_a_tampered_cache_is_ignored(small, tmp_path):
    """The payload carries its own digest."""
    kb.write_cache(kb.read_knowledge(small, tmp_path), tmp_path)
    cached = next(tmp_path.glob("documents-*.json"))
    cached.write_bytes(cached.read_bytes().replace(b'"x"', b'"z"'))

    files = kb.read_knowledge(small, tmp_path)
    assert (False, "x") == (files.known_good, files.document("rules/a.yaml").data["rules"][0]["id"])


def test_deleting_the_cache_and_an_unwritable_cache_change_nothing(small, tmp_path):
    """A path below a regular file cannot be written; the knowledge is read all the same."""
    blocked = tmp_path / "file"
    blocked.write_text("")
    files = kb.read_knowledge(small, blocked / "cache")
    kb.write_cache(files, blocked / "cache")

    assert kb.read_knowledge(small, None).digest == files.digest


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
