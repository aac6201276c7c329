"""From places in a document to edits of its text: replace a value, drop an entry or an item, without touching what stands around."""

from __future__ import annotations

import re
from functools import lru_cache

from neurobalance_expert.errors import Span
from neurobalance_expert.lint.material import Edit
from neurobalance_expert.source import Document, Keys


@lru_cache(maxsize=4)
def line_starts(text: str) -> tuple[int, ...]:
    """The offset at which each line begins."""
    return (0, *(m.end() for m in re.finditer("\n", text)))


def offset(text: str, span: Span) -> int:
    """The offset of a place."""
    return line_starts(text)[span.line - 1] + span.col - 1


def written(document: Document, span: Span) -> str:
    """The characters of a place that lies within one line."""
    start = offset(document.text, span)
    return document.text[start : start + span.length]


def replace(document: Document, span: Span, new: str) -> tuple[Edit, ...]:
    """An edit of what stands at a place within one line."""
    start = offset(document.text, span)
    return (Edit(document.file, start, start + span.length, new),)


def end_of_text(document: Document, keys: Keys) -> int:
    """The offset after the last character of a text; within its quotes, when it has some. -1 when that is hard to tell."""
    span = document.at(*keys)
    start = offset(document.text, span)
    first = document.text[start]
    if first in ">|":
        return _end_of_block(document, keys, span)
    value = _node_end(document, span)
    if value < 0:
        return -1
    return value - 1 if first in "\"'" else value


def _node_end(document: Document, span: Span) -> int:
    """Where a value within one line ends; -1 for one that runs over several."""
    start = offset(document.text, span)
    piece = document.text[start : start + span.length]
    if piece[0] in "\"'":
        return start + span.length if len(piece) > 1 and piece[-1] == piece[0] else -1
    rest = document.text[start + span.length :].split("\n", 1)[0].strip()
    return start + span.length if rest == "" or rest[0] in "#,}]" else -1


def _end_of_block(document: Document, keys: Keys, span: Span) -> int:
    lines = document.text.split("\n")
    own = document.at_key(*keys).col - 1
    last = span.line - 1
    for number in range(span.line, len(lines)):
        line = lines[number]
        if line.strip():
            if len(line) - len(line.lstrip(" ")) <= own:
                break
            last = number
    return line_starts(document.text)[last] + len(lines[last].rstrip()) if last >= span.line else -1


def drop_item(document: Document, keys: Keys) -> tuple[Edit, ...]:
    """An edit that takes an item of a list out: whole lines where it stands on its own behind '- ', () elsewhere."""
    lines = document.text.split("\n")
    span = document.at(*keys)
    line = lines[span.line - 1]
    dash = line[: span.col - 1]
    if not re.fullmatch(r" *- +", dash):
        return ()
    return _drop_lines(document, span.line, len(dash) - len(dash.lstrip(" ")))


def drop_entry(document: Document, keys: Keys) -> tuple[Edit, ...]:
    """An edit that takes a key with its value out of a mapping: whole lines, or its part of a mapping in braces; () elsewhere."""
    lines = document.text.split("\n")
    key = document.at_key(*keys)
    line = lines[key.line - 1]
    if line[: key.col - 1].strip() == "":
        return _drop_lines(document, key.line, key.col - 1)
    value = document.at(*keys)
    if value.line != key.line:
        return ()
    end = value.col - 1 + value.length
    start = key.col - 1
    before = re.search(r",\s*$", line[:start])
    after = re.match(r"\s*,\s*", line[end:])
    if before:
        start = before.start()
    elif after:
        end += after.end()
    else:
        return ()
    base = line_starts(document.text)[key.line - 1]
    return (Edit(document.file, base + start, base + end, ""),)


def _drop_lines(document: Document, first: int, indent: int) -> tuple[Edit, ...]:
    """The line of this number and those below it that are indented further (blank ones at the end stay)."""
    lines = document.text.split("\n")
    last = first
    for number in range(first, len(lines)):
        line = lines[number]
        if line.strip() and len(line) - len(line.lstrip(" ")) <= indent:
            break
        if line.strip():
            last = number + 1
    starts = [*line_starts(document.text), len(document.text)]
    return (Edit(document.file, starts[first - 1], min(starts[last], len(document.text)), ""),)
