"""Totals of a day: known, imputed, missing and unknown are four different things."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurobalance_expert.cases.resolve import ResolvedFood, grams_of
from neurobalance_expert.cases.types import Composition, FoodItem
from neurobalance_expert.knowledge.food_patterns import derive_patterns
from neurobalance_expert.knowledge.foods import FoodTable, Measure, load_foods
from neurobalance_expert.model.intake import Total, food_amounts, item_values, totals
from neurobalance_expert.source import load

ROOT = Path(__file__).resolve().parents[2]
NAN = math.nan
COLUMNS = ("energy_kcal", "protein_g", "trp_g", "choline_mg")


def small_table() -> FoodTable:
    """Eleven grains with 10 g protein and 0.10 … 0.20 g tryptophan, four foods that lack something, and a flagged one.

    Row 11: protein, no tryptophan, no choline. 12: nothing but energy. 13: no energy, no protein (water). 14: all known.
    15: flagged, all known. Rows 12 to 15 have no group, so that the group of grains stays as it is.
    """
    grains = [[100.0, 10.0, 0.10 + 0.01 * i, 10.0 + i] for i in range(11)]
    others = [[200.0, 20.0, NAN, NAN], [50.0, NAN, NAN, NAN], [0.0, 0.0, 0.0, 0.0], [300.0, 30.0, 0.30, 90.0], [300.0, 30.0, 0.30, 90.0]]
    values = np.array(grains + others)
    groups = ("Grains",) * 12 + ("",) * 4
    document = load(ROOT / "knowledge" / "foods" / "columns.yaml")
    patterns = derive_patterns(values, COLUMNS, groups, {15}, document)
    numbers = tuple(f"{i:05d}" for i in range(len(values)))
    return FoodTable("test", "sha256:0", numbers, numbers, groups, COLUMNS, values, frozenset({15}), patterns, "{}")


TABLE = small_table()


def total(column: str, rows: list[int], grams: list[float], **more: object) -> Total:
    return totals(item_values(TABLE, rows, grams, **more))[column]  # type: ignore[arg-type]


def test_a_known_value_is_scaled_and_carries_the_error_of_its_column() -> None:
    """200 g at 0.30 g/100 g are 0.60 g; 10 % of it either way; fully covered."""
    assert Total(0.60, 0.54, 0.66, 1.0, 0.0) == approx(total("trp_g", [14], [200.0]))


def test_a_flagged_food_is_less_certain() -> None:
    """The same numbers with a flag: 30 % either way."""
    assert Total(0.60, 0.42, 0.78, 1.0, 0.0) == approx(total("trp_g", [15], [200.0]))


def test_a_missing_amino_acid_is_imputed_from_protein_and_counts_by_its_precision() -> None:
    """Grains: median 15 mg per g protein, 5th and 95th centile 10.5 and 19.5. 20 g make 300 mg (210 to 390), known to 1 - 90/300."""
    assert Total(0.300, 0.210, 0.390, 0.7, 1.0) == approx(total("trp_g", [11], [100.0]))


def test_a_missing_micronutrient_is_not_imputed_but_bounded() -> None:
    """Choline of grains is 10 to 20 mg/100 g, 95th centile 19.5: 200 g may hold 0 to 39 mg; nothing is covered."""
    assert Total(0.0, 0.0, 39.0, 0.0, 0.0) == approx(total("choline_mg", [11], [200.0]))


def test_an_unknown_food_is_bounded_by_all_foods_and_covers_nothing() -> None:
    """Its value is 0 in the sum, never below; at most the 95th centile of the table."""
    most = np.nanpercentile(TABLE.values[:, 1], 95)

    assert Total(0.0, 0.0, float(most), 0.0, 0.0) == approx(total("protein_g", [-1], [100.0]))


def test_an_unknown_food_weighs_with_the_density_of_the_day() -> None:
    """100 g with 30 g protein are known, 50 g are not: they would hold 15 g; 30 of 45 are covered."""
    assert 30 / 45 == pytest.approx(total("trp_g", [14, -1], [100.0, 50.0]).coverage)


def test_an_item_without_protein_and_energy_is_neutral() -> None:
    """Two litres of water beside a known food leave the coverage at 1."""
    assert 1.0 == total("trp_g", [14, 13], [100.0, 2000.0]).coverage
    assert 1.0 == total("choline_mg", [13], [250.0]).coverage


def test_grams_are_no_more_than_the_food_weighs() -> None:
    """10 g of something unknown hold at most 10 g protein and 90 kcal, whatever other foods hold."""
    table = load_foods(ROOT)
    found = totals(item_values(table, [-1], [10.0]))

    assert all(found[name].high <= 10.0 for name in table.columns if name.endswith("_g"))
    assert found["energy_kcal"].high <= 90.0


def test_an_amount_that_is_not_known_has_no_upper_bound() -> None:
    """A food that is known but not its mass: unknown value, no bound, no coverage for it."""
    items = item_values(TABLE, [14, 14], [100.0, NAN])
    trp = totals(items)["trp_g"]

    assert np.isnan(items.column("trp_g")[1])
    assert (0.30, math.inf, 0.5) == (pytest.approx(trp.value), trp.high, pytest.approx(trp.coverage))


def test_a_stated_composition_wins_over_the_table() -> None:
    """The case says 1 g tryptophan for the item; the table's other values stay."""
    inline = np.full((1, len(COLUMNS)), NAN)
    inline[0, COLUMNS.index("trp_g")] = 1.0
    items = item_values(TABLE, [14], [100.0], inline)

    assert [300.0, 30.0, 1.0, 90.0] == items.value[0].tolist()


