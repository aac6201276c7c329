"""rules test, coverage, mutate and suggest-tests as a user types them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT, Run

RULES = """\
language: 1
rules:
  - id: thoughts
    code: "FLAG:suicidality"
    title: Thoughts of suicide
    kind: safety
    status: experimental
    severity: major
    when:
      - warning_sign: {of: suicidality}
      - age: {years: {at_least: 18}}
    then: {about: suicidality}
    say: Help comes first.
    tests:
      - {name: named, facts: {warning_sign: {of: suicidality, sign: thoughts}, age: {years: 18}}, expect: fired}
      - {name: too young, like: named, change: {age.years: 17}, expect: {blocked: age, margin: 1}}
      - {name: of age not known, like: named, change: {age: unknown}, expect: {unknown: [age]}}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A rule of its own, with gaps."""
    path = tmp_path / "thoughts.yaml"
    path.write_text(RULES, encoding="utf-8")
    return path


def test_a_failure_is_followed_by_where_each_condition_stands(file: Path, run: Run) -> None:
    """What holds, and what fails with its place and by how much."""
    file.write_text(RULES.replace("expect: {blocked: age, margin: 1}", "expect: fired"), encoding="utf-8")
    done = run("rules", "test", file)

    assert 1 == done.returncode
    assert done.stdout.startswith(
        f"FAILED thoughts: too young\n  --> {file}:16:16\n  expected fired\n  got      blocked by 'age' (years is 17, margin 1)\n"
        "    - holds: warning sign 'thoughts' of suicidality is recorded\n"
        "    - fails: age: 17 years is not at least 18 years; it misses by 1 year (1 step of its resolution; "
        f"no error of measurement is known) ({file}:11)\n"
    )


def test_what_fires_and_should_not_is_proved(file: Path, run: Run) -> None:
    """The proof of the firing, condition by condition."""
    file.write_text(RULES.replace("age.years: 17", "age.years: 19"), encoding="utf-8")
    failed = next(t for t in json.loads(run("rules", "test", file, "--format", "json").stdout)["tests"] if not t["passed"])

    assert ["holds: warning sign 'thoughts' of suicidality is recorded", "holds: age: 19 years is at least 18 years"] == failed["because"]


def test_a_conclusion_that_differs_is_named(file: Path, run: Run) -> None:
    """Expected and got name the slots that the test asks for."""
    file.write_text(RULES + "      - {name: what it says, like: named, expect: {concludes: {severity: minor}}}\n", encoding="utf-8")
    done = run("rules", "test", file)

    assert "  expected fired, concluding severity minor\n  got      fired, concluding severity major\n" in done.stdout


def test_coverage_names_what_is_not_covered_with_its_place(file: Path, run: Run) -> None:
    """That there is a sign, and which; 5 conditions in all."""
    done = run("rules", "coverage", file)

    assert 0 == done.returncode
    assert (
        f"thoughts: 3 of 5\n  {file}:10:9: when warning_sign: there is a fact 'warning_sign'\n"
        f"  {file}:10:24: when warning_sign.of: is suicidality\n60 % of 5 conditions in 1 rule are covered\n"
    ) == done.stdout


def test_coverage_as_json(file: Path, run: Run) -> None:
    """Fractions from 0 to 1."""
    found = json.loads(run("rules", "coverage", file, "--format", "json").stdout)

    assert (0.6, 5, 3) == (found["coverage"], found["conditions"], found["covered"])
    assert {"thoughts": {"coverage": 0.6, "conditions": 5, "covered": 3}} == found["rules"]
    assert {
        "rule": "thoughts",
        "condition": "warning_sign.of",
        "part": "when",
        "kind": "is",
        "text": "is suicidality",
        "at": f"{file}:10:24",
    } in (found["uncovered"])


def test_the_tests_beside_survivors_kill_them(file: Path, run: Run) -> None:
    """Each is pasted as it is; then nothing survives and nothing is uncovered."""
    found = json.loads(run("rules", "mutate", file, "--format", "json").stdout)
    file.write_text(RULES + "".join(dict.fromkeys(s["test"] for s in found["survivors"])), encoding="utf-8")
    after = json.loads(run("rules", "mutate", file, "--format", "json", "--jobs", "1").stdout)

    assert found["killed"] < found["mutants"] == after["mutants"] == after["killed"]
    assert (1.0, []) == (after["score"], after["survivors"])
    assert 1.0 == json.loads(run("rules", "coverage", file, "--format", "json").stdout)["coverage"]
    assert "6 passed" in run("rules", "test", file).stdout or 0 == run("rules", "test", file).returncode


def test_survivors_are_printed_with_their_place(file: Path, run: Run) -> None:
    """Place, operator, change; then the tests, then the score."""
    printed = run("rules", "mutate", file).stdout

    assert f"  {file}:10:24: drop test: warning_sign.of: suicidality -> any\n" in printed
    assert (
        '      - {name: what it says, like: named, expect: {concludes: {code: "FLAG:suicidality", severity: major, about: suicidality}}}\n'
        in printed
    )
    assert "mutants of 1 rule are killed; " in printed.splitlines()[-1]


def test_rules_whose_tests_fail_are_not_mutated(file: Path, run: Run) -> None:
    """A test that fails anyway would kill everything."""
    file.write_text(RULES.replace("age.years: 17", "age.years: 19"), encoding="utf-8")
    done = run("rules", "mutate", file)

    assert 1 == done.returncode
    assert "error[NB-R086]: the test 'too young' of 'thoughts' fails: expected blocked by 'age'" in done.stderr


SAID = (
    "there is no rule file in",
    "the file is not UTF-8 text",
    "there is no rule 'thought';",
    "the rule 'thoughts' is retired and does not run",
)


@pytest.mark.parametrize("command", ["test", "coverage", "mutate"])
def test_what_cannot_be_measured_is_said(command: str, file: Path, tmp_path: Path, run: Run) -> None:
    """An empty folder, bytes that are no text, an id that nothing has, one that is retired: never a traceback."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe\x00rules")
    file.write_text(RULES.replace("status: experimental", "status: retired"), encoding="utf-8")
    asked = [[tmp_path / "empty"], [tmp_path / "bytes.yaml"], [file, "--rule", "thought"], [file, "--rule", "thoughts"]]
    done = [run("rules", command, *arguments) for arguments in asked]

    assert [1, 1, 2, 2] == [one.returncode for one in done]
    assert list(SAID) == [next((said for said in SAID if said in one.stderr), one.stderr) for one in done]


