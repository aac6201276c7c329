"""Faults planted in small sets of rules: each is found with the rules concerned, and shown by facts, a case file or what contradicts."""

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
CHAIN = """  - id: chained
    title: A vitamin is short
    status: experimental
    when:
      - age: {years: {below: 10}}
    concludes: {short_supply: {system: serotonin}}
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


def test_a_rule_that_contradicts_itself_over_a_chain_is_dead(analyze: Analyze) -> None:
    """What it needs is concluded for children only, and it asks for adults; both places are named."""
    found = analyze(CHAIN, rule("dead", "short_supply: {system: serotonin}", "age: {years: {above: 20}}"))
    (dead,) = [f for f in found["findings"] if f["kind"] == "dead"]

    assert ({"dead", "chained"}, None, 0) == (set(dead["rules"]), dead["case"], dead["tries"])
    assert {"chained", "dead"} <= {reason["rule"] for reason in dead["core"]}
    assert all(reason["at"]["file"] == "rules/own.yaml" for reason in dead["core"] if reason["rule"])


def test_a_threshold_that_no_case_reaches_is_found(analyze: Analyze) -> None:
    """Nobody is 400 years old: the gate refuses it."""
    found = analyze(rule("old", "age: {years: {above: 400}}"))

    assert [["old"]] == [f["rules"] for f in found["findings"] if f["kind"] in ("dead", "unreachable-threshold")]


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


def test_a_declaration_gives_the_reason(analyze: Analyze) -> None:
    """``together`` with a reason: meant so."""
    top = "together:\n  - {rules: [adult, old], because: both are wanted}\n"
    rules = rule("adult", "age: {years: {above: 20}}"), rule("old", "age: {years: {above: 60}}", severity="minor")

    assert analyze(*rules, top=top)["clean"]


def test_exclusive_conclusions_that_can_meet_are_found(analyze: Analyze) -> None:
    """Two codes that must not appear together, for one age."""
    top = 'exclusive:\n  - ["INFO:one", "INFO:two"]\n'
    found = analyze(rule("one", "age: {years: {above: 20}}"), rule("two", "age: {years: {above: 60}}", code="INFO:two"), top=top)

    assert [["one", "two"]] == [sorted(f["rules"]) for f in found["findings"] if f["kind"] == "unranked-exclusive"]


def test_a_gap_of_a_partition_is_found_with_a_fact_that_falls_into_it(analyze: Analyze) -> None:
    """Below 20 and above 60 are covered; who is between is nobody's."""
    top = "partition:\n  - {name: every age, over: [age: {}], rules: [young, old]}\n"
    found = analyze(rule("young", "age: {years: {below: 20}}"), rule("old", "age: {years: {above: 60}}", code="INFO:two"), top=top)
    (gap,) = [f for f in found["findings"] if f["kind"] == "gap"]
    ((relation, slots),) = [fact for fact in gap["facts"] if fact[0] == "age"]

    assert ("age", True) == (relation, 20 <= slots["years"] <= 60)


def test_a_rule_that_says_the_same_in_fewer_cases_is_subsumed(analyze: Analyze) -> None:
    """The narrower rule adds nothing to the wider one."""
    found = analyze(rule("wide", "age: {years: {above: 20}}"), rule("narrow", "age: {years: {above: 60}}"))

    assert ["subsumed"] == [f["kind"] for f in found["findings"]]
    assert "narrow" in found["findings"][0]["rules"]


def test_without_the_solver_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clear word, and no import error."""
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(Misuse, match=r"neurobalance\[analyze\]"):
        rules_analyze._need_solver()


@pytest.mark.slow
def test_the_shipped_rules_have_nothing_that_is_not_explained(run: Run) -> None:
    """No dead rule, no unreached threshold, no unranked overlap, no gap: for every possible input."""
    said = run("rules", "analyze", "--format", "json")
    found = json.loads(said.stdout)

    assert (0, [], True) == (said.returncode, found["findings"], found["clean"])
    assert found["pairs"] > 100
    assert found["partitions"] >= 10
