"""Facts about the person and the record itself: what was entered, what is missing, refused, contradictory or not recognised."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from neurobalance_expert.cases.types import Case, Person
from neurobalance_expert.fact import Working
from neurobalance_expert.facts.book import FactBook
from neurobalance_expert.facts.sheet import Sheet, counted

ADULT_AGE = 18
OLDER_AGE = 65
ENTERED = "as entered"
CRITICAL_KINDS = ("invalid", "conflict")


def add_person(book: FactBook, case: Case) -> None:
    """Age, sex, mass, life stage, habits: one fact for each entry that was given."""
    person = case.person
    if person.age_y is not None:
        book.add("age", ENTERED, (), partial(_age_work, person.birth_date, case.diary_date), years=person.age_y)
        book.add("life_stage", f"age {person.age_y} years on {case.diary_date}", **{"is": life_stage(person.age_y)})
    for relation, value in (
        ("sex", person.sex),
        ("pregnancy", pregnancy(person)),
        ("lactating", person.lactating),
        ("smoker", person.smoker),
        ("diet_pattern", person.diet_pattern),
    ):
        if value is not None:
            book.add(relation, ENTERED, **{"is": value})
    if person.weight_kg is not None:
        book.add("body_mass", ENTERED, kg=person.weight_kg)
        if person.height_cm:
            index = person.weight_kg / (person.height_cm / 100) ** 2
            text, work = (
                f"{person.weight_kg:g} kg / ({person.height_cm / 100:g} m)²",
                partial(_index_work, person.weight_kg, person.height_cm),
            )
            book.add("body_mass_index", text, (), work, kg_m2=index)


def _age_work(birth_date: str | None, diary_date: str) -> tuple[Working, ...]:
    """Completed years from the dates as whole numbers YYYYMMDD; none when the age was entered."""
    if not birth_date or not diary_date:
        return ()
    sheet = Sheet()
    born, on = (
        sheet.number(name, int(day.replace("-", "")), "1", f"{day} as the number YYYYMMDD")
        for name, day in (("born", birth_date), ("on", diary_date))
    )
    return sheet.working("years", f"({on} - {born}) // 10000")


def _index_work(weight_kg: float, height_cm: float) -> tuple[Working, ...]:
    sheet = Sheet()
    weight = sheet.number("weight", weight_kg, "kg", "as entered")
    return sheet.working("kg_m2", f"{weight} / ({sheet.number('height', height_cm, 'cm', 'as entered')} / 100) ** 2")


def life_stage(age_y: int) -> str:
    """child, adult or older_adult."""
    return "child" if age_y < ADULT_AGE else "older_adult" if age_y >= OLDER_AGE else "adult"


def pregnancy(person: Person) -> str | None:
    """The status as entered. Males, and anyone above 55 without an entry, count as not pregnant."""
    if person.pregnancy_status is None and (person.sex == "male" or (person.age_y or 0) > 55):
        return "not_pregnant"
    return person.pregnancy_status


def add_record(book: FactBook, case: Case, days: Sequence[str], unknown_foods: tuple[str, ...], unmeasured: tuple[str, ...] = ()) -> None:
    """What the record says about itself. ``unmeasured`` says of each food with a household measure why it has no mass."""
    book.add("record", f"{len(days)} diary date(s)", (), partial(counted, "days", days, "dates of the diary"), days=len(days))
    said: dict[tuple[str, str], list[str]] = {}
    for remark in case.remarks:
        if remark.kind == "unrecognised":
            book.add("unrecognised", remark.text, list=remark.field, name=remark.name)
        else:
            said.setdefault((remark.kind, remark.field), []).append(remark.text)
    if unmeasured:
        said.setdefault(("missing", "food.amount"), []).extend(unmeasured)
    for (kind, field), texts in said.items():
        book.add(kind, " ".join(sorted(set(texts))), field=field)
    for name in unknown_foods:
        book.add("unknown_food", "no confident match in the food table", name=name)
    if not any(remark.kind in CRITICAL_KINDS for remark in case.remarks):
        book.add("trusted", "no value was refused and no two entries contradict each other", **{"is": True})
    _add_lists(book, case)


def _add_lists(book: FactBook, case: Case) -> None:
    unrecognised = {remark.field for remark in case.remarks if remark.kind == "unrecognised"}
    for medication in (m for m in case.medications if m.status == "current"):
        book.add("medication", ENTERED, ingredient=medication.ingredient)
    for condition in case.conditions:
        book.add("condition", ENTERED, id=condition)
    for name, complete, entries in (
        ("medications", case.medications_complete, case.medications),
        ("conditions", case.conditions_complete, case.conditions),
    ):
        if complete and name not in unrecognised:
            book.add("list_complete", "said to be complete, and every name was recognised", list=name)
        if entries:
            book.add("stated", f"{len(entries)} stated", list=name)
