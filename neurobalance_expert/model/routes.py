"""Precursors that come by routes of their own: 5-HTP, levodopa and choline by mouth, in plasma over time.

Linear kinetics: every dose adds a sum of exponentials, so the course of several doses is the sum of theirs::

    C(t) = sum over doses of  F * dose / (V * body mass) * sum over k of w[k] * exp(-r[k] * (t - t_dose))

The weights of one dose add up to 0, so that it starts at 0. Without an inhibitor of peripheral decarboxylation 5-HTP is lower by a
factor, and levodopa has another half-life, volume and bioavailability. Source: docs/barrier.md; constants: knowledge/routes.yaml.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from neurobalance_expert.model.constants import Array
from neurobalance_expert.model.route_constants import CholineConstants, Htp5Constants, LdopaConstants

UMOL_PER_MG = 1000.0  # over g/mol


@dataclass(frozen=True, slots=True)
class OralDoses:
    """Doses of one substance in several cases, padded to the same number with doses of 0."""

    weight_kg: Array  # (case,) > 0
    dose_mg: Array  # (case, dose) >= 0; NaN: not known
    time_h: Array  # (case, dose) on the clock of the grid; may lie before it


def htp5_uM(
    doses: OralDoses, inhibitor: npt.NDArray[np.bool_], grid_h: Array, constants: Htp5Constants, fold: float | None = None
) -> Array:
    """Plasma 5-HTP: two compartments, measured with an inhibitor; without one it is divided by ``fold``.

    Args:
        inhibitor: Whether one is taken. (case,)
        grid_h: (time,) hours
        fold: Plasma with over without an inhibitor, > 0; the best value of the constants when left out.

    Returns:
        (case, time) uM, >= 0, linear in dose. Entry into brain is taken as proportional to it (magnussen1982); no absolute rate is known.
    """
    a, b, k = constants.fast_rate, constants.slow_rate, constants.absorption
    back = a * b * constants.central_volume / constants.clearance  # 1/h, from the tissues to the central compartment
    rates = np.array([a, b, k])
    others = np.array([[b, k], [a, k], [a, b]])
    weights = k * (back - rates) / (others - rates[:, None]).prod(axis=1)
    scale = constants.bioavailability / constants.central_volume
    factor = np.where(inhibitor, 1.0, 1.0 / (constants.fold if fold is None else fold))
    return factor[:, None] * _course(doses, scale / constants.molar_mass, _every_case(weights, doses), _every_case(rates, doses), grid_h)


def ldopa_uM(doses: OralDoses, inhibitor: npt.NDArray[np.bool_], grid_h: Array, constants: LdopaConstants) -> Array:
    """Plasma levodopa: one compartment, first-order absorption. Arguments as in ``htp5_uM``. (case, time) uM, >= 0"""
    at = inhibitor.astype(np.intp)
    out = np.log(2.0) / constants.half_life_h[at]
    weights, rates = _one_compartment(constants.absorption, out)
    scale = constants.bioavailability[at] / constants.volume[at]
    return scale[:, None] * _course(doses, 1.0 / constants.molar_mass, weights, rates, grid_h)


def choline_uM(doses: OralDoses, grid_h: Array, constants: CholineConstants) -> Array:
    """Plasma choline: fasting plus what doses of free choline (as the cation, mg) add. (case, time) uM, >= fasting"""
    weights, rates = _one_compartment(constants.absorption, np.full(len(doses.weight_kg), constants.elimination))
    scale = 1.0 / (constants.apparent_volume * constants.molar_mass)
    return constants.fasting_uM + _course(doses, scale, weights, rates, grid_h)


def choline_entry_vs_fasting(plasma_uM: Array, constants: CholineConstants) -> Array:
    """Entry of choline into brain by its cation carrier over fasting; no amino acid competes and Vmax cancels.

        (C / (Km + C)) / (C0 / (Km + C0))

    Args:
        plasma_uM: (..., ) uM, >= 0

    Returns:
        (...,), 1 at fasting, at most (Km + C0) / C0.
    """
    km, fasting = constants.carrier_km_uM, constants.fasting_uM
    relative: Array = plasma_uM / (km + plasma_uM) * (km + fasting) / fasting
    return relative


def _one_compartment(absorption: float, out: Array) -> tuple[Array, Array]:
    """Weights and rates of absorption with one rate and loss with another, 1/h. Both (case, 2)"""
    size = absorption / (absorption - out)
    return np.stack([size, -size], axis=-1), np.stack([out, np.full_like(out, absorption)], axis=-1)


def _every_case(values: Array, doses: OralDoses) -> Array:
    return np.broadcast_to(values, (len(doses.weight_kg), values.size))


def _course(doses: OralDoses, per_mg: float, weights: Array, rates: Array, grid_h: Array) -> Array:
    """What all doses add up to. ``weights`` and ``rates`` (case, exponential). (case, time)"""
    since = np.maximum(grid_h - doses.time_h[..., None], 0.0)  # (case, dose, time)
    one = np.einsum("ck,cdtk->cdt", weights, np.exp(-rates[:, None, None, :] * since[..., None]))
    umol_kg = UMOL_PER_MG * doses.dose_mg / doses.weight_kg[:, None]
    total: Array = np.einsum("cd,cdt->ct", umol_kg, one) * per_mg
    return np.maximum(total, 0.0)  # the weights cancel to rounding where a dose begins
