"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

KnowledgeBase = Annotated[
    Path | None,
    typer.Option(
        "--kb",
        metavar="DIR",
        help="Knowledge base folder; the one that ships with the program when left out. 'neurobalance init' makes a copy to edit.",
    ),
]
TextOrJson = Annotated[Literal["text", "json"], typer.Option("--format", help="text for reading, json for programs.")]
Engine = Annotated[
    Literal["experta", "reference", "columnar"],
    typer.Option(help="Which engine fires the rules. experta is compared with reference on every run."),
]


def knowledge_base(given: Path | None) -> Path:
    """The folder given, or the one that ships with the program."""
    if given is not None:
        return given
    from neurobalance_expert.kb import default_kb

    return default_kb()


def supported_engine(engine: str) -> Literal["experta", "reference"]:
    """The engine name. Raises Misuse for one that this version does not have."""
    if engine == "experta":
        return "experta"
    if engine == "reference":
        return "reference"
    from neurobalance_expert.errors import Misuse

    raise Misuse(f"the {engine} engine is not in this version; use --engine experta or --engine reference")
