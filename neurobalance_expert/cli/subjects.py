"""What a command looks into: a case file, or a record, which brings the knowledge that it was made with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from neurobalance_expert.cli.options import knowledge_layers

if TYPE_CHECKING:
    from neurobalance_expert.cases.types import Case
    from neurobalance_expert.loaded import Knowledge
    from neurobalance_expert.proof import Proofs

Subject = Annotated[
    Path,
    typer.Argument(metavar="CASE|RECORD", help="A YAML or JSON case file, - for standard input, or a record that 'assess --record' wrote."),
]


@contextmanager
def opened(path: Path, kb: list[Path] | None) -> Iterator[tuple[Case, Knowledge]]:
    """A case and the knowledge to ask it with: that of the command line or, for a record, the one that it was made with.

    Raises:
        InputProblems: the file is no case, or the record or its knowledge cannot be used.
        Misuse: another knowledge base was named for a record.
    """
    from neurobalance_expert.records.read import is_record

    if is_record(path):
        with _recorded(path, kb) as (record, knowledge):
            yield record.case(knowledge.names), knowledge
        return
    from neurobalance_expert.assessment import load_knowledge
    from neurobalance_expert.cli.assess import load

    knowledge = load_knowledge(*knowledge_layers(kb))
    yield load(path, knowledge), knowledge


@contextmanager
def proved(path: Path, kb: list[Path] | None) -> Iterator[tuple[dict[str, Any], Proofs, Knowledge]]:
    """An assessment as ``--format json`` has it, its checked proofs, and the knowledge that they were made with.

    Of a record they are those that it holds, checked again. Raises as ``opened`` does, and ProofRejected or, of a record, NB-A007.
    """
    from neurobalance_expert.records.read import is_record

    if is_record(path):
        from msgspec import convert

        from neurobalance_expert.errors import InputProblems
        from neurobalance_expert.proof import Proofs
        from neurobalance_expert.records.verify import unproved

        with _recorded(path, kb) as (record, knowledge):
            problems = unproved(record, knowledge)
            if problems:
                raise InputProblems(problems)
            yield record.assessment, convert(record.proofs, Proofs), knowledge
        return
    from neurobalance_expert.assessment import assess
    from neurobalance_expert.outcome import as_json

    with opened(path, kb) as (case, knowledge):
        assessment = assess(case, knowledge)
        yield as_json(assessment), assessment.proofs, knowledge


@contextmanager
def _recorded(path: Path, kb: list[Path] | None) -> Iterator[tuple[Any, Knowledge]]:
    from neurobalance_expert.errors import Misuse
    from neurobalance_expert.records.read import read_record
    from neurobalance_expert.records.replay import knowledge_of

    if kb:
        raise Misuse(f"'{path}' is a record, which brings its knowledge with it; 'neurobalance replay RECORD --kb DIR' shows another")
    record = read_record(path)
    with knowledge_of(record) as (knowledge, _):
        yield record, knowledge
