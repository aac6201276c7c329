"""Quantities are read off a course as their words say, and judged as docs/study-files.md says."""

from __future__ import annotations

import json
from math import log
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from neurobalance_expert.errors import Span
from neurobalance_expert.model.constants import AA, INDEX, load_constants
from neurobalance_expert.model.day import DayCourse
from neurobalance_expert.model.studies import evaluate, table
from neurobalance_expert.model.studies.meals import intakes_of, speeds
from neurobalance_expert.model.studies.read import load_proteins
from neurobalance_expert.model.studies.tables import Recomputed, carrier_table
from neurobalance_expert.model.studies.types import Eaten, Quantity
from neurobalance_expert.source import load

AT = Span("s.yaml", 1, 1)


def quantity(**changes: object) -> Quantity:
    """Leu at one hour as a multiple of fasting, unless changed."""
    plain = Quantity("plasma", ("leu",), (), "at", (60, 60), "times", 0, "", "up", 0.1, None, None, "", "", "check", False, "", AT)
    return replace(plain, **changes)


@pytest.fixture
def course() -> evaluate.Courses:
    """Plasma of 100 uM each; Leu 100, 300, 200 and Trp 100, 50, 25 at 0, 60 and 120 min; entry follows plasma over S, S is 1, 2, 1."""
    plasma = np.full((1, 3, len(AA)), 100.0)
    plasma[0, :, INDEX["leu"]] = (100, 300, 200)
    plasma[0, :, INDEX["trp"]] = (100, 50, 25)
    entry = plasma / plasma[:, :1] / np.array([1.0, 2.0, 1.0])[None, :, None]
    ratio = np.ones((1, 3))
    day = DayCourse(np.array([0.0, 60.0, 120.0]), plasma, plasma[..., 0] * 0.15, ratio, ratio, entry, np.array([480.0]))
    return evaluate.Courses(day, {}, {"choline": np.array([[10.0, 20.0, 12.0]])})


READINGS = [
    ({}, 300.0),
    ({"span": (30, 30)}, 200.0),  # between the points in a straight line
    ({"take": "mean", "span": (0, 120)}, 200.0),
    ({"take": "highest", "span": (0, 120)}, 300.0),
    ({"take": "lowest", "span": (60, 120)}, 200.0),
    ({"take": "time_of_highest", "span": (0, 120)}, 70.0),  # the parabola through 100, 300, 200 has its top there
    ({"of": ("leu", "trp"), "span": (120, 120)}, 225.0),
    ({"what": "ratio", "of": ("trp",), "over": ("leu", "val")}, 0.125),  # 50 / (300 + 100)
    ({"what": "entry", "of": ("trp",), "span": (60, 60)}, 0.25),  # half of the plasma, half of the carrier
    ({"what": "carrier", "of": ()}, 0.5),
    ({"what": "choline", "of": ()}, 20.0),
    ({"what": "free_trp", "of": (), "span": (120, 120)}, 3.75),
]


@pytest.mark.parametrize(("changes", "expected"), READINGS, ids=lambda value: str(value))
def test_a_reading_is_what_its_words_say(changes: dict[str, object], expected: float, course: evaluate.Courses) -> None:
    """Each way of reading on a course with round numbers."""
    assert evaluate.reading(course, 0, quantity(**changes)) == pytest.approx(expected)


def test_a_number_is_set_against_its_base() -> None:
    """3 against 2 is 1.5 times, half more, ln 1.5; against nothing it is not known."""
    assert evaluate.scaled(3, 2, "value") == 3
    assert evaluate.scaled(3, 2, "times") == 1.5
    assert evaluate.scaled(3, 2, "change") == 0.5
    assert evaluate.scaled(3, 2, "ln_times") == pytest.approx(log(1.5))
    assert np.isnan(evaluate.scaled(3, 0, "times"))


INSIDE = [
    ({"published": 2.0}, 2.5, None, True),  # a quarter of 2 is 0.5
    ({"published": 2.0}, 2.51, None, False),
    ({"published": 2.0}, 2.9, 1.0, True),  # a wider published spread counts
    ({"published": -0.4, "scale": "change"}, -0.31, None, True),
    ({"published": -0.4, "scale": "change"}, 0.4, None, False),
    ({"published": 0.0, "scale": "change"}, 0.09, None, True),  # no change: what counts as none
    ({"published": 0.0, "scale": "change"}, 0.11, None, False),
    ({"published": 1.0, "scale": "times"}, 1.11, None, False),
    ({"published": 2.0, "bound": "at_least"}, 1.99, 1.0, False),  # a bound is strict
    ({"published": 2.0, "bound": "at_least"}, 9.0, None, True),
    ({"published": 2.0, "bound": "at_most"}, 9.0, None, False),
    ({"published": 2.0}, None, None, False),  # what the model cannot tell is not inside
    ({}, 2.0, None, None),
]


@pytest.mark.parametrize(("changes", "model", "spread", "expected"), INSIDE, ids=str)
def test_inside_is_the_spread_or_a_quarter(changes: dict[str, object], model: float | None, spread: float | None, expected: object) -> None:
    """Whichever is wider; None when the study has a direction only."""
    assert evaluate.is_inside(quantity(**changes), model, spread) is expected


SIGNS = [
    ("up", 0.01, True),
    ("up", 0.0, False),
    ("up", -0.01, False),
    ("down", -0.01, True),
    ("down", 0.01, False),
    ("none", 0.1, True),
    ("none", -0.11, False),
    ("not_down", -0.1, True),
    ("not_down", -0.11, False),
    ("not_up", 0.1, True),
    ("not_up", 0.11, False),
    ("up", None, False),
    ("", 1.0, None),
]


