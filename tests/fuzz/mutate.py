"""Changing plain data and text at random, the same way for a seed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from random import Random
from typing import Any

Data = Any  # dict | list | str | bool | Decimal | Raw | None, nested
Keys = tuple[str | int, ...]

PIECES = (
    ":", ": ", "{", "}", "[", "]", "'", '"', "\t", "\n", "\n  ", "- ", "? ", "#", "&a ", "*a", "!!x ", "!!python/name:os.system ",
    "---\n", "...\n",
    ",", "%", "|", ">", "\\", "\x00", "\x1b[31m", "\u202e", "\u2028", "\ufeff", "\ud800", "é", "а", "µ", "💊", "<<: ", "0x1", "1e9",
    ".nan", "~",
    "true", "null", "{{ x }}", "{% if %}", "../", "=1+1",
)  # fmt: skip
VALUES: tuple[Data, ...] = (
    None, True, False, Decimal(0), Decimal(-1), Decimal("1e-30"), Decimal(10) ** 30, Decimal("0.5"), "", " ", "x", "no", "07:30",
    "2026-02-30", "mg",
    "$x", "{{ x", "-1", "1,5", "NaN", [], {}, [None], [[]], ["x"], {"x": None}, {"": ""}, {"below": "$low"}, "a" * 3000,
)  # fmt: skip


class Raw(str):
    """A token that is written as it stands, such as a number that JSON could not hold."""


def places(data: Data, at: Keys = ()) -> Iterator[Keys]:
    """The place of every value, the outermost first."""
    yield at
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in inner:
        yield from places(value, (*at, key))


def value_at(data: Data, keys: Keys) -> Data:
    """The value at a place."""
    for key in keys:
        data = data[key]
    return data


def replaced(data: Data, keys: Keys, value: Data) -> Data:
    """A copy with another value at a place."""
    if not keys:
        return value
    copy = data.copy()
    copy[keys[0]] = replaced(data[keys[0]], keys[1:], value)
    return copy


def removed(data: Data, keys: Keys) -> Data:
    """A copy without the value at a place, and without its key."""
    parent = value_at(data, keys[:-1]).copy()
    del parent[keys[-1]]
    return replaced(data, keys[:-1], parent)


def renamed(data: Data, keys: Keys, name: str) -> Data:
    """A copy with another key at a place of a mapping; the order stays."""
    parent = value_at(data, keys[:-1])
    return replaced(data, keys[:-1], {name if key == keys[-1] else key: value for key, value in parent.items()})


def tangled(data: Data, random: Random, values: tuple[Data, ...] = VALUES) -> Data:
    """One to three changes anywhere: a value replaced, removed, doubled, moved, or put under another key."""
    for _ in range(random.randint(1, 3)):
        found = [keys for keys in places(data) if keys]
        if not found:
            return data
        keys = random.choice(found)
        parent = value_at(data, keys[:-1])
        how = random.randrange(6)
        if how == 0:
            data = removed(data, keys)
        elif how == 1 and isinstance(parent, list):
            data = replaced(data, keys[:-1], [*parent, parent[int(keys[-1])]])
        elif how == 2 and isinstance(parent, dict):
            data = renamed(data, keys, random.choice(["x", "", "id", "name", str(keys[-1]) + "s", str(keys[-1]).upper()]))
        elif how == 3:
            data = replaced(data, keys, value_at(data, random.choice(found)))
        else:
            data = replaced(data, keys, random.choice(values))
    return data


def garbled(text: str, random: Random) -> str:
    """One to four places of a text overwritten, cut out, doubled or filled with something of PIECES."""
    for _ in range(random.randint(1, 4)):
        at = random.randrange(len(text) + 1)
        length = random.choice((0, 0, 1, 3, 30))
        if random.random() < 0.15:
            text = text[: at + length] + text[at:]
        else:
            text = text[:at] + random.choice((*PIECES, "")) + text[at + length :]
    return text


def written(data: Data, twice: Keys | None = None, at: Keys = ()) -> str:
    """The data as JSON on one line, which is YAML as well. ``twice``: the key at this place is written a second time."""
    if isinstance(data, Raw):
        return str(data)
    if isinstance(data, dict):
        parts = []
        for key, value in data.items():
            entry = f"{json.dumps(key)}: {written(value, twice, (*at, key))}"
            parts += [entry, entry] if (*at, key) == twice else [entry]
        return "{" + ", ".join(parts) + "}"
    if isinstance(data, list):
        return "[" + ", ".join(written(value, twice, (*at, i)) for i, value in enumerate(data)) + "]"
    if isinstance(data, Decimal):
        return f"{data:f}"
    return json.dumps(data)
