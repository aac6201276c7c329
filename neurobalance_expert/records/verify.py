"""A folder of records gone through: the chain, every record, the knowledge beside them, and every line of every proof."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from neurobalance_expert.errors import InputProblems, Problem
from neurobalance_expert.explain.checker import check
from neurobalance_expert.fact import FINDING, FINDING_SLOTS
from neurobalance_expert.loaded import Knowledge
from neurobalance_expert.records.archive import recorded_knowledge
from neurobalance_expert.records.log import Line, lines
from neurobalance_expert.records.read import Record, read_record
from neurobalance_expert.records.sign import Signature, check_signature
from neurobalance_expert.rules.digest import rule_digest

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

MOST_SHOWN = 5  # lines of one proof that do not hold


class Verified(Struct, frozen=True):
    """What was gone through. ``head`` is the digest of the last line; kept elsewhere, it shows later that nothing before it changed."""

    lines: int
    records: int
    overrides: int
    knowledge: int
    steps: int
    head: str
    problems: tuple[Problem, ...]
    signature: Signature | None = None  # the latest by the key that was asked for; it fits


def verify(folder: Path, head: str = "", key: Ed25519PublicKey | None = None) -> Verified:
    """Everything that does not agree in a folder of records.

    Args:
        head: A digest that ``verify`` gave before: the line with it must still be there.
        key: Whose signature must be there and cover every line; None: signatures are not looked at.

    Raises:
        InputProblems: there is no log.
    """
    problems: list[Problem] = []
    chain = _chain(folder, problems)
    if head and head not in {line.digest for line in chain}:
        problems.append(_disagrees(f"no line of the log has the digest '{head}'", "lines were taken off its end, or it was written anew"))
    records = list(_records(folder, chain, problems))
    steps, kept = _proofs(folder, records, problems)
    signature, unsigned = check_signature(folder, key, chain) if key else (None, [])
    problems += unsigned
    return Verified(
        lines=len(chain),
        records=len(records),
        overrides=sum(line.override is not None for line in chain),
        knowledge=kept,
        steps=steps,
        head=chain[-1].digest if chain else "",
        problems=tuple(problems),
        signature=signature,
    )


def _chain(folder: Path, problems: list[Problem]) -> list[Line]:
    """The lines up to the first that does not follow."""
    found: list[Line] = []
    try:
        for line in lines(folder):
            found.append(line)
    except InputProblems as error:
        if error.problems[0].code != "NB-A003":
            raise
        problems += error.problems
    return found


def _records(folder: Path, chain: Iterable[Line], problems: list[Problem]) -> Iterator[Record]:
    """Every record that agrees with the log, once; what is missing, changed or not in the log is a problem."""
    named = {line.record: line for line in chain}
    for name, line in named.items():
        if Path(name).name != name:
            problems.append(_disagrees(f"line {line.n} of the log names '{name}'", "a record lies in the folder of its log"))
            continue
        try:
            record = read_record(folder / name)
        except InputProblems as error:
            problems += error.problems
            continue
        if record.digest != line.record_digest:
            why = f"the log has the digest '{line.record_digest}', the file '{record.digest}'"
            problems.append(_disagrees(f"'{name}' is not the record that was logged", why))
            continue
        yield record
    for path in sorted(folder.glob("*.json")):
        if path.name not in named:
            why = "it was put there by hand, or the run that wrote it was ended before it could log it"
            problems.append(_disagrees(f"'{path.name}' is not in the log", why))


def _proofs(folder: Path, records: list[Record], problems: list[Problem]) -> tuple[int, int]:
    """Check every proof with the knowledge of its record; the number of steps, and of knowledge bases."""
    steps = kept = 0
    groups: dict[str, list[Record]] = {}
    for record in records:
        groups.setdefault(record.content.digests.knowledge.digest, []).append(record)
    for group in groups.values():
        try:
            with recorded_knowledge(folder, group[0].content.digests) as knowledge:
                kept += 1
                for record in group:
                    steps += len(record.proofs["steps"])
                    problems += unproved(record, knowledge)
        except InputProblems as error:
            problems += error.problems
    return steps, kept


def unproved(record: Record, knowledge: Knowledge) -> list[Problem]:
    """What does not hold in the proofs of a record (NB-A007), gone through again with the knowledge that it was made with."""
    wrong = check(_in_these_digests(record, knowledge), knowledge.rule_by_id, knowledge.vocabulary)
    shown = [*wrong[:MOST_SHOWN], *([f"{len(wrong) - MOST_SHOWN} more lines"] if len(wrong) > MOST_SHOWN else [])]
    if not wrong and _proved(record.proofs) != _stated(record.assessment):
        shown = ["the findings of the assessment are not those that are proved"]
    why = "every line of a proof is gone through again with the rules that the record was made with"
    return [Problem("NB-A007", f"'{record.path.name}': a proof does not hold: {line}", None, "", why) for line in shown]


def _in_these_digests(record: Record, knowledge: Knowledge) -> Mapping[str, Any]:
    """The proofs with the digests that the rules have in this program, which may compile them to another form than that of the record."""
    recorded, steps = record.content.digests.rules, []
    for step in record.proofs["steps"]:
        rule = knowledge.rule_by_id.get(step["rule"])
        same = rule is not None and step["digest"] == recorded.get(step["rule"])
        steps.append({**step, "digest": rule_digest(rule)} if rule is not None and same else step)
    return {**record.proofs, "steps": steps}


def _proved(proofs: Mapping[str, Any]) -> list[tuple[str, ...]]:
    found = [fact["slots"] for fact in proofs["facts"] if fact["relation"] == FINDING]
    return sorted(tuple(str(slots.get(name, "")) for name in FINDING_SLOTS) for slots in found)


def _stated(assessment: Mapping[str, Any]) -> list[tuple[str, ...]]:
    return sorted(tuple(str(finding[name] or "") for name in FINDING_SLOTS) for finding in assessment["findings"])


def _disagrees(what: str, why: str) -> Problem:
    return Problem("NB-A004", what, None, "", why, "keep the folder as it is and find out what happened to it")
