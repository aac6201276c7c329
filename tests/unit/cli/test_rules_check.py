"""rules check as one types it: what is printed where, and with which exit code."""

from __future__ import annotations

import gc
import json
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from neurobalance_expert import kb
from neurobalance_expert.cli import app
from neurobalance_expert.cli.guard import run as run_guarded
from neurobalance_expert.cli.knowledge_base import load_terms
from neurobalance_expert.lint import files
from neurobalance_expert.lint.files import read_rule_files, surroundings
from neurobalance_expert.lint.run import Linter, all_lints
from neurobalance_expert.source import load

DAY = ("--today", "2026-11-25")
FILE = "rules/transport/competition-for-tryptophan.yaml"
STOPPED = ("raised the plasma ratio of tryptophan\n", "raised the plasma ratio of tryptophan.\n")
UNUSED = ("plasma_ratio: {of: trp, window: $w,", "plasma_ratio: {of: trp, window: $v,")
MISSPELT = ("- meal:", "- meel:")


@dataclass(frozen=True)
class Said:
    """What a command printed, and its exit code."""

    out: str
    err: str
    code: int


@pytest.fixture
def check(capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """``check(argument, …)`` runs ``rules check`` in this process."""

    def run(*arguments: str | Path) -> Said:
        with pytest.raises(SystemExit) as stop:
            run_guarded(app, ["rules", "check", *map(str, arguments)])
        gc.enable()
        return Said(*capsys.readouterr(), int(stop.value.code or 0))

    return run


@pytest.fixture
def planted(root: Path, tmp_path: Path) -> Callable[..., Path]:
    """A copy of a rule file with changes in it."""

    def plant(*changes: tuple[str, str]) -> Path:
        text = (root / FILE).read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new, 1)
        path = tmp_path / "planted.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return plant


def test_the_rules_that_ship_are_clean(root: Path) -> None:
    """Rules, thresholds, references, vocabulary and folders; every review date lies ahead on the day of this release."""
    texts = read_rule_files([root / "rules"], root).texts
    report = Linter(load_terms(root), date(2026, 11, 25), surroundings(root)).check(texts)

    assert [] == [f"{f.problem.code} {f.problem.at}: {f.problem.what}" for f in report.findings]
    assert len(report.rules) > 200


@pytest.mark.parametrize(
    ("changes", "strict", "code", "counted"),
    [
        ((), (), 0, "no problems"),
        ((STOPPED,), (), 0, "1 info (1 can be mended with --fix)"),
        ((STOPPED,), ("--strict",), 0, "1 info"),
        ((UNUSED,), (), 0, "1 warning"),
        ((UNUSED,), ("--strict",), 1, "1 warning"),
        ((MISSPELT, STOPPED), (), 1, "1 error"),
    ],
)
def test_the_exit_code_is_1_for_errors_and_with_strict_for_warnings(
    check: Callable[..., Said],
    planted: Callable[..., Path],
    changes: tuple[tuple[str, str], ...],
    strict: tuple[str, ...],
    code: int,
    counted: str,
) -> None:
    """The count is on stdout."""
    said = check(planted(*changes), *strict, *DAY)

    assert (code, True) == (said.code, counted in said.out), said


def test_every_problem_of_a_run_is_printed_at_once(check: Callable[..., Said], planted: Callable[..., Path], tmp_path: Path) -> None:
    """A file that is no YAML, a rule that cannot be read, and a lint in a third file: each with its level, line and page of the code."""
    planted(MISSPELT)
    (tmp_path / "broken.yaml").write_text("language: 1\nrules: [\n", encoding="utf-8")
    good = planted().read_text(encoding="utf-8").replace("carbohydrate-meal-raises", "carbohydrate-meal-again-raises").replace(*STOPPED)
    (tmp_path / "lint.yaml").write_text(good, encoding="utf-8")
    planted(MISSPELT)
    said = check(tmp_path, *DAY)

    assert said.code == 1
    assert all(part in said.err for part in ("error[NB-S003]", "error[NB-R010]", "info[NB-L041]", "planted.yaml:24:9", "= fix: "))
    assert "2 rules in 3 files, 2 errors, 1 info" in said.out


