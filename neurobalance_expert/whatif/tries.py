"""Changed cases tried quickly: the facts that the change moves, and the rules that decide about one finding. Each case is computed once.

When the rules ask of what was eaten and taken only where it stands in the day, the other facts stay, and many changes share one simulation.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from msgspec.structs import replace

from neurobalance_expert.engines.base import Result
from neurobalance_expert.engines.reference import evaluate
from neurobalance_expert.fact import Fact
from neurobalance_expert.facts.book import FactBook
from neurobalance_expert.facts.meal_kinds import with_meal_kinds
from neurobalance_expert.facts.placed import PlacedIntake
from neurobalance_expert.facts.prepare import Prepared, prepare
from neurobalance_expert.facts.timing import DayModel, add_windows, run_days
from neurobalance_expert.facts.worked_day import Made
from neurobalance_expert.loaded import Knowledge
from neurobalance_expert.model.constants import AA
from neurobalance_expert.rules.ir import Const, Pattern
from neurobalance_expert.whatif.inputs import Item, Move, apply, factor_of, foods_of, shift_of
from neurobalance_expert.whatif.movers import MOVED_BY

COURSE = frozenset(("influx", "plasma_ratio"))  # facts that need the simulation
DAY = frozenset(("window", "meal", "free_amino_acid", "free_competitors", "last_before_night")) | COURSE  # facts of ``add_windows``


class Tries:
    """The results of one case under changes."""

    def __init__(self, p: Prepared, deciding: Collection[str], knowledge: Knowledge) -> None:
        self.p, self.deciding, self.knowledge = p, deciding, knowledge
        rules = [knowledge.rule_by_id[rule] for rule in deciding]
        patterns = [pattern for rule in rules for pattern in (*rule.scope, *rule.when, *rule.unless)]
        asked = {pattern.relation for pattern in patterns}
        self.course = not asked.isdisjoint(COURSE)
        self.day_only = asked & MOVED_BY.keys() <= DAY
        closing = {knowledge.vocabulary.relations[name].closed_by for name in asked}
        looked_at = asked.union(other[0] for other in closing if other is not None) - DAY
        self.same = [fact for fact in p.book.origins if fact.relation in looked_at] if self.day_only else []
        self.acids = {name: _acids(name, patterns) for name in COURSE}
        self.kept: dict[tuple[Move, int], Result] = {}

    @property
    def runs(self) -> int:
        """How many changed cases were computed."""
        return len(self.kept)

    def result(self, move: Move, steps: int) -> Result:
        """What the rules conclude after a change."""
        if (move, steps) not in self.kept:
            self.prefetch([(move, steps)])
        if (move, steps) not in self.kept:
            facts = prepare(apply(self.p.case, move, steps), self.knowledge, course=self.course).book.origins
            self.kept[move, steps] = self._conclude(facts)
        return self.kept[move, steps]

    def prefetch(self, wanted: Iterable[tuple[Move, int]]) -> None:
        """Compute several changes in one batch, where that can be done."""
        new = [pair for pair in wanted if pair not in self.kept] if self.day_only else []
        if not new:
            return
        person, knowledge = self.p.case.person, self.knowledge
        each = [self._intakes(move, steps) for move, steps in new]
        fasting = knowledge.constants.fasting_uM(person.sex, person.weight_kg)
        weight_kg = person.weight_kg if self.course else None
        made = Made(knowledge.foods, knowledge.names, knowledge.mixtures)
        days = run_days(each, weight_kg, fasting, knowledge.constants, knowledge.assumptions)
        for pair, day in zip(new, days, strict=True):
            book = FactBook(knowledge.vocabulary)
            add_windows(book, self._asked(day), knowledge.constants, knowledge.assumptions, made)
            self.kept[pair] = self._conclude([*self.same, *book.origins])

    def _asked(self, day: DayModel) -> DayModel:
        """The day with those means alone that the rules ask for."""
        influx, ratio = self.acids["influx"], self.acids["plasma_ratio"]
        return replace(
            day,
            influx={w: {aa: v for aa, v in means.items() if aa in influx} for w, means in day.influx.items()},
            ratio_vs_fasting={w: {aa: v for aa, v in means.items() if aa in ratio} for w, means in day.ratio_vs_fasting.items()},
        )

    def _conclude(self, facts: Iterable[Fact]) -> Result:
        return evaluate(self.knowledge.rules, self.knowledge.vocabulary, facts, only=self.deciding)

    def _intakes(self, move: Move, steps: int) -> tuple[PlacedIntake, ...]:
        """The intakes of the day after a change."""
        places = self._places(move.item)
        placed = [
            _moved(intake, move, steps) if n in places else intake
            for n, intake in enumerate(self.p.intakes)
            if n not in places or move.kind != "leave_out"
        ]
        return with_meal_kinds(placed, self.knowledge.food_kinds.share)

    def _places(self, item: Item) -> Collection[int]:
        return (len(self.p.foods) + item.at,) if item.of == "supplement" else foods_of(self.p.case, item)


def _acids(relation: str, patterns: Iterable[Pattern]) -> Collection[str]:
    """The amino acids whose means the patterns ask for; all where a pattern leaves it open."""
    slots = [slot.term for p in patterns if p.relation == relation for slot in p.slots if slot.name == "of"]
    return AA if any(not isinstance(term, Const) for term in slots) else {str(term.value) for term in slots if isinstance(term, Const)}


def _moved(intake: PlacedIntake, move: Move, steps: int) -> PlacedIntake:
    if intake.minute is not None and move.kind in ("earlier", "later"):
        return replace(intake, minute=intake.minute + shift_of(move.kind, steps))
    factor = factor_of(move.kind, steps)
    macros = {name: getattr(intake, name) * factor for name in ("protein_g", "carbohydrate_g", "fat_g", "fibre_g")}
    acids = {name: {aa: g * factor for aa, g in getattr(intake, name).items()} for name in ("bound_g", "free_g")}
    return replace(intake, **macros, **acids)
