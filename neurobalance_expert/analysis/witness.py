"""Findings with what shows them: facts confirmed by the reference engine, and a case file where one was found."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from neurobalance_expert.analysis.findings import Found
from neurobalance_expert.analysis.scene import Pack, pack_of
from neurobalance_expert.analysis.witness_case import Case, find_case
from neurobalance_expert.analysis.witness_facts import shows
from neurobalance_expert.errors import EngineDisagreement
from neurobalance_expert.loaded import Knowledge
from neurobalance_expert.rules.ir import RuleSet

MOST_CASES = 100  # findings that a case file is looked for; each takes up to a hundred days


class Shown(Struct, frozen=True):
    """A finding, the name of its case file, and the case; without facts, or past the limit, the case is empty after no tries."""

    found: Found
    name: str
    case: Case


def witnesses(found: Sequence[Found], knowledge: Knowledge, told: Callable[[int, int], None] = lambda done, of: None) -> tuple[Shown, ...]:
    """What shows each finding; a case file is looked for those that stand first.

    Args:
        knowledge: With the rules that were analysed.
        told: Called with the number of findings done, and of all.

    Raises:
        EngineDisagreement: the reference engine does not make of the facts of a finding what the solver did.
    """
    out: list[Shown] = []
    pack, left = pack_of(knowledge.rules, knowledge.vocabulary, ()), MOST_CASES
    for number, one in enumerate(found, 1):
        name = "-".join((f"{number:03d}", one.kind, *one.rules[:2]))
        case = Case("", 0)
        if one.facts:
            alone = replace(knowledge, rules=_concerned(one, pack))
            if not shows(one, one.facts, alone.rules, alone.vocabulary):
                raise EngineDisagreement(f"the facts that the solver gives for '{one.what}' do not show it by the reference engine")
            case, left = (find_case(one, name, alone), left - 1) if left else (case, left)
        out.append(Shown(one, name, case))
        told(number, len(found))
    return tuple(out)


def _concerned(found: Found, pack: Pack) -> RuleSet:
    """The rules of a finding with all that decide whether they fire, so that one of many rules is tried as quickly as one of few."""
    ids = pack.asked_with((*found.rules, *map(str, found.partition.rules if found.partition else ())))
    return replace(pack.rules, rules=tuple(rule for rule in pack.rules.rules if rule.id in ids))
