"""What a person decides about a finding, with a reason of a closed list. A line of the log; the record stays."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from msgspec import Struct

from neurobalance_expert import source
from neurobalance_expert.errors import Misuse, did_you_mean
from neurobalance_expert.knowledge.override_reasons import PATH, Reason, parse_override_reasons
from neurobalance_expert.records.log import Line, Override, add_override, lines
from neurobalance_expert.records.read import Record

MOST_NOTE, MOST_NAME = 2_000, 200  # characters


class Count(Struct, frozen=True):
    """How often the findings of one rule were set aside for one reason."""

    rule: str
    reason: str
    overrides: int


def load_reasons(kb: Path) -> dict[str, Reason]:
    """The reasons of a knowledge base. Raises InputProblems when the file is missing or has another shape."""
    return parse_override_reasons(source.load(kb / PATH, shown_as=PATH))


def override(record: Record, code: str, reason: str, reasons: dict[str, Reason], *, note: str = "", by: str = "") -> Line:
    """Log that a person sets a finding aside.

    Raises:
        Misuse: the record has no finding with this code, the reason is not on the list, a text is too long, or the log cannot be written.
        InputProblems: the log is broken (NB-A003), or the record does not stand in it (NB-A004).
    """
    found = [finding for finding in record.assessment["findings"] if finding["code"] == code]
    if not found:
        codes = {finding["code"] for finding in record.assessment["findings"]}
        has = f"it has {', '.join(sorted(codes))}" if codes else "it has no findings"
        raise Misuse(f"the record has no finding '{code}'; {did_you_mean(code, codes, otherwise=has)}")
    if reason not in reasons:
        known = f"reasons: {', '.join(reasons)}"
        raise Misuse(f"'{reason}' is no reason for an override; {did_you_mean(reason, reasons, otherwise=known)}")
    if len(note) > MOST_NOTE or len(by) > MOST_NAME:
        raise Misuse(f"a note has at most {MOST_NOTE:,} characters, a name {MOST_NAME}")
    rules = tuple(dict.fromkeys(str(finding["rule"]) for finding in found))
    folder = record.path.parent
    try:
        return add_override(folder, record.path.name, record.digest, Override(code, rules, reason, note, by))
    except OSError as error:
        raise Misuse(f"cannot write the log in '{folder}': {error.strerror or error}") from None


def counts(folder: Path) -> tuple[Count, ...]:
    """Overrides by rule and reason, the most frequent first. Raises InputProblems when the chain is broken or there is no log."""
    every = [line.override for line in lines(folder) if line.override is not None]
    counted = Counter((rule, o.reason) for o in every for rule in o.rules)
    return tuple(Count(rule, reason, n) for (rule, reason), n in sorted(counted.items(), key=lambda item: (-item[1], item[0])))
