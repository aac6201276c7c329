"""The assessment as the templates print it: every string ready, every group formed, every comparison made.

``build`` is the whole interface. Nothing in here is escaped: that happens once, in the environment that prints (``render.py``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from msgspec import Struct

from neurobalance_expert.explain.findings import FLAGS
from neurobalance_expert.explain.wording import NOT_KNOWN, Labels, number, sentence, words
from neurobalance_expert.outcome import Assessment, Finding, FoodLine, NotAssessed, SupplementLine
from neurobalance_expert.report.cards import (
    SEVERITIES,
    SEVERITY_WORDS,
    UNVERIFIED,
    FindingCard,
    RecommendationCard,
    finding_card,
    recommendation_card,
)
from neurobalance_expert.report.charts import Day
from neurobalance_expert.report.prooftree import trees
from neurobalance_expert.report.supply import LabRow, SupplyRow, TotalRow, lab_row, supply_rows, total_rows
from neurobalance_expert.report.timeline import WindowRow, day_of, window_label, window_rows

NEVER_FOLDED = ("contraindicated", "major")
BEFORE_THE_FOLD = 3  # findings above minor that are shown before the rest is folded; the two highest severities always are
FOOD_STATUS = {
    "used": "as given",
    "unknown": "no confident match: not counted",
    "inline": "composition as given in the case",
    "refused": "refused: not counted",
}
STANDING = (
    "Decision support for a professional who can review its basis. Not a medical device, not a diagnosis, and no reason to change a "
    "prescribed medicine. Silence is not safety: what is not mentioned here was not shown to be harmless."
)
FOR_A_PERSON = (
    "For your information and for a talk with somebody who knows you. Not a medical device and not a diagnosis. Please change nothing that "
    "was prescribed on your own. Silence does not mean that something is harmless."
)
WHOM_TO_ASK = (
    "A pharmacist or the prescriber: what may be taken beside medicines.",
    "A doctor: symptoms, laboratory values, and anything marked major or contraindicated.",
    "A dietitian: what to eat over a week rather than a day.",
)
AUDIENCES = ("professional", "person")
SAID_ALIKE = 3  # so many findings of one rule stand alone under "for information"; more are gathered behind the first
QUIET = "No finding above information level. Silence is not a proof of adequacy."
SUPPLY_NOTE = (
    "Share is the best estimate over the reference; in brackets it rests on too little to conclude from. Known is the share of the day's "
    "amount that rests on a known composition; ≈ marks what was filled in from the food group. “At least” means that no upper end can be "
    "given. Not known is not zero."
)
INFLUX_NOTE = (
    "Entry into brain (Trp tryptophan, Tyr tyrosine) over the person's own fasting rate, which is 1.00; Trp/LNAA is the ratio in plasma. "
    "This is availability as computed by a model, not transmitter release."
)
_VARIABLE = re.compile(r"\$\w+")  # a part of a code that the rule leaves open
_WEB = re.compile(r"https?://[\w.~:/?#\[\]@!$&()*+,;=%-]+", re.ASCII)


class OpenGroup(Struct, frozen=True):
    """Rules that wait for the same facts: (title, code, rule) each."""

    missing: tuple[str, ...]
    rules: tuple[tuple[str, str, str], ...]


class FoodRow(Struct, frozen=True):
    """A diary line and what was used for it."""

    when: str
    entered: str
    grams: str
    used: str
    ndb: str
    how: str
    runner_up: str
    candidates: tuple[str, ...]
    counted: bool


class SupplementRow(Struct, frozen=True):
    """A supplement as entered."""

    when: str
    entered: str
    substance: str
    dose: str
    note: str


class ReferenceRow(Struct, frozen=True):
    """A source. ``link`` is '' or an http(s) address."""

    number: str
    key: str
    cite: str
    link: str
    read: str


class View(Struct, frozen=True):
    """Everything that the templates print, in their order."""

    case_id: str
    diary_date: str
    person: tuple[tuple[str, str], ...]
    goal: str
    disposition: str
    disposition_word: str
    disposition_text: str
    summary: str
    counts: tuple[tuple[str, str], ...]  # (severity, "2 moderate")
    worst: FindingCard | None
    lead: tuple[FindingCard, ...]
    folded: tuple[FindingCard, ...]
    minor: tuple[FindingCard, ...]
    info: tuple[FindingCard, ...]
    quiet: str
    recommendations: tuple[RecommendationCard, ...]
    questions: tuple[str, ...]
    day: Day
    windows: tuple[WindowRow, ...]
    totals: tuple[TotalRow, ...]
    precursors: tuple[SupplyRow, ...]
    cofactors: tuple[SupplyRow, ...]
    labs: tuple[LabRow, ...]
    open_lead: str
    open_groups: tuple[OpenGroup, ...]
    open_count: int
    foods: tuple[FoodRow, ...]
    supplements: tuple[SupplementRow, ...]
    assumptions: tuple[str, ...]
    remarks: tuple[str, ...]
    references: tuple[ReferenceRow, ...]
    versions: tuple[tuple[str, str], ...]
    marked: bool  # whether a table prints a value that is not verified, so that the mark is explained
    supply_note: str
    influx_note: str
    standing: str
    unverified: str
    professional: bool  # whether the basis is shown: numbers, rules, sources, what was simulated
    ask: tuple[str, ...]  # whom to ask, for a person

    @property
    def contents(self) -> tuple[tuple[str, str], ...]:
        """The sections that the HTML page has: anchor and words."""
        return tuple(
            (anchor, label)
            for anchor, label, there in (
                ("matters", "What matters", True),
                ("ask", "Whom to ask", self.ask),
                ("day", "The day", self.professional),
                ("supply", "Supply", self.professional),
                ("labs", "Laboratory", self.professional and self.labs),
                ("open", "Not assessed", self.professional),
                ("foods", "Foods", True),
                ("assumptions", "Assumptions", self.assumptions or self.remarks),
                ("references", "References", self.professional and self.references),
                ("versions", "Versions", True),
            )
            if there
        )

    @property
    def person_line(self) -> str:
        """What is known about the person, on one line."""
        return " · ".join(f"{label}: {value}" for label, value in self.person)

    @property
    def info_lines(self) -> tuple[tuple[FindingCard, tuple[FindingCard, ...]], ...]:
        """Findings for information: each alone, or the first of a rule that says the same of many things, with the rest behind it."""
        groups: dict[str, list[FindingCard]] = {}
        for card in self.info:
            groups.setdefault(card.rule, []).append(card)
        lines = [[group] if len(group) > SAID_ALIKE else [[card] for card in group] for group in groups.values()]
        return tuple((group[0], tuple(group[1:])) for line in lines for group in line)

    @property
    def findings(self) -> tuple[FindingCard, ...]:
        """All of them, in the order of the page."""
        return (*self.lead, *self.folded, *self.minor, *self.info)


def build(a: Assessment, audience: str = "professional") -> View:
    """The assessment as a view for one of ``AUDIENCES``. Pure: equal assessments give equal views.

    A person gets what was found, what it means and whom to ask; no change is proposed and no basis shown.
    """
    professional = audience == "professional"
    labels = Labels(
        windows={w.id: window_label(w) for w in a.windows},
        nutrients={x.nutrient: x.label for x in a.adequacy},
        analytes={x.analyte: x.label for x in a.labs},
    )
    numbers = {r.key: str(i) for i, r in enumerate(a.references, start=1)}
    ordered = _by_severity(a.findings)
    proved = trees(a.proofs, ordered) if professional else {}
    cards = [finding_card(f, f"finding-{i}", labels, numbers, proved.get(i - 1, ())) for i, f in enumerate(ordered, start=1)]
    lead, folded = _fold([c for c in cards if c.severity not in ("minor", "info")])
    open_lead, open_groups = _open(a.not_assessed)
    several_days = len({*(f.date for f in a.foods), *(s.date for s in a.supplements)} - {""}) > 1
    unsure = not (all(x.verified for x in a.adequacy) and all(x.verified for x in a.labs))
    return View(
        case_id=a.case_id,
        diary_date=a.diary_date,
        person=tuple((sentence(label), value) for label, value in a.person),
        goal=a.goal,
        disposition=a.disposition,
        disposition_word=a.disposition_title,
        disposition_text=a.disposition_text,
        summary=a.summary,
        counts=tuple((s, f"{n} {SEVERITY_WORDS[s].lower()}") for s in reversed(SEVERITIES) if (n := sum(c.severity == s for c in cards))),
        worst=cards[0] if cards else None,
        lead=lead,
        folded=folded,
        minor=tuple(c for c in cards if c.severity == "minor"),
        info=tuple(c for c in cards if c.severity == "info"),
        quiet=QUIET if a.disposition == "assess" and a.max_severity in ("", "info") else "",
        recommendations=tuple(recommendation_card(r, cards) for r in a.recommendations if professional),
        questions=a.questions,
        day=day_of(a),
        windows=window_rows(a.windows),
        totals=total_rows(a.totals, a.adequacy),
        precursors=supply_rows(a.adequacy, precursors=True),
        cofactors=supply_rows(a.adequacy, precursors=False),
        labs=tuple(lab_row(x) for x in a.labs),
        open_lead=open_lead,
        open_groups=open_groups,
        open_count=len(a.not_assessed),
        foods=tuple(_food(f, several_days) for f in a.foods),
        supplements=tuple(_supplement(s, several_days) for s in a.supplements),
        assumptions=a.assumptions,
        remarks=a.standing_remarks,
        references=tuple(ReferenceRow(numbers[r.key], r.key, r.cite, _web(r.link), r.read) for r in a.references),
        versions=_versions(a),
        marked=unsure,
        supply_note=SUPPLY_NOTE,
        influx_note=INFLUX_NOTE,
        standing=STANDING if professional else FOR_A_PERSON,
        unverified=UNVERIFIED,
        professional=professional,
        ask=() if professional else WHOM_TO_ASK,
    )


def _by_severity(findings: Sequence[Finding]) -> list[Finding]:
    # Warning signs stay on top; stable: the order of the assessment stays within a severity.
    return sorted(findings, key=lambda f: (not f.code.startswith(FLAGS), -SEVERITIES.index(f.severity)))


def _fold(cards: Iterable[FindingCard]) -> tuple[tuple[FindingCard, ...], tuple[FindingCard, ...]]:
    """What stands before the fold and what behind it. Cards come most severe first."""
    lead: list[FindingCard] = []
    folded: list[FindingCard] = []
    for card in cards:
        (lead if card.severity in NEVER_FOLDED or len(lead) < BEFORE_THE_FOLD else folded).append(card)
    return tuple(lead), tuple(folded)


def _open(lines: Sequence[NotAssessed]) -> tuple[str, tuple[OpenGroup, ...]]:
    """What all missing facts say in common, once, and the rules grouped by the rest of it; the largest group first."""
    lead = _common_lead([text for line in lines for text in line.missing])
    groups: dict[tuple[str, ...], list[tuple[str, str, str]]] = {}
    for line in lines:
        missing = tuple(text.removeprefix(lead) for text in line.missing)
        groups.setdefault(missing, []).append((line.title, _VARIABLE.sub("…", line.code), line.rule))
    ordered = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
    return sentence(lead.strip()), tuple(OpenGroup(missing, tuple(sorted(set(rules)))) for missing, rules in ordered)


def _common_lead(texts: Sequence[str]) -> str:
    """What all of several texts begin with, up to a colon; '' when they have no such beginning."""
    leads = {"".join(text.partition(": ")[:2]) for text in texts}
    lead = leads.pop() if len(leads) == 1 and len(texts) > 1 else ""
    return lead if lead.endswith(": ") else ""


def _food(f: FoodLine, several_days: bool) -> FoodRow:
    return FoodRow(
        when=_when(f.date, f.time, several_days),
        entered=f.entered,
        grams=f"{number(f.grams)} g" if f.grams is not None else NOT_KNOWN,
        used=f.description or FOOD_STATUS.get(f.status, words(f.status)),
        ndb=f.ndb,
        how=f.how,
        runner_up=f.runner_up,
        candidates=f.candidates,
        counted=f.status in ("used", "inline"),
    )


def _supplement(s: SupplementLine, several_days: bool) -> SupplementRow:
    note = "" if s.recognised else "not recognised: not checked"
    return SupplementRow(
        _when(s.date, s.time, several_days), s.entered, words(s.substance) if s.recognised else "", s.dose or NOT_KNOWN, note
    )


def _when(date: str, time: str, several_days: bool) -> str:
    clock = time or "time not known"
    return f"{date} {clock}" if several_days and date else clock


def _web(link: str) -> str:
    return link if _WEB.fullmatch(link) else ""


def _versions(a: Assessment) -> tuple[tuple[str, str], ...]:
    lines = (
        ("Program", f"neurobalance {a.program_version}"),
        ("Engine", a.engine),
        ("Knowledge", a.knowledge_version),
        *((f"Pack {pack.name}", f"{pack.version}, {pack.digest}") for pack in a.packs),
        ("Knowledge digest", a.knowledge_digest),
        ("Food table", a.food_release),
        ("Case", a.case_id),
        ("Case digest", a.case_digest),
    )
    return tuple((label, value) for label, value in lines if value)
