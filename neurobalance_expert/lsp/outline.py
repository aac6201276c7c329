"""What a file is made of, for the outline of an editor."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from neurobalance_expert.errors import Span
from neurobalance_expert.lsp.positions import Lines
from neurobalance_expert.source import Data, Document, Keys

Sort = Literal["rule", "condition", "test", "relation", "slot", "enum", "entry", "section"]


class Item(Struct, frozen=True):
    """One item: its name, the place of the name, offsets of the whole, and what is inside."""

    name: str
    detail: str
    sort: Sort
    at: Span
    start: int
    end: int
    inside: tuple[Item, ...] = ()


def outline(document: Document) -> list[Item]:
    """The items of a document, as far as they can be told."""
    data = document.data
    if not isinstance(data, dict):
        return []
    outliner = _Outliner(document)
    if isinstance(data.get("rules"), list):
        return list(outliner.rules(data["rules"]))
    return list(outliner.sections(data))


class _Outliner:
    def __init__(self, document: Document) -> None:
        self.doc, self.lines = document, Lines(document.text)

    def item(self, name: str, detail: str, sort: Sort, at: Span, end: int, inside: tuple[Item, ...] = ()) -> Item:
        start = self.lines.offset(at.line, at.col)
        return Item(name or "(no name)", detail, sort, at, start, max(end, start + at.length, *(i.end for i in inside), start), inside)

    def end(self, following: Span | None, limit: int) -> int:
        """Where something ends: without the blanks before what follows."""
        stop = self.lines.offset(following.line, 1) if following else limit
        return len(self.doc.text[:stop].rstrip()) if stop <= limit else limit

    def rules(self, data: list[Data]) -> Iterator[Item]:
        whole = len(self.doc.text.rstrip())
        for i, rule in enumerate(data):
            following = self.doc.at("rules", i + 1) if i + 1 < len(data) else None
            if isinstance(rule, dict):
                keys: Keys = ("rules", i)
                at = self.doc.at(*keys, "id") if "id" in rule else self.doc.at(*keys)
                inside = (*self.conditions(rule, keys), *self.tests(rule, keys))
                yield self.item(_text(rule.get("id")), _text(rule.get("title")), "rule", at, self.end(following, whole), inside)

    def conditions(self, rule: dict[str, Data], keys: Keys) -> Iterator[Item]:
        for part in ("scope", "when", "unless"):
            listed = rule.get(part)
            for i, item in enumerate(listed if isinstance(listed, list) else ()):
                name = next((k for k in item if isinstance(item[k], dict)), None) if isinstance(item, dict) else None
                if name is not None:
                    at = self.doc.at_key(*keys, part, i, name)
                    yield self.item(_text(item.get("as")) or name, part, "condition", at, 0)

    def tests(self, rule: dict[str, Data], keys: Keys) -> Iterator[Item]:
        listed = rule.get("tests")
        for i, test in enumerate(listed if isinstance(listed, list) else ()):
            if isinstance(test, dict):
                at = self.doc.at(*keys, "tests", i, "name") if "name" in test else self.doc.at(*keys, "tests", i)
                yield self.item(_text(test.get("name")), _expected(test.get("expect")), "test", at, 0)

    def sections(self, data: dict[str, Data]) -> Iterator[Item]:
        whole, names = len(self.doc.text.rstrip()), list(data)
        for number, name in enumerate(names):
            following = self.doc.at_key(names[number + 1]) if number + 1 < len(names) else None
            end = self.end(following, whole)
            inside = tuple(self.entries(name, data[name], end)) if isinstance(data[name], dict) else ()
            yield self.item(name, "", "section", self.doc.at_key(name), end, inside)

    def entries(self, section: str, data: dict[str, Data], limit: int) -> Iterator[Item]:
        names = list(data)
        sort: Sort = {"relations": "relation", "enums": "enum"}.get(section, "entry")  # type: ignore[assignment]
        for number, name in enumerate(names):
            following = self.doc.at_key(section, names[number + 1]) if number + 1 < len(names) else None
            spec = data[name]
            slots = spec.get("slots") if isinstance(spec, dict) and sort == "relation" else None
            inside = tuple(
                self.item(slot, "", "slot", self.doc.at_key(section, name, "slots", slot), 0)
                for slot in (slots if isinstance(slots, dict) else ())
            )
            detail = _text(spec.get("meaning") or spec.get("cite") or spec.get("name")) if isinstance(spec, dict) else ""
            yield self.item(name, detail, sort, self.doc.at_key(section, name), self.end(following, limit), inside)


def _text(data: Data) -> str:
    return " ".join(data.split()) if isinstance(data, str) else ""


def _expected(data: Data) -> str:
    return data.replace("_", " ") if isinstance(data, str) else ", ".join(map(str, data)) if isinstance(data, dict) else ""
