"""PROV-JSON: read by a library of others, and complete: every fact and every step of the proofs is in it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec.structs import replace
from prov.model import ProvActivity, ProvAgent, ProvDocument, ProvEntity

from neurobalance_expert.export.prov import TERMS, prov_json
from neurobalance_expert.export.subject import Subject
from tests.unit.export.conftest import SubjectOf

ENDS = {  # of each relation of PROV-DM that is used: which end is what (https://www.w3.org/TR/prov-dm/, section 5)
    "used": {"prov:activity": "activity", "prov:entity": "entity"},
    "wasGeneratedBy": {"prov:entity": "entity", "prov:activity": "activity"},
    "wasDerivedFrom": {"prov:generatedEntity": "entity", "prov:usedEntity": "entity", "prov:activity": "activity"},
    "wasAssociatedWith": {"prov:activity": "activity", "prov:agent": "agent", "prov:plan": "entity"},
    "wasAttributedTo": {"prov:entity": "entity", "prov:agent": "agent"},
    "hadMember": {"prov:collection": "entity", "prov:entity": "entity"},
    "wasInfluencedBy": {"prov:influencee": "entity", "prov:influencer": "entity"},
}


def pairs(made: dict[str, Any], relation: str, left: str, right: str) -> set[tuple[str, str]]:
    """What a relation connects."""
    return {(one[f"prov:{left}"], one[f"prov:{right}"]) for one in made.get(relation, {}).values()}


def by_fact(made: dict[str, Any]) -> dict[str, str]:
    """Identifier of each fact by what it says."""
    found = {}
    for identifier, entity in made["entity"].items():
        if "nb:relation" in entity:
            slots = {name.removeprefix("slot:"): value for name, value in entity.items() if name.startswith("slot:")}
            found[json.dumps([entity["nb:relation"], slots], sort_keys=True)] = identifier
    return found


def test_the_prov_library_reads_it_and_writes_the_same(subject: Subject) -> None:
    """Every record is read, none is merged with another by the constraints on keys, and a round trip changes nothing."""
    made = prov_json(subject)
    document = ProvDocument.deserialize(content=json.dumps(made), format="json")
    again = ProvDocument.deserialize(content=document.serialize(format="json"), format="json")
    records = sum(len(of_kind) for kind, of_kind in made.items() if kind != "prefix")

    assert records == len(document.get_records()) == len(document.unified().get_records()) == len(again.get_records())
    assert document == again
    assert len(made["entity"]) == len(list(document.get_records(ProvEntity)))
    assert len(made["activity"]) == len(list(document.get_records(ProvActivity)))
    assert len(made["agent"]) == len(list(document.get_records(ProvAgent)))


def test_both_ends_of_every_relation_are_declared(subject: Subject) -> None:
    """And are what PROV-DM asks for; every prefix is declared."""
    made = prov_json(subject)
    wrong = [
        (relation, identifier, end)
        for relation, ends in ENDS.items()
        for identifier, one in made.get(relation, {}).items()
        for end, kind in ends.items()
        if end in one and one[end] not in made[kind]
    ]
    names = [name for kind in ("entity", "activity", "agent") for name in made[kind]]

    assert wrong == []
    assert made.keys() - ENDS.keys() <= {"prefix", "entity", "activity", "agent"}
    assert {name.split(":")[0] for name in names} <= made["prefix"].keys()


def test_every_step_is_there_with_all_it_used_and_what_it_made(subject: Subject) -> None:
    """One activity a step: as many usages as conditions, one generation, one derivation a premise, and its rule as plan."""
    made, document = prov_json(subject), subject.proofs
    names = by_fact(made)
    fact = [names.get(json.dumps([line.relation, line.slots], sort_keys=True), "") for line in document.facts]
    used, generated = pairs(made, "used", "activity", "entity"), pairs(made, "wasGeneratedBy", "entity", "activity")
    derived = {
        (one["prov:generatedEntity"], one["prov:usedEntity"], one["prov:activity"])
        for one in made["wasDerivedFrom"].values()
        if "prov:activity" in one
    }
    plans = pairs(made, "wasAssociatedWith", "activity", "plan")
    firings = [name for name, one in made["activity"].items() if {"$": "nb:RuleFiring", "type": "xsd:QName"} in one["prov:type"]]

    told = {
        (fact[step.fact], f"kb:rule-{step.rule}", tuple(sorted(fact[condition.fact] for condition in step.conditions)))
        for step in document.steps
    }
    found = set()
    for firing in firings:
        usages = [one for one in made["used"].values() if one["prov:activity"] == firing]
        (conclusion,) = [entity for entity, activity in generated if activity == firing]
        (plan,) = [entity for activity, entity in plans if activity == firing]
        premises = {entity for activity, entity in used if activity == firing}
        assert premises == {premise for entity, premise, activity in derived if activity == firing and entity == conclusion}
        found.add((conclusion, plan, tuple(sorted(one["prov:entity"] for one in usages))))
    assert told == found
    assert len(document.steps) == len(firings)


def test_given_facts_come_from_the_case_and_their_references(subject: Subject) -> None:
    """A fact is either generated by steps or read from the case, by its digest; nothing that no step rests on is in it."""
    made, document = prov_json(subject), subject.proofs
    case = f"digest:{subject.case_digest.removeprefix('sha256:')}"
    concluded = {step.fact for step in document.steps}
    premises = {condition.fact for step in document.steps for condition in step.conditions}
    of_case = {fact for fact, origin in pairs(made, "wasDerivedFrom", "generatedEntity", "usedEntity") if origin == case}
    cited = {origin for _, origin in pairs(made, "wasDerivedFrom", "generatedEntity", "usedEntity") if origin.startswith("kb:reference-")}

    assert len(premises - concluded) == len(of_case - {"run:assessment"})
    assert len(premises | concluded) == len(by_fact(made))
    assert {f"kb:reference-{key}" for number in premises - concluded for key in document.facts[number].sources} == cited


def test_no_fact_rests_on_itself(subject: Subject) -> None:
    """Derivations have no circle, as PROV-CONSTRAINTS asks."""
    from graphlib import TopologicalSorter

    made = prov_json(subject)
    sorter = TopologicalSorter[str]()
    for fact, origin in pairs(made, "wasDerivedFrom", "generatedEntity", "usedEntity"):
        sorter.add(fact, origin)

    assert list(sorter.static_order())[-1] in made["entity"]


def test_a_fact_has_the_same_name_wherever_it_stands(subject_of: SubjectOf) -> None:
    """Names come from what is said, not from places in the document, and nothing in them changes from run to run."""
    subject = subject_of("a-real-day")
    proofs = subject.proofs
    last = len(proofs.facts) - 1
    steps = tuple(
        replace(step, fact=last - step.fact, conditions=tuple(replace(c, fact=last - c.fact) for c in step.conditions))
        for step in proofs.steps
    )
    backwards = replace(proofs, facts=proofs.facts[::-1], steps=steps, findings=tuple(last - number for number in proofs.findings))

    assert prov_json(subject)["entity"] == prov_json(replace(subject, proofs=backwards))["entity"]
    assert prov_json(subject)["activity"] == prov_json(replace(subject, proofs=backwards))["activity"]


def test_packs_are_what_the_knowledge_base_was_made_from(subject_of: SubjectOf) -> None:
    """By their digest."""
    subject = subject_of("balanced-day")
    pack = {"name": "clinic-north", "version": "1", "digest": "sha256:" + "0" * 64}
    knowledge = subject.assessment["knowledge"] | {"packs": [pack]}
    made = prov_json(replace(subject, assessment={**subject.assessment, "knowledge": knowledge}))

    assert "pack clinic-north 1" == made["entity"]["digest:" + "0" * 64]["prov:label"]
    assert "digest:" + "0" * 64 in {origin for _, origin in pairs(made, "wasDerivedFrom", "generatedEntity", "usedEntity")}


def test_our_terms_stand_in_the_docs(root: Any) -> None:
    """The namespace, and every type and attribute of our own."""
    page = (root / "docs" / "exports.md").read_text(encoding="utf-8")

    assert TERMS in page
    for term in ("Case", "KnowledgeBase", "Pack", "Rule", "Reference", "Fact", "Given", "Concluded", "Finding", "Assessment", "Reading"):
        assert f"`nb:{term}`" in page
    for term in ("relation", "origin", "statement", "digest", "at", "binding", "absent", "absenceAssumed", "overriding", "condition"):
        assert f"`nb:{term}`" in page


def test_a_case_without_findings_has_provenance_too(subject_of: SubjectOf) -> None:
    """At least what was read by whom, and the disposition."""
    made = prov_json(subject_of("balanced-day"))

    assert "assess" == made["entity"]["run:assessment"]["nb:disposition"]
    assert "run:given" in made["activity"]


@pytest.mark.parametrize("name", ["time", "startTime", "endTime"])
def test_there_is_no_time_in_it(name: str, subject_of: SubjectOf) -> None:
    """When the program ran is no part of the provenance of a fact."""
    assert f"prov:{name}" not in json.dumps(prov_json(subject_of("a-real-day")))


def test_it_is_made_from_the_printed_assessment_alone(subject_of: SubjectOf) -> None:
    """What --format json prints is enough, so that a kept assessment can be exported as well."""
    subject = subject_of("c05")
    reread = replace(subject, assessment=json.loads(json.dumps(subject.assessment)))

    assert json.dumps(prov_json(subject)) == json.dumps(prov_json(reread))
