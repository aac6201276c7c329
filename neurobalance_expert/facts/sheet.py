"""A sheet on which one number is worked out again: its numbers with unit and origin, and the lines that lead to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from neurobalance_expert.fact import Number, Working

DIGITS = 10  # significant ones; what is lost is far below the resolution of every slot


class Sheet:
    """The numbers and lines of one working as they are written down.

    Raises:
        ValueError: one name for two things.
    """

    def __init__(self) -> None:
        self.numbers: dict[str, Number] = {}
        self.lines: dict[str, str] = {}

    def number(self, name: str, value: float, unit: str, said: str = "") -> str:
        """Writes a number down; returns its name."""
        return self._write(Number(name, rounded(value), unit, said))

    def series(self, name: str, values: Iterable[float], unit: str, said: str = "") -> str:
        """Writes a series down; returns its name."""
        return self._write(Number(name, tuple(map(rounded, values)), unit, said))

    def line(self, name: str, expression: str) -> str:
        """Writes a line down; returns the name of what it gives."""
        if name in self.numbers or self.lines.setdefault(name, expression) != expression:
            raise ValueError(f"'{name}' stands for two things")
        return name

    def working(self, slot: str, expression: str) -> tuple[Working, ...]:
        """The working of a slot that is this expression over what was written down."""
        return (Working(slot, (*self.lines.items(), (slot, expression)), tuple(self.numbers.values())),)

    def _write(self, number: Number) -> str:
        if number.name in self.lines or self.numbers.setdefault(number.name, number) != number:
            raise ValueError(f"'{number.name}' stands for two things")
        return number.name


def rounded(value: float) -> float:
    """A number as it is written down.

    >>> rounded(1 / 3)
    0.3333333333
    """
    return float(f"{value:.{DIGITS}g}")


def added(terms: Sequence[str]) -> str:
    """The sum of terms.

    >>> added(["a", "b"]), added([])
    ('a + b', '0')
    """
    return " + ".join(terms) or "0"


def counted(slot: str, things: Sequence[str], what: str) -> tuple[Working, ...]:
    """The working of a number that counts things: each is one."""
    sheet = Sheet()
    sheet.series("each", [1.0] * len(things), "1", f"{what}: {', '.join(things)}")
    return sheet.working(slot, "sum(each)")
