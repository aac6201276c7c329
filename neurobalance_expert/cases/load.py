"""Case files to cases: YAML, JSON, and JSONL with one case a line.

Two levels of trouble. A file that is no case raises InputProblems with every problem at once. An invalid value inside a readable case
becomes None and a remark on the case; the file is read to its end.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from neurobalance_expert import source
from neurobalance_expert.cases.digest import case_digest
from neurobalance_expert.cases.order import in_order
from neurobalance_expert.cases.read import read_case
from neurobalance_expert.cases.shape import check_case_shape
from neurobalance_expert.cases.types import Case
from neurobalance_expert.errors import InputProblems, Problem, Problems, Span
from neurobalance_expert.knowledge.names_data import Names
from neurobalance_expert.source import Data, Document, Keys


class Entered(Struct, frozen=True):
    """A case beside the data that it was read from."""

    case: Case
    data: Data


def load_case(path: Path, names: Names, *, shown_as: str | None = None) -> Case:
    """The case of a ``.yaml``, ``.yml`` or ``.json`` file.

    Raises:
        InputProblems: the file is missing, too large, not strict YAML or JSON, or not a case; every problem of the file.
    """
    return load_entered(path, names, shown_as=shown_as).case


def load_entered(path: Path, names: Names, *, shown_as: str | None = None) -> Entered:
    """The same, with the data as entered."""
    return parse_entered(source.load(path, shown_as=shown_as, keep=True), names, default_id=path.stem)


def parse_entered(document: Document, names: Names, *, default_id: str = "case") -> Entered:
    """The case of a parsed document, with its data. Raises InputProblems as ``parse_case``."""
    return Entered(parse_case(document, names, default_id=default_id), document.data)


def parse_case(document: Document, names: Names, keys: Keys = (), *, default_id: str = "case") -> Case:
    """The case under ``keys`` of a parsed document. ``default_id`` names it when it does not name itself.

    Raises:
        InputProblems: every place where the document is not a case.
    """
    problems = Problems(list(document.problems), sources={document.file: document.text})
    check_case_shape(document, keys, problems)
    problems.stop()
    data = document.data
    for key in keys:
        data = data[key]
    case = in_order(read_case(document, keys, data, names, default_id))
    return replace(case, digest=case_digest(case))


def iter_jsonl(path: Path, names: Names, *, shown_as: str | None = None) -> Iterator[tuple[int, Entered | InputProblems]]:
    """Line number and case of each line that is not blank, or the problems of that line; the run goes on after a bad one.

    The file is read line by line, so its size does not matter; one line may hold as much as a file (``source.MAX_BYTES``).

    Raises:
        InputProblems: the file cannot be opened.
    """
    shown = shown_as or str(path)
    try:
        stream = path.open("rb")
    except OSError as error:
        fix = "check the spelling and the permissions of the file"
        raise InputProblems([Problem("NB-S001", f"cannot read '{shown}': {error.strerror}", fix=fix)]) from None
    with stream:
        line_number = 0
        while raw := stream.readline(source.MAX_BYTES + 1):
            line_number += 1
            whole = raw.endswith(b"\n") or len(raw) <= source.MAX_BYTES
            blank = whole and not raw.strip()
            while not whole and (rest := stream.readline(source.MAX_BYTES)):
                whole = rest.endswith(b"\n")
            if not blank:
                yield line_number, _line(raw, line_number, shown, path.stem, names)


def _line(raw: bytes, number: int, shown: str, stem: str, names: Names) -> Entered | InputProblems:
    try:
        if len(raw) > source.MAX_BYTES:
            why = "reading it could exhaust the memory"
            raise InputProblems(
                [
                    Problem(
                        "NB-C008",
                        f"the line is longer than {source.MAX_BYTES:,} bytes",
                        Span(shown, 1, 1),
                        why=why,
                        fix="write one case a line",
                    )
                ]
            )
        text = _decode(raw, shown)
        return parse_entered(_moved(source.parse_json(text, shown, keep=True), number), names, default_id=f"{stem}:{number}")
    except InputProblems as error:
        return InputProblems([_at_line(problem, number) for problem in error.problems])


def _decode(raw: bytes, shown: str) -> str:
    try:
        return raw.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise InputProblems(
            [Problem("NB-S002", "the line is not UTF-8 text", Span(shown, 1, error.start + 1), fix="save the file as UTF-8")]
        ) from None


def _moved(document: Document, number: int) -> Document:
    """The document with every place on the given line of the file instead of line 1."""
    spans = {keys: replace(span, line=number) for keys, span in document.spans.items()}
    key_spans = {keys: replace(span, line=number) for keys, span in document.key_spans.items()}
    return replace(document, spans=spans, key_spans=key_spans)


def _at_line(problem: Problem, number: int) -> Problem:
    also = tuple((replace(span, line=number), text) for span, text in problem.also)
    return replace(problem, at=replace(problem.at, line=number) if problem.at else None, also=also)
