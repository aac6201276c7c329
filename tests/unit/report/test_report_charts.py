"""The drawings: geometry worked by hand, well-formed, equal input gives equal bytes."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from msgspec.structs import replace

from neurobalance_expert.report.charts import Day, Event, Step, day_svg, strip_svg
from neurobalance_expert.report.timeline import day_of
from tests.unit.report.sample_assessment import sample

SERIES = (("trp", "Tryptophan"),)


def day(*steps: Step, events: tuple[Event, ...] = ()) -> Day:
    """A day with one panel."""
    return Day(steps, events, (), SERIES, "title", "description")


def elements(svg: str, kind: str) -> list[dict[str, str]]:
    """Attributes of the elements of a class, in order."""
    return [e.attrib for e in ElementTree.fromstring(svg).iter() if e.attrib.get("class") == kind]


def test_a_step_above_fasting_rises_and_one_below_hangs() -> None:
    """Twice fasting is as high as half of it is deep: the scale counts doublings."""
    steps = (Step(480, 720, "a", {"trp": 2.0}), Step(720, 1200, "b", {"trp": 0.5}))
    svg = day_svg(day(*steps), 600, "x")
    up, down = elements(svg, "up")[0], elements(svg, "down")[0]
    base = float(re.findall(r'class="base" d="M34 ([\d.]+)', svg)[0])

    assert float(up["y"]) + float(up["height"]) == pytest.approx(base)
    assert float(down["y"]) == pytest.approx(base)
    assert float(up["height"]) == pytest.approx(float(down["height"]))
    assert float(down["width"]) + 1.5 == pytest.approx(2 * (float(up["width"]) + 1.5), abs=0.2)  # 8 h against 4 h


def test_what_is_not_known_is_hatched_and_has_no_bar() -> None:
    """A missing influx is neither 0 nor 1."""
    svg = day_svg(day(Step(480, 720, "a", {"trp": None})), 600, "x")

    assert len(elements(svg, "unknown")) == 1
    assert elements(svg, "up") == elements(svg, "down") == []
    assert "not known" in svg


@pytest.mark.parametrize("value", [0.0, 1e-9, 1e9])
def test_an_extreme_value_stays_inside_the_panel(value: float) -> None:
    """The number is still in the tooltip; the bar ends at the edge."""
    svg = day_svg(day(Step(480, 720, "a", {"trp": value})), 600, "x")
    bar = (elements(svg, "up") + elements(svg, "down"))[0]
    height = float(ElementTree.fromstring(svg).attrib["height"])

    assert float(bar["y"]) >= 0
    assert float(bar["y"]) + float(bar["height"]) <= height


@pytest.mark.parametrize("width", [350, 860])
def test_labels_of_one_row_do_not_touch(width: int) -> None:
    """Seven meals within three hours still have readable clock times."""
    events = tuple(Event(720 + 30 * i, "meal", f"{12 + i // 2:02d}:{30 * (i % 2):02d}", "food") for i in range(7))
    labels = elements(day_svg(day(Step(480, 1440, "a", {"trp": 1.0}), events=events), width, "x"), "when")

    for row in {label["y"] for label in labels}:
        xs = sorted(float(label["x"]) for label in labels if label["y"] == row)
        assert all(b - a >= 33 for a, b in pairwise(xs))


def test_the_clock_does_not_start_again_at_midnight() -> None:
    """A night from 23:00 to 07:00 ends 8 h after it began, and breakfast of the next date comes after it."""
    a = sample()
    later = replace(a.foods[0], date="2026-03-04", time="07:30")
    drawn = day_of(replace(a, foods=(*a.foods, later)))
    night = drawn.steps[-1]

    assert (night.start, night.end, drawn.nights) == (23 * 60, 31 * 60, ((23 * 60, 31 * 60),))
    assert max(e.minute for e in drawn.events) == 24 * 60 + 450


def test_a_first_night_begins_on_the_evening_before() -> None:
    """Night 22:00 to 06:00, then breakfast at 07:00 of the diary date."""
    a = sample()
    night = replace(a.windows[-1], start="22:00", end="06:00")
    breakfast = replace(a.windows[0], start="07:00", end="12:00")
    steps = day_of(replace(a, windows=(night, breakfast))).steps

    assert [(s.start, s.end) for s in steps] == [(-120, 360), (420, 720)]


def test_the_assumed_sleep_is_shaded_where_food_stands_in_it_too() -> None:
    """A fed window from 22:15 to 02:15 hides no part of the night that begins at 23:00; the shade ends where the day ends."""
    a = sample()
    late = replace(a.windows[0], start="22:15", end="02:15", phase="fed")

    assert day_of(replace(a, windows=(late,))).nights == ((23 * 60, 26 * 60 + 15),)


def test_lines_without_a_time_or_with_an_impossible_one_are_left_to_the_tables() -> None:
    """25:10 is no place on the axis."""
    a = sample()
    drawn = day_of(replace(a, foods=(replace(a.foods[0], time="25:10"), replace(a.foods[1], time="")), supplements=(), windows=()))

    assert drawn.events == ()
    assert day_svg(drawn, 600, "x") == ""


def test_the_chart_says_in_words_what_it_shows() -> None:
    """The text alternative has every window with both numbers."""
    text = day_of(sample()).description

    assert "22:15 to 23:00: tryptophan 0.41, tyrosine 0.29" in text
    assert "19:00 to 22:15: tryptophan 0.74, tyrosine not known" in text


@pytest.mark.parametrize(("ratio", "x"), [(0.0, 4.0), (1.0, 60.0), (3.0, 88.0)])
def test_the_strip_has_its_reference_in_the_middle(ratio: float, x: float) -> None:
    """Of 112 px between two margins of 4: x / (1 + x) is 0, 1/2 and 3/4."""
    dots = [e.attrib for e in ElementTree.fromstring(strip_svg(ratio, ratio, ratio)).iter() if e.attrib.get("class", "").startswith("dot")]

    assert [float(d["cx"]) for d in dots] == [x]


def test_an_open_upper_end_runs_to_the_edge_and_an_unknown_has_no_dot() -> None:
    """116 px is the right end. Nothing known draws neither dot nor bar."""
    bar = elements(strip_svg(1.2, 1.0, None), "range")[0]

    assert float(bar["x"]) + float(bar["width"]) == pytest.approx(116.0)
    assert "dot" not in strip_svg(None, 0.3, None)


def test_a_drawing_is_well_formed_for_any_label() -> None:
    """Markup in a label stays text."""
    event = Event(600, "meal", "10:00", "<b>&\"'</b>")

    assert "<b>&\"'</b>" in "".join(ElementTree.fromstring(day_svg(day(events=(event,)), 350, "x")).itertext())
