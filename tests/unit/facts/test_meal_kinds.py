"""What a meal is digested as: the share of one kind, from the foods of the table and from compositions that state a kind."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from neurobalance_expert.assessment import assess, simulate_case
from neurobalance_expert.cases.types import Composition, FoodItem, Supplement
from neurobalance_expert.facts.meal_kinds import kind_text, meal_kind
from neurobalance_expert.facts.placed import PlacedIntake
from neurobalance_expert.facts.prepare import prepare
from neurobalance_expert.facts.timing import day_to_simulate
from neurobalance_expert.knowledge.food_kinds import Kind
from neurobalance_expert.model.constants import AA

WHEY, EGG, MIXED = Kind("whey", "", True), Kind("egg"), Kind()


def eaten(grams: float, own: Kind, carbohydrate_g: float = 0.0, fibre_g: float = 0.0) -> PlacedIntake:
    """Protein of a kind at 08:00."""
    return PlacedIntake("food", 480, grams, carbohydrate_g, 0.0, fibre_g, fibre_inside=True, own=own)


def day(balanced, *foods: FoodItem, supplements: tuple[Supplement, ...] = ()):
    """The balanced person with another day."""
    return replace(balanced, foods=foods, supplements=supplements, remarks=())


def food(name: str, grams: float | None, time_min: int | None = 480, index: int = 0, composition: Composition | None = None) -> FoodItem:
    return FoodItem(index, "2026-03-02", time_min, name, None, grams, composition=composition)


def powder(kind: str = "", carbohydrate_kind: str = "", protein_g: float = 30.0, carbohydrate_g: float = 0.0) -> Composition:
    """The same amino acids, whatever they are called."""
    acids = {aa: protein_g * share for aa, share in zip(AA, np.linspace(0.02, 0.11, len(AA)).tolist(), strict=True)}
    return Composition(protein_g, carbohydrate_g, 0.0, 0.0, acids, False, kind, carbohydrate_kind)


def kinds_of(case, knowledge) -> list[Kind]:
    """The kind that each intake counts as."""
    return [intake.kind for intake in prepare(case, knowledge).intakes]


@pytest.mark.parametrize(
    ("members", "kind"),
    [
        ([eaten(8.0, WHEY), eaten(2.0, MIXED)], WHEY),  # exactly 80 %
        ([eaten(7.99, WHEY), eaten(2.01, MIXED)], MIXED),  # just under
        ([eaten(2.4, WHEY), eaten(5.6, WHEY), eaten(2.0, EGG)], WHEY),  # 80 % in two lines
        ([eaten(10.0, EGG), eaten(0.0, WHEY)], EGG),  # nothing of it says nothing
        ([eaten(9.0, EGG), eaten(float("nan"), MIXED)], MIXED),  # a part that is not known could be anything
        ([eaten(0.0, WHEY)], MIXED),
        ([eaten(7.0, Kind("soy", "", True)), eaten(3.0, Kind("soy"))], Kind("soy")),  # soy all of it, 70 % of it drunk
        ([eaten(8.0, Kind("soy", "", True)), eaten(2.0, Kind("soy"))], Kind("soy", "", True)),
    ],
)
def test_a_meal_is_of_the_kind_of_four_fifths_of_its_protein(members: list[PlacedIntake], kind: Kind) -> None:
    assert kind == meal_kind(members, 0.8)


def test_carbohydrate_has_the_same_rule_and_fibre_does_not_count() -> None:
    """30 g of which 10 g are fibre are 20 g: with 5 g of sugar 20/25 = 80 %; with 5.1 g less."""
    beans, cola = eaten(0.0, Kind("", "low_gi"), 30.0, 10.0), Kind("", "sugar")
    found = [meal_kind([beans, eaten(0.0, cola, grams)], 0.8).carbohydrate for grams in (5.0, 5.1)]

    assert ["low_gi", ""] == found


def test_amino_acids_stand_for_protein_that_is_not_stated() -> None:
    """Two powders, one with its protein and one with its amino acids only; free amino acids are not digested at all."""
    bound = PlacedIntake("a", 480, bound_g={"leu": 8.0}, own=WHEY)
    free = PlacedIntake("b", 480, protein_g=50.0, free_g={"leu": 50.0}, own=EGG)

    assert WHEY == meal_kind([bound, eaten(2.0, MIXED), free], 0.8)


@pytest.mark.parametrize(
    ("foods", "kind"),
    [
        ([("whey sweet dried", 40.0)], Kind("whey", "", True)),
        ([("egg boiled", 150.0), ("tomato raw", 50.0)], Kind("egg", "")),
        ([("chicken breast cooked", 150.0), ("white rice cooked", 200.0), ("broccoli cooked", 100.0)], Kind("meat", "starch")),
        ([("egg boiled", 50.0), ("white bread", 80.0), ("cheddar", 20.0)], Kind("", "starch")),
        ([("cola", 330.0)], Kind("", "sugar")),
        ([("lentils cooked", 200.0)], Kind("", "low_gi")),
    ],
    ids=["whey powder", "eggs only", "meat leads a plate", "mixed plate", "sugary drink", "lentils"],
)
def test_meals_of_the_table(balanced, knowledge, foods: list[tuple[str, float]], kind: Kind) -> None:
    """Every line of the meal counts as the meal does."""
    case = day(balanced, *(food(name, grams, index=n) for n, (name, grams) in enumerate(foods)))

    assert [kind] * len(foods) == kinds_of(case, knowledge)


def test_meals_are_told_apart_by_the_minute(balanced, knowledge) -> None:
    """Eggs at 08:00 and a shake at 08:01 are two meals, and an intake without a time is none."""
    shake = food("shake", None, 481, 1, powder("whey"))
    found = kinds_of(day(balanced, food("egg boiled", 150.0), shake, food("egg boiled", 50.0, None, 2)), knowledge)

    assert ["egg", "whey", ""] == [k.protein for k in found]


def test_a_supplement_may_state_its_kinds(balanced, knowledge) -> None:
    taken = Supplement(
        0, "2026-03-02", 600, "stated_product", True, None, product="shake", composition=powder("hydrolysate", "glucose", 20, 30)
    )
    found = kinds_of(day(balanced, supplements=(taken,)), knowledge)

    assert [Kind("hydrolysate", "glucose", True)] == found


def leucine_after(balanced, knowledge, kind: str) -> tuple[float, float]:
    """When leucine is highest after 30 g of the same amino acids, in minutes, and how high in uM."""
    course = simulate_case(day(balanced, food("shake", None, composition=powder(kind))), knowledge, every_min=1)
    at = int(np.argmax(course["plasma_uM"]["leu"]))
    return course["t_min"][at], course["plasma_uM"]["leu"][at]


def test_whey_is_digested_faster_than_casein_and_a_drink_before_what_must_be_ground(balanced, knowledge) -> None:
    """The same amino acids under another name: leucine is highest sooner and higher after whey than after soy and casein."""
    whey, soy, casein, meat = (leucine_after(balanced, knowledge, kind) for kind in ("whey", "soy", "casein", "meat"))

    assert whey[0] < casein[0] < meat[0]
    assert whey[1] > soy[1] > casein[1]


def test_sugar_acts_before_low_glycaemic_carbohydrate(balanced, knowledge) -> None:
    """Leucine, which insulin lowers, is lowest sooner after sugar."""
    when = []
    for kind in ("sugar", "low_gi"):
        drink = food("drink", None, composition=powder("", kind, 0.0, 75.0))
        course = simulate_case(day(balanced, drink), knowledge, every_min=5)
        when.append(course["t_min"][int(np.argmin(course["plasma_uM"]["leu"]))])

    assert when[0] < when[1]


def test_a_food_in_two_lines_of_one_time_changes_nothing(balanced, knowledge) -> None:
    """150 g of egg with bread, or 100 g and 50 g of it: the same kinds and the same course."""
    bread = food("white bread", 10.0, index=9)
    whole = day(balanced, food("egg boiled", 150.0), bread)
    split = day(balanced, food("egg boiled", 100.0), food("egg boiled", 50.0, index=1), bread)
    one, two = (simulate_case(case, knowledge, every_min=30) for case in (whole, split))

    assert {"egg"} == {k.protein for k in kinds_of(split, knowledge)}
    assert one["plasma_uM"] == two["plasma_uM"]


def test_without_a_kind_the_course_is_that_of_a_mixed_meal(balanced, knowledge) -> None:
    """A composition that states none: the intake of the kernel has no speed of its own."""
    prepared = prepare(day(balanced, food("shake", None, composition=powder())), knowledge)
    _, (intake,), _ = day_to_simulate(prepared.intakes, 70.0, None, knowledge.constants)

    assert all(np.isnan([intake.digestion_per_h, intake.carbohydrate_per_h, intake.lag_h]))


@pytest.mark.parametrize(("kind", "lag"), [("whey", "lag_drink"), ("egg", "lag")])
def test_the_kernel_gets_the_speed_and_the_lag_of_the_kind(balanced, knowledge, kind: str, lag: str) -> None:
    prepared = prepare(day(balanced, food("shake", None, composition=powder(kind, "sugar", 30.0, 10.0))), knowledge)
    constants = knowledge.constants
    _, (intake,), _ = day_to_simulate(prepared.intakes, 70.0, None, constants)

    expected = (constants.digestion_speeds[kind], constants.carbohydrate_speeds["sugar"], getattr(constants, lag))
    assert expected == (intake.digestion_per_h, intake.carbohydrate_per_h, intake.lag_h)


def test_the_meal_fact_and_the_report_say_which_kind_was_used(balanced, knowledge) -> None:
    """The fact by the names of the meal, the assumptions of the report by its time."""
    case = day(balanced, food("egg boiled", 150.0), food("white bread", 60.0, 720, 1))
    origins = [o.text for fact, o in prepare(case, knowledge).book.origins.items() if fact.relation == "meal"]
    said = [line for line in assess(case, knowledge).assumptions if "of one kind" in line]

    assert "egg boiled; protein as egg (solid)" == origins[0]
    assert "white bread; protein as a mixed meal, carbohydrate as starch" == origins[1]
    assert said[0].endswith("at 08:00 protein as egg (solid); at 12:00 protein as a mixed meal, carbohydrate as starch.")


def test_nothing_is_said_of_what_does_not_matter() -> None:
    """The sugar in tea, 4 g; from 5 g on it is said."""
    assert "" == kind_text([PlacedIntake("tea", 480, 0.1, 4.0, kind=Kind("", "sugar"))])
    assert "carbohydrate of low glycaemic index" == kind_text([PlacedIntake("x", 480, carbohydrate_g=9.0, kind=Kind("", "low_gi"))])


def test_simulate_lists_the_meals_with_their_kinds(balanced, knowledge) -> None:
    """Minutes after the first intake; None where a mixed meal or no kind was used."""
    case = day(balanced, food("shake", None, 480, 0, powder("whey")), food("white bread", 60.0, 720, 1))
    meals = simulate_case(case, knowledge, every_min=60)["meals"]

    assert [
        {"t_min": 0.0, "items": ["shake"], "protein_kind": "whey", "carbohydrate_kind": None, "drink": True},
        {"t_min": 240.0, "items": ["white bread"], "protein_kind": None, "carbohydrate_kind": "starch", "drink": None},
    ] == meals
