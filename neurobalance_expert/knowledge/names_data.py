"""The names and limits that the case gate needs: substances, medicines, conditions, analytes, plausibility, kinds. Typed once, at load.

A name table maps every accepted spelling to what it means. Spellings are compared in a normal form (``normal_name``): case, spaces,
hyphens and dots do not count; letters of another script never match.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from neurobalance_expert import source
from neurobalance_expert.errors import Problems, did_you_mean
from neurobalance_expert.knowledge.names_types import (
    Analyte,
    Condition,
    Diet,
    DoseLimit,
    Limit,
    MedicineClass,
    Names,
    NameTable,
    Plausibility,
    Range,
    Substance,
)
from neurobalance_expert.source import Document, Keys
from neurobalance_expert.units import UnitError, convert

__all__ = [
    "Analyte",
    "Condition",
    "Diet",
    "DoseLimit",
    "Limit",
    "NameTable",
    "Names",
    "Plausibility",
    "Range",
    "Substance",
    "load_names",
    "normal_name",
    "unit_key",
]

LIMITS = ("low", "deficient", "borderline", "high", "refer_low", "refer_high")

_IGNORED = re.compile(r"[\s\-_.,'\u2019\u2010-\u2015]+")


def normal_name(text: str) -> str:
    """The form in which names are compared.

    >>> normal_name(" St. John's  Wort") == normal_name("st johns wort")
    True
    """
    return _IGNORED.sub("", unicodedata.normalize("NFKC", text).casefold())


def unit_key(unit: str) -> str:
    """The form in which laboratory units are compared: case, spaces and the three spellings of micro do not count.

    >>> unit_key("\\u00b5mol / L") == unit_key("umol/l")
    True
    """
    plain = unicodedata.normalize("NFKC", unit).casefold().replace("\u03bc", "u").replace("\u00b2", "2")
    return re.sub(r"\s+", "", plain).replace("mcg", "ug")


def load_names(kb: Path | Mapping[str, Document]) -> Names:
    """The typed names of a knowledge base, from its folder or from documents parsed before (by path, ``knowledge/medicines.yaml``).

    Raises:
        InputProblems: every problem of the six files.
    """
    paths = {name: f"knowledge/{name}.yaml" for name in _BUILDERS}
    if isinstance(kb, Path):
        documents = {name: source.load(kb / path, shown_as=path) for name, path in paths.items()}
    else:
        documents = {name: kb[path] for name, path in paths.items()}
    problems = Problems(sources={d.file: d.text for d in documents.values()})
    files = {name: _File(document, problems) for name, document in documents.items()}
    parts = {name: files[name].build(builder) for name, builder in _BUILDERS.items()}
    problems.stop()
    return Names(**{key: value for part in parts.values() for key, value in part.items()})


class _File:
    """One parsed file with the collector of problems."""

    def __init__(self, document: Document, problems: Problems) -> None:
        self.document = document
        self.problems = problems
        self.data: dict[str, Any] = document.data if isinstance(document.data, dict) else {}

    def problem(self, code: str, what: str, keys: Keys, fix: str, why: str = "") -> None:
        """Note a problem at a key of this file."""
        self.problems.add(code, what, self.document.at(*keys), fix=fix, why=why)

    def build(self, builder: Callable[[_File], dict[str, Any]]) -> dict[str, Any]:
        """What the builder makes of this file; nothing, and a problem, when the file has another shape than the builder reads."""
        try:
            return builder(self)
        except (LookupError, TypeError, AttributeError, ValueError, ArithmeticError) as error:
            detail = f"{type(error).__name__}: {error}"
            self.problem("NB-K066", f"the file does not have the shape it needs ({detail})", (), "compare it with the file that ships")
            return {}

    def entries(self, section: str, *needed: str) -> list[tuple[str, dict[str, Any]]]:
        """Entries of a section that have all needed fields; the others are problems."""
        out = []
        for id_, spec in self.data.get(section, {}).items():
            lacking = [k for k in needed if not isinstance(spec, dict) or k not in spec]
            if lacking:
                self.problem("NB-K060", f"'{id_}' has no {', '.join(lacking)}", (section, id_), "add the missing fields")
            else:
                out.append((str(id_), spec))
        if not out:
            self.problem("NB-K061", f"there is nothing under '{section}:'", (), f"add '{section}:' with at least one entry")
        return out

    def check_source(self, key: object, keys: Keys) -> None:
        """A cited source must stand under ``sources:`` of the same file."""
        sources = self.data.get("sources", {})
        if key not in sources:
            fix = did_you_mean(str(key), sources, otherwise="add it under 'sources:'")
            self.problem("NB-K062", f"unknown source '{key}'", keys, fix, "a report cites a limit by its source")


class _Spellings:
    """Collects spellings; one that would mean two things is a problem of the knowledge base."""

    def __init__(self, file: _File) -> None:
        self.file = file
        self.exact: dict[str, tuple[str, ...]] = {}
        self.spelled: dict[str, str] = {}

    def add(self, spelling: object, ids: tuple[str, ...], keys: Keys) -> None:
        """One more way to write these ids."""
        key = normal_name(str(spelling))
        if self.exact.get(key, ids) != ids:
            what = f"the name '{spelling}' means both {' + '.join(self.exact[key])} and {' + '.join(ids)}"
            self.file.problem("NB-K063", what, keys, "keep it at one of them, or list it under 'ambiguous:'")
            return
        self.exact[key] = ids
        self.spelled.setdefault(key, str(spelling))

    def table(self) -> NameTable:
        """The finished table, with the file's ambiguous names."""
        ambiguous = {}
        for name, ids in self.file.data.get("ambiguous", {}).items():
            for id_ in ids:
                if normal_name(id_) not in self.exact:
                    self.file.problem(
                        "NB-K064", f"'{id_}' is not an id of this file", ("ambiguous", name), "use ids that are defined above"
                    )
            ambiguous[normal_name(name)] = tuple(ids)
            self.spelled.setdefault(normal_name(name), name)
        packs = {normal_name(name): str(pack) for name, pack in self.file.data.get("from_packs", {}).items()}
        return NameTable(self.exact, ambiguous, self.spelled, packs)


