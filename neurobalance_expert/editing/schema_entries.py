"""What the schemas of ``knowledge/`` share: names that a file may use, and an entry with its marks."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from neurobalance_expert.editing.schema_parts import (
    FLAG,
    GRADE,
    NUMBER,
    TEXT,
    Schema,
    either,
    one_or_more,
    record,
    words,
)
from neurobalance_expert.fact import SEVERITIES
from neurobalance_expert.knowledge.names_types import Names
from neurobalance_expert.knowledge.values import THRESHOLD, KnownValue
from neurobalance_expert.model.entries import FIELDS, ORIGINS
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
    effect_groups: tuple[str, ...]  # of substances, in knowledge/condition_effects.yaml
    from_food: tuple[str, ...]  # what the diary shows beside supplements, in the same file
    rules: Mapping[str, str]  # id of a running rule -> its title
    codes: tuple[str, ...]  # that running rules conclude


REFERENCE: Schema = {"$ref": "#/$defs/reference"}
SUBSTANCE: Schema = {"$ref": "#/$defs/substance"}
MEDICINES: Schema = {"$ref": "#/$defs/medicine_class"}
NUTRIENT: Schema = {"$ref": "#/$defs/nutrient"}
INGREDIENT: Schema = {"$ref": "#/$defs/ingredient"}
FINDING_CODE: Schema = {"$ref": "#/$defs/code"}
UNIT: Schema = {"$ref": "#/$defs/unit"}
SEVERITY = words(SEVERITIES, what="Harm, apart from how sure it is.")
MASS = words(MASSES, what="Unit of mass.")


def marks() -> dict[str, Schema]:
    """Where an entry comes from and how far to trust it."""
    return {
        "source": one_or_more(REFERENCE),
        "origin": words(
            ORIGINS, what="How the value came here: seen in its source, from memory, derived, fitted, or a choice of this project."
        ),
        "verified": FLAG | {"description": "true: it was compared with its source. Else the report prints its mark."},
        "evidence": GRADE,
        "note": {"type": "string"},
    }


def entry(**more: Schema) -> Schema:
    """A number, or a table of numbers, with its unit and marks."""
    values: Schema = {"type": "object", "additionalProperties": either(NUMBER, TEXT)}
    own: dict[str, Schema] = {"value": either(NUMBER, TEXT), "values": values, "unit": UNIT} | marks()
    return record(own | more, FIELDS) | {"oneOf": [{"required": ["value"]}, {"required": ["values"]}]}


def threshold() -> Schema:
    """One number that rules compare with."""
    own = {
        "value": NUMBER,
        "unit": UNIT | {"description": 'Unit of value and step; "1" for a ratio.'},
        "step": NUMBER | {"exclusiveMinimum": 0, "description": "The smallest change that means something; boundary tests move by it."},
        "meaning": TEXT | {"description": "What the number decides, in a sentence."},
    }
    return record(own | marks(), THRESHOLD)


def reference() -> Schema:
    """One source that knowledge or a rule cites."""
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
