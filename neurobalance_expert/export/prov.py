"""W3C PROV-JSON of the proofs: an entity for each fact, an activity for each firing of a rule, the rule as its plan.

https://www.w3.org/submissions/prov-json/ has the form, https://www.w3.org/TR/prov-dm/ its meaning. There is no time in it: the facts of
a case have none, and when the program ran is nobody's evidence.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from neurobalance_expert.export.subject import NAMESPACE, Subject, digest_uri, named
from neurobalance_expert.fact import FINDING, FINDING_SLOTS
from neurobalance_expert.proof import Line, Step

TERMS = f"urn:uuid:{NAMESPACE}#"  # types and attributes of our own
SHORT = 16  # hexadecimal digits of a digest that are enough to tell facts and steps of one run apart
CASE, KNOWLEDGE = "the case", "the knowledge base"
GIVEN, ASSESSMENT = "run:given", "run:assessment"


def prov_json(subject: Subject) -> dict[str, Any]:
    """The provenance of everything that was concluded for a case, as PROV-JSON."""
    writer = _Writer(subject)
    writer.origins()
    used = {condition.fact for step in subject.proofs.steps for condition in step.conditions}
    concluded = {step.fact for step in subject.proofs.steps}
    for number in sorted(used | concluded):
        writer.fact(number, given=number not in concluded)
    for step in subject.proofs.steps:
        writer.step(step)
    for number in subject.proofs.findings:
        writer.relate("hadMember", collection=ASSESSMENT, entity=writer.facts[number])
    return {"prefix": _prefixes(subject), **writer.records}


def _prefixes(subject: Subject) -> dict[str, str]:
    knowledge, case, version = subject.knowledge_digest, subject.case_digest, subject.program
    return {
        "prov": "http://www.w3.org/ns/prov#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
        "nb": TERMS,
        "slot": f"{TERMS}slot-",
        "digest": digest_uri(""),
        "kb": f"urn:uuid:{named('knowledge', knowledge)}#",
        "run": f"urn:uuid:{named('run', case, knowledge, version)}#",
    }


class _Writer:
    """Records by kind and identifier. Relations are numbered, as PROV-JSON has them when nothing refers to them."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.records: dict[str, dict[str, dict[str, Any]]] = {}
        self.case = _by_digest(subject.case_digest)
        self.knowledge = _by_digest(subject.knowledge_digest)
        self.program = f"nb:neurobalance-{subject.assessment['program']['version']}"
        self.facts = tuple(_fact_id(line) for line in subject.proofs.facts)
        self.told = {_finding_key(f): f for f in subject.assessment["findings"]}

    def add(self, record: str, identifier: str, types: tuple[str, ...], attributes: Mapping[str, Any]) -> str:
        """An entity, activity or agent with its types and attributes, once; attributes without a value are left out."""
        qualified = [{"$": name, "type": "xsd:QName"} for name in types]
        kept = {name: value for name, value in attributes.items() if value not in ("", None, [])}
        self.records.setdefault(record, {}).setdefault(identifier, {"prov:type": qualified, **kept})
        return identifier

    def relate(self, relation: str, extra: Mapping[str, Any] | None = None, **ends: str) -> None:
        """A relation between records."""
        made = self.records.setdefault(relation, {})
        made[f"_:{relation}-{len(made) + 1}"] = {f"prov:{end}": identifier for end, identifier in ends.items()} | dict(extra or {})

    def origins(self) -> None:
        """What all facts come from: the case, the knowledge base with its packs, the program; and the assessment that holds them."""
        a = self.subject.assessment
        case = {"prov:label": f"case {a['case']['id']}", "nb:digest": a["case"]["digest"], "nb:diaryDate": a["case"]["diary_date"]}
        self.add("entity", self.case, ("nb:Case",), case)
        self._knowledge(a["knowledge"])
        software = {"prov:label": self.subject.program, "nb:engine": a["program"]["engine"]}
        self.add("agent", self.program, ("prov:SoftwareAgent",), software)
        self.add("activity", GIVEN, ("nb:Reading",), {"prov:label": "facts from the case, the tables and the model"})
        self.relate("used", {"prov:role": CASE}, activity=GIVEN, entity=self.case)
        self.relate("used", {"prov:role": KNOWLEDGE}, activity=GIVEN, entity=self.knowledge)
        self.relate("wasAssociatedWith", activity=GIVEN, agent=self.program, plan=self.knowledge)
        self._assessment()

    def _knowledge(self, about: Mapping[str, Any]) -> None:
        label = f"knowledge base {about['version']}"
        types = ("nb:KnowledgeBase", "prov:Collection", "prov:Plan")
        self.add("entity", self.knowledge, types, {"prov:label": label, "nb:digest": about["digest"], "nb:foods": about["foods"]})
        for pack in about["packs"]:
            identifier = _by_digest(pack["digest"])
            words = {"prov:label": f"pack {pack['name']} {pack['version']}", "nb:digest": pack["digest"]}
            self.add("entity", identifier, ("nb:Pack",), words)
            self.relate("wasDerivedFrom", generatedEntity=self.knowledge, usedEntity=identifier)

    def _assessment(self) -> None:
        disposition = self.subject.disposition
        words = {"prov:label": disposition.title, "nb:disposition": disposition.id, "nb:statement": disposition.text}
        self.add("entity", ASSESSMENT, ("nb:Assessment", "prov:Collection"), words)
        self.relate("wasAttributedTo", entity=ASSESSMENT, agent=self.program)
        self.relate("wasDerivedFrom", generatedEntity=ASSESSMENT, usedEntity=self.case)

    def fact(self, number: int, *, given: bool) -> None:
        """A fact; what was given comes from the case and the references of the constants in it."""
        line, identifier = self.subject.proofs.facts[number], self.facts[number]
        types = ("nb:Fact", "nb:Given" if given else "nb:Concluded", *(("nb:Finding",) if line.relation == FINDING else ()))
        slots = {f"slot:{name}": value for name, value in sorted(line.slots.items())}
        about = {"nb:relation": line.relation, "nb:origin": line.origin if given else ""}
        self.add("entity", identifier, types, self._words(line) | about | slots)
        if not given:
            return
        self.relate("wasGeneratedBy", entity=identifier, activity=GIVEN)
        self.relate("wasDerivedFrom", generatedEntity=identifier, usedEntity=self.case, activity=GIVEN)
        for key in line.sources:
            self.relate("wasDerivedFrom", generatedEntity=identifier, usedEntity=self._reference(key))

    def _words(self, line: Line) -> dict[str, str]:
        """A label, and for a finding what is said to the reader."""
        told = self.told.get(_finding_key(line.slots)) if line.relation == FINDING else None
        return {"prov:label": told["title"], "nb:statement": told["statement"]} if told else {"prov:label": line.said}

    def step(self, step: Step) -> None:
        """A firing of a rule: what it used, what it made, and the rule as the plan of the program."""
        premises = [self.facts[condition.fact] for condition in step.conditions]
        identifier = f"run:step-{_short(self.facts[step.fact], step.digest, step.binding, premises)}"
        self.add("activity", identifier, ("nb:RuleFiring",), _firing(step))
        for condition, premise in zip(step.conditions, premises, strict=True):
            said = {"prov:role": condition.label, "nb:condition": condition.said}
            self.relate("used", said, activity=identifier, entity=premise)
        self.relate("wasGeneratedBy", entity=self.facts[step.fact], activity=identifier)
        for premise in dict.fromkeys(premises):
            self.relate("wasDerivedFrom", generatedEntity=self.facts[step.fact], usedEntity=premise, activity=identifier)
        self.relate("wasAssociatedWith", activity=identifier, agent=self.program, plan=self._rule(step))
        self._cited(step)

    def _rule(self, step: Step) -> str:
        identifier = f"kb:rule-{step.rule}"
        if identifier not in self.records["entity"]:
            words = {"prov:label": f"rule {step.rule}", "nb:digest": step.digest, "nb:at": step.at}
            self.add("entity", identifier, ("nb:Rule", "prov:Plan"), words)
            self.relate("hadMember", collection=self.knowledge, entity=identifier)
        return identifier

    def _cited(self, step: Step) -> None:
        """The sources that a finding cites; how each bears on it is told by the rule, so this says no more than that it does."""
        told = self.told.get(_finding_key(self.subject.proofs.facts[step.fact].slots))
        for key in told["sources"] if told else ():
            self.relate("wasInfluencedBy", influencee=self.facts[step.fact], influencer=self._reference(key))

    def _reference(self, key: str) -> str:
        source = self.subject.sources.get(key)
        words = {"prov:label": source.cite, "nb:link": source.link} if source else {"prov:label": key}
        return self.add("entity", f"kb:reference-{key}", ("nb:Reference",), words)


def _firing(step: Step) -> dict[str, Any]:
    """What a step says beside its premises: its variables, the exceptions that were looked for, the rules that would speak instead."""
    return {
        "prov:label": f"rule {step.rule}",
        "nb:binding": json.dumps(step.binding, sort_keys=True) if step.binding else "",
        "nb:absent": [absence.said for absence in step.absences],
        "nb:absenceAssumed": [absence.said for absence in step.absences if absence.assumed],
        "nb:overriding": list(step.overriding),
    }


def _finding_key(slots: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(slots.get(slot) or "") for slot in FINDING_SLOTS)


def _by_digest(digest: str) -> str:
    return f"digest:{digest.removeprefix('sha256:')}"


def _fact_id(line: Line) -> str:
    """The same for the same fact, wherever it stands in the document."""
    return f"run:fact-{_short(line.relation, line.slots)}"


def _short(*parts: Any) -> str:
    return sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:SHORT]
