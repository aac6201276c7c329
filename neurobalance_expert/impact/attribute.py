"""Which value of a knowledge base does what to cases: every changed value alone over the rest as it was, and all of them together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct, to_builtins
from msgspec.structs import replace

from neurobalance_expert.atomic import temporary_folder
from neurobalance_expert.cases.types import Case
from neurobalance_expert.errors import InputProblems
from neurobalance_expert.impact.cases import case_files, read_cases
from neurobalance_expert.impact.golden import Outcome, difference_of, outcome
from neurobalance_expert.impact.revisions import Revision, load, named
from neurobalance_expert.impact.values import ValueChange, changed_values, data_of, with_value
from neurobalance_expert.kb import ON_DEMAND, contents
from neurobalance_expert.loaded import Knowledge, load_knowledge, with_documents
from neurobalance_expert.records.compare import Difference
from neurobalance_expert.source import Document, to_json

SCHEMA = "neurobalance/knowledge-diff/1"
FEW = 8  # values up to which each is tried on every case; of more, on the cases that all of them together change
IN_MEMORY = "knowledge/foods/"  # read from the folder, so that a change of it needs one

Step = Callable[[], None]


class Effect(Struct, frozen=True):
    """A value that differs and the cases that it changes alone. ``status``: not ``tried`` where nothing concludes from it or it cannot
    stand alone, which ``problem`` explains."""

    change: ValueChange
    status: Literal["tried", "not_read", "words", "not_alone"]
    cases: dict[str, Difference] = {}
    problem: str = ""

    @property
    def findings(self) -> int:
        """How many findings are gained, lost or moved, over all cases."""
        return sum(change.what != "changed" for difference in self.cases.values() for change in difference.findings)


class KnowledgeImpact(Struct, frozen=True):
    """Every value that differs, with what it does alone; ``together`` what all of them do; ``left`` cases that no value changes alone."""

    before: str
    after: str
    cases: int
    effects: tuple[Effect, ...]
    together: dict[str, Difference]
    left: tuple[str, ...]
    broken: dict[str, InputProblems]
    problem: str = ""  # why the values together cannot be used with the rules of the first revision

    @property
    def equal(self) -> bool:
        """Whether no value differs and every case could be tried."""
        return not (self.effects or self.broken)


def compare_knowledge(before: Revision, after: Revision, places: Sequence[Path], step: Step) -> KnowledgeImpact:
    """What the values of the second revision change, under the rules of the first.

    Raises:
        InputProblems: the first revision does not load, or a file of knowledge that differs cannot be parsed.
        Misuse: no such place of cases, or one without cases.
    """
    files = case_files(places)
    first = load(before)
    olds, news = contents(before.root), contents(after.root)
    try:
        changes = tuple(changed_values(olds, news))
    except InputProblems as error:
        raise named(error, after.name) from None
    if not changes:
        return KnowledgeImpact(before.told, after.told, 0, (), {}, (), {})
    base = _with_rule_files(first)
    read = read_cases(files, base.names)
    cases = {name: case for name, case in read.items() if isinstance(case, Case)}
    broken = {name: case for name, case in read.items() if isinstance(case, InputProblems)}
    now = _outcomes(base, cases, step)
    together, problem = _together(olds, news, cases, now, step)
    tried = {name: cases[name] for name in cases if name in together} if _many(changes) and not problem else cases
    effects = tuple(_effect(change, base, olds, news, tried, now, step) for change in changes)
    alone = {name for effect in effects for name in effect.cases}
    left = tuple(name for name in together if name not in alone)
    return KnowledgeImpact(before.told, after.told, len(read), effects, together, left, broken, problem)


def _with_rule_files(knowledge: Knowledge) -> Knowledge:
    """The knowledge base with the files of its rules, which the cache does not keep: rules are read again where a value in them moves."""
    whole = load_knowledge(knowledge.files.root, cache=False)
    return with_documents(replace(knowledge, files=replace(knowledge.files, documents=whole.files.documents)), {})


def as_json(found: KnowledgeImpact) -> dict[str, Any]:
    """The form of ``--format json`` (docs/impact.md)."""
    data: dict[str, Any] = to_builtins(replace(found, broken={}))
    data["broken"] = {name: [problem.as_dict() for problem in error.problems] for name, error in found.broken.items()}
    return {"schema": SCHEMA, "equal": found.equal, **data}


def _many(changes: Sequence[ValueChange]) -> bool:
    return sum(_status(change) == "tried" for change in changes) > FEW


def _status(change: ValueChange) -> Literal["tried", "not_read", "words"]:
    if change.file.startswith(ON_DEMAND) and not change.file.startswith(IN_MEMORY):
        return "not_read"
    return "tried" if change.kind in ("value", "file") else "words"


def _outcomes(knowledge: Knowledge, cases: Mapping[str, Case], step: Step) -> dict[str, Outcome | InputProblems]:
    """What comes of each case, or why nothing does."""
    found: dict[str, Outcome | InputProblems] = {}
    for name, case in cases.items():
        step()
        try:
            found[name] = outcome(case, knowledge)[0]
        except InputProblems as error:
            found[name] = error
    return found


def _together(
    olds: Mapping[str, bytes], news: Mapping[str, bytes], cases: Mapping[str, Case], now: Mapping[str, Outcome | InputProblems], step: Step
) -> tuple[dict[str, Difference], str]:
    """All values at once under the rules that were, or why they cannot be used with them."""
    mixed = {path: content for path, content in olds.items() if not path.startswith("knowledge/")}
    mixed |= {path: content for path, content in news.items() if path.startswith("knowledge/")}
    try:
        with temporary_folder(mixed) as place:
            return _differing(now, _outcomes(load_knowledge(place), cases, step)), ""
    except InputProblems as error:
        return {}, str(error)


def _effect(
    change: ValueChange,
    base: Knowledge,
    olds: Mapping[str, bytes],
    news: Mapping[str, bytes],
    cases: Mapping[str, Case],
    now: Mapping[str, Outcome | InputProblems],
    step: Step,
) -> Effect:
    status = _status(change)
    if status != "tried":
        return Effect(change, status)
    try:
        with _alone(change, base, olds, news) as knowledge:
            then = _outcomes(knowledge, cases, step)
    except InputProblems as error:
        return Effect(change, "not_alone", problem=str(error))
    return Effect(change, "tried", _differing({name: now[name] for name in then}, then))


@contextmanager
def _alone(change: ValueChange, base: Knowledge, olds: Mapping[str, bytes], news: Mapping[str, bytes]) -> Iterator[Knowledge]:
    """The knowledge base with one value changed. Raises InputProblems where it cannot be changed alone."""
    if change.kind != "file" and not change.file.startswith(IN_MEMORY):
        document = base.files.documents[change.file]
        yield with_documents(base, {change.file: Document(with_value(document.data, change), "", change.file)})
        return
    files = dict(olds)
    if change.what == "removed" and change.kind == "file":
        del files[change.file]
    elif change.kind == "file":
        files[change.file] = news[change.file]
    else:
        files[change.file] = to_json(with_value(data_of(olds[change.file], change.file), change)).encode()
    with temporary_folder(files) as place:
        yield load_knowledge(place)


def _differing(now: Mapping[str, Outcome | InputProblems], then: Mapping[str, Outcome | InputProblems]) -> dict[str, Difference]:
    """The cases whose outcome differs, also in words. A case that fails on either side is none of them."""
    found = {}
    for name, before in now.items():
        after = then.get(name)
        if isinstance(before, dict) and isinstance(after, dict) and (difference := difference_of(before, after)):
            found[name] = difference
    return found
