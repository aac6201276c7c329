"""Diary lines to table entries and grams. A name without a confident match stays unknown; nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import inf

from msgspec import Struct
from msgspec.structs import replace

from neurobalance_expert.cases.types import Case, FoodItem
from neurobalance_expert.knowledge.food_search import FoodIndex, Match
from neurobalance_expert.knowledge.foods import FoodTable, Measure

UNKNOWN = -1
TOO_MUCH = "more than anybody eats of one item"
_SHORTENED = {"tablespoon": "tbsp", "teaspoon": "tsp", "ounce": "oz", "pound": "lb"}
_SHORT = 3  # "oz", "pcs": too short to hold a plural worth taking off
_LISTED = 5


class ResolvedFood(Struct, frozen=True):
    """A diary line with the table row and the mass that count.

    ``status`` is ``used`` (a table entry), ``inline`` (the case states the composition), ``unknown`` (no confident match) or
    ``no_amount`` (the food is known, the mass is not). ``row`` is -1 when no table entry is used.
    """

    item: FoodItem
    row: int
    grams: float | None
    status: str
    how: str = ""
    runner_up: Match | None = None
    candidates: tuple[Match, ...] = ()

    @property
    def counts(self) -> bool:
        """Whether anything is known about what this line contributes."""
        return self.status in ("used", "inline")


def resolve_foods(case: Case, table: FoodTable, index: FoodIndex, most_g: float = inf) -> tuple[ResolvedFood, ...]:
    """Every food of the case in its order. A household measure of more than ``most_g`` is no amount: nobody eats that of one item."""
    found = (_resolve(item, table, index) for item in case.foods)
    return tuple(
        replace(food, grams=None, status="no_amount", how=TOO_MUCH) if food.item.grams is None and (food.grams or 0.0) > most_g else food
        for food in found
    )


def _resolve(item: FoodItem, table: FoodTable, index: FoodIndex) -> ResolvedFood:
    if item.composition is not None:
        return ResolvedFood(item, UNKNOWN, item.grams, "inline", "composition stated in the case")
    if item.ndb is not None:
        try:
            row = table.row(item.ndb)
        except KeyError:
            return ResolvedFood(item, UNKNOWN, item.grams, "unknown", f"no entry {item.ndb} in {table.release}")
        return _with_amount(item, row, table, "NDB number")
    resolution = index.resolve(item.name or "")
    if resolution.match is None:
        return ResolvedFood(item, UNKNOWN, item.grams, "unknown", candidates=resolution.candidates)
    return _with_amount(item, resolution.match.row, table, resolution.how, resolution.runner_up, resolution.candidates)


def _with_amount(
    item: FoodItem, row: int, table: FoodTable, how: str, runner_up: Match | None = None, candidates: tuple[Match, ...] = ()
) -> ResolvedFood:
    grams = item.grams
    if grams is None and item.measure is not None and item.amount is not None:
        grams = grams_of(item.measure, item.amount, table.measures(table.ndb[row]))
    status = "used" if grams is not None else "no_amount"
    return ResolvedFood(item, row, grams, status, how, runner_up, candidates)


def grams_of(measure: str, amount: float, measures: Sequence[Measure]) -> float | None:
    """Grams of a household measure: an equal name, or the only one that begins with the words given. None when not clear.

    >>> grams_of("cups", 2, [Measure("cup, sliced", 1, 150.0), Measure("medium", 1, 118.0)])
    300.0
    """
    wanted = _plain(measure)
    if not wanted:
        return None
    exact = [m for m in measures if _plain(m.name) == wanted]
    starting = [m for m in measures if _plain(m.name)[: len(wanted)] == wanted]
    for found in (exact, starting):
        if len(found) == 1 or (found and len({m.grams / m.amount for m in found}) == 1):
            return amount * found[0].grams / found[0].amount
    return None


def measures_text(measures: Sequence[Measure]) -> str:
    """The first measures of a food as they stand in the table: "slice (28 g), slice, large (30 g)"."""
    each = dict.fromkeys(f"{m.name} ({m.grams / m.amount:.3g} g)" for m in measures)
    return ", ".join(list(each)[:_LISTED])


def _plain(name: str) -> tuple[str, ...]:
    """Comparable words: singular, and tablespoon, teaspoon, ounce and pound as the table shortens them."""
    words = re.findall(r"[a-z0-9]+", name.casefold())
    single = [word[:-1] if len(word) > _SHORT and word.endswith("s") and not word.endswith("ss") else word for word in words]
    return tuple(_SHORTENED.get(word, word) for word in single)
