"""Values of the knowledge base: a number with unit, origin and grade, and the table of thresholds that rules name."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from msgspec import Struct

from neurobalance_expert.errors import Problems, Span
from neurobalance_expert.source import Document, in_shape
from neurobalance_expert.units import UnitError, normal

MARKS = {"choice": "a choice of this project", "memory": "from memory, not yet verified"}  # by origin
THRESHOLD = ("value", "unit", "step", "meaning", "source", "evidence", "verified")  # what every threshold has


class KnownValue(Struct, frozen=True):
    """One number of the knowledge base.

    ``step`` is the smallest change that means something (boundary tests move by it). ``verified`` is False for a number carried
    over from memory, or one that this project chose: it may be printed only with its mark and may warn, never clear.
    """

    path: str
    value: Decimal
    unit: str
    step: Decimal
    meaning: str
    sources: tuple[str, ...]
    evidence: str
    verified: bool
    note: str = ""
    at: Span | None = None
    origin: str = ""  # seen, derived, memory, fitted, choice; '' where that is not stated

    @property
    def mark(self) -> str:
        """What stands beside the number wherever it is printed; '' for one that was verified in its source."""
        return "" if self.verified else MARKS.get(self.origin, f"{self.origin}, not yet verified".removeprefix(", "))


@in_shape
def parse_references(document: Document) -> dict[str, Any]:
    """The references by key. Raises InputProblems."""
    found = dict(document.data["references"])
    for key, reference in found.items():
        if not isinstance(reference, dict) or not isinstance(reference.get("cite"), str):
            raise ValueError(f"'{key}' has no citation")
    return found


@in_shape
def parse_thresholds(document: Document, references: Mapping[str, object]) -> dict[str, KnownValue]:
    """``knowledge.thresholds.<name>`` to its value.

    Raises:
        InputProblems: every value without number, unit, source, evidence grade or verification mark, and every unknown reference.
    """
    problems = Problems(sources={document.file: document.text})
    out: dict[str, KnownValue] = {}
    for name, spec in (document.data or {}).get("thresholds", {}).items():
        keys = ("thresholds", name)
        at = document.at_key(*keys)
        lacking = [k for k in THRESHOLD if k not in (spec or {})]
        if lacking:
            problems.add(
                "NB-K010",
                f"threshold '{name}' has no {', '.join(lacking)}",
                at,
                why="a report cites every threshold in full",
                fix="add the missing fields",
            )
            continue
        if not isinstance(spec["value"], Decimal) or not isinstance(spec["step"], Decimal):
            problems.add("NB-K011", f"value and step of '{name}' must be numbers", document.at(*keys, "value"))
            continue
        try:
            unit = normal(str(spec["unit"]))
        except UnitError as error:
            problems.add("NB-K013", str(error), document.at(*keys, "unit"))
            continue
        sources = tuple(spec["source"]) if isinstance(spec["source"], list) else (str(spec["source"]),)
        for ref in sources:
            if ref not in references:
                problems.add(
                    "NB-K012",
                    f"unknown reference '{ref}'",
                    document.at(*keys, "source"),
                    label="not in knowledge/references.yaml",
                    why="a report cites this number by its reference, so the key must resolve",
                    fix="add the key to knowledge/references.yaml",
                )
        path = f"knowledge.thresholds.{name}"
        note = str(spec.get("note", ""))
        out[path] = KnownValue(
            path,
            spec["value"],
            unit,
            spec["step"],
            str(spec["meaning"]),
            sources,
            str(spec["evidence"]),
            spec["verified"] is True,
            note,
            at,
            str(spec.get("origin", "")),
        )
    problems.stop()
    return out
