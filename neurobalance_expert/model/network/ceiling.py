"""How much of a product could be made at most under given supplies, capacities and co-factor status: a ceiling, never a prediction.

    maximise   outflow of the product, or a weighted sum of several
    such that  S v = 0 inside, uptake <= supply, sum of v over an enzyme <= capacity * status

An enzyme without a capacity of its own has the default one for each of its reactions. Of all optima the one with the least flux is shown.

Bound co-factors are not used up; they cap the capacity of the enzymes that hold them. Recycled co-substrates (BH4, SAM, folate) are
species and must be regenerated. What a limit is worth is found by solving again with a little less and a little more of it: prices of the
solver name one of several joint limits at random.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
from msgspec import Struct

from neurobalance_expert.model.entries import Array
from neurobalance_expert.model.network.structure import dead_ends
from neurobalance_expert.model.network.types import Network, Reaction

LABEL = "capacity ceiling, not a prediction"
MARGIN = 1e-7  # of a bound, relative: what counts as reached
MOST_JOINT = 4  # limits in a joint set that are tried together
STEP = 0.01  # relative change of a bound when it is tried


class Capacities(Struct, frozen=True):
    """Bounds, all in one unit of amount a day."""

    unit: str
    supplies: Mapping[str, float]  # by species
    leaves: tuple[str, ...]
    capacities: Mapping[str, float]  # by enzyme
    default: float  # of a reaction whose enzyme is not named


class Limit(Struct, frozen=True):
    """A bound that is reached. ``loss`` and ``gain`` are changes of the ceiling per unit of the bound, downwards and upwards."""

    name: str
    kind: str  # supply | capacity
    bound: float
    loss: float
    gain: float
    cofactors: tuple[str, ...]  # whose status lowers the bound

    @property
    def alone(self) -> bool:
        """Whether more of it alone raises the ceiling."""
        return self.gain > MARGIN


class Ceiling(Struct, frozen=True):
    """The optimum with what holds it there."""

    products: Mapping[str, float]  # with their weights
    value: float
    made: Mapping[str, float]  # how much of each product
    fluxes: Mapping[str, float]  # by reaction, those that are not 0
    limits: tuple[Limit, ...]  # reached bounds whose loss lowers the ceiling
    joint: tuple[tuple[str, ...], ...]  # smallest sets of bounds of which only all together raise it


def ceiling(
    network: Network, capacities: Capacities, product: str | Mapping[str, float], status: Mapping[str, float] | None = None
) -> Ceiling:
    """The ceiling of one product, or of a weighted sum of several that compete.

    Args:
        product: A species of the network, or several with weights above 0.
        status: Bound co-factor to the share of it that is there, 0 to 1; 1 where not named.

    Raises:
        KeyError: ``product`` or a co-factor is not in the network.
        ValueError: a weight is not above 0, a status is not within 0 and 1, or a product is a currency, which the cell keeps supplied.
        ArithmeticError: the programme has no finite optimum.
    """
    products = {product: 1.0} if isinstance(product, str) else dict(product)
    problem = _Problem(network, capacities, products, status or {})
    value, _ = problem.solve()
    fluxes = problem.leanest(value)
    limits = tuple(_limits(problem, value, fluxes))
    joint = _joint(problem, tuple(limit.name for limit in limits if not limit.alone), value)
    made = {name: float(fluxes[column]) for name, column in problem.targets.items()}
    shown = {name: float(v) for name, v in zip(network.reactions, fluxes, strict=False) if abs(v) > 1e-9}
    return Ceiling(products, value, made, shown, limits, joint)


def ceiling_json(found: Ceiling, capacities: Capacities) -> dict[str, Any]:
    """Plain data, with the label on it."""
    limits = [
        {
            "name": limit.name,
            "kind": limit.kind,
            "bound": limit.bound,
            "one_less_costs": _tidy(limit.loss),
            "one_more_gives": _tidy(limit.gain),
            "limits": "alone" if limit.alone else "jointly" if any(limit.name in names for names in found.joint) else "with others",
            "cofactors": list(limit.cofactors),
        }
        for limit in found.limits
    ]
    value = {"value": _tidy(found.value), "unit": capacities.unit}
    fluxes = {name: _tidy(v) for name, v in found.fluxes.items()}
    made = {name: _tidy(v) for name, v in found.made.items()}
    jointly = [list(names) for names in found.joint]
    return {
        "label": LABEL,
        "products": dict(found.products),
        "ceiling": value,
        "made": made,
        "limits": limits,
        "jointly": jointly,
        "fluxes": fluxes,
    }


def bounds_of_enzymes(
    network: Network, capacities: Capacities, status: Mapping[str, float]
) -> dict[str, tuple[list[int], float, tuple[str, ...]]]:
    """Enzyme, or reaction where the enzyme has no capacity of its own: reactions by number, bound, and the co-factors that lower it.

    Raises:
        KeyError: a co-factor is not in the network.
        ValueError: a status is not within 0 and 1.
    """
    for name, share in status.items():
        if name not in network.cofactors:
            raise KeyError(name)
        if not 0.0 <= share <= 1.0:
            raise ValueError(f"the status of {name} must lie within 0 and 1, not {share}")
    shares: dict[str, tuple[list[int], float, tuple[str, ...]]] = {}
    for index, reaction in enumerate(network.reactions.values()):
        name = reaction.enzyme if reaction.enzyme in capacities.capacities else reaction.id
        members, least, held = shares.get(name, ([], 1.0, ()))
        share, lowering = _held_back(reaction, status)
        shares[name] = ([*members, index], min(least, share), tuple(dict.fromkeys((*held, *lowering))))
    return {
        name: (members, capacities.capacities.get(name, capacities.default) * share, held)
        for name, (members, share, held) in shares.items()
    }


class _Problem:
    """The linear programme. Columns: reactions, uptakes, outflows, exchange of currency."""

    def __init__(self, network: Network, capacities: Capacities, products: Mapping[str, float], status: Mapping[str, float]) -> None:
        for product, weight in products.items():
            if network.species[product].currency:
                raise ValueError(
                    f"{product} is kept supplied by the rest of the cell, so its ceiling says nothing; name a species made here"
                )
            if not weight > 0.0:
                raise ValueError(f"the weight of {product} must be above 0, not {weight}")
        self.rows = {name: i for i, name in enumerate(network.species)}
        self.columns: list[tuple[Mapping[str, int], float, float]] = []
        for reaction in network.reactions.values():
            self.columns.append((reaction.stoichiometry, -np.inf if reaction.reversible else 0.0, np.inf))
        self.uptakes = {name: self._column({name: 1}, 0.0, bound) for name, bound in capacities.supplies.items()}
        currency = [s.id for s in network.species.values() if s.currency]
        out = {*dead_ends(network)["made"], *capacities.leaves, *(p for w in network.pathways.values() for p in w.products), *products}
        for name in sorted(out - set(currency)):
            self._column({name: -1}, 0.0, np.inf)
        for name in currency:
            self._column({name: -1}, -np.inf, np.inf)
        self.weights = products
        self.targets = {p: next(i for i, (parts, _, _) in enumerate(self.columns) if parts == {p: -1}) for p in products}
        self.enzymes = bounds_of_enzymes(network, capacities, status)

    def _column(self, parts: Mapping[str, int], low: float, high: float) -> int:
        self.columns.append((parts, low, high))
        return len(self.columns) - 1

    def bounds(self) -> Iterable[tuple[str, str, float, tuple[str, ...]]]:
        """Name, kind, value and lowering co-factors of every bound that can be tried."""
        for name, column in self.uptakes.items():
            yield name, "supply", self.columns[column][2], ()
        for enzyme, (_, bound, cofactors) in self.enzymes.items():
            yield enzyme, "capacity", bound, cofactors

    def used(self, name: str, kind: str, fluxes: Sequence[float]) -> float:
        """How much of a bound a solution uses."""
        return fluxes[self.uptakes[name]] if kind == "supply" else sum(abs(fluxes[i]) for i in self.enzymes[name][0])

    def solve(self, factors: Mapping[str, float] | None = None) -> tuple[float, Sequence[float]]:
        """Optimum and all columns, with some bounds multiplied."""
        cost = np.zeros(len(self.columns))
        cost[list(self.targets.values())] = [-weight for weight in self.weights.values()]
        best, columns = self._minimise(cost, factors or {}, 0.0)
        return -best, columns

    def leanest(self, value: float) -> Sequence[float]:
        """All columns of the optimum with the least flux through reactions."""
        cost = np.zeros(len(self.columns))
        for members, _, _ in self.enzymes.values():
            cost[[i for i in members if self.columns[i][1] == 0.0]] = 1.0
        return self._minimise(cost, {}, value * (1.0 - 1e-9))[1]

    def _minimise(self, cost: Array, change: Mapping[str, float], at_least: float) -> tuple[float, Sequence[float]]:
        from scipy.optimize import linprog

        matrix = np.zeros((len(self.rows), len(self.columns)))
        for column, (parts, _, _) in enumerate(self.columns):
            for name, count in parts.items():
                matrix[self.rows[name], column] = count
        limits = [(low, high) for _, low, high in self.columns]
        for name, column in self.uptakes.items():
            limits[column] = (0.0, self.columns[column][2] * change.get(name, 1.0))
        shared = np.zeros((2 * len(self.enzymes) + 1, len(self.columns)))
        most = np.zeros(2 * len(self.enzymes) + 1)
        shared[-1, list(self.targets.values())] = [-weight for weight in self.weights.values()]
        most[-1] = -at_least
        for row, (enzyme, (members, bound, _)) in enumerate(self.enzymes.items()):
            for sign, at in ((1.0, 2 * row), (-1.0, 2 * row + 1)):
                shared[at, members] = sign
                most[at] = bound * change.get(enzyme, 1.0)
        solution = linprog(cost, A_ub=shared, b_ub=most, A_eq=matrix, b_eq=np.zeros(len(self.rows)), bounds=limits, method="highs")
        if solution.status != 0:
            raise ArithmeticError(f"the ceiling has no finite value: {solution.message}")
        return float(solution.fun), solution.x.tolist()


def _held_back(reaction: Reaction, status: Mapping[str, float]) -> tuple[float, tuple[str, ...]]:
    """The share of an enzyme that its co-factors leave, and which of them lower it."""
    shares = {c: status.get(c, 1.0) for c in reaction.cofactors}
    share = (max if reaction.any_cofactor else min)(shares.values(), default=1.0)
    return share, tuple(c for c, there in shares.items() if there < 1.0) if share < 1.0 else ()


def _raises(problem: _Problem, names: Sequence[str], value: float) -> bool:
    """Whether a little more of all of them together raises the ceiling."""
    return problem.solve(dict.fromkeys(names, 1.0 + STEP))[0] > value * (1.0 + MARGIN)


def _joint(problem: _Problem, names: Sequence[str], value: float) -> tuple[tuple[str, ...], ...]:
    """The smallest sets of limits of which only all together raise the ceiling, small ones first."""
    found: list[tuple[str, ...]] = []
    for size in range(2, min(len(names), MOST_JOINT) + 1):
        for group in combinations(names, size):
            if not any(set(smaller) <= set(group) for smaller in found) and _raises(problem, group, value):
                found.append(group)
    return tuple(found)


def _limits(problem: _Problem, value: float, fluxes: Sequence[float]) -> Iterable[Limit]:
    for name, kind, bound, cofactors in problem.bounds():
        if bound <= 0.0 or problem.used(name, kind, fluxes) < bound * (1.0 - MARGIN):
            continue
        less, more = (problem.solve({name: 1.0 + sign * STEP})[0] for sign in (-1, 1))
        loss, gain = (value - less) / (bound * STEP), (more - value) / (bound * STEP)
        if loss > MARGIN:
            yield Limit(name, kind, bound, loss, gain, cofactors)


def _tidy(value: float) -> float:
    rounded = round(value, 6)
    return 0.0 if rounded == 0 else rounded
