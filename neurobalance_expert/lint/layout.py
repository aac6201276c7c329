"""Lints about the text of a file as such. Indentation, line breaks and the order of keys are for 'rules fmt'."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from neurobalance_expert.errors import Span
from neurobalance_expert.lint.material import Edit, FileText, Found, Material
from neurobalance_expert.lint.places import line_starts
from neurobalance_expert.lint.registry import Lint, in_file

TODO = Lint(
    "NB-L080", "left-to-do", "warning",
    what="A comment says that something is left to do.",
    why="a rule that others may rely on is done; what is open belongs where it is seen",
    fix="do it, or open an issue and remove the comment",
    bad='code: "COMPETE:lnaa:trp"  # TODO: ask about the code',
    good='code: "COMPETE:lnaa:trp"',
)  # fmt: skip
TRAILING = Lint(
    "NB-L081", "space-at-the-end-of-a-line", "info",
    what="A line ends with spaces.",
    why="they are not seen, and show up as changes",
    fix="remove them",
    bad="kind: competition  ",
    good="kind: competition",
    mends=frozenset(),
)  # fmt: skip
LAST_LINE = Lint(
    "NB-L082", "last-line-without-end", "info",
    what="The last line of a file has no line break, or empty lines follow it.",
    why="the next line that is added shows up as two changes",
    fix="end the file with one line break",
    mends=frozenset(),
)  # fmt: skip
UNSEEN = Lint(
    "NB-L083", "character-that-is-not-seen", "warning",
    what="A space or sign that looks like nothing, or like a plain space, stands in the file.",
    why="a name with it in is not equal to the same name without it, and nobody sees why",
    fix="write a plain space, or nothing",
    bad="title: A meal\u00a0lowered the entry of tryptophan",
    good="title: A meal lowered the entry of tryptophan",
    mends=frozenset({"title", "say", "do"}),
)  # fmt: skip
RETURNS = Lint(
    "NB-L084", "line-end-of-another-system", "info",
    what="Lines end with a carriage return.",
    why="every line of the file shows up as a change when another editor saves it",
    fix="save the file with line feeds alone",
    mends=frozenset(),
)  # fmt: skip
_TODO = re.compile(r"(?:^|\s)#.*\b(TODO|FIXME|XXX)\b")
_TRAILING = re.compile(r"[ \t]+(?=\r?$)", re.MULTILINE)


@in_file(TODO)
def left_to_do(file: FileText, material: Material) -> Iterator[Found]:
    """TODO, FIXME or XXX in a comment."""
    for number, line in enumerate(file.document.text.split("\n"), 1):
        match = _TODO.search(line)
        if match:
            yield Found(f"the comment says {match[1]}", Span(file.document.file, number, match.start(1) + 1, len(match[1])))


@in_file(TRAILING)
def trailing(file: FileText, material: Material) -> Iterator[Found]:
    """Spaces or tabs before a line break."""
    text = file.document.text
    starts = line_starts(text)
    for match in _TRAILING.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        at = Span(file.document.file, line, match.start() - starts[line - 1] + 1, len(match[0]))
        yield Found("the line ends with spaces", at, edits=(Edit(file.document.file, match.start(), match.end(), ""),))


@in_file(LAST_LINE)
def last_line(file: FileText, material: Material) -> Iterator[Found]:
    """No line break at the end, or more than one."""
    text = file.document.text
    kept = text.rstrip("\r\n \t")
    if text and (not text.endswith("\n") or text.count("\n", len(kept)) > 1):
        line = kept.count("\n") + 1
        at = Span(file.document.file, line, len(kept) - kept.rfind("\n"))
        told = "the last line has no line break" if not text.endswith("\n") else "empty lines stand at the end of the file"
        yield Found(told, at, edits=(Edit(file.document.file, len(kept), len(text), "\n"),))


@in_file(UNSEEN)
def unseen(file: FileText, material: Material) -> Iterator[Found]:
    """Spaces other than the plain one, and characters without width."""
    text = file.document.text
    for i, char in enumerate(text) if not text.isascii() else ():
        category = unicodedata.category(char)
        if not char.isascii() and category in ("Zs", "Cf"):
            line = text.count("\n", 0, i) + 1
            at = Span(file.document.file, line, i - text.rfind("\n", 0, i))
            name = unicodedata.name(char, "a control character").lower()
            yield Found(f"here stands {name}", at, edits=(Edit(file.document.file, i, i + 1, " " if category == "Zs" else ""),))


@in_file(RETURNS)
def returns(file: FileText, material: Material) -> Iterator[Found]:
    """One finding a file, at the first line that ends so."""
    text = file.document.text
    if "\r\n" in text:
        at = Span(file.document.file, text.count("\n", 0, text.index("\r\n")) + 1, 1)
        edits = tuple(Edit(file.document.file, match.start(), match.start() + 1, "") for match in re.finditer("\r\n", text))
        yield Found("lines end with a carriage return", at, edits=edits)
