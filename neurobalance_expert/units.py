"""Units: parsed and converted once, at the edge.

A unit belongs to one dimension and has an exact factor to that dimension's base. There is no guess by magnitude and no
conversion between mass and amount of substance here: that needs a named molar mass and lives with the analyte.
"""

from __future__ import annotations

import re
from decimal import Decimal

from msgspec import Struct

from neurobalance_expert.errors import did_you_mean

# unit -> (dimension, factor to the base unit of the dimension)
_UNITS: dict[str, tuple[str, Decimal]] = {
    "g": ("mass", Decimal(1000)),
    "mg": ("mass", Decimal(1)),
    "ug": ("mass", Decimal("0.001")),
    "kg": ("body mass", Decimal(1)),
    "h": ("time", Decimal(1)),
    "min": ("time", Decimal(1) / Decimal(60)),
    "d": ("days", Decimal(1)),
    "a": ("age", Decimal(1)),
    "1": ("ratio", Decimal(1)),
    "%": ("ratio", Decimal("0.01")),
    "kg/m2": ("body mass index", Decimal(1)),
    "mg/kg": ("mass per body mass", Decimal(1)),
    "g/kg": ("mass per body mass", Decimal(1000)),
    "uM": ("concentration", Decimal(1)),
    "nM": ("concentration", Decimal("0.001")),
    "mM": ("concentration", Decimal(1000)),
}
_SPELLINGS = {
    "mcg": "ug",
    "\u00b5g": "ug",
    "\u03bcg": "ug",
    "\u00b5M": "uM",
    "\u03bcM": "uM",
    "umol/L": "uM",
    "nmol/L": "nM",
    "mmol/L": "mM",
    "": "1",
}
_QUANTITY = re.compile(r"\s*([-+]?\d+(?:\.\d+)?)\s*(\S.*?)?\s*")


def known_units() -> tuple[str, ...]:
    """The units that have a dimension, in one spelling each."""
    return tuple(_UNITS)


class UnitError(ValueError):
    """A unit that is not known, or two units of different dimensions. The message is a full sentence."""


class Quantity(Struct, frozen=True):
    """A number with its unit."""

    value: Decimal
    unit: str

    def to(self, unit: str) -> Decimal:
        """The number in another unit of the same dimension. Raises UnitError."""
        return convert(self.value, self.unit, unit)


def normal(unit: str) -> str:
    """The one spelling of a unit used inside. Raises UnitError when it is not known.

    >>> normal("mcg")
    'ug'
    """
    name = _SPELLINGS.get(unit.strip(), unit.strip())
    if name not in _UNITS:
        hint = did_you_mean(name, _UNITS, otherwise="known units: " + ", ".join(_UNITS))
        raise UnitError(f"the unit '{unit}' is not known; {hint}")
    return name


def convert(value: Decimal, unit: str, to: str) -> Decimal:
    """A number from one unit to another.

    >>> convert(Decimal("0.5"), "g", "mg")
    Decimal('500.0')

    Raises:
        UnitError: a unit is not known, or the two measure different things.
    """
    source, target = normal(unit), normal(to)
    (dimension, factor), (wanted, base) = _UNITS[source], _UNITS[target]
    if dimension != wanted:
        raise UnitError(f"'{unit}' is a {dimension} and '{to}' a {wanted}; they cannot be converted")
    return value if source == target else value * factor / base


def neighbours(unit: str) -> tuple[Decimal, ...]:
    """How many of this unit one of each other unit of its dimension is: by these factors a number is off that was meant in the other.

    >>> neighbours("mg")
    (Decimal('1000'), Decimal('0.001'))

    A unit that is not known has none.
    """
    if unit not in _UNITS:
        return ()
    dimension, base = _UNITS[unit]
    return tuple(factor / base for name, (other, factor) in _UNITS.items() if other == dimension and name != unit)


def spellings(unit: str) -> tuple[str, ...]:
    """Every way to write a unit that converts to this one; for a unit that is not known here its own name.

    >>> spellings("h")
    ('h', 'min')
    """
    try:
        dimension = _UNITS[normal(unit)][0]
    except UnitError:
        return (unit,)
    units = [name for name, (of, _) in _UNITS.items() if of == dimension]
    return (*units, *(spelling for spelling, name in _SPELLINGS.items() if name in units and spelling))


def parse_quantity(text: str) -> Quantity:
    """``"450 mg"`` as a quantity; a bare number has the unit ``1``. Raises UnitError.

    >>> parse_quantity("0.45 g")
    Quantity(value=Decimal('0.45'), unit='g')
    """
    match = _QUANTITY.fullmatch(text)
    if not match:
        raise UnitError(f"'{text}' is not a number with a unit, such as '450 mg'")
    return Quantity(Decimal(match.group(1)), normal(match.group(2) or ""))
