"""Facts: the common currency of model, rules and engines.

Values are ``str`` (symbols, ids, booleans as "true"/"false") or ``int`` (numbers, scaled by the resolution of their slot), so
equality is exact and no type can be mistaken for another.
"""

from __future__ import annotations

from typing import NamedTuple

from msgspec import Struct

Value = str | int

SEVERITIES = ("info", "minor", "moderate", "major", "contraindicated")
FINDING = "finding"
FINDING_SLOTS = ("code", "rule", "severity", "about", "system", "window")


class Fact(NamedTuple):
    """One ground fact. ``values`` follow the slot order of the vocabulary; '' stands for a slot that a finding left out."""

    relation: str
    values: tuple[Value, ...]


class Origin(Struct, frozen=True):
    """How a fact was obtained: a sentence with its arithmetic, and the references of the constants in it."""

    text: str
    sources: tuple[str, ...] = ()
