"""Constants come from knowledge/ with unit and source, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from neurobalance_expert.errors import InputProblems
from neurobalance_expert.model.constants import (
    AA,
    ASSUMPTIONS_FILE,
    INDEX,
    LAT1_FILE,
    PLASMA_FILE,
    load_constants,
    parse_assumptions,
    parse_constants,
    parse_transport,
)
from neurobalance_expert.model.plasma import turnover
from neurobalance_expert.source import load, parse_yaml

ROOT = Path(__file__).resolve().parents[3]
PLASMA = (ROOT / PLASMA_FILE).read_text()


def parsed(text: str, references=None):
    """Constants from changed text of the plasma file."""
    return parse_constants(parse_yaml(text, PLASMA_FILE), load(ROOT / LAT1_FILE), references)


def problems(text: str, references=None):
    """(code, what) of each problem of changed text."""
    with pytest.raises(InputProblems) as caught:
        parsed(text, references)
    return [(p.code, p.what) for p in caught.value.problems]


def test_turnover_at_fasting_is_a_balance():
    """Leu: breakdown brings 0.17 g/kg/h * 75 mg/g / 131.17 g/mol = 97.2 umol/kg/h; of it 0.138 is built in again and 0.032 burnt."""
    constants = load_constants(ROOT)
    own = turnover(constants.fasting_uM()[None, :], 1.0, constants)
    leu = INDEX["leu"]
    amount = constants.volume[leu] * 123

    assert own.brought[leu, 0] == pytest.approx(0.17 * 75e3 / 131.17 / amount)
    assert own.built[leu, 0] == pytest.approx(0.138 * 75e3 / 131.17 / amount)
    assert own.most[leu, 0] - own.saved[leu, 0] == pytest.approx(0.032 * 75e3 / 131.17 / amount)


def test_tyrosine_is_burnt_as_it_is_brought_and_made():
    """Breakdown of 32 mg/g, and all the Phe that is burnt (41 mg/g), over 0.032 g/kg/h: 0.032 * (32e3/181.19 + 41e3/165.19) umol/kg/h."""
    constants = load_constants(ROOT)
    own = turnover(constants.fasting_uM()[None, :], 1.0, constants)
    tyr = INDEX["tyr"]

    assert (own.most[tyr, 0] - own.saved[tyr, 0]) * constants.volume[tyr] * 62 == pytest.approx(0.032 * (32e3 / 181.19 + 41e3 / 165.19))


def test_every_entry_has_its_provenance():
    """A number from memory, and a number that was fitted or chosen, is never marked as verified."""
    entries = load_constants(ROOT).entries

    assert len(entries) > 30
    assert not [e.path for e in entries.values() if e.verified and e.origin in ("memory", "fitted", "choice")]
    assert all(e.sources and e.note and e.evidence in "ABCD" for e in entries.values())


def test_sex_moves_the_set_points():
    """Men have more branched-chain amino acids in plasma than women; an unknown sex gets the mean of both."""
    constants = load_constants(ROOT)
    leu = {sex: constants.fasting_uM(sex)[INDEX["leu"]] for sex in ("female", None, "male")}

    assert leu["female"] < leu[None] == 123 < leu["male"]


def test_body_mass_moves_the_set_points_within_limits():
    """At 140 kg leucine is 2^0.25 = 1.19 times that of 70 kg; beyond 150 kg nothing changes, and an unknown mass counts as 70 kg."""
    constants = load_constants(ROOT)
    leu = INDEX["leu"]

    assert constants.fasting_uM(None, 140)[leu] == pytest.approx(123 * 2**0.25)
    assert constants.fasting_uM(None, 400)[leu] == constants.fasting_uM(None, 150)[leu]
    assert (
        constants.fasting_uM("male", None)[leu] == constants.fasting_uM("male", 70)[leu] == constants.fasting_uM("male", float("nan"))[leu]
    )


def test_all_problems_of_a_file_are_told_at_once():
    """A missing field, another unit and text for a number, with their codes."""
    text = PLASMA.replace("    unit: g/kg/h\n", "", 1).replace("unit: mM", "unit: uM", 1).replace("leu: 0.708", "leu: much", 1)

    assert problems(text) == [
        ("NB-K010", "'plasma.protein_breakdown' has no unit"),
        ("NB-K011", "'bound_fraction' holds 'much', which is not a number"),
        ("NB-K013", "'nefa_scale' must be in mM, not in uM"),
    ]


def test_a_table_that_lacks_an_amino_acid_is_a_problem_and_not_a_zero():
    """The whole axis or nothing."""
    assert problems(PLASMA.replace("{trp: 52, ", "{", 1)) == [("NB-K010", f"'fasting' needs each of {', '.join(AA)}")]


@pytest.mark.parametrize("levelling", ["0", "-0.1", "0.51"])
def test_oxidation_must_level_off_and_never_burn_less_than_nothing(levelling):
    """Leu rises by 0.5, so 0.5 is the most: at a vanishing excess of -1 the rate is 1 - 0.5 / (1 - 0.5) = 0."""
    table = "  oxidation_levelling:\n    values: {trp: 0.25, tyr: 0.25, phe: 0.25, leu: "

    assert problems(PLASMA.replace(table + "0.25", table + levelling)) == [
        ("NB-K011", "'oxidation_levelling' of leu must be above 0 and, with 'oxidation_rise', at most 1")
    ]


def test_no_amount_rate_or_share_is_negative():
    """Numbers and tables; the power of body mass of Gln is below 0 and may be."""
    text = PLASMA.replace("tissue_exchange: {value: 1,", "tissue_exchange: {value: -1,", 1).replace(
        "values: {trp: 12,", "values: {trp: -12,", 1
    )

    assert problems(text) == [
        ("NB-K011", "'body_protein' of trp must not be negative"),
        ("NB-K011", "'tissue_exchange' must not be negative"),
    ]


def test_an_unknown_reference_is_named():
    """Checked when the references are given."""
    known = {source for entry in load_constants(ROOT).entries.values() for source in entry.sources} - {"yoshii2018"}

    assert ("NB-K012", "unknown reference 'yoshii2018'") in problems(PLASMA, dict.fromkeys(known))


def test_a_clock_time_is_read_as_minutes_and_refused_when_it_is_none():
    """23:00 is 1380 minutes; 25:00 is no time of a day."""
    text = (ROOT / ASSUMPTIONS_FILE).read_text()

    assert parse_assumptions(parse_yaml(text, ASSUMPTIONS_FILE)).night_start_min == 1380
    with pytest.raises(InputProblems, match="'night_start' must be a clock time"):
        parse_assumptions(parse_yaml(text.replace("23:00", "25:00"), ASSUMPTIONS_FILE))


def test_an_unknown_kind_of_protein_or_carbohydrate_is_an_error_with_the_nearest_name():
    """Not the speed of a mixed meal in silence."""
    constants = load_constants(ROOT)

    assert constants.digestion_of("casein") == constants.digestion_speeds["casein"]
    with pytest.raises(ValueError, match="no protein is called 'casien'; did you mean 'casein'"):
        constants.digestion_of("casien")
    with pytest.raises(ValueError, match="no carbohydrate is called 'honey'"):
        constants.carbohydrate_of("honey")


def test_a_spread_of_something_unknown_is_a_problem():
    """A misspelt constant would silently not be drawn."""
    assert problems(PLASMA.replace("insulin_uptake: 1.5", "insulin_uptak: 1.5")) == [
        ("NB-K011", "'spreads' names 'insulin_uptak', which is no constant")
    ]


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("      vmax:", "      vmx:", "'LAT1.sets.rat_perfusion' does not know 'vmx'"),
        ("{phe: 11, trp: 15,", "{phe: 11, tpr: 15,", "'LAT1.sets.rat_perfusion.km.values' does not know 'tpr'"),
        ("{phe: 41, trp: 55,", "{phe: 41, lys: 55,", "'LAT1.sets.rat_perfusion.vmax.values' does not know 'lys'"),
    ],
)
def test_a_name_in_a_carrier_set_that_nothing_reads_is_a_problem(old, new, what):
    """A slip would drop a substrate or its Vmax without a word."""
    text = (ROOT / LAT1_FILE).read_text()
    with pytest.raises(InputProblems) as caught:
        parse_transport(parse_yaml(text.replace(old, new, 1), LAT1_FILE), "rat_perfusion")

    assert what in [p.what for p in caught.value.problems]
    assert all(p.fix for p in caught.value.problems)
