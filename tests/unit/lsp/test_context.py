"""Where somebody types, told from text that is no YAML yet. The place is marked with ^."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurobalance_expert.lsp.context import Context, context_at
from neurobalance_expert.source import Keys

HEAD = "language: 1\nrules:\n  - id: one\n"
PLACES: list[tuple[str, Keys, str, bool]] = [
    ("^", (), "", True),
    (HEAD + "    sta^", ("rules", 0), "sta", True),
    (HEAD + "    status: ^", ("rules", 0, "status"), "", False),
    (HEAD + "  - id: two\n    status: st^", ("rules", 1, "status"), "st", False),
    (HEAD + "    when:\n      - inf^", ("rules", 0, "when", 0), "inf", True),
    (HEAD + "    when:\n      - window: {id: $w}\n      - influx: {of: trp, ^", ("rules", 0, "when", 1, "influx"), "", True),
    (HEAD + "    when:\n      - as: a\n        influx: {of: {in: [trp, t^", ("rules", 0, "when", 0, "influx", "of", "in", 1), "t", False),
    (HEAD + "    when:\n      - influx: {x: {below: $l^}}", ("rules", 0, "when", 0, "influx", "x", "below"), "$l", False),
    (HEAD + "    overrides: [a, b^]", ("rules", 0, "overrides", 1), "b", False),
    (HEAD + "    evidence:\n      - {ref: a,\n         grade: ^", ("rules", 0, "evidence", 0, "grade"), "", False),
    (HEAD + "    params:\n      low: knowledge.t^", ("rules", 0, "params", "low"), "knowledge.t", False),
    (HEAD + "    say: >-\n      text: {{ a ^", ("rules", 0, "say"), "", False),
    (HEAD + '    tests:\n      - {name: "a, {b: c", like: ju^', ("rules", 0, "tests", 0, "like"), "ju", False),
    (
        HEAD + "    tests:\n      - facts:\n          trusted: {is: true}\n          win^",
        ("rules", 0, "tests", 0, "facts"),
        "win",
        True,
    ),
    ("rules:\n- id: one\n  when:\n  - inf^", ("rules", 0, "when", 0), "inf", True),
    ("rules:\n- id: one\n  when:\n  - window: {}\n- id: two\n  k^", ("rules", 1), "k", True),
    ("# a: {b\nrules:\n  - id: one\n    # c: [\n    k^", ("rules", 0), "k", True),
    ("rules:\r\n  - id: one\r\n    then: {about: ^", ("rules", 0, "then", "about"), "", False),
]


@pytest.mark.parametrize(("text", "keys", "typed", "key"), PLACES, ids=lambda value: repr(value)[-40:])
def test_the_keys_before_a_place_are_told(text: str, keys: Keys, typed: str, key: bool) -> None:
    """Block and flow style, lists at the indent of their key, quotes, comments, text blocks, line breaks of two characters."""
    assert Context(keys, typed, key) == context_at(text.replace("^", "", 1), text.index("^"))


@given(text=st.text(alphabet="ab:-{}[],\"'#|> \n$", max_size=60))
def test_any_text_has_a_context(text: str) -> None:
    """Nothing that can be typed makes it fail."""
    assert isinstance(context_at(text, len(text)), Context)
