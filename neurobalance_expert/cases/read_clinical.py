"""Medicines, conditions and laboratory values of a case."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from neurobalance_expert.cases.fields import MEDICATION
from neurobalance_expert.cases.names import Recognised, recognise, recognise_medicine
from neurobalance_expert.cases.scalars import calendar_date, clean, clock, flag
from neurobalance_expert.cases.types import Lab, Medication
from neurobalance_expert.cases.values import Key, Row, Values, as_entered, cut, mass_unit, rows, to_float
from neurobalance_expert.errors import Span
from neurobalance_expert.knowledge.names_data import Analyte, unit_key
from neurobalance_expert.units import convert


def read_medications(values: Values, data: Row) -> tuple[Medication, ...]:
    """Every ingredient of every medicine; a combination gives several with one index."""
    return tuple(m for index, row in rows(data, "medications") for m in _medications(values, index, row))


def _medications(values: Values, index: int, row: Row) -> Iterator[Medication]:
    keys = ("medications", index)
    name, known_characters = values.name(row, "ingredient", "medication.ingredient", *keys)
    found = recognise_medicine(name, values.names, ask=values.ask) if known_characters else Recognised(())
    if not found.known:
        values.unrecognised("medications", name, found, *keys, "ingredient")
    dose = values.number(row, "dose", "medication.dose", f"The dose of {name}", *keys)
    mass = mass_unit(clean(row.get("unit") or ""))
    mg = convert(dose, mass, "mg") if dose is not None and mass and len(found.ids) < 2 else None
    written = row.get("times") or ()
    times = [values.read(clock, t, "medication.time", f"A time of {name}", *keys, "times", i) for i, t in enumerate(written)]
    status, stopped = _status(values, row, name, *keys)
    prescribed = values.read(flag, row.get("prescribed"), "medication.prescribed", f"Whether {name} is prescribed", *keys, "prescribed")
    for ingredient in found.ids or (name,):
        yield Medication(
            index=index,
            ingredient=ingredient,
            recognised=bool(found.ids),
            times_min=tuple(sorted(t for t in times if t is not None)),
            status=status,
            prescribed=prescribed,
            dose_mg=to_float(mg),
            entered=" ".join(filter(None, (name, as_entered(row)))),
            stopped=stopped,
        )


def _status(values: Values, row: Row, name: str, *keys: Key) -> tuple[str, str | None]:
    """``stopped`` only when the case says so without contradiction; whatever is in doubt counts as current."""
    stopped = values.read(calendar_date, row.get("stopped"), "medication.stopped", f"The date of the last dose of {name}", *keys, "stopped")
    stated = values.choice(MEDICATION, row, "status", "medication.status", f"The status of {name}", *keys)
    if stated == "current" and stopped:
        text = f"{name} is said to be current and to be stopped on {stopped}. It counts as current."
        values.remark("conflict", "medication.status", text, *keys, "stopped", question="Is it still taken?")
    refused = row.get("status") is not None and stated is None
    gone = stated == "stopped" or (stopped is not None and stated is None and not refused)
    return ("stopped" if gone else "current"), stopped


def read_conditions(values: Values, data: Row) -> tuple[dict[str, str], dict[str, Span]]:
    """What is said about each condition, by its id or the name as entered, and the place of each."""
    details: dict[str, str] = {}
    places: dict[str, Span] = {}
    shown = {i: c.name for i, c in values.names.conditions.items()}
    for index, row in rows(data, "conditions"):
        keys = ("conditions", index)
        name, known_characters = values.name(row, "id", "condition.id", *keys)
        found = recognise(name, values.names.condition_names, shown, ask=values.ask) if known_characters else Recognised(())
        if not found.known:
            values.unrecognised("conditions", name, found, *keys, "id")
        for condition in found.ids or (name,):
            details[condition] = "; ".join(filter(None, (details.get(condition), clean(row.get("detail") or ""))))
            places[condition] = values.at(*keys)
    return details, places


def read_labs(values: Values, data: Row) -> tuple[Lab, ...]:
    """The laboratory values that can be used, each in the canonical unit of its analyte."""
    found = (_lab(values, index, row) for index, row in rows(data, "labs"))
    return tuple(lab for lab in found if lab is not None)


def _lab(values: Values, index: int, row: Row) -> Lab | None:
    keys = ("labs", index)
    name, analyte = _analyte(values, row, *keys)
    value = values.number(row, "value", "lab.value", f"The value of {name}", *keys)
    if row.get("value") is None:
        values.remark("missing", "lab.value", f"{name} has no value.", *keys, question=f"What was {name}?")
    date = values.read(calendar_date, row.get("date"), "lab.date", f"The date of {name}", *keys, "date")
    if row.get("date") is None:
        text = f"The date of {name} is not stated, so its age is not known."
        values.remark("missing", "lab.date", text, *keys, "date", question="When was the sample taken?")
    factor = _factor(values, row, name, analyte, *keys)
    if analyte is None or value is None or factor is None:
        return None
    canonical, (low, high) = value * factor, analyte.hard
    if not low <= canonical <= high:
        text = f"{name}: {canonical.normalize():f} {analyte.unit} is outside {low:f} to {high:f} {analyte.unit}. The value is not used."
        values.remark("invalid", "lab.value", text, *keys, "value", question="Are value and unit right?")
        return None
    given = row.get("reference_range") or {}
    range_label = f"The reference range of {name}"
    field, where = "lab.reference_range", (*keys, "reference_range")
    from_, to = (values.number(given, end, field, range_label, *where) for end in ("low", "high"))
    if from_ is not None and to is not None and from_ > to:
        text = f"{range_label} runs from {from_:f} down to {to:f}. It is not used."
        values.remark("invalid", field, text, *where, question="What is the range?")
        from_ = to = None
    range_low, range_high = (to_float(None if end is None else end * factor) for end in (from_, to))
    return Lab(index, analyte.id, float(canonical), analyte.unit, as_entered(row, "value"), date, range_low, range_high)


def _analyte(values: Values, row: Row, *keys: Key) -> tuple[str, Analyte | None]:
    name, known_characters = values.name(row, "analyte", "lab.analyte", *keys)
    analytes = values.names.analytes
    shown = {i: a.name for i, a in analytes.items()}
    found = recognise(name, values.names.analyte_names, shown, ask=values.ask) if known_characters else Recognised(())
    if not found.ids:
        values.unrecognised("labs", name, found, *keys, "analyte")
    return name, analytes[found.ids[0]] if found.ids else None


def _factor(values: Values, row: Row, name: str, analyte: Analyte | None, *keys: Key) -> Decimal | None:
    """What the value is multiplied by; None with a remark when the unit is missing or is none of the analyte's."""
    unit = clean(row.get("unit") or "")
    if not unit:
        text = f"{name} has no unit. A unit is never guessed, so the value is not used."
        values.remark("missing", "lab_unit", text, *keys, "unit", name=name, question=f"Which unit does {name} have?")
        return None
    if analyte is None:
        return None
    factor = analyte.factors.get(unit_key(unit))
    if factor is None:
        text = f"{name} is given in '{cut(unit)}', which is none of its units ({', '.join(analyte.units)}). The value is not used."
        values.remark("invalid", "lab.unit", text, *keys, "unit", question=f"Which unit does {name} have?")
    return factor
