"""Comparisons in words, for people at a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from neurobalance_expert.records.compare import Difference, FindingChange, LineChange, fact_words, worse
from neurobalance_expert.records.replay import Replay

MOST = 20  # entries of one part; --format json has all
LONGEST = 160  # characters of a value
HOW = {
    "current": "the knowledge of this program, which is the recorded one",
    "recorded": "the knowledge kept beside it",
    "another": "another knowledge base",
}


def replay_text(replay: Replay) -> str:
    """What came of a replay."""
    verdict = "reproduced" if replay.status == "reproduced" else "different"
    if replay.knowledge == "another":
        verdict = "nothing would change" if replay.status == "reproduced" else "this would change"
    head = f"{verdict}: {replay.record} ({replay.record_digest[:19]}…), with {HOW[replay.knowledge]}"
    return "\n".join([head, *(f"note: {note}" for note in replay.notes), *difference_lines(replay.difference)])


def difference_lines(found: Difference) -> Iterator[str]:
    """A heading and its lines for each part that is not empty."""
    parts: list[tuple[str, list[str]]] = [
        ("findings", [line for change in found.findings for line in _finding(change)]),
        ("facts", [fact_words(fact) for fact in found.facts]),
        ("steps of proofs", list(found.steps)),
        ("digests", [_moved(c.path, _short(c.before), _short(c.after)) for c in found.digests]),
        ("values", [_moved(c.path, c.before, c.after) for c in found.values]),
        ("report", [line for change in found.report for line in _report(change)]),
    ]
    for title, lines in parts:
        if lines:
            yield f"{title}:"
            yield from (f"  {line}" for line in lines[:MOST])
            if len(lines) > MOST:
                yield f"  … and {len(lines) - MOST} more lines (--format json has all)"


def _finding(change: FindingChange) -> Iterator[str]:
    where = f" in {change.window}" if change.window else ""
    said = f"{change.code}{where} by {change.rule}"
    if change.what == "severity":
        yield f"{'raised' if worse(change) else 'lowered'}: {said}, {change.before} -> {change.after}"
    else:
        yield f"{change.what}: {said} ({change.after or change.before})"
    for because in change.because:
        yield f"    because {because}"
    for name, (before, after) in change.fields.items():
        if name != "severity":
            yield f"    {_moved(name, before, after)}"


def _report(change: LineChange) -> Iterator[str]:
    yield f"line {change.line_before}" + (f" (now {change.line_after})" if change.line_after != change.line_before else "") + ":"
    yield from (f"  - {_cut(line)}" for line in change.before)
    yield from (f"  + {_cut(line)}" for line in change.after)


def _moved(name: str, before: Any, after: Any) -> str:
    return f"{name}: {_cut(before)} -> {_cut(after)}"


def _short(value: Any) -> Any:
    """A digest by its beginning."""
    return f"{value[:19]}…" if isinstance(value, str) and value.startswith("sha256:") else "(files)" if isinstance(value, dict) else value


def _cut(value: Any) -> str:
    text = str(value)
    return f"{text[:LONGEST]}…" if len(text) > LONGEST else text
