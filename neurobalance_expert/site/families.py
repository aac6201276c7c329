"""What finding codes mean, from the table of docs/codes.md: a grammar for each family, such as ``LAB:<analyte>:<low|borderline|high>``."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

_WHOLE_CELL = re.compile(r"(?<!\\)\|")
_FORM = re.compile(r"`([A-Z][^`]*)`")


class Family(Struct, frozen=True):
    """A row of the table: the forms that codes have, and in Markdown the grammar and what they say."""

    forms: tuple[str, ...]
    grammar: str
    says: str


def read_families(page: str) -> tuple[Family, ...]:
    """The rows of the table ``| family | grammar | says | …``; none when the page has no such table."""
    found = []
    for line in page.splitlines():
        cells = [cell.strip() for cell in _WHOLE_CELL.split(line)][1:-1]
        if len(cells) >= 3 and (forms := _FORM.findall(cells[1])):
            found.append(Family(tuple(form.replace("\\|", "|") for form in forms), cells[1].replace("\\|", "|"), cells[2]))
    return tuple(found)


def meaning_of(code: str, families: Sequence[Family]) -> Family | None:
    """The family of a code: of those whose form fits the one with the most words of its own."""
    fitting = [(_fit(code.split(":"), form.split(":")), family) for family in families for form in family.forms]
    best = max(fitting, key=lambda pair: pair[0], default=(0, None))
    return best[1] if best[0] else None


def _fit(parts: Sequence[str], form: Sequence[str]) -> int:
    """How many parts of the code the form says itself; 0 when it does not fit."""
    if len(parts) != len(form) or parts[0] != form[0]:
        return 0
    free = [wanted.startswith("<") or "<" in wanted for wanted in form]
    if any(not is_free and part != wanted for part, wanted, is_free in zip(parts, form, free, strict=True)):
        return 0
    return 1 + free.count(False)