@pytest.mark.parametrize(("direction", "change", "expected"), SIGNS, ids=str)
def test_a_sign_is_right_or_wrong(direction: str, change: float | None, expected: object) -> None:
    """Up and down are strict, none has a width, and what the model cannot tell is wrong."""
    assert evaluate.is_sign_right(quantity(direction=direction), change) is expected


def test_a_standard_error_becomes_a_spread_between_people() -> None:
    """24 with ten people is 24 * sqrt(10); without their number it says nothing."""
    q = quantity(spread=24.0, spread_kind="sem")

    assert evaluate.spread_of(q, 10) == pytest.approx(75.9, abs=0.05)
    assert evaluate.spread_of(q, None) is None
    assert evaluate.spread_of(quantity(spread=24.0, spread_kind="sd"), 10) == 24.0


def test_two_sources_of_protein_are_two_intakes_and_all_else_counts_once(root: Path) -> None:
    """Each has its own speed of digestion; 20 g whey with 10.8 g Leu in 100 g bring 2.16 g."""
    constants = load_constants(root)
    references = load(root / "knowledge" / "references.yaml").data["references"]
    proteins = load_proteins(root, speeds(constants)["digestion"], references)

    whey, casein = intakes_of(Eaten(8, {"whey": 20, "casein": 10}, {"leu": 1.0, "gly": 3.0}, carbohydrate_g=50), proteins, constants)

    assert whey.bound_g["leu"] == pytest.approx(2.16)
    assert (whey.carbohydrate_g, casein.carbohydrate_g) == (50, 0)
    assert (dict(whey.free_g), dict(casein.free_g)) == ({"leu": 1.0}, {})
    assert whey.digestion_per_h > casein.digestion_per_h


def test_the_published_rat_table_comes_back(root: Path) -> None:
    """Apparent Km of Tyr, Val, Gln and the influx of Tyr within 2 %."""
    rows = carrier_table(root, load(root / "knowledge" / "references.yaml").data["references"])

    assert {(r.quantity, r.published) for r in rows} == {
        ("apparent Km of tyr", 1420),
        ("apparent Km of val", 4690),
        ("apparent Km of gln", 19900),
        ("influx of tyr", 4.14),
    }
    assert [r for r in rows if not r.inside] == []


def test_a_table_that_is_off_or_not_known_is_not_inside() -> None:
    """3 % off at 2 %, and NaN."""
    assert not Recomputed("t", "q", "uM", 100, 103, 0.02).inside
    assert not Recomputed("t", "q", "uM", 100, float("nan"), 0.02).inside


def test_counts_leave_contested_quantities_out() -> None:
    """One inside of two, one sign right of two; a contested wrong one changes neither and does not fail."""
    right = evaluate.Row("s", "a", quantity(published=2.0), "", None, 2.0, 1.0, True, True)
    wrong = evaluate.Row("s", "a", quantity(published=2.0), "", None, 0.5, -0.5, False, False)
    contested = evaluate.Row("s", "a", quantity(published=2.0, contested=True), "", None, 0.5, -0.5, False, False)

    assert table.counted([right, wrong, contested]) == {"values": 2, "inside": 1, "signs": 2, "signs_right": 1}
    assert [row.wrong for row in (right, wrong, contested)] == [False, True, False]


STUDY = """\
study: mine
cite: Somebody 2024
design: Sugar.
subjects: {sex: both, weight_kg: 70}
origin: seen
verified: true
evidence: B
arms:
  sugar:
    intakes: [{hour: 8, carbohydrate_g: 100}]
    quantities:
      - {what: plasma, of: leu, minutes: 120, as: change, direction: DIRECTION, use: unseen}
"""


@pytest.mark.parametrize(("direction", "code"), [("down", 0), ("up", 1), ("up, contested: true", 0)])
def test_a_file_of_ones_own_is_run_and_a_wrong_sign_ends_with_1(direction: str, code: int, run, tmp_path: Path) -> None:
    """Sugar lowers Leu; who says it raises it is told so, unless it is contested."""
    path = tmp_path / "mine.yaml"
    path.write_text(STUDY.replace("DIRECTION", direction), encoding="utf-8")

    done = run("model", "validate", "--file", path, "--format", "json")

    assert done.returncode == code, done.stderr
    found = json.loads(done.stdout)
    assert [row["study"] for row in found["studies"]] == ["mine"]
    assert found["failed"] is (code == 1)
    assert found["studies"][0]["model"] < 0


def test_a_chosen_study_is_run_alone_and_an_unknown_one_is_misuse(run) -> None:
    """--study takes ids; the nearest is suggested."""
    done = run("model", "validate", "--study", "lyons1988")
    assert "lyons1988" in done.stdout
    assert "moja1988" not in done.stdout
    assert "published tables" not in done.stdout

    wrong = run("model", "validate", "--study", "lions1988")
    assert wrong.returncode == 2
    assert "did you mean 'lyons1988'?" in wrong.stderr


def test_a_broken_study_file_is_a_problem_with_its_place(run, tmp_path: Path) -> None:
    """The message has code, file, line and column."""
    path = tmp_path / "mine.yaml"
    path.write_text(STUDY.replace("carbohydrate_g: 100", "carbohydrate_g: -100").replace("DIRECTION", "down"), encoding="utf-8")

    done = run("model", "validate", "--file", path)

    assert done.returncode == 1
    assert "error[NB-M031]" in done.stderr
    assert "mine.yaml:10:" in done.stderr
