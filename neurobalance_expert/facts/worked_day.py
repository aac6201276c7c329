"""The arithmetic of windows: where they begin and end, what stands in them, and the means of the model over them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from msgspec import Struct

from neurobalance_expert.cases.resolve import ResolvedFood
from neurobalance_expert.cases.types import Supplement
from neurobalance_expert.fact import Working
from neurobalance_expert.facts.placed import MIN_PER_DAY, MIN_PER_H, PlacedIntake
from neurobalance_expert.facts.sheet import Sheet, added
from neurobalance_expert.facts.worked_supply import food_amount, supplement_amount
from neurobalance_expert.knowledge.foods import FoodTable
from neurobalance_expert.knowledge.names_data import Names
from neurobalance_expert.knowledge.supplements import Mixture
from neurobalance_expert.model.constants import AA, INDEX, LAT1_FILE, RIVALS_OF_TRP, Array, Assumptions, ModelConstants
from neurobalance_expert.model.day import DayCourse
from neurobalance_expert.model.windows import Window

ASSUMED = "as assumed (knowledge/assumptions.yaml)"
GIVEN = "plasma as the model gives it (docs/model.md#plasma)"


class Made(Struct, frozen=True):
    """What the amounts of a meal are looked up in."""

    table: FoodTable
    names: Names
    mixtures: Mapping[str, Mixture]


# --- means over a window ----------------------------------------------------------------------------------------------------------------


def influx_work(aa: str, window: Window, course: DayCourse, fasting_uM: Array, constants: ModelConstants) -> tuple[Working, ...]:
    """``vs_fasting`` of ``influx``: influx over that at fasting at each point of the course, then the mean."""
    sheet = Sheet()
    taken = [x for x in AA if constants.lat1_inverse_km[INDEX[x]] > 0]
    _points(sheet, taken, window, course, fasting_uM)
    sheet.number("available", constants.tryptophan_available, "1", f"share of total Trp that counts at the carrier ({LAT1_FILE})")
    for x in taken:
        sheet.number(f"km_{x}", float(1.0 / constants.lat1_inverse_km[INDEX[x]]), "uM", f"Km of {x} at LAT1 ({LAT1_FILE})")
    for s, of in (("S", ""), ("S_0", "_0")):
        sheet.line(s, "1 + " + added([f"{'available * ' * (x == 'trp')}{x}{of} / km_{x}" for x in taken]))
    return sheet.working("vs_fasting", f"mean(({aa} / {aa}_0) * (S_0 / S), t, start, end)")


def ratio_work(aa: str, window: Window, course: DayCourse, fasting_uM: Array) -> tuple[Working, ...]:
    """``vs_fasting`` of ``plasma_ratio``: the mean of the ratio to its rivals over that at fasting."""
    sheet = Sheet()
    rivals = [x for x in ("trp", *RIVALS_OF_TRP) if x != aa]
    _points(sheet, [aa, *rivals], window, course, fasting_uM)
    below, below_0 = added(rivals), added([f"{x}_0" for x in rivals])
    return sheet.working("vs_fasting", f"mean({aa} / ({below}), t, start, end) / ({aa}_0 / ({below_0}))")


def _points(sheet: Sheet, acids: Sequence[str], window: Window, course: DayCourse, fasting_uM: Array) -> None:
    """Writes down the span, and of each amino acid the points of the course around it and the fasting value."""
    t = course.t_min + course.first_intake_min[0]
    first = max(int(np.searchsorted(t, window.start_min, side="right")) - 1, 0)
    last = int(np.searchsorted(t, window.mean_until_min, side="left"))
    some = slice(first, last + 1)
    sheet.series("t", t[some].tolist(), "min", "times of the course, minutes after midnight of the first day")
    sheet.number("start", window.start_min, "min", f"start of {window.id}")
    sheet.number("end", window.mean_until_min, "min", f"until here the mean over {window.id} is taken {ASSUMED}")
    for aa in acids:
        sheet.series(aa, course.plasma_uM[0, some, INDEX[aa]].tolist(), "uM", f"total {aa} in {GIVEN}")
        sheet.number(f"{aa}_0", float(fasting_uM[INDEX[aa]]), "uM", f"fasting {aa} for sex and body mass (knowledge/plasma.yaml)")


# --- where windows begin and end --------------------------------------------------------------------------------------------------------


def window_work(here: int, windows: Sequence[Window], assumptions: Assumptions) -> tuple[Working, ...]:
    """``start_h`` and ``end_h`` of ``window``. Each is an intake, the end of a fed window or an end of the assumed night."""
    window, before = windows[here], windows[here - 1] if here else None
    begin, end = Sheet(), Sheet()
    start = _meal(begin, "intake", window) if window.phase == "fed" else _end(begin, before, window, assumptions)
    after = windows[here + 1] if here + 1 < len(windows) else None
    return (
        *begin.working("start_h", f"{start} / {MIN_PER_H:g}"),
        *end.working("end_h", f"{_end(end, window, after, assumptions)} / {MIN_PER_H:g}"),
    )


def _meal(sheet: Sheet, name: str, fed: Window) -> str:
    return sheet.number(name, fed.start_min, "min", f"first intake of {fed.id}, minutes after midnight of the first day")


def _end(sheet: Sheet, window: Window | None, after: Window | None, assumptions: Assumptions) -> str:
    """The expression of the minute at which one window ends and the next begins; None: there is none on this side."""
    later = _meal(sheet, "next_intake", after) if after and after.phase == "fed" else ""
    if window and window.phase == "fed":
        length = sheet.number("fed", assumptions.fed_min, "min", f"length of a fed window {ASSUMED}")
        ends = f"{_meal(sheet, 'intake', window)} + {length}"
        return f"min({ends}, {later})" if later else f"({ends})"
    if later:
        return later
    at = window.end_min if window else after.start_min if after else 0.0
    name, clock = next(
        (name, minute)
        for name, minute in (("night_start", assumptions.night_start_min), ("night_end", assumptions.night_end_min))
        if (at - minute) % MIN_PER_DAY == 0
    )
    night = sheet.number(name, clock, "min", f"minutes after midnight, {ASSUMED}")
    day = sheet.number("day", (at - clock) // MIN_PER_DAY, "d", "days after the first")
    return f"({night} + {day} * {MIN_PER_DAY})"


# --- what stands in a window ------------------------------------------------------------------------------------------------------------


def meal_work(members: Sequence[PlacedIntake], columns: Sequence[str], made: Made) -> tuple[Working, ...]:
    """The slots of ``meal``: sums over its items. None for a slot that one item states, or that nothing brings."""
    found: list[Working] = []
    for column in columns:
        sheet = Sheet()
        terms = [
            term for n, member in enumerate(members, start=1) for term in _amount(sheet, n, member, column, getattr(member, column), made)
        ]
        found += _sum(sheet, column, terms)
    return tuple(found)


def free_work(acids: Sequence[str], members: Sequence[PlacedIntake], made: Made) -> tuple[Working, ...]:
    """``g`` of ``free_amino_acid`` and of ``free_competitors``: sums over doses and amino acids. None of what one item states."""
    sheet = Sheet()
    each = [(n, member, aa) for n, member in enumerate(members, start=1) for aa in acids if member.free_g.get(aa)]
    return _sum(sheet, "g", [term for n, member, aa in each for term in _amount(sheet, n, member, f"{aa}_g", member.free_g[aa], made)])


def _amount(sheet: Sheet, number: int, member: PlacedIntake, column: str, grams: float, made: Made) -> list[str]:
    """Writes down what an item brings of a column; returns the terms of the sum."""
    if isinstance(member.entry, ResolvedFood):
        return [food_amount(sheet, number, member.entry, column, grams, made.table)] if grams else []
    if isinstance(member.entry, Supplement) and member.entry.composition is None:
        return supplement_amount(sheet, number, member.entry, column.removesuffix("_g"), made.names, made.mixtures)
    return [sheet.number(f"{column.removesuffix('_g')}_{number}", grams, "g", f"{member.label}: as the case states it")] if grams else []


def _sum(sheet: Sheet, slot: str, terms: Sequence[str]) -> tuple[Working, ...]:
    one_stated = len(terms) == 1 and not sheet.lines and terms[0] in sheet.numbers
    return () if one_stated or not terms else sheet.working(slot, added(terms))
