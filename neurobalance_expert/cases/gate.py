"""What the input gate sees once a case has been read: contradictions, gaps, and amounts that are odd or cannot be.

Every function takes what it judges and returns remarks; nothing is changed here. The wording never contains the position of an item in
its list, so that the order of a file does not change what is said.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal

from msgspec import Struct

from neurobalance_expert.cases.scalars import age_on
from neurobalance_expert.cases.types import Composition, FoodItem, Lab, Person, Remark
from neurobalance_expert.errors import Span
from neurobalance_expert.knowledge.names_data import Diet, DoseLimit, Names, Plausibility
from neurobalance_expert.units import convert

_LISTED = 5
_ROUNDING = Decimal("1.05")  # labels round, so the parts may weigh a little more than the whole
_HYDROLYSED = 1.25  # free amino acids weigh up to a fifth more than the protein they come from
_FEMALE_ONLY = ("pregnant", "postpartum")


class DoseLine(Struct, frozen=True):
    """One stated dose: which supplement line and component it stands in ('' for the product itself), and what it is."""

    index: int
    component: str
    substance: str
    mg: Decimal
    basis: str
    date: str
    label: str
    at: Span


# --- the person -----------------------------------------------------------------------------------------------------


def settle_age(age_y: int | None, birth: str | None, day: str, at: Span) -> tuple[int | None, list[Remark]]:
    """The age in completed years, from whichever of the two is given. When they disagree neither is used."""
    computed = age_on(birth, day) if birth and day else None
    if age_y is None or computed is None or age_y == computed:
        return (computed if age_y is None else age_y), []
    text = f"The date of birth gives {computed} years on {day} and the age says {age_y}. Neither is used."
    return None, [Remark("conflict", "age", text, question="Which is right, the age or the date of birth?", at=at)]


def person_remarks(person: Person, age_settled: bool, limits: Plausibility, places: Mapping[str, Span]) -> list[Remark]:
    """Gaps, contradictions and oddities of the person. ``places`` gives the place of each key in the file."""
    out = []
    if person.age_y is None and not age_settled:
        out.append(_missing("age", "The age is not known.", "How old is the person?", places["age_y"]))
    if person.sex is None:
        out.append(_missing("sex", "The sex is not stated, so the larger requirement counts.", "Which sex?", places["sex"]))
    if person.weight_kg is None:
        out.append(
            _missing(
                "weight_kg",
                "The weight is not known, so nothing is given per kilogram.",
                "What does the person weigh?",
                places["weight_kg"],
            )
        )
    if person.pregnancy_status is None and _may_be_pregnant(person, limits):
        text = "Pregnancy status is not stated, and much advice depends on it."
        out.append(
            _missing("pregnancy_status", text, "Is the person pregnant, trying to conceive, or neither?", places["pregnancy_status"])
        )
    if person.sex == "male" and (person.pregnancy_status in _FEMALE_ONLY or person.lactating):
        stated = person.pregnancy_status if person.pregnancy_status in _FEMALE_ONLY else "breast-feeding"
        text = f"The sex is male and the status is {stated}, as entered. Nothing is decided from it."
        out.append(Remark("conflict", "sex_pregnancy", text, question="Which entry is right?", at=places["pregnancy_status"]))
    odd = _odd_weight(person, limits)
    if odd:
        question = "Is the weight right, and in kilograms?"
        out.append(
            Remark("confirm", "weight", f"{odd} is unusual; the weight may be in pounds.", question=question, at=places["weight_kg"])
        )
    return out


def _missing(field: str, text: str, question: str, at: Span) -> Remark:
    return Remark("missing", field, text, question=question, at=at)


def _may_be_pregnant(person: Person, limits: Plausibility) -> bool:
    ages = limits.person["pregnancy_age_y"]
    return person.sex != "male" and (person.age_y is None or not _outside(person.age_y, ages.min, ages.max))


def _odd_weight(person: Person, limits: Plausibility) -> str:
    if person.weight_kg is None:
        return ""
    usual = limits.person["weight_kg"]
    if _outside(person.weight_kg, usual.confirm_below, usual.confirm_above):
        return f"A weight of {person.weight_kg:g} kg"
    if person.height_cm:
        bmi = person.weight_kg / (person.height_cm / 100) ** 2
        if _outside(bmi, limits.person["bmi"].confirm_below, limits.person["bmi"].confirm_above):
            return f"A weight of {person.weight_kg:g} kg at {person.height_cm:g} cm (body mass index {bmi:.0f})"
    return ""


def _outside(value: float, low: Decimal | None, high: Decimal | None) -> bool:
    return (low is not None and value < low) or (high is not None and value > high)


def condition_conflicts(person: Person, conditions: Mapping[str, Span]) -> list[Remark]:
    """Conditions that contradict what the person says of pregnancy and breast-feeding."""
    out = []
    if "pregnancy" in conditions and person.pregnancy_status == "not_pregnant":
        text = "The conditions name pregnancy and the status says not pregnant."
        out.append(Remark("conflict", "pregnancy_status", text, question="Which is right?", at=conditions["pregnancy"]))
    if "lactation" in conditions and person.lactating is False:
        text = "The conditions name breast-feeding and the person is said not to breast-feed."
        out.append(Remark("conflict", "lactating", text, question="Which is right?", at=conditions["lactation"]))
    return out


def list_remark(name: str, complete: bool | None, unrecognised: bool, at: Span) -> list[Remark]:
    """A list of medicines or conditions that does not tell everything: not said to be complete, or with a name nobody knows."""
    if complete is True and not unrecognised:
        return []
    if complete is True:
        text, question = f"A name in the list of {name} is not known, so the list cannot be checked in full.", "Which is meant?"
    elif complete is False:
        text, question = f"The list of {name} is said to be incomplete.", f"Which other {name} are there?"
    else:
        text, question = (
            f"It is not stated whether the list of {name} is complete; an empty list does not mean none.",
            f"Are these all {name}?",
        )
    return [Remark("missing", name, text, question=question, at=at)]


# --- amounts --------------------------------------------------------------------------------------------------------


def dose_remarks(lines: Iterable[DoseLine], names: Names) -> tuple[list[Remark], frozenset[tuple[int, str]]]:
    """Daily doses against what is plausible: the remarks, and the (index, component) of every dose that is refused.

    A dose counts for its substance and for the mixtures that substance belongs to, over all lines of a date.
    """
    limits = names.plausibility
    days: dict[tuple[str, str], list[DoseLine]] = defaultdict(list)
    for line in lines:
        known = names.substances.get(line.substance)
        mixtures = [m for m in known.member_of if m in limits.doses] if known else []
        for group in (line.substance, *mixtures):
            days[line.date, group].append(line)
    remarks: list[Remark] = []
    refused: set[tuple[int, str]] = set()
    for (_, group), found in sorted(days.items()):
        limit = limits.doses.get(group, limits.other_dose)
        name = names.substances[group].name if group in names.substances else group
        total = sum((x.mg * _least_share(x, limit) for x in found), Decimal(0))
        if total > limit.reject_mg:
            fresh = [x for x in found if (x.index, x.component) not in refused]
            remarks += [_refused_dose(x, total, name, limit) for x in fresh]
            refused |= {(x.index, x.component) for x in fresh}
        elif total > limit.confirm_mg:
            line = max(found, key=lambda x: (x.mg, x.label))
            text = f"{_amount(total, limit)} of {name} a day is more than usual ({_amount(limit.confirm_mg, limit)})."
            remarks.append(Remark("confirm", "supplement.dose", text, line.substance, "Are dose and unit right?", line.at))
    return remarks, frozenset(refused)


def component_conflicts(label: str, mg: Decimal | None, components: Mapping[str, Decimal | None], at: Span) -> list[Remark]:
    """A product whose components weigh more together than the dose of it that is stated."""
    total = sum((part for part in components.values() if part is not None), Decimal(0))
    if mg is None or total <= mg * _ROUNDING:
        return []
    text = f"The components of {label} are {total.normalize():f} mg together, and its dose is {mg.normalize():f} mg."
    return [Remark("conflict", "supplement.components", text, question="Are the components those of the dose taken?", at=at)]


def composition_conflicts(label: str, found: Composition, grams: Decimal | None, at: Span) -> list[Remark]:
    """A stated composition whose parts weigh more than the whole: the item, or the protein that holds the amino acids."""
    field, question = "food.composition", "Is the composition that of the amount eaten?"
    carbohydrate = max(found.carbohydrate_g or 0.0, found.fibre_g or 0.0)  # whether it counts the fibre is not known
    parts = (found.protein_g or 0.0) + carbohydrate + (found.fat_g or 0.0)
    acids = sum(found.amino_acids_g.values())
    out = []
    if grams is not None and parts > float(grams * _ROUNDING):
        what = "carbohydrate" if carbohydrate == found.carbohydrate_g else "fibre"
        text = f"Protein, {what} and fat of {label} are {parts:g} g together, and the item weighs {grams.normalize():f} g."
        out.append(Remark("conflict", field, text, question=question, at=at))
    whole, name = (None if found.free else found.protein_g), "its protein"
    if whole is None and grams is not None:
        whole, name = float(grams), "the item"
    if whole is not None and acids > whole * _HYDROLYSED:
        text = f"The amino acids of {label} are {acids:g} g together, and {name} is {whole:g} g."
        out.append(Remark("conflict", field, text, question=question, at=at))
    return out


def free_amount_remarks(label: str, field: str, found: Composition, limits: Plausibility, at: Span) -> list[Remark]:
    """Free amino acids of one item that are more than usual, or than anybody takes at once."""
    total = sum(found.amino_acids_g.values()) if found.free else 0.0
    if _outside(total, None, limits.free_item_g.max):
        text = f"The free amino acids of {label} are {total:g} g together, more than anybody takes at once."
        return [Remark("invalid", field, text, question="Are the amounts in grams?", at=at)]
    if _outside(total, None, limits.free_item_g.confirm_above):
        text = f"The free amino acids of {label} are {total:g} g together, more than usual."
        return [Remark("confirm", field, text, question="Are the amounts right?", at=at)]
    return []


def _refused_dose(line: DoseLine, total: Decimal, name: str, limit: DoseLimit) -> Remark:
    most = _amount(limit.reject_mg, limit)
    text = f"The dose of {line.label} is not used: {_amount(total, limit)} of {name} a day is more than {most}, which nobody takes."
    question = f"Is the unit right? A usual mistake: {limit.trap}." if limit.trap else "Is the unit right?"
    return Remark("invalid", "supplement.dose", text, line.substance, question, line.at)


def _least_share(line: DoseLine, limit: DoseLimit) -> Decimal:
    return Decimal(1) if line.basis == "elemental" else limit.smallest_share


def _amount(mg: Decimal, limit: DoseLimit) -> str:
    value = convert(mg, "mg", limit.unit)
    return f"{value.normalize():f} {limit.unit}"


def lab_conflicts(labs: Iterable[Lab], places: Mapping[int, Span]) -> list[Remark]:
    """Two different values of one analyte with the same date, or none. ``places`` gives the place of each lab by its index."""
    first: dict[tuple[str, str | None], Lab] = {}
    out = []
    for lab in labs:
        before = first.setdefault((lab.analyte, lab.date), lab)
        if before.value != lab.value:
            low, high = sorted((before.value, lab.value))
            when = f"on {lab.date}" if lab.date else "without a date"
            text = f"{lab.analyte} has two values {when}: {low:g} and {high:g} {lab.unit}."
            out.append(Remark("conflict", "lab.value", text, lab.analyte, "Which one counts?", places[lab.index]))
    return out


def food_day_remarks(foods: Iterable[FoodItem], limits: Plausibility, at: Span) -> list[Remark]:
    """Days whose foods weigh more than is usual, or than anybody eats and drinks."""
    days: dict[str, float] = defaultdict(float)
    for food in foods:
        days[food.date] += food.grams or 0.0
    out = []
    for day, grams in sorted(days.items()):
        kg, when = f"{grams / 1000:.1f} kg", f" on {day}" if day else ""
        if _outside(grams, None, limits.food_day_g.max):
            text = f"The foods and drinks{when} weigh {kg} together, more than anybody takes in a day."
            out.append(Remark("invalid", "food.day_total", text, question="Are the amounts in grams?", at=at))
        elif _outside(grams, None, limits.food_day_g.confirm_above):
            text = f"The foods and drinks{when} weigh {kg} together, more than usual."
            out.append(Remark("confirm", "food.day_total", text, question="Are the amounts right?", at=at))
    return out


# --- diet pattern ---------------------------------------------------------------------------------------------------


def food_kinds(name: str, group: str, diet: Diet) -> frozenset[str]:
    """The animal kinds (meat, fish, dairy, egg) that a food shows by its table group or by whole words of its name.

    A name with a word such as "vegan", "oat" or "beans" shows nothing by its words; doubtful names stay silent.
    """
    by_group = frozenset({diet.groups[group]}) if group in diet.groups else frozenset()
    words = set(re.findall(r"[a-z]+(?:-[a-z]+)*", name.casefold()))
    if words & diet.never_animal:
        return by_group
    by_word = {kind for kind, listed in diet.words.items() if words & listed}
    return by_group | (by_word - {"dairy"} if words & diet.never_dairy else by_word)


def diet_conflict(pattern: str | None, foods: Iterable[tuple[str, str]], diet: Diet, at: Span | None = None) -> Remark | None:
    """A remark when foods, as (name, table group or ''), contradict the stated diet pattern; None otherwise."""
    excluded = diet.excludes.get(pattern or "", frozenset())
    against = sorted({name for name, group in foods if food_kinds(name, group, diet) & excluded})
    if not against:
        return None
    more = f" and {len(against) - _LISTED} more" if len(against) > _LISTED else ""
    text = f"The diet is said to be {pattern}, and the diary lists {', '.join(against[:_LISTED])}{more}."
    return Remark("conflict", "diet_pattern", text, question="Which is right?", at=at)
