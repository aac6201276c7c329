"""What the model gives for every quantity of every study: all arms in one batch of the kernel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isfinite, log, sqrt

import numpy as np
from msgspec import Struct

from neurobalance_expert.model.constants import INDEX, Array, ModelConstants
from neurobalance_expert.model.day import DayCourse, simulate, stack
from neurobalance_expert.model.route_constants import RouteConstants
from neurobalance_expert.model.studies.meals import case_of, last_minute
from neurobalance_expert.model.studies.other import other_courses
from neurobalance_expert.model.studies.types import NULL, ROUTES, SIX, TOLERANCE, Protein, Quantity, Study

EVERY_MIN = 5.0


class Row(Struct, frozen=True):
    """One quantity beside what the model gives. ``inside`` and ``sign_right`` are None where the study has nothing to compare with."""

    study: str
    arm: str
    quantity: Quantity
    text: str
    spread: float | None  # between people, or half of a range
    model: float | None  # None when the model cannot tell
    change: float | None  # from the base, what the sign is read from
    inside: bool | None
    sign_right: bool | None

    @property
    def wrong(self) -> bool:
        """Whether this alone makes the validation fail: a sign that is wrong where nobody contests it."""
        return self.sign_right is False and not self.quantity.contested


class Courses(Struct, frozen=True):
    """The course of the batch, and which row of it each arm is."""

    course: DayCourse
    row: Mapping[tuple[str, str], int]
    other_uM: Mapping[str, Array] = {}  # precursors with a route of their own: (case, time)


def run(studies: Mapping[str, Study], proteins: Mapping[str, Protein], constants: ModelConstants, routes: RouteConstants) -> Courses:
    """Simulate every arm of every study in one batch, in steps of 5 min up to the last minute that is read."""
    arms = [(study, arm) for study in studies.values() for arm in study.arms.values()]
    batch = stack([case_of(study, arm, proteins, constants) for study, arm in arms])
    until_h = max(1.0, last_minute([arm for _, arm in arms]) / 60.0 + EVERY_MIN / 60.0)
    course = simulate(batch, constants, EVERY_MIN, until_h)
    other = other_courses(arms, course.t_min, routes)
    return Courses(course, {(study.id, arm.id): i for i, (study, arm) in enumerate(arms)}, other)


def evaluate(studies: Mapping[str, Study], courses: Courses) -> list[Row]:
    """A row for every quantity, in the order of the files."""
    rows = []
    for study in studies.values():
        for arm in study.arms.values():
            rows += [_row(study, arm.id, q, courses) for q in arm.quantities]
    return rows


def series(courses: Courses, case: int, q: Quantity) -> Array:
    """The quantity over time in its own unit. (time,)"""
    if q.what in courses.other_uM:
        return np.asarray(courses.other_uM[q.what][case])
    course = courses.course
    level = course.plasma_uM[case]
    with np.errstate(divide="ignore", invalid="ignore"):
        if q.what == "plasma":
            return _sum(level, q.of)
        if q.what == "free_trp":
            return np.asarray(course.trp_free_uM[case])
        if q.what == "ratio":
            return np.asarray(_sum(level, q.of) / _sum(level, q.over))
        entry = course.influx_vs_fasting[case]
        if q.what == "entry":
            return np.asarray(entry[:, INDEX[q.of[0]]])
        phe = INDEX["phe"]  # entry of any substrate over its own plasma is the same: S at fasting over S
        return np.asarray(entry[:, phe] * level[0, phe] / level[:, phe])


def curve(courses: Courses, case: int, q: Quantity) -> Array:
    """The quantity over time as it is drawn: as it is, or as times of its base. (time,)"""
    values = series(courses, case, q)
    return values if q.scale == "value" else np.asarray(values / np.interp(q.base_min, courses.course.t_min, values))


def spread_of(q: Quantity, n: int | None) -> float | None:
    """The published spread as one between people: a standard error times the root of n, a 95 % interval as its half width."""
    if q.spread is None or (q.spread_kind == "sem" and n is None):
        return None
    return q.spread * sqrt(n or 1) if q.spread_kind == "sem" else q.spread


def is_inside(q: Quantity, model: float | None, spread: float | None) -> bool | None:
    """Whether the model is within the published spread or a quarter of the published value, whichever is wider; a bound is strict."""
    if q.published is None:
        return None
    if model is None:
        return False
    if q.bound:
        return model >= q.published if q.bound == "at_least" else model <= q.published
    null = NULL.get(q.scale)
    if q.published == null:  # no change: a quarter of it is nothing, so what counts as none is said
        return abs(model - q.published) <= max(spread or 0.0, q.within)
    return abs(model - q.published) <= max(spread or 0.0, TOLERANCE * abs(q.published))


def is_sign_right(q: Quantity, change: float | None) -> bool | None:
    """Whether the model moves the published way.

    Args:
        change: Relative change from the base.
    """
    if not q.direction:
        return None
    if change is None:
        return False
    right = {
        "up": change > 0,
        "down": change < 0,
        "none": abs(change) <= q.within,
        "not_up": change <= q.within,
        "not_down": change >= -q.within,
    }
    return right[q.direction]


def reading(courses: Courses, case: int, q: Quantity) -> float:
    """The quantity before it is set against its base; a time in minutes."""
    values, course = series(courses, case, q), courses.course
    low, high = (int(np.searchsorted(course.t_min, edge)) for edge in (q.span[0], q.span[1] + 1e-9))
    if q.take == "at":
        return float(np.interp(q.span[0], course.t_min, values))
    part = values[low:high]
    if q.take == "time_of_highest":
        return time_of_highest(course.t_min[low:high], part) if np.isfinite(part).all() else float("nan")
    return float(_TAKE[q.take](part))


def time_of_highest(t_min: Array, values: Array) -> float:
    """When a course is highest: the top of the parabola through the highest point and its neighbours; that point at an end of the span.

    Args:
        t_min: Evenly spaced. (time,) min
        values: (time,)

    >>> time_of_highest(np.array([0.0, 5.0, 10.0]), np.array([1.0, 4.0, 3.0]))
    6.25
    """
    top = int(values.argmax())
    if top in (0, len(values) - 1):
        return float(t_min[top])
    before, here, after = values[top - 1 : top + 2]
    bend = before - 2.0 * here + after
    return float(t_min[top] + (0.5 * (before - after) / bend if bend else 0.0) * (t_min[top + 1] - t_min[top]))


def reading_and_base(courses: Courses, study: str, arm: str, q: Quantity) -> tuple[float, float]:
    """The quantity of an arm and what it is set against: the same reading of another arm, or its own value at the base minute."""
    case = courses.row[study, arm]
    if q.against:
        base = reading(courses, courses.row[study, q.against], q)
    else:
        base = float(np.interp(q.base_min, courses.course.t_min, series(courses, case, q)))
    return reading(courses, case, q), base


def scaled(value: float, base: float, scale: str) -> float:
    """A value against its base."""
    if scale == "value":
        return value
    times = value / base if base > 0 else float("nan")
    if scale == "ln_times":
        return log(times) if times > 0 else float("nan")
    return times - 1.0 if scale == "change" else times


def _row(study: Study, arm: str, q: Quantity, courses: Courses) -> Row:
    value, base = reading_and_base(courses, study.id, arm, q)
    model = _known(scaled(value, base, q.scale))
    change = None if q.take == "time_of_highest" and not q.against else _known(scaled(value, base, "change"))
    spread = spread_of(q, study.n)
    return Row(study.id, arm, q, describe(q), spread, model, change, is_inside(q, model, spread), is_sign_right(q, change))


def describe(q: Quantity) -> str:
    """The quantity in words, such as ``trp/LNAA, 120 to 180 min, change``."""
    what = describe_what(q)
    start, end = (f"{edge:g}" for edge in q.span)
    when = f"at {start} min" if q.take == "at" else f"{q.take.replace('_', ' ')}, {start} to {end} min"
    unit = "min" if q.take == "time_of_highest" else "uM" if q.what in ("plasma", "free_trp", *ROUTES) else ""
    scale = unit if q.scale == "value" else {"ln_times": "ln of times"}.get(q.scale, q.scale)
    base = f" against {q.against}" if q.against else f" from {q.base_min:g} min" if q.base_min else ""
    return f"{what}, {when}{f', {scale}' if scale else ''}{base}"


def describe_what(q: Quantity) -> str:
    """What is measured, such as ``trp/LNAA``."""
    of = "+".join(q.of)
    names = {"plasma": of, "free_trp": "free trp", "carrier": "entry of infused levodopa", "entry": f"entry of {of}", "five_htp": "5-HTP"}
    return f"{of}/{_over(q)}" if q.what == "ratio" else names.get(q.what, q.what)


def _over(q: Quantity) -> str:
    if q.over == tuple(aa for aa in SIX if aa not in q.of):
        return "LNAA"
    return q.over[0] if len(q.over) == 1 else f"({'+'.join(q.over)})"


def _sum(level: Array, names: tuple[str, ...]) -> Array:
    return np.asarray(level[:, [INDEX[aa] for aa in names]].sum(axis=-1))


def _known(value: float) -> float | None:
    return value if isfinite(value) else None


_TAKE: Mapping[str, Callable[[Array], float]] = {"mean": np.mean, "highest": np.max, "lowest": np.min}
