"""Facts about person, supply, time and laboratory, each with the arithmetic in the open."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from neurobalance_expert.cases.types import Lab, Remark, Supplement
from neurobalance_expert.facts.labs import latest
from neurobalance_expert.facts.prepare import prepare


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
