"""A YAML text as a tree that keeps what a reader of data drops: comments, blank lines, and how each value was written.

A comment belongs to an entry: ``before`` are lines above it, ``side`` is what stands behind it on its line. A comment below the last entry
of a mapping or list is its ``tail``, as far as it is indented like one of its entries.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml
from msgspec import Struct, field

BLANK = ""  # a blank line among comments
_COMMENT = re.compile(r"#[^\n\x85\u2028\u2029]*")
_GAP = re.compile(r"#[^\n\x85\u2028\u2029]*|\n[ \t]*(?=\n)")  # a comment, or a line with nothing on it


class Scalar(Struct):
    """A value or key. ``style`` is '' for plain text, else the sign it was written with: ' " | >"""

    text: str
    style: str = ""
    start: int = 0
    end: int = 0


class Entry(Struct):
    """An entry of a mapping (with a key) or list (without). ``before`` are comment lines and ``BLANK``, ``side`` comments on its line."""

    value: Node
    key: Scalar | None = None
    before: list[str] = field(default_factory=list)
    side: list[str] = field(default_factory=list)

    @property
    def start(self) -> int:
        """Where it begins in the text, for a list the value behind the dash."""
        return self.key.start if self.key else self.value.start


class Group(Struct):
    """A mapping or list. ``form`` is how it may be printed: auto (one line, else filled, else open), open (one line, else open), block."""

    mapping: bool
    entries: list[Entry]
    flow: bool = False
    start: int = 0
    end: int = 0
    tail: list[str] = field(default_factory=list)
    form: str = "auto"


Node = Scalar | Group


