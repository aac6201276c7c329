"""Answers to "why" as text or Markdown, in three depths: a line, a paragraph, everything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from neurobalance_expert.explain.why import Answer
from neurobalance_expert.fact import Number, Working
from neurobalance_expert.proof import Absence, Comparison, Condition, Line, Proofs, Step

Depth = Literal["line", "paragraph", "full"]
SHOWN = 4  # values of a series that are printed


def render(document: Proofs, answers: Sequence[Answer], depth: Depth, references: Mapping[str, str], *, markdown: bool = False) -> str:
    """The answers, one after another, ending with a line end.

    Args:
        references: Key to citation, for the list of sources in full depth.
    """
    blocks = []
    for answer in answers:
        if depth == "line":
            blocks.append(("- " if markdown else "") + line(answer, document))
        elif depth == "paragraph":
            blocks.append("\n".join(_paragraph(answer, document, markdown)))
        else:
            blocks.append("\n".join(_full(answer, document, references, markdown)))
    return ("\n" if depth == "line" else "\n\n").join(blocks) + "\n"


def proposal(recommendation: Mapping[str, Any], *, markdown: bool = False) -> str:
    """Why a change was proposed, before the proofs of the findings that it is for."""
    predicted = recommendation["predicted"]
    adds = f"would add {', '.join(recommendation['raises'])}" if recommendation["raises"] else "adds no finding above information"
    said = (
        f"Proposed for {', '.join(recommendation['for'])}. The changed case went through the whole program: {predicted['metric']} "
        f"goes from {predicted['before']} to {predicted['after']}, and it {adds}. What it is for was concluded as follows."
    )
    heading = f"## {recommendation['action']}\n" if markdown else recommendation["action"]
    return f"{heading}\n{said}\n\n"


def line(answer: Answer, document: Proofs) -> str:
    """The answer in one line."""
    step = document.steps[answer.proofs[0].steps[-1]]
    others = len(answer.proofs) - 1
    ways = f" (and in {others} other way{'s' if others > 1 else ''})" if others else ""
    return f"{_head(answer)}: {'; '.join(said for said in _because(step))}{ways}"


def _head(answer: Answer) -> str:
    return f"{answer.code} ({answer.severity})" if answer.severity else answer.code


def _because(step: Step) -> Iterator[str]:
    yield from (condition.said for condition in step.conditions)
    yield from (absence.said for absence in step.absences)


def _paragraph(answer: Answer, document: Proofs, markdown: bool) -> Iterator[str]:
    yield f"### {_head(answer)}\n" if markdown else _head(answer)
    if answer.assumed:
        yield f"Assumed: {' '.join(answer.assumed)}"
    yield answer.statement
    for proof in answer.proofs:
        step = document.steps[proof.steps[-1]]
        way = "This follows" if proof is answer.proofs[0] else "It follows as well"
        yield f"{way} by the rule {step.rule} ({step.at}): {'; '.join(_because(step))}."
    yield from (["It follows in more ways than are listed."] if answer.more else [])


def _full(answer: Answer, document: Proofs, references: Mapping[str, str], markdown: bool) -> Iterator[str]:
    heading = "#### " if markdown else ""
    yield f"### {_head(answer)}" if markdown else _head(answer)
    yield answer.statement
    if answer.assumed:
        yield f"\n{heading}Assumed and not known"
        yield from (f"- {said}" for said in answer.assumed)
    facts = answer.facts(document)
    place = {fact: number for number, fact in enumerate(facts, start=1)}
    steps: dict[int, list[Step]] = {}
    for number in sorted({number for proof in answer.proofs for number in proof.steps}):
        steps.setdefault(document.steps[number].fact, []).append(document.steps[number])
    yield f"\n{heading}Proof"
    for fact in facts:
        yield from _fact(place[fact], document.facts[fact], steps.get(fact, []), place)
    if len(answer.proofs) > 1 or answer.more:
        yield f"\n{heading}In {'more than ' if answer.more else ''}{len(answer.proofs)} ways"
        for proof in answer.proofs:
            yield f"- from the given facts {', '.join(str(place[fact]) for fact in proof.given)}"
    keys = list(dict.fromkeys(key for fact in facts for key in document.facts[fact].sources))
    if keys:
        yield f"\n{heading}Sources"
        yield from (f"- {key}: {references.get(key, 'not in the list of references')}" for key in keys)


def _fact(number: int, fact: Line, steps: Sequence[Step], place: Mapping[int, int]) -> Iterator[str]:
    yield f"{number}. {fact.said}"
    if fact.given:
        sources = f" [{', '.join(fact.sources)}]" if fact.sources else ""
        yield f"   given: {fact.origin}{sources}"
        for working in fact.workings:
            yield from _working(working, fact)
    for step in steps:
        yield f"   by the rule {step.rule} ({step.at}, {step.digest[:19]})"
        yield from (f"   - [{place[condition.fact]}] {condition_line(condition)}" for condition in step.conditions)
        yield from (f"   - {_absence(absence)}" for absence in step.absences)
        yield from (f"   - the rule {other}, which would speak instead, does not hold" for other in step.overriding)


def condition_line(condition: Condition) -> str:
    """A condition in words, and how far each comparison is from its limit."""
    margins = "; ".join(filter(None, (_margin(comparison) for comparison in condition.comparisons)))
    return f"{condition.said}{f'; {margins}' if margins else ''}"


def _margin(comparison: Comparison) -> str:
    if comparison.margin is None:
        return ""
    unit = "" if comparison.unit == "1" else f" {comparison.unit}"
    return f"{comparison.margin:g}{unit} from the limit" if comparison.margin else "exactly at the limit"


def _absence(absence: Absence) -> str:
    among = f"looked at {absence.among} fact{'' if absence.among == 1 else 's'} of '{absence.relation}'"
    return f"{absence.said}; {among}"


def _working(working: Working, fact: Line) -> Iterator[str]:
    *before, (_, last) = working.lines
    yield f"   {working.slot} = {last} = {fact.slots[working.slot]}"
    yield from (f"      {name} = {expression}" for name, expression in before)
    yield from (f"      {number_line(number)}" for number in working.numbers)


def number_line(number: Number) -> str:
    """A number of an equation with its unit and what it is; of a series the first few."""
    unit = "" if number.unit == "1" else f" {number.unit}"
    said = f": {number.said}" if number.said else ""
    if not isinstance(number.value, tuple):
        return f"{number.name} = {number.value:.6g}{unit}{said}"
    shown = ", ".join(f"{value:.4g}" for value in number.value[:SHOWN])
    rest = f", … ({len(number.value)} values)" if len(number.value) > SHOWN else ""
    return f"{number.name} = {shown}{rest}{unit}{said}"
