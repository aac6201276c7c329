"""Workings of facts, each set beside the same arithmetic by hand."""

from __future__ import annotations

from dataclasses import replace as with_fields
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from neurobalance_expert.cases.types import FoodItem, Lab, Medication, Supplement
from neurobalance_expert.explain.checker import evaluate
from neurobalance_expert.fact import Working
from neurobalance_expert.facts import sheet
from neurobalance_expert.facts.prepare import prepare
from neurobalance_expert.facts.sheet import Sheet
from neurobalance_expert.facts.worked_day import influx_work, ratio_work, window_work
from neurobalance_expert.facts.worked_doses import Needed, gap_work, needed_gap_work, to_sleep_work, weeks_work
from neurobalance_expert.facts.worked_supply import adequacy_work
from neurobalance_expert.model.constants import AA, INDEX
from neurobalance_expert.model.day import DayCourse
from neurobalance_expert.model.windows import Window, cut_windows

HOUR = Window("w1", "fed", 480.0, 540.0, (0,), 540.0)


def result(working: Working) -> float:
    """What the last line gives."""
    known: dict[str, Any] = {number.name: number.value for number in working.numbers}
    for name, expression in working.lines:
        known[name] = evaluate(expression, known)
    return float(known[working.slot])


def worked(relation: str, case, knowledge, **slots: object) -> dict[str, Working]:
    """Workings by slot of the first fact of a relation with these slots."""
    for fact, origin in prepare(case, knowledge).book.origins.items():
        plain = knowledge.vocabulary.plain(fact)[1]
        if fact.relation == relation and slots.items() <= plain.items():
            return {working.slot: working for working in origin.workings()}
    raise AssertionError(relation)


def taken(*doses: tuple[str, float, int], day: str) -> tuple[Supplement, ...]:
    """Supplements from (substance, mg, minute)."""
    return tuple(Supplement(n, day, minute, name, True, mg) for n, (name, mg, minute) in enumerate(doses))


def two_points(**at_the_end: float) -> tuple[DayCourse, np.ndarray]:
    """A course of an hour from a fasting plasma of 100 uM each to other values, and the fasting plasma."""
    fasting = np.full(len(AA), 100.0)
    plasma = np.stack([fasting, fasting])[None]
    for aa, value in at_the_end.items():
        plasma[0, 1, INDEX[aa]] = value
    nothing = np.zeros((1, 2))
    return DayCourse(np.array([0.0, 60.0]), plasma, nothing, nothing, nothing, plasma, np.array([480.0])), fasting


def test_influx_is_the_mean_of_two_points(knowledge):
    """Trp (share 0.1, Km 10) and Leu (Km 20): S goes from 1 + 1 + 5 = 7 to 1 + 1 + 10 = 12, so influx from 1 to 7/12; the mean is 19/24."""
    course, fasting = two_points(leu=200.0)
    inverse = np.zeros(len(AA))
    inverse[INDEX["trp"]], inverse[INDEX["leu"]] = 1 / 10, 1 / 20
    constants = with_fields(knowledge.constants, lat1_inverse_km=inverse, tryptophan_available=0.1)
    (working,) = influx_work("trp", HOUR, course, fasting, constants)

    assert dict(working.lines) == {
        "S": "1 + available * trp / km_trp + leu / km_leu",
        "S_0": "1 + available * trp_0 / km_trp + leu_0 / km_leu",
        "vs_fasting": "mean((trp / trp_0) * (S_0 / S), t, start, end)",
    }
    assert 19 / 24 == pytest.approx(result(working))


def test_the_plasma_ratio_is_the_mean_over_its_fasting_value():
    """Trp over five rivals: 100/500, then 200/500; the mean 0.3 is 1.5 times fasting."""
    (working,) = ratio_work("trp", HOUR, *two_points(trp=200.0))

    assert 1.5 == pytest.approx(result(working))


