"""Two revisions of a knowledge base on many cases: what changes, which rule does it, what no case shows, and the step of the version."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct, to_builtins

from neurobalance_expert.errors import InputProblems
from neurobalance_expert.impact.bump import Bump, bump
from neurobalance_expert.impact.cases import case_files, read_cases
from neurobalance_expert.impact.changes import RuleChange, rule_changes
from neurobalance_expert.impact.revisions import Revision, load
from neurobalance_expert.impact.run import CaseChange, Cases, Pair, Tried, Version, pair, run, version

SCHEMA = "neurobalance/rules-diff/1"
MANY = 200  # cases from which on two processes are quicker than one: a second process loads both versions anew
PROCESSES = 2


class Place(Struct, frozen=True):
    """A revision as it is told: what it was asked for by, its commit, and the version and digest of its knowledge base."""

    name: str
    commit: str
    version: str
    digest: str


class Broken(Struct, frozen=True):
    """A case that could not be tried, and why."""

    case: str
    problems: InputProblems


class Impact(Struct, frozen=True):
    """Everything that was found. ``unshown`` are rules that differ in what no case shows."""

    before: Place
    after: Place
    files: tuple[str, ...]
    rules: tuple[RuleChange, ...]
    cases: int
    changes: tuple[CaseChange, ...]
    unshown: tuple[str, ...]
    broken: tuple[Broken, ...]
    bump: Bump

    @property
    def equal(self) -> bool:
        """Whether no case and no rule differs, and every case could be tried."""
        return not (self.changes or self.rules or self.broken)


def compare_revisions(before: Revision, after: Revision, places: Sequence[Path], step: Callable[[], None]) -> Impact:
    """What the second revision changes.

    Args:
        places: Files and folders of cases.
        step: Called once a case, for a progress bar.

    Raises:
        InputProblems: a revision does not load; places name the revision.
        Misuse: no such place, or one without cases.
    """
    files = case_files(places)
    two = pair(version(before.name, load(before)), version(after.name, load(after)))
    found: list[Tried] = []
    for tried in _tried(two, before, after, files):
        step()
        found.append(tried)
    changes = tuple(tried.change for tried in found if tried.change)
    rules = rule_changes(two.before.knowledge, two.after.knowledge, two.rules)
    broken = tuple(Broken(tried.case, tried.failed) for tried in found if tried.failed)
    return Impact(
        _place(before, two.before),
        _place(after, two.after),
        two.files,
        rules,
        len(found),
        changes,
        _unshown(rules, found),
        broken,
        bump(changes, rules, two.files, two.before.knowledge, two.after.knowledge),
    )


def as_json(impact: Impact) -> dict[str, Any]:
    """The form of ``--format json`` (docs/impact.md)."""
    data: dict[str, Any] = {"schema": SCHEMA, "equal": impact.equal}
    for name in ("before", "after", "files", "rules", "cases", "changes", "unshown", "bump"):
        data[name] = to_builtins(getattr(impact, name))
    data["broken"] = [{"case": one.case, "errors": [p.as_dict() for p in one.problems.problems]} for one in impact.broken]
    return data


def _place(revision: Revision, of: Version) -> Place:
    return Place(revision.name, revision.commit, f"{of.knowledge.name} {of.knowledge.version}", of.knowledge.digest)


def _unshown(rules: Sequence[RuleChange], found: Sequence[Tried]) -> tuple[str, ...]:
    """Rules whose difference no case shows: one of logic by other conclusions, one of words by a case in which the rule fires."""
    moved = {rule for tried in found for rule in tried.moved}
    fired = {rule for tried in found for rule in tried.fired}
    return tuple(change.rule for change in rules if change.rule not in (moved if change.logic else fired))


# --- one process or two -----------------------------------------------------------------------------------------------


def _tried(two: Pair, before: Revision, after: Revision, files: Sequence[Path]) -> Iterator[Tried]:
    one, other = _read(two, files)
    if len(one) < MANY or (os.cpu_count() or 1) < PROCESSES:
        yield from run(two, one, other)
        return
    from multiprocessing import get_context

    with get_context("spawn").Pool(PROCESSES, _begin, (before, after)) as pool:
        yield from pool.imap(_work, [(name, one.get(name), other.get(name)) for name in dict.fromkeys((*one, *other))], chunksize=8)


def _read(two: Pair, files: Sequence[Path]) -> tuple[Cases, Cases]:
    """The cases as each version reads them; once where both know the same names."""
    one = read_cases(files, two.before.knowledge.names)
    return one, one if two.shared else read_cases(files, two.after.knowledge.names)


_own: list[Pair] = []  # of a second process


def _begin(before: Revision, after: Revision) -> None:
    _own[:] = [pair(version(before.name, load(before)), version(after.name, load(after)))]


def _work(named: tuple[str, Any, Any]) -> Tried:
    name, one, other = named
    [tried] = run(_own[0], {name: one}, {name: other})
    return tried
