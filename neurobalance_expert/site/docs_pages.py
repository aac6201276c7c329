"""The pages of docs/, made fit for the site: links that leave docs/ become text, anchors become targets, and drawings come along.

They are those of the program, never of a knowledge base that somebody gave: a page of docs may hold directives.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from posixpath import normpath

from neurobalance_expert import source
from neurobalance_expert.kb import default_kb

FOLDER = "docs"
SUFFIXES = (".md", ".svg")
KNOWN_LANGUAGES = ("json", "python", "sh", "text", "yaml")

_LINK = re.compile(r"(?P<image>!?)\[(?P<said>[^\]]*)\]\((?P<target>[^()\s]+)\)")
_ANCHOR = re.compile(r'^<a id="(?P<name>[\w-]+)"></a>\n*', re.MULTILINE)
_FENCE = re.compile(r"^(?P<mark>```+)(?P<language>[^`\n]*)$", re.MULTILINE)
_TITLE = re.compile(r"^# (.+)$", re.MULTILINE)
_WEB = ("http://", "https://", "mailto:")


def docs_files() -> dict[str, str]:
    """Every page and drawing below docs/ by its path there; empty for a program that was installed without them."""
    folder = default_kb() / FOLDER
    found = sorted(path for path in folder.rglob("*") if path.suffix in SUFFIXES and path.is_file()) if folder.is_dir() else []
    return {path.relative_to(folder).as_posix(): source.read_text(path) for path in found}


def docs_pages(files: Mapping[str, str]) -> dict[str, str]:
    """The pages as they stand in the site, by their path in it."""
    anchors = {path: {match["name"] for match in _ANCHOR.finditer(text)} for path, text in files.items()}
    out = {}
    for path, text in files.items():
        out[f"{FOLDER}/{path}"] = _page(path, text, files, anchors) if path.endswith(".md") else text
    return out


def titles(files: Mapping[str, str]) -> dict[str, str]:
    """The title of each page by its path in the site."""
    pages = {path: text for path, text in files.items() if path.endswith(".md")}
    return {f"{FOLDER}/{path}": match[1] if (match := _TITLE.search(text)) else path for path, text in pages.items()}


def _page(path: str, text: str, files: Mapping[str, str], anchors: Mapping[str, set[str]]) -> str:
    written = _LINK.sub(lambda match: _link(match, path, files, anchors), text)
    written = _ANCHOR.sub(lambda match: f"({_target(path, match['name'])})=\n", written)
    return f"---\norphan: true\n---\n\n{_plain_fences(written)}"


def _target(path: str, name: str) -> str:
    return f"{path.removesuffix('.md').replace('/', '-').lower()}-{name}"


def _link(match: re.Match[str], path: str, files: Mapping[str, str], anchors: Mapping[str, set[str]]) -> str:
    """A link as it is when it stays inside docs/, to a target of ours where it names an anchor, and its words alone when it leaves."""
    target = match["target"]
    if target.startswith(_WEB):
        return match.group()
    page, _, anchor = target.partition("#")
    goal = normpath((PurePosixPath(path).parent / page).as_posix()) if page else path
    if goal not in files:
        return match["said"]
    if anchor in anchors.get(goal, ()):
        return f"[{match['said']}](#{_target(goal, anchor)})"
    return match.group()


def _plain_fences(text: str) -> str:
    """Fences in a language that no highlighter knows as text."""
    opened = ""

    def mend(match: re.Match[str]) -> str:
        nonlocal opened
        if opened:
            opened = "" if match["mark"] == opened and not match["language"] else opened
            return match.group()
        opened = match["mark"]
        return match["mark"] + (match["language"] if match["language"] in KNOWN_LANGUAGES else "text")

    return _FENCE.sub(mend, text)


def excerpt(markdown: str) -> str:
    """A piece of a page of docs/ that stands in a page of another folder: its links to pages lead there, others are their words."""
    return _LINK.sub(lambda m: f"[{m['said']}](/{FOLDER}/{m['target'].split('#')[0]})" if _stays(m["target"]) else m["said"], markdown)


def _stays(target: str) -> bool:
    return target.split("#")[0].endswith(".md") and not target.startswith((*_WEB, "/", ".", "#"))
