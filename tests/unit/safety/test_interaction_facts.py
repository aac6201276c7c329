"""What is declared about medicines: nothing that changes a finding is left out, and doubt counts against safety."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from neurobalance_expert.assessment import Knowledge, load_case_file
from neurobalance_expert.cases.resolve import ResolvedFood
from neurobalance_expert.cases.types import FoodItem
from neurobalance_expert.engines.reference import evaluate
from neurobalance_expert.fact import FINDING, Fact
from neurobalance_expert.facts.book import FactBook
from neurobalance_expert.facts.exposures import exposures
from neurobalance_expert.facts.interactions import Acting, acting_medicines, add_interactions, nearest
from neurobalance_expert.facts.prepare import prepare
from neurobalance_expert.facts.supply import highest_doses
from neurobalance_expert.facts.worked_doses import Doses
from neurobalance_expert.knowledge.interaction_types import Trigger
from tests.unit.safety.cells import person, read

CASES = Path(__file__).resolve().parents[2] / "data" / "cases"
NOON = 12 * 60


@pytest.mark.parametrize("name", ["c03", "c04", "c05", "c07", "c08", "c09", "c10"])
def test_rows_that_were_left_out_would_change_nothing(name: str, knowledge: Knowledge) -> None:
    """All rows of the table declared: the findings are the same."""
    case = load_case_file(CASES / f"{name}.yaml", knowledge)
    prepared = prepare(case, knowledge)
    acting = acting_medicines(case, knowledge.names.medicine_classes)
    p, times = prepared, {drug: medicine.times for drug, medicine in acting.items()}
    taken = exposures(case, p.foods, p.amounts.values, p.amounts.columns, knowledge.foods, knowledge.food_signs, knowledge.names, times)
    book, doses = FactBook(knowledge.vocabulary, dict(prepared.book.origins)), Doses(case, p.days, highest_doses(case, p.days))
    add_interactions(book, acting, taken, doses, knowledge.interactions, knowledge.names.substances, everything=True)

    assert len(book.origins) > len(prepared.book.origins) + 900
    assert _findings(prepared.book, knowledge) == _findings(book, knowledge)


@pytest.mark.parametrize(
    ("drug_min", "taken_min", "ratio"),
    [(NOON, NOON, 0.0), (NOON, NOON + 119, 119 / 120), (NOON, NOON + 120, 1.0), (NOON, NOON - 359, 359 / 360), (NOON, NOON - 360, 1.0)],
)
def test_a_distance_follows_which_comes_first(drug_min: int, taken_min: int, ratio: float) -> None:
    """The medicine two hours before or six hours after."""
    found = nearest(Trigger("apart", None, 2.0, 6.0), Acting("ciprofloxacin", (drug_min,), True, ""), [taken_min])

    assert found is not None
    assert ratio == pytest.approx(found.ratio)


def test_a_distance_goes_over_midnight() -> None:
    """23:30 and 00:15 are three quarters of an hour apart: doses recur daily."""
    found = nearest(Trigger("apart", None, 4.0, 4.0), Acting("levothyroxine", (23 * 60 + 30,), True, ""), [15])

    assert found is not None
    assert (0.75, 0.75 / 4) == pytest.approx((found.hours, found.ratio))


@pytest.mark.parametrize(
    ("times", "timed", "minutes", "known"),
    [
        ((NOON,), True, [NOON + 300, None], False),  # the other one may be close
        ((NOON,), True, [NOON + 60, None], True),  # close already, whatever the other one is
        ((NOON,), False, [NOON + 300], False),  # a dose of the medicine has no time
        ((), False, [NOON], False),
        ((NOON,), True, [NOON + 300], True),
    ],
)
def test_a_distance_is_known_when_no_other_time_can_change_it(times, timed, minutes, known) -> None:
    """Four hours apart; a time that is not known could be nearer."""
    found = nearest(Trigger("apart", None, 4.0, 4.0), Acting("levothyroxine", times, timed, ""), minutes)

    assert known == (found is not None)


@pytest.mark.parametrize(
    ("name", "brings"),
    [
        ("aged cheddar", {"tyramine_food"}),
        ("cottage cheese", set()),
        ("Cheese, cottage, lowfat", set()),
        ("salami and mozzarella cheese", {"tyramine_food"}),
        ("decaf coffee", {"tea_or_coffee"}),
        ("flat white coffee", {"caffeine", "tea_or_coffee"}),
        ("peppermint tea", set()),
        ("steak", set()),  # no "tea" in it
        ("diet cola", {"aspartame", "caffeine"}),
        ("ginger ale", set()),
        ("pale ale", {"alcohol"}),
        ("coq au vin with wine vinegar", set()),
    ],
)
def test_a_food_shows_by_its_words_what_it_brings(name: str, brings: set[str], knowledge: Knowledge) -> None:
    """Whole words; a wording that is taken out does not hide another."""
    food = ResolvedFood(FoodItem(0, "2026-03-05", NOON, name, None, 100.0), -1, 100.0, "unknown")

    assert brings == set(_taken([food], knowledge))


def test_a_column_of_the_table_decides_alone(knowledge: Knowledge) -> None:
    """Coffee without caffeine by its number, whatever it is called; coffee with it by its number too."""
    case = read(person([{"name": n, "ndb": n, "grams": 200, "time": "08:00"} for n in ("14209", "14201")], [], []), knowledge)
    p = prepare(case, knowledge)
    found = exposures(case, p.foods, p.amounts.values, p.amounts.columns, knowledge.foods, knowledge.food_signs, knowledge.names, {})

    [coffee] = [n for n, food in enumerate(case.foods) if food.ndb == "14209"]
    assert [f"14209 ({p.amounts.values[coffee][p.amounts.columns.index('caffeine_mg')]:.3g} mg)"] == found["caffeine"].brought_by


@pytest.mark.parametrize(("grams", "meal"), [((9.0, 6.0), True), ((9.0, 5.9), False)])
def test_a_meal_with_protein_is_everything_of_one_minute(grams: tuple[float, float], meal: bool, knowledge: Knowledge) -> None:
    """15 g and more together; a food at another time is another meal."""
    foods = [{"name": f"food {n}", "grams": 100, "time": "12:30", "composition": {"protein_g": g}} for n, g in enumerate(grams)]
    foods.append({"name": "later", "grams": 100, "time": "13:30", "composition": {"protein_g": 14}})
    facts = prepare(read(person(foods, [], []), knowledge), knowledge).book.origins

    assert meal == (Fact("exposure", ("protein_meal",)) in facts)


def test_a_medicine_that_is_a_substance_counts_as_it(knowledge: Knowledge) -> None:
    """Sapropterin on prescription beside levodopa."""
    facts = prepare(read(person([], [], [{"ingredient": "kuvan", "prescribed": True}]), knowledge), knowledge).book.origins

    assert {Fact("exposure", ("sapropterin",)), Fact("prescribed", ("sapropterin",))} <= facts.keys()


def test_a_medicine_counts_while_it_washes_out(knowledge: Knowledge) -> None:
    """Fluoxetine 34 days after the last dose, and not after 35; a date in the future or none is no end."""
    for stopped, acts in (("2026-01-30", True), ("2026-01-29", False), ("2026-03-09", True), (None, True)):
        case = read(person([], [], [{"ingredient": "fluoxetine", "status": "stopped", "stopped": stopped}]), knowledge)
        assert acts == ("fluoxetine" in acting_medicines(case, knowledge.names.medicine_classes)), stopped


def _findings(book: FactBook, knowledge: Knowledge) -> set[Fact]:
    facts = evaluate(knowledge.rules, knowledge.vocabulary, book.origins, statuses=False).facts
    return {fact for fact in facts if fact.relation == FINDING}


def _taken(foods: list[ResolvedFood], knowledge: Knowledge) -> list[str]:
    columns = tuple({"protein_g", *(sign.column for sign in knowledge.food_signs if sign.column)})
    unknown = np.full((len(foods), len(columns)), np.nan)
    case = read(person([], [], []), knowledge)
    return list(exposures(case, foods, unknown, columns, knowledge.foods, knowledge.food_signs, knowledge.names, {}))
