"""The assessment as data: what the report renders and what ``--format json`` prints."""

from __future__ import annotations

import json
from decimal import Decimal
from hashlib import sha256
from typing import Any

from msgspec import Struct, field

from neurobalance_expert.proof import NO_PROOFS, Proofs

SCHEMA = "neurobalance/assessment/1"


class Amount(Struct, frozen=True):
    """A total of the day with its interval. ``value`` None: nothing is known; ``high`` None: no upper end.

    ``coverage`` is the share (0-1) that rests on a known composition, ``imputed`` the share that was filled in from the food group.
    """

    value: float | None
    low: float | None
    high: float | None
    coverage: float
    unit: str
    imputed: float = 0.0


class FactLine(Struct, frozen=True):
    """A fact that a finding rests on: machine form, one sentence, and where its numbers came from."""

    relation: str
    slots: dict[str, Any]
    text: str
    origin: str = ""
    sources: tuple[str, ...] = ()


class Robustness(Struct, frozen=True):
    """How often a finding was concluded when what the model and the table leave open was drawn.

    ``drawn`` is False when the finding rests on nothing that is drawn: then ``held`` is ``draws`` and says nothing.
    """

    draws: int
    held: int
    fragile: bool
    drawn: bool

    @property
    def share(self) -> float:
        """0 to 1."""
        return self.held / self.draws


class Finding(Struct, frozen=True):
    """One finding.

    ``conditions`` are sentences generated from the compiled rule and its bindings; ``statement`` is the author's wording.
    """

    code: str
    rule: str
    rule_at: str  # rules/transport/x.yaml:3
    title: str
    kind: str
    severity: str
    evidence: str  # grade A-D of the claim
    about: str
    system: str
    window: str
    statement: str
    advice: str
    conditions: tuple[str, ...]
    because: tuple[FactLine, ...]
    sources: tuple[str, ...]  # keys of knowledge/references.yaml
    unverified: tuple[str, ...] = ()  # thresholds not verified in a source, each with its mark
    robust: Robustness | None = None  # only when it was asked for


class Recommendation(Struct, frozen=True):
    """A change that was simulated before it is printed. ``raises`` are finding codes it would add; empty, or it is not printed."""

    id: str
    action: str
    codes: tuple[str, ...]
    metric: str
    before: float | None
    after: float | None
    raises: tuple[str, ...] = ()


class NotAssessed(Struct, frozen=True):
    """Something that could not be concluded, and the facts that would decide it."""

    rule: str
    title: str
    code: str
    missing: tuple[str, ...]


class FoodLine(Struct, frozen=True):
    """A diary line and the table entry that was used. ``status`` is used, unknown, inline or refused; ``candidates`` are a question."""

    time: str  # "07:30" or ""
    date: str
    entered: str
    grams: float | None
    status: str
    ndb: str = ""
    description: str = ""
    runner_up: str = ""
    candidates: tuple[str, ...] = ()
    how: str = ""


class SupplementLine(Struct, frozen=True):
    """A supplement as entered."""

    time: str
    date: str
    entered: str
    substance: str
    dose: str
    recognised: bool


class WindowLine(Struct, frozen=True):
    """A part of the day: what opened it and what the model says about it, relative to the person's own fasting state (1.0)."""

    id: str
    phase: str
    start: str  # "07:30"
    end: str
    items: tuple[str, ...]
    protein_g: float | None
    carbohydrate_g: float | None
    influx: dict[str, float]  # aa -> vs fasting, where it could be computed
    trp_lnaa: float | None


class Adequacy(Struct, frozen=True):
    """Intake of one nutrient against one reference intake."""

    nutrient: str
    label: str
    unit: str
    amount: Amount
    standard: str  # ear, rda, ai, who_mean
    reference: float
    ratio: float | None
    source: str
    verified: bool


class LabLine(Struct, frozen=True):
    """A laboratory value, its decision limits and how it stands to them."""

    analyte: str
    label: str
    entered: str
    value: float
    unit: str
    date: str
    standing: str  # "below the limit 20", "within limits"
    verified: bool


class Reference(Struct, frozen=True):
    """A source as the report prints it."""

    key: str
    cite: str
    link: str = ""
    read: str = ""


class PackLine(Struct, frozen=True):
    """A pack that was laid over the knowledge base, by the digest of all that it holds."""

    name: str
    version: str
    digest: str


class Assessment(Struct, frozen=True):
    """One case, assessed and checked."""

    case_id: str
    case_digest: str
    diary_date: str
    person: tuple[tuple[str, str], ...]  # label, value in words
    goal: str
    knowledge_version: str
    knowledge_digest: str
    food_release: str
    program_version: str
    engine: str
    disposition: str
    disposition_title: str
    disposition_text: str
    max_severity: str  # '' when there is no finding
    summary: str
    totals: dict[str, Amount]
    findings: tuple[Finding, ...]  # most severe first, then code
    recommendations: tuple[Recommendation, ...]
    not_assessed: tuple[NotAssessed, ...]
    questions: tuple[str, ...]
    foods: tuple[FoodLine, ...]
    supplements: tuple[SupplementLine, ...]
    windows: tuple[WindowLine, ...]
    adequacy: tuple[Adequacy, ...]
    labs: tuple[LabLine, ...]
    assumptions: tuple[str, ...]
    references: tuple[Reference, ...]
    assumed_night: tuple[str, str] = ("23:00", "07:00")
    standing_remarks: tuple[str, ...] = field(default=())
    packs: tuple[PackLine, ...] = ()
    proofs: Proofs = NO_PROOFS


