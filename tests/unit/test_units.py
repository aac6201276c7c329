"""Units are known or refused; conversions are exact."""

from __future__ import annotations

from decimal import Decimal

import pytest

from neurobalance_expert.units import Quantity, UnitError, convert, normal, parse_quantity


@pytest.mark.parametrize(
    ("value", "unit", "to", "expected"),
    [
        ("0.3", "g", "mg", "300"),
        ("400", "mcg", "mg", "0.4"),
        ("400", "\u00b5g", "ug", "400"),
        ("30", "%", "1", "0.3"),
        ("90", "min", "h", "1.5"),
    ],
)
def test_conversions_are_exact(value, unit, to, expected):
    """0.3 g is 300 mg and not 299.99999999999994."""
    assert Decimal(expected) == round(convert(Decimal(value), unit, to), 20).normalize()


@pytest.mark.parametrize("unit", ["capsule", "IU", "mgg", "drops", "Cal"])
def test_an_unknown_unit_is_refused(unit):
    """There is no guess."""
    with pytest.raises(UnitError, match="is not known"):
        normal(unit)


def test_mass_is_not_a_concentration():
    """No molar mass, no conversion."""
    with pytest.raises(UnitError, match="cannot be converted"):
        convert(Decimal(1), "mg", "uM")


def test_a_quantity_keeps_what_was_written():
    """A bare number is a ratio."""
    assert [Quantity(Decimal("450"), "mg"), Quantity(Decimal("0.85"), "1")] == [parse_quantity("450 mg"), parse_quantity("0.85")]


@pytest.mark.parametrize("text", ["", "mg", "1,5 g", "1 2 g", "1e3 mg"])
def test_text_that_is_no_quantity(text):
    """Thousands separators, two numbers and exponents are refused."""
    with pytest.raises(UnitError):
        parse_quantity(text)
