"""A rule over rows of a table takes severity and evidence from the row."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from neurobalance_expert.engines.experta_engine import ExpertaEngine
from neurobalance_expert.engines.run import run_checked
from neurobalance_expert.rules.ir import Const, Evidence, Var

ROWS = """
language: 1
rules:
  - id: a-row
    code: "INT:$id"
    title: A row of the table
    kind: safety
    status: stable
    severity: $severity
    evidence: [{ref: $source, grade: $grade, supports: the row}, {ref: smith1987, grade: B}]
    when:
      - row: {id: $id, severity: $severity, grade: $grade, source: $source, mg: $mg}
    then: {about: $id}
    say: "Row {{ id }}."
    tests:
      - {name: a row, facts: {row: {id: x, severity: major, grade: A, source: smith1987, mg: 1}}, expect: {fired: {severity: major}}}
      - {name: none, facts: {}, expect: {blocked: row}}
"""


def test_severity_and_evidence_may_be_variables(read: Callable) -> None:
    """The head holds the variable; the severity of the rule itself is empty."""
    found = read(ROWS)
    [rule] = found.rules

    assert found.rendered == ""
    assert rule.severity == ""
    assert rule.head.terms == (None, Const("a-row"), Var("severity"), Var("id"), None, None)
    assert rule.evidence == (Evidence("$source", "$grade", "the row"), Evidence("smith1987", "B"))


def test_each_row_gives_a_finding_of_its_own_severity(read: Callable, vocabulary) -> None:
    """Both engines, compared."""
    rows = [vocabulary.fact("row", id=i, severity=s, grade="A", source="smith1987", mg=1) for i, s in (("x", "major"), ("y", "minor"))]
    result = run_checked(read(ROWS).ruleset, vocabulary, rows, ExpertaEngine())

    assert sorted(f.values[:4] for f in result.facts if f.relation == "finding") == [
        ("INT:x", "a-row", "major", "x"),
        ("INT:y", "a-row", "minor", "y"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("severity: $severity\n    evidence", "severity: $id\n    evidence", "'$id' may have values that 'severity' does not allow"),
        ("severity: $severity\n    evidence", "severity: $mg\n    evidence", "'$mg' may have values that 'severity' does not allow"),
        ("severity: $severity\n    evidence", "severity: $sev\n    evidence", "the variable '$sev' in 'severity' is not bound"),
        ("severity: $severity\n    evidence", "severity: $\n    evidence", "'$' is not the name of a variable"),
        ("grade: $grade, supports", "grade: $severity, supports", "'$severity' may have values that 'grade' does not allow"),
        ("ref: $source", "ref: $mg", "'$mg' may have values that 'ref' does not allow"),
        ("severity: $severity\n    evidence", "severity: grave\n    evidence", "'severity' cannot be 'grave'"),
    ],
)
def test_a_variable_that_may_hold_something_else_is_refused(read: Callable, old: str, new: str, what: str) -> None:
    """The values of the slot must be severities, grades or names."""
    found = read(ROWS.replace(old, new, 1))

    assert [p.what for p in found.problems] == [what]
    assert found.problems[0].fix
