"""Which kind of protein and of carbohydrate each food of the table is: ``knowledge/foods/kinds.yaml``, checked against the table.

The kinds are the names of the speeds in ``knowledge/plasma.yaml``. What is known of a row is computed once for a knowledge base and kept
in the cache as two arrays, because no assessment should wait for it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from neurobalance_expert import source
from neurobalance_expert.errors import Problems, did_you_mean
from neurobalance_expert.knowledge import food_cache
from neurobalance_expert.knowledge.foods import FoodTable
from neurobalance_expert.source import Document, Keys, in_shape

PATH = "knowledge/foods/kinds.yaml"
CACHE_FORMAT = "food-kinds-1"
PARTS = ("protein", "carbohydrate")
MIXED = "mixed"  # the kind of an entry that says: none
_PLACES = ("groups", "begin", "foods")  # where an entry looks; the later, the narrower
_MARKS = ("source", "origin", "verified", "evidence", "note")
_WORDS = {"origin": ("seen", "memory", "derived", "fitted", "choice"), "verified": (True, False), "evidence": ("A", "B", "C", "D")}


class Kind(Struct, frozen=True):
    """What the protein and the carbohydrate of a food or a meal count as, by the names of their speeds; '' is of unstated kind."""

    protein: str = ""
    carbohydrate: str = ""
    drink: bool = False  # protein that need not be ground first


class FoodKinds(Struct, frozen=True):
    """The kind of every food, and what makes a meal be of one kind."""

    share: float  # least share of the protein or carbohydrate of a meal, above 0.5 to 1
    stated_solid: frozenset[str]  # kinds of protein that are no drink when a case states them
    names: Mapping[str, tuple[str, ...]]  # part -> kinds by their numbers, '' first
    rows: NDArray[np.int8]  # (part and drink, food) numbers of kinds; 1 where the protein is that of a drink

    def of_row(self, row: int) -> Kind:
        """The kind of a food of the table, which has none at row -1."""
        if row < 0:
            return Kind()
        protein, carbohydrate, drink = self.rows[:, row].tolist()
        return Kind(self.names["protein"][protein], self.names["carbohydrate"][carbohydrate], bool(drink))

    def stated(self, protein: str, carbohydrate: str) -> Kind:
        """The kind of an item whose composition names it; '' where it does not."""
        return Kind(protein, carbohydrate, bool(protein) and protein not in self.stated_solid)


def load_food_kinds(
    kb: Path,
    table: FoodTable,
    known: Mapping[str, Collection[str]],
    references: Mapping[str, object],
    digest: str,
    cache: Path | None = None,
) -> FoodKinds:
    """The kinds of the foods of a knowledge base.

    Args:
        kb: Its folder.
        table: Its food table.
        known: Names of the speeds of plasma.yaml by part: protein, carbohydrate.
        references: Keys that a source may name.
        digest: Content digest of the whole knowledge base; what is kept in the cache holds for exactly this.

    Raises:
        InputProblems: the file is missing, or what ``parse_food_kinds`` raises.
    """
    kept = _from_arrays(food_cache.read(cache, CACHE_FORMAT, digest.removeprefix("sha256:")), len(table.ndb))
    if kept is None:
        kept = parse_food_kinds(source.load(kb / PATH, shown_as=PATH), table, known, references)
        food_cache.write(cache, CACHE_FORMAT, digest.removeprefix("sha256:"), _to_arrays(kept))
    return kept


@in_shape
def parse_food_kinds(
    document: Document, table: FoodTable, known: Mapping[str, Collection[str]], references: Mapping[str, object]
) -> FoodKinds:
    """The same from a parsed document.

    Raises:
        InputProblems: every entry that is incomplete, says something twice (NB-K034), names a kind, group or food that is not known
            (NB-K035), or an unknown source (NB-K012).
    """
    reader = _Reader(document, table, references)
    share, solid = reader.share(), reader.stated_solid(known["protein"])
    names = {part: ("", *known[part]) for part in PARTS}
    entries = {part: reader.entries(part, known[part]) for part in PARTS}
    reader.problems.stop()
    rows = np.zeros((len(PARTS) + 1, len(table.ndb)), dtype=np.int8)
    for at, part in enumerate(PARTS):
        for spec, here in _in_order(entries[part], table):
            rows[at, here] = 0 if spec["kind"] == MIXED else names[part].index(spec["kind"])
            if part == "protein":
                rows[-1, here] = spec["drink"] and spec["kind"] != MIXED
    return FoodKinds(share, solid, names, rows)


def _in_order(entries: Collection[dict[str, Any]], table: FoodTable) -> Iterator[tuple[dict[str, Any], NDArray[np.intp]]]:
    """Entries with the rows that they speak of, the widest first: groups, beginnings from short to long, numbers of foods."""
    said = [(place, text, spec) for spec in entries for place in _PLACES for text in spec.get(place, ())]
    for place, text, spec in sorted(said, key=lambda x: (_PLACES.index(x[0]), len(x[1]))):
        yield spec, _rows(place, text, table)


def _rows(place: str, text: str, table: FoodTable) -> NDArray[np.intp]:
    """Rows of the table that an entry names. (row,)"""
    if place == "foods":
        return np.array([n for n, ndb in enumerate(table.ndb) if ndb == text], dtype=np.intp)
    if place == "groups":
        return np.array([n for n, group in enumerate(table.groups) if group == text], dtype=np.intp)
    return np.array([n for n, description in enumerate(table.descriptions) if description.startswith(text)], dtype=np.intp)


class _Reader:
    """Reads one file of kinds; collects every problem and goes on."""

    def __init__(self, document: Document, table: FoodTable, references: Mapping[str, object]) -> None:
        self.document = document
        self.data: dict[str, Any] = document.data if isinstance(document.data, dict) else {}
        self.table = table
        self.references = references
        self.problems = Problems(sources={document.file: document.text})

    def share(self) -> float:
        """The least share of one kind; more than half, so that no meal is of two kinds."""
        spec = self._complete("share", self.data.get("share"), ("value", "unit"))
        value = spec.get("value", Decimal(1))
        if not isinstance(value, Decimal) or not Decimal("0.5") < value <= 1:
            self._wrong("'share' must be a number above 0.5 and at most 1", ("share", "value"), "0.8 is what ships")
            return 1.0
        return float(value)

    def stated_solid(self, known: Collection[str]) -> frozenset[str]:
        """Kinds of protein that are no drink when a case states them."""
        kinds = self._texts(self._complete("stated_solid", self.data.get("stated_solid"), ("kinds",)), ("stated_solid", "kinds"))
        for n, kind in enumerate(kinds):
            self._known("kind of protein", kind, known, ("stated_solid", "kinds", n))
        return frozenset(kinds)

    def entries(self, part: str, known: Collection[str]) -> list[dict[str, Any]]:
        """The entries of a part that can be used."""
        section = self.data.get(part)
        if not isinstance(section, dict) or not section:
            self._wrong(f"there is nothing under '{part}:'", (part,), f"add '{part}:' with at least one entry")
            return []
        needed = ("kind", "drink") if part == "protein" else ("kind",)
        found = [
            spec
            for name, given in section.items()
            if (spec := self._complete(name, given, needed, part)) and self._check(part, name, spec, known)
        ]
        self._check_once(part, found)
        return found

    def _complete(self, name: str, spec: object, needed: tuple[str, ...], *under: str) -> dict[str, Any]:
        """The entry when it has all its fields and no other; {} and a problem otherwise."""
        keys = (*under, name)
        fields = (*needed, *_MARKS)
        lacking = [field for field in fields if not isinstance(spec, dict) or spec.get(field) in (None, "", [])]
        if lacking or not isinstance(spec, dict):
            self._wrong(f"'{name}' has no {', '.join(lacking)}", keys, "add the missing fields", on_key=True)
            return {}
        allowed = (*fields, *(_PLACES if under else ()))
        for key in spec:
            if key not in allowed:
                fix = did_you_mean(key, allowed, otherwise=f"it may have {', '.join(allowed)}")
                self._wrong(f"'{name}' has a field '{key}', which is not read", (*keys, key), fix, on_key=True)
        self._check_marks(name, spec, keys)
        return spec

    def _check_marks(self, name: str, spec: dict[str, Any], keys: Keys) -> None:
        for mark, words in _WORDS.items():
            if spec[mark] not in words:
                told = ", ".join(str(word).lower() if isinstance(word, bool) else word for word in words)
                self._wrong(f"'{mark}' of '{name}' is none of {told}", (*keys, mark), f"write one of {told}")
        if not isinstance(spec["note"], str):
            self._wrong(f"'note' of '{name}' must be a text", (*keys, "note"), "say why it was chosen")
        for ref in spec["source"] if isinstance(spec["source"], list) else [spec["source"]]:
            if str(ref) not in self.references:
                fix = did_you_mean(str(ref), map(str, self.references), otherwise="add the key to knowledge/references.yaml")
                at = self.document.at(*keys, "source")
                self.problems.add("NB-K012", f"unknown reference '{ref}'", at, label="not in knowledge/references.yaml", fix=fix)

    def _check(self, part: str, name: str, spec: dict[str, Any], known: Collection[str]) -> bool:
        """Whether what an entry names is there."""
        keys = (part, name)
        before = len(self.problems.found)
        self._known(f"kind of {part}", spec["kind"], (*known, MIXED), (*keys, "kind"))
        if not isinstance(spec.get("drink", False), bool):
            self._wrong(f"'drink' of '{name}' must be true or false", (*keys, "drink"), "write true where nothing has to be ground")
        if not any(spec.get(place) for place in _PLACES):
            self._wrong(f"'{name}' names no food", keys, "add groups, begin or foods", on_key=True)
        for place in _PLACES:
            for n, text in enumerate(self._texts(spec, (*keys, place)) if place in spec else ()):
                if not _rows(place, text, self.table).size:
                    self._no_food(place, text, (*keys, place, n))
        return len(self.problems.found) == before

    def _check_once(self, part: str, entries: Collection[dict[str, Any]]) -> None:
        times = Counter((place, text) for spec in entries for place in _PLACES for text in spec.get(place, ()))
        for (place, text), count in times.items():
            if count > 1:
                self._wrong(f"'{text}' stands {count} times under '{place}' of {part}", (part,), "keep it at one entry")

    def _texts(self, spec: dict[str, Any], keys: Keys) -> list[str]:
        """A list of texts of an entry; none, and a problem, when it is no such list."""
        listed = spec.get(str(keys[-1]), [])
        if isinstance(listed, list) and all(isinstance(text, str) and text for text in listed):
            return listed
        self._wrong(f"'{keys[-1]}' of '{keys[-2]}' must be a list of texts", keys, f'write {keys[-1]}: ["…"]; numbers of foods in quotes')
        return []

    def _known(self, what: str, word: object, known: Collection[str], keys: Keys) -> None:
        if word not in known:
            fix = did_you_mean(str(word), known, otherwise=f"there are {', '.join(known)}")
            why = "its speed stands in knowledge/plasma.yaml under this name"
            self.problems.add("NB-K035", f"unknown {what} '{word}'", self.document.at(*keys), why=why, fix=fix)

    def _no_food(self, place: str, text: str, keys: Keys) -> None:
        what, known = {
            "groups": (f"the food table has no group '{text}'", set(self.table.groups) - {""}),
            "begin": (f"no description of the food table begins with '{text}'", {d.split(",")[0] for d in self.table.descriptions}),
            "foods": (f"the food table has no food '{text}'", set(self.table.ndb)),
        }[place]
        fix = did_you_mean(text, known, otherwise="look with 'neurobalance foods search'")
        self.problems.add("NB-K035", what, self.document.at(*keys), why="an entry without a food would do nothing", fix=fix)

    def _wrong(self, what: str, keys: Keys, fix: str, *, on_key: bool = False) -> None:
        at = self.document.at_key(*keys) if on_key else self.document.at(*keys)
        self.problems.add("NB-K034", what, at, why="the speed of a meal follows from these entries", fix=fix)


# --- cache --------------------------------------------------------------------------------------------------------


def _to_arrays(kinds: FoodKinds) -> food_cache.Arrays:
    head = {"share": kinds.share, "stated_solid": sorted(kinds.stated_solid), "names": kinds.names}
    return {"head": food_cache.text([json.dumps(head)]), "rows": kinds.rows}


def _from_arrays(arrays: food_cache.Arrays | None, foods: int) -> FoodKinds | None:
    """The kinds, or None when there are no arrays or they do not fit the table."""
    try:
        (text,), rows = food_cache.lines((arrays or {})["head"]), (arrays or {})["rows"]
        head = json.loads(text)
        names = {part: tuple(head["names"][part]) for part in PARTS}
        kinds = FoodKinds(float(head["share"]), frozenset(head["stated_solid"]), names, rows)
    except (KeyError, ValueError, TypeError):
        return None
    return kinds if rows.shape == (len(PARTS) + 1, foods) else None
