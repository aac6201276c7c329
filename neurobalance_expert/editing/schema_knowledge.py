"""The JSON Schema of the files in ``knowledge/``: one schema that tells the files apart by a key that only one of them has.

Keys, closed lists and names come from the readers' tables where those have them. The files that a knowledge engineer edits are described
in full; of the others the keys at the top and the marks of their values, and their readers say the rest.
"""

from __future__ import annotations

from msgspec import Struct

from neurobalance_expert.editing.schema_entries import FINDING_CODE, REFERENCE, Words, entry, marks, reference, threshold
from neurobalance_expert.editing.schema_medicines import (
    analyte,
    condition_effects,
    conditions,
    ingredients,
    interactions,
    medicines,
    substance,
    table,
    warning_signs,
)
from neurobalance_expert.editing.schema_model import carrier, cofactor, network, nutrient, reaction, requirement, species
from neurobalance_expert.editing.schema_parts import (
    ANY,
    FLAG,
    GRADE,
    NUMBER,
    TEXT,
    Schema,
    each,
    either,
    head,
    listed,
    offered,
    record,
    words,
)
from neurobalance_expert.editing.schema_vocabulary import vocabulary_body
from neurobalance_expert.fact import SEVERITIES
from neurobalance_expert.model.network.capacities import TOP as CAPACITIES
from neurobalance_expert.model.studies.read import NEEDED, STUDY
from neurobalance_expert.units import known_units


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
    relations = sorted(known.vocabulary.relations)
    by_key = {
        "vocabulary": ("relations", vocabulary_body(known.vocabulary)),
        "thresholds": ("thresholds", record({"thresholds": each(threshold())})),
        "references": ("references", record({"references": each(reference())})),
        "interactions": ("interactions", interactions(known)),
        "analytes": ("analytes", table("analytes", analyte())),
        "substances": ("substances", table("substances", substance(known))),
        "medicines": ("", medicines()),
        "conditions": ("", conditions()),
        "condition_effects": ("", condition_effects(known)),
        "warning_signs": ("signs", warning_signs(known)),
        "nutrients": ("", record({"nutrients": each(nutrient(known))})),
        "requirements": ("requirements", record({"requirements": each(requirement())})),
        "species": ("species", network("species", {"species": each(species())})),
        "cofactors": ("cofactors", network("cofactors", dict.fromkeys(("cofactors", "co_substrates"), each(cofactor(known))))),
        "reactions": ("reactions", network("reactions", {"reactions": each(reaction())})),
        "capacities": ("capacities", record(dict.fromkeys(CAPACITIES, ANY) | dict.fromkeys(("supplies", "capacities"), each(NUMBER)))),
        "carrier": ("LAT1", record({"LAT1": carrier()})),
        "plasma": ("plasma", record({"plasma": each(entry())})),
        "assumptions": ("assumptions", record({"assumptions": each(entry())})),
        "routes": ("routes", record({"routes": each(each(entry()))})),
        "kinetics": ("parameters", record(dict.fromkeys(("parameters", "start", "published", "rest"), each(entry())) | {"model": ANY})),
        "steps": ("steps", record({"steps": each(entry())})),
        "study": ("arms", record(dict.fromkeys(STUDY, ANY) | marks(), NEEDED)),
        "proteins": ("proteins", record({"proteins": each(entry(digestion=TEXT))})),
        "overrides": ("reasons", _reasons()),
        "kb": ("released", record(dict.fromkeys(("name", "version", "released", "notes"), ANY), ("name", "version"))),
        "measurement_errors": ("", record({"schema": TEXT, "errors": each({"type": "object"}) | {"propertyNames": words(relations)}})),
        "claims": ("claims", record({"claims": listed(_claim())})),
        "policy": ("policy", record({"policy": _policy()})),
        "suggestions": ("suggestions", record({"suggestions": _suggestions()})),
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
        "ingredient": offered(ingredients(known), TEXT)
        | {"description": "An ingredient of a medicine, in small letters as RxNorm has it."},
        "code": offered(known.codes, TEXT) | {"description": "A finding code; * stands for any rest."},
        "unit": offered(_units(known), TEXT) | {"description": 'A unit; "1" for a ratio.'},
    }


def _units(known: Words) -> list[str]:
    """The units that the program converts, and those of the vocabulary."""
    own = {slot.unit for relation in known.vocabulary.relations.values() for slot in relation.slots if slot.unit}
    return sorted({*own, *known_units()})


def _reasons() -> Schema:
    """Why a person may set a finding aside; the key at the top is the version of the file."""
    reason = record({"title": TEXT, "meaning": TEXT}, ("title", "meaning"))
    return record({"overrides": {"const": 1}, "reasons": each(reason)}, ("overrides", "reasons"))


def _claim() -> Schema:
    own = {"id": TEXT, "grade": GRADE, "contested": FLAG, "text": TEXT, "refs": listed(REFERENCE), "caveat": TEXT}
    return record(own, ("id", "grade", "contested", "text", "refs"), more=True)


def _policy() -> Schema:
    """What codes and severities mean for the whole report."""
    code = record({"code": FINDING_CODE, "disposition": TEXT, "why": TEXT}, ("code", "disposition"), more=True)
    severities = each(TEXT) | {"propertyNames": words(SEVERITIES)}
    return record({"codes": listed(code), "severity": severities, "source": either(REFERENCE, TEXT)}, more=True)


def _suggestions() -> Schema:
    return record({"blocked_by": listed(FINDING_CODE)}, more=True)
