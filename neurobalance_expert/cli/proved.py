"""A case that a command looks into after it was assessed: its assessment as ``--format json`` has it, and its checked proofs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from neurobalance_expert.loaded import Knowledge
    from neurobalance_expert.proof import Proofs


def proved(case: Path, knowledge: Knowledge) -> tuple[dict[str, Any], Proofs]:
    """Assessment and proofs of a case file or, for ``-``, of standard input. Raises InputProblems."""
    from neurobalance_expert.assessment import assess
    from neurobalance_expert.cli.assess import load
    from neurobalance_expert.outcome import as_json

    assessment = assess(load(case, knowledge), knowledge)
    return as_json(assessment), assessment.proofs
