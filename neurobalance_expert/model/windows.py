"""The day cut into windows: fed after an intake, night while the person is assumed to sleep, fasting between.

Times are minutes after midnight of the first day and may run over several days. A fed window takes precedence over the night, so
that a dinner or a bedtime dose is seen with the hours in which it acts. Lengths: knowledge/assumptions.yaml.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from math import floor
from typing import Literal

import numpy as np
import numpy.typing as npt

from neurobalance_expert.model.constants import Array, Assumptions
from neurobalance_expert.model.day import DayCourse

DAY_MIN = 1440.0
IndexArray = npt.NDArray[np.intp]
Phase = Literal["fed", "fasting", "night"]


@dataclass(frozen=True, slots=True)
class Window:
    """A span of the day. ``events`` are the positions, in the sequence that was cut, of the intakes that opened it; a mean over the
    window is taken up to ``mean_until_min`` (earlier than its end only for fed windows)."""

    id: str
    phase: Phase
    start_min: float
    end_min: float
    events: tuple[int, ...]
    mean_until_min: float


@dataclass(frozen=True, slots=True)
class _Meal:
    start_min: float
    events: tuple[int, ...]


def cut_windows(event_min: Sequence[float | None], assumptions: Assumptions) -> tuple[Window, ...]:
    """Windows without gap or overlap, from waking (or an earlier first intake) to the end of the night after the last intake.

    Args:
        event_min: Start of each intake; None where the time is not known: such an intake opens no window.
        assumptions: Night and lengths.

    Returns:
        Windows in order of time with the ids w1, w2, …; an order of the same intakes other than by time gives the same windows.

    Raises:
        ValueError: a time is not finite or negative.
    """
    meals = _meals(event_min, assumptions.meal_merge_min)
    fed: list[tuple[float, float, tuple[int, ...]]] = []
    for meal, after in zip_longest(meals, meals[1:]):
        end = meal.start_min + assumptions.fed_min
        fed.append((meal.start_min, min(end, after.start_min) if after else end, meal.events))
    start = min([_wake(0.0, assumptions), *(m.start_min for m in meals[:1])])
    end = max([_day_end(meals[-1].start_min if meals else 0.0, assumptions), *(f[1] for f in fed[-1:])])
    spans: list[tuple[Phase, float, float, tuple[int, ...]]] = []
    now = start
    for fed_start, fed_end, events in fed:
        spans += [(phase, a, b, ()) for phase, a, b in _unfed(now, fed_start, assumptions)]
        spans.append(("fed", fed_start, fed_end, events))
        now = fed_end
    spans += [(phase, a, b, ()) for phase, a, b in _unfed(now, end, assumptions)]
    return tuple(_window(f"w{i}", *span, assumptions) for i, span in enumerate(spans, start=1))


def window_means(course: DayCourse, windows: Sequence[Window], series: Array, case: int = 0) -> Array:
    """Mean of a series over each window (trapezoids between the points of the course).

    Before the first intake the series has its first value, the fasting one. Of a window that runs past the end of the course only
    what is covered counts.

    Args:
        course: The course that the series belongs to.
        windows: Of one case.
        series: (case, time) or (case, time, aa)
        case: Which case of the course.

    Returns:
        (window,) or (window, aa). NaN where the course covers nothing of a window or the series is not known.
    """
    one = slice(case, case + 1)
    return each_window_means(course.t_min, course.first_intake_min[one], [windows], series[one])[0]


def each_window_means(t_min: Array, first_min: Array, windows: Sequence[Sequence[Window]], series: Array) -> list[Array]:
    """``window_means`` of several cases at once, each with its own windows.

    Args:
        t_min: Minutes after the first intake. (time,)
        first_min: The first intake of each case, minutes after midnight of the first day; NaN without an intake. (case,)
        windows: Those of each case.
        series: (case, time) or (case, time, aa)
    """
    of = np.array([row for row, its in enumerate(windows) for _ in its], dtype=np.intp)  # (window of any case,)
    first = np.where(np.isnan(first_min), 0.0, first_min)[of]
    start = np.array([w.start_min for its in windows for w in its]) - first
    end = np.minimum(np.array([w.mean_until_min for its in windows for w in its]) - first, t_min[-1])
    steps = np.diff(t_min).reshape(-1, *[1] * (series.ndim - 2))
    area = np.concatenate([np.zeros_like(series[:, :1]), np.cumsum(0.5 * steps * (series[:, 1:] + series[:, :-1]), axis=1)], axis=1)
    integral = _integrals(t_min, series, area, np.concatenate([of, of]), np.concatenate([start, end]))
    length = (end - start).reshape(-1, *[1] * (series.ndim - 2))
    means = np.where(length > 0, (integral[len(of) :] - integral[: len(of)]) / np.where(length > 0, length, 1.0), np.nan)
    ends = np.cumsum([len(its) for its in windows])
    return np.split(means, ends[:-1])


def _window(name: str, phase: Phase, start: float, end: float, events: tuple[int, ...], assumptions: Assumptions) -> Window:
    until = min(end, start + assumptions.fed_mean_min) if phase == "fed" else end
    return Window(name, phase, start, end, events, until)


def _integrals(t: Array, series: Array, area: Array, row: IndexArray, at: Array) -> Array:
    """Integral of the series of some rows from t[0] to some times; negative before it, where the first value holds.

    Args:
        area: Up to each point. (case, time[, aa])
        row, at: (integral,)

    Returns:
        (integral[, aa])
    """
    over = (-1, *[1] * (series.ndim - 2))
    before: Array = series[row, 0] * (at - t[0]).reshape(over)
    if len(t) == 1:
        return before
    i = np.clip(np.searchsorted(t, at, side="right") - 1, 0, len(t) - 2)
    into = (at - t[i]).reshape(over)
    low = series[row, i]
    slope = (series[row, i + 1] - low) / (t[i + 1] - t[i]).reshape(over)
    total: Array = np.where((at <= t[0]).reshape(over), before, area[row, i] + into * (low + 0.5 * into * slope))
    return total


def _meals(event_min: Sequence[float | None], merge_min: float) -> list[_Meal]:
    known = [(float(at), i) for i, at in enumerate(event_min) if at is not None]
    wrong = [at for at, _ in known if not (np.isfinite(at) and at >= 0)]
    if wrong:
        raise ValueError(f"the time of an intake must be a number of minutes after midnight, 0 or more, not {wrong[0]}")
    meals: list[_Meal] = []
    for at, i in sorted(known):
        if meals and at - meals[-1].start_min <= merge_min:
            meals[-1] = _Meal(meals[-1].start_min, (*meals[-1].events, i))
        else:
            meals.append(_Meal(at, (i,)))
    return meals


def _wake(day: float, assumptions: Assumptions) -> float:
    """End of the night on a day."""
    return day * DAY_MIN + assumptions.night_end_min


def _day_end(last_min: float, assumptions: Assumptions) -> float:
    """End of the night that follows the day of the last intake; an intake before waking belongs to the day before."""
    day = floor((last_min - assumptions.night_end_min) / DAY_MIN)
    return _wake(max(day, 0) + 1, assumptions)


def _unfed(start: float, end: float, assumptions: Assumptions) -> list[tuple[Phase, float, float]]:
    """Night and fasting pieces of a span without food, in order."""
    length = (assumptions.night_end_min - assumptions.night_start_min) % DAY_MIN
    pieces: list[tuple[Phase, float, float]] = []
    now = start
    day = floor(start / DAY_MIN) - 1
    while now < end:
        night = day * DAY_MIN + assumptions.night_start_min
        if now < min(night, end):
            pieces.append(("fasting", now, min(night, end)))
            now = min(night, end)
        if night <= now < min(night + length, end):
            pieces.append(("night", now, min(night + length, end)))
            now = min(night + length, end)
        day += 1
    return pieces