def test_only_points_around_the_window_are_written_down(balanced, knowledge):
    """Of a window, the points from the one at or before its start to the one at or after the end of its mean."""
    day = prepare(balanced, knowledge).day
    for window in day.windows:
        t = next(n for n in ratio_work("trp", window, day.course, day.fasting_uM)[0].numbers if n.name == "t").value
        assert len(t) == 1 or (t[1] > window.start_min and t[-2] < window.mean_until_min)


def test_windows_begin_and_end_where_they_say(knowledge):
    """08:00 and 10:00 to 14:00, bed at 23:00 until 07:00, in hours."""
    windows = cut_windows([480.0, 600.0], knowledge.assumptions)
    ends = [tuple(map(result, window_work(n, windows, knowledge.assumptions))) for n in range(len(windows))]

    assert [(7.0, 8.0), (8.0, 10.0), (10.0, 14.0), (14.0, 23.0), (23.0, 31.0)] == ends


def test_a_total_is_grams_times_content_over_the_reference(balanced, knowledge):
    """200 g of cooked lentils with 9.02 g of protein in 100 g, over 0.66 g/kg for 60 kg: 18.04/39.6, and 5 % less and more."""
    lentils = FoodItem(0, balanced.diary_date, 480, None, "16070", 200.0)
    case = replace(balanced, foods=(lentils,), supplements=(), person=replace(balanced.person, weight_kg=60.0))
    found = worked("adequacy", case, knowledge, nutrient="protein", standard="ear")

    assert ["protein", "protein_a_day", "protein_ear", "ratio"] == [name for name, _ in found["ratio"].lines]
    assert {"ratio": 18.04 / 39.6, "low": 0.95 * 18.04 / 39.6, "high": 1.05 * 18.04 / 39.6, "coverage": 1.0} == {
        slot: pytest.approx(result(working)) for slot, working in found.items()
    }


def test_an_imputed_amino_acid_comes_from_protein(balanced, knowledge):
    """The table has neither Met nor Cys of white bread: its protein times the medians of the food group, the centiles for the ends."""
    bread = FoodItem(0, balanced.diary_date, 480, None, "18069", 200.0)
    prepared = prepare(replace(balanced, foods=(bread,), supplements=()), knowledge)
    reference = prepared.supply.references["met_cys", "who_mean"]
    ratio, low, high, _ = adequacy_work(prepared.diary, knowledge.nutrients["met_cys"], "who_mean", reference)
    total = prepared.supply.totals["met_cys"]

    assert [f"g_1 * protein_1 / 100 * {aa}_per_protein_1" for aa in ("met", "cys")] == [dict(ratio.lines)[aa] for aa in ("met", "cys")]
    assert [x / float(reference.value) for x in (total.value, total.low, total.high)] == pytest.approx(
        [result(w) for w in (ratio, low, high)]
    )


def test_doses_of_a_day_are_summed_and_of_days_the_highest_counts(balanced, knowledge):
    """200 + 10 mg on one day and 100 mg on the next: max(200 + 10, 100)."""
    doses = taken(("vitamin_b6", 200.0, 480), ("vitamin_b6", 10.0, 900), ("vitamin_b6", 100.0, 480), day="2026-03-12")
    case = replace(balanced, diary_date="2026-03-12", supplements=(*doses[:2], replace(doses[2], date="2026-03-13")))
    working = worked("dose", case, knowledge, substance="vitamin_b6")["mg"]

    assert (("mg", "max((dose_1 + dose_2), (dose_3))"),) == working.lines
    assert 210.0 == result(working)


def test_a_dose_that_one_product_brings_is_as_entered(balanced, knowledge):
    """Its number is its own arithmetic."""
    case = replace(balanced, supplements=taken(("vitamin_b6", 200.0, 480), day=balanced.diary_date))

    assert {} == worked("dose", case, knowledge, substance="vitamin_b6")


