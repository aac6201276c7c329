"""What an analysis found: kinds, the rules concerned, the facts that show it, and the conditions that contradict each other."""

from __future__ import annotations

from msgspec import Struct

from neurobalance_expert.analysis.unfold import Reason
from neurobalance_expert.errors import Span
from neurobalance_expert.fact import Fact

DEAD, OVERRIDDEN, THRESHOLD, EXCEPTION = "dead", "always-overridden", "unreachable-threshold", "idle-exception"
SUBSUMED, OVERLAP, EXCLUSIVE, GAP, UNDECIDED = "subsumed", "overlap", "unranked-exclusive", "gap", "undecided"
KINDS = (DEAD, OVERRIDDEN, THRESHOLD, EXCEPTION, SUBSUMED, OVERLAP, EXCLUSIVE, GAP, UNDECIDED)


class Found(Struct, frozen=True):
    """One finding. ``facts`` show that it can happen; ``core`` says why something cannot. ``reaches`` are what a case has to show:
    the rules that fire (or ``gap``: the rules of which none speaks of ``facts[:about]``)."""

    kind: str
    rules: tuple[str, ...]
    at: Span | None
    what: str
    facts: tuple[Fact, ...] = ()
    core: tuple[Reason, ...] = ()
    about: tuple[Fact, ...] = ()


def order(found: Found) -> tuple[int, tuple[str, ...], Span, str]:
    """A stable order: by kind, rules and place."""
    return KINDS.index(found.kind), found.rules, found.at or Span("", 0, 0), found.what
