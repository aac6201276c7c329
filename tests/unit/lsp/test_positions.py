"""Lines and columns, offsets, and positions in the units of an encoding."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurobalance_expert.errors import Span
from neurobalance_expert.lsp.positions import Encoding, Lines, Place, moved, units
from neurobalance_expert.source import parse_yaml

TEXT = "µg – 😀: one\nnext: 😀two\r\nlast: three"


@pytest.mark.parametrize(("encoding", "character"), [("utf-8", 13), ("utf-16", 8), ("utf-32", 7)])
def test_a_character_counts_as_many_units_as_the_encoding_says(encoding: Encoding, character: int) -> None:
    """'µg – 😀:' has 7 characters; µ is 2 bytes, – 3 and the emoji 4, and in UTF-16 the emoji alone is 2 units."""
    assert Place(0, character) == Lines(TEXT).place(TEXT.index(" one"), encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
@given(text=st.text(alphabet="aµ–😀\n\r\u2028\x0c", max_size=30), data=st.data())
def test_a_position_leads_back_to_its_offset(encoding: Encoding, text: str, data: st.DataObject) -> None:
    """Wherever it is, except inside a line break of two characters."""
    lines = Lines(text)
    offset = data.draw(st.integers(0, len(text)))

    back = lines.find(lines.place(offset, encoding), encoding)

    assert (offset - 1 if text[offset - 1 : offset + 1] == "\r\n" else offset) == back


def test_a_line_of_yaml_may_end_where_no_line_of_the_protocol_does() -> None:
    """U+2028 ends a line for YAML and not for an editor: the key after it is on line 3 there, and on line 1 (from 0) here."""
    text = 'a: 1\nb: "x"\u2028c: 2\n'
    document = parse_yaml(text, "x.yaml")

    assert Span("x.yaml", 3, 1, 1) == document.at_key("c")
    assert (Place(1, 7), Place(1, 8)) == Lines(text).range(document.at_key("c"), "utf-16")


def test_a_range_ends_with_its_line() -> None:
    """A span that is too long does not run into the next line; one beyond the text is its end."""
    lines = Lines("ab\ncd")

    assert (Place(0, 1), Place(0, 2)) == lines.range(Span("", 1, 2, 99), "utf-16")
    assert (Place(1, 2), Place(1, 2)) == lines.range(Span("", 9, 9, 9), "utf-16")


@pytest.mark.parametrize(("line", "expected"), [(1, 1), (2, None), (3, 2), (4, 3)])
def test_a_line_is_found_again_in_an_older_text(line: int, expected: int | None) -> None:
    """A new line was put in as the second: those after it were one higher, and it was not there."""
    assert expected == moved("a\nb\nc", "a\nnew\nb\nc", line)


def test_half_of_a_surrogate_pair_is_one_unit() -> None:
    """What no text should hold does not stop the server."""
    assert 1 == units("\ud83d", "utf-16")