def test_the_dose_of_an_interaction_is_set_over_its_trigger(balanced, knowledge):
    """5-HTP beside sertraline asks for no dose; vitamin B6 beside levodopa does: 150 + 50 mg over the trigger of its row."""
    doses = taken(("vitamin_b6", 150.0, 480), ("vitamin_b6", 50.0, 900), day=balanced.diary_date)
    case = replace(balanced, supplements=doses, medications=(Medication(0, "levodopa", True),))
    found = worked("interaction_dose", case, knowledge)
    trigger = next(number.value for number in found["over_trigger"].numbers if number.name == "trigger")

    assert 200.0 == result(found["mg"])
    assert 200.0 / trigger == pytest.approx(result(found["over_trigger"]))


def test_a_salt_counts_with_its_free_amino_acid(balanced, knowledge):
    """1000 mg of which 0.8 is the free acid: 0.8 g."""
    (salt,) = taken(("l_lysine", 1000.0, 480), day=balanced.diary_date)
    case = replace(balanced, foods=(), supplements=(replace(salt, free_shares={"l_lysine": 0.8}),))
    working = worked("free_amino_acid", case, knowledge, aa="lys")["g"]

    assert (("g", "mg_of_l_lysine_1 * lys_in_l_lysine_1 / 1000"),) == working.lines
    assert 0.8 == pytest.approx(result(working))


def test_distances_are_the_smallest_on_the_clock(knowledge):
    """08:00 and 22:00 against 21:15: 45 min. To the night from 23:00: 1 h from 22:00, nothing from 01:00."""
    (gap,) = gap_work({"a": [480.0, 1320.0], "b": [1275.0]})
    (evening,) = to_sleep_work("a", [480.0, 1320.0], knowledge.assumptions)
    (night,) = to_sleep_work("a", [60.0], knowledge.assumptions)

    assert (0.75, 1.0, 0.0) == (result(gap), result(evening), result(night))


def test_a_needed_distance_goes_round_the_clock():
    """23:30 then 00:15: 0.75 h of the 4 needed; the other way about 23.25 h."""
    ratio, hours = needed_gap_work(Needed("a", (1410,), "b", (15,), 4.0, 4.0), (1410, 15))

    assert (0.75 / 4, 0.75) == pytest.approx((result(ratio), result(hours)))


def test_the_longest_use_of_several_products_counts():
    """3 and 12 weeks: 12. One product alone is as entered."""
    (working,) = weeks_work([("one", 3.0), ("other", 12.0)])

    assert (12.0, ()) == (result(working), weeks_work([("one", 3.0)]))


def test_values_of_the_person_and_the_laboratory(balanced, knowledge):
    """64 kg and 1.60 m: 25 kg/m2. Born on 29 February 2000, 26 on 12 March 2026. 17 nmol/L over 20 is 0.85, and 11 days old."""
    person = replace(balanced.person, weight_kg=64.0, height_cm=160.0, birth_date="2000-02-29", age_y=26)
    lab = Lab(0, "plasma_plp", 17.0, "nmol/L", "17 nmol/L", "2026-03-01")
    case = replace(balanced, person=person, diary_date="2026-03-12", labs=(lab,))
    found = [
        worked("body_mass_index", case, knowledge)["kg_m2"],
        worked("age", case, knowledge)["years"],
        worked("lab", case, knowledge, limit="low")["ratio"],
        worked("lab_age", case, knowledge)["days"],
    ]

    assert [25.0, 26.0, 0.85, 11.0] == pytest.approx([result(working) for working in found])


def test_nothing_is_written_down_until_it_is_asked_for(balanced, knowledge, monkeypatch):
    """Facts are made without a sheet."""

    def refuse(_: Sheet) -> None:
        raise AssertionError("a sheet was begun")

    monkeypatch.setattr(sheet.Sheet, "__init__", refuse)

    assert prepare(balanced, knowledge).book.origins


def test_a_name_stands_for_one_thing():
    """Two numbers of one name, or a line of the name of a number, would make the arithmetic of one the other's."""
    page = Sheet()
    page.number("g_1", 5.0, "g")

    with pytest.raises(ValueError, match="two things"):
        page.number("g_1", 6.0, "g")
    with pytest.raises(ValueError, match="two things"):
        page.line("g_1", "5")