def test_a_window_is_summed_like_the_day() -> None:
    """The parts of a day add up to the day in value, low and high."""
    items = item_values(TABLE, [14, 11, -1, 12], [150.0, 80.0, 60.0, 40.0])
    day, morning, evening = totals(items), totals(items, [0, 2]), totals(items, np.array([False, True, False, True]))

    for name in COLUMNS:
        for part in ("value", "low", "high"):
            assert getattr(day[name], part) == pytest.approx(getattr(morning[name], part) + getattr(evening[name], part))


def test_nothing_eaten_is_zero_and_known() -> None:
    assert Total(0.0, 0.0, 0.0, 1.0, 0.0) == totals(item_values(TABLE, [], []))["trp_g"]


@pytest.mark.parametrize(("rows", "grams"), [([0], [-1.0]), ([99], [1.0]), ([-2], [1.0]), ([0, 1], [1.0])])
def test_impossible_items_are_refused(rows: list[int], grams: list[float]) -> None:
    """A negative mass or a row outside the table is a fault of the caller, not an intake."""
    with pytest.raises(ValueError, match="rows and grams"):
        item_values(TABLE, rows, grams)


@given(st.lists(st.tuples(st.integers(-1, 15), st.floats(0, 1000)), max_size=8))
def test_totals_are_ordered_and_coverage_is_a_share(eaten: list[tuple[int, float]]) -> None:
    """low <= value <= high, 0 <= coverage <= 1, whatever is eaten."""
    found = totals(item_values(TABLE, [row for row, _ in eaten], [grams for _, grams in eaten]))

    for t in found.values():
        assert 0 <= t.low <= t.value * (1 + 1e-9) + 1e-9
        assert t.value <= t.high * (1 + 1e-9) + 1e-9
        assert -1e-9 <= t.coverage <= 1 + 1e-9


@given(st.lists(st.tuples(st.integers(0, 15), st.floats(1, 500)), min_size=1, max_size=6), st.data())
def test_not_knowing_a_food_never_raises_what_is_surely_there(eaten, data) -> None:  # type: ignore[no-untyped-def]
    """Forgetting which food it was can only lower what is surely there."""
    rows, grams = [row for row, _ in eaten], [mass for _, mass in eaten]
    forgotten = [*rows]
    forgotten[data.draw(st.integers(0, len(rows) - 1))] = -1
    before, after = (totals(item_values(TABLE, r, grams))["choline_mg"] for r in (rows, forgotten))

    assert after.low <= before.low + 1e-9
    assert after.value <= before.value + 1e-9


