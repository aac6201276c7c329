"""From the mouth to the circulation: stomach, digestion, absorption and what raises insulin, all in closed form.

Each intake passes through a chain of first-order steps, so what has left the gut by a time is a sum of exponentials:

    protein              lag -> digestion (1/h, by kind of protein) -> absorption -> gut and liver -> circulation
    free amino acids     absorption (1/h, by amino acid)                          -> gut and liver -> circulation
    carbohydrate         absorption (1/h, by kind)                                -> effect on insulin

What lies in the stomach with an intake slows its first step. docs/model.md#gut
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from neurobalance_expert.model.constants import AA, INDEX, Array, ModelConstants, per_case, per_table

_BLOCK = 50  # cases whose exponentials are in the cache together
KCAL_PER_G = {"protein": 4.0, "carbohydrate": 4.0, "fat": 9.0}  # Atwater's general factors


@dataclass(frozen=True, slots=True)
class Eaten:
    """Intakes of some cases, per kg of body mass where the unit says so; padding is zero."""

    start_h: Array  # (case, event) hours after the first intake
    bound_g_kg: Array  # (case, event, aa)
    free_g_kg: Array  # (case, event, aa)
    carbohydrate_g_kg: Array  # (case, event)
    digestion_per_h: Array  # (case, event) before slowing
    lag_h: Array  # (case, event) from swallowing to the first amino acids of protein
    carbohydrate_per_h: Array  # (case, event) before slowing
    slow: Array  # (case, event) from ``slowing``, >= 1
    slow_free: Array  # (case, event) from ``slowing_free``, >= 1
    kept_free: Array  # (case, event, aa) from ``first_pass``, 0 to 1


@dataclass(frozen=True, slots=True)
class Absorbed:
    """What the gut gives over time."""

    amino_acids: Array  # (case, aa, time) umol/kg that have reached the circulation so far, up to a constant
    raises_insulin: Array  # (case, time) g/kg of carbohydrate, or of amino acids as carbohydrate of the same effect, that act now


def stomach_load(amount: Array, time_h: Array, constants: ModelConstants) -> Array:
    """What is in the stomach with each intake: itself, what came at the same time, and what is left of earlier intakes.

    Args:
        amount, time_h: (case, event)

    Returns:
        (case, event) in the unit of ``amount``. Splitting or reordering intakes of the same time changes nothing.
    """
    since = time_h[:, :, None] - time_h[:, None, :]  # (case, event, earlier event)
    left = np.where(since >= 0, np.exp(-constants.stomach_memory * np.abs(since)), 0.0)
    load: Array = (left @ amount[..., None])[..., 0]
    return load


def slowing(energy_kcal: Array, fibre_g: Array, constants: ModelConstants) -> Array:
    """Factor by which energy and fibre in the stomach slow emptying: much food leaves as a constant flow of energy. (case, event), >= 1"""
    return 1.0 + energy_kcal / per_case(constants.slowing_energy) + fibre_g / per_case(constants.slowing_fibre)


def slowing_free(free_g: Array, constants: ModelConstants) -> Array:
    """Factor by which free amino acids in the stomach slow emptying on top of their energy (osmotic load). (case, event), >= 1"""
    return 1.0 + free_g / per_case(constants.slowing_free)


def first_pass(free_g: Array, constants: ModelConstants) -> Array:
    """Share of its usual first pass that gut and liver manage with a load of free amino acids: uptake saturates. (case, event, aa), 0 to 1

    Of Tyr most is lost because it dissolves badly, which has nothing to do with saturation.
    """
    half = per_case(constants.first_pass_half)
    share = np.repeat((half / (half + free_g))[..., None], len(AA), axis=-1)
    share[..., INDEX["tyr"]] = 1.0
    return share


def insulin(raises_g_kg: Array, constants: ModelConstants) -> Array:
    """Effect of insulin on amino acids, 0 to 1, sigmoid in what raises it: little does less than its share, much saturates. Same shape"""
    squared = raises_g_kg * raises_g_kg
    return squared / (squared + np.square(per_case(constants.insulin_half)))


def absorb(eaten: Eaten, grid_h: Array, constants: ModelConstants) -> Absorbed:
    """The chains of all intakes on a grid of times.

    Every compartment of every chain is a sum of exponentials of the time since its intake. They are computed once, as rows, and mixed
    by one matrix product into the amino acids absorbed so far and the pool that raises insulin.

    Args:
        grid_h: Times, hours after the first intake. (time,)
    """
    rows = [*_protein_rows(eaten, constants), *_free_rows(eaten, constants), *_carbohydrate_rows(eaten, constants)]
    cases, times = len(eaten.start_h), len(grid_h)
    if not rows:
        return Absorbed(np.zeros((cases, len(AA), times)), np.zeros((cases, times)))
    rate, start, weight = _filled(*(np.concatenate(parts, axis=1) for parts in zip(*rows, strict=True)))
    mixed = np.empty((cases, len(AA) + 1, times))
    for at in range(0, cases, _BLOCK):
        some = slice(at, at + _BLOCK)
        decay = np.subtract(start[some, :, None], grid_h)  # (case, row, time)
        np.minimum(decay, 0.0, out=decay)
        decay *= rate[some, :, None]
        np.exp(decay, out=decay)
        np.matmul(weight[some].transpose(0, 2, 1), decay, out=mixed[some])
    return Absorbed(mixed[:, :-1], np.maximum(mixed[:, -1], 0.0))


def _filled(rate: Array, start: Array, weight: Array) -> tuple[Array, Array, Array]:
    """The rows that carry something, packed: most intakes have no free amino acids, and padding has nothing. NaN is something."""
    empty = ~np.any(weight, axis=-1)
    most = int((~empty).sum(axis=1).max(initial=1))
    order = np.argsort(empty, axis=1, kind="stable")[:, :most]
    take = np.take_along_axis
    return take(rate, order, axis=1), take(start, order, axis=1), take(weight, order[..., None], axis=1)


_Row = tuple[Array, Array, Array]  # rate (case, event), start (case, event), weight (case, event, aa and insulin)


def _protein_rows(eaten: Eaten, constants: ModelConstants) -> list[_Row]:
    """Digestion, absorption after it, and the pool that raises insulin; none without protein."""
    if not np.any(eaten.bound_g_kg):
        return []
    second, effect = _usual(constants), per_case(constants.insulin_effect_rate)
    first = _apart(_apart(eaten.digestion_per_h / eaten.slow, second), effect)
    arriving = _arriving(eaten.bound_g_kg, 1.0 - per_table(constants.bound_fraction), constants) / (second - first)[..., None]
    pool = per_case(constants.insulin_amino) * eaten.bound_g_kg.sum(axis=-1) * first / (effect - first)
    start = eaten.start_h + eaten.lag_h
    return [
        (first, start, _weights(-second * arriving, pool)),
        (np.full_like(first, second), start, _weights(first[..., None] * arriving, 0.0)),
        (np.full_like(first, effect), start, _weights(0.0 * arriving, -pool)),
    ]


def _free_rows(eaten: Eaten, constants: ModelConstants) -> list[_Row]:
    """Absorption at each rate of the amino acids, and the pool that raises insulin; none without free amino acids."""
    if not np.any(eaten.free_g_kg):
        return []
    usual, effect = _usual(constants), per_case(constants.insulin_effect_rate)
    arriving = _arriving(eaten.free_g_kg, (1.0 - per_table(constants.free_fraction)) * eaten.kept_free, constants)
    speeds = per_table(constants.free_absorption)
    slower = [i for i in range(len(AA)) if np.any(speeds[..., i] != usual)]
    rest = arriving.copy()
    rest[..., slower] = 0.0
    rate = _apart(_emptied(usual, eaten, usual), effect)
    pool = per_case(constants.insulin_amino) * eaten.free_g_kg.sum(axis=-1) * rate / (effect - rate)
    rows = [(rate, eaten.start_h, _weights(-rest, pool)), (np.full_like(rate, effect), eaten.start_h, _weights(0.0 * rest, -pool))]
    for i in slower:
        own = np.zeros_like(rest)
        own[..., i] = -arriving[..., i]
        rows.append((_emptied(speeds[..., i], eaten, usual), eaten.start_h, _weights(own, 0.0)))
    return rows


def _emptied(speed: float | Array, eaten: Eaten, usual: float | Array) -> Array:
    """Rate of a free amino acid: the times of emptying, prolonged by what the stomach holds, and of dissolving add up. (case, event)"""
    rate: Array = 1.0 / (1.0 / speed + (eaten.slow * eaten.slow_free - 1.0) / usual)
    return rate


def _carbohydrate_rows(eaten: Eaten, constants: ModelConstants) -> list[_Row]:
    """The pool that raises insulin; none without carbohydrate."""
    if not np.any(eaten.carbohydrate_g_kg):
        return []
    effect = per_case(constants.insulin_effect_rate)
    rate = _apart(eaten.carbohydrate_per_h / eaten.slow, effect)
    pool = eaten.carbohydrate_g_kg * rate / (effect - rate)
    none = np.zeros_like(eaten.bound_g_kg)
    return [(rate, eaten.start_h, _weights(none, pool)), (np.full_like(rate, effect), eaten.start_h, _weights(none, -pool))]


def _weights(acids: Array, pool: Array | float) -> Array:
    out = np.empty((*acids.shape[:-1], len(AA) + 1))
    out[..., :-1], out[..., -1] = acids, pool
    return out


def _usual(constants: ModelConstants) -> float | Array:
    """Absorption of most amino acids, 1/h: the median of an odd number. A number, or (case, 1)"""
    middle = np.sort(per_table(constants.free_absorption), axis=-1)[..., len(AA) // 2]
    return float(middle) if middle.ndim == 0 else middle


def _arriving(grams: Array, kept: Array, constants: ModelConstants) -> Array:
    """Amino acids that reach the circulation, umol/kg, when gut and liver keep a share; the Phe that they keep leaves in part as Tyr."""
    moles = 1e6 * grams / constants.molar_mass
    out = moles * (1.0 - kept)
    phe, tyr = INDEX["phe"], INDEX["tyr"]
    out[..., tyr] += constants.phe_to_tyr * (moles[..., phe] - out[..., phe])
    return out


def _apart(rate: Array, other: float | Array) -> Array:
    """The rate, moved off another one by a part in 10,000 where both are equal: the closed form has 0/0 there."""
    return np.where(np.abs(rate - other) < 1e-4 * other, other * (1.0 + 1e-4), rate)
