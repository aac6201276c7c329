"""Facts about stated conditions: what each means, and which of the things that were eaten or taken it concerns."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from msgspec import Struct

from neurobalance_expert.cases.types import Case, Supplement
from neurobalance_expert.facts.book import FactBook
from neurobalance_expert.facts.placed import substances_of, without_members
from neurobalance_expert.facts.supply import daily_doses
from neurobalance_expert.knowledge.condition_effects import ConditionEffects, ConditionEntry, Effect
from neurobalance_expert.knowledge.names_data import Names
from neurobalance_expert.knowledge.policy import rank

AROUND_PREGNANCY = ("pregnant", "trying", "postpartum")
FOOD = "food"  # that something was eaten at all
NOT_VERIFIED = " (from memory, not verified)"


class Taken(Struct, frozen=True):
    """What was eaten or taken, by the ids that rules speak of."""

    marks: Mapping[str, frozenset[str]]  # substance -> marks that all its products have (prescribed, phe_free); none of a food
    products: tuple[str, ...]  # the supplements themselves, without what they hold
    eaten: bool  # whether the diary holds a food

    @property
    def substances(self) -> tuple[str, ...]:
        """All ids, a mixture instead of its members."""
        return tuple(self.marks)


def what_was_taken(case: Case, names: Names, from_food: Collection[str] = ()) -> Taken:
    """The substances of all supplements with the marks of their products, and ``from_food``, which has none."""
    marks: dict[str, frozenset[str]] = {}
    for supplement in case.supplements:
        own = _marks(supplement)
        for substance in without_members(substances_of(supplement, names), names):
            marks[substance] = marks.get(substance, own) & own
    marks |= dict.fromkeys(from_food, frozenset[str]())
    return Taken(marks, tuple(dict.fromkeys(s.substance for s in case.supplements)), bool(case.foods))


def stated_conditions(case: Case) -> tuple[str, ...]:
    """Conditions as stated; pregnancy and breast-feeding also from the fields of the person."""
    person = case.person
    around = ["pregnancy"] * (person.pregnancy_status in AROUND_PREGNANCY) + ["lactation"] * (person.lactating is True)
    return tuple(dict.fromkeys([*case.conditions, *around]))


def effects_on(
    stated: Collection[str], taken: Taken, medicines: Collection[str], known: ConditionEffects
) -> Iterator[tuple[str, str, Effect]]:
    """Condition, what it concerns, and the most severe row for that.

    Args:
        stated: Conditions by id; others are passed over.
        taken: What was eaten or taken.
        medicines: Ingredients of medicines that act, also of those that were stopped less than their washout time ago.
    """
    for condition in stated:
        entry = known.conditions.get(condition)
        worst: dict[str, Effect] = {}
        for effect in entry.effects if entry else ():
            for item in _concerned(effect, taken, medicines):
                if item not in worst or rank(effect.severity) > rank(worst[item].severity):
                    worst[item] = effect
        yield from ((condition, item, effect) for item, effect in worst.items())


def requirements_hold(stated: Collection[str], known: ConditionEffects) -> bool:
    """Whether requirements of healthy adults hold: no stated condition has targets of its own."""
    return not any(known.conditions[c].own_targets for c in stated if c in known.conditions)


def refers(stated: Collection[str], known: ConditionEffects) -> bool:
    """Whether a stated condition needs a clinician first, whatever is taken."""
    return any(known.conditions[c].refer for c in stated if c in known.conditions)


def add_conditions(book: FactBook, case: Case, names: Names, taken: Taken, acting: Collection[str], known: ConditionEffects) -> None:
    """``known_condition`` and ``condition_effect`` of what is stated, ``condition_without_rule`` for names that have none."""
    stated = stated_conditions(case)
    for condition in stated:
        if condition in known.conditions:
            _add_entry(book, condition, known.conditions[condition])
        if condition in names.conditions and (condition not in known.conditions or known.conditions[condition].pack):
            book.add("condition_without_rule", "recognised; no rule of this knowledge base speaks of it", id=condition)
    for condition, item, effect in effects_on(stated, taken, acting, known):
        book.add(
            "condition_effect",
            f"{effect.note}{'' if effect.verified else NOT_VERIFIED}",
            [effect.source],
            condition=condition,
            item=item,
            severity=effect.severity,
            use="medicine" if item in effect.medicines else effect.use,
            grade=effect.grade,
            source=effect.source,
            note=effect.note,
        )


def add_disturbed_tests(book: FactBook, case: Case, taken: Taken, acting: Collection[str], days: int, known: ConditionEffects) -> None:
    """``lab_interference`` for every test that something taken disturbs; a dose that is not known counts as enough."""
    doses = daily_doses(case, days)
    for test in known.interference:
        found = [s for s in taken.substances if s in test.on and not (doses.get(s) is not None and (doses[s] or 0.0) < test.from_mg)]
        for item in (*found, *sorted(test.medicines.intersection(acting))):
            book.add(
                "lab_interference",
                f"{test.note}{'' if test.verified else NOT_VERIFIED}",
                [test.source],
                test=test.id,
                item=item,
                name=test.test,
                grade=test.grade,
                source=test.source,
                note=test.note,
            )


def _add_entry(book: FactBook, condition: str, entry: ConditionEntry) -> None:
    book.add(
        "known_condition",
        f"stated{'' if entry.verified else '; what it means is from memory and not verified'}",
        [entry.source],
        id=condition,
        refer=entry.refer,
        own_targets=entry.own_targets,
        grade=entry.grade,
        source=entry.source,
        note=entry.text,
    )


def _concerned(effect: Effect, taken: Taken, medicines: Collection[str]) -> Iterator[str]:
    nothing = frozenset[str]()
    for item, marks in taken.marks.items():
        if item in effect.on and effect.holds_for(marks):
            yield item
    if effect.every:
        yield from (product for product in taken.products if effect.holds_for(taken.marks.get(product, nothing)))
    if effect.every == "intake" and taken.eaten:
        yield FOOD
    yield from (medicine for medicine in medicines if medicine in effect.medicines)


def _marks(supplement: Supplement) -> frozenset[str]:
    stated = {"prescribed": supplement.prescribed, "phe_free": supplement.phe_free}
    return frozenset(name for name, value in stated.items() if value)