def line(name: str, row: int, grams: float | None, status: str = "used", composition: Composition | None = None) -> ResolvedFood:
    return ResolvedFood(FoodItem(0, "2026-01-01", 480, name, None, grams, composition=composition), row, grams, status)


def test_diary_lines_become_amounts_with_the_imputed_ones_named() -> None:
    """One known, one imputed, one unknown, one without a mass."""
    found = food_amounts(
        TABLE, [line("a", 14, 100.0), line("b", 11, 50.0), line("c", -1, 30.0, "unknown"), line("d", 14, None, "no_amount")]
    )

    assert ("b",) == found.imputed_items
    assert [0.30, 0.15] == pytest.approx(found.values[:2, COLUMNS.index("trp_g")].tolist())
    assert np.isnan(found.values[2:, COLUMNS.index("trp_g")]).all()
    assert found.totals["trp_g"].value == pytest.approx(0.45)


def test_a_free_amino_acid_holds_only_what_is_stated() -> None:
    """2 g free tryptophan bring no protein and no choline, and that is known; a stated protein powder leaves choline unknown."""
    free = line("trp", -1, 2.0, "inline", Composition(amino_acids_g={"trp": 2.0}, free=True))
    powder = line("whey", -1, 30.0, "inline", Composition(protein_g=24.0, carbohydrate_g=2.0, fat_g=1.0, amino_acids_g={"trp": 0.4}))
    table = load_foods(ROOT)
    alone, whey = (food_amounts(table, [food]).totals for food in (free, powder))

    assert (2.0, 0.0, 1.0) == (alone["trp_g"].value, alone["choline_mg"].high, alone["choline_mg"].coverage)
    assert (0.4, 0.0) == (whey["trp_g"].value, whey["choline_mg"].coverage)
    assert whey["choline_mg"].high > 0
    assert 24 * 4 + 2 * 4 + 1 * 9 == pytest.approx(whey["energy_kcal"].value)


def test_real_foods_of_a_meal_add_up() -> None:
    """100 g oats (13.15 g protein) and 250 g whole milk (3.15 g/100 g) hold 21.0 g protein, all of it known."""
    table = load_foods(ROOT)
    found = totals(item_values(table, [table.row("08120"), table.row("01077")], [100.0, 250.0]))

    assert 13.15 + 7.875 == pytest.approx(found["protein_g"].value, abs=0.01)
    assert (1.0, 0.0) == (found["trp_g"].coverage, found["trp_g"].imputed_share)


def approx(found: Total) -> Total:
    """The total with rounding noise removed, for comparison as a whole."""
    return Total(*(round(getattr(found, name), 9) for name in ("value", "low", "high", "coverage", "imputed_share")))


BREAD = [Measure("slice", 1, 28.0), Measure("slice", 1, 25.0), Measure("slice, large", 1, 30.0), Measure("patty", 1, 90.0)]


@pytest.mark.parametrize(
    ("measure", "grams"),
    [
        ("tablespoon", 13.5),
        ("Tablespoons", 13.5),
        ("tbsp", 13.5),
        ("cups", 216.0),
        ("cup", 216.0),
        ("", None),
        ("чашка", None),
        ("cu", None),
    ],
)
def test_a_household_measure_is_met_in_its_usual_spellings(measure: str, grams: float | None) -> None:
    """One of it, in the words of the table or in the everyday ones; anything else is asked about."""
    assert grams == grams_of(measure, 1, [Measure("tbsp", 1, 13.5), Measure("cup", 1, 216.0)])


@pytest.mark.parametrize("measure", ["slice", "pat"])
def test_a_measure_that_may_be_several_or_only_begins_alike_is_none(measure: str) -> None:
    """Two slices of different mass; a pat of butter is no patty."""
    assert grams_of(measure, 1, BREAD) is None


def test_a_diary_without_a_line_says_nothing() -> None:
    """No total is zero: it is not known."""
    nothing = food_amounts(TABLE, ()).totals["protein_g"]

    assert (True, 0.0, math.inf, 0.0) == (math.isnan(nothing.value), nothing.low, nothing.high, nothing.coverage)
