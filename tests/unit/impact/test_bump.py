"""The step of the version follows from what the cases show and from what the rules can do."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from neurobalance_expert.impact.bump import _silences, bump
from neurobalance_expert.impact.changes import rule_changes
from neurobalance_expert.impact.run import CaseChange, run
from neurobalance_expert.loaded import with_documents
from neurobalance_expert.records.compare import Difference, FindingChange
from neurobalance_expert.source import parse_yaml

ROOT = Path(__file__).resolve().parents[3]

# rule, its file, text, what it becomes, the step by the rule alone
EDITS = [
    ("lab-deficient", "cofactors/labs", "ask what was measured beside it.", "ask more.", "patch"),
    ("lab-borderline", "cofactors/labs", "{ref: dri_plp, grade: B,", "{ref: dri_plp, grade: C,", "patch"),
    ("tryptophan-dose-high", "safety/dose-of-tryptophan", "severity: moderate", "severity: info", "major"),
    ("tryptophan-dose-flagged", "safety/dose-of-tryptophan", "severity: minor", "severity: moderate", "minor"),
    (
        "lab-above-limit",
        "cofactors/labs",
        "limit: high, ratio: {bind: $over_high, above: 1}",
        "limit: high, ratio: {bind: $over_high, above: 0.99}",
        "minor",
    ),
    (
        "tsh-below-limit",
        "cofactors/labs",
        "analyte: tsh, limit: low, ratio: {bind: $over_low, below: 1}",
        "analyte: tsh, limit: low, ratio: {bind: $over_low, below: 0.9}",
        "major",
    ),
    ("lab-somewhat-above-limit", "cofactors/labs", "$analyte, in: [homocysteine, alt, tsh]", "$analyte, in: [homocysteine, alt]", "major"),
    ("lab-below-limit", "cofactors/labs", "overrides: [lab-borderline]", "overrides: [lab-borderline, lab-above-limit]", "major"),
    ("plp-below-limit", "cofactors/labs-in-words", "overrides: [lab-below-limit, lab-borderline]", "overrides: [lab-below-limit]", "minor"),
    (
        "ethanol-above-the-limit-of-men",
        "safety/alcohol",
        "      - ethanol: {",
        "      - life_stage: {is: adult}\n      - ethanol: {",
        "major",
    ),
    ("seventy", "timing/before-the-night", "id: competitors-shortly-before-the-night", "id: seventy", "minor"),
    ("competitors-shortly-before-the-night", "timing/before-the-night", "", "", "major"),
    ("older-adult", "safety/who-is-not-covered", 'code: "INFO:older_adult"', 'code: "INFO:of_age"', "major"),
]


@pytest.fixture(scope="module")
def edited(knowledge, against):
    """All edits of rules in one knowledge base, beside the shipped one."""
    texts = {path: (ROOT / "rules" / f"{path}.yaml").read_text(encoding="utf-8") for _, path, *_ in EDITS}
    for _, path, old, new, _ in EDITS:
        assert old in texts[path]
        texts[path] = texts[path].replace(old, new, 1)
    return against(
        with_documents(knowledge, {f"rules/{path}.yaml": parse_yaml(text, f"rules/{path}.yaml") for path, text in texts.items()})
    )


def of_rules(two, ids=None):
    """The step by the rules alone, by all that differ or by some."""
    before, after = two.before.knowledge, two.after.knowledge
    return bump((), rule_changes(before, after, ids or two.rules), (), before, after)


@pytest.mark.parametrize(("rule", "step"), [(rule, step) for rule, *_, step in EDITS])
def test_what_a_rule_can_do_decides_where_no_case_shows_it(edited, rule, step):
    """Less than before is major, more is minor, other words are a patch. A rule with another id is one that is gone and a new one."""
    found = of_rules(edited, frozenset({rule}))

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
    """Something was edited, and nobody is told anything else; a page that only people read is nothing."""
    assert "none" == bump((), (), ("rules/README.md",), knowledge, knowledge).step
    assert "patch" == bump((), (), ("knowledge/claims.yaml",), knowledge, knowledge).step
