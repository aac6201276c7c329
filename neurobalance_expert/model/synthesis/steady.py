"""The steady state of a kinetic model: where everything that is made is used.

First a root of the rates of change from the stated start (Powell's hybrid method); a root counts only when nothing is negative and small
disturbances die out. Otherwise the equations are followed in time (LSODA) until nothing changes, and the end is polished as a root.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from neurobalance_expert.errors import InputProblems, Problem
from neurobalance_expert.model.synthesis.types import KineticModel, Numbers, SteadyState, changes, complete

Array = npt.NDArray[np.float64]

ACCEPT = 1e-9  # |made - used| / (made + used) of every variable
NOTHING = 1e-9  # uM/h; a smaller turnover is none
SMALL = 1e-3  # uM; scale of a variable that starts at zero
HOURS = (1e2, 1e3, 1e4, 1e5)
EVALUATIONS = 50_000  # of the equations while following them in time; the published states need under 2000


class _TooManyStepsError(Exception):
    """The equations cannot be followed any further at a bearable cost."""


def steady_state(model: KineticModel, parameters: Numbers, start: Numbers) -> SteadyState:
    """The steady state that is reached from a start.

    Args:
        model: The equations.
        parameters: A number for each of ``model.parameters``.
        start: A concentration for each of ``model.solved``, 0 or more. uM

    Raises:
        InputProblems: NB-M040, nothing settles; NB-M041, it settles where an irreversible step would run backwards.
    """
    equations = _Equations(model, parameters)
    y = np.array([start[v] for v in model.solved])
    with np.errstate(all="ignore"):
        found = equations.root(y)
        method = "root"
        if found is None:
            method = "integration"
            found = equations.followed(y)
        if found is None:
            raise _unsettled(model, equations)
        state = equations.state(found)
        fluxes = model.fluxes(state, parameters)
    _check_direction(model, fluxes)
    return SteadyState({v: float(state[v]) for v in model.variables}, fluxes, equations.residual(found), method)


class _Equations:
    """The equations with their numbers, as functions of the solved variables in one array."""

    def __init__(self, model: KineticModel, parameters: Numbers) -> None:
        self.model, self.parameters = model, parameters
        self.last: Array = np.zeros(0)
        self.hours = 0.0
        self.asked = 0

    def state(self, y: Array) -> dict[str, float]:
        return complete(self.model, dict(zip(self.model.solved, map(float, y), strict=True)), self.parameters)

    def rates(self, y: Array) -> tuple[Array, Array]:
        """Net rate and turnover of each solved variable; not a number where a law is not defined."""
        try:
            found = changes(self.model, self.model.fluxes(self.state(y), self.parameters))
        except (ZeroDivisionError, OverflowError):
            return np.full(len(y), np.nan), np.full(len(y), np.nan)
        pairs = np.array([found[v] for v in self.model.solved], dtype=complex)
        real = np.where(np.abs(pairs.imag) > 0, np.nan, pairs.real)  # a negative number to a broken power is no rate
        return real[:, 0], real[:, 1]

    def residual(self, y: Array) -> float:
        """The largest |made - used| / (made + used) of a variable that is turned over at all."""
        net, gross = self.rates(y)
        turned = ~(gross <= NOTHING)
        return float(np.max(np.abs(net[turned]) / gross[turned], initial=0.0))

    def root(self, start: Array) -> Array | None:
        """The root that the hybrid method finds from here, when it is a steady state that would last."""
        from scipy.optimize import root

        scale = np.where(start > 0, start, SMALL)

        def scaled(z: Array) -> Array:
            net, _ = self.rates(z * scale)
            return np.where(np.isfinite(net), net, 1e9)

        found = np.asarray(root(scaled, start / scale, method="hybr", tol=1e-13).x * scale)
        found = np.where(np.abs(found) < 1e-12 * scale, 0.0, found)
        return found if self._lasts(found) else None

    def followed(self, start: Array) -> Array | None:
        """The state that the equations run into in time, polished; None when they never come to rest."""
        from scipy.integrate import solve_ivp

        y: Array = start
        begun = 0.0
        for end in HOURS:
            try:
                run = solve_ivp(self._in_time, (begun, end), y, method="LSODA", rtol=1e-9, atol=1e-12)
            except _TooManyStepsError:
                break
            if not run.success or not np.all(np.isfinite(run.y[:, -1])):
                break
            y = np.maximum(np.asarray(run.y[:, -1], dtype=np.float64), 0.0)
            begun = end
            self.last, self.hours = y, end
            polished = self.root(y)
            if polished is not None:
                return polished
            if self._lasts(y):
                return y
        return None

    def _in_time(self, _: float, y: Array) -> Array:
        """Net rates for the integrator. Raises _TooManyStepsError once it asked too often or left where the laws are defined."""
        self.asked += 1
        net, _gross = self.rates(y)
        if self.asked > EVALUATIONS or not np.all(np.isfinite(net)):
            raise _TooManyStepsError
        return net

    def _lasts(self, y: Array) -> bool:
        """Whether a state is complete, at rest, and stable: no eigenvalue of the Jacobian grows."""
        if not np.all(np.isfinite(y)) or min(self.state(y).values()) < 0 or not self.residual(y) < ACCEPT:
            return False
        return bool(np.max(np.linalg.eigvals(self._jacobian(y)).real) < 1e-6)

    def _jacobian(self, y: Array) -> Array:
        columns = []
        for i, value in enumerate(y):
            step = np.zeros(len(y))
            step[i] = 1e-6 * max(abs(value), SMALL)
            columns.append((self.rates(y + step)[0] - self.rates(y - step)[0]) / (2 * step[i]))
        return np.nan_to_num(np.array(columns).T, nan=np.inf) if np.all(np.isfinite(columns)) else np.full((1, 1), np.inf)


def random_starts(model: KineticModel, start: Numbers, parameters: Numbers, count: int, seed: int) -> Sequence[dict[str, float]]:
    """Starts within a factor of ten of the stated one, seeded; pools keep their totals."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        drawn = {v: max(start[v], SMALL) * 10.0 ** float(rng.uniform(-1, 1)) for v in model.solved}
        for variable, total in model.pools.items():
            inside = [m for m in model.members[variable] if m in drawn]
            taken = sum(drawn[m] for m in inside)
            share = float(rng.uniform(0.05, 0.95)) * parameters[total] / taken
            drawn.update({m: drawn[m] * share for m in inside})
        found.append(drawn)
    return found


