"""change and robust: what would move a finding, and which findings stand when what is not known is drawn."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from neurobalance_expert.cli import output
from neurobalance_expert.cli.options import Layers
from neurobalance_expert.cli.subjects import Subject, opened

if TYPE_CHECKING:
    from neurobalance_expert.whatif.words import Line

Form = Annotated[Literal["text", "md", "json"], typer.Option("--format", help="text for reading, md for a document, json for programs.")]
Code = Annotated[str, typer.Argument(metavar="CODE", help="Code of a finding, such as LOW:zinc: one of the case, or one that it has not.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands of this module."""
    app.command()(change)
    app.command()(robust)


def change(case: Subject, code: Code, form: Form = "text", kb: Layers = None) -> None:
    """The smallest change of what was eaten and taken that makes a finding go, or come.

    Amounts, clock times and leaving out self-chosen items are looked at, and nothing that was prescribed; each answer was simulated through
    the whole program. A what-if of the model and no advice. For a finding about safety only leaving out is told.

    Example: neurobalance change examples/a-real-day.yaml TIMING:competitors_before_night
    """
    from neurobalance_expert.whatif.smallest import smallest_change
    from neurobalance_expert.whatif.words import change_json, told

    with opened(case, kb) as (entered, knowledge):
        answer = smallest_change(entered, code, knowledge)
        print(_json(change_json(answer, knowledge)) if form == "json" else _page(told(answer, knowledge), form))


def robust(
    case: Subject,
    draws: Annotated[int, typer.Option(metavar="N", help="Number of draws, 1 to 10,000.")] = 100,
    seed: Annotated[int, typer.Option(min=0, metavar="S", help="Seed of the draws; the same seed gives the same answer.")] = 0,
    form: Form = "text",
    kb: Layers = None,
) -> None:
    """In how many draws each finding is concluded, and what draws conclude beside it.

    Drawn are the constants of the model, fasting plasma, and the totals of the day between the ends of their intervals.

    Example: neurobalance robust examples/a-real-day.yaml --draws 200
    """
    from neurobalance_expert.assessment import conclude
    from neurobalance_expert.whatif.robust import check_draws
    from neurobalance_expert.whatif.robust import robust as over_draws
    from neurobalance_expert.whatif.words import robust_as_json, told_robust

    check_draws(draws)
    with opened(case, kb) as (entered, knowledge):
        trial, _, found = conclude(entered, knowledge, "reference")
        outcome = over_draws(trial, found, knowledge, draws, seed)
        data = robust_as_json(outcome, entered.id, entered.digest, knowledge)
        print(_json(data) if form == "json" else _page(told_robust(outcome, entered.id), form))


def _json(data: object) -> str:
    from neurobalance_expert.report.escape import json_text

    return json_text(output.json_text(data))


def _page(lines: Iterable[Line], form: str) -> str:
    return _markdown(lines) if form == "md" else _text(lines)


def _text(lines: Iterable[Line]) -> str:
    from neurobalance_expert.report.terminal import Terminal

    page = Terminal(output.width(), output.colour())
    printed: list[str] = []
    for line in lines:
        if line.kind in ("title", "part"):
            printed += ["", page.style("title", line.text)]
        elif line.kind == "text":
            printed += ["", page.wrap(line.text)]
        else:
            printed.append(page.wrap(line.text, 2, "- ") if line.kind == "item" else page.wrap(line.text, 6))
    return "\n".join(printed).strip("\n")


def _markdown(lines: Iterable[Line]) -> str:
    from neurobalance_expert.report.escape import markdown

    heads = {"title": "\n# ", "part": "\n## ", "text": "\n", "item": "- ", "more": "  - "}
    gap = {"title", "part"}
    printed: list[str] = []
    before = ""
    for line in lines:
        space = "\n" if line.kind == "item" and before in gap else ""
        printed.append(space + heads[line.kind] + markdown(line.text))
        before = line.kind
    return "\n".join(printed).strip("\n")
