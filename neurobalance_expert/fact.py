"""Facts: the common currency of model, rules and engines.

Values are ``str`` (symbols, ids, booleans as "true"/"false") or ``int`` (numbers, scaled by the resolution of their slot), so
equality is exact and no type can be mistaken for another.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from msgspec import Struct

Value = str | int

SEVERITIES = ("info", "minor", "moderate", "major", "contraindicated")
FINDING = "finding"
BY_MODEL = ("influx", "plasma_ratio")  # relations whose numbers the plasma model gives
FINDING_SLOTS = ("code", "rule", "severity", "about", "system", "window")


class Fact(NamedTuple):
    """One ground fact. ``values`` follow the slot order of the vocabulary; '' stands for a slot that a finding left out."""

    relation: str
    values: tuple[Value, ...]


class Number(Struct, frozen=True):
    """A number, or a series of them, that an equation uses: its name there, its unit, and in words what it is and where it came from."""

    name: str
    value: float | tuple[float, ...]
    unit: str
    said: str = ""


class Working(Struct, frozen=True):
    """How one slot of a fact was computed, so that anybody can do it again (docs/proofs.md has the words an expression may use).

    ``lines`` are names with their expressions, in order; the last one gives the slot, up to its resolution.
    """

    slot: str
    lines: tuple[tuple[str, str], ...]
    numbers: tuple[Number, ...]


Workings = Callable[[], tuple[Working, ...]]


class Origin(Struct, frozen=True):
    """How a fact was obtained: a sentence, the references of the constants in it, and its arithmetic, made only when it is asked for."""

    text: str
    sources: tuple[str, ...] = ()
    work: Workings | None = None

    def workings(self) -> tuple[Working, ...]:
        """The arithmetic of every slot that was computed; none for what was entered as it is."""
        return self.work() if self.work else ()
