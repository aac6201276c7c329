"""What the stoichiometry alone says: conserved pools, dead ends, and what reactions share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import gcd
from typing import Any

import numpy as np
import numpy.typing as npt

from neurobalance_expert.model.entries import Array
from neurobalance_expert.model.network.types import Network, Reaction

IntArray = npt.NDArray[np.int64]
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

    Non-negative and minimal (no proper part of a pool's species carries a pool). Of all minimal pools an independent set is returned that
    spans them all, preferring small weights and then pools whose members have much in common: these are the ones with a chemical meaning.

    Args:
        external: Species that are supplied from outside and belong to no pool.
    """
    names = [s for s in network.species if s not in external]
    matrix = stoichiometric_matrix(network, names, list(network.reactions)).astype(np.int64)

    def rank(pool: tuple[int, ...]) -> tuple[int, int, int, tuple[int, ...]]:
        return max(pool), -_common_atoms(network, names, pool), sum(pool), pool

    chosen = _independent(sorted(minimal_pools(matrix), key=rank))
    return tuple(
        {name: n for name, n in zip(names, pool, strict=True) if n} for pool in sorted(chosen, key=lambda p: (sum(map(bool, p)), p))
    )


def minimal_pools(matrix: IntArray) -> list[tuple[int, ...]]:
    """Every minimal non-negative vector y with y S = 0, in smallest whole numbers: the double description method.

    Starts from single species and takes the reactions one by one: vectors that a reaction does not change stay, and each one that it
    raises is put together with each one that it lowers, unless another vector lies within the two.

    Args:
        matrix: S (met, rxn), whole numbers.
    """
    rays = [(tuple(int(i == j) for j in range(len(matrix))), frozenset([i])) for i in range(len(matrix))]
    todo = list(range(matrix.shape[1]))
    while todo and rays:
        change = np.array([weights for weights, _ in rays], dtype=object) @ matrix[:, todo]  # (ray, rxn), whole numbers of any size
        fewest = min(range(len(todo)), key=lambda k: (sum(c > 0 for c in change[:, k]) * sum(c < 0 for c in change[:, k]), k))
        todo.pop(fewest)
        rays = _without_change(rays, [int(c) for c in change[:, fewest]])
    return [weights for weights, _ in rays]


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


Ray = tuple[tuple[int, ...], frozenset[int]]  # weights, and the species that have one


def _without_change(rays: Sequence[Ray], change: Sequence[int]) -> list[Ray]:
    """The rays of what one more reaction leaves as it is."""
    kept = [ray for ray, c in zip(rays, change, strict=True) if c == 0]
    made: dict[tuple[int, ...], frozenset[int]] = {}
    for i, up in enumerate(change):
        for j, down in enumerate(change):
            if up > 0 > down:
                within = rays[i][1] | rays[j][1]
                if not any(ray[1] <= within for k, ray in enumerate(rays) if k not in (i, j)):
                    weights = [up * b - down * a for a, b in zip(rays[i][0], rays[j][0], strict=True)]
                    divisor = gcd(*weights)
                    whole = tuple(w // divisor for w in weights)
                    made[whole] = frozenset(k for k, w in enumerate(whole) if w)
    return kept + list(made.items())


def _independent(pools: Sequence[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """The first pools that no earlier ones add up to, by elimination in fractions."""
    rows: list[tuple[int, list[Fraction]]] = []
    chosen = []
    for pool in pools:
        rest = [Fraction(w) for w in pool]
        for pivot, row in rows:
            if rest[pivot]:
                rest = [a - rest[pivot] * b for a, b in zip(rest, row, strict=True)]
        pivot = next((i for i, x in enumerate(rest) if x), -1)
        if pivot >= 0:
            rows.append((pivot, [x / rest[pivot] for x in rest]))
            chosen.append(pool)
    return chosen


def _common_atoms(network: Network, names: Sequence[str], pool: Sequence[int]) -> int:
    """Atoms other than hydrogen that every member of a pool holds for each unit of its weight."""
    members = [(network.species[name].atoms, weight) for name, weight in zip(names, pool, strict=True) if weight]
    elements = set.intersection(*({*atoms} for atoms, _ in members)) - {"H"}
    return sum(min(atoms[element] // weight for atoms, weight in members) for element in elements)
