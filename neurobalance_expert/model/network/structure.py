"""What the stoichiometry alone says: conserved pools, dead ends, and what reactions share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import gcd, lcm
from typing import Any

import numpy as np

from neurobalance_expert.model.entries import Array
from neurobalance_expert.model.network.types import Network, Reaction

SMALL = ("o2", "co2", "h2o", "h", "h2o2", "nh4")  # exchanged with everything; they would hide every pool


def stoichiometric_matrix(network: Network, species: Sequence[str], reactions: Sequence[str]) -> Array:
    """S (met, rxn), negative for what is used up."""
    row = {name: i for i, name in enumerate(species)}
    matrix = np.zeros((len(species), len(reactions)))
    for column, name in enumerate(reactions):
        for part, count in network.reactions[name].stoichiometry.items():
            if part in row:
                matrix[row[part], column] = count
    return matrix


def conserved_pools(network: Network, external: Sequence[str] = SMALL) -> tuple[Mapping[str, int], ...]:
    """Conserved moieties: whole-number weights of species whose weighted sum no reaction changes.

    Non-negative and minimal: no proper part of a pool's species carries a pool. Each species that is in any pool is in at least one
    of those returned. Found as vertices of linear programs, rounded to fractions and then proven in whole numbers.

    Args:
        external: Species that are supplied from outside and belong to no pool.

    Raises:
        ArithmeticError: a solution of the solver is not exact; nothing is returned that was not proven.
    """
    from scipy.optimize import linprog

    names = [s for s in network.species if s not in external]
    matrix = stoichiometric_matrix(network, names, list(network.reactions))
    found: dict[tuple[tuple[str, int], ...], None] = {}
    for index in range(len(names)):
        bounds: list[tuple[float, float | None]] = [(0, None)] * len(names)
        bounds[index] = (1, None)
        cost = np.ones(len(names)) + 1e-6 * np.arange(len(names))  # ties are broken by the order of the file
        solution = linprog(cost, A_eq=matrix.T, b_eq=np.zeros(matrix.shape[1]), bounds=bounds, method="highs-ds")
        if solution.status == 0:
            pool = _whole(solution.x)
            _prove(matrix, pool)
            found[tuple((name, n) for name, n in zip(names, pool, strict=True) if n)] = None
    return tuple(dict(pool) for pool in sorted(found, key=lambda p: (len(p), p)))


def dead_ends(network: Network) -> dict[str, list[str]]:
    """Species that the network only makes (``made``) or only uses (``used``), currency left out: where supply and demand must come in."""
    made = {s for r in network.reactions.values() for s in (*r.products, *(r.substrates if r.reversible else ()))}
    used = {s for r in network.reactions.values() for s in (*r.substrates, *(r.products if r.reversible else ()))}
    names = [s.id for s in network.species.values() if not s.currency]
    return {"made": [n for n in names if n in made - used], "used": [n for n in names if n in used - made]}


def shared_substrates(network: Network) -> dict[str, list[str]]:
    """Species that two or more enzymes use up, with the reactions; currency left out."""
    users: dict[str, list[Reaction]] = {}
    for reaction in network.reactions.values():
        for name in reaction.substrates:
            if not network.species[name].currency:
                users.setdefault(name, []).append(reaction)
    return {name: [r.id for r in rs] for name, rs in sorted(users.items()) if len({r.enzyme for r in rs}) > 1}


def shared_enzymes(network: Network) -> dict[str, list[str]]:
    """Enzymes with two or more reactions."""
    by_enzyme: dict[str, list[str]] = {}
    for reaction in network.reactions.values():
        by_enzyme.setdefault(reaction.enzyme, []).append(reaction.id)
    return {enzyme: ids for enzyme, ids in sorted(by_enzyme.items()) if len(ids) > 1}


def cofactor_steps(network: Network) -> dict[str, list[str]]:
    """Bound co-factor or recycled co-substrate to the reactions that need it, in the order of the files."""
    steps: dict[str, list[str]] = {name: [] for name in network.cofactors}
    for reaction in network.reactions.values():
        for helper in network.helpers(reaction):
            steps[helper.id].append(reaction.id)
    return {name: ids for name, ids in steps.items() if ids}


def possible_limits(network: Network, pathway: str, nutrients: Mapping[str, str]) -> dict[str, str]:
    """Steps of a pathway that make something and need a co-factor of one of the nutrients, with the words for it.

    Args:
        nutrients: Nutrient in short supply to what is said of it.
    """
    found = {}
    for reaction in network.of_pathway(pathway):
        short = [n for helper in network.helpers(reaction) for n in helper.nutrients if n in nutrients]
        if reaction.makes and short:
            found[reaction.id] = "may limit: " + ", ".join(nutrients[n] for n in dict.fromkeys(short))
    return found


def structure_json(network: Network, carriers: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """All of it as plain data.

    Args:
        carriers: Shared carriers with what they carry.
    """
    return {
        "conserved_pools": [dict(pool) for pool in conserved_pools(network)],
        "dead_ends": dead_ends(network),
        "shared_substrates": shared_substrates(network),
        "shared_enzymes": shared_enzymes(network),
        "shared_carriers": {name: list(carried) for name, carried in carriers.items()},
        "cofactor_steps": cofactor_steps(network),
    }


def _whole(weights: Array) -> list[int]:
    """The smallest whole numbers in the ratio of the weights."""
    fractions = [Fraction(float(w)).limit_denominator(1000) for w in weights]
    common = lcm(*(f.denominator for f in fractions))
    numbers = [int(f * common) for f in fractions]
    divisor = gcd(*numbers)
    return [n // divisor for n in numbers]


def _prove(matrix: Array, pool: Sequence[int]) -> None:
    whole = matrix.astype(np.int64)
    if min(pool) < 0 or np.any(np.array(pool, dtype=np.int64) @ whole):
        raise ArithmeticError("a conserved pool of the solver does not hold in whole numbers")
    support = [i for i, n in enumerate(pool) if n]
    if len(support) - np.linalg.matrix_rank(matrix[support]) != 1:
        raise ArithmeticError("a conserved pool of the solver is not minimal")