def _unsettled(model: KineticModel, equations: _Equations) -> InputProblems:
    moving = ""
    if len(equations.last):
        net = np.nan_to_num(equations.rates(equations.last)[0], nan=np.inf)
        fastest = int(np.argmax(np.abs(net)))
        name, value = model.solved[fastest], equations.last[fastest]
        unit = model.variables[name]
        changing = f"changes by {net[fastest]:+.3g} {unit}/h" if np.isfinite(net[fastest]) else "a law is not defined there"
        moving = f"; after {equations.hours:.0f} h {name} is {value:.4g} {unit}: {changing}"
    return InputProblems(
        [
            Problem(
                "NB-M040",
                f"no steady state of the {model.name} model was found at these parameters{moving}",
                why="something is made faster than its next step can use it, the state never stops moving, or a law divides by zero",
                fix="bring the parameters that --set changed nearer to the published ones",
            )
        ]
    )


def _check_direction(model: KineticModel, fluxes: Numbers) -> None:
    backwards = [name for name, value in fluxes.items() if value < -NOTHING and name not in model.reversible]
    if backwards:
        raise InputProblems(
            [
                Problem(
                    "NB-M041",
                    f"the {model.name} model settles where {', '.join(backwards)} would run backwards, which cannot be",
                    why="a published formula was made for a range, and this state is outside it",
                    fix="bring the parameters that --set changed nearer to the published ones",
                )
            ]
        )
