"""Lines for a terminal: wrapped, tabulated and, when asked for, coloured. Text arrives raw and leaves without control characters."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

from msgspec import Struct

from neurobalance_expert.report.escape import tied, visible

_LEGIBLE = 8  # characters below which a column is not narrowed

STYLES = {
    "contraindicated": "1;97;41",
    "major": "1;31",
    "moderate": "1;33",
    "minor": "1;34",
    "info": "36",
    "title": "1",
    "head": "1;4",
    "dim": "2",
    "good": "32",
}


class Laid(str):
    """Text that is laid out and clean: the template engine prints it as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        return self


class Terminal(Struct, frozen=True):
    """A page of text. ``width`` is the longest line in characters; without ``colour`` not one escape sequence is written."""

    width: int
    colour: bool

    def style(self, name: str, text: str) -> Laid:
        """The text in a style of ``STYLES``."""
        clean = visible(text)
        return Laid(f"\x1b[{STYLES[name]}m{clean}\x1b[0m" if self.colour and clean else clean)

    def wrap(self, text: str, indent: int = 0, lead: str = "", style: str = "") -> Laid:
        """A paragraph. ``lead`` stands before the first line in ``style``; the following lines hang below the text."""
        head = f"{' ' * indent}{visible(lead)}"
        body = tied(visible(text))
        hang = " " * min(len(head), self.width // 4)
        lines = textwrap.wrap(head + body, self.width, subsequent_indent=hang, break_on_hyphens=False, drop_whitespace=True) or [head]
        first = lines[0]
        if lead and style and first.startswith(head.rstrip()):
            lines[0] = " " * indent + self.style(style, first[indent : len(head)]) + first[len(head) :]
        return Laid("\n".join(lines).replace("\u00a0", " "))

    def heading(self, text: str) -> Laid:
        """A heading of a section."""
        return Laid(self.style("title", text.upper()) + "\n" + self.style("dim", "─" * self.width))

    def table(self, heads: Sequence[str], rows: Iterable[Sequence[str]], indent: int = 2, right: Sequence[int] = ()) -> Laid:
        """A table in the width of the page: every column as wide as it needs, the widest ones wrapped when that is too much.

        On a page too narrow for columns each row is a short list of its own.

        Args:
            heads: words of the columns.
            rows: cells of equal number.
            right: indices of the columns that are set flush right.
        """
        cells = [[tied(visible(c)) for c in row] for row in rows]
        room = self.width - indent - 2 * (len(heads) - 1)
        natural = [max(map(len, column)) for column in zip(heads, *cells, strict=True)]
        if sum(min(w, _LEGIBLE) for w in natural) > room:
            return Laid("\n".join(self._list(heads, row, indent) for row in cells))
        widths = _narrowed(natural, room)
        lines: list[str] = [self.style("dim", line) for line in _row(heads, widths, indent, right)]
        for row in cells:
            lines += _row(row, widths, indent, right)
        return Laid("\n".join(lines).replace("\u00a0", " "))

    def _list(self, heads: Sequence[str], row: Sequence[str], indent: int) -> str:
        lines = [self.wrap(row[0], indent)] if row[0] else []
        lines += [self.wrap(cell, indent + 2, f"{head}: ", "dim") for head, cell in zip(heads[1:], row[1:], strict=True) if cell]
        return "\n".join(lines)


def _narrowed(natural: Sequence[int], room: int) -> list[int]:
    """Widths of columns: the widest one is narrowed until the row fits, none below what can be read."""
    widths = list(natural)
    while sum(widths) > room and max(widths) > _LEGIBLE:
        widest = widths.index(max(widths))
        second = max((w for i, w in enumerate(widths) if i != widest), default=_LEGIBLE)
        widths[widest] = max(_LEGIBLE, min(widths[widest] - 1, max(second, widths[widest] - (sum(widths) - room))))
    return widths


def _row(cells: Sequence[str], widths: Sequence[int], indent: int, right: Sequence[int]) -> list[str]:
    wrapped = [textwrap.wrap(c, w, break_on_hyphens=False) or [""] for c, w in zip(cells, widths, strict=True)]
    lines = []
    for i in range(max(map(len, wrapped))):
        parts = [
            (part[i] if i < len(part) else "").rjust(w) if column in right else (part[i] if i < len(part) else "").ljust(w)
            for column, (part, w) in enumerate(zip(wrapped, widths, strict=True))
        ]
        lines.append((" " * indent + "  ".join(parts)).rstrip())
    return lines
