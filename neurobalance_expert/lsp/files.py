"""The files of one set as they stand in the editor, or else on disk; each is read and parsed again only when it changed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from neurobalance_expert.errors import InputProblems, Problem
from neurobalance_expert.source import Document, parse_yaml, read_text

FOLDERS = ("knowledge", "rules")


class Held(Struct, frozen=True):
    """A file: its text, and the document, None when it cannot be parsed (``problems`` say why)."""

    name: str
    text: str
    document: Document | None
    problems: tuple[Problem, ...] = ()


class Files:
    """The YAML files of a knowledge base by their path inside it; hidden files, links and ``__pycache__`` are no part of it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._disk: dict[str, tuple[tuple[int, int], Held]] = {}
        self._open: dict[str, Held] = {}

    def read(self, opened: Mapping[str, str]) -> dict[str, Held]:
        """Every file by its name. ``opened`` holds the texts of documents in the editor, which stand for the files on disk."""
        self._open = {name: self._opened(name, text) for name, text in opened.items()}
        found: dict[str, tuple[tuple[int, int], Held]] = {}
        for name, entry in _yaml_files(self.root):
            if name not in self._open:
                found[name] = self._on_disk(name, entry)
        self._disk = found
        return dict(sorted({**{name: held for name, (_, held) in found.items()}, **self._open}.items()))

    def _opened(self, name: str, text: str) -> Held:
        before = self._open.get(name)
        return before if before is not None and before.text == text else parse(name, text)

    def _on_disk(self, name: str, entry: os.DirEntry[str]) -> tuple[tuple[int, int], Held]:
        try:
            stat = entry.stat()
            stamp = stat.st_mtime_ns, stat.st_size
        except OSError:
            stamp = 0, 0
        before = self._disk.get(name)
        if before is not None and before[0] == stamp:
            return before
        try:
            return stamp, parse(name, read_text(Path(entry.path), shown_as=name))
        except InputProblems as error:
            return stamp, Held(name, "", None, error.problems)


def parse(name: str, text: str) -> Held:
    """A text, parsed. Equal keys and tags are problems of a document that can be read all the same."""
    try:
        document = parse_yaml(text, name, keep=True)
    except InputProblems as error:
        return Held(name, text, None, error.problems)
    return Held(name, text, document, document.problems)


def _yaml_files(root: Path) -> list[tuple[str, os.DirEntry[str]]]:
    found: list[tuple[str, os.DirEntry[str]]] = []
    todo = [(str(root / folder), folder) for folder in FOLDERS]
    while todo:
        folder, inside = todo.pop()
        try:
            entries = list(os.scandir(folder))
        except OSError:
            continue
        for entry in entries:
            name = f"{inside}/{entry.name}"
            if entry.name.startswith((".", "__")):
                continue
            if entry.is_dir(follow_symlinks=False):
                todo.append((entry.path, name))
            elif entry.name.endswith(".yaml") and entry.is_file(follow_symlinks=False):
                found.append((name, entry))
    return found
