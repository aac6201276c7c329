"""The log of a folder of records: one line for each record and each override, each with the digest of the line before.

A line that is changed, taken out or put in breaks the chain at its place. Cutting off the end does not; ``docs/records.md`` says what
helps, and what a chain does not prove.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from neurobalance_expert.atomic import append, locked
from neurobalance_expert.errors import InputProblems, Misuse, Problem, Span
from neurobalance_expert.records.read import digest_of

LOG, LOCK = "log.jsonl", ".log.lock"
MOST_LINE = 65_536  # bytes
START = ""  # what stands for the digest before the first line


class Override(Struct, frozen=True):
    """What a person decided about a finding of a record, and why."""

    code: str
    rules: tuple[str, ...]
    reason: str
    note: str = ""
    by: str = ""


class Line(Struct, frozen=True, omit_defaults=True):
    """One line of the log. ``digest`` is of everything but itself and ``time``."""

    n: int
    record: str  # the name of the file
    record_digest: str
    previous: str
    digest: str
    time: str
    override: Override | None = None

    @property
    def right_digest(self) -> str:
        """The digest that this line must have."""
        data = msgspec.to_builtins(self)
        kept = {key: value for key, value in data.items() if key not in ("digest", "time")}
        return digest_of(json.dumps(kept, sort_keys=True, separators=(",", ":")))


def add_record(folder: Path, record: str, digest: str) -> Line:
    """Append a line for a record, safe for several processes at once.

    Raises:
        InputProblems: the last line is not whole or was changed (NB-A003).
        OSError: the log cannot be written.
    """
    with locked(folder / LOCK):
        return _add(folder, record, digest, None)


def add_override(folder: Path, record: str, digest: str, override: Override) -> Line:
    """Append a line for an override of a record that has a line already.

    Raises:
        InputProblems: the chain is broken (NB-A003), or the record is not in the log (NB-A004).
        Misuse: the line would be too long.
        OSError: the log cannot be written.
    """
    with locked(folder / LOCK):
        if not any(line.record_digest == digest and line.override is None for line in lines(folder)):
            what = f"the record '{record}' is not in the log of its folder"
            fix = "name the record where 'assess --record' wrote it"
            raise InputProblems([Problem("NB-A004", what, None, "", "an override belongs to the chain that the record stands in", fix)])
        return _add(folder, record, digest, override)


def lines(folder: Path) -> Iterator[Line]:
    """Every line of the log, in order.

    Raises:
        InputProblems: there is no log (NB-S001), or the chain breaks at a line (NB-A003).
    """
    path = folder / LOG
    previous, n = START, 0
    try:
        with path.open("rb") as file:
            while raw := file.readline(MOST_LINE + 1):
                n += 1
                line = _parsed(path, raw, n)
                if (line.n, line.previous) != (n, previous):
                    raise _broken(path, n, "it does not follow the line before: a line was changed, taken out or put in")
                previous = line.digest
                yield line
    except OSError as error:
        what = f"there is no log of records in '{folder}': {error.strerror}"
        raise InputProblems([Problem("NB-S001", what, fix="name a folder that 'assess --record' wrote")]) from None


def _add(folder: Path, record: str, digest: str, override: Override | None) -> Line:
    path = folder / LOG
    last = _last(path)
    n, previous = (last.n + 1, last.digest) if last else (1, START)
    bare = Line(n, record, digest, previous, "", datetime.now(UTC).isoformat(timespec="seconds"), override)
    line = msgspec.structs.replace(bare, digest=bare.right_digest)
    text = json.dumps(msgspec.to_builtins(line), separators=(",", ":"))
    if len(text) >= MOST_LINE:
        raise Misuse(f"the entry is longer than {MOST_LINE:,} characters; write a shorter note")
    append(path, f"{text}\n".encode())
    return line


def _last(path: Path) -> Line | None:
    """The last line; None when there is no log yet."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - MOST_LINE - 1))
            tail = file.read()
    except FileNotFoundError:
        return None
    if not tail:
        return None
    whole = tail.removesuffix(b"\n")
    return _parsed(path, whole[whole.rfind(b"\n") + 1 :] + tail[len(whole) :], None)


def _parsed(path: Path, raw: bytes, n: int | None) -> Line:
    if not raw.endswith(b"\n"):
        raise _broken(path, n, "it is not whole: the line end is missing")
    try:
        line = msgspec.convert(_loaded(raw), Line)
    except (ValueError, RecursionError) as error:
        raise _broken(path, n, f"it is no entry of a log ({error})") from None
    if line.digest != line.right_digest:
        raise _broken(path, line.n if n is None else n, "its digest is not that of what it says")
    return line


def _loaded(raw: bytes) -> Any:
    return json.loads(raw.decode())


def _broken(path: Path, n: int | None, why: str) -> InputProblems:
    at = Span(str(path), n, 1) if n else None
    what = f"the chain of '{path}' is broken at {f'line {n}' if n else 'its last line'}: {why}"
    fix = "keep the folder as it is, find out who changed it, and begin a new folder; 'records verify' lists what still agrees"
    return InputProblems([Problem("NB-A003", what, at, "", "from there on the log proves nothing", fix)])
