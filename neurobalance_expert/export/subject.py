"""What is exported, and the names that all forms share: made from digests, so that the same case gives the same names everywhere."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

from msgspec import Struct

from neurobalance_expert.fact import FINDING_SLOTS, SEVERITIES
from neurobalance_expert.outcome import Reference
from neurobalance_expert.proof import Proofs

NAMESPACE = UUID("7145f6e7-1a8b-486e-a51a-6c0be1abb045")  # of every UUID that an export makes
ABOVE_INFO = SEVERITIES[1:]


class Disposition(Struct, frozen=True):
    """What the report as a whole may do, in words. ``mildest``: nothing was found that asks for more than reading the findings."""

    id: str
    title: str
    text: str
    mildest: bool


class Subject(Struct, frozen=True):
    """An assessment in the form of its JSON, with its proofs and what is needed to put its names into words.

    ``sources`` are the references by key, ``names`` the substances by id, ``override_reasons`` the titles of a closed list by id.
    """

    assessment: Mapping[str, Any]
    proofs: Proofs
    disposition: Disposition
    sources: Mapping[str, Reference]
    names: Mapping[str, str]
    override_reasons: Mapping[str, str] = {}

    @property
    def case_digest(self) -> str:
        """Digest of the case, ``sha256:…``."""
        return str(self.assessment["case"]["digest"])

    @property
    def knowledge_digest(self) -> str:
        """Digest of the knowledge base with all packs, ``sha256:…``."""
        return str(self.assessment["knowledge"]["digest"])

    @property
    def program(self) -> str:
        """The program with its version."""
        return f"neurobalance {self.assessment['program']['version']}"

    @property
    def findings(self) -> list[Mapping[str, Any]]:
        """The findings above information level, in the order of the report."""
        return [f for f in self.assessment["findings"] if f["severity"] in ABOVE_INFO]

    def cited(self, finding: Mapping[str, Any]) -> list[Reference]:
        """The sources of a finding."""
        return [self.sources[key] for key in finding["sources"] if key in self.sources]


def named(*parts: str) -> UUID:
    """The UUID of a thing that these texts identify: the same for the same texts.

    >>> named("knowledge", "sha256:00") == named("knowledge", "sha256:00")
    True
    """
    return uuid5(NAMESPACE, json.dumps(parts))


def finding_uuid(subject: Subject, finding: Mapping[str, Any]) -> UUID:
    """The UUID of a finding of a case, from the digest of the case and all that tells findings apart."""
    return named("finding", subject.case_digest, *(str(finding[slot] or "") for slot in FINDING_SLOTS))


def disposition_uuid(subject: Subject) -> UUID:
    """The UUID of the disposition of a case."""
    return named("disposition", subject.case_digest, subject.disposition.id)


def digest_uri(digest: str) -> str:
    """A digest as a URI (RFC 6920).

    >>> digest_uri("sha256:71dc")
    'nih:sha-256;71dc'
    """
    return f"nih:sha-256;{digest.removeprefix('sha256:')}"
