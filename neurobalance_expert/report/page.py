"""A page of headings, paragraphs and lists that is not a report: the same lines for a terminal and as Markdown."""

from __future__ import annotations

from msgspec import Struct

from neurobalance_expert.report import escape
from neurobalance_expert.report.terminal import Terminal

INDENT = 2


class Line(Struct, frozen=True):
    """One line: ``level`` -1 is the title, 0 a heading, 1 a paragraph, 2 and on list items; ``mark`` stands before an item."""

    level: int
    text: str
    mark: str = ""


class Page:
    """Lines in their order."""

    def __init__(self, title: str) -> None:
        self.lines = [Line(-1, title)]

    def heading(self, text: str) -> None:
        """A heading of a section."""
        self.lines.append(Line(0, text))

    def say(self, text: str) -> None:
        """A paragraph."""
        self.lines.append(Line(1, text))

    def item(self, text: str, depth: int = 0, mark: str = "-") -> None:
        """An item of a list, or of a list inside it."""
        self.lines.append(Line(2 + depth, text, mark))

    def as_text(self, width: int, *, colour: bool = False) -> str:
        """The page for a terminal."""
        terminal, out = Terminal(max(40, width), colour), []
        for line in self.lines:
            if line.level <= 0:
                out += ["", terminal.style("title", line.text if line.level else line.text.upper())]
            elif line.level == 1:
                out += ["", terminal.wrap(line.text)]
            else:
                out.append(terminal.wrap(line.text, INDENT * (line.level - 1), f"{line.mark} "))
        return "\n".join(out).strip("\n")

    def as_markdown(self) -> str:
        """The page as Markdown; what came from a person is data there."""
        out: list[str] = []
        listing = False
        for line in self.lines:
            text = escape.markdown(line.text)
            if line.level > 1:
                out += [*([""] if not listing else []), f"{'   ' * (line.level - 2)}{line.mark} {text}"]
            else:
                out += ["", ("# ", "## ", "")[line.level + 1] + text]
            listing = line.level > 1
        return "\n".join(out).strip("\n")
