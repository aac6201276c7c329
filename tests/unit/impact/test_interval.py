"""A bound that moves is told with exactly the values for which it decides otherwise."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from neurobalance_expert.assessment import Knowledge
from neurobalance_expert.impact.changes import Part, rule_changes
from neurobalance_expert.impact.run import pair, version
from neurobalance_expert.rules.ir import Test as Comparison

SIDES = (("below", "at_most"), ("above", "at_least"))


def bound_part(one: Comparison, other: Comparison, knowledge: Knowledge) -> Part:
    """The part of a rule whose only condition has one test, then the other."""
    from msgspec.structs import replace

    from neurobalance_expert.impact.changes import _bound

    rule = knowledge.rule_by_id["vitamin-c-above-american-level"]
    pattern = rule.when[0]
    slot = next(s for s in pattern.slots if s.name == "mg")
    return _bound("condition", pattern, replace(slot, tests=(other,)), knowledge.vocabulary, one, other, rule)


@given(data=st.data(), side=st.sampled_from(SIDES))
def test_the_interval_holds_exactly_the_values_that_two_tests_decide_differently(knowledge, data, side):
    """For every pair of comparisons of one direction and every whole step around their bounds; and fewer or more values pass."""
    one, other = (Comparison(data.draw(st.sampled_from(side)), data.draw(st.integers(0, 12))) for _ in range(2))
    steps = range(-2, 16)
    differing = [value for value in steps if one.holds(value) != other.holds(value)]
    if differing:
        part = bound_part(one, other, knowledge)
        assert part.interval is not None

        assert differing == [value for value in steps if part.interval.holds(float(value) / 1000)]
        assert ("more" if other.holds(differing[0]) else "fewer") == part.effect


def test_a_threshold_of_a_dose_is_told_with_its_unit_and_its_path(knowledge, edit):
    """450 mg counts no more and 451 mg never did: the values between are those of the step of the slot, 0.001 mg."""
    after = edit("knowledge/thresholds.yaml", "{value: 450, unit: mg", "{value: 451, unit: mg")
    two = pair(version("a", knowledge), version("b", after))
    [change] = rule_changes(knowledge, after, two.rules)
    [part] = change.parts

    assert ("tryptophan-dose-flagged", "changed", "CEIL:l_tryptophan") == (change.rule, change.what, change.code)
    assert ("bound", "above 450.000 mg", "above 451.000 mg", "fewer") == (part.part, part.before, part.after, part.effect)
    assert "dose of L-tryptophan from supplements: mg from 450.001 to 451 mg" == part.interval.told()
    assert "knowledge.thresholds.l_tryptophan_flag" == part.threshold


def test_another_comparison_at_the_same_bound_differs_in_one_value(knowledge, edit):
    """'At most 1' became 'below 1': a ratio of exactly 1 decides."""
    after = edit("rules/cofactors/labs.yaml", "ratio: {bind: $over_borderline, at_most: 1}", "ratio: {bind: $over_borderline, below: 1}")
    [change] = rule_changes(knowledge, after, frozenset({"lab-borderline"}))
    [part] = change.parts

    assert "any analyte over its borderline limit: ratio exactly 1" == part.interval.told()
