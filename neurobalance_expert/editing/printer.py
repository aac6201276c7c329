"""A tree of ``tree`` as text: what fits stands on one line, a long text is folded, the rest is opened one entry a line.

Mappings and lists that hold a comment are opened, because a comment ends its line. A value keeps whether it was quoted: ``"12"`` is text.
"""

from __future__ import annotations

import re

from neurobalance_expert.editing.tree import BLANK, Entry, Group, Node, Scalar
from neurobalance_expert.source import is_text

WIDTH = 150
STEP = 2

_PRINTABLE = re.compile(r"[\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]*")
_PLAIN_START = re.compile(r"[^\s,\[\]{}#&*!|>'\"%@`?:\-]|-(?=[^\s,\[\]{}])")
_NOT_PLAIN = re.compile(r":(?=[\s]|$)|\s#|^---|^\.\.\.")
_NOT_PLAIN_IN_FLOW = re.compile(r"[,\[\]{}]|:(?=[,?\[\]{}])|\?(?=\s|$)")
_WORDS = re.compile(r"(?:\{\{.*?\}\}|[^ ]| (?= )|(?<= ) )+")  # '{{ name | filter }}' stays in one piece
_KEY = re.compile(r"(?!(?:y|n|yes|no|on|off|true|false|null)$)[A-Za-z_][\w.-]*")  # the words are more than text to other readers of YAML
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0"}


def print_tree(root: Group) -> str:
    """The text of a tree, with a line end at its end."""
    _settle(root)
    return "".join(f"{line}\n" for line in _block(root, 0))


def one_line(node: Node) -> str:
    """A value on one line, as it stands inside of brackets."""
    if isinstance(node, Scalar):
        return _scalar(node, in_flow=True)
    inside = ", ".join(map(_piece, node.entries))
    return f"{{{inside}}}" if node.mapping else f"[{inside}]"


def _piece(entry: Entry) -> str:
    value = one_line(entry.value)
    return f"{_key(entry.key, in_flow=True)}: {value}" if entry.key else value


def _settle(group: Group) -> None:
    """Comments to where they can be printed: one behind an entry, the others above it, and none between a dash and what it begins."""
    for entry in group.entries:
        entry.before += entry.side[1:]
        del entry.side[1:]
        if isinstance(entry.value, Group) and entry.value.entries:
            _settle(entry.value)
            if entry.key is None:
                first = entry.value.entries[0]
                entry.before += _tidy(first.before, first=True)
                first.before = []


# --- blocks -------------------------------------------------------------------------------------------------------


def _block(group: Group, indent: int) -> list[str]:
    """The lines of an opened mapping or list that is not empty."""
    pad = " " * indent
    out: list[str] = []
    for number, entry in enumerate(group.entries):
        lines = _keyed(entry, indent) if entry.key else _item(entry, indent)
        above = _tidy(entry.before, first=number == 0)
        out += _above(above, pad)
        out += lines
    return out + _above(_tidy(group.tail, first=False, last=True), pad)


def _above(lines: list[str], pad: str) -> list[str]:
    return [f"{pad}{line}" if line else "" for line in lines]


def _tidy(lines: list[str], *, first: bool, last: bool = False) -> list[str]:
    """Comment lines with at most one blank line in a row, none at the top of a group or below its last comment."""
    out: list[str] = []
    for line in lines:
        if line != BLANK or (out[-1:] != [BLANK] and not (first and not out)):
            out.append(line)
    while last and out[-1:] == [BLANK]:
        out.pop()
    return out


def _keyed(entry: Entry, indent: int) -> list[str]:
    """An entry of a mapping: key and value on one line where they fit."""
    head = f"{' ' * indent}{_key(entry.key, in_flow=False)}:"
    side, value = _side(entry), entry.value
    if isinstance(value, Scalar):
        return _scalar_lines(value, head, indent + STEP, side)
    flat = one_line(value) if _may_be_flat(value) else ""
    if flat and (len(head) + 1 + len(flat) <= WIDTH or not value.entries):
        return [f"{head} {flat}{side}"]
    filled = _filled(value, indent + STEP) if flat and value.form == "auto" else []
    return [f"{head}{side}", *(filled or _block(value, indent + STEP))]


def _item(entry: Entry, indent: int) -> list[str]:
    """An item of a list behind its dash."""
    dash, value = f"{' ' * indent}-", entry.value
    if isinstance(value, Scalar):
        return _scalar_lines(value, dash, indent + STEP, _side(entry))
    flat = one_line(value) if _may_be_flat(value) else ""
    if flat and (len(dash) + 1 + len(flat) <= WIDTH or not value.entries):
        return [f"{dash} {flat}{_side(entry)}"]
    filled = _filled(value, indent + STEP) if flat and value.form == "auto" else []
    if filled:
        filled[-1] += _side(entry)
        return [f"{dash} {filled[0].lstrip()}", *filled[1:]]
    lines = _block(value, indent + STEP)
    entry.before += entry.side
    while lines[0].lstrip().startswith("#"):  # it stood behind the first item of a list in this list
        entry.before.append(lines.pop(0).lstrip())
    return [f"{dash} {lines[0].lstrip()}", *lines[1:]]


