"""What can be changed in a case: amounts of foods and supplements, their clock times, and leaving one out. Nothing else, ever.

A prescribed item is never changed, nor one that a stated condition may be treated with unless it is said not to be prescribed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Literal, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from neurobalance_expert.cases.types import Case, Composition, FoodItem, Supplement
from neurobalance_expert.facts.placed import MIN_PER_DAY, doses_of, substances_of
from neurobalance_expert.facts.prepare import Prepared
from neurobalance_expert.knowledge.names_data import Names
from neurobalance_expert.recommend import clock

Of = Literal["food", "meal", "supplement"]
Kind = Literal["less", "more", "earlier", "later", "leave_out"]
Entry = TypeVar("Entry", FoodItem, Supplement)
STEP_PERCENT = 1  # of the amount entered
STEP_MIN = 1  # of the clock time, which a case file gives to the minute
WHOLE = 100 // STEP_PERCENT  # steps that take all of an amount


class Item(Struct, frozen=True):
    """A food or a supplement by its place in the case; a meal by that of its first food: all foods with one clock time move together."""

    of: Of
    at: int


class Move(Struct, frozen=True):
    """One way of changing one item; ``most`` steps are plausible."""

    item: Item
    kind: Kind
    most: int


def apply(case: Case, move: Move, steps: int) -> Case:
    """The case with one item changed by so many steps; 0 steps leave it as it is."""
    if steps == 0:
        return case
    if move.item.of == "supplement":
        return replace(case, supplements=_changed(case.supplements, (move.item.at,), move.kind, steps))
    return replace(case, foods=_changed(case.foods, foods_of(case, move.item), move.kind, steps))


def foods_of(case: Case, item: Item) -> tuple[int, ...]:
    """The places of the foods that an item stands for."""
    if item.of == "food":
        return (item.at,)
    first = case.foods[item.at]
    return tuple(at for at, f in enumerate(case.foods) if (f.date, f.time_min) == (first.date, first.time_min))


def without(case: Case, items: Collection[Item]) -> Case:
    """The case without some items."""
    foods = tuple(f for at, f in enumerate(case.foods) if Item("food", at) not in items)
    return replace(case, foods=foods, supplements=tuple(s for at, s in enumerate(case.supplements) if Item("supplement", at) not in items))


def size(move: Move, steps: int) -> float:
    """How large a change is beside the entry: a share of the amount, or of a day for a clock time; leaving out is all of it."""
    if move.kind == "leave_out":
        return 1.0
    return steps * STEP_MIN / MIN_PER_DAY if move.kind in ("earlier", "later") else steps / WHOLE


def moves(item: Item, groups: Collection[str], p: Prepared, names: Names, *, more: bool, careful: bool) -> list[Move]:
    """Every way in which an item may change, from what moves the facts in question (``amount``, ``time``, ``leave_out``).

    Args:
        more: Whether the amount of a supplement may grow; that of a food always may.
        careful: Whether leaving out is all that is told.
    """
    found = [Move(item, "leave_out", 1)] if careful or "leave_out" in groups else []
    if careful:
        return found
    entry = entry_of(p.case, item)
    if "amount" in groups:
        found += [Move(item, "less", WHOLE - 1)] if amount_of(entry) is not None else []
        largest = _largest_factor(item, p, names) if item.of == "food" or more else 1.0
        found += [Move(item, "more", int((largest - 1.0) * WHOLE + 1e-9))] if largest > 1.0 else []
    if "time" in groups and entry.time_min is not None:
        found += [Move(item, "earlier", entry.time_min // STEP_MIN), Move(item, "later", (MIN_PER_DAY - 1 - entry.time_min) // STEP_MIN)]
    return [move for move in found if move.most > 0]


def entry_of(case: Case, item: Item) -> FoodItem | Supplement:
    """The entry of the case that an item stands for."""
    return case.supplements[item.at] if item.of == "supplement" else case.foods[item.at]


def amount_of(entry: FoodItem | Supplement) -> tuple[float, str] | None:
    """The amount as entered with its unit; None where there is none that could be scaled."""
    if isinstance(entry, FoodItem):
        if entry.grams is not None:
            return entry.grams, "g"
        return (entry.amount, entry.measure or "") if entry.amount is not None else None
    doses = [mg for mg in doses_of(entry).values() if mg is not None]
    if entry.dose_mg is not None:
        return entry.dose_mg, "mg"
    return (sum(doses), "mg") if doses else None


def name_of(entry: FoodItem | Supplement) -> str:
    """The entry as its writer called it, with its clock time."""
    name = (entry.name or entry.ndb or "food") if isinstance(entry, FoodItem) else (entry.product or entry.substance)
    return f"'{name}'" + (f" at {clock(entry.time_min)}" if entry.time_min is not None else "")


def self_chosen(supplement: Supplement, treats: Collection[str], names: Names) -> bool:
    """Whether an item may be changed: not prescribed, and nothing that a stated condition is treated with unless said not to be prescribed.

    Args:
        treats: Substances that can be part of the treatment of a stated condition.
    """
    if supplement.prescribed is None:
        return not treats or not {supplement.product, *substances_of(supplement, names)} & set(treats)
    return not supplement.prescribed


def shift_of(kind: Kind, steps: int) -> int:
    """Minutes by which clock times move, 0 for a change of another kind."""
    return steps * STEP_MIN * {"earlier": -1, "later": 1}.get(kind, 0)


def factor_of(kind: Kind, steps: int) -> float:
    """What an amount is multiplied by, 1 for a change of another kind."""
    return 1.0 + steps / WHOLE * {"less": -1.0, "more": 1.0}.get(kind, 0.0)


def _changed(entries: tuple[Entry, ...], places: Collection[int], kind: Kind, steps: int) -> tuple[Entry, ...]:
    if kind == "leave_out":
        return tuple(e for at, e in enumerate(entries) if at not in places)
    return tuple(_moved(e, kind, steps) if at in places else e for at, e in enumerate(entries))


def _moved(entry: Entry, kind: Kind, steps: int) -> Entry:
    if kind in ("earlier", "later"):
        return replace(entry, time_min=(entry.time_min or 0) + shift_of(kind, steps))
    factor = factor_of(kind, steps)
    amounts = _food_amounts(entry, factor) if isinstance(entry, FoodItem) else _supplement_amounts(entry, factor)
    return replace(entry, composition=entry.composition and _scaled(entry.composition, factor), **amounts)


def _food_amounts(food: FoodItem, factor: float) -> dict[str, Any]:
    return _times({"grams": food.grams, "amount": food.amount}, factor)


def _supplement_amounts(supplement: Supplement, factor: float) -> dict[str, Any]:
    return _times({"dose_mg": supplement.dose_mg}, factor) | {"components": _times(supplement.components, factor)}


def _scaled(composition: Composition, factor: float) -> Composition:
    macros = {name: getattr(composition, name) for name in ("protein_g", "carbohydrate_g", "fat_g", "fibre_g")}
    acids = {aa: grams * factor for aa, grams in composition.amino_acids_g.items()}
    return replace(composition, amino_acids_g=acids, **_times(macros, factor))


def _times(amounts: Mapping[str, float | None], factor: float) -> dict[str, float | None]:
    return {name: None if amount is None else amount * factor for name, amount in amounts.items()}


def _largest_factor(item: Item, p: Prepared, names: Names) -> float:
    """Up to which multiple an amount raises no question at the input gate; 1 where that is not known."""
    limits = names.plausibility
    if item.of == "food":
        grams, limit = p.foods[item.at].grams, limits.food_item_g.confirm_above
        return float(limit) / grams if grams and limit is not None else 1.0
    supplement = p.case.supplements[item.at]
    allowed = [float(limits.doses.get(s, limits.other_dose).confirm_mg) / mg for s, mg in doses_of(supplement).items() if mg]
    return min(allowed, default=1.0)