def _spellings(file: _File, section: str, known: Mapping[str, Substance] | Mapping[str, Analyte]) -> NameTable:
    found = _Spellings(file)
    for id_ in known:
        found.add(id_, (id_,), (section, id_))
        spec = file.data[section][id_]
        for spelling in (*spec.get("also", ()), *spec.get("salts", ())):
            found.add(spelling, (id_,), (section, id_))
    return found.table()


def _substances(file: _File) -> dict[str, Any]:
    known = {id_: _substance(id_, spec) for id_, spec in file.entries("substances", "name", "kind")}
    return {"substances": known, "substance_names": _spellings(file, "substances", known)}


def _substance(id_: str, spec: Mapping[str, Any]) -> Substance:
    return Substance(
        id_,
        str(spec["name"]),
        str(spec["kind"]),
        str(spec.get("pathway", "")),
        str(spec.get("amino_acid", "")),
        tuple(spec.get("member_of", ())),
        tuple(spec.get("contains", ())),
        spec.get("basis") is True,
        {normal_name(str(name)): float(str(share)) for name, share in spec.get("salts", {}).items()},
    )


def _medicines(file: _File) -> dict[str, Any]:
    found = _Spellings(file)
    classes = {}
    for id_, spec in file.entries("classes", "name", "ingredients"):
        ingredients = tuple(map(str, spec["ingredients"]))
        usual, special = spec.get("washout_days"), spec.get("washout_by_ingredient", {})
        days = {i: _whole(special.get(i, usual)) for i in ingredients}
        classes[id_] = MedicineClass(id_, str(spec["name"]), ingredients, days)
        for ingredient in ingredients:
            found.add(ingredient, (ingredient,), ("classes", id_))
    for ingredient in file.data.get("without_class", ()):
        found.add(ingredient, (str(ingredient),), ("without_class",))
    for section in ("also_known_as", "brands"):
        for name, listed in file.data.get(section, {}).items():
            ids = (str(name),) if section == "also_known_as" else tuple(map(str, listed))
            for id_ in ids:
                if normal_name(id_) not in found.exact:
                    file.problem(
                        "NB-K064", f"'{id_}' is not an ingredient of this file", (section, name), "add it to a class or 'without_class'"
                    )
            for spelling in listed if section == "also_known_as" else (name,):
                found.add(spelling, ids, (section, name))
    return {"medicine_classes": classes, "medicine_names": found.table(), "salts": frozenset(file.data["salts"])}


def _whole(value: object) -> int | None:
    return int(value) if isinstance(value, Decimal) else None


def _conditions(file: _File) -> dict[str, Any]:
    known = {id_: Condition(id_, str(spec["name"])) for id_, spec in file.entries("conditions", "name")}
    for id_ in file.data.get("without_rule", {}):
        known[id_] = Condition(id_, id_.replace("_", " "), has_rule=False)
    return {"conditions": known, "condition_names": _condition_names(file, known)}


