"""The digest of a rule: what it says counts, where and in which order of keys it is written does not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from neurobalance_expert.rules.compiled import from_json, to_json
from neurobalance_expert.rules.digest import rule_digest
from tests.unit.rules.test_rule_parse import GOOD


def digest(read: Callable, text: str) -> str:
    """Of the one rule in a text."""
    [rule] = read(text).rules
    return rule_digest(rule)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            "{of: $aa, window: $w, vs_fasting: {below: $low, bind: $ratio}}",
            "{vs_fasting: {bind: $ratio, below: $low}, window: $w, of: $aa}",
        ),
        ("kind: competition\n    status: stable", "status: stable\n    kind: competition"),
        ("language: 1\n", "language: 1\n# a note\n"),
        ("    status: stable\n", "    status: stable\n    review_by: 2027-11-30\n"),
        ("      - {name: not known, like: just under, change: {influx: unknown}, expect: {unknown: [influx]}}\n", ""),
    ],
)
def test_how_it_is_written_does_not_count(read: Callable, old: str, new: str) -> None:
    """Order of keys, comments, tests and the review date."""
    assert old in GOOD

    assert digest(read, GOOD) == digest(read, GOOD.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("below: $low", "at_most: $low"),
        ("below: $low, bind: $ratio", "below: {value: 0.84, unit: \"1\"}, bind: $ratio"),
        ("phase: {not: night}", "phase: {not: fed}"),
        ("is: adult}\n    when", "is: child}\n    when"),
        ("id: phenylketonuria", "id: pku"),
        ("severity: minor", "severity: major"),
        ("grade: A", "grade: B"),
        ("It had", "It has"),
        ("system: serotonin", "system: catecholamine"),
        ("id: low-share", "id: low-shares"),
        ("status: stable", "status: review"),
    ],
)  # fmt: skip
def test_what_it_says_counts(read: Callable, old: str, new: str) -> None:
    """Conditions, bounds, exceptions, conclusion, severity, evidence, wording."""
    assert old in GOOD

    assert digest(read, GOOD) != digest(read, GOOD.replace(old, new))


def test_compiled_rules_of_a_version_without_review_dates_are_read(read: Callable) -> None:
    """The key is left out there; the rule then has no date."""
    ruleset = read(GOOD.replace("    status: stable\n", "    status: stable\n    review_by: 2027-11-30\n")).ruleset
    compiled = to_json(ruleset)
    older = compiled.replace(b',"review_by":"2027-11-30"', b"")

    assert ["2027-11-30"] == [rule.review_by for rule in from_json(compiled).rules]
    assert older != compiled
    assert [""] == [rule.review_by for rule in from_json(older).rules]
