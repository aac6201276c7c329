"""One value of a rule or fact file in the form of its slot: symbols as text, numbers exactly converted and scaled to whole steps."""

from __future__ import annotations

import re
from collections.abc import Collection
from decimal import ROUND_FLOOR, Decimal

from neurobalance_expert.errors import Span, did_you_mean
from neurobalance_expert.fact import Value
from neurobalance_expert.source import MAX_DIGITS, Data
from neurobalance_expert.units import Quantity, UnitError, convert, normal, parse_quantity
from neurobalance_expert.vocabulary import SlotType

_BARE = re.compile(r"\s*[-+]?\d+(?:\.\d+)?\s*")
_NUMBER_FIX = 'write a number, or one with a unit such as "450 mg"'
_ALMOST = Decimal("1e-12")  # a sixtieth has no exact decimal form, so 30 min is half an hour only up to this share of a step


class Placed(str):
    """Text that remembers where it stood in its file, for problems that are found later."""

    at: Span | None = None

    @classmethod
    def text(cls, text: str, at: Span) -> Placed:
        """The text with its place."""
        placed = cls(text)
        placed.at = at
        return placed


class UnfitError(Exception):
    """A value that does not fit: the fields of a problem, without the place.

    ``near`` is text at the place inside a wording, after so many ``{{`` as ``nth`` counts.
    """

    def __init__(self, code: str, what: str, label: str = "", why: str = "", fix: str = "", near: str = "", nth: int = 0) -> None:
        super().__init__(what)
        self.code = code
        self.what = what
        self.label = label
        self.why = why
        self.fix = fix
        self.near = near
        self.nth = nth


def read_value(slot: SlotType, data: Data, *, exact: bool) -> Value:
    """A value of a file for a slot.

    Args:
        slot: Type, unit and resolution.
        data: As ``source`` read it: text, Decimal, bool, None, list or dict.
        exact: A number must be a whole count of resolution steps (constants of rules); else it is rounded (facts).

    Raises:
        UnfitError: the value has another type, unit or precision, or is not in the list of the slot.
    """
    if slot.kind == "number":
        return scale(slot, read_number(slot, data), exact=exact)
    if slot.kind == "bool":
        return _read_bool(slot, data)
    if not isinstance(data, str) or not data.strip():
        quoted = f'; write "{_plain(data)}" in quotes if it is a name' if isinstance(data, Decimal) else ""
        raise UnfitError("NB-R013", f"'{slot.name}' needs a word, not {describe(data)}", fix=f"{_allowed(slot)}{quoted}")
    if slot.kind == "enum" and data not in slot.enum:
        choices = _allowed(slot)
        why = "the vocabulary lists all values that this slot can have, so it could never be equal"
        raise UnfitError("NB-R013", f"'{slot.name}' cannot be '{data}'", why=why, fix=did_you_mean(data, slot.enum, otherwise=choices))
    return data


def read_number(slot: SlotType, data: Data) -> Decimal:
    """The number in the unit of its slot: bare (also in quotes), or with a unit that can be converted. Raises UnfitError."""
    quantity = read_quantity(slot.name, data, own=(slot.unit,))
    return quantity if isinstance(quantity, Decimal) else in_unit(slot, quantity)


def read_quantity(name: str, data: Data, *, own: Collection[str] = ()) -> Decimal | Quantity:
    """A bare number, or a number with its unit. ``own`` are units that only the vocabulary knows. Raises UnfitError."""
    if isinstance(data, Decimal):
        return data
    if not isinstance(data, str):
        raise UnfitError("NB-R013", f"'{name}' needs a number, not {describe(data)}", fix=_NUMBER_FIX)
    if len(data) <= MAX_DIGITS and _BARE.fullmatch(data):
        return Decimal(data.strip())
    number, _, unit = data.strip().partition(" ")
    if unit.strip() in own and len(number) <= MAX_DIGITS and _BARE.fullmatch(number):
        return Quantity(Decimal(number), unit.strip())
    try:
        if len(data) > 2 * MAX_DIGITS:
            raise UnitError(f"'{data[:20]}...' is too long for a number")
        return parse_quantity(data)
    except UnitError as error:
        raise UnfitError("NB-R013", f"'{name}' needs a number: {error}", fix=_NUMBER_FIX) from None


