"""Places in a text: lines and columns of YAML, offsets, and the positions of the Language Server Protocol.

A ``Span`` counts from 1 and in characters, and its lines end where YAML ends them (also at U+0085, U+2028 and U+2029). The protocol counts
from 0 in units of an encoding, UTF-16 unless the client asks for another, and its lines end at a line feed, a carriage return, or both. So
every conversion goes over the offset in the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Literal, NamedTuple

from neurobalance_expert.errors import Span

Encoding = Literal["utf-8", "utf-16", "utf-32"]

_YAML_BREAK = re.compile("\r\n|[\n\r\u0085\u2028\u2029]")
_LSP_BREAK = re.compile("\r\n|[\n\r]")
_UNIT = {"utf-8": 1, "utf-16": 2, "utf-32": 4}  # bytes
_CODEC = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}


class Place(NamedTuple):
    """A position of the protocol: line and unit in it, from 0."""

    line: int
    character: int


class Range(NamedTuple):
    """From a position up to, and without, another."""

    start: Place
    end: Place


class Lines:
    """A text whose places can be converted."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._yaml = [0, *(match.end() for match in _YAML_BREAK.finditer(text))]
        self._lsp = [0, *(match.end() for match in _LSP_BREAK.finditer(text))]

    def offset(self, line: int, col: int) -> int:
        """Offset of a line and column of a ``Span``; within the text, whatever they are."""
        if line > len(self._yaml):
            return len(self.text)
        return min(self._yaml[max(line, 1) - 1] + max(col, 1) - 1, len(self.text))

    def span(self, file: str, start: int, end: int) -> Span:
        """The span of what stands between two offsets."""
        line = bisect_right(self._yaml, start)
        return Span(file, line, start - self._yaml[line - 1] + 1, max(1, end - start))

    def line_of(self, offset: int) -> int:
        """Number of the line of a ``Span`` at an offset, from 1."""
        return bisect_right(self._yaml, offset)

    def place(self, offset: int, encoding: Encoding) -> Place:
        """The position of an offset."""
        line = bisect_right(self._lsp, offset) - 1
        return Place(line, units(self.text[self._lsp[line] : offset], encoding))

    def find(self, place: Place, encoding: Encoding) -> int:
        """The offset of a position; the end of its line when it lies beyond, or inside a character."""
        if place.line >= len(self._lsp):
            return len(self.text)
        start = self._lsp[place.line]
        end = self._lsp[place.line + 1] if place.line + 1 < len(self._lsp) else len(self.text)
        left = place.character
        for at, character in enumerate(self.text[start:end].rstrip("\r\n")):
            if left <= 0:
                return start + at
            left -= units(character, encoding)
        return start + len(self.text[start:end].rstrip("\r\n"))

    def range(self, span: Span, encoding: Encoding) -> Range:
        """The range of a span. It does not run over the end of its line."""
        start = self.offset(span.line, span.col)
        stop = _LSP_BREAK.search(self.text, start)
        end = min(start + span.length, stop.start() if stop else len(self.text))
        return Range(self.place(start, encoding), self.place(max(start, end), encoding))

    def between(self, start: int, end: int, encoding: Encoding) -> Range:
        """The range between two offsets."""
        return Range(self.place(start, encoding), self.place(end, encoding))


def units(text: str, encoding: Encoding) -> int:
    """Length of a text in units of an encoding."""
    return len(text.encode(_CODEC[encoding], "surrogatepass")) // _UNIT[encoding]


def moved(old: str, new: str, line: int) -> int | None:
    """The line of an older text that a line of the text now stands for (both from 1); None for a line that was changed.

    >>> moved("a\\nb\\nc", "a\\nnew\\nb\\nc", 3), moved("a\\nb", "a\\nx", 2)
    (2, None)
    """
    before, after = _YAML_BREAK.split(old), _YAML_BREAK.split(new)
    same = 0
    while same < min(len(before), len(after)) and before[same] == after[same]:
        same += 1
    if line <= same:
        return line
    tail = 0
    while tail < min(len(before), len(after)) - same and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    return line - len(after) + len(before) if line > len(after) - tail else None
