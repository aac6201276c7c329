"""Bands of studies: each draw is read as the model itself is, and the centiles are over what a panel shows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace as changed

from neurobalance_expert import source
from neurobalance_expert.errors import Span
from neurobalance_expert.model.constants import AA, ModelConstants, load_constants
from neurobalance_expert.model.day import simulate
from neurobalance_expert.model.draws import draw
from neurobalance_expert.model.route_constants import load_routes
from neurobalance_expert.model.studies.bands import Band, study_bands
from neurobalance_expert.model.studies.evaluate import Row, curve, evaluate, run
from neurobalance_expert.model.studies.meals import case_of, speeds
from neurobalance_expert.model.studies.plots import FINE, _thinned, study_svg
from neurobalance_expert.model.studies.read import load_proteins
from neurobalance_expert.model.studies.table import within_bands
from neurobalance_expert.model.studies.types import SIX, Arm, Eaten, Protein, Quantity, Study

ROOT = Path(__file__).resolve().parents[3]
CONSTANTS = load_constants(ROOT)
RIVALS = tuple(aa for aa in SIX if aa != "trp")


def quantity(line: int, **changes: object) -> Quantity:
    """The ratio of Trp at two hours as a change, unless changed; the line tells it from others."""
    at = Span("s.yaml", line, 1)
    plain = Quantity("ratio", ("trp",), RIVALS, "at", (120, 120), "change", 0, "", "up", 0.1, 0.2, None, "", "", "unseen", False, "", at)
    return changed(plain, **changes)


QUANTITIES = (
    quantity(1),
    quantity(2, what="plasma", of=("leu", "ile", "val"), over=(), scale="value", take="mean", span=(30, 180)),
    quantity(3, what="entry", over=(), scale="times"),
    quantity(4, against="sugar"),
    quantity(5, what="choline", of=(), over=(), scale="value"),
)


def study() -> Study:
    """Eighty grams of protein or of sugar."""
    at = Span("s.yaml", 1, 1)
    arms = {
        "protein": Arm("protein", (Eaten(8, {"mixed": 80.0}),), QUANTITIES, "", False, at),
        "sugar": Arm("sugar", (Eaten(8, carbohydrate_g=80.0),), QUANTITIES[:1], "", False, at),
    }
    return Study("s", "", "", 8, "", "both", 70.0, {}, arms, "seen", True, "B", "", "s.yaml")


@pytest.fixture(scope="module")
def proteins() -> dict[str, Protein]:
    """The shipped sources of protein."""
    references = source.load(ROOT / "knowledge" / "references.yaml").data["references"]
    return dict(load_proteins(ROOT, speeds(CONSTANTS)["digestion"], references))


def certain() -> ModelConstants:
    """The shipped constants with every spread 1, and all people alike at fasting."""
    return replace(CONSTANTS, spreads=dict.fromkeys(CONSTANTS.spreads, 1.0), fasting_sd=np.zeros(len(AA)))


def test_a_band_holds_the_curve_and_the_number_of_the_model(proteins: dict[str, Protein]) -> None:
    """Each in its own quantity: a change, a sum in uM, an entry as times of fasting, a comparison of arms.

    To a thousandth: where a curve turns round, its own constants may give more than nearly all others do.
    """
    bands = study_bands(study(), proteins, CONSTANTS, 200, seed=0)
    courses = run({"s": study()}, proteins, CONSTANTS, load_routes(ROOT))
    for row in evaluate({"s": study()}, courses):
        if row.quantity.what != "choline":
            band = bands["s", row.arm, row.quantity]
            model = curve(courses, courses.row["s", row.arm], row.quantity)
            low, high = band.low[: len(model)], band.high[: len(model)]
            assert np.all((low <= 1.001 * model) & (model <= 1.001 * high))
            assert low[-1] < model[-1] < high[-1]
            assert row.model is not None
            assert band.holds(row.model)


def test_a_band_is_over_the_ratio_of_each_draw_and_not_over_its_parts(proteins: dict[str, Protein]) -> None:
    """The 5th and 95th centile of trp over its rivals in every draw, each over its own start."""
    arm = study().arms["protein"]
    batch, drawn = draw(*case_of(study(), arm, proteins, CONSTANTS), CONSTANTS, 50, seed=3)
    ratio = simulate(batch, drawn, 5.0, 3.0).trp_lnaa
    expected = np.percentile(ratio / ratio[:, :1], (5, 95), axis=0)

    band = study_bands(study(), proteins, CONSTANTS, 50, seed=3)["s", "protein", QUANTITIES[0]]

    np.testing.assert_allclose((band.low[:37], band.high[:37]), expected, rtol=1e-12)
    assert band.value == pytest.approx(tuple(expected[:, 24] - 1.0))  # 24 steps of 5 min are 2 h


def test_without_any_spread_a_band_is_the_curve(proteins: dict[str, Protein]) -> None:
    """Every spread 1 and nobody differs at fasting: no width, for curves and for numbers."""
    bands = study_bands(study(), proteins, certain(), 20, seed=0)
    courses = run({"s": study()}, proteins, certain(), load_routes(ROOT))
    for (name, arm, q), band in bands.items():
        np.testing.assert_allclose(band.high, band.low, rtol=1e-12)
        model = curve(courses, courses.row[name, arm], q)
        np.testing.assert_allclose(band.low[: len(model)], model, rtol=1e-9)
        assert band.value[0] == pytest.approx(band.value[1], rel=1e-9)


def test_arms_are_compared_within_one_draw(proteins: dict[str, Protein]) -> None:
    """An arm against itself is no change in every draw, because draw k is the same constants in both."""
    same = quantity(1, against="protein")
    alone = changed(study(), arms={"protein": changed(study().arms["protein"], quantities=(same,))})
    twin = changed(alone, arms={**alone.arms, "twin": changed(alone.arms["protein"], id="twin")})

    bands = study_bands(twin, proteins, CONSTANTS, 20, seed=0)

    assert bands["s", "twin", same].value == (0.0, 0.0)


def test_what_has_a_route_of_its_own_has_no_band(proteins: dict[str, Protein]) -> None:
    """Plasma choline is drawn, without a band; the four others of the arm have theirs, one for each panel."""
    courses = run({"s": study()}, proteins, CONSTANTS, load_routes(ROOT))
    bands = study_bands(study(), proteins, CONSTANTS, 20, seed=0)

    svg = study_svg(study(), courses, bands)

    assert {q.at.line for _, arm, q in bands if arm == "protein"} == {1, 2, 3, 4}
    assert (svg.count("<polygon"), svg.count("<polyline")) == (4, 5)  # the ratio of both arms, leu + ile + val, entry; choline


def test_the_same_seed_gives_the_same_drawing_and_another_seed_another(proteins: dict[str, Protein]) -> None:
    """Bands come from the seed and nothing else, to the byte."""
    courses = run({"s": study()}, proteins, CONSTANTS, load_routes(ROOT))
    first, again, other = (study_svg(study(), courses, study_bands(study(), proteins, CONSTANTS, 20, seed)) for seed in (0, 0, 1))

    assert first == again
    assert first != other


def test_a_line_is_drawn_with_fewer_points_that_miss_it_by_less_than_shows() -> None:
    """A kink stays, what is straight goes, and no point that goes was further off than ``FINE``."""
    line = [(float(x), 0.0 if x < 50 else round(0.02 * (x - 50) ** 2, 1)) for x in range(100)]

    thin = _thinned(line)

    assert thin[0] == line[0]
    assert thin[-1] == line[-1]
    assert len(thin) < 30
    drawn = np.interp([x for x, _ in line], *zip(*thin, strict=True))
    assert np.abs(drawn - [y for _, y in line]).max() <= FINE
    assert _thinned([(0, 0), (1, 5), (2, 0)]) == [(0, 0), (1, 5), (2, 0)]


def test_values_in_bands_are_counted_by_use_without_bounds_and_contested_ones() -> None:
    """0.2 lies in 0.1 to 0.3 and not in 0.3 to 0.4; a band that a draw could not tell holds nothing."""
    nothing, wide, off = np.zeros(1), (0.1, 0.3), (0.3, 0.4)
    cases = [
        (quantity(1), wide),
        (quantity(2), off),
        (quantity(3, use="calibration"), wide),
        (quantity(4, bound="at_least"), wide),
        (quantity(5, contested=True), wide),
        (quantity(6, published=None), wide),
        (quantity(7), (float("nan"), float("nan"))),
        (quantity(8, what="choline"), None),
    ]
    rows = tuple(Row("s", "a", q, "", None, None, None, None, None) for q, _ in cases)
    bands = {("s", "a", q): Band(nothing, nothing, value) for q, value in cases if value}

    assert within_bands(rows, bands) == {"calibration": (1, 1), "unseen": (1, 3)}
