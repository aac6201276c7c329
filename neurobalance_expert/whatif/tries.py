"""Changed cases tried quickly: the facts that the change moves, and the rules that decide about one finding. Each case is computed once.

When the rules ask of what was eaten and taken only where it stands in the day, the other facts stay, and many changes share one simulation.
Cases of one form (``forms``) are evaluated once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from msgspec.structs import replace

from neurobalance_expert.engines.base import Result
from neurobalance_expert.engines.reference import evaluate
from neurobalance_expert.fact import BY_MODEL, Fact
from neurobalance_expert.facts.book import FactBook
from neurobalance_expert.facts.meal_kinds import meal_kind, with_meal_kinds
from neurobalance_expert.facts.placed import PlacedIntake
from neurobalance_expert.facts.prepare import Prepared, prepare
from neurobalance_expert.facts.timing import DayModel, add_course, add_distances, add_meal, add_spans, run_days
from neurobalance_expert.facts.worked_day import Made
from neurobalance_expert.knowledge.food_kinds import Kind
from neurobalance_expert.loaded import Knowledge
from neurobalance_expert.model.constants import AA
from neurobalance_expert.rules.ir import Const, Pattern
from neurobalance_expert.whatif.forms import Form, forms_of
from neurobalance_expert.whatif.goal import Goal
from neurobalance_expert.whatif.inputs import Item, Move, apply, factor_of, foods_of, shift_of
from neurobalance_expert.whatif.movers import MOVED_BY, taken

MEALS = frozenset(("meal", "free_amino_acid", "free_competitors"))  # facts of what stands in a window
DISTANCES = frozenset(("gap", "to_sleep"))  # facts of clock times alone
DAY = frozenset(("window", "last_before_night")) | MEALS | DISTANCES | frozenset(BY_MODEL)  # facts that follow from the intakes of the day

LEFT_OUT = frozenset(name for name, moved_by in MOVED_BY.items() if moved_by is taken)  # facts that leaving out alone moves


class Tries:
    """The results of one case under changes."""

    def __init__(self, p: Prepared, goal: Goal, knowledge: Knowledge) -> None:
        self.p, self.deciding, self.knowledge = p, goal.deciding, knowledge
        rules = [knowledge.rule_by_id[rule] for rule in goal.deciding]
        patterns = [pattern for rule in rules for pattern in (*rule.scope, *rule.when, *rule.unless)]
        self.asked = {pattern.relation for pattern in patterns}
        self.course = not self.asked.isdisjoint(BY_MODEL)
        moved = self.asked & MOVED_BY.keys()
        self.day_only = moved <= DAY | LEFT_OUT  # of every change but leaving out
        self.leaving_out = moved <= DAY
        closing = {knowledge.vocabulary.relations[name].closed_by for name in self.asked}
        looked_at = self.asked.union(other[0] for other in closing if other is not None) - DAY
        self.same = [fact for fact in p.book.origins if fact.relation in looked_at] if self.day_only else []
        self.acids = {name: _acids(name, patterns) for name in BY_MODEL}
        self.forms = forms_of(rules, goal.bindings, knowledge.vocabulary)
        self.same_form = self.forms.of(self.same)
        self.made = Made(knowledge.foods, knowledge.names, knowledge.mixtures)
        self.kept: dict[tuple[Move, int], Form] = {}
        self.results: dict[Form, Result] = {}
        self.kinds: dict[tuple[int, ...], tuple[Sequence[PlacedIntake], Kind]] = {}  # by the identity of the members, which are kept
        self.meals: dict[tuple[object, ...], tuple[Sequence[PlacedIntake], list[Fact]]] = {}

    @property
    def runs(self) -> int:
        """How many changed cases were computed."""
        return len(self.kept)

    def result(self, move: Move, steps: int) -> Result:
        """What the rules conclude after a change, for the finding in question."""
        return self.results[self.form(move, steps)]

    def form(self, move: Move, steps: int) -> Form:
        """The form of the changed case."""
        if (move, steps) not in self.kept:
            self.prefetch([(move, steps)])
        if (move, steps) not in self.kept:
            facts = prepare(apply(self.p.case, move, steps), self.knowledge, course=self.course).book.origins
            self._keep(move, steps, self.forms.of(facts), facts)
        return self.kept[move, steps]

    def anew(self, move: Move, steps: int) -> Result:
        """The same from the changed case alone, facts and simulation by themselves, as any case is assessed."""
        facts = prepare(apply(self.p.case, move, steps), self.knowledge, course=self.course).book.origins
        return evaluate(self.knowledge.rules, self.knowledge.vocabulary, facts, only=self.deciding)

    def prefetch(self, wanted: Iterable[tuple[Move, int]]) -> None:
        """Compute several changes in one batch, where that can be done."""
        new = [pair for pair in dict.fromkeys(wanted) if pair not in self.kept and self._in_batch(pair[0])]
        if not new:
            return
        person, knowledge = self.p.case.person, self.knowledge
        each = [self._intakes(move, steps) for move, steps in new]
        fasting = knowledge.constants.fasting_uM(person.sex, person.weight_kg)
        weight_kg = person.weight_kg if self.course else None
        days = run_days(each, weight_kg, fasting, knowledge.constants, knowledge.assumptions)
        for (move, steps), intakes, day in zip(new, each, days, strict=True):
            facts = self._facts(intakes, day)
            self._keep(move, steps, self.forms.of(facts) | self.same_form, [*self.same, *facts])

    def _in_batch(self, move: Move) -> bool:
        """Whether the change moves nothing but what follows from the intakes of the day."""
        return self.leaving_out if move.kind == "leave_out" else self.day_only

    def _keep(self, move: Move, steps: int, form: Form, facts: Iterable[Fact]) -> None:
        self.kept[move, steps] = form
        if form not in self.results:
            self.results[form] = evaluate(self.knowledge.rules, self.knowledge.vocabulary, facts, only=self.deciding)

    def _facts(self, intakes: Sequence[PlacedIntake], day: DayModel) -> list[Fact]:
        """The facts of a day, as far as the rules ask for them."""
        book = FactBook(self.knowledge.vocabulary)
        add_spans(book, day, self.knowledge.assumptions)
        if self.course:
            add_course(book, self._asked(day), self.knowledge.constants)
        if self.asked & DISTANCES:
            add_distances(book, intakes, self.knowledge.assumptions)
        facts = list(book.origins)
        if self.asked & MEALS:
            for window in day.windows:
                key = (window.id, *map(id, day.members[window.id]))
                if key not in self.meals:
                    meal = FactBook(self.knowledge.vocabulary)
                    add_meal(meal, window, day.members[window.id], self.made)
                    self.meals[key] = day.members[window.id], list(meal.origins)
                facts += self.meals[key][1]
        return facts

    def _asked(self, day: DayModel) -> DayModel:
        """The day with those means alone that the rules ask for."""
        influx, ratio = self.acids["influx"], self.acids["plasma_ratio"]
        return replace(
            day,
            influx={w: {aa: v for aa, v in means.items() if aa in influx} for w, means in day.influx.items()},
            ratio_vs_fasting={w: {aa: v for aa, v in means.items() if aa in ratio} for w, means in day.ratio_vs_fasting.items()},
        )

    def _intakes(self, move: Move, steps: int) -> tuple[PlacedIntake, ...]:
        """The intakes of the day after a change."""
        places = self._places(move.item)
        placed = [
            _moved(intake, move, steps) if n in places else intake
            for n, intake in enumerate(self.p.intakes)
            if n not in places or move.kind != "leave_out"
        ]
        return with_meal_kinds(placed, self.knowledge.food_kinds.share, self._kind)

    def _kind(self, members: Sequence[PlacedIntake], share: float) -> Kind:
        """The kind of a meal, found once for the same members."""
        key = tuple(map(id, members))
        if key not in self.kinds:
            self.kinds[key] = members, meal_kind(members, share)
        return self.kinds[key][1]

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
