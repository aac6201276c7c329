"""What vocabulary and knowledge files name: relations, slots, enums, thresholds, references."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from neurobalance_expert.lsp.entries import INGREDIENT, Entries, named_in_table
from neurobalance_expert.lsp.names import Mention, Symbol
from neurobalance_expert.source import Data, Document, Keys
from neurobalance_expert.vocabulary import BUILT_IN_TYPES

THRESHOLD = "knowledge.thresholds."
CITING = ("source", "sources", "ref", "refs")


def of_vocabulary(doc: Document) -> Iterator[Mention]:
    """Relations, slots, enums and their values."""
    enums = doc.data.get("enums")
    for name, values in enums.items() if isinstance(enums, dict) else ():
        yield Mention(Symbol("enum", (name,)), doc.at_key("enums", name), defines=True, whole=True)
        for i, value in enumerate(values if isinstance(values, list) else ()):
            yield Mention(Symbol("value", (name, str(value))), doc.at("enums", name, i), defines=True, whole=True)
    for name, spec in doc.data["relations"].items():
        at: Keys = ("relations", name)
        yield Mention(Symbol("relation", (name,)), doc.at_key(*at), defines=True, whole=True)
        if isinstance(spec, dict):
            yield from _of_relation(doc, name, spec, at)


def _of_relation(doc: Document, name: str, spec: Mapping[str, Data], at: Keys) -> Iterator[Mention]:
    slots = spec.get("slots")
    for slot, of_slot in slots.items() if isinstance(slots, dict) else ():
        here = (*at, "slots", slot)
        yield Mention(Symbol("slot", (name, slot)), doc.at_key(*here), defines=True, whole=True)
        kind, place = (of_slot.get("type"), (*here, "type")) if isinstance(of_slot, dict) else (of_slot, here)
        if isinstance(kind, str) and kind not in BUILT_IN_TYPES:
            yield Mention(Symbol("enum", (kind,)), doc.at(*place), whole=True)
    keys = spec.get("key")
    for i, slot in enumerate(keys if isinstance(keys, list) else ()):
        yield Mention(Symbol("slot", (name, str(slot))), doc.at(*at, "key", i), whole=True)
    closing = spec.get("closed_by")
    for other, values in closing.items() if isinstance(closing, dict) else ():
        yield Mention(Symbol("relation", (other,)), doc.at_key(*at, "closed_by", other), whole=True)
        for slot in values if isinstance(values, dict) else ():
            yield Mention(Symbol("slot", (other, slot)), doc.at_key(*at, "closed_by", other, slot), whole=True)


def of_table(doc: Document, references: Mapping[str, object], entries: Entries) -> Iterator[Mention]:
    """Thresholds, references and entries of names where they are defined, and wherever a table names them."""
    made = [(*symbol, keys) for symbol, (file, keys) in entries.items() if file == doc.file]
    for table, name, keys in made:
        span = doc.at(*keys) if table == INGREDIENT else doc.at_key(*keys)
        yield Mention(Symbol("entry", (table, name)), span, defines=True, whole=True)
    taken = {keys for _, _, keys in made}
    for named in named_in_table(doc.data):
        found = next((table for table in named.tables if (table, named.id) in entries), None)
        if found is not None and named.keys not in taken:
            span = doc.at_key(*named.keys) if named.key else doc.at(*named.keys)
            yield Mention(Symbol("entry", (found, named.id)), span, whole=True)
    for section in ("references", "sources"):
        entries = doc.data.get(section)
        for key, entry in entries.items() if isinstance(entries, dict) else ():
            if isinstance(entry, dict) and key in references:
                yield Mention(Symbol("reference", (key,)), doc.at_key(section, key), defines=True, whole=True)
    thresholds = doc.data.get("thresholds")
    for key in thresholds if isinstance(thresholds, dict) else ():
        yield Mention(Symbol("threshold", (THRESHOLD + key,)), doc.at_key("thresholds", key), defines=True, whole=True)
    yield from _named(doc, doc.data, (), references, citing=False)


def _named(doc: Document, data: Data, keys: Keys, references: Mapping[str, object], *, citing: bool) -> Iterator[Mention]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _named(doc, value, (*keys, key), references, citing=key in CITING)
    elif isinstance(data, list):
        for i, value in enumerate(data):
            yield from _named(doc, value, (*keys, i), references, citing=citing)
    elif isinstance(data, str) and citing and data in references:
        yield Mention(Symbol("reference", (data,)), doc.at(*keys), whole=True)
    elif isinstance(data, str) and data.startswith(THRESHOLD):
        yield Mention(Symbol("threshold", (data,)), doc.at(*keys), whole=True)
