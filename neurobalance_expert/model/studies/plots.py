"""One study as an SVG: the model's curves over their bands, the published points over them, and what counts as inside as a bar.

A panel for each thing that was measured. A value at a minute is a dot, one over a span a line as long as the span; the bar is the wider
of the published spread and a quarter of the value. A direction without a number is a triangle, a ring where nothing moved.
A band is between the outer centiles of the draws. Every number is rounded to a tenth of a pixel; points that do not show are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from math import ceil, exp, floor, isfinite, log10

from msgspec import Struct

from neurobalance_expert.model.constants import Array
from neurobalance_expert.model.studies.bands import Band, Bands
from neurobalance_expert.model.studies.evaluate import Courses, curve, describe_what, spread_of
from neurobalance_expert.model.studies.meals import shown_min
from neurobalance_expert.model.studies.types import ROUTES, TOLERANCE, Quantity, Study

WIDTH, HEIGHT, LEFT, TOP, BOTTOM, RIGHT = 400.0, 220.0, 52.0, 34.0, 34.0, 14.0
LEGEND, ENTRY = 20.0, 190.0  # height of a row of the legend, width of one of its entries
LOG_FROM = 8.0  # largest over smallest value from which the axis is logarithmic
INK, QUIET, GRID = "#1f2933", "#5f6c7b", "#e4e7eb"
COLOURS = ("#1d4ed8", "#b45309", "#047857", "#7c3aed", "#be185d", "#475569")
TICKS = 4
FINE = 0.15  # px by which a line may miss a point that is left out

Line = list[tuple[float, float]]  # points in px, x rising


class Point(Struct, frozen=True):
    """What one quantity asks of a panel; ``value`` None for a direction alone. Minutes, and the unit of the panel."""

    arm: int
    span: tuple[float, float]
    value: float | None
    low: float
    high: float
    direction: str
    contested: bool


class Panel(Struct, frozen=True):
    """One set of axes: curves and bands by arm, and points."""

    title: str
    minutes: Array  # (time,)
    curves: dict[int, Array]  # (time,)
    bands: dict[int, Band]  # may go on after the last minute
    points: list[Point]


class Axis(Struct, frozen=True):
    """An axis between two values, linear or logarithmic."""

    low: float
    high: float
    log: bool

    def share(self, value: float) -> float:
        """Where a value stands, 0 to 1; what is beyond an end stands at it."""
        inner = min(max(value, self.low), self.high)
        if self.log:
            return log10(inner / self.low) / log10(self.high / self.low)
        return (inner - self.low) / (self.high - self.low)

    def ticks(self) -> list[float]:
        """Round values between the ends."""
        if self.log:
            powers = range(floor(log10(self.low)), ceil(log10(self.high)) + 1)
            return [t for n in powers for t in (float(f"{m}e{n}") for m in (1, 2, 5)) if self.low <= t <= self.high]
        raw = (self.high - self.low) / TICKS
        power = 10.0 ** floor(log10(raw))
        step = min((m * power for m in (1, 2, 5, 10)), key=lambda s: abs(s - raw))
        return [float(f"{step * n:.6g}") for n in range(ceil(self.low / step), int(self.high / step) + 1)]


def study_svg(study: Study, courses: Courses, bands: Bands) -> str:
    """The drawing of one study, or "" when it has nothing that stands on a time axis; what has no band is drawn without."""
    panels = [p for p in _panels(study, courses, bands) if p.curves]
    if not panels:
        return ""
    columns = min(2, len(panels))
    rows = -(-len(panels) // columns)
    beside = int(columns * WIDTH // ENTRY)
    width, height = columns * WIDTH, rows * HEIGHT + LEGEND * -(-len(study.arms) // beside) + 8
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" '
        f'font-family="system-ui, sans-serif" font-size="11" role="img" aria-label="{escape(study.id)}">',
        '<rect width="100%" height="100%" fill="#ffffff"/>',
    ]
    for number, panel in enumerate(panels):
        x, y = (number % columns) * WIDTH, (number // columns) * HEIGHT
        parts += [f'<g transform="translate({x:g} {y:g})">', *_panel_svg(panel), "</g>"]
    return "\n".join([*parts, *_legend(list(study.arms), rows * HEIGHT, beside), "</svg>\n"])


def _panels(study: Study, courses: Courses, bands: Bands) -> list[Panel]:
    found: dict[tuple[object, ...], Panel] = {}
    shown = courses.course.t_min <= shown_min(study) + 1e-9
    for number, arm in enumerate(study.arms.values()):
        case = courses.row[study.id, arm.id]
        for q in arm.quantities:
            if q.against or q.take == "time_of_highest":
                continue
            absolute = q.scale == "value"
            key = (q.what, q.of, q.over, absolute, q.base_min)
            base = f", from {q.base_min:g} min" if q.base_min else ""
            unit = ("uM" if q.what in ("plasma", "free_trp", *ROUTES) else "molar") if absolute else f"times of the base{base}"
            panel = found.setdefault(key, Panel(f"{describe_what(q)}, {unit}", courses.course.t_min[shown], {}, {}, []))
            panel.curves[number] = curve(courses, case, q)[shown]
            if (study.id, arm.id, q) in bands:
                panel.bands[number] = bands[study.id, arm.id, q]
            panel.points.append(_point(q, number, study.n))
    return list(found.values())


def _point(q: Quantity, arm: int, n: int | None) -> Point:
    if q.published is None:
        return Point(arm, q.span, None, 1.0, 1.0, q.direction, q.contested)
    width = max(spread_of(q, n) or 0.0, TOLERANCE * abs(q.published))
    value, low, high = (_plotted(x, q.scale) for x in (q.published, q.published - width, q.published + width))
    return Point(arm, q.span, value, max(0.0, low), high, q.direction, q.contested)


def _plotted(value: float, scale: str) -> float:
    return exp(value) if scale == "ln_times" else value + 1.0 if scale == "change" else value


def _panel_svg(panel: Panel) -> list[str]:
    axis = _axis(panel)
    last = float(panel.minutes[-1])

    def x(minute: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * minute / last

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * axis.share(value)

    parts = [f'<text x="{LEFT:g}" y="20" font-weight="600" fill="{INK}">{escape(panel.title)}</text>']
    for tick in axis.ticks():
        parts.append(f'<line x1="{LEFT:g}" x2="{WIDTH - RIGHT:g}" y1="{y(tick):.1f}" y2="{y(tick):.1f}" stroke="{GRID}"/>')
        parts.append(f'<text x="{LEFT - 6:g}" y="{y(tick) + 4:.1f}" text-anchor="end" fill="{QUIET}">{tick:g}</text>')
    for hour in range(0, int(last // 60) + 1, max(1, int(last // 60) // 6)):
        parts.append(f'<text x="{x(60 * hour):.1f}" y="{HEIGHT - BOTTOM + 16:g}" text-anchor="middle" fill="{QUIET}">{hour} h</text>')

    def line(values: Array) -> Line:
        points = zip(panel.minutes.tolist(), values.tolist(), strict=False)
        return _thinned([(round(x(t), 1), round(y(v), 1)) for t, v in points if isfinite(v)])

    parts += _courses_svg(panel, line)
    for point in panel.points:
        if point.value is not None:
            parts += _value_svg(point, x(point.span[0]), x(point.span[1]), y(point.value), y(point.low), y(point.high))
        else:
            beside = 9.0 * (point.arm - (len(panel.curves) - 1) / 2)
            parts.append(_direction_svg(point, (x(point.span[0]) + x(point.span[1])) / 2 + beside, TOP + 8))
    return parts


def _courses_svg(panel: Panel, line: Callable[[Array], Line]) -> list[str]:
    """The bands, and the curves over all of them."""
    parts = []
    for arm, band in panel.bands.items():
        around, colour = _written(line(band.low) + line(band.high)[::-1]), _colour(arm)
        parts.append(
            f'<polygon points="{around}" fill="{colour}" fill-opacity="0.13" stroke="{colour}" stroke-opacity="0.3" stroke-width="0.6"/>'
        )
    for arm, values in panel.curves.items():
        parts.append(f'<polyline points="{_written(line(values))}" fill="none" stroke="{_colour(arm)}" stroke-width="1.8"/>')
    return parts


def _thinned(line: Line) -> Line:
    """A line without the points that the straight one between their neighbours misses by no more than ``FINE``."""
    if len(line) < 3:
        return line
    (x0, y0), (x1, y1) = line[0], line[-1]
    missed = [abs(y - y0 - (y1 - y0) * (x - x0) / (x1 - x0)) for x, y in line]
    widest = max(range(len(line)), key=missed.__getitem__)
    if missed[widest] <= FINE:
        return [line[0], line[-1]]
    return _thinned(line[: widest + 1])[:-1] + _thinned(line[widest:])


def _written(line: Line) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in line)


def _axis(panel: Panel) -> Axis:
    """The axis that holds every curve, bar and band; logarithmic where the curves and values differ by much."""
    shown = len(panel.minutes)
    firm = [v for curve in panel.curves.values() for v in curve.tolist() if isfinite(v)]
    firm += [p.value for p in panel.points if p.value is not None]
    wide = [v for band in panel.bands.values() for edge in (band.low, band.high) for v in edge[:shown].tolist() if isfinite(v)]
    bars = [v for p in panel.points if p.value is not None for v in (p.low, p.high)]
    low, high = min([*firm, *wide]), max([*firm, *wide, *bars])
    if low > 0 and max(firm) / min(firm) > LOG_FROM:
        return Axis(low / 1.3, high * 1.1, log=True)
    low = min([low, *bars])
    room = 0.08 * (high - low or 1.0)
    return Axis(max(0.0, low - room), high + room, log=False)


def _value_svg(point: Point, left: float, right: float, y: float, low: float, high: float) -> list[str]:
    colour, middle = _colour(point.arm), (left + right) / 2 + 4.0 * point.arm
    dash = ' stroke-dasharray="3 3"' if point.contested else ""
    parts = [f'<line x1="{middle:.1f}" x2="{middle:.1f}" y1="{low:.1f}" y2="{high:.1f}" stroke="{colour}" stroke-opacity="0.5"{dash}/>']
    if left != right:
        parts.append(f'<line x1="{left:.1f}" x2="{right:.1f}" y1="{y:.1f}" y2="{y:.1f}" stroke="{colour}" stroke-dasharray="5 3"/>')
    return [*parts, f'<circle cx="{middle:.1f}" cy="{y:.1f}" r="4" fill="{colour}" stroke="#ffffff"/>']


def _direction_svg(point: Point, x: float, y: float) -> str:
    colour = _colour(point.arm)
    fill = "#ffffff" if point.contested else colour
    if point.direction == "none":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="none" stroke="{colour}" stroke-width="1.5"/>'
    tip = -5 if point.direction in ("up", "not_down") else 5
    return f'<path d="M{x - 5:.1f} {y - tip:.1f}L{x + 5:.1f} {y - tip:.1f}L{x:.1f} {y + tip:.1f}Z" fill="{fill}" stroke="{colour}"/>'


def _legend(arms: Sequence[str], top: float, beside: int) -> list[str]:
    parts = []
    for number, arm in enumerate(arms):
        x, y = 14 + (number % beside) * ENTRY, top + 14 + LEGEND * (number // beside)
        parts.append(f'<line x1="{x:g}" x2="{x + 18:g}" y1="{y:g}" y2="{y:g}" stroke="{_colour(number)}" stroke-width="3"/>')
        parts.append(f'<text x="{x + 24:g}" y="{y + 4:g}" fill="{INK}">{escape(arm.replace("_", " "))}</text>')
    return parts


def _colour(arm: int) -> str:
    return COLOURS[arm % len(COLOURS)]
