"""why: the proofs of what was concluded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from neurobalance_expert.cli import output
from neurobalance_expert.cli.options import Layers
from neurobalance_expert.cli.subjects import Subject, proved

if TYPE_CHECKING:
    from neurobalance_expert.loaded import Knowledge
    from neurobalance_expert.proof import Proofs

Code = Annotated[
    str, typer.Argument(metavar="CODE", help="A finding code such as COMPETE:lnaa:trp; also a rule, or a relation that rules conclude.")
]


def add_to(app: typer.Typer) -> None:
    """Register the commands of this module."""
    app.command()(why)


def why(
    case: Subject,
    code: Code,
    depth: Annotated[
        Literal["line", "paragraph", "full"],
        typer.Option(help="The reason alone, with wording and assumptions, or every line."),
    ] = "full",
    form: Annotated[Literal["text", "md", "json"], typer.Option("--format", help="text or md for reading, json for programs.")] = "text",
    kb: Layers = None,
) -> None:
    """Why something was concluded: all minimal proofs, down to what was entered.

    Facts are numbered and stand once; a later line refers to an earlier one by its number. What is assumed or not known comes first.
    Every line was checked before it is printed (docs/proofs.md).

    Example: neurobalance why examples/a-real-day.yaml COMPETE:lnaa:trp --depth paragraph
    """
    from neurobalance_expert.explain.why import as_data, proposed
    from neurobalance_expert.explain.why import why as answers_to
    from neurobalance_expert.explain.why_text import proposal, render

    with proved(case, kb) as (assessment, document, knowledge):
        recommendation = proposed(assessment["recommendations"], code)
        codes = recommendation["for"] if recommendation else [code]
        answers = [answer for one in codes for answer in answers_to(document, assessment["findings"], one)]
        if not answers:
            _say_why_not(case, code, document, knowledge)
        if form == "json":
            print(output.json_text(as_data(document, answers, code, assessment["case"], recommendation)))
            return
        cites = {key: str(entry.get("cite", "")) for key, entry in knowledge.references.items() if isinstance(entry, dict)}
        head = proposal(recommendation, markdown=form == "md") if recommendation else ""
        print(head + render(document, answers, depth, cites, markdown=form == "md"), end="")


def _say_why_not(case: Path, code: str, document: Proofs, knowledge: Knowledge) -> None:
    """Ends the command: there is nothing of that name here. Raises Misuse when there could never be."""
    from neurobalance_expert.explain.why import names, refuse

    if not _could_be(code, knowledge):
        raise refuse(code, document, sorted({*(rule.id for rule in knowledge.rules.rules), *names(document)}))
    output.note(f"'{code}' was not concluded for this case; 'neurobalance why-not {case} {code}' says what was in the way")
    raise typer.Exit(1)


def _could_be(code: str, knowledge: Knowledge) -> bool:
    """Whether a rule of the knowledge base may conclude this, though none did."""
    from neurobalance_expert.explain.findings import may_conclude

    return any(code in (rule.id, rule.head.relation) or may_conclude(rule, code) for rule in knowledge.rules.rules)
