"""rules analyze as a command: exit code, JSON, and case files that the program itself assesses."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from neurobalance_expert.cli import rules_analyze
from neurobalance_expert.errors import Misuse
from tests.conftest import Run

HEAD = """language: 1
{top}rules:
"""
RULE = """  - id: {id}
    code: "{code}"
    title: Rule {id}
    kind: note
    status: experimental
    severity: {severity}
    when:
{when}
{more}    then: {{about: zinc}}
    say: "It was found."
"""
Analyze = Callable[..., dict[str, Any]]


def rule(name: str, *when: str, code: str = "INFO:one", severity: str = "info", more: str = "") -> str:
    """A rule over one-line conditions."""
    return RULE.format(id=name, code=code, severity=severity, when="\n".join(f"      - {line}" for line in when), more=more)


@pytest.fixture
def analyze(tmp_path: Path, root: Path, run: Run) -> Analyze:
    """Analyse a knowledge base with these rules alone, and put its witnesses into ``cases``."""

    def analyse(*rules: str, top: str = "") -> dict[str, Any]:
        for name in ("knowledge", "reports"):
            shutil.copytree(root / name, tmp_path / name, ignore=shutil.ignore_patterns("samples"), dirs_exist_ok=True)
        (tmp_path / "rules").mkdir()
        (tmp_path / "rules" / "own.yaml").write_text(HEAD.format(top=top) + "".join(rules), encoding="utf-8")
        said = run("rules", "analyze", "--kb", tmp_path, "--format", "json", "--witnesses", tmp_path / "cases")
        found: dict[str, Any] = json.loads(said.stdout)
        assert int(not found["clean"]) == said.returncode, said.stderr
        return found

    return analyse


def test_two_severities_of_one_finding_overlap_and_a_case_file_shows_it(analyze: Analyze, tmp_path: Path, run: Run) -> None:
    """At 70 both speak, unranked; the case is assessed by the program itself and has both findings."""
    found = analyze(rule("adult", "age: {years: {above: 20}}"), rule("old", "age: {years: {above: 60}}", severity="minor"))
    (overlap,) = [f for f in found["findings"] if f["kind"] == "overlap"]
    (case,) = (tmp_path / "cases").glob("*overlap*.yaml")
    assessed = json.loads(run("assess", case, "--kb", tmp_path, "--format", "json", "--engine", "reference").stdout)

    assert ["adult", "old"] == sorted(overlap["rules"])
    assert {("adult", "info"), ("old", "minor")} == {(f["rule"], f["severity"]) for f in assessed["findings"] if f["code"] == "INFO:one"}


def test_an_override_or_a_declaration_explains_an_overlap(analyze: Analyze) -> None:
    """The same two rules, ranked: nothing is found."""
    ranked = rule("old", "age: {years: {above: 60}}", severity="minor", more="    overrides: [adult]\n")

    assert analyze(rule("adult", "age: {years: {above: 20}}"), ranked)["clean"]


def test_without_the_solver_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clear word, and no import error."""
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(Misuse, match=r"neurobalance\[analyze\]"):
        rules_analyze._need_solver()
