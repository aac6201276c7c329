"""model check, structure, ceiling, sbml and graph: the reaction network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from neurobalance_expert.cli import output
from neurobalance_expert.cli.options import KnowledgeBase, TextOrJson, knowledge_base

if TYPE_CHECKING:
    from collections.abc import Mapping

    from neurobalance_expert.model.network.ceiling import Capacities
    from neurobalance_expert.model.network.types import Network

Product = Annotated[str, typer.Argument(metavar="SPECIES", help="What is to be made: serotonin, dopamine, gaba, ach, sam, ...")]
Supply = Annotated[
    list[str] | None, typer.Option("--supply", metavar="SPECIES=AMOUNT", help="Another supply of a precursor. May be repeated.")
]
Capacity = Annotated[
    list[str] | None, typer.Option("--capacity", metavar="ENZYME=AMOUNT", help="Another capacity of an enzyme. May be repeated.")
]
Status = Annotated[
    list[str] | None,
    typer.Option("--status", metavar="COFACTOR=SHARE", help="Share of a bound co-factor that is there, 0 to 1. May be repeated."),
]
Target = Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write here instead of printing.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands of this module."""
    app.command()(check)
    app.command()(structure)
    app.command(name="ceiling")(ceiling_of)
    app.command()(sbml)
    app.command()(graph)


def check(form: TextOrJson = "text", kb: KnowledgeBase = None) -> None:
    """Prove that every reaction conserves elements and charge.

    Names what is off, with its place; also unknown and unused species, equal identifiers and formulas that cannot be read.

    Example: neurobalance model check
    """
    network, _ = _network(kb)
    unread = sum(not s.marks.verified for s in network.species.values())
    counts = {"species": len(network.species), "reactions": len(network.reactions), "pathways": len(network.pathways)}
    if form == "json":
        print(output.json_text({**counts, "digest": network.digest, "species_not_verified": unread, "errors": []}))
    else:
        listed = ", ".join(f"{n} {name}" for name, n in counts.items())
        print(f"{listed}: elements and charge of every reaction balance; {unread} species not verified")


def structure(form: TextOrJson = "text", kb: KnowledgeBase = None) -> None:
    """What the stoichiometry alone says.

    Conserved pools, dead ends, and what reactions share: substrates, enzymes, carriers and co-factors.

    Example: neurobalance model structure --format json
    """
    from neurobalance_expert.model.constants import load_transport
    from neurobalance_expert.model.network.structure import structure_json

    network, folder = _network(kb)
    carriers = {"LAT1": load_transport(folder).substrates}
    found = structure_json(network, carriers)
    print(output.json_text(found) if form == "json" else _structure_text(found))


def ceiling_of(
    products: Annotated[
        list[str],
        typer.Argument(
            metavar="SPECIES[=WEIGHT]...", help="What is to be made: serotonin, dopamine, gaba, ach, sam; several with weights."
        ),
    ],
    supply: Supply = None,
    capacity: Capacity = None,
    status: Status = None,
    form: TextOrJson = "text",
    kb: KnowledgeBase = None,
) -> None:
    """How much could be made at most: a capacity ceiling, not a prediction.

    Under the supplies and capacities of the knowledge base, which are illustrative.
    Names what holds the ceiling, and limits that hold it jointly.

    Example: neurobalance model ceiling serotonin dopamine=0.9 --status PLP=0.1
    """
    from neurobalance_expert.errors import Misuse
    from neurobalance_expert.model.network.ceiling import ceiling, ceiling_json

    network, folder = _network(kb)
    bounds = _bounds(folder, network, supply or (), capacity or ())
    shares = _shares(status or (), network)
    try:
        found = ceiling_json(ceiling(network, bounds, _weighted(products, network), shares), bounds)
    except (ValueError, ArithmeticError) as error:
        raise Misuse(str(error)) from None
    print(output.json_text(found) if form == "json" else _ceiling_text(found))


