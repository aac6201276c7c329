"""The proof of a finding as a tree that can be folded: conditions, the facts that met them, and so on down to what was entered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from neurobalance_expert.explain.why_text import condition_line, number_line
from neurobalance_expert.fact import Working
from neurobalance_expert.outcome import Finding
from neurobalance_expert.proof import Absence, Condition, Line, Proofs, Step


class WorkingRow(Struct, frozen=True):
    """The arithmetic of one slot: the equation with its result, what stands before it, and its numbers."""

    equation: str
    before: tuple[str, ...]
    numbers: tuple[str, ...]


class Node(Struct, frozen=True):
    """A condition and the fact that met it: given, with its origin and arithmetic, or concluded in one way or more.

    ``above``: the same fact was proved higher up in this tree. An exception that does not hold has nothing below it.
    """

    said: str
    fact: str = ""
    origin: str = ""
    sources: tuple[str, ...] = ()
    workings: tuple[WorkingRow, ...] = ()
    ways: tuple[Way, ...] = ()
    above: bool = False

    @property
    def leaf(self) -> bool:
        """Whether there is nothing to unfold."""
        return not (self.fact or self.ways)


class Way(Struct, frozen=True):
    """One rule that concluded it, where it stands and how its digest begins, and its conditions."""

    rule: str
    at: str
    digest: str
    nodes: tuple[Node, ...]
    overriding: tuple[str, ...] = ()


def trees(document: Proofs, findings: Iterable[Finding]) -> dict[int, tuple[Way, ...]]:
    """The ways to each finding, by its place in the sequence; none where the document does not have it."""
    steps = document.ways()
    place = {_key(document.facts[number]): number for number in document.findings}
    found = {}
    for index, f in enumerate(findings):
        number = place.get((f.code, f.rule, f.severity, f.about, f.system, f.window))
        if number is not None:
            found[index] = _ways(number, document, steps, set())
    return found


def _key(line: Line) -> tuple[str, ...]:
    return tuple(str(line.slots.get(name, "")) for name in ("code", "rule", "severity", "about", "system", "window"))


def _ways(number: int, document: Proofs, steps: Mapping[int, tuple[Step, ...]], seen: set[int]) -> tuple[Way, ...]:
    return tuple(_way(step, document, steps, seen) for step in steps.get(number, ()))


def _way(step: Step, document: Proofs, steps: Mapping[int, tuple[Step, ...]], seen: set[int]) -> Way:
    nodes = [_node(condition, document, steps, seen) for condition in step.conditions]
    nodes += [_absent(absence) for absence in step.absences]
    return Way(step.rule, step.at, step.digest.removeprefix("sha256:")[:12], tuple(nodes), step.overriding)


def _node(condition: Condition, document: Proofs, steps: Mapping[int, tuple[Step, ...]], seen: set[int]) -> Node:
    line, said = document.facts[condition.fact], condition_line(condition)
    if condition.fact in seen:
        return Node(said, above=True)
    seen.add(condition.fact)
    if not line.given:
        return Node(said, fact=line.said, ways=_ways(condition.fact, document, steps, seen))
    return Node(said, line.said, line.origin, line.sources, tuple(_working(working, line) for working in line.workings))


def _absent(absence: Absence) -> Node:
    return Node(f"{absence.said}{'; nothing says that the list is complete' if absence.assumed else ''}")


def _working(working: Working, line: Line) -> WorkingRow:
    *before, (_, last) = working.lines
    return WorkingRow(
        f"{working.slot} = {last} = {line.slots[working.slot]}",
        tuple(f"{name} = {expression}" for name, expression in before),
        tuple(number_line(number) for number in working.numbers),
    )
