"""The knowledge beside a record: the same zip for the same files, and nothing else is taken for one (threats T7, T8)."""

from __future__ import annotations

import re
import stat
import zipfile
from pathlib import Path

import pytest

from neurobalance_expert.assessment import Knowledge, load_knowledge
from neurobalance_expert.errors import InputProblems
from neurobalance_expert.records.archive import MOST_FILES, archive_path, keep_knowledge, packed, recorded_knowledge, unpacked
from neurobalance_expert.records.digests import digests_of, layers

SMALL = {"base/knowledge/a.yaml": b"a: 1\n", "base/rules/x/b.yaml": b"b", "packs/01-north/pack.yaml": b"c"}


def refused(path: Path) -> str:
    """Why a zip cannot be used."""
    with pytest.raises(InputProblems) as caught:
        unpacked(path)
    assert "NB-A006" == caught.value.problems[0].code
    return caught.value.problems[0].what


def a_zip(path: Path, *names: str | zipfile.ZipInfo, content: bytes = b"x") -> Path:
    """A zip with entries of these names."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as box:
        for name in names:
            box.writestr(name, content)
    return path


def test_equal_files_give_equal_bytes_and_come_back(tmp_path: Path) -> None:
    """Whatever order they were given in; written once."""
    keep_knowledge(tmp_path, "sha256:abc", SMALL)
    path = archive_path(tmp_path, "sha256:abc")

    assert packed(SMALL) == packed(dict(reversed(SMALL.items()))) == path.read_bytes()
    assert SMALL == unpacked(path)
    path.write_bytes(b"somebody's")
    keep_knowledge(tmp_path, "sha256:abc", SMALL)
    assert b"somebody's" == path.read_bytes()


def test_the_shipped_knowledge_is_small(knowledge: Knowledge) -> None:
    """About 1 MB, with the food table."""
    assert 500_000 < len(packed(layers(knowledge))) < 1_500_000


@pytest.mark.parametrize(
    "name",
    [
        "../x.yaml",
        "base/../../x",
        "/etc/passwd",
        "base/knowledge/../../../x",
        "base\\knowledge\\x",
        "C:/x",
        "base/knowledge/a:b",
        "base/knowledge/.hidden",
        "base/knowledge/",
        "base/knowledge/nul.yaml",
        "base/other/x.yaml",
        "packs/x/pack.yaml",
        "base/knowledge/\u202e.yaml",
        "x",
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    """Out of the folder, to a device, to a hidden file, or just not to a knowledge base."""
    assert "is none of a knowledge base" in refused(a_zip(tmp_path / "x.zip", name))


def test_links_twins_and_crowds_are_refused(tmp_path: Path) -> None:
    """A symbolic link, two names that one file system takes for one, thousands of files."""
    link = zipfile.ZipInfo("base/knowledge/link.yaml")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16

    assert "no plain file" in refused(a_zip(tmp_path / "a.zip", link))
    assert "twice" in refused(a_zip(tmp_path / "b.zip", "base/knowledge/a.yaml", "base/knowledge/A.yaml"))
    assert "more than" in refused(a_zip(tmp_path / "c.zip", *(f"base/knowledge/{n}.yaml" for n in range(MOST_FILES + 1))))


@pytest.mark.slow
def test_bombs_are_refused_by_what_comes_out_of_them(tmp_path: Path) -> None:
    """60 MB of zeros in one file and in three; and one whose header says that it is small."""
    one = a_zip(tmp_path / "a.zip", "base/knowledge/a.yaml", content=b"0" * 60_000_000)
    three = a_zip(tmp_path / "b.zip", *(f"base/knowledge/{n}.yaml" for n in range(3)), content=b"0" * 20_000_000)
    size = (60_000_000).to_bytes(4, "little")
    liar = tmp_path / "c.zip"
    liar.write_bytes(one.read_bytes().replace(size, (10).to_bytes(4, "little")))

    assert "larger than" in refused(one)
    assert "larger than" in refused(three)
    assert refused(liar)


def test_what_is_damaged_or_locked_is_refused(tmp_path: Path) -> None:
    """No zip, half a zip, a flipped byte, a bit that says encrypted, an empty file; none at all is another problem."""
    whole = packed(SMALL)
    flipped = whole[:60] + bytes([whole[60] ^ 1]) + whole[61:]
    locked = re.sub(rb"(PK\x03\x04..|PK\x01\x02....)\x00", lambda m: m[1] + b"\x01", whole, flags=re.DOTALL)
    for content in (b"PK nonsense", whole[: len(whole) // 2], flipped, locked, b""):
        (tmp_path / "x.zip").write_bytes(content)
        assert refused(tmp_path / "x.zip")
    with pytest.raises(InputProblems) as caught:
        unpacked(tmp_path / "none.zip")
    assert "NB-A005" == caught.value.problems[0].code


def test_a_zip_with_other_knowledge_than_its_name_says_is_refused(knowledge: Knowledge, tmp_path: Path) -> None:
    """One threshold was changed in it."""
    files = layers(knowledge)
    digests = digests_of(knowledge, files)
    keep_knowledge(tmp_path, knowledge.digest, files | {"base/knowledge/extra.yaml": b"x: 1\n"})
    with pytest.raises(InputProblems, match="does not have the digest of its name"), recorded_knowledge(tmp_path, digests):
        pass


def test_packs_are_kept_as_layers(root: Path, tmp_path: Path) -> None:
    """Base and packs together have the digest that the assessment had."""
    knowledge = load_knowledge(root, [root / "examples" / "packs" / "clinic-north"])
    files = layers(knowledge)
    keep_knowledge(tmp_path, knowledge.digest, files)

    with recorded_knowledge(tmp_path, digests_of(knowledge, files)) as again:
        place = again.files.root
        assert (knowledge.digest, ["clinic-north"]) == (again.digest, [pack.name for pack in again.files.packs])
        assert place.is_dir()
    assert not place.exists()
