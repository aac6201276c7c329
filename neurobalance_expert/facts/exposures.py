"""What somebody took in on the day beside nutrients: substances of supplements and medicines, and what foods bring that rules speak of.

Amino acids of food are never a supplement of that amino acid; a meal with much protein counts as such.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache, partial
from math import isfinite

from msgspec import Struct, field

from neurobalance_expert.cases.resolve import ResolvedFood
from neurobalance_expert.cases.types import Case
from neurobalance_expert.facts.book import FactBook
from neurobalance_expert.facts.placed import MIN_PER_H, substances_of
from neurobalance_expert.facts.worked_doses import gap_work
from neurobalance_expert.knowledge.foods import FoodTable
from neurobalance_expert.knowledge.interaction_types import MOST_WORDS, FoodSign, plain_words
from neurobalance_expert.knowledge.names_data import Names, normal_name
from neurobalance_expert.model.constants import Array

IRON, TEA_OR_COFFEE = "iron", "tea_or_coffee"

Wordings = Mapping[str, Sequence[range]]


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
        wordings = [_wordings(f.item.name or "", table.descriptions[f.row] if f.row >= 0 else "") for f in foods]
        for sign in signs:
            for text, minute in _of_foods(sign, foods, known, wordings):
                add(sign.id, text, (minute,))
    return found


def add_exposures(book: FactBook, found: Mapping[str, Exposure]) -> None:
    """``exposure`` of each substance, and ``prescribed`` where nothing of it is the person's own choice."""
    for exposure in found.values():
        text = f"from {', '.join(sorted(set(exposure.brought_by)))}"
        book.add("exposure", text, substance=exposure.substance)
        if all(exposure.prescribed):
            book.add("prescribed", text, substance=exposure.substance)


def add_iron_beside_drinks(book: FactBook, found: Mapping[str, Exposure]) -> None:
    """``gap`` between iron and tea or coffee, when the times of all of them are known."""
    if IRON not in found or TEA_OR_COFFEE not in found:
        return
    times = [(x, y) for x in found[IRON].minutes for y in found[TEA_OR_COFFEE].minutes]
    if any(None in pair for pair in times):
        return
    hours = min(abs((x or 0) - (y or 0)) for x, y in times) / MIN_PER_H
    minutes = {name: [minute or 0 for minute in found[name].minutes] for name in (IRON, TEA_OR_COFFEE)}
    book.add("gap", "smallest distance of their clock times", (), partial(gap_work, minutes), a=IRON, b=TEA_OR_COFFEE, hours=hours)


def _of_foods(
    sign: FoodSign, foods: Sequence[ResolvedFood], known: Mapping[str, Array], wordings: Sequence[Wordings]
) -> Iterable[tuple[str, int | None]]:
    """What brings it, in words, and when."""
    if sign.protein_g is not None:
        yield from _meals(sign.protein_g, foods, known["protein_g"])
        return
    amounts = known[sign.column].tolist() if sign.column else ()
    for n, food in enumerate(foods):
        if sign.column and food.counts and isfinite(amounts[n]):
            if amounts[n] >= sign.least:
                yield f"{_name(food)} ({amounts[n]:.3g} {sign.column.rsplit('_', 1)[1]})", food.item.time_min
        elif _says(sign, wordings[n]):
            yield _name(food), food.item.time_min


@lru_cache(maxsize=4096)
def _wordings(name: str, entry: str) -> Wordings:
    """Every run of up to three words of the name as entered and of the entry of the table, to the places of its words."""
    words = [*plain_words(name), "", *plain_words(entry)]
    found: dict[str, list[range]] = {}
    for length in range(1, MOST_WORDS + 1):
        for start in range(len(words) - length + 1):
            found.setdefault(" ".join(words[start : start + length]), []).append(range(start, start + length))
    return found


def _says(sign: FoodSign, wordings: Wordings) -> bool:
    """Whether a wording of the sign stands there and none of its words belongs to one that is taken out."""
    said = wordings.keys() & sign.words
    gone = {place for wording in (wordings.keys() & sign.taken_out if said else ()) for places in wordings[wording] for place in places}
    return any(gone.isdisjoint(places) for wording in said for places in wordings[wording])


def _meals(least_g: float, foods: Sequence[ResolvedFood], protein_g: Array) -> Iterable[tuple[str, int | None]]:
    """Meals with so much protein; foods of one minute are one meal, and each without a time is one of its own."""
    meals: dict[tuple[str, int | None, int], list[int]] = {}
    eaten = protein_g.tolist()
    for n, food in enumerate(foods):
        if food.counts and isfinite(eaten[n]):
            meals.setdefault((food.item.date, food.item.time_min, -1 if food.item.time_min is not None else n), []).append(n)
    for (_, minute, _), members in meals.items():
        grams = sum(eaten[n] for n in members)
        if grams >= least_g:
            yield f"{', '.join(_name(foods[n]) for n in members)} ({grams:.3g} g protein)", minute


def _name(food: ResolvedFood) -> str:
    return food.item.name or food.item.ndb or "food"
