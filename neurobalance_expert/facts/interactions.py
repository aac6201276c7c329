"""Facts about medicines beside supplements and foods: which rows of the table concern the case, and how near their triggers it comes.

A rule compares with constants only, so doses and times are related to what a row asks for here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from itertools import product

from msgspec import Struct

from neurobalance_expert.cases.types import Case, Medication
from neurobalance_expert.fact import Working
from neurobalance_expert.facts.book import FactBook
from neurobalance_expert.facts.exposures import Exposure
from neurobalance_expert.facts.placed import MIN_PER_DAY, MIN_PER_H
from neurobalance_expert.facts.sheet import counted
from neurobalance_expert.facts.worked_doses import Doses, Needed, needed_gap_work, over_trigger_work
from neurobalance_expert.knowledge.interaction_types import Interactions, Row, Trigger
from neurobalance_expert.knowledge.names_types import MedicineClass, Substance

SURE = {"seen": "its sources were read", "memory": "from memory, not verified"}


class Acting(Struct, frozen=True):
    """A medicine that acts on the day. ``times`` are the clock times of its doses; ``timed`` is False when some are not known."""

    drug: str
    times: tuple[int, ...]
    timed: bool
    text: str
    recognised: bool = True


class Distance(Struct, frozen=True):
    """Two times and the time that is needed between them in this order; ``ratio`` below 1 is too close."""

    ratio: float
    hours: float
    needed_h: float
    text: str
    clock_min: tuple[int, int] = (0, 0)  # the two times, the earlier first


def acting_medicines(case: Case, classes: Mapping[str, MedicineClass]) -> dict[str, Acting]:
    """The medicines that are taken, or were stopped less than their washout time before the diary date, by ingredient."""
    found: dict[str, Acting] = {}
    for medication in case.medications:
        text = _why_acting(medication, case.diary_date, classes)
        if not text:
            continue
        before = found.get(medication.ingredient)
        times = medication.times_min
        found[medication.ingredient] = Acting(
            medication.ingredient,
            tuple(sorted({*(before.times if before else ()), *times})),
            bool(times) and (before is None or before.timed),
            "; ".join(sorted({text, *(before.text.split("; ") if before else ())})),
            medication.recognised,
        )
    return found


def _why_acting(medication: Medication, diary_date: str, classes: Mapping[str, MedicineClass]) -> str:
    """Why a medicine counts, in words; '' when it does not. What is not known counts."""
    if medication.status != "stopped":
        return f"{medication.entered or medication.ingredient}, taken"
    if not medication.stopped or not diary_date:
        return f"{medication.ingredient}, stopped on a day that is not known"
    days = (date.fromisoformat(diary_date) - date.fromisoformat(medication.stopped)).days
    washout = washout_days(medication.ingredient, classes)
    if days >= washout:
        return ""
    return f"{medication.ingredient}, stopped {days} days ago and counted for {washout}"


def washout_days(ingredient: str, classes: Mapping[str, MedicineClass]) -> int:
    """Days after the last dose in which a medicine still counts, the longest of its classes; the day of the last dose counts always."""
    return max([1, *(c.washout_days.get(ingredient) or 0 for c in classes.values())])


def add_interactions(
    book: FactBook,
    acting: Mapping[str, Acting],
    taken: Mapping[str, Exposure],
    doses: Doses,
    interactions: Interactions,
    substances: Mapping[str, Substance],
    *,
    everything: bool = False,
) -> None:
    """``acting_medicine``, ``interaction`` with its ``interaction_dose`` and ``interaction_gap``, ``no_interaction_row``.

    Args:
        taken: Substances of the day.
        doses: What is taken on the day with the most of it.
        substances: Their names.
        everything: Declare every row whose medicines fit together, and not only those that concern the case. It changes no finding.
    """
    for medicine in acting.values():
        book.add("acting_medicine", medicine.text, drug=medicine.drug)
        if medicine.recognised and all(member.row.pack for member in interactions.of.get(medicine.drug, ())):
            book.add("no_interaction_row", "knowledge/interactions.yaml has no row about it", drug=medicine.drug)
    for row, drug, partner in _rows(acting, taken, interactions, everything=everything):
        _add_row(book, row, drug, partner)
        if partner in taken and drug in acting:
            _add_distances(book, row, acting[drug], taken[partner], doses)
    _add_serotonergic(book, acting, taken, interactions, substances)


def _rows(
    acting: Mapping[str, Acting], taken: Mapping[str, Exposure], interactions: Interactions, *, everything: bool
) -> Iterator[tuple[Row, str, str]]:
    """Row, ingredient and substance (or nutrient) of what is declared."""
    for drug in interactions.of if everything else acting:
        for member in interactions.of.get(drug, ()):
            if not member.holds(acting):
                continue
            for partner in member.row.partners:
                if everything or member.row.trigger.kind == "depletion" or partner in taken:
                    yield member.row, drug, partner


def _add_row(book: FactBook, row: Row, drug: str, partner: str) -> None:
    sure = f"row {row.id} of {f'{row.pack}/' if row.pack else ''}knowledge/interactions.yaml, {SURE[row.origin]}"
    kind = row.trigger_for(drug, partner).kind
    levels = [(kind, row.severity_for(drug), row.action)]
    if row.otherwise is not None:
        levels.append(("any_dose", *row.otherwise))
    for trigger, severity, action in levels:
        book.add(
            "interaction",
            sure,
            row.sources,
            interaction=row.id,
            drug=drug,
            substance=partner,
            trigger=trigger,
            severity=severity,
            action=action,
            grade=row.evidence,
            source=row.sources[0],
            because=row.because,
        )


def _add_distances(book: FactBook, row: Row, medicine: Acting, taken: Exposure, doses: Doses) -> None:
    trigger, dose_mg = row.trigger_for(medicine.drug, taken.substance), doses.mg.get(taken.substance)
    if trigger.dose_mg is not None and dose_mg is not None:
        text = f"{dose_mg:g} mg a day over {trigger.dose_mg:g} mg"
        over, about = dose_mg / trigger.dose_mg, {"interaction": row.id, "drug": medicine.drug, "substance": taken.substance}
        work = partial(over_trigger_work, doses.case, doses.days, taken.substance, trigger.dose_mg)
        book.add("interaction_dose", text, (), work, **about, over_trigger=over, mg=dose_mg, trigger_mg=trigger.dose_mg)
    near = nearest(trigger, medicine, taken.minutes) if trigger.before_h is not None else None
    if near is not None:
        book.add(
            "interaction_gap",
            near.text,
            (),
            partial(_gap_work, trigger, medicine, taken, near),
            interaction=row.id,
            drug=medicine.drug,
            substance=taken.substance,
            over_needed=near.ratio,
            hours=near.hours,
            needed_h=near.needed_h,
        )


def _gap_work(trigger: Trigger, medicine: Acting, taken: Exposure, near: Distance) -> tuple[Working, ...]:
    known = tuple(_clock(minute) for minute in taken.minutes if minute is not None)
    times = tuple(map(_clock, medicine.times))
    needed = Needed(medicine.drug, times, taken.substance, known, trigger.before_h, trigger.after_h)
    return needed_gap_work(needed, near.clock_min)


def nearest(trigger: Trigger, medicine: Acting, minutes: Sequence[int | None]) -> Distance | None:
    """The smallest distance over what is needed; None when a time that is not known could be nearer than all that are known.

    Doses of a medicine recur daily, so that the distance is that on the clock: one at 23:30 is half an hour before midnight.
    """
    known = [_clock(minute) for minute in minutes if minute is not None]
    pairs = [d for pair in product(medicine.times, known) for d in _distances(trigger, *pair)]
    closest = min(pairs, key=lambda d: (d.ratio, d.hours, d.text), default=None)
    if closest is not None and (closest.ratio < 1 or (medicine.timed and len(known) == len(minutes))):
        return closest
    return None


def _distances(trigger: Trigger, drug_min: int, substance_min: int) -> Iterator[Distance]:
    between = f"{_shown(drug_min)} and {_shown(substance_min)} on the clock"
    drug_min = _clock(drug_min)
    for earlier, later, needed, order in (
        (drug_min, substance_min, trigger.before_h, "the medicine first"),
        (substance_min, drug_min, trigger.after_h, "the medicine last"),
    ):
        if needed:
            hours = (later - earlier) % MIN_PER_DAY / MIN_PER_H
            text = f"{hours:.3g} h between {between}, {order}, over {needed:g} h"
            yield Distance(hours / needed, hours, needed, text, (earlier, later))


def _clock(minute: int) -> int:
    return minute % MIN_PER_DAY


def _shown(minute: int) -> str:
    return f"{_clock(minute) // 60:02d}:{minute % 60:02d}"


def _add_serotonergic(
    book: FactBook,
    acting: Mapping[str, Acting],
    taken: Mapping[str, Exposure],
    interactions: Interactions,
    substances: Mapping[str, Substance],
) -> None:
    medicines = [drug for drug in acting if drug in interactions.serotonergic_medicines]
    taken_too = [substances[s].name for s in taken if s in interactions.serotonergic_substances]
    items = sorted({*medicines, *taken_too})
    if len(items) > 1:
        text = "counted from the medicines that act and the supplements of the day"
        work = partial(counted, "count", items, "items that act on serotonin")
        book.add("serotonergic_items", text, (), work, count=len(items), items=", ".join(items))
