"""Schemas of the tables of names, interactions, conditions and warning signs."""

from __future__ import annotations

from neurobalance_expert.editing.schema_entries import (
    INGREDIENT,
    MASS,
    MEDICINES,
    NUTRIENT,
    REFERENCE,
    SEVERITY,
    SUBSTANCE,
    UNIT,
    Words,
    marks,
)
from neurobalance_expert.editing.schema_parts import (
    ANY,
    FLAG,
    NUMBER,
    TEXT,
    TEXTS,
    Schema,
    each,
    either,
    listed,
    offered,
    record,
    words,
)
from neurobalance_expert.knowledge.condition_effects import EVERY, PRODUCT_MARKS, USES
from neurobalance_expert.knowledge.interaction_types import ACTIONS
from neurobalance_expert.knowledge.interactions import AT, GROUP, HOURS, ROW, ROW_ALSO, SIGN
from neurobalance_expert.knowledge.names_data import LIMITS


def interactions(known: Words) -> Schema:
    """The file of interactions: rows, the groups and signs of foods that they name."""
    partner = either(SUBSTANCE, words(known.signs, what="What foods bring: an entry of 'foods'."))
    outcome = {"severity": SEVERITY, "action": words(ACTIONS)}
    hours: dict[str, Schema] = dict.fromkeys(HOURS, NUMBER | {"exclusiveMinimum": 0, "description": "Hours."})
    at = {"above": NUMBER, "from": NUMBER, "unit": MASS, **hours, "per": each(record(hours))}
    parts: dict[str, Schema] = {
        **outcome,
        **marks(),
        "drugs": listed(MEDICINES, least=1),
        "sources": listed(REFERENCE, least=1),
        "because": TEXT | {"description": "What happens, in a sentence; rules print it."},
        "with": listed(partner, least=1),
        "at": either({"const": "any_dose"}, record({key: at[key] for key in AT}), said="From which dose or time on the pair matters."),
        "uses_up": listed(NUTRIENT, least=1),
        "severity_of": each(SEVERITY, said="Severity of single ingredients.") | {"propertyNames": INGREDIENT},
        "otherwise": record(outcome, tuple(outcome), said="Below the dose."),
        "pack": TEXT,
    }
    row = record({key: parts[key] for key in (*ROW, *ROW_ALSO)}, ROW) | {"oneOf": [{"required": ["with"]}, {"required": ["uses_up"]}]}
    group: dict[str, Schema] = {"class": MEDICINES, "only": listed(INGREDIENT), "together_with": MEDICINES, "without": MEDICINES}
    sign = {**dict.fromkeys(SIGN, ANY), **marks(), "name": TEXT, "words": TEXTS, "not": TEXTS, "from": NUMBER, "protein_g": NUMBER}
    serotonergic = {"classes": listed(MEDICINES), "substances": listed(SUBSTANCE), **marks()}
    return record(
        {
            "schema": TEXT,
            "groups": each(record({key: group[key] for key in GROUP}, ("class",))),
            "serotonergic": record(serotonergic),
            "foods": each(record(sign, ("name", "source", "origin", "verified", "note"))),
            "interactions": each(row, said="One row: medicines, what they should not meet or take away, and what happens."),
        }
    )


def _sources() -> Schema:
    return each(record({"title": TEXT, "verified": FLAG, "url": TEXT, "note": TEXT}, ("title", "verified")))


def _ambiguous() -> Schema:
    return each(TEXTS, said="Names that may mean several things.")


def table(section: str, entry: Schema) -> Schema:
    """A file with one table of names: its sources, its entries, and names that may mean several things."""
    return record({"schema": TEXT, "sources": _sources(), section: each(entry), "ambiguous": _ambiguous()})


def analyte() -> Schema:
    """One laboratory value with its units and limits."""
    limit = {"is": words(LIMITS), "value": NUMBER, "for": TEXT, **marks(), "source": TEXT}
    own: dict[str, Schema] = {
        "name": TEXT,
        "also": TEXTS,
        "unit": UNIT,
        "accept": each(NUMBER, said="Other units, with the factor to the unit of this entry.") | {"propertyNames": UNIT},
        "hard": listed(NUMBER) | {"minItems": 2, "maxItems": 2, "description": "Outside of these a value is refused."},
        "loinc": listed(TEXT),
        "loinc_ev": TEXT,
        "limits": listed(record(limit, ("is", "value", "source", "evidence", "verified"))),
        "caution": TEXT,
    }
    return record(own, ("name", "unit", "hard"))