def _condition_names(file: _File, known: Mapping[str, Condition]) -> NameTable:
    found = _Spellings(file)
    plain = file.data.get("without_rule", {})
    for id_, condition in known.items():
        section = "without_rule" if id_ in plain else "conditions"
        also = plain[id_] if id_ in plain else file.data["conditions"][id_].get("also", ())
        for spelling in (id_, condition.name, *also):
            found.add(spelling, (id_,), (section, id_))
    return found.table()


def _analytes(file: _File) -> dict[str, Any]:
    known = {id_: _analyte(file, id_, spec) for id_, spec in file.entries("analytes", "name", "unit", "hard")}
    return {"analytes": known, "analyte_names": _spellings(file, "analytes", known)}


def _analyte(file: _File, id_: str, spec: Mapping[str, Any]) -> Analyte:
    keys = ("analytes", id_)
    limits = []
    for i, row in enumerate(spec.get("limits", ())):
        lacking = [k for k in ("is", "value", "source", "evidence", "verified") if k not in row]
        if lacking or row["is"] not in LIMITS:
            file.problem(
                "NB-K060",
                f"a limit of '{id_}' needs is, value, source, evidence and verified",
                (*keys, "limits", i),
                f"'is' is one of {', '.join(LIMITS)}",
            )
            continue
        file.check_source(row["source"], (*keys, "limits", i, "source"))
        group, note = str(row.get("for", "")), str(row.get("note", ""))
        limits.append(Limit(row["is"], row["value"], group, row["source"], str(row["evidence"]), row["verified"] is True, note))
    unit, accepted = str(spec["unit"]), spec.get("accept", {})
    factors = {unit_key(unit): Decimal(1)} | {unit_key(u): Decimal(f) for u, f in accepted.items()}
    low, high = spec["hard"]
    loinc, caution = tuple(spec.get("loinc", ())), str(spec.get("caution", ""))
    return Analyte(id_, str(spec["name"]), unit, (unit, *accepted), factors, (low, high), tuple(limits), loinc, caution)


def _plausibility(file: _File) -> dict[str, Any]:
    rows = file.entries("supplements", "unit", "confirm", "reject", "source")
    doses = {id_: _dose_limit(file, spec, ("supplements", id_)) for id_, spec in rows}
    person, foods, dates, numbers = (dict(file.entries(s)) for s in ("person", "foods", "dates", "numbers"))
    diet = file.data["diet"]
    limits = Plausibility(
        person={k: Range(**v) for k, v in person.items()},
        food_item_g=_amount(foods["item_g"]),
        food_day_g=_amount(foods["day_g"]),
        free_item_g=_amount(foods["free_g"]),
        days_from_diary=int(str(dates["days_from_diary_date"]["reject"])),
        significant_digits=int(str(numbers["significant_digits"])),
        smallest=Decimal(str(numbers["smallest"])),
        largest=Decimal(str(numbers["largest"])),
        doses=doses,
        other_dose=_dose_limit(file, file.data["other_supplements"], ("other_supplements",)),
        diet=Diet(
            {k: frozenset(v) for k, v in diet["excludes"].items()},
            dict(diet["groups"]),
            {k: frozenset(v) for k, v in diet["words"].items()},
            frozenset(diet["never_animal"]),
            frozenset(diet["never_dairy"]),
        ),
    )
    return {"plausibility": limits}


def _amount(spec: Mapping[str, Decimal]) -> Range:
    return Range(max=spec["reject"], confirm_above=spec["confirm"])


def _dose_limit(file: _File, spec: Mapping[str, Any], keys: Keys) -> DoseLimit:
    file.check_source(spec["source"], (*keys, "source"))
    unit = str(spec["unit"])
    try:
        confirm, reject = convert(spec["confirm"], unit, "mg"), convert(spec["reject"], unit, "mg")
    except UnitError as error:
        file.problem("NB-K065", str(error), (*keys, "unit"), "use g, mg or ug")
        confirm = reject = Decimal(0)
    return DoseLimit(confirm, reject, unit, spec.get("smallest_share", Decimal(1)), str(spec.get("trap", "")))


def _kinds(file: _File) -> dict[str, Any]:
    """The kinds that have a speed; that the speeds are there is for the reader of constants to say."""
    speeds = {"protein": "digestion_speeds", "carbohydrate": "carbohydrate_speeds"}
    constants = file.data.get("plasma", {})
    return {"kinds": {part: tuple(constants.get(name, {}).get("values", ())) for part, name in speeds.items()}}


_BUILDERS: dict[str, Callable[[_File], dict[str, Any]]] = {
    "substances": _substances,
    "medicines": _medicines,
    "conditions": _conditions,
    "plausibility": _plausibility,
    "analytes": _analytes,
    "plasma": _kinds,
}
