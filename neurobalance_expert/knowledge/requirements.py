"""Reference intakes of adults by life stage, and how the one that holds for a person is found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from msgspec import Struct

from neurobalance_expert.errors import Problems, Span, did_you_mean
from neurobalance_expert.source import Data, Document, in_shape
from neurobalance_expert.source import load as load_document

STANDARDS = ("ear", "rda", "ai", "who_mean")
GROUPS = ("m", "f", "preg", "lact")
ADDED_FOR = ("smoker",)
MULTIPLIED_FOR = ("vegetarian",)
NOT_FOR = ("pregnant", "lactating")
PLANT_DIETS = ("vegetarian", "vegan")
ADULT_AGE = 18
FIRST_ROW_AGE = 19  # the tables start here; 18 uses this row
LAST_MATERNAL_AGE = 50  # the rows for pregnancy and lactation end here
OLDEST = 200

STAGE = re.compile(r"(m|f|preg|lact)(?:(\d+)(?:_(\d+))?)?")


class ReferenceIntake(Struct, frozen=True):
    """The reference that holds for a person: amount per day in ``unit`` (per kg body mass where the unit says so), and its origin."""

    value: Decimal
    unit: str
    source: tuple[str, ...]
    verified: bool
    evidence: str = ""
    stage: str = ""  # key of the row that was used, such as f19_50
    note: str = ""  # what was added or multiplied, and what was not known
    per_kg: Decimal | None = None  # what was multiplied by the body mass, where the reference is one per kg


class Row(Struct, frozen=True):
    """A value for one group and an inclusive range of ages in years."""

    key: str
    group: str
    first: int
    last: int
    value: Decimal

    @property
    def span(self) -> int:
        """Number of years; the narrowest row is the most specific."""
        return self.last - self.first


class Standard(Struct, frozen=True):
    """The rows of one nutrient under one standard."""

    unit: str
    rows: tuple[Row, ...]
    source: tuple[str, ...]
    evidence: str
    verified: bool
    smoker_adds: Decimal = Decimal(0)
    vegetarian_factor: Decimal = Decimal(1)
    not_for: tuple[str, ...] = ()
    at: Span | None = None

    def row(self, group: str, age: int) -> Row | None:
        """The narrowest row of a group that holds at an age."""
        fitting = [row for row in self.rows if row.group == group and row.first <= age <= row.last]
        return min(fitting, key=lambda row: row.span, default=None)


class Requirements(Struct, frozen=True):
    """All reference intakes by nutrient and standard."""

    labels: Mapping[str, str]
    standards: Mapping[tuple[str, str], Standard]

    def nutrients(self) -> tuple[str, ...]:
        """Nutrient ids in the order of the file."""
        return tuple(self.labels)

    def reference(
        self,
        nutrient: str,
        standard: str,
        sex: str | None,
        age_y: int | None,
        pregnancy: str | None,
        lactating: bool | None,
        smoker: bool | None,
        diet_pattern: str | None,
    ) -> ReferenceIntake | None:
        """The reference intake that holds for a person, or None when there is none.

        Pregnancy and lactation come before sex and age (both at once: the larger), then the narrowest range of ages; 18 uses the row of 19;
        an unknown sex takes the larger requirement. None below 18 years, without an age, and for groups the value was not made for.

        Args:
            sex: "female", "male" or None when not known.
            pregnancy: Only "pregnant" changes the row; "trying" and "postpartum" do not.
            lactating, smoker: None when not known counts as no.
            diet_pattern: "vegetarian" and "vegan" take the factor of their diets.
        """
        spec = self.standards.get((nutrient, standard))
        if spec is None or age_y is None or age_y < ADULT_AGE:
            return None
        maternal = maternal_groups(sex, pregnancy, lactating)
        if any(name in spec.not_for for name, _ in maternal):
            return None
        row = _largest(_rows(spec, [group for _, group in maternal], sex, age_y))
        return _adjusted(spec, row, sex, smoker, diet_pattern) if row else None


def maternal_groups(sex: str | None, pregnancy: str | None, lactating: bool | None) -> tuple[tuple[str, str], ...]:
    """State and row group of pregnancy and lactation where they apply; never for a person entered as male."""
    if sex == "male":
        return ()
    states = (("pregnant", "preg", pregnancy == "pregnant"), ("lactating", "lact", lactating is True))
    return tuple((name, group) for name, group, holds in states if holds)


def load(path: Path, references: Iterable[str]) -> Requirements:
    """Reference intakes from a file. Raises InputProblems."""
    return parse_requirements(load_document(path), references)


@in_shape
def parse_requirements(document: Document, references: Iterable[str]) -> Requirements:
    """Reference intakes from ``knowledge/requirements.yaml``.

    Raises:
        InputProblems: every problem of the file.
    """
    problems = Problems(sources={document.file: document.text})
    known = frozenset(references)
    labels: dict[str, str] = {}
    standards: dict[tuple[str, str], Standard] = {}
    data = document.data.get("requirements") if isinstance(document.data, dict) else None
    for nutrient, spec in (data or {}).items():
        keys = ("requirements", str(nutrient))
        if not isinstance(spec, dict) or not isinstance(spec.get("standards"), dict) or not spec.get("unit"):
            what = f"'{nutrient}' needs 'unit:' and 'standards:'"
            problems.add("NB-K040", what, document.at_key(*keys), fix="copy the shape of a neighbour")
            continue
        labels[str(nutrient)] = str(spec.get("label", nutrient))
        for name, entry in spec["standards"].items():
            parsed = _standard(document, problems, (*keys, "standards", str(name)), entry, str(spec["unit"]), known)
            if parsed:
                standards[str(nutrient), str(name)] = parsed
    if not labels:
        problems.add("NB-K040", "there are no reference intakes", document.at(), fix="add 'requirements:' with at least one nutrient")
    problems.stop()
    return Requirements(labels, standards)


def _rows(spec: Standard, maternal: Sequence[str], sex: str | None, age_y: int) -> list[Row]:
    """The rows that may hold: those of pregnancy and lactation, else those of the sex (of both when it is not known)."""
    age = max(age_y, FIRST_ROW_AGE)
    rows = [spec.row(group, min(age, LAST_MATERNAL_AGE)) for group in maternal]
    if not any(rows):
        groups = {"male": ("m",), "female": ("f",)}.get(sex or "", ("m", "f"))
        rows = [spec.row(group, age) for group in groups]
    return [row for row in rows if row]


def _largest(rows: Sequence[Row]) -> Row | None:
    return max(rows, key=lambda row: row.value, default=None)


def _adjusted(spec: Standard, row: Row, sex: str | None, smoker: bool | None, diet_pattern: str | None) -> ReferenceIntake:
    value, notes = row.value, []
    if sex is None and len({r.value for r in spec.rows if r.group in ("m", "f")}) > 1:
        notes.append("sex not known: the larger value")
    if smoker and spec.smoker_adds:
        value += spec.smoker_adds
        notes.append(f"{spec.smoker_adds} added for smoking")
    if diet_pattern in PLANT_DIETS and spec.vegetarian_factor != 1:
        value *= spec.vegetarian_factor
        notes.append(f"times {spec.vegetarian_factor} for a plant diet")
    return ReferenceIntake(value, spec.unit, spec.source, spec.verified, spec.evidence, row.key, "; ".join(notes))


def _standard(
    doc: Document, problems: Problems, keys: tuple[str, ...], entry: Data, unit: str, references: frozenset[str]
) -> Standard | None:
    name, at = keys[-1], doc.at_key(*keys)
    if name not in STANDARDS:
        fix = did_you_mean(name, STANDARDS, otherwise="use " + ", ".join(STANDARDS))
        problems.add("NB-K041", f"unknown standard '{name}'", at, fix=fix)
        return None
    lacking = [field for field in ("values", "source", "evidence", "verified") if not isinstance(entry, dict) or field not in entry]
    if lacking:
        problems.add("NB-K042", f"'{keys[1]}.{name}' has no {', '.join(lacking)}", at, why="a report cites every reference intake in full")
        return None
    sources = tuple(map(str, entry["source"])) if isinstance(entry["source"], list) else (str(entry["source"]),)
    for ref in sources:
        if ref not in references:
            fix = did_you_mean(ref, references, otherwise="add the key to knowledge/references.yaml")
            label = "not in knowledge/references.yaml"
            problems.add("NB-K012", f"unknown reference '{ref}'", doc.at(*keys, "source"), label=label, fix=fix)
    return Standard(
        unit,
        _parse_rows(doc, problems, (*keys, "values"), entry["values"]),
        sources,
        str(entry["evidence"]),
        entry["verified"] is True,
        _amount(doc, problems, (*keys, "add"), entry.get("add"), ADDED_FOR, Decimal(0)),
        _amount(doc, problems, (*keys, "factor"), entry.get("factor"), MULTIPLIED_FOR, Decimal(1)),
        _names(doc, problems, (*keys, "not_for"), entry.get("not_for"), NOT_FOR),
        at,
    )


def _parse_rows(doc: Document, problems: Problems, keys: tuple[str, ...], values: Data) -> tuple[Row, ...]:
    rows = []
    for key, value in (values if isinstance(values, dict) else {}).items():
        match = STAGE.fullmatch(str(key))
        first, last = (int(match[2] or 0), int(match[3] or OLDEST)) if match else (1, 0)
        if not match or first > last or not isinstance(value, Decimal) or value <= 0:
            fix = "write a group (m, f, preg, lact), an optional range of ages such as f19_50 or f51, and a number above 0"
            problems.add("NB-K043", f"'{key}' is no life stage with a value", doc.at_key(*keys, str(key)), fix=fix)
            continue
        rows.append(Row(str(key), match[1], first, last, value))
    if not rows:
        problems.add("NB-K043", f"'{keys[1]}' has no usable values", doc.at(*keys))
    return tuple(rows)


def _amount(doc: Document, problems: Problems, keys: tuple[str, ...], spec: Data, allowed: Sequence[str], default: Decimal) -> Decimal:
    if spec is None:
        return default
    name, amount = next(iter(spec.items())) if isinstance(spec, dict) and len(spec) == 1 else ("", None)
    if name not in allowed or not isinstance(amount, Decimal):
        problems.add("NB-K044", f"'{keys[-1]}' needs one of {', '.join(allowed)} with a number", doc.at(*keys))
        return default
    return amount


def _names(doc: Document, problems: Problems, keys: tuple[str, ...], spec: Data, allowed: Sequence[str]) -> tuple[str, ...]:
    names = tuple(map(str, spec)) if isinstance(spec, list) else ()
    if spec is not None and (not names or set(names) - set(allowed)):
        problems.add("NB-K044", f"'{keys[-1]}' needs a list of {', '.join(allowed)}", doc.at(*keys))
    return names
