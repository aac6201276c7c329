"""The arithmetic of doses and distances: sums over products, the day with the most, and times on the clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from neurobalance_expert.cases.types import Case
from neurobalance_expert.fact import Working
from neurobalance_expert.facts.placed import MIN_PER_DAY, MIN_PER_H, day_of, doses_of
from neurobalance_expert.facts.sheet import Sheet, added
from neurobalance_expert.model.constants import Assumptions

AFTER_MIDNIGHT = "minutes after midnight"
ORDER = ("earlier", "later")


class Doses(Struct, frozen=True):
    """Doses of supplements, mg on the day with the most of each substance (None: not known), and what they are summed from."""

    case: Case
    days: Sequence[str]
    mg: Mapping[str, float | None]


class Needed(Struct, frozen=True):
    """A medicine and a substance with their clock times, minutes, and the hours needed when the medicine comes before or after."""

    drug: str
    drug_min: tuple[int, ...]
    substance: str
    substance_min: tuple[int, ...]
    before_h: float | None
    after_h: float | None


def dose_work(case: Case, days: Sequence[str], substance: str) -> tuple[Working, ...]:
    """The dose of the day with the most of a substance; none when one product brings it, whose dose is as entered."""
    sheet = Sheet()
    expression = _highest_dose(sheet, case, days, substance)
    return sheet.working("mg", expression) if len(sheet.numbers) > 1 else ()


def over_trigger_work(case: Case, days: Sequence[str], substance: str, trigger_mg: float) -> tuple[Working, ...]:
    """``over_trigger`` and, of several products, ``mg`` of ``interaction_dose``."""
    sheet = Sheet()
    dose = _highest_dose(sheet, case, days, substance)
    trigger = sheet.number("trigger", trigger_mg, "mg", "dose that the row of knowledge/interactions.yaml asks for")
    return (*sheet.working("over_trigger", f"{dose} / {trigger}"), *dose_work(case, days, substance))


def weeks_work(weeks: Sequence[tuple[str, float]]) -> tuple[Working, ...]:
    """The longest use of several products; none of a single one, which is as entered."""
    sheet = Sheet()
    each = [sheet.number(f"weeks_{n}", value, "week", f"{label}: as entered") for n, (label, value) in enumerate(weeks, start=1)]
    return sheet.working("weeks", f"max({', '.join(each)})") if len(each) > 1 else ()


def gap_work(times: Mapping[str, Iterable[float]]) -> tuple[Working, ...]:
    """``hours`` of ``gap``: the smallest distance of any time of the one to any time of the other."""
    sheet = Sheet()
    (first, before), (second, after) = times.items()
    series = sheet.series("times", before, "min", f"{first}: {AFTER_MIDNIGHT}")
    each = [
        f"abs({series} - {sheet.number(f'time_{n}', minute, 'min', f'{second}: {AFTER_MIDNIGHT}')})"
        for n, minute in enumerate(after, start=1)
    ]
    return sheet.working("hours", f"min({', '.join(each)}) / {MIN_PER_H:g}")


def to_sleep_work(substance: str, minutes: Iterable[float], assumptions: Assumptions) -> tuple[Working, ...]:
    """``hours`` of ``to_sleep``: what is left of the waking hours after the last dose before a night, nothing within it."""
    sheet = Sheet()
    start = sheet.number("night_start", assumptions.night_start_min, "min", f"{AFTER_MIDNIGHT} (knowledge/assumptions.yaml)")
    end = sheet.number("night_end", assumptions.night_end_min, "min", f"{AFTER_MIDNIGHT} (knowledge/assumptions.yaml)")
    times = sheet.series("times", minutes, "min", f"{substance}: {AFTER_MIDNIGHT}")
    awake = sheet.line("awake", f"({start} - {end}) % {MIN_PER_DAY}")
    left = sheet.line("left", f"{awake} - ({times} - {end}) % {MIN_PER_DAY}")
    return sheet.working("hours", f"max(0, min({left})) / {MIN_PER_H:g}")


def needed_gap_work(row: Needed, near: tuple[int, int]) -> tuple[Working, ...]:
    """``over_needed`` and ``hours`` of ``interaction_gap``.

    Args:
        row: The clock times of both, and what is needed between them.
        near: The two clock times that come nearest, the earlier first.
    """
    sheet = Sheet()
    ratios = []
    for n, drug_min in enumerate(row.drug_min, start=1):
        for m, substance_min in enumerate(row.substance_min, start=1):
            drug = sheet.number(f"drug_{n}", drug_min, "min", f"{row.drug}: {AFTER_MIDNIGHT}")
            substance = sheet.number(f"substance_{m}", substance_min, "min", f"{row.substance}: {AFTER_MIDNIGHT}")
            for name, needed_h, gap in (("before", row.before_h, f"{substance} - {drug}"), ("after", row.after_h, f"{drug} - {substance}")):
                if needed_h:
                    needed = sheet.number(
                        f"needed_{name}", needed_h, "h", f"the medicine {name} the substance (knowledge/interactions.yaml)"
                    )
                    ratios.append(f"({gap}) % {MIN_PER_DAY} / {MIN_PER_H:g} / {needed}")
    ratio = sheet.working("over_needed", f"min({', '.join(ratios)})")
    pair = Sheet()
    earlier, later = (
        pair.number(name, at, "min", f"{AFTER_MIDNIGHT}, of the pair that is nearest") for name, at in zip(ORDER, near, strict=True)
    )
    return (*ratio, *pair.working("hours", f"({later} - {earlier}) % {MIN_PER_DAY} / {MIN_PER_H:g}"))


def _highest_dose(sheet: Sheet, case: Case, days: Sequence[str], substance: str) -> str:
    """Writes down every dose of a substance; returns the expression of the day with the most of it."""
    by_day: dict[str, list[str]] = {}
    for n, supplement in enumerate(case.supplements, start=1):
        mg = doses_of(supplement).get(substance)
        if mg is not None:
            said = f"{supplement.product or supplement.substance}: {substance}, as entered"
            by_day.setdefault(day_of(supplement.date, days), []).append(sheet.number(f"dose_{n}", mg, "mg", said))
    sums = [f"({added(terms)})" for terms in by_day.values()]
    return f"max({', '.join(sums)})" if len(sums) > 1 else sums[0]
