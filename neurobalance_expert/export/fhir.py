"""A FHIR R4 bundle: a DetectedIssue for each finding about what is taken, and a Provenance that says what it was made from.

https://hl7.org/fhir/R4/detectedissue.html and https://hl7.org/fhir/R4/provenance.html have the forms. Nothing is invented: what has no id
in the case has a text only, no patient is named, and advice is no mitigation, because that is an action that was taken or is committed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from neurobalance_expert.errors import Misuse
from neurobalance_expert.export.subject import Subject, digest_uri, disposition_uuid, finding_uuid, named
from neurobalance_expert.report.escape import visible
from neurobalance_expert.report.view import STANDING

KINDS = ("safety", "competition", "depletion")  # findings about something that is taken or done; a DetectedIssue is about nothing else
SEVERITIES = {"minor": "low", "moderate": "moderate", "major": "high", "contraindicated": "high"}
CODES = f"urn:uuid:{named('finding-codes')}"  # the code system of finding codes, docs/codes.md
IMPLICATED = {
    "supplement": "substance",
    "exposure": "substance",
    "dose": "substance",
    "medication": "ingredient",
    "acting_medicine": "drug",
}
URI = "urn:ietf:rfc:3986"  # the system of identifiers that are URIs
PARTICIPANT = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]((0\d|1[0-3]):[0-5]\d|14:00))", re.ASCII)


def fhir_json(subject: Subject, recorded: str) -> dict[str, Any]:
    """The bundle of an assessment.

    Args:
        recorded: The instant at which the issues are recorded, from ``recorded_at``.
    """
    entries: list[dict[str, Any]] = []
    if not subject.disposition.mildest:
        _add(entries, subject, disposition_uuid(subject), _disposition_issue(subject), recorded, ())
    for finding in subject.findings:
        if finding["kind"] in KINDS:
            _add(entries, subject, finding_uuid(subject, finding), _issue(subject, finding), recorded, _rules(subject, finding))
    bundle: dict[str, Any] = {"resourceType": "Bundle", "type": "collection", "timestamp": recorded}
    return bundle | ({"entry": entries} if entries else {})


def recorded_at(given: str | None, diary_date: str) -> str:
    """The instant that was given, or the beginning in UTC of the last day of the diary; never the time of the clock.

    Args:
        diary_date: The days of the diary as the assessment has them, ``2026-03-17, 2026-03-18``.

    Raises:
        Misuse: what was given is no instant.
    """
    if given is None:
        return f"{diary_date.split(', ')[-1]}T00:00:00Z"
    if not INSTANT.fullmatch(given) or not _exists(given):
        raise Misuse(
            f"--recorded needs an instant with its time zone, such as 2026-03-17T09:00:00Z or 2026-03-17T09:00:00+01:00, not '{given}'"
        )
    return given


def _exists(instant: str) -> bool:
    """Whether the calendar and the clock have it."""
    try:
        datetime.fromisoformat(instant)
    except ValueError:
        return False
    return True


def _add(
    entries: list[dict[str, Any]], subject: Subject, uuid: UUID, issue: dict[str, Any], recorded: str, rules: Iterable[tuple[str, str]]
) -> None:
    """An issue and its provenance. Their addresses are UUIDs, and neither has an id: that is for a server to give."""
    identified = {"identifier": [_identifier(f"urn:uuid:{uuid}")], "status": "final"}
    entries.append({"fullUrl": f"urn:uuid:{uuid}", "resource": {"resourceType": "DetectedIssue", **identified, **issue}})
    made = _provenance(subject, uuid, recorded, rules)
    entries.append({"fullUrl": f"urn:uuid:{named('provenance', str(uuid), recorded)}", "resource": made})


def _issue(subject: Subject, finding: Mapping[str, Any]) -> dict[str, Any]:
    links = [source.link for source in subject.cited(finding) if source.link]
    issue = {
        "code": _code(finding["code"], finding["title"]),
        "severity": SEVERITIES[finding["severity"]],
        "author": _software(subject),
        "implicated": [{"display": visible(name)} for name in _implicated(subject, finding)],
        "evidence": [{"code": [{"text": visible(condition)}]} for condition in finding["conditions"]],
        "detail": _text(finding["statement"], f"What to do: {finding['advice']}" if finding["advice"] else "", STANDING),
        "reference": links[0] if links else "",
    }
    return {name: value for name, value in issue.items() if value}


def _disposition_issue(subject: Subject) -> dict[str, Any]:
    """What the report as a whole may do, with the questions that are open. It has no severity of its own."""
    disposition, questions = subject.disposition, subject.assessment["questions"]
    asked = f"To be asked: {' '.join(questions)}" if questions else ""
    return {
        "code": _code(disposition.id, disposition.title),
        "author": _software(subject),
        "detail": _text(disposition.text, asked, STANDING),
    }


def _code(code: str, title: str) -> dict[str, Any]:
    """A code of ours; a name in it is as it was entered, and FHIR allows single spaces only."""
    return {"coding": [{"system": CODES, "code": " ".join(visible(code).split()), "display": visible(title)}], "text": visible(title)}


def _implicated(subject: Subject, finding: Mapping[str, Any]) -> list[str]:
    """What is taken that a finding rests on, by name."""
    ids = [str(slots[IMPLICATED[relation]]) for relation, slots in finding["because"] if relation in IMPLICATED]
    return [subject.names.get(id, id.replace("_", " ")) for id in dict.fromkeys(ids)]


def _rules(subject: Subject, finding: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Digest and words of the rule that a finding comes from."""
    digests = dict.fromkeys(step.digest for step in subject.proofs.steps if step.rule == finding["rule"])
    return [(digest, f"rule {finding['rule']}, {finding['at']}") for digest in digests]


def _provenance(subject: Subject, target: UUID, recorded: str, rules: Iterable[tuple[str, str]]) -> dict[str, Any]:
    knowledge, case = subject.assessment["knowledge"], subject.assessment["case"]
    packs = [(pack["digest"], f"pack {pack['name']} {pack['version']}") for pack in knowledge["packs"]]
    sources = [
        (subject.case_digest, f"case {case['id']}"),
        (subject.knowledge_digest, f"knowledge base {knowledge['version']}"),
        *packs,
        *rules,
    ]
    assembler = {"coding": [{"system": PARTICIPANT, "code": "assembler", "display": "Assembler"}]}
    return {
        "resourceType": "Provenance",
        "target": [{"reference": f"urn:uuid:{target}"}],
        "recorded": recorded,
        "agent": [{"type": assembler, "who": _software(subject)}],
        "entity": [
            {"role": "source", "what": {"identifier": _identifier(digest_uri(digest)), "display": visible(words)}}
            for digest, words in sources
        ],
    }


def _software(subject: Subject) -> dict[str, Any]:
    """The program, as a device that has a name and no record of its own."""
    return {"type": "Device", "display": subject.program}


def _identifier(uri: str) -> dict[str, str]:
    return {"system": URI, "value": uri}


def _text(*parts: str) -> str:
    return "\n\n".join(visible(part) for part in parts if part)
