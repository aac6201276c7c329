"""Findings with what shows them: facts confirmed by the reference engine, and a case file where one was found."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct

from neurobalance_expert.analysis.findings import Found
from neurobalance_expert.analysis.witness_case import Case, find_case
from neurobalance_expert.analysis.witness_facts import shows
from neurobalance_expert.errors import EngineDisagreement
from neurobalance_expert.loaded import Knowledge


class Shown(Struct, frozen=True):
    """A finding, the name of its case file, and the case; of a finding without facts the case is empty after no tries."""

    found: Found
    name: str
    case: Case


def witnesses(found: Sequence[Found], knowledge: Knowledge, told: Callable[[int, int], None] = lambda done, of: None) -> tuple[Shown, ...]:
    """What shows each finding.

    Args:
        knowledge: With the rules that were analysed.
        told: Called with the number of findings done, and of all.

    Raises:
        EngineDisagreement: the reference engine does not make of the facts of a finding what the solver did.
    """
    out = []
    for number, one in enumerate(found, 1):
        name = "-".join((f"{number:03d}", one.kind, *one.rules[:2]))
        if one.facts and not shows(one, one.facts, knowledge.rules, knowledge.vocabulary):
            raise EngineDisagreement(f"the facts that the solver gives for '{one.what}' do not show it by the reference engine")
        out.append(Shown(one, name, find_case(one, name, knowledge) if one.facts else Case("", 0)))
        told(number, len(found))
    return tuple(out)
