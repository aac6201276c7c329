"""The diary lines of a case, and compositions stated inline."""

from __future__ import annotations

from decimal import Decimal

from neurobalance_expert.cases import gate
from neurobalance_expert.cases.scalars import Refused, clean, flag, number
from neurobalance_expert.cases.types import Composition, FoodItem
from neurobalance_expert.cases.values import NO_NAME, Key, Row, Values, item_label, rows, to_float
from neurobalance_expert.source import Data

_MACRONUTRIENTS = ("protein_g", "carbohydrate_g", "fat_g", "fibre_g")


def read_foods(values: Values, data: Row) -> tuple[FoodItem, ...]:
    """Every line of the diary, in its order."""
    return tuple(_food(values, index, row) for index, row in rows(data, "foods"))


def _food(values: Values, index: int, row: Row) -> FoodItem:
    keys = ("foods", index)
    name, _ = values.name(row, "name", "food.name", *keys)
    ndb = _ndb(row.get("ndb"))
    if not name and not ndb:
        values.remark("invalid", "food.ndb", "The number of a food is empty.", *keys, "ndb", question="Which food is it?")
        name = NO_NAME
    label = item_label(name or f"food {ndb}", row)
    grams = _grams(values, row, label, *keys)
    amount = values.number(row, "amount", "food.amount", f"The amount of {label}", *keys)
    measure = clean(row.get("measure") or "") or None
    composition = read_composition(values, row, "food", label, *keys)
    if row.get("grams") is None and composition is None:
        _ask_for_amount(values, row, measure, label, *keys)
    if composition is not None:
        values.remarks += gate.composition_conflicts(label, composition, grams, values.at(*keys, "composition"))
    return FoodItem(
        index=index,
        date=values.date(row, "food", label, *keys),
        time_min=values.time(row, "food", label, *keys),
        name=name or None,
        ndb=ndb,
        grams=to_float(grams),
        measure=measure,
        amount=to_float(amount),
        composition=composition,
        estimate=_amounts(values, row.get("est"), "food.est", f"An estimate for {label}", *keys, "est"),
    )


def _ndb(value: Data) -> str | None:
    """The five characters of the table; YAML reads 09040 without quotes as a number and loses the zero."""
    text = clean(value) if value is not None else ""
    return (text.zfill(5) if text.isascii() and text.isdigit() else text) or None


def _grams(values: Values, row: Row, label: str, *keys: Key) -> Decimal | None:
    limits = values.limits.food_item_g
    grams = _of_one_item(values, row, "grams", "food.grams", f"The grams of {label}", *keys)
    if grams is not None and limits.confirm_above is not None and grams > limits.confirm_above:
        values.remark(
            "confirm",
            "food.grams",
            f"{grams.normalize():f} g of {label} is much for one item.",
            *keys,
            "grams",
            question="Is the amount right?",
        )
    return grams


def _of_one_item(values: Values, row: Row, key: str, field: str, label: str, *keys: Key) -> Decimal | None:
    """A mass in grams that one item can have."""
    most = values.limits.food_item_g.max

    def read(value: Data) -> Decimal:
        grams = number(value, values.limits)
        if most is not None and grams > most:
            raise Refused(f"is more than {most:f} g, which nobody eats of one item")
        return grams

    return values.read(read, row.get(key), field, label, *keys, key)


def _ask_for_amount(values: Values, row: Row, measure: str | None, label: str, *keys: Key) -> None:
    if measure is None:
        values.remark("missing", "food.grams", f"The amount of {label} is not stated.", *keys, question=f"How many grams of {label}?")
    elif row.get("amount") is None:
        text = f"How many of the measure '{measure}' of {label} is not stated."
        values.remark("missing", "food.amount", text, *keys, question=f"How many '{measure}' of {label}?")


def read_composition(values: Values, row: Row, field: str, label: str, *keys: Key) -> Composition | None:
    """The composition that an item states, or None when it states none."""
    given = row.get("composition")
    if given is None:
        return None
    at, where = f"{field}.composition", (*keys, "composition")
    protein, carbohydrate, fat, fibre = (to_float(_of_one_item(values, given, k, at, f"{k} of {label}", *where)) for k in _MACRONUTRIENTS)
    acids = _amounts(values, given.get("amino_acids_g"), at, f"An amino acid of {label}", *where, "amino_acids_g")
    free = values.read(flag, given.get("free"), at, f"Whether the amino acids of {label} are free", *where, "free")
    kinds = (values.kind(given, part, field, label, *where) for part in ("protein", "carbohydrate"))
    found = Composition(protein, carbohydrate, fat, fibre, acids, bool(free), *kinds)
    values.remarks += gate.free_amount_remarks(label, at, found, values.limits, values.at(*where))
    return found


def _amounts(values: Values, row: Row | None, field: str, label: str, *keys: Key) -> dict[str, float]:
    found = {key: values.number(row, key, field, f"{label} ({clean(key)})", *keys) for key in row} if row else {}
    return {clean(key): float(value) for key, value in found.items() if value is not None}