def test_a_slip_in_the_vocabulary_is_named_beside_what_follows_from_it(check: Callable[..., Said], root: Path, tmp_path: Path) -> None:
    """A unit that is nearly known makes problems of rules, and is a finding itself; a file that cannot be read is named once."""
    for name in ("knowledge", "rules", "reports"):
        shutil.copytree(root / name, tmp_path / name, ignore=shutil.ignore_patterns("samples", "foods", "studies"))
    vocabulary = tmp_path / "knowledge" / "vocabulary.yaml"
    text = vocabulary.read_text(encoding="utf-8")
    vocabulary.write_text(text.replace("hours: {type: number, unit: h,", "hours: {type: number, unit: hh,"), encoding="utf-8")
    assert text != vocabulary.read_text(encoding="utf-8")
    (tmp_path / "rules" / "transport" / "picture.yaml").write_bytes(b"\xff")
    said = check("--kb", tmp_path, *DAY)

    assert said.code == 1
    assert all(part in said.err for part in ("warning[NB-L024]", "did you mean 'h'?", "error[NB-R014]"))
    assert said.err.count("error[NB-S002]") == 1


def test_json_has_a_list_for_each_level(check: Callable[..., Said], planted: Callable[..., Path]) -> None:
    """With the fields of a problem, its level, its name and whether --fix mends it."""
    printed = json.loads(check(planted(STOPPED, UNUSED), "--format", "json", *DAY).out)
    [info], [warning] = printed["infos"], printed["warnings"]

    assert {"rules": 1, "files": 1, "errors": [], "fixed": []} == {key: printed[key] for key in ("rules", "files", "errors", "fixed")}
    assert ("NB-L041", "title-ends-with-a-stop", True, 7) == (info["code"], info["name"], info["fixable"], info["at"]["line"])
    assert ("NB-L012", "warning", False) == (warning["code"], warning["level"], warning["fixable"])