def read_tree(text: str) -> Node | None:
    """The tree of a text that ``source.parse_yaml`` accepts, with ``\\n`` for every line end; None for a text without a value."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
    try:
        composed = loader.get_single_node()
    finally:
        loader.dispose()
    if composed is None:
        return None
    root = _node(composed, text)
    if isinstance(root, Group):
        _Comments(text).place(root)
    return root


def comments(text: str) -> list[str]:
    """Every comment of a text, in order: by its tokens and not by the tree, so that one can be checked by the other."""
    found: list[str] = []
    done = 0
    for token in yaml.scan(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        start, end = token.start_mark.index, token.end_mark.index
        found += [match.group().rstrip() for match in _COMMENT.finditer(text, done, max(start, done))]
        if isinstance(token, yaml.ScalarToken) and token.style in ("|", ">"):
            head = _COMMENT.search(text, start, start + len(text[start:end].partition("\n")[0]))
            found += [head.group().rstrip()] if head else []
            end = start + len(text[start:end].rstrip())
        done = max(done, end)
    return found + [match.group().rstrip() for match in _COMMENT.finditer(text, done)]


def _node(node: yaml.Node, text: str) -> Node:
    start, end = node.start_mark.index, node.end_mark.index
    if isinstance(node, yaml.ScalarNode):
        return Scalar(node.value, node.style or "", start, start + len(text[start:end].rstrip()))
    if isinstance(node, yaml.MappingNode):
        entries = [Entry(_node(value, text), _key(key, text)) for key, value in node.value]
    else:
        entries = [Entry(_node(value, text)) for value in node.value]
    flow = bool(getattr(node, "flow_style", False))
    return Group(isinstance(node, yaml.MappingNode), entries, flow, start, end if flow or not entries else _end(entries[-1]))


def _key(node: yaml.Node, text: str) -> Scalar:
    key = _node(node, text)
    if not isinstance(key, Scalar):
        raise TypeError("a key of the strict reader is a scalar")
    return key


def _end(entry: Entry) -> int:
    return max(entry.value.end, entry.key.end if entry.key else 0)


class _Comments:
    """Gives every comment and blank line of a text to an entry or group of its tree."""

    def __init__(self, text: str) -> None:
        self.text = text

    def place(self, root: Group) -> None:
        """All of the text."""
        self._group(root, None)
        above = list(self._gap(0, root.start))
        if root.entries:
            root.entries[0].before[:0] = [line for _, line in above]
            self._after(root, root.entries[-1], len(self.text), None)
        else:
            root.tail += [line for _, line in above] + [line for _, line in self._gap(root.end, len(self.text))]

    def _group(self, group: Group, holder: Entry | None) -> None:
        done = group.start
        for number, entry in enumerate(group.entries):
            if number:
                self._after(group, group.entries[number - 1], entry.start, entry)
            else:
                self._first(entry, done, holder if group.flow else None)
            self._entry(entry)
            done = _end(entry)
        if group.flow:
            self._closing(group, done, holder)

    def _first(self, entry: Entry, start: int, holder: Entry | None) -> None:
        """What stands between the opening bracket or first dash and the first entry."""
        for at, line in self._gap(start, entry.start):
            if holder is not None and line != BLANK and self._same_line(start, at):
                holder.side.append(line)
            else:
                entry.before.append(line)

    def _entry(self, entry: Entry) -> None:
        """What stands between key and value, and in the value."""
        value = entry.value
        rest: list[str] = []
        for at, line in self._gap(entry.key.end, value.start) if entry.key else ():
            behind = line != BLANK and entry.key is not None and self._same_line(entry.key.end, at)
            (entry.side if behind else rest).append(line)
        if isinstance(value, Scalar):
            entry.before += [line for line in rest if line != BLANK]
            if value.style in ("|", ">"):
                entry.side += [line for _, line in self._gap(value.start, self._line_end(value.start)) if line != BLANK]
            return
        self._group(value, entry)
        if rest and value.entries:
            value.entries[0].before[:0] = rest
        else:
            entry.before += [line for line in rest if line != BLANK]

    def _closing(self, group: Group, done: int, holder: Entry | None) -> None:
        for at, line in self._gap(done, group.end):
            if not group.entries:
                (holder.before if holder else group.tail).extend([line] if line != BLANK else [])
            elif line != BLANK and self._same_line(done, at):
                group.entries[-1].side.append(line)
            else:
                group.tail.append(line)

    def _after(self, group: Group, entry: Entry, end: int, following: Entry | None) -> None:
        """What stands behind and below an entry, up to the next one or the end of the text."""
        done, own = _end(entry), self._column(group.start)
        below = following.before if following is not None else group.tail
        inner = [] if group.flow else _open(entry)
        blanks: list[str] = []
        for at, line in self._gap(done, end):
            if line == BLANK:
                blanks.append(line)
                continue
            if self._same_line(done, at):
                _last(entry).side.append(line)
                continue
            column = self._column(at)
            while inner and (column <= own or column < self._column(inner[-1].start)):
                inner.pop()
            (inner[-1].tail if inner else below).extend([*blanks, line])
            blanks = []
        below += blanks

    def _gap(self, start: int, end: int) -> Iterator[tuple[int, str]]:
        """The comments and blank lines of a stretch of text without values."""
        for match in _GAP.finditer(self.text, start, end):
            yield match.start(), match.group().rstrip() if match.group().startswith("#") else BLANK

    def _same_line(self, start: int, at: int) -> bool:
        return "\n" not in self.text[start:at]

    def _line_end(self, at: int) -> int:
        end = self.text.find("\n", at)
        return end if end >= 0 else len(self.text)

    def _column(self, at: int) -> int:
        return at - (self.text.rfind("\n", 0, at) + 1)


def _open(entry: Entry) -> list[Group]:
    """The block groups that end with the entry, the outermost first."""
    found: list[Group] = []
    while isinstance(entry.value, Group) and not entry.value.flow and entry.value.entries:
        found.append(entry.value)
        entry = entry.value.entries[-1]
    return found


def _last(entry: Entry) -> Entry:
    """The entry whose value ends where this one ends."""
    groups = _open(entry)
    return groups[-1].entries[-1] if groups else entry
