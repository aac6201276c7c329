"""Schemas of nutrients, requirements, the reaction network and carriers."""

from __future__ import annotations

from collections.abc import Mapping

from neurobalance_expert.editing.schema_entries import MASS, NUTRIENT, UNIT, Words, entry, marks
from neurobalance_expert.editing.schema_parts import (
    ANY,
    FLAG,
    NUMBER,
    TEXT,
    TEXTS,
    Schema,
    each,
    listed,
    one_or_more,
    record,
    words,
)
from neurobalance_expert.knowledge.requirements import ADDED_FOR, MULTIPLIED_FOR, NOT_FOR, STAGE, STANDARDS
from neurobalance_expert.model.constants import CARRIER_KEYS
from neurobalance_expert.model.network.read import COFACTOR, FILE_KEYS, MARKS, REACTION, READABLE, ROLES, SHAPES, SPECIES


def nutrient(known: Words) -> Schema:
    """One intake total."""
    own: dict[str, Schema] = {
        "label": TEXT,
        "unit": MASS,
        "columns": TEXTS | {"description": "Columns of the food table that are added up."},
        "supplements": each(NUMBER, said="Substances, with the share of their mass that counts.")
        | {"propertyNames": words(sorted(known.names.substances))},
        "roles": each(TEXT, said="Pathways, with the step that needs it."),
        "trp_per_mg": NUMBER,
        "note": TEXT,
    }
    return record(own, ("label", "unit", "columns"))


def requirement() -> Schema:
    """The reference intakes of one nutrient."""
    rows: Schema = {
        "type": "object",
        "minProperties": 1,
        "propertyNames": {"pattern": f"^{STAGE.pattern}$"},
        "additionalProperties": NUMBER | {"exclusiveMinimum": 0},
        "description": "A group (m, f, preg, lact), with a range of ages where one holds: f19_50, f51.",
    }
    standard = {
        **marks(),
        "values": rows,
        "add": record(dict.fromkeys(ADDED_FOR, NUMBER)),
        "factor": record(dict.fromkeys(MULTIPLIED_FOR, NUMBER)),
        "not_for": listed(words(NOT_FOR)),
    }
    standards = record(dict.fromkeys(STANDARDS, record(standard, ("values", "source", "evidence", "verified"))))
    return record({"unit": UNIT, "label": TEXT, "standards": standards}, ("unit", "standards"))


def network(kind: str, sections: Mapping[str, Schema]) -> Schema:
    """A file of the reaction network."""
    return record({**dict.fromkeys(FILE_KEYS[kind], ANY), "marks": record({key: marks()[key] for key in MARKS}), **sections})


def species() -> Schema:
    """One species with its formula and charge."""
    own = {"name": TEXT, "formula": TEXT, "charge": {"type": "integer"}, "chebi": {"type": "integer"}, "currency": FLAG, **marks()}
    return record({key: own[key] for key in SPECIES}, ("name", "formula", "charge"))


def cofactor(known: Words) -> Schema:
    """One co-factor and the nutrients that it is made from."""
    own = {"name": TEXT, "nutrients": listed(NUTRIENT if known.nutrients else TEXT), "made_by": TEXT, **marks()}
    return record({key: own[key] for key in COFACTOR}, ("nutrients",))


def reaction() -> Schema:
    """One reaction."""
    shaped = {name: one_or_more({"type": "string", "pattern": f"^{shape.pattern}$"}) for name, shape in SHAPES.items()}
    own = {
        **dict.fromkeys(REACTION, ANY),
        **shaped,
        **marks(),
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


def carrier() -> Schema:
    """The carrier with its sets of constants."""
    one_set = record({**dict.fromkeys(CARRIER_KEYS, entry()), "measured": {"type": "object"}}, ("km",))
    own: dict[str, Schema] = {
        "name": TEXT,
        "default": TEXT | {"description": "The set that the model uses."},
        "sets": each(one_set, said="Constants that come from one preparation."),
        "tryptophan_available": entry(),
        "other_measurements": {"type": "object"},
    }
    return record(own, ("name", "default", "sets", "tryptophan_available"))
