"""What the foods of a day bring: value, interval and coverage of each nutrient. Unknown composition is unknown, never zero.

Every item is a food of the table, an inline composition, or unknown; per item and column there is one of four answers:

=============  =====================================  ======================================  =================
answer         best value                             interval                                counts as covered
=============  =====================================  ======================================  =================
known          as stated                              the stated relative error of the column  fully
imputed        protein times the group's median       5th to 95th centile of the group         by precision
missing        0 in the sum (NaN for the item)        0 to the 95th centile of the group       not
unknown food   0 in the sum (NaN for the item)        0 to the 95th centile of all foods       not
=============  =====================================  ======================================  =================

Only amino acids are imputed, from known protein. An imputed value counts as covered by one minus the relative half-width of its
interval: a pattern that hardly varies within its group is nearly known, one that varies twofold is not.

What is measured in grams cannot exceed the grams eaten. The intervals are added end to end, which is wider than independent errors
would be: the errors of a table are not independent.

Coverage is the share of protein (amino acids) or of energy (all others) that comes from items with a known value. An item whose own
protein or energy is unknown weighs with the mean density of the known ones; an item without protein or energy is neutral.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from neurobalance_expert.cases.resolve import ResolvedFood
from neurobalance_expert.cases.types import Composition
from neurobalance_expert.knowledge.food_patterns import Array
from neurobalance_expert.knowledge.foods import FoodTable

Mask = NDArray[np.bool_]
UNKNOWN = -1
MOST_KCAL_PER_G = 9.0  # pure fat
KCAL_PER_G = {"protein_g": 4.0, "carbohydrate_g": 4.0, "fat_g": 9.0}  # Atwater's general factors


@dataclass(frozen=True, slots=True)
class Total:
    """A nutrient over some items, in the unit of its column. ``high`` is infinite when an amount eaten is not known."""

    value: float
    low: float
    high: float
    coverage: float  # 0..1 share that rests on known values, imputed ones counting by their precision
    imputed_share: float  # 0..1 share of ``value`` that is imputed


NOT_RECORDED = Total(float("nan"), 0.0, float("inf"), 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Items:
    """What each item brings, as eaten. Any subset of the items can be summed with ``totals``."""

    columns: tuple[str, ...]
    value: Array  # (item, column) best value; NaN: nothing is known
    low: Array  # (item, column) >= 0
    high: Array  # (item, column)
    known: Mask  # (item, column) stated by the table or the case
    imputed: Mask  # (item, column) from the pattern of the group
    weight: Array  # (item, column) what the item counts for in the coverage of the column

    def column(self, name: str) -> Array:
        """(item,) best values of one column, NaN where nothing is known. Raises ValueError for a name that is no column."""
        return self.value[:, self.columns.index(name)]


def item_values(
    table: FoodTable,
    rows: Sequence[int],
    grams: Sequence[float],
    inline: Array | None = None,
    complete: Sequence[bool] | None = None,
) -> Items:
    """Best value and interval of every nutrient of every item.

    Args:
        table: The food table with the patterns of its groups.
        rows: Row of each item, -1 for a food that is not in the table. (item,)
        grams: Grams eaten. (item,) >= 0; NaN where the amount is not known
        inline: Composition that the case states, in the units of the columns for the whole item; NaN where it does not. (item, column)
        complete: Items of which ``inline`` states everything: what it leaves out is zero, as in a free amino acid. (item,)

    Raises:
        ValueError: a negative mass, a row outside the table, or arrays of different lengths.
    """
    patterns = table.patterns
    row, mass = np.asarray(rows, dtype=np.int64), np.asarray(grams, dtype=np.float64)
    if row.shape != mass.shape or np.any(mass < 0) or np.any(row < UNKNOWN) or np.any(row >= len(table.ndb)):
        raise ValueError("rows and grams must be of one length, rows inside the table, and no mass negative")
    in_table = row >= 0
    stated = np.where(in_table[:, None], table.values[np.where(in_table, row, 0)] * mass[:, None] / 100.0, np.nan)
    if inline is not None:
        stated = np.where(np.isnan(inline), stated, inline)
    if complete is not None:
        stated = np.where(np.asarray(complete, bool)[:, None] & np.isnan(stated), 0.0, stated)
    known = ~np.isnan(stated)
    group = np.where(in_table, patterns.group[np.where(in_table, row, 0)], patterns.most.shape[0] - 1)
    protein = stated[:, table.column("protein_g")]
    low, guess, high = protein[:, None] * patterns.per_protein[:, group, :]  # each (item, column), NaN where there is no pattern
    imputed = ~known & ~np.isnan(guess)
    flagged = np.array([r in table.flagged for r in row.tolist()], dtype=bool)
    error = np.where(flagged[:, None], patterns.error_flagged, patterns.error)
    answers = [known, imputed]
    return Items(
        columns=table.columns,
        value=np.select(answers, [stated, guess], np.nan),
        low=np.select(answers, [stated * (1.0 - error), low], 0.0),
        high=np.select(answers, [stated * (1.0 + error), high], _most(table, group, mass)),
        known=known,
        imputed=imputed,
        weight=_weights(table, stated, mass),
    )


@dataclass(frozen=True, slots=True)
class FoodAmounts:
    """What the foods of a diary bring: each line, and all of them together."""

    items: Items
    totals: Mapping[str, Total]  # by column
    imputed_items: tuple[str, ...]  # names of the lines with imputed amino acids, each once

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns."""
        return self.items.columns

    @property
    def values(self) -> Array:
        """(item, column) best amounts as eaten, imputed ones included; NaN where nothing is known."""
        return self.items.value


