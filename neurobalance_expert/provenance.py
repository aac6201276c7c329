"""Where each field of a rule or of an entry of the knowledge base came from: layer, file and line, and what it replaced."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from neurobalance_expert.errors import Misuse, Span, did_you_mean
from neurobalance_expert.kb import KnowledgeFiles
from neurobalance_expert.layers import leaves
from neurobalance_expert.source import Document, Keys

BASE = "base"


class Said(Struct, frozen=True):
    """One layer's word on a field: ``how`` is set, or raised or lengthened when it stands over what a layer below said."""

    layer: str
    at: Span
    how: str
    value: Any


class FieldOrigin(Struct, frozen=True):
    """A field by its dotted name, and what each layer said of it, from the bottom; the last one counts.

    A field with fields of its own that one layer wrote stands as one, with the value None.
    """

    field: str
    said: tuple[Said, ...]

    @property
    def layer(self) -> str:
        """The layer whose word counts."""
        return self.said[-1].layer


class EntryOrigin(Struct, frozen=True):
    """An entry (``rules.lab-below-limit``, ``interactions.ppi_x_iron``), the layer that brought it, and its fields."""

    name: str
    layer: str
    at: Span
    fields: tuple[FieldOrigin, ...]


def where(files: KnowledgeFiles, name: str) -> tuple[EntryOrigin, ...]:
    """Every entry of a name, or the part of an entry that a longer name means; two files may each have a section of that name.

    Args:
        files: read without the cache, which keeps no places.
        name: ``rules.<id>`` or the id of a rule alone, ``<section>.<id>``, each with further keys: ``interactions.ppi_x_iron.severity``.

    Raises:
        Misuse: there is no such entry or no such field; the nearest name is named.
    """
    entries = _entries(files.documents)
    asked = name.removeprefix("knowledge.")
    found = [entry for entry in (asked, f"rules.{asked}") for entry in _longest(entries, entry)]
    if not found:
        raise Misuse(f"the knowledge base has no entry '{name}'; {did_you_mean(asked, entries, otherwise=_SECTIONS)}")
    out = []
    for entry in found:
        for path, keys in entries[entry]:
            rest = asked.removeprefix("rules.").removeprefix(entry.removeprefix("rules.")).strip(".") if entry != asked else ""
            fields = tuple(_fields(files, path, keys))
            named = tuple(field for field in fields if not rest or field.field == rest or field.field.startswith(f"{rest}."))
            if not named:
                known = [field.field for field in fields]
                raise Misuse(
                    f"'{entry}' has no field '{rest}'; {did_you_mean(rest, known, otherwise='its fields are ' + ', '.join(known))}"
                )
            at = files.documents[path].at_key(*keys) if not path.startswith("rules/") else files.documents[path].at(*keys, "id")
            out.append(EntryOrigin(entry, _layer(at, files), at, named))
    return tuple(out)


_SECTIONS = (
    "write rules.<id>, interactions.<id>, thresholds.<name>, conditions.<id> or another section of knowledge/*.yaml with a name in it"
)


def _entries(documents: Mapping[str, Document]) -> dict[str, list[tuple[str, Keys]]]:
    """Every entry by section and name: the documents that have it, and its keys there."""
    out: dict[str, list[tuple[str, Keys]]] = {}
    for path, document in sorted(documents.items()):
        data = document.data if isinstance(document.data, dict) else {}
        if path.startswith("rules/"):
            for number, rule in enumerate(data.get("rules", ())):
                if isinstance(rule, dict) and "id" in rule:
                    out.setdefault(f"rules.{rule['id']}", []).append((path, ("rules", number)))
            continue
        for section, entries in data.items():
            for id_ in entries if isinstance(entries, dict) else ():
                out.setdefault(f"{section}.{id_}", []).append((path, (section, id_)))
    return out


def _longest(entries: Mapping[str, Any], asked: str) -> list[str]:
    """The entry whose name is the longest beginning of what was asked."""
    parts = asked.split(".")
    for end in range(len(parts), 1, -1):
        if (start := ".".join(parts[:end])) in entries:
            return [start]
    return []


def _fields(files: KnowledgeFiles, path: str, keys: Keys) -> Iterator[FieldOrigin]:
    """The fields of an entry; one that several layers wrote stands as its parts."""
    spec: Any = files.documents[path].data
    for key in keys:
        spec = spec[key]
    if not isinstance(spec, dict):
        yield FieldOrigin("", tuple(_said(files, path, keys, None)))
        return
    for field, value in spec.items():
        here = (*keys, field)
        found = {k: tuple(_said(files, path, k, v)) for k, v in leaves(value, here).items()}
        if len({said[-1].layer for said in found.values()}) == 1 and all(len(said) == 1 for said in found.values()) and here not in found:
            first = files.documents[path].at_key(*here)
            yield FieldOrigin(str(field), (Said(_layer(first, files), first, "set", None),))
        else:
            depth = len(keys)
            yield from (FieldOrigin(".".join(map(str, k[depth:])), said) for k, said in found.items())


def _said(files: KnowledgeFiles, path: str, keys: Keys, value: Any) -> Iterator[Said]:
    """What each layer said of one field, from the bottom."""
    document = files.documents[path]
    raised = [(change, field) for change in files.changes if change.path == path for field in change.fields if field.keys == keys]
    if not raised:
        at = document.at(*keys)
        yield Said(_layer(at, files), at, "set", value)
        return
    if raised[0][1].before is not None:
        below = files.base.get(path, document)
        yield Said(_layer(below.at(*keys), files), below.at(*keys), "set", raised[0][1].before)
    later = [field.before for _, field in raised[1:]] + [value]
    for (change, field), now in zip(raised, later, strict=True):
        how = "set" if field.before is None else "lengthened" if _longer(field.before, now) else "raised"
        yield Said(change.pack, change.at, how, now)


def _longer(before: Any, now: Any) -> bool:
    return isinstance(before, str) and isinstance(now, str) and now.startswith(before)


def _layer(at: Span, files: KnowledgeFiles) -> str:
    """The pack that a file belongs to, else the base."""
    first = at.file.split("/")[0]
    return first if any(pack.name == first for pack in files.packs) else BASE


def as_data(entries: Iterable[EntryOrigin]) -> list[dict[str, Any]]:
    """``[{name, layer, at, fields: [{field, value, from: {layer, how, file, line, col}, over: [the same with value]}]}]``."""
    return [
        {
            "name": entry.name,
            "layer": entry.layer,
            "at": str(entry.at),
            "fields": [
                {
                    "field": field.field,
                    "value": field.said[-1].value,
                    "from": _place(field.said[-1]),
                    "over": [{**_place(said), "value": said.value} for said in reversed(field.said[:-1])],
                }
                for field in entry.fields
            ],
        }
        for entry in entries
    ]


def _place(said: Said) -> dict[str, Any]:
    return {"layer": said.layer, "how": said.how, "file": said.at.file, "line": said.at.line, "col": said.at.col}
