"""How far the numbers of a knowledge base were checked: every entry with a mark, by file.

An entry is a mapping with ``verified`` or ``origin``; ``marks:`` at the top of a file speak for the whole file. The mark is the origin
(``seen``, ``derived``, ``memory``, ``fitted``, ``choice``), or ``not stated`` where there is none. The date is when its reference was read.
Equation, EC numbers, genes and co-factors of a reaction are an entry each: seen where its ``read`` names them, else as the file is marked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from neurobalance_expert import source

NOT_STATED = "not stated"
PARTS_OF_A_REACTION = ("equation", "ec", "genes", "cofactors")  # an entry each; the marks of their file speak for what was not read
ABOUT = ("references.yaml", "claims.yaml")  # files about sources and sentences, not numbers


class Entry(Struct, frozen=True):
    """One marked entry: its file inside ``knowledge/``, its dotted name, and what is known of its origin."""

    file: str
    name: str
    mark: str
    verified: bool
    sources: tuple[str, ...]
    read: str  # date on which the first source was read that says one; "" when not known


def marked_entries(kb: Path, references: Mapping[str, Any]) -> list[Entry]:
    """Every marked entry of the knowledge base, in the order of files and places.

    Raises:
        InputProblems: a file cannot be parsed.
    """
    found: list[Entry] = []
    for path in sorted((kb / "knowledge").rglob("*.yaml")):
        name = path.relative_to(kb / "knowledge").as_posix()
        if name not in ABOUT:
            data = source.load(path, shown_as=f"knowledge/{name}").data
            if isinstance(data, dict) and "reactions" in data:
                found += _parts(data, name, references)
            else:
                found += _entries(data, name, (), references)
    return found


def by_file(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    """The entries of each file."""
    out: dict[str, list[Entry]] = {}
    for entry in entries:
        out.setdefault(entry.file, []).append(entry)
    return out


def oldest_first(entries: Iterable[Entry]) -> list[Entry]:
    """Dated ones by their date, then those of unknown date; equal ones in their order."""
    return sorted(entries, key=lambda entry: (not entry.read, entry.read))


def _entries(data: Any, file: str, at: tuple[str, ...], references: Mapping[str, Any]) -> Iterator[Entry]:
    if isinstance(data, dict):
        if ("verified" in data or "origin" in data) and "sources" not in at[:1]:
            sources = _sources(data.get("source", data.get("ref", ())))
            verified = data.get("verified") is True
            mark = str(data["origin"]) if "origin" in data else "seen" if verified else NOT_STATED
            yield Entry(file, ".".join(at) or "the file", mark, verified, sources, _read(sources, references))
        for key, value in data.items():
            yield from _entries(value, file, (*at, str(key)), references)
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from _entries(value, file, (*at, str(number)), references)


def _parts(data: Mapping[str, Any], file: str, references: Mapping[str, Any]) -> Iterator[Entry]:
    marks = data.get("marks", {})
    for name, reaction in data["reactions"].items():
        for part in PARTS_OF_A_REACTION:
            if part in reaction:
                read = part in reaction.get("read", ())
                sources = _sources((reaction if read else marks).get("source", ()))
                mark = "seen" if read else str(marks.get("origin", NOT_STATED))
                yield Entry(file, f"reactions.{name}.{part}", mark, read, sources, _read(sources, references))


def _sources(named: Any) -> tuple[str, ...]:
    return tuple(map(str, named)) if isinstance(named, list) else (str(named),) if named else ()


def _read(sources: tuple[str, ...], references: Mapping[str, Any]) -> str:
    for name in sources:
        reference = references.get(name)
        read = reference.get("read") if isinstance(reference, dict) else None
        if isinstance(read, dict) and read.get("date"):
            return str(read["date"])
    return ""
