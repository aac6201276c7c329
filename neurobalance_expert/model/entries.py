"""Entries of knowledge files: a number, or a table of numbers by name, with unit, source, origin, mark, grade and note.

Every file of constants is read with this reader; it collects every problem of a file before it stops.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from neurobalance_expert.errors import Problems, Span, did_you_mean
from neurobalance_expert.source import Document

Array = npt.NDArray[np.float64]

ORIGINS = ("seen", "memory", "derived", "fitted", "choice")
FIELDS = ("unit", "source", "origin", "verified", "evidence", "note")


class Entry(Struct, frozen=True):
    """One entry of a knowledge file as written: numbers by name ("" for a single value) and where they come from."""

    path: str
    values: Mapping[str, Decimal | str]
    unit: str
    sources: tuple[str, ...]
    origin: str
    verified: bool
    evidence: str
    note: str
    at: Span


class EntryReader:
    """Entries of one document; collects every problem and goes on."""

    def __init__(self, document: Document, references: Mapping[str, object] | None) -> None:
        self.document = document
        self.references = references
        self.problems = Problems(sources={document.file: document.text})
        self.entries: dict[str, Entry] = {}

    def scalar(self, keys: tuple[str, ...], unit: str) -> float:
        """A single number."""
        return self._number(keys, self._entry(keys, unit, "value").get(""))

    def clock(self, keys: tuple[str, ...]) -> float:
        """A clock time as minutes after midnight."""
        text = str(self._entry(keys, "clock", "value").get("", ""))
        hours, _, minutes = text.partition(":")
        if not (hours.isdigit() and minutes.isdigit() and int(hours) < 24 and int(minutes) < 60):
            self.problems.add("NB-K011", f"'{keys[-1]}' must be a clock time such as \"23:00\"", self.document.at(*keys))
            return 0.0
        return 60.0 * int(hours) + int(minutes)

    def table(self, keys: tuple[str, ...], unit: str, axis: tuple[str, ...]) -> Array:
        """A number for each name of an axis, such as the amino acids. (axis,)"""
        values = self._entry(keys, unit, "values")
        lacking = [name for name in axis if name not in values]
        unknown = [name for name in values if name not in axis]
        if values and (lacking or unknown):
            what = f"'{keys[-1]}' needs each of {', '.join(axis)}"
            self.problems.add("NB-K010", what, self.document.at_key(*keys), label=f"lacks {lacking}, does not know {unknown}")
        return np.array([self._number(keys, values.get(name)) for name in axis])

    def mapping(self, keys: tuple[str, ...], unit: str) -> dict[str, float]:
        """A number for each name that is there."""
        return {name: self._number(keys, value) for name, value in self._entry(keys, unit, "values").items()}

    def _number(self, keys: tuple[str, ...], value: object) -> float:
        if isinstance(value, Decimal):
            return float(value)
        if value is not None:
            self.problems.add("NB-K011", f"'{keys[-1]}' holds {value!r}, which is not a number", self.document.at(*keys))
        return float("nan")

    def _entry(self, keys: tuple[str, ...], unit: str, holds: str) -> Mapping[str, Any]:
        """The numbers of an entry, after its other fields were checked; empty when it cannot be used."""
        spec: Any = self.document.data
        for key in keys:
            spec = spec.get(key) if isinstance(spec, dict) else None
        lacking = [f for f in (holds, *FIELDS) if not isinstance(spec, dict) or spec.get(f) is None]
        if lacking:
            self.problems.add(
                "NB-K010",
                f"'{'.'.join(keys)}' has no {', '.join(lacking)}",
                self.document.at_key(*keys),
                why="the model needs the number, and a report says where it comes from",
                fix="add the missing fields",
            )
            return {}
        self._check(keys, spec, unit)
        values: dict[str, Any] = spec["values"] if holds == "values" else {"": spec["value"]}
        sources = tuple(spec["source"]) if isinstance(spec["source"], list) else (str(spec["source"]),)
        texts = (str(spec["origin"]), spec["verified"] is True, str(spec["evidence"]), str(spec["note"]))
        path = ".".join(keys)
        self.entries[path] = Entry(path, values, str(spec["unit"]), sources, *texts, self.document.at_key(*keys))
        return values

    def _check(self, keys: tuple[str, ...], spec: Mapping[str, Any], unit: str) -> None:
        at = self.document.at
        if str(spec["unit"]) != unit:
            self.problems.add(
                "NB-K013", f"'{keys[-1]}' must be in {unit}, not in {spec['unit']}", at(*keys, "unit"), fix=f"convert it to {unit}"
            )
        if spec["origin"] not in ORIGINS:
            self.problems.add("NB-K011", f"origin '{spec['origin']}' is none of {', '.join(ORIGINS)}", at(*keys, "origin"))
        sources = spec["source"] if isinstance(spec["source"], list) else [spec["source"]]
        for ref in sources:
            if self.references is not None and str(ref) not in self.references:
                self.problems.add(
                    "NB-K012",
                    f"unknown reference '{ref}'",
                    at(*keys, "source"),
                    label="not in knowledge/references.yaml",
                    why="a report cites this number by its reference, so the key must resolve",
                    fix=did_you_mean(str(ref), [str(r) for r in self.references], otherwise="add the key to knowledge/references.yaml"),
                )
