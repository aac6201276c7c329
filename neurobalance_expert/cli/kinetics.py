"""model steady-state and rates: the published models of synthesis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from neurobalance_expert.cli import output
from neurobalance_expert.cli.options import KnowledgeBase, TextOrJson, knowledge_base

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def add_to(app: typer.Typer) -> None:
    """Register the commands of this module."""
    app.command(name="steady-state")(steady_state_of)
    app.command(name="rates")(rates_of)


def steady_state_of(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="dopamine, serotonin, methionine or folate.")],
    change: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="Another parameter, boundary value or fixed pool. May be repeated."),
    ] = None,
    form: TextOrJson = "text",
    kb: KnowledgeBase = None,
) -> None:
    """The steady state of a published model: every concentration and flux, with units.

    The models describe one cell in the middle of published ranges, not a person.

    Example: neurobalance model steady-state dopamine --set btyr=194 --format json
    """
    from neurobalance_expert.model.synthesis import read
    from neurobalance_expert.model.synthesis.result import steady_json, steady_text
    from neurobalance_expert.model.synthesis.steady import steady_state

    equations = read.model_named(model)
    folder = knowledge_base(kb)
    constants = read.load_kinetics(folder, equations, _references(folder))
    parameters = read.change(equations, constants, change or ())
    changed = {name: value for name, value in parameters.items() if value != constants.parameters[name]}
    found = steady_json(equations, steady_state(equations, parameters, constants.start), changed)
    print(output.json_text(found) if form == "json" else steady_text(found))


def rates_of(
    trp: Annotated[float, typer.Option("--trp", metavar="X", help="Tryptophan in brain, relative to rest.")] = 1.0,
    tyr: Annotated[float, typer.Option("--tyr", metavar="X", help="Tyrosine in brain, relative to rest.")] = 1.0,
    bh4: Annotated[float, typer.Option("--bh4", metavar="X", help="BH4, relative to rest.")] = 1.0,
    iron: Annotated[float, typer.Option("--iron", metavar="SHARE", help="Share of both enzymes that has its iron, 0 to 1.")] = 1.0,
    plp: Annotated[float, typer.Option("--plp", metavar="SHARE", help="Share of AADC that has its PLP, 0 to 1.")] = 1.0,
    clock: Annotated[str, typer.Option("--clock", metavar="HH:MM", help="Time of day for the melatonin step.")] = "23:00",
    form: TextOrJson = "text",
    kb: KnowledgeBase = None,
) -> None:
    """Relative rates of the first steps of synthesis, and how much each follows its precursor.

    1 is the rate at rest. Shares of BH4, iron and PLP are what you say: no dissociation constant is known in people.

    Example: neurobalance model rates --trp 1.3 --tyr 1.5 --format json
    """
    from neurobalance_expert.model.synthesis import read
    from neurobalance_expert.model.synthesis.result import Inputs, rates_json, rates_text

    given = Inputs(
        _amount("--trp", trp), _amount("--tyr", tyr), _amount("--bh4", bh4), _share("--iron", iron), _share("--plp", plp), _clock(clock)
    )
    folder = knowledge_base(kb)
    references = _references(folder)
    serotonin, dopamine = (read.load_kinetics(folder, read.MODELS[name], references) for name in ("serotonin", "dopamine"))
    found = rates_json(given, serotonin, dopamine, read.load_gate(folder, references))
    print(output.json_text(found) if form == "json" else rates_text(found))


def _amount(option: str, value: float) -> float:
    """A finite number of 0 or more. Raises Misuse."""
    from math import isfinite

    from neurobalance_expert.errors import Misuse

    if not isfinite(value) or value < 0:
        raise Misuse(f"{option} must be a finite number of 0 or more, not {value:g}")
    return value


def _share(option: str, value: float) -> float:
    """A number from 0 to 1. Raises Misuse."""
    from neurobalance_expert.errors import Misuse

    if not 0 <= value <= 1:
        raise Misuse(f"{option} must be a share from 0 to 1, not {value:g}")
    return value


def _clock(text: str) -> float:
    """Minutes after midnight. Raises Misuse."""
    from neurobalance_expert.errors import Misuse

    hours, _, minutes = text.partition(":")
    if not (hours.isdecimal() and minutes.isdecimal() and int(hours) < 24 and int(minutes) < 60):
        raise Misuse(f"--clock needs a time of day such as 23:00, not '{text}'")
    return 60.0 * int(hours) + int(minutes)


def _references(folder: Path) -> Mapping[str, object]:
    from neurobalance_expert import source
    from neurobalance_expert.knowledge.values import parse_references

    name = "knowledge/references.yaml"
    found: Mapping[str, object] = parse_references(source.load(folder / name, shown_as=name))
    return found
