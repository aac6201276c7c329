"""Rule files and folders to one checked set of rules. All problems of all files are raised at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from neurobalance_expert.errors import InputProblems, Problems, Span
from neurobalance_expert.knowledge.values import KnownValue
from neurobalance_expert.rules.check import build_ruleset
from neurobalance_expert.rules.declared import Declared, joined, read_declared
from neurobalance_expert.rules.ir import Rule, RuleSet
from neurobalance_expert.rules.parse import parse_rules
from neurobalance_expert.source import load
from neurobalance_expert.vocabulary import Vocabulary


def load_rules(
    paths: Sequence[Path] | Path,
    vocabulary: Vocabulary,
    thresholds: Mapping[str, KnownValue],
    references: Mapping[str, object] | None,
    *,
    shown_from: Path | None = None,
    trusted: bool = False,
    complete: bool = True,
    closely: Collection[str] | None = None,
) -> RuleSet:
    """Read, parse and check rules.

    Args:
        paths: Files, or folders whose ``*.yaml`` are read at any depth (names that begin with README are left out).
        vocabulary: Relations and slots.
        thresholds: ``knowledge.thresholds.NAME`` to its value.
        references: Known reference keys; None: they are not looked up.
        shown_from: The folder that paths in messages are relative to.
        complete: A stable rule needs evidence and tests. False to try rules out.
        closely: Names, as messages print them, of the files whose wording is checked; None: of all.
        trusted: The files are known to be good (their digest was seen before): wording is not checked again.

    Raises:
        InputProblems: everything that is wrong in any of the files.
    """
    problems = Problems()
    rules: list[Rule] = []
    exclusive: list[tuple[str, ...]] = []
    declared: list[Declared] = []
    for path in rule_files([paths] if isinstance(paths, Path) else paths, problems, shown_from):
        try:
            document = load(path, shown_as=shown(path, shown_from))
        except InputProblems as error:
            problems.found += error.problems
            problems.sources |= error.sources
            continue
        found, groups = parse_rules(
            document, vocabulary, thresholds, references, problems, trusted=trusted or not (closely is None or document.file in closely)
        )
        rules += found
        exclusive += groups
        declared.append(read_declared(document, vocabulary, problems))
    ruleset = build_ruleset(rules, exclusive, vocabulary, problems, complete=complete, declared=joined(declared))
    problems.stop()
    return ruleset


def rule_files(paths: Sequence[Path], problems: Problems, shown_from: Path | None = None) -> Iterator[Path]:
    """Every rule file once, in the order of the paths and sorted within a folder."""
    seen: set[Path] = set()
    for path in paths:
        found = [path]
        if path.is_dir():
            found = sorted(p for p in path.rglob("*.yaml") if not p.name.upper().startswith("README") and p.is_file())
            for other in sorted(path.rglob("*.yml")):
                fix = "rename it to end in .yaml"
                problems.add("NB-R008", "a rule file must end in .yaml, or it is not read", Span(shown(other, shown_from), 1, 1), fix=fix)
            if not found:
                name = shown(path, shown_from)
                problems.add("NB-R008", f"there is no rule file in '{name}'", fix="name a folder with *.yaml files, or a file")
        for file in found:
            if file.resolve() not in seen:
                seen.add(file.resolve())
                yield file


def shown(path: Path, shown_from: Path | None) -> str:
    """The path as messages print it: relative to a folder where that is possible."""
    if shown_from is not None and path.resolve().is_relative_to(shown_from.resolve()):
        return path.resolve().relative_to(shown_from.resolve()).as_posix()
    return path.as_posix()
