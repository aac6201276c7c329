"""Mutation scores as ``rules mutate --format json`` prints them: how many small changes of a rule its tests notice."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from msgspec import Struct

from neurobalance_expert import source
from neurobalance_expert.source import Document, in_shape


class Score(Struct, frozen=True):
    """Changes that were tried and those that a test noticed."""

    mutants: int
    killed: int

    def said(self) -> str:
        """``41 of 43 changes noticed (95.3 %)``.

        >>> Score(43, 41).said(), Score(0, 0).said()
        ('41 of 43 changes noticed (95.3 %)', 'no change to try')
        """
        return (
            f"{self.killed} of {self.mutants} changes noticed ({100 * self.killed / self.mutants:.1f} %)"
            if self.mutants
            else "no change to try"
        )


class Scores(Struct, frozen=True):
    """The score of all rules, and of each rule that the file names."""

    whole: Score
    rules: Mapping[str, Score]


def load_scores(path: Path) -> Scores:
    """Scores from a file: ``{mutants, killed, rules: {id: {mutants, killed}}}``, ``rules`` also as a list with ``rule`` in each.

    Raises:
        InputProblems: the file cannot be read or has another shape.
    """
    return _parse(source.load(path))


@in_shape
def _parse(document: Document) -> Scores:
    data = document.data
    listed = data.get("rules") or {}
    named = listed.items() if isinstance(listed, dict) else [(str(one["rule"]), one) for one in listed]
    return Scores(_score(data), {str(rule): _score(one) for rule, one in named})


def _score(data: Mapping[str, Any]) -> Score:
    mutants, killed = data["mutants"], data["killed"]
    if not isinstance(mutants, Decimal) or not isinstance(killed, Decimal) or not 0 <= killed <= mutants:
        raise ValueError("mutants and killed are counts, and no more are killed than there are")
    return Score(int(mutants), int(killed))
