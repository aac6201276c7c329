"""Every vignette and example, assessed and ready to be exported."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from neurobalance_expert.assessment import Knowledge, assess, load_case_file
from neurobalance_expert.cli.export import exported_subject
from neurobalance_expert.export.subject import Subject
from neurobalance_expert.outcome import as_json
from tests.conftest import ROOT

CASES = sorted([*(ROOT / "examples").glob("*.yaml"), *(ROOT / "tests" / "data" / "cases").glob("*.yaml")])
SubjectOf = Callable[[str], Subject]


@pytest.fixture(scope="session")
def subject_of(knowledge: Knowledge) -> SubjectOf:
    """``subject_of("c05")`` by the stem of the file."""
    paths, made = {path.stem: path for path in CASES}, {}

    def subject(stem: str) -> Subject:
        if stem not in made:
            done = assess(load_case_file(paths[stem], knowledge), knowledge, "reference")
            made[stem] = exported_subject(as_json(done), done.proofs, knowledge)
        return made[stem]

    return subject


@pytest.fixture(params=[path.stem for path in CASES])
def subject(request: pytest.FixtureRequest, subject_of: SubjectOf) -> Subject:
    """Each case in turn."""
    return subject_of(request.param)
