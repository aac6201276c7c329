"""Hand-made SVG: the day on a clock axis, and the strip that sets an intake interval against its reference.

Colours come from the style sheet through classes, so one drawing serves light, dark and paper. Geometry is computed here and nowhere
else; every number is rounded to a tenth of a pixel, so equal input gives equal bytes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from neurobalance_expert.report.escape import html

_LEFT, _RIGHT = 34.0, 10.0
_LANE_ROW, _PANEL, _HEAD, _AXIS = 17.0, 116.0, 36.0, 24.0
_GLYPH = 6.6  # width of one digit at the size of the chart's labels
_WORTH_A_LABEL = 0.05
_TICK_WORDS = {-3: "⅛", -2: "¼", -1: "½", 0: "1", 1: "2", 2: "4", 3: "8"}
_STRIP_W, _STRIP_H = 120.0, 16.0


class Step(Struct, frozen=True):
    """A part of the day. ``start`` and ``end`` in minutes after midnight of the first day; ``values`` over fasting, None not known."""

    start: int
    end: int
    label: str
    values: Mapping[str, float | None]


class Event(Struct, frozen=True):
    """Something eaten (``meal``) or a supplement, at a minute of the same clock."""

    minute: int
    kind: Literal["meal", "supplement"]
    label: str
    text: str


class Day(Struct, frozen=True):
    """What the chart shows. ``series`` are (key of ``Step.values``, heading), one panel each."""

    steps: tuple[Step, ...]
    events: tuple[Event, ...]
    nights: tuple[tuple[int, int], ...]  # minutes of the assumed sleep, within the steps
    series: tuple[tuple[str, str], ...]
    title: str
    description: str


class _Frame(Struct, frozen=True):
    """The clock axis: minutes to pixels."""

    start: float
    end: float
    width: float

    def x(self, minute: float) -> float:
        return _LEFT + (minute - self.start) / (self.end - self.start) * (self.width - _LEFT - _RIGHT)

    def ticks(self) -> list[int]:
        room = max(2.0, (self.width - _LEFT - _RIGHT) / 40.0)
        span_h = (self.end - self.start) / 60.0
        hours = next((h for h in (1, 2, 3, 4, 6, 12) if span_h / h <= room), 24 * math.ceil(span_h / room / 24))
        every = hours * 60
        return list(range(math.ceil(self.start / every) * every, int(self.end) + 1, every))


def day_svg(day: Day, width: int, ident: str) -> str:
    """The day as one SVG: a lane of meals and supplements, then one panel per series with steps around 1.0 on a doubling scale.

    Args:
        day: steps and events; with neither the result is ''.
        width: of the drawing in pixels, at least 300.
        ident: prefix of the ids inside, unique on the page.
    """
    minutes = [m for s in day.steps for m in (s.start, s.end)] + [e.minute for e in day.events]
    if not minutes:
        return ""
    start, end = math.floor(min(minutes) / 60) * 60, math.ceil(max(minutes) / 60) * 60
    frame = _Frame(start, max(end, start + 60), float(width))
    rows = _stagger(day.events, frame)
    lane = 20.0 + _LANE_ROW * (max((row for _, row in rows), default=0) + 1)
    bottom = lane + len(day.series) * (_HEAD + _PANEL) + 10.0
    height = bottom + _AXIS
    parts = [
        f'<svg class="day" id="{ident}" viewBox="0 0 {width} {_n(height)}" width="{width}" height="{_n(height)}" role="img" '
        f'aria-labelledby="{ident}-t {ident}-d" xmlns="http://www.w3.org/2000/svg">',
        f'<title id="{ident}-t">{html(day.title)}</title><desc id="{ident}-d">{html(day.description)}</desc>',
        f'<defs><pattern id="{ident}-h" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<path class="hatch" d="M0 0V6"/></pattern></defs>',
        *_nights(day.nights, frame, bottom),
        *_guides(day.events, frame, lane, bottom),
        *_lane(rows, frame, lane),
    ]
    scale = _Scale.of(day)
    for index, (key, heading) in enumerate(day.series):
        parts += _panel(day.steps, key, heading, frame, lane + index * (_HEAD + _PANEL) + _HEAD, scale, ident)
    parts += _axis(frame, bottom)
    return "".join(parts) + "</svg>"


def strip_svg(value: float | None, low: float | None, high: float | None) -> str:
    """An intake interval in references, x / (1 + x): nothing at the left end, the reference in the middle, no upper end at the right.

    Decoration: the row states the same numbers. ``value`` None: nothing is concluded, dotted. ``high`` None: no upper end can be given.
    """
    mid = _STRIP_H / 2
    parts = [
        f'<svg class="strip" viewBox="0 0 {_n(_STRIP_W)} {_n(_STRIP_H)}" width="{_n(_STRIP_W)}" height="{_n(_STRIP_H)}" aria-hidden="true" '
        f'focusable="false"><path class="track" d="M4 {_n(mid)}H{_n(_STRIP_W - 4)}"/>'
    ]
    if value is None:
        parts.append(f'<path class="none" d="M4 {_n(mid)}H{_n(_STRIP_W - 4)}"/>')
    else:
        left, right = _strip_x(value if low is None else low), _strip_x(math.inf if high is None else high)
        below = " below" if value < 1.0 else ""
        parts.append(
            f'<rect class="range{below}" x="{_n(left)}" y="{_n(mid - 3)}" width="{_n(max(1.0, right - left))}" height="6" rx="3"/>'
        )
        parts.append(f'<circle class="dot{below}" cx="{_n(_strip_x(value))}" cy="{_n(mid)}" r="4"/>')
    parts.append(f'<path class="ref" d="M{_n(_STRIP_W / 2)} 1V{_n(_STRIP_H - 1)}"/></svg>')
    return "".join(parts)


def clock(minute: int) -> str:
    """Minutes after midnight as a clock time, whatever the day."""
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _strip_x(ratio: float) -> float:
    share = 1.0 if math.isinf(ratio) else max(ratio, 0.0) / (1.0 + max(ratio, 0.0))
    return 4.0 + share * (_STRIP_W - 8.0)


class _Scale(Struct, frozen=True):
    """Doublings above and below the fasting rate that a panel has room for, in halves."""

    up: float
    down: float

    @classmethod
    def of(cls, day: Day) -> _Scale:
        logs = [math.log2(v) for s in day.steps for v in s.values.values() if v is not None and v > 0]
        up, down = (min(3.0, max(0.5, math.ceil(x * 2 + 0.3) / 2)) for x in (max([0.0, *logs]), -min([0.0, *logs])))
        return cls(up, down) if max(up, down) >= 1.0 else cls(1.0, 1.0)  # small changes look small, and there is a line to read them by

    def y(self, top: float, doublings: float) -> float:
        within = max(-self.down, min(self.up, doublings))
        return top + (self.up - within) / (self.up + self.down) * _PANEL

    def ticks(self) -> range:
        return range(-math.floor(self.down), math.floor(self.up) + 1)


def _stagger(events: Iterable[Event], frame: _Frame) -> list[tuple[tuple[Event, ...], int]]:
    """The events of each minute with the first row in which their label meets no other."""
    minutes: dict[int, tuple[Event, ...]] = {}
    for event in sorted(events, key=lambda e: (e.minute, e.kind)):
        minutes[event.minute] = (*minutes.get(event.minute, ()), event)
    ends: list[float] = []
    out = []
    for minute, group in minutes.items():
        x, half = frame.x(minute), len(group[0].label) * _GLYPH / 2 + 3
        row = next((i for i, end in enumerate(ends) if x - half > end), len(ends))
        ends[row : row + 1] = [x + half]
        out.append((group, row))
    return out


def _nights(nights: Sequence[tuple[int, int]], frame: _Frame, bottom: float) -> list[str]:
    out = []
    for start, end in nights:
        left, right = frame.x(start), frame.x(end)
        out.append(f'<rect class="night" x="{_n(left)}" y="0" width="{_n(right - left)}" height="{_n(bottom)}"/>')
        out.append(f'<text class="nightword" x="{_n((left + right) / 2)}" y="14" text-anchor="middle">night</text>')
    return out


def _guides(events: Iterable[Event], frame: _Frame, lane: float, bottom: float) -> list[str]:
    xs = sorted({_n(frame.x(e.minute)) for e in events}, key=float)
    return [f'<path class="guide" d="M{x} {_n(lane)}V{_n(bottom)}"/>' for x in xs]


def _lane(rows: Iterable[tuple[tuple[Event, ...], int]], frame: _Frame, lane: float) -> list[str]:
    out = []
    for group, row in rows:
        x, half = frame.x(group[0].minute), len(group[0].label) * _GLYPH / 2
        text_x = min(max(x, half + 1), frame.width - half - 1)
        words = html("; ".join(e.text for e in group))
        out.append(
            f'<g><title>{words}</title><text class="when" x="{_n(text_x)}" y="{_n(lane - 16 - row * _LANE_ROW)}" text-anchor="middle">'
        )
        out.append(f"{html(group[0].label)}</text>")
        for i, event in enumerate(group):
            out.append(_mark(event, x + 14.0 * i - 7.0 * (len(group) - 1), lane - 5))
        out.append("</g>")
    return out


def _mark(event: Event, x: float, y: float) -> str:
    if event.kind == "meal":
        return f'<circle class="meal" cx="{_n(x)}" cy="{_n(y)}" r="5"/>'
    return f'<path class="supplement" d="M{_n(x)} {_n(y - 6.5)}l6.5 6.5l-6.5 6.5l-6.5 -6.5z"/>'


def _panel(steps: Sequence[Step], key: str, heading: str, frame: _Frame, top: float, scale: _Scale, ident: str) -> list[str]:
    right, middle = frame.width - _RIGHT, scale.y(top, 0.0)
    out = [f'<text class="heading" x="{_n(_LEFT)}" y="{_n(top - 9)}">{html(heading)}</text>']
    for doubling in scale.ticks():
        y = scale.y(top, doubling)
        out.append(f'<path class="{"grid" if doubling else "base"}" d="M{_n(_LEFT)} {_n(y)}H{_n(right)}"/>')
        out.append(f'<text class="tick" x="{_n(_LEFT - 7)}" y="{_n(y + 4)}" text-anchor="end">{_TICK_WORDS[doubling]}</text>')
    labels: list[tuple[float, float, str]] = []
    for step in steps:
        left, right = frame.x(step.start) + 0.75, frame.x(step.end) - 0.75
        value = step.values.get(key)
        if value is None:
            out.append(_unknown(step, left, right, middle, ident))
            continue
        y = scale.y(top, math.log2(value) if value > 0 else -math.inf)
        kind = "up" if value >= 1.0 else "down"
        out.append(
            f'<g><title>{html(step.label)}: {value:.2f} times fasting</title><rect class="{kind}" x="{_n(left)}" y="{_n(min(y, middle))}" '
            f'width="{_n(max(right - left, 1.0))}" height="{_n(max(abs(y - middle), 1.5))}"/></g>'
        )
        word = f"{value:.2f}"
        if right - left >= len(word) * _GLYPH or abs(value - 1.0) >= _WORTH_A_LABEL:  # a sliver at the fasting rate needs no number
            labels.append(((left + right) / 2, y - 5 if kind == "up" else y + 12, word))
    return out + _labels(labels, frame)


def _unknown(step: Step, left: float, right: float, middle: float, ident: str) -> str:
    return (
        f'<g><title>{html(step.label)}: not known</title><rect class="unknown" x="{_n(left)}" y="{_n(middle - 9)}" '
        f'width="{_n(max(right - left, 1.0))}" height="18" fill="url(#{ident}-h)"/></g>'
    )


def _labels(labels: Iterable[tuple[float, float, str]], frame: _Frame) -> list[str]:
    """The values at the ends of their bars. One that would meet the label before it is left to the table."""
    out: list[str] = []
    last: tuple[float, float] | None = None
    for x, y, word in labels:
        half = len(word) * _GLYPH / 2
        if last and x - half < last[0] + 2 and abs(y - last[1]) < 12:
            continue
        text_x = min(max(x, _LEFT + half), frame.width - half - 1)
        out.append(f'<text class="value" x="{_n(text_x)}" y="{_n(y)}" text-anchor="middle">{word}</text>')
        last = (x + half, y)
    return out


def _axis(frame: _Frame, bottom: float) -> list[str]:
    out = [f'<path class="axis" d="M{_n(_LEFT)} {_n(bottom)}H{_n(frame.width - _RIGHT)}"/>']
    for minute in frame.ticks():
        x = frame.x(minute)
        text_x = min(x, frame.width - 5 * _GLYPH / 2 - 1)
        out.append(f'<path class="axis" d="M{_n(x)} {_n(bottom)}v5"/>')
        out.append(f'<text class="tick" x="{_n(text_x)}" y="{_n(bottom + 18)}" text-anchor="middle">{clock(minute)}</text>')
    return out
