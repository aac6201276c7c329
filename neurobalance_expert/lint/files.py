"""Rule files on disk for the linter: their texts, what stands around them, and writing what was mended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from neurobalance_expert.atomic import write_over
from neurobalance_expert.errors import InputProblems, Misuse, Problem, Problems, changed_meanwhile
from neurobalance_expert.lint.run import Surroundings
from neurobalance_expert.rules.load import rule_files, shown
from neurobalance_expert.source import BOM, Document, decode, load, read_text

DERIVED = "rules/derived/"  # written by 'rules derive', which would write them back


class RuleFiles(Struct, frozen=True):
    """Texts and paths by the name that messages print, in order, and what could not be read."""

    texts: Mapping[str, str]
    paths: Mapping[str, Path]
    problems: tuple[Problem, ...]


def read_rule_files(paths: Sequence[Path], shown_from: Path) -> RuleFiles:
    """The rule files of files and folders; what cannot be read is noted."""
    problems = Problems()
    texts: dict[str, str] = {}
    found: dict[str, Path] = {}
    for path in rule_files(paths, problems, shown_from):
        name = shown(path, shown_from)
        try:
            texts[name] = read_text(path, shown_as=name)
            found[name] = path
        except InputProblems as error:
            problems.found += error.problems
    return RuleFiles(texts, found, tuple(problems.found))


def surroundings(kb: Path) -> Surroundings:
    """What stands around all rules of a knowledge base. Files of ``knowledge/`` that cannot be read are left out."""
    tables: dict[str, Document] = {}
    for path in sorted((kb / "knowledge").rglob("*.yaml")):
        name = shown(path, kb)
        try:
            tables[name] = load(path, shown_as=name)
        except InputProblems:
            continue  # reported by who reads the table
    readmes = {shown(path.parent, kb) for path in (kb / "rules").rglob("README.md")}
    return Surroundings(whole=True, tables=tables, readmes=frozenset(readmes))


def write_mended(files: RuleFiles, texts: Mapping[str, str]) -> None:
    """Write texts over the files, each whole or not at all, with the mode that it had.

    Raises:
        InputProblems: somebody changed a file since it was read (NB-F001); it stays as it is.
        Misuse: it cannot be written.
    """
    for name, text in texts.items():
        path = files.paths[name]
        try:
            raw = path.read_bytes()
            mark = BOM if raw.startswith(BOM) else b""
            if decode(raw, name) != files.texts[name] or not write_over(path, raw, mark + text.encode()):
                raise InputProblems([changed_meanwhile(name)])
        except OSError as error:
            raise Misuse(f"cannot write '{name}': {error.strerror or error}") from None
