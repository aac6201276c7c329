"""records, replay, diff, override, stats and assess --record as a user types them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, Run

REAL, QUIET = "examples/a-real-day.yaml", "examples/balanced-day.yaml"
CODE = "LAB:ferritin:low"


@pytest.fixture
def folder(run: Run, tmp_path: Path) -> Path:
    """Two examples, recorded by the command."""
    done = run("assess", REAL, QUIET, "-o", tmp_path / "reports", "--record", tmp_path / "records")
    assert done.returncode == 0, done.stderr
    assert "2 recorded in" in done.stderr
    return tmp_path / "records"


def one(folder: Path, name: str) -> Path:
    """The record of a case."""
    return next(folder.glob(f"{name}-*.json"))


def test_a_record_is_replayed_verified_and_overridden(run: Run, folder: Path) -> None:
    """Each with exit code 0; the override is counted and the chain goes on."""
    real = one(folder, "a-real-day")
    replayed, verified = run("replay", real), run("records", "verify", folder)
    overridden = run("override", real, CODE, "--reason", "already_managed", "--note", "seen", "--by", "Dr A")
    counted, again = run("stats", "--overrides", folder, "--format", "json"), run("records", "verify", folder, "--format", "json")

    assert [0] * 5 == [done.returncode for done in (replayed, verified, overridden, counted, again)]
    assert replayed.stdout.startswith(f"reproduced: {real.name} (sha256:")
    assert verified.stdout.startswith("2 lines, 2 records, 0 overrides, 1 knowledge bases; ")
    assert [{"rule": "ferritin-below-limit", "reason": "already_managed", "overrides": 1}] == json.loads(counted.stdout)["overrides"]
    assert (1, []) == (json.loads(again.stdout)["overrides"], json.loads(again.stdout)["problems"])


def test_the_recorded_report_is_the_one_that_was_written(folder: Path) -> None:
    """The same text, in the same format; and the same digest as assess prints without a record."""
    report = json.loads(one(folder, "a-real-day").read_text())["content"]["report"]["text"]

    assert report == (folder.parent / "reports" / "a-real-day.txt").read_text()


def test_diff_ends_with_0_for_equal_and_1_for_different(run: Run, folder: Path, tmp_path: Path) -> None:
    """As diff(1); a record may be compared with what assess --format json wrote."""
    real, quiet = one(folder, "a-real-day"), one(folder, "balanced-day")
    run("assess", REAL, "-o", tmp_path / "real.json")
    same, other = run("diff", real, tmp_path / "real.json"), run("diff", quiet, real, "--format", "json")

    assert (0, "equal\n", 1) == (same.returncode, same.stdout, other.returncode)
    found = json.loads(other.stdout)
    assert (False, "neurobalance/diff/1") == (found["equal"], found["schema"])
    assert CODE in {change["code"] for change in found["difference"]["findings"] if change["what"] == "gained"}


def test_replay_with_another_knowledge_base_is_what_if(run: Run, folder: Path, tmp_path: Path) -> None:
    """Exit code 1 and the rule that did it; 0 when nothing would change."""
    run("init", tmp_path / "kb")
    real = one(folder, "a-real-day")
    same = run("replay", real, "--kb", tmp_path / "kb")
    (tmp_path / "kb" / "rules" / "data" / "record.yaml").unlink()
    other = run("replay", real, "--kb", tmp_path / "kb", "--format", "json")

    assert (0, 1) == (same.returncode, other.returncode)
    (lost,) = json.loads(other.stdout)["difference"]["findings"]
    assert ("lost", "single-day-record", ["the rule single-day-record is gone"]) == (lost["what"], lost["rule"], lost["because"])


def test_a_pack_is_recorded_with_the_case(run: Run, tmp_path: Path) -> None:
    """And used again by the replay, from the zip, even when it is no longer there."""
    done = run("assess", REAL, "--kb", "examples/packs/clinic-north", "--record", tmp_path / "records", "-o", tmp_path / "x.html")
    replayed = run("replay", one(tmp_path / "records", "a-real-day"), cwd=tmp_path)

    assert (0, 0) == (done.returncode, replayed.returncode), replayed.stdout
    assert "with the knowledge kept beside it" in replayed.stdout


def test_every_line_of_a_jsonl_is_recorded(run: Run, tmp_path: Path) -> None:
    """A bad line gives no record; a case from standard input does."""
    case = (
        '{"schema":"neurobalance/case/1","diary_date":"2026-03-02","person":{"age_y":30},'
        '"foods":[{"time":"08:00","name":"oats dry","grams":60}]}'
    )
    (tmp_path / "cases.jsonl").write_text(f"{case}\nnonsense\n{case.replace('60', '70.50')}\n")
    lines = run("assess", "cases.jsonl", "-o", "out.jsonl", "--record", "records", cwd=tmp_path)
    piped = run("assess", "-", "--record", "records", cwd=tmp_path, stdin=case)
    names = sorted(path.name.rpartition("-")[0] for path in (tmp_path / "records").glob("*.json"))

    assert (1, 0) == (lines.returncode, piped.returncode)
    assert ["case", "cases-1", "cases-3"] == names
    assert 0 == run("records", "verify", "records", cwd=tmp_path).returncode
    assert [0, 0, 0] == [run("replay", path).returncode for path in (tmp_path / "records").glob("*.json")]


def failed(run: Run, *arguments: str | Path, cwd: Path = ROOT) -> tuple[int, str]:
    """Exit code and code of the first problem, as text and as JSON the same, without a traceback."""
    done, as_json = run(*arguments, cwd=cwd), run(*arguments, "--format", "json", cwd=cwd)
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    code = done.stderr.removeprefix("error[")[:7]
    assert (done.returncode, code) == (as_json.returncode, json.loads(as_json.stdout)["errors"][0]["code"])
    return done.returncode, code


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (None, "NB-S001"),
        ("not json", "NB-A001"),
        ('{"schema":"x/1"}', "NB-A001"),
        ("{}", "NB-A001"),
        (b"\xff\xfe", "NB-S002"),
        (100_000_000, "NB-A001"),
    ],
    ids=["missing", "text", "schema", "empty", "bytes", "large"],
)
def test_what_is_no_record_ends_with_a_code(run: Run, tmp_path: Path, content: str | bytes | int | None, code: str) -> None:
    """At every command that reads a record; diff says that it is neither record nor assessment."""
    path = tmp_path / "x.json"
    if isinstance(content, int):
        with path.open("wb") as file:
            file.truncate(content)
    elif content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

    assert (1, code) == failed(run, "replay", path)
    assert 1 == run("override", path, CODE, "--reason", "other").returncode
    of_diff = {"NB-A001": "NB-S004" if isinstance(content, int) else "NB-A009"}.get(code, code)
    assert (1, of_diff) == failed(run, "diff", path, path)


def test_a_tampered_record_is_refused_everywhere(run: Run, folder: Path) -> None:
    """One word of it was changed."""
    real = one(folder, "a-real-day")
    real.write_text(real.read_text().replace("moderate", "minor", 1))

    assert (1, "NB-A002") == failed(run, "replay", real)
    assert (1, "NB-A002") == failed(run, "diff", real, real)
    assert (1, "NB-A002") == failed(run, "records", "verify", folder)
    assert 1 == run("override", real, CODE, "--reason", "other").returncode


def test_misuse_of_overrides_ends_with_2(run: Run, folder: Path) -> None:
    """An unknown code and an unknown reason, each with the nearest."""
    real = one(folder, "a-real-day")
    code, reason = run("override", real, "LAB:feritin:low", "--reason", "other"), run("override", real, CODE, "--reason", "othr")

    assert (2, 2) == (code.returncode, reason.returncode)
    assert f"did you mean '{CODE}'?" in code.stderr
    assert "did you mean 'other'?" in reason.stderr


def test_a_place_that_is_no_folder_is_misuse_and_nothing_is_printed(run: Run, tmp_path: Path) -> None:
    """A file as DIR: no report without its record, and the file stays."""
    (tmp_path / "file").write_text("mine")
    done = run("assess", QUIET, "--record", tmp_path / "file")

    assert (2, "", "mine") == (done.returncode, done.stdout, (tmp_path / "file").read_text())
    assert (1, "NB-S001") == failed(run, "records", "verify", tmp_path)
    assert (1, "NB-S001") == failed(run, "records", "verify", tmp_path / "none")
    assert (1, "NB-S001") == failed(run, "stats", "--overrides", tmp_path / "file")


@pytest.mark.skipif(os.name == "nt" or not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_misuse(run: Run, tmp_path: Path) -> None:
    """Nothing is printed."""
    (tmp_path / "records").mkdir(mode=0o500)
    done = run("assess", QUIET, "--record", tmp_path / "records")

    assert (2, "") == (done.returncode, done.stdout)


@pytest.mark.slow
def test_two_runs_at_once_into_one_folder(run: Run, tmp_path: Path) -> None:
    """Both write the same record and the same knowledge: one file each, two lines, one chain."""
    command = [sys.executable, "-m", "neurobalance_expert", "assess", QUIET, "--record", str(tmp_path / "records")]
    running = [
        subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for _ in range(2)
    ]

    assert [0, 0] == [process.wait(60) for process in running]
    assert run("records", "verify", tmp_path / "records").stdout.startswith("2 lines, 1 records, 0 overrides, 1 knowledge bases; ")


def test_nothing_of_a_record_is_imported_without_the_option() -> None:
    """A cold assess must not pay for it."""
    program = (
        "import sys; from neurobalance_expert.cli import app\n"
        f"try: app(['assess', {QUIET!r}])\n"
        "except SystemExit: pass\n"
        "print([m for m in sys.modules if m.startswith('neurobalance_expert.records')], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)

    assert "[]\n" == done.stderr
