"""Questions about one case beyond its report: why something was not concluded, and which entry would decide most."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import lru_cache

from msgspec import Struct

from neurobalance_expert import summary
from neurobalance_expert.assessment import explainer_for
from neurobalance_expert.cases.types import Case
from neurobalance_expert.engines.reference import Evaluation, explore, fact_order
from neurobalance_expert.explain.answers import StandingTold, Subject, WhyNot
from neurobalance_expert.explain.codes import Codes, Known, Target
from neurobalance_expert.explain.findings import Explainer
from neurobalance_expert.explain.told import tell
from neurobalance_expert.explain.why_not import standings
from neurobalance_expert.fact import FINDING, FINDING_SLOTS, Fact
from neurobalance_expert.facts.prepare import Prepared, prepare
from neurobalance_expert.knowledge.measurement_errors import MeasurementError
from neurobalance_expert.loaded import Knowledge
from neurobalance_expert.rules.ir import RUNNING

OF_THE_MODEL = ("influx", "plasma_ratio")  # relations that rest on what the model assumes
WINDOW = re.compile(r"\bw\d+\b")


class Explored(Struct, frozen=True):
    """A case, evaluated so that it can be asked further."""

    prepared: Prepared
    evaluation: Evaluation
    explainer: Explainer
    knowledge: Knowledge


def explore_case(case: Case, knowledge: Knowledge) -> Explored:
    """Facts and evaluation of a case by the reference."""
    prepared = prepare(case, knowledge)
    evaluation = explore(knowledge.rules, knowledge.vocabulary, prepared.book.origins)
    return Explored(prepared, evaluation, explainer_for(prepared, knowledge), knowledge)


def why_not(case: Case, knowledge: Knowledge, asked: str) -> WhyNot:
    """Every rule that could conclude what is asked, with its status and first blocker on this case, the nearest to firing first.

    Args:
        asked: a finding code, also with the variables of its rule; the id of a rule; or a relation that rules conclude.

    Raises:
        Misuse: no rule of the knowledge base concludes it.
    """
    explored = explore_case(case, knowledge)
    facts = explored.evaluation.store.facts
    targets = Codes(knowledge.rules, knowledge.vocabulary, facts, _known_names(knowledge)).targets(asked)
    told = tuple(tell(s, explored.explainer) for s in standings(explored.evaluation, targets, lambda f, s: error_of(f, s, knowledge)))
    left = [one for one in told if one.status != "fired"]
    conditions = [c for one in told for c in one.conditions]
    return WhyNot(
        asked=asked,
        subject=subject(explored, {c.label for c in conditions}, [text for one in told for text in _texts(one)]),
        conclusions=_conclusions(targets, asked, explored),
        nearest=left[0] if left else None,
        standings=told,
        unknown=tuple(dict.fromkeys(c.text for c in conditions if c.state == "missing")),
        not_running={t.rule.id: t.rule.status for t in targets if t.rule.status not in RUNNING},
    )


def error_of(fact: Fact, slot: str, knowledge: Knowledge) -> MeasurementError | None:
    """The known error of a slot of a fact."""
    relation = knowledge.vocabulary.relations[fact.relation]
    values = {kind.name: value for kind, value in zip(relation.slots, fact.values, strict=True)}
    return knowledge.measurement_errors.find(fact.relation, slot, values)


def subject(explored: Explored, relations: Collection[str], texts: Collection[str]) -> Subject:
    """Whom the answer is about, the windows that its texts name, and the assumptions when it rests on the model."""
    prepared, knowledge = explored.prepared, explored.knowledge
    named = {window for text in texts for window in WINDOW.findall(text)}
    return Subject(
        case_id=prepared.case.id,
        case_digest=prepared.case.digest,
        knowledge_version=f"{knowledge.name} {knowledge.version}",
        knowledge_digest=knowledge.digest,
        windows={name: label for name, label in explored.explainer.labels.windows.items() if name in named},
        assumptions=summary.assumptions(prepared, knowledge) if any(r in OF_THE_MODEL for r in relations) else (),
    )


def _texts(told: StandingTold) -> tuple[str, ...]:
    return (told.about, *(c.text for c in told.conditions))


def _conclusions(targets: Collection[Target], asked: str, explored: Explored) -> tuple[str, ...]:
    """What is asked for, as far as it is concluded: codes with their severity, or facts."""
    ids = {target.rule.id for target in targets}
    found = {d.fact for d in explored.evaluation.derivations if d.rule in ids}
    out = []
    for fact in sorted(found, key=fact_order):
        slots = dict(zip(FINDING_SLOTS, fact.values, strict=True)) if fact.relation == FINDING else {}
        if slots and (asked == slots["code"] or asked in ids or "$" in asked):
            out.append(f"{slots['code']} ({slots['severity']}) by the rule '{slots['rule']}'")
        elif not slots:
            _, values = explored.knowledge.vocabulary.plain(fact)
            out.append(f"{fact.relation} ({', '.join(f'{name} {value}' for name, value in values.items())})")
    return tuple(dict.fromkeys(out))


def _known_names(knowledge: Knowledge) -> Known:
    """The names that slots may hold, by the name of the slot; tables are read when a code asks for them."""

    @lru_cache(maxsize=None)
    def known(relation: str, slot: str) -> Collection[str]:
        if slot == "interaction":
            return frozenset(member.row.id for members in knowledge.interactions.of.values() for member in members)
        if slot == "condition" or (relation, slot) in (("condition", "id"), ("known_condition", "id")):
            return frozenset({*knowledge.names.conditions, *knowledge.condition_effects.conditions})
        tables: Mapping[str, Collection[str]] = {
            "analyte": knowledge.names.analytes,
            "nutrient": knowledge.nutrients,
            "substance": knowledge.names.substances,
        }
        return tables.get(slot, ())

    return known
