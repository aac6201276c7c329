"""Records of every released version replay for ever, with the knowledge that lies beside them."""

from __future__ import annotations

from pathlib import Path

import pytest

from neurobalance_expert.records.read import read_record
from neurobalance_expert.records.replay import replay
from neurobalance_expert.records.told import replay_text
from neurobalance_expert.records.verify import verify
from neurobalance_expert.version import VERSION

FOLDER = Path(__file__).resolve().parents[1] / "data" / "records"
RECORDS = sorted(FOLDER.glob("*/*.json"))


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: f"{path.parent.name}/{path.stem.rpartition('-')[0]}")
def test_a_record_of_an_earlier_version_is_reproduced(path: Path) -> None:
    """Conclusions and report are the same; that the program is another is a note.

    When it fails for a version that is not released yet, 'make records' makes its records anew. For a released version the program must
    be mended: what it reads in a knowledge base that older ones do not have must be optional.
    """
    found = replay(read_record(path))

    assert "reproduced" == found.status, replay_text(found)


@pytest.mark.parametrize("folder", sorted(FOLDER.iterdir()), ids=lambda folder: folder.name)
def test_the_folder_of_each_version_agrees(folder: Path) -> None:
    """Chain, records, knowledge, and every line of every proof, by the checker of this program."""
    assert () == verify(folder).problems


def test_the_present_version_has_records() -> None:
    """'make records' makes them; together they stay small."""
    assert VERSION in {folder.name for folder in FOLDER.iterdir()}
    assert {path.parent.name for path in RECORDS} == {folder.name for folder in FOLDER.iterdir()}
    assert [] == [f.name for f in FOLDER.iterdir() if sum(p.stat().st_size for p in f.rglob("*") if p.is_file()) > 3_000_000]
