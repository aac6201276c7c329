"""Which reference intake holds for whom."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from neurobalance_expert import source
from neurobalance_expert.errors import InputProblems
from neurobalance_expert.knowledge.requirements import Requirements, load, parse_requirements

ROOT = Path(__file__).resolve().parents[2]
REFERENCES = source.load(ROOT / "knowledge" / "references.yaml").data["references"]

SMALL = """\
requirements:
  vitamin_b6:
    unit: mg
    standards:
      ear: {values: {m19_50: 1.1, m51: 1.4, f: 1.2, f51: 1.3, preg: 1.6, lact: 1.7}, source: a, evidence: B, verified: true}
  vitamin_c:
    unit: mg
    standards:
      ear: {values: {m: 75, f: 60}, add: {smoker: 35}, source: [a, b], evidence: B, verified: false}
  iron:
    unit: mg
    standards:
      ear: {values: {m: 6, f19_50: 8.1, f51: 5}, factor: {vegetarian: 1.8}, source: a, evidence: B, verified: true}
  magnesium:
    unit: mg
    standards:
      ear: {values: {m: 350, f: 265, preg19_30: 290, preg31_50: 300}, source: a, evidence: B, verified: true}
  trp:
    unit: mg/kg
    standards:
      who_mean: {values: {m: 4, f: 4}, not_for: [pregnant, lactating], source: a, evidence: B, verified: true}
"""


def small() -> Requirements:
    return parse_requirements(source.parse_yaml(SMALL, "small.yaml"), ("a", "b"))


def value(
    nutrient: str,
    standard: str = "ear",
    sex: str | None = "female",
    age: int | None = 30,
    pregnancy: str | None = None,
    lactating: bool | None = None,
    smoker: bool | None = None,
    diet: str | None = None,
) -> str | None:
    found = small().reference(nutrient, standard, sex, age, pregnancy, lactating, smoker, diet)
    return None if found is None else str(found.value)


@pytest.mark.parametrize(
    ("age", "expected"),
    [(17, None), (18, "1.1"), (19, "1.1"), (50, "1.1"), (51, "1.4"), (90, "1.4"), (None, None)],
)
def test_age_chooses_the_row_and_18_uses_that_of_19(age, expected):
    """Below 18, and without an age, there is no reference: nothing is interpolated."""
    assert expected == value("vitamin_b6", sex="male", age=age)


def test_the_narrower_range_wins():
    """`f` holds at every age, `f51` is narrower from 51 on."""
    assert ("1.2", "1.3") == (value("vitamin_b6", age=50), value("vitamin_b6", age=51))


def test_an_unknown_sex_takes_the_larger_requirement_and_says_so():
    """max(75, 60) for vitamin C, max(6, 8.1) for iron at 30 and max(6, 5) at 60."""
    found = small().reference("vitamin_c", "ear", None, 30, None, None, None, None)

    assert found is not None
    assert ("75", "sex not known: the larger value") == (str(found.value), found.note)
    assert ("8.1", "6") == (value("iron", sex=None), value("iron", sex=None, age=60))


def test_pregnancy_and_lactation_come_first_and_the_larger_of_both_holds():
    """1.6 pregnant, 1.7 lactating, 1.7 when both are entered; trying and postpartum change nothing."""
    assert "1.6" == value("vitamin_b6", pregnancy="pregnant")
    assert "1.7" == value("vitamin_b6", lactating=True)
    assert "1.7" == value("vitamin_b6", pregnancy="pregnant", lactating=True)
    assert ("1.2", "1.2") == (value("vitamin_b6", pregnancy="trying"), value("vitamin_b6", pregnancy="postpartum"))


def test_a_person_entered_as_male_never_gets_the_row_of_pregnancy():
    """The contradiction is asked about elsewhere; it does not move the requirement."""
    assert "350" == value("magnesium", sex="male", pregnancy="pregnant")


def test_pregnancy_above_the_last_row_uses_the_last_row():
    """The tables end at 50; 52 and pregnant uses preg31_50."""
    assert ("290", "300", "300") == tuple(value("magnesium", pregnancy="pregnant", age=age) for age in (30, 31, 52))


def test_a_nutrient_without_rows_for_pregnancy_falls_back_to_sex():
    """Iron in this small table has none, so the woman's row holds."""
    assert "8.1" == value("iron", pregnancy="pregnant")


