"""What the facts of a case can be, read from the tables that the facts are made with and the limits of the case gate."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from neurobalance_expert.analysis.domains import (
    Ascending,
    Axiom,
    Domains,
    Needs,
    Never,
    OneValue,
    Range,
    RangeOf,
    Rows,
    Stages,
    Without,
    joined,
    of_vocabulary,
)
from neurobalance_expert.facts.person import ADULT_AGE, OLDER_AGE
from neurobalance_expert.facts.supply import INDISPENSABLE
from neurobalance_expert.loaded import Knowledge

GATE = "what the case gate accepts (knowledge/plausibility.yaml)"
TAKEN = "a supplement of the case"
MEDICINE = "medicine"  # the use of a row about a medicine
NOTHING_BELOW = {  # smallest number of a slot, in its unit; none of these quantities can be negative
    "record": {"days": 1},
    "adequacy": {"ratio": 0, "low": 0, "high": 0, "coverage": 0},
    "limiting_amino_acid": {"ratio": 0},
    "ethanol": {"g": 0},
    "niacin_share_from_trp": {"fraction": 0},
    "gap": {"hours": 0},
    "used_for": {"weeks": 0},
    "to_sleep": {"hours": 0},
    "interaction_dose": {"over_trigger": 0, "mg": 0, "trigger_mg": 0},
    "interaction_gap": {"over_needed": 0, "hours": 0, "needed_h": 0},
    "serotonergic_items": {"count": 0},
    "meal": {"protein_g": 0, "carbohydrate_g": 0, "fat_g": 0},
    "free_amino_acid": {"g": 0},
    "free_competitors": {"g": 0},
    "influx": {"vs_fasting": 0},
    "plasma_ratio": {"vs_fasting": 0},
    "window": {"start_h": 0, "end_h": 0},
}
NOTHING_ABOVE = {  # largest number of a slot, in its unit
    "adequacy": {"coverage": 1},
    "niacin_share_from_trp": {"fraction": 1},
    "to_sleep": {"hours": 24},
    "interaction_gap": {"hours": 24},
}


def case_domains(knowledge: Knowledge) -> Domains:
    """Everything that is known about the facts of a case, beside the vocabulary. Relations that the vocabulary lacks are left out."""
    found: dict[str, list[Axiom]] = {}
    for relation, axiom in _all(knowledge):
        if relation in knowledge.vocabulary.relations:
            found.setdefault(relation, []).append(axiom)
    return joined(of_vocabulary(knowledge.vocabulary), {name: tuple(axioms) for name, axioms in found.items()})


def _all(k: Knowledge) -> Iterator[tuple[str, Axiom]]:
    yield from _numbers(k)
    yield from _person(k)
    yield from _doses(k)
    yield from _supply(k)
    yield from _labs(k)
    yield from _signs(k)
    yield from _conditions(k)
    yield from _interactions(k)
    yield "missing", Without("field", frozenset(("unrecognised_name",)), "a field is a path of the case file")
    for wrong in ("invalid", "conflict"):
        yield "trusted", Never(wrong, "entries are usable only when none was refused or contradicts another")


def _steps(k: Knowledge, relation: str, slot: str, number: Decimal | float) -> int:
    return k.vocabulary.relations[relation].slot(slot).scaled(number)


def _numbers(k: Knowledge) -> Iterator[tuple[str, Axiom]]:
    for table, upper in ((NOTHING_BELOW, False), (NOTHING_ABOVE, True)):
        for relation, slots in table.items():
            for slot, number in slots.items() if relation in k.vocabulary.relations else ():
                steps = _steps(k, relation, slot, number)
                yield (
                    relation,
                    Range(slot, None if upper else steps, steps if upper else None, f"{slot} of {relation} is a quantity of the day"),
                )
    most_g = k.names.plausibility.food_day_g.max
    if most_g is not None and "meal" in k.vocabulary.relations:
        for slot in ("protein_g", "carbohydrate_g", "fat_g"):
            yield "meal", Range(slot, None, _steps(k, "meal", slot, most_g), GATE)


def _person(k: Knowledge) -> Iterator[tuple[str, Axiom]]:
    person = k.names.plausibility.person
    for relation, slot, field in (("age", "years", "age_y"), ("body_mass", "kg", "weight_kg")):
        limits = person[field]
        if limits.min is not None and limits.max is not None:
            yield relation, Range(slot, _steps(k, relation, slot, limits.min), _steps(k, relation, slot, limits.max), GATE)
    oldest = int(person["age_y"].max or 0)
    stages = (("child", 0, ADULT_AGE - 1), ("adult", ADULT_AGE, OLDER_AGE - 1), ("older_adult", OLDER_AGE, oldest))
    yield "life_stage", Needs("age", (), "both come from the age")
    yield "age", Needs("life_stage", (), "both come from the age")
    yield "life_stage", Stages("is", "age", "years", stages, "the stage follows from the age")


def _doses(k: Knowledge) -> Iterator[tuple[str, Axiom]]:
    gate = k.names.plausibility
    ranges: dict[tuple[str, ...], tuple[int, int]] = {}
    for name, substance in k.names.substances.items():  # an amino acid that belongs to a mixture is limited with it
        group = next((m for m in substance.member_of if m in gate.doses), name)
        limit = gate.doses.get(group, gate.other_dose)
        ranges[name,] = (0, _steps(k, "dose", "mg", limit.reject_mg / limit.smallest_share))
    yield "dose", RangeOf("mg", ("substance",), ranges, (0, _steps(k, "dose", "mg", gate.other_dose.reject_mg)), GATE)
    for relation in ("dose", "used_for", "to_sleep"):
        yield relation, Needs("supplement", (("substance", "substance"),), TAKEN)
    yield "supplement", Needs("exposure", (("substance", "substance"),), "what is taken counts as taken")
    yield "gap", Ascending("a", "b", True, "the two are named in the order of the alphabet")


def _supply(k: Knowledge) -> Iterator[tuple[str, Axiom]]:
    standards = frozenset(k.requirements.standards)
    yield "adequacy", Rows(("nutrient", "standard"), standards, "the reference intakes of knowledge/requirements.yaml")
    yield "adequacy", Ascending("low", "ratio", False, "the best estimate lies inside its interval")
    yield "adequacy", Ascending("ratio", "high", False, "the best estimate lies inside its interval")
    limit = _steps(k, "adequacy", "coverage", k.coverage_limit)
    yield "adequacy", Range("coverage", limit, None, "with less coverage there is no such fact (coverage_limit)")
    yield "limiting_amino_acid", Rows(("aa",), frozenset((aa,) for aa in INDISPENSABLE), "the indispensable amino acids")


def _labs(k: Knowledge) -> Iterator[tuple[str, Axiom]]:
    slot = k.vocabulary.relations["lab"].slot("ratio")
    limits: dict[tuple[str, str], set[float]] = {}
    for name, analyte in k.names.analytes.items():
        for limit in analyte.limits:
            if limit.value > 0:
                limits.setdefault((name, limit.kind), set()).add(float(limit.value))
    fixed = {key: tuple(sorted(values)) for key, values in limits.items()}
    table = "the limits of knowledge/analytes.yaml"
    yield "lab", Rows(("analyte", "limit"), frozenset(fixed), table)
    hard = {name: analyte.hard for name, analyte in k.names.analytes.items()}
    ranges: dict[tuple[str, ...], tuple[int, int]] = {
        (name, kind): (slot.scaled(float(hard[name][0]) / max(values)), slot.scaled(float(hard[name][1]) / min(values)))
        for (name, kind), values in fixed.items()
    }
    yield "lab", RangeOf("ratio", ("analyte", "limit"), ranges, (0, None), "the values that are believed (hard, knowledge/analytes.yaml)")
    yield "lab", OneValue("analyte", "limit", "ratio", fixed, float(slot.resolution), f"one value over {table}")
    yield "lab_age", Rows(("analyte",), frozenset((name,) for name in k.names.analytes), "the analytes of knowledge/analytes.yaml")


def _signs(k: Knowledge) -> Iterator[tuple[str, Axiom]]:
    signs = k.warning_signs
    rows = {(flag, sign.id) for sign in signs.signs for flag in sign.of} | {(flag, signs.pressure.sign) for flag in signs.pressure.of}
    table = "the signs of knowledge/warning_signs.yaml"
    yield "warning_sign", Rows(("of", "sign"), frozenset(rows), table)
    flags = sorted({flag for flag, _ in rows})
    yield "warning_signs", Rows(("of",), frozenset((flag,) for flag in flags), table)
    counts: dict[tuple[str, ...], tuple[int, int]] = {(flag,): (1, sum(of == flag for of, _ in rows)) for flag in flags}
    yield "warning_signs", RangeOf("count", ("of",), counts, (1, None), table)
    acting = frozenset((line, item) for line, what in signs.acts_on.items() for item in (*what.medicines, *what.substances))
    yield "acts_on", Rows(("line", "item"), acting, "what acts on a line (knowledge/warning_signs.yaml)")


def _conditions(k: Knowledge) -> Iterator[tuple[str, Axiom]]:
    entries = k.condition_effects.conditions
    known = frozenset((name, "true" if e.refer else "false", "true" if e.own_targets else "false") for name, e in entries.items())
    yield "known_condition", Rows(("id", "refer", "own_targets"), known, "the entries of knowledge/condition_effects.yaml")
    rows = {
        (name, use, effect.severity)
        for name, entry in entries.items()
        for effect in entry.effects
        for use in ({effect.use, MEDICINE} if effect.medicines else {effect.use})
    }
    yield "condition_effect", Rows(("condition", "use", "severity"), frozenset(rows), "the rows of knowledge/condition_effects.yaml")
    taken = {*k.names.substances, *k.interactions.of, *(sign.id for sign in k.food_signs)}
    others = frozenset({*k.names.conditions, *entries} - taken)
    yield "condition_effect", Without("item", others, "what is eaten or taken does not have the name of a condition")


def _interactions(k: Knowledge) -> Iterator[tuple[str, Axiom]]:
    rows, doses, gaps = set(), set(), set()
    for drug, members in k.interactions.of.items():
        for row in (member.row for member in members):
            for partner in row.partners:
                trigger = row.trigger_for(drug, partner)
                key = (row.id, drug, partner)
                rows.add((*key, trigger.kind, row.severity_for(drug), row.action))
                if row.otherwise is not None:
                    rows.add((*key, "any_dose", *row.otherwise))
                doses |= {key} if trigger.dose_mg is not None else set()
                gaps |= {key} if trigger.before_h is not None else set()
    table, key_slots = "the rows of knowledge/interactions.yaml", ("interaction", "drug", "substance")
    yield "interaction", Rows((*key_slots, "trigger", "severity", "action"), frozenset(rows), table)
    yield "interaction_dose", Rows(key_slots, frozenset(doses), table)
    yield "interaction_gap", Rows(key_slots, frozenset(gaps), table)
    for relation in ("interaction", "interaction_dose", "interaction_gap"):
        yield relation, Needs("acting_medicine", (("drug", "drug"),), "a row is looked at for a medicine that acts")
    for relation in ("interaction_dose", "interaction_gap"):
        yield relation, Needs("exposure", (("substance", "substance"),), "a distance is one to something that was taken")
    yield "medication", Needs("acting_medicine", (("ingredient", "drug"),), "a medicine that is taken acts")
