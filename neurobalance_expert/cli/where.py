"""knowledge where: the layer, file and line that each field came from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from neurobalance_expert.cli import output
from neurobalance_expert.cli.options import Layers, TextOrJson, knowledge_layers

if TYPE_CHECKING:
    from neurobalance_expert.provenance import EntryOrigin, Said

SHOWN = 60  # characters of a value


def add_to(app: typer.Typer) -> None:
    """Register the command of this module."""
    app.command(name="where")(where)


def where(
    names: Annotated[
        list[str],
        typer.Argument(
            metavar="NAME...",
            help="rules.<id> or the id alone, interactions.<id>, thresholds.<name>, ...; also a field of one, after a dot.",
        ),
    ],
    form: TextOrJson = "text",
    kb: Layers = None,
) -> None:
    """Where each field of a rule or of an entry of the knowledge base came from: layer, file, line and column, and what it stands over.

    Example: neurobalance knowledge where ferritin-below-limit interactions.ppi_x_iron.severity --kb examples/packs/clinic-north
    """
    from neurobalance_expert.loaded import load_knowledge
    from neurobalance_expert.provenance import as_data
    from neurobalance_expert.provenance import where as origins_of

    folder, packs = knowledge_layers(kb)
    files = load_knowledge(folder, packs, cache=False).files
    found = [entry for name in names for entry in origins_of(files, name)]
    if form == "json":
        print(output.json_text({"entries": as_data(found)}))
    else:
        from neurobalance_expert.cli.guard import printable

        print("\n\n".join(printable(_text(entry)) for entry in found))


def _text(entry: EntryOrigin) -> str:
    lines = [f"{entry.name}  {entry.layer}  {entry.at}"]
    width = max(len(field.field) for field in entry.fields)
    for field in entry.fields:
        *below, last = field.said
        lines.append(f"  {field.field:{width}}  {_said(last)}")
        lines += [f"  {'':{width}}    over {_said(one)}" for one in reversed(below)]
    return "\n".join(lines)


def _said(said: Said) -> str:
    how = "" if said.how == "set" else f" {said.how}"
    return f"{said.layer}{how}  {said.at}{_value(said.value)}"


def _value(value: Any) -> str:
    if value is None:
        return ""
    shown = str(value).lower() if isinstance(value, bool) else " ".join(str(value).split())
    return f"  {shown if len(shown) <= SHOWN else shown[: SHOWN - 1] + '…'}"
