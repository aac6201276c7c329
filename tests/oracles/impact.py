"""Which cases a changed threshold changes, by brute force: every case assessed twice, and what people are told compared.

It shares nothing with ``impact`` but the knowledge bases.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from neurobalance_expert.assessment import Knowledge, assess
from neurobalance_expert.cases.types import Case
from neurobalance_expert.loaded import with_documents
from neurobalance_expert.source import Document

THRESHOLDS = "knowledge/thresholds.yaml"


def with_thresholds(knowledge: Knowledge, values: Mapping[str, Decimal]) -> Knowledge:
    """The knowledge base with thresholds changed, as by somebody who edits their digits."""
    document = knowledge.files.documents[THRESHOLDS]
    known = document.data["thresholds"]
    data = document.data | {"thresholds": known | {name: known[name] | {"value": value} for name, value in values.items()}}
    return with_documents(knowledge, {THRESHOLDS: Document(data, document.text, THRESHOLDS)})


def concluded(case: Case, knowledge: Knowledge) -> Any:
    """What is concluded of a case, words apart."""
    a = assess(case, knowledge, "reference")
    findings = sorted((f.code, f.severity, f.rule, f.about, f.system, f.window) for f in a.findings)
    return a.disposition, findings, [r.id for r in a.recommendations]


def changed_cases(cases: Mapping[str, Case], before: Mapping[str, Any], after: Knowledge) -> list[str]:
    """The names of the cases of which something else is concluded than before."""
    return [name for name, case in cases.items() if before[name] != concluded(case, after)]