def sbml(
    product: Product = "serotonin",
    supply: Supply = None,
    capacity: Capacity = None,
    status: Status = None,
    target: Target = None,
    kb: KnowledgeBase = None,
) -> None:
    """The network as SBML (Level 3, FBC), for other tools.

    The outflow of SPECIES is the objective; its optimum is that of `model ceiling`. Needs the extra `sbml`.

    Example: neurobalance model sbml serotonin -o network.xml
    """
    from neurobalance_expert.errors import Misuse
    from neurobalance_expert.model.network.sbml import write_sbml

    network, folder = _network(kb)
    bounds = _bounds(folder, network, supply or (), capacity or ())
    try:
        text = write_sbml(network, bounds, _species(product, network), _shares(status or (), network))
    except ValueError as error:
        raise Misuse(str(error)) from None
    if target is None:
        print(text, end="")
        return
    output.check_target(target, [])
    output.write(target, text)
    output.note(f"SBML written to {target}")


def graph(
    pathway: Annotated[str, typer.Argument(metavar="PATHWAY", help="serotonin, catecholamine, gaba, nad, bh4, methylation, plp, ...")],
    case: Annotated[
        Path | None,
        typer.Option("--case", metavar="CASE", help="Mark the steps that a co-factor may limit in this case, as its assessment finds."),
    ] = None,
    target: Target = None,
    kb: KnowledgeBase = None,
) -> None:
    """Draw a pathway as SVG.

    Species, reactions with enzyme and co-factors; with --case the steps that may limit stand in red, with the reason.

    Example: neurobalance model graph serotonin --case examples/a-real-day.yaml -o serotonin.svg
    """
    from neurobalance_expert.errors import Misuse, did_you_mean
    from neurobalance_expert.model.network.drawing import pathway_svg
    from neurobalance_expert.model.network.structure import possible_limits

    network, folder = _network(kb)
    if pathway not in network.pathways:
        hint = did_you_mean(pathway, list(network.pathways), otherwise=f"there are {', '.join(network.pathways)}")
        raise Misuse(f"there is no pathway '{pathway}'; {hint}")
    short, title = _short_cofactors(case, folder) if case else ({}, "")
    text = pathway_svg(network, pathway, possible_limits(network, pathway, short), title)
    if target is None:
        print(text, end="")
        return
    output.check_target(target, [case] if case else [])
    output.write(target, text)
    output.note(f"SVG written to {target}")


def _short_cofactors(case: Path, folder: Path) -> tuple[dict[str, str], str]:
    """Nutrients of the case's bottleneck findings in words, and a title. Raises InputProblems."""
    from neurobalance_expert.assessment import assess, load_case_file, load_knowledge

    knowledge = load_knowledge(folder)
    found = assess(load_case_file(case, knowledge), knowledge)
    names = {
        f.about: knowledge.nutrients[f.about].label for f in found.findings if f.kind == "bottleneck" and f.about in knowledge.nutrients
    }
    listed = f"possible limits: {', '.join(names.values())}" if names else "no co-factor was found short"
    return names, f"case {found.case_id}; {listed}"


def _network(kb: list[Path] | None) -> tuple[Network, Path]:
    """The network and the folder it came from. Raises InputProblems."""
    from neurobalance_expert import source
    from neurobalance_expert.knowledge.values import parse_references
    from neurobalance_expert.model.network.read import load_network

    folder = knowledge_base(kb)
    name = "knowledge/references.yaml"
    references = parse_references(source.load(folder / name, shown_as=name))
    return load_network(folder, references), folder


def _bounds(folder: Path, network: Network, supply: Any, capacity: Any) -> Capacities:
    from msgspec.structs import replace

    from neurobalance_expert.model.network.capacities import load_capacities

    bounds = load_capacities(folder, network)
    supplies = {**bounds.supplies, **_numbers(supply, network.species, "species", "--supply")}
    enzymes = {r.enzyme for r in network.reactions.values()}
    capacities = {**bounds.capacities, **_numbers(capacity, enzymes, "enzyme", "--capacity")}
    return replace(bounds, supplies=supplies, capacities=capacities)


