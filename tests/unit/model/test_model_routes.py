"""5-HTP, levodopa and choline by mouth: published numbers, arithmetic in the open, and laws of the kinetics."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurobalance_expert import source
from neurobalance_expert.errors import InputProblems
from neurobalance_expert.model.route_constants import ROUTES_FILE, load_routes, parse_routes
from neurobalance_expert.model.routes import OralDoses, choline_entry_vs_fasting, choline_uM, htp5_uM, ldopa_uM

ROOT = Path(__file__).resolve().parents[3]
REFERENCES = source.load(ROOT / "knowledge/references.yaml").data["references"]
ROUTES = load_routes(ROOT, REFERENCES)
HOURS = np.arange(0.0, 24.01, 0.05)
YES, NO = np.array([True]), np.array([False])
FREE_CHOLINE_MG = 3000 * 104.17 / 139.62  # in 3 g of choline chloride

mg = st.floats(0, 5000)
kg = st.floats(30, 200)
clock = st.floats(-12, 24)


def once(dose_mg: float, weight_kg: float = 70, time_h: float = 0) -> OralDoses:
    """One dose of one person."""
    return OralDoses(np.array([weight_kg]), np.array([[dose_mg]]), np.array([[time_h]]))


def half_life(course: np.ndarray, start_h: float, end_h: float) -> float:
    """Hours for a factor of 2 between two times of a course."""
    first, last = (course[np.searchsorted(HOURS, t - 1e-6)] for t in (start_h, end_h))
    return float((end_h - start_h) * np.log(2) / np.log(first / last))


# --- numbers


def test_serum_choline_after_3_g_of_choline_chloride():
    """10 uM, +86 % after 30 min, which is its peak, and less than 10 % above fasting after 4 h (wurtman1977, hirsch1978; 70 kg assumed)."""
    course = choline_uM(once(FREE_CHOLINE_MG), HOURS, ROUTES.choline)[0]

    assert course[0] == pytest.approx(10.0)
    assert course[10] == pytest.approx(18.6, rel=0.01)
    assert HOURS[course.argmax()] == pytest.approx(0.5, abs=0.051)
    assert 10.0 < course[80] < 11.0


def test_choline_enters_by_its_own_saturable_carrier():
    """(18.6/60.6) / (10/52) = 1.596: plasma +86 % is entry +60 %; without end it is 52/10 = 5.2."""
    assert choline_entry_vs_fasting(np.array([10.0, 18.6, 1e9]), ROUTES.choline) == pytest.approx([1.0, 1.596, 5.2], rel=1e-3)


@pytest.mark.parametrize(("inhibitor", "hours"), [(NO, 0.8), (YES, 1.5)])
def test_the_half_life_of_levodopa(inhibitor, hours):
    """0.8 h alone and 1.5 h with an inhibitor, once absorption (3 /h) is over."""
    assert half_life(ldopa_uM(once(250), inhibitor, HOURS, ROUTES.ldopa)[0], 5, 8) == pytest.approx(hours, rel=0.01)


@pytest.mark.parametrize(("inhibitor", "dose", "young", "elderly"), [(NO, 250, 1056, 2512), (YES, 125, 2926, 4530)])
def test_the_area_of_levodopa_lies_between_young_and_elderly(inhibitor, dose, young, elderly):
    """robertson1989: area, ng/ml h, at 70 kg. All constants but the half-life are those of the young: 10 % below is allowed."""
    course = ldopa_uM(once(dose), inhibitor, HOURS, ROUTES.ldopa)[0]

    assert 0.9 * young < np.trapezoid(course, HOURS) * 197.19 < elderly


def test_5_htp_peaks_and_fades_as_in_patients_with_an_inhibitor():
    """Largest at 1.8 to 3.3 h (magnussen1980), half-life ln 2 / 0.113 = 6.1 h at the end (magnussen1979)."""
    course = htp5_uM(once(100), YES, HOURS, ROUTES.htp5)[0]

    assert 1.8 < HOURS[course.argmax()] < 3.3
    assert half_life(course, 20, 24) == pytest.approx(6.1, rel=0.03)


def test_the_area_of_5_htp_is_dose_times_availability_over_clearance():
    """100 mg = 454.1 umol; 454.1 * 0.692 / (0.105 * 70) = 42.75 uM h in all, which the two compartments share out but do not change."""
    long_h = np.arange(0.0, 200.0, 0.02)

    course = htp5_uM(once(100), YES, long_h, ROUTES.htp5)[0]

    assert np.trapezoid(course, long_h) == pytest.approx(454.07 * 0.692 / (0.105 * 70), rel=1e-3)


# --- laws


@given(dose=mg, weight=kg, factor=st.floats(0.1, 10))
def test_5_htp_is_linear_in_dose_and_in_dose_per_kg(dose, weight, factor):
    """Direct proportion (magnussen1980, in patients with an inhibitor)."""
    one = htp5_uM(once(dose, weight), YES, HOURS, ROUTES.htp5)

    np.testing.assert_allclose(htp5_uM(once(factor * dose, weight), YES, HOURS, ROUTES.htp5), factor * one, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(htp5_uM(once(factor * dose, factor * weight), YES, HOURS, ROUTES.htp5), one, rtol=1e-9, atol=1e-12)


@given(dose=st.floats(1, 5000), weight=kg)
def test_an_inhibitor_raises_plasma_5_htp_by_the_stated_factor(dose, weight):
    """9 fold, and 5 to 15 fold at the ends of the interval (magnussen1981), at every time."""
    with_it = htp5_uM(once(dose, weight), YES, HOURS, ROUTES.htp5)
    without = {fold: htp5_uM(once(dose, weight), NO, HOURS, ROUTES.htp5, fold) for fold in (None, 5.0, 15.0)}

    for fold, course in without.items():
        np.testing.assert_allclose(with_it, (fold or 9.0) * course, rtol=1e-9)


@given(dose=st.floats(1, 5000), weight=kg)
def test_an_inhibitor_raises_levodopa_at_every_time(dose, weight):
    """Longer half-life, smaller volume, larger availability."""
    with_it, without = (ldopa_uM(once(dose, weight), i, HOURS[1:], ROUTES.ldopa) for i in (YES, NO))

    assert np.all(with_it > without)


@given(first=mg, second=mg, at=clock, later=clock, weight=kg, inhibitor=st.booleans())
def test_doses_add_up_and_nothing_is_negative(first, second, at, later, weight, inhibitor):
    """Two doses are the sum of each alone; nothing is below 0, nothing happens before a dose; their order does not matter."""
    yes = np.array([inhibitor])
    both = OralDoses(np.array([weight]), np.array([[first, second]]), np.array([[at, later]]))
    turned = OralDoses(np.array([weight]), np.array([[second, first]]), np.array([[later, at]]))
    fasting = ROUTES.choline.fasting_uM
    routes = [
        lambda d: htp5_uM(d, yes, HOURS, ROUTES.htp5),
        lambda d: ldopa_uM(d, yes, HOURS, ROUTES.ldopa),
        lambda d: choline_uM(d, HOURS, ROUTES.choline) - fasting,
    ]
    for route in routes:
        course = route(both)
        np.testing.assert_allclose(course, route(once(first, weight, at)) + route(once(second, weight, later)), rtol=1e-7, atol=1e-9)
        np.testing.assert_allclose(course, route(turned), rtol=1e-9, atol=1e-9)
        assert np.all(course >= 0)
        assert np.all(course[:, min(at, later) >= HOURS] <= 1e-9)


@given(days=st.lists(st.tuples(kg, mg, clock, st.booleans()), min_size=1, max_size=4))
def test_a_row_of_a_batch_is_the_case_alone(days):
    """No state between cases, and a padding dose of 0 adds nothing."""
    weights, doses, times, inhibitors = (np.array(column) for column in zip(*days, strict=True))
    padded = OralDoses(weights, np.stack([doses, np.zeros(len(days))], 1), np.stack([times, np.zeros(len(days))], 1))
    together = (
        htp5_uM(padded, inhibitors, HOURS, ROUTES.htp5),
        ldopa_uM(padded, inhibitors, HOURS, ROUTES.ldopa),
        choline_uM(padded, HOURS, ROUTES.choline),
    )
    for row, (weight, dose, time, inhibitor) in enumerate(days):
        alone, yes = once(dose, weight, time), np.array([inhibitor])
        single = (
            htp5_uM(alone, yes, HOURS, ROUTES.htp5),
            ldopa_uM(alone, yes, HOURS, ROUTES.ldopa),
            choline_uM(alone, HOURS, ROUTES.choline),
        )
        for batch, one in zip(together, single, strict=True):
            np.testing.assert_allclose(batch[row], one[0], rtol=1e-9, atol=1e-12)


def test_an_unknown_dose_makes_its_case_unknown_and_no_other():
    """Unknown is not zero."""
    doses = OralDoses(np.array([70.0, 70.0]), np.array([[np.nan], [100.0]]), np.zeros((2, 1)))

    course = htp5_uM(doses, np.array([True, True]), HOURS, ROUTES.htp5)

    assert [True, False] == [bool(np.isnan(row).any()) for row in course]


# --- the file


@pytest.mark.parametrize(
    ("old", "new", "code", "words"),
    [
        ("    clearance:", "    clearence:", "NB-M060", "did you mean 'clearance'"),
        ("  ldopa:", "  ldopaa:", "NB-M060", "did you mean 'ldopa'"),
        ("value: 0.105, unit: L/h/kg", "value: 0.105, unit: ml/min/kg", "NB-K013", "must be in L/h/kg"),
        ("source: magnussen1979, origin: seen", "source: magnusen1979, origin: seen", "NB-K012", "magnussen1979"),
        ("{without: 0.8, with: 1.5}", "{without: 0.8}", "NB-K010", "needs each of without, with"),
    ],
)
def test_a_mistake_in_the_file_is_told_with_its_place(old, new, code, words):
    """Misspelt entries, another unit, an unknown source, a missing number."""
    text = (ROOT / ROUTES_FILE).read_text(encoding="utf-8")
    assert old in text

    with pytest.raises(InputProblems) as caught:
        parse_routes(source.parse_yaml(text.replace(old, new, 1), ROUTES_FILE), REFERENCES)

    assert any(p.code == code and words in f"{p.what} {p.fix}" and p.at is not None for p in caught.value.problems)


def test_the_table_in_the_docs_is_what_the_model_gives():
    """docs/barrier.md, what an inhibitor changes: largest plasma after 100 mg at 70 kg."""
    fine = np.arange(0.0, 12.0, 0.02)
    with_htp5 = htp5_uM(once(100), YES, fine, ROUTES.htp5).max()
    best, low, high = (htp5_uM(once(100), NO, fine, ROUTES.htp5, fold).max() for fold in (None, 15.0, 5.0))
    without, with_it = (ldopa_uM(once(100), i, fine, ROUTES.ldopa).max() for i in (NO, YES))
    text = (ROOT / "docs/barrier.md").read_text(encoding="utf-8")

    assert f"| 5-HTP 100 mg, largest plasma, µM | {best:.2f} ({low:.2f} to {high:.2f}) | {with_htp5:.2f} |" in text
    assert f"| levodopa 100 mg, largest plasma, µM | {without:.1f} | {with_it:.1f} |" in text
