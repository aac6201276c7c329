"""The closed list of reasons for which a person may set a finding aside."""

from __future__ import annotations

from collections.abc import Mapping

from neurobalance_expert.source import Document, in_shape

PATH = "knowledge/overrides.yaml"


@in_shape
def parse_override_reasons(document: Document) -> Mapping[str, str]:
    """Title of each reason of ``knowledge/overrides.yaml`` by its id. Raises InputProblems when the file has another shape."""
    return {key: str(spec["title"]) for key, spec in document.data["reasons"].items()}
