"""What golden cases are put together from: days of food, a person, supplements, medicines and laboratory values."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

from neurobalance_expert.yaml_text import Line

Item = dict[str, Any]
DATE = "2026-03-19"
PERSON: Item = {
    "age_y": 41,
    "sex": "male",
    "weight_kg": 77,
    "height_cm": 181,
    "lactating": False,
    "smoker": False,
    "diet_pattern": "omnivore",
}
WOMAN: Item = {"sex": "female", "age_y": 36, "weight_kg": 64, "height_cm": 169, "pregnancy_status": "not_pregnant"}


TWO_MASSES = ("calcium", "choline", "copper", "five_mthf", "iron", "magnesium", "same", "vitamin_b6", "vitamin_c", "zinc")


class Golden(NamedTuple):
    """A golden case: its name, what it is for, and its data."""

    name: str
    note: str
    data: dict[str, Any]


def number(value: float | int | str) -> Decimal | int:
    """A number as it is written, without a fraction where it has none."""
    exact = Decimal(str(value))
    return int(exact) if exact == exact.to_integral_value() else exact


def food(time: str | None, name: str, grams: float, **more: Any) -> Line:
    """A line of the diary."""
    return Line({**({"time": time} if time else {}), "name": name, "grams": number(grams), **more})


def made(time: str, name: str, **grams: Any) -> Line:
    """Something with a composition of its own, g; ``aa`` are its amino acids, ``free`` tells that they are free."""
    free, aa = grams.pop("free", None), grams.pop("aa", None)
    composition: Item = {f"{key}_g": number(value) for key, value in grams.items()}
    if aa is not None:
        composition["amino_acids_g"] = Line({key: number(value) for key, value in aa.items()})
    if free is not None:
        composition["free"] = free
    return Line({"time": time, "name": name, "composition": Line(composition)})


def supplement(substance: str, dose: float | str | None = None, unit: str = "mg", time: str | None = "09:00", **more: Any) -> Line:
    """A supplement as taken; without a dose none is stated. The mass is that of the active part where a label may mean another."""
    more = {"label_basis": "elemental"} | more if substance in TWO_MASSES and dose is not None else more
    amount = {} if dose is None else {"dose": number(dose), "unit": unit}
    return Line({**({"time": time} if time else {}), "substance": substance, **amount, **more})


def medicine(ingredient: str, *times: str, dose: float | str | None = None, unit: str = "mg", **more: Any) -> Line:
    """A current medicine, prescribed."""
    amount = {} if dose is None else {"dose": number(dose), "unit": unit}
    return Line({"ingredient": ingredient, **amount, "times": list(times or ("08:00",)), "status": "current", "prescribed": True, **more})


def lab(analyte: str, value: float | str, unit: str, date: str = "2026-03-10") -> Line:
    """A laboratory value."""
    return Line({"analyte": analyte, "value": number(value), "unit": unit, "date": date})


def case(
    name: str, note: str, /, *, day: str = "balanced", person: Item | None = None, without: tuple[str, ...] = (), **fields: Any
) -> Golden:
    """A case that states everything, on one of the days, with the fields that it is about."""
    data: dict[str, Any] = {
        "schema": "neurobalance/case/1",
        "id": name,
        "person": Line(_person(person or {})),
        "diary_date": DATE,
        "foods": list(DAYS[day]),
        "supplements": [],
        "medications_complete": True,
        "medications": [],
        "conditions_complete": True,
        "conditions": [],
        "symptoms": [],
        "labs": [],
        "goal": "general check",
    }
    data |= {key: list(value) if isinstance(value, tuple) else value for key, value in fields.items()}
    data["conditions"] = [Line({"id": one}) if isinstance(one, str) else one for one in data["conditions"]]
    return Golden(name, note, {key: value for key, value in data.items() if key not in without})


def _person(stated: Item) -> Item:
    """The person with what is stated otherwise; None takes a field out."""
    whole = PERSON | (WOMAN if stated.get("sex") == "female" else {}) | stated
    return {key: number(value) if isinstance(value, float) else value for key, value in whole.items() if value is not None}


DAYS: dict[str, list[Line]] = {
    "balanced": [
        food("07:00", "oats dry", 90),
        food("07:00", "cow milk semi-skimmed", 300),
        food("07:00", "orange raw", 250),
        food("07:00", "walnuts", 30),
        food("12:30", "egg boiled", 110),
        food("12:30", "wholemeal bread", 120),
        food("12:30", "lentils cooked", 200),
        food("16:00", "pumpkin seeds", 40),
        food("19:00", "salmon cooked", 170),
        food("19:00", "potato boiled", 300),
        food("19:00", "broccoli cooked", 300),
    ],
    "dairy": [
        food("08:00", "cow milk semi-skimmed", 600),
        food("13:00", "cheddar cheese", 100),
        food("13:00", "apple raw", 200),
        food("19:00", "yogurt plain", 500),
        food("19:00", "honey", 30),
    ],
    "vegan": [
        food("07:30", "oats dry", 80),
        food("07:30", "soy milk", 250),
        food("07:30", "banana raw", 120),
        food("12:30", "lentils cooked", 250),
        food("12:30", "brown rice cooked", 200),
        food("12:30", "kale raw", 80),
        food("16:00", "almonds", 30),
        food("19:00", "tofu firm", 200),
        food("19:00", "broccoli cooked", 200),
        food("19:00", "wholemeal bread", 80),
    ],
    "meagre": [
        food("08:00", "white bread", 60),
        food("08:00", "jam", 25),
        food("13:00", "apple raw", 180),
        food("19:00", "white rice cooked", 250),
        food("19:00", "tomato raw", 100),
        food("19:00", "butter", 15),
    ],
    "starch": [
        food("08:00", "white rice cooked", 300),
        food("08:00", "honey", 20),
        food("13:00", "potato boiled", 300),
        food("13:00", "butter", 15),
        food("19:00", "white bread", 120),
        food("19:00", "jam", 40),
    ],
    "meat": [
        food("08:00", "egg boiled", 150),
        food("08:00", "wholemeal bread", 60),
        food("13:00", "beef steak cooked", 250),
        food("13:00", "green beans cooked", 150),
        food("19:00", "chicken breast cooked", 250),
        food("19:00", "potato boiled", 200),
        food("21:30", "cheddar cheese", 60),
    ],
    "nothing": [],
}
