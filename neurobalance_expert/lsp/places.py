"""Who names what, where: an index of the definitions and references in rule files, vocabulary and knowledge, each with its span.

It reads documents, not compiled rules, so that what a half-finished rule names is found all the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from neurobalance_expert.lsp import places_knowledge, places_rules
from neurobalance_expert.lsp.checking import View
from neurobalance_expert.lsp.entries import Entries
from neurobalance_expert.lsp.names import Mention, Symbol
from neurobalance_expert.source import Document
from neurobalance_expert.vocabulary import Vocabulary


class Index:
    """The mentions of all files; those of a file are looked for again when its document, the vocabulary or the names of entries changed."""

    def __init__(self) -> None:
        self._files: dict[str, tuple[Document, Vocabulary | None, tuple[Mention, ...], dict[int, list[Mention]]]] = {}
        self._entries: Entries = {}

    def of_file(self, view: View, name: str) -> tuple[Mention, ...]:
        """Every mention of a file."""
        return self._of(view, name)[2]

    def at(self, view: View, name: str, line: int) -> list[Mention]:
        """The mentions of a line (from 1) of a readable document, the narrowest first."""
        return self._of(view, name)[3].get(line, [])

    def of(self, view: View, symbol: Symbol) -> list[Mention]:
        """Every mention of a symbol, in the order of files and places."""
        files = [symbol.names[0]] if symbol.kind in ("parameter", "variable", "label", "test") else sorted(view.documents)
        return [mention for name in files for mention in self.of_file(view, name) if mention.symbol == symbol]

    def definitions(self, view: View, symbol: Symbol) -> list[Mention]:
        """Where a symbol is made; a code also by rules whose code has variables that could be its parts."""
        if symbol.kind == "code":
            every = [mention for name in sorted(view.documents) for mention in self.of_file(view, name)]
            return [m for m in every if m.defines and m.symbol.kind == "code" and _fits(m.symbol.name, symbol.name)]
        return [mention for mention in self.of(view, symbol) if mention.defines]

    def _of(self, view: View, name: str) -> tuple[Document, Vocabulary | None, tuple[Mention, ...], dict[int, list[Mention]]]:
        if view.entries is not self._entries:
            if view.entries.keys() != self._entries.keys():
                self._files.clear()
            self._entries = view.entries
        document = view.documents[name]
        vocabulary = view.terms.vocabulary if view.terms else None
        kept = self._files.get(name)
        if kept is None or kept[0] is not document or kept[1] is not vocabulary:
            found = tuple(find_mentions(document, view))
            by_line: dict[int, list[Mention]] = {}
            for mention in found:
                by_line.setdefault(mention.span.line, []).append(mention)
            for there in by_line.values():
                there.sort(key=lambda m: m.span.length)
            kept = self._files[name] = document, vocabulary, found, by_line
        return kept


def _fits(written: str, code: str) -> bool:
    """Whether a code of a rule, with its variables, can read like another."""
    left, right = written.split(":"), code.split(":")
    return len(left) == len(right) and all(a == b or a.startswith("$") for a, b in zip(left, right, strict=True))


def find_mentions(document: Document, view: View) -> Iterator[Mention]:
    """Every mention of a document, by what kind of file it is."""
    data = document.data
    if not isinstance(data, dict):
        return
    if isinstance(data.get("rules"), list):
        yield from places_rules.mentions(document, view.terms.vocabulary.relations if view.terms else {}, view.entries)
    elif isinstance(data.get("relations"), dict):
        yield from places_knowledge.of_vocabulary(document)
    else:
        yield from places_knowledge.of_table(document, view.terms.references if view.terms else {}, view.entries)


def owners(view: View) -> Mapping[str, tuple[str, str]]:
    """File and number of the rule of each id, as symbols carry them."""
    found: dict[str, tuple[str, str]] = {}
    for name, document in view.documents.items():
        listed = document.data.get("rules") if isinstance(document.data, dict) else None
        for number, rule in enumerate(listed if isinstance(listed, list) else ()):
            if isinstance(rule, dict) and isinstance(rule.get("id"), str):
                found.setdefault(rule["id"], (name, str(number)))
    return found
