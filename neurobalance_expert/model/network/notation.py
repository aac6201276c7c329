"""Formulas and equations as chemists write them, to counts and back."""

from __future__ import annotations

import re
from collections.abc import Mapping

from neurobalance_expert.model.network.types import STANDARD_MASS

_ELEMENT = re.compile(r"([A-Z][a-z]?)([1-9][0-9]*)?")
_TERM = re.compile(r"(?:([1-9][0-9]*) )?([A-Za-z][A-Za-z0-9_]*)")


def parse_formula(text: str) -> dict[str, int]:
    """Atoms of a formula such as C11H12N2O2.

    Raises:
        ValueError: not a formula, an element twice, or an element without a standard mass here.

    >>> parse_formula("C11H12N2O2")
    {'C': 11, 'H': 12, 'N': 2, 'O': 2}
    """
    atoms: dict[str, int] = {}
    end = 0
    while end < len(text):
        match = _ELEMENT.match(text, end)
        if match is None:
            raise ValueError(f"'{text[end:]}' is no element with a count")
        element, count = match.groups()
        if element not in STANDARD_MASS:
            raise ValueError(f"'{element}' is none of the elements {', '.join(STANDARD_MASS)}")
        if element in atoms:
            raise ValueError(f"{element} stands twice")
        atoms[element] = int(count or 1)
        end = match.end()
    if not atoms:
        raise ValueError("there is no element")
    return atoms


def parse_equation(text: str) -> dict[str, int]:
    """Stoichiometry of an equation, negative on the left. A species on both sides is refused.

    Raises:
        ValueError: there is not one arrow, a term cannot be read, or a species stands twice.

    >>> parse_equation("ptp6 + 2 nadph + 2 h -> bh4 + 2 nadp")
    {'ptp6': -1, 'nadph': -2, 'h': -2, 'bh4': 1, 'nadp': 2}
    """
    sides = text.split(" -> ")
    if len(sides) != 2:
        raise ValueError("an equation has one arrow ' -> '")
    counts: dict[str, int] = {}
    for side, sign in zip(sides, (-1, 1), strict=True):
        for term in side.split(" + "):
            match = _TERM.fullmatch(term.strip())
            if match is None:
                raise ValueError(f"'{term.strip()}' is no species with a whole number before it")
            number, name = match.groups()
            if name in counts:
                raise ValueError(f"{name} stands twice; a bound co-factor belongs under cofactors")
            counts[name] = sign * int(number or 1)
    return counts


def write_equation(stoichiometry: Mapping[str, int]) -> str:
    """The equation again.

    >>> write_equation({"glu": -1, "h": -1, "gaba": 1, "co2": 1})
    'glu + h -> gaba + co2'
    """
    sides = (
        " + ".join(name if abs(n) == 1 else f"{abs(n)} {name}" for name, n in stoichiometry.items() if (n > 0) == right)
        for right in (False, True)
    )
    return " -> ".join(sides)
