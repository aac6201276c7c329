"""Pieces that the schemas are put together from: JSON Schema 2020-12 as plain dictionaries."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from neurobalance_expert.rules.parse import GRADES
from neurobalance_expert.rules.reading import VARIABLE

Schema = dict[str, Any]

DRAFT = "https://json-schema.org/draft/2020-12/schema"
ANY: Schema = {}
NUMBER: Schema = {"type": "number"}
FLAG: Schema = {"type": "boolean"}
TEXT: Schema = {"type": "string", "pattern": r"\S"}
TEXTS: Schema = {"type": "array", "items": TEXT}
GRADE: Schema = {"enum": list(GRADES), "description": "Grade of the evidence: A several human studies agree … D contested or a choice."}
VARIABLE_NAME: Schema = {"type": "string", "pattern": f"^{VARIABLE.pattern}$"}

_DECIMAL = r"[-+]?[0-9]+(\.[0-9]+)?"


def head(name: str, title: str) -> Schema:
    """The first keys of a schema."""
    return {"$schema": DRAFT, "$id": f"urn:neurobalance:{name}:1", "title": title}


def record(fields: Mapping[str, Schema], required: Iterable[str] = (), *, more: bool = False, said: str = "") -> Schema:
    """A mapping with these keys, and others only with ``more``."""
    out: Schema = {"type": "object", "properties": dict(fields)}
    if said:
        out["description"] = said
    if list(required):
        out["required"] = list(required)
    return out if more else out | {"additionalProperties": False}


def each(value: Schema, *, said: str = "") -> Schema:
    """A mapping from any name to values of one shape."""
    out: Schema = {"type": "object", "additionalProperties": value}
    return out | {"description": said} if said else out


def listed(item: Schema, *, least: int = 0) -> Schema:
    """A list of items of one shape."""
    return {"type": "array", "items": item} | ({"minItems": least} if least else {})


def one_or_more(value: Schema) -> Schema:
    """A value, or a list of such values."""
    return {"anyOf": [value, listed(value, least=1)]}


def either(*values: Schema, said: str = "") -> Schema:
    """One of several shapes."""
    return {"anyOf": list(values)} | ({"description": said} if said else {})


def words(names: Collection[str], said: Mapping[str, str] | None = None, *, what: str = "") -> Schema:
    """One of a closed list, each with what it means where that is known."""
    out: Schema = {"enum": list(names)}
    if said:
        out["enumDescriptions"] = [said.get(name, "") for name in names]
    return out | ({"description": what} if what else {})


def offered(names: Collection[str], other: Schema, said: Mapping[str, str] | None = None) -> Schema:
    """Text of some form, of which these are completed: for a set that the file itself, or one beside it, may add to."""
    return either(words(names, said), other) if names else other


def quantity(units: Iterable[str]) -> Schema:
    """Text that holds a number, bare or with one of these units."""
    known = "|".join(re.escape(unit).replace("/", "\\/") for unit in units)
    return {"type": "string", "pattern": rf"^\s*{_DECIMAL}(\s*({known}))?\s*$"}
