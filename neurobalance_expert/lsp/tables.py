"""What the readers of the knowledge files find wrong with them, each reader asked even where another has failed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from neurobalance_expert.errors import InputProblems, Problem, Problems
from neurobalance_expert.kb import missing_file
from neurobalance_expert.source import Document

Reader = Callable[[], object]


def table_problems(documents: Mapping[str, Document], references: Mapping[str, object]) -> list[Problem]:
    """Every problem of the tables of a knowledge base, from documents that need not stand on disk.

    Vocabulary, thresholds and references are read elsewhere; the table of foods and their kinds, which are large, are not read here.
    """
    found: list[Problem] = []
    told: set[int] = set()
    for read in _readers(documents, references):
        try:
            read()
        except InputProblems as error:
            if id(error) not in told:
                told.add(id(error))
                found += error.problems
    return found


def _readers(documents: Mapping[str, Document], references: Mapping[str, object]) -> Iterator[Reader]:
    from neurobalance_expert.knowledge import (
        condition_effects,
        food_lexicon,
        interactions,
        measurement_errors,
        override_reasons,
        warning_signs,
    )
    from neurobalance_expert.knowledge.names_data import load_names
    from neurobalance_expert.knowledge.nutrients import parse_nutrients
    from neurobalance_expert.knowledge.policy import parse_policy
    from neurobalance_expert.knowledge.requirements import parse_requirements
    from neurobalance_expert.knowledge.suggestions import parse_suggestions
    from neurobalance_expert.knowledge.supplements import parse_mixtures
    from neurobalance_expert.model.constants import parse_assumptions, parse_constants
    from neurobalance_expert.model.route_constants import ROUTES_FILE, parse_routes
    from neurobalance_expert.model.synthesis.read import FOLDER, MODELS, parse_kinetics

    def doc(path: str) -> Document:
        if path not in documents:
            raise missing_file(path)
        return documents[path]

    names = _once(lambda: load_names(_Complete(doc)))
    nutrients = _once(lambda: parse_nutrients(doc("knowledge/nutrients.yaml")))
    constants = _once(lambda: parse_constants(doc("knowledge/plasma.yaml"), doc("knowledge/transporters/LAT1.yaml"), references))
    yield names
    yield nutrients
    yield lambda: parse_requirements(doc("knowledge/requirements.yaml"), references)
    yield lambda: parse_mixtures(doc("knowledge/supplement_amino_acids.yaml"))
    yield constants
    yield lambda: parse_assumptions(doc("knowledge/assumptions.yaml"), references)
    yield lambda: parse_policy(doc("knowledge/policy.yaml"))
    yield lambda: parse_suggestions(doc("knowledge/suggestions.yaml"))
    yield lambda: interactions.parse_interactions(doc(interactions.PATH), names(), references, nutrients())
    yield lambda: interactions.parse_food_signs(doc(interactions.PATH))
    yield lambda: condition_effects.parse_condition_effects(doc(condition_effects.PATH), names(), references)
    yield lambda: warning_signs.parse_warning_signs(doc(warning_signs.PATH), names())
    if measurement_errors.PATH in documents:
        yield lambda: measurement_errors.parse_measurement_errors(doc(measurement_errors.PATH), references)
    if override_reasons.PATH in documents:
        yield lambda: override_reasons.parse_override_reasons(doc(override_reasons.PATH))
    if food_lexicon.PATH in documents:
        yield lambda: food_lexicon.parse_lexicon(doc(food_lexicon.PATH))
    if ROUTES_FILE in documents:
        yield lambda: parse_routes(doc(ROUTES_FILE), references)
    for name, model in MODELS.items():
        path = f"{FOLDER}/{name}.yaml"
        if path in documents:
            yield lambda path=path, model=model: parse_kinetics(doc(path), model, references)  # type: ignore[misc]
    yield from _readers_of_the_model(documents, references, doc, names, constants)


def _readers_of_the_model(
    documents: Mapping[str, Document],
    references: Mapping[str, object],
    doc: Callable[[str], Document],
    names: Callable[[], Any],
    constants: Callable[[], Any],
) -> Iterator[Reader]:
    """The network with its capacities, the choices of derivation and the studies, where there are such files."""
    from neurobalance_expert.derivation import choices
    from neurobalance_expert.derivation.derive import known_names
    from neurobalance_expert.model.network import capacities
    from neurobalance_expert.model.network.read import COFACTORS_FILE, SPECIES_FILE, parse_network
    from neurobalance_expert.model.studies.meals import speeds
    from neurobalance_expert.model.studies.read import FOLDER, PROTEINS_FILE, parse_proteins, parse_study

    def read_network() -> Any:
        network, problems = parse_network(documents, doc("knowledge/nutrients.yaml"), references)
        problems.stop()
        return network

    def read_study(path: str) -> None:
        problems, known = Problems(), speeds(constants())
        parse_study(doc(path), problems, proteins(), {name: list(table) for name, table in known.items()}, references)
        problems.stop()

    network = _once(read_network)
    proteins = _once(lambda: parse_proteins(doc(PROTEINS_FILE), speeds(constants())["digestion"], references))
    if SPECIES_FILE in documents and COFACTORS_FILE in documents:
        yield network
        if capacities.FILE in documents:
            yield lambda: capacities.parse_capacities(doc(capacities.FILE), network())
        if choices.FILE in documents:
            yield lambda: choices.parse_choices(doc(choices.FILE), known_names(references, names(), network()))
    if PROTEINS_FILE in documents:
        yield proteins
        for path in documents:
            if path.startswith(f"{FOLDER}/") and path != PROTEINS_FILE:
                yield lambda path=path: read_study(path)  # type: ignore[misc]


class _Complete(dict[str, Document]):
    """Documents by path; one that is not there is a problem of the knowledge base."""

    def __init__(self, find: Callable[[str], Document]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, path: str) -> Document:
        return self._find(path)


def _once(read: Callable[[], Any]) -> Callable[[], Any]:
    """A reader that is asked once; its problems are raised as the same error each time."""

    @lru_cache(maxsize=1)
    def outcome() -> tuple[Any, InputProblems | None]:
        try:
            return read(), None
        except InputProblems as error:
            return None, error

    def again() -> Any:
        value, error = outcome()
        if error is not None:
            raise error
        return value

    return again
