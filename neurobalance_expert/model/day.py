"""The day put together: intakes in, plasma and influx over time out. One case is a batch of one.

The physiology is in ``gut``, ``plasma`` and ``barrier``, the stacking in ``batch``, the grid and the pieces in ``course``.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, log10
from typing import Any, Literal

import numpy as np

from neurobalance_expert.model import barrier, plasma
from neurobalance_expert.model.batch import DayBatch, Intake, stack
from neurobalance_expert.model.constants import AA, INDEX, RIVALS_OF_TRP, Array, ModelConstants
from neurobalance_expert.model.course import AFTER_LAST_H, DAY_H, fill_piece, in_pieces, lay_grid

__all__ = ["AFTER_LAST_H", "DAY_H", "DayBatch", "DayCourse", "Intake", "course_json", "simulate", "stack"]


@dataclass(frozen=True, slots=True)
class DayCourse:
    """What the model says about each case. t = 0 is the first intake; before it the person fasts."""

    t_min: Array  # (time,) minutes after the first intake
    plasma_uM: Array  # (case, time, aa)
    trp_free_uM: Array  # (case, time)
    trp_lnaa: Array  # (case, time) total Trp over Tyr + Phe + Leu + Ile + Val, molar
    tyr_lnaa: Array  # (case, time) Tyr over Trp + Phe + Leu + Ile + Val, molar
    influx_vs_fasting: Array  # (case, time, aa) NaN for lys, which the carrier does not take
    first_intake_min: Array  # (case,) minutes after midnight of the first day; NaN without an intake


def simulate(
    batch: DayBatch,
    constants: ModelConstants,
    every_min: float = 15.0,
    until_h: float | None = None,
    tryptophan: Literal["total", "free"] = "total",
) -> DayCourse:
    """Plasma, ratios and relative influx of each case.

    Args:
        batch: Any number of cases; no state is shared between them.
        every_min: Distance of the output points, minutes, > 0.
        until_h: Length of the course in hours after the first intake; by default 24 h, or 12 h after the latest last intake.
        tryptophan: Which Trp counts at the carrier. Total is the default, a choice (docs/model.md#free-or-total).

    Returns:
        Arrays over (case, time[, aa]). A NaN anywhere in a case (body mass, grams, time, fasting value) makes that case NaN from
        there on: unknown is not zero.

    Raises:
        ValueError: ``every_min`` or ``until_h`` is not a number above 0.
    """
    grid = lay_grid(batch, every_min, until_h)
    shape = (len(batch.weight_kg), len(grid.t_min))
    out, relative = np.empty((*shape, len(AA))), np.empty((*shape, len(AA)))
    free, trp, tyr = np.empty(shape), np.empty(shape), np.empty(shape)

    def work(rows: slice) -> None:
        insulin = fill_piece(batch, rows, grid, constants, out[rows])
        free[rows] = plasma.free_tryptophan(out[rows, :, INDEX["trp"]], insulin, constants)
        free_pair = (free[rows], free[rows, 0]) if tryptophan == "free" else None
        relative[rows] = barrier.influx_vs_fasting(out[rows], batch.fasting_uM[rows], constants, free_pair)
        trp[rows], tyr[rows] = _over_rivals(out[rows], "trp"), _over_rivals(out[rows], "tyr")

    in_pieces(shape[0], work)
    return DayCourse(grid.t_min, out, free, trp, tyr, relative, 60.0 * grid.first_h)


def course_json(course: DayCourse, case: int = 0) -> dict[str, Any]:
    """The course of one case as plain data: four significant digits, None where unknown; lys has no influx entry."""
    influx = {aa: rounded(course.influx_vs_fasting[case, :, i]) for aa, i in INDEX.items() if aa != "lys"}
    return {
        "t_min": rounded(course.t_min),
        "plasma_uM": {aa: rounded(course.plasma_uM[case, :, i]) for aa, i in INDEX.items()},
        "trp_free_uM": rounded(course.trp_free_uM[case]),
        "ratios": {"trp_lnaa": rounded(course.trp_lnaa[case]), "tyr_lnaa": rounded(course.tyr_lnaa[case])},
        "influx_vs_fasting": influx,
    }


def _over_rivals(plasma_uM: Array, aa: str) -> Array:
    """An amino acid over the molar sum of the other five of Trp, Tyr, Phe, Leu, Ile, Val. (case, time)"""
    rivals = [INDEX[r] for r in ("trp", *RIVALS_OF_TRP) if r != aa]
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio: Array = plasma_uM[..., INDEX[aa]] / plasma_uM[..., rivals].sum(axis=-1)
    return ratio


def rounded(values: Array) -> list[float | None]:
    """Four significant digits, None where unknown."""
    return [_rounded(v) if isfinite(v) else None for v in values.tolist()]


def _rounded(value: float) -> float:
    return 0.0 if value == 0 else round(value, 3 - int(log10(abs(value)) // 1))
