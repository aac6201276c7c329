"""The bundle against the elements of FHIR R4 that it uses."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from msgspec.structs import replace

from neurobalance_expert.errors import Misuse
from neurobalance_expert.export.fhir import CODES, KINDS, fhir_json, recorded_at
from neurobalance_expert.export.subject import Subject, digest_uri
from neurobalance_expert.rules.meanings import find_meanings
from tests.unit.export.conftest import SubjectOf

AT = "2026-03-17T09:00:00+01:00"
INSTANT = (  # https://hl7.org/fhir/R4/datatypes.html#instant
    "^([0-9]([0-9]([0-9][1-9]|[1-9]0)|[1-9]00)|[1-9]000)-(0[1-9]|1[0-2])-(0[1-9]|[1-2][0-9]|3[0-1])T([01][0-9]|2[0-3]):[0-5][0-9]:"
    "([0-5][0-9]|60)(\\.[0-9]+)?(Z|(\\+|-)((0[0-9]|1[0-3]):[0-5][0-9]|14:00))$"
)


def exactly(required: list[str], **properties: Any) -> dict[str, Any]:
    """An object with these elements and no other."""
    return {"type": "object", "required": required, "properties": properties, "additionalProperties": False, "minProperties": 1}


def several(items: dict[str, Any]) -> dict[str, Any]:
    """One or more: FHIR has no empty lists."""
    return {"type": "array", "minItems": 1, "items": items}


TEXT = {"type": "string", "pattern": "^[ \\r\\n\\t\\S]+$", "minLength": 1}
CODE = {"type": "string", "pattern": "^[^\\s]+(\\s[^\\s]+)*$"}
URN = {"type": "string", "pattern": "^urn:uuid:[0-9a-f-]{36}$"}
IDENTIFIER = exactly(["system", "value"], system={"const": "urn:ietf:rfc:3986"}, value={"type": "string", "pattern": "^(urn:uuid|nih):"})
REFERENCE = exactly([], reference=URN, type={"const": "Device"}, identifier=IDENTIFIER, display=TEXT)
CODING = exactly(["system", "code"], system=TEXT, code=CODE, display=TEXT)
CONCEPT = exactly([], coding=several(CODING), text=TEXT)
ISSUE = exactly(  # https://hl7.org/fhir/R4/detectedissue.html
    ["resourceType", "status"],
    resourceType={"const": "DetectedIssue"},
    identifier=several(IDENTIFIER),
    status={"const": "final"},
    code=CONCEPT,
    severity={"enum": ["high", "moderate", "low"]},
    author=REFERENCE,
    implicated=several(REFERENCE),
    evidence=several(exactly([], code=several(CONCEPT))),
    detail=TEXT,
    reference={"type": "string", "pattern": "^\\S+$"},
)
PROVENANCE = exactly(  # https://hl7.org/fhir/R4/provenance.html
    ["resourceType", "target", "recorded", "agent"],
    resourceType={"const": "Provenance"},
    target=several(REFERENCE),
    recorded={"type": "string", "pattern": INSTANT},
    agent=several(exactly(["who"], type=CONCEPT, who=REFERENCE)),
    entity=several(exactly(["role", "what"], role={"enum": ["derivation", "revision", "quotation", "source", "removal"]}, what=REFERENCE)),
)
BUNDLE = exactly(  # https://hl7.org/fhir/R4/bundle.html
    ["resourceType", "type"],
    resourceType={"const": "Bundle"},
    type={"const": "collection"},
    timestamp={"type": "string", "pattern": INSTANT},
    entry=several(exactly(["fullUrl", "resource"], fullUrl=URN, resource={"oneOf": [ISSUE, PROVENANCE]})),
)


def resources(subject: Subject, kind: str) -> list[dict[str, Any]]:
    """The resources of one type."""
    return [e["resource"] for e in fhir_json(subject, AT).get("entry", []) if e["resource"]["resourceType"] == kind]


def test_a_bundle_has_the_elements_of_the_specification(subject: Subject) -> None:
    """Types, cardinalities, required value sets and no empty element."""
    made = json.loads(json.dumps(fhir_json(subject, AT)))

    assert [] == [error.message for error in Draft202012Validator(BUNDLE).iter_errors(made)]


def test_each_issue_has_one_provenance(subject: Subject) -> None:
    """Its target is in the bundle, and addresses are unique (bdl-7)."""
    entries = fhir_json(subject, AT).get("entry", [])
    urls = [entry["fullUrl"] for entry in entries]
    issues = [entry["fullUrl"] for entry in entries if entry["resource"]["resourceType"] == "DetectedIssue"]
    targets = [target["reference"] for made in resources(subject, "Provenance") for target in made["target"]]

    assert issues == targets
    assert len(urls) == len(set(urls))


def test_findings_about_what_is_taken_are_issues(subject: Subject) -> None:
    """Safety, competition and depletion above information level, by title; the disposition first where it asks for a person."""
    wanted = [f["title"] for f in subject.assessment["findings"] if f["severity"] != "info" and f["kind"] in KINDS]
    first = [] if subject.disposition.id == "assess" else [subject.disposition.title]

    assert first + wanted == [issue["code"]["text"] for issue in resources(subject, "DetectedIssue")]


def test_severity_is_high_moderate_or_low(subject_of: SubjectOf) -> None:
    """Contraindicated and major are high, moderate is moderate, minor is low; the disposition has none."""
    high = {"contraindicated": "high", "major": "high", "moderate": "moderate", "minor": "low"}
    subject = subject_of("c10")
    wanted = [high[f["severity"]] for f in subject.assessment["findings"] if f["severity"] != "info" and f["kind"] in KINDS]

    assert "high" in wanted
    assert [None, *wanted] == [issue.get("severity") for issue in resources(subject, "DetectedIssue")]


def test_what_is_taken_is_named_and_has_no_invented_id(subject_of: SubjectOf) -> None:
    """Names of the knowledge base, as texts."""
    issues = resources(subject_of("c05"), "DetectedIssue")

    assert [{"display": "carbidopa"}, {"display": "levodopa"}] in [issue.get("implicated") for issue in issues]


def test_advice_is_no_mitigation(subject: Subject) -> None:
    """A mitigation is an action that was taken or is committed; advice is neither, and stands in the text."""
    issues = resources(subject, "DetectedIssue")
    advised = [f for f in subject.assessment["findings"] if f["severity"] != "info" and f["kind"] in KINDS and f["advice"]]

    assert not any("mitigation" in issue for issue in issues)
    assert len(advised) == sum("What to do: " in issue["detail"] for issue in issues)


def test_provenance_names_case_knowledge_base_and_rule_by_digest(subject_of: SubjectOf) -> None:
    """As URIs of RFC 6920."""
    subject = subject_of("c05")
    made = resources(subject, "Provenance")[1]
    digests = [entity["what"]["identifier"]["value"] for entity in made["entity"]]
    finding = next(f for f in subject.findings if f["kind"] in KINDS)
    rule = next(step.digest for step in subject.proofs.steps if step.rule == finding["rule"])

    assert [digest_uri(subject.case_digest), digest_uri(subject.knowledge_digest), digest_uri(rule)] == digests
    assert "neurobalance" in made["agent"][0]["who"]["display"]


def test_a_case_that_cannot_be_assessed_is_an_issue_with_questions(subject_of: SubjectOf) -> None:
    """So that no bundle without entries stands for it."""
    issue = resources(subject_of("c12"), "DetectedIssue")[0]

    assert "Cannot be assessed yet" == issue["code"]["text"]
    assert "To be asked: " in issue["detail"]


def test_an_unremarkable_day_is_a_bundle_without_entries(subject_of: SubjectOf) -> None:
    """An empty list would be no FHIR."""
    assert {"resourceType": "Bundle", "type": "collection", "timestamp": AT} == fhir_json(subject_of("balanced-day"), AT)


@pytest.mark.parametrize("given", ["2026-03-17T09:00:00Z", AT, "2024-02-29T23:59:59.123-14:00"])
def test_an_instant_is_taken_as_it_is(given: str) -> None:
    """With its time zone."""
    assert given == recorded_at(given, "2026-03-17")


@pytest.mark.parametrize(
    "given",
    [
        *("", "today", "2026-03-17", "2026-03-17T09:00Z", "2026-03-17T09:00:00", "2026-03-17T09:00:00+15:00", "2026-03-17T09:00:00Z\n"),
        *("2026-02-30T09:00:00Z", "2026-03-17T25:00:00Z", "0000-01-01T00:00:00Z", "２026-03-17T09:00:00Z"),
    ],
)
def test_what_is_no_instant_is_refused(given: str) -> None:
    """With an example of one."""
    with pytest.raises(Misuse, match="--recorded needs an instant with its time zone, such as 2026-03-17T09:00:00"):
        recorded_at(given, "2026-03-17")


def test_without_an_instant_it_is_the_last_day_of_the_diary() -> None:
    """Never the time of the clock."""
    assert "2026-03-18T00:00:00Z" == recorded_at(None, "2026-03-17, 2026-03-18")


def test_a_name_in_a_code_has_single_spaces(subject_of: SubjectOf) -> None:
    """FHIR allows no other in a code."""
    subject = subject_of("c05")
    findings = [{**next(f for f in subject.findings if f["kind"] in KINDS), "code": "COND: a \n  b "}]
    changed = replace(subject, assessment={**subject.assessment, "findings": findings})

    assert "COND: a b" == resources(changed, "DetectedIssue")[-1]["code"]["coding"][0]["code"]


def test_no_text_has_a_forbidden_meaning(subject: Subject) -> None:
    """No diagnosis, no level of a transmitter, no word to stop a medicine."""
    issues = resources(subject, "DetectedIssue")
    said = [text for issue in issues for text in (issue["code"]["text"], *issue["detail"].split("\n\n"))]

    assert [] == [(hit.meaning.code, text) for text in said for hit in find_meanings(text)]


def test_the_code_system_stands_in_the_docs(root: Any) -> None:
    """Whoever receives a code can look up what it is."""
    assert CODES in (root / "docs" / "exports.md").read_text(encoding="utf-8")
