"""A document of the right shape to a typed case. Values that cannot be trusted become None, each with a remark that says so."""

from __future__ import annotations

from msgspec.structs import replace

from neurobalance_expert.cases import gate
from neurobalance_expert.cases.read_clinical import read_conditions, read_labs, read_medications
from neurobalance_expert.cases.read_foods import read_foods
from neurobalance_expert.cases.read_person import read_person
from neurobalance_expert.cases.read_supplements import read_supplements
from neurobalance_expert.cases.scalars import calendar_date, clean, flag
from neurobalance_expert.cases.types import Case
from neurobalance_expert.cases.values import Row, Values
from neurobalance_expert.knowledge.names_data import Names
from neurobalance_expert.source import Document, Keys

# The lists whose gaps matter, and the field of their names.
_LISTS = (("medications", "medication.ingredient"), ("conditions", "condition.id"))


def read_case(document: Document, keys: Keys, data: Row, names: Names, default_id: str) -> Case:
    """The case under ``keys``, whose shape has been checked, without its digest, its lists in the order of the file."""
    values = Values(document, keys, names)
    values.diary_date = values.read(calendar_date, data["diary_date"], "diary_date", "The diary date", "diary_date") or ""
    person = read_person(values, data["person"])
    details, places = read_conditions(values, data)
    case = Case(
        id=clean(data.get("id") or "") or default_id,
        digest="",
        diary_date=values.diary_date,
        person=person,
        foods=read_foods(values, data),
        supplements=read_supplements(values, data),
        medications=read_medications(values, data),
        medications_complete=_complete(values, data, "medications"),
        conditions=tuple(details),
        conditions_complete=_complete(values, data, "conditions"),
        symptoms=tuple(text for text in map(clean, data.get("symptoms") or ()) if text),
        labs=read_labs(values, data),
        goal=clean(data.get("goal") or ""),
        condition_details={condition: detail for condition, detail in details.items() if detail},
    )
    values.remarks += gate.condition_conflicts(person, places)
    _check_whole(values, case, data)
    return replace(case, remarks=tuple(values.remarks))


def _complete(values: Values, data: Row, name: str) -> bool | None:
    key = f"{name}_complete"
    return values.read(flag, data.get(key), key, f"Whether the list of {name} is complete", key)


def _check_whole(values: Values, case: Case, data: Row) -> None:
    """What only shows when everything has been read: open lists, the weight of a day, the diet against the foods."""
    unrecognised = {r.field for r in values.remarks if r.kind in ("unrecognised", "invalid")}
    for name, name_field in _LISTS:
        complete = case.medications_complete if name == "medications" else case.conditions_complete
        at = values.at(name if name in data else f"{name}_complete")
        values.remarks += gate.list_remark(name, complete, bool({name, name_field} & unrecognised), at)
    values.remarks += gate.lab_conflicts(case.labs, {lab.index: values.at("labs", lab.index) for lab in case.labs})
    values.remarks += gate.food_day_remarks(case.foods, values.limits, values.at("foods"))
    foods = [(food.name, "") for food in case.foods if food.name]
    conflict = gate.diet_conflict(case.person.diet_pattern, foods, values.limits.diet, values.at("person", "diet_pattern"))
    if conflict:
        values.remarks.append(conflict)
    if not case.foods:
        values.remark("missing", "foods", "The diary lists no food.", "foods", question="What was eaten?")
