"""Mixtures of free amino acids whose shares are assumed when a case does not state them."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from neurobalance_expert.errors import Problems
from neurobalance_expert.source import Document, in_shape


class Mixture(Struct, frozen=True):
    """Shares of free amino acids in the mass of a mixture, and how far they can be trusted."""

    parts: Mapping[str, float]
    source: str
    verified: bool
    note: str = ""


@in_shape
def parse_mixtures(document: Document) -> dict[str, Mixture]:
    """Mixtures by substance id.

    Raises:
        InputProblems: shares that are no numbers between 0 and 1, or that add up to more than 1.
    """
    problems = Problems(sources={document.file: document.text})
    out: dict[str, Mixture] = {}
    for name, spec in document.data["supplement_amino_acids"].items():
        parts = {aa: float(share) for aa, share in spec["parts"].items()}
        if not parts or min(parts.values()) <= 0 or sum(parts.values()) > 1 + 1e-9:
            at = document.at("supplement_amino_acids", name, "parts")
            problems.add("NB-K014", f"the shares of '{name}' must be above 0 and add up to at most 1", at, fix="check the numbers")
        out[name] = Mixture(parts, str(spec["source"]), spec["verified"] is True, str(spec.get("note", "")))
    problems.stop()
    return out
