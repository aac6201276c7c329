"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

KnowledgeBase = Annotated[
    list[Path] | None,
    typer.Option(
        "--kb",
        metavar="DIR",
        help="Knowledge base folder; the one that ships with the program when left out. 'neurobalance init' makes a copy to edit.",
    ),
]
Layers = Annotated[
    list[Path] | None,
    typer.Option(
        "--kb",
        metavar="DIR",
        help="Knowledge base folder, or a pack that adds to it; may be repeated: --kb base --kb pack. The one that ships with the program "
        "is the base when only packs are given. 'neurobalance init' makes a copy to edit.",
    ),
]
TextOrJson = Annotated[Literal["text", "json"], typer.Option("--format", help="text for reading, json for programs.")]
Engine = Annotated[
    Literal["experta", "reference", "columnar"],
    typer.Option(help="Which engine fires the rules. experta is compared with reference on every run."),
]


def knowledge_base(given: list[Path] | None) -> Path:
    """The one folder given, or the one that ships with the program. Raises Misuse for packs, which this command would not read."""
    from neurobalance_expert.errors import Misuse

    base, packs = knowledge_layers(given)
    if packs:
        raise Misuse(f"'{packs[0]}' is a pack, and this command reads the base alone, which a pack does not change for it; leave it out")
    return base


def knowledge_layers(given: list[Path] | None) -> tuple[Path, tuple[Path, ...]]:
    """The base, that of the program when there is none, and the packs over it, in the order given. Raises Misuse."""
    from neurobalance_expert.kb import default_kb

    if not given:
        return default_kb(), ()
    from neurobalance_expert.errors import Misuse
    from neurobalance_expert.packs import is_pack

    bases = [folder for folder in given if not is_pack(folder)]
    if len(bases) > 1:
        raise Misuse(f"'{bases[1]}' is a second base: of several --kb one is a whole knowledge base, the others are packs (docs/packs.md)")
    if bases and given[0] != bases[0]:
        raise Misuse(f"name the base first: --kb {bases[0]} --kb {given[0]}")
    return (bases[0] if bases else default_kb()), tuple(folder for folder in given if folder not in bases)


def supported_engine(engine: str) -> Literal["experta", "reference"]:
    """The engine name. Raises Misuse for one that this version does not have."""
    if engine == "experta":
        return "experta"
    if engine == "reference":
        return "reference"
    from neurobalance_expert.errors import Misuse

    raise Misuse(f"the {engine} engine is not in this version; use --engine experta or --engine reference")
