"""Two assessments side by side: each difference once, by what it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from neurobalance_expert.records.compare import Side, compare, fact_words, side_of
from neurobalance_expert.records.read import read_record
from neurobalance_expert.records.told import difference_lines


def finding(code: str = "LOW:iron", rule: str = "r", severity: str = "minor", window: str | None = None, **more: Any) -> dict[str, Any]:
    """A finding of an assessment."""
    plain = {"code": code, "rule": rule, "severity": severity, "about": "iron", "system": None, "window": window}
    return plain | {"statement": "It is low.", "because": [["adequacy", {"nutrient": "iron", "ratio": 0.8}]]} | more


def side(*findings: dict[str, Any], **more: Any) -> Side:
    """An assessment with these findings."""
    return Side({"findings": list(findings), "disposition": "assess", **more})


def moved(before: Side, after: Side) -> list[tuple[str, str, str, str]]:
    """What moved, in short."""
    return [(change.what, change.rule, change.before, change.after) for change in compare(before, after).findings]


def test_equal_assessments_do_not_differ() -> None:
    """Nothing is found, and nothing is said."""
    found = compare(side(finding()), side(finding()))

    assert not found
    assert [] == list(difference_lines(found))


def test_findings_are_gained_lost_and_moved() -> None:
    """By code, what they are about and window; a rule that took the place of another is the same finding."""
    assert [("gained", "r", "", "minor")] == moved(side(), side(finding()))
    assert [("lost", "r", "minor", "")] == moved(side(finding()), side())
    assert [("severity", "r", "minor", "major")] == moved(side(finding()), side(finding(severity="major")))
    assert [("changed", "other", "minor", "minor")] == moved(side(finding()), side(finding(rule="other")))
    assert [("lost", "r", "minor", ""), ("gained", "r", "", "minor")] == moved(side(finding(window="w1")), side(finding(window="w2")))


def test_equal_findings_are_paired_before_others_of_the_same_rule() -> None:
    """Two severities of one rule, the second of which is gone: the first did not move."""
    assert [("lost", "r", "minor", "")] == moved(side(finding(), finding(severity="major")), side(finding(severity="major")))


def test_wording_is_a_field_with_both_texts() -> None:
    """And no other field is named."""
    (change,) = compare(side(finding()), side(finding(statement="Low."))).findings

    assert {"statement": ("It is low.", "Low.")} == change.fields


def test_facts_that_differ_in_numbers_alone_changed() -> None:
    """Otherwise one is lost and another gained."""
    near = finding(because=[["adequacy", {"nutrient": "iron", "ratio": 0.7}]])
    other = finding(because=[["adequacy", {"nutrient": "zinc", "ratio": 0.8}]])

    assert ["adequacy(nutrient iron): ratio 0.8 -> 0.7"] == [fact_words(f) for f in compare(side(finding()), side(near)).facts]
    assert ["lost", "gained"] == [f.what for f in compare(side(finding()), side(other)).facts]


def test_values_are_told_by_their_path() -> None:
    """The deepest one; a list of another length as a whole; what one side does not have is said to be absent."""
    before, after = side(totals={"a": {"value": 1}, "b": 2}, questions=["x"]), side(totals={"a": {"value": 3}}, questions=[])

    assert [("totals.a.value", 1, 3), ("totals.b", 2, "(absent)"), ("questions", ["x"], [])] == [
        (change.path, change.before, change.after) for change in compare(before, after).values
    ]


def test_two_records_differ_in_facts_steps_and_lines(recorded: Path) -> None:
    """A gained finding is told with what it rests on."""
    balanced, real = (side_of(read_record(next(recorded.glob(f"{name}-*.json")))) for name in ("balanced-day", "a-real-day"))
    found = compare(balanced, real)
    gained = {change.code: change.because for change in found.findings if change.what == "gained"}

    assert ("lab(analyte ferritin, limit low, ratio 0.733) gained",) == gained["COFACTOR:iron:serotonin"]
    assert found.facts
    assert found.report
    assert () == found.digests
    assert not compare(real, real)


def test_what_is_long_is_cut_in_words_and_whole_in_data(recorded: Path) -> None:
    """Twenty entries of a part; the rest is counted."""
    balanced, real = (side_of(read_record(next(recorded.glob(f"{name}-*.json")))) for name in ("balanced-day", "a-real-day"))
    found = compare(balanced, real)
    words = list(difference_lines(found))

    assert len(found.facts) > 20
    assert f"  … and {len(found.facts) - 20} more lines (--format json has all)" in words