def test_sarif_goes_to_stdout_with_paths_from_where_one_is(
    check: Callable[..., Said], planted: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alone, so that it can be kept in a file; a code host looks for the file from the top of the repository."""
    path = planted(STOPPED)
    monkeypatch.chdir(path.parent.parent)
    said = check(path, "--format", "sarif", *DAY)
    [result] = json.loads(said.out)["runs"][0]["results"]

    assert "NB-L041" == result["ruleId"]
    assert f"{path.parent.name}/planted.yaml" == result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert said.err == ""


def test_fix_writes_the_file_and_says_what_it_mended(check: Callable[..., Said], planted: Callable[..., Path]) -> None:
    """Byte for byte what it was before the slip, comment and mode included."""
    path = planted(STOPPED)
    path.chmod(0o640)
    said = check(path, "--fix", *DAY)

    assert "mended NB-L041" in said.out
    assert 0o640 == path.stat().st_mode & 0o777
    assert path.read_bytes() == planted().read_bytes()


def test_a_file_that_cannot_be_written_is_named(
    check: Callable[..., Said], planted: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Misuse, and the file is as it was."""
    path = planted(STOPPED)
    before = path.read_bytes()

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(files, "write_over", refuse)
    said = check(path, "--fix", *DAY)

    assert (2, True) == (said.code, "planted.yaml': Permission denied" in said.err), said
    assert before == path.read_bytes()


def test_the_rules_inside_the_installed_program_are_not_written_to(
    check: Callable[..., Said], planted: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files of one's own are, whatever knowledge base they are checked with."""
    monkeypatch.setattr(kb, "is_packaged", lambda folder: True)
    own = check(planted(STOPPED), "--fix", *DAY)
    said = check("--fix", *DAY)

    assert (0, True) == (own.code, "mended NB-L041" in own.out), own
    assert (2, True) == (said.code, "is not written to" in said.err), said


def test_the_tests_inside_the_rules_are_run_when_asked_for(check: Callable[..., Said], planted: Callable[..., Path]) -> None:
    """A test that fails is an error."""
    path = planted(("ratio: 1.11}}", "ratio: 1.12}}"))

    assert check(path, *DAY).code == 0
    assert "error[NB-R086]" in check(path, "--tests", *DAY).err


def test_a_review_date_is_judged_by_the_day_that_is_given(check: Callable[..., Said], planted: Callable[..., Path]) -> None:
    """No clock is looked at."""
    assert "warning[NB-L054]" in check(planted(), "--today", "2027-12-01").err
    assert "no problems" in check(planted(), "--today", "2027-11-30").out


def test_explain_prints_the_page(check: Callable[..., Said]) -> None:
    """By code or by name; a misspelt one is misuse with the nearest."""
    page = check("--explain", "NB-L012").out

    assert page.startswith("### NB-L012 variable-unused")
    assert page == check("--explain", "variable-unused").out
    assert (2, True) == ((said := check("--explain", "variable-unusd")).code, "did you mean 'variable-unused'?" in said.err)


def test_list_names_every_lint(check: Callable[..., Said]) -> None:
    """One on a line; also as JSON."""
    assert list(all_lints()) == [line.split()[0] for line in check("--list").out.splitlines()]
    assert list(all_lints()) == [lint["code"] for lint in json.loads(check("--list", "--format", "json").out)]


@pytest.mark.parametrize(
    ("content", "code"), [(None, "NB-S001"), (b"\x89PNG\r\n\x1a\n\x00\xff", "NB-S002"), (b"", "NB-R001"), (b"rules: 3\n", "NB-R001")]
)
def test_what_is_no_rule_file_is_said(check: Callable[..., Said], tmp_path: Path, content: bytes | None, code: str) -> None:
    """No file, a picture, an empty file, another shape."""
    path = tmp_path / "x.yaml"
    if content is not None:
        path.write_bytes(content)
    said = check(path, *DAY)

    assert (1, True) == (said.code, f"error[{code}]" in said.err), said


def test_an_empty_folder_and_a_day_that_is_none_are_said(check: Callable[..., Said], tmp_path: Path) -> None:
    """The first is a problem of the input, the second misuse."""
    assert (1, True) == ((said := check(tmp_path, *DAY)).code, "NB-R008" in said.err)
    assert (2, True) == ((said := check(tmp_path, "--today", "soon")).code, "write year, month and day" in said.err)


def test_one_file_with_its_tests_takes_less_than_a_second(root: Path) -> None:
    """From a cold start, in time of the processor; all rules of the knowledge base are read for what they say about the file."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "neurobalance_expert", "rules", "check", str(root / FILE), "--tests", *DAY]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)

    assert "1 rule in 1 file, no problems" in done.stdout
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 1.0


def hooks(root: Path) -> dict[str, list[str]]:
    """The entry of each hook, by its id."""
    return {hook["id"]: hook["entry"].split() for hook in load(root / ".pre-commit-hooks.yaml").data}


def test_the_entry_of_every_hook_runs(root: Path) -> None:
    """Each names a command of this program, and check and test end well on the rules that ship."""
    groups = [group.typer_instance for group in app.registered_groups]
    commands = [command for group in groups if group is not None for command in group.registered_commands]
    known = {f"neurobalance rules {command.name or command.callback.__name__}" for command in commands if command.callback is not None}
    entries = {name: entry for name, entry in hooks(root).items() if " ".join(entry[:3]) in known}
    ran = {
        name: subprocess.run(
            [sys.executable, "-m", "neurobalance_expert", *entry[1:]], cwd=root, capture_output=True, check=False
        ).returncode
        for name, entry in entries.items()
    }

    assert {"neurobalance-rules-check", "neurobalance-rules-test"} <= ran.keys()
    assert {0} == set(ran.values())
