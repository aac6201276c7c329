"""Comments that let one finding stand, each with a reason and a day on which it ends.

    - id: some-rule   # nb-lint: ignore NB-L044 reason="the row says the number" until=2027-06-30

Behind something it covers its line; alone on a line it covers what begins on the next one with everything that is indented below it
(a rule, a condition, a key); before the first key of a file it covers the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from msgspec import Struct

from neurobalance_expert.errors import Problem, Span
from neurobalance_expert.lint.material import Edit, Finding
from neurobalance_expert.lint.places import line_starts
from neurobalance_expert.lint.registry import LINTS, Lint, register
from neurobalance_expert.source import Document, is_date

FORM = 'write # nb-lint: ignore NB-L044 reason="why it may stand" until=2027-06-30'

MALFORMED = register(Lint(
    "NB-L090", "suppression-that-cannot-be-read", "error",
    what="A comment 'nb-lint:' lacks the code, the reason or the day, or has another form.",
    why="a finding may stand only for a reason that others can read, and for a time",
    fix=FORM,
    bad=(
        "# nb-lint: ignore NB-L041\n"
        "title: A meal lowered the entry of tryptophan"
    ),
    good="title: A meal lowered the entry of tryptophan",
))  # fmt: skip
EXPIRED = register(Lint(
    "NB-L091", "suppression-expired", "error",
    what="The day of a suppression has passed; its finding is back.",
    why="the reason was good for a time, and nobody has said since then that it still is",
    fix="mend what was let stand, or give the reason anew with another day",
    bad=(
        '# nb-lint: ignore NB-L041 reason="the paper has it so" until=2025-06-30\n'
        "title: A meal lowered the entry of tryptophan"
    ),
    good="title: A meal lowered the entry of tryptophan",
))  # fmt: skip
IDLE = register(Lint(
    "NB-L092", "suppression-of-nothing", "warning",
    what="A suppression covers no finding.",
    why="it would hide the next one that comes, which nobody has looked at",
    fix="remove the comment",
    bad=(
        '# nb-lint: ignore NB-L041 reason="the paper has it so" until=2027-06-30\n'
        "title: A meal lowered the entry of tryptophan"
    ),
    good="title: A meal lowered the entry of tryptophan",
    mends=frozenset(),
))  # fmt: skip
FAR = register(Lint(
    "NB-L093", "suppression-far", "warning",
    what="The last day of a suppression lies more than two years ahead.",
    why="by then nobody remembers the reason, and whoever wrote it is not asked",
    fix="choose a day within two years",
    bad=(
        "# nb-lint: ignore NB-L041 reason=\"the paper has it so\" until=2037-06-30\n"
        "title: A meal lowered the entry of tryptophan."
    ),
    good="title: A meal lowered the entry of tryptophan",
))  # fmt: skip
LONGEST = timedelta(days=2 * 366)
OWN = (MALFORMED.code, EXPIRED.code, IDLE.code, FAR.code)

_MARK = re.compile(r"(?:^|(?<=\s))#[ \t]*nb-lint\b.*")
_FORM = re.compile(r"#[ \t]*nb-lint:[ \t]*ignore[ \t]+(NB-L\d{3}(?:[ \t]*,[ \t]*NB-L\d{3})*)[ \t]+(.*?)[ \t\r]*")
_FIELDS = re.compile(r'(?:reason="([^"]*)"|until=(\S+))')


class Suppression(Struct, frozen=True):
    """One comment that could be read: the codes, the lines it covers, its reason and its last day."""

    codes: tuple[str, ...]
    first: int
    last: int
    reason: str
    until: date
    at: Span

    def covers(self, finding: Finding) -> bool:
        """Whether it speaks of this finding."""
        at = finding.problem.at
        return at is not None and finding.problem.code in self.codes and at.file == self.at.file and self.first <= at.line <= self.last


def apply(findings: Iterable[Finding], documents: Sequence[Document], today: date, *, looked: str = "whole") -> list[Finding]:
    """The findings that stand, with those about the suppressions themselves. Only lints can be suppressed, never a problem of a rule.

    ``looked`` says for what: ``whole`` for everything, ``files`` for all but what a whole knowledge base shows, ``some`` for less, because
    a problem stands in the way. What was not looked for is not said to be suppressed for nothing.
    """
    read: list[Suppression] = []
    out: list[Finding] = []
    for document in documents:
        if "nb-lint" in document.text:
            for found in _read(document):
                if isinstance(found, Suppression):
                    read.append(found)
                else:
                    out.append(found)
    idle = set(range(len(read)))
    for finding in findings:
        covering = [i for i, suppression in enumerate(read) if finding.name and suppression.covers(finding)]
        idle -= set(covering)
        if not any(today <= read[i].until for i in covering):
            out.append(finding)
    texts = {document.file: document for document in documents}
    for i, suppression in enumerate(read):
        known = looked == "whole" or (looked == "files" and not any(LINTS[code].whole for code in suppression.codes))
        if suppression.until < today or (i in idle and known):
            out.append(_own(suppression, texts, today))
        elif suppression.until - today > LONGEST:
            out.append(_finding(FAR, f"the suppression lasts until {suppression.until}", suppression.at))
    return out


def _own(suppression: Suppression, texts: Mapping[str, Document], today: date) -> Finding:
    codes = ", ".join(suppression.codes)
    if suppression.until < today:
        what = f"the suppression of {codes} ended on {suppression.until}"
        return _finding(EXPIRED, what, suppression.at)
    return _finding(IDLE, f"there is no {codes} here to suppress", suppression.at, _removal(texts[suppression.at.file], suppression.at))


def _finding(lint: Lint, what: str, at: Span, edits: tuple[Edit, ...] = (), fix: str = "") -> Finding:
    return Finding(Problem(lint.code, what, at, "", lint.why, fix or lint.fix), lint.level, lint.name, edits)


def _removal(document: Document, at: Span) -> tuple[Edit, ...]:
    """The comment goes: its whole line when nothing else stands there."""
    starts = line_starts(document.text)
    line = document.text.split("\n")[at.line - 1]
    start, before = starts[at.line - 1], line[: at.col - 1]
    if before.strip():
        return (Edit(document.file, start + len(before.rstrip()), start + len(line), ""),)
    return (Edit(document.file, start, min(start + len(line) + 1, len(document.text)), ""),)


def _read(document: Document) -> Iterator[Suppression | Finding]:
    lines = document.text.split("\n")
    texts, quoted = _lines_of_texts(document), _quoted(document)
    for number, line in enumerate(lines, 1):
        match = _MARK.search(line)
        if match is None or number in texts or any(a < match.start() < b for a, b in quoted.get(number, ())):
            continue
        at = Span(document.file, number, match.start() + 1, len(match[0].rstrip()))
        yield _one(match[0], at, lines)


def _one(comment: str, at: Span, lines: Sequence[str]) -> Suppression | Finding:
    form = _FORM.fullmatch(comment)
    if form is None:
        return _finding(MALFORMED, "the suppression cannot be read", at)
    codes = tuple(re.findall(r"NB-L\d{3}", form[1]))
    unknown = [code for code in codes if code not in LINTS or code in OWN]
    if unknown:
        fix = "'rules check --list' lists the lints"
        return _finding(MALFORMED, f"{unknown[0]} is no lint that can be suppressed", at, fix=fix)
    fields = _FIELDS.findall(form[2])
    reason = " ".join(reason for reason, _ in fields).strip()
    until = "".join(until for _, until in fields)
    if _FIELDS.sub("", form[2]).strip():
        return _finding(MALFORMED, f"the suppression cannot be read: '{_FIELDS.sub('', form[2]).strip()}'", at)
    if not reason:
        return _finding(MALFORMED, "the suppression gives no reason", at)
    if not is_date(until):
        return _finding(MALFORMED, "the suppression does not say until which day" if not until else f"'{until}' is not a day", at)
    return Suppression(codes, *_covered(at, lines), reason, date.fromisoformat(until), at)


def _covered(at: Span, lines: Sequence[str]) -> tuple[int, int]:
    """The first and last line that a comment covers."""
    if lines[at.line - 1][: at.col - 1].strip():
        return at.line, at.line
    content = [number for number, line in enumerate(lines, 1) if line.strip() and not line.lstrip().startswith("#")]
    following = [number for number in content if number > at.line]
    if not following or following[0] == content[0]:
        return 1, len(lines)
    first = following[0]
    indent = len(lines[first - 1]) - len(lines[first - 1].lstrip(" "))
    last = first
    for number in following[1:]:
        if len(lines[number - 1]) - len(lines[number - 1].lstrip(" ")) <= indent:
            break
        last = number
    return first, last


def _quoted(document: Document) -> dict[int, list[tuple[int, int]]]:
    """Where texts in quotes begin and end (columns from 0), by line; of one over several lines only the first and the last."""
    starts = line_starts(document.text)
    out: dict[int, list[tuple[int, int]]] = {}
    for span in document.spans.values():
        start = starts[span.line - 1] + span.col - 1
        if document.text[start : start + 1] in ("'", '"'):
            end = _closing(document.text, start)
            last = document.text.count("\n", 0, end) + 1
            out.setdefault(span.line, []).append((span.col - 1, end - starts[span.line - 1]))
            out.setdefault(last, []).append((start - starts[last - 1], end - starts[last - 1]))
    return out


def _closing(text: str, start: int) -> int:
    """The offset of the quote that ends a text."""
    body = r"(?:[^'\n]|''|\n)*" if text[start] == "'" else r'(?:[^"\\]|\\.)*'
    match = re.compile(body, re.DOTALL).match(text, start + 1)
    return match.end() if match else start


def _lines_of_texts(document: Document) -> set[int]:
    """The lines within texts that run over several lines: a '#' there is no comment."""
    lines, starts = document.text.split("\n"), line_starts(document.text)
    inside: set[int] = set()
    for span in document.spans.values():
        line = lines[span.line - 1] if span.line <= len(lines) else ""
        first = line[span.col - 1 : span.col]
        if first in ("'", '"'):
            end = _closing(document.text, starts[span.line - 1] + span.col - 1)
            inside |= set(range(span.line + 1, document.text.count("\n", 0, end) + 1))
        elif first in (">", "|"):
            indent = len(line) - len(line.lstrip(" "))
            for number in range(span.line + 1, len(lines) + 1):
                other = lines[number - 1]
                if other.strip() and len(other) - len(other.lstrip(" ")) <= indent:
                    break
                inside.add(number)
    return inside
