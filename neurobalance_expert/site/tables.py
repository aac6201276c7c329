"""Tables of a built page, made fit for a narrow screen and for who hears them: each cell knows its heading, and each row its first cell.

Sphinx writes the tables; nothing here reads what an author wrote other than as text between tags.
"""

from __future__ import annotations

import re
from html import escape, unescape

_TABLE = re.compile(r"<table class=\"(?P<classes>[^\"]*)\">(?P<body>.*?)</table>", re.DOTALL)
_HEAD = re.compile(r"<th class=\"head[^\"]*\">(?P<said>.*?)</th>", re.DOTALL)
_ROW = re.compile(r"<tr class=\"row-(?:odd|even)\">.*?</tr>", re.DOTALL)
_CELL = re.compile(r"<td(?P<rest>[ >])")
_TAG = re.compile(r"<[^>]*>")


def labelled(page: str) -> str:
    """The HTML of a page in which the cells of a table with a heading carry it (``data-label``), the first of a row apart.

    Such a table gets the class ``nb-rows`` and the roles that a browser forgets when cells are shown as blocks.
    """
    return _TABLE.sub(_table, page)


def _table(match: re.Match[str]) -> str:
    classes, body = match["classes"], match["body"].replace('<th class="stub">', '<th class="stub" scope="row">')
    heads = [" ".join(unescape(_TAG.sub("", head)).split()) for head in _HEAD.findall(body)]
    if not any(heads):
        return f'<table class="{classes}">{body}</table>'
    start, middle, rows = body.partition("<tbody>")
    start = start.replace('<th class="head', '<th scope="col" role="columnheader" class="head')
    rows = _ROW.sub(lambda row: _row(row[0], heads), rows)
    return f'<table class="{classes} nb-rows" role="table">{start}{middle}{rows}</table>'


def _row(row: str, heads: list[str]) -> str:
    labels = iter(["", *heads[1:]])

    def cell(match: re.Match[str]) -> str:
        label = next(labels, "")
        return '<td role="cell"' + (f' data-label="{escape(label)}"' if label else "") + match["rest"]

    return _CELL.sub(cell, row.replace("<tr ", '<tr role="row" ', 1))