def test_a_value_not_made_for_a_group_is_no_value():
    """The mean requirements of amino acids were not measured in pregnancy or lactation."""
    assert "4" == value("trp", "who_mean")
    assert value("trp", "who_mean", pregnancy="pregnant") is None
    assert value("trp", "who_mean", lactating=True) is None


def test_smoking_adds_and_a_plant_diet_multiplies():
    """60 + 35 = 95 mg vitamin C; 8.1 * 1.8 = 14.58 mg iron; fish is no plant diet."""
    assert ("95", "60") == (value("vitamin_c", smoker=True), value("vitamin_c", smoker=False))
    assert ("14.58", "14.58", "8.1") == tuple(value("iron", diet=diet) for diet in ("vegan", "vegetarian", "pescatarian"))


def test_what_is_not_in_the_table_has_no_reference():
    """An unknown nutrient or a standard that was not set for it gives None, not zero."""
    assert value("iodine") is None
    assert value("vitamin_c", "rda") is None


def test_origin_travels_with_the_value():
    """A value carried over from memory keeps its mark, and every source its key."""
    found = small().reference("vitamin_c", "ear", "female", 30, None, None, None, None)

    assert found is not None
    assert (Decimal(60), "mg", ("a", "b"), False, "f") == (found.value, found.unit, found.source, found.verified, found.stage)


def one(values: str) -> str:
    return f"requirements: {{zinc: {{unit: mg, standards: {{ear: {{values: {values}, evidence: B, verified: true}}}}}}}}"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("requirements: {}", "NB-K040"),
        ("requirements: {zinc: {standards: {}}}", "NB-K040"),
        ("requirements: {zinc: {unit: mg, standards: {eaar: {}}}}", "NB-K041"),
        ("requirements: {zinc: {unit: mg, standards: {ear: {values: {m: 9}}}}}", "NB-K042"),
        (one("{m: 9}, source: x"), "NB-K012"),
        (one("{man: 9}, source: a"), "NB-K043"),
        (one("{m51_19: 9}, source: a"), "NB-K043"),
        (one("{}, source: a"), "NB-K043"),
        (one("{m: 9}, source: a, add: {sailor: 1}"), "NB-K044"),
        (one("{m: 9}, source: a, add: {smoker: much}"), "NB-K044"),
        (one("{m: 9}, source: a, not_for: [men]"), "NB-K044"),
    ],
)
def test_what_is_wrong_with_a_table_is_named(text, code):
    """Each fault has its code and a place."""
    with pytest.raises(InputProblems) as caught:
        parse_requirements(source.parse_yaml(text, "r.yaml"), ("a",))

    assert code in [problem.code for problem in caught.value.problems]
    assert all(problem.at for problem in caught.value.problems)


@pytest.mark.parametrize("sex", ["female", "male"])
@pytest.mark.parametrize("age", [18, 30, 31, 50, 51, 70, 71, 95])
def test_the_shipped_table_has_a_value_for_every_adult(sex, age):
    """No gap between the ranges of ages: every nutrient and standard of the file answers."""
    table = load(ROOT / "knowledge" / "requirements.yaml", REFERENCES)
    gaps = [key for key in table.standards if table.reference(*key, sex, age, None, None, None, None) is None]

    assert [] == gaps


def test_the_shipped_table_keeps_the_order_of_its_standards():
    """For every adult an allowance is above the average requirement that it is derived from."""
    table = load(ROOT / "knowledge" / "requirements.yaml", REFERENCES)
    for nutrient in table.nutrients():
        for sex in ("female", "male"):
            ear, rda = (table.reference(nutrient, standard, sex, 40, None, None, None, None) for standard in ("ear", "rda"))
            assert ear is None or rda is None or ear.value < rda.value, nutrient