def copy(tmp_path: Path) -> Path:
    """A knowledge base with the rules on warning signs alone, and one rule in it that lacks a test."""
    kb = tmp_path / "kb"
    shutil.copytree(ROOT / "knowledge", kb / "knowledge")
    (kb / "rules").mkdir()
    (kb / "rules" / "thoughts.yaml").write_text(RULES, encoding="utf-8")
    return kb


def test_suggested_tests_are_written_where_they_belong(tmp_path: Path, run: Run) -> None:
    """--write puts in what is printed without it, and asked again there is nothing to add."""
    kb = copy(tmp_path)
    printed = run("rules", "suggest-tests", "thoughts", "--kb", kb).stdout
    written = run("rules", "suggest-tests", "thoughts", "--kb", kb, "--write")
    again = run("rules", "suggest-tests", "thoughts", "--kb", kb)

    assert RULES + printed == (kb / "rules" / "thoughts.yaml").read_text(encoding="utf-8")
    assert f"written to {kb / 'rules' / 'thoughts.yaml'}" in written.stderr
    assert ("", "0 tests for 'thoughts': nothing is lacking\n") == (again.stdout, again.stderr)


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path, run: Run) -> None:
    """The folder is read-only: misuse, and the file is as it was."""
    kb = copy(tmp_path)
    (kb / "rules").chmod(0o500)
    done = run("rules", "suggest-tests", "thoughts", "--kb", kb, "--write")
    (kb / "rules").chmod(0o700)
    written = (kb / "rules" / "thoughts.yaml").read_text(encoding="utf-8") != RULES

    assert (2, False) == (done.returncode, written) or (0, True, 0) == (done.returncode, written, os.geteuid())


def test_tests_of_derived_rules_are_not_written(run: Run) -> None:
    """They come from 'rules derive'; here nothing is lacking, so nothing is tried either."""
    done = run("rules", "suggest-tests", "lat1-trp-pushed", "--write")

    assert (0, "1 test" in done.stderr) == (done.returncode, False)


# --- --watch ------------------------------------------------------------------------------------------------------


@pytest.fixture
def watcher(file: Path) -> Iterator[subprocess.Popen[str]]:
    """The watch over one file, ended when the test ends."""
    pytest.importorskip("watchfiles")
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "neurobalance_expert", "rules", "test", str(file), "--watch"],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    yield process
    process.kill()
    process.communicate()


def until(process: subprocess.Popen[str], wanted: str) -> str:
    """What is printed up to a line with these words."""
    assert process.stdout is not None
    printed = ""
    for line in process.stdout:
        printed += line
        if wanted in line:
            return printed
    raise AssertionError(f"'{wanted}' was not printed, but:\n{printed}")


def test_a_watch_runs_again_survives_a_broken_file_and_ends_cleanly(file: Path, watcher: subprocess.Popen[str]) -> None:
    """A change of the file, a file that is no YAML, the file mended, Ctrl-C."""
    until(watcher, "3 passed, 0 failed")
    until(watcher, "waiting for changes")
    file.write_text(RULES.replace("age.years: 17", "age.years: 19"), encoding="utf-8")
    changed = until(watcher, "2 passed, 1 failed")
    file.write_text(RULES.replace("rules:", "rules: ["), encoding="utf-8")
    broken = until(watcher, "error[")
    replacement = file.with_name("new.tmp")
    replacement.write_text(RULES, encoding="utf-8")
    replacement.replace(file)  # as editors save, and 'suggest-tests --write'
    until(watcher, "3 passed, 0 failed")
    watcher.send_signal(signal.SIGINT)
    rest, _ = watcher.communicate(timeout=20)

    assert "FAILED thoughts: too young" in changed
    assert "Traceback" not in broken + rest
    assert 0 == watcher.returncode


def test_a_watch_without_its_library_is_said(file: Path, tmp_path: Path, run: Run) -> None:
    """Misuse, with what to install."""
    (tmp_path / "watchfiles.py").write_text("raise ImportError", encoding="utf-8")
    done = run("rules", "test", file, "--watch", PYTHONPATH=f"{tmp_path}{os.pathsep}{ROOT}")

    assert 2 == done.returncode
    assert "pip install 'neurobalance[watch]'" in done.stderr


def test_a_file_of_rules_that_do_not_run_is_said(file: Path, run: Run) -> None:
    """Nothing to cover is not nothing covered."""
    file.write_text(RULES.replace("status: experimental", "status: draft"), encoding="utf-8")
    done = run("rules", "coverage", file)

    assert (0, "no rule here runs; draft and retired rules are neither tested nor measured\n") == (done.returncode, done.stderr)
