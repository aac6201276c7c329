"""Which items of a case move which facts: from the vocabulary of the rules back to what was eaten and taken.

``MOVED_BY`` has a function for each relation that can change at all; a relation without one is fixed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

import numpy as np
from msgspec import Struct

from neurobalance_expert.cases.types import Case
from neurobalance_expert.fact import Fact, Value
from neurobalance_expert.facts.placed import substances_of
from neurobalance_expert.facts.prepare import Prepared
from neurobalance_expert.facts.timing import COMPETITORS, UNKNOWN_LASTS_MIN
from neurobalance_expert.loaded import Knowledge
from neurobalance_expert.rules.ir import Rule
from neurobalance_expert.vocabulary import Relation
from neurobalance_expert.whatif.goal import Touch, touch_of
from neurobalance_expert.whatif.inputs import Item, foods_of

Groups = dict[Item, set[str]]
Known = Mapping[str, tuple[Value, ...]]
ACTS_LATER_MIN = UNKNOWN_LASTS_MIN  # how long before a window an intake may begin and still move it


class Moved(Struct, frozen=True):
    """A case and what is known, for whoever asks what moves a fact."""

    p: Prepared
    knowledge: Knowledge

    def supplements(self, names: Collection[Value] | None) -> list[Item]:
        """Supplements that bring one of the substances; None: all."""
        found = []
        for at, supplement in enumerate(self.p.case.supplements):
            brought = {supplement.product, *substances_of(supplement, self.knowledge.names)}
            if names is None or brought & set(names):
                found.append(Item("supplement", at))
        return found

    def foods_with(self, columns: Iterable[str]) -> list[Item]:
        """Foods that bring something of these columns of the table."""
        amounts = self.p.amounts
        at = [amounts.columns.index(column) for column in columns]
        some = np.nan_to_num(amounts.values[:, at]).sum(axis=1) > 0
        return [Item("food", int(n)) for n in np.flatnonzero(some)]

    def item(self, number: int) -> Item:
        """The item behind an intake: foods come first, in their order."""
        foods = len(self.p.foods)
        return Item("food", number) if number < foods else Item("supplement", number - foods)

    def intakes(self, windows: Collection[Value] | None, before_min: float = 0.0) -> list[Item]:
        """Intakes of the windows, or that began up to so long before they begin; None: all that matter."""
        spans = [w for w in self.p.day.windows if windows is None or w.id in windows]
        found = []
        for number, intake in enumerate(self.p.intakes):
            if intake.minute is None or not (intake.matters or intake.free_g):
                continue
            if any(w.start_min - before_min <= intake.minute < w.end_min for w in spans):
                found.append(self.item(number))
        return found


def groups_of(touches: Iterable[Touch], moved: Moved) -> Groups:
    """Every item that moves one of the facts, with what of it does: ``amount``, ``time``, ``leave_out``."""
    found: Groups = {}
    for touch in touches:
        if touch.relation in MOVED_BY:
            for item, groups in MOVED_BY[touch.relation](moved, touch.known).items():
                found.setdefault(item, set()).update(groups)
    return _meals(found, moved.p.case)


def _meals(groups: Groups, case: Case) -> Groups:
    """The same with the clock times of foods as those of their meals: foods with one time move together."""
    found: Groups = {}
    for item, of in groups.items():
        if item.of == "food" and "time" in of:
            first = foods_of(case, Item("meal", item.at))[0]
            found.setdefault(Item("meal", first), set()).add("time")
            of = of - {"time"}
        if of:
            found.setdefault(item, set()).update(of)
    return found


def _each(items: Iterable[Item], *groups: str) -> Groups:
    return {item: set(groups) for item in items}


def taken(moved: Moved, known: Known) -> Groups:
    """What is there or not: only leaving out moves it."""
    return _each(moved.supplements(known.get("substance") or known.get("item")), "leave_out")


def _dosed(moved: Moved, known: Known) -> Groups:
    return _each(moved.supplements(known.get("substance")), "amount", "leave_out")


def _apart(moved: Moved, known: Known) -> Groups:
    """Distances on the clock. Iron stands beside tea and coffee too, which are foods."""
    names = {*known.get("a", ()), *known.get("b", ()), *known.get("substance", ())}
    return _each(moved.supplements(names or None), "time", "leave_out") | _each(_signed_foods(moved, names), "time", "leave_out")


def _exposed(moved: Moved, known: Known) -> Groups:
    names = known.get("substance")
    return taken(moved, known) | _each(_signed_foods(moved, names or ()), "leave_out")


def _signed_foods(moved: Moved, names: Collection[Value]) -> list[Item]:
    """Foods, when one of the names is what foods show by their words or their composition, such as tyramine.

    A meal with much protein is no such thing: nobody is told to leave out protein for the sake of a medicine.
    """
    signs = {sign.id for sign in moved.knowledge.food_signs if sign.protein_g is None}
    exposed = [moved.p.exposed[str(name)] for name in names if str(name) in moved.p.exposed and str(name) in signs]
    told = " ".join(by for exposure in exposed for by in exposure.brought_by)
    return [Item("food", at) for at, f in enumerate(moved.p.foods) if told and (f.item.name or f.item.ndb or "food") in told]


def _supplied(moved: Moved, known: Known) -> Groups:
    """Totals of the day: foods with the nutrient, and supplements that count towards it."""
    nutrients = [n for n in moved.knowledge.nutrients.values() if "nutrient" not in known or n.id in known["nutrient"]]
    columns = dict.fromkeys(column for n in nutrients for column in (*n.columns, *(("trp_g",) if n.trp_per_mg else ())))
    counted = {s for n in nutrients for s in n.supplements}
    acids = any(n.is_amino_acid for n in nutrients)
    return _each(moved.foods_with(columns), "amount") | _each(moved.supplements(None if acids else counted), "amount", "leave_out")


def _niacin(moved: Moved, known: Known) -> Groups:
    return _supplied(moved, {"nutrient": ("niacin",)})


def _limiting(moved: Moved, known: Known) -> Groups:
    return _supplied(moved, {"nutrient": known["aa"]} if "aa" in known else {"nutrient": ("protein",)})


def _ethanol(moved: Moved, known: Known) -> Groups:
    return _each(moved.foods_with(["alcohol_g"]), "amount", "leave_out")


def _eaten_together(moved: Moved, known: Known) -> Groups:
    return _each(moved.intakes(known.get("window") or known.get("id")), "amount", "time", "leave_out")


def _free(moved: Moved, known: Known) -> Groups:
    """Free amino acids in one sitting: those of one, or all rivals of a precursor."""
    wanted = known.get("aa") or [aa for aa in COMPETITORS if aa not in known.get("of", ())]
    bring = [moved.item(n) for n, i in enumerate(moved.p.intakes) if any(i.free_g.get(str(aa), 0.0) > 0 for aa in wanted)]
    there = set(moved.intakes(known.get("window")))
    return _each([item for item in bring if item in there], "amount", "time", "leave_out")


def _course(moved: Moved, known: Known) -> Groups:
    return _each(moved.intakes(known.get("window"), ACTS_LATER_MIN), "amount", "time", "leave_out")


def cannot_come(rule: Rule, said: Mapping[str, Value], facts: Collection[Fact], moved: Moved) -> bool:
    """Whether a condition of a rule asks for a fact that is not there and that no change of what is in the case brings."""
    relations = moved.knowledge.vocabulary.relations
    for pattern in (*rule.scope, *rule.when):
        touch = touch_of(pattern, said)
        if relations[touch.relation].derived or any(_fits(fact, touch, relations[touch.relation]) for fact in facts):
            continue
        if not groups_of([touch], moved):
            return True
    return False


def _fits(fact: Fact, touch: Touch, relation: Relation) -> bool:
    """Whether a fact is of the kind that a condition asks for, whatever its numbers."""
    if fact.relation != touch.relation:
        return False
    return all(fact.values[relation.index(slot)] in values for slot, values in touch.known.items())


MOVED_BY: Mapping[str, Callable[[Moved, Known], Groups]] = {
    "supplement": taken,
    "exposure": _exposed,
    "interaction": _exposed,
    "serotonergic_items": taken,
    "lab_interference": taken,
    "condition_effect": taken,
    "acts_on": taken,
    "used_for": taken,
    "dose": _dosed,
    "interaction_dose": _dosed,
    "gap": _apart,
    "interaction_gap": _apart,
    "to_sleep": _apart,
    "adequacy": _supplied,
    "niacin_share_from_trp": _niacin,
    "limiting_amino_acid": _limiting,
    "ethanol": _ethanol,
    "meal": _eaten_together,
    "last_before_night": _eaten_together,
    "free_amino_acid": _free,
    "free_competitors": _free,
    "influx": _course,
    "plasma_ratio": _course,
}
