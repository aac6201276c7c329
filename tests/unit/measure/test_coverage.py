"""A condition is covered when a pair of tests shows that it changes the outcome alone; how the file is written does not count."""

from __future__ import annotations

import pytest

from neurobalance_expert.measure.coverage import Covered, cover
from tests.unit.measure.conftest import BEGIN, FIRES, WHOLE, Ready

ALL = 12  # a scope of 3 conditions (fact, missing, is), an influx of 4, a window of 3, an exception of 2


def covered(ready: Ready, text: str) -> Covered:
    bench = ready(text)
    return cover(bench.ready, bench.by_id["low-share"])


def without(name: str) -> str:
    """The whole set of tests but the one of this name."""
    return "".join(line for line in WHOLE.splitlines(keepends=True) if f"name: {name}," not in line)


def test_a_set_of_tests_with_a_pair_for_each_condition_covers_all(ready: Ready) -> None:
    """One test fires, and one more for each of the other conditions differs from it in one place."""
    found = covered(ready, BEGIN + FIRES + WHOLE)

    assert (ALL, ALL) == (found.count, len(found.conditions))


def test_one_test_that_fires_covers_nothing(ready: Ready) -> None:
    """Half a pair shows nothing."""
    assert 0 == covered(ready, BEGIN + FIRES).count


def test_without_a_test_that_fires_nothing_is_covered(ready: Ready) -> None:
    """The outcome is the same in all of them."""
    blocked = FIRES.replace("0.84", "0.9").replace("expect: fired", "expect: {blocked: influx}")

    assert 0 == covered(ready, BEGIN + blocked).count


@pytest.mark.parametrize(
    ("left_out", "lost"),
    [
        ("a child", ["is adult"]),
        ("age not known", ["there is a fact 'life_stage'", "where it was not recorded it is not known"]),
        ("of tyrosine", ["is trp"]),
        ("at the limit", ["below 0.85"]),
        ("another window", ["there is a fact 'window'", "is the same $w"]),
        ("by night", ["is fed"]),
        ("the exception", ["there is an exception 'condition'", "is pku"]),
        ("another condition", ["is pku"]),
    ],
)
def test_a_test_left_out_uncovers_what_it_alone_showed(left_out: str, lost: list[str], ready: Ready) -> None:
    """Each test of the whole set stands for the conditions that no other pair shows."""
    found = [c.text for c in covered(ready, BEGIN + FIRES + without(left_out)).uncovered]

    assert lost == found


def test_two_conditions_that_fail_together_cover_neither(ready: Ready) -> None:
    """A child by night: the age alone would not have made the rule fire, nor the phase."""
    child = "      - {name: both, like: fires, change: {window.phase: night, life_stage.is: child}, expect: out_of_scope}\n"
    tests = "".join(line for line in without("a child").splitlines(keepends=True) if "by night" not in line)
    found = [c.text for c in covered(ready, BEGIN + FIRES + tests + child).uncovered]

    assert ["is adult", "is fed"] == found


INFLUX = "      - influx: {of: trp, window: $w, vs_fasting: {below: 0.85}}\n"
WINDOW = "      - window: {id: $w, phase: fed}\n"
LAYOUTS = {
    "other names of variables": ("$w", "$window_of_the_day"),
    "a slot a line": (INFLUX, "      - influx:\n          vs_fasting: {below: 0.85}\n          window: $w\n          of: trp\n"),
    "other order": (INFLUX + WINDOW, WINDOW.replace("id: $w, phase: fed", "phase: fed, id: $w") + INFLUX),
    "a bound in another unit": ("below: 0.85", 'below: "85 %"'),
    "comments and blank lines": ("rules:\n", "\n\n# low\nrules:\n\n"),
}


@pytest.mark.parametrize(("old", "new"), LAYOUTS.values(), ids=LAYOUTS)
@pytest.mark.parametrize("tests", [FIRES + WHOLE, FIRES + without("by night")], ids=["all", "one less"])
def test_coverage_does_not_move_with_the_layout(old: str, new: str, tests: str, ready: Ready) -> None:
    """Order, names, layout and the way a bound is written are not in the compiled rule."""
    text = BEGIN + tests
    plain, changed = covered(ready, text), covered(ready, text.replace(old, new))

    assert text.replace(old, new) != text
    assert (plain.count, len(plain.conditions)) == (changed.count, len(changed.conditions))


def test_missing_absent_is_a_condition_of_its_own(ready: Ready) -> None:
    """A test where the age was not recorded blocks; if it counted as not known the rule would be unknown."""
    begin = BEGIN.replace("- life_stage: {is: adult}", "- life_stage: {is: adult}\n        missing: absent")
    tests = FIRES + WHOLE.replace("expect: {unknown: [life_stage]}", "expect: out_of_scope")
    texts = [c.text for c in covered(ready, begin + tests).conditions]

    assert "where it was not recorded it does not hold" in texts
    assert () == covered(ready, begin + tests).uncovered
