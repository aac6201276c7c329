"""What a kinetic model is: fluxes as functions of state and parameters, and what each flux makes and takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct, field

Numbers = Mapping[str, float]
Flux = Callable[[Numbers, Numbers], dict[str, float]]


class KineticModel(Struct, frozen=True):
    """The equations of one published model, without any number.

    The state maps variable to concentration; d(variable)/dt is the sum over the fluxes of coefficient x flux. A variable of a conserved
    pool is not integrated: it is the total less the other members.
    """

    name: str
    parameters: Mapping[str, str]  # parameter -> unit that the knowledge file must use
    variables: Mapping[str, str]  # variable -> unit, in the order in which they are shown
    stoichiometry: Mapping[str, Mapping[str, float]]  # flux -> variable -> coefficient
    fluxes: Flux
    pools: Mapping[str, str] = field(default_factory=dict)  # variable that follows from its pool -> parameter that holds the total
    members: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # the same variable -> the other members of its pool
    reversible: tuple[str, ...] = ()  # fluxes that may be negative
    unit: str = "uM/h"

    @property
    def solved(self) -> tuple[str, ...]:
        """The variables that are solved for."""
        return tuple(v for v in self.variables if v not in self.pools)


class Constants(Struct, frozen=True):
    """The numbers of one knowledge file.

    ``start`` is where the solver starts, ``published`` the steady state as published (rounded there), ``rest`` the steady state that
    relative rates refer to.
    """

    parameters: Mapping[str, float]
    start: Mapping[str, float]
    published: Mapping[str, float]
    rest: Mapping[str, float]


class SteadyState(Struct, frozen=True):
    """A state in which nothing changes: concentrations, fluxes, how it was found and how far from rest it is.

    ``residual`` is the largest |made - used| / (made + used) of a variable.
    """

    variables: Mapping[str, float]
    fluxes: Mapping[str, float]
    residual: float
    method: str


def complete(model: KineticModel, state: Numbers, parameters: Numbers) -> dict[str, float]:
    """The state with the variables that follow from conserved pools. uM"""
    full = dict(state)
    for variable, total in model.pools.items():
        full[variable] = parameters[total] - sum(state[m] for m in model.members[variable])
    return full


def changes(model: KineticModel, fluxes: Numbers) -> dict[str, tuple[float, float]]:
    """Rate of change and turnover (made + used) of each variable. uM/h, uM/h"""
    net = dict.fromkeys(model.variables, 0.0)
    gross = dict.fromkeys(model.variables, 0.0)
    for name, effects in model.stoichiometry.items():
        for variable, coefficient in effects.items():
            net[variable] += coefficient * fluxes[name]
            gross[variable] += abs(coefficient * fluxes[name])
    return {v: (net[v], gross[v]) for v in model.variables}
