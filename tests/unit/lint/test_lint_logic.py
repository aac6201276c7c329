"""What follows from the tests of a slot is what trying every value shows."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from neurobalance_expert.lint.logic import Values, values_of
from neurobalance_expert.rules import ir
from neurobalance_expert.rules.ir import Const, Slot
from neurobalance_expert.vocabulary import SlotType

NUMBERS, WORDS = range(-2, 9), ("fed", "fasting", "night")
NUMBER, PHASE = SlotType("n", "number", "1"), SlotType("phase", "enum", enum=WORDS)

inner = st.integers(0, 6)
orderings = st.builds(ir.Test, st.sampled_from(["below", "at_most", "above", "at_least"]), inner)
choices = st.builds(ir.Test, st.sampled_from(["in", "not_in"]), st.lists(inner, min_size=1, max_size=4).map(tuple))
number_slots = st.lists(orderings | choices, max_size=3).map(lambda tests: Slot("n", 0, None, tuple(tests)))
words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(tuple)
word_slots = st.lists(st.builds(ir.Test, st.sampled_from(["in", "not_in"]), words), max_size=2).map(
    lambda tests: Slot("phase", 0, None, tuple(tests))
)
some = number_slots.map(lambda slot: values_of(slot, NUMBER))


@given(number_slots, st.none() | inner.map(Const))
def test_a_value_is_one_of_them_when_it_passes_every_test(slot: Slot, term: Const | None) -> None:
    """Numbers, also with a constant to be equal to."""
    found = values_of(Slot("n", 0, term, slot.tests), NUMBER)

    for value in NUMBERS:
        assert (all(test.holds(value) for test in slot.tests) and term in (None, Const(value))) == found.holds(value)


@given(word_slots)
def test_a_word_is_one_of_them_when_it_passes_every_test(slot: Slot) -> None:
    """Words of a closed list; empty means that none passes."""
    passing = [word for word in WORDS if all(test.holds(word) for test in slot.tests)]
    found = values_of(slot, PHASE)

    assert passing == [word for word in WORDS if found.holds(word)]
    assert (not passing) == found.empty()


@given(some, some)
def test_what_is_in_both_is_in_the_meeting(one: Values, two: Values) -> None:
    """And nothing else; it is called empty exactly when no value is left (bounds lie within the numbers tried)."""
    both = one.meet(two)
    left = [value for value in NUMBERS if one.holds(value) and two.holds(value)]

    assert left == [value for value in NUMBERS if both.holds(value)]
    assert (not left) == both.empty()


@given(some, some)
def test_within_is_never_said_wrongly(one: Values, two: Values) -> None:
    """Where it is said, each value of the one is one of the other."""
    assert not one.within(two) or all(two.holds(value) for value in NUMBERS if one.holds(value))
    assert one.within(one)
