"""From a batch of days to plasma over time, in pieces that fit the cache: the gut in closed form, then the balance stepped in time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, isfinite

import numpy as np

from neurobalance_expert.model import gut, plasma
from neurobalance_expert.model.batch import DayBatch
from neurobalance_expert.model.constants import AA, INDEX, Array, ModelConstants, per_case

MAX_STEP_MIN = 7.5  # of the recurrence (docs/model.md#plasma)
DAY_H = 24.0
AFTER_LAST_H = 12.0  # what the course covers after the last intake
_CHUNK = 500  # cases worked on at a time, so that the arrays stay in the cache; no power of two, whose strides collide there


@dataclass(frozen=True, slots=True)
class Grid:
    """When the model is evaluated, and when each case eats on that clock."""

    t_min: Array  # (point,) minutes after the first intake
    step_h: Array  # (time,) hours after the first intake: the points, and what is between them
    between: int  # steps from point to point
    first_h: Array  # (case,) hours after midnight of the first day; NaN without an intake
    start_h: Array  # (case, event) hours after the first intake


def lay_grid(batch: DayBatch, every_min: float, until_h: float | None) -> Grid:
    """The grid of a batch; see ``day.simulate``. Raises ValueError: ``every_min`` or ``until_h`` is not a number above 0."""
    if not (isfinite(every_min) and every_min > 0):
        raise ValueError(f"the distance of the output points must be above 0 minutes, not {every_min}")
    first_h = np.where(batch.valid, batch.time_h, np.inf).min(axis=-1, initial=np.inf)
    first_h = np.where(np.isinf(first_h), np.nan, first_h)
    start_h = np.where(batch.valid, batch.time_h - first_h[:, None], 0.0)
    length_h = _length_h(start_h) if until_h is None else until_h
    if not (isfinite(length_h) and length_h > 0):
        raise ValueError(f"the course must be longer than 0 hours, not {until_h}")
    points = int(length_h * 60.0 / every_min + 1e-9)
    between = max(1, ceil(every_min / MAX_STEP_MIN))
    step_h = np.arange(points * between + 1, dtype=np.float64) * (every_min / 60.0 / between)
    return Grid(np.arange(points + 1, dtype=np.float64) * every_min, step_h, between, first_h, start_h)


def in_pieces(cases: int, work: Callable[[slice], None]) -> None:
    """Does the work on one piece of the cases after the other, or on several at once where there are processors; numpy lets them run."""
    pieces = [slice(start, min(start + _CHUNK, cases)) for start in range(0, cases, _CHUNK)]
    if len(pieces) < 2:
        for piece in pieces:
            work(piece)
        return
    from concurrent.futures import ThreadPoolExecutor
    from os import cpu_count

    with ThreadPoolExecutor(min(cpu_count() or 1, len(pieces))) as pool:
        list(pool.map(work, pieces))


def plasma_course(batch: DayBatch, constants: ModelConstants, grid: Grid) -> Array:
    """Plasma alone, without ratios and influx. (case, point, aa) uM"""
    out = np.empty((len(batch.weight_kg), len(grid.t_min), len(AA)))

    def work(rows: slice) -> None:
        fill_piece(batch, rows, grid, constants, out[rows])

    in_pieces(len(out), work)
    return out


def fill_piece(batch: DayBatch, rows: slice, grid: Grid, constants: ModelConstants, out: Array) -> Array:
    """Fills ``out`` (case, point, aa) with the plasma of some cases. Returns the effect of insulin, 0 to 1. (case, point)"""
    constants = constants.some(rows)
    start_h = grid.start_h[rows]
    eaten = _eaten(batch, rows, start_h, constants)
    absorbed = gut.absorb(eaten, grid.step_h, constants)
    raises = absorbed.raises_insulin
    middle = gut.insulin(0.5 * (raises[:, 1:] + raises[:, :-1]), constants)
    at_once = np.where(eaten.free_g_kg.any(axis=-1), start_h, 0.0)
    fasting = batch.fasting_uM[rows]
    x = plasma.follow(fasting, absorbed.amino_acids, middle, at_once, float(grid.step_h[1]), constants)
    level = np.where(fasting == 0, constants.fasting, fasting)
    np.multiply(x[:: grid.between].transpose(2, 0, 1), level[:, None, :], out=out)
    insulin = gut.insulin(raises[:, :: grid.between], constants)
    out[:, 1:, INDEX["trp"]] *= 1.0 + per_case(constants.insulin_binding) * insulin[:, 1:]
    return insulin


def _eaten(batch: DayBatch, rows: slice, start_h: Array, constants: ModelConstants) -> gut.Eaten:
    valid = batch.valid[rows]

    def known(column: Array) -> Array:
        mask = valid if column.ndim == 2 else valid[..., None]
        return np.where(mask, column[rows], 0.0)

    def rate(column: Array, default: float | Array) -> Array:
        return np.where(np.isnan(column[rows]) | ~valid, default, column[rows])

    per_kg = 1.0 / batch.weight_kg[rows, None]
    bound, free = known(batch.bound_g), known(batch.free_g)
    eaten_g = {"protein": known(batch.protein_g), "carbohydrate": known(batch.carbohydrate_g), "fat": known(batch.fat_g)}
    kcal = np.sum([gut.KCAL_PER_G[name] * grams for name, grams in eaten_g.items()], axis=0)
    in_stomach = (kcal, known(batch.fibre_g), free.sum(axis=-1))
    kcal, fibre_g, free_g = (gut.stomach_load(amount, start_h, constants) for amount in in_stomach)
    lag = np.where(np.isnan(batch.digestion_per_h[rows]), per_case(constants.lag), per_case(constants.lag_drink))
    return gut.Eaten(
        start_h=start_h,
        bound_g_kg=bound * per_kg[..., None],
        free_g_kg=free * per_kg[..., None],
        carbohydrate_g_kg=eaten_g["carbohydrate"] * per_kg,
        digestion_per_h=rate(batch.digestion_per_h, per_case(constants.digestion)),
        lag_h=rate(batch.lag_h, lag),
        carbohydrate_per_h=rate(batch.carbohydrate_per_h, per_case(constants.carbohydrate_absorption)),
        slow=gut.slowing(kcal, fibre_g, constants),
        slow_free=gut.slowing_free(free_g, constants),
        kept_free=gut.first_pass(free_g, constants),
    )


def _length_h(since_first_h: Array) -> float:
    last = np.nanmax(since_first_h, initial=0.0)
    return max(DAY_H, float(ceil(last + AFTER_LAST_H)))