def _side(entry: Entry) -> str:
    return "".join(f"  {comment}" for comment in entry.side)


def _may_be_flat(group: Group) -> bool:
    return group.form != "block" and not _holds_comment(group)


def _holds_comment(group: Group) -> bool:
    return bool(group.tail and any(group.tail)) or any(
        any(entry.before) or entry.side or (isinstance(entry.value, Group) and (entry.value.form == "block" or _holds_comment(entry.value)))
        for entry in group.entries
    )


def _filled(group: Group, indent: int) -> list[str]:
    """A mapping or list in brackets over several full lines; nothing where most entries are no plain values or one is too long."""
    plain = sum(isinstance(entry.value, Scalar) for entry in group.entries)
    pieces = [_piece(entry) for entry in group.entries]
    if 2 * plain < len(pieces) or max(map(len, pieces)) + indent + STEP > WIDTH:
        return []
    out, line = [], " " * indent + ("{" if group.mapping else "[")
    for number, piece in enumerate(pieces):
        piece += "," if number < len(pieces) - 1 else ("}" if group.mapping else "]")
        if number and len(line) + 1 + len(piece) > WIDTH:
            out.append(line)
            line = f"{' ' * indent} {piece}"
        else:
            line += f" {piece}" if number else piece
    return [*out, line]


# --- scalars ------------------------------------------------------------------------------------------------------


def _scalar_lines(scalar: Scalar, head: str, indent: int, side: str) -> list[str]:
    """A value behind its key or dash: on the same line, or as folded or literal text below."""
    text = scalar.text
    body = text.removesuffix("\n")
    if scalar.style != "" or is_text(text):
        flat = _scalar(scalar, in_flow=False)
        ends = body != text
        if _may_fold(body) and (ends or len(head) + 1 + len(_quoted(text)) > WIDTH):  # the same with quotes and without, so that it stays
            return [f"{head} {'>' if ends else '>-'}{side}", *_fill(body, indent)]
        if "\n" in body and _may_be_literal(body):
            return [f"{head} {'|' if ends else '|-'}{side}", *(f"{' ' * indent}{line}" if line else "" for line in body.split("\n"))]
        return [f"{head} {flat}{side}"]
    written = "null" if text == "~" or (text == "" and head.endswith("-")) else text
    return [f"{head} {written}".rstrip() + side]


def _fill(text: str, indent: int) -> list[str]:
    out: list[str] = []
    line = ""
    for word in _WORDS.findall(text):
        if line and indent + len(line) + 1 + len(word) > WIDTH:
            out.append(f"{' ' * indent}{line}")
            line = word
        else:
            line = f"{line} {word}" if line else word
    return [*out, f"{' ' * indent}{line}"]


def _may_fold(text: str) -> bool:
    """Whether a folded block gives back this text whichever single space is broken."""
    return bool(text) and text == text.strip() and "\n" not in text and bool(_PRINTABLE.fullmatch(text))


def _may_be_literal(text: str) -> bool:
    lines = text.split("\n")
    return bool(lines[0].strip()) and lines[0][0] != " " and bool(lines[-1].strip()) and all(map(_PRINTABLE.fullmatch, lines))


def _key(key: Scalar | None, *, in_flow: bool) -> str:
    if key is None:
        return ""
    quoted = not _may_be_plain(key.text, in_flow) or (key.style in ("'", '"') and not _KEY.fullmatch(key.text))
    return _quoted(key.text) if quoted else key.text


def _scalar(scalar: Scalar, *, in_flow: bool) -> str:
    text = scalar.text
    if scalar.style == "" and not is_text(text):
        return "null" if text in ("", "~") else text
    plain = scalar.style not in ("'", '"') and is_text(text) and _may_be_plain(text, in_flow)
    return text if plain else _quoted(text)


def _may_be_plain(text: str, in_flow: bool) -> bool:
    if not text or text != text.strip() or not _PRINTABLE.fullmatch(text) or not _PLAIN_START.match(text) or _NOT_PLAIN.search(text):
        return False
    return not (in_flow and _NOT_PLAIN_IN_FLOW.search(text))


def _quoted(text: str) -> str:
    if "'" not in text and ('"' in text or "\\" in text) and _PRINTABLE.fullmatch(text):
        return f"'{text}'"
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    if _PRINTABLE.fullmatch(char):
        return char
    code = ord(char)
    return f"\\x{code:02X}" if code < 0x100 else f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"