def kinds_of(known: Words) -> list[str]:
    """The kinds of substances."""
    return sorted({substance.kind for substance in known.names.substances.values() if substance.kind})


def ingredients(known: Words) -> list[str]:
    """The ingredients of medicines that stand in a class."""
    return sorted({name for medicines in known.names.medicine_classes.values() for name in medicines.ingredients})


def substance(known: Words) -> Schema:
    """One substance with its spellings."""
    every = known.names.substances.values()
    pathways = sorted({s.pathway for s in every if s.pathway})
    acids = sorted({s.amino_acid for s in every if s.amino_acid})
    own: dict[str, Schema] = {
        "name": TEXT,
        "kind": offered(kinds_of(known), TEXT),
        "pathway": offered(pathways, TEXT),
        "amino_acid": offered(acids, TEXT),
        "also": TEXTS | {"description": "Other spellings that a case may use."},
        "member_of": listed(either(SUBSTANCE, TEXT)),
        "contains": listed(either(SUBSTANCE, TEXT)),
        "basis": FLAG,
        "salts": each(NUMBER, said="Salts, with the share of their mass that is the substance."),
    }
    return record(own)


def medicines() -> Schema:
    """The file of medicines: classes, spellings, brands."""
    own: dict[str, Schema] = {
        "name": TEXT,
        "ingredients": listed(INGREDIENT),
        "washout_days": NUMBER | {"description": "Days after the last dose in which the class still acts."},
        "washout_by_ingredient": each(NUMBER) | {"propertyNames": INGREDIENT},
    }
    return record(
        {
            "schema": TEXT,
            "sources": _sources(),
            "classes": each(record(own)),
            "without_class": TEXTS,
            "also_known_as": each(TEXTS) | {"propertyNames": INGREDIENT},
            "brands": each(listed(INGREDIENT)),
            "salts": TEXTS,
        }
    )


def conditions() -> Schema:
    """The file of conditions and their names."""
    own: dict[str, Schema] = {"name": TEXT, "also": TEXTS, "icd10": TEXTS}
    sections = {"conditions": each(record(own)), "without_rule": each(TEXTS), "ambiguous": _ambiguous()}
    return record({"schema": TEXT, "sources": _sources(), **sections})


def condition_effects(known: Words) -> Schema:
    """The file of what conditions mean for what is taken."""
    where_from = marks()
    groups = tuple(f"*{name}" for name in known.effect_groups)
    taken = either(SUBSTANCE, offered((*groups, *known.from_food, *(f"medicine:{name}" for name in ingredients(known))), TEXT))
    effect = {
        **where_from,
        "on": listed(taken, least=1) | {"description": 'Substances, groups ("*name"), medicines ("medicine:name"), what the diary shows.'},
        "severity": SEVERITY,
        "use": words(USES),
        "only": listed(words(PRODUCT_MARKS)),
        "unless": listed(words(PRODUCT_MARKS)),
        "pack": TEXT,
    }
    own = {**where_from, "text": TEXT, "refer": FLAG, "own_targets": FLAG, "pack": TEXT}
    own["effects"] = listed(record(effect, ("on", "severity", "note")))
    group: dict[str, Schema] = {
        "meaning": TEXT,
        "kinds": listed(offered(kinds_of(known), TEXT)),
        "substances": listed(SUBSTANCE),
        "every": words(EVERY),
    }
    ids = {"propertyNames": words(sorted(known.names.conditions))}
    return record(
        {
            "schema": TEXT,
            "groups": each(record(group, ("meaning",))),
            "from_food": TEXTS,
            "conditions": each(record(own)) | ids,
            "lab_interference": each(record({**where_from, "test": TEXT, "on": listed(taken), "from_mg": NUMBER}, ("test", "on", "note"))),
        }
    )


def warning_signs(known: Words) -> Schema:
    """The file of words that can be warning signs."""
    sign = record({"of": listed(TEXT, least=1), "words": TEXTS, "not_after": TEXTS})
    line = record({"medicine_classes": listed(MEDICINES), "substances": listed(SUBSTANCE)}, ("medicine_classes", "substances"))
    pressure = {**marks(), "sign": TEXT, "of": TEXTS, "systolic": NUMBER, "diastolic": NUMBER}
    lines = (
        {"propertyNames": words(known.vocabulary.relations["acts_on"].slot("line").enum)} if "acts_on" in known.vocabulary.relations else {}
    )
    return record(
        {
            "schema": TEXT,
            "signs": each(sign),
            "blood_pressure": record(pressure),
            "negations": record({"before": TEXTS, "after": TEXTS}),
            "acts_on": each(line) | lines,
        }
    )
