"""Mending by the program: edits of the text at the places of findings, kept only when the rules then mean what they should."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec import Struct

from neurobalance_expert.lint.material import Edit, Finding
from neurobalance_expert.lint.registry import LINTS
from neurobalance_expert.rules.ir import Rule

Recheck = Callable[[Mapping[str, str]], tuple[Sequence[Finding], Mapping[str, Sequence[Rule]]]]
ROUNDS = 50  # a mended place may show the next one: a list of one that was two times one; and what is tried one by one takes a round each


class Mended(Struct, frozen=True):
    """New texts by file, and the findings that are mended by them."""

    texts: Mapping[str, str]
    mended: tuple[Finding, ...]


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """The text with edits of one file, none of which overlap."""
    for edit in sorted(edits, key=lambda e: (e.start, e.end), reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def mend(texts: Mapping[str, str], recheck: Recheck) -> Mended:
    """Mend what is safe to mend, and keep what then means the same.

    Args:
        texts: The files that may be changed, by name.
        recheck: Findings and rules by file of changed texts.

    Returns:
        Only files that changed. After each set of edits the files are read again; it is kept when no new finding appears and no field of
        a rule differs beyond those that the lints may touch, else its findings are tried one by one.
    """
    now, done = dict(texts), list[Finding]()
    refused: set[tuple[str, str, tuple[Edit, ...]]] = set()
    for _ in range(ROUNDS):
        findings, rules = recheck(now)
        open_ = [f for f in findings if f.edits and f.edits[0].file in now and _name(f) not in refused]
        chosen = _apart(open_)
        if not chosen:
            break
        for group in ([chosen], [[f] for f in chosen]):
            kept = False
            for batch in group:
                changed = _changed(now, batch)
                if _as_meant(batch, findings, rules, *recheck(changed)):
                    now, kept = changed, True
                    done += batch
                    break
                if len(batch) == 1:
                    refused.add(_name(batch[0]))
            if kept:
                break
    return Mended({name: text for name, text in now.items() if text != texts[name]}, tuple(done))


def _name(finding: Finding) -> tuple[str, str, tuple[Edit, ...]]:
    return finding.problem.code, finding.problem.what, finding.edits


def _apart(findings: Sequence[Finding]) -> list[Finding]:
    """Findings whose edits do not touch each other, in order."""
    out: list[Finding] = []
    taken: list[Edit] = []
    for finding in findings:
        if not any(_touch(a, b) for a in finding.edits for b in taken):
            out.append(finding)
            taken += finding.edits
    return out


def _touch(one: Edit, two: Edit) -> bool:
    return one.file == two.file and one.start <= two.end and two.start <= one.end


def _changed(texts: Mapping[str, str], findings: Sequence[Finding]) -> dict[str, str]:
    out = dict(texts)
    for name in {edit.file for finding in findings for edit in finding.edits}:
        out[name] = apply_edits(texts[name], [edit for finding in findings for edit in finding.edits if edit.file == name])
    return out


def _as_meant(
    batch: Sequence[Finding],
    before: Sequence[Finding],
    rules_before: Mapping[str, Sequence[Rule]],
    after: Sequence[Finding],
    rules_after: Mapping[str, Sequence[Rule]],
) -> bool:
    """Whether there are fewer findings, none of a new kind, and the rules are the same but for what the lints may touch."""
    counts = [_counted(findings) for findings in (before, after)]
    if len(after) >= len(before) or any(count > counts[0].get(key, 0) for key, count in counts[1].items()):
        return False
    touched = frozenset(name for finding in batch for name in LINTS[finding.problem.code].mends or ())
    return all(_alike(rules, rules_after.get(name, ()), touched) for name, rules in rules_before.items())


def _counted(findings: Sequence[Finding]) -> dict[tuple[str, str], int]:
    out: dict[tuple[str, str], int] = {}
    for finding in findings:
        key = finding.problem.code, finding.problem.at.file if finding.problem.at else ""
        out[key] = out.get(key, 0) + 1
    return out


def _alike(before: Sequence[Rule], after: Sequence[Rule], touched: frozenset[str]) -> bool:
    if [rule.id for rule in before] != [rule.id for rule in after]:
        return False
    fields = [name for name in Rule.__struct_fields__ if name != "at" and name not in touched]
    return all(getattr(a, name) == getattr(b, name) for a, b in zip(before, after, strict=True) for name in fields)
