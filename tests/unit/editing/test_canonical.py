"""The one layout of a rule file, by example; that it keeps data and comments in general is in tests/properties/test_layout.py."""

from __future__ import annotations

import pytest

from neurobalance_expert.editing.canonical import format_text, rule_order
from neurobalance_expert.errors import InputProblems
from neurobalance_expert.rules.parse import RULE_KEYS

MESSY = """\
# What the file is about.

rules:
- then: {about: trp}
  id: 'a-rule'   # the id
  say: >
    Words of a claim that is long enough to be folded, since it does not fit into the hundred and fifty columns of
    a file_of_rules_with_a_name_much_longer_than_that
    may have.
  # why there is a condition
  when:
    - missing: absent
      lab: {ratio: {below: 1, # one
            bind: $r}, analyte: trp}
  code: LAB:trp:low
  tests: [{expect: fired, name: one, facts: {lab: {analyte: trp, ratio: 0.9}}},

    {name: two,
      expect: overridden, like: one}]
  odd: ~
  params: {low: knowledge.thresholds.a_rather_long_name_of_a_threshold,
    high: knowledge.thresholds.another_name_of_a_threshold_quite_long, much: 1 mg}
- id: b-rule


language: 1
"""

TIDY = """\
# What the file is about.

language: 1
rules:
  - id: "a-rule"  # the id
    code: "LAB:trp:low"
    params:
      low: knowledge.thresholds.a_rather_long_name_of_a_threshold
      high: knowledge.thresholds.another_name_of_a_threshold_quite_long
      much: 1 mg
    # why there is a condition
    when:
      - lab:
          ratio:
            below: 1  # one
            bind: $r
          analyte: trp
        missing: absent
    then: {about: trp}
    say: >
      Words of a claim that is long enough to be folded, since it does not fit into the hundred and fifty columns of a
      file_of_rules_with_a_name_much_longer_than_that may have.
    tests:
      - {name: one, facts: {lab: {analyte: trp, ratio: 0.9}}, expect: fired}

      - {name: two, like: one, expect: overridden}
    odd: null

  - id: b-rule
"""


def test_a_file_is_laid_out_in_the_one_way():
    """Order of keys, one line where it fits, text folded, a mapping with a comment opened, one blank line between rules."""
    assert TIDY == format_text(MESSY)


def test_the_order_of_keys_is_that_of_the_reader():
    """A key that the reader learns is laid out where its table has it; the origin stands behind the evidence."""
    assert sorted(RULE_KEYS) == sorted(rule_order())
    assert [key for key in RULE_KEYS if key != "derived_from"] == [key for key in rule_order() if key != "derived_from"]


def test_line_ends_and_a_byte_order_mark_of_another_system_go():
    """The same bytes on every system."""
    assert TIDY == format_text("\ufeff" + MESSY.replace("\n", "\r\n"))


def test_a_modeline_is_added_once_and_one_that_is_there_stays():
    """Whoever points an editor at another schema keeps it."""
    with_line = format_text(TIDY, modeline="../../schemas/rule.json")
    other = "# yaml-language-server: $schema=https://example.org/rule.json\n" + TIDY

    assert "# yaml-language-server: $schema=../../schemas/rule.json\n" + TIDY == with_line
    assert with_line == format_text(with_line, modeline="../../schemas/rule.json")
    assert other == format_text(other, modeline="../../schemas/rule.json")


@pytest.mark.parametrize(
    ("written", "stays"),
    [
        ('"12"', '"12"'),
        ("12.50", "12.50"),
        ("'it''s'", '"it\'s"'),
        ("'say \"no\"'", "'say \"no\"'"),
        ('"a\\tb\\u2028"', '"a\\tb\\u2028"'),
        (">-\n      true", '"true"'),
        (">-\n      a: b", '"a: b"'),
        ("|\n      one\n      two", "|\n      one\n      two"),
        ("one\n      two", "one two"),
        ("", ""),
        ("yes", "yes"),
        ("[]", "[]"),
    ],
)
def test_a_value_stays_what_it_was(written: str, stays: str):
    """Numbers keep their digits, quotes their meaning; a text is on one line where it fits."""
    text = f"language: 1\nrules:\n  - title: {written}\n"

    assert f"language: 1\nrules:\n  - title: {stays}".rstrip() + "\n" == format_text(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("rules:\n\t- id: a\n", "NB-S003"),
        ("language: 1\nlanguage: 1\nrules: []\n", "NB-S009"),
        ("a: &x 1\n", "NB-S005"),
        ("thresholds: {}\n", "NB-R001"),
        ("", "NB-R001"),
    ],
)
def test_what_is_no_rule_file_is_not_laid_out(text: str, code: str):
    """A problem with its place, and no text."""
    with pytest.raises(InputProblems) as caught:
        format_text(text, "x.yaml")

    assert code == caught.value.problems[0].code
