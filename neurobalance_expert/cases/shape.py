"""Does a parsed file have the shape of a case? Every place where it does not is a problem; values are judged later."""

from __future__ import annotations

from decimal import Decimal

from neurobalance_expert.cases.fields import CASE, SCHEMA, TEXT_LENGTH, Field, Shape
from neurobalance_expert.errors import Problems, did_you_mean
from neurobalance_expert.source import Data, Document, Keys

_LISTS = ("times", "texts", "records")
_MAPS = ("amounts", "parts", "record")
_MOST_ENTRIES = 60  # of an object
MOST_PROBLEMS = 100  # that are listed; a file with more is another kind of file


def check_case_shape(document: Document, keys: Keys, problems: Problems) -> None:
    """Note every problem of shape under ``keys``: containers, unknown and missing keys, lengths, the schema name."""
    data = _under(document, keys)
    if not isinstance(data, dict):
        what = "the file is empty" if data is None else f"a case is an object of named fields, and this is {kind_of(data)}"
        fix = f"begin the file with 'schema: {SCHEMA}', then person, diary_date and foods"
        problems.add("NB-C001", what, document.at(*keys), fix=fix)
        return
    if "cases" in data and "foods" not in data:
        fix = "write each 'input:' object to a file of its own, or to one line of a .jsonl file"
        problems.add("NB-C001", "this file holds several cases under 'cases:'", document.at_key(*keys, "cases"), fix=fix)
        return
    _check_schema(document, keys, data, problems)
    _check_record(document, keys, CASE, data, problems)
    if len(problems.found) > MOST_PROBLEMS:
        del problems.found[MOST_PROBLEMS:]
        what = f"there are more problems than the {MOST_PROBLEMS} that are listed"
        problems.add("NB-C009", what, document.at(*keys), fix="mend these first, and look whether the file is a case at all")


def kind_of(data: Data) -> str:
    """What a piece of data is, in words.

    >>> kind_of([])
    'a list'
    """
    if data is None:
        return "empty"
    if isinstance(data, bool):
        return "true" if data else "false"
    if isinstance(data, Decimal):
        return "a number"
    return "text" if isinstance(data, str) else "a list" if isinstance(data, list) else "an object"


def _under(document: Document, keys: Keys) -> Data:
    data = document.data
    for key in keys:
        data = data[key]
    return data


def _check_schema(document: Document, keys: Keys, data: dict[str, Data], problems: Problems) -> None:
    stated = data.get("schema")
    if isinstance(stated, str) and stated != SCHEMA:
        problems.add(
            "NB-C005",
            f"the schema is '{stated[:100]}'",
            document.at(*keys, "schema"),
            label=f"expected {SCHEMA}",
            why="the fields and their meaning depend on the version",
            fix=f"write 'schema: {SCHEMA}' if the file follows it",
        )


def _check_record(document: Document, keys: Keys, shape: Shape, data: dict[str, Data], problems: Problems) -> None:
    if len(data) > _MOST_ENTRIES:
        what = f"a {shape.name} has {len(data):,} fields"
        problems.add("NB-C006", what, document.at(*keys), label=f"at most {_MOST_ENTRIES}", fix="look whether this is a case at all")
        return
    for key in data:
        if len(problems.found) > MOST_PROBLEMS:
            return
        if key not in shape.keys:
            near = did_you_mean(key, shape.keys, otherwise=f"a {shape.name} has {', '.join(shape.keys)}")
            why = "a field that is not read would be lost without a word"
            problems.add("NB-C003", f"a {shape.name} has no field '{key[:100]}'", document.at_key(*keys, key), why=why, fix=near)
    for field in shape.fields:
        value = data.get(field.key)
        if value is not None:
            _check_field(document, (*keys, field.key), shape, field, value, problems)
        elif field.required:
            where = document.at_key(*keys, field.key) if field.key in data else document.at(*keys)
            fix = f"add '{field.key}: {_plain(field)}'"
            problems.add("NB-C002", f"the {shape.name} has no '{field.key}'", where, why=field.meaning, fix=fix)
    if shape.any_of and all(data.get(key) is None for key in shape.any_of):
        either = " nor ".join(f"'{key}'" for key in shape.any_of)
        fix = f"add '{shape.any_of[0]}: {shape.field(shape.any_of[0]).example}'"
        problems.add(
            "NB-C007", f"the {shape.name} has neither {either}", document.at(*keys), why="without it nobody can say what it is", fix=fix
        )