def food_amounts(table: FoodTable, foods: Sequence[ResolvedFood]) -> FoodAmounts:
    """Amounts of resolved diary lines: of a table entry, of the composition that the case states, or unknown.

    A free amino acid (``composition.free``) holds nothing but what is stated; of any other stated composition the rest is unknown,
    but for the energy when protein, carbohydrate and fat are stated. A diary without a line says nothing about what was eaten.
    """
    inline = np.full((len(foods), len(table.columns)), np.nan)
    for n, food in enumerate(foods):
        if food.item.composition is not None:
            for name, amount in _stated(food.item.composition).items():
                if name in table.columns:  # acid hydrolysis does not tell glutamine from glutamate: the table has no column for it
                    inline[n, table.column(name)] = amount
    grams = [np.nan if food.grams is None else food.grams for food in foods]
    free = [food.item.composition is not None and food.item.composition.free for food in foods]
    items = item_values(table, [food.row for food in foods], grams, inline, free)
    filled = np.any(items.imputed & (items.value > 0), axis=1)
    names = (food.item.name or food.item.ndb or "" for food, has in zip(foods, filled, strict=True) if has)
    sums = totals(items) if foods else dict.fromkeys(table.columns, NOT_RECORDED)
    return FoodAmounts(items, sums, tuple(dict.fromkeys(names)))


def _stated(composition: Composition) -> dict[str, float]:
    macros = {name: getattr(composition, name) for name in ("protein_g", "carbohydrate_g", "fat_g", "fibre_g")}
    known = {name: amount for name, amount in macros.items() if amount is not None}
    if KCAL_PER_G.keys() <= known.keys():
        known["energy_kcal"] = sum(known[name] * kcal for name, kcal in KCAL_PER_G.items())
    return known | {f"{aa}_g": amount for aa, amount in composition.amino_acids_g.items()}


def totals(items: Items, where: Mask | Sequence[int] | None = None) -> dict[str, Total]:
    """Sum of all items, or of some of them (a window of the day), by column name. Without items everything is zero and covered."""
    chosen = slice(None) if where is None else np.asarray(where)
    value, weight = items.value[chosen], items.weight[chosen]
    known, imputed = items.known[chosen], items.imputed[chosen]
    sums = np.nansum(value, axis=0)
    from_imputed = np.sum(np.where(imputed, np.nan_to_num(value), 0.0), axis=0)
    counted = np.sum(weight * covered(items, chosen), axis=0)
    whole = np.sum(weight, axis=0)
    neutral = np.all(known | imputed, axis=0).astype(float)  # nothing has any weight: covered when nothing is missing
    coverage = np.where(whole > 0, counted / np.where(whole > 0, whole, 1.0), neutral)
    share = np.where(sums > 0, from_imputed / np.where(sums > 0, sums, 1.0), 0.0)
    lows, highs = np.sum(items.low[chosen], axis=0), np.sum(items.high[chosen], axis=0)
    numbers = zip(items.columns, *(a.tolist() for a in (sums, lows, highs, coverage, share)), strict=True)
    return {name: Total(*rest) for name, *rest in numbers}


def covered(items: Items, chosen: slice | NDArray[np.generic] = slice(None)) -> Array:
    """(item, column) 1 for what is known, one minus the relative half-width, at least 0, of what is imputed, else 0."""
    value, imputed = items.value[chosen], items.imputed[chosen]
    some = imputed & (value > 0)
    half = 0.5 * (items.high[chosen] - items.low[chosen])
    precision: Array = np.where(some, np.clip(1.0 - half / np.where(some, value, 1.0), 0.0, 1.0), 0.0)
    return np.where(items.known[chosen], 1.0, precision)


def _most(table: FoodTable, group: NDArray[np.int64], mass: Array) -> Array:
    """(item, column) the most that an item is taken to hold where nothing is known of it; infinite for an unknown amount."""
    most = table.patterns.most[group] * mass[:, None] / 100.0
    most = np.where(table.patterns.grams, np.minimum(most, mass[:, None]), most)
    kcal = table.column("energy_kcal")
    most[:, kcal] = np.minimum(most[:, kcal], MOST_KCAL_PER_G * mass)
    return np.where(np.isnan(mass)[:, None], np.inf, most)


def _weights(table: FoodTable, stated: Array, mass: Array) -> Array:
    """(item, column) protein for amino acids, energy for all others; the day's mean density where an item's own is not known."""
    typical = np.nanmean(mass) if np.any(~np.isnan(mass)) else 1.0
    weighed = np.where(np.isnan(mass), typical, mass)

    def counted(name: str) -> Array:
        own = stated[:, table.column(name)]
        has = ~np.isnan(own)
        density = own[has].sum() / weighed[has].sum() if weighed[has].sum() > 0 else 1.0
        return np.where(has, own, density * weighed)

    amino = table.patterns.imputed | np.array([name == "hyp_g" for name in table.columns])
    return np.where(amino, counted("protein_g")[:, None], counted("energy_kcal")[:, None])