def number(value: float | Decimal | None, digits: int = 4) -> float | int | None:
    """A number for JSON: significant digits limited, whole numbers without a fraction, None stays None."""
    if value is None:
        return None
    short = float("%.*g" % (digits, value))  # noqa: UP031  a third of the time of a format with a format in it
    return int(short) if short.is_integer() and abs(short) < 1e15 else short


def as_json(a: Assessment) -> dict[str, Any]:
    """The contract's ``neurobalance/assessment/1``, plus what the report shows. ``record.digest`` is of everything else in it."""
    body = _body(a)
    return body | {"record": {"digest": _digest(_text(body))}}


def as_json_text(a: Assessment) -> str:
    """The same as compact text, written once: all but ``record`` in the order of the keys, as it is digested, then ``record``."""
    text = _text(_body(a))
    return f'{text[:-1]},"record":{{"digest":"{_digest(text)}"}}}}'


def _text(body: dict[str, Any]) -> str:
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _digest(text: str) -> str:
    return "sha256:" + sha256(text.encode(errors="surrogatepass")).hexdigest()


def _body(a: Assessment) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "case": {"id": a.case_id, "digest": a.case_digest, "diary_date": a.diary_date},
        "knowledge": {
            "version": a.knowledge_version,
            "digest": a.knowledge_digest,
            "foods": a.food_release,
            "packs": [_pack(p) for p in a.packs],
        },
        "program": {"version": a.program_version, "engine": a.engine},
        "disposition": a.disposition,
        "max_severity": a.max_severity or None,
        "summary": a.summary,
        "totals": {name: _amount(total) for name, total in a.totals.items()},
        "findings": [_finding(f) for f in a.findings],
        "recommendations": [
            {
                "id": r.id,
                "action": r.action,
                "for": list(r.codes),
                "predicted": {"metric": r.metric, "before": number(r.before, 3), "after": number(r.after, 3)},
                "raises": list(r.raises),
            }
            for r in a.recommendations
        ],
        "not_assessed": [{"rule": n.rule, "code": n.code, "title": n.title, "missing": list(n.missing)} for n in a.not_assessed],
        "questions": list(a.questions),
        "foods": [
            {
                "time": f.time or None,
                "date": f.date,
                "entered": f.entered,
                "grams": number(f.grams),
                "status": f.status,
                "ndb": f.ndb or None,
                "description": f.description or None,
                "runner_up": f.runner_up or None,
                "candidates": list(f.candidates),
                "how": f.how or None,
            }
            for f in a.foods
        ],
        "windows": [
            {
                "id": w.id,
                "phase": w.phase,
                "start": w.start,
                "end": w.end,
                "items": list(w.items),
                "protein_g": number(w.protein_g, 3),
                "carbohydrate_g": number(w.carbohydrate_g, 3),
                "influx_vs_fasting": {aa: number(v, 3) for aa, v in w.influx.items()},
                "trp_lnaa": number(w.trp_lnaa, 3),
            }
            for w in a.windows
        ],
        "adequacy": [
            {
                "nutrient": x.nutrient,
                "standard": x.standard,
                "reference": number(x.reference),
                "unit": x.unit,
                "amount": _amount(x.amount),
                "ratio": number(x.ratio, 3),
                "source": x.source,
                "verified": x.verified,
            }
            for x in a.adequacy
        ],
        "assumptions": list(a.assumptions),
    }


def _pack(pack: PackLine) -> dict[str, str]:
    return {"name": pack.name, "version": pack.version, "digest": pack.digest}


def _amount(total: Amount) -> dict[str, Any]:
    return {
        "value": number(total.value),
        "low": number(total.low),
        "high": number(total.high),
        "coverage": number(total.coverage, 3),
        "unit": total.unit,
        "imputed": number(total.imputed, 3),
    }


def _finding(f: Finding) -> dict[str, Any]:
    robust = {} if f.robust is None else {"robust": robust_json(f.robust)}
    return robust | {
        "code": f.code,
        "rule": f.rule,
        "kind": f.kind,
        "severity": f.severity,
        "evidence": f.evidence,
        "about": f.about or None,
        "system": f.system or None,
        "window": f.window or None,
        "statement": f.statement,
        "advice": f.advice or None,
        "title": f.title,
        "conditions": list(f.conditions),
        "because": [[line.relation, {k: plain(v) for k, v in line.slots.items()}] for line in f.because],
        "origins": [line.origin for line in f.because],
        "sources": list(f.sources),
        "unverified": list(f.unverified),
        "at": f.rule_at,
    }


def robust_json(robust: Robustness) -> dict[str, Any]:
    """``fragile`` and ``drawn`` beside the numbers of the contract."""
    return {"draws": robust.draws, "share": number(robust.share), "fragile": robust.fragile, "drawn": robust.drawn}


def plain(value: object) -> object:
    """A slot value for JSON: Decimal as a number, the rest as it is."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value
