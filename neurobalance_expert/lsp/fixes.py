"""Remedies that an editor can apply: the known word for one that is most likely a slip."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from neurobalance_expert.errors import Problem, Span
from neurobalance_expert.lsp.checking import View
from neurobalance_expert.lsp.positions import Lines

_MEANT = re.compile(r"did you mean '([^']+)'\?")
_WORD = re.compile(r"""(["']?)([^\s"'{}\[\],]+)\1""")


class Fix(Struct, frozen=True):
    """What stands at a place is replaced by the text, for a problem."""

    problem: Problem
    at: Span
    text: str


def fixes(view: View, file: str, lines: Lines, first: int, last: int) -> Iterator[Fix]:
    """The remedies for problems on some lines (from 1) of a file: where one word stands at the place, the one that was meant."""
    for problem in (*view.errors, *view.advice):
        at, meant = problem.at, _MEANT.search(problem.fix)
        if at is None or meant is None or at.file != file or not first <= at.line <= last:
            continue
        start = lines.offset(at.line, at.col)
        word = _WORD.fullmatch(lines.text, start, start + at.length)
        if word is not None:
            yield Fix(problem, lines.span(file, word.start(2), word.end(2)), meant[1])
