"""What two revisions make of cases, as Markdown for a review: a table first, then what can be unfolded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from neurobalance_expert.errors import render_all
from neurobalance_expert.impact.changes import RuleChange
from neurobalance_expert.impact.diff import Impact
from neurobalance_expert.impact.run import CaseChange
from neurobalance_expert.impact.told import EFFECTS, LEVELS, counted, differs, level, place, reason_said, step_said
from neurobalance_expert.records.compare import FindingChange, fact_words
from neurobalance_expert.records.told import difference_lines
from neurobalance_expert.report import escape

code, plain = escape.markdown_code, escape.markdown
SAID = ("statement", "advice", "title", "conditions")  # fields of a finding that a reader sees
NONE = "–"


def impact_markdown(impact: Impact) -> str:
    """The whole of it; ends with a newline."""
    changed = level(impact.changes, "conclusions")
    same = impact.cases - len(impact.changes) - len(impact.broken)
    lines = [
        f"## Impact of {code(place(impact.before))} → {code(place(impact.after))}",
        "",
        f"**{counted(len(changed), 'case')} of {impact.cases}** {'changes' if len(changed) == 1 else 'change'}, "
        f"{len(impact.changes) - len(changed)} say the same otherwise, {same} are the same. "
        f"{counted(len(impact.rules), 'rule')} and {counted(len(impact.files), 'file')} that differ. "
        f"Version: **{plain(step_said(impact.bump))}**.",
        "",
        *_cases(changed),
        *_rules(impact),
        *_unshown(impact),
        *_broken(impact),
    ]
    for case in changed:
        lines += folded(f"{case.case}: {_counts(case)}", _details(case))
    for name, said in LEVELS.items():
        cases = level(impact.changes, name)
        if cases:
            lines += folded(f"{counted(len(cases), 'case')} {said}", [line for case in cases for line in _otherwise(case)])
    if impact.files:
        lines += folded(differs(len(impact.files), "file"), [f"- {code(file)}" for file in impact.files])
    lines += folded(f"Why {impact.bump.step}", [f"- {r.step}: {plain(reason_said(r.basis, r.what, r.cases))}" for r in impact.bump.reasons])
    return "\n".join(lines).rstrip("\n") + "\n"


def folded(title: str, lines: Iterable[str]) -> list[str]:
    """A part that is unfolded with a click. Nothing for nothing."""
    inside = list(lines)
    return ["<details>", f"<summary>{escape.html(title)}</summary>", "", *inside, "", "</details>", ""] if inside else []


def row(*cells: str) -> str:
    """A row of a table; what came from files was escaped before."""
    return f"| {' | '.join(cells)} |"


# --- tables -----------------------------------------------------------------------------------------------------------


def _cases(changed: list[CaseChange]) -> Iterator[str]:
    if not changed:
        return
    yield row("case", "what", "before", "after", "by")
    yield row(*["---"] * 5)
    for case in changed:
        before, after = case.disposition
        if before != after:
            yield row(code(case.case), "disposition", f"**{plain(before)}**", f"**{plain(after)}**", "")
        for finding in case.difference.findings:
            if finding.what != "changed":
                yield row(
                    code(case.case), _finding(finding), plain(finding.before) or NONE, plain(finding.after) or NONE, _by(finding, case)
                )
        for suggestion in case.suggested:
            cells = (NONE, plain(suggestion.action)) if suggestion.what == "gained" else (plain(suggestion.action), NONE)
            yield row(code(case.case), f"recommendation {code(suggestion.id)}", *cells, "")
    yield ""


def _finding(finding: FindingChange) -> str:
    return code(finding.code) + (f" in {plain(finding.window)}" if finding.window else "")


def _by(finding: FindingChange, case: CaseChange) -> str:
    """The rule of a finding, and the rules that differ on this case where it is none of them."""
    others = "" if finding.rule in case.rules or not case.rules else f", by way of {', '.join(map(code, case.rules))}"
    return code(finding.rule) + others


def _rules(impact: Impact) -> Iterator[str]:
    if not impact.rules:
        return
    yield "### Rules that differ"
    yield ""
    yield row("rule", "part", "before", "after", "values that count otherwise", "effect")
    yield row(*["---"] * 6)
    for change in impact.rules:
        yield from _rule(change)
    yield ""


def _rule(change: RuleChange) -> Iterator[str]:
    if not change.parts:
        said = {"added": ("", "new"), "removed": ("was there", "gone"), "changed": ("", "written otherwise")}[change.what]
        yield row(code(change.rule), code(change.code), *(word or NONE for word in said), "", "")
    for part in change.parts:
        interval = plain(part.interval.told()) if part.interval else ""
        what = plain(part.what) + (f" ({code(part.threshold)})" if part.threshold else "")
        yield row(code(change.rule), what, plain(part.before) or NONE, plain(part.after) or NONE, interval, EFFECTS[part.effect])


def _unshown(impact: Impact) -> Iterator[str]:
    if not impact.unshown:
        return
    yield "> [!WARNING]"
    yield f"> {differs(len(impact.unshown), 'rule')} and **no case shows it**; the golden cases lack one for each:"
    by_id = {change.rule: change for change in impact.rules}
    for name in impact.unshown:
        intervals = "; ".join(plain(p.interval.told()) for p in by_id[name].parts if p.interval)
        yield f"> - {code(name)}" + (f": {intervals}" if intervals else "")
    yield ""


def _broken(impact: Impact) -> Iterator[str]:
    for broken in impact.broken:
        yield from folded(f"case {broken.case} was left out", ["```text", *_fenced(render_all(broken.problems).splitlines()), "```"])


# --- what can be unfolded ---------------------------------------------------------------------------------------------


def _counts(case: CaseChange) -> str:
    found: dict[str, int] = {}
    for finding in case.difference.findings:
        what = "moved" if finding.what == "severity" else finding.what
        found[what] = found.get(what, 0) + 1
    told = [f"{counted(number, 'finding')} {what}" for what, number in found.items()]
    before, after = case.disposition
    return ", ".join([*([f"{before} → {after}"] if before != after else []), *told]) or "recommendations"


def _details(case: CaseChange) -> Iterator[str]:
    """Causes, what is said before and after, and the difference of facts and proofs."""
    for finding in case.difference.findings:
        yield from _said(finding)
        place = (finding.what, finding.code, finding.rule, finding.about, finding.window)
        said = [one.statement for one in case.said if (one.what, one.code, one.rule, one.about, one.window) == place]
        if said:
            sign = "-" if finding.what == "lost" else "+"
            yield from ["```diff", *(f"{sign} {line}" for line in _fenced(said)), "```", ""]
    facts = [f"- {plain(fact_words(fact))}" for fact in case.difference.facts]
    if facts:
        yield from ["**Facts**", "", *facts, ""]
    steps = list(difference_lines(replace(case.difference, findings=(), facts=(), values=(), report=(), digests=())))
    if steps:
        yield from ["**Steps of proofs**", "", "```text", *_fenced(steps[1:]), "```", ""]


def _said(finding: FindingChange) -> Iterator[str]:
    moved = f"{finding.before or NONE} → {finding.after or NONE}" if finding.what != "changed" else finding.after
    yield f"**{finding.what}** {_finding(finding)} by {code(finding.rule)} ({plain(moved)})"
    yield ""
    for because in finding.because:
        yield f"- because {plain(because)}"
    changed = [(name, *finding.fields[name]) for name in SAID if name in finding.fields]
    if changed:
        yield from ["", "```diff"]
        for _, before, after in changed:
            yield from (f"- {line}" for line in _fenced(_lines(before)))
            yield from (f"+ {line}" for line in _fenced(_lines(after)))
        yield "```"
    yield ""


def _otherwise(case: CaseChange) -> Iterator[str]:
    yield f"**{plain(case.case)}**"
    yield ""
    for finding in case.difference.findings:
        yield from _said(finding)
    others = sorted({change.path.split("[")[0] for change in case.difference.values})
    if others:
        yield from [f"also differs: {', '.join(code(name) for name in others)}", ""]


def _lines(value: object) -> list[str]:
    values = value if isinstance(value, (list, tuple)) else [value]
    return [str(one) for one in values if one]


def _fenced(lines: Iterable[str]) -> list[str]:
    """Lines for a block of code, none of which can end it."""
    return [escape.visible(line).replace("```", "'''") for line in lines]
