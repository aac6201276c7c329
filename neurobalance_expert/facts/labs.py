"""Laboratory values against decision limits: one ratio a limit, so that a rule says "below 1" and the report shows the number."""

from __future__ import annotations

from datetime import date
from functools import partial

from neurobalance_expert.cases.types import Case, Lab
from neurobalance_expert.fact import Working
from neurobalance_expert.facts.book import FactBook
from neurobalance_expert.facts.sheet import Sheet
from neurobalance_expert.knowledge.names_data import Limit, Names

LIMIT_KINDS = ("deficient", "low", "borderline", "high", "refer_low", "refer_high")


def add_labs(book: FactBook, case: Case, names: Names) -> None:
    """``lab`` for every limit that exists for this person, and ``lab_age`` where the date is known. The last value of an analyte counts."""
    groups = person_groups(case)
    for lab in latest(case.labs):
        for kind, limit in limits_of(lab, names, groups).items():
            if limit.value > 0:
                text = f"{lab.entered} = {lab.value:g} {lab.unit}, over the limit {limit.value:g} {lab.unit} ({kind})"
                work = partial(_ratio_work, lab, float(limit.value), kind)
                book.add("lab", text, [limit.source], work, analyte=lab.analyte, limit=kind, ratio=lab.value / float(limit.value))
        if lab.date and case.diary_date:
            days = (date.fromisoformat(case.diary_date) - date.fromisoformat(lab.date)).days
            work = partial(_age_work, lab.date, case.diary_date)
            book.add("lab_age", f"{lab.date} to {case.diary_date}", (), work, analyte=lab.analyte, days=days)


def _ratio_work(lab: Lab, limit: float, kind: str) -> tuple[Working, ...]:
    sheet = Sheet()
    value = sheet.number("value", lab.value, lab.unit, f"{lab.analyte}: {lab.entered} as entered")
    bound = sheet.number("limit", limit, lab.unit, f"the limit '{kind}' of {lab.analyte} for this person (knowledge/analytes.yaml)")
    return sheet.working("ratio", f"{value} / {bound}")


def _age_work(taken_on: str, diary_date: str) -> tuple[Working, ...]:
    sheet = Sheet()
    first, last = (
        sheet.number(name, date.fromisoformat(day).toordinal(), "d", f"{day} as the number of the day, 1 is 0001-01-01")
        for name, day in (("taken_on", taken_on), ("diary_on", diary_date))
    )
    return sheet.working("days", f"{last} - {first}")


def latest(labs: tuple[Lab, ...]) -> tuple[Lab, ...]:
    """One value of each analyte: the one with the latest date; without dates the last one written."""
    newest: dict[str, Lab] = {}
    for lab in sorted(labs, key=lambda lab: (lab.date or "", lab.index)):
        newest[lab.analyte] = lab
    return tuple(newest[analyte] for analyte in sorted(newest))


def limits_of(lab: Lab, names: Names, groups: frozenset[str]) -> dict[str, Limit]:
    """The decision limits that hold for a person in these groups, by kind."""
    analyte = names.analytes[lab.analyte]
    found = {kind: analyte.limit(kind, groups) for kind in LIMIT_KINDS}
    return {kind: limit for kind, limit in found.items() if limit is not None}


def person_groups(case: Case) -> frozenset[str]:
    """What limits may be made for: sex, pregnancy, menopause by age, stated conditions and medicines."""
    person = case.person
    groups = {person.sex or "", *case.conditions, *(m.ingredient for m in case.medications)}
    if person.pregnancy_status == "pregnant":
        groups.add("pregnant")
    if person.sex == "female" and person.age_y is not None and person.age_y < 50:
        groups.add("premenopausal")
    return frozenset(groups - {""})
