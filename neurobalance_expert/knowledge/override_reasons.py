"""The closed list of reasons for which a person may set a finding aside."""

from __future__ import annotations

from msgspec import Struct

from neurobalance_expert.source import Document, in_shape

PATH = "knowledge/overrides.yaml"


class Reason(Struct, frozen=True):
    """Why a finding may be set aside: its id, a title, and what it means to choose it."""

    id: str
    title: str
    meaning: str


@in_shape
def parse_override_reasons(document: Document) -> dict[str, Reason]:
    """The reasons of ``knowledge/overrides.yaml`` by their ids. Raises InputProblems when the file has another shape."""
    return {key: Reason(key, str(spec["title"]), str(spec["meaning"])) for key, spec in document.data["reasons"].items()}
