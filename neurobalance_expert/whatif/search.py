"""The fewest steps of each change that do what is asked, and what is known of all smaller ones.

Each change is looked at in a few places, and then between the last that fails and the first that does it, down to one step. That finds a
change, and not yet the smallest: an effect may come, go and come again. So every smaller step is excluded afterwards, in one of two ways.
Where the rules ask for totals alone, each number in a fact moves in one direction with an amount, so that two amounts of one form
(``forms``) have nothing else between them. Where they ask for the course of the day, every step is simulated, up to a budget.
docs/what-if.md#exact
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import inf

from msgspec import Struct

from neurobalance_expert.engines.base import Result
from neurobalance_expert.whatif.inputs import STEP_MIN, WHOLE, Move, size
from neurobalance_expert.whatif.tries import Tries

# Clock times are looked at a quarter of an hour apart at first, farther out at wider distances: an effect of meals lasts for hours.
TIME_LADDER = tuple(m // STEP_MIN for m in (15, 30, 45, 60, 75, 90, 105, 120, 150, 180, 210, 240, 300, 360, 480, 720, 960))
# Where one amount moves two limits at once, what is between nothing and the largest amount is looked at too. In steps of 1 %.
AMOUNT_LADDER = {"less": (5, 10, 20, 40, 70), "more": (5, 10, 20, 50, WHOLE, 200, 400)}
MOST_TOLD = 8  # changes of one item that are told; what cannot be among the smallest is not looked for to the step
BETWEEN = 8  # places in a bracket before all smaller steps are computed
BUDGET = 500  # simulated days that are spent on excluding smaller steps
SHARE = 0.4  # of the budget, for small changes of every item where it has no room for all that are smaller than the smallest found
PARTS = (0.5, 0.35, 0.25, 0.17, 0.12, 0.08, 0.05, 0.03, 0.02)  # of the size of that, which are tried then
PREPARED = 5  # what a case whose totals are computed anew counts for


class Found(Struct, frozen=True):
    """The fewest steps of a move that do it; ``least``: every smaller number of steps was excluded."""

    move: Move
    steps: int
    least: bool

    @property
    def size(self) -> float:
        """As ``inputs.size``."""
        return size(self.move, self.steps)


class Search:
    """One search over changes of one item.

    Args:
        tries: Computes the changed cases.
        reached: Whether a result is what is asked for.
        between: Whether amounts are looked at between their ends, too.
    """

    def __init__(self, tries: Tries, reached: Callable[[Result], bool], *, between: bool) -> None:
        self.tries, self.reached, self.between = tries, reached, between
        self.left = BUDGET
        self.whole = True  # whether every change was excluded that is smaller than the smallest found
        self.excluded = 0.0  # else the size below which every change was

    def least(self, moves: Sequence[Move]) -> list[Found]:
        """The smallest change of each move that does it, for those that may be among the smallest; of a move that does not do it nothing.

        Afterwards ``whole`` says whether each step of each move that is smaller than the smallest of these was excluded (when there is
        none of these: each step of each move), and ``excluded`` up to which size that is so when it is not.
        """
        brackets = self._brackets(moves)
        found = self._scanned(moves, self._closer(brackets)) if self.tries.day_only else {}
        rest = {move: bracket for move, bracket in _smallest(brackets).items() if move not in found}
        for move, steps in sorted(self._narrowed(rest).items(), key=lambda pair: size(*pair)):
            first, least = self._first(move, steps - 1)
            found[move] = Found(move, first or steps, least)
        if not self.tries.day_only:
            self._outwards([move for move in moves if move not in found], found)
        return sorted(found.values(), key=lambda f: f.size)[:MOST_TOLD]

    # --- a first look -------------------------------------------------------------------------------------------------

    def _brackets(self, moves: Sequence[Move]) -> dict[Move, tuple[int, int]]:
        """Of each move that does it somewhere: the last place that fails, and the first that does it."""
        places = {move: _places(move, between=self.between) for move in moves}
        self.tries.prefetch([(move, steps) for move, ladder in places.items() for steps in ladder])
        found = {}
        for move, ladder in places.items():
            does = next((n for n, steps in enumerate(ladder) if self._does(move, steps)), None)
            if does is not None:
                found[move] = (ladder[does - 1] if does else 0, ladder[does])
        return found

    def _closer(self, brackets: Mapping[Move, tuple[int, int]]) -> dict[Move, tuple[int, int]]:
        """The same with narrower brackets, by places between their ends, in one batch."""
        ladders = {}
        for move, (low, high) in _smallest(brackets).items():
            ladders[move] = [low, *range(low + (step := max(1, (high - low) // BETWEEN)), high, step), high]
        self.tries.prefetch([(move, steps) for move, ladder in ladders.items() for steps in ladder[1:-1]])
        does = {move: next(n for n, steps in enumerate(ladder) if n and self._does(move, steps)) for move, ladder in ladders.items()}
        return {move: (ladder[does[move] - 1], ladder[does[move]]) for move, ladder in ladders.items()}

    def _narrowed(self, brackets: dict[Move, tuple[int, int]]) -> dict[Move, int]:
        """Down to one step, of the moves that may be among the smallest."""
        while wide := {move: (low + high) // 2 for move, (low, high) in _smallest(brackets).items() if high - low > 1}:
            self.tries.prefetch(list(wide.items()))
            for move, middle in wide.items():
                low, high = brackets[move]
                brackets[move] = (low, middle) if self._does(move, middle) else (middle, high)
        return {move: high for move, (_, high) in _smallest(brackets).items()}

    def _does(self, move: Move, steps: int) -> bool:
        return self.reached(self.tries.result(move, steps))

    # --- what is smaller ----------------------------------------------------------------------------------------------

    def _scanned(self, moves: Sequence[Move], brackets: Mapping[Move, tuple[int, int]]) -> dict[Move, Found]:
        """Every step is computed: of all moves up to the size of the smallest bracket, then of each in a bracket up to its end."""
        nearest = sorted(brackets.items(), key=lambda pair: size(pair[0], pair[1][1]))
        near = self._near(moves, size(nearest[0][0], nearest[0][1][1]) if nearest else inf)
        far = {move: high - 1 for move, (_, high) in nearest if self._affordable(move, high - 1)}
        self.tries.prefetch([(move, steps) for move, last in far.items() for steps in range(1, last + 1)])
        found = {}
        for move, last in (near | far).items():
            first = next((n for n in range(1, last + 1) if self._does(move, n)), brackets[move][1] if move in far else None)
            if first is not None:
                found[move] = Found(move, first, True)
        return found

    def _near(self, moves: Sequence[Move], limit: float) -> dict[Move, int]:
        """Computes every change of each move that is smaller than a limit, or than as much of it as the budget has room for."""
        for below in (limit, *(part * min(limit, 1.0) for part in PARTS)):
            most = {move: _steps_below(move, below) for move in moves}
            wanted = [(move, steps) for move, last in most.items() for steps in range(1, last + 1)]
            new = sum(pair not in self.tries.kept for pair in wanted)
            if new <= (self.left if below == limit else BUDGET * SHARE):
                self.left -= new
                self.tries.prefetch(wanted)
                self.whole, self.excluded = below == limit, below
                return most
        self.whole = False
        return {}

    def _affordable(self, move: Move, last: int) -> bool:
        """Whether the budget has room for the steps of a move; it is spent then."""
        new = sum((move, steps) not in self.tries.kept for steps in range(1, last + 1))
        if new > self.left:
            return False
        self.left -= new
        return True

    def _outwards(self, moves: Iterable[Move], found: dict[Move, Found]) -> None:
        """Looks for changes by other moves that are smaller than the smallest that was found, and adds them."""
        limit = min((f.size for f in found.values()), default=None)
        for move in moves:
            first, excluded = self._first(move, move.most if limit is None else _steps_below(move, limit))
            self.whole = self.whole and excluded
            if first is not None:
                found[move] = Found(move, first, excluded)
        limit = min((f.size for f in found.values()), default=0.0)
        self.whole = self.whole and all(f.least for f in found.values() if f.size <= limit)

    def _first(self, move: Move, most: int) -> tuple[int | None, bool]:
        """The first of the steps 1 to ``most`` that does it (None: none does), and whether that is certain; for totals alone."""
        if most < 1:
            return None, True
        totals = move.kind in ("less", "more") and not (self.tries.day_only or self.tries.course)
        return self._split(move, 0, most) if totals else (None, False)

    def _split(self, move: Move, low: int, high: int) -> tuple[int | None, bool]:
        """The first step above ``low``, which fails, up to ``high``; between two amounts of one form there is no other form."""
        if not (self._known(move, low) and self._known(move, high)):
            return None, False
        if self.tries.form(move, low) == self.tries.form(move, high):
            return None, True
        if high - low == 1:
            return (high if self._does(move, high) else None), True
        middle = (low + high) // 2
        first, certain = self._split(move, low, middle)
        if first is not None or not certain:
            return first, certain
        return self._split(move, middle, high)

    def _known(self, move: Move, steps: int) -> bool:
        """Whether the budget allows to look at this step."""
        if (move, steps) in self.tries.kept:
            return True
        self.left -= PREPARED
        return self.left >= 0


def _smallest(brackets: Mapping[Move, tuple[int, int]]) -> dict[Move, tuple[int, int]]:
    """The moves that may still be among the smallest: the least they can be is no larger than the most that those can be."""
    largest = sorted(size(move, high) for move, (_, high) in brackets.items())[:MOST_TOLD]
    return {move: (low, high) for move, (low, high) in brackets.items() if size(move, low + 1) <= largest[-1]}


def _steps_below(move: Move, limit: float) -> int:
    """The most steps of a move that are smaller than a size."""
    return bisect_left(range(1, move.most + 1), limit, key=lambda steps: size(move, steps))


def _places(move: Move, *, between: bool) -> tuple[int, ...]:
    """Where a move is looked at first, in steps; amounts at their ends alone, unless ``between``."""
    amounts = AMOUNT_LADDER if between else {"more": (WHOLE,)}
    ladder = TIME_LADDER if move.kind in ("earlier", "later") else amounts.get(move.kind, ())
    return (*(steps for steps in ladder if steps < move.most), move.most)