def _plain(field: Field) -> str:
    if field.kind == "records":
        return "[]"
    return "{…}" if field.kind == "record" else str(field.example)


def _check_field(document: Document, keys: Keys, shape: Shape, field: Field, value: Data, problems: Problems) -> None:
    wanted = "a list" if field.kind in _LISTS else "an object" if field.kind in _MAPS else "a single value"
    found = "a list" if isinstance(value, list) else "an object" if isinstance(value, dict) else "a single value"
    if found != wanted:
        _wrong(document, keys, f"'{field.key}' of a {shape.name} must be {wanted}, and this is {kind_of(value)}", _example(field), problems)
        return
    most = field.most or (_MOST_ENTRIES if field.kind in _MAPS else TEXT_LENGTH)
    if isinstance(value, (list, str, dict)) and len(value) > most:
        unit = "characters" if isinstance(value, str) else "entries"
        fix = "shorten it" if isinstance(value, str) else "split the case"
        problems.add(
            "NB-C006", f"'{field.key}' of a {shape.name} has {len(value):,} {unit}", document.at(*keys), label=f"at most {most:,}", fix=fix
        )
        return
    if field.kind in ("text", "name") and isinstance(value, bool):
        _wrong(
            document,
            keys,
            f"'{field.key}' of a {shape.name} must be text, and this is {kind_of(value)}",
            "put the text in quotes",
            problems,
        )
    elif field.kind in ("times", "texts"):
        for i, item in enumerate(value):
            if item is None or isinstance(item, (list, dict, bool)):
                _wrong(
                    document,
                    (*keys, i),
                    f"an entry of '{field.key}' must be a single value, and this is {kind_of(item)}",
                    _example(field),
                    problems,
                )
            elif isinstance(item, str) and len(item) > TEXT_LENGTH:
                problems.add("NB-C006", f"an entry of '{field.key}' has {len(item):,} characters", document.at(*keys, i), fix="shorten it")
    elif field.kind == "amounts":
        _check_amounts(document, keys, field, value, problems)
    elif field.shape is not None:
        _check_shaped(document, keys, field, field.shape, value, problems)


def _check_shaped(document: Document, keys: Keys, field: Field, shape: Shape, value: Data, problems: Problems) -> None:
    if field.kind == "record":
        _check_record(document, keys, shape, value, problems)
        return
    for key, item in value.items() if field.kind == "parts" else enumerate(value):
        if isinstance(item, dict):
            _check_record(document, (*keys, key), shape, item, problems)
        else:
            _wrong(
                document, (*keys, key), f"a {shape.name} must be an object, and this is {kind_of(item)}", _example_record(shape), problems
            )


def _check_amounts(document: Document, keys: Keys, field: Field, value: dict[str, Data], problems: Problems) -> None:
    for key, item in value.items():
        if field.choices and key not in field.choices:
            near = did_you_mean(key, field.choices, otherwise=f"one of {', '.join(field.choices)}")
            problems.add("NB-C003", f"'{field.key}' has no '{key[:100]}'", document.at_key(*keys, key), fix=near)
        elif isinstance(item, (list, dict)):
            _wrong(document, (*keys, key), f"'{key[:100]}' must be a number, and this is {kind_of(item)}", _example(field), problems)


def _wrong(document: Document, keys: Keys, what: str, fix: str, problems: Problems) -> None:
    problems.add("NB-C004", what, document.at(*keys), fix=fix)


def _example(field: Field) -> str:
    if field.kind == "records" and field.shape:
        return f"write '{field.key}: []', or a list of entries such as {_record(field.shape)}"
    if field.kind == "record" and field.shape:
        return _example_record(field.shape)
    if field.kind in ("times", "texts") and isinstance(field.example, list):
        return f"write '{field.key}: [{field.example[0]}]'"
    return f"write '{field.key}: {_flow(field.example)}'"


def _example_record(shape: Shape) -> str:
    return f"write {_record(shape)}"


def _record(shape: Shape) -> str:
    """An object with the first fields of the table that matter, as a writer would type it."""
    keys = [f for f in shape.fields if f.required or f.key in shape.any_of[:1]] or list(shape.fields[:2])
    return "{" + ", ".join(f"{f.key}: {f.example}" for f in keys) + "}"


def _flow(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}: {_flow(v)}" for k, v in value.items()) + "}"
    return str(value)
