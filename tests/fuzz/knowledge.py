"""The readers of the knowledge files, as functions of one parsed document; files that are read together lie in a copy of their folder."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from neurobalance_expert import source
from neurobalance_expert.assessment import Knowledge
from neurobalance_expert.derivation.choices import load_choices
from neurobalance_expert.derivation.derive import known_names
from neurobalance_expert.errors import Problems
from neurobalance_expert.knowledge.condition_effects import parse_condition_effects
from neurobalance_expert.knowledge.food_kinds import parse_food_kinds
from neurobalance_expert.knowledge.food_lexicon import parse_lexicon
from neurobalance_expert.knowledge.interactions import parse_interactions
from neurobalance_expert.knowledge.names_data import load_names
from neurobalance_expert.knowledge.nutrients import parse_nutrients
from neurobalance_expert.knowledge.policy import parse_policy
from neurobalance_expert.knowledge.requirements import parse_requirements
from neurobalance_expert.knowledge.suggestions import parse_suggestions
from neurobalance_expert.knowledge.supplements import parse_mixtures
from neurobalance_expert.knowledge.values import parse_references, parse_thresholds
from neurobalance_expert.knowledge.warning_signs import parse_warning_signs
from neurobalance_expert.model.constants import parse_assumptions, parse_constants
from neurobalance_expert.model.network.capacities import load_capacities
from neurobalance_expert.model.network.read import load_network
from neurobalance_expert.model.route_constants import parse_routes
from neurobalance_expert.model.studies.read import load_proteins, parse_study
from neurobalance_expert.model.synthesis.read import MODELS, parse_kinetics
from neurobalance_expert.source import Document
from neurobalance_expert.vocabulary import parse_vocabulary

Reader = Callable[[Document], object]
NAMES = ("analytes", "conditions", "medicines", "plausibility", "substances")
NETWORK = "knowledge/network"


def readers(root: Path, knowledge: Knowledge) -> dict[str, Reader]:
    """Path of a knowledge file to what reads it."""
    references = knowledge.references
    lat1, plasma = "knowledge/transporters/LAT1.yaml", "knowledge/plasma.yaml"
    documents = {f"knowledge/{p.name}": source.load(p) for p in sorted((root / "knowledge").glob("*.yaml"))}
    documents[lat1] = source.load(root / lat1)
    speeds = {"digestion": knowledge.constants.digestion_speeds, "carbohydrate": knowledge.constants.carbohydrate_speeds}
    proteins = load_proteins(root, speeds["digestion"], references)
    found: dict[str, Reader] = {
        "knowledge/vocabulary.yaml": parse_vocabulary,
        "knowledge/thresholds.yaml": lambda d: parse_thresholds(d, references),
        "knowledge/references.yaml": parse_references,
        "knowledge/policy.yaml": parse_policy,
        "knowledge/suggestions.yaml": parse_suggestions,
        "knowledge/nutrients.yaml": parse_nutrients,
        "knowledge/requirements.yaml": lambda d: parse_requirements(d, references),
        "knowledge/supplement_amino_acids.yaml": parse_mixtures,
        "knowledge/assumptions.yaml": lambda d: parse_assumptions(d, references),
        "knowledge/routes.yaml": lambda d: parse_routes(d, references),
        plasma: lambda d: parse_constants(d, documents[lat1], references),
        lat1: lambda d: parse_constants(documents[plasma], d, references),
        "knowledge/interactions.yaml": lambda d: parse_interactions(d, knowledge.names, references, knowledge.nutrients),
        "knowledge/condition_effects.yaml": lambda d: parse_condition_effects(d, knowledge.names, references),
        "knowledge/warning_signs.yaml": lambda d: parse_warning_signs(d, knowledge.names),
        "knowledge/foods/synonyms.yaml": parse_lexicon,
        "knowledge/foods/kinds.yaml": lambda d: parse_food_kinds(
            d, knowledge.foods, {"protein": speeds["digestion"], "carbohydrate": speeds["carbohydrate"]}, references
        ),
    }
    for name in NAMES:
        found[f"knowledge/{name}.yaml"] = _names(documents, f"knowledge/{name}.yaml")
    for name, model in MODELS.items():
        found[f"knowledge/kinetics/{name}.yaml"] = lambda d, model=model: parse_kinetics(d, model, references)  # type: ignore[misc]
    for path in sorted((root / "knowledge" / "studies").glob("*.yaml"))[::8]:
        if path.name != "proteins.yaml":
            found[path.relative_to(root).as_posix()] = lambda d: _study(d, proteins, speeds, references)
    found |= _network(root, knowledge)
    return found


def _names(documents: dict[str, Document], path: str) -> Reader:
    return lambda d: load_names({**documents, path: d})


def _study(document: Document, proteins: object, speeds: object, references: object) -> None:
    problems = Problems(sources={document.file: document.text})
    parse_study(document, problems, proteins, speeds, references)  # type: ignore[arg-type]
    problems.stop()


def _network(root: Path, knowledge: Knowledge) -> dict[str, Reader]:
    """Readers of the network and of the choices of the derivation, over a copy that lives as long as they do."""
    held = tempfile.TemporaryDirectory(prefix="fuzz-network-")
    copy = Path(held.name)
    shutil.copytree(root / NETWORK, copy / NETWORK)
    for name in ("nutrients", "derivation"):
        shutil.copy(root / "knowledge" / f"{name}.yaml", copy / "knowledge")
    known = known_names(knowledge.references, knowledge.names, load_network(root, knowledge.references))

    def reader(path: str) -> Reader:
        def read(document: Document) -> object:
            assert held
            (copy / path).write_text(document.text, encoding="utf-8", errors="surrogatepass")
            try:
                if path.endswith("derivation.yaml"):
                    return load_choices(copy, known)
                found = load_network(copy, knowledge.references)
                return load_capacities(copy, found)
            finally:
                (copy / path).write_bytes((root / path).read_bytes())

        return read

    paths = [path.relative_to(root).as_posix() for path in sorted((root / NETWORK).rglob("*.yaml"))]
    return {path: reader(path) for path in [*paths, "knowledge/derivation.yaml"]}
