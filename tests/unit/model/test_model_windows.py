"""The day cut into windows, and means over them."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurobalance_expert.model.constants import load_assumptions, load_constants
from neurobalance_expert.model.day import Intake, simulate, stack
from neurobalance_expert.model.windows import cut_windows, window_means

ROOT = Path(__file__).resolve().parents[3]
ASSUMED = load_assumptions(ROOT)
CONSTANTS = load_constants(ROOT)


def shown(*hours: float | None) -> list[str]:
    """The windows of intakes at some hours, as text."""
    cut = cut_windows([None if h is None else 60 * h for h in hours], ASSUMED)
    return [f"{w.id} {w.phase} {w.start_min / 60:g}-{w.end_min / 60:g} {list(w.events)}" for w in cut]


def test_three_meals():
    """Fed lasts 4 h or until the next meal; the gaps are fasting and, from 23:00 to 07:00, night."""
    assert shown(8, 11, 19) == [
        "w1 fasting 7-8 []",
        "w2 fed 8-11 [0]",
        "w3 fed 11-15 [1]",
        "w4 fasting 15-19 []",
        "w5 fed 19-23 [2]",
        "w6 night 23-31 []",
    ]


def test_intakes_within_45_minutes_of_the_first_are_one_meal():
    """12:45 still belongs to 12:00, 12:46 does not, and 13:15 is not carried along by 12:45."""
    assert shown(12, 12.75)[1] == "w2 fed 12-16 [0, 1]"
    assert shown(12, 12.75, 13.25)[1:3] == ["w2 fed 12-13.25 [0, 1]", "w3 fed 13.25-17.25 [2]"]
    assert len([w for w in shown(12, 12 + 46 / 60) if "fed" in w]) == 2


def test_an_intake_in_the_night_opens_a_fed_window():
    """A bedtime dose at 23:30 is seen in the hours in which it acts; the night goes on after it."""
    assert shown(8, 23.5)[-3:] == ["w4 night 23-23.5 []", "w5 fed 23.5-27.5 [1]", "w6 night 27.5-31 []"]


def test_an_intake_before_waking_belongs_to_the_night_before():
    """A snack at 02:00 alone: the night it interrupts ends at 07:00, and the day after it is still to come."""
    assert shown(2) == ["w1 fed 2-6 [0]", "w2 night 6-7 []", "w3 fasting 7-23 []", "w4 night 23-31 []"]


def test_a_dinner_after_midnight_of_the_first_day():
    """25:00 is 01:00 of the second day: it ends the first day, there is no second one."""
    assert shown(8, 25)[-3:] == ["w4 night 23-25 []", "w5 fed 25-29 [1]", "w6 night 29-31 []"]


def test_an_unknown_time_opens_no_window():
    """Positions still count it."""
    assert shown(None, 8)[1] == "w2 fed 8-12 [1]"


def test_a_day_without_intakes_is_fasting_and_night():
    """Nothing eaten, nothing fed."""
    assert shown() == ["w1 fasting 7-23 []", "w2 night 23-31 []"]


def test_a_time_that_is_no_time_is_refused():
    """NaN is not the same as not known."""
    with pytest.raises(ValueError, match="0 or more, not nan"):
        cut_windows([float("nan")], ASSUMED)


@given(events=st.lists(st.integers(0, 3 * 1440).map(float) | st.none(), max_size=12), seed=st.randoms())
def test_windows_have_no_gap_and_no_overlap_and_each_known_intake_once(events, seed):
    """Whatever was eaten when, over three days; the order of writing does not matter."""
    cut = cut_windows(events, ASSUMED)
    shuffled = list(events)
    seed.shuffle(shuffled)

    assert all(a.end_min == b.start_min for a, b in pairwise(cut))
    assert all(w.start_min < w.end_min and (w.phase == "fed") == bool(w.events) for w in cut)
    assert sorted(i for w in cut for i in w.events) == [i for i, at in enumerate(events) if at is not None]
    assert [(w.phase, w.start_min, w.end_min) for w in cut] == [(w.phase, w.start_min, w.end_min) for w in cut_windows(shuffled, ASSUMED)]


def test_means_follow_the_clock_of_the_first_intake():
    """A series equal to minutes after the first intake (08:00): 0 before it, 0 to 180 of the fed window is 90, 240 to 900 is 570."""
    result = simulate(stack([(70.0, [Intake(8, carbohydrate_g=50)], CONSTANTS.fasting_uM())]), CONSTANTS)
    ramp = result.t_min[None, :]
    windows = cut_windows([480], ASSUMED)

    assert [w.phase for w in windows] == ["fasting", "fed", "fasting", "night"]
    assert window_means(result, windows, ramp).tolist() == pytest.approx([0, 90, (240 + 900) / 2, (900 + 1380) / 2])


def test_means_of_an_amino_acid_table_keep_its_axis():
    """One row a window, one column an amino acid; lysine, which the carrier does not take, stays unknown."""
    result = simulate(stack([(70.0, [Intake(8, carbohydrate_g=50)], CONSTANTS.fasting_uM())]), CONSTANTS)
    means = window_means(result, cut_windows([480], ASSUMED), result.influx_vs_fasting)

    assert means.shape == (4, 11)
    assert means[0, 0] == pytest.approx(1.0)
    assert means[1, 0] > 1.05
    assert np.all(np.isnan(means[:, 9]))


def test_a_window_beyond_the_course_is_unknown():
    """Nothing is made up after the end."""
    result = simulate(stack([(70.0, [Intake(8)], CONSTANTS.fasting_uM())]), CONSTANTS, until_h=4)
    means = window_means(result, cut_windows([480], ASSUMED), result.trp_lnaa)

    assert means[1] == pytest.approx(52 / 525)
    assert np.isnan(means[3])
