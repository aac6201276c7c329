"""Corruptions of case files that must be noticed, and what counts as noticed.

Each mutator takes one field that a case states and makes it impossible; the field table of the program (``cases/fields.py``) says
what is possible. Noticed means: the file is refused with a problem that stands at this field or names it, or the case has a remark
that stands there and the assessment has the finding of this remark (``INVALID``, ``MISS``, ``CONFLICT``, ``CONFIRM``). Changes that
leave a case legal (an optional field removed, another number, another order) must only be survived; ``mutate.tangled`` and
``mutate.garbled`` make those.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from neurobalance_expert.cases.fields import CASE, Field, Shape
from neurobalance_expert.cases.scalars import clean
from neurobalance_expert.cases.types import Case, Remark
from neurobalance_expert.errors import InputProblems
from neurobalance_expert.outcome import Assessment
from neurobalance_expert.source import Document, parse_yaml
from tests.fuzz.mutate import Data, Keys, Raw, removed, renamed, replaced, value_at, written

Made = tuple[str, Keys]  # the text of the changed case, and the place whose corruption must be noticed

NUMBERS = (
    "-1", "-0.001", ".nan", "NaN", "Infinity", "-Infinity", ".inf", "1e309", "9" * 400, "1" + "0" * 30, "0." + "1" * 39, "true",
    "false", '"12"', '"1,5"',
    '"1 000"', '"lots"', '"1e3"', '"0x1F"', '"１２"', '""', '"12 mg mg"',
)  # fmt: skip
TIMES = ('"24:00"', '"25:10"', '"7:5"', '"07:60"', '"noon"', "730", "7.5", "true", '"07:30:00"', '"-1:00"', '"٠٧:٣٠"', '""')
DATES = ('"2026-02-30"', '"2026-13-01"', '"02.03.2026"', '"today"', "20260302", "true", '"1899-01-01"', '"9999-01-01"', '"2026-2-3"', '""')
FLAGS = ('"yes"', '"true"', '"no"', "0", "1", '"on"', '""')
CHOICES = ('"purple"', "1", "true", '"femаle"', '""', '"omnivore or vegan"')  # the third with a Cyrillic letter
GIBBERISH = ("zzqxv", "kjhgfd wqxz", "ａｂｃｘｙｚ", "???", "0", "{{7*7}}", "<script>", "../../etc", "=cmd()", "xenobarbitonol")
CONTAINERS = ("[]", "{}", "[1]", '{"x": 1}', "[[[]]]")
LOOKALIKES = str.maketrans({"a": "а", "e": "е", "o": "о", "c": "с", "p": "р", "x": "х", "i": "і"})  # Latin to Cyrillic
HIDDEN = ("\u200b", "\u202e", "\u00ad", "\x07", "\ufeff")

# Names that are looked up; product, form, measure and the like are kept as they were written.
SOUGHT = {("food", "name"), ("supplement", "substance"), ("medication", "ingredient"), ("condition", "id"), ("lab", "analyte")}
FAMILIES = {"invalid": "INVALID:", "conflict": "CONFLICT:", "missing": "MISS:", "confirm": "CONFIRM:", "unrecognised": "MISS:"}


def stated(data: Data, shape: Shape = CASE, at: Keys = ()) -> Iterator[tuple[Keys, Shape, Field]]:
    """Every field of the table that a case states, with its place."""
    if not isinstance(data, dict):
        return
    for field in shape.fields:
        value = data.get(field.key)
        if value is None:
            continue
        here = (*at, field.key)
        yield here, shape, field
        if field.shape is None:
            continue
        if field.kind == "record":
            yield from stated(value, field.shape, here)
        elif isinstance(value, (list, dict)):
            for key, item in value.items() if isinstance(value, dict) else enumerate(value):
                yield from stated(item, field.shape, (*here, key))


def _scalar(random: Random, data: Data, keys: Keys, tokens: tuple[str, ...]) -> Made:
    return written(replaced(data, keys, Raw(random.choice(tokens)))), keys


def impossible_value(random: Random, data: Data, keys: Keys, shape: Shape, field: Field) -> Made | None:
    """A number, time, date, flag or word that cannot be."""
    tokens = {"number": NUMBERS, "whole": (*NUMBERS, "1.5"), "time": TIMES, "date": DATES, "flag": FLAGS, "choice": CHOICES}.get(field.kind)
    return _scalar(random, data, keys, tokens) if tokens else None


def wrong_container(random: Random, data: Data, keys: Keys, shape: Shape, field: Field) -> Made | None:
    """A list or a mapping where a single value belongs, or the other way about."""
    inner = field.kind in ("record", "records", "times", "texts", "amounts", "parts")
    return _scalar(random, data, keys, ("5", '"x"', "true") if inner else CONTAINERS)


def unknown_name(random: Random, data: Data, keys: Keys, shape: Shape, field: Field) -> Made | None:
    """A name that no table has."""
    if (shape.name, field.key) not in SOUGHT:
        return None
    return written(replaced(data, keys, random.choice(GIBBERISH))), keys


def lookalike_name(random: Random, data: Data, keys: Keys, shape: Shape, field: Field) -> Made | None:
    """A known name with one letter from another script, or with a character that does not show."""
    name = value_at(data, keys)
    if (shape.name, field.key) not in SOUGHT or not isinstance(name, str):
        return None
    if random.random() < 0.3:
        at = random.randint(1, len(name) - 1) if len(name) > 1 else 0
        return written(replaced(data, keys, name[:at] + random.choice(HIDDEN) + name[at:])), keys
    letters = [i for i, letter in enumerate(name) if letter.translate(LOOKALIKES) != letter]
    if not letters:
        return None
    at = random.choice(letters)
    return written(replaced(data, keys, name[:at] + name[at].translate(LOOKALIKES) + name[at + 1 :])), keys


def unknown_key(random: Random, data: Data, keys: Keys, shape: Shape, field: Field) -> Made | None:
    """A misspelt key, or one that no version has."""
    key = field.key
    name = random.choice([key[:-1], key + "x", key.upper(), f"{key} ", "x_" + key, "оne", "__class__"])
    return (written(renamed(data, keys, name)), (*keys[:-1], name)) if name and name not in shape.keys else None


def no_required_key(random: Random, data: Data, keys: Keys, shape: Shape, field: Field) -> Made | None:
    """A required key removed or emptied."""
    if not field.required:
        return None
    return (written(removed(data, keys)) if random.random() < 0.5 else written(replaced(data, keys, None))), keys


def key_twice(random: Random, data: Data, keys: Keys, shape: Shape, field: Field) -> Made | None:
    """The same key a second time."""
    return written(data, keys), keys


def unit_of_nothing(random: Random, data: Data, keys: Keys, shape: Shape, field: Field) -> Made | None:
    """A dose in capsules, drops, or a unit that nobody knows; a laboratory value in a unit of another kind."""
    row = value_at(data, keys[:-1])
    if field.key != "unit" or shape.name not in ("supplement", "lab", "component") or "components" in row or "composition" in row:
        return None  # what is stated by its contents may be counted in capsules
    return _scalar(random, data, keys, ('"blobs"', '"mg/dag"', '"%"', '"IE"', '"mgg"', '"kg2"', '"м"', '"capsule"'))


MUTATORS: tuple[Callable[[Random, Data, Keys, Shape, Field], Made | None], ...] = (
    impossible_value, impossible_value, impossible_value, wrong_container, unknown_name, lookalike_name, unknown_key,
    no_required_key, key_twice,
    unit_of_nothing,
)  # fmt: skip


def corrupted(data: Data, random: Random) -> tuple[str, Made]:
    """One field of a case made impossible: name of the mutator, new text, place."""
    while True:
        keys, shape, field = random.choice(list(stated(data)))
        mutator = random.choice(MUTATORS)
        made = mutator(random, data, keys, shape, field)
        if made is not None and not _same(made[0], data):
            return mutator.__name__, made


def _same(text: str, data: Data) -> bool:
    """Whether the text still says what the data did, as where something impossible stood there before."""
    try:
        return bool(parse_yaml(text, "x.yaml").data == data)
    except InputProblems:
        return False


def refusal_names(error: InputProblems, document: Document | None, keys: Keys) -> bool:
    """Whether a problem stands at the field or around it, or names its key."""
    key = str(keys[-1])
    at = {document.at(*keys), document.at_key(*keys), document.at(*keys[:-1])} if document else set()
    return any(problem.at in at or f"'{key.strip()[:100]}" in problem.what for problem in error.problems)


def report_names(case: Case, assessment: Assessment, document: Document, keys: Keys, before: frozenset[Any]) -> bool:
    """Whether a new remark stands at the field, or at the entry that it belongs to, and its finding is in the assessment."""
    spans = {document.at(*keys), *(document.at(*keys[:end]) for end in range(max(1, len(keys) - 2), len(keys)))}
    codes = {finding.code for finding in assessment.findings}
    if keys[0] == "foods" and keys[-1] == "name":  # looked for in the table, after the case has been read
        return any(code.startswith("MISS:food:") and code.endswith(clean(value_at(document.data, keys))) for code in codes) or any(
            code.startswith("INVALID:food.name") for code in codes
        )
    return any(
        remark.at in spans and any(code in codes for code in _codes(remark)) for remark in case.remarks if key_of(remark) not in before
    )


def key_of(remark: Remark) -> tuple[str, str, str]:
    """What makes two remarks the same, wherever they stand."""
    return remark.kind, remark.field, remark.text


def _codes(remark: Remark) -> tuple[str, ...]:
    family = FAMILIES[remark.kind]
    return (f"{family}{remark.field}", "MISS:unrecognised_name") if remark.kind == "unrecognised" else (f"{family}{remark.field}",)
