"""``knowledge/interactions.yaml`` to rows: every name in it is known, every trigger can be reached, every row says how sure it is.

Rows are checked when a knowledge base is checked, and made when a case with medicines asks for them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from neurobalance_expert.errors import Problems, did_you_mean
from neurobalance_expert.fact import SEVERITIES
from neurobalance_expert.knowledge.interaction_types import ACTIONS, MOST_WORDS, FoodSign, Interactions, Member, Row, Trigger, plain_words
from neurobalance_expert.knowledge.names_data import Names
from neurobalance_expert.source import Document, Keys, in_shape
from neurobalance_expert.units import UnitError, convert

PATH = "knowledge/interactions.yaml"
_MARKS = {"origin": ("seen", "memory", "choice"), "verified": (True, False)}
ROW = ("drugs", "severity", "action", "evidence", "sources", "origin", "verified", "because")
ROW_ALSO = ("with", "at", "uses_up", "severity_of", "otherwise", "pack")
GROUP = ("class", "only", "together_with", "without")
HOURS = ("apart", "before", "after")
AT = ("above", "from", "unit", *HOURS, "per")
SIGN = ("name", "words", "not", "column", "from", "protein_g", "source", "origin", "verified", "note")

Group = tuple[tuple[str, ...], frozenset[str], frozenset[str]]  # ingredients, one of which is asked for, none of which may be there


def parse_food_signs(document: Document) -> tuple[FoodSign, ...]:
    """What foods bring that rows speak of; ``parse_interactions`` has checked it."""
    return tuple(_sign(name, spec) for name, spec in document.data["foods"].items())


@in_shape
def parse_interactions(
    document: Document,
    names: Names,
    references: Mapping[str, object],
    nutrients: Collection[str] = (),
    columns: Collection[str] | None = None,
) -> Interactions:
    """The rows by ingredient.

    Args:
        names: Medicines and substances that a row may name.
        references: Keys that a source may name.
        nutrients: Ids of nutrients that a medicine may use up.
        columns: Columns of the food table; None: they are not checked.

    Raises:
        InputProblems: every entry that is incomplete or has another shape (NB-K080), names what is not known (NB-K081), or cites an
            unknown source (NB-K012).
    """
    reader = _Reader(document, names, references, nutrients)
    reader.check_foods(columns)
    groups = reader.groups()
    found: dict[str, list[Member]] = {}
    for row, drugs in reader.rows(groups):
        for ingredients, together, without in drugs:
            for ingredient in ingredients:
                found.setdefault(ingredient, []).append(Member(row, together, without))
    medicines, substances = reader.serotonergic()
    reader.problems.stop()
    return Interactions({i: tuple(members) for i, members in found.items()}, medicines, substances)


def _sign(name: str, spec: Mapping[str, Any]) -> FoodSign:
    protein = spec.get("protein_g")
    return FoodSign(
        str(name),
        str(spec["name"]),
        frozenset(" ".join(plain_words(str(words))) for words in spec.get("words", ())),
        frozenset(" ".join(plain_words(str(words))) for words in spec.get("not", ())),
        str(spec.get("column", "")),
        float(spec.get("from", 0)),
        None if protein is None else float(protein),
        tuple(_listed(spec["source"])),
    )


def _listed(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]


class _Reader:
    """Reads one file of interactions; notes what is wrong and goes on."""

    def __init__(self, document: Document, names: Names, references: Mapping[str, object], nutrients: Collection[str]) -> None:
        self.document = document
        self.data: dict[str, Any] = document.data if isinstance(document.data, dict) else {}
        self.names, self.references, self.nutrients = names, references, nutrients
        self.problems = Problems(sources={document.file: document.text})

    def groups(self) -> dict[str, Group]:
        """Classes of medicines by id, and the groups of this file, which are narrower."""
        classes = self.names.medicine_classes
        found: dict[str, Group] = {c.id: (c.ingredients, frozenset(), frozenset()) for c in classes.values()}
        for name, spec in self._section("groups"):
            keys = ("groups", name)
            if name in classes:
                self._wrong(
                    f"the group '{name}' has the name of a class, whose rows it would narrow", keys, "give it another name", on_key=True
                )
                continue
            if not self._shape(name, spec, keys, ("class",), GROUP) or not self._known("class", spec["class"], classes, (*keys, "class")):
                continue
            ingredients = classes[spec["class"]].ingredients
            for n, only in enumerate(self._texts(spec.get("only", []), (*keys, "only"))):
                self._known("ingredient", only, ingredients, (*keys, "only", n))
            beside = [self._class(spec.get(word), (*keys, word)) for word in ("together_with", "without")]
            found[name] = (tuple(i for i in ingredients if i in spec.get("only", ingredients)), beside[0], beside[1])
        return found

    def _class(self, name: object, keys: Keys) -> frozenset[str]:
        known = self.names.medicine_classes
        return frozenset(known[str(name)].ingredients) if name is not None and self._known("class", name, known, keys) else frozenset()

    def rows(self, groups: Mapping[str, Group]) -> Iterator[tuple[Row, list[Group]]]:
        """Every row that can be used, with its medicines."""
        foods = [str(name) for name, _ in self._section("foods")]
        for name, spec in self._section("interactions"):
            keys = ("interactions", name)
            before = len(self.problems.found)
            if not self._shape(name, spec, keys, ROW, (*ROW, *ROW_ALSO)):
                continue
            drugs = self._names("class", spec["drugs"], groups, (*keys, "drugs"))
            if ("uses_up" in spec) == ("with" in spec):
                self._wrong(f"'{name}' needs one of 'with' and 'uses_up'", keys, "write what it should not meet, or what it takes away")
                continue
            if "uses_up" in spec:
                partners = self._names("nutrient", spec["uses_up"], self.nutrients, (*keys, "uses_up"))
                trigger, special = Trigger("depletion"), dict[str, Trigger]()
            else:
                partners = self._names("substance", spec["with"], (*self.names.substances, *foods), (*keys, "with"))
                ingredients = {i for d in drugs for i in groups[d][0]}
                trigger, special = self._at(name, spec.get("at"), (*keys, "at"), (*ingredients, *partners))
            row = self._row(name, spec, keys, partners, trigger, special)
            if len(self.problems.found) == before and row is not None:
                yield row, [groups[d] for d in drugs]

    def _row(
        self, name: str, spec: dict[str, Any], keys: Keys, partners: list[str], trigger: Trigger, special: dict[str, Trigger]
    ) -> Row | None:
        self._word("severity", spec["severity"], SEVERITIES, (*keys, "severity"))
        self._word("action", spec["action"], ACTIONS, (*keys, "action"))
        self._word("evidence", spec["evidence"], "ABCD", (*keys, "evidence"))
        if not isinstance(spec["because"], str) or not spec["because"].strip():
            self._wrong(f"'because' of '{name}' must be a text", (*keys, "because"), "say in a sentence what happens")
        severity_of = self._severities(name, spec.get("severity_of", {}), (*keys, "severity_of"))
        otherwise = spec.get("otherwise")
        if otherwise is not None:
            if not self._shape(name, otherwise, (*keys, "otherwise"), ("severity", "action"), ("severity", "action")):
                return None
            self._word("severity", otherwise["severity"], SEVERITIES, (*keys, "otherwise", "severity"))
            self._word("action", otherwise["action"], ACTIONS, (*keys, "otherwise", "action"))
            if trigger.kind not in ("above_dose", "from_dose"):
                self._wrong(f"'otherwise' of '{name}' has no dose to be below", (*keys, "otherwise"), "give 'at' a dose, or take it out")
        return Row(
            id=str(name),
            partners=tuple(partners),
            trigger=trigger,
            severity=str(spec["severity"]),
            action=str(spec["action"]),
            evidence=str(spec["evidence"]),
            sources=tuple(_listed(spec["sources"])),
            origin=str(spec["origin"]),
            verified=spec["verified"] is True,
            because=" ".join(str(spec["because"]).split()),
            severity_of=severity_of,
            trigger_of=special,
            otherwise=(str(otherwise["severity"]), str(otherwise["action"])) if otherwise else None,
            pack=str(spec.get("pack", "")),
        )

    def _severities(self, name: str, spec: object, keys: Keys) -> dict[str, str]:
        if not isinstance(spec, dict):
            self._wrong(f"'severity_of' of '{name}' maps ingredients to severities", keys, "write {linezolid: major}")
            return {}
        known = self.names.medicine_names.exact
        for ingredient, severity in spec.items():
            ids = {i for ids in known.values() for i in ids}
            self._known("ingredient", ingredient, ids, (*keys, ingredient))
            self._word("severity", severity, SEVERITIES, (*keys, ingredient))
        return {str(i): str(s) for i, s in spec.items()}

    def _at(self, name: str, spec: object, keys: Keys, special: Collection[str]) -> tuple[Trigger, dict[str, Trigger]]:
        """The trigger of a row, and those of single ingredients or substances."""
        if spec == "any_dose":
            return Trigger("any_dose"), {}
        fix = "write any_dose, {above: 5, unit: mg}, {apart: 4} or {before: 2, after: 6}"
        if not isinstance(spec, dict):
            self._wrong(f"'{name}' needs 'at', which says when the pair matters", keys, fix)
            return Trigger("any_dose"), {}
        self._only(spec, keys, AT)
        usual = self._trigger(name, spec, keys, fix)
        found = {}
        for who, change in (spec.get("per") or {}).items():
            if self._known("ingredient or substance of this row", who, special, (*keys, "per", who)):
                self._only(change, (*keys, "per", who), HOURS)
                found[str(who)] = self._trigger(name, {**spec, **change}, (*keys, "per", who), fix)
        return usual, found

    def _trigger(self, name: str, spec: Mapping[str, Any], keys: Keys, fix: str) -> Trigger:
        numbers = {k: spec[k] for k in ("above", "from", *HOURS) if k in spec}
        ends = {k for k in ("above", "from") if k in spec}
        hours = [spec.get("before", spec.get("apart")), spec.get("after", spec.get("apart"))]
        if any(not isinstance(v, Decimal) or v <= 0 for v in numbers.values()):
            self._wrong(f"an amount or time of '{name}' is no number above 0", keys, fix)
            return Trigger("any_dose")
        if len(ends) > 1 or not numbers or (("before" in spec or "after" in spec) and ("apart" in spec or None in hours)):
            self._wrong(f"'at' of '{name}' cannot be read", keys, fix)
            return Trigger("any_dose")
        dose = None
        if ends:
            try:
                dose = float(convert(spec[next(iter(ends))], str(spec.get("unit", "")), "mg"))
            except UnitError as error:
                self._wrong(f"'unit' of '{name}': {error}", (*keys, "unit"), "use g, mg or ug")
        before, after = (None if h is None else float(h) for h in hours)
        kind = "apart" if before is not None else "above_dose" if "above" in spec else "from_dose"
        return Trigger(kind, dose, before, after)

    def serotonergic(self) -> tuple[frozenset[str], frozenset[str]]:
        """Ingredients and substances that count as serotonergic."""
        spec, keys = self.data.get("serotonergic"), ("serotonergic",)
        needed = ("classes", "substances", "source", "origin", "verified", "note")
        if not self._shape("serotonergic", spec, keys, needed, needed) or not isinstance(spec, dict):
            return frozenset(), frozenset()
        known = self.names.medicine_classes
        classes = self._names("class", spec["classes"], known, (*keys, "classes"))
        substances = self._names("substance", spec["substances"], self.names.substances, (*keys, "substances"))
        return frozenset(i for c in classes for i in known[c].ingredients), frozenset(substances)

    def check_foods(self, columns: Collection[str] | None) -> None:
        """Every sign of foods has a way to be seen and its marks."""
        for name, spec in self._section("foods"):
            keys = ("foods", name)
            if not self._shape(name, spec, keys, ("name", "source", "origin", "verified", "note"), SIGN):
                continue
            for word in ("words", "not"):
                for n, wording in enumerate(self._texts(spec.get(word, []), (*keys, word))):
                    if not 0 < len(plain_words(wording)) <= MOST_WORDS:
                        self._wrong(f"'{wording}' has no words or too many", (*keys, word, n), f"write 1 to {MOST_WORDS} words")
            if not spec.get("words") and "protein_g" not in spec:
                self._wrong(f"'{name}' names no food", keys, "add words, or protein_g")
            if ("column" in spec) != ("from" in spec):
                self._wrong(f"'{name}' needs 'column' and 'from' together", keys, "say from how much of the column a food counts")
            if columns is not None and "column" in spec:
                self._known("column", spec["column"], columns, (*keys, "column"))
            for number in ("from", "protein_g"):
                if number in spec and not isinstance(spec[number], Decimal):
                    self._wrong(f"'{number}' of '{name}' must be a number", (*keys, number), "write it without quotes")

    # --- what all of them need

    def _section(self, name: str) -> Iterator[tuple[str, Any]]:
        section = self.data.get(name)
        if not isinstance(section, dict) or not section:
            self._wrong(f"there is nothing under '{name}:'", (name,), f"add '{name}:' with at least one entry")
            return
        yield from section.items()

    def _shape(self, name: str, spec: object, keys: Keys, needed: Iterable[str], allowed: Collection[str]) -> bool:
        """Whether an entry has all that it needs; what nothing reads is a problem too."""
        lacking = [k for k in needed if not isinstance(spec, dict) or spec.get(k) in (None, "", [])]
        if lacking or not isinstance(spec, dict):
            self._wrong(f"'{name}' has no {', '.join(lacking)}", keys, "add the missing fields", on_key=True)
            return False
        self._only(spec, keys, allowed)
        for mark, words in _MARKS.items():
            if mark in spec:
                self._word(mark, spec[mark], words, (*keys, mark))
        for field in ("source", "sources"):
            for ref in _listed(spec[field]) if field in spec else ():
                if ref not in self.references:
                    fix = did_you_mean(ref, map(str, self.references), otherwise="add the key to knowledge/references.yaml")
                    at = self.document.at(*keys, field)
                    self.problems.add("NB-K012", f"unknown reference '{ref}'", at, label="not in knowledge/references.yaml", fix=fix)
        return True

    def _only(self, spec: object, keys: Keys, allowed: Collection[str]) -> None:
        for key in spec if isinstance(spec, dict) else ():
            if key not in allowed:
                fix = did_you_mean(str(key), allowed, otherwise=f"it may have {', '.join(allowed)}")
                self._wrong(f"'{keys[-1]}' has a field '{key}', which is not read", (*keys, key), fix, on_key=True)

    def _names(self, what: str, listed: object, known: Collection[str], keys: Keys) -> list[str]:
        """The listed names that are known; every other one is a problem."""
        texts = self._texts(listed, keys)
        return [text for n, text in enumerate(texts) if self._known(what, text, known, (*keys, n))]

    def _texts(self, listed: object, keys: Keys) -> list[str]:
        if isinstance(listed, list) and all(isinstance(text, str) and text for text in listed) and len(set(listed)) == len(listed):
            return listed
        self._wrong(f"'{keys[-1]}' must be a list of different names", keys, f"write {keys[-1]}: [one, another]")
        return []

    def _known(self, what: str, word: object, known: Collection[str], keys: Keys) -> bool:
        if word in known:
            return True
        fix = did_you_mean(str(word), map(str, known), otherwise="look at the files that docs/interactions.md names")
        why = "a row about a name that nothing else uses would never speak"
        self.problems.add("NB-K081", f"unknown {what} '{word}'", self.document.at(*keys), why=why, fix=fix)
        return False

    def _word(self, what: str, word: object, allowed: Collection[object], keys: Keys) -> None:
        if word not in allowed:
            told = ", ".join(str(w).lower() if isinstance(w, bool) else str(w) for w in allowed)
            self._wrong(f"'{what}' is none of {told}", keys, did_you_mean(str(word), map(str, allowed), otherwise=f"write one of {told}"))

    def _wrong(self, what: str, keys: Keys, fix: str, *, on_key: bool = False) -> None:
        at = self.document.at_key(*keys) if on_key else self.document.at(*keys)
        self.problems.add("NB-K080", what, at, why="a row that is not understood would be silent about a harm", fix=fix)
