"""Suggested tests pass, are read back as they were meant, and close the gaps that they were made for."""

from __future__ import annotations

import pytest

from neurobalance_expert.engines.testing import run_tests
from neurobalance_expert.errors import Misuse
from neurobalance_expert.measure.coverage import cover
from neurobalance_expert.measure.differing import known_constants
from neurobalance_expert.measure.insert import insert
from neurobalance_expert.measure.mutate import Bench
from neurobalance_expert.measure.suggest import Suggested, suggest
from neurobalance_expert.measure.vacuous import vacuous
from neurobalance_expert.source import parse_yaml
from tests.unit.measure.conftest import BEGIN, FIRES, WHOLE, Ready
from tests.unit.measure.test_mutate import OTHER

LISTS = BEGIN.replace("phase: fed", "phase: {in: [fed, night]}").replace("{id: pku}", "{id: {in: [pku, gout]}}")
BINDS = BEGIN.replace("{below: 0.85}", "{bind: $ratio, above: 0.1, at_most: 0.85}")
SECOND = BEGIN.replace("language: 1\nrules:\n", "").replace("low-share", "another-share")


def suggested(bench: Bench, rule: str = "low-share") -> Suggested:
    return suggest(bench, bench.by_id[rule], known_constants(bench.ruleset.rules))


def filled(text: str, ready: Ready, rule: str = "low-share") -> str:
    """The file with the suggested tests of one rule in it."""
    bench = ready(text)
    found = suggested(bench, rule)
    return insert(parse_yaml(text, "rules/low.yaml"), bench.by_id[rule], [s.test for s in found.tests], bench.vocabulary)


@pytest.mark.parametrize("begin", [BEGIN, LISTS, BINDS], ids=["plain", "lists", "bounds on either side"])
@pytest.mark.parametrize("tests", ["", FIRES], ids=["no test", "one test"])
def test_what_is_suggested_passes_and_closes_every_gap(begin: str, tests: str, ready: Ready) -> None:
    """Written into the file and read back: all pass, every condition is covered, no mutant survives, none of them is vacuous."""
    bench = ready(filled(begin + tests, ready))
    rule = bench.by_id["low-share"]

    assert [] == [o for o in run_tests(bench.ruleset, bench.vocabulary) if not o.passed]
    assert () == cover(bench.ready, rule).uncovered
    assert () == bench.mutate(rule).survivors
    assert [] == list(vacuous(bench, rule))


def test_where_nothing_is_lacking_nothing_is_suggested(ready: Ready) -> None:
    """The whole set of tests is whole."""
    assert ((), (), ()) == (lambda s: (s.tests, s.without, s.uncovered))(suggested(ready(BEGIN + FIRES + WHOLE)))


def test_a_file_is_changed_only_where_tests_are_put_in(ready: Ready) -> None:
    """Comments, blank lines and the rule behind stay to the letter, also when the file does not end with a line end."""
    text = f"{BEGIN}{FIRES}      # the last word\n\n  # about the next\n{SECOND.rstrip()}"
    new = filled(text, ready)
    added = [line for line in new.splitlines() if line not in text.splitlines()]

    assert text == "".join(line for line in new.splitlines(keepends=True) if line.rstrip("\n") not in added)
    assert new.index("expect: fired") < new.index(added[0]) < new.index("      # the last word") < new.index("  # about the next")


def test_a_comment_within_the_last_test_does_not_end_it(ready: Ready) -> None:
    """It may stand anywhere; the new tests come behind all keys of the last one. Line ends are those of the file."""
    text = f"{BEGIN}{FIRES}".replace("        expect: fired", "  # to the left\n        expect: fired").replace("\n", "\r\n")
    new = filled(text, ready)

    assert new.startswith(text)
    assert new.count("\n") == new.count("\r\n") > text.count("\n")


def test_a_rule_without_tests_is_given_them(ready: Ready) -> None:
    """Also in the middle of a file; its neighbour is left alone."""
    new = filled(BEGIN + SECOND, ready)

    assert 1 == new.count("    tests:\n")
    assert new.index("    tests:\n") < new.index("another-share")
    assert new.endswith(SECOND)


def test_tests_on_one_line_cannot_be_added_to(ready: Ready) -> None:
    """It says what to do first."""
    flow = "    tests: [{name: fires, facts: {life_stage: {is: adult}, influx: {of: trp, window: w2, vs_fasting: 0.84}, window: {id: w2, phase: fed}}, expect: fired}]\n"  # noqa: E501

    with pytest.raises(Misuse, match="give each its own line"):
        filled(BEGIN + flow, ready)


def test_an_override_without_a_test_is_given_one(ready: Ready) -> None:
    """Facts on which both rules fire, from the tests of the other."""
    tests = "    tests: [{name: fires, facts: {pushed: {aa: tyr, window: w2}}, expect: fired}]\n"
    found = suggested(ready(BEGIN + FIRES + WHOLE + OTHER + tests))

    assert [("by night speaks", "overridden")] == [(s.test.name, s.test.status) for s in found.tests]


def test_the_same_rule_is_given_the_same_tests(ready: Ready) -> None:
    """Nothing depends on the order of a set."""
    assert filled(LISTS + FIRES, ready) == filled(LISTS + FIRES, ready)


TWO_SCOPES = BEGIN.replace("    when:", "      - lactating: {is: false}\n    when:")
TWO_FIRES = FIRES.replace("facts: {", "facts: {lactating: {is: false}, ")


@pytest.mark.parametrize(
    ("line", "shows_nothing"),
    [
        ("{name: one, like: fires, change: {life_stage.is: child, lactating.is: true}, expect: out_of_scope}", True),
        ("{name: one, like: fires, change: {life_stage.is: child}, expect: out_of_scope}", False),
        ("{name: one, like: fires, change: {condition: {id: gout}}, expect: fired}", False),
        ("{name: one, facts: {}, expect: {unknown: [influx, lactating, life_stage]}}", False),
    ],
    ids=["two scopes fail", "one scope fails", "nearly an exception", "no facts"],
)
def test_a_test_that_no_change_of_the_rule_breaks_shows_nothing(line: str, shows_nothing: bool, ready: Ready) -> None:
    """With two scopes that do not hold either may go and the other still does not."""
    begin = TWO_SCOPES if "facts: {}" not in line else TWO_SCOPES.replace("      - window: {id: $w, phase: fed}\n", "")
    bench = ready(f"{begin}{TWO_FIRES if begin is TWO_SCOPES else TWO_FIRES.replace(', window: {id: w2, phase: fed}', '')}      - {line}\n")
    found = [problem.what for problem in vacuous(bench, bench.by_id["low-share"])]

    assert (["no change of 'low-share' makes its test 'one' fail"] if shows_nothing else []) == found
