"""The everyday names of ``knowledge/foods/synonyms.yaml``, checked and in the comparable words of ``food_words``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from neurobalance_expert.errors import Problems
from neurobalance_expert.knowledge.food_words import normal
from neurobalance_expert.source import Document, in_shape

CHOICE = "choice"  # the source of an entry that is nobody's usage but our decision
PATH = "knowledge/foods/synonyms.yaml"
Words = tuple[str, ...]

# States of a food, one bit each: as bought, cooked in some way, and the way.
RAW, COOKED, DRY, MOIST, FRIED, MICROWAVED = 1, 2, 4, 8, 16, 32
METHODS = DRY | MOIST | FRIED | MICROWAVED
STATES = {  # list in the file -> bits it gives a description
    "raw": RAW,
    "raw_marks": RAW,
    "cooked": COOKED,
    "cooked_marks": COOKED,
    "dry_heat": DRY | COOKED,
    "moist_heat": MOIST | COOKED,
    "fried": FRIED | COOKED,
    "microwaved": MICROWAVED | COOKED,
}
MARKS = ("raw_marks", "cooked_marks")  # a query must meet these word by word

_WORD_SETS = (
    *("cooked_groups", "cooked_foods", "raw_foods", "absent"),
    *("ignored", "plain", "generic", "parts", "altered", "another", "neutral"),
)
_TOP = ("schema", "sources", "words", "ambiguous", "defaults", "eaten_cooked", "unlikely_groups", "absent", "reading")


class Lexicon(Struct, frozen=True):
    """What a name may mean and how the words of a description are read."""

    names: Mapping[Words, tuple[Words, ...]]  # everyday name -> wordings of the table, each tried
    alone: frozenset[Words]  # names that are our choice: they hold for the whole query, not inside "apple pie"
    ambiguous: Mapping[Words, tuple[str, ...]]  # name -> queries for its readings
    defaults: tuple[tuple[frozenset[str], frozenset[str]], ...]  # words of the query -> words preferred in the description
    cooked_groups: frozenset[str]
    cooked_foods: frozenset[str]
    raw_foods: frozenset[str]
    unlikely: Mapping[str, float]  # group -> points taken
    ignored: frozenset[str]
    classes: frozenset[Words]
    plain: frozenset[str]
    generic: frozenset[str]
    parts: frozenset[str]
    another: frozenset[str]
    absent: frozenset[str]
    neutral: frozenset[str]
    altered: frozenset[str]
    states: Mapping[str, int]  # word -> bits
    asked_states: Mapping[str, int]  # the same for words that ask for a state, whatever the wording
    unless_stated: Mapping[str, tuple[str, float]]  # "-salt" -> column and the most it may hold


@in_shape
def parse_lexicon(document: Document) -> Lexicon:
    """The lexicon of a parsed file.

    Raises:
        InputProblems: a part is missing, or an entry has no wording or names an unknown source (NB-K031).
    """
    data: dict[str, Any] = document.data if isinstance(document.data, dict) else {}
    problems = Problems(sources={document.file: document.text})
    for key in _TOP:
        if key not in data:
            problems.add("NB-K031", f"the part '{key}' is missing", document.at(), why="the food search reads all parts", fix="add it")
    problems.stop()
    _check_entries(document, problems)
    problems.stop()
    reading = data["reading"]
    ignored = _set(reading["ignored"])

    def own(text: str) -> Words:
        return tuple(word for word in normal(text) if word not in ignored)

    return Lexicon(
        names={own(name): tuple(own(wording) for wording in _many(entry["as"])) for name, entry in data["words"].items()},
        alone=frozenset(own(name) for name, entry in data["words"].items() if entry["source"] == CHOICE),
        ambiguous={own(name): tuple(entry["readings"]) for name, entry in data["ambiguous"].items()},
        defaults=tuple((frozenset(normal(entry["when"])), frozenset(normal(entry["prefer"]))) for entry in data["defaults"]),
        cooked_groups=frozenset(data["eaten_cooked"]["groups"]),
        cooked_foods=_set(data["eaten_cooked"]["foods"]),
        raw_foods=_set(data["eaten_cooked"]["foods_raw"]),
        unlikely={group: float(points) for group, points in data["unlikely_groups"]["points"].items()},
        ignored=ignored,
        classes=frozenset(own(words) for words in reading["classes"]),
        plain=_set(reading["plain"]),
        generic=_set(reading["generic"]),
        parts=_set(reading["parts"]),
        another=_set(reading["another"]),
        absent=_set(data["absent"]["names"]),
        neutral=_set(reading["neutral"]),
        altered=_set(reading["altered"]),
        states=_states(reading, STATES),
        asked_states=_states(reading, [state for state in STATES if state not in MARKS]),
        unless_stated={word: (limit["column"], float(limit["most"])) for word, limit in reading["unless_stated"].items()},
    )


def _check_entries(document: Document, problems: Problems) -> None:
    data = document.data
    keyed = [(part, key, entry) for part in ("words", "ambiguous") for key, entry in data[part].items()]
    listed = [("defaults", i, entry) for i, entry in enumerate(data["defaults"])]
    parts = [(part, None, data[part]) for part in ("eaten_cooked", "unlikely_groups", "absent")]
    needs = {"words": ("as",), "ambiguous": ("readings", "question"), "defaults": ("when", "prefer")}
    for part, key, entry in (*keyed, *listed, *parts):
        at = document.at(part, key) if key is not None else document.at(part)
        name = f"{part} {key}" if key is not None else part
        lacking = [field for field in (*needs.get(part, ()), "source") if not (isinstance(entry, dict) and entry.get(field))]
        if lacking:
            problems.add("NB-K031", f"'{name}' has no {', '.join(lacking)}", at, why="every equivalence names where it comes from")
        elif entry["source"] not in data["sources"]:
            problems.add("NB-K031", f"'{name}' names the unknown source '{entry['source']}'", at, fix="add it under sources")


def _states(reading: Mapping[str, Any], names: Iterable[str]) -> dict[str, int]:
    return {word: STATES[name] for name in names for word in _set(reading[name])}


def _many(value: Any) -> list[str]:
    return [str(v) for v in value] if isinstance(value, list) else [str(value)]


def _set(texts: Iterable[str]) -> frozenset[str]:
    """Comparable words of all texts; a joined word such as ``-salt`` is written as it is."""
    return frozenset(word for text in texts for word in ((text,) if text.startswith("-") else normal(text)))


# --- cache --------------------------------------------------------------------------------------------------------


def to_text(lexicon: Lexicon) -> NDArray[np.uint8]:
    """The lexicon as JSON in bytes, for the cache."""
    plain = {
        **{name: getattr(lexicon, name) for name in ("unlikely", "states", "asked_states", "unless_stated")},
        **{name: [[key, value] for key, value in getattr(lexicon, name).items()] for name in ("names", "ambiguous")},
        **{name: sorted(getattr(lexicon, name)) for name in _WORD_SETS},
        "defaults": [[sorted(when), sorted(prefer)] for when, prefer in lexicon.defaults],
        "classes": sorted(lexicon.classes),
        "alone": sorted(lexicon.alone),
    }
    return np.frombuffer(json.dumps(plain, separators=(",", ":")).encode(), dtype=np.uint8)


def from_text(array: NDArray[Any] | None) -> Lexicon | None:
    """The lexicon again, or None when the bytes are not one."""
    if array is None:
        return None
    try:
        plain: dict[str, Any] = json.loads(array.tobytes())
        sets: dict[str, Any] = {name: frozenset(plain[name]) for name in _WORD_SETS}
        return Lexicon(
            names={tuple(name): tuple(map(tuple, ways)) for name, ways in plain["names"]},
            ambiguous={tuple(name): tuple(readings) for name, readings in plain["ambiguous"]},
            defaults=tuple((frozenset(when), frozenset(prefer)) for when, prefer in plain["defaults"]),
            classes=frozenset(map(tuple, plain["classes"])),
            alone=frozenset(map(tuple, plain["alone"])),
            **{name: plain[name] for name in ("unlikely", "states", "asked_states")},
            unless_stated={word: (column, most) for word, (column, most) in plain["unless_stated"].items()},
            **sets,
        )
    except (ValueError, KeyError, TypeError):
        return None
