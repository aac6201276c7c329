"""The JSON Schema of a vocabulary file, made from the tables of its reader. Types that the file itself defines are let through."""

from __future__ import annotations

from neurobalance_expert.editing.schema_parts import NUMBER, TEXT, Schema, each, either, head, listed, record, words
from neurobalance_expert.fact import FINDING
from neurobalance_expert.vocabulary import BUILT_IN_TYPES, NAME, RELATION_KEYS, SLOT_KEYS, TOP_KEYS, VERSION, Vocabulary

_NAMED: Schema = {"propertyNames": {"pattern": f"^{NAME.pattern}$", "not": {"const": FINDING}}}
_TYPES_SAID = {"id": "any short text", "bool": "true or false", "number": "a number, with unit and resolution"}


def vocabulary_schema(vocabulary: Vocabulary | None = None) -> Schema:
    """JSON Schema 2020-12 of ``knowledge/vocabulary.yaml``. ``vocabulary``: its relations are known where one closes another."""
    return head("vocabulary", "neurobalance vocabulary") | vocabulary_body(vocabulary)


def vocabulary_body(vocabulary: Vocabulary | None) -> Schema:
    """The same without the head, to stand inside of another schema."""
    parts: dict[str, Schema] = {
        "vocabulary": {"const": VERSION, "description": "Version of the vocabulary."},
        "enums": each(listed(TEXT, least=1) | {"uniqueItems": True}, said="Lists of words that slots may have as their type."),
        "relations": each(_relation(vocabulary), said="What facts may say.") | _NAMED,
    }
    return record({key: parts[key] for key in TOP_KEYS}, ("relations",))


def _relation(vocabulary: Vocabulary | None) -> Schema:
    known = [name for name, r in vocabulary.relations.items() if not r.derived] if vocabulary else []
    closing = {"propertyNames": words(known)} if known else {}
    parts: dict[str, Schema] = {
        "meaning": TEXT | {"description": "What a fact of the relation says."},
        "reads": TEXT | {"description": "How explanations name such a fact, with {slot} for slots of its key."},
        "enter": TEXT | {"description": "Where a case file says it, with {slot} for slots of its key."},
        "from": words(("input", "rules"), {"input": "from the case and the model", "rules": "concluded by rules"}),
        "world": words(("open", "closed"), {"open": "no fact means not known", "closed": "no fact means it is not so"}),
        "key": listed(TEXT) | {"description": "Slots that say what a fact is about; [] for at most one fact; all slots when left out."},
        "slots": each(_slot()) | _NAMED,
        "closed_by": each({"type": "object"}) | closing | {"minProperties": 1, "maxProperties": 1, "description": "A fact that closes it."},
    }
    return record({key: parts[key] for key in RELATION_KEYS}, ("slots",))


def _slot() -> Schema:
    kind = either(
        words(BUILT_IN_TYPES, _TYPES_SAID), {"type": "string", "pattern": f"^{NAME.pattern}$"}, said="A type, or a list of 'enums'."
    )
    parts: dict[str, Schema] = {
        "type": kind,
        "unit": TEXT | {"description": 'Unit of a number; "1" for a ratio.'},
        "resolution": NUMBER | {"exclusiveMinimum": 0, "description": "Numbers are rounded to it before they are compared."},
        "meaning": TEXT | {"description": "What the value says."},
    }
    full = record({key: parts[key] for key in SLOT_KEYS}, ("type",))
    number = {"if": {"properties": {"type": {"const": "number"}}, "required": ["type"]}, "then": {"required": ["unit"]}}
    return either(full | number, {"type": "string", "pattern": f"^{NAME.pattern}$"})
