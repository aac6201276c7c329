"""The log of a folder: each line holds on to the one before."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from neurobalance_expert import atomic
from neurobalance_expert.errors import InputProblems, Misuse
from neurobalance_expert.records.log import LOG, Override, add_override, add_record, lines

MANY = """
import sys
from pathlib import Path
from neurobalance_expert.records.log import add_record
for number in range(50):
    add_record(Path(sys.argv[1]), f"{sys.argv[2]}-{number}.json", f"sha256:{sys.argv[2]}{number}")
"""


def broken(folder: Path) -> tuple[str, int | None]:
    """Code and line of what is wrong with the chain."""
    with pytest.raises(InputProblems) as caught:
        list(lines(folder))
    (problem,) = caught.value.problems
    return problem.code, problem.at.line if problem.at else None


@pytest.fixture
def log(tmp_path: Path) -> list[bytes]:
    """Four lines of a chain."""
    for number in range(4):
        add_record(tmp_path, f"{number}.json", f"sha256:{number}")
    return (tmp_path / LOG).read_bytes().splitlines(keepends=True)


def test_each_line_has_the_digest_of_the_line_before(tmp_path: Path, log: list[bytes]) -> None:
    """The first has none; time is no part of a digest."""
    found = list(lines(tmp_path))

    assert [1, 2, 3, 4] == [line.n for line in found]
    assert ["", *(line.digest for line in found[:-1])] == [line.previous for line in found]
    (tmp_path / LOG).write_bytes(b"".join(log).replace(b'"time":"2', b'"time":"1'))
    assert [line.digest for line in found] == [line.digest for line in lines(tmp_path)]


@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_line_that_is_changed_taken_out_doubled_or_moved_breaks_the_chain(tmp_path: Path, log: list[bytes], at: int) -> None:
    """At its place."""
    changed = [*log[: at - 1], log[at - 1].replace(b".json", b".jsom"), *log[at:]]
    taken_out = [*log[: at - 1], *log[at:]]
    doubled = [*log[:at], log[at - 1], *log[at:]]
    swapped = [*log[: at - 1], log[at], log[at - 1], *log[at + 1 :]]
    for content, line in ((changed, at), (taken_out, at), (doubled, at + 1), (swapped, at)):
        (tmp_path / LOG).write_bytes(b"".join(content))
        assert ("NB-A003", line) == broken(tmp_path)


@pytest.mark.parametrize("tail", [b"{", b"nonsense\n", b"{}\n", b"[" * 60_000 + b"\n", b"\xff\n", b"x" * 200_000])
def test_a_broken_end_is_said_and_nothing_is_added(tmp_path: Path, log: list[bytes], tail: bytes) -> None:
    """Half a line, no JSON, no entry, deep nesting, no text, no end."""
    (tmp_path / LOG).write_bytes(b"".join(log) + tail)
    with pytest.raises(InputProblems) as caught:
        add_record(tmp_path, "x.json", "sha256:x")

    assert ("NB-A003", 5) == (caught.value.problems[0].code, broken(tmp_path)[1])
    assert (tmp_path / LOG).read_bytes() == b"".join(log) + tail


def test_a_folder_without_a_log_is_said(tmp_path: Path) -> None:
    """As a file that is not there."""
    assert ("NB-S001", None) == broken(tmp_path)


def test_an_override_stands_in_the_chain(tmp_path: Path, log: list[bytes]) -> None:
    """Only for a record that is logged, and not longer than a line may be."""
    given = Override("LOW:iron", ("a-rule",), "already_managed", "note", "me")
    add_override(tmp_path, "1.json", "sha256:1", given)

    assert given == list(lines(tmp_path))[-1].override
    with pytest.raises(InputProblems, match="not in the log"):
        add_override(tmp_path, "9.json", "sha256:9", given)
    with pytest.raises(Misuse, match="longer"):
        add_override(tmp_path, "1.json", "sha256:1", Override("x", (), "y", "n" * 70_000))
    assert 5 == len(list(lines(tmp_path)))


@pytest.mark.slow
def test_four_processes_at_once_write_one_chain(tmp_path: Path, root: Path) -> None:
    """200 lines, none lost, none torn, each after the one before."""
    environment = {**os.environ, "PYTHONPATH": str(root)}
    running = [subprocess.Popen([sys.executable, "-c", MANY, str(tmp_path), name], env=environment) for name in "abcd"]

    assert [0, 0, 0, 0] == [process.wait(60) for process in running]
    assert {f"{name}-{number}.json" for name in "abcd" for number in range(50)} == {line.record for line in lines(tmp_path)}


@pytest.mark.parametrize("failing", ["fsync", "write"])
def test_a_full_disk_adds_no_half_line(tmp_path: Path, log: list[bytes], failing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """At the write, of which a part fits, or at the flush."""

    def full(handle: int, *content: bytes) -> int:
        if content:
            return written(handle, content[0][:10])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    written = os.write
    monkeypatch.setattr(atomic.os, failing, full)
    with pytest.raises(OSError, match="No space"):
        add_record(tmp_path, "x.json", "sha256:x")
    monkeypatch.undo()

    assert b"".join(log) == (tmp_path / LOG).read_bytes()


@pytest.mark.skipif(os.name == "nt", reason="links of POSIX")
def test_a_log_that_is_a_link_is_not_written_through(tmp_path: Path) -> None:
    """What it points to stays as it is."""
    (tmp_path / "other").write_text("")
    (tmp_path / LOG).symlink_to(tmp_path / "other")
    with pytest.raises(OSError):
        add_record(tmp_path, "x.json", "sha256:x")

    assert "" == (tmp_path / "other").read_text()
