"""Strict YAML and JSON: what is read as what, where it stands, and what is refused."""

from __future__ import annotations

import json
import time
import tracemalloc
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurobalance_expert.errors import InputProblems, render_all
from neurobalance_expert.source import load, parse_json, parse_yaml


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("07:30", "07:30"),
        ("12:30", "12:30"),
        ("9:00", "9:00"),
        ("no", "no"),
        ("NO", "NO"),
        ("on", "on"),
        ("yes", "yes"),
        ("1e-3", "1e-3"),
        ("0x10", "0x10"),
        ("1_000", "1_000"),
        (".nan", ".nan"),
        (".inf", ".inf"),
        ("2026-03-02", "2026-03-02"),
        ("010", Decimal(10)),
        ("0.30", Decimal("0.30")),
        ("-5", Decimal(-5)),
        ("true", True),
        ("null", None),
        ("~", None),
        ("'12'", "12"),
        ('"true"', "true"),
    ],
)
def test_only_true_false_null_and_decimals_are_not_text(text, value):
    """PyYAML would read 12:30 as 750, no as False, 2026-03-02 as a date object; here they stay what was typed."""
    data = parse_yaml(f"key: {text}\n", "x.yaml").data

    assert {"key": value} == data


def test_every_node_has_its_place():
    """Lines and columns count from 1 and point at the value; a missing node falls back to its parent."""
    document = parse_yaml("foods:\n  - name: rice\n    grams: 12\n", "x.yaml")

    assert [(3, 12), (2, 5), (2, 5)] == [
        (s.line, s.col) for s in (document.at("foods", 0, "grams"), document.at_key("foods", 0, "name"), document.at("foods", 0, "ndb"))
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: 1\na: 2\n", "NB-S009"),
        ("a: &x 1\nb: *x\n", "NB-S005"),
        ("a: !!python/object/apply:os.system [ls]\n", "NB-S010"),
        ("a: !custom 1\n", "NB-S010"),
        ("a: 1\n---\nb: 2\n", "NB-S006"),
        ("[" * 40 + "]" * 40, "NB-S007"),
        ("a: [1, 2\n", "NB-S003"),
        ("\ta: 1\n", "NB-S003"),
        ("a: \x07\n", "NB-S003"),
        ("? [a, b]\n: 1\n", "NB-S008"),
    ],
)
def test_what_yaml_may_not_hold(text, code):
    """Each refusal has its own code, a place and a fix."""
    with pytest.raises(InputProblems) as caught:
        parse_yaml(text, "x.yaml")

    problem = caught.value.problems[0]
    assert (code, True, True) == (problem.code, problem.at is not None, bool(problem.fix))


def test_two_equal_keys_are_shown_both():
    """The text of the error, whole."""
    with pytest.raises(InputProblems) as caught:
        parse_yaml("time: 08:00\ngrams: 5\ntime: 09:00\n", "day.yaml")

    assert render_all(caught.value) == (
        "error[NB-S009]: the key 'time' stands twice\n"
        "  --> day.yaml:3:1\n"
        "  |\n"
        "3 | time: 09:00\n"
        "  | ^^^^ second time\n"
        "  ::: day.yaml:1:1 first defined here\n"
        "   = why: only one of the two values could be used, and nothing says which was meant\n"
        "   = fix: remove one of them, or make the values a list"
    )


def test_an_alias_bomb_is_refused_at_once():
    """Nine levels of ten aliases stand for a thousand million values; the first anchor ends it in little time and memory."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 10)]
    started = time.perf_counter()
    tracemalloc.start()
    with pytest.raises(InputProblems) as caught:
        parse_yaml("\n".join(lines), "bomb.yaml")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert ("NB-S005", True, True) == (caught.value.problems[0].code, time.perf_counter() - started < 1, peak < 50_000_000)


def test_a_file_over_five_megabytes_is_not_read(tmp_path):
    """The size is looked at before the content."""
    path = tmp_path / "big.yaml"
    path.write_text("a: " + "x" * 5_000_001)

    with pytest.raises(InputProblems) as caught:
        load(path)

    assert "NB-S004" == caught.value.problems[0].code


@pytest.mark.parametrize("name", ["missing.yaml", "."])
def test_a_missing_file_and_a_folder_are_problems_of_the_input(tmp_path, name):
    """Neither gives a traceback."""
    with pytest.raises(InputProblems) as caught:
        load(tmp_path / name)

    assert "NB-S001" == caught.value.problems[0].code


def test_bytes_that_are_not_utf8_name_their_line(tmp_path):
    """The second line holds a Latin-1 e acute."""
    path = tmp_path / "x.yaml"
    path.write_bytes(b"a: 1\nb: caf\xe9\n")

    with pytest.raises(InputProblems) as caught:
        load(path)

    assert ("NB-S002", 2) == (caught.value.problems[0].code, caught.value.problems[0].at.line)


def test_a_byte_order_mark_is_dropped(tmp_path):
    """Editors on Windows write one."""
    path = tmp_path / "x.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\n")

    assert {"a": Decimal(1)} == load(path).data


@pytest.mark.parametrize("text", ["", "{", '{"a":1,}', "[1 2]", "{'a': 1}", '{"a":1} x', "nul", '"\n"', "01"])
def test_text_that_is_not_json(text):
    """Each is refused with a place."""
    with pytest.raises(InputProblems) as caught:
        parse_json(text, "x.json")

    assert ("NB-S003", True) == (caught.value.problems[0].code, caught.value.problems[0].at is not None)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(JSON_VALUES, st.sampled_from([None, 1]))
def test_json_is_read_as_the_standard_library_reads_it(value, indent):
    """Our reader differs only in keeping positions and exact numbers."""
    text = json.dumps(value, indent=indent)

    assert json.loads(text, parse_int=Decimal) == parse_json(text, "x.json").data


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_any_text_is_parsed_or_refused(text):
    """No exception but ours leaves the reader."""
    for parse in (parse_yaml, parse_json):
        with suppress(InputProblems):
            parse(text, "x")
