"""Plasma amino acids after intakes: absorption and hormones in closed form, then one short recurrence in time.

For each amino acid, with C in uM and every rate per hour::

    dC/dt = Ra/V + k * C_fasting * (1 - gain * insulin) - k * C - deposition * content / V * limit

    Ra          appearance from the gut: protein -> digestion -> absorption, free amino acids -> absorption
    k           first-order return to the fasting set point, from protein turnover and the content of body protein
    insulin     0 to 1, from the carbohydrate of the hours before; it lowers the supply from the body's own protein
    deposition  net protein built after a load of indispensable amino acids, drawing them in body-protein proportion
    limit       how far the scarcest indispensable amino acid allows that

The terms before the last are closed forms of time; the last one depends on C, so time is stepped. docs/model.md#plasma
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from neurobalance_expert.model.constants import AA, INDEX, INDISPENSABLE, Array, ModelConstants

_TINY = 1e-12  # uM; keeps 0/0 away where an amino acid is absent


@dataclass(frozen=True, slots=True)
class Drive:
    """What acts on plasma in each step of the grid."""

    appearance_uM: Array  # (case, step, aa) from the gut within the step, over the volume
    insulin: Array  # (case, time) 0 to 1
    deposition_g_kg_h: Array  # (case, step, aa) protein; the load of the *other* amino acids drives the draw on each


def stomach_load(grams: Array, time_h: Array, constants: ModelConstants) -> Array:
    """What is in the stomach with each intake: itself, what came at the same time, and what is left of earlier intakes.

    Args:
        grams, time_h: (case, event)

    Returns:
        (case, event) g. Splitting or reordering intakes of the same time changes nothing.
    """
    since = time_h[:, :, None] - time_h[:, None, :]  # (case, event, earlier event)
    left = np.where(since >= 0, np.exp(-constants.stomach_memory * np.abs(since)), 0.0)
    load: Array = (left @ grams[..., None])[..., 0]
    return load


def slowing(fat_g: Array, fibre_g: Array, constants: ModelConstants) -> Array:
    """Factor by which fat and fibre in the stomach slow emptying and digestion. (case, event), 1 to ``slowing_limit``"""
    load = fat_g / constants.slowing_fat + fibre_g / constants.slowing_fibre
    return 1.0 + (constants.slowing_limit - 1.0) * load / (1.0 + load)


def slowing_free(free_g: Array, constants: ModelConstants) -> Array:
    """Factor by which the free amino acids in the stomach slow emptying (osmotic and energy load). (case, event), >= 1"""
    return 1.0 + free_g / constants.slowing_free


def insulin_effect(carbohydrate_g_kg: Array, since_h: Array, slow: Array, constants: ModelConstants) -> Array:
    """Effect of absorbed carbohydrate on amino-acid uptake, saturating. (case, time) 0 to 1

    Args:
        carbohydrate_g_kg: (case, event) g/kg
        since_h: Hours since each intake, 0 before it. (case, event, time)
        slow: (case, event) from ``slowing``
    """
    rate = (constants.carbohydrate_absorption / slow)[..., None]
    acting = _second_pool(rate, constants.insulin_effect_rate, since_h)
    amount = (carbohydrate_g_kg[:, None, :] @ acting)[:, 0, :]
    return amount / (amount + constants.insulin_half)


def drive(
    since_h: Array, bound_g_kg: Array, free_g_kg: Array, digestion_per_h: Array, emptying: Array, insulin: Array, constants: ModelConstants
) -> Drive:
    """Appearance and deposition drive on the grid.

    Args:
        since_h: Hours since each intake, 0 before it. (case, event, time)
        bound_g_kg, free_g_kg: Amino acids inside protein, and free. (case, event, aa) g/kg
        digestion_per_h: After slowing. (case, event) 1/h
        emptying: Factor that slows free amino acids. (case, event)
        insulin: (case, time), carried over
    """
    steps = since_h.shape[-1] - 1
    cases = since_h.shape[0]
    appeared = np.zeros((cases, steps, len(INDEX)))
    pool = np.zeros((cases, steps, len(INDEX)))
    for grams, first, second in _routes(bound_g_kg, free_g_kg, digestion_per_h, emptying, constants):
        uptake, retained = _absorbed(first, second, constants.deposition_decay, since_h)
        moles = 1e6 * grams / constants.molar_mass
        moles[..., INDEX["tyr"]] += constants.phe_to_tyr * moles[..., INDEX["phe"]]
        appeared += np.diff(uptake, axis=-1).transpose(0, 2, 1) @ moles
        middle = 0.5 * (retained[..., 1:] + retained[..., :-1])
        pool += middle.transpose(0, 2, 1) @ grams
    return Drive(appeared / constants.volume, insulin, deposition(pool, constants))


def deposition(pool_g_kg: Array, constants: ModelConstants) -> Array:
    """Net protein deposition that the load of the other indispensable amino acids asks for.

    Each counts by its load in units of body protein, up to a full share; the square says that protein needs all of them:

        max * (mean over j != i of L[j] / (L[j] + half))^2,   L[j] = pool[j] / content[j]

    Args:
        pool_g_kg: Amino acids of the last hours. (..., aa) g/kg

    Returns:
        (..., aa) g/kg/h protein. An amino acid does not drive its own draw, so that more of it never lowers it.
    """
    scarce = len(INDISPENSABLE)
    load = pool_g_kg[..., :scarce] / (constants.body_protein[:scarce] / 1000.0)
    share = load / (load + constants.deposition_half)
    total = share.sum(axis=-1, keepdims=True)
    out = np.empty_like(pool_g_kg)
    out[..., :scarce] = (total - share) / (scarce - 1)
    out[..., scarce:] = total / scarce
    return constants.deposition_max * np.square(out)


def follow(fasting_uM: Array, given: Drive, step_h: float, constants: ModelConstants) -> Array:
    """Plasma over time, from the fasting state.

    Each step solves the linear part exactly for constant rates (exponential scheme): never negative, and without
    an intake exactly the fasting state.

    Args:
        fasting_uM: Set point and start. (case, aa) uM
        given: On the grid of steps.
        step_h: Length of a step, hours.

    Returns:
        (case, time, aa) uM; time has one point more than there are steps.
    """
    k = constants.clearance_per_h * step_h
    insulin = 0.5 * (given.insulin[:, 1:] + given.insulin[:, :-1])
    own = (k * fasting_uM)[:, None, :] * (1.0 - insulin[..., None] * constants.insulin_gain)
    source = np.ascontiguousarray((own + given.appearance_uM).transpose(1, 0, 2))  # (step, case, aa) uM in the step
    content = (1.0 + constants.deposition_limit) * step_h * constants.protein_umol_g / constants.volume
    draw = np.ascontiguousarray((given.deposition_g_kg_h * content).transpose(1, 0, 2))
    half = constants.deposition_limit * constants.fasting
    out = np.empty((source.shape[0] + 1, *fasting_uM.shape))
    out[0] = now = fasting_uM
    scarce = len(INDISPENSABLE)
    for n in range(source.shape[0]):
        allowed = now / (now + half)
        limit = np.minimum.reduce(allowed[:, :scarce], axis=1, keepdims=True)
        drawn = draw[n] * limit  # uM in the step
        change = source[n] - k * now - drawn
        rate = k + drawn / (now + _TINY)
        now = now - change * np.expm1(-rate) / rate
        out[n + 1] = now
    return np.maximum(out, 0.0).transpose(1, 0, 2)  # rounding can leave -1e-20 where there is none


def free_tryptophan(total_uM: Array, insulin: Array, constants: ModelConstants) -> Array:
    """Free Trp from total Trp by binding to albumin; insulin lowers the fatty acids that displace it.

        bound = sites * free / (Kd + free),  Kd = kd * (1 + (NEFA / scale)^2),  NEFA = fasting * (1 - fall * insulin)

    Args:
        total_uM: (case, time) uM
        insulin: (case, time) 0 to 1

    Returns:
        (case, time) uM, 0 to total. The size of the insulin effect is our own shape (grade D).
    """
    nefa = constants.nefa_fasting * (1.0 - constants.nefa_fall * insulin)
    kd = constants.albumin_kd * (1.0 + (nefa / constants.nefa_scale) ** 2)
    excess = kd + constants.albumin_sites - total_uM
    root = np.sqrt(excess**2 + 4.0 * kd * total_uM)
    # of the two equal forms of the root, the one without cancellation
    return np.where(excess > 0, 2.0 * kd * total_uM / (excess + root), 0.5 * (root - excess))


_Route = tuple[Array, Array, Array | float]


def _routes(bound: Array, free: Array, digestion: Array, emptying: Array, constants: ModelConstants) -> list[_Route]:
    """(grams that reach the circulation (case, event, aa) g/kg, rate of the first step (case, event), rate of the second)."""
    usual = float(np.sort(constants.free_absorption)[len(AA) // 2])  # the median of an odd number
    routes: list[_Route] = []
    if np.any(bound):
        routes.append((bound * constants.bound_fraction, digestion, usual))
    if np.any(free):
        for rate in sorted(set(constants.free_absorption.tolist())):  # np.unique would import masked arrays
            grams = free * constants.free_fraction * (constants.free_absorption == rate)
            if np.any(grams):
                routes.append((grams, rate / emptying, np.inf))
    return routes


def _absorbed(first: Array, second: Array | float, decay: float, t: Array) -> tuple[Array, Array]:
    """Share absorbed by time t, and share present in a pool that it enters and leaves with ``decay``. Both (case, event, time).

    first: (case, event) rate of the first step; second: rate of the second, infinite when there is none.
    """
    a = _apart(first[..., None], decay)
    if np.all(np.isinf(second)):
        return -np.expm1(-a * t), _second_pool(a, decay, t)
    b = np.asarray(second, dtype=np.float64)
    a = _apart(a, float(b))
    e_a, e_b, e_d = np.exp(-a * t), np.exp(-b * t), np.exp(-decay * t)
    uptake = 1.0 - (b * e_a - a * e_b) / (b - a)
    pool = a * b * (e_a / ((b - a) * (decay - a)) + e_b / ((a - b) * (decay - b)) + e_d / ((a - decay) * (b - decay)))
    return uptake, pool


def _second_pool(first: Array, second: float, t: Array) -> Array:
    """Share of a dose in the second of two pools that are left with rates ``first`` and ``second``."""
    a = _apart(first, second)
    share: Array = a * (np.exp(-a * t) - np.exp(-second * t)) / (second - a)
    return share


def _apart(rate: Array, other: float) -> Array:
    """The rate, moved off another one by a part in 10,000 where both are equal: the closed form has 0/0 there."""
    return np.where(np.abs(rate - other) < 1e-4 * other, other * (1.0 + 1e-4), rate)
