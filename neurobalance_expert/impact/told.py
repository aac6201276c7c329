"""What two revisions make of cases, in words for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from neurobalance_expert.errors import render_all
from neurobalance_expert.impact.bump import Bump
from neurobalance_expert.impact.changes import Part, RuleChange
from neurobalance_expert.impact.diff import Broken, Impact, Place
from neurobalance_expert.impact.run import CaseChange
from neurobalance_expert.records.compare import Difference
from neurobalance_expert.records.told import difference_lines

EFFECTS = {"fewer": "it can fire less often", "more": "it can fire more often", "either": "it can fire for other cases", "none": ""}
MOST = 12  # cases named on one line, and reasons
LEVELS = {"words": "concluded the same in other words or on another basis", "rest": "differ beside the findings only"}


def impact_text(impact: Impact) -> str:
    """The whole of it; what changes first."""
    lines = [head(impact)]
    for change in impact.rules:
        lines += ["", *rule_lines(change)]
    for case in level(impact.changes, "conclusions"):
        lines += ["", *case_lines(case)]
    for name, said in LEVELS.items():
        cases = level(impact.changes, name)
        if cases:
            lines += ["", f"{counted(len(cases), 'case')} {said}: {listed([c.case for c in cases])}"]
    if impact.unshown:
        lines += ["", *unshown_lines(impact)]
    for broken in impact.broken:
        lines += ["", *broken_lines(broken)]
    return "\n".join([*lines, "", *bump_lines(impact.bump)])


def head(impact: Impact) -> str:
    """What was compared, and the count."""
    changed = level(impact.changes, "conclusions")
    names = f"{place(impact.before)} -> {place(impact.after)}"
    if impact.equal and not impact.files:
        return f"{names}: nothing differs ({counted(impact.cases, 'case')})"
    return (
        f"{names}: {len(changed)} of {counted(impact.cases, 'case')} {'changes' if len(changed) == 1 else 'change'}, "
        f"{counted(len(impact.rules), 'rule')} and {counted(len(impact.files), 'file')} differ"
    )


def place(of: Place) -> str:
    """A revision by its name and, where it has one, the beginning of its commit."""
    return f"{of.name} ({of.commit[:10]})" if of.commit and not of.commit.startswith(of.name) else of.name


def level(changes: Iterable[CaseChange], name: str) -> list[CaseChange]:
    """The cases of one level."""
    return [change for change in changes if change.level == name]


def counted(number: int, what: str) -> str:
    """``1 case``, ``2 cases``, ``2 steps of a proof``."""
    head, _, tail = what.partition(" ")
    return f"{number} {what}" if number == 1 else f"{number} {head}s {tail}".rstrip()


def differs(number: int, what: str) -> str:
    """``1 rule differs``, ``2 rules differ``."""
    return f"{counted(number, what)} {'differs' if number == 1 else 'differ'}"


def listed(names: Sequence[str]) -> str:
    """Names on one line; the first few of many."""
    more = f" and {len(names) - MOST} more" if len(names) > MOST else ""
    return ", ".join(names[:MOST]) + more


def rule_lines(change: RuleChange) -> Iterator[str]:
    """A rule that differs, and each part of it."""
    what = {"added": "is new", "removed": "is gone", "changed": "was changed"}[change.what]
    yield f"rule {change.rule} {what}: {change.code}  --> {change.at}"
    for part in change.parts:
        yield f"  {part_said(part)}"


def part_said(part: Part) -> str:
    """A part on one line: what it was, what it is, and the values that count otherwise."""
    if part.part == "evidence" or part.part == "wording":
        return f"{part.what}: '{part.before}' -> '{part.after}'"
    said = f"{part.what}: {part.before or '(none)'} -> {part.after or '(none)'}"
    said = said if part.part in ("bound", part.what) else f"{part.part} {said}"
    if part.threshold:
        said += f" ({part.threshold})"
    told = [part.interval.told() if part.interval else "", EFFECTS[part.effect]]
    return "; ".join([said, *(text for text in told if text)])


def case_lines(case: CaseChange) -> Iterator[str]:
    """A case whose conclusions change: disposition, findings with their cause, recommendations; the rest is counted."""
    yield case.case
    before, after = case.disposition
    if before != after:
        yield f"  disposition: {before} -> {after}"
    moved = tuple(change for change in case.difference.findings if change.what != "changed")
    yield from (f"  {line.removeprefix('  ')}" for line in list(difference_lines(Difference(findings=moved)))[1:])
    for suggestion in case.suggested:
        yield f"  {suggestion.what}: recommendation {suggestion.id}: {suggestion.action}"
    rest = len(case.difference.findings) - len(moved)
    also = [(rest, "finding in other words"), (len(case.difference.facts), "fact"), (len(case.difference.steps), "step of a proof")]
    if any(number for number, _ in also):
        yield f"  beside them differ {', '.join(counted(number, what) for number, what in also if number)} (--format md shows them)"


def unshown_lines(impact: Impact) -> Iterator[str]:
    """Rules whose difference no case shows."""
    yield f"warning: {differs(len(impact.unshown), 'rule')} and no case shows it; a case for each would:"
    by_id = {change.rule: change for change in impact.rules}
    for name in impact.unshown:
        intervals = [part.interval for part in by_id[name].parts if part.interval]
        wanted = "; ".join(i.told() for i in intervals)
        yield f"  {name}" + (f": {wanted}" if wanted else "")


def broken_lines(broken: Broken) -> Iterator[str]:
    """A case that could not be tried."""
    yield f"case {broken.case} was left out:"
    yield from (f"  {line}" for line in render_all(broken.problems).splitlines())


def bump_lines(bump: Bump) -> Iterator[str]:
    """The step of the version, and why."""
    yield f"version: {step_said(bump)}"
    decisive = [reason for reason in bump.reasons if reason.step == bump.step]
    for reason in decisive[:MOST]:
        yield f"  {reason_said(reason.basis, reason.what, reason.cases)}"
    if len(decisive) > MOST:
        yield f"  … and {len(decisive) - MOST} more reasons (--format json has all)"


def step_said(bump: Bump) -> str:
    """``minor (0.1.0 -> 0.2.0)``."""
    return f"{bump.step} ({bump.version} -> {bump.next})" if bump.next and bump.step != "none" else bump.step


def reason_said(basis: str, what: str, cases: int) -> str:
    """A reason, and what it rests on."""
    return {"case": f"{what} in {counted(cases, 'case')}", "rule": f"by the rule: {what}", "file": what}[basis]
