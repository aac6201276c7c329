"""The names that rules and model share: relations, their slots, types, units and resolutions."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from math import isfinite

from msgspec import Struct
from msgspec.structs import replace

from neurobalance_expert.errors import Problems, did_you_mean
from neurobalance_expert.fact import FINDING, FINDING_SLOTS, Fact, Value
from neurobalance_expert.source import Data, Document, Keys, in_shape

VERSION = 1
BUILT_IN_TYPES = ("id", "bool", "number")
TOP_KEYS = ("vocabulary", "enums", "relations")
RELATION_KEYS = ("meaning", "reads", "enter", "from", "world", "key", "slots", "closed_by")
CERTAIN, NO_TIE = 1e12, 0.49  # below this many steps, and this far from a whole one at most, floats round as decimals do
SLOT_KEYS = ("type", "unit", "resolution", "meaning")

_PLACE = re.compile(r"\{([^{}]*)\}")
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


class SlotType(Struct, frozen=True):
    """Type of one slot. ``enum`` holds the symbols of an enum, ``enum_name`` is its name; ``resolution`` is the step of numbers."""

    name: str
    kind: str  # id | bool | number | enum
    unit: str = ""
    resolution: Decimal = Decimal(1)
    enum: tuple[str, ...] = ()
    meaning: str = ""
    enum_name: str = ""

    def scaled(self, value: Decimal | float | int) -> int:
        """The number as a whole count of resolution steps, half to even; in decimals only where floats could miss by one."""
        steps = float(value) / float(self.resolution)
        if abs(steps) < CERTAIN and abs(steps - round(steps)) < NO_TIE:
            return round(steps)
        return int((Decimal(str(value)) / self.resolution).to_integral_value(ROUND_HALF_EVEN))

    def unscaled(self, value: int) -> Decimal:
        """The number that a scaled value stands for."""
        return value * self.resolution


class Relation(Struct, frozen=True):
    """A relation: slots in order, which of them are its key, and what a missing fact means."""

    name: str
    slots: tuple[SlotType, ...]
    key: tuple[str, ...]
    open: bool
    derived: bool
    meaning: str = ""
    closed_by: tuple[str, tuple[tuple[str, Value], ...]] | None = None  # relation and its slot values
    reads: str = ""  # what a fact is about, in words, with {slot} for key slots; '' for the name of the relation
    enter: str = ""  # where a case file says it, with {slot} for key slots; '' where that is not known

    def index(self, slot: str) -> int:
        """Position of a slot. Raises KeyError."""
        for i, s in enumerate(self.slots):
            if s.name == slot:
                return i
        raise KeyError(slot)

    def slot(self, name: str) -> SlotType:
        """A slot by name. Raises KeyError."""
        return self.slots[self.index(name)]


class Vocabulary(Struct, frozen=True):
    """All relations by name."""

    relations: Mapping[str, Relation]

    def fact(self, relation: str, /, **values: object) -> Fact:
        """Build a fact from plain values, scaling numbers. Raises KeyError or ValueError on names and values that do not fit."""
        slots = self.relations[relation].slots
        if len(values) != len(slots):
            raise KeyError(f"{relation} has the slots {', '.join(s.name for s in slots)}, not {', '.join(values)}")
        return Fact(relation, tuple([to_value(s, values[s.name]) for s in slots]))

    def plain(self, fact: Fact) -> tuple[str, dict[str, object]]:
        """The fact as ``(relation, {slot: value})`` with plain numbers and booleans; slots left out are absent."""
        spec = self.relations[fact.relation]
        slots = zip(spec.slots, fact.values, strict=True)
        return fact.relation, {s.name: from_value(s, v) for s, v in slots if v != ""}


def to_value(slot: SlotType, value: object) -> Value:
    """A plain value in the form the engines use. Raises ValueError when it does not fit the slot."""
    if slot.kind == "number":
        if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
            raise ValueError(f"{slot.name} needs a number, got {value!r}")
        if not isfinite(value):
            raise ValueError(f"{slot.name} needs a finite number")
        return slot.scaled(value)
    if slot.kind == "bool":
        if not isinstance(value, bool):
            raise ValueError(f"{slot.name} needs true or false, got {value!r}")
        return "true" if value else "false"
    if not isinstance(value, str) or not value:
        raise ValueError(f"{slot.name} needs text, got {value!r}")
    if slot.kind == "enum" and value not in slot.enum:
        raise ValueError(f"{slot.name} cannot be {value!r}: {did_you_mean(value, slot.enum, otherwise='one of ' + ', '.join(slot.enum))}")
    return value


def from_value(slot: SlotType, value: Value) -> object:
    """The plain value again: Decimal for numbers, bool, or text."""
    if isinstance(value, int):
        return slot.unscaled(value)
    return value == "true" if slot.kind == "bool" else value


def finding_relation() -> Relation:
    """The relation that finding rules conclude; it is part of every vocabulary."""
    slots = tuple(SlotType(name, "id") for name in FINDING_SLOTS)
    return Relation(FINDING, slots, FINDING_SLOTS, open=False, derived=True, meaning="A finding of the assessment.")


@in_shape
def parse_vocabulary(document: Document) -> Vocabulary:
    """Vocabulary from ``knowledge/vocabulary.yaml``.

    Raises:
        InputProblems: every problem of the file.
    """
    problems = Problems(sources={document.file: document.text})
    found = _File(document, problems).relations()
    problems.stop()
    return Vocabulary({FINDING: finding_relation(), **found})


class _File:
    """Reads one vocabulary; notes what is wrong and goes on."""

    def __init__(self, document: Document, problems: Problems) -> None:
        self.doc, self.problems = document, problems
        self.data: dict[str, Data] = document.data if isinstance(document.data, dict) else {}
        self.enums: dict[str, tuple[str, ...]] = {}

    def relations(self) -> dict[str, Relation]:
        """Every relation by its name."""
        relations = self.data.get("relations")
        if not isinstance(relations, dict) or not relations:
            fix = "add 'relations:' with at least one relation"
            self.problems.add("NB-K001", "the vocabulary has no relations", self.doc.at("relations"), fix=fix)
            return {}
        self._known_keys(self.data, (), TOP_KEYS, "a vocabulary")
        if self.data.get("vocabulary", VERSION) != VERSION:
            fix = f"write 'vocabulary: {VERSION}'"
            self._wrong(("vocabulary",), f"this program reads version {VERSION} of the vocabulary", fix)
        self._read_enums()
        found = {name: self._relation(name, spec) for name, spec in relations.items()}
        for name, spec in relations.items():
            if isinstance(spec, dict) and "closed_by" in spec:
                found[name] = replace(found[name], closed_by=self._closed_by(name, spec["closed_by"], found))
        return found

    def _read_enums(self) -> None:
        enums = self.data.get("enums")
        if enums is not None and not isinstance(enums, dict):
            self._wrong(("enums",), "'enums' maps names to lists of words", "write 'phase: [fed, night]' below it")
            return
        for name, items in (enums or {}).items():
            words = isinstance(items, list) and items and all(isinstance(item, str) and item.strip() for item in items)
            self.enums[name] = tuple(items) if words else ()
            if name in BUILT_IN_TYPES:
                self._wrong(("enums", name), f"'{name}' is a type already and cannot be a list of words", "give the list another name")
            elif not words or len(set(items)) < len(items):
                fix = "write [fed, fasting, night]; numbers, true and false need quotes here"
                self._wrong(("enums", name), f"'{name}' needs a list of different words", fix)

    def _relation(self, name: str, spec: Data) -> Relation:
        keys = ("relations", name)
        self._check_name(name, keys, "relation")
        if name == FINDING:
            fix = "give the relation another name"
            self._wrong(keys, f"'{FINDING}' is part of every vocabulary and cannot be defined again", fix)
        if not isinstance(spec, dict) or not isinstance(spec.get("slots"), dict):
            fix = "list its slots with a type each, such as 'slots: {id: {type: id}}'"
            self.problems.add("NB-K002", f"relation '{name}' needs 'slots:'", self.doc.at_key(*keys), fix=fix)
            return Relation(name, (), (), False, False)
        self._known_keys(spec, keys, RELATION_KEYS, f"relation '{name}'")
        slots = tuple(self._slot(name, slot, value) for slot, value in spec["slots"].items())
        if spec.get("world", "open") not in ("open", "closed"):
            fix = "write open (no fact: not known) or closed (no fact: it is not so)"
            self.problems.add("NB-K004", f"world of '{name}' must be open or closed", self.doc.at(*keys, "world"), fix=fix)
        if spec.get("from", "input") not in ("input", "rules"):
            fix = "write input (given by case and model) or rules (concluded by rules)"
            self._wrong((*keys, "from"), f"'from' of '{name}' must be input or rules", fix)
        key = self._key(name, spec, tuple(s.name for s in slots))
        is_open, derived = spec.get("world", "open") == "open", spec.get("from", "input") == "rules"
        reads, enter = (self._worded(name, spec, key, field) for field in ("reads", "enter"))
        return Relation(name, slots, key, is_open, derived, str(spec.get("meaning") or ""), reads=reads, enter=enter)

    def _worded(self, name: str, spec: Mapping[str, Data], key: tuple[str, ...], field: str) -> str:
        text = spec.get(field, "")
        if not isinstance(text, str) or any(slot not in key for slot in _PLACE.findall(text)):
            fix = f"write words, with {{slot}} for slots of its key ({', '.join(key) or 'it has none'})"
            self._wrong(("relations", name, field), f"'{field}' of '{name}' cannot be filled in", fix)
            return ""
        return text

    def _key(self, name: str, spec: Mapping[str, Data], slots: tuple[str, ...]) -> tuple[str, ...]:
        key = spec.get("key", list(slots))
        at = ("relations", name, "key")
        if not isinstance(key, list) or not all(isinstance(slot, str) for slot in key):
            fix = "write [slot, other_slot], or [] when there is one such fact at most"
            self._wrong(at, f"'key' of '{name}' needs a list of slots", fix)
            return ()
        for i, slot in enumerate(key):
            if slot not in slots:
                fix = did_you_mean(slot, slots, otherwise=f"its slots are {', '.join(slots) or 'none'}")
                self.problems.add("NB-K003", f"key slot '{slot}' is not a slot of '{name}'", self.doc.at(*at, i), fix=fix)
        return tuple(dict.fromkeys(key))

    def _slot(self, relation: str, name: str, spec: Data) -> SlotType:
        keys = ("relations", relation, "slots", name)
        self._check_name(name, keys, "slot")
        spec = spec if isinstance(spec, dict) else {"type": spec}
        self._known_keys(spec, keys, SLOT_KEYS, f"slot '{relation}.{name}'")
        kind = str(spec.get("type", ""))
        if kind not in BUILT_IN_TYPES and kind not in self.enums:
            known = [*BUILT_IN_TYPES, *self.enums]
            fix = did_you_mean(kind, known, otherwise="use " + ", ".join(known))
            self.problems.add("NB-K005", f"unknown type '{kind}' of slot '{relation}.{name}'", self.doc.at(*keys), fix=fix)
            kind = "id"
        resolution = spec.get("resolution", Decimal(1))
        if not isinstance(resolution, Decimal) or resolution <= 0:
            what = f"resolution of '{relation}.{name}' must be a number above 0"
            self.problems.add("NB-K006", what, self.doc.at(*keys, "resolution"), fix="write a step such as 0.01, without quotes")
            resolution = Decimal(1)
        if kind == "number" and not spec.get("unit"):
            fix = 'add unit: ("1" for a ratio)'
            self.problems.add("NB-K007", f"number '{relation}.{name}' has no unit", self.doc.at(*keys), fix=fix)
        shape = kind if kind in BUILT_IN_TYPES else "enum"
        enum, enum_name = self.enums.get(kind, ()), kind if shape == "enum" else ""
        return SlotType(name, shape, str(spec.get("unit") or ""), resolution, enum, str(spec.get("meaning") or ""), enum_name)

    def _closed_by(self, name: str, data: Data, relations: Mapping[str, Relation]) -> tuple[str, tuple[tuple[str, Value], ...]] | None:
        """The fact that closes a relation for a case in which it is present."""
        keys: Keys = ("relations", name, "closed_by")
        form = "write {relation: {slot: value}}, such as {list_complete: {list: conditions}}"
        if not isinstance(data, dict) or len(data) != 1 or not isinstance(next(iter(data.values())), dict):
            self.problems.add("NB-K009", f"'closed_by' of '{name}' is one fact", self.doc.at(*keys), fix=form)
            return None
        other, values = next(iter(data.items()))
        relation = relations.get(other)
        at = self.doc.at_key(*keys, other)
        if relation is None:
            fix = did_you_mean(other, relations, otherwise="name a relation of this vocabulary")
            self.problems.add("NB-K009", f"'closed_by' of '{name}' names '{other}', which is no relation", at, fix=fix)
            return None
        if relation.derived:
            why = "a rule may not have been decided yet when the list is asked for"
            fix = "name a relation with 'from: input'"
            self.problems.add("NB-K009", f"'closed_by' of '{name}' names '{other}', which rules conclude", at, why=why, fix=fix)
            return None
        found: list[tuple[str, Value]] = []
        for slot, value in values.items():
            known = [s.name for s in relation.slots]
            if slot not in known:
                fix = did_you_mean(slot, known, otherwise=f"its slots are {', '.join(known) or 'none'}")
                what = f"'closed_by' of '{name}' names '{slot}', which is no slot of '{other}'"
                self.problems.add("NB-K009", what, self.doc.at_key(*keys, other, slot), fix=fix)
                continue
            try:
                found.append((slot, to_value(relation.slot(slot), value)))
            except ValueError as error:
                what = f"'closed_by' of '{name}' has a value that does not fit: {error}"
                self.problems.add("NB-K009", what, self.doc.at(*keys, other, slot), fix="write a value that the slot can have")
        return other, tuple(found)

    def _check_name(self, name: str, keys: Keys, what: str) -> None:
        if not NAME.fullmatch(name):
            fix = "begin with a letter, then letters, digits, '_' and '-'"
            self.problems.add("NB-K008", f"'{name}' is not a name for a {what}", self.doc.at_key(*keys), fix=fix)

    def _known_keys(self, data: Mapping[str, Data], keys: Keys, known: Collection[str], what: str) -> None:
        for key in data:
            if key not in known:
                fix = did_you_mean(key, known, otherwise="known keys: " + ", ".join(known))
                if data[key] is None and " " in key:
                    fix = "put the text before it in quotes: within braces a comma ends a value"
                why = "nothing reads it, so what it says would have no effect"
                self.problems.add("NB-K008", f"unknown key '{key}' in {what}", self.doc.at_key(*keys, key), why=why, fix=fix)

    def _wrong(self, keys: Keys, what: str, fix: str) -> None:
        self.problems.add("NB-K008", what, self.doc.at(*keys), fix=fix)
