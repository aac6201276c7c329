"""Cards as a client of CDS Hooks 2.0 reads them."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest
from jsonschema import Draft202012Validator
from msgspec.structs import replace

from neurobalance_expert.export.cds_hooks import REASONS, cds_hooks_json
from neurobalance_expert.export.fhir import fhir_json
from neurobalance_expert.export.subject import Subject
from neurobalance_expert.outcome import Reference
from neurobalance_expert.rules.meanings import find_meanings
from tests.unit.export.conftest import SubjectOf

TEXT: dict[str, Any] = {"type": "string", "minLength": 1}
CODING = {"type": "object", "required": ["code", "system", "display"], "properties": {"code": TEXT, "system": TEXT, "display": TEXT}}
SOURCE = {"type": "object", "required": ["label"], "properties": {"label": TEXT, "url": {"type": "string", "pattern": "^https?://"}}}
CARD = {  # https://cds-hooks.hl7.org/2.0/#card-attributes; what we never send is not allowed here
    "type": "object",
    "required": ["summary", "indicator", "source"],
    "additionalProperties": False,
    "properties": {
        "uuid": {"type": "string", "pattern": "^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$"},
        "summary": {"type": "string", "minLength": 1, "maxLength": 139},
        "detail": TEXT,
        "indicator": {"enum": ["info", "warning", "critical"]},
        "source": SOURCE,
        "overrideReasons": {"type": "array", "minItems": 1, "items": CODING},
    },
}
RESPONSE = {
    "type": "object",
    "required": ["cards"],
    "additionalProperties": False,
    "properties": {"cards": {"type": "array", "items": CARD}},
}
REASON = {"already_managed": "Already managed", "other": "Other"}


def test_a_response_has_the_fields_of_the_specification(subject: Subject) -> None:
    """Required fields, closed values and lengths; no suggestion, no action, no link."""
    made = cds_hooks_json(replace(subject, override_reasons=REASON))

    assert [] == [error.message for error in Draft202012Validator(RESPONSE).iter_errors(json.loads(json.dumps(made)))]


def test_each_finding_above_information_has_a_card(subject: Subject) -> None:
    """In the order of the report; one card more, first, when the whole asks for a person."""
    cards = cds_hooks_json(subject)["cards"]
    above = [f for f in subject.assessment["findings"] if f["severity"] != "info"]
    first = [] if subject.disposition.id == "assess" else [subject.disposition.title]

    assert [*first, *(f["title"] for f in above)] == [card["summary"] for card in cards]


def test_the_indicator_follows_the_severity(subject_of: SubjectOf) -> None:
    """Contraindicated and major are critical, moderate is a warning, minor for information."""
    subject = subject_of("c10")
    above = [f["severity"] for f in subject.assessment["findings"] if f["severity"] != "info"]
    indicators = [card["indicator"] for card in cds_hooks_json(subject)["cards"][1:]]
    wanted = {"contraindicated": "critical", "major": "critical", "moderate": "warning", "minor": "info"}

    assert [wanted[severity] for severity in above] == indicators


def test_uuids_are_of_version_5_and_tell_cards_apart(subject: Subject) -> None:
    """One each, also where two findings share a code."""
    uuids = [card["uuid"] for card in cds_hooks_json(subject)["cards"]]

    assert len(uuids) == len(set(uuids))
    assert {5} >= {UUID(one).version for one in uuids}


def test_a_card_and_its_issue_share_a_uuid(subject_of: SubjectOf) -> None:
    """So that an answer to one can be set beside the other."""
    subject = subject_of("c05")
    cards = {f"urn:uuid:{card['uuid']}" for card in cds_hooks_json(subject)["cards"]}
    issues = {e["fullUrl"] for e in fhir_json(subject, "2026-03-17T09:00:00Z")["entry"] if e["resource"]["resourceType"] == "DetectedIssue"}

    assert issues
    assert issues <= cards


def test_reasons_for_an_override_are_those_of_the_knowledge_base(subject_of: SubjectOf) -> None:
    """Left out when it has none; never on the card that says what the whole may do."""
    subject = subject_of("c05")
    first, *others = cds_hooks_json(replace(subject, override_reasons=REASON))["cards"]
    without = cds_hooks_json(replace(subject, override_reasons={}))["cards"]

    assert "overrideReasons" not in first
    assert [{"code": id, "system": REASONS, "display": title} for id, title in REASON.items()] == others[0]["overrideReasons"]
    assert not any("overrideReasons" in card for card in without)


def test_a_case_that_cannot_be_assessed_says_so_first_and_asks(subject_of: SubjectOf) -> None:
    """No client shows an empty list of cards for it."""
    card = cds_hooks_json(subject_of("c12"))["cards"][0]

    assert ("Cannot be assessed yet", "warning") == (card["summary"], card["indicator"])
    assert "**To be asked**" in card["detail"]


def test_an_unremarkable_day_has_no_cards(subject_of: SubjectOf) -> None:
    """As the specification asks when there is nothing to say."""
    assert {"cards": []} == cds_hooks_json(subject_of("balanced-day"))


def test_a_long_title_is_cut_at_a_word(subject_of: SubjectOf) -> None:
    """Fewer than 140 characters."""
    subject = subject_of("a-real-day")
    findings = [{**subject.findings[0], "title": "tryptophan " * 20}]
    *_, card = cds_hooks_json(replace(subject, assessment={**subject.assessment, "findings": findings}))["cards"]

    assert "tryptophan " * 11 + "tryptophan…" == card["summary"]


@pytest.mark.parametrize("name", ["[x](https://e.org)", "<img src=x>", "a\n# b", "`b`", "\x1b[31m"])
def test_what_a_person_wrote_is_no_markup(name: str, subject_of: SubjectOf) -> None:
    """Statements and conditions may hold the name of anything."""
    subject = subject_of("a-real-day")
    findings = [{**subject.findings[0], "statement": name, "conditions": [name], "sources": []}]
    *_, card = cds_hooks_json(replace(subject, assessment={**subject.assessment, "findings": findings}))["cards"]

    assert not any(mark in card["detail"] for mark in ("](https://", "<img", "\n# b", "`b`", "\x1b"))


def test_a_link_that_is_none_stays_a_text(subject_of: SubjectOf) -> None:
    """Only addresses of the web become links."""
    subject = subject_of("a-real-day")
    findings = [{**subject.findings[0], "sources": ["a", "b"]}]
    sources = {"a": Reference("a", "A [1]", "javascript:alert(1)"), "b": Reference("b", "B", "https://doi.org/10.1/(x)")}
    changed = replace(subject, assessment={**subject.assessment, "findings": findings}, sources=sources)

    assert "- A \\[1\\]\n- [B](<https://doi.org/10.1/(x)>)" in cds_hooks_json(changed)["cards"][-1]["detail"]


def test_no_card_has_a_forbidden_meaning(subject: Subject) -> None:
    """No diagnosis, no level of a transmitter, no word to stop a medicine. Titles of papers are quotations."""
    cards = cds_hooks_json(replace(subject, sources={}))["cards"]
    said = [text for card in cards for text in (card["summary"], *card["detail"].replace("\\", "").split("\n"))]

    assert [] == [(hit.meaning.code, text) for text in said for hit in find_meanings(text)]
