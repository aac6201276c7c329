"""Facts about person, supply, time and laboratory, each with the arithmetic in the open."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from msgspec.structs import replace

from neurobalance_expert.cases.types import Composition, FoodItem, Lab, Remark, Supplement
from neurobalance_expert.facts.labs import latest
from neurobalance_expert.facts.prepare import prepare
from neurobalance_expert.model.constants import AA
from neurobalance_expert.summary import totals


def facts(case, knowledge) -> list[tuple[str, dict[str, object]]]:
    """Plain facts of a case."""
    return [knowledge.vocabulary.plain(fact) for fact in prepare(case, knowledge).book.origins]


def of(relation: str, case, knowledge) -> list[dict[str, object]]:
    """Slots of the facts of one relation."""
    return [slots for name, slots in facts(case, knowledge) if name == relation]


def lab(value: float, date: str | None = "2026-03-01", index: int = 0, analyte: str = "plasma_plp") -> Lab:
    """A value of plasma PLP in nmol/L."""
    return Lab(index, analyte, value, "nmol/L", f"{value:g} nmol/L", date)


def test_a_laboratory_value_becomes_a_ratio_to_each_limit(balanced, knowledge):
    """17 nmol/L over the limits 20 and 30 is 0.85 and 0.567."""
    found = {f["limit"]: f["ratio"] for f in of("lab", replace(balanced, labs=(lab(17.0),)), knowledge)}

    assert {"low": Decimal("0.850"), "borderline": Decimal("0.567")} == found


def test_the_latest_value_of_an_analyte_counts():
    """By date; a value without a date stands behind a dated one."""
    values = (lab(40.0, "2026-01-01", 0), lab(17.0, "2026-03-01", 1), lab(90.0, None, 2))

    assert [17.0] == [x.value for x in latest(values)]


def test_the_limit_of_haemoglobin_depends_on_sex(balanced, knowledge):
    """125 g/L: over 120 it is 1.042 for a woman, over 130 it is 0.962 for a man."""
    value = Lab(0, "hemoglobin", 125.0, "g/L", "125 g/L", None)
    ratios = []
    for sex in ("female", "male"):
        case = replace(balanced, labs=(value,), person=replace(balanced.person, sex=sex))
        ratios += [f["ratio"] for f in of("lab", case, knowledge) if f["limit"] == "low"]

    assert [Decimal("1.042"), Decimal("0.962")] == ratios


def test_the_distance_of_two_supplements_is_the_smallest_on_the_clock(balanced, knowledge):
    """08:00 and 22:00 against 21:15: 45 minutes."""
    taken = tuple(
        Supplement(i, balanced.diary_date, minute, name, True, 500.0)
        for i, (name, minute) in enumerate([("l_tyrosine", 480), ("l_tyrosine", 1320), ("l_tryptophan", 1275)])
    )
    gaps = of("gap", replace(balanced, supplements=taken), knowledge)

    assert [{"a": "l_tryptophan", "b": "l_tyrosine", "hours": Decimal("0.75")}] == gaps


def test_doses_of_one_substance_add_up_over_products(balanced, knowledge):
    """200 mg in one product and 10 mg as a component of another: 210 mg."""
    taken = (
        Supplement(0, balanced.diary_date, 480, "vitamin_b6", True, 200.0),
        Supplement(1, balanced.diary_date, 1260, "multivitamin_mineral", True, None, {"vitamin_b6": 10.0, "magnesium": 300.0}),
    )
    doses = {f["substance"]: f["mg"] for f in of("dose", replace(balanced, supplements=taken), knowledge)}

    assert (Decimal("210.000"), Decimal("300.000")) == (doses["vitamin_b6"], doses["magnesium"])


def test_an_unknown_dose_leaves_the_total_open(balanced, knowledge):
    """A capsule of unknown content: no dose fact, and no adequacy of what it adds to, only partly_known."""
    taken = (Supplement(0, balanced.diary_date, 480, "vitamin_b6", True, None, entered="1 capsule"),)
    case = replace(balanced, supplements=taken)
    known = {f["nutrient"] for f in of("adequacy", case, knowledge)}

    assert ([], False, True) == (
        of("dose", case, knowledge),
        "vitamin_b6" in known,
        {"nutrient": "vitamin_b6"} in of("partly_known", case, knowledge),
    )


def test_without_a_body_mass_nothing_per_kg_is_said(balanced, knowledge):
    """Protein and amino acids have no reference, the course is not computed; vitamins stay."""
    case = replace(balanced, person=replace(balanced.person, weight_kg=None))
    known = {f["nutrient"] for f in of("adequacy", case, knowledge)}

    assert ({"vitamin_c"}, set(), []) == (known & {"vitamin_c"}, known & {"protein", "trp", "lys"}, of("influx", case, knowledge))


def test_an_untimed_meal_leaves_the_course_unknown(balanced, knowledge):
    """Nobody knows when its protein arrived, so no window has an influx; totals stay."""
    foods = (replace(balanced.foods[0], time_min=None, grams=200.0), *balanced.foods[1:])
    case = replace(balanced, foods=foods)

    assert ([], True) == (of("influx", case, knowledge), bool(of("adequacy", case, knowledge)))


def test_an_unknown_food_is_a_fact_and_spoils_only_its_time(balanced, knowledge):
    """The windows it touches have no influx; the others have."""
    unknown = replace(balanced.foods[0], index=99, name="xylotl pie", time_min=1170, grams=150.0)
    case = replace(balanced, foods=(*balanced.foods, unknown))
    before, after = ({f["window"] for f in of("influx", c, knowledge)} for c in (balanced, case))

    assert ([{"name": "xylotl pie"}], True, True) == (of("unknown_food", case, knowledge), after < before, bool(after))


def test_a_refused_value_withdraws_trust(balanced, knowledge):
    """``trusted`` is what nutrition rules have in their scope."""
    remark = Remark("invalid", "food.grams", "-200 g is not an amount")
    case = replace(balanced, remarks=(remark,))

    assert ([{"is": True}], [], [{"field": "food.grams"}]) == (
        of("trusted", balanced, knowledge),
        of("trusted", case, knowledge),
        of("invalid", case, knowledge),
    )


@pytest.mark.parametrize(("age", "stage"), [(17, "child"), (18, "adult"), (64, "adult"), (65, "older_adult")])
def test_life_stages_begin_on_the_birthday(balanced, knowledge, age, stage):
    """Both sides of 18 and of 65."""
    case = replace(balanced, person=replace(balanced.person, age_y=age))

    assert [{"is": stage}] == of("life_stage", case, knowledge)


def test_two_days_are_averaged(balanced, knowledge):
    """The same day twice has the same daily totals and record days 2."""
    twice = replace(balanced, foods=(*balanced.foods, *(replace(f, index=f.index + 100, date="2026-03-13") for f in balanced.foods)))
    one, two = prepare(balanced, knowledge), prepare(twice, knowledge)

    assert one.supply.totals["protein"].value == pytest.approx(two.supply.totals["protein"].value)
    assert [{"days": 2}] == of("record", twice, knowledge)


def test_the_order_of_the_diary_does_not_matter(balanced, knowledge):
    """Facts are the same when foods are written in reverse."""
    reverse = replace(balanced, foods=tuple(reversed(balanced.foods)))

    assert set(prepare(balanced, knowledge).book.origins) == set(prepare(reverse, knowledge).book.origins)


def test_a_dinner_and_the_breakfast_after_it_fill_every_window(balanced, knowledge):
    """The windows of the second day end 36 h after the dinner; the course must cover them, or the last night has no mean."""
    dinner = replace(balanced.foods[0], time_min=19 * 60, grams=200.0)
    breakfast = replace(balanced.foods[0], index=1, time_min=7 * 60, grams=80.0, date="2026-03-13")
    day = prepare(replace(balanced, foods=(dinner, breakfast)), knowledge).day

    assert {w.id for w in day.windows} == {name for name, means in day.influx.items() if means}
    assert all(np.isfinite(x) for ratios in day.ratio_vs_fasting.values() for x in ratios.values())


def supplement(substance: str, mg: float | None = None, index: int = 0, **other) -> Supplement:
    return Supplement(index, "2026-03-12", 480, substance, True, mg, **other)


def test_a_supplement_with_its_own_composition_counts(balanced, knowledge):
    """5 g of leucine in a free mixture and 20 g of protein in a shake whose lysine is not stated."""
    free = supplement("eaa", composition=Composition(amino_acids_g={"leu": 5.0}, free=True))
    shake = supplement("shake", index=1, composition=Composition(20.0, 3.0, 1.0, 0.0, {"leu": 2.0, "trp": 0.3}))
    before, after = (prepare(replace(balanced, supplements=s), knowledge).supply.totals for s in ((), (free, shake)))

    assert [7.0, 0.3, 20.0] == [pytest.approx(after[n].value - before[n].value) for n in ("leu", "trp", "protein")]
    assert (0.0, float("inf")) == (after["lys"].coverage, after["lys"].high)
    assert before["thiamin"] == after["thiamin"]


def test_a_mixture_without_components_counts_by_its_assumed_shares(balanced, knowledge):
    """8 g of BCAA 2:1:1 are 4 g leucine; essential amino acids of unknown pattern leave the totals open."""
    before, bcaa, unknown = (
        prepare(replace(balanced, supplements=s), knowledge).supply.totals["leu"]
        for s in ((), (supplement("bcaa", 8000.0),), (supplement("eaa_or_protein_powder", 8000.0),))
    )

    assert (4.0, 0.0) == (pytest.approx(bcaa.value - before.value), unknown.coverage)


def test_printed_totals_hold_food_and_supplements_in_the_unit_of_their_name(balanced, knowledge):
    """2 mg of copper are 2 mg and not 2000; niacin stays preformed; folic acid is not mixed with plain food folate."""
    taken = [("copper", 2.0), ("nicotinamide", 20.0), ("folic_acid", 0.4), ("l_tyrosine", 1000.0)]
    more = tuple(supplement(s, mg, n) for n, (s, mg) in enumerate(taken))
    before, after = (totals(prepare(replace(balanced, supplements=s), knowledge)) for s in ((), more))
    names = ("copper_mg", "niacin_mg", "folate_total_ug", "tyr_g", "tyr_mg_per_kg")

    assert [2.0, 20.0, 0.0, 1.0, 1000 / balanced.person.weight_kg] == [pytest.approx(after[n].value - before[n].value) for n in names]


def test_a_tryptophan_supplement_makes_no_niacin_and_hides_none(balanced, knowledge):
    """The share of niacin that must come from tryptophan rests on preformed niacin alone: 3 g of Trp do not change it."""
    oil = (replace(balanced.foods[0], name="white rice cooked", grams=500.0),)  # 7.4 mg niacin against 12 mg
    poor = replace(balanced, foods=oil)
    with_trp = replace(poor, supplements=(supplement("l_tryptophan", 3000.0),))
    before, after = (of("niacin_share_from_trp", case, knowledge) for case in (poor, with_trp))
    preformed = prepare(poor, knowledge).amounts.totals["niacin_mg"].value

    assert before == after
    assert float(before[0]["fraction"]) == pytest.approx(1 - preformed / 12, abs=0.006)


def stated(index: int, composition: Composition, time_min: int | None = 480, grams: float | None = None) -> FoodItem:
    return FoodItem(index, "2026-03-12", time_min, "trial meal", None, grams, composition=composition)


def test_sugar_without_a_time_leaves_the_course_unknown(balanced, knowledge):
    """120 g of sugar move every ratio of the hours after it, so nobody knows which; a sip of 3 g does not matter."""
    sip, sugar = (stated(99, Composition(0.0, grams, 0.0, 0.0), None) for grams in (3.0, 120.0))
    found = [bool(of("influx", replace(balanced, foods=(*balanced.foods, item)), knowledge)) for item in (sip, sugar)]

    assert [True, False] == found


def test_carbohydrate_that_is_not_stated_is_not_zero(balanced, knowledge):
    """A stated protein of a meal of unknown mass leaves its window open; the mass of 42 g leaves no room for carbohydrate."""
    protein = Composition(40.0, amino_acids_g=dict.fromkeys(AA, 1.0))
    meals = (stated(0, protein), stated(0, protein, grams=42.0), stated(0, replace(protein, carbohydrate_g=0.0, fat_g=0.0)))
    found = [bool(of("plasma_ratio", replace(balanced, foods=(meal,)), knowledge)) for meal in meals]
    first = [prepare(replace(balanced, foods=(meal,)), knowledge).day.influx.get("w2") for meal in meals]

    assert ([True, True, True], [True, False, False]) == (found, [x is None for x in first])


def test_fibre_of_the_table_raises_no_insulin(balanced, knowledge):
    """Carbohydrate of the table is by difference and holds the fibre; a stated carbohydrate is taken as it stands."""
    bran = replace(balanced.foods[0], name=None, ndb="20077", grams=100.0)  # wheat bran: 64.51 g carbohydrate, 42.8 g of them fibre
    own = stated(1, Composition(0.0, 64.51, 0.0, 42.8))
    placed = prepare(replace(balanced, foods=(bran, own)), knowledge).intakes

    assert [pytest.approx(21.71), pytest.approx(64.51)] == [p.available_g for p in placed]


def test_a_stated_amino_acid_without_a_column_reaches_the_model(balanced, knowledge):
    """The food table has no glutamine; a drink that states 5 g of it brings 5 g."""
    drink = stated(0, Composition(amino_acids_g={"gln": 5.0, "ala": 1.0}, free=True))

    assert {"gln": 5.0}.items() <= prepare(replace(balanced, foods=(drink,)), knowledge).intakes[0].free_g.items()


@pytest.mark.parametrize(("clock", "hours"), [("21:30", "1.5"), ("23:00", "0.0"), ("02:00", "0.0"), ("07:00", "16.0")])
def test_sleep_begins_by_the_clock_and_not_after_the_dose_has_worked(balanced, knowledge, clock, hours):
    """A dose at 21:30 opens a fed window until 01:30, yet the assumed night begins at 23:00, 1.5 h after it."""
    minute = 60 * int(clock[:2]) + int(clock[3:])
    case = replace(balanced, supplements=(replace(supplement("leucine", 2000.0), time_min=minute),))
    found = {f["substance"]: f["hours"] for f in of("to_sleep", case, knowledge)}

    assert {"bcaa": Decimal(hours)} == found


@pytest.mark.parametrize(
    ("symptom", "signs"),
    [
        ("Suicidal thoughts at night", {"suicidality"}),
        ("tingling in feet", {"b6_neuropathy"}),
        ("Numb hands", {"b6_neuropathy", "b12_myelopathy"}),
        ("tired in the afternoon", set()),
        ("benumbed", set()),
        ("a number of headaches", set()),
    ],
)
def test_only_words_of_the_table_are_warning_signs(balanced, knowledge, symptom, signs):
    """Whole words, whatever the case; everything else stays a symptom as entered."""
    case = replace(balanced, symptoms=(symptom,))

    assert signs == {f["of"] for f in of("warning_sign", case, knowledge)}


def test_the_goal_is_never_searched_for_warning_signs(balanced, knowledge):
    """Free text of the goal is not the symptom list."""
    assert [] == of("warning_sign", replace(balanced, goal="no more suicidal thoughts"), knowledge)
