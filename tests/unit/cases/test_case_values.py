"""Values inside a readable case: which are used, and which are refused and said to be."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from neurobalance_expert.cases.types import Case

Make = Callable[..., Case]


def kinds(case: Case) -> list[tuple[str, str]]:
    """Kind and field of every remark, in the order of the file."""
    return [(r.kind, r.field) for r in case.remarks]


@pytest.mark.parametrize(
    ("written", "minutes"),
    [("07:30", 450), ("7:30", 450), ("'07:30'", 450), ("00:00", 0), ("23:59", 1439), ("12:30", 750), ("08:00", 480)],
)
def test_clock_times_need_no_quotes(written: str, minutes: int, make: Make) -> None:
    """Stock YAML reads 12:30 as 750 and 08:00 as text."""
    case = make(foods=f"{{time: {written}, name: oats dry, grams: 60}}")

    assert (minutes, ()) == (case.foods[0].time_min, case.remarks)


@pytest.mark.parametrize(
    "written", ["25:10", "24:00", "7:5", "07:60", "7.30", "730", "noon", "07:30:00", "'7:30 pm'", "-1:00", "٠٧:٣٠", "true"]
)
def test_what_is_no_clock_time_is_refused(written: str, make: Make) -> None:
    """The food stays, its time is not known."""
    case = make(foods=f"{{time: {written}, name: oats dry, grams: 60}}")

    assert (None, 60.0) == (case.foods[0].time_min, case.foods[0].grams)
    assert [("invalid", "food.time")] == kinds(case)


@pytest.mark.parametrize(
    ("written", "grams"), [("60", 60.0), ("0.5", 0.5), (".5", 0.5), ("+60", 60.0), ("-0", 0.0), ("123456.789012", None)]
)
def test_plain_numbers(written: str, grams: float | None, make: Make) -> None:
    """Twelve significant digits are read; more than 5000 g of one food is refused."""
    assert grams == make(foods=f"{{time: 08:00, name: oats dry, grams: {written}}}").foods[0].grams


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("-200", "is negative"),
        (".nan", "is not a finite number"),
        (".inf", "is not a finite number"),
        ("NaN", "is not a finite number"),
        ("-Infinity", "is not a finite number"),
        ("true", "is true or false, not a number"),
        ("'60'", "is text in quotes; write the number without them"),
        ("'1,000.5'", "has separators; write digits and at most one decimal point"),
        ("'1.000,5'", "has separators; write digits and at most one decimal point"),
        ("'12,5'", "has separators; write digits and at most one decimal point"),
        ("'1 000'", "has separators; write digits and at most one decimal point"),
        ("1e3", "has an exponent; write the number in full"),
        ("1.2345678901234", "has more than 12 significant digits"),
        ("60g", "is not a number"),
        ("9999999999", "is no amount of this kind"),
        ("0.0000000001", "is no amount of this kind"),
        ("5001", "is more than 5000 g, which nobody eats of one item"),
    ],
)
def test_numbers_that_are_refused_say_why(written: str, reason: str, make: Make) -> None:
    """The value becomes unknown, and the remark quotes it with the reason."""
    case = make(foods=f"{{time: 08:00, name: oats dry, grams: {written}}}")

    assert case.foods[0].grams is None
    assert [("invalid", "food.grams")] == kinds(case)
    assert f"{reason}. The value is not used." in case.remarks[0].text


@pytest.mark.parametrize("written", ["2026-02-30", "2026-13-01", "02.03.2026", "2026-3-2", "20260302", "yesterday", "0001-01-01"])
def test_impossible_dates_are_refused(written: str, make: Make) -> None:
    """The case still loads; its date is not known."""
    case = make(date=written)

    assert ("", "") == (case.diary_date, case.foods[0].date)
    assert [("invalid", "diary_date")] == kinds(case)


def test_a_diary_may_span_dates(make: Make) -> None:
    """An item without a date belongs to the diary date, one with an impossible date to none."""
    foods = (
        "{time: 08:00, name: a, grams: 1}, {date: 2026-03-03, time: 08:00, name: b, grams: 1}, {date: x, time: 08:00, name: c, grams: 1}"
    )

    case = make(foods=foods)

    assert {"a": "2026-03-02", "b": "2026-03-03", "c": ""} == {food.name: food.date for food in case.foods}
    assert [("invalid", "food.date")] == kinds(case)


@pytest.mark.parametrize(
    ("dose", "mg"),
    [
        ("500, unit: mg", 500.0),
        ("0.5, unit: g", 500.0),
        ("500000, unit: ug", 500.0),
        ("500000, unit: mcg", 500.0),
        ("500000, unit: µg", 500.0),
    ],
)
def test_doses_become_milligrams(dose: str, mg: float, make: Make) -> None:
    """0.5 g = 500 mg = 500,000 ug, whichever way micro is written (U+00B5 here; U+03BC in the next test)."""
    assert mg == make(f"supplements: [{{time: 22:00, substance: l_tryptophan, dose: {dose}}}]").supplements[0].dose_mg


def test_the_greek_letter_is_micro_too(make: Make) -> None:
    """U+03BC looks like U+00B5."""
    assert 0.4 == make("supplements: [{time: 22:00, substance: folic acid, dose: 400, unit: \u03bcg}]").supplements[0].dose_mg


@pytest.mark.parametrize(
    ("unit", "remark"),
    [
        ("null", ("missing", "supplement.dose_unit")),
        ("capsule", ("missing", "supplement.dose_unit")),
        ("Tablets", ("missing", "supplement.dose_unit")),
        ("drops", ("missing", "supplement.dose_unit")),
        ("scoop", ("missing", "supplement.dose_unit")),
        ("IU", ("missing", "supplement.dose_unit")),
        ("mgg", ("invalid", "supplement.unit")),
        ("kg", ("invalid", "supplement.unit")),
        ("oz", ("invalid", "supplement.unit")),
        ("mmol/L", ("invalid", "supplement.unit")),
    ],
)
def test_a_dose_without_a_mass_is_not_known(unit: str, remark: tuple[str, str], make: Make) -> None:
    """A count has no mass, and a unit is never guessed."""
    case = make(f"supplements: [{{time: 22:00, substance: l_tryptophan, dose: 2, unit: {unit}}}]")

    assert case.supplements[0].dose_mg is None
    assert [remark] == kinds(case)


def test_components_win_and_equal_substances_add_up(make: Make) -> None:
    """300 mg of magnesium and 100 mg under another name are 400 mg; a capsule as unit of the product asks for nothing then."""
    case = make(
        "supplements: [{time: 08:00, product: Calm Plus, dose: 2, unit: capsule,"
        " components: {magnesium: {dose: 300, unit: mg, label_basis: elemental},"
        " Mg: {dose: 0.1, unit: g, label_basis: elemental}, pyridoxine: {dose: 2, unit: mg, label_basis: compound}}}]"
    )
    product = case.supplements[0]

    assert {"magnesium": 400.0, "vitamin_b6": 2.0} == product.components
    assert {"magnesium": "elemental", "vitamin_b6": "compound"} == product.bases
    assert (True, "stated_product", "Calm Plus", "2 capsule") == (product.recognised, product.substance, product.product, product.entered)
    assert [("confirm", "supplement.dose")] == kinds(case)  # 400 mg of magnesium, above 350


def test_a_product_with_its_own_composition_needs_no_known_name(make: Make) -> None:
    """What it brings is stated; fibre was not stated and stays unknown."""
    composition = "{protein_g: 20, carbohydrate_g: 3, fat_g: 1, amino_acids_g: {trp: 0.3, leu: 2.1}, free: true}"

    supplement = make(f"supplements: [{{time: 08:00, product: Shake 27, composition: {composition}}}]").supplements[0]

    assert supplement.recognised
    assert supplement.composition is not None
    assert (20.0, None, {"trp": 0.3, "leu": 2.1}, True) == (
        supplement.composition.protein_g,
        supplement.composition.fibre_g,
        supplement.composition.amino_acids_g,
        supplement.composition.free,
    )


def test_a_food_of_unknown_amount_is_asked_for(make: Make) -> None:
    """Nothing stated, a measure without a number, and a measure with one."""
    case = make(foods="{time: 08:00, name: a}, {time: 08:00, name: b, measure: cup}, {time: 08:00, name: c, measure: cup, amount: 1.5}")

    assert [("missing", "food.amount"), ("missing", "food.grams")] == kinds(case)
    assert ("cup", 1.5) == (case.foods[2].measure, case.foods[2].amount)


@pytest.mark.parametrize("written", ["'08120'", "08120", "8120"])
def test_the_number_of_a_food_keeps_its_zero(written: str, make: Make) -> None:
    """YAML without quotes reads a number; the table has five characters."""
    assert "08120" == make(foods=f"{{time: 08:00, ndb: {written}, grams: 60}}").foods[0].ndb


def test_a_composition_that_weighs_more_than_the_item_contradicts_it(make: Make) -> None:
    """40 + 50 + 20 = 110 g in 100 g."""
    food = "{time: 08:00, name: bar, grams: 100, composition: {protein_g: 40, carbohydrate_g: 50, fat_g: 20}}"

    assert [("conflict", "food.composition")] == kinds(make(foods=f"{food}"))


@pytest.mark.parametrize(
    ("lab", "value", "remark"),
    [
        ("analyte: ferritin, value: 22, unit: ug/L", 22.0, None),
        ("analyte: Ferritin, value: 22, unit: µg/l", 22.0, None),
        ("analyte: b12, value: 200, unit: pg/mL", 147.6, None),  # 200 * 0.738
        ("analyte: hb, value: 12.2, unit: g/dL", 122.0, None),
        ("analyte: ferritin, value: 22, unit: nmol/L", None, ("invalid", "lab.unit")),
        ("analyte: ferritin, value: 22", None, ("missing", "lab_unit")),
        ("analyte: ferritin, value: 0, unit: ug/L", None, ("invalid", "lab.value")),  # hard limit 1
        ("analyte: hb, value: 1220, unit: g/L", None, ("invalid", "lab.value")),  # hard limit 250
        ("analyte: unobtainium, value: 22, unit: ug/L", None, ("unrecognised", "labs")),
        ("analyte: ferritin, unit: ug/L", None, ("missing", "lab.value")),
    ],
)
def test_laboratory_values(lab: str, value: float | None, remark: tuple[str, str] | None, make: Make) -> None:
    """In the canonical unit, or left out with a remark."""
    case = make(f"labs: [{{{lab}, date: 2026-02-20}}]")

    assert ([] if value is None else [value]) == [found.value for found in case.labs]
    assert ([] if remark is None else [remark]) == kinds(case)


def test_the_range_of_the_laboratory_is_converted_with_the_value(make: Make) -> None:
    """180 to 914 pg/mL are 132.84 to 674.532 pmol/L."""
    lab = make("labs: [{analyte: b12, value: 300, unit: pg/mL, date: 2026-02-20, reference_range: {low: 180, high: 914}}]").labs[0]

    assert (132.84, 674.532) == (lab.reference_low, lab.reference_high)


def test_two_values_of_one_day_contradict_each_other(make: Make) -> None:
    """Which of them counts must not depend on the order of the list."""
    case = make("labs: [{analyte: tsh, value: 2, unit: mIU/L, date: 2026-02-20}, {analyte: tsh, value: 9, unit: mIU/L, date: 2026-02-20}]")

    assert [("conflict", "lab.value")] == kinds(case)


@pytest.mark.parametrize(
    ("medicine", "status", "remark"),
    [
        ("status: current", "current", None),
        ("status: stopped, stopped: 2026-02-01", "stopped", None),
        ("stopped: 2026-02-01", "stopped", None),
        ("status: stopped", "stopped", None),
        ("status: current, stopped: 2026-02-01", "current", ("conflict", "medication.status")),
        ("status: paused, stopped: 2026-02-01", "current", ("invalid", "medication.status")),
        ("stopped: soon", "current", ("invalid", "medication.stopped")),
        ("times: ['25:00', 08:00]", "current", ("invalid", "medication.time")),
    ],
)
def test_a_medicine_in_doubt_counts_as_current(medicine: str, status: str, remark: tuple[str, str] | None, make: Make) -> None:
    """Only a clear statement makes it a stopped one."""
    case = make(f"medications: [{{ingredient: sertraline, {medicine}}}]")

    assert status == case.medications[0].status
    assert ([] if remark is None else [remark]) == kinds(case)


@pytest.mark.parametrize("text", ["no", "yes", "1", "complete"])
def test_a_list_is_complete_only_when_it_says_true(text: str, make: Make) -> None:
    """Anything else is refused and leaves the list open."""
    case = make(complete=f"medications_complete: {text}\nconditions_complete: true\n")

    assert case.medications_complete is None
    assert [("missing", "medications"), ("invalid", "medications_complete")] == sorted(kinds(case), key=lambda k: k[1])


def test_text_is_fit_for_display(make: Make) -> None:
    """Controls, direction marks and broken surrogates go; the rest of the text stays as it is."""
    case = make('goal: "a\\u202eb\\u0007c \\u2028 d <b>{{7*7}}</b>"\nsymptoms: ["tired\\tand\\nslow"]')

    assert ("abc d <b>{{7*7}}</b>", ("tired and slow",)) == (case.goal, case.symptoms)
