"""Competition at the carrier: worked by hand, against the published rat table, and its laws."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from neurobalance_expert.model.barrier import bbb, carrier_share, competition_sum, influx, km_apparent, occupancy
from neurobalance_expert.model.constants import load_transport
from neurobalance_expert.model.route_constants import load_optional_km

ROOT = Path(__file__).resolve().parents[3]
RAT = load_transport(ROOT)
RAT_PLASMA = {"phe": 81, "trp": 17.2, "leu": 175, "met": 64, "ile": 87, "tyr": 63, "his": 95, "val": 181, "thr": 237, "gln": 485}
HUMAN_PLASMA = {"phe": 57, "trp": 10, "leu": 123, "met": 26, "ile": 63, "tyr": 62, "his": 82, "val": 220, "thr": 130, "gln": 600}

levels = hnp.arrays(np.float64, 10, elements=st.floats(0, 2000))


def test_a_rival_raises_km_app_as_worked_by_hand():
    """50 uM of an LNAA with Km 15 uM lifts its rival's Km of 30 uM to 30 * (1 + 50/15) = 130 uM."""
    km_app = km_apparent(np.array([15.0, 30.0]), np.array([50.0, 0.0]))

    assert km_app[1] == pytest.approx(130.0)


def test_influx_and_share_as_worked_by_hand():
    """S = 1 + 30/15 + 60/30 = 5, so the first holds 2/5 of the carrier and enters at 100 * 2/5 = 40; 4/5 is taken."""
    km, plasma = np.array([15.0, 30.0]), np.array([30.0, 60.0])

    assert (influx(km, np.array([100.0, 10.0]), plasma)[0], carrier_share(km, plasma)[0], occupancy(km, plasma)) == pytest.approx(
        (40.0, 0.4, 0.8)
    )


@pytest.mark.parametrize(("aa", "published"), [("tyr", 1420), ("val", 4690), ("gln", 19900)])
def test_the_published_rat_table_comes_back(aa, published):
    """Apparent Km from the table's plasma, within 1 % of the printed values."""
    assert bbb(RAT, RAT_PLASMA)["km_app_uM"][aa] == pytest.approx(published, rel=0.01)


@pytest.mark.parametrize(("tyr", "published"), [(63, 4.08), (64, 4.14)])
def test_the_influx_of_tyrosine_is_the_cited_one(tyr, published):
    """The book cites 4.14 nmol/min/g; the plasma of the table is printed as 63 or 64 uM."""
    assert bbb(RAT, RAT_PLASMA | {"tyr": tyr})["influx_nmol_min_g"]["tyr"] == pytest.approx(published, rel=0.005)


def test_human_fasting_plasma_fills_the_carrier_as_derived_elsewhere():
    """S = 1 + 57/11 + 10/15 + 123/29 + 26/40 + 63/56 + 62/64 + 82/100 + 220/210 + 130/220 + 600/880 = 16.97; Phe and Leu hold over half."""
    out = bbb(RAT, HUMAN_PLASMA)

    assert out["S"] == pytest.approx(16.97, abs=0.01)
    assert (out["share"]["phe"], out["share"]["leu"]) == pytest.approx((0.305, 0.250), abs=0.001)
    assert sum(out["share"].values()) + 1 / out["S"] == pytest.approx(1.0)


def test_the_answer_has_the_fields_of_the_contract():
    """Names are read in any case and come back in lower case."""
    out = bbb(RAT, {name.upper(): value for name, value in RAT_PLASMA.items()})

    assert list(out) == ["constants", "S", "km_app_uM", "influx_nmol_min_g", "share"]
    assert out == bbb(RAT, RAT_PLASMA)


def test_a_missing_rival_is_named_and_not_taken_as_zero():
    """Without leucine there is no S, unless the caller says that leucine is to be left out."""
    partial = {aa: c for aa, c in RAT_PLASMA.items() if aa != "leu"}

    with pytest.raises(ValueError, match="no concentration for leu: a rival that was not measured is not zero"):
        bbb(RAT, partial)
    out = bbb(RAT, partial, absent=["leu"])
    assert (out["left_out"], out["S"]) == (["leu"], pytest.approx(bbb(RAT, RAT_PLASMA)["S"] - 175 / 29))


def test_an_amino_acid_without_a_km_is_listed_as_left_out():
    """Lysine has a carrier of its own."""
    assert bbb(RAT, RAT_PLASMA | {"lys": 190})["left_out"] == ["lys"]


@pytest.mark.parametrize(
    ("change", "message"),
    [({"tyrr": 1.0}, "did you mean 'tyr'"), ({"tyr": -1.0}, "0 or more"), ({"tyr": float("nan")}, "0 or more"), ({"TYR": 1.0}, "twice")],
)
def test_what_cannot_be_meant_is_refused(change, message):
    """A misspelt name, a negative value, NaN and a name given twice."""
    with pytest.raises(ValueError, match=message):
        bbb(RAT, RAT_PLASMA | change)


def test_another_set_of_constants_is_chosen_by_name():
    """The bolus data have higher Km and no Vmax: the influx is unknown, not zero."""
    bolus = load_transport(ROOT, "rat_bolus")
    out = bbb(bolus, {aa: c for aa, c in RAT_PLASMA.items() if aa != "gln"})

    assert (out["constants"], out["influx_nmol_min_g"]["phe"]) == ("rat_bolus", None)
    with pytest.raises(ValueError, match="did you mean 'rat_bolus'"):
        load_transport(ROOT, "rat_bolos")


