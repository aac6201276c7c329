"""why-not and missing: questions about one case beyond its report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from neurobalance_expert.cli import output
from neurobalance_expert.cli.options import Layers
from neurobalance_expert.cli.subjects import Subject, opened

if TYPE_CHECKING:
    from neurobalance_expert.explain.answers import Missing, WhyNot
    from neurobalance_expert.report.page import Page

Code = Annotated[
    str,
    typer.Argument(
        metavar="CODE",
        help="A finding code (docs/codes.md), also with the variables of its rule such as 'LAB:$analyte:low'; the id of a rule; "
        "or what rules conclude for other rules, such as cofactor_low.",
    ),
]
AnswerFormat = Annotated[
    Literal["text", "md", "json"], typer.Option("--format", help="text for reading, md for Markdown, json for programs")
]


def add_to(app: typer.Typer) -> None:
    """Register the commands of this module."""
    app.command(name="why-not")(why_not)
    app.command()(missing)


def why_not(case: Subject, code: Code, form: AnswerFormat = "text", kb: Layers = None) -> None:
    """Why something was not concluded: every rule that could, and what stands in its way.

    For each rule its status (fired, blocked, unknown, out_of_scope, overridden) and the first condition that blocks, with its place, or the
    facts that were not recorded. The nearest miss comes first: fewest failed conditions, then the smallest distance beside the error of
    measurement.

    Example: neurobalance why-not examples/a-real-day.yaml LAB:plasma_plp:low
    """
    from neurobalance_expert.audit import why_not as answer
    from neurobalance_expert.report.why_not import page

    with opened(case, kb) as (entered, knowledge):
        found = answer(entered, knowledge, code)
        _print(found, page(found), form)


def missing(case: Subject, form: AnswerFormat = "text", kb: Layers = None) -> None:
    """Which measurement or entry would decide the most.

    Every fact that undecided rules wait for, by where it is entered: first what would decide the most severe finding, then the most rules.
    For each rule what would be concluded, what otherwise, and what else it waits for.

    Example: neurobalance missing examples/a-real-day.yaml
    """
    from neurobalance_expert.audit import missing as answer
    from neurobalance_expert.report.missing import page

    with opened(case, kb) as (entered, knowledge):
        found = answer(entered, knowledge)
        _print(found, page(found), form)


def _print(answer: WhyNot | Missing, page: Page, form: str) -> None:
    from neurobalance_expert.explain.answers import as_json

    if form == "json":
        print(output.json_text(as_json(answer)))
    else:
        print(page.as_markdown() if form == "md" else page.as_text(output.width(), colour=output.colour()))
