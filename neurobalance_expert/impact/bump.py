"""The step of the version that a change asks for, with its reasons.

    major   a finding is lost or less severe, or a disposition is milder; or a rule can now conclude less than before
    minor   a finding is gained or more severe, a disposition is stricter, recommendations differ; or a rule can conclude more
    patch   the same is concluded with other words, evidence, sources or numbers
    none    nothing differs

Whoever relies on a knowledge base relies on what it finds: to find less can harm in silence, to find more is seen. The cases show what did
happen, the rules what can happen where no case shows it; the greatest step counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from msgspec import Struct

from neurobalance_expert.fact import FINDING, SEVERITIES
from neurobalance_expert.impact.changes import LOGIC, Part, RuleChange, lowered
from neurobalance_expert.impact.run import CaseChange
from neurobalance_expert.loaded import Knowledge
from neurobalance_expert.records.compare import worse
from neurobalance_expert.rules.ir import Rule

Step = Literal["none", "patch", "minor", "major"]
STEPS: tuple[Step, ...] = ("none", "patch", "minor", "major")
MOST = 5  # files that are named
_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)")


class Reason(Struct, frozen=True):
    """Why a step: what, by the cases (``case``), by a rule as it is written (``rule``), or by a file; and how many cases show it."""

    step: Step
    basis: Literal["case", "rule", "file"]
    what: str
    cases: int = 0


class Bump(Struct, frozen=True):
    """The step, the version before and after it ('' where the version has not three numbers), and the reasons, greatest first."""

    step: Step
    version: str
    next: str
    reasons: tuple[Reason, ...]


def bump(changes: Sequence[CaseChange], rules: Iterable[RuleChange], files: Sequence[str], before: Knowledge, after: Knowledge) -> Bump:
    """The step that these changes ask for."""
    reasons = [*_of_cases(changes, before.policy.order), *(r for change in rules for r in _of_rule(change, before, after))]
    read = [file for file in files if not file.endswith(".md")]
    if read and not reasons:
        reasons.append(Reason("patch", "file", f"nothing is concluded otherwise, and {', '.join(read[:MOST])} differ"))
    reasons.sort(key=lambda reason: (-STEPS.index(reason.step), reason.basis, reason.what))
    step = reasons[0].step if reasons else "none"
    return Bump(step, before.version, next_version(before.version, step), tuple(reasons))


def next_version(version: str, step: Step) -> str:
    """The version after a step; '' where the version is not of three numbers.

    >>> next_version("0.3.1", "minor"), next_version("0.3.1", "major"), next_version("0.3.1", "none")
    ('0.4.0', '1.0.0', '0.3.1')
    """
    numbers = _VERSION.fullmatch(version)
    if numbers is None:
        return ""
    major, minor, patch = map(int, numbers.groups())
    steps = {"major": (major + 1, 0, 0), "minor": (major, minor + 1, 0), "patch": (major, minor, patch + 1), "none": (major, minor, patch)}
    return ".".join(map(str, steps[step]))


# --- by the cases -----------------------------------------------------------------------------------------------------


def _of_cases(changes: Sequence[CaseChange], order: Sequence[str]) -> Iterator[Reason]:
    """What the cases show, each kind once with the number of cases. ``order`` has the strictest disposition first."""
    kinds: dict[tuple[Step, str], set[str]] = {}
    for change in changes:
        for step, what in _shown(change, order):
            kinds.setdefault((step, what), set()).add(change.case)
    for (step, what), cases in kinds.items():
        yield Reason(step, "case", what, len(cases))


def _shown(change: CaseChange, order: Sequence[str]) -> Iterator[tuple[Step, str]]:
    for finding in change.difference.findings:
        if finding.what == "lost":
            yield "major", f"{finding.code} ({finding.before}) is lost"
        elif finding.what == "gained":
            yield "minor", f"{finding.code} ({finding.after}) is gained"
        elif finding.what == "severity":
            yield ("minor" if worse(finding) else "major"), f"{finding.code} moves from {finding.before} to {finding.after}"
        else:
            yield "patch", f"{finding.code} is said in other words or with another basis"
    before, after = change.disposition
    if before != after:
        milder = before in order and after in order and order.index(after) > order.index(before)
        yield ("major" if milder else "minor"), f"the disposition moves from {before} to {after}"
    for suggestion in change.suggested:
        yield "minor", f"the recommendation {suggestion.id} is {suggestion.what}"
    if change.level == "rest":
        yield "patch", "something beside the findings differs"


# --- by the rules -----------------------------------------------------------------------------------------------------


def _of_rule(change: RuleChange, before: Knowledge, after: Knowledge) -> Iterator[Reason]:
    if change.what == "removed":
        yield Reason("major", "rule", f"the rule {change.rule} is gone")
        return
    new = after.rule_by_id[change.rule]
    if change.what == "added":
        step: Step = "major" if _silences(new, after) else "minor"
        yield Reason(step, "rule", f"the rule {change.rule} is new" + (", and it can silence others" if step == "major" else ""))
        return
    old = before.rule_by_id[change.rule]
    for part in change.parts:
        yield Reason(_step(part, old, new, before, after), "rule", f"{change.rule}: {_told(part)}")
    if not change.parts:
        yield Reason("patch", "rule", f"{change.rule} is written otherwise")


def _step(part: Part, old: Rule, new: Rule, before: Knowledge, after: Knowledge) -> Step:
    """The step of one part, by what the rule can then conclude."""
    if part.part not in LOGIC:
        return "patch"
    if part.part == "severity":
        raised = not lowered(part) and part.before in SEVERITIES and part.after in SEVERITIES
        return "minor" if raised else "major"
    if part.part == "overrides":
        return "major" if set(new.overrides) - set(old.overrides) else "minor"
    if part.part in ("code", "conclusion") or part.effect in ("fewer", "either"):
        return "major"
    return "major" if _silences(new, after) else "minor"


def _silences(rule: Rule, knowledge: Knowledge) -> bool:
    """Whether a finding can be lost when a rule fires more often: its conclusion is an exception of another rule, or it overrides one that
    says something else or is more severe. A step of a ladder, which replaces a milder finding of the same code, silences nothing."""
    if rule.head.relation != FINDING and any(p.relation == rule.head.relation for other in knowledge.rules.rules for p in other.unless):
        return True
    overridden = [knowledge.rule_by_id[name] for name in rule.overrides if name in knowledge.rule_by_id]
    return any(not _replaces(rule, other) for other in overridden)


def _replaces(rule: Rule, other: Rule) -> bool:
    """Whether one finding stands for the other: the same code, and not less severe as far as that is written."""
    known = rule.severity in SEVERITIES and other.severity in SEVERITIES
    as_grave = known and SEVERITIES.index(rule.severity) >= SEVERITIES.index(other.severity)
    return rule.head.relation == other.head.relation == FINDING and as_grave and _alike(rule, other)


def _alike(rule: Rule, other: Rule) -> bool:
    """Codes that can be equal: part by part the same, or a variable on either side."""
    one, two = rule.head.code, other.head.code
    return len(one) == len(two) and all(type(a) is not type(b) or not hasattr(a, "value") or a == b for a, b in zip(one, two, strict=True))


def _told(part: Part) -> str:
    if part.part in ("wording", "evidence"):
        return f"{part.what} differs"
    if not part.before:
        return f"{part.part} {part.what} is new: {part.after}"
    if not part.after:
        return f"{part.part} {part.what} is gone: {part.before}"
    return f"{part.what}{' ' if part.part == 'bound' else ': '}{part.before} -> {part.after}"