@given(plasma=levels, who=st.integers(0, 9), more=st.floats(0, 1000))
def test_more_of_a_rival_never_raises_influx(plasma, who, more):
    """Every other amino acid enters at most as fast; its own influx does not fall."""
    raised = plasma.copy()
    raised[who] += more
    before, after = (influx(RAT.km_uM, RAT.vmax_nmol_min_g, p) for p in (plasma, raised))
    others = np.arange(10) != who

    assert np.all(after[others] <= before[others] * (1 + 1e-12))
    assert after[who] >= before[who] * (1 - 1e-12)


@given(plasma=levels)
def test_both_forms_of_the_apparent_km_agree(plasma):
    """km * (1 + sum over the others) = km * S - C, and it is never below km."""
    km_app = km_apparent(RAT.km_uM, plasma)

    np.testing.assert_allclose(km_app, RAT.km_uM * competition_sum(RAT.km_uM, plasma) - plasma, rtol=1e-9)
    assert np.all(km_app >= RAT.km_uM)


def test_nan_makes_its_whole_row_nan_and_no_other():
    """Unknown is not zero."""
    rows = np.array([[50.0, np.nan], [50.0, 60.0]])

    np.testing.assert_array_equal(np.isnan(carrier_share(np.array([15.0, 30.0]), rows)), [[True, True], [False, False]])


def test_who_has_six_amino_acids_is_told_which_options_to_write():
    """The rest is left out by name, never by silence; a word that is no amino acid is not left out in silence either."""
    six = {aa: RAT_PLASMA[aa] for aa in ("trp", "tyr", "phe", "leu", "ile", "val")}
    rest = ["met", "his", "thr", "gln"]

    with pytest.raises(ValueError, match="--absent met --absent his --absent thr --absent gln"):
        bbb(RAT, six)
    with pytest.raises(ValueError, match="'l-methionine' cannot be left out; write met"):
        bbb(RAT, six, absent=[*rest, "L-methionine"])
    with pytest.raises(ValueError, match="trp has a concentration and is said to be left out"):
        bbb(RAT, six, absent=[*rest, "trp"])
    with pytest.raises(ValueError, match="'L-Phenylalanine' is no amino acid of the carrier; write phe"):
        bbb(RAT, {"L-Phenylalanine": 60.0})
    assert 1 + sum(c / RAT.km_uM[RAT.substrates.index(aa)] for aa, c in six.items()) == pytest.approx(bbb(RAT, six, absent=rest)["S"])


# --- levodopa, which is in S only when it is there

LDOPA = load_optional_km(ROOT, RAT.name)


def ldopa_share(**changes: float) -> float:
    """Share of the carrier that 10 uM levodopa holds in human fasting plasma after changes, in uM added."""
    plasma = HUMAN_PLASMA | {"ldopa": 10, "gly": 240, "lys": 190}
    return bbb(RAT, plasma | {aa: plasma[aa] + more for aa, more in changes.items()}, optional_km_uM=LDOPA)["share"]["ldopa"]


def test_levodopa_that_is_not_stated_changes_nothing_and_is_not_missed():
    """Without it the answer is the one of a program that knows no levodopa."""
    assert bbb(RAT, HUMAN_PLASMA, optional_km_uM=LDOPA) == bbb(RAT, HUMAN_PLASMA)


def test_levodopa_takes_its_part_in_the_sum():
    """S rises by 10/176 = 0.0568; Km app = 176 * S - 10; no Vmax, so the influx is not known. 'levodopa' is the same name."""
    before = bbb(RAT, HUMAN_PLASMA)
    after = bbb(RAT, HUMAN_PLASMA | {"Levodopa": 10}, optional_km_uM=LDOPA)

    assert after["S"] == pytest.approx(before["S"] + 10 / 176)
    assert after["km_app_uM"]["ldopa"] == pytest.approx(176 * after["S"] - 10)
    assert (after["influx_nmol_min_g"]["ldopa"], after["share"]["ldopa"]) == (None, pytest.approx(10 / 176 / after["S"]))
    assert after["influx_nmol_min_g"]["tyr"] < before["influx_nmol_min_g"]["tyr"]


@pytest.mark.parametrize("rival", ["leu", "phe", "ile"])
def test_a_rival_takes_levodopa_off_the_carrier(rival):
    """Phe, Leu and Ile 100 mg/kg reversed infused levodopa with its plasma unchanged (nutt1984): the share falls. Sign only."""
    assert ldopa_share(**{rival: 500}) < 0.95 * ldopa_share()


@pytest.mark.parametrize("other", ["gly", "lys"])
def test_an_amino_acid_of_another_carrier_leaves_levodopa_alone(other):
    """Gly and Lys at the same dose did nothing (nutt1984)."""
    assert ldopa_share(**{other: 500}) == ldopa_share()


def test_levodopa_stated_twice_or_without_a_km_is_refused():
    """Two spellings of one substance; a set of constants that has no Km of it."""
    with pytest.raises(ValueError, match="'ldopa' stands twice"):
        bbb(RAT, HUMAN_PLASMA | {"ldopa": 10, "L-DOPA": 10}, optional_km_uM=LDOPA)
    with pytest.raises(ValueError, match="'ldopa' is no amino acid of the carrier"):
        bbb(RAT, HUMAN_PLASMA | {"ldopa": 10})


def test_the_km_of_levodopa_is_that_of_the_preparation():
    """440 uM in the bolus data, and 440 * 64/160 = 176 uM when brought to perfused brain by tyrosine."""
    assert ({"ldopa": pytest.approx(440 * 64 / 160)}, {"ldopa": 440}) == (LDOPA, load_optional_km(ROOT, "rat_bolus"))
