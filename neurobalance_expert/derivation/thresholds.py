"""Numbers of derived rules, computed from the constants of the model. How and why: docs/derivation.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_CEILING, ROUND_HALF_EVEN, Decimal

import numpy as np
from msgspec import Struct

from neurobalance_expert.model.constants import AA, INDEX, Array, ModelConstants
from neurobalance_expert.model.day import Intake, simulate, stack

MOST_G = 32.0  # a free amino acid that does not crowd out another at this dose does not do so
HALVINGS = 14
START_H = 8.0


class Limits(Struct, frozen=True):
    """Relative influx beyond ordinary day-to-day variation, and what it was computed from."""

    low: Decimal
    raised: Decimal
    spread: float  # standard deviation of the log of the influx over fasting


def carrier_share(constants: ModelConstants) -> Array:
    """Share of LAT1 that each amino acid holds in the fasting state of adults, Trp with its available part. (aa,) 0 to 1"""
    offered = constants.fasting_uM()
    offered[INDEX["trp"]] *= constants.tryptophan_available
    load = offered * constants.lat1_inverse_km
    share: Array = load / (1.0 + load.sum())
    return share


def influx_limits(
    constants: ModelConstants, target: str, variation: Mapping[str, float], together: Sequence[Sequence[str]], deviations: float
) -> Limits:
    """Where the influx of an amino acid leaves the range in which its rivals move it from day to day.

    The influx follows 1/S, and d ln S = sum of share[j] * d ln C[j]. With a coefficient of variation for each rival, those of one
    group moving together and the groups independently::

        spread = sqrt(sum over groups of (sum over its rivals of share[j] * cv[j])^2)
        low, raised = exp(-+ deviations * spread)

    Args:
        target: The amino acid whose influx is judged; its own variation is no part of it.
        variation: Within-person coefficient of variation by amino acid; a rival without one counts with the largest of them,
            because unknown is not zero.
        together: Groups of amino acids that move together.
        deviations: Standard deviations that count as out of the ordinary.
    """
    share = carrier_share(constants)
    largest = max(variation.values())
    grouped = [list(group) for group in together]
    grouped += [[aa] for aa in AA if not any(aa in group for group in grouped)]
    terms = [sum(float(share[INDEX[aa]]) * variation.get(aa, largest) for aa in group if aa != target) for group in grouped]
    spread = float(np.sqrt(np.square(terms).sum()))
    low, raised = (_two_digits(float(np.exp(sign * deviations * spread))) for sign in (-1, 1))
    return Limits(low, raised, spread)


def crowding_doses_g(
    constants: ModelConstants, target: str, low: Decimal, rivals: Sequence[str], mass_kg: float, hours: float
) -> Mapping[str, Decimal]:
    """The smallest free dose of each rival that alone takes the mean influx of ``target`` below ``low``.

    All rivals are simulated at once by halving the interval of their doses; the result is rounded up to 0.01 g.

    Args:
        rivals: Amino acids taken one by one on an empty stomach.
        mass_kg: Body mass of the person.
        hours: Length of the mean after the dose.

    Returns:
        Grams by rival; a rival that does not do it with ``MOST_G`` is left out.
    """
    least, most = np.zeros(len(rivals)), np.full(len(rivals), MOST_G)
    reach = _mean_influx(constants, target, rivals, most, mass_kg, hours) < float(low)
    for _ in range(HALVINGS):
        middle = 0.5 * (least + most)
        below = _mean_influx(constants, target, rivals, middle, mass_kg, hours) < float(low)
        least, most = np.where(below, least, middle), np.where(below, middle, most)
    grams = {aa: Decimal(repr(g)).quantize(Decimal("0.01"), ROUND_CEILING) for aa, g in zip(rivals, most.tolist(), strict=True)}
    return {aa: grams[aa] for aa, reaches in zip(rivals, reach.tolist(), strict=True) if reaches}


def _mean_influx(constants: ModelConstants, target: str, rivals: Sequence[str], grams: Array, mass_kg: float, hours: float) -> Array:
    """Mean influx of the target over fasting after each dose. (rival,)"""
    fasting = constants.fasting_uM()
    batch = stack([(mass_kg, [Intake(START_H, free_g={aa: g})], fasting) for aa, g in zip(rivals, grams.tolist(), strict=True)])
    course = simulate(batch, constants, until_h=hours)
    mean: Array = course.influx_vs_fasting[:, :, INDEX[target]].mean(axis=1)
    return mean


def _two_digits(value: float) -> Decimal:
    return Decimal(repr(value)).quantize(Decimal("0.01"), ROUND_HALF_EVEN)
