"""What a case says about 5-HTP, levodopa and choline, and what it leaves unknown."""

from __future__ import annotations

from typing import Any

import pytest

from neurobalance_expert.assessment import simulate_case
from neurobalance_expert.cases.load import parse_case
from neurobalance_expert.source import parse_yaml

HEAD = """\
schema: neurobalance/case/1
id: routes
person: {sex: male, weight_kg: 70}
diary_date: "2026-03-02"
foods:
  - {time: "08:00", name: sugar, grams: 100, composition: {carbohydrate_g: 100, protein_g: 0, fat_g: 0, fibre_g: 0}}
"""
HTP = "supplements: [{time: '08:00', substance: 5-HTP, dose: 100, unit: mg}]\n"


def simulated(knowledge, text: str, **options: Any) -> dict[str, Any]:
    """The answer of 'simulate' for the day above with more lines."""
    return simulate_case(parse_case(parse_yaml(HEAD + text, "case.yaml"), knowledge.names), knowledge, 30, **options)


def medicines(*lines: str) -> str:
    """A complete list of medications."""
    return f"medications: [{', '.join(lines)}]\nmedications_complete: true\n"


def test_nothing_taken_is_no_course_and_nothing_unknown(knowledge):
    """Empty, not zero; the keys of the contract stand beside it."""
    course = simulated(knowledge, "supplements: []\n")

    assert ({}, {}, []) == (course["other_uM"], course["other_entry_vs_fasting"], course["not_known"])
    assert {"t_min", "plasma_uM", "trp_free_uM", "ratios", "influx_vs_fasting"} <= course.keys()
    assert course["tryptophan"] == "total"


def test_5_htp_is_on_the_grid_of_the_day_and_starts_with_its_dose(knowledge):
    """100 mg at 08:00, the first intake: 0 at t = 0, above 0 after. Without an inhibitor there is a range."""
    course = simulated(knowledge, HTP + medicines())
    htp5, ends = course["other_uM"]["htp5"], course["other_range_uM"]["htp5"]

    assert len(course["t_min"]) == len(htp5)
    assert (0.0, True) == (
        htp5[0],
        all(low < best < high for low, best, high in zip(ends["low"][1:], htp5[1:], ends["high"][1:], strict=True)),
    )


@pytest.mark.parametrize("inhibitor", ["carbidopa", "benserazide"])
def test_an_inhibitor_among_the_medications_switches_the_course(knowledge, inhibitor):
    """9 fold; what the other answer would give stands beside it, and is the course without it."""
    without = simulated(knowledge, HTP + medicines())
    with_it = simulated(knowledge, HTP + medicines(f"{{ingredient: {inhibitor}, dose: 25, unit: mg, times: ['08:00']}}"))

    assert (False, True) == tuple(c["decarboxylase_inhibitor"]["taken"] for c in (without, with_it))
    assert with_it["decarboxylase_inhibitor"]["other_way_uM"] == without["other_uM"]
    assert with_it["other_uM"]["htp5"][4] == pytest.approx(9 * without["other_uM"]["htp5"][4], rel=1e-3)
    assert with_it["other_range_uM"] == {}


def test_the_inhibitor_can_be_asked_for_and_an_open_list_is_told(knowledge):
    """The option wins; a stopped one does not count; a list that may lack one says so."""
    asked = simulated(knowledge, HTP + medicines(), inhibitor=True)
    stopped = simulated(knowledge, HTP + medicines("{ingredient: carbidopa, status: stopped}"))
    open_list = simulated(knowledge, HTP)

    assert (True, "as asked") == (asked["decarboxylase_inhibitor"]["taken"], asked["decarboxylase_inhibitor"]["by"])
    assert stopped["decarboxylase_inhibitor"]["taken"] is False
    assert "not said to be complete" in open_list["decarboxylase_inhibitor"]["by"]


def test_levodopa_is_the_sum_of_medication_and_supplement(knowledge):
    """100 mg at 08:00 as a medicine, and as 'elemental' mucuna at the same time: twice the course of one."""
    medicine = medicines("{ingredient: levodopa, dose: 100, unit: mg, times: ['08:00']}")
    mucuna = "supplements: [{time: '08:00', substance: mucuna, dose: 100, unit: mg, label_basis: elemental}]\n"
    one, other, both = (simulated(knowledge, text)["other_uM"]["ldopa"] for text in (medicine, mucuna + medicines(), mucuna + medicine))

    assert one == other
    assert both[2] == pytest.approx(2 * one[2], rel=1e-3)


def test_choline_as_a_salt_has_a_course_and_a_relative_entry(knowledge):
    """3 g of the chloride at 08:00: 10 to 18.6 uM at 30 min, entry 1 to 1.6. As choline that is 3000 * 104.17/139.62 = 2238.3 mg."""
    salt = "supplements: [{time: '08:00', substance: choline chloride"
    whole, own = (
        simulated(knowledge, f"{salt}, dose: {dose}, unit: mg, label_basis: {basis}}}]\n")
        for dose, basis in ((3000, "compound"), (2238.3, "elemental"))
    )

    assert whole["other_uM"]["choline"][:2] == pytest.approx([10.0, 18.6], rel=0.01)
    assert whole["other_entry_vs_fasting"]["choline"][:2] == pytest.approx([1.0, 1.596], rel=0.01)
    assert whole["other_uM"]["choline"] == pytest.approx(own["other_uM"]["choline"], rel=1e-3)
    assert whole["decarboxylase_inhibitor"]["other_way_uM"] == {}


@pytest.mark.parametrize(
    ("text", "of", "why"),
    [
        ("supplements: [{substance: 5-HTP, dose: 100, unit: mg}]", "htp5", "time is not known"),
        ("supplements: [{time: '08:00', substance: 5-HTP, dose: 1, unit: capsule}]", "htp5", "dose is not known"),
        (HTP.replace("}]", "}, {substance: 5-HTP, dose: 50, unit: mg}]"), "htp5", "time is not known"),
        ("supplements: [{time: '08:00', substance: griffonia extract, dose: 100, unit: mg}]", "htp5", "plant extract"),
        ("supplements: [{time: '08:00', substance: mucuna, dose: 500, unit: mg}]", "ldopa", "plant extract"),
        ("supplements: [{time: '08:00', substance: lecithin, dose: 5, unit: g, label_basis: compound}]", "choline", "form is not stated"),
        ("supplements: [{time: '08:00', substance: choline chloride, dose: 1, unit: g}]", "choline", "label_basis"),
        (medicines("{ingredient: carbidopa/levodopa, dose: 125, unit: mg, times: ['08:00']}"), "ldopa", "state it as its own line"),
        (medicines("{ingredient: levodopa, dose: 100, unit: mg}"), "ldopa", "times of the medication are not stated"),
        (medicines("{ingredient: levodopa, dose: 100, unit: mg, times: ['08:00', '27:00']}"), "ldopa", "could not be read"),
    ],
)
def test_what_is_not_known_has_no_course_and_a_reason(knowledge, text, of, why):
    """Never a silent zero, and never the known part of a dose as if it were all."""
    course = simulated(knowledge, f"{text.strip()}\n")

    assert of not in course["other_uM"]
    assert [of] == [gap["of"] for gap in course["not_known"] if why in gap["why"]]
