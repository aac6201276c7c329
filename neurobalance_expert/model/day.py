"""The day put together: intakes in, plasma and influx over time out. One case is a batch of one.

All the physiology is in ``plasma`` and ``barrier``; here the intakes are stacked, the grid is laid and the ratios are formed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from math import ceil, isfinite, log10
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from neurobalance_expert.model import barrier, plasma
from neurobalance_expert.model.constants import AA, INDEX, RIVALS_OF_TRP, Array, ModelConstants

MAX_STEP_MIN = 7.5  # of the recurrence; halving it moves no value by more than 1 %
DAY_H = 24.0
AFTER_LAST_H = 12.0  # what the course covers after the last intake
_CHUNK = 200  # cases worked on at a time, so that the arrays stay in the cache


@dataclass(frozen=True, slots=True)
class Intake:
    """One intake of one person; a missing amino acid counts as none, so say NaN where it is not known."""

    time_h: float
    bound_g: Mapping[str, float] = field(default_factory=dict)
    free_g: Mapping[str, float] = field(default_factory=dict)
    carbohydrate_g: float = 0.0
    fat_g: float = 0.0
    fibre_g: float = 0.0
    protein_g: float = 0.0
    digestion_per_h: float = float("nan")


@dataclass(frozen=True, slots=True)
class DayBatch:
    """Days of several cases, events padded to the same number. Units are settled."""

    weight_kg: Array  # (case,)
    time_h: Array  # (case, event) hours after midnight of the first day
    bound_g: Array  # (case, event, aa) amino acids inside protein, as free acids
    free_g: Array  # (case, event, aa) free amino acids
    carbohydrate_g: Array  # (case, event)
    fat_g: Array  # (case, event)
    fibre_g: Array  # (case, event)
    protein_g: Array  # (case, event) for the report; the model uses the amino acids
    digestion_per_h: Array  # (case, event) NaN: solid mixed meal
    valid: npt.NDArray[np.bool_]  # (case, event) False: padding
    fasting_uM: Array  # (case, aa) NaN: not known


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


def stack(cases: Sequence[tuple[float, Sequence[Intake], Array]]) -> DayBatch:
    """A batch from (body mass kg, intakes, fasting plasma (aa,) uM) of each case.

    Raises:
        KeyError: an amino acid that is not on the axis ``AA``.
    """
    width = max((len(intakes) for _, intakes, _ in cases), default=0)
    shape = (len(cases), width)
    columns = {f.name: np.zeros(shape) for f in fields(Intake)}
    columns["bound_g"], columns["free_g"] = np.zeros((*shape, len(AA))), np.zeros((*shape, len(AA)))
    valid = np.zeros(shape, dtype=bool)
    for case, (_, intakes, _) in enumerate(cases):
        for event, intake in enumerate(intakes):
            valid[case, event] = True
            for name, column in columns.items():
                value = getattr(intake, name)
                if isinstance(value, Mapping):
                    for aa, grams in value.items():
                        column[case, event, INDEX[aa]] = grams
                else:
                    column[case, event] = value
    weight = np.array([w for w, _, _ in cases], dtype=np.float64)
    fasting = np.array([f for _, _, f in cases], dtype=np.float64).reshape(len(cases), len(AA))
    return DayBatch(weight_kg=weight, valid=valid, fasting_uM=fasting, **columns)


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
    if not (isfinite(every_min) and every_min > 0):
        raise ValueError(f"the distance of the output points must be above 0 minutes, not {every_min}")
    first_h = np.where(batch.valid, batch.time_h, np.inf).min(axis=-1, initial=np.inf)
    first_h = np.where(np.isinf(first_h), np.nan, first_h)
    since_first_h = np.where(batch.valid, batch.time_h - first_h[:, None], 0.0)
    length_h = _length_h(since_first_h) if until_h is None else until_h
    if not (isfinite(length_h) and length_h > 0):
        raise ValueError(f"the course must be longer than 0 hours, not {until_h}")
    points = int(length_h * 60.0 / every_min + 1e-9)
    steps = max(1, ceil(every_min / MAX_STEP_MIN))
    grid_h: Array = np.arange(points * steps + 1, dtype=np.float64) * (every_min / 60.0 / steps)
    out = np.empty((len(batch.weight_kg), points + 1, len(AA)))
    insulin = np.empty(out.shape[:2])
    for start in range(0, len(out), _CHUNK):
        rows = slice(start, start + _CHUNK)
        full, effect = _course(batch, rows, since_first_h[rows], grid_h, constants)
        out[rows], insulin[rows] = full[:, ::steps], effect[:, ::steps]
    free = plasma.free_tryptophan(out[..., INDEX["trp"]], insulin, constants)
    free_pair = (free, free[:, 0]) if tryptophan == "free" else None
    relative = barrier.influx_vs_fasting(out, batch.fasting_uM, constants, free_pair)
    t_min: Array = np.arange(points + 1, dtype=np.float64) * every_min
    return DayCourse(t_min, out, free, _over_rivals(out, "trp"), _over_rivals(out, "tyr"), relative, 60.0 * first_h)


def course_json(course: DayCourse, case: int = 0) -> dict[str, Any]:
    """The course of one case as plain data: four significant digits, None where unknown; lys has no influx entry."""
    influx = {aa: _plain(course.influx_vs_fasting[case, :, i]) for aa, i in INDEX.items() if aa != "lys"}
    return {
        "t_min": _plain(course.t_min),
        "plasma_uM": {aa: _plain(course.plasma_uM[case, :, i]) for aa, i in INDEX.items()},
        "trp_free_uM": _plain(course.trp_free_uM[case]),
        "ratios": {"trp_lnaa": _plain(course.trp_lnaa[case]), "tyr_lnaa": _plain(course.tyr_lnaa[case])},
        "influx_vs_fasting": influx,
    }


def _length_h(since_first_h: Array) -> float:
    last = np.nanmax(since_first_h, initial=0.0)
    return max(DAY_H, float(ceil(last + AFTER_LAST_H)))


def _course(batch: DayBatch, rows: slice, time_h: Array, grid_h: Array, constants: ModelConstants) -> tuple[Array, Array]:
    """Plasma (case, grid, aa) and insulin effect (case, grid) of some cases."""
    valid = batch.valid[rows]

    def known(column: Array) -> Array:
        mask = valid if column.ndim == 2 else valid[..., None]
        return np.where(mask, column, 0.0)

    per_kg = 1.0 / batch.weight_kg[rows]
    since_h = np.maximum(grid_h - time_h[..., None], 0.0)  # (case, event, grid)
    fat_g, fibre_g = (plasma.stomach_load(grams, time_h, constants) for grams in (known(batch.fat_g[rows]), known(batch.fibre_g[rows])))
    free_g = plasma.stomach_load(known(batch.free_g[rows]).sum(axis=-1), time_h, constants)
    slow = plasma.slowing(fat_g, fibre_g, constants)
    emptying = slow * plasma.slowing_free(free_g, constants)
    insulin = plasma.insulin_effect(known(batch.carbohydrate_g[rows]) * per_kg[:, None], since_h, slow, constants)
    rate = batch.digestion_per_h[rows]
    digestion = np.where(np.isnan(rate) | ~valid, constants.digestion, rate)
    bound, free = (known(grams[rows]) * per_kg[:, None, None] for grams in (batch.bound_g, batch.free_g))
    given = plasma.drive(since_h, bound, free, digestion / slow, emptying, insulin, constants)
    return plasma.follow(batch.fasting_uM[rows], given, float(grid_h[1]), constants), insulin


def _over_rivals(plasma_uM: Array, aa: str) -> Array:
    """An amino acid over the molar sum of the other five of Trp, Tyr, Phe, Leu, Ile, Val. (case, time)"""
    rivals = [INDEX[r] for r in ("trp", *RIVALS_OF_TRP) if r != aa]
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio: Array = plasma_uM[..., INDEX[aa]] / plasma_uM[..., rivals].sum(axis=-1)
    return ratio


def _plain(values: Array) -> list[float | None]:
    return [_rounded(v) if isfinite(v) else None for v in values.tolist()]


def _rounded(value: float) -> float:
    return 0.0 if value == 0 else round(value, 3 - int(log10(abs(value)) // 1))
