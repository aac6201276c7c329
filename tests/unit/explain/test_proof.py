"""Proofs: complete, each fact once, from the given facts up."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from neurobalance_expert.assessment import Knowledge, assess, load_case_file
from neurobalance_expert.engines.reference import evaluate
from neurobalance_expert.explain.proof import prove
from neurobalance_expert.knowledge.values import KnownValue
from neurobalance_expert.report.render import render
from tests.oracles.build import pattern, relation, rule, rule_set, vocabulary

WORDS = vocabulary(relation("seen", {"x": "id"}), relation("mid", {"x": "id"}, derived=True), relation("top", {"x": "id"}, derived=True))
RULES = rule_set(
    WORDS,
    [
        rule(WORDS, "mid-1", [pattern(WORDS, "seen", x="$x")], {"x": "$x"}, concludes="mid"),
        rule(WORDS, "mid-2", [pattern(WORDS, "seen", x="b")], {"x": "a"}, concludes="mid"),
        rule(WORDS, "top-1", [pattern(WORDS, "mid", x="a"), pattern(WORDS, "mid", "again", x="$x")], {"x": "$x"}, concludes="top"),
    ],
)
A, B = WORDS.fact("seen", x="a"), WORDS.fact("seen", x="b")
MID_A, MID_B = WORDS.fact("mid", x="a"), WORDS.fact("mid", x="b")


def test_a_proof_goes_down_to_the_given_facts_and_states_each_fact_once():
    """top(b) rests on mid(a), derived in two ways, and on mid(b). seen(b) serves both and stands once, before what rests on it."""
    proof = prove(evaluate(RULES, WORDS, [A, B]), WORDS.fact("top", x="b"))

    assert [line.fact for line in proof.lines] == [A, B, MID_A, MID_B, WORDS.fact("top", x="b")]
    assert [len(line.derivations) for line in proof.lines] == [0, 0, 2, 1, 1]
    assert proof.given == (A, B)
    assert proof.fact == WORDS.fact("top", x="b")


def test_a_given_fact_proves_itself():
    """One line and no derivation."""
    assert prove(evaluate(RULES, WORDS, [A]), A).lines[0].derivations == ()


def test_what_is_not_in_the_model_has_no_proof():
    """seen(b) was not given."""
    with pytest.raises(KeyError):
        prove(evaluate(RULES, WORDS, [A]), B)


@pytest.mark.parametrize(
    ("origin", "verified", "mark"),
    [
        ("choice", False, "a choice of this project"),
        ("memory", False, "from memory, not yet verified"),
        ("derived", False, "derived, not yet verified"),
        ("", False, "not yet verified"),
        ("choice", True, ""),
    ],
)
def test_a_threshold_has_the_mark_of_its_origin(origin: str, verified: bool, mark: str) -> None:
    """A choice was read nowhere and is no memory; what was verified has none."""
    assert mark == KnownValue("knowledge.thresholds.x", Decimal(1), "1", Decimal(1), "", (), "D", verified, origin=origin).mark


def test_findings_and_proofs_tell_thresholds_with_their_marks(knowledge: Knowledge, root: Path) -> None:
    """The real day rests on choices alone, and the report, the JSON and the proofs say so."""
    made = assess(load_case_file(root / "examples" / "a-real-day.yaml", knowledge), knowledge, "reference")
    told = {text for finding in made.findings for text in finding.unverified}
    compared = [c for step in made.proofs.steps for condition in step.conditions for c in condition.comparisons if not c.verified]

    assert {"a choice of this project"} == {text.rpartition(": ")[2] for text in told} == {c.mark for c in compared}
    assert {knowledge.thresholds[c.threshold].origin for c in compared} == {"choice"}
    assert told <= set(re.findall(r"‡ (.*)", render(made, "text", root, width=1000)))
