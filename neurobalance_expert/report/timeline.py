"""The day of an assessment as rows of a table and as the chart's steps and events, on one clock that does not start again at midnight."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal

from msgspec import Struct

from neurobalance_expert.explain.wording import AMINO_ACIDS, NOT_KNOWN, enum
from neurobalance_expert.outcome import Assessment, FoodLine, SupplementLine, WindowLine
from neurobalance_expert.report.charts import Day, Event, Step

SHOWN = ("trp", "tyr")  # the amino acids of the chart and the table
_DAY = 24 * 60
_CLOCK = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)")


class WindowRow(Struct, frozen=True):
    """A part of the day in words. ``influx`` follows ``SHOWN``."""

    when: str
    phase: str
    items: tuple[str, ...]
    protein: str
    carbohydrate: str
    influx: tuple[str, ...]
    trp_lnaa: str


def window_label(w: WindowLine) -> str:
    """What stands for a window in a sentence."""
    return f"{w.start} to {w.end}"


def window_rows(windows: Iterable[WindowLine]) -> tuple[WindowRow, ...]:
    """Rows of the table. Where nothing was eaten the amounts are a dash; where something was and the amount is not known, it says so."""
    return tuple(
        WindowRow(
            when=f"{w.start}–{w.end}",
            phase=enum(w.phase),
            items=w.items,
            protein=_grams(w.protein_g, w.items),
            carbohydrate=_grams(w.carbohydrate_g, w.items),
            influx=tuple(_two(w.influx.get(aa)) for aa in SHOWN),
            trp_lnaa=NOT_KNOWN if w.trp_lnaa is None else f"{w.trp_lnaa:.3f}",
        )
        for w in windows
    )


def day_of(a: Assessment) -> Day:
    """Steps, events and the text alternative of the chart."""
    entries: tuple[FoodLine | SupplementLine, ...] = (*a.foods, *a.supplements)
    first = min((x.date for x in entries if x.date and _minutes(x.time) is not None), default=a.diary_date)
    steps = _steps(a.windows)
    events = (*_events(a.foods, "meal", first), *_events(a.supplements, "supplement", first))
    series = tuple((aa, f"{AMINO_ACIDS[aa].capitalize()} entry (fasting = 1)") for aa in SHOWN)
    return Day(steps, events, _nights(steps, a.assumed_night), series, "The day on a clock axis", _describe(steps))


def _nights(steps: Sequence[Step], night: tuple[str, str]) -> tuple[tuple[int, int], ...]:
    """The assumed sleep as far as the steps reach, on their clock."""
    start, end = _minutes(night[0]), _minutes(night[1])
    if not steps or start is None or end is None:
        return ()
    length = (end - start) % _DAY
    begins = range(start - _DAY, steps[-1].end, _DAY)
    spans = ((max(begin, steps[0].start), min(begin + length, steps[-1].end)) for begin in begins)
    return tuple((a, b) for a, b in spans if a < b)


def _steps(windows: Sequence[WindowLine]) -> tuple[Step, ...]:
    """Clock times as running minutes. A first window that crosses midnight begins on the evening before."""
    out: list[Step] = []
    for w in windows:
        start, end = _minutes(w.start), _minutes(w.end)
        if start is None or end is None:
            continue
        if not out and end <= start and len(windows) > 1:
            start -= _DAY
        while out and start < out[-1].start:
            start += _DAY
        while end <= start:
            end += _DAY
        out.append(Step(start, end, f"{w.start} to {w.end}", {aa: w.influx.get(aa) for aa in SHOWN}))
    return tuple(out)


def _events(lines: Iterable[FoodLine | SupplementLine], kind: Literal["meal", "supplement"], first: str) -> tuple[Event, ...]:
    """One event for everything of one kind at one minute. Lines without a clock time are in the tables only."""
    groups: dict[int, list[FoodLine | SupplementLine]] = {}
    for line in lines:
        minute = _minutes(line.time)
        if minute is not None:
            groups.setdefault(minute + _days_between(first, line.date) * _DAY, []).append(line)
    return tuple(Event(minute, kind, g[0].time, f"{g[0].time} {'; '.join(x.entered for x in g)}") for minute, g in sorted(groups.items()))


def _describe(steps: Iterable[Step]) -> str:
    parts = []
    for step in steps:
        entries = ", ".join(f"{AMINO_ACIDS[aa]} {_two(step.values.get(aa))}" for aa in SHOWN)
        parts.append(f"{step.label}: {entries}")
    if not parts:
        return "No influx could be computed; the marks show when food and supplements were recorded."
    listed = "; ".join(parts)
    return f"Entry into brain over the person's own fasting rate, by part of the day. {listed}. The table below has the same numbers."


def _minutes(text: str) -> int | None:
    match = _CLOCK.fullmatch(text)
    return int(match.group(1)) * 60 + int(match.group(2)) if match else None


def _days_between(first: str, other: str) -> int:
    try:
        return max(0, (date.fromisoformat(other) - date.fromisoformat(first)).days) if first and other else 0
    except ValueError:
        return 0


def _grams(value: float | None, items: Sequence[str]) -> str:
    return f"{value:.1f}" if value is not None else NOT_KNOWN if items else "–"


def _two(value: float | None) -> str:
    return f"{value:.2f}" if value is not None else NOT_KNOWN
