"""The names that rules and model share: relations, their slots, types, units and resolutions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from neurobalance_expert.errors import Problems, did_you_mean
from neurobalance_expert.fact import FINDING, FINDING_SLOTS, Fact, Value
from neurobalance_expert.source import Data, Document

BUILT_IN_TYPES = ("id", "bool", "number")


@dataclass(frozen=True, slots=True)
class SlotType:
    """Type of one slot. ``enum`` holds the symbols of an enum; ``resolution`` the step to which numbers are rounded."""

    name: str
    kind: str  # id | bool | number | enum
    unit: str = ""
    resolution: Decimal = Decimal(1)
    enum: tuple[str, ...] = ()
    meaning: str = ""

    def scaled(self, value: Decimal | float | int) -> int:
        """The number as a whole count of resolution steps, half to even."""
        return int((Decimal(str(value)) / self.resolution).to_integral_value(ROUND_HALF_EVEN))

    def unscaled(self, value: int) -> Decimal:
        """The number that a scaled value stands for."""
        return value * self.resolution


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation: slots in order, which of them are its key, and what a missing fact means."""

    name: str
    slots: tuple[SlotType, ...]
    key: tuple[str, ...]
    open: bool
    derived: bool
    meaning: str = ""
    closed_by: tuple[str, tuple[tuple[str, str], ...]] | None = None  # relation and its slot values

    def index(self, slot: str) -> int:
        """Position of a slot. Raises KeyError."""
        for i, s in enumerate(self.slots):
            if s.name == slot:
                return i
        raise KeyError(slot)

    def slot(self, name: str) -> SlotType:
        """A slot by name. Raises KeyError."""
        return self.slots[self.index(name)]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All relations by name."""

    relations: Mapping[str, Relation]

    def fact(self, relation: str, /, **values: object) -> Fact:
        """Build a fact from plain values, scaling numbers. Raises KeyError or ValueError on names and values that do not fit."""
        spec = self.relations[relation]
        unknown = set(values) - {s.name for s in spec.slots}
        if unknown:
            raise KeyError(f"{relation} has no slot {sorted(unknown)[0]!r}")
        return Fact(relation, tuple(to_value(s, values[s.name]) for s in spec.slots))

    def plain(self, fact: Fact) -> tuple[str, dict[str, object]]:
        """The fact as ``(relation, {slot: value})`` with plain numbers and booleans; slots left out are absent."""
        spec = self.relations[fact.relation]
        slots = zip(spec.slots, fact.values, strict=True)
        return fact.relation, {s.name: from_value(s, v) for s, v in slots if v != "" or (s.kind == "id" and fact.relation != FINDING)}


def to_value(slot: SlotType, value: object) -> Value:
    """A plain value in the form the engines use. Raises ValueError when it does not fit the slot."""
    if slot.kind == "number":
        if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
            raise ValueError(f"{slot.name} needs a number, got {value!r}")
        if (isinstance(value, float) and value != value) or value in (float("inf"), float("-inf")):
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


def parse_vocabulary(document: Document) -> Vocabulary:
    """Vocabulary from ``knowledge/vocabulary.yaml``.

    Raises:
        InputProblems: every problem of the file.
    """
    problems = Problems(sources={document.file: document.text})
    data = document.data if isinstance(document.data, dict) else {}
    enums = {name: tuple(map(str, items)) for name, items in (data.get("enums") or {}).items()}
    relations = {FINDING: finding_relation()}
    for name, spec in (data.get("relations") or {}).items():
        relations[name] = _relation(document, problems, name, spec, enums)
    if len(relations) == 1:
        problems.add("NB-K001", "the vocabulary has no relations", document.at(), fix="add 'relations:' with at least one relation")
    problems.stop()
    return Vocabulary(relations)


def _relation(doc: Document, problems: Problems, name: str, spec: Data, enums: Mapping[str, tuple[str, ...]]) -> Relation:
    at = doc.at_key("relations", name)
    if not isinstance(spec, dict) or not isinstance(spec.get("slots"), dict):
        problems.add("NB-K002", f"relation '{name}' needs 'slots:'", at, fix="list its slots with a type each")
        return Relation(name, (), (), False, False)
    slots = tuple(_slot(doc, problems, name, slot, value, enums) for slot, value in spec["slots"].items())
    names = [s.name for s in slots]
    key = tuple(spec.get("key", names))
    for slot in key:
        if slot not in names:
            problems.add(
                "NB-K003", f"key slot '{slot}' is not a slot of '{name}'", doc.at("relations", name, "key"), fix=did_you_mean(slot, names)
            )
    if spec.get("world", "open") not in ("open", "closed"):
        problems.add("NB-K004", f"world of '{name}' must be open or closed", doc.at("relations", name, "world"))
    closed_by = None
    if isinstance(spec.get("closed_by"), dict) and len(spec["closed_by"]) == 1:
        other, values = next(iter(spec["closed_by"].items()))
        closed_by = (str(other), tuple((str(k), str(v)) for k, v in values.items()))
    return Relation(
        name, slots, key, spec.get("world", "open") == "open", spec.get("from", "input") == "rules", str(spec.get("meaning", "")), closed_by
    )


def _slot(doc: Document, problems: Problems, relation: str, name: str, spec: Data, enums: Mapping[str, tuple[str, ...]]) -> SlotType:
    keys = ("relations", relation, "slots", name)
    spec = spec if isinstance(spec, dict) else {"type": spec}
    kind = str(spec.get("type", ""))
    if kind not in BUILT_IN_TYPES and kind not in enums:
        known = [*BUILT_IN_TYPES, *enums]
        problems.add(
            "NB-K005",
            f"unknown type '{kind}' of slot '{relation}.{name}'",
            doc.at(*keys),
            fix=did_you_mean(kind, known, otherwise="use " + ", ".join(known)),
        )
        kind = "id"
    resolution = spec.get("resolution", Decimal(1))
    if not isinstance(resolution, Decimal) or resolution <= 0:
        problems.add("NB-K006", f"resolution of '{relation}.{name}' must be a number above 0", doc.at(*keys, "resolution"))
        resolution = Decimal(1)
    if kind == "number" and "unit" not in spec:
        problems.add("NB-K007", f"number '{relation}.{name}' has no unit", doc.at(*keys), fix='add unit: ("1" for a ratio)')
    shape = kind if kind in BUILT_IN_TYPES else "enum"
    return SlotType(name, shape, str(spec.get("unit", "")), resolution, enums.get(kind, ()), str(spec.get("meaning", "")))
