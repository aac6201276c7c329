"""A case to facts: foods resolved, the day supplied and simulated, everything said in the words of the vocabulary."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf

from msgspec import Struct

from neurobalance_expert.cases.resolve import TOO_MUCH, ResolvedFood, resolve_foods
from neurobalance_expert.cases.types import Case
from neurobalance_expert.facts.book import FactBook
from neurobalance_expert.facts.conditions import (
    Taken,
    add_conditions,
    add_disturbed_tests,
    requirements_hold,
    stated_conditions,
    what_was_taken,
)
from neurobalance_expert.facts.exposures import Exposure, add_exposures, add_iron_beside_drinks, exposures
from neurobalance_expert.facts.interactions import Acting, acting_medicines, add_interactions
from neurobalance_expert.facts.labs import add_labs
from neurobalance_expert.facts.meal_kinds import with_meal_kinds
from neurobalance_expert.facts.person import add_person, add_record
from neurobalance_expert.facts.placed import PlacedIntake, diary_days, place_foods, place_supplements
from neurobalance_expert.facts.supply import Supply, add_doses, add_ethanol, add_limiting_amino_acid, add_supply, day_supply, highest_doses
from neurobalance_expert.facts.symptoms import add_symptoms
from neurobalance_expert.facts.timing import DayModel, add_distances, add_windows, run_day
from neurobalance_expert.facts.worked_day import Made
from neurobalance_expert.facts.worked_doses import Doses
from neurobalance_expert.facts.worked_supply import Diary
from neurobalance_expert.loaded import Knowledge
from neurobalance_expert.model.intake import FoodAmounts, food_amounts


class Prepared(Struct, frozen=True):
    """Everything that was computed about a case before any rule ran."""

    case: Case
    days: tuple[str, ...]
    foods: tuple[ResolvedFood, ...]
    amounts: FoodAmounts
    diary: Diary
    supply: Supply
    acting: Mapping[str, Acting]
    exposed: Mapping[str, Exposure]
    taken: Taken
    intakes: tuple[PlacedIntake, ...]
    day: DayModel
    book: FactBook


def prepare(case: Case, knowledge: Knowledge, *, course: bool = True) -> Prepared:
    """Facts of a case, each with its origin. Without ``course`` plasma is not simulated: no ``influx`` and no ``plasma_ratio``."""
    days = diary_days(case, knowledge.assumptions.night_end_min)
    most_g = float(knowledge.names.plausibility.food_item_g.max or inf)
    foods = resolve_foods(case, knowledge.foods, knowledge.food_index, most_g)
    amounts = food_amounts(knowledge.foods, foods)
    stated = stated_conditions(case)
    applies = not stated or requirements_hold(stated, knowledge.condition_effects)
    supply = day_supply(
        case, len(days), amounts.totals, knowledge.nutrients, knowledge.requirements, knowledge.names, knowledge.mixtures, applies=applies
    )
    kinds = knowledge.food_kinds
    placed = (
        *place_foods(foods, amounts.values, amounts.columns, days[0], kinds),
        *place_supplements(case, knowledge.names, knowledge.mixtures, days[0], kinds),
    )
    intakes = with_meal_kinds(placed, kinds.share)
    fasting = knowledge.constants.fasting_uM(case.person.sex, case.person.weight_kg)
    weight_kg = case.person.weight_kg if course else None
    day = run_day(intakes, weight_kg, fasting, knowledge.constants, knowledge.assumptions)
    book = FactBook(knowledge.vocabulary)
    names = knowledge.names
    acting = acting_medicines(case, names.medicine_classes)
    times = {drug: medicine.times for drug, medicine in acting.items()}
    exposed = exposures(case, foods, amounts.values, amounts.columns, knowledge.foods, knowledge.food_signs, names, times)
    taken = what_was_taken(case, names, [s for s in exposed if s in {sign.id for sign in knowledge.food_signs}])
    diary = Diary(case, len(days), foods, amounts.items, knowledge.foods, names, knowledge.mixtures)
    prepared = Prepared(case, days, foods, amounts, diary, supply, acting, exposed, taken, intakes, day, book)
    _fill(prepared, knowledge)
    return prepared


def _fill(p: Prepared, knowledge: Knowledge) -> None:
    limit = knowledge.coverage_limit
    unknown = tuple(sorted({f.item.name or f.item.ndb or "" for f in p.foods if f.status == "unknown"}))
    add_person(p.book, p.case)
    add_symptoms(p.book, p.case, p.acting, p.taken.substances, lambda: knowledge.warning_signs)
    if stated_conditions(p.case):
        add_conditions(p.book, p.case, knowledge.names, p.taken, p.acting, knowledge.condition_effects)
    if p.case.supplements or p.case.medications:
        add_disturbed_tests(p.book, p.case, p.taken, p.acting, len(p.days), knowledge.condition_effects)
    add_record(p.book, p.case, p.days, unknown, tuple(_unmeasured(f) for f in p.foods if f.status == "no_amount" and f.item.amount))
    add_supply(p.book, p.supply, p.diary, knowledge.nutrients, limit)
    add_limiting_amino_acid(p.book, p.supply, p.diary, knowledge.nutrients, knowledge.ranking_limit)
    add_doses(p.book, p.case, knowledge.names, p.days)
    add_ethanol(p.book, p.amounts.totals, p.diary, limit)
    add_windows(p.book, p.day, knowledge.constants, knowledge.assumptions, Made(knowledge.foods, knowledge.names, knowledge.mixtures))
    add_distances(p.book, p.intakes, knowledge.assumptions)
    add_labs(p.book, p.case, knowledge.names)
    _add_medicines(p, knowledge)


def _add_medicines(p: Prepared, knowledge: Knowledge) -> None:
    add_exposures(p.book, p.exposed)
    add_iron_beside_drinks(p.book, p.exposed)
    if p.acting or p.exposed:
        doses = Doses(p.case, p.days, highest_doses(p.case, p.days))
        add_interactions(p.book, p.acting, p.exposed, doses, knowledge.interactions, knowledge.names.substances)


def _unmeasured(food: ResolvedFood) -> str:
    """Why a food with a household measure has no mass."""
    what = f"{food.item.amount:g} times '{food.item.measure}' of '{food.item.name or food.item.ndb}'"
    return f"{what} is {TOO_MUCH}." if food.how == TOO_MUCH else f"{what} cannot be turned into grams with the table."
