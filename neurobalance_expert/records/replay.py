"""A recorded case again: with the knowledge of the record, to see that the same comes of it, or with another, to see what would change."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct

from neurobalance_expert.cases.load import Entered
from neurobalance_expert.errors import InputProblems, Problem
from neurobalance_expert.kb import content_digest, contents, default_kb
from neurobalance_expert.loaded import Knowledge, load_knowledge
from neurobalance_expert.records.archive import archive_path, recorded_knowledge
from neurobalance_expert.records.compare import ABSENT, Difference, Side, ValueChange, compare, side_of, value_changes
from neurobalance_expert.records.digests import digests_of, each, layers
from neurobalance_expert.records.read import Content, Digests, Record, changed
from neurobalance_expert.records.write import content_of

SCHEMA = "neurobalance/replay/1"
NOTED = ("program.", "lock.", ".digests.program", ".digests.lock", ".engines")  # may differ when the conclusions are the same


class Replay(Struct, frozen=True):
    """What came of it. ``notes`` tell what differs and does not matter."""

    schema: str
    record: str
    record_digest: str
    knowledge: Literal["current", "recorded", "another"]
    status: Literal["reproduced", "different"]
    notes: tuple[str, ...]
    difference: Difference


def replay(record: Record) -> Replay:
    """The case again, with the knowledge that it was recorded with.

    Raises:
        InputProblems: the knowledge is not there (NB-A005) or cannot be used (NB-A006); the case is no longer read as the same (NB-A002).
    """
    with knowledge_of(record) as (knowledge, where):
        digests, content = _again(record, knowledge)
    if content == record.text:
        return _replayed(record, where, Difference(), ())
    after = msgspec.convert(json.loads(content), Content)
    same_program = digests.program == record.content.digests.program
    found = compare(side_of(record), Side(after.assessment, after.proofs, after.digests, after.report.text))
    notes = _notes(record.content, after)
    if not same_program:
        notes += _newly_said(found.values)
        found = _conclusions(found)
    found = msgspec.structs.replace(found, digests=_told(found.digests))
    if not found and same_program:
        rest = _told(value_changes(json.loads(record.text), json.loads(content), ""))
        found = Difference(values=rest)
    return _replayed(record, where, found, notes)


def what_if(record: Record, kb: Path, packs: Sequence[Path] = ()) -> Replay:
    """The case again, with another knowledge base. Raises what loading and assessing raise."""
    knowledge = load_knowledge(kb, packs)
    _, content = _again(record, knowledge, same_knowledge=False)
    after = msgspec.convert(json.loads(content), Content)
    found = compare(side_of(record), Side(after.assessment, after.proofs, after.digests, after.report.text))
    notes = _notes(record.content, after)
    return _replayed(record, "another", msgspec.structs.replace(found, digests=_told(found.digests)), notes)


def _replayed(record: Record, where: Literal["current", "recorded", "another"], found: Difference, notes: tuple[str, ...]) -> Replay:
    return Replay(SCHEMA, record.path.name, record.digest, where, "different" if found else "reproduced", notes, found)


def _again(record: Record, knowledge: Knowledge, *, same_knowledge: bool = True) -> tuple[Digests, str]:
    """The digests of now and the content that the record would have now. The version of the program is printed as it was."""
    case = record.case(knowledge.names)
    if same_knowledge and case.digest != record.content.case.digest:
        raise changed(record.path, f"the case in it has the digest '{case.digest}', not '{record.content.case.digest}'")
    digests = digests_of(knowledge, layers(knowledge))
    version = str(record.assessment["program"]["version"])
    made = content_of(Entered(case, record.case_data), knowledge, record.content.options, digests, version)
    return digests, made.content


@contextmanager
def knowledge_of(record: Record) -> Iterator[tuple[Knowledge, Literal["current", "recorded"]]]:
    """The knowledge base of the program when it is the same, else that beside the record, and which of the two.

    Raises:
        InputProblems: there is neither (NB-A005), or that beside the record cannot be used (NB-A006).
    """
    digests = record.content.digests
    current = contents(default_kb())
    if content_digest(current) == digests.knowledge.digest:
        yield load_knowledge(default_kb()), "current"
        return
    if not archive_path(record.path.parent, digests.knowledge.digest).is_file():
        raise _no_knowledge(record, current)
    with recorded_knowledge(record.path.parent, digests) as knowledge:
        yield knowledge, "recorded"


def _no_knowledge(record: Record, current: dict[str, bytes]) -> InputProblems:
    kept = record.content.digests.knowledge
    files = [change.path.removeprefix("knowledge.") for change in value_changes(kept.files, each(current), "knowledge")]
    what = f"the knowledge that the record was made with is not there: {archive_path(record.path.parent, kept.digest)}"
    why = f"that of this program differs in {len(files)} files: {', '.join(files[:5])}" + (" …" if len(files) > 5 else "")
    fix = "copy the folder 'knowledge' along with the records; 'replay RECORD --kb DIR' shows what another knowledge base makes of the case"
    return InputProblems([Problem("NB-A005", what, None, "", why, fix)])


# --- what does not matter ---------------------------------------------------------------------------------------------


def _notes(before: Content, after: Content) -> tuple[str, ...]:
    """Program, engines and lock files that differ."""
    found = []
    old, new = before.digests.program, after.digests.program
    if old != new:
        found.append(f"the program is another: {old.version} ({old.digest[:19]}…) then, {new.version} ({new.digest[:19]}…) now")
    for name in sorted({*before.engines, *after.engines}):
        then, now = before.engines.get(name, ABSENT), after.engines.get(name, ABSENT)
        if then != now:
            found.append(f"the engine {name} is another: {then} then, {now} now")
    found += [
        f"the lock file {c.path.removeprefix('lock.')} differs" for c in value_changes(before.digests.lock, after.digests.lock, "lock")
    ]
    return tuple(found)


def _told(changes: Iterable[ValueChange]) -> tuple[ValueChange, ...]:
    """Those that are not in the notes."""
    return tuple(change for change in changes if not change.path.startswith(NOTED))


def _newly_said(values: Sequence[ValueChange]) -> tuple[str, ...]:
    return tuple(f"this program also says {change.path}" for change in values if change.before == ABSENT)


def _conclusions(found: Difference) -> Difference:
    """What another program must still give: the conclusions, their facts and the report. How a step is written may change."""
    kept = tuple(change for change in found.values if change.before != ABSENT)
    findings = []
    for change in found.findings:
        fields: dict[str, Any] = {name: pair for name, pair in change.fields.items() if pair[0] != ABSENT}
        if fields or change.what != "changed":
            findings.append(msgspec.structs.replace(change, fields=fields))
    return msgspec.structs.replace(found, findings=tuple(findings), values=kept, steps=(), digests=())
