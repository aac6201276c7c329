"""Relative rates of the first steps of synthesis as functions of substrate and co-factors, for one case or for a batch.

Everything is relative to the steady state at rest of the published models (best2009, best2020): a rate of 1 is the rate at rest. Arguments
are numpy arrays (or floats) of one shape, and so is what is returned. Co-factors are what the caller says: for BH4 and iron no dissociation
constant is known in people, so nothing here turns a blood value into a saturation.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from neurobalance_expert.model.synthesis.laws import autoreceptor, th, tph
from neurobalance_expert.model.synthesis.types import Constants, Numbers

Array = npt.NDArray[np.float64]
Values = float | Array

STEP = 1e-5  # of the natural logarithm, for elasticities
DAY = 1440.0  # min


class Gate(Struct, frozen=True):
    """When AANAT is there: from ``opens_min`` to ``closes_min`` after midnight, over midnight when it closes earlier than it opens."""

    opens_min: float
    closes_min: float


class Decarboxylation(Struct, frozen=True):
    """What AADC passes on, relative to rest; its substrate relative to rest, infinite where AADC cannot keep up."""

    rate: Array
    substrate: Array


def tph2(trp: Values, serotonin: Constants, bh4: Values = 1.0, iron: Values = 1.0) -> Array:
    """Rate of tryptophan hydroxylase 2 in the brain, relative to rest.

    Args:
        trp: Tryptophan in brain, relative to rest, 0 or more.
        serotonin: Numbers of the serotonin model (best2020).
        bh4: BH4, relative to rest, 0 or more.
        iron: Share of the enzyme that has its iron, relative to rest, 0 to 1.
    """
    rest = serotonin.rest
    ratio = _tph(rest["trp"] * _array(trp), rest["bh4"] * _array(bh4), serotonin) / _tph(
        _array(rest["trp"]), _array(rest["bh4"]), serotonin
    )
    return _array(ratio * _array(iron))


def hydroxylated_tyr(
    tyr: Values, dopamine: Constants, bh4: Values = 1.0, iron: Values = 1.0, cda: Values = 1.0, eda: Values = 1.0
) -> Array:
    """Rate of tyrosine hydroxylase in the brain with its end-product inhibition, relative to rest.

    Args:
        tyr: Tyrosine in brain, relative to rest, 0 or more.
        dopamine: Numbers of the dopamine model (best2009).
        bh4: BH4, relative to rest, 0 or more.
        iron: Share of the enzyme that has its iron, relative to rest, 0 to 1.
        cda: Dopamine in the cytosol, which competes with BH4, relative to rest.
        eda: Dopamine outside, which acts through autoreceptors, relative to rest.
    """
    rest = dopamine.rest
    now = _th({k: rest[k] * _array(v) for k, v in (("tyr", tyr), ("bh4", bh4), ("cda", cda), ("eda", eda))}, dopamine.parameters)
    return _array(now / _th({k: _array(rest[k]) for k in ("tyr", "bh4", "cda", "eda")}, dopamine.parameters) * _array(iron))


def decarboxylated(arriving: Values, plp: Values, constants: Constants, substrate: str) -> Decarboxylation:
    """The AADC step behind a first step.

    Args:
        arriving: Rate of the first step, relative to rest.
        plp: Share of AADC that has its PLP, relative to rest, 0 to 1.
        constants: Numbers of the dopamine or the serotonin model.
        substrate: "ldopa" or "htp".
    """
    p, s_rest = constants.parameters, constants.rest[substrate]
    at_rest = p["VAADC_Vmax"] * s_rest / (p["VAADC_Km"] + s_rest)
    v, capacity = at_rest * _array(arriving), p["VAADC_Vmax"] * _array(plp)
    with np.errstate(divide="ignore", invalid="ignore"):
        needed = np.where(v < capacity, p["VAADC_Km"] * v / (capacity - v), np.where(v > 0, np.inf, 0.0))
    return Decarboxylation(_array(np.minimum(v, capacity) / at_rest), _array(needed / s_rest))


def melatonin(serotonin: Values, clock_min: Values, gate: Gate) -> Array:
    """Rate of the AANAT step in the pineal, relative to night at rest: 0 while the gate is closed.

    Serotonin is taken to be far below its Km for AANAT (1350 uM), so that the step is proportional to it; no rest value in people is known.

    Args:
        serotonin: Serotonin made, relative to rest.
        clock_min: Minutes after midnight.
        gate: When AANAT is there.
    """
    after = (_array(clock_min) - gate.opens_min) % DAY
    return _array(np.where(after < (gate.closes_min - gate.opens_min) % DAY, _array(serotonin), 0.0))


def elasticity(model: str, constants: Constants) -> float:
    """d ln(rate) / d ln(precursor) of the first step of a model at rest: how much the rate follows its precursor.

    Args:
        model: "serotonin" (TPH2 and tryptophan) or "dopamine" (TH and tyrosine).
        constants: Numbers of that model.

    Raises:
        ValueError: another model.
    """
    laws: dict[str, Callable[[Values, Constants], Array]] = {"serotonin": tph2, "dopamine": hydroxylated_tyr}
    if model not in laws:
        raise ValueError(f"'{model}' has no first step of synthesis; there are {', '.join(laws)}")
    up, down = (float(np.log(laws[model](np.exp(step), constants))) for step in (STEP, -STEP))
    return (up - down) / (2 * STEP)


def _tph(trp: Array, bh4: Array, serotonin: Constants) -> Array:
    p = serotonin.parameters
    return tph(trp, bh4, p["VTPH_Vmax"], p["VTPH_Km_trp"], p["VTPH_Ki_trp"], p["VTPH_Km_bh4"])


def _th(y: dict[str, Array], p: Numbers) -> Array:
    auto = autoreceptor(y["eda"], p["auto_height"], p["auto_slope"], p["auto_half"], p["auto_power"], p["auto_floor"])
    law = (p["VTH_Vmax"], p["VTH_Km_tyr"], p["VTH_Km_bh4"], p["VTH_Ki_tyr"], p["VTH_Ki_cda"], p["VTH_scale"])
    return auto * th(y["tyr"], y["bh4"], y["cda"], *law)


def _array(value: Values) -> Array:
    return np.asarray(value, dtype=np.float64)
