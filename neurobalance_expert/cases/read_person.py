"""The person of a case."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from neurobalance_expert.cases import gate
from neurobalance_expert.cases.fields import PERSON
from neurobalance_expert.cases.scalars import Refused, age_on, calendar_date, flag, number, whole
from neurobalance_expert.cases.types import Person
from neurobalance_expert.cases.values import Row, Values, to_float
from neurobalance_expert.knowledge.names_data import Range
from neurobalance_expert.source import Data


def read_person(values: Values, row: Row) -> Person:
    """The person, with remarks on refused, missing, contradictory and odd entries."""
    limits = values.limits.person
    age = _in_range(values, row, "age_y", "The age", limits["age_y"], lambda v: Decimal(whole(v, values.limits)))
    birth = _birth_date(values, row)
    settled, conflict = gate.settle_age(None if age is None else int(age), birth, values.diary_date, values.at("person", "birth_date"))
    values.remarks += conflict
    person = Person(
        age_y=settled,
        sex=values.choice(PERSON, row, "sex", "person.sex", "The sex", "person"),
        weight_kg=_measure(values, row, "weight_kg", "The weight"),
        height_cm=_measure(values, row, "height_cm", "The height"),
        pregnancy_status=values.choice(PERSON, row, "pregnancy_status", "person.pregnancy_status", "The pregnancy status", "person"),
        lactating=_flag(values, row, "lactating", "Breast-feeding"),
        smoker=_flag(values, row, "smoker", "Smoking"),
        diet_pattern=values.choice(PERSON, row, "diet_pattern", "person.diet_pattern", "The diet pattern", "person"),
        birth_date=birth,
    )
    places = {key: values.at("person", key) for key in PERSON.keys}
    values.remarks += gate.person_remarks(person, bool(conflict), values.limits, places)
    return person


def _birth_date(values: Values, row: Row) -> str | None:
    oldest = values.limits.person["age_y"].max

    def read(value: Data) -> str:
        birth = calendar_date(value)
        if values.diary_date and birth > values.diary_date:
            raise Refused(f"lies after the diary date {values.diary_date}")
        if values.diary_date and oldest is not None and age_on(birth, values.diary_date) > oldest:
            raise Refused(f"gives an age above {oldest} years")
        return birth

    return values.read(read, row.get("birth_date"), "person.birth_date", "The date of birth", "person", "birth_date")


def _flag(values: Values, row: Row, key: str, label: str) -> bool | None:
    return values.read(flag, row.get(key), f"person.{key}", label, "person", key)


def _measure(values: Values, row: Row, key: str, label: str) -> float | None:
    return to_float(_in_range(values, row, key, label, values.limits.person[key], lambda v: number(v, values.limits)))


def _in_range(values: Values, row: Row, key: str, label: str, limits: Range, reader: Callable[[Data], Decimal]) -> Decimal | None:
    def read(value: Data) -> Decimal:
        found = reader(value)
        if (limits.min is not None and found < limits.min) or (limits.max is not None and found > limits.max):
            raise Refused(f"is outside {limits.min} to {limits.max}")
        return found

    return values.read(read, row.get(key), f"person.{key}", label, "person", key)
