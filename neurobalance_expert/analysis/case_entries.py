"""Entries of a case file that bring about facts: the way back from what was concluded about a case to what somebody could have written.

What a fact says of the course of the day (influx, plasma ratio, adequacy of an amino acid) has no entry of its own; the meals of
``witness_case`` are tried for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from msgspec import Struct, field

from neurobalance_expert.analysis.case_domains import MEDICINE
from neurobalance_expert.fact import Fact
from neurobalance_expert.facts.conditions import FOOD
from neurobalance_expert.facts.person import ADULT_AGE, OLDER_AGE
from neurobalance_expert.loaded import Knowledge

DIARY = date(2026, 3, 17)
NOON = "12:00"
AGES = {"child": ADULT_AGE - 4, "adult": 40, "older_adult": OLDER_AGE + 5}
HEIGHT_CM = 168
Slots = Mapping[str, Any]


class Entries(Struct):
    """A case file in the making. What is not known of a person is given, so that nothing is missing by accident."""

    person: dict[str, Any] = field(
        default_factory=lambda: {
            "age_y": 40, "sex": "female", "weight_kg": 65, "height_cm": HEIGHT_CM, "pregnancy_status": "not_pregnant", "lactating": False,
            "smoker": False, "diet_pattern": "omnivore",
        }
    )  # fmt: skip
    foods: list[dict[str, Any]] = field(default_factory=list)
    supplements: dict[str, dict[str, Any]] = field(default_factory=dict)
    medications: dict[str, dict[str, Any]] = field(default_factory=dict)
    conditions: list[str] = field(default_factory=list)
    symptoms: list[str] = field(default_factory=list)
    labs: dict[str, dict[str, Any]] = field(default_factory=dict)
    left_out: set[str] = field(default_factory=set)
    stated: set[str] = field(default_factory=set)  # fields of the person that the facts speak of

    def take(self, substance: str, **more: Any) -> None:
        """A supplement, with what is said of it."""
        self.supplements.setdefault(substance, {"time": NOON, "substance": substance}).update(more)

    def use(self, drug: str, **more: Any) -> None:
        """A medicine in use."""
        self.medications.setdefault(drug, {"ingredient": drug}).update(more)

    def has(self, condition: str) -> None:
        """A stated condition; pregnancy and breast-feeding are fields of the person."""
        if condition == "pregnancy":
            self.person["pregnancy_status"] = "pregnant"
        elif condition == "lactation":
            self.person["lactating"] = True
        elif condition not in self.conditions:
            self.conditions.append(condition)

    def document(self, name: str) -> dict[str, Any]:
        """The case file as data."""
        out: dict[str, Any] = {"schema": "neurobalance/case/1", "id": name}
        out |= {"person": {key: value for key, value in self.person.items() if key not in self.left_out}}
        out |= {"diary_date": DIARY.isoformat(), "foods": list(self.foods)}
        for key, listed in (("supplements", self.supplements), ("medications", self.medications)):
            out |= {f"{key}_complete": True} if key == "medications" and key not in self.left_out else {}
            out |= {key: list(listed.values())}
        out |= {"conditions_complete": True} if "conditions" not in self.left_out else {}
        out |= {"conditions": [{"id": name} for name in self.conditions], "symptoms": list(self.symptoms), "labs": list(self.labs.values())}
        return {key: _whole(value) for key, value in out.items()}


def _whole(value: Any) -> Any:
    """The data with whole numbers as such, as one writes them."""
    if isinstance(value, dict):
        return {key: _whole(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_whole(inner) for inner in value]
    return int(value) if isinstance(value, Decimal) and value == value.to_integral_value() else value


def entries_of(facts: tuple[Fact, ...], knowledge: Knowledge) -> Entries:
    """Entries for all facts that have some; facts without are passed over. What is said of a person comes first, limits depend on it."""
    out = Entries()
    given = dict(out.person)
    plain = [knowledge.vocabulary.plain(fact) for fact in facts]
    for relation, slots in sorted(plain, key=lambda fact: (fact[0] not in PERSON, fact[0] == "lab_age")):
        if relation in ENTERED:
            ENTERED[relation](out, slots, knowledge)
            out.stated |= {PERSON[relation]} if relation in PERSON else {name for name in out.person if out.person[name] != given.get(name)}
    return out


def clock(minutes: float) -> str:
    """A clock time."""
    whole = round(minutes) % (24 * 60)
    return f"{whole // 60:02d}:{whole % 60:02d}"


def _stage(out: Entries, slots: Slots, _: Knowledge) -> None:
    out.person["age_y"] = AGES[slots["is"]]


def _age(out: Entries, slots: Slots, _: Knowledge) -> None:
    out.person["age_y"] = int(slots["years"])


def _person(name: str, slot: str = "is") -> Callable[[Entries, Slots, Knowledge], None]:
    def enter(out: Entries, slots: Slots, _: Knowledge) -> None:
        out.person[name] = slots[slot]
        if name == "sex" and slots[slot] == "male":
            out.person |= {"pregnancy_status": "not_pregnant", "lactating": False}

    return enter


def _mass_index(out: Entries, slots: Slots, _: Knowledge) -> None:
    out.person["weight_kg"] = round(slots["kg_m2"] * HEIGHT_CM * HEIGHT_CM / 10000, 1)


def _condition(slot: str) -> Callable[[Entries, Slots, Knowledge], None]:
    return lambda out, slots, _: out.has(str(slots[slot]))


def _medicine(slot: str) -> Callable[[Entries, Slots, Knowledge], None]:
    return lambda out, slots, _: out.use(str(slots[slot]))


def _substance(out: Entries, slots: Slots, k: Knowledge) -> None:
    bring(out, str(slots.get("substance", slots.get("item", ""))), k)


def bring(out: Entries, substance: str, k: Knowledge) -> None:
    """Whatever brings a substance: a food that shows it, or the supplement."""
    sign = next((sign for sign in k.food_signs if sign.id == substance), None)
    if sign is None:
        out.take(substance)
    elif sign.column.startswith("alcohol"):
        _ethanol(out, {"g": Decimal(20)}, k)
    elif sign.protein_g is None and not sign.column and sign.words:
        out.foods.append({"time": NOON, "name": sorted(sign.words)[0], "grams": 200})
    else:
        out.foods.append(meal(NOON, Decimal(60)))


def meal(time: str, protein_g: Decimal, carbohydrate_g: Decimal = Decimal(0), fat_g: Decimal = Decimal(0)) -> dict[str, Any]:
    """A meal by its composition, with the amino acids of an ordinary protein."""
    acids = {name: round(protein_g * share, 3) for name, share in SHARES.items()} if protein_g else dict.fromkeys(SHARES, 0)
    stated = {"protein_g": protein_g, "carbohydrate_g": carbohydrate_g, "fat_g": fat_g, "fibre_g": 0, "amino_acids_g": acids}
    grams = max(protein_g + carbohydrate_g + fat_g, Decimal(1))
    return {"time": time, "name": "meal of known composition", "grams": grams, "composition": stated}


SHARES = {  # g in a g of protein
    "trp": Decimal("0.013"), "tyr": Decimal("0.034"), "phe": Decimal("0.047"), "leu": Decimal("0.085"), "ile": Decimal("0.047"),
    "val": Decimal("0.054"), "met": Decimal("0.024"), "cys": Decimal("0.012"), "thr": Decimal("0.043"), "his": Decimal("0.028"),
    "lys": Decimal("0.070"), "gln": Decimal("0.080"),
}  # fmt: skip


def _dose(out: Entries, slots: Slots, k: Knowledge) -> None:
    known = k.names.substances.get(str(slots["substance"]))
    basis = {"label_basis": "elemental"} if known and known.ambiguous_basis else {}
    out.take(str(slots["substance"]), dose=slots["mg"], unit="mg", **basis)


def _weeks(out: Entries, slots: Slots, _: Knowledge) -> None:
    out.take(str(slots["substance"]), weeks_used=slots["weeks"])


def _to_sleep(out: Entries, slots: Slots, k: Knowledge) -> None:
    out.take(str(slots["substance"]), time=clock(k.assumptions.night_start_min - float(slots["hours"]) * 60))


def _gap(out: Entries, slots: Slots, k: Knowledge) -> None:
    first, second = str(slots["a"]), str(slots["b"])
    later = clock(8 * 60 + float(slots["hours"]) * 60)
    out.take(first, time="08:00")
    if second in {sign.id for sign in k.food_signs}:
        out.foods.append({"time": later, "name": "black tea", "grams": 250})
    else:
        out.take(second, time=later)


def _prescribed(out: Entries, slots: Slots, _: Knowledge) -> None:
    out.take(str(slots["substance"]), prescribed=True)


def _interaction(out: Entries, slots: Slots, k: Knowledge) -> None:
    out.use(str(slots["drug"]))
    if slots.get("trigger") != "depletion" and slots["substance"] not in out.supplements:
        bring(out, str(slots["substance"]), k)


def _interaction_dose(out: Entries, slots: Slots, k: Knowledge) -> None:
    row = next((m.row for m in k.interactions.of.get(str(slots["drug"]), ()) if m.row.id == slots["interaction"]), None)
    trigger = row.trigger_for(str(slots["drug"]), str(slots["substance"])) if row else None
    if trigger is not None and trigger.dose_mg is not None:
        _dose(out, {"substance": slots["substance"], "mg": round(slots["over_trigger"] * Decimal(str(trigger.dose_mg)), 4)}, k)


def _effect(out: Entries, slots: Slots, k: Knowledge) -> None:
    """A condition, and something that a row of it with this use and severity is about."""
    out.has(str(slots["condition"]))
    medicine = slots["use"] == MEDICINE
    items = [
        item
        for effect in k.condition_effects.conditions[str(slots["condition"])].effects
        if effect.severity == slots["severity"] and (medicine or effect.use == slots["use"])
        for item in sorted(effect.medicines if medicine else effect.on)
    ]
    item = str(slots["item"]) if slots["item"] in items or not items else items[0]
    if medicine:
        out.use(item)
    elif item != FOOD:
        bring(out, item, k)


def _serotonergic(out: Entries, slots: Slots, k: Knowledge) -> None:
    for substance in sorted(k.interactions.serotonergic_substances)[: int(slots["count"])]:
        out.take(substance)


def _symptom(out: Entries, slots: Slots, _: Knowledge) -> None:
    out.symptoms.append(str(slots["text"]))


def _sign(out: Entries, slots: Slots, k: Knowledge) -> None:
    words = {sign.id: sign.words[0] for sign in k.warning_signs.signs}
    out.symptoms.append(words.get(str(slots["sign"]), "blood pressure 200/125"))


def _signs(out: Entries, slots: Slots, k: Knowledge) -> None:
    fitting = [sign.words[0] for sign in k.warning_signs.signs if slots["of"] in sign.of]
    out.symptoms += fitting[: int(slots["count"])]


def _acts(out: Entries, slots: Slots, k: Knowledge) -> None:
    item = str(slots["item"])
    if item in k.warning_signs.acts_on[str(slots["line"])].medicines:
        out.use(item)
    else:
        out.take(item)


def _lab(out: Entries, slots: Slots, k: Knowledge) -> None:
    analyte = k.names.analytes[str(slots["analyte"])]
    limit = analyte.limit(str(slots["limit"]), _groups(out))
    if limit is not None:
        entry = out.labs.setdefault(analyte.id, {"analyte": analyte.id, "date": DIARY.isoformat()})
        entry |= {"value": round(slots["ratio"] * limit.value, 6), "unit": analyte.unit}


def _groups(out: Entries) -> frozenset[str]:
    person = out.person
    pregnant = {"pregnant"} if person["pregnancy_status"] == "pregnant" else set()
    young = {"premenopausal"} if person["sex"] == "female" and person["age_y"] < 50 else set()
    return frozenset({str(person["sex"]), *out.conditions, *out.medications, *pregnant, *young})


def _lab_age(out: Entries, slots: Slots, k: Knowledge) -> None:
    analyte = k.names.analytes[str(slots["analyte"])]
    middle = (analyte.hard[0] * analyte.hard[1]).sqrt()
    entry = out.labs.setdefault(analyte.id, {"analyte": analyte.id, "value": round(middle, 3), "unit": analyte.unit})
    entry["date"] = (DIARY - timedelta(days=int(slots["days"]))).isoformat()


def _missing(out: Entries, slots: Slots, _: Knowledge) -> None:
    name = {"age": "age_y"}.get(str(slots["field"]), str(slots["field"]))
    out.left_out.add(name)
    if name == "food.time":
        out.foods.append({"name": "white bread", "grams": 50})
    if name == "food.grams":
        out.foods.append({"time": NOON, "name": "white bread"})


def _unrecognised(out: Entries, slots: Slots, _: Knowledge) -> None:
    if slots["list"] == "medications":
        out.use(str(slots["name"]))
    elif slots["list"] == "conditions":
        out.has(str(slots["name"]))
    elif slots["list"] == "supplements":
        out.take(str(slots["name"]))


def _unknown_food(out: Entries, slots: Slots, _: Knowledge) -> None:
    out.foods.append({"time": NOON, "name": str(slots["name"]), "grams": 100})


def _invalid(out: Entries, slots: Slots, _: Knowledge) -> None:
    if slots["field"] == "food.time":
        out.foods.append({"time": "25:10", "name": "white bread", "grams": 50})
    else:
        out.foods.append({"time": NOON, "name": "white bread", "grams": -5})


def _conflict(out: Entries, slots: Slots, _: Knowledge) -> None:
    if slots["field"] == "diet_pattern":
        out.person["diet_pattern"] = "vegan"
        out.foods.append({"time": NOON, "name": "beef steak", "grams": 100})
    else:
        out.person["birth_date"] = "1950-01-01"


def _confirm(out: Entries, slots: Slots, k: Knowledge) -> None:
    limit = k.names.plausibility.person["weight_kg"].confirm_above
    if limit is not None:
        out.person["weight_kg"] = limit + 5


def _record(out: Entries, slots: Slots, _: Knowledge) -> None:
    for day in range(int(slots["days"])):
        out.foods.append({"date": (DIARY + timedelta(days=day)).isoformat(), "time": NOON, "name": "white bread", "grams": 50})


def _ethanol(out: Entries, slots: Slots, _: Knowledge) -> None:
    out.foods.append({"time": "20:00", "name": "vodka", "grams": round(slots["g"] * Decimal("3.2"), 1)})


def _free(out: Entries, slots: Slots, k: Knowledge) -> None:
    name = next((s.id for s in k.names.substances.values() if s.amino_acid == slots["aa"] and not s.contains), None)
    if name is not None:
        out.take(name, dose=slots["g"], unit="g")


def _rivals(out: Entries, slots: Slots, _: Knowledge) -> None:
    out.take("leucine", dose=slots["g"], unit="g")


def _meal(out: Entries, slots: Slots, _: Knowledge) -> None:
    out.foods.append(
        meal(NOON, slots.get("protein_g", Decimal(0)), slots.get("carbohydrate_g", Decimal(0)), slots.get("fat_g", Decimal(0)))
    )


def _adequacy(out: Entries, slots: Slots, k: Knowledge) -> None:
    """A nutrient that a supplement can bring, on top of sugar, which brings nothing; amino acids come with the meals that are tried."""
    nutrient = k.nutrients[str(slots["nutrient"])]
    of_person = [out.person[name] for name in ("sex", "age_y", "pregnancy_status", "lactating", "smoker", "diet_pattern")]
    reference = k.requirements.reference(nutrient.id, str(slots["standard"]), *of_person)
    substance = next((name for name, share in nutrient.supplements.items() if share == 1.0), None)
    out.foods.append({"time": NOON, "name": "sugar", "grams": 50})
    if reference is not None and substance is not None and slots["ratio"] > 0 and not reference.unit.endswith("/kg"):
        _dose(out, {"substance": substance, "mg": round(slots["ratio"] * reference.value * MG_IN[reference.unit], 6)}, k)


MG_IN = {"g": Decimal(1000), "mg": Decimal(1), "ug": Decimal("0.001")}
PERSON = {  # relation -> field of the person
    "age": "age_y", "body_mass": "weight_kg", "body_mass_index": "weight_kg", "diet_pattern": "diet_pattern", "lactating": "lactating",
    "life_stage": "age_y", "pregnancy": "pregnancy_status", "sex": "sex", "smoker": "smoker",
}  # fmt: skip
ENTERED: Mapping[str, Callable[[Entries, Slots, Knowledge], None]] = {
    "life_stage": _stage,
    "age": _age,
    "sex": _person("sex"),
    "body_mass": _person("weight_kg", "kg"),
    "body_mass_index": _mass_index,
    "pregnancy": _person("pregnancy_status"),
    "lactating": _person("lactating"),
    "smoker": _person("smoker"),
    "diet_pattern": _person("diet_pattern"),
    "condition": _condition("id"),
    "known_condition": _condition("id"),
    "condition_without_rule": _condition("id"),
    "condition_effect": _effect,
    "medication": _medicine("ingredient"),
    "acting_medicine": _medicine("drug"),
    "no_interaction_row": _medicine("drug"),
    "interaction": _interaction,
    "interaction_dose": _interaction_dose,
    "serotonergic_items": _serotonergic,
    "supplement": _substance,
    "exposure": _substance,
    "lab_interference": _substance,
    "dose": _dose,
    "used_for": _weeks,
    "to_sleep": _to_sleep,
    "gap": _gap,
    "prescribed": _prescribed,
    "symptom": _symptom,
    "warning_sign": _sign,
    "warning_signs": _signs,
    "acts_on": _acts,
    "lab": _lab,
    "lab_age": _lab_age,
    "missing": _missing,
    "unrecognised": _unrecognised,
    "unknown_food": _unknown_food,
    "invalid": _invalid,
    "conflict": _conflict,
    "confirm": _confirm,
    "record": _record,
    "ethanol": _ethanol,
    "free_amino_acid": _free,
    "free_competitors": _rivals,
    "meal": _meal,
    "adequacy": _adequacy,
}
