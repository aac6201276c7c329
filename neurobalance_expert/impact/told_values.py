"""What changed values do to cases, in words for a terminal and as Markdown for a review."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from neurobalance_expert.errors import render_all
from neurobalance_expert.impact.attribute import Effect, KnowledgeImpact
from neurobalance_expert.impact.markdown import folded, row
from neurobalance_expert.impact.told import counted, listed
from neurobalance_expert.records.compare import Difference
from neurobalance_expert.records.told import difference_lines
from neurobalance_expert.report import escape

ASIDE = {"words": "sources, marks of checking and wording", "not_read": "values that no assessment reads"}


def knowledge_text(found: KnowledgeImpact) -> str:
    """The whole of it, value by value."""
    lines = [head(found)]
    for effect in _tried(found):
        lines += ["", f"{effect.change.name}  {effect.change.told()}: {effect_said(effect)}"]
        for case, difference in effect.cases.items():
            if concluding(difference):
                told = replace(difference, findings=tuple(c for c in difference.findings if c.what != "changed"))
                lines += [f"  {case}", *(f"    {line}" for line in difference_lines(told))]
    for status, said in ASIDE.items():
        aside = [effect.change for effect in found.effects if effect.status == status]
        if aside:
            lines += ["", f"{said}:", *(f"  {change.name}  {change.told()}" for change in aside)]
    rest = list(_rest(found))
    lines += ["", *rest] if rest else []
    for name, error in found.broken.items():
        lines += ["", f"case {name} was left out:", *(f"  {line}" for line in render_all(error).splitlines())]
    return "\n".join(lines)


def knowledge_markdown(found: KnowledgeImpact) -> str:
    """The same as a table of values and what can be unfolded; ends with a newline."""
    plain, code = escape.markdown, escape.markdown_code
    lines = [f"## {plain(head(found))}", ""]
    if found.effects:
        lines += [row("value", "change", "alone it changes"), row(*["---"] * 3)]
        for effect in found.effects:
            said = effect_said(effect) if effect.status in ("tried", "not_alone") else ASIDE[effect.status]
            lines.append(row(code(effect.change.name), plain(effect.change.told()), plain(said)))
        lines.append("")
    lines += [plain(line) for line in _rest(found)]
    for effect in _tried(found):
        inside = [f"- {code(case)}: {plain('; '.join(difference_lines(d)))}" for case, d in effect.cases.items() if concluding(d)]
        lines += folded(effect.change.name, inside)
    return "\n".join(lines).rstrip("\n") + "\n"


def head(found: KnowledgeImpact) -> str:
    """What was compared, and the count."""
    names = f"{found.before} -> {found.after}"
    if not found.effects:
        return f"{names}: no value of the knowledge base differs"
    changed = sum(map(concluding, found.together.values()))
    return f"{names}: {counted(len(found.effects), 'value')} differ; together they change {changed} of {counted(found.cases, 'case')}"


def effect_said(effect: Effect) -> str:
    """``3 cases, 1 finding; 40 in other words``."""
    if effect.status == "not_alone":
        return f"it cannot be changed alone: {effect.problem}"
    changed = sum(map(concluding, effect.cases.values()))
    words = len(effect.cases) - changed
    said = f"{counted(changed, 'case')}, {counted(effect.findings, 'finding')}" if changed else "no case"
    return said + (f"; {counted(words, 'case')} in other words" if words else "")


def concluding(difference: Difference) -> bool:
    """Whether a difference is more than words: a finding gained, lost or moved, another disposition or recommendation."""
    return bool(difference.values) or any(change.what != "changed" for change in difference.findings)


def _tried(found: KnowledgeImpact) -> Iterator[Effect]:
    return (effect for effect in found.effects if effect.status in ("tried", "not_alone"))


def _rest(found: KnowledgeImpact) -> Iterator[str]:
    """What holds of all values together."""
    if found.problem:
        yield f"together the values cannot be used with the rules of {found.before}: {found.problem}"
    left = [name for name in found.left if concluding(found.together[name])]
    if left:
        yield f"{counted(len(left), 'case')} changed only by several values together: {listed(left)}"
