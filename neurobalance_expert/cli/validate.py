"""model validate: published studies beside the model."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from neurobalance_expert.cli import output
from neurobalance_expert.cli.options import KnowledgeBase, TextOrJson, knowledge_base


def add_to(app: typer.Typer) -> None:
    """Register the command of this module."""
    app.command()(validate)


def validate(
    study: Annotated[list[str] | None, typer.Option("--study", metavar="ID", help="Only this study. May be repeated.")] = None,
    file: Annotated[
        list[Path] | None,
        typer.Option("--file", metavar="FILE", help="A study file of your own instead of those of the knowledge base. May be repeated."),
    ] = None,
    form: TextOrJson = "text",
    kb: KnowledgeBase = None,
) -> None:
    """Set the model beside published studies.

    Each quantity with its published value or direction, what the model gives, whether that is inside the published
    spread or 25 %, and whether the sign is right; then the published tables. Ends with 1 when a sign is wrong that
    nobody contests.

    Example: neurobalance model validate --study lyons1988
    """
    from neurobalance_expert import source
    from neurobalance_expert.errors import Misuse, did_you_mean
    from neurobalance_expert.knowledge.values import parse_references
    from neurobalance_expert.model.studies import table
    from neurobalance_expert.model.studies.read import study_ids

    folder = knowledge_base(kb)
    name = "knowledge/references.yaml"
    references = parse_references(source.load(folder / name, shown_as=name))
    ids = study_ids(folder, file or ())
    for wanted in study or ():
        if wanted not in ids:
            hint = did_you_mean(wanted, ids, otherwise=f"there are {', '.join(ids)}")
            raise Misuse(f"there is no study '{wanted}'; {hint}")
    found = table.validate(folder, references, study or (), file or ())
    print(output.json_text(table.validation_json(found)) if form == "json" else table.text(found))
    if found.failed:
        raise typer.Exit(1)
