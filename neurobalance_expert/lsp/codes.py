"""Where each problem code is explained: the pages ``docs/errors*.md`` of a source checkout."""

from __future__ import annotations

import re
from pathlib import Path

_HEADING = re.compile(r"^#{2,3} (.*NB-[A-Z]\d{3}.*)$", re.MULTILINE)
_CODE = re.compile(r"NB-[A-Z]\d{3}")


def code_links(docs: Path) -> dict[str, str]:
    """The address of the section of each code; {} where the pages are not, as in an installed package."""
    found: dict[str, str] = {}
    for page in sorted(docs.glob("errors*.md")):
        for match in _HEADING.finditer(page.read_text(encoding="utf-8")):
            for code in _CODE.findall(match[1]):
                found.setdefault(code, f"{page.resolve().as_uri()}#{anchor(match[1])}")
    return found


def anchor(heading: str) -> str:
    """The name that renderers of Markdown give to a heading.

    >>> anchor("NB-S003 Not YAML, or not JSON")
    'nb-s003-not-yaml-or-not-json'
    """
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
