"""Whatever is written into a case file, the answer is a case or problems, soon."""

from __future__ import annotations

import json
import math
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from neurobalance_expert import source
from neurobalance_expert.cases.load import parse_case
from neurobalance_expert.cases.types import Case
from neurobalance_expert.errors import InputProblems, render_all
from neurobalance_expert.knowledge.names_data import Names
from neurobalance_expert.source import Document

DATA = Path(__file__).resolve().parents[2] / "data" / "cases"
TEXTS = {name: (DATA / f"{name}.yaml").read_text(encoding="utf-8") for name in ("c02", "c05", "c08", "c12")}

odd_values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**15), 10**15),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(
        ["25:10", "24:00", ".nan", "1e999", "-0", "2026-02-30", "1,000.5", "mg", "capsule", "µg", "\u202e", "\ud800", "~", "07:30"]
    ),
    st.lists(st.integers(0, 9), max_size=3),
    st.dictionaries(
        st.sampled_from(["dose", "unit", "trp", "name", "x", ""]), st.one_of(st.none(), st.integers(-5, 5), st.text(max_size=3)), max_size=3
    ),
)


def places(data: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The place of every value."""
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [at, *(place for key, value in inner for place in places(value, (*at, key)))]


def changed(data: Any, at: tuple[Any, ...], value: Any, how: str) -> Any:
    """A copy with one value replaced, removed, or put under another key."""
    if not at:
        return value
    key, rest = at[0], at[1:]
    copy = dict(data) if isinstance(data, dict) else list(data)
    if rest:
        copy[key] = changed(copy[key], rest, value, how)
    elif how == "remove":
        del copy[key]
    elif how == "rename" and isinstance(copy, dict):
        copy[str(value)] = copy.pop(key)
    else:
        copy[key] = value
    return copy


def read(document: Document, names: Names) -> Case | InputProblems:
    """What the loader makes of it; anything but these two is an error."""
    try:
        return parse_case(document, names)
    except InputProblems as error:
        return error


def check(result: Case | InputProblems) -> None:
    """A case holds finite numbers of zero or more only, and can be encoded."""
    if isinstance(result, InputProblems):
        assert render_all(result)
        return
    numbers = [food.grams for food in result.foods] + [s.dose_mg for s in result.supplements] + [lab.value for lab in result.labs]
    numbers += [mg for s in result.supplements for mg in s.components.values()] + [result.person.weight_kg]
    assert all(number is None or (math.isfinite(number) and number >= 0) for number in numbers)
    repr(result).encode()


@settings(max_examples=400)
@given(st.data())
def test_changed_values_give_a_case_or_problems(names: Names, data: st.DataObject) -> None:
    """One to four values of a vignette replaced by anything JSON can say, removed, or renamed."""
    case = source.parse_yaml(TEXTS[data.draw(st.sampled_from(sorted(TEXTS)))], "case.yaml").data
    for _ in range(data.draw(st.integers(1, 4))):
        if not isinstance(case, (dict, list)):
            break
        at = data.draw(st.sampled_from(places(case)))
        case = changed(case, at, data.draw(odd_values), data.draw(st.sampled_from(["replace", "remove", "rename"])))
    text = json.dumps(case, default=lambda number: float(number) if isinstance(number, Decimal) else str(number))
    start = time.perf_counter()
    try:
        document = source.parse_json(text, "case.json")
    except InputProblems:
        return

    check(read(document, names))

    assert time.perf_counter() - start < 2


@settings(max_examples=400)
@given(st.data())
def test_changed_text_gives_a_case_or_problems(names: Names, data: st.DataObject) -> None:
    """Characters of the YAML text replaced, inserted or removed."""
    text = TEXTS[data.draw(st.sampled_from(sorted(TEXTS)))]
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        piece = data.draw(
            st.one_of(
                st.sampled_from(
                    [":", "{", "}", "[", "]", "'", "\t", "\n", "- ", "? ", "#", "&a ", "*a", "!!x ", "---\n", ",", "%", "|", ">"]
                ),
                st.text(max_size=3),
            )
        )
        text = text[:at] + piece + text[at + data.draw(st.integers(0, 5)) :]
    start = time.perf_counter()
    try:
        document = source.parse_yaml(text, "case.yaml")
    except InputProblems:
        return

    check(read(document, names))

    assert time.perf_counter() - start < 2


@settings(max_examples=200)
@given(st.lists(st.text(max_size=250), max_size=200))
def test_many_unknown_names_do_not_hang(names: Names, written: list[str]) -> None:
    """Each unknown name is compared with hundreds of known ones."""
    rows = [{"ingredient": name} for name in written]
    case = {"schema": "neurobalance/case/1", "person": {}, "diary_date": "2026-03-02", "foods": [], "medications": rows}
    start = time.perf_counter()

    check(read(Document(case, "", "case.json"), names))

    assert time.perf_counter() - start < 2
