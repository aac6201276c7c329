"""why: the proofs of what was concluded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from neurobalance_expert.cli import output
from neurobalance_expert.cli.options import Layers, knowledge_layers

if TYPE_CHECKING:
    from neurobalance_expert.loaded import Knowledge

Subject = Annotated[Path, typer.Argument(metavar="CASE", help="A YAML or JSON case file, or - for standard input.")]
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
    from neurobalance_expert.assessment import load_knowledge
    from neurobalance_expert.cli.proved import proved
    from neurobalance_expert.explain.why import as_data, names, refuse
    from neurobalance_expert.explain.why import why as answers_to

    knowledge = load_knowledge(*knowledge_layers(kb))
    assessment, document = proved(case, knowledge)
    answers = answers_to(document, assessment["findings"], code)
    if not answers:
        known = sorted({*(rule.id for rule in knowledge.rules.rules), *names(document)})
        if not _could_be(code, knowledge):
            raise refuse(code, document, known)
        output.note(f"'{code}' was not concluded for this case; 'neurobalance why-not {case} {code}' says what was in the way")
        raise typer.Exit(1)
    if form == "json":
        print(output.json_text(as_data(document, answers, code, assessment["case"])))
        return
    from neurobalance_expert.explain.why_text import render

    cites = {key: str(entry.get("cite", "")) for key, entry in knowledge.references.items() if isinstance(entry, dict)}
    print(render(document, answers, depth, cites, markdown=form == "md"), end="")


def _could_be(code: str, knowledge: Knowledge) -> bool:
    """Whether a rule of the knowledge base may conclude this, though none did."""
    from neurobalance_expert.explain.findings import code_text

    parts = code.split(":")
    for rule in knowledge.rules.rules:
        template = code_text(rule).split(":")
        if rule.id == code or rule.head.relation == code:
            return True
        if len(template) == len(parts) and all(t.startswith("$") or t == p for t, p in zip(template, parts, strict=True)):
            return True
    return False
