"""What stated conditions mean for what is taken, and which tests it disturbs: ``knowledge/condition_effects.yaml``, read strictly.

Only ids leave this module: names of substances, medicines and conditions are resolved against the tables of names, and groups are
written out. A row that names nothing known would warn of nothing, so every slip is a problem with its place.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from typing import Any

from msgspec import Struct

from neurobalance_expert.errors import Problems, did_you_mean
from neurobalance_expert.fact import SEVERITIES
from neurobalance_expert.knowledge.names_types import Names
from neurobalance_expert.source import Document, Keys, in_shape

PATH = "knowledge/condition_effects.yaml"
GRADES = ("A", "B", "C", "D")
ORIGINS = ("seen", "memory")
USES = ("self", "treatment")
PRODUCT_MARKS = ("prescribed", "phe_free")
EVERY = ("supplement", "intake")
MEDICINE = "medicine:"
_OWN = ("source", "origin", "verified")  # of a row that rests on another source than its condition
_SOURCED = ("evidence", *_OWN)


class Effect(Struct, frozen=True):
    """One row: what it is about, how severe, and for which products it holds."""

    on: frozenset[str]  # substances, and what the diary shows beside them
    medicines: frozenset[str]
    every: str  # "supplement": whatever is taken as one; "intake": whatever is eaten or taken; "": what ``on`` lists
    severity: str
    use: str  # self | treatment
    only: frozenset[str]  # the row holds for products with all these marks
    unless: frozenset[str]  # and not for products with all these marks
    grade: str
    source: str
    verified: bool
    note: str
    pack: str = ""  # the pack that added it

    def holds_for(self, marks: frozenset[str]) -> bool:
        """Whether a product with these marks is meant."""
        return self.only <= marks and not (self.unless and self.unless <= marks)


class ConditionEntry(Struct, frozen=True):
    """One condition."""

    refer: bool
    own_targets: bool
    text: str
    grade: str
    source: str
    verified: bool
    effects: tuple[Effect, ...]
    pack: str = ""  # the pack that added it


class Interference(Struct, frozen=True):
    """A laboratory test that something taken disturbs; ``from_mg`` is the smallest dose a day that is meant."""

    id: str
    test: str
    on: frozenset[str]
    medicines: frozenset[str]
    from_mg: float
    grade: str
    source: str
    verified: bool
    note: str


class ConditionEffects(Struct, frozen=True):
    """Everything that is known of conditions and of disturbed tests."""

    conditions: Mapping[str, ConditionEntry]
    interference: tuple[Interference, ...]


@in_shape
def parse_condition_effects(document: Document, names: Names, references: Collection[str]) -> ConditionEffects:
    """The typed content of the file.

    Raises:
        InputProblems: every incomplete or unread entry (NB-K090), every unknown name (NB-K091) and reference (NB-K012), and every
            condition of ``conditions.yaml`` that has no entry (NB-K092).
    """
    reader = _Reader(document, names, references)
    reader.groups()
    conditions = {id_: reader.condition(id_, spec) for id_, spec in reader.section("conditions")}
    interference = tuple(reader.interference(id_, spec) for id_, spec in reader.section("lab_interference"))
    reader.all_conditions(conditions)
    reader.problems.stop()
    return ConditionEffects(conditions, interference)


class _Targets(Struct, frozen=True):
    """What ``on`` stands for."""

    on: frozenset[str] = frozenset()
    medicines: frozenset[str] = frozenset()
    every: str = ""


class _Reader:
    """Reads the file; collects every problem and goes on."""

    def __init__(self, document: Document, names: Names, references: Collection[str]) -> None:
        self.document = document
        self.data: dict[str, Any] = document.data if isinstance(document.data, dict) else {}
        self.names = names
        self.references = references
        self.problems = Problems(sources={document.file: document.text})
        self.from_food = tuple(self.data.get("from_food") or ())
        self.group: dict[str, _Targets] = {}

    def section(self, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Entries of a part of the file that are mappings."""
        found = self.data.get(name)
        if not isinstance(found, dict) or not found:
            self._wrong(f"there is nothing under '{name}:'", (name,), f"add '{name}:' with at least one entry")
            return
        for id_, spec in found.items():
            if isinstance(spec, dict):
                yield str(id_), spec
            else:
                self._wrong(f"'{id_}' is no entry", (name, str(id_)), "copy the shape of a neighbour")

    def groups(self) -> None:
        """Groups that effects may name with an asterisk."""
        for id_, spec in self.section("groups"):
            keys = ("groups", id_)
            self._fields(id_, spec, keys, ("meaning",), ("kinds", "substances", "every"))
            kinds = self._words(spec, "kinds", {s.kind for s in self.names.substances.values()}, keys)
            listed = self._words(spec, "substances", self.names.substances, keys)
            every = str(spec.get("every", ""))
            if every and every not in EVERY:
                self._unknown("'every'", every, EVERY, (*keys, "every"))
            found = frozenset(listed) | {s.id for s in self.names.substances.values() if s.kind in kinds}
            if not found and not every:
                self._wrong(f"the group '{id_}' holds nothing", keys, "add kinds, substances or every")
            self.group[id_] = _Targets(found, every=every)

    def condition(self, id_: str, spec: dict[str, Any]) -> ConditionEntry:
        """One entry under ``conditions:``."""
        keys = ("conditions", id_)
        if id_ not in self.names.conditions:
            self._unknown("condition", id_, self.names.conditions, keys, on_key=True)
        self._fields(id_, spec, keys, ("text", "effects", *_SOURCED), ("refer", "own_targets", "pack"))
        self._sourced(spec, keys)
        for flag in ("refer", "own_targets"):
            if not isinstance(spec.get(flag, False), bool):
                self._wrong(f"'{flag}' of '{id_}' must be true or false", (*keys, flag), "leave it out for false")
        rows = spec.get("effects")
        effects = tuple(self._effect(row, spec, (*keys, "effects", n)) for n, row in enumerate(rows if isinstance(rows, list) else ()))
        return ConditionEntry(
            spec.get("refer") is True,
            spec.get("own_targets") is True,
            str(spec.get("text", "")),
            str(spec.get("evidence", "")),
            _first(spec),
            spec.get("verified") is True,
            effects,
            str(spec.get("pack", "")),
        )

    def _effect(self, row: object, spec: dict[str, Any], keys: Keys) -> Effect:
        name = f"row {int(keys[-1]) + 1} of '{keys[1]}'"
        given: dict[str, Any] = row if isinstance(row, dict) else {}
        own = _OWN if any(field in given for field in _OWN) else ()
        self._fields(name, given, keys, ("on", "severity", "note", *own), ("use", "only", "unless", "evidence", "pack"))
        if own:
            self._sourced(given, keys)
        severity = self._one_of(given, "severity", SEVERITIES, SEVERITIES[-1], keys)
        use = self._one_of(given, "use", USES, USES[0], keys)
        grade = self._one_of(given, "evidence", GRADES, str(spec.get("evidence", "")), keys)
        only, unless = (frozenset(self._words(given, key, PRODUCT_MARKS, keys)) for key in ("only", "unless"))
        targets = self._targets(given, keys)
        return Effect(
            targets.on,
            targets.medicines,
            targets.every,
            severity,
            use,
            only,
            unless,
            grade,
            _first(given if own else spec),
            (given if own else spec).get("verified") is True,
            str(given.get("note", "")),
            str(given.get("pack", "")),
        )

    def interference(self, id_: str, spec: dict[str, Any]) -> Interference:
        """One entry under ``lab_interference:``."""
        keys = ("lab_interference", id_)
        self._fields(id_, spec, keys, ("test", "on", "note", *_SOURCED), ("from_mg",))
        self._sourced(spec, keys)
        from_mg = spec.get("from_mg", Decimal(0))
        if not isinstance(from_mg, Decimal) or from_mg < 0:
            self._wrong(f"'from_mg' of '{id_}' must be a number", (*keys, "from_mg"), "give the dose in mg, or leave it out")
            from_mg = Decimal(0)
        targets = self._targets(spec, keys)
        words = {name: str(spec.get(name, "")) for name in ("test", "evidence", "note")}
        return Interference(
            id_,
            words["test"],
            targets.on,
            targets.medicines,
            float(from_mg),
            words["evidence"],
            _first(spec),
            spec.get("verified") is True,
            words["note"],
        )

    def all_conditions(self, found: Collection[str]) -> None:
        """Every condition that is not said to be without a rule has an entry."""
        for id_, condition in self.names.conditions.items():
            if condition.has_rule and id_ not in found:
                at = self.document.at_key("conditions")
                fix = f"add '{id_}' here, or move it to 'without_rule:' there"
                self.problems.add("NB-K092", f"the condition '{id_}' of conditions.yaml has no entry", at, fix=fix)

    def _targets(self, spec: dict[str, Any], keys: Keys) -> _Targets:
        on: set[str] = set()
        medicines: set[str] = set()
        every = ""
        for n, text in enumerate(self._texts(spec, "on", keys)):
            at = (*keys, "on", n)
            if text.startswith("*"):
                group = self.group.get(text[1:])
                if group is None:
                    self._unknown("group", text[1:], self.group, at)
                else:
                    on |= group.on
                    every = group.every or every
            elif text.startswith(MEDICINE):
                medicine = text.removeprefix(MEDICINE)
                if (medicine,) not in self.names.medicine_names.exact.values():
                    self._unknown("medicine", medicine, {i for ids in self.names.medicine_names.exact.values() for i in ids}, at)
                medicines.add(medicine)
            else:
                if text not in self.names.substances and text not in self.from_food:
                    self._unknown("substance", text, (*self.names.substances, *self.from_food), at)
                on.add(text)
        return _Targets(frozenset(on), frozenset(medicines), every)

    def _sourced(self, spec: dict[str, Any], keys: Keys) -> None:
        self._one_of(spec, "evidence", GRADES, "", keys)
        self._one_of(spec, "origin", ORIGINS, "", keys)
        if not isinstance(spec.get("verified"), bool):
            self._wrong(f"'verified' of '{keys[-1]}' must be true or false", (*keys, "verified"), "false for what was not read")
        elif spec["verified"] and spec.get("origin") == "memory":
            self._wrong(f"'{keys[-1]}' is from memory and marked verified", (*keys, "verified"), "write verified: false")
        for n, ref in enumerate(self._texts(spec, "source", keys)):
            if ref not in self.references:
                fix = did_you_mean(ref, map(str, self.references), otherwise="add the key to knowledge/references.yaml")
                at = self.document.at(*keys, "source", n)
                self.problems.add("NB-K012", f"unknown reference '{ref}'", at, label="not in knowledge/references.yaml", fix=fix)

    def _fields(self, name: str, spec: dict[str, Any], keys: Keys, needed: tuple[str, ...], other: tuple[str, ...]) -> None:
        lacking = [field for field in needed if spec.get(field) in (None, "")]
        if lacking:
            self._wrong(f"{_quoted(name)} has no {', '.join(lacking)}", keys, "add the missing fields")
        for field in spec:
            if field not in (*needed, *other):
                fix = did_you_mean(str(field), (*needed, *other), otherwise=f"it may have {', '.join((*needed, *other))}")
                self._wrong(f"{_quoted(name)} has a field '{field}', which is not read", (*keys, str(field)), fix)

    def _texts(self, spec: dict[str, Any], field: str, keys: Keys) -> list[str]:
        listed = spec.get(field, [])
        if isinstance(listed, list) and listed and all(isinstance(text, str) and text for text in listed):
            return listed
        if field in spec:
            self._wrong(f"'{field}' must be a list of names", (*keys, field), f"write {field}: [name]")
        return []

    def _words(self, spec: dict[str, Any], field: str, known: Collection[str], keys: Keys) -> list[str]:
        found = self._texts(spec, field, keys)
        for n, word in enumerate(found):
            if word not in known:
                self._unknown(field, word, known, (*keys, field, n))
        return found

    def _one_of(self, spec: dict[str, Any], field: str, known: Collection[str], otherwise: str, keys: Keys) -> str:
        word = spec.get(field, otherwise)
        if field in spec and word not in known:
            self._unknown(f"'{field}'", str(word), known, (*keys, field))
            return otherwise
        return str(word)

    def _unknown(self, what: str, word: str, known: Collection[str], keys: Keys, *, on_key: bool = False) -> None:
        at = self.document.at_key(*keys) if on_key else self.document.at(*keys)
        listed = ", ".join(sorted(known)) if len(known) < 12 else "use a name of the knowledge base"
        fix = did_you_mean(word, known, otherwise=listed)
        self.problems.add("NB-K091", f"unknown {what}: '{word}'", at, why="a row that names nothing known would warn of nothing", fix=fix)

    def _wrong(self, what: str, keys: Keys, fix: str) -> None:
        self.problems.add("NB-K090", what, self.document.at_key(*keys), why="a warning of a report rests on this entry", fix=fix)


def _quoted(name: str) -> str:
    return name if " " in name else f"'{name}'"


def _first(spec: Mapping[str, Any]) -> str:
    """The first of the sources, which a finding cites."""
    listed = spec.get("source")
    return str(listed[0]) if isinstance(listed, list) and listed else ""
