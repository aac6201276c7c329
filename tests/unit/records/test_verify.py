"""A folder of records gone through: whatever was changed, taken out or put in is named."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from neurobalance_expert.errors import InputProblems
from neurobalance_expert.records.log import LOG, add_record
from neurobalance_expert.records.read import read_record
from neurobalance_expert.records.verify import verify


def codes(folder: Path, head: str = "") -> list[str]:
    """The codes of everything that does not agree."""
    return [problem.code for problem in verify(folder, head).problems]


def test_what_was_written_agrees(recorded: Path) -> None:
    """Three records, one knowledge base; every step of every proof holds."""
    found = verify(recorded)

    assert (3, 3, 0, 1, ()) == (found.lines, found.records, found.overrides, found.knowledge, found.problems)
    assert found.steps == sum(len(read_record(path).proofs["steps"]) for path in recorded.glob("*.json")) > 0


def test_a_record_that_is_changed_gone_or_put_in_is_named(folder: Path, record: Path) -> None:
    """NB-A002, NB-S001, NB-A004."""
    text = record.read_text()
    record.write_text(text.replace("moderate", "minor"))
    assert ["NB-A002"] == codes(folder)
    record.unlink()
    assert ["NB-S001"] == codes(folder)
    record.write_text(text)
    (folder / "another.json").write_text(text)
    assert ["NB-A004"] == codes(folder)


def test_a_forged_record_with_a_digest_that_fits_is_not_the_logged_one(
    folder: Path, record: Path, rewritten: Callable[[Path, str, str], None]
) -> None:
    """The log still has the other digest."""
    rewritten(record, '"moderate"', '"minor"')

    assert ["NB-A004"] == codes(folder)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"analyte":"ferritin"', '"analyte":"zinc"', "a proof does not hold"),
        ('"severity":"moderate"', '"severity":"minor"', "a proof does not hold"),
        ('"margin":0.', '"margin":1.', "a proof does not hold"),
        ('"findings":[{', '"findings":[],"kept":[{', "not those that are proved"),
    ],
    ids=["fact", "severity", "margin", "finding"],
)
def test_a_forger_who_also_logs_it_is_found_by_the_proofs(
    folder: Path, record: Path, rewritten: Callable[[Path, str, str], None], old: str, new: str, said: str
) -> None:
    """The log is written anew; the checker goes through each line again with the rules of the record."""
    rewritten(record, old, new)
    (folder / LOG).unlink()
    for path in sorted(folder.glob("*.json")):
        add_record(folder, path.name, read_record(path).digest)
    problems = verify(folder).problems

    assert {"NB-A007"} == {problem.code for problem in problems}
    assert any(said in problem.what for problem in problems)


def test_lines_cut_off_the_end_show_by_a_head_that_was_kept(folder: Path, record: Path) -> None:
    """The records of those lines show too, and no longer once they are gone as well."""
    head = verify(folder).head
    lines = (folder / LOG).read_text().splitlines(keepends=True)
    (folder / LOG).write_text("".join(lines[:-1]))
    assert ["NB-A004"] == codes(folder)
    (folder / json.loads(lines[-1])["record"]).unlink()

    assert [] == codes(folder)
    assert ["NB-A004"] == codes(folder, head)
    assert [] == codes(folder, json.loads(lines[1])["digest"])


def test_missing_knowledge_and_a_path_in_the_log_are_named(folder: Path) -> None:
    """A line that names a file elsewhere is not followed."""
    add_record(folder, "../secret.json", "sha256:x")
    next((folder / "knowledge").iterdir()).unlink()

    assert ["NB-A004", "NB-A005"] == codes(folder)


def test_a_broken_chain_is_told_with_what_still_agrees(folder: Path) -> None:
    """The first of three lines stands; the records of the others are no longer logged."""
    lines = (folder / LOG).read_text().splitlines(keepends=True)
    (folder / LOG).write_text("".join([lines[0], *lines[2:]]))
    found = verify(folder)

    assert (1, 1) == (found.lines, found.records)
    assert ["NB-A003", "NB-A004", "NB-A004"] == [problem.code for problem in found.problems]


def test_a_folder_without_records_is_said(tmp_path: Path) -> None:
    """There is no log in it."""
    with pytest.raises(InputProblems) as caught:
        verify(tmp_path)

    assert "NB-S001" == caught.value.problems[0].code
