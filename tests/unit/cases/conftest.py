"""What the tests of cases share: the names of the shipped knowledge base, and cases made from a few lines."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from neurobalance_expert import source
from neurobalance_expert.cases.load import parse_case
from neurobalance_expert.cases.types import Case
from neurobalance_expert.knowledge.names_data import Names, load_names

SCHEMA = "schema: neurobalance/case/1\n"
PERSON = "age_y: 40, sex: male, weight_kg: 70"
FOODS = "{time: 08:00, name: oats dry, grams: 60}"
COMPLETE = "medications_complete: true\nconditions_complete: true\n"


@pytest.fixture(scope="session")
def names(root: Path) -> Names:
    """The names of the knowledge base that ships."""
    return load_names(root)


@pytest.fixture
def make(names: Names) -> Callable[..., Case]:
    """``make("labs: […]")`` is a case with nothing to remark but what these lines bring; the other arguments replace its beginning."""

    def build(lines: str = "", *, person: str = PERSON, date: str = "2026-03-02", foods: str = FOODS, complete: str = COMPLETE) -> Case:
        text = f"{SCHEMA}person: {{{person}}}\ndiary_date: {date}\nfoods: [{foods}]\n{complete}{lines}\n"
        return parse_case(source.parse_yaml(text, "case.yaml"), names)

    return build
