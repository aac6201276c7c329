"""Which cases make which rules fire: the cases of a folder are computed once, by the reference alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from neurobalance_expert.assessment import conclude, load_case_file
from neurobalance_expert.errors import Misuse
from neurobalance_expert.loaded import Knowledge

SUFFIXES = (".yaml", ".yml", ".json")


class Fired(Struct, frozen=True):
    """A case file, and for how many bindings a rule fired on it."""

    case: str
    times: int


def case_paths(folder: Path) -> list[Path]:
    """The case files of a folder in the order of their names. Raises Misuse when it has none."""
    paths = sorted(path for path in folder.glob("*") if path.suffix in SUFFIXES and path.is_file()) if folder.is_dir() else []
    if not paths:
        raise Misuse(f"there is no case file (*.yaml, *.json) in '{folder}'")
    return paths


def fired_by(paths: Sequence[Path], knowledge: Knowledge) -> dict[str, tuple[Fired, ...]]:
    """For each rule the cases on which it fired, in the order of the paths. Raises InputProblems when a file is no case."""
    found: dict[str, list[Fired]] = {rule.id: [] for rule in knowledge.rules.rules}
    for path in paths:
        trial, _, _ = conclude(load_case_file(path, knowledge), knowledge, "reference")
        for rule, times in _counts(trial.result.entries).items():
            found[rule].append(Fired(path.name, times))
    return {rule: tuple(cases) for rule, cases in found.items()}


def _counts(entries: Mapping[str, tuple[object, ...]]) -> dict[str, int]:
    counted = {rule: sum(getattr(entry, "status", "") == "fired" for entry in of_rule) for rule, of_rule in entries.items()}
    return {rule: times for rule, times in counted.items() if times}
