"""How sure the model is: one day with many draws of the constants and of fasting plasma, on the same kernel.

Each draw is a case of one batch. Constants are drawn log-normally with the spreads of ``knowledge/plasma.yaml``, fasting plasma with its
standard deviation between people. docs/model.md#draws
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from neurobalance_expert.model.batch import DayBatch, Intake, stack
from neurobalance_expert.model.constants import AA, INDEX, Array, ModelConstants
from neurobalance_expert.model.day import DayCourse, rounded

CENTILES = (5, 50, 95)
MOST = 10_000
_CUT = 2.5  # draws further out than this many standard deviations count as that
_GROUPS = (("trp",), ("tyr",), ("leu", "ile", "val"), tuple(aa for aa in AA if aa not in ("trp", "tyr", "leu", "ile", "val")))
# a larger rise of oxidation would burn less than nothing of what is scarce
_LARGEST = {"bound_fraction": 0.98, "free_fraction": 0.98, "oxidation_rise": 0.7}


def draw(
    weight_kg: float, intakes: Sequence[Intake], fasting_uM: Array, constants: ModelConstants, number: int, seed: int
) -> tuple[DayBatch, ModelConstants]:
    """The day of one case ``number`` times, with constants and fasting plasma of each draw.

    A table is drawn by groups: Trp, Tyr, the branched-chain ones and the rest move each by one factor.

    Args:
        number: 1 to ``MOST``
        seed: The same seed gives the same draws.

    Raises:
        ValueError: ``number`` is out of range.
    """
    if not 1 <= number <= MOST:
        raise ValueError(f"the number of draws must be from 1 to {MOST}, not {number}")
    rng = np.random.default_rng(seed)

    def factors(spread: Array | float, shape: tuple[int, ...]) -> Array:
        away: Array = np.clip(rng.standard_normal(shape), -_CUT, _CUT)
        return np.exp(np.log(spread) * away)

    relative = constants.fasting_sd / constants.fasting
    fasting = fasting_uM * factors(np.exp(np.sqrt(np.log1p(relative**2))), (number, len(AA)))
    drawn: dict[str, Any] = {}
    for name, spread in constants.spreads.items():
        value = getattr(constants, name)
        if np.ndim(value) == 0:
            drawn[name] = value * factors(spread, (number,))
            continue
        by_group = factors(spread, (number, len(_GROUPS)))
        table = np.repeat(value[None, :], number, axis=0)
        for n, group in enumerate(_GROUPS):
            table[:, [INDEX[aa] for aa in group]] *= by_group[:, n, None]
        drawn[name] = np.minimum(table, _LARGEST.get(name, np.inf))
    one = stack([(weight_kg, intakes, fasting_uM)])
    rows = np.zeros(number, dtype=np.int64)
    tiled = DayBatch(**{name: getattr(one, name)[rows] for name in DayBatch.__slots__})
    return replace(tiled, fasting_uM=fasting), replace(constants, **drawn)


def bands(course: DayCourse, seed: int) -> dict[str, Any]:
    """Centiles over the cases of a drawn batch in the shape of ``course_json``, with a list over time for each of p5, p50, p95."""

    def over(series: Array) -> dict[str, list[float | None]]:
        levels = np.percentile(series, CENTILES, axis=0)
        return {f"p{centile}": rounded(level) for centile, level in zip(CENTILES, levels, strict=True)}

    return {
        "draws": len(course.plasma_uM),
        "seed": seed,
        "plasma_uM": {aa: over(course.plasma_uM[..., i]) for aa, i in INDEX.items()},
        "trp_free_uM": over(course.trp_free_uM),
        "ratios": {"trp_lnaa": over(course.trp_lnaa), "tyr_lnaa": over(course.tyr_lnaa)},
        "influx_vs_fasting": {aa: over(course.influx_vs_fasting[..., i]) for aa, i in INDEX.items() if aa != "lys"},
    }
