"""A record from its file: an assessment with everything that it was made from, whose digest was found right.

The file is one JSON object on two lines, the head and the content. The digest is of the bytes of the content, so that no byte of it can
change unnoticed. docs/records.md describes the form.
"""

from __future__ import annotations

import json
from decimal import Decimal
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from neurobalance_expert import source
from neurobalance_expert.errors import InputProblems, Problem, Span
from neurobalance_expert.records.shape import check_assessment, check_proofs

if TYPE_CHECKING:
    from neurobalance_expert.cases.types import Case
    from neurobalance_expert.knowledge.names_data import Names

SCHEMA = "neurobalance/record/1"
MAX_BYTES = 32_000_000
BEGINNING = b'{"schema":"neurobalance/record/'  # of every record, whatever its name
CONTENT = '"content":'
ASSESS_AGAIN = "assess the case again with --record"


class CaseEntry(Struct, frozen=True):
    """The case of a record: ``data`` is what was entered."""

    id: str
    digest: str
    data: dict[str, Any]


class Options(Struct, frozen=True):
    """What was asked for on the command line, as far as it changes what is written."""

    engine: str = "experta"
    audience: str = "professional"
    format: str = "text"
    robust: bool = False


class KnowledgeDigests(Struct, frozen=True):
    """The knowledge base by the digest of all layers, of the base, and of each file of the base."""

    name: str
    digest: str
    base: str
    files: dict[str, str]


class PackDigests(Struct, frozen=True):
    """A pack by its digest and that of each file."""

    name: str
    version: str
    digest: str
    files: dict[str, str]


class Program(Struct, frozen=True):
    """The program by its version and one digest of all its modules."""

    version: str
    digest: str


class Digests(Struct, frozen=True):
    """Everything that an assessment depends on beside the case. ``lock`` is None where the program came without lock files."""

    knowledge: KnowledgeDigests
    packs: tuple[PackDigests, ...]
    rules: dict[str, str]
    templates: str
    program: Program
    lock: dict[str, str] | None


class Report(Struct, frozen=True):
    """The report by its digest; ``text`` is None where it was too large to be kept."""

    digest: str
    text: str | None


class Content(Struct, frozen=True):
    """The digested part of a record."""

    case: CaseEntry
    options: Options
    digests: Digests
    engines: dict[str, str]
    assessment: dict[str, Any]
    proofs: dict[str, Any]
    report: Report


class Record(Struct, frozen=True, dict=True):
    """A record that was read and whose digests are right. ``made_with`` is not digested."""

    path: Path
    digest: str
    made_with: dict[str, Any]
    text: str  # the content, byte for byte
    content: Content

    @property
    def assessment(self) -> dict[str, Any]:
        """``neurobalance/assessment/1`` as plain data."""
        return self.content.assessment

    @property
    def proofs(self) -> dict[str, Any]:
        """``neurobalance/proof/1`` as plain data."""
        return self.content.proofs

    @cached_property
    def case_data(self) -> dict[str, Any]:
        """The case as entered: plain data as the case loader reads it, numbers as Decimal with all their digits."""
        whole: dict[str, Any] = json.loads(self.text, parse_float=Decimal, parse_int=Decimal)
        data: dict[str, Any] = whole["case"]["data"]
        return data

    def case(self, names: Names) -> Case:
        """The case, read again. Raises InputProblems when this program or knowledge base no longer reads it as a case."""
        return case_again(self.case_data, names, self.content.case.id)


def document_again(data: dict[str, Any]) -> source.Document:
    """Data as entered, as it is read from a record."""
    return source.parse_json(source.to_json(data), "the case in the record", keep=True)


def case_again(data: dict[str, Any], names: Names, id_: str) -> Case:
    """A case from data as entered; ``id_`` names it when it does not name itself."""
    from neurobalance_expert.cases.load import parse_case

    return parse_case(document_again(data), names, default_id=id_)


def is_record(path: Path) -> bool:
    """Whether a file begins as a record does; what is wrong with it is told when it is read."""
    try:
        with path.open("rb") as file:
            return file.read(len(BEGINNING)) == BEGINNING
    except (OSError, ValueError):
        return False


def read_record(path: Path) -> Record:
    """A record.

    Raises:
        InputProblems: there is no such file, it is no record (NB-A001), or something in it was changed (NB-A002).
    """
    text = _text(path)
    head, _, rest = text.partition("\n")
    if not rest.startswith(CONTENT) or not rest.endswith("}\n"):
        raise _no_record(path, _why_not(text))
    data = _json(path, head.removesuffix(",") + "}")
    if data.get("schema") != SCHEMA:
        raise _no_record(path, f"its schema is {_shown(data.get('schema'))}, not '{SCHEMA}'")
    content = rest[len(CONTENT) : -2]
    stated, found = data.get("digest"), digest_of(content)
    if stated != found:
        raise changed(path, f"the digest in the file is {_shown(stated)}, and that of its content is '{found}'")
    try:
        typed = msgspec.convert(_json(path, content), Content)
        check_assessment(typed.assessment)
        check_proofs(typed.proofs)
    except ValueError as error:
        raise _no_record(path, f"it is not complete: {error}") from None
    if typed.report.text is not None and digest_of(typed.report.text) != typed.report.digest:
        raise changed(path, "the report in the record is not the one whose digest stands beside it")
    made_with = data.get("made_with")
    return Record(path, found, made_with if isinstance(made_with, dict) else {}, content, typed)


def digest_of(text: str) -> str:
    """``sha256:…`` of a text."""
    return f"sha256:{sha256(text.encode(errors='surrogatepass')).hexdigest()}"


def changed(path: Path, what: str) -> InputProblems:
    """A record that is not what was written."""
    why = "what a record says counts only when nobody can have changed it since"
    return InputProblems([Problem("NB-A002", f"'{path}' was changed: {what}", None, "", why, f"use a copy of the file, or {ASSESS_AGAIN}")])


def _no_record(path: Path, why: str) -> InputProblems:
    at = Span(str(path), 1, 1)
    return InputProblems([Problem("NB-A001", f"this is no record: {why}", at, "", "", "name a file that 'assess --record' wrote")])


def _text(path: Path) -> str:
    try:
        large = path.is_file() and path.stat().st_size > MAX_BYTES
    except (OSError, ValueError):
        large = False  # the reader says what is wrong with the path
    if large:
        raise _no_record(path, f"it is larger than {MAX_BYTES:,} bytes")
    return source.read_text(path, limit=MAX_BYTES)


def _json(path: Path, text: str) -> dict[str, Any]:
    try:
        data = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise _no_record(path, f"it is not JSON ({error})") from None
    if not isinstance(data, dict):
        raise _no_record(path, "it holds no fields")
    return data


def _refuse(word: str) -> None:
    raise ValueError(f"'{word}' is no number")


def _why_not(text: str) -> str:
    """What a file is that does not have the two lines of a record."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return "it is not JSON on two lines, head and content"
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        return f"its schema is {_shown(data.get('schema') if isinstance(data, dict) else None)}, not '{SCHEMA}'"
    return "it was laid out anew, so its digest can no longer be compared"


def _shown(value: object) -> str:
    return f"'{str(value)[:100]}'" if value is not None else "not stated"
