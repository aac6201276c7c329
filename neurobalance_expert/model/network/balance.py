"""Whether every reaction conserves elements and charge, and whether the parts of the network fit together."""

from __future__ import annotations

from collections.abc import Mapping

from neurobalance_expert.errors import Problems
from neurobalance_expert.model.network.types import Network, Reaction, Species


def imbalance(stoichiometry: Mapping[str, int], species: Mapping[str, Species]) -> dict[str, int]:
    """What a reaction makes out of nothing: element (or ``charge``) to right side minus left side; empty when it balances."""
    total: dict[str, int] = {}
    for name, count in stoichiometry.items():
        part = species[name]
        for element, atoms in part.atoms.items():
            total[element] = total.get(element, 0) + count * atoms
        total["charge"] = total.get("charge", 0) + count * part.charge
    return {name: off for name, off in sorted(total.items()) if off}


def in_words(off: Mapping[str, int]) -> str:
    """An imbalance as a reader says it.

    >>> in_words({"O": 1, "charge": -1})
    'O: 1 more on the right; charge: 1 less on the right'
    """
    return "; ".join(f"{name}: {abs(n)} {'more' if n > 0 else 'less'} on the right" for name, n in off.items())


def check_balance(network: Network, problems: Problems) -> None:
    """A problem for each reaction that does not balance, naming what is off and by how much."""
    for reaction in network.reactions.values():
        off = imbalance(reaction.stoichiometry, network.species)
        if off:
            problems.add(
                "NB-M020",
                f"{reaction.id} does not balance: {in_words(off)}",
                reaction.equation_at,
                label=_sides(reaction, network.species),
                why="a reaction that makes atoms or charge out of nothing makes every total, pool and ceiling wrong",
                fix="correct a coefficient of the equation, or the formula or charge of a species in it",
            )


def check_use(network: Network, problems: Problems) -> None:
    """A problem for each species that no reaction uses and for each ChEBI number that stands twice."""
    used = {name for reaction in network.reactions.values() for name in reaction.stoichiometry}
    by_chebi: dict[int, Species] = {}
    for species in network.species.values():
        if species.id not in used:
            problems.add("NB-M021", f"no reaction uses '{species.id}'", species.at, fix="remove it, or add the reaction that needs it")
        if species.chebi is None:
            continue
        first = by_chebi.setdefault(species.chebi, species)
        if first is not species:
            problems.add(
                "NB-M022",
                f"'{species.id}' has the ChEBI number of '{first.id}'",
                species.at,
                why="one number names one species, also in the SBML that others read",
                fix="correct one of the two",
                also=((first.at, "the other one"),),
            )


def _sides(reaction: Reaction, species: Mapping[str, Species]) -> str:
    charges = [sum(abs(n) * species[s].charge for s, n in reaction.stoichiometry.items() if (n > 0) == right) for right in (False, True)]
    return f"charge {charges[0]} on the left, {charges[1]} on the right"
