"""Rule files on disk in their one layout: each by itself, replaced in one step, never over what somebody else wrote meanwhile."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from difflib import unified_diff
from pathlib import Path

from msgspec import Struct

from neurobalance_expert import source
from neurobalance_expert.atomic import write_over
from neurobalance_expert.editing.canonical import format_text
from neurobalance_expert.errors import InputProblems, Misuse, Problem, Span, changed_meanwhile

RULE_SCHEMA = "schemas/rule.json"


class Formatted(Struct, frozen=True):
    """What came of one file. ``before`` and ``after`` are its text, equal when there was nothing to do."""

    file: str
    before: str
    after: str
    changed: bool  # also by a byte-order mark or line ends alone

    def diff(self) -> Iterator[str]:
        """The change as a unified diff, line by line."""
        before, after = (text.splitlines() for text in (self.before, self.after))
        return unified_diff(before, after, self.file, self.file, lineterm="")


def format_file(path: Path, shown: str, *, write: bool) -> Formatted:
    """One rule file, laid out; with ``write`` put in its place when that changes it. Mode and links of the file stay.

    Raises:
        InputProblems: the file cannot be read or written, is no rule file, or was changed by somebody else in between (NB-F001).
    """
    raw = source.read_bytes(path, shown_as=shown)
    text = source.decode(raw, shown)
    after = format_text(text, shown, modeline=modeline_of(path))
    content = after.encode()
    if write and content != raw:
        _replace(path, shown, raw, content)
    return Formatted(shown, text, after, content != raw)


def check_no_knowledge(paths: Iterable[Path]) -> None:
    """Refuse files of knowledge before any file is touched. Raises Misuse that names the first one."""
    for path in paths:
        if _in_knowledge(path) and not _is_rule_file(path):
            raise Misuse(
                f"'{path}' is a file of knowledge, and 'rules fmt' lays out rule files alone: the lines of a table are set by hand, so "
                "that its rows can be compared, which one layout would undo. Nothing was changed; 'neurobalance rules check' reads it"
            )


def _in_knowledge(path: Path) -> bool:
    """Whether it stands in ``knowledge/``, and not in ``rules/`` of a folder that happens to have that name."""
    inside = [folder.name for folder in path.resolve().parents if folder.name in ("knowledge", "rules")]
    return inside[:1] == ["knowledge"]


def _is_rule_file(path: Path) -> bool:
    try:
        data = source.load(path).data
    except InputProblems:
        return True  # what is wrong with it is said where it is read
    return isinstance(data, dict) and "rules" in data


def modeline_of(path: Path) -> str:
    """The schema for a file in ``rules/``, as a path from its folder: ``schemas/rule.json`` beside ``rules/``; '' where there is none."""
    folder = path.resolve().parent
    for rules in (folder, *folder.parents):
        schema = rules.parent / RULE_SCHEMA
        if rules.name == "rules" and schema.is_file():
            return Path(os.path.relpath(schema, folder)).as_posix()
    return ""


def _replace(path: Path, shown: str, raw: bytes, content: bytes) -> None:
    at = Span(shown, 1, 1)
    try:
        if not write_over(path, raw, content):
            raise InputProblems([changed_meanwhile(shown)])
    except OSError as error:
        fix = "check the permissions of the file and its folder"
        raise InputProblems([Problem("NB-F002", f"'{shown}' cannot be written: {error.strerror}", at, "", "", fix)]) from None
