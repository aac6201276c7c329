"""What the derivation takes from ``knowledge/derivation.yaml``: limits, words, and which facts speak of a part of the model."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from neurobalance_expert.errors import Problems, did_you_mean
from neurobalance_expert.model.constants import AA
from neurobalance_expert.model.entries import EntryReader
from neurobalance_expert.source import Document, Keys, followed, is_date, load

FILE = "knowledge/derivation.yaml"
GRADES = ("A", "B", "C", "D")
STANDARDS = ("ear", "ai")
_TOP = ("derivation", "review_by", "limits", "together", "precursors", "taken_as", "systems", "nutrients")
_PRECURSOR = ("system", "reaction", "kinetics", "not_in", "move", "caution")
_SYSTEM = ("name", "called", "short_supply", "finding")
_NUTRIENT = (
    "standard", "by_lab", "primary", "also_intake", "enough_by", "not_in", "evidence", "of_lab", "do_lab", "of_intake", "do_intake",
)  # fmt: skip


class Precursor(Struct, frozen=True):
    """An amino acid that crosses on a shared carrier and starts a line of transmitters in the brain."""

    aa: str
    system: str
    reaction: str  # its first step, an id of the network
    kinetics: str  # the published model of that step
    not_in: tuple[str, ...]  # conditions with aims of their own
    move: str  # where to the rivals that were taken with it
    caution: str  # about taking it at all


class System(Struct, frozen=True):
    """A pathway of the network as findings name it."""

    id: str
    name: str
    called: str  # with an explanation, in a sentence
    short_supply: bool  # whether a rule concludes that its precursor is short
    finding: bool  # whether it has findings of its own


class NutrientWords(Struct, frozen=True):
    """A nutrient: which facts speak of it, and what no reaction knows about it."""

    id: str
    standard: str
    by_lab: bool
    primary: str
    also_intake: tuple[str, ...]
    enough_by: tuple[str, ...]
    not_in: tuple[str, ...]
    evidence: tuple[tuple[str, str, str], ...]
    of_lab: str
    do_lab: str
    of_intake: str
    do_intake: str


class Choices(Struct, frozen=True):
    """The choices, read and checked."""

    deviations: float
    variation: Mapping[str, float]  # within-person coefficient of variation of plasma by amino acid
    together: tuple[tuple[str, ...], ...]
    reference_mass_kg: float
    follows: float  # elasticity from which synthesis is said to follow its precursor
    precursors: tuple[Precursor, ...]
    taken_as: Mapping[str, tuple[str, ...]]
    systems: Mapping[str, System]
    nutrients: Mapping[str, NutrientWords]
    review_by: str = ""  # ISO date by which the derived rules are looked at again


class Known(Struct, frozen=True):
    """Names that the choices may use."""

    references: Collection[str]
    conditions: Collection[str]
    analytes: Collection[str]
    substances: Collection[str]
    pathways: Collection[str]
    species: Collection[str]
    reactions: Collection[str]
    kinetics: Collection[str]


def load_choices(kb: Path, known: Known) -> Choices:
    """The choices of a knowledge base.

    Raises:
        InputProblems: everything that is wrong in the file.
    """
    return parse_choices(load(kb / FILE, shown_as=FILE), known)


def parse_choices(document: Document, known: Known) -> Choices:
    """The same from a parsed document."""
    reader = _Reader(document, known)
    with followed(document):
        choices = reader.choices()
    reader.problems.stop()
    return choices


class _Reader:
    def __init__(self, doc: Document, known: Known) -> None:
        self.doc, self.known = doc, known
        self.entries = EntryReader(doc, dict.fromkeys(known.references))
        self.problems: Problems = self.entries.problems

    def choices(self) -> Choices:
        """Everything; what is wrong is noted."""
        data = self.doc.data if isinstance(self.doc.data, dict) else {}
        self._names(data, _TOP, "field", ())
        units = {"deviations": "1", "reference_mass": "kg", "follows": "1"}
        deviations, mass, follows = (self.entries.scalar(("limits", name), unit) for name, unit in units.items())
        variation = self.entries.mapping(("limits", "variation"), "1")
        self._names(variation, AA, "amino acid", ("limits", "variation", "values"))
        together = [self._list(group, AA, "amino acid", ("together", i)) for i, group in enumerate(data.get("together") or [])]
        species = {name: self._list(v, self.known.substances, "substance", ("taken_as", name)) for name, v in self._part(data, "taken_as")}
        self._names(species, self.known.species, "species", ("taken_as",))
        systems = {key: self._system(key, spec) for key, spec in self._part(data, "systems")}
        self._names(systems, self.known.pathways, "pathway", ("systems",))
        precursors = tuple(self._precursor(aa, spec) for aa, spec in self._part(data, "precursors"))
        nutrients = {name: self._nutrient(name, spec, systems) for name, spec in self._part(data, "nutrients")}
        review_by = str(data.get("review_by", ""))
        if review_by and not is_date(review_by):
            what, fix = f"'review_by' is a date, not '{review_by}'", "write year, month and day, such as 2027-11-30"
            self.problems.add("NB-K050", what, self.doc.at("review_by"), fix=fix)
        return Choices(deviations, variation, tuple(together), mass, follows, precursors, species, systems, nutrients, review_by)

    def _precursor(self, aa: str, spec: Mapping[str, Any]) -> Precursor:
        keys = ("precursors", aa)
        self._names([aa], AA, "amino acid", ("precursors",))
        self._names(spec, _PRECURSOR, "field", keys)
        self._names([spec.get("reaction")], self.known.reactions, "reaction", keys)
        self._names([spec.get("system")], self.known.pathways, "pathway", keys)
        self._names([spec.get("kinetics")], self.known.kinetics, "kinetic model", keys)
        not_in = self._list(spec.get("not_in", []), self.known.conditions, "condition", (*keys, "not_in"))
        move, caution = (str(spec.get(key, "")) for key in ("move", "caution"))
        return Precursor(aa, str(spec.get("system")), str(spec.get("reaction")), str(spec.get("kinetics")), not_in, move, caution)

    def _system(self, key: str, spec: Mapping[str, Any]) -> System:
        self._names(spec, _SYSTEM, "field", ("systems", key))
        name = str(spec.get("name", key))
        return System(key, name, str(spec.get("called", name)), spec.get("short_supply") is True, spec.get("finding") is not False)

    def _nutrient(self, name: str, spec: Mapping[str, Any], systems: Mapping[str, System]) -> NutrientWords:
        keys = ("nutrients", name)
        self._names(spec, _NUTRIENT, "field", keys)
        self._names([spec.get("standard")], STANDARDS, "standard", keys)
        self._names([spec.get("primary")], systems, "system", keys)
        grounds = []
        for entry in spec.get("evidence", []):
            self._names(entry, ("ref", "grade", "supports"), "field", (*keys, "evidence"))
            self._names([entry.get("ref")], self.known.references, "reference", (*keys, "evidence"))
            self._names([entry.get("grade")], GRADES, "grade", (*keys, "evidence"))
            grounds.append((str(entry.get("ref")), str(entry.get("grade")), str(entry.get("supports"))))
        texts = {key: " ".join(str(spec.get(key, "")).split()) for key in ("of_lab", "do_lab", "of_intake", "do_intake")}
        return NutrientWords(
            id=name,
            standard=str(spec.get("standard")),
            by_lab=spec.get("by_lab") is True,
            primary=str(spec.get("primary")),
            also_intake=self._list(spec.get("also_intake", []), systems, "system", (*keys, "also_intake")),
            enough_by=self._list(spec.get("enough_by", []), self.known.analytes, "analyte", (*keys, "enough_by")),
            not_in=self._list(spec.get("not_in", []), self.known.conditions, "condition", (*keys, "not_in")),
            evidence=tuple(grounds),
            **texts,
        )

    def _part(self, data: Mapping[str, Any], part: str) -> Iterator[tuple[str, Any]]:
        """Name and content of each entry of a part that is a mapping."""
        entries = data.get(part)
        if not isinstance(entries, dict):
            self.problems.add("NB-K050", f"'{part}' must map names to entries", self.doc.at(part))
            return
        for name, spec in entries.items():
            if isinstance(spec, dict if part != "taken_as" else list):
                yield name, spec
            else:
                self.problems.add("NB-K050", f"'{name}' has another form than its neighbours", self.doc.at(part, name))

    def _list(self, value: Any, allowed: Collection[str], what: str, keys: Keys) -> tuple[str, ...]:
        if not isinstance(value, list):
            self.problems.add("NB-K050", f"'{keys[-1]}' must be a list", self.doc.at(*keys))
            return ()
        self._names(value, allowed, what, keys)
        return tuple(str(v) for v in value)

    def _names(self, names: Any, allowed: Collection[str] | Sequence[str], what: str, keys: Keys) -> None:
        for name in names:
            if name not in allowed:
                hint = did_you_mean(str(name), sorted(allowed), otherwise=f"use a {what} that is known")
                self.problems.add("NB-K050", f"unknown {what} '{name}'", self.doc.at(*keys, name), fix=hint)
