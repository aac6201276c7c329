"""The step of the version follows from what the cases show and from what the rules can do."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from neurobalance_expert.impact.bump import _silences, bump
from neurobalance_expert.impact.changes import rule_changes
from neurobalance_expert.impact.run import CaseChange, run
from neurobalance_expert.records.compare import Difference, FindingChange

LABS = "rules/cofactors/labs.yaml"
WORDS = "Show it to a clinician, with the laboratory's own interval and the circumstances of the sample."
BELOW = "- lab: {analyte: {bind: $analyte, not: tsh}, limit: low, ratio: {bind: $over_low, below: 1}}"
# file, text, what it becomes, the step by the rules alone
EDITS = [
    (LABS, WORDS, "Show it to somebody.", "patch"),
    (LABS, "{ref: nhanes_cutoffs2017, grade: B, supports: cut-offs}", "{ref: nhanes_cutoffs2017, grade: C, supports: cut-offs}", "patch"),
    (LABS, BELOW, BELOW.replace("below: 1", "below: 0.99"), "major"),
    (LABS, BELOW, BELOW.replace("below: 1", "below: 1.01"), "major"),  # it overrides a finding of another code
    (LABS, "limit: high, ratio: {bind: $over_high, above: 1}", "limit: high, ratio: {bind: $over_high, above: 0.99}", "minor"),
    (LABS, BELOW, BELOW.replace("not: tsh", "not_in: [tsh, ferritin]"), "major"),
    (LABS, f"{BELOW}\n", f"{BELOW}\n      - sex: {{is: male}}\n", "major"),
    (LABS, "overrides: [lab-borderline]", "overrides: [lab-borderline, lab-above-limit]", "major"),
    (LABS, "    overrides: [lab-borderline]\n", "", "minor"),
    (LABS, 'code: "LAB:$analyte:low"', 'code: "LAB:$analyte:short"', "major"),
    ("rules/safety/dose-of-tryptophan.yaml", "severity: minor", "severity: info", "major"),
    ("rules/safety/dose-of-tryptophan.yaml", "severity: minor", "severity: moderate", "minor"),
    ("rules/safety/dose-of-tryptophan.yaml", "status: stable", "status: retired", "major"),
    ("rules/supply/protein.yaml", "knowledge.thresholds.protein_older_adult", "knowledge.thresholds.clearly_below_requirement", "major"),
]


def of_rules(two):
    """The step by the rules alone."""
    before, after = two.before.knowledge, two.after.knowledge
    return bump((), rule_changes(before, after, two.rules), two.files, before, after)


@pytest.mark.parametrize(("path", "old", "new", "step"), EDITS, ids=lambda x: x[-30:])
def test_what_a_rule_can_do_decides_where_no_case_shows_it(edit, against, path, old, new, step):
    """Less than before is major, more is minor, other words are a patch."""
    found = of_rules(against(edit(path, old, new)))

    assert step == found.step, found.reasons
    assert {"rule"} == {reason.basis for reason in found.reasons}


def test_a_step_of_a_ladder_that_fires_more_often_silences_nothing(edit, against):
    """The rule that replaces a milder finding of the same code by a graver one: more of it is a finding raised."""
    high = "{value: 2000, unit: mg, step: 1, source: engine_policy, evidence: C"
    found = of_rules(against(edit("knowledge/thresholds.yaml", high, high.replace("2000", "1900"))))

    assert ["tryptophan-dose-high: dose.mg above 2000.000 mg -> above 1900.000 mg"] == [reason.what for reason in found.reasons]
    assert "minor" == found.step


def test_a_fact_that_is_an_exception_of_another_rule_is_major_both_ways(knowledge):
    """More of it takes findings away elsewhere."""
    rules = knowledge.rules.rules
    facts = next(rule for rule in rules if rule.id == "folate-low-by-serum-or-red-cells")
    unlike = replace(rules[0], unless=(replace(rules[0].when[0], relation=facts.head.relation),))
    negating = replace(knowledge, rules=replace(knowledge.rules, rules=(*rules, unlike)))

    assert (False, True) == (_silences(facts, knowledge), _silences(facts, negating))


def _case(*findings, disposition=("assess", "assess")):
    return CaseChange("a", "conclusions", disposition, (), (), (), Difference(findings=findings))


def _finding(what, before, after):
    return FindingChange(what, "LOW:iron", "r", "iron", "", "", before, after)


@pytest.mark.parametrize(
    ("change", "step"),
    [
        (_case(_finding("lost", "info", "")), "major"),
        (_case(_finding("gained", "", "major")), "minor"),
        (_case(_finding("severity", "major", "minor")), "major"),
        (_case(_finding("severity", "minor", "major")), "minor"),
        (_case(_finding("changed", "minor", "minor")), "patch"),
        (_case(disposition=("caution_refer", "assess")), "major"),
        (_case(disposition=("assess", "caution_refer")), "minor"),
    ],
)
def test_what_a_case_shows_decides(knowledge, change, step):
    """To find less can harm in silence; to find more is seen."""
    found = bump((change,), (), (), knowledge, knowledge)

    assert (step, knowledge.version) == (found.step, found.version)
    assert "case" == found.reasons[0].basis


def test_nothing_is_nothing(knowledge, golden, against):
    """The same knowledge base twice: no case, no rule, no step."""
    cases = golden("00[0-2]-*")
    two = against(knowledge)

    assert [] == [t for t in run(two, cases, cases) if t.change or t.moved or t.failed]
    assert ("none", ()) == (of_rules(two).step, of_rules(two).reasons)


def test_a_file_that_changes_nothing_is_a_patch(knowledge):
    """Something was edited, and nobody is told anything else."""
    assert "patch" == bump((), (), ("knowledge/claims.yaml",), knowledge, knowledge).step
