"""How two knowledge bases differ value by value: numbers with their units, what is new or gone, sources, marks of checking, wording.

A value is named by its file inside ``knowledge/`` and its keys: ``transporters/LAT1: LAT1.sets.rat_perfusion.km.values.phe``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal

from msgspec import Struct

from neurobalance_expert.source import decode, parse_yaml

FOLDER, SUFFIX = "knowledge/", ".yaml"
Kind = Literal["value", "source", "mark", "words", "file"]
SOURCES = ("source", "sources", "ref", "refs", "link", "doi", "pmid", "cite")
MARKS = ("verified", "origin", "evidence", "read", "loinc_ev", "grade")
WORDS = (
    "note",
    "meaning",
    "label",
    "title",
    "text",
    "why",
    "because",
    "caution",
    "reads",
    "notes",
    "released",
    "supports",
    "name",
    "version",
)
ABOUT_SOURCES = ("sources", "references")  # tables at the top of a file that only say where numbers come from
LONGEST = 60  # characters of a value that are shown

Keys = tuple[str | int, ...]
_GONE: Any = object()


class ValueChange(Struct, frozen=True):
    """One value that differs. ``before`` and ``after`` are plain data; ``what`` tells whether one side has none."""

    file: str
    keys: Keys
    kind: Kind
    what: Literal["changed", "added", "removed"]
    before: Any
    after: Any
    unit: str = ""
    unit_before: str = ""  # where the unit changed with the value

    @property
    def name(self) -> str:
        """``transporters/LAT1: LAT1.sets.rat_perfusion.km.values.phe``."""
        stem = self.file.removeprefix(FOLDER).removesuffix(SUFFIX)
        keys = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in self.keys).removeprefix(".")
        return f"{stem}: {keys}" if keys else stem

    def told(self) -> str:
        """``11 -> 12 uM``."""
        if self.kind == "file":
            return f"the file {'differs' if self.what == 'changed' else f'was {self.what}'}"
        shown = [shown_value(self.before), shown_value(self.after)]
        if self.unit_before:
            shown[0] += f" {self.unit_before}"
        unit = f" {self.unit}" if self.unit and self.unit != "1" else ""
        if self.what != "changed":
            return f"{self.what}: {shown[self.what == 'added']}{unit}"
        return f"{shown[0]} -> {shown[1]}{unit}"


def changed_values(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Iterator[ValueChange]:
    """Every value of ``knowledge/`` that differs, in the order of files and places.

    Args:
        before: Files by their path in the knowledge base.

    Raises:
        InputProblems: a file that differs cannot be parsed.
    """
    for path in sorted({*before, *after}):
        old, new = before.get(path), after.get(path)
        if old == new or not path.startswith(FOLDER):
            continue
        if not path.endswith(SUFFIX) or old is None or new is None:
            what: Literal["changed", "added", "removed"] = "added" if old is None else "removed" if new is None else "changed"
            yield ValueChange(path, (), "file", what, None, None)
            continue
        yield from _differing(path, (), data_of(old, path), data_of(new, path), {}, {})


def data_of(content: bytes, path: str) -> Any:
    """The plain data of a YAML file. Raises InputProblems."""
    return parse_yaml(decode(content, path), path).data


def with_value(data: Any, change: ValueChange) -> Any:
    """The data with this one value as it is afterwards; what it shares with the given data is not touched."""
    return _with(data, change.keys, change)


def shown_value(value: Any) -> str:
    """A value on one line: its number where it is an entry that has one."""
    if isinstance(value, dict):
        inner = value.get("value")
        if inner is None:
            return f"an entry with {', '.join(map(str, list(value)[:4]))}" if value else "an empty entry"
        unit = value.get("unit")
        return f"{shown_value(inner)} {unit}" if unit and unit != "1" else shown_value(inner)
    if isinstance(value, list):
        return f"[{', '.join(map(shown_value, value))}]"[:LONGEST]
    if isinstance(value, bool):
        return "true" if value else "false"
    text = f"{value:f}" if isinstance(value, Decimal) else str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


# --- differing --------------------------------------------------------------------------------------------------------


def _differing(path: str, keys: Keys, old: Any, new: Any, entry: Mapping[str, Any], later: Mapping[str, Any]) -> Iterator[ValueChange]:
    """Differences below one place. ``entry`` is the nearest mapping around it that has a unit, before, and ``later`` afterwards."""
    if isinstance(old, dict) and isinstance(new, dict):
        entry, later = (old, new) if "unit" in old or "unit" in new else (entry, later)
        for key in dict.fromkeys((*old, *new)):
            if (
                key == "unit"
                and ("value" in new or "values" in new)
                and old.get("value", old.get("values")) != new.get("value", new.get("values"))
            ):
                continue  # told with the value
            yield from _differing(path, (*keys, key), old.get(key, _GONE), new.get(key, _GONE), entry, later)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for number, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from _differing(path, (*keys, number), one, other, entry, later)
    elif old != new:
        what: Literal["changed", "added", "removed"] = "added" if old is _GONE else "removed" if new is _GONE else "changed"
        was, is_ = (None if side is _GONE else side for side in (old, new))
        units = [str(side.get("unit", "")) for side in (entry, later)]
        kind = _kind(keys)
        unit = "" if kind != "value" or isinstance(is_ if is_ is not None else was, dict) else units[1]
        yield ValueChange(path, keys, kind, what, was, is_, unit, units[0] if unit and units[0] != units[1] else "")


def _kind(keys: Keys) -> Kind:
    """What a value is for, by the names around it."""
    names = [key for key in keys if isinstance(key, str)]
    if names and (names[0] in ABOUT_SOURCES or any(name in SOURCES for name in names)):
        return "source"
    if any(name in MARKS for name in names[-2:]):
        return "mark"
    return "words" if names and names[-1] in WORDS else "value"


# --- applying ---------------------------------------------------------------------------------------------------------


def _with(data: Any, keys: Sequence[str | int], change: ValueChange) -> Any:
    if not keys:
        return change.after
    first, rest = keys[0], keys[1:]
    if isinstance(data, list) and isinstance(first, int):
        return [_with(one, rest, change) if number == first else one for number, one in enumerate(data)]
    if not rest and change.what == "removed":
        return {key: value for key, value in data.items() if key != first}
    found = {**data, first: _with(data.get(first), rest, change)}
    ours = change.unit_before and "unit" in data and not _unit_below(data[first], rest)
    return found | {"unit": change.unit} if ours else found


def _unit_below(data: Any, keys: Sequence[str | int]) -> bool:
    """Whether a mapping further in, around the value, has a unit of its own."""
    for key in keys:
        if isinstance(data, dict) and "unit" in data:
            return True
        data = data[key]
    return False
