"""rules analyze on the command line: exit codes, JSON, case files, and what a user may get wrong."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from neurobalance_expert.cli import app
from neurobalance_expert.errors import InputProblems, Misuse

ROOT = Path(__file__).resolve().parents[3]
PLANTED = ROOT / "tests" / "data" / "analysis"


@pytest.fixture
def invoke() -> Callable:
    """``invoke("x.yaml")`` runs the command inside this process."""
    return lambda *arguments: CliRunner().invoke(app, ["rules", "analyze", *map(str, arguments), "--kb", str(ROOT)])


def test_nothing_found_ends_with_0_and_says_how_much_was_looked_at(invoke: Callable) -> None:
    """One line."""
    result = invoke(PLANTED / "clean.yaml")

    assert (0, "7 rules, 3 pairs and 1 partition examined for every possible input: nothing found\n") == (result.exit_code, result.stdout)


def test_a_finding_ends_with_1_and_is_told_with_place_reason_facts_and_case(invoke: Callable, tmp_path: Path) -> None:
    """The whole text of one finding."""
    result = invoke(PLANTED / "overlap.yaml", "--witnesses", tmp_path)

    expected = """\
overlap: smoker (info) and young-smoker (minor) can give one finding two severities, and neither overrides the other
  --> tests/data/analysis/overlap.yaml:4:9
  with age(years=29)
  with smoker(is=true)
  case file: 001-overlap-smoker-young-smoker.yaml, found in 1 try

2 rules, 1 pair and 0 partitions examined for every possible input: 1 finding
"""
    assert (1, expected) == (result.exit_code, result.stdout)


def test_the_case_file_is_one_that_assess_reads(run: Callable, invoke: Callable, tmp_path: Path) -> None:
    """What --witnesses wrote is a case like any other."""
    invoke(PLANTED / "exclusive.yaml", "--witnesses", tmp_path / "new" / "folder")
    (case,) = (tmp_path / "new" / "folder").iterdir()

    assert 0 == run("assess", case).returncode


def test_json_has_every_field(invoke: Callable) -> None:
    """``{rules, pairs, partitions, findings: [{kind, rules, at, what, facts, case, tries, core}], clean}``."""
    data = json.loads(invoke(PLANTED / "dead-over-chain.yaml", "--format", "json").stdout)

    assert ["rules", "pairs", "partitions", "findings", "clean"] == list(data)
    assert ["kind", "rules", "at", "what", "facts", "case", "tries", "core"] == list(data["findings"][0])


def test_two_runs_print_the_same_bytes(run: Callable) -> None:
    """Whatever the hash seed."""
    printed = {run("rules", "analyze", PLANTED, PYTHONHASHSEED=str(seed)).stdout for seed in (1, 2)}

    assert 1 == len(printed)


def test_only_findings_of_the_rules_in_the_paths_are_told(invoke: Callable) -> None:
    """Rules of the knowledge base are looked at beside all others of it."""
    result = invoke(ROOT / "rules" / "safety" / "upper-levels.yaml")

    assert (0, True) == (result.exit_code, result.stdout.startswith("17 rules, "))


def test_without_the_solver_the_extra_is_named(monkeypatch: pytest.MonkeyPatch, invoke: Callable) -> None:
    """Misuse, and how to install it."""
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    result = invoke(PLANTED / "clean.yaml")

    assert isinstance(result.exception, Misuse)
    assert "pip install 'neurobalance[analyze]'" in str(result.exception)


def test_a_file_is_no_folder_for_case_files(invoke: Callable, tmp_path: Path) -> None:
    """It is not overwritten."""
    (tmp_path / "notes.txt").write_text("kept")
    result = invoke(PLANTED / "clean.yaml", "--witnesses", tmp_path / "notes.txt")

    assert (True, "kept") == (isinstance(result.exception, Misuse), (tmp_path / "notes.txt").read_text())


def test_a_folder_that_cannot_be_written_to_is_misuse(monkeypatch: pytest.MonkeyPatch, invoke: Callable, tmp_path: Path) -> None:
    """The reason is told."""

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, os.strerror(13))

    monkeypatch.setattr("neurobalance_expert.atomic.write_bytes", refuse)
    result = invoke(PLANTED / "overlap.yaml", "--witnesses", tmp_path)

    assert "Permission denied" in str(result.exception)


@pytest.mark.parametrize("name", ["empty", "binary"])
def test_what_is_no_rule_file_is_a_problem_with_a_code(invoke: Callable, tmp_path: Path, name: str) -> None:
    """An empty folder, and a file that is no text."""
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\x00") if name == "binary" else None
    result = invoke(tmp_path)

    assert isinstance(result.exception, InputProblems)
