"""Findings and recommendations as cards: everything that stands on one, ready to print."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from neurobalance_expert.explain.wording import NOT_KNOWN, Labels, enum, nutrient
from neurobalance_expert.outcome import FactLine, Finding, Recommendation, Robustness, plain
from neurobalance_expert.report.prooftree import Way

SEVERITIES = ("info", "minor", "moderate", "major", "contraindicated")
SEVERITY_WORDS = {"info": "Information", "minor": "Minor", "moderate": "Moderate", "major": "Major", "contraindicated": "Contraindicated"}
_WORD = re.compile(r"[\w.]+")
GRADES = {
    "A": "several human studies agree",
    "B": "one good human study, or several that mostly agree",
    "C": "animal or laboratory work, or inferred from it",
    "D": "contested",
}
ABOUT_THE_RECORD = "data"  # the kind of finding that rests on no study
UNVERIFIED = "from memory, not yet verified"


class Cite(Struct, frozen=True):
    """A source in the text: its number in the list of references ('' when the list does not have it) and its key."""

    number: str
    key: str

    @property
    def mark(self) -> str:
        """What stands in the brackets."""
        return self.number or self.key


class FactRow(Struct, frozen=True):
    """A fact in words, its machine form ('' when the words name all of it), its origin and sources."""

    text: str
    machine: str
    origin: str
    cites: tuple[Cite, ...]


class FindingCard(Struct, frozen=True):
    """A finding, ready to print. ``steps`` is the severity from 1 to 5, so that a mark other than colour can show it."""

    anchor: str
    severity: str
    severity_word: str
    steps: int
    title: str
    statement: str
    advice: str
    code: str
    rule: str
    rule_at: str
    kind: str
    subject: str
    grade: str
    grade_words: str
    contested: bool
    conditions: tuple[str, ...]
    facts: tuple[FactRow, ...]
    cites: tuple[Cite, ...]
    unverified: tuple[str, ...]
    proof: tuple[Way, ...] = ()
    robust: str = ""  # when it was not asked for, or when the finding rests on nothing that is drawn

    @property
    def short(self) -> str:
        """The title; of a finding about the record also which entry it is about, as titles repeat."""
        return f"{self.title}: {self.statement.partition('. ')[0].removesuffix('.')}" if self.kind == ABOUT_THE_RECORD else self.title


class RecommendationCard(Struct, frozen=True):
    """A change with the number that was predicted for it. ``targets`` are (anchor or '', code, title)."""

    id: str
    action: str
    metric: str
    before: str
    after: str
    targets: tuple[tuple[str, str, str], ...]
    raises: tuple[str, ...]


def finding_card(f: Finding, anchor: str, labels: Labels, numbers: Mapping[str, str], proof: tuple[Way, ...] = ()) -> FindingCard:
    """The card of a finding. ``numbers`` gives the key of a reference its number in the list."""
    about = (labels.analytes.get(f.about) or nutrient(f.about, labels)) if f.about else ""
    subject = [about, enum(f.system) if f.system else "", labels.windows.get(f.window, "")]
    return FindingCard(
        anchor=anchor,
        severity=f.severity,
        severity_word=SEVERITY_WORDS[f.severity],
        steps=SEVERITIES.index(f.severity) + 1,
        title=f.title,
        statement=f.statement,
        advice=f.advice,
        code=f.code,
        rule=f.rule,
        rule_at=f.rule_at,
        kind=f.kind,
        subject=" · ".join(dict.fromkeys(s for s in subject if s)),
        grade=f.evidence,
        grade_words="a check of the record, no claim" if f.kind == ABOUT_THE_RECORD else GRADES.get(f.evidence, "not graded"),
        contested=f.evidence == "D" and f.kind != ABOUT_THE_RECORD,
        conditions=f.conditions,
        facts=tuple(_fact(line, numbers) for line in f.because),
        cites=_cites(f.sources, numbers),
        unverified=f.unverified,
        proof=proof,
        robust=robust_words(f.robust),
    )


def robust_words(robust: Robustness | None) -> str:
    """``holds in 97 of 100 draws``, with ``fragile`` before it where that is too few; '' where nothing is to be said."""
    if robust is None or not robust.drawn:
        return ""
    return f"{'fragile: ' if robust.fragile else ''}holds in {robust.held} of {robust.draws} draws"


def _fact(line: FactLine, numbers: Mapping[str, str]) -> FactRow:
    slots = ", ".join(f"{slot}={plain(value)}" for slot, value in line.slots.items() if value != "")
    machine = f"{line.relation}({slots})"
    adds = set(_WORD.findall(machine)) - set(_WORD.findall(f"{line.text} {line.text.replace(' ', '_')}"))
    return FactRow(line.text, machine if adds else "", line.origin, _cites(line.sources, numbers))


def _cites(keys: Iterable[str], numbers: Mapping[str, str]) -> tuple[Cite, ...]:
    return tuple(Cite(numbers.get(key, ""), key) for key in keys)


def recommendation_card(r: Recommendation, cards: Sequence[FindingCard]) -> RecommendationCard:
    """The card of a recommendation, with links to the cards of the findings that it is for."""
    by_code = {c.code: c for c in reversed(cards)}
    targets = tuple((by_code[c].anchor, c, by_code[c].title) if c in by_code else ("", c, "") for c in r.codes)
    return RecommendationCard(r.id, r.action, r.metric, *_predicted(r), targets, r.raises)


def _predicted(r: Recommendation) -> tuple[str, str]:
    """Both numbers with the digits that the larger one deserves, so that they can be compared by eye."""
    largest = max((abs(x) for x in (r.before, r.after) if x is not None), default=0.0)
    digits = 0 if largest >= 100 else 1 if largest >= 10 else 2
    before, after = (NOT_KNOWN if x is None else f"{x:.{digits}f}" for x in (r.before, r.after))
    return before, after
