"""A knowledge base, loaded and checked: everything that an assessment needs, typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from neurobalance_expert.errors import InputProblems, Problems
from neurobalance_expert.kb import KnowledgeFiles, cache_dir, missing_file, read_knowledge, write_cache
from neurobalance_expert.knowledge.names_data import Names, load_names
from neurobalance_expert.knowledge.nutrients import Nutrient, parse_nutrients
from neurobalance_expert.knowledge.policy import Policy, parse_policy
from neurobalance_expert.knowledge.requirements import Requirements, parse_requirements
from neurobalance_expert.knowledge.suggestions import Suggestions, parse_suggestions
from neurobalance_expert.knowledge.supplements import Mixture, parse_mixtures
from neurobalance_expert.knowledge.values import KnownValue, parse_references, parse_thresholds
from neurobalance_expert.model.constants import Assumptions, ModelConstants, parse_assumptions, parse_constants
from neurobalance_expert.rules.compiled import from_json, to_json
from neurobalance_expert.rules.ir import Rule, RuleSet
from neurobalance_expert.source import Data, Document, in_shape
from neurobalance_expert.vocabulary import Vocabulary, parse_vocabulary

if TYPE_CHECKING:
    from neurobalance_expert.knowledge.condition_effects import ConditionEffects
    from neurobalance_expert.knowledge.food_kinds import FoodKinds
    from neurobalance_expert.knowledge.food_search import FoodIndex
    from neurobalance_expert.knowledge.foods import FoodTable
    from neurobalance_expert.knowledge.interaction_types import FoodSign, Interactions
    from neurobalance_expert.knowledge.measurement_errors import MeasurementErrors
    from neurobalance_expert.knowledge.warning_signs import WarningSigns

WITH_SOURCES = ("analytes", "conditions", "medicines", "plausibility", "substances")
COVERAGE_LIMIT = "knowledge.thresholds.coverage_limit"
RANKING_LIMIT = "knowledge.thresholds.ranking_coverage_limit"
_VALUES_IN_RULES = {"knowledge/thresholds.yaml", "knowledge/vocabulary.yaml", "knowledge/references.yaml"}  # rules are read with them
FRAGILE_SHARE = "knowledge.thresholds.fragile_share"


class Knowledge(Struct, frozen=True, dict=True):
    """A checked knowledge base. The food table, its index and kinds, and interactions are read when they are first asked for."""

    files: KnowledgeFiles
    cache: Path | None
    name: str
    version: str
    vocabulary: Vocabulary
    references: Mapping[str, Data]
    thresholds: Mapping[str, KnownValue]
    rules: RuleSet
    names: Names
    nutrients: Mapping[str, Nutrient]
    requirements: Requirements
    mixtures: Mapping[str, Mixture]
    constants: ModelConstants
    assumptions: Assumptions
    policy: Policy
    suggestions: Suggestions

    @property
    def digest(self) -> str:
        """Content digest of the whole folder."""
        return self.files.digest

    @property
    def coverage_limit(self) -> float:
        """Share of an intake total that must be known before a rule may conclude from it."""
        return float(self.thresholds[COVERAGE_LIMIT].value)

    @property
    def ranking_limit(self) -> float:
        """The same for ranking amino acids against each other."""
        return float(self.thresholds[RANKING_LIMIT].value)

    @property
    def fragile_share(self) -> float:
        """Share of draws below which a finding is called fragile."""
        return float(self.thresholds[FRAGILE_SHARE].value)

    @cached_property
    def foods(self) -> FoodTable:
        """The food table."""
        from neurobalance_expert.knowledge.foods import load_foods

        return load_foods(self.files.root, self.cache)

    @cached_property
    def food_index(self) -> FoodIndex:
        """Search over the food table."""
        from neurobalance_expert.knowledge.food_search import load_food_index

        return load_food_index(self.files.root, self.foods, self.cache)

    @cached_property
    def food_kinds(self) -> FoodKinds:
        """The kinds of protein and carbohydrate of the food table."""
        from neurobalance_expert.knowledge.food_kinds import load_food_kinds

        known = {"protein": self.constants.digestion_speeds, "carbohydrate": self.constants.carbohydrate_speeds}
        return load_food_kinds(self.files.root, self.foods, known, self.references, self.digest, self.cache)

    @cached_property
    def food_signs(self) -> tuple[FoodSign, ...]:
        """What foods bring beside nutrients, such as tyramine."""
        from neurobalance_expert.knowledge.interactions import PATH, parse_food_signs

        return parse_food_signs(self.files.document(PATH))

    @cached_property
    def interactions(self) -> Interactions:
        """Interactions of medicines and supplements."""
        from neurobalance_expert.knowledge.interactions import PATH, parse_interactions

        return parse_interactions(self.files.document(PATH), self.names, self.references, self.nutrients)

    @cached_property
    def condition_effects(self) -> ConditionEffects:
        """What conditions mean for what is taken."""
        return _condition_effects(self.files, self.names, self.references)

    @cached_property
    def warning_signs(self) -> WarningSigns:
        """The words of the symptom list that can be warning signs."""
        return _warning_signs(self.files, self.names)

    @cached_property
    def measurement_errors(self) -> MeasurementErrors:
        """How far quantities may be off; none for a knowledge base that has no such file."""
        from neurobalance_expert.knowledge.measurement_errors import NO_ERRORS, PATH, parse_measurement_errors

        return parse_measurement_errors(self.files.document(PATH), self.references) if PATH in self.files.documents else NO_ERRORS

    @cached_property
    def rule_by_id(self) -> dict[str, Rule]:
        """Running rules by id."""
        return {rule.id: rule for rule in self.rules.rules}


def load_knowledge(kb: Path, packs: Sequence[Path] = (), *, cache: bool = True) -> Knowledge:
    """Load and check a knowledge base with packs over it; the parsed files of one that passed are cached by digest.

    Raises:
        Misuse: the folder is not a knowledge base, or one of ``packs`` is no pack.
        InputProblems: every problem of the first kind of file that has any.
    """
    folder = cache_dir() if cache else None
    files = read_knowledge(kb, folder, packs)
    try:
        return _load(files, folder)
    except InputProblems as error:
        raise InputProblems(error.problems, {**error.sources, **_pack_texts(files)}) from None


def with_documents(knowledge: Knowledge, documents: Mapping[str, Document]) -> Knowledge:
    """A knowledge base with some documents changed in memory, foods apart; never cached, and its digest is not its own.

    Args:
        knowledge: Loaded without the cache, so that its rules can be read again.

    Raises:
        InputProblems: what does not fit the rest.
    """
    every = {**knowledge.files.documents, **documents}
    again = any(path.startswith("rules/") or path in _VALUES_IN_RULES for path in documents)
    known = None if again else to_json(knowledge.rules)
    changed = _load(replace(knowledge.files, documents=every, compiled_rules=known), None)
    changed.__dict__.update(foods=knowledge.foods, food_index=knowledge.food_index)  # they are what is read slowly, and the same
    if "knowledge/plasma.yaml" not in documents:
        changed.__dict__["food_kinds"] = knowledge.food_kinds
    return changed


def _pack_texts(files: KnowledgeFiles) -> dict[str, str]:
    """The files of all packs by the names that places have: the reader of a document knows the text of the base only."""
    return {name: text for pack in files.packs for name, text in pack.sources().items()}


def _load(files: KnowledgeFiles, folder: Path | None) -> Knowledge:
    vocabulary = parse_vocabulary(files.document("knowledge/vocabulary.yaml"))
    references = all_references(files.documents)
    thresholds = parse_thresholds(files.document("knowledge/thresholds.yaml"), references)
    name, version = _about(files.document("knowledge/kb.yaml"))
    knowledge = Knowledge(
        files,
        folder,
        name,
        version,
        vocabulary,
        references,
        thresholds,
        _rules(files, vocabulary, thresholds, references),
        load_names(files.documents),
        parse_nutrients(files.document("knowledge/nutrients.yaml")),
        parse_requirements(files.document("knowledge/requirements.yaml"), references),
        parse_mixtures(files.document("knowledge/supplement_amino_acids.yaml")),
        parse_constants(files.document("knowledge/plasma.yaml"), files.document("knowledge/transporters/LAT1.yaml"), references),
        parse_assumptions(files.document("knowledge/assumptions.yaml"), references),
        parse_policy(files.document("knowledge/policy.yaml")),
        parse_suggestions(files.document("knowledge/suggestions.yaml")),
    )
    if files.compiled_rules is None:  # what is otherwise read only when a case needs it is checked like the rest before anything is kept
        _ = knowledge.interactions, knowledge.condition_effects, knowledge.warning_signs, knowledge.measurement_errors
        if files.packs:
            _check_pack_names(files, knowledge.names)
    if files.compiled_rules is None and folder is not None:
        write_cache(files, to_json(knowledge.rules), folder)
    return knowledge


def _check_pack_names(files: KnowledgeFiles, names: Names) -> None:
    """A name of a pack must be one that the base cannot read. Raises InputProblems (NB-K113)."""
    from neurobalance_expert.cases.names import understood

    base, problems = load_names(files.base), Problems()
    for table in (names.substance_names, names.medicine_names, names.condition_names):
        for name, pack in table.from_packs.items():
            if meant := understood(table.spelled.get(name, name), base):
                what = f"the pack '{pack}' gives the name '{table.spelled.get(name, name)}' another meaning: the base reads it as {meant}"
                problems.add("NB-K113", what, why="a pack adds names, it never changes what one means", fix="take the name out of the pack")
    problems.stop()


def all_references(documents: Mapping[str, Document]) -> Mapping[str, Data]:
    """The references, and the sources that the tables of names and limits keep beside themselves."""
    found: dict[str, Data] = {}
    for name in WITH_SOURCES:
        found |= _own_sources(_document(documents, f"knowledge/{name}.yaml"))
    return found | parse_references(_document(documents, "knowledge/references.yaml"))


def _document(documents: Mapping[str, Document], path: str) -> Document:
    if path not in documents:
        raise missing_file(path)
    return documents[path]


@in_shape
def _about(document: Document) -> tuple[str, str]:
    """Name and version of the knowledge base."""
    return str(document.data["name"]), str(document.data["version"])


@in_shape
def _own_sources(document: Document) -> dict[str, Data]:
    return {
        key: {"cite": source["title"], "link": source.get("url", ""), "read": {"what": "table" if source["verified"] else "not_read"}}
        for key, source in document.data["sources"].items()
    }


def _condition_effects(files: KnowledgeFiles, names: Names, references: Mapping[str, object]) -> ConditionEffects:
    from neurobalance_expert.knowledge.condition_effects import PATH, parse_condition_effects

    return parse_condition_effects(files.document(PATH), names, references)


def _warning_signs(files: KnowledgeFiles, names: Names) -> WarningSigns:
    from neurobalance_expert.knowledge.warning_signs import PATH, parse_warning_signs

    return parse_warning_signs(files.document(PATH), names)


def _rules(
    files: KnowledgeFiles, vocabulary: Vocabulary, thresholds: Mapping[str, KnownValue], references: Mapping[str, object]
) -> RuleSet:
    if files.compiled_rules is not None:
        return from_json(files.compiled_rules)
    from neurobalance_expert.rules.added import check_added
    from neurobalance_expert.rules.check import build_ruleset
    from neurobalance_expert.rules.declared import joined, read_declared
    from neurobalance_expert.rules.parse import parse_rules

    problems = Problems()
    rules: list[Rule] = []
    exclusive: list[tuple[str, ...]] = []
    declared = []
    for document in files.under("rules"):
        problems.sources[document.file] = document.text
        found, groups = parse_rules(document, vocabulary, thresholds, references, problems)
        rules += found
        exclusive += groups
        declared.append(read_declared(document, vocabulary, problems))
    if files.packs:
        policy = parse_policy(files.document("knowledge/policy.yaml"))
        check_added(rules, exclusive, {pack.name for pack in files.packs}, policy.withholding, problems)
    ruleset = build_ruleset(rules, exclusive, vocabulary, problems, declared=joined(declared))
    problems.stop()
    return ruleset
