"""Results reach their place whole or not at all, and nothing of the user's is overwritten."""

from __future__ import annotations

import json
import os
import stat
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from neurobalance_expert.cli import output
from neurobalance_expert.errors import Misuse


def test_a_result_is_written_for_its_owner_only(tmp_path: Path) -> None:
    """Mode 0600: an assessment is about someone's health. The folder is made."""
    target = tmp_path / "new" / "report.html"

    output.write(target, "µ")

    assert target.read_bytes() == "µ".encode()
    if os.name == "posix":
        assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_an_existing_report_is_replaced_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    """One file before, one file after."""
    target = tmp_path / "report.txt"
    output.write(target, "old")

    output.write(target, "new")

    assert [path.name for path in tmp_path.iterdir()] == ["report.txt"]
    assert target.read_text() == "new"


def test_a_failure_while_writing_keeps_the_old_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk shows at fsync; the reader finds the old file, whole."""
    target = tmp_path / "report.txt"
    output.write(target, "old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Misuse, match=r"cannot write .*No space left on device"):
        output.write(target, "new")

    assert [path.name for path in tmp_path.iterdir()] == ["report.txt"]
    assert target.read_text() == "old"


def test_a_folder_that_cannot_be_written_is_misuse(tmp_path: Path) -> None:
    """A path below a plain file can never be made, whoever runs this."""
    (tmp_path / "file").write_text("")

    with pytest.raises(Misuse, match="cannot write"):
        output.write(tmp_path / "file" / "report.txt", "text")


@pytest.mark.parametrize(
    ("name", "content"),
    [("day.yaml", "a: 1"), ("other.yml", ""), ("case.json", '{"schema": "neurobalance/case/1"}')],
)
def test_a_case_file_is_never_overwritten(tmp_path: Path, name: str, content: str) -> None:
    """Any YAML, and JSON that says it is a case."""
    (tmp_path / name).write_text(content)

    with pytest.raises(Misuse, match="not overwritten"):
        output.check_target(tmp_path / name, [])


def test_the_input_is_recognised_by_another_name(tmp_path: Path) -> None:
    """A link to the case file is the case file."""
    case = tmp_path / "case.json"
    case.write_text("{}")
    link = tmp_path / "report.json"
    link.symlink_to(case)

    with pytest.raises(Misuse, match="is the case file itself"):
        output.check_target(link, [case])


def test_what_is_not_a_plain_file_is_left_alone(tmp_path: Path) -> None:
    """Replacing /dev/null by a report would break the machine."""
    with pytest.raises(Misuse, match="not a plain file"):
        output.check_target(Path(os.devnull), [tmp_path / "case.yaml"])


def test_json_has_plain_numbers_and_refuses_nan() -> None:
    """A Decimal is a number; NaN is no JSON and would be a bug of ours."""
    assert json.loads(output.json_text({"a": Decimal("0.84"), "b": Decimal("3")})) == {"a": 0.84, "b": 3}

    with pytest.raises(ValueError, match="not JSON compliant"):
        output.json_text(float("nan"))


@pytest.mark.parametrize(
    ("tty", "environment", "expected"),
    [(True, {}, True), (True, {"NO_COLOR": "1"}, False), (True, {"TERM": "dumb"}, False), (False, {}, False)],
)
def test_colours_are_for_terminals_that_want_them(
    tty: bool, environment: dict[str, str], expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a terminal, unless NO_COLOR is set or the terminal is dumb."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: tty)

    assert output.colour() is expected


def test_progress_is_silent_for_quick_work_and_off_a_terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a terminal sees it, and only after a second."""
    clock = iter([0.0, 0.5, 1.2, 1.3])
    monkeypatch.setattr(output.time, "monotonic", lambda: next(clock))
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    progress = output.Progress("cases")

    progress.step()
    assert capsys.readouterr().err == ""
    progress.step()
    assert capsys.readouterr().err == "\r2 cases"

    monkeypatch.setattr(sys.stderr, "isatty", lambda: False)
    progress.step()
    assert capsys.readouterr().err == ""
