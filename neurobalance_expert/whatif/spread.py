"""How well the numbers are known that a finding is compared by, as far as that is known at all: intervals of totals, draws of the model.

What is not in the knowledge base is not invented: of a household measure or of a clock time no error is known.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from neurobalance_expert.facts.prepare import Prepared
from neurobalance_expert.facts.timing import DayModel, draw_days
from neurobalance_expert.loaded import Knowledge
from neurobalance_expert.model.draws import CENTILES
from neurobalance_expert.whatif.goal import Touch

DRAWS, SEED = 100, 0


class Range(Struct, frozen=True):
    """Between which ends a number is known, and by what: ``interval`` of the food table, ``draws`` of the model (5th and 95th centile)."""

    relation: str
    about: str  # the key of the fact
    window: str  # of the course; the standard of an adequacy
    value: float
    low: float
    high: float
    by: str


def ranges(touches: Sequence[Touch], p: Prepared, knowledge: Knowledge) -> tuple[Range, ...]:
    """The ranges of the facts in question, each once."""
    found: dict[tuple[str, str, str], Range] = {}
    days: tuple[DayModel, ...] | None = None
    for touch in touches:
        key = (touch.relation, *(str(touch.known[slot][0]) for slot in _KEYS.get(touch.relation, ()) if slot in touch.known))
        if touch.relation not in _KEYS or len(key) < 3 or key in found:
            continue
        if touch.relation == "adequacy":
            some = _interval(key[1], key[2], p)
        else:
            days = _days(p, knowledge) if days is None else days
            some = _drawn(touch.relation, key[1], key[2], p, days)
        if some is not None:
            found[key[0], key[1], key[2]] = some
    return tuple(found.values())


def value_after(before: Range, p: Prepared) -> float | None:
    """The same number in a changed case, None where it is not known."""
    if before.relation == "adequacy":
        found = _interval(before.about, before.window, p)
        return found.value if found else None
    return _value(before.relation, before.about, before.window, p.day)


_KEYS = {"adequacy": ("nutrient", "standard"), "influx": ("of", "window"), "plasma_ratio": ("of", "window")}


def _days(p: Prepared, knowledge: Knowledge) -> tuple[DayModel, ...]:
    weight_kg = p.case.person.weight_kg
    fasting = knowledge.constants.fasting_uM(p.case.person.sex, weight_kg)
    return draw_days(p.intakes, weight_kg, fasting, knowledge.constants, knowledge.assumptions, DRAWS, SEED)


def _interval(nutrient: str, standard: str, p: Prepared) -> Range | None:
    total, reference = p.supply.totals.get(nutrient), p.supply.references.get((nutrient, standard))
    if total is None or reference is None or not float(reference.value) > 0:
        return None
    base = float(reference.value)
    return Range("adequacy", nutrient, standard, total.value / base, total.low / base, total.high / base, "interval")


def _drawn(relation: str, of: str, window: str, p: Prepared, days: Sequence[DayModel]) -> Range | None:
    each = [_value(relation, of, window, day) for day in days]
    here = _value(relation, of, window, p.day)
    numbers = [value for value in each if value is not None]
    if here is None or not numbers:
        return None
    low, _, high = np.percentile(numbers, CENTILES).tolist()
    return Range(relation, of, window, here, low, high, "draws")


def _value(relation: str, of: str, window: str, day: DayModel) -> float | None:
    means = day.influx if relation == "influx" else day.ratio_vs_fasting
    return means.get(window, {}).get(of)
