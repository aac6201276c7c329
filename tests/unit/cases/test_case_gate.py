"""Contradictions, gaps and amounts that cannot be."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from neurobalance_expert.cases.gate import diet_conflict, food_kinds
from neurobalance_expert.cases.scalars import age_on
from neurobalance_expert.cases.types import Case
from neurobalance_expert.knowledge.names_data import Names

Make = Callable[..., Case]


def kinds(case: Case) -> set[tuple[str, str]]:
    """Kind and field of every remark."""
    return {(r.kind, r.field) for r in case.remarks}


@pytest.mark.parametrize(
    ("birth", "day", "years"),
    [
        ("2008-03-02", "2026-03-01", 17),
        ("2008-03-02", "2026-03-02", 18),
        ("2008-02-29", "2026-02-28", 17),
        ("2008-02-29", "2026-03-01", 18),
        ("2008-02-29", "2028-02-29", 20),
    ],
)
def test_a_birthday_counts_from_its_day(birth: str, day: str, years: int) -> None:
    """29 February counts from 1 March in common years."""
    assert years == age_on(birth, day)


@pytest.mark.parametrize(
    ("fields", "age", "found"),
    [
        ("age_y: 40, sex: male, weight_kg: 70", 40, set()),
        ("birth_date: 1986-03-02, sex: male, weight_kg: 70", 40, set()),
        ("age_y: 40, birth_date: 1986-03-02, sex: male, weight_kg: 70", 40, set()),
        ("age_y: 40, birth_date: 1986-03-03, sex: male, weight_kg: 70", None, {("conflict", "age")}),
        ("sex: male, weight_kg: 70", None, {("missing", "age")}),
        ("age_y: 121, sex: male, weight_kg: 70", None, {("invalid", "person.age_y"), ("missing", "age")}),
        ("age_y: 40.5, sex: male, weight_kg: 70", None, {("invalid", "person.age_y"), ("missing", "age")}),
        ("age_y: 40, birth_date: 2027-01-01, sex: male, weight_kg: 70", 40, {("invalid", "person.birth_date")}),
        ("birth_date: 1902-01-01, sex: male, weight_kg: 70", None, {("invalid", "person.birth_date"), ("missing", "age")}),
        ("age_y: 40, weight_kg: 70", 40, {("missing", "sex"), ("missing", "pregnancy_status")}),
        ("age_y: 56, weight_kg: 70, sex: unknown", 56, {("missing", "sex")}),
        ("age_y: 40, sex: woman, weight_kg: 70", 40, {("invalid", "person.sex"), ("missing", "sex"), ("missing", "pregnancy_status")}),
        ("age_y: 12, sex: female, weight_kg: 45", 12, {("missing", "pregnancy_status")}),
        ("age_y: 11, sex: female, weight_kg: 45", 11, set()),
        ("age_y: 55, sex: female, weight_kg: 70", 55, {("missing", "pregnancy_status")}),
        ("age_y: 56, sex: female, weight_kg: 70", 56, set()),
        ("age_y: 40, sex: male, weight_kg: 70, pregnancy_status: pregnant", 40, {("conflict", "sex_pregnancy")}),
        ("age_y: 40, sex: male, weight_kg: 70, pregnancy_status: trying", 40, set()),
        ("age_y: 40, sex: male, weight_kg: 70, lactating: true", 40, {("conflict", "sex_pregnancy")}),
        ("age_y: 40, sex: male", 40, {("missing", "weight_kg")}),
        ("age_y: 40, sex: male, weight_kg: 200", 40, set()),
        ("age_y: 40, sex: male, weight_kg: 200.1", 40, {("confirm", "weight")}),
        ("age_y: 40, sex: male, weight_kg: 39.9", 40, {("confirm", "weight")}),
        ("age_y: 40, sex: male, weight_kg: 24", 40, {("invalid", "person.weight_kg"), ("missing", "weight_kg")}),
        ("age_y: 40, sex: male, weight_kg: 154, height_cm: 172", 40, {("confirm", "weight")}),  # 154 / 1.72**2 = 52 > 50
        ("age_y: 40, sex: male, weight_kg: 70, height_cm: 1.72", 40, {("invalid", "person.height_cm")}),
    ],
)
def test_the_person(fields: str, age: int | None, found: set[tuple[str, str]], make: Make) -> None:
    """Both sides of each limit, and each contradiction."""
    case = make(person=fields)

    assert (age, found) == (case.person.age_y, kinds(case))


def test_what_contradicts_is_kept_as_entered(make: Make) -> None:
    """A warning that depends on either entry is not lost."""
    found = make(person="age_y: 40, sex: male, weight_kg: 70, pregnancy_status: pregnant").person

    assert ("male", "pregnant") == (found.sex, found.pregnancy_status)


def test_conditions_contradict_the_person(make: Make) -> None:
    """Pregnancy among the conditions, and a status of not pregnant."""
    case = make("conditions: [{id: pregnancy}]", person="age_y: 30, sex: female, weight_kg: 60, pregnancy_status: not_pregnant")

    assert {("conflict", "pregnancy_status")} == kinds(case)


def dosed(*lines: str) -> str:
    """Supplements at eight o'clock."""
    return "supplements: [" + ", ".join(f"{{time: 08:00, {line}}}" for line in lines) + "]"


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (["substance: five_htp, dose: 300, unit: mg"], set()),
        (["substance: five_htp, dose: 300.1, unit: mg"], {("confirm", "supplement.dose")}),
        (["substance: five_htp, dose: 200, unit: mg", "substance: 5-htp, dose: 0.2, unit: g"], {("confirm", "supplement.dose")}),
        (["substance: five_htp, dose: 200, unit: mg", "date: 2026-03-03, substance: five_htp, dose: 200, unit: mg"], set()),
        (["substance: folic_acid, dose: 15000, unit: ug"], {("confirm", "supplement.dose")}),
        (["substance: folic_acid, dose: 15001, unit: ug"], {("invalid", "supplement.dose")}),
        (["substance: folic_acid, dose: 400, unit: mg"], {("invalid", "supplement.dose")}),
        (["substance: zinc, dose: 501, unit: mg, label_basis: elemental"], {("invalid", "supplement.dose")}),
        (["substance: zinc, dose: 501, unit: mg, label_basis: compound"], {("confirm", "supplement.dose")}),  # at least 501 * 0.143 = 72 mg
        (["substance: zinc, dose: 15, unit: mg"], {("missing", "supplement.form_basis")}),
        (
            ["substance: leucine, dose: 80, unit: g", "substance: valine, dose: 71, unit: g"],
            {("invalid", "supplement.dose"), ("confirm", "supplement.dose")},
        ),
        (["substance: creatine, dose: 600, unit: g"], {("invalid", "supplement.dose")}),
        (["substance: multivitamin, dose: 1, unit: tablet"], {("missing", "product_contents"), ("missing", "supplement.dose_unit")}),
    ],
)
def test_daily_doses(lines: list[str], found: set[tuple[str, str]], make: Make) -> None:
    """Strictly above the limit, over all products of a day; BCAA are also the sum of their parts."""
    assert found == kinds(make(dosed(*lines)))


