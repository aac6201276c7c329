"""CDS Hooks 2.0 cards: one for each finding above information level, and one first when the whole asks for a person.

https://cds-hooks.hl7.org/2.0/#cds-service-response has the form. A card informs. It has no suggestion, no action and no link, so that no
client can turn it into a change of what is prescribed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from neurobalance_expert.export.subject import Subject, disposition_uuid, finding_uuid, named
from neurobalance_expert.outcome import Reference
from neurobalance_expert.report.escape import markdown, markdown_code, visible
from neurobalance_expert.report.view import STANDING

LONGEST_SUMMARY = 139  # "<140-character summary message"
INDICATORS = {"info": "info", "minor": "info", "moderate": "warning", "major": "critical", "contraindicated": "critical"}
REASONS = f"urn:uuid:{named('override-reasons')}"  # the code system of the reasons of knowledge/overrides.yaml


def cds_hooks_json(subject: Subject) -> dict[str, Any]:
    """The cards of an assessment, as a CDS service answers."""
    cards = [] if subject.disposition.mildest else [_disposition_card(subject)]
    return {"cards": [*cards, *(_card(subject, finding) for finding in subject.findings)]}


def _card(subject: Subject, finding: Mapping[str, Any]) -> dict[str, Any]:
    card = {
        "uuid": str(finding_uuid(subject, finding)),
        "summary": _summary(finding["title"]),
        "detail": _paragraphs(_detail(subject, finding)),
        "indicator": INDICATORS[finding["severity"]],
        "source": _source(subject),
    }
    reasons = [{"code": id, "system": REASONS, "display": title} for id, title in subject.override_reasons.items()]
    return card | ({"overrideReasons": reasons} if reasons else {})


def _disposition_card(subject: Subject) -> dict[str, Any]:
    """What the report as a whole may do, with the questions that are open; nobody overrides it."""
    disposition, questions = subject.disposition, subject.assessment["questions"]
    asked = f"**To be asked**\n\n{_items(questions)}" if questions else ""
    return {
        "uuid": str(disposition_uuid(subject)),
        "summary": _summary(disposition.title),
        "detail": _paragraphs((markdown(disposition.text), asked, markdown(STANDING))),
        "indicator": "warning",
        "source": _source(subject),
    }


def _source(subject: Subject) -> dict[str, str]:
    return {"label": f"{subject.program}, knowledge base {subject.assessment['knowledge']['version']}"}


def _summary(title: str) -> str:
    """The title, shortened at a word when it is too long."""
    text = visible(title)
    return text if len(text) <= LONGEST_SUMMARY else text[: LONGEST_SUMMARY - 1].rsplit(" ", 1)[0] + "…"


def _detail(subject: Subject, finding: Mapping[str, Any]) -> Iterable[str]:
    """Statement, what to do, the basis, and what the whole is not."""
    yield markdown(finding["statement"])
    if finding["advice"]:
        yield f"**What to do:** {markdown(finding['advice'])}"
    if finding["conditions"]:
        yield f"**Because**\n\n{_items(finding['conditions'])}"
    if finding["unverified"]:
        yield f"**Not verified in a source:** {markdown('; '.join(finding['unverified']))}"
    sources = subject.cited(finding)
    if sources:
        yield "**Sources**\n\n" + "\n".join(f"- {_cited(source)}" for source in sources)
    place = f"rule {markdown_code(finding['rule'])} ({markdown_code(finding['at'])})"
    yield f"{markdown_code(finding['code'])}: severity {finding['severity']}, evidence {finding['evidence'] or 'not graded'}, {place}"
    yield markdown(STANDING)


def _cited(source: Reference) -> str:
    """A citation, with its link where it is one of the web and cannot leave its brackets."""
    cite = markdown(source.cite)
    plain = source.link.startswith(("https://", "http://")) and not any(c in source.link for c in "<> \n")
    return f"[{cite}](<{source.link}>)" if plain else cite


def _items(texts: Iterable[str]) -> str:
    return "\n".join(f"- {markdown(text)}" for text in texts)


def _paragraphs(texts: Iterable[str]) -> str:
    return "\n\n".join(text for text in texts if text)
