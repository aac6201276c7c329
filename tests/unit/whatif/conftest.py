"""Cases for the questions what would move a finding, and how robust it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from neurobalance_expert.assessment import Knowledge, load_case_file
from neurobalance_expert.cases.types import Case, Supplement
from tests.conftest import ROOT

DATA = ROOT / "tests" / "data" / "cases"
EXAMPLES = ROOT / "examples"


@pytest.fixture(scope="session")
def real_day(knowledge: Knowledge) -> Case:
    """BCAA at 21:30, 400 mg of tryptophan at 22:00, a low ferritin."""
    return load_case_file(EXAMPLES / "a-real-day.yaml", knowledge)


@pytest.fixture(scope="session")
def small_day(knowledge: Knowledge) -> Case:
    """Four foods that are short of much."""
    return load_case_file(EXAMPLES / "a-minimal-day.yaml", knowledge)


@pytest.fixture(scope="session")
def vignette(knowledge: Knowledge):
    """A vignette by its name."""
    return lambda name: load_case_file(Path(DATA / f"{name}.yaml"), knowledge)


def taking(case: Case, *supplements: tuple[str, float, int], prescribed: bool | None = False) -> Case:
    """The case with these supplements alone: substance, mg, minutes after midnight."""
    taken = (
        Supplement(n, case.diary_date, minute, substance, True, mg, prescribed=prescribed)
        for n, (substance, mg, minute) in enumerate(supplements)
    )
    return replace(case, supplements=tuple(taken))
