"""The fewest steps are found also where an effect comes and goes, and what is not certain is not called certain."""

from __future__ import annotations

from math import inf

import pytest

from neurobalance_expert.whatif import search as module
from neurobalance_expert.whatif.inputs import Item, Move
from neurobalance_expert.whatif.search import Search


class Tries:
    """Changed cases whose result is whether it is reached, by a rule for each move; forms by another rule, or each its own."""

    def __init__(self, does, day_only, form=None):
        self.does, self.day_only, self.course, self.of = does, day_only, False, form or (lambda _, steps: steps)
        self.kept = {}

    def prefetch(self, wanted):
        """Compute them."""
        for move, steps in wanted:
            self.form(move, steps)

    def form(self, move, steps):
        """By which range this is told apart."""
        return self.kept.setdefault((move, steps), self.of(move, steps))

    def result(self, move, steps):
        """Whether it is reached."""
        self.form(move, steps)
        return self.does(move, steps)


LATER, MORE = Move(Item("meal", 0), "later", 900), Move(Item("food", 0), "more", 1000)


def least(tries, *moves, between=False):
    """Steps of each move, whether they are certain, and the search."""
    search = Search(tries, bool, between=between)
    return [(f.move.kind, f.steps, f.least) for f in search.least(moves)], search


def test_an_effect_between_two_looked_at_places_is_found():
    """A shift of 7 to 9 min does it, and one from 40 min on: the ladder sees the second alone."""
    found, search = least(Tries(lambda _, steps: 7 <= steps <= 9 or steps >= 40, day_only=True), LATER)

    assert ([("later", 7, True)], True) == (found, search.whole)


def test_a_smaller_change_of_an_item_that_no_place_of_the_ladder_shows_is_found():
    """Of two meals the one is seen at 30 min; the other does it between 20 and 22 min alone."""
    other = Move(Item("meal", 5), "earlier", 900)
    found, search = least(Tries(lambda move, steps: steps >= 30 if move == LATER else 20 <= steps <= 22, day_only=True), LATER, other)

    assert ([("earlier", 20, True), ("later", 30, True)], True) == (found, search.whole)


def test_a_range_of_amounts_of_one_form_is_excluded_by_its_ends():
    """The form changes at 300 and at 620 steps, where it is reached: a handful of 620 cases is computed."""
    tries = Tries(lambda _, steps: steps >= 620, day_only=False, form=lambda _, steps: (steps >= 300) + (steps >= 620))
    found, search = least(tries, MORE)

    assert ([("more", 620, True)], True) == (found, search.whole)
    assert len(tries.kept) < 40


def test_an_amount_that_does_it_for_a_while_is_found_by_its_form():
    """From 300 to 310 steps and from 620 on; the ends of the ladder and the halves between them see the second alone."""
    parts = (300, 311, 620)
    tries = Tries(lambda _, steps: 300 <= steps < 311 or steps >= 620, day_only=False, form=lambda _, steps: sum(steps >= n for n in parts))

    assert [("more", 300, True)] == least(tries, MORE)[0]


@pytest.mark.parametrize("day_only", [True, False])
def test_beyond_the_budget_nothing_is_called_certain(monkeypatch, day_only):
    """The change is told with its steps; that nothing smaller does it is not."""
    monkeypatch.setattr(module, "BUDGET", 20)
    found, search = least(Tries(lambda _, steps: steps >= 620, day_only=day_only), MORE if not day_only else LATER)

    assert ([("more" if not day_only else "later", 620, False)], False) == (found, search.whole)
    assert search.excluded < found[0][1]


def test_where_nothing_does_it_every_step_was_computed_or_that_is_not_said(monkeypatch):
    """900 steps are more than the budget; 90 are not."""
    never = Move(Item("meal", 0), "later", 90)
    assert ([], True) == (lambda pair: (pair[0], pair[1].whole))(least(Tries(lambda *_: False, day_only=True), never))

    found, search = least(Tries(lambda *_: False, day_only=True), LATER)
    assert ([], False, True) == (found, search.whole, 0 < search.excluded < inf)
