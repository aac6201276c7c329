"""Proofs: how a fact follows, down to the given facts."""

from __future__ import annotations

from msgspec import Struct

from neurobalance_expert.engines.base import Derivation, Result
from neurobalance_expert.fact import Fact


class Line(Struct, frozen=True):
    """One fact of a proof: every way in which it was derived, or none when it was given."""

    fact: Fact
    derivations: tuple[Derivation, ...]


class Proof(Struct, frozen=True):
    """Every derivation of a fact and of all facts that it rests on. Each fact stands once, after those below it; the last is proved."""

    lines: tuple[Line, ...]

    @property
    def fact(self) -> Fact:
        """The fact that is proved."""
        return self.lines[-1].fact

    @property
    def given(self) -> tuple[Fact, ...]:
        """The facts that nothing derives, in the order of the proof."""
        return tuple(line.fact for line in self.lines if not line.derivations)


def by_conclusion(result: Result) -> dict[Fact, tuple[Derivation, ...]]:
    """The derivations of each derived fact, in canonical order."""
    out: dict[Fact, list[Derivation]] = {}
    for derivation in result.derivations:
        out.setdefault(derivation.fact, []).append(derivation)
    return {fact: tuple(ways) for fact, ways in out.items()}


def prove(result: Result, fact: Fact) -> Proof:
    """The proof of a fact of the model.

    Raises:
        KeyError: the fact is not in the model; it has no proof.
    """
    if fact not in result.facts:
        raise KeyError(fact)
    ways = by_conclusion(result)
    lines: dict[Fact, Line] = {}
    stack = [(fact, False)]
    while stack:
        current, rests_done = stack.pop()
        if current in lines:
            continue
        derivations = ways.get(current, ())
        if rests_done or not derivations:
            lines[current] = Line(current, derivations)
            continue
        stack.append((current, True))
        premises = [p for d in derivations for p in d.premises]
        stack += [(p, False) for p in reversed(premises)]
    return Proof(tuple(lines.values()))
