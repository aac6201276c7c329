"""Lints about evidence, review dates and status."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from neurobalance_expert.fact import SEVERITIES
from neurobalance_expert.lint.material import Found, Material, RuleText
from neurobalance_expert.lint.registry import Lint, in_rule
from neurobalance_expert.rules.ir import RUNNING

FAR = timedelta(days=3 * 366)
MAY_REST_ON_D = ("data", "note", "safety")  # about the record itself, or a warning that errs on the side of care

NO_SUPPORT = Lint(
    "NB-L050", "evidence-without-supports", "warning",
    what="Evidence does not say what it supports.",
    why="a source can support the mechanism and say nothing about size; a reader of the report cannot tell which",
    fix="add 'supports:' with a few words",
    bad="evidence: [{ref: smith1987, grade: A}]",
    good="evidence: [{ref: smith1987, grade: A, supports: mechanism}]",
)  # fmt: skip
TWICE = Lint(
    "NB-L051", "evidence-twice", "warning",
    what="A rule cites one reference twice.",
    why="a report would list the source twice, as if two had been found",
    fix="make one entry of the two",
    bad="evidence: [{ref: smith1987, grade: A, supports: mechanism}, {ref: smith1987, grade: A, supports: size}]",
    good="evidence: [{ref: smith1987, grade: A, supports: mechanism}]",
)  # fmt: skip
CONTESTED = Lint(
    "NB-L052", "stable-on-contested-evidence", "warning",
    what="A stable rule of this kind rests on grade D alone.",
    why="stable means that others may rely on it, and grade D does not bear that; notes, warnings and rules about the record may",
    fix="add better evidence, or set 'status: experimental' or 'kind: note'",
    bad="evidence: [{ref: smith1987, grade: D, supports: mechanism}]",
    good="evidence: [{ref: smith1987, grade: A, supports: mechanism}]",
)  # fmt: skip
NO_REVIEW = Lint(
    "NB-L053", "review-date-missing", "warning",
    what="A stable rule has no review date.",
    why="what was right when it was written is looked at again only when a date says so",
    fix="add 'review_by:' with the day by which somebody looks at it again",
    bad=(
        "status: stable\n"
        "severity: minor"
    ),
    good=(
        "status: stable\n"
        "review_by: 2027-11-30\n"
        "severity: minor"
    ),
)  # fmt: skip
PAST_REVIEW = Lint(
    "NB-L054", "review-date-passed", "warning",
    what="A stable rule is past its review date.",
    why="nobody has said since then that it still stands",
    fix="read the sources again, mend the rule, then move 'review_by' on",
    bad=(
        "review_by: 2025-11-30\n"
        "severity: minor"
    ),
    good=(
        "review_by: 2027-11-30\n"
        "severity: minor"
    ),
)  # fmt: skip
FAR_REVIEW = Lint(
    "NB-L055", "review-date-far", "info",
    what="A review date lies more than three years ahead.",
    why="by then nobody remembers why the rule is as it is, and studies have come that nobody looked for",
    fix="choose a day within three years",
    bad=(
        "review_by: 2037-11-30\n"
        "severity: minor"
    ),
    good=(
        "review_by: 2027-11-30\n"
        "severity: minor"
    ),
)  # fmt: skip
IDLE_OVERRIDE = Lint(
    "NB-L056", "override-of-a-rule-that-does-not-run", "warning",
    what="A rule overrides a rule that does not run.",
    why="a draft or a retired rule never speaks, so there is nothing to override",
    fix="remove the override, or give the other rule a status that runs",
    bad=(
        "status: draft\n"
        "review_by: 2027-11-30\n"
        "severity: minor"
    ),
    good=(
        "status: stable\n"
        "review_by: 2027-11-30\n"
        "severity: minor"
    ),
)  # fmt: skip


SOFTENS = Lint(
    "NB-L057", "override-softens", "warning",
    what="A rule silences one that is more severe than itself.",
    why="a report would then warn less where it knows more",
    fix="give the rule at least the severity of the one that it overrides, or remove the override",
    bad=(
        "severity: info\n"
        "evidence: [{ref: smith1987, grade: B, supports: mechanism}]"
    ),
    good=(
        "severity: minor\n"
        "evidence: [{ref: smith1987, grade: B, supports: mechanism}]"
    ),
)  # fmt: skip


@in_rule(NO_SUPPORT)
def without_supports(text: RuleText, material: Material) -> Iterator[Found]:
    """An entry of ``evidence`` without ``supports``."""
    for i, entry in enumerate(text.rule.evidence):
        if not entry.supports.strip():
            yield Found(f"the evidence '{entry.ref}' does not say what it supports", text.at("evidence", i))


@in_rule(TWICE)
def cited_twice(text: RuleText, material: Material) -> Iterator[Found]:
    """A reference that an earlier entry names."""
    first: dict[str, int] = {}
    for i, entry in enumerate(text.rule.evidence):
        if first.setdefault(entry.ref, i) != i:
            also = ((text.at("evidence", first[entry.ref]), "first here"),)
            yield Found(f"'{entry.ref}' is cited twice", text.at("evidence", i), also=also)


@in_rule(CONTESTED)
def contested(text: RuleText, material: Material) -> Iterator[Found]:
    """A stable rule about what is so, all of whose evidence has grade D."""
    rule = text.rule
    grades = {entry.grade for entry in rule.evidence}
    if rule.status == "stable" and grades == {"D"} and rule.kind not in MAY_REST_ON_D:
        yield Found(f"the stable rule '{rule.id}' rests on grade D alone", text.at("evidence"))


@in_rule(NO_REVIEW)
def no_review(text: RuleText, material: Material) -> Iterator[Found]:
    """A stable rule without ``review_by``."""
    if text.rule.status == "stable" and not text.rule.review_by:
        yield Found(f"the stable rule '{text.rule.id}' has no review date", text.at("status"))


def _review(text: RuleText) -> date | None:
    return date.fromisoformat(text.rule.review_by) if text.rule.review_by and text.rule.status == "stable" else None


@in_rule(PAST_REVIEW)
def past_review(text: RuleText, material: Material) -> Iterator[Found]:
    """A review date before today."""
    by = _review(text)
    if by and by < material.today:
        yield Found(f"'{text.rule.id}' was to be reviewed by {by}, {(material.today - by).days} days ago", text.at("review_by"))


@in_rule(FAR_REVIEW)
def far_review(text: RuleText, material: Material) -> Iterator[Found]:
    """A review date beyond three years."""
    by = _review(text)
    if by and by - material.today > FAR:
        yield Found(f"the review of '{text.rule.id}' lies more than three years ahead", text.at("review_by"))


@in_rule(IDLE_OVERRIDE)
def idle_override(text: RuleText, material: Material) -> Iterator[Found]:
    """An override of a draft or a retired rule."""
    for i, name in enumerate(text.rule.overrides):
        other = material.by_id.get(name)
        if other is not None and other.rule.status not in RUNNING:
            also = ((other.at("status"), "its status"),)
            yield Found(f"'{name}' does not run: it is {other.rule.status}", text.at("overrides", i), also=also)


@in_rule(SOFTENS)
def softens(text: RuleText, material: Material) -> Iterator[Found]:
    """An override of a finding with a higher severity; one that a row decides is not known here."""
    for i, name in enumerate(text.rule.overrides):
        other = material.by_id.get(name)
        known = other is not None and text.rule.severity in SEVERITIES and other.rule.severity in SEVERITIES
        if other is not None and known and SEVERITIES.index(text.rule.severity) < SEVERITIES.index(other.rule.severity):
            what = f"'{text.rule.id}' is {text.rule.severity} and silences '{name}', which is {other.rule.severity}"
            yield Found(what, text.at("overrides", i), also=((other.at("severity"), "its severity"),))
