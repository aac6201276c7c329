"""Questions about one case beyond its report: why something was not concluded, and which entry would decide most."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import cache, partial

from msgspec import Struct

from neurobalance_expert import summary
from neurobalance_expert.assessment import explainer_for
from neurobalance_expert.cases.fields import field_paths
from neurobalance_expert.cases.types import Case
from neurobalance_expert.engines.reference import Evaluation, explore, fact_order
from neurobalance_expert.explain.answers import Missing, StandingTold, Subject, WhyNot
from neurobalance_expert.explain.codes import Codes, Known, Target
from neurobalance_expert.explain.findings import Explainer
from neurobalance_expert.explain.missing import Scale, Words, gaps, undecided
from neurobalance_expert.explain.told import tell
from neurobalance_expert.explain.why_not import standings
from neurobalance_expert.explain.wording import enum
from neurobalance_expert.fact import BY_MODEL, FINDING, FINDING_SLOTS, Fact, Value
from neurobalance_expert.facts.labs import person_groups
from neurobalance_expert.facts.placed import substances_of
from neurobalance_expert.facts.prepare import Prepared, prepare
from neurobalance_expert.knowledge.measurement_errors import MeasurementError
from neurobalance_expert.loaded import Knowledge
from neurobalance_expert.rules.ir import RUNNING

OF_FOODS = ("adequacy", "ethanol", "niacin_share_from_trp", "limiting_amino_acid", "meal")  # relations that rest on the totals of the foods
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
    targets = codes_of(knowledge, facts).targets(asked)
    found = standings(explored.evaluation, targets, partial(_error_of, knowledge), partial(_never, explored))
    told = tuple(tell(standing, explored.explainer) for standing in found)
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


def missing(case: Case, knowledge: Knowledge) -> Missing:
    """What was not recorded and would decide rules, the most decisive first, and what each outcome would change."""
    explored = explore_case(case, knowledge)
    words = Words(enter=partial(_enter, explored), scale=partial(_scale, explored))
    found = gaps(explored.evaluation, explored.explainer, words, partial(_never, explored))
    texts = [text for gap in found for one in gap.decides for text in (one.about, *one.when)]
    return Missing(subject(explored, (), texts), undecided(explored.evaluation), found)


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
        assumptions=summary.assumptions(prepared, knowledge) if any(r in BY_MODEL for r in relations) else (),
    )


def _error_of(knowledge: Knowledge, fact: Fact, slot: str) -> MeasurementError | None:
    """The known error of a slot of a fact."""
    relation = knowledge.vocabulary.relations[fact.relation]
    values = {kind.name: value for kind, value in zip(relation.slots, fact.values, strict=True)}
    return knowledge.measurement_errors.find(fact.relation, slot, values)


def _never(explored: Explored, relation: str, key: Mapping[str, Value]) -> str:
    """Why no entry could give a fact with this key: there is no such limit or reference intake, or it is told of with another name."""
    names, prepared = explored.knowledge.names, explored.prepared
    if relation == "lab" and {"analyte", "limit"} <= key.keys() and key["analyte"] in names.analytes:
        analyte = names.analytes[str(key["analyte"])]
        if analyte.limit(str(key["limit"]), person_groups(prepared.case)) is None:
            return f"this knowledge base has no limit '{enum(key['limit'])}' of {analyte.name} for this person"
    if relation == "adequacy" and {"nutrient", "standard"} <= key.keys():
        named = (str(key["nutrient"]), str(key["standard"]))
        standards = explored.knowledge.requirements.standards
        if named not in (prepared.supply.references or standards):
            return f"there is no reference intake of this kind ({enum(named[1])}) of {enum(named[0])} for this person"
    if relation == "lab_age" and all(lab.date for lab in prepared.case.labs):
        return "no laboratory value of the case lacks its date"
    if relation in ("gap", "to_sleep") and all(_timed_with_its_product(str(value), explored) for value in key.values()) and key:
        return "its clock time is counted with the product that holds it"
    return ""


def _timed_with_its_product(substance: str, explored: Explored) -> bool:
    """Whether everything that holds the substance has a clock time."""
    holding = [s for s in explored.prepared.case.supplements if substance in substances_of(s, explored.knowledge.names)]
    return bool(holding) and all(s.time_min is not None for s in holding)


def _scale(explored: Explored, relation: str, key: Mapping[str, Value]) -> Scale | None:
    """The limit that a laboratory ratio is taken over."""
    analyte = explored.knowledge.names.analytes.get(str(key.get("analyte")))
    if relation != "lab" or analyte is None:
        return None
    limit = analyte.limit(str(key.get("limit")), person_groups(explored.prepared.case))
    return Scale(limit.value, analyte.unit, analyte.name) if limit is not None else None


def _enter(explored: Explored, relation: str, key: Mapping[str, Value]) -> str:
    """Where a case file says it; '' where that is not known."""
    if relation in BY_MODEL and (lacking := _course_lacks(explored.prepared)):
        return lacking
    if relation in OF_FOODS and (lacking := _foods_lack(explored.prepared)):
        return lacking
    text = explored.knowledge.vocabulary.relations[relation].enter
    return re.sub(r"\{(.*?)\}", lambda place: str(key.get(place[1], f"any {place[1]}")), text)


def _course_lacks(prepared: Prepared) -> str:
    """What the course over time waits for in this case."""
    lacking = [] if prepared.case.person.weight_kg is not None else ["person.weight_kg"]
    untimed = [i.label for i in prepared.intakes if i.minute is None and i.matters]
    lacking += [f"a clock time of {_listed(untimed)}"] if untimed else []
    unknown = [i.label for i in prepared.intakes if not (i.known and i.carbohydrate_known)]
    lacking += [f"a known composition of {_listed(unknown)}"] if unknown else []
    return ", and ".join(lacking)


def _foods_lack(prepared: Prepared) -> str:
    """What the totals of the day wait for in this case."""
    lacking = [] if prepared.case.person.age_y is not None else ["person.age_y"]
    unknown = [food.item.name or food.item.ndb or "food" for food in prepared.foods if not food.counts]
    lacking += [f"foods: a name of the food table and an amount, or a composition, of {_listed(unknown)}"] if unknown else []
    return ", and ".join(lacking)


def _listed(names: Collection[str]) -> str:
    return ", ".join(f"'{name}'" for name in dict.fromkeys(names))


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


def codes_of(knowledge: Knowledge, facts: Collection[Fact], concluded: Collection[str] = ()) -> Codes:
    """The codes that the rules of a knowledge base can conclude.

    Args:
        facts: Those of the case, whose names are known too.
        concluded: What the case concludes, for did-you-mean.
    """
    return Codes(knowledge.rules, knowledge.vocabulary, facts, _known_names(knowledge), concluded)


def _known_names(knowledge: Knowledge) -> Known:
    """The names that slots may hold, by the name of the slot; tables are read when a code asks for them."""

    @cache
    def known(relation: str, slot: str) -> Collection[str]:
        if slot == "interaction":
            return frozenset(member.row.id for members in knowledge.interactions.of.values() for member in members)
        if (relation, slot) == ("invalid", "field"):
            return field_paths()
        if slot == "test":
            return frozenset(test.id for test in knowledge.condition_effects.interference)
        if slot == "condition" or (relation, slot) in (("condition", "id"), ("known_condition", "id")):
            return frozenset({*knowledge.names.conditions, *knowledge.condition_effects.conditions})
        tables: Mapping[str, Collection[str]] = {
            "analyte": knowledge.names.analytes,
            "nutrient": knowledge.nutrients,
            "substance": knowledge.names.substances,
        }
        return tables.get(slot, ())

    return known
