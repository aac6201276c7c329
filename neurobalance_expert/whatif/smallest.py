"""The smallest change of what was eaten and taken that makes one finding go, or come: found from the rules, checked by simulation.

First the facts: which comparisons have to give, and which items move those facts (``goal``, ``movers``). Then each way of changing one item
is tried on the changed case: facts anew, and the rules that decide (``tries``). What is found goes once more through the whole program, and
so does the change that is one step smaller. docs/what-if.md
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Literal

from msgspec import Struct

from neurobalance_expert.assessment import check_change, conclude, refers
from neurobalance_expert.cases.types import Case
from neurobalance_expert.engines.base import Result
from neurobalance_expert.fact import FINDING, SEVERITIES, Fact
from neurobalance_expert.facts.prepare import Prepared
from neurobalance_expert.knowledge.policy import rank
from neurobalance_expert.knowledge.suggestions import matches
from neurobalance_expert.loaded import Knowledge
from neurobalance_expert.outcome import Finding
from neurobalance_expert.recommend import Trial
from neurobalance_expert.rules.ir import Rule
from neurobalance_expert.whatif.goal import CODE, OPPOSITE, Goal, fits, goal_of, needs, rests_on, supports, touches
from neurobalance_expert.whatif.inputs import Item, Move, apply, moves, self_chosen, size, without
from neurobalance_expert.whatif.movers import MOVED_BY, Groups, Moved, cannot_come, groups_of
from neurobalance_expert.whatif.search import Found, Search
from neurobalance_expert.whatif.spread import Range, ranges, value_after
from neurobalance_expert.whatif.tries import Tries

MEDICAL = (
    "medication",
    "acting_medicine",
    "interaction",
    "interaction_dose",
    "interaction_gap",
    "condition",
    "known_condition",
    "condition_effect",
    "warning_sign",
    "acts_on",
)  # relations about medicines and conditions
SAFETY = ("INT:*", "COND:*", "FLAG:*", "UL:*")  # findings that a clinician answers, whatever their severity
GRAVE = rank("major")
MOST_LEFT_OUT = 3  # supplements that are left out together, when no change of one item does it

Reason = Literal["", "fixed", "unknown", "not_reached"]


class Effects(Struct, frozen=True):
    """What else a change does to the findings: code and severity, before and after where it moves."""

    gained: tuple[tuple[str, str], ...]
    lost: tuple[tuple[str, str], ...]
    moved: tuple[tuple[str, str, str], ...]

    @property
    def raises(self) -> tuple[tuple[str, str], ...]:
        """What comes or grows and is above info then."""
        grown = ((code, after) for code, before, after in self.moved if rank(after) > rank(before))
        return tuple(sorted((code, severity) for code, severity in (*self.gained, *grown) if rank(severity) > 0))


class Beside(Struct, frozen=True):
    """A number before and after a change, with what it is known to: a move inside that range is smaller than what is known."""

    range: Range
    after: float

    @property
    def inside(self) -> bool:
        """Whether the number after the change still lies where it may have been before it."""
        return self.range.low <= self.after <= self.range.high


class Change(Struct, frozen=True):
    """A change that does it, after it went through the whole program.

    ``steps`` counts steps of ``move``; one step less was seen to fail (``smaller_fails``), and every smaller number of steps was excluded
    (``least``). None for leaving out, which has nothing smaller.
    """

    move: Move
    steps: int
    items: tuple[Item, ...]
    size: float
    effects: Effects
    smaller_fails: bool | None
    least: bool | None
    beside: tuple[Beside, ...]

    @property
    def recommended(self) -> bool:
        """Whether it raises nothing above info. Never a recommendation to do it."""
        return not self.effects.raises


class Answer(Struct, frozen=True):
    """What was found for one code of one case. ``reason`` says why there is no change, '' when there is one."""

    p: Prepared
    goal: Goal
    severity: str  # of the finding, '' when it is not there
    title: str
    safety: bool
    careful: bool  # only leaving out was looked at
    needs: tuple[str, ...]
    changes: tuple[Change, ...]
    reason: Reason
    rests_on: tuple[str, ...]  # facts that cannot change, when it rests on them alone
    prescribed: tuple[Item, ...]  # what was not touched
    ranges: tuple[Range, ...]
    exhaustive: bool  # every smaller change of one item was excluded; where there is no change, every change
    excluded: float  # where that is not so: the size below which every change of one item was
    runs: int  # cases computed


def smallest_change(case: Case, code: str, knowledge: Knowledge) -> Answer:
    """The smallest changes of single items that make the finding go (or come, when it is not there), the smallest first.

    Raises:
        Misuse: no rule concludes the code.
        InputProblems: the rules conclude two findings that they declare exclusive.
    """
    trial, _, found = conclude(case, knowledge, "reference")
    goal = goal_of(code, trial.result, knowledge)
    return _Search(trial, goal, found, knowledge).answer()


class _Search:
    """One search; it counts the cases that it computes."""

    def __init__(self, trial: Trial, goal: Goal, found: Sequence[Finding], knowledge: Knowledge) -> None:
        self.trial, self.goal, self.knowledge, self.found = trial, goal, knowledge, found
        self.p = trial.prepared
        self.ranges: tuple[Range, ...] = ()
        self.runs = 1  # of the whole program
        self.joint = not goal.clears and any(_limits(knowledge.rule_by_id[rule]) > 1 for rule in goal.deciding)
        self.try_ = Tries(trial.prepared, goal, knowledge)
        self.search = Search(self.try_, self._reached, between=self.joint)
        self.severity = max((f.severity for f in found if f.code == goal.code), key=rank, default="")
        self.safety = self._about_safety()
        self.careful = self.safety or not self._advice()

    def answer(self) -> Answer:
        """The whole answer."""
        goal, result = self.goal, self.trial.result
        moved = Moved(self.p, self.knowledge)
        looked_at = touches(goal, result, self.knowledge, self._impossible(moved))
        groups = groups_of(looked_at, moved)
        prescribed = tuple(sorted(self._prescribed(groups), key=lambda item: item.at))
        for item in prescribed:
            del groups[item]
        self.ranges = ranges(looked_at, self.p, self.knowledge) if goal.clears and groups else ()
        changes = () if self._unbreakable() else tuple(self._checked(groups))
        reason = "" if changes else self._reason(groups)
        return Answer(
            self.p,
            goal,
            self.severity,
            self._title(),
            self.safety,
            self.careful,
            needs(goal, result, self.knowledge, MOVED_BY),
            tuple(sorted(changes, key=lambda c: (not c.recommended, c.size, c.move.item.of, c.move.item.at, c.move.kind))),
            reason,
            rests_on(goal, result, self.knowledge, MOVED_BY) if goal.clears and reason else (),
            prescribed,
            self.ranges,
            self.search.whole,
            self.search.excluded,
            self.runs + self.try_.runs,
        )

    def _impossible(self, moved: Moved) -> list[str]:
        """Rules that ask for something that is not in the case."""
        if self.goal.clears:
            return []
        rules = [(self.knowledge.rule_by_id[rule], said) for rule, said in self.goal.bindings.items()]
        facts = self.p.book.origins
        return [rule.id for rule, said in rules if cannot_come(rule, said, facts, moved)]

    def _about_safety(self) -> bool:
        """Whether a clinician answers the finding: by its code or severity, by the kind of a rule, or by a medicine or condition in it."""
        rules = [self.knowledge.rule_by_id[rule] for rule in self.goal.bindings]
        severities = [self.severity] if self.goal.clears else [rule.severity for rule in rules]
        return (
            matches(self.goal.code, SAFETY)
            or any(rank(severity) >= GRAVE for severity in severities if severity)
            or any(rule.kind == "safety" for rule in rules)
            or any(pattern.relation in MEDICAL for rule in rules for pattern in (*rule.scope, *rule.when))
        )

    def _title(self) -> str:
        there = [f.title for f in self.found if f.code == self.goal.code]
        return there[0] if there else self.knowledge.rule_by_id[next(iter(self.goal.bindings))].title

    def _advice(self) -> bool:
        """Whether the report of this case may propose anything at all."""
        trusted = Fact("trusted", ("true",)) in self.trial.result.facts
        referred = refers(self.p.case, self.knowledge)
        graded = [(f.code, f.severity) for f in self.found]
        return self.knowledge.policy.disposition(graded, trusted=trusted, referred=referred) in self.knowledge.suggestions.allowed_in

    # --- what may change ------------------------------------------------------------------------------------------

    def _prescribed(self, groups: Groups) -> list[Item]:
        vocabulary = self.knowledge.vocabulary.relations["condition_effect"]
        item, use = vocabulary.index("item"), vocabulary.index("use")
        facts = [f for f in self.trial.result.facts if f.relation == "condition_effect" and f.values[use] == "treatment"]
        treats = {str(f.values[item]) for f in facts}
        of_supplements = [i for i in groups if i.of == "supplement"]
        return [i for i in of_supplements if not self_chosen(self.p.case.supplements[i.at], treats, self.knowledge.names)]

    def _moves(self, groups: Groups) -> Iterator[Move]:
        for item, of in sorted(groups.items(), key=lambda pair: (pair[0].of, pair[0].at)):
            if self.careful and item.of == "food" and not (self.safety and "leave_out" in of):
                continue
            yield from moves(item, of, self.p, self.knowledge.names, more=not self.goal.clears, careful=self.careful)

    def _unbreakable(self) -> bool:
        """Whether one proof of the finding rests on facts alone that nothing moves."""
        if not self.goal.clears:
            return False
        return any(not any(fact.relation in MOVED_BY for fact in way) for way in supports(self.goal, self.trial.result))

    # --- looking for it -------------------------------------------------------------------------------------------

    def _checked(self, groups: Groups) -> Iterator[Change]:
        """Every change that does it, checked."""
        found: set[Item] = set()
        for one in self.search.least(list(self._moves(groups))):
            move = one.move
            if move.kind == "leave_out" and move.item.of == "food" and move.item in found:
                continue  # a smaller change of it did it already
            change = self._check(one)
            if change is not None:
                found.add(move.item)
                yield change
        if not found and self.goal.clears:
            yield from self._together([item for item in groups if item.of == "supplement"])

    def _reached(self, result: Result) -> bool:
        """Whether the finding is gone (or there), and not only no longer known."""
        there = any(f.relation == FINDING and f.values[CODE] == self.goal.code for f in result.facts)
        if not self.goal.clears:
            return there
        return not there and not self._unknown(result)

    def _unknown(self, result: Result) -> bool:
        """Whether a rule of the finding can no longer be decided that could be before: then nothing was cleared, only hidden."""
        return any(self._open(result, rule) > self._open(self.trial.result, rule) for rule in self.goal.bindings)

    def _open(self, result: Result, rule: str) -> int:
        said = self.goal.bindings[rule]
        return sum(e.status == "unknown" and fits(e, said) for e in result.entries.get(rule, ()))

    # --- checking it ----------------------------------------------------------------------------------------------

    def _check(self, found: Found) -> Change | None:
        """The change through the whole program, with what else it does; None when it does not do there what it should."""
        move, steps = found.move, found.steps
        after = self._whole(apply(self.p.case, move, steps))
        if not self._reached(after.result):
            return None
        while steps > 1 and self._reached(self.try_.anew(move, steps - 1)):
            after, steps = self._whole(apply(self.p.case, move, steps - 1)), steps - 1
        less = None if move.kind == "leave_out" else True
        least = None if move.kind == "leave_out" else found.least and steps == found.steps
        return Change(move, steps, (move.item,), size(move, steps), self._effects(after), less, least, self._beside(move, after))

    def _beside(self, move: Move, after: Trial) -> tuple[Beside, ...]:
        """The numbers of the finding after a change of an amount; windows change with clock times and with what is left out."""
        if move.kind not in ("less", "more"):
            return ()
        values = [(r, value_after(r, after.prepared)) for r in self.ranges]
        return tuple(Beside(r, value) for r, value in values if value is not None)

    def _together(self, items: Sequence[Item]) -> Iterator[Change]:
        """Supplements that have to be left out together: the fewest that do it; none are looked for when all of them together do not."""
        if len(items) < 2 or not self._reached(self._whole(without(self.p.case, items)).result):
            return
        for number in range(2, MOST_LEFT_OUT + 1):
            found = False
            for some in combinations(sorted(items, key=lambda item: item.at), number):
                case = without(self.p.case, some)
                if self._reached((after := self._whole(case)).result):
                    found = True
                    yield Change(Move(some[0], "leave_out", 1), 1, some, float(number), self._effects(after), None, None, ())
            if found:
                return

    def _whole(self, case: Case) -> Trial:
        self.runs += 1
        return check_change(case, self.knowledge)

    def _effects(self, after: Trial) -> Effects:
        old, new = self.trial.severities(), after.severities()
        old.pop(self.goal.code, None)
        new.pop(self.goal.code, None)
        both = sorted(old.keys() & new.keys())
        return Effects(
            tuple((code, SEVERITIES[new[code]]) for code in sorted(new.keys() - old.keys())),
            tuple((code, SEVERITIES[old[code]]) for code in sorted(old.keys() - new.keys())),
            tuple((code, SEVERITIES[old[code]], SEVERITIES[new[code]]) for code in both if old[code] != new[code]),
        )

    # --- when there is none ---------------------------------------------------------------------------------------

    def _reason(self, groups: Groups) -> Reason:
        if not self.goal.clears and self._missing():
            return "unknown"
        return "fixed" if self._unbreakable() or not any(self._moves(groups)) else "not_reached"

    def _missing(self) -> bool:
        """Whether a rule of the finding cannot be decided, in the case as it is or after a change."""
        results = (self.trial.result, *self.try_.results.values())
        return any(self._open(result, rule) for result in results for rule in self.goal.bindings)


def _limits(rule: Rule) -> int:
    """How many limits of facts that can change a rule asks for at once."""
    moved = [pattern for pattern in (*rule.scope, *rule.when) if pattern.relation in MOVED_BY]
    return sum(test.op in OPPOSITE for pattern in moved for slot in pattern.slots for test in slot.tests)
