"""What an assessment costs, by phase and by rule."""

from __future__ import annotations

import json

import pytest

from tests.conftest import Run


def test_rules_and_what_is_beside_them_sum_up_and_every_rule_is_there(run: Run) -> None:
    """Shares of the rules and of the rest are the whole; what fired is what the assessment found; joins were counted."""
    out = run("rules", "profile", "examples/a-real-day.yaml", "--repeat", "2", "--engine", "experta", "--format", "json")
    found = json.loads(out.stdout)
    phases = [phase["phase"] for phase in found["phases"]]

    assert found["evaluation"] == pytest.approx(sum(rule["seconds"] for rule in found["rules"]) + found["beside_rules"])
    assert found["seconds"] == pytest.approx(sum(phase["seconds"] for phase in found["phases"]))
    assert [rule["seconds"] for rule in found["rules"]] == sorted((rule["seconds"] for rule in found["rules"]), reverse=True)
    assert {"facts and model", "rules (reference)", "experta: build", "proofs", "report"} <= set(phases)
    assert any(rule["fired"] and rule["joins"] for rule in found["rules"])


def test_a_file_that_is_no_case_is_named(run: Run) -> None:
    """Exit code 1, and nothing is measured."""
    out = run("rules", "profile", "knowledge/thresholds.yaml")

    assert (1, "") == (out.returncode, out.stdout)
    assert "knowledge/thresholds.yaml" in out.stderr
