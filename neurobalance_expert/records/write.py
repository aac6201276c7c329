"""Records: one assessment with everything that it was made from, as a file that never changes, and a line in the log of its folder."""

from __future__ import annotations

import json
import re
import sys
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from neurobalance_expert.assessment import assess
from neurobalance_expert.atomic import write_bytes
from neurobalance_expert.cases.load import Entered, parse_case
from neurobalance_expert.cases.types import Case
from neurobalance_expert.errors import InputProblems, Misuse, Problem
from neurobalance_expert.loaded import Knowledge
from neurobalance_expert.outcome import Assessment, as_json_text
from neurobalance_expert.records.archive import keep_knowledge
from neurobalance_expert.records.digests import digests_of, layers
from neurobalance_expert.records.log import add_record
from neurobalance_expert.records.read import CONTENT, SCHEMA, Digests, Options, digest_of, document_again, read_record
from neurobalance_expert.report.render import render
from neurobalance_expert.source import Data, to_json
from neurobalance_expert.version import VERSION
from neurobalance_expert.whatif.robust import marked

WIDTH = 100  # columns of the recorded text, whatever the terminal has; without colours
MOST_TEXT = 1_000_000  # bytes of a report that is kept beside its digest
LIBRARIES = ("experta", "jinja2", "msgspec", "numpy", "pyyaml", "rapidfuzz", "scipy")


class Made(msgspec.Struct, frozen=True):
    """An assessment, its report as it is recorded, and the digested part of its record."""

    assessment: Assessment
    report: str
    content: str


class Recorder:
    """Assesses cases and records each in one folder. The knowledge base is put there once, when the recorder is made.

    Raises:
        Misuse: the folder cannot be made or written.
    """

    width = WIDTH  # of the reports that it makes

    def __init__(self, folder: Path, knowledge: Knowledge, options: Options) -> None:
        self.folder, self.knowledge, self.options = folder, knowledge, options
        self.written = 0
        files = layers(knowledge)
        self.digests = digests_of(knowledge, files)
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            keep_knowledge(folder, knowledge.digest, files)
        except FileExistsError:
            raise Misuse(f"'{folder}' is a file; name a folder for the records") from None
        except OSError as error:
            raise _unwritable(folder, error) from None

    def assess(self, entered: Entered) -> Made:
        """The assessment of a case, once its record is written.

        Raises:
            InputProblems: what assessing raises; the case cannot be recorded as it is (NB-A008); another file has the name of the
                record (NB-A004); the log is broken (NB-A003).
            Misuse: the folder cannot be written.
        """
        _check_again(entered, self.knowledge)
        made = content_of(entered, self.knowledge, self.options, self.digests)
        digest = digest_of(made.content)
        name = f"{safe_name(made.assessment.case_id)}-{digest.removeprefix('sha256:')[:12]}.json"
        try:
            _write_once(self.folder / name, digest, made.content)
            add_record(self.folder, name, digest)
        except OSError as error:
            raise _unwritable(self.folder, error) from None
        self.written += 1
        return made


def content_of(entered: Entered, knowledge: Knowledge, options: Options, digests: Digests, version: str = VERSION) -> Made:
    """The assessment of a case with the digested part of its record: equal text for equal input; no clock, no place, no random order.

    Args:
        version: The version of the program that is printed; a replay prints that of the record.
    """
    assessment = replace(assess(entered.case, knowledge, options.engine), program_version=version)
    if options.robust:
        assessment = marked(assessment, entered.case, knowledge)
    report = render(assessment, options.format, knowledge.files.root, width=WIDTH, audience=options.audience)
    rest = {
        "assessment": msgspec.Raw(as_json_text(assessment).encode()),
        "digests": digests,
        "engines": _engines(options.engine),
        "options": options,
        "proofs": assessment.proofs,
        "report": {"digest": digest_of(report), "text": report if len(report.encode()) <= MOST_TEXT else None},
    }
    text = msgspec.json.encode(rest, order="sorted").decode()
    head = json.dumps({"id": entered.case.id, "digest": entered.case.digest}, separators=(",", ":"))
    return Made(assessment, report, f'{{"case":{head[:-1]},"data":{to_json(entered.data)}}},{text[1:]}')


def safe_name(case_id: str) -> str:
    """A case id as part of a file name: ASCII letters, digits, dashes; at most 40.

    >>> safe_name("../../Jane Doe, Tuesday"), safe_name("…")
    ('Jane-Doe-Tuesday', 'case')
    """
    return re.sub(r"[^A-Za-z0-9_]+", "-", case_id)[:40].strip("-") or "case"


@cache
def made_with() -> dict[str, Any]:
    """What ran the program: beside the digested part, because it must not matter."""
    from importlib.metadata import version

    return {"python": ".".join(map(str, sys.version_info[:3])), "libraries": {name: version(name) for name in LIBRARIES}}


@cache
def _engines(engine: str) -> dict[str, str]:
    from importlib.metadata import version

    return {"reference": VERSION} | ({engine: version(engine)} if engine != "reference" else {})


def _check_again(entered: Entered, knowledge: Knowledge) -> None:
    """What is written must be read as the same case for ever. Raises InputProblems (NB-A008)."""
    document = document_again(entered.data)
    if not document.problems and same(document.data, entered.data):
        return  # equal data are read as equal cases
    again = parse_case(document, knowledge.names, default_id=entered.case.id)
    if _placeless(again) != _placeless(entered.case):
        what = f"the case '{entered.case.id}' would not be read from a record as it was read from its file"
        fix = "write its numbers with fewer digits"
        raise InputProblems([Problem("NB-A008", what, None, "", "a record that cannot be replayed proves nothing", fix)])


def same(one: Data, other: Data) -> bool:
    """Whether two data have the same types and values all the way down, keys in the same order and numbers digit for digit."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(map(same, one.values(), other.values()))
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return str(one) == str(other) if isinstance(one, Decimal) else one == other


def _placeless(case: Case) -> Case:
    return replace(case, remarks=tuple(replace(remark, at=None) for remark in case.remarks))


def _write_once(path: Path, digest: str, content: str) -> None:
    """A record that is there already is left alone: it says the same."""
    if path.exists() or path.is_symlink():
        if path.is_symlink() or read_record(path).digest != digest:
            raise InputProblems([Problem("NB-A004", f"'{path}' is there already and is not this record", fix="move it to another folder")])
        return
    head = json.dumps({"schema": SCHEMA, "digest": digest, "made_with": made_with()}, separators=(",", ":"))
    write_bytes(path, f"{head[:-1]},\n{CONTENT}{content}}}\n".encode())


def _unwritable(folder: Path, error: OSError) -> Misuse:
    return Misuse(f"cannot write records in '{folder}': {error.strerror or error}. Choose another folder with --record")
