"""The network from ``knowledge/network``, strictly: every problem of every file with its place."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from neurobalance_expert.errors import InputProblems, Problem, Problems, Span, did_you_mean
from neurobalance_expert.knowledge.status import PARTS_OF_A_REACTION
from neurobalance_expert.model.entries import ORIGINS
from neurobalance_expert.model.network.balance import check_balance, check_use
from neurobalance_expert.model.network.notation import parse_equation, parse_formula
from neurobalance_expert.model.network.types import Cofactor, Marks, Network, Pathway, Reaction, Species
from neurobalance_expert.source import Document, Keys, followed, load

FOLDER = "knowledge/network"
SPECIES_FILE = f"{FOLDER}/species.yaml"
COFACTORS_FILE = f"{FOLDER}/cofactors.yaml"
REACTIONS = f"{FOLDER}/reactions"
NUTRIENTS = "knowledge/nutrients.yaml"
MARKS = ("source", "origin", "verified", "evidence", "note")
SPECIES = ("name", "formula", "charge", "chebi", "currency", *MARKS)
REACTION = (
    "name", "enzyme", "genes", "ec", "equation", "cofactors", "any_cofactor", "role", "rate_limiting", "reversible", "site", "kegg", "rhea",
    "read", *MARKS,
)  # fmt: skip
COFACTOR = ("name", "nutrients", "made_by", *MARKS)
FILE_KEYS = {
    "species": ("network", "marks", "species"),
    "cofactors": ("network", "marks", "cofactors", "co_substrates"),
    "reactions": ("network", "marks", "pathway", "name", "products", "reactions"),
}
SHAPES = {"kegg": re.compile(r"R\d{5}"), "ec": re.compile(r"[1-7](\.\d+){3}"), "genes": re.compile(r"[A-Z][A-Z0-9]*")}
ROLES = ("makes", "breaks")
READABLE = (*PARTS_OF_A_REACTION, "kegg", "rhea")  # what ``read`` of a reaction may name
GRADES = ("A", "B", "C", "D")


def load_network(kb: Path, references: Mapping[str, object]) -> Network:
    """The network of a knowledge base, balanced and complete.

    Args:
        kb: Folder that holds ``knowledge/network``.
        references: Known reference keys.

    Raises:
        InputProblems: everything that is wrong with it, unbalanced reactions included.
    """
    network, problems = read_network(kb, references)
    problems.stop()
    return network


def read_network(kb: Path, references: Mapping[str, object]) -> tuple[Network, Problems]:
    """The network as far as it could be read, and every problem."""
    if not (kb / SPECIES_FILE).is_file():
        fix = "use a knowledge base that 'neurobalance init' made"
        raise InputProblems([Problem("NB-K020", f"the knowledge base has no file '{SPECIES_FILE}'", None, "", "", fix)])
    nutrients = load(kb / NUTRIENTS, shown_as=NUTRIENTS)
    paths = [SPECIES_FILE, COFACTORS_FILE, *(p.relative_to(kb).as_posix() for p in sorted((kb / REACTIONS).glob("*.yaml")))]
    return parse_network({path: load(kb / path, shown_as=path, keep=True) for path in paths}, nutrients, references)


def parse_network(documents: Mapping[str, Document], nutrient_file: Document, references: Mapping[str, object]) -> tuple[Network, Problems]:
    """The same from parsed documents by path; ``documents`` may hold other files too."""
    problems = Problems()
    with followed(nutrient_file):
        nutrients = nutrient_file.data["nutrients"]
    reader = _Files(references, nutrients, problems)
    species_file = _take(documents[SPECIES_FILE], problems)
    with followed(species_file):
        species = reader.species(species_file)
    cofactor_file = _take(documents[COFACTORS_FILE], problems)
    with followed(cofactor_file):
        cofactors = reader.cofactors(cofactor_file, species)
    reactions: dict[str, Reaction] = {}
    pathways: dict[str, Pathway] = {}
    for path in sorted(path for path in documents if path.startswith(f"{REACTIONS}/")):
        document = _take(documents[path], problems)
        with followed(document):
            reader.pathway(document, species, cofactors, reactions, pathways)
    with followed(cofactor_file):
        reader.made_by(cofactor_file, cofactors, pathways)
    network = Network(species, reactions, pathways, cofactors)
    if not problems.found:
        check_balance(network, problems)
        check_use(network, problems)
    return network, problems


def _take(document: Document, problems: Problems) -> Document:
    problems.sources[document.file] = document.text
    problems.found += document.problems
    return document


class _Files:
    """What the files are read with."""

    def __init__(self, references: Mapping[str, object], nutrients: Mapping[str, object], problems: Problems) -> None:
        self.references, self.nutrients, self.problems = references, nutrients, problems
        self.rhea: dict[int, Span] = {}

    def species(self, doc: Document) -> dict[str, Species]:
        """The species of their file; one with a formula that cannot be read is left out, with a problem."""
        self._top(doc, "species")
        found: dict[str, Species] = {}
        for name, spec, keys in self._items(doc, ("species",), SPECIES, ("name", "formula", "charge")):
            try:
                atoms = parse_formula(str(spec["formula"]))
            except ValueError as error:
                self.problems.add("NB-M023", f"the formula of '{name}' cannot be read: {error}", doc.at(*keys, "formula"))
                continue
            charge = self._whole(doc, (*keys, "charge"), spec["charge"]) or 0
            chebi = self._whole(doc, (*keys, "chebi"), spec["chebi"]) if "chebi" in spec else None
            marks = self._marks(doc, spec, keys)
            formula, currency = str(spec["formula"]), self._flag(doc, spec, keys, "currency")
            found[name] = Species(name, str(spec["name"]), formula, atoms, charge, chebi, currency, marks, doc.at_key(*keys))
        return found

    def cofactors(self, doc: Document, species: Mapping[str, Species]) -> dict[str, Cofactor]:
        """Bound co-factors and recycled co-substrates; these have the names of their species."""
        self._top(doc, "cofactors")
        found: dict[str, Cofactor] = {}
        for part, bound in (("cofactors", True), ("co_substrates", False)):
            for name, spec, keys in self._items(doc, (part,), COFACTOR, ("nutrients",)):
                self._marks(doc, spec, keys)
                nutrients = self._texts(doc, (*keys, "nutrients"), spec["nutrients"])
                for number, nutrient in enumerate(nutrients):
                    self._known(nutrient, self.nutrients, "nutrient", doc, (*keys, "nutrients", number))
                if not bound and not self._known(name, species, "species", doc, (*keys,)):
                    continue
                title = str(spec.get("name", name)) if bound else species[name].name
                found[name] = Cofactor(name, title, nutrients, str(spec.get("made_by", "")), bound)
        return found

    def made_by(self, doc: Document, cofactors: Mapping[str, Cofactor], pathways: Mapping[str, Pathway]) -> None:
        """Whether each co-factor is made by a pathway that there is."""
        for cofactor in cofactors.values():
            if cofactor.made_by:
                part = "cofactors" if cofactor.bound else "co_substrates"
                self._known(cofactor.made_by, pathways, "pathway", doc, (part, cofactor.id, "made_by"))

    def pathway(
        self,
        doc: Document,
        species: Mapping[str, Species],
        cofactors: Mapping[str, Cofactor],
        reactions: dict[str, Reaction],
        pathways: dict[str, Pathway],
    ) -> None:
        """Adds the reactions of one file and its pathway."""
        data = doc.data if isinstance(doc.data, dict) else {}
        self._top(doc, "reactions")
        key = str(data.get("pathway", ""))
        if key in pathways:
            self.problems.add("NB-M024", f"the pathway '{key}' stands in two files", doc.at("pathway"), fix="give one of them another id")
        products = self._texts(doc, ("products",), data.get("products", []))
        for number, product in enumerate(products):
            self._known(product, species, "species", doc, ("products", number))
        pathways[key] = Pathway(key, str(data.get("name", key)), products)
        for name, spec, keys in self._items(doc, ("reactions",), REACTION, ("name", "equation", "cofactors", "role")):
            if name in reactions:
                first = reactions[name].at
                what = f"the reaction '{name}' stands twice"
                self.problems.add("NB-M024", what, doc.at_key(*keys), fix="give one of them another id", also=((first, "the other one"),))
                continue
            reaction = self._reaction(doc, name, spec, keys, key, species, cofactors)
            if reaction:
                reactions[name] = reaction

    def _reaction(
        self,
        doc: Document,
        name: str,
        spec: Mapping[str, Any],
        keys: Keys,
        pathway: str,
        species: Mapping[str, Species],
        cofactors: Mapping[str, Cofactor],
    ) -> Reaction | None:
        at = doc.at(*keys, "equation")
        try:
            counts = parse_equation(str(spec["equation"]))
        except ValueError as error:
            self.problems.add("NB-M023", f"the equation of '{name}' cannot be read: {error}", at)
            return None
        unknown = [s for s in counts if not self._known(s, species, "species", doc, (*keys, "equation"))]
        bound = self._texts(doc, (*keys, "cofactors"), spec["cofactors"])
        for number, cofactor in enumerate(bound):
            self._known(cofactor, [c for c in cofactors.values() if c.bound and c.id], "co-factor", doc, (*keys, "cofactors", number))
        if spec["role"] not in ROLES:
            self._known(str(spec["role"]), ROLES, "role", doc, (*keys, "role"))
        if unknown:
            return None
        for field in ("kegg", "ec", "genes"):
            self._shaped(doc, spec, keys, field)
        rhea = self._whole(doc, (*keys, "rhea"), spec["rhea"]) if "rhea" in spec else None
        if rhea:
            first = self.rhea.setdefault(rhea, doc.at(*keys, "rhea"))
            if first != doc.at(*keys, "rhea"):
                what = f"the Rhea number {rhea} stands on two reactions"
                self.problems.add("NB-M022", what, doc.at(*keys, "rhea"), fix="correct one of the two", also=((first, "the other one"),))
        return Reaction(
            id=name,
            name=str(spec["name"]),
            pathway=pathway,
            enzyme=str(spec.get("enzyme", name)),
            genes=self._texts(doc, (*keys, "genes"), spec.get("genes", [])),
            ec=self._texts(doc, (*keys, "ec"), spec.get("ec", [])),
            equation=str(spec["equation"]),
            stoichiometry=counts,
            cofactors=bound,
            any_cofactor=self._flag(doc, spec, keys, "any_cofactor"),
            makes=spec["role"] == "makes",
            rate_limiting=self._flag(doc, spec, keys, "rate_limiting"),
            reversible=self._flag(doc, spec, keys, "reversible"),
            site=str(spec.get("site", "")),
            kegg=str(spec.get("kegg", "")),
            rhea=rhea,
            read=self._read(doc, spec, keys),
            marks=self._marks(doc, spec, keys),
            at=doc.at_key(*keys),
            equation_at=at,
        )

    def _items(self, doc: Document, at: Keys, allowed: Sequence[str], needed: Sequence[str]) -> list[tuple[str, Mapping[str, Any], Keys]]:
        """Name, fields and place of each entry of a mapping that has what it needs."""
        data: Any = doc.data
        for key in at:
            data = data.get(key) if isinstance(data, dict) else None
        if not isinstance(data, dict):
            self.problems.add("NB-M025", f"'{at[-1]}' must map names to entries", doc.at(*at))
            return []
        found = []
        for name, spec in data.items():
            keys = (*at, name)
            lacking = [field for field in needed if not isinstance(spec, dict) or field not in spec]
            if lacking:
                fix = "add the missing fields"
                self.problems.add("NB-M025", f"'{name}' has no {', '.join(lacking)}", doc.at_key(*keys), fix=fix)
                continue
            for field in spec:
                self._known(field, allowed, "field", doc, (*keys, field))
            found.append((name, spec, keys))
        return found

    def _marks(self, doc: Document, spec: Mapping[str, Any], keys: Keys) -> Marks:
        """The marks of an entry over those of its file."""
        whole = {**(doc.data.get("marks") or {}), **{k: spec[k] for k in MARKS if k in spec}}
        lacking = [k for k in MARKS if k not in whole and k != "note"]
        if lacking:
            self.problems.add(
                "NB-K010", f"'{keys[-1]}' has no {', '.join(lacking)}", doc.at_key(*keys), fix="add them, or marks for the whole file"
            )
            return Marks((), "", False, "")
        sources = self._sources(doc, spec, keys) or self._sources(doc, doc.data["marks"], ("marks",))
        for field, choices in (("origin", ORIGINS), ("evidence", GRADES)):
            if whole[field] not in choices:
                self._known(str(whole[field]), choices, field, doc, (*(keys if field in spec else ("marks",)), field))
        verified = self._flag(doc, whole, keys if "verified" in spec else ("marks",), "verified")
        return Marks(sources, str(whole["origin"]), verified, str(whole["evidence"]), str(whole.get("note", "")))

    def _sources(self, doc: Document, spec: Mapping[str, Any], keys: Keys) -> tuple[str, ...]:
        """The references that an entry, or the marks of a file, name; () when none."""
        named = spec.get("source", [])
        sources = tuple(map(str, named)) if isinstance(named, list) else (str(named),)
        for source in sources:
            if source not in self.references:
                hint = did_you_mean(source, [str(r) for r in self.references], otherwise="add the key to knowledge/references.yaml")
                at = doc.at(*keys, "source")
                if not any(p.code == "NB-K012" and p.at == at for p in self.problems.found):  # marks of a file are said once
                    self.problems.add("NB-K012", f"unknown reference '{source}'", at, fix=hint)
        return sources

    def _read(self, doc: Document, spec: Mapping[str, Any], keys: Keys) -> tuple[str, ...]:
        """The fields of a reaction that were read; the reaction has them, and says where co-factors, genes and EC numbers were read."""
        read = self._texts(doc, (*keys, "read"), spec.get("read", []))
        for number, field in enumerate(read):
            self._known(field, [f for f in READABLE if f in spec], "field of the reaction", doc, (*keys, "read", number))
        if set(read) & set(PARTS_OF_A_REACTION) and "source" not in spec:
            what = f"'{keys[-1]}' does not say where it was read"
            self.problems.add("NB-K010", what, doc.at(*keys, "read"), fix="add source: with the references, or take the fields off")
        return read

    def _known(self, name: object, allowed: Any, what: str, doc: Document, keys: Keys) -> bool:
        names = [getattr(a, "id", a) for a in allowed]
        if name in names:
            return True
        hint = did_you_mean(str(name), [str(n) for n in names], otherwise=f"known: {', '.join(map(str, names[:40]))}")
        self.problems.add("NB-M026", f"unknown {what} '{name}'", doc.at(*keys), fix=hint)
        return False

    def _top(self, doc: Document, kind: str) -> None:
        for key in doc.data if isinstance(doc.data, dict) else ():
            self._known(key, FILE_KEYS[kind], "field", doc, (key,))
        if isinstance(doc.data, dict) and isinstance(doc.data.get("marks"), dict):
            self._sources(doc, doc.data["marks"], ("marks",))

    def _flag(self, doc: Document, spec: Mapping[str, Any], keys: Keys, field: str) -> bool:
        """A field that is true, false or left out."""
        value = spec.get(field, False)
        if not isinstance(value, bool):
            self.problems.add("NB-K011", f"'{field}' must be true or false", doc.at(*keys, field), fix="write true or false")
        return value is True

    def _shaped(self, doc: Document, spec: Mapping[str, Any], keys: Keys, field: str) -> None:
        """Identifiers of a register look alike; one that does not is a slip."""
        for value in spec.get(field, []) if isinstance(spec.get(field, []), list) else [spec[field]]:
            if not SHAPES[field].fullmatch(str(value)):
                self.problems.add("NB-M023", f"'{value}' does not look like a {field} identifier", doc.at(*keys, field))

    def _whole(self, doc: Document, keys: Keys, value: object) -> int | None:
        if isinstance(value, Decimal) and value == int(value):
            return int(value)
        self.problems.add("NB-K011", f"'{keys[-1]}' must be a whole number", doc.at(*keys))
        return None

    def _texts(self, doc: Document, keys: Keys, value: object) -> tuple[str, ...]:
        if isinstance(value, list) and all(isinstance(v, str) for v in value):
            return tuple(value)
        self.problems.add("NB-K011", f"'{keys[-1]}' must be a list of names", doc.at(*keys))
        return ()
