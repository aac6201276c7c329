"""The JSON Schema of a case file, made from the field table that the loader uses.

It is stricter than the loader: a file that conforms loads without a refused value, except for what only the knowledge base can judge
(names, units, plausible amounts). The kinds of protein and carbohydrate are few, so the schema lists them.
"""

from __future__ import annotations

from typing import Any

from neurobalance_expert.cases.fields import CASE, SCHEMA, TEXT_LENGTH, Field, Shape
from neurobalance_expert.knowledge.names_data import Names, Range

Schema = dict[str, Any]

_DATE = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_CLOCK = "^([01]?[0-9]|2[0-3]):[0-5][0-9]$"


def case_schema(names: Names) -> Schema:
    """JSON Schema 2020-12 of ``neurobalance/case/1``. ``names`` gives the limits of what is believed and the known names as examples."""
    body = _record(CASE, names)
    body["properties"]["schema"] = {"const": SCHEMA, "description": CASE.field("schema").meaning}
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "urn:neurobalance:case:1", "title": "neurobalance case"}
    return head | body


def _record(shape: Shape, names: Names) -> Schema:
    out: Schema = {
        "type": "object",
        "description": shape.meaning,
        "additionalProperties": False,
        "properties": {f.key: _field(shape, f, names) for f in shape.fields},
    }
    required = [f.key for f in shape.fields if f.required]
    if required:
        out["required"] = required
    if shape.any_of:
        out["anyOf"] = [{"required": [key], "properties": {key: {"not": {"type": "null"}}}} for key in shape.any_of]
    return out


def _field(shape: Shape, field: Field, names: Names) -> Schema:
    value = _value(shape, field, names)
    out: Schema = {"description": field.meaning}
    if field.example is not None:
        out["examples"] = _examples(shape, field, names)
    return out | (value if field.required else {"anyOf": [value, {"type": "null"}]})


def _examples(shape: Shape, field: Field, names: Names) -> list[Any]:
    known = {"substance": names.substances, "id": names.conditions, "analyte": names.analytes}
    return [field.example] + (sorted(known[field.key]) if field.kind == "name" and field.key in known else [])


def _value(shape: Shape, field: Field, names: Names) -> Schema:
    """The schema of a value that is not null."""
    if field.shape is not None:
        record = _record(field.shape, names)
        if field.kind == "record":
            return record
        if field.kind == "parts":
            return {"type": "object", "additionalProperties": record}
        return {"type": "array", "items": record, "maxItems": field.most}
    simple: dict[str, Schema] = {
        "number": _number(shape, field, names),
        "whole": _number(shape, field, names) | {"type": "integer"},
        "flag": {"type": "boolean"},
        "choice": {"enum": list(field.choices)},
        "date": {"type": "string", "format": "date", "pattern": _DATE},
        "time": {"type": "string", "pattern": _CLOCK},
        "times": {"type": "array", "items": {"type": "string", "pattern": _CLOCK}, "maxItems": field.most},
        "texts": {"type": "array", "items": {"type": "string", "maxLength": TEXT_LENGTH}, "maxItems": field.most},
        "amounts": _amounts(field),
    }
    if shape.name == "composition" and field.kind == "name":
        return {"enum": list(names.kinds[field.key.removesuffix("_kind")])}
    return simple.get(field.kind, {"type": "string", "minLength": 1 if field.kind == "name" else 0, "maxLength": field.most or TEXT_LENGTH})


def _number(shape: Shape, field: Field, names: Names) -> Schema:
    limits = names.plausibility.person.get(field.key, Range()) if shape.name == "person" else Range()
    if shape.name == "food" and field.key == "grams":
        limits = names.plausibility.food_item_g
    out: Schema = {"type": "number", "minimum": _plain(limits.min) if limits.min is not None else 0}
    return out | ({"maximum": _plain(limits.max)} if limits.max is not None else {})


def _plain(value: Any) -> int | float:
    return int(value) if value == int(value) else float(value)


def _amounts(field: Field) -> Schema:
    number: Schema = {"type": "number", "minimum": 0}
    if not field.choices:
        return {"type": "object", "additionalProperties": number}
    return {"type": "object", "additionalProperties": False, "properties": dict.fromkeys(field.choices, number)}
