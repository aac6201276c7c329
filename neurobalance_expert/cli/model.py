"""model bbb: the carrier at the blood-brain barrier for one plasma."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from neurobalance_expert.cli import kinetics, network, output, validate
from neurobalance_expert.cli.options import KnowledgeBase, TextOrJson, knowledge_base

if TYPE_CHECKING:
    from neurobalance_expert.source import Document

app = typer.Typer(no_args_is_help=True, help="Recompute a number of the model.")


@app.callback()
def model() -> None:
    """The quantitative model on its own, for whoever wants to recompute a number."""


@app.command()
def bbb(
    plasma: Annotated[
        Path,
        typer.Option(
            "--plasma", metavar="FILE", help="Plasma concentrations in uM, as YAML or JSON: {trp: 50, phe: 60, ...}; ldopa is optional."
        ),
    ],
    constants: Annotated[
        str | None, typer.Option("--constants", metavar="NAME", help="Set of carrier constants; rat_perfusion when left out.")
    ] = None,
    absent: Annotated[
        list[str] | None,
        typer.Option("--absent", metavar="AA", help="A rival that was not measured and is to be left out. May be repeated."),
    ] = None,
    form: TextOrJson = "text",
    kb: KnowledgeBase = None,
) -> None:
    """Competition for the carrier LAT1 at one plasma.

    Apparent Km, influx and share of each amino acid.

    Example: neurobalance model bbb --plasma plasma.yaml --format json
    """
    from neurobalance_expert import source
    from neurobalance_expert.errors import Misuse
    from neurobalance_expert.model.barrier import bbb as carrier
    from neurobalance_expert.model.constants import load_transport
    from neurobalance_expert.model.route_constants import load_optional_km

    document = source.load(plasma)
    concentrations = _concentrations(document)
    folder = knowledge_base(kb)
    try:
        chosen = load_transport(folder, constants)
    except ValueError as error:
        raise Misuse(str(error)) from None
    try:
        result = carrier(chosen, concentrations, absent=absent or (), optional_km_uM=load_optional_km(folder, chosen.name))
    except ValueError as error:
        raise _problem(document, str(error)) from None
    print(output.json_text(result) if form == "json" else _text(result))


network.add_to(app)
kinetics.add_to(app)
validate.add_to(app)


def _concentrations(document: Document) -> dict[str, float]:
    """Names and numbers of the plasma file. Raises InputProblems with every value that is no number."""
    from decimal import Decimal

    from neurobalance_expert.errors import Problems

    problems = Problems(sources={document.file: document.text})
    data = document.data
    if not isinstance(data, dict) or not data:
        problems.add(
            "NB-M010", "the plasma file must be a list of 'name: concentration in uM'", document.at(), fix="write, for example, trp: 50"
        )
        problems.stop()
    for name, value in data.items():
        if not isinstance(value, Decimal):
            problems.add(
                "NB-M011",
                f"the concentration of '{name}' is not a number",
                document.at(name),
                label="uM expected",
                fix="write a number in uM",
            )
    problems.stop()
    return {name: float(value) for name, value in data.items()}


def _problem(document: Document, what: str) -> Exception:
    from neurobalance_expert.errors import InputProblems, Problem

    return InputProblems([Problem("NB-M012", what, document.at())], {document.file: document.text})


def _text(result: dict[str, Any]) -> str:
    lines = [
        f"constants {result['constants']}   S = {result['S']:.3f}",
        "",
        f"{'':6}{'Km app uM':>12}{'influx nmol/min/g':>20}{'share':>10}",
    ]
    for aa, km in result["km_app_uM"].items():
        influx = result["influx_nmol_min_g"][aa]
        lines.append(f"{aa:6}{km:>12.1f}{'not known' if influx is None else format(influx, '.2f'):>20}{result['share'][aa]:>10.4f}")
    if result.get("left_out"):
        lines.append(f"left out: {', '.join(result['left_out'])}")
    return "\n".join(lines)
