"""Corrupted and changed case, rule and knowledge files: no traceback, no hang, and nothing corrupt is accepted in silence.

The mutators are in tests/fuzz; 'make fuzz' runs 20,000 inputs and more. hypothesis searches on its own in test_case_fuzz.py and below.
"""

from __future__ import annotations

import json
import signal
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurobalance_expert import source
from neurobalance_expert.cases.load import parse_case
from neurobalance_expert.errors import InputProblems
from tests.fuzz import cases
from tests.fuzz.doors import Doors, Tally, alarm

INPUTS = {"case, corrupted": 400, "case, changed": 200, "rules": 200, "layout": 100, "knowledge": 200, "pack": 200}
pytestmark = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs an alarm clock")


@pytest.fixture(scope="module")
def doors(root: Path) -> Doors:
    """Everything loaded once."""
    return Doors(root)


@pytest.mark.slow
@pytest.mark.parametrize("kind", INPUTS)
def test_a_thousand_inputs(kind: str, doors: Doors) -> None:
    """The same ones on every run. A failure names its seed: tools/fuzz.py 1 --from SEED --only KIND shows it again."""
    tally = Tally()
    for seed in range(INPUTS[kind]):
        doors.run(kind, seed, tally)

    assert [] == [(failure.seed, failure.how, failure.told) for failure in tally.failures]
    assert INPUTS[kind] == tally.inputs


@pytest.mark.parametrize("mutator", sorted({m.__name__ for m in cases.MUTATORS}))
def test_every_mutator_makes_something_of_the_cases(mutator: str, doors: Doors) -> None:
    """A mutator that never finds its field would try nothing."""
    chosen = next(m for m in cases.MUTATORS if m.__name__ == mutator)
    data = [source.parse_yaml(text, "x.yaml").data for text in doors.cases]

    assert any(chosen(Random(1), case, *place) is not None for case in data for place in cases.stated(case))


def test_what_is_accepted_in_silence_is_noticed(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fuzzer itself: a reader that let negative amounts pass would be found."""
    from neurobalance_expert.cases import values

    monkeypatch.setattr(values, "number", lambda value, limits: 5)
    tally = Tally()
    for seed in range(150):
        doors.run("case, corrupted", seed, tally)

    assert any("silence" in failure.told for failure in tally.failures)


anything = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(-(10**20), 10**20), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=20)
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=8), inner, max_size=4)),
    max_leaves=12,
)


@settings(max_examples=200)
@given(st.dictionaries(st.sampled_from([field.key for field in cases.CASE.fields]), anything, max_size=8))
def test_any_json_under_the_keys_of_a_case_is_a_case_or_problems(doors: Doors, data: dict[str, Any]) -> None:
    """hypothesis chooses the values and makes a failure small."""
    with alarm(2.0), suppress(InputProblems):
        parse_case(source.parse_json(json.dumps(data), "x.json"), doors.knowledge.names)
