"""The JSON Schema of the files in ``knowledge/``: one schema that tells the files apart by a key that only one of them has.

Keys, closed lists and names come from the readers' tables where those have them. The files that a knowledge engineer edits are described
in full; of the others the keys at the top and the marks of their values, and their readers say the rest.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from neurobalance_expert.editing.schema_parts import (
    ANY,
    FLAG,
    GRADE,
    NUMBER,
    TEXT,
    TEXTS,
    Schema,
    each,
    either,
    head,
    listed,
    one_or_more,
    record,
    words,
)
from neurobalance_expert.editing.schema_vocabulary import vocabulary_body
from neurobalance_expert.fact import SEVERITIES
from neurobalance_expert.knowledge.condition_effects import EVERY, PRODUCT_MARKS, USES
from neurobalance_expert.knowledge.interaction_types import ACTIONS
from neurobalance_expert.knowledge.interactions import AT, GROUP, HOURS, ROW, ROW_ALSO, SIGN
from neurobalance_expert.knowledge.names_data import LIMITS
from neurobalance_expert.knowledge.names_types import Names
from neurobalance_expert.knowledge.requirements import ADDED_FOR, MULTIPLIED_FOR, NOT_FOR, STAGE, STANDARDS
from neurobalance_expert.knowledge.values import THRESHOLD, KnownValue
from neurobalance_expert.model.constants import CARRIER_KEYS
from neurobalance_expert.model.entries import FIELDS, ORIGINS
from neurobalance_expert.model.network.capacities import TOP as CAPACITIES
from neurobalance_expert.model.network.read import COFACTOR, FILE_KEYS, MARKS, REACTION, READABLE, ROLES, SHAPES, SPECIES
from neurobalance_expert.model.studies.read import NEEDED, STUDY
from neurobalance_expert.vocabulary import Vocabulary

MASSES = ("g", "mg", "ug")


class Words(Struct, frozen=True):
    """What files may name: the schemas are generated from these."""

    vocabulary: Vocabulary
    thresholds: Mapping[str, KnownValue]
    references: Mapping[str, object]
    names: Names
    nutrients: tuple[str, ...]
    groups: tuple[str, ...]  # of medicines, in knowledge/interactions.yaml
    signs: tuple[str, ...]  # what foods bring, in the same file


class FileShape(Struct, frozen=True):
    """One kind of file: its name, the condition that tells it apart, and its schema."""

    name: str
    told_by: Schema
    body: Schema


def knowledge_schema(known: Words) -> Schema:
    """JSON Schema 2020-12 of every file of ``knowledge/``."""
    shapes = _shapes(known)
    return head("knowledge", "neurobalance knowledge") | {
        "type": "object",
        "anyOf": [shape.told_by for shape in shapes],
        "allOf": [{"if": shape.told_by, "then": {"$ref": f"#/$defs/{shape.name}"}} for shape in shapes],
        "$defs": {shape.name: shape.body for shape in shapes} | _shared(known),
    }


def _shapes(known: Words) -> list[FileShape]:
    effects: Schema = {  # both files have 'conditions:'; the entries of one have effects
        "anyOf": [
            {"required": ["lab_interference"]},
            {"required": ["conditions"], "not": {"properties": {"conditions": each({"not": {"required": ["effects"]}})}}},
        ]
    }
    told = {
        "condition_effects": effects,
        "conditions": {"required": ["conditions"], "not": effects},
        "medicines": {"anyOf": [{"required": [key]} for key in ("classes", "also_known_as", "brands")]},
        "nutrients": {"required": ["nutrients"], "not": {"required": ["derivation"]}},
        "measurement_errors": {"required": ["errors"], "not": {"required": ["columns"]}},
    }
    by_key = {
        "vocabulary": ("relations", vocabulary_body(known.vocabulary)),
        "thresholds": ("thresholds", record({"thresholds": each(_threshold())})),
        "references": ("references", record({"references": each(_reference())})),
        "interactions": ("interactions", _interactions(known)),
        "analytes": ("analytes", _table("analytes", _analyte())),
        "substances": ("substances", _table("substances", _substance())),
        "medicines": ("", _medicines()),
        "conditions": ("", _conditions()),
        "condition_effects": ("", _condition_effects(known)),
        "warning_signs": ("signs", _warning_signs(known)),
        "nutrients": ("", record({"nutrients": each(_nutrient(known))})),
        "requirements": ("requirements", record({"requirements": each(_requirement())})),
        "species": ("species", _network("species", {"species": each(_species())})),
        "cofactors": ("cofactors", _network("cofactors", dict.fromkeys(("cofactors", "co_substrates"), each(_cofactor(known))))),
        "reactions": ("reactions", _network("reactions", {"reactions": each(_reaction())})),
        "capacities": ("capacities", record(dict.fromkeys(CAPACITIES, ANY) | dict.fromkeys(("supplies", "capacities"), each(NUMBER)))),
        "carrier": ("LAT1", record({"LAT1": _carrier()})),
        "plasma": ("plasma", record({"plasma": each(_entry())})),
        "assumptions": ("assumptions", record({"assumptions": each(_entry())})),
        "routes": ("routes", record({"routes": each(each(_entry()))})),
        "kinetics": ("parameters", record(dict.fromkeys(("parameters", "start", "published", "rest"), each(_entry())) | {"model": ANY})),
        "steps": ("steps", record({"steps": each(_entry())})),
        "study": ("arms", record(dict.fromkeys(STUDY, ANY) | _marks(), NEEDED)),
        "proteins": ("proteins", record({"proteins": each(_entry(digestion=TEXT))})),
        "overrides": ("reasons", record({"reasons": each(record({"title": TEXT, "meaning": TEXT})), "overrides": ANY})),
        "kb": ("released", record(dict.fromkeys(("name", "version", "released", "notes"), ANY), ("name", "version"))),
        "measurement_errors": ("", record({"schema": TEXT, "errors": each({"type": "object"})})),
        "claims": ("claims", record({"claims": listed({"type": "object"})})),
        "policy": ("policy", record({"policy": {"type": "object"}})),
        "suggestions": ("suggestions", record({"suggestions": {"type": "object"}})),
        "supplement_amino_acids": ("supplement_amino_acids", record({"supplement_amino_acids": each({"type": "object"})})),
        "plausibility": ("other_supplements", {"type": "object"}),
        "derivation": ("derivation", {"type": "object"}),
        "food_columns": ("columns", {"type": "object"}),
        "food_kinds": ("stated_solid", {"type": "object"}),
        "food_synonyms": ("eaten_cooked", {"type": "object"}),
    }
    return [FileShape(name, told.get(name, {"required": [key]}), body) for name, (key, body) in by_key.items()]


def _shared(known: Words) -> dict[str, Schema]:
    said = {key: str(value.get("cite", "")) for key, value in known.references.items() if isinstance(value, dict)}
    return {
        "reference": words(list(known.references), said, what="Key of knowledge/references.yaml."),
        "substance": words(sorted(known.names.substances), {id_: s.name for id_, s in known.names.substances.items()}),
        "medicine_class": words(
            sorted({*known.names.medicine_classes, *known.groups}), what="A class of medicines, or a group of this file."
        ),
        "nutrient": words(known.nutrients, what="A nutrient of knowledge/nutrients.yaml."),
    }


_REFERENCE: Schema = {"$ref": "#/$defs/reference"}
_SUBSTANCE: Schema = {"$ref": "#/$defs/substance"}
_MEDICINES: Schema = {"$ref": "#/$defs/medicine_class"}
_NUTRIENT: Schema = {"$ref": "#/$defs/nutrient"}
_SEVERITY = words(SEVERITIES, what="Harm, apart from how sure it is.")
_MASS = words(MASSES, what="Unit of mass.")


def _marks() -> dict[str, Schema]:
    """Where an entry comes from and how far to trust it."""
    return {
        "source": one_or_more(_REFERENCE),
        "origin": words(
            ORIGINS, what="How the value came here: seen in its source, from memory, derived, fitted, or a choice of this project."
        ),
        "verified": FLAG | {"description": "true: it was compared with its source. Else the report prints its mark."},
        "evidence": GRADE,
        "note": {"type": "string"},
    }


def _entry(**more: Schema) -> Schema:
    """A number, or a table of numbers, with its unit and marks."""
    values: Schema = {"type": "object", "additionalProperties": either(NUMBER, TEXT)}
    own: dict[str, Schema] = {"value": either(NUMBER, TEXT), "values": values, "unit": TEXT} | _marks()
    return record(own | more, FIELDS) | {"oneOf": [{"required": ["value"]}, {"required": ["values"]}]}


def _threshold() -> Schema:
    own = {
        "value": NUMBER,
        "unit": TEXT | {"description": 'Unit of value and step; "1" for a ratio.'},
        "step": NUMBER | {"exclusiveMinimum": 0, "description": "The smallest change that means something; boundary tests move by it."},
        "meaning": TEXT | {"description": "What the number decides, in a sentence."},
    }
    return record(own | _marks(), THRESHOLD)


def _reference() -> Schema:
    read = record(
        {
            "what": words(
                ("table", "abstract", "code", "secondary", "not_read"),
                {"table": "the numbers or the passage itself", "code": "a public model", "secondary": "somebody quoting it"},
            ),
            "where": TEXT,
            "date": TEXT,
            "by": TEXT,
            "note": TEXT,
        },
        ("what",),
        said="How far to trust the copying.",
    )
    either_kind = either(TEXT, NUMBER)
    own: dict[str, Schema] = {
        "cite": TEXT,
        "link": TEXT,
        "doi": either_kind,
        "pmid": either_kind,
        "pmcid": TEXT,
        "read": read,
        "note": TEXT,
    }
    return record(own, ("cite",))


# --- medicines, substances, conditions ----------------------------------------------------------------------------


def _interactions(known: Words) -> Schema:
    partner = either(_SUBSTANCE, words(known.signs, what="What foods bring: an entry of 'foods'."))
    outcome = {"severity": _SEVERITY, "action": words(ACTIONS)}
    hours: dict[str, Schema] = dict.fromkeys(HOURS, NUMBER | {"exclusiveMinimum": 0, "description": "Hours."})
    at = {"above": NUMBER, "from": NUMBER, "unit": _MASS, **hours, "per": each(record(hours))}
    parts: dict[str, Schema] = {
        **outcome,
        **_marks(),
        "drugs": listed(_MEDICINES, least=1),
        "sources": listed(_REFERENCE, least=1),
        "because": TEXT | {"description": "What happens, in a sentence; rules print it."},
        "with": listed(partner, least=1),
        "at": either({"const": "any_dose"}, record({key: at[key] for key in AT}), said="From which dose or time on the pair matters."),
        "uses_up": listed(_NUTRIENT, least=1),
        "severity_of": each(_SEVERITY, said="Severity of single ingredients."),
        "otherwise": record(outcome, tuple(outcome), said="Below the dose."),
        "pack": TEXT,
    }
    row = record({key: parts[key] for key in (*ROW, *ROW_ALSO)}, ROW) | {"oneOf": [{"required": ["with"]}, {"required": ["uses_up"]}]}
    group: dict[str, Schema] = {"class": _MEDICINES, "only": TEXTS, "together_with": _MEDICINES, "without": _MEDICINES}
    sign = {**dict.fromkeys(SIGN, ANY), **_marks(), "name": TEXT, "words": TEXTS, "not": TEXTS, "from": NUMBER, "protein_g": NUMBER}
    serotonergic = {"classes": listed(_MEDICINES), "substances": listed(_SUBSTANCE), **_marks()}
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


def _table(section: str, entry: Schema) -> Schema:
    return record({"schema": TEXT, "sources": _sources(), section: each(entry), "ambiguous": _ambiguous()})


def _analyte() -> Schema:
    limit = {"is": words(LIMITS), "value": NUMBER, "for": TEXT, **_marks(), "source": TEXT}
    own: dict[str, Schema] = {
        "name": TEXT,
        "also": TEXTS,
        "unit": TEXT,
        "accept": each(NUMBER, said="Other units, with the factor to the unit of this entry."),
        "hard": listed(NUMBER) | {"minItems": 2, "maxItems": 2, "description": "Outside of these a value is refused."},
        "loinc": listed(TEXT),
        "loinc_ev": TEXT,
        "limits": listed(record(limit, ("is", "value", "source", "evidence", "verified"))),
        "caution": TEXT,
    }
    return record(own, ("name", "unit", "hard"))


def _substance() -> Schema:
    own: dict[str, Schema] = {
        "name": TEXT,
        "kind": TEXT,
        "pathway": TEXT,
        "amino_acid": TEXT,
        "also": TEXTS | {"description": "Other spellings that a case may use."},
        "member_of": TEXTS,
        "contains": TEXTS,
        "basis": FLAG,
        "salts": each(NUMBER, said="Salts, with the share of their mass that is the substance."),
    }
    return record(own)


def _medicines() -> Schema:
    own: dict[str, Schema] = {
        "name": TEXT,
        "ingredients": TEXTS,
        "washout_days": NUMBER | {"description": "Days after the last dose in which the class still acts."},
        "washout_by_ingredient": each(NUMBER),
    }
    return record(
        {
            "schema": TEXT,
            "sources": _sources(),
            "classes": each(record(own)),
            "without_class": TEXTS,
            "also_known_as": each(TEXTS),
            "brands": each(TEXTS),
            "salts": TEXTS,
        }
    )


def _conditions() -> Schema:
    own: dict[str, Schema] = {"name": TEXT, "also": TEXTS, "icd10": TEXTS}
    sections = {"conditions": each(record(own)), "without_rule": each(TEXTS), "ambiguous": _ambiguous()}
    return record({"schema": TEXT, "sources": _sources(), **sections})


def _condition_effects(known: Words) -> Schema:
    marks = _marks()
    effect = {
        **marks,
        "on": listed(TEXT, least=1) | {"description": "Substances and groups."},
        "severity": _SEVERITY,
        "use": words(USES),
        "only": listed(words(PRODUCT_MARKS)),
        "unless": listed(words(PRODUCT_MARKS)),
        "pack": TEXT,
    }
    condition = {**marks, "text": TEXT, "refer": FLAG, "own_targets": FLAG, "pack": TEXT}
    condition["effects"] = listed(record(effect, ("on", "severity", "note")))
    group: dict[str, Schema] = {"meaning": TEXT, "kinds": TEXTS, "substances": listed(_SUBSTANCE), "every": words(EVERY)}
    ids = {"propertyNames": words(sorted(known.names.conditions))}
    return record(
        {
            "schema": TEXT,
            "groups": each(record(group, ("meaning",))),
            "from_food": TEXTS,
            "conditions": each(record(condition)) | ids,
            "lab_interference": each(record({**marks, "test": TEXT, "on": TEXTS, "from_mg": NUMBER}, ("test", "on", "note"))),
        }
    )


def _warning_signs(known: Words) -> Schema:
    sign = record({"of": listed(TEXT, least=1), "words": TEXTS, "not_after": TEXTS})
    line = record({"medicine_classes": listed(_MEDICINES), "substances": listed(_SUBSTANCE)}, ("medicine_classes", "substances"))
    pressure = {**_marks(), "sign": TEXT, "of": TEXTS, "systolic": NUMBER, "diastolic": NUMBER}
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


# --- nutrients and the model --------------------------------------------------------------------------------------


def _nutrient(known: Words) -> Schema:
    own: dict[str, Schema] = {
        "label": TEXT,
        "unit": _MASS,
        "columns": TEXTS | {"description": "Columns of the food table that are added up."},
        "supplements": each(NUMBER, said="Substances, with the share of their mass that counts.")
        | {"propertyNames": words(sorted(known.names.substances))},
        "roles": each(TEXT, said="Pathways, with the step that needs it."),
        "trp_per_mg": NUMBER,
        "note": TEXT,
    }
    return record(own, ("label", "unit", "columns"))


def _requirement() -> Schema:
    rows: Schema = {
        "type": "object",
        "minProperties": 1,
        "propertyNames": {"pattern": f"^{STAGE.pattern}$"},
        "additionalProperties": NUMBER | {"exclusiveMinimum": 0},
        "description": "A group (m, f, preg, lact), with a range of ages where one holds: f19_50, f51.",
    }
    standard = {
        **_marks(),
        "values": rows,
        "add": record(dict.fromkeys(ADDED_FOR, NUMBER)),
        "factor": record(dict.fromkeys(MULTIPLIED_FOR, NUMBER)),
        "not_for": listed(words(NOT_FOR)),
    }
    standards = record(dict.fromkeys(STANDARDS, record(standard, ("values", "source", "evidence", "verified"))))
    return record({"unit": TEXT, "label": TEXT, "standards": standards}, ("unit", "standards"))


def _network(kind: str, sections: Mapping[str, Schema]) -> Schema:
    return record({**dict.fromkeys(FILE_KEYS[kind], ANY), "marks": record({key: _marks()[key] for key in MARKS}), **sections})


def _species() -> Schema:
    own = {"name": TEXT, "formula": TEXT, "charge": {"type": "integer"}, "chebi": {"type": "integer"}, "currency": FLAG, **_marks()}
    return record({key: own[key] for key in SPECIES}, ("name", "formula", "charge"))


def _cofactor(known: Words) -> Schema:
    own = {"name": TEXT, "nutrients": listed(_NUTRIENT if known.nutrients else TEXT), "made_by": TEXT, **_marks()}
    return record({key: own[key] for key in COFACTOR}, ("nutrients",))


def _reaction() -> Schema:
    shaped = {name: one_or_more({"type": "string", "pattern": f"^{shape.pattern}$"}) for name, shape in SHAPES.items()}
    own = {
        **dict.fromkeys(REACTION, ANY),
        **shaped,
        **_marks(),
        "name": TEXT,
        "enzyme": TEXT,
        "equation": TEXT | {"description": "Species with their numbers: '2 a + b -> c'."},
        "cofactors": TEXTS,
        "any_cofactor": FLAG,
        "role": words(ROLES),
        "rate_limiting": FLAG,
        "reversible": FLAG,
        "read": listed(words(READABLE)) | {"description": "Which fields were read in the source."},
    }
    return record({key: own[key] for key in REACTION})


def _carrier() -> Schema:
    one_set = record({**dict.fromkeys(CARRIER_KEYS, _entry()), "measured": {"type": "object"}}, ("km",))
    own: dict[str, Schema] = {
        "name": TEXT,
        "default": TEXT | {"description": "The set that the model uses."},
        "sets": each(one_set, said="Constants that come from one preparation."),
        "tryptophan_available": _entry(),
        "other_measurements": {"type": "object"},
    }
    return record(own, ("name", "default", "sets", "tryptophan_available"))
