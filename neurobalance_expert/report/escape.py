"""Text that came from a person, made harmless for the place where it is printed.

Everything that a template prints passes through exactly one of these functions (``render.py`` binds them to the environments), so a
name, a goal or a product is data in every format: it is never compiled, never markup, never a terminal command.
"""

from __future__ import annotations

import json
import re

# Line ends and tabs become a space. The rest is dropped: C0, DEL and C1 controls, bidirectional controls, invisible characters that
# hide or reorder text, tag characters. The joiners U+200C and U+200D stay: names in several scripts need them.
_INVISIBLE = "\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
_BREAKS = re.compile("[\t\n\x0b\x0c\r\x85\u2028\u2029]+")
_CONTROLS = re.compile(f"[\x00-\x1f{_INVISIBLE}]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_JSON_HAZARDS = re.compile(f"[{_INVISIBLE}\u2028\u2029\ud800-\udfff]")
_TIES = re.compile(r"(?<=\d) (?=(?:%|‰|[kmµ]?g|[mµn]?mol|[mµn]M|mL|kcal|kJ|h|min|d)(?![a-z]))")

_HTML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;"})
# The colon of '://', the dot of 'www.' and an '@' are escaped below, so that no bare address turns into a link by itself.
_MARKDOWN = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "&#64;"} | {c: "\\" + c for c in "\\`*_{}[]|~$#"})
_MARKDOWN_START = re.compile(r"^(\s*)([-+=:]|\d{1,9}(?=[.)](?:\s|$)))")
_MARKDOWN_LINK = re.compile(r"(?i)\b(https?|ftp|mailto|xmpp)(:)|\b(www)(\.)|!(?=\\\[)")
_BACKTICKS = str.maketrans({"`": "'", "|": "\\|"})


def visible(text: str) -> str:
    """The text on one line, without control, bidirectional or invisible characters.

    >>> visible("calm\\x1b[31m\\u202e day\\nlong")
    'calm[31m day long'
    """
    if text.isprintable():  # letters, marks, signs and the plain space only
        return text
    return _SURROGATES.sub("\ufffd", _CONTROLS.sub("", _BREAKS.sub(" ", text)))


def html(text: str) -> str:
    """The text for HTML content and for quoted attributes; a number is tied to its unit by a space that does not break."""
    return tied(visible(text)).translate(_HTML)


def markdown(text: str) -> str:
    """The text for a line of Markdown: no emphasis, link, image, table cell, heading, list item, HTML tag or bare address comes of it.

    >>> markdown("[x](https://e.org) <b>*1*</b>")
    '\\\\[x\\\\](https\\\\://e.org) &lt;b&gt;\\\\*1\\\\*&lt;/b&gt;'
    """
    plain = visible(text).translate(_MARKDOWN)
    plain = _MARKDOWN_LINK.sub(_break_link, plain)
    return _MARKDOWN_START.sub(_break_start, plain)


def markdown_code(text: str) -> str:
    """The text as a Markdown code span, also inside a table cell."""
    return f"`{visible(text).translate(_BACKTICKS) or ' '}`"


def json_text(text: str) -> str:
    """Serialised JSON with the characters that could drive a terminal, reorder text or split a line written as ``\\uXXXX``.

    JSON writes C0 controls so by itself; everything this touches stands inside strings, so no meaning changes.
    """
    return _JSON_HAZARDS.sub(lambda m: json.dumps(m.group())[1:-1], text)


def tied(text: str) -> str:
    """``71 %`` with a space that does not break."""
    return _TIES.sub("\u00a0", text)


def _break_link(match: re.Match[str]) -> str:
    if match.group(1):
        return f"{match.group(1)}\\:"
    return f"{match.group(3)}\\." if match.group(3) else "\\!"


def _break_start(match: re.Match[str]) -> str:
    space, mark = match.groups()
    return f"{space}{mark}\\" if mark.isdigit() else f"{space}\\{mark}"
