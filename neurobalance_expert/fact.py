"""Facts: the common currency of model, rules and engines.

Values are ``str`` (symbols, ids, booleans as "true"/"false") or ``int`` (numbers, scaled by the resolution of their slot), so
equality is exact and no type can be mistaken for another.
"""

from __future__ import annotations

from typing import NamedTuple

Value = str | int

FINDING = "finding"
FINDING_SLOTS = ("code", "rule", "severity", "about", "system", "window")


class Fact(NamedTuple):
    """One ground fact. ``values`` follow the slot order of the vocabulary; '' stands for a slot that a finding left out."""

    relation: str
    values: tuple[Value, ...]
