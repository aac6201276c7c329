"""Writes data as YAML in a random layout with random comments: an author whom no formatter has met. Shares nothing with the printer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from random import Random
from typing import Any

_SIMPLE = re.compile(r"[A-Za-z$][A-Za-z0-9_ .-]*[A-Za-z0-9]")
_WORDS = {"true", "false", "null"}


class Author:
    """One author: ``text`` of some data, and the comments that went into it."""

    def __init__(self, seed: int, *, comments: bool = True) -> None:
        self.random = Random(seed)
        self.often = 0.2 if comments else 0.0
        self.comments: list[str] = []
        self.below_text = False

    def text(self, data: dict[str, Any]) -> str:
        """The data as a file."""
        lines = [*self._above(0), *self._mapping(data, 0), *self._above(0)]
        end = self.random.choice(["\n", "\r\n"])
        return end.join(lines) + end

    def _chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def _comment(self) -> str:
        said = self.random.choice(["why", "it's {odd}, [isn't] it", "- id: not-a-rule", "a: b", 'a "quote', "#", "ünïcode µ", "TODO  x"])
        self.comments.append(f"# {len(self.comments)} {said}")
        return self.comments[-1]

    def _above(self, indent: int) -> Iterator[str]:
        while self._chance(self.often):
            deeper = indent if self.below_text else indent + 2  # deeper it would be a part of the text
            yield " " * self.random.choice([indent, indent, deeper, 0]) + self._comment()
        if self._chance(0.1):
            yield " " * self.random.choice([0, 0, 3])

    def _side(self) -> str:
        return f"{' ' * self.random.randint(1, 4)}{self._comment()}" if self._chance(self.often) else " " * self.random.choice([0, 0, 2])

    def _mapping(self, data: dict[str, Any], indent: int) -> Iterator[str]:
        items = list(data.items())
        if self._chance(0.3) and indent:
            self.random.shuffle(items)
        for key, value in items:
            yield from self._above(indent)
            yield from self._entry(f"{' ' * indent}{self._key(key)}:", value, indent, in_list=False)

    def _list(self, data: list[Any], indent: int) -> Iterator[str]:
        for value in data:
            yield from self._above(indent)
            yield from self._entry(f"{' ' * indent}-", value, indent, in_list=True)

    def _entry(self, head: str, value: Any, indent: int, *, in_list: bool) -> Iterator[str]:
        deeper = indent + self.random.choice([2, 2, 4])
        self.below_text = False
        if not isinstance(value, (dict, list)) or not value or self._chance(0.4):
            yield from self._flat(head, value, deeper)
        elif isinstance(value, dict):
            yield head + self._side()
            yield from self._mapping(value, deeper)
        else:
            yield head + self._side()
            yield from self._list(value, deeper if in_list or self._chance(0.8) else indent)

    def _flat(self, head: str, value: Any, indent: int) -> Iterator[str]:
        if isinstance(value, str) and self._may_be_block(value) and self._chance(0.3):
            yield f"{head} >-{self._side()}"
            yield from (" " * indent + line for line in self._broken(value))
            self.below_text = True
            return
        lines = list(self._flow(value, indent)) if isinstance(value, (dict, list)) else [self._scalar(value)]
        if self._chance(0.2) and isinstance(value, (dict, list)):
            yield head + self._side()
            yield " " * indent + lines[0]
        else:
            yield f"{head} {lines[0]}"
        yield from lines[1:]
        if self._chance(self.often):
            yield " " * indent + self._comment()

    def _flow(self, value: Any, indent: int) -> Iterator[str]:
        """A value in brackets over one or several lines; the first without its indent."""
        if not isinstance(value, (dict, list)):
            yield self._scalar(value)
            return
        line = "{" if isinstance(value, dict) else "["
        items = list(value.items()) if isinstance(value, dict) else [(None, item) for item in value]
        for number, (key, item) in enumerate(items):
            inner = list(self._flow(item, indent + 2))
            line += (f"{self._key(key)}: " if key is not None else "") + inner[0]
            for more in inner[1:]:
                yield line
                line = more
            line += ", " if number < len(items) - 1 or self._chance(0.1) else ""
            if self._chance(0.15):
                yield line + self._side()
                line = " " * (indent + 1)
        yield line + ("}" if isinstance(value, dict) else "]")

    def _key(self, key: str) -> str:
        return key if _SIMPLE.fullmatch(key) and key not in _WORDS and " " not in key and self._chance(0.8) else _quoted(key)

    def _scalar(self, value: Any) -> str:
        if value is None:
            return self.random.choice(["null", "~"])
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, (Decimal, int)):
            return str(value)
        if _SIMPLE.fullmatch(value) and value not in _WORDS and self._chance(0.6):
            return str(value)
        if "\n" not in value and value.isprintable() and self._chance(0.4):
            return "'" + value.replace("'", "''") + "'"
        return _quoted(value)

    def _may_be_block(self, text: str) -> bool:
        return bool(text) and text == text.strip() and text.isprintable() and "  " not in text

    def _broken(self, text: str) -> Iterator[str]:
        line = ""
        for word in text.split(" "):
            if line and self._chance(0.1):
                yield line
                line = word
            else:
                line = f"{line} {word}" if line else word
        yield line


def _quoted(text: str) -> str:
    out = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return '"' + "".join(char if char.isprintable() else f"\\U{ord(char):08X}" for char in out) + '"'
