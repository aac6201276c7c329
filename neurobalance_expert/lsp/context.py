"""Where in a YAML file somebody types, told from the text alone: while one types, the text is seldom YAML."""

from __future__ import annotations

import re

from msgspec import Struct, field

from neurobalance_expert.source import Keys

_KEY = re.compile(r"""("[^"]*"|'[^']*'|[^\s#'"{\[,&*!|>%@`-][^#]*?)\s*:(?=\s|$)""")
_BLOCK = re.compile(r"[|>][-+0-9]*\s*(?:#.*)?$")


class Context(Struct, frozen=True):
    """The keys that lead to the place, what has been typed of the word there, and whether it may still become a key.

    Items of lists are counted from 0, as in a ``Document``. A value that stands in a text block has no ``typed``.
    """

    keys: Keys
    typed: str
    key: bool


class _Frame(Struct):
    indent: int
    listed: bool
    key: str | int


class _Flow(Struct):
    bracket: str
    key: str | int | None
    buffer: str = ""


class _Scan(Struct):
    frames: list[_Frame] = field(default_factory=list)
    flow: list[_Flow] = field(default_factory=list)
    quote: str = ""
    block: int | None = None  # indent of the key whose value is a text block
    value: str | None = None  # what was typed after the colon of the last key
    rest: str = ""  # what was typed on the last line, which is no key yet


def context_at(text: str, offset: int) -> Context:
    """The context of an offset."""
    scan = _Scan()
    for line in text[:offset].splitlines(keepends=True):
        _line(scan, line)
    if text[:offset].endswith("\n"):
        _line(scan, "")
    keys = [frame.key for frame in scan.frames]
    if scan.flow:
        for level in scan.flow[:-1]:
            keys += [level.key] if level.key is not None else []
        last = scan.flow[-1]
        typed = last.buffer.lstrip()
        if last.bracket == "{":
            return Context((*keys, *([last.key] if last.key is not None else [])), typed, last.key is None)
        return Context((*keys, last.key or 0), typed, False)
    if scan.block is not None:
        return Context(tuple(keys), "", False)
    if scan.value is not None:
        return Context(tuple(keys), scan.value.lstrip(), False)
    return Context(tuple(keys), scan.rest, True)


def _line(scan: _Scan, line: str) -> None:
    if scan.flow:
        _feed(scan, line)
        return
    indent = len(line) - len(line.lstrip(" "))
    content = line[indent:].rstrip("\r\n")
    end = line[indent + len(content) :]
    if scan.block is not None:
        if not content or indent > scan.block:
            return
        scan.block = None
    scan.value, scan.rest = None, ""
    if content.startswith("#"):
        return
    while content == "-" or content.startswith("- "):
        _item(scan, indent)
        after = content[1:].lstrip(" ")
        indent += len(content) - len(after)
        content = after
    _pop(scan, indent)
    match = _KEY.match(content)
    if match is None:
        if content[:1] in ("{", "["):
            _feed(scan, content + end)
        else:
            scan.rest = content
        return
    scan.frames.append(_Frame(indent, False, match[1].strip("\"'")))
    value = content[match.end() :]
    start = value.lstrip()
    if start[:1] in ("{", "["):
        _feed(scan, start + end)
    elif _BLOCK.match(start):
        scan.block = indent
    elif value:
        scan.value = value


def _item(scan: _Scan, indent: int) -> None:
    """A dash: the next item of the list at this indent, or the first of a new one."""
    while scan.frames and (scan.frames[-1].indent > indent or (scan.frames[-1].indent == indent and _within_list(scan, indent))):
        scan.frames.pop()
    if scan.frames and scan.frames[-1].listed and scan.frames[-1].indent == indent:
        scan.frames[-1].key = int(scan.frames[-1].key) + 1
    else:
        scan.frames.append(_Frame(indent, True, 0))


def _within_list(scan: _Scan, indent: int) -> bool:
    """Whether the innermost frame is a key inside an item of a list at this indent."""
    return not scan.frames[-1].listed and any(frame.listed and frame.indent == indent for frame in scan.frames[:-1])


def _pop(scan: _Scan, indent: int) -> None:
    """Leave everything that stands as deep as a key at this indent, or deeper."""
    while scan.frames and scan.frames[-1].indent >= indent:
        scan.frames.pop()


def _feed(scan: _Scan, text: str) -> None:
    """Text within braces and brackets, up to the bracket that closes them all."""
    for at, c in enumerate(text):
        here = scan.flow[-1] if scan.flow else None
        if here is not None and scan.quote:
            here.buffer += c
            scan.quote = "" if c == scan.quote else scan.quote
        elif here is not None and c in "\"'" and not here.buffer.strip():
            scan.quote = c
            here.buffer += c
        elif c in "{[":
            scan.flow.append(_Flow(c, 0 if c == "[" else None))
        elif here is None:
            return
        elif c in "}]":
            scan.flow.pop()
            if scan.flow:
                scan.flow[-1].buffer = ""
        elif c == ",":
            here.key, here.buffer = (int(here.key or 0) + 1 if here.bracket == "[" else None), ""
        elif c == ":" and here.bracket == "{" and here.key is None and text[at + 1 : at + 2] in (" ", "\n", ""):
            here.key, here.buffer = here.buffer.strip().strip("\"'"), ""
        elif c in "\r\n":
            here.buffer += " " if here.buffer.strip() else ""
        else:
            here.buffer += c
