"""schema, init, sample and knowledge status: the knowledge base and its surroundings."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from neurobalance_expert.cli import output
from neurobalance_expert.cli.options import KnowledgeBase, TextOrJson, knowledge_base

knowledge_app = typer.Typer(no_args_is_help=True, help="What the knowledge base holds.")


def add_to(app: typer.Typer) -> None:
    """Register the commands of this module."""
    app.command()(schema)
    app.command()(init)
    app.command()(sample)
    app.add_typer(knowledge_app, name="knowledge")


@knowledge_app.callback()
def knowledge() -> None:
    """What the knowledge base holds and how far it is checked."""


@knowledge_app.command()
def status(form: TextOrJson = "text", kb: KnowledgeBase = None) -> None:
    """How many numbers of the knowledge base were read in their source, and which rest on memory.

    Example: neurobalance knowledge status
    """
    from neurobalance_expert.cli.knowledge_base import load_terms

    folder = knowledge_base(kb)
    thresholds = load_terms(folder).thresholds
    unverified = sorted(path.removeprefix("knowledge.thresholds.") for path, value in thresholds.items() if not value.verified)
    if form == "json":
        print(output.json_text({"thresholds": len(thresholds), "verified": len(thresholds) - len(unverified), "unverified": unverified}))
        return
    print(f"{len(thresholds)} thresholds, {len(thresholds) - len(unverified)} read in their source")
    if unverified:
        print(f"{len(unverified)} from memory (a report marks each): {', '.join(unverified)}")


def schema(name: Annotated[Literal["case"], typer.Argument(help="What to describe.")], kb: KnowledgeBase = None) -> None:
    """JSON Schema of a file format.

    Example: neurobalance schema case > case.schema.json
    """
    from neurobalance_expert.cases.schema import case_schema
    from neurobalance_expert.knowledge.names_data import load_names

    print(output.json_text(case_schema(load_names(knowledge_base(kb)))))


def init(folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")], kb: KnowledgeBase = None) -> None:
    """Copy the knowledge base, to edit it.

    Example: neurobalance init my-knowledge && neurobalance assess day.yaml --kb my-knowledge
    """
    from neurobalance_expert.atomic import copy_folders
    from neurobalance_expert.errors import Misuse
    from neurobalance_expert.kb import FOLDERS

    source = knowledge_base(kb)
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise Misuse(f"'{folder}' is not empty; name a new or an empty folder, so that nothing of yours is overwritten")
        copy_folders(source, folder, FOLDERS)
    except OSError as error:
        raise Misuse(f"cannot write '{folder}': {error.strerror or error}") from None
    output.note(f"knowledge base written to {folder}; use it with --kb {folder}")


def sample(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the samples go.")] = Path("reports/samples"),
    examples: Annotated[Path, typer.Option(metavar="DIR", help="Case files to assess.")] = Path("examples"),
    kb: KnowledgeBase = None,
) -> None:
    """Write the sample reports of all examples.

    Example: neurobalance sample reports/samples
    """
    from neurobalance_expert.assessment import assess, load_case_file, load_knowledge
    from neurobalance_expert.errors import Misuse
    from neurobalance_expert.report.render import render

    cases = sorted(examples.glob("*.yaml"))
    if not cases:
        raise Misuse(f"there is no case file in '{examples}'")
    base = knowledge_base(kb)
    loaded = load_knowledge(base)
    for path in cases:
        assessment = assess(load_case_file(path, loaded), loaded)
        for form, extension in output.EXTENSIONS.items():
            if form != "jsonl":
                output.write(folder / f"{path.stem}{extension}", render(assessment, form, base, width=100))
    output.note(f"{len(cases)} samples in {len(output.EXTENSIONS) - 1} formats written to {folder}")
