"""Problems a person can act on, and the exceptions that carry them.

The exception tree::

    NeurobalanceError
      InputProblems      one or more problems in what was given to us        exit code 1
      Misuse             the command was called in a way that cannot work     exit code 2
      EngineDisagreement two engines gave different answers: our bug          exit code 3

A *problem* says what is wrong, where, why it matters and how to fix it. Everything that reads a file
collects all problems of the file before it raises.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from msgspec import Struct, field


class Span(Struct, frozen=True, order=True):
    """A place in a file. Lines and columns count from 1; ``length`` is what the caret underlines."""

    file: str
    line: int
    col: int
    length: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.col}"


class Problem(Struct, frozen=True):
    """One thing that is wrong.

    ``code`` is stable (``NB-S009``) and has a section in docs/errors.md. ``what`` is one line. ``label`` stands
    beside the carets; ``also`` points at further places ("first defined here").
    """

    code: str
    what: str
    at: Span | None = None
    label: str = ""
    why: str = ""
    fix: str = ""
    also: tuple[tuple[Span, str], ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The fields that ``--format json`` prints."""
        place = {"file": self.at.file, "line": self.at.line, "col": self.at.col} if self.at else None
        also = [{"file": s.file, "line": s.line, "col": s.col, "label": text} for s, text in self.also]
        return {"code": self.code, "what": self.what, "at": place, "label": self.label, "why": self.why, "fix": self.fix, "also": also}


def changed_meanwhile(file: str) -> Problem:
    """The problem of a file that somebody changed between reading it and writing it anew."""
    what, why = f"'{file}' was changed since it was read, and is left as it is", "its new text would have been lost"
    return Problem("NB-F001", what, Span(file, 1, 1), "", why, "run it again")


class NeurobalanceError(Exception):
    """Root of every exception that this package raises on purpose."""

    exit_code = 3


class InputProblems(NeurobalanceError):
    """One or more problems in a file or value that we were given."""

    exit_code = 1

    def __init__(self, problems: Iterable[Problem], sources: Mapping[str, str] | None = None) -> None:
        self.problems = tuple(sorted(problems, key=lambda p: (p.at or Span("", 0, 0), p.code, p.what)))
        self.sources = dict(sources or {})
        super().__init__("; ".join(p.what for p in self.problems))

    def __reduce__(self) -> tuple[type[InputProblems], tuple[tuple[Problem, ...], dict[str, str]]]:
        """From one process to another: the message alone would not do."""
        return type(self), (self.problems, self.sources)


class Misuse(NeurobalanceError):
    """The command was called in a way that cannot work."""

    exit_code = 2


class EngineDisagreement(NeurobalanceError):
    """Two engines gave different answers to the same question. No report is written."""

    exit_code = 3


class ProofRejected(NeurobalanceError):
    """The checker found a line of a proof that does not hold. No report is written."""

    exit_code = 3


MOST_PROBLEMS = 200  # that are collected; what has more is another kind of file, and looking for likenesses would take long


class Problems(Struct):
    """A collector: add as many as there are, then ``stop()`` once. It stops by itself where there are more than anybody reads."""

    found: list[Problem] = field(default_factory=list)
    sources: dict[str, str] = field(default_factory=dict)

    def add(
        self,
        code: str,
        what: str,
        at: Span | None = None,
        *,
        label: str = "",
        why: str = "",
        fix: str = "",
        also: tuple[tuple[Span, str], ...] = (),
    ) -> None:
        """Note one problem and go on. Raises InputProblems when there are too many."""
        self.found.append(Problem(code, what, at, label, why, fix, also))
        if len(self.found) >= MOST_PROBLEMS:
            more = "mend these first, and look whether the file is what it should be"
            self.found.append(
                Problem("NB-S011", f"there may be more problems than the {MOST_PROBLEMS} that are listed", None, "", "", more)
            )
            self.stop()

    def stop(self) -> None:
        """Raise InputProblems when anything was added."""
        if self.found:
            raise InputProblems(self.found, self.sources)


SHORT = 4  # letters: in a word of this length one slip changes a third of it


def did_you_mean(word: str, known: Iterable[str], *, otherwise: str = "") -> str:
    """``did you mean 'x'?`` for the nearest known word, or ``otherwise``.

    >>> did_you_mean("tryptophane", ["tryptophan", "tyrosine"])
    "did you mean 'tryptophan'?"
    """
    near = nearest(word, known)
    return f"did you mean '{near}'?" if near else otherwise


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that this one is most likely a slip for, or ''. In a short word one slip weighs more.

    >>> nearest("sya", ["say", "do"]), nearest("influx", ["window"])
    ('say', '')
    """
    near = get_close_matches(word, sorted(known), n=1, cutoff=0.7 if len(word) > SHORT else 0.6)
    return near[0] if near else ""


def render(problem: Problem, sources: Mapping[str, str] | None = None, level: str = "error") -> str:
    """The problem as text: what, where with the line and carets, why, fix. Ends without a newline."""
    out = [f"{level}[{problem.code}]: {problem.what}"]
    if problem.at:
        out += _frame(problem.at, problem.label, (sources or {}).get(problem.at.file))
    for span, text in problem.also:
        out.append(f"  ::: {span} {text}")
    if problem.why:
        out.append(f"   = why: {problem.why}")
    if problem.fix:
        out.append(f"   = fix: {problem.fix}")
    return "\n".join(out)


def render_all(error: InputProblems) -> str:
    """Every problem of the error, a blank line apart, and the count when there is more than one."""
    blocks = [render(p, error.sources) for p in error.problems]
    if len(blocks) > 1:
        blocks.append(f"{len(blocks)} problems found")
    return "\n\n".join(blocks)


def _frame(at: Span, label: str, text: str | None) -> list[str]:
    head = [f"  --> {at}"]
    lines = _lines(text) if text else ()
    if not 0 < at.line <= len(lines):
        return head
    number = str(at.line)
    pad = " " * len(number)
    line, col = _clip(lines[at.line - 1], at.col)
    shown = _visible(line)
    carets = "^" * max(1, min(at.length, len(shown) - col + 1))
    return [*head, f"{pad} |", f"{number} | {shown}", f"{pad} | {' ' * (col - 1)}{carets} {label}".rstrip()]


@lru_cache(maxsize=1)
def _lines(text: str) -> tuple[str, ...]:
    """The lines of a text: many problems of one large file are printed one after the other."""
    return tuple(text.splitlines())


def _clip(line: str, col: int, width: int = 120) -> tuple[str, int]:
    """A window of the line around the column, so that a line of a megabyte prints as one line."""
    if len(line) <= width:
        return line, col
    start = max(0, col - 1 - width // 2)
    return line[start : start + width], col - start


def _visible(line: str) -> str:
    """Tabs as one space and control characters as '?', so that carets line up and nothing reaches the terminal raw."""
    return "".join(" " if c == "\t" else c if c.isprintable() else "?" for c in line)
