"""MyST Markdown of the pages. What comes from rules and knowledge passes through ``text``, ``code`` or ``html``: it is never markup.

Every such text is one line, so that no directive, list or heading can begin in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from hashlib import sha256

from neurobalance_expert.report.escape import html, markdown, markdown_code, visible

MOST_OF_A_NAME = 80  # characters of a file name that come from a name

_START = re.compile(r"[%(]")  # MyST has comments and targets at the start of a line, beside what Markdown has
_NAME = re.compile(r"[^a-z0-9]+")


def text(said: str) -> str:
    """A text for a line, a heading, a list or a cell of a table.

    >>> text("% *not* a comment"), text("(x)= y")
    ('\\\\% \\\\*not\\\\* a comment', '\\\\(x)= y')
    """
    written = markdown(said.strip())
    return f"\\{written}" if _START.match(written) else written


def code(said: str) -> str:
    """A text as a code span."""
    return markdown_code(said)


def link(said: str, target: str) -> str:
    """A link to a page; ``target`` is a path that ``slug`` and names of ours make up."""
    return f"[{text(said)}]({target})"


def web(said: str, address: str) -> str:
    """A link to the web, if the address is one; else the text alone."""
    plain = visible(address).strip()
    if not re.fullmatch(r"https?://[^\s<>\"'`\\|\x00-\x20]+", plain):
        return text(said)
    return f"[{text(said)}](<{plain}>)"


def slug(name: str, taken: Iterable[str] = ()) -> str:
    """A name of a file: small letters and digits of the name, with a digest where that is not the name itself and is taken or too long.

    >>> slug("LAB:$analyte:low"), slug("trp_influx_low")
    ('lab-any-analyte-low', 'trp-influx-low')
    """
    plain = _NAME.sub("-", name.replace("$", "any-").lower()).strip("-")
    if plain and len(plain) <= MOST_OF_A_NAME and plain not in taken:
        return plain
    return f"{plain[:MOST_OF_A_NAME]}-{sha256(name.encode(errors='surrogatepass')).hexdigest()[:8]}".strip("-")


def slugs(names: Iterable[str]) -> dict[str, str]:
    """A name of a file for each name, all different, whatever the order of the names."""
    out: dict[str, str] = {}
    taken: set[str] = set()
    for name in sorted(set(names)):
        out[name] = slug(name, taken)
        taken.add(out[name])
    return out


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A table of cells that are Markdown already; nothing when there is no row."""
    lines = [f"| {' | '.join(cell or ' ' for cell in row)} |" for row in rows]
    return [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}", *lines, ""] if lines else []


def facts(rows: Iterable[tuple[str, str]]) -> list[str]:
    """A table of two columns without a heading: what each row is about, and what is so. Rows that say nothing are left out."""
    lines = [line for name, said in rows if said for line in (f"* - {name}", f"  - {said}")]
    return ["```{list-table}", ":stub-columns: 1", ":class: nb-facts", "", *lines, "```", ""] if lines else []


def boxed(name: str, lines: Sequence[str]) -> list[str]:
    """Lines in a box of a class that the style sheet knows; nothing around nothing."""
    return [f"```{{container}} {name}", *lines, "```", ""] if lines else []


def badge(word: str) -> str:
    """A severity as a word in a small box, for a cell of a table."""
    return f'<span class="nb-badge nb-{_NAME.sub("-", word.lower())}">{html(word)}</span>'


def found_by(name: str) -> list[str]:
    """An entry of the index: whoever searches for the whole name finds this page first. ``name`` is in kebab-case."""
    return [f"```{{index}} ! single: {name}", "```", ""]


def items(entries: Iterable[str]) -> list[str]:
    """A list of entries that are Markdown already."""
    lines = [f"- {entry}" for entry in entries]
    return [*lines, ""] if lines else []


def raw(lines: Iterable[str]) -> list[str]:
    """HTML that goes into the page as it is. Each line begins with a tag of ours, so that none can end the block."""
    return ["```{raw} html", *(line for line in lines if line.startswith("<")), "```", ""]


def badges(marks: Iterable[tuple[str, str]]) -> list[str]:
    """Words in small boxes, each with the kind of word that it is."""
    spans = [f'<span class="nb-badge nb-{kind} nb-{_NAME.sub("-", word.lower())}">{html(word)}</span>' for kind, word in marks if word]
    return raw([f'<p class="nb-badges">{" ".join(spans)}</p>']) if spans else []


def page(title: str, body: Iterable[str], *, orphan: bool = True) -> str:
    """A page. ``orphan``: no table of contents names it, its index does."""
    front = ["---", "orphan: true", "---", ""] if orphan else []
    return "\n".join([*front, f"# {text(title) or 'without a title'}", "", *body]).rstrip("\n") + "\n"


def toctree(pages: Iterable[str], caption: str, *, hidden: bool = True) -> list[str]:
    """The pages that the navigation lists."""
    return ["```{toctree}", *([":hidden:"] if hidden else []), f":caption: {caption}", ":maxdepth: 1", "", *pages, "```", ""]
