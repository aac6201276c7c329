"""Thresholds that a stranger moves by one step or one digit: exactly the cases in the intervals are listed."""

from __future__ import annotations

from decimal import Decimal

import pytest

from neurobalance_expert.facts.prepare import prepare
from neurobalance_expert.impact.changes import rule_changes
from neurobalance_expert.impact.run import run
from tests.oracles.impact import changed_cases, concluded, with_thresholds

# threshold, its new value, cases around it; the cases of one have nothing to do with the thresholds of the others
EDITS = {
    "l_tryptophan_flag": ("550", ("20[0-2]-*", "348-*")),
    "five_htp_high": ("301", ("20[89]-*", "210-*")),
    "ul_magnesium_efsa": ("200", ("23[24]-*", "398-*")),
    "pair_separation": ("1.98", ("30[0-2]-*",)),
    "carbohydrate_meal": ("49.9", ("03[0-2]-*",)),
}
WANTED = {"l_tryptophan_flag": "l_tryptophan", "ul_magnesium_efsa": "magnesium"}  # substances of rules that ask for nothing but a dose


@pytest.fixture(scope="module")
def moved(knowledge):
    """The knowledge base with every threshold of ``EDITS`` moved."""
    return with_thresholds(knowledge, {name: Decimal(value) for name, (value, _) in EDITS.items()})


@pytest.mark.parametrize("name", EDITS)
def test_the_cases_that_change_are_those_of_a_brute_force_search(knowledge, golden, against, moved, name):
    """Every case assessed twice by 'assess': the ones of which something else is concluded are listed, and no other.

    For rules that ask for nothing but a dose they are also the ones whose dose lies in the interval, by the facts before any rule.
    'make impact-oracle' does this for every threshold and every golden case.
    """
    cases, two = golden(*EDITS[name][1]), against(moved)
    listed = [tried.case for tried in run(two, cases, cases) if tried.change and tried.change.level == "conclusions"]
    expected = changed_cases(cases, {case: concluded(data, knowledge) for case, data in cases.items()}, moved)

    assert expected == listed
    assert 0 < len(expected) < len(cases)  # the edit is seen, and not by every case
    if name in WANTED:
        parts = [part for change in rule_changes(knowledge, moved, two.rules) for part in change.parts if part.threshold.endswith(name)]
        assert [case for case in cases if any(p.interval.holds(_dose(cases[case], knowledge, WANTED[name])) for p in parts)] == listed


def _dose(case, knowledge, substance):
    """The dose of a substance, mg; below every interval when there is none."""
    facts = [knowledge.vocabulary.plain(fact) for fact in prepare(case, knowledge, course=False).book.origins if fact.relation == "dose"]
    return max((float(slots["mg"]) for _, slots in facts if slots["substance"] == substance), default=-1.0)


def test_a_rule_that_no_case_shows_does_not_count_as_one_that_moved(knowledge, golden, against):
    """A threshold that moves between the doses of two cases moves nothing, but it is quoted by the findings above it."""
    cases, after = golden("20[01]-*"), with_thresholds(knowledge, {"l_tryptophan_flag": Decimal("450.5")})
    tried = list(run(against(after), cases, cases))

    assert (set(), {"tryptophan-dose-flagged"}) == ({r for t in tried for r in t.moved}, {r for t in tried for r in t.fired})
    assert ["201-l-tryptophan-just-above-450-mg"] == [t.case for t in tried if t.change]
    assert {"words"} == {t.change.level for t in tried if t.change}
