"""What an analysis found: kinds, the rules concerned, the facts that show it, and the conditions that contradict each other."""

from __future__ import annotations

from msgspec import Struct

from neurobalance_expert.analysis.unfold import Reason
from neurobalance_expert.errors import Span
from neurobalance_expert.fact import Fact
from neurobalance_expert.rules.ir import Partition

DEAD, OVERRIDDEN, THRESHOLD, EXCEPTION = "dead", "always-overridden", "unreachable-threshold", "idle-exception"
SUBSUMED, OVERLAP, EXCLUSIVE, GAP, UNDECIDED = "subsumed", "overlap", "unranked-exclusive", "gap", "undecided"
KINDS = (DEAD, OVERRIDDEN, THRESHOLD, EXCEPTION, SUBSUMED, OVERLAP, EXCLUSIVE, GAP, UNDECIDED)


class Found(Struct, frozen=True):
    """One finding. ``facts`` show that it can happen; ``core`` says why something cannot. ``never``: the rule can never fire; ``partition``
    is the one that has a gap."""

    kind: str
    rules: tuple[str, ...]
    at: Span | None
    what: str
    facts: tuple[Fact, ...] = ()
    core: tuple[Reason, ...] = ()
    never: bool = False
    partition: Partition | None = None


def order(found: Found) -> tuple[int, tuple[str, ...], Span, str]:
    """A stable order: by kind, rules and place."""
    return KINDS.index(found.kind), found.rules, found.at or Span("", 0, 0), found.what
