"""What somebody took in on the day beside nutrients: substances of supplements and medicines, and what foods bring that rules speak of.

Amino acids of food are never a supplement of that amino acid; a meal with much protein counts as such.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from math import isfinite

from msgspec import Struct, field

from neurobalance_expert.cases.resolve import ResolvedFood
from neurobalance_expert.cases.types import Case
from neurobalance_expert.facts.book import FactBook
from neurobalance_expert.facts.placed import substances_of
from neurobalance_expert.knowledge.foods import FoodTable
from neurobalance_expert.knowledge.interaction_types import FoodSign
from neurobalance_expert.knowledge.names_data import Names, normal_name
from neurobalance_expert.model.constants import Array

_NO_WORD = re.compile(r"[^a-z0-9]+")


class Exposure(Struct):
    """One substance: what brought it, the clock times of each (None: not known), and whether each is said to be prescribed."""

    substance: str
    brought_by: list[str] = field(default_factory=list)
    minutes: list[int | None] = field(default_factory=list)
    prescribed: list[bool] = field(default_factory=list)

    def add(self, by: str, minutes: Iterable[int | None], prescribed: bool) -> None:
        """One more item that brings it."""
        self.brought_by.append(by)
        self.minutes += minutes
        self.prescribed.append(prescribed)


def exposures(
    case: Case,
    foods: Sequence[ResolvedFood],
    amounts: Array,
    columns: Sequence[str],
    table: FoodTable,
    signs: Sequence[FoodSign],
    names: Names,
    acting: Mapping[str, tuple[int, ...]],
) -> dict[str, Exposure]:
    """Every substance of the day by its id.

    Args:
        foods: Resolved diary lines.
        amounts: Best amount of each column in each line, NaN where not known. (item, column)
        columns: Names of the columns.
        table: The food table.
        signs: How a food shows that it brings something.
        acting: Medicines in use with their clock times; one that is a substance too counts as that.
    """
    found: dict[str, Exposure] = {}

    def add(substance: str, by: str, minutes: Iterable[int | None], prescribed: bool = False) -> None:
        found.setdefault(substance, Exposure(substance)).add(by, minutes, prescribed)

    for supplement in case.supplements:
        for substance in substances_of(supplement, names):
            add(substance, supplement.product or supplement.substance, (supplement.time_min,), supplement.prescribed is True)
    for ingredient, times in acting.items():
        for substance in names.substance_names.exact.get(normal_name(ingredient), ()):
            by_choice = any(m.ingredient == ingredient and m.prescribed is False for m in case.medications)
            add(substance, f"the medicine {ingredient}", times or (None,), not by_choice)
    if foods:
        known = {name: amounts[:, columns.index(name)] for name in {"protein_g", *(s.column for s in signs if s.column)}}
        for sign in signs:
            for text, minute in _of_foods(sign, foods, known, table):
                add(sign.id, text, (minute,))
    return found


def add_exposures(book: FactBook, found: Mapping[str, Exposure]) -> None:
    """``exposure`` of each substance, and ``prescribed`` where nothing of it is the person's own choice."""
    for exposure in found.values():
        text = f"from {', '.join(dict.fromkeys(exposure.brought_by))}"
        book.add("exposure", text, substance=exposure.substance)
        if all(exposure.prescribed):
            book.add("prescribed", text, substance=exposure.substance)


def _of_foods(
    sign: FoodSign, foods: Sequence[ResolvedFood], known: Mapping[str, Array], table: FoodTable
) -> Iterable[tuple[str, int | None]]:
    """What brings it, in words, and when."""
    if sign.protein_g is not None:
        yield from _meals(sign.protein_g, foods, known["protein_g"])
        return
    words = tuple(f" {_plain(words)} " for words in sign.words)
    for n, food in enumerate(foods):
        amount = known[sign.column][n] if sign.column else float("nan")
        if isfinite(amount) and food.counts:
            if amount >= sign.least:
                yield f"{_name(food)} ({amount:.3g} {sign.column.rsplit('_', 1)[1]})", food.item.time_min
            continue
        text = f" {_plain(food.item.name or '')} | {_plain(table.descriptions[food.row]) if food.row >= 0 else ''} "
        for wording in sign.taken_out:
            text = text.replace(f" {_plain(wording)} ", "  ")
        if any(word in text for word in words):
            yield _name(food), food.item.time_min


def _meals(least_g: float, foods: Sequence[ResolvedFood], protein_g: Array) -> Iterable[tuple[str, int | None]]:
    """Meals with so much protein; foods of one minute are one meal, and each without a time is one of its own."""
    meals: dict[tuple[str, int | None, int], list[int]] = {}
    for n, food in enumerate(foods):
        if food.counts and isfinite(protein_g[n]):
            meals.setdefault((food.item.date, food.item.time_min, -1 if food.item.time_min is not None else n), []).append(n)
    for (_, minute, _), members in meals.items():
        grams = sum(float(protein_g[n]) for n in members)
        if grams >= least_g:
            yield f"{', '.join(_name(foods[n]) for n in members)} ({grams:.3g} g protein)", minute


def _name(food: ResolvedFood) -> str:
    return food.item.name or food.item.ndb or "food"


def _plain(text: str) -> str:
    return _NO_WORD.sub(" ", text.casefold()).strip()