def _species(name: str, network: Network) -> str:
    """The species of that name. Raises Misuse with the nearest one."""
    from neurobalance_expert.errors import Misuse, did_you_mean

    if name not in network.species:
        hint = did_you_mean(
            name, list(network.species), otherwise="'neurobalance model check' reads them from knowledge/network/species.yaml"
        )
        raise Misuse(f"there is no species '{name}'; {hint}")
    return name


def _shares(status: Any, network: Network) -> dict[str, float]:
    return _numbers(status, {c.id for c in network.cofactors.values() if c.bound}, "co-factor", "--status")


def _weighted(products: list[str], network: Network) -> dict[str, float]:
    """Species and weights, 1 where none is given. Raises Misuse."""
    named = [p if "=" in p else f"{p}=1" for p in products]
    for pair in named:
        _species(pair.partition("=")[0], network)
    return _numbers(named, network.species, "species", "SPECIES")


def _numbers(pairs: Any, names: Any, what: str, option: str) -> dict[str, float]:
    """NAME=NUMBER options. Raises Misuse."""
    from math import isfinite

    from neurobalance_expert.errors import Misuse, did_you_mean

    found: dict[str, float] = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        try:
            number = float(text)
        except ValueError:
            number = float("nan")
        if not equals or not isfinite(number) or number < 0:
            raise Misuse(f"{option} needs NAME=NUMBER with a number of 0 or more, not '{pair}'")
        if name not in names:
            hint = did_you_mean(name, sorted(names), otherwise=f"there are {', '.join(sorted(names)[:30])}")
            raise Misuse(f"{option}: there is no {what} '{name}'; {hint}")
        found[name] = number
    return found


def _structure_text(found: Mapping[str, Any]) -> str:
    lines = ["conserved pools (weighted sums that no reaction changes)"]
    for pool in found["conserved_pools"]:
        lines.append("  " + " + ".join(name if n == 1 else f"{n} {name}" for name, n in pool.items()))
    lines += ["", "only made here: " + ", ".join(found["dead_ends"]["made"]), "only used here: " + ", ".join(found["dead_ends"]["used"])]
    for key, title in (
        ("shared_substrates", "shared substrates"),
        ("shared_enzymes", "shared enzymes"),
        ("shared_carriers", "shared carriers"),
        ("cofactor_steps", "co-factors and the steps that need them"),
    ):
        lines += ["", title, *(f"  {name:16}{', '.join(members)}" for name, members in found[key].items())]
    return "\n".join(lines)


def _ceiling_text(found: Mapping[str, Any]) -> str:
    value = found["ceiling"]
    named = ", ".join(name if weight == 1 else f"{weight:g} x {name}" for name, weight in found["products"].items())
    lines = [f"{named}: at most {value['value']:g} {value['unit']} ({found['label']})", ""]
    for limit in found["limits"]:
        held = f", lowered by {', '.join(limit['cofactors'])}" if limit["cofactors"] else ""
        lines.append(
            f"  {limit['kind']} of {limit['name']} = {limit['bound']:g}{held}: limits {limit['limits']}; "
            f"one less costs {limit['one_less_costs']:g}, one more gives {limit['one_more_gives']:g}"
        )
    lines += [f"  jointly limiting: {', '.join(names)}; more of one alone changes nothing" for names in found["jointly"]]
    if len(found["made"]) > 1:
        lines += ["", "  made: " + ", ".join(f"{name} {amount:g}" for name, amount in found["made"].items())]
    lines += ["", "  one way to reach it: " + ", ".join(f"{name} {flux:g}" for name, flux in found["fluxes"].items())]
    return "\n".join(lines)
