"""Study files, strictly: every problem of a file with its place. The form is in docs/study-files.md."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from neurobalance_expert.errors import InputProblems, Problem, Problems
from neurobalance_expert.model.constants import AA
from neurobalance_expert.model.entries import ORIGINS, EntryReader
from neurobalance_expert.model.studies.fields import Fields
from neurobalance_expert.model.studies.read_arms import read_arm
from neurobalance_expert.model.studies.types import SEXES, Protein, Study
from neurobalance_expert.source import Document, in_shape, load

FOLDER = "knowledge/studies"
PROTEINS_FILE = f"{FOLDER}/proteins.yaml"
STUDY = ("study", "source", "cite", "n", "design", "subjects", "arms", "origin", "verified", "evidence", "note")
NEEDED = ("study", "design", "subjects", "arms", "origin", "verified", "evidence")
GRADES = ("A", "B", "C", "D")
PROFILE = tuple(aa for aa in AA if aa != "gln")  # what a source of protein states
FULL_G = 120.0  # 100 g of protein give at most about 117 g of free amino acids, since each bond takes up one water


def load_proteins(kb: Path, speeds: Iterable[str], references: Mapping[str, object]) -> dict[str, Protein]:
    """Sources of protein by id.

    Args:
        kb: Folder that holds ``knowledge/``.
        speeds: Names of the digestion speeds of the model.
        references: Known reference keys.

    Raises:
        InputProblems: everything that is wrong with the file.
    """
    return parse_proteins(load(kb / PROTEINS_FILE, shown_as=PROTEINS_FILE), speeds, references)


def parse_proteins(doc: Document, speeds: Iterable[str], references: Mapping[str, object]) -> dict[str, Protein]:
    """The same from a parsed document."""
    reader = EntryReader(doc, references)
    fields = Fields(doc, reader.problems)
    found = {}
    for name, spec in fields.mapping(("proteins",)).items():
        grams = reader.table(("proteins", name), "g/100 g", PROFILE)
        if min(grams, default=0.0) < 0 or sum(grams) > FULL_G:
            what = f"the amino acids of '{name}' must be 0 or more and add up to at most {FULL_G:g} g from 100 g"
            reader.problems.add("NB-M033", what, doc.at("proteins", name, "values"))
        speed = str(spec.get("digestion", "")) if isinstance(spec, dict) else ""
        if speed:
            fields.known(speed, list(speeds), "digestion speed", ("proteins", name, "digestion"))
        found[str(name)] = Protein(str(name), dict(zip(PROFILE, map(float, grams), strict=True)), speed)
    reader.problems.stop()
    return found


def study_ids(kb: Path, files: Sequence[Path] = ()) -> list[str]:
    """Ids of the studies, which are the names of their files in the knowledge base; those of files are read from them."""
    if files:
        found = (load(path).data for path in files)
        return [str(data.get("study", "")) for data in found if isinstance(data, dict)]
    return [path.stem for path in _own(kb)]


def load_studies(
    kb: Path,
    proteins: Mapping[str, Protein],
    speeds: Mapping[str, Sequence[str]],
    references: Mapping[str, object],
    files: Sequence[Path] = (),
) -> dict[str, Study]:
    """Studies by id: those of the knowledge base, or of the files when there are some.

    Args:
        speeds: Names of the speeds of the model, by "digestion" and "carbohydrate".

    Raises:
        InputProblems: everything that is wrong with any of them, an id that stands twice included.
    """
    own = _own(kb)
    if not files and not own:
        fix = "use a knowledge base that 'neurobalance init' made"
        raise InputProblems([Problem("NB-K020", f"the knowledge base has no studies in '{FOLDER}'", None, "", "", fix)])
    problems = Problems()
    found: dict[str, Study] = {}
    for path in files or own:
        doc = load(path, shown_as=str(path) if files else path.relative_to(kb).as_posix())
        problems.sources[doc.file] = doc.text
        study = parse_study(doc, problems, proteins, speeds, references)
        if study and study.id in found:
            what = f"the study '{study.id}' stands in two files"
            problems.add("NB-M035", what, doc.at("study"), label=f"also in {found[study.id].file}", fix="give one of them another id")
        elif study:
            found[study.id] = study
    problems.stop()
    return found


@in_shape
def parse_study(
    doc: Document,
    problems: Problems,
    proteins: Mapping[str, Protein],
    speeds: Mapping[str, Sequence[str]],
    references: Mapping[str, object],
) -> Study | None:
    """One study of a parsed file; None when a part is missing that the rest hangs on. Problems are collected."""
    fields = Fields(doc, problems)
    data: Any = doc.data
    if not isinstance(data, dict):
        problems.add("NB-M030", "the file is not a study", doc.at(), fix="write study:, design:, subjects:, arms: and where it comes from")
        return None
    fields.only(data, STUDY, ())
    if not fields.has(data, NEEDED, ()):
        return None
    source = fields.text(("source",)) if "source" in data else ""
    if source:
        fields.reference(source, references)
    elif not data.get("cite"):
        problems.add("NB-M030", "the study has no source", doc.at(), fix="add source: with a key of knowledge/references.yaml, or cite:")
    sex, weight, fasting = _subjects(fields)
    arms_data = fields.mapping(("arms",))
    arms = {str(name): read_arm(fields, str(name), tuple(map(str, arms_data)), weight, proteins, speeds) for name in arms_data}
    for key, choices in (("origin", ORIGINS), ("evidence", GRADES)):
        fields.known(data[key], choices, key, (key,))
    return Study(
        id=fields.text(("study",)),
        source=source,
        cite=str(data.get("cite", "")),
        n=int(fields.number(("n",), 1, 1e6)) if "n" in data else None,
        design=fields.text(("design",)),
        sex=sex,
        weight_kg=weight,
        fasting_uM=fasting,
        arms=arms,
        origin=str(data["origin"]),
        verified=fields.flag(("verified",)),
        evidence=str(data["evidence"]),
        note=str(data.get("note", "")),
        file=doc.file,
    )


def _own(kb: Path) -> list[Path]:
    return sorted(p for p in (kb / FOLDER).glob("*.yaml") if p.name != Path(PROTEINS_FILE).name)


def _subjects(fields: Fields) -> tuple[str, float, dict[str, float]]:
    """Sex, body mass in kg and published fasting plasma in uM."""
    spec = fields.mapping(("subjects",))
    fields.only(spec, ("sex", "weight_kg", "fasting_uM", "assumed"), ("subjects",))
    if not fields.has(spec, ("sex", "weight_kg"), ("subjects",)):
        return "both", float("nan"), {}
    fields.known(spec["sex"], SEXES, "sex", ("subjects", "sex"))
    weight = fields.number(("subjects", "weight_kg"), 2, 400, "kg")
    fasting = {}
    for aa in fields.mapping(("subjects", "fasting_uM")) if "fasting_uM" in spec else ():
        fields.amino_acid(aa, ("subjects", "fasting_uM", aa))
        fasting[str(aa)] = fields.number(("subjects", "fasting_uM", aa), 0.1, 10_000, "uM")
    return str(spec["sex"]), weight, fasting