def in_unit(slot: SlotType, quantity: Quantity) -> Decimal:
    """A quantity in the unit of a slot. Raises UnfitError."""
    if quantity.unit == slot.unit:
        return quantity.value
    try:
        return convert(quantity.value, quantity.unit, slot.unit)
    except UnitError as error:
        raise UnfitError(
            "NB-R014",
            f"'{slot.name}' is measured in '{slot.unit}', not in '{quantity.unit}'",
            label=str(error),
            why="a number with the wrong unit would be compared as if it meant something",
            fix=f"give the number in '{slot.unit}' or in a unit that can be converted to it",
        ) from None


def scale(slot: SlotType, number: Decimal, *, exact: bool) -> int:
    """The number in steps of the slot. Raises UnfitError when ``exact`` and the number lies between two steps."""
    scaled = slot.scaled(number)
    steps = number / slot.resolution
    if exact and abs(steps - scaled) > _ALMOST * max(Decimal(1), abs(steps)):
        low = int(steps.to_integral_value(ROUND_FLOOR))
        raise UnfitError(
            "NB-R015",
            f"{_plain(number)} is finer than the resolution {_plain(slot.resolution)} of '{slot.name}'",
            why=f"values are rounded to {_plain(slot.resolution)} before they are compared, so this bound would act like another one",
            fix=f"use {_plain(slot.unscaled(low))} or {_plain(slot.unscaled(low + 1))}, or a finer resolution in knowledge/vocabulary.yaml",
        )
    return scaled


def same_numbers(left: SlotType, right: SlotType) -> bool:
    """Whether scaled values of two number slots mean the same: equal unit and resolution."""
    return _normal(left.unit) == _normal(right.unit) and left.resolution == right.resolution


def describe(data: Data) -> str:
    """What a piece of data is, in the reader's words."""
    if data is None:
        return "nothing"
    if isinstance(data, bool):
        return "true or false"
    if isinstance(data, Decimal):
        return f"the number {_plain(data)}"
    if isinstance(data, list):
        return "a list"
    if isinstance(data, dict):
        return "a mapping"
    return f"the text '{data}'" if data.strip() else "empty text"


def describe_slot(slot: SlotType) -> str:
    """The type of a slot, in the reader's words."""
    if slot.kind == "number":
        return f"a number in '{slot.unit}' to {_plain(slot.resolution)}"
    if slot.kind == "enum":
        return "one of " + ", ".join(slot.enum)
    return "true or false" if slot.kind == "bool" else "any name"


def plain(slot: SlotType, value: Value) -> str:
    """A scaled or symbolic value as the file would write it."""
    return _plain(slot.unscaled(value)) if isinstance(value, int) else value


def _normal(unit: str) -> str:
    """The one spelling of a unit; a unit that only the vocabulary knows stands for itself."""
    try:
        return normal(unit)
    except UnitError:
        return unit


def _read_bool(slot: SlotType, data: Data) -> Value:
    if isinstance(data, bool):
        return "true" if data else "false"
    why = "yes, no, on and off are plain text here, so that no name is mistaken for a truth value" if isinstance(data, str) else ""
    answer = {"yes": "write true", "on": "write true", "no": "write false", "off": "write false"}
    fix = answer.get(data.lower(), "write true or false") if isinstance(data, str) else "write true or false"
    raise UnfitError("NB-R013", f"'{slot.name}' needs true or false, not {describe(data)}", why=why, fix=fix)


def _allowed(slot: SlotType) -> str:
    return "use one of " + ", ".join(slot.enum) if slot.kind == "enum" else "write any name"


def _plain(number: Decimal) -> str:
    """A decimal without exponent or trailing zeros."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