def test_a_refused_sum_drops_every_dose_in_it(make: Make) -> None:
    """80 g of leucine and 71 g of valine are 151 g of BCAA, above 150; nobody knows which is wrong."""
    case = make(dosed("substance: leucine, dose: 80, unit: g", "substance: valine, dose: 71, unit: g"))

    assert [None, None] == [s.dose_mg for s in case.supplements]


def test_a_refused_component_leaves_the_others(make: Make) -> None:
    """900 mg of copper for 900 ug."""
    parts = "copper: {dose: 900, unit: mg, label_basis: elemental}, zinc: {dose: 15, unit: mg, label_basis: elemental}"
    case = make(dosed(f"substance: multivitamin, components: {{{parts}}}"))

    assert {"copper": None, "zinc": 15.0} == case.supplements[0].components
    assert "Is the unit right? A usual mistake: 900 mg entered for 900 ug." in [r.question for r in case.remarks]


@pytest.mark.parametrize(("grams", "found"), [(1500, set()), (1501, {("confirm", "food.grams")})])
def test_a_large_item_is_asked_about(grams: int, found: set[tuple[str, str]], make: Make) -> None:
    """Strictly above 1500 g."""
    assert found == kinds(make(foods=f"{{time: 08:00, name: soup, grams: {grams}}}"))


@pytest.mark.parametrize(("items", "found"), [(5, set()), (7, {("confirm", "food.day_total")}), (16, {("invalid", "food.day_total")})])
def test_the_weight_of_a_day(items: int, found: set[tuple[str, str]], make: Make) -> None:
    """5 kg are usual, 7 kg are asked about, 16 kg are not believed."""
    foods = ", ".join(["{time: 08:00, name: water, grams: 1000}"] * items)

    assert found == kinds(make(foods=f"{foods}"))


@pytest.mark.parametrize(
    ("name", "kinds_of"),
    [
        ("beef burger", {"meat"}),
        ("chicken breast cooked", {"meat"}),
        ("salmon cooked", {"fish"}),
        ("cow milk semi-skimmed", {"dairy"}),
        ("egg boiled", {"egg"}),
        ("cheese omelette", {"dairy", "egg"}),
        ("oat drink not fortified", set()),
        ("almond milk", set()),
        ("peanut butter", set()),
        ("coconut cream", set()),
        ("vegan cheese", set()),
        ("veggie burger", set()),
        ("eggplant", set()),
        ("oyster mushrooms", set()),
        ("lamb's lettuce", set()),
        ("butter beans", set()),
        ("beefsteak tomato", set()),
        ("soy milk", set()),
        ("tofu firm", set()),
        ("butter biscuits", set()),  # doubtful: many are made without butter
    ],
)
def test_which_foods_are_animal_by_name(name: str, kinds_of: set[str], names: Names) -> None:
    """Whole words; a doubtful name says nothing."""
    assert kinds_of == food_kinds(name, "", names.plausibility.diet)


@pytest.mark.parametrize(
    ("pattern", "name", "group", "conflict"),
    [
        ("vegan", "beef burger", "", True),
        ("vegan", "hamburger with cheddar", "", True),
        ("vegan", "patty", "Beef Products", True),
        ("vegan", "oat milk", "Beverages", False),
        ("vegetarian", "egg boiled", "", False),
        ("vegetarian", "cod baked", "", True),
        ("pescatarian", "cod baked", "", False),
        ("pescatarian", "ham", "", True),
        ("omnivore", "ham", "", False),
        (None, "ham", "", False),
    ],
)
def test_the_diet_pattern_against_the_foods(pattern: str | None, name: str, group: str, conflict: bool, names: Names) -> None:
    """By the name as entered, or by the group of the table entry."""
    assert conflict == (diet_conflict(pattern, [(name, group)], names.plausibility.diet) is not None)
