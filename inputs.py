"""Proteins, mixtures and kinds of carbohydrate that studies gave: ``knowledge/studies/inputs``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from neurobalance_expert.model.studies.node import Node
from neurobalance_expert.model.studies.types import Inputs, Protein
from neurobalance_expert.model.studies.words import FREE_AMINO_ACIDS, SALTS

from neurobalance_expert.errors import InputProblems, Problem, Problems
from neurobalance_expert.model.constants import AA
from neurobalance_expert.model.entries import FIELDS, EntryReader
from neurobalance_expert.source import Document, load

FOLDER = "knowledge/studies/inputs"
FILES = ("proteins", "mixtures", "carbohydrates")
COMPLETE = (0.95, 1.005)  # what the shares of a mixture may add up to; the upper limit leaves room for rounded shares
MOST_AMINO_ACID = 40.0  # g of one amino acid in 100 g of protein


def load_inputs(kb: Path, references: Mapping[str, object]) -> Inputs:
    """The inputs of a knowledge base.

    Raises:
        InputProblems: a file is missing, or everything that is wrong with the three.
    """
    documents = {name: _load(kb, f"{FOLDER}/{name}.yaml") for name in FILES}
    problems = Problems(sources={d.file: d.text for d in documents.values()})
    proteins = _proteins(documents["proteins"], references, problems)
    mixtures = _mixtures(documents["mixtures"], references, problems)
    carbohydrates = _carbohydrates(documents["carbohydrates"], problems)
    problems.stop()
    return Inputs(proteins, mixtures, carbohydrates)


def shares_by_mass(node: Node, key: str) -> dict[str, float]:
    """Shares of a mixture by mass, salts as free acid; NB-M053 when they leave much out or add up to more than the mixture."""
    written = node.numbers(key, (*FREE_AMINO_ACIDS, *SALTS, "other"), "amino acid", 0.0, 1.0, "of the mass")
    whole = sum(written.values())
    low, high = COMPLETE
    if written and not low <= whole <= high:
        what = "more than its mass" if whole > high else "a part of its mass only"
        node.problems.add(
            "NB-M053",
            f"the shares of the mixture add up to {whole:.3f}: {what}",
            node.child(key).at,
            label=f"{low:g} to {high:g} expected",
            why="what a mixture holds beside the shares that are given is not nothing",
            fix="correct the shares; what is no amino acid, or not said which, is the share 'other'",
        )
    return free_acids(written)


def free_acids(grams: Mapping[str, float]) -> dict[str, float]:
    """The same amounts with salts as free acid; without ``other``."""
    out: dict[str, float] = {}
    for name, amount in grams.items():
        acid, factor = SALTS.get(name, (name, 1.0))
        if acid != "other":
            out[acid] = out.get(acid, 0.0) + factor * amount
    return out


def _load(kb: Path, name: str) -> Document:
    if not (kb / name).is_file():
        fix = "use a knowledge base that 'neurobalance init' made"
        raise InputProblems([Problem("NB-K020", f"the knowledge base has no file '{name}'", None, "", "", fix)])
    return load(kb / name, shown_as=name)


def _proteins(doc: Document, references: Mapping[str, object], problems: Problems) -> dict[str, Protein]:
    reader = EntryReader(doc, references)
    found = {}
    for key, node in Node(doc, (), problems).entries("proteins").items():
        if not node.fields(("name", "digestion", "values", *FIELDS)):
            continue
        reader.mapping(("proteins", key), "g/100 g")
        grams = node.numbers("values", AA, "amino acid", 0.0, MOST_AMINO_ACID, "g in 100 g of protein")
        lacking = [aa for aa in AA[:-1] if aa not in grams]
        if lacking:
            node.child("values").wrong(
                f"the protein '{key}' says nothing of {', '.join(lacking)}", fix="add the grams; 0 only when it has none"
            )
        found[key] = Protein(node.text("name"), grams, "" if node.text("digestion") == "meal" else node.text("digestion"))
    problems.found += reader.problems.found
    return found


def _mixtures(doc: Document, references: Mapping[str, object], problems: Problems) -> dict[str, Mapping[str, float]]:
    found: dict[str, Mapping[str, float]] = {}
    reader = EntryReader(doc, references)
    for key, node in Node(doc, (), problems).entries("mixtures").items():
        if node.fields(("name", "values", *FIELDS)):
            reader.mapping(("mixtures", key), "1")
            found[key] = shares_by_mass(node, "values")
    problems.found += reader.problems.found
    return found


def _carbohydrates(doc: Document, problems: Problems) -> dict[str, str]:
    node = Node(doc, (), problems)
    return {kind: entry.text("speed") for kind, entry in node.entries("carbohydrates").items() if entry.fields(("name", "speed"))}
