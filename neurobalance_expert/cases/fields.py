"""The fields of a case file, ``neurobalance/case/1``: one table that the loader, the JSON Schema and the documentation share."""

from __future__ import annotations

from functools import cache
from typing import Literal

from msgspec import Struct

SCHEMA = "neurobalance/case/1"

Kind = Literal[
    "text", "name", "number", "whole", "flag", "choice", "date", "time", "times", "texts", "record", "records", "amounts", "parts"
]

AMINO_ACIDS = (
    "trp",
    "tyr",
    "phe",
    "leu",
    "ile",
    "val",
    "met",
    "thr",
    "his",
    "lys",
    "gln",
    "cys",
    "arg",
    "ala",
    "asp",
    "glu",
    "gly",
    "pro",
    "ser",
    "hyp",
)

NAME_LENGTH = 200
TEXT_LENGTH = 2000


class Field(Struct, frozen=True):
    """One key of a record.

    ``kind``: text, name (text that is looked up), number, whole (number), flag (true/false), choice (one of ``choices``), date, time,
    times, texts, record or records (of ``shape``), amounts (names to numbers; ``choices`` limits the names) or parts (names to records of
    ``shape``). ``most`` is the largest length of a list or text. A ``required`` key must be there and not null.
    """

    key: str
    kind: Kind
    meaning: str
    example: object = None
    required: bool = False
    choices: tuple[str, ...] = ()
    shape: Shape | None = None
    most: int = 0


class Shape(Struct, frozen=True):
    """A record: what it is called, its fields, and keys of which at least one must be given."""

    name: str
    meaning: str
    fields: tuple[Field, ...]
    any_of: tuple[str, ...] = ()

    def field(self, key: str) -> Field:
        """A field by its key. Raises KeyError."""
        for candidate in self.fields:
            if candidate.key == key:
                return candidate
        raise KeyError(key)

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys in the order of the table."""
        return tuple(f.key for f in self.fields)


PERSON = Shape(
    "person",
    "What is known about the person. A key that is left out, or null, is not known.",
    (
        Field("age_y", "whole", "Age in completed years on the diary date.", 34),
        Field("sex", "choice", "Sex, for reference intakes.", "female", choices=("female", "male", "unknown")),
        Field("birth_date", "date", "Date of birth; gives the age when age_y is left out, else must agree.", "1991-05-20"),
        Field("weight_kg", "number", "Body mass in kilograms.", 62),
        Field("height_cm", "number", "Height in centimetres.", 168),
        Field(
            "pregnancy_status",
            "choice",
            "Pregnancy status.",
            "not_pregnant",
            choices=("not_pregnant", "pregnant", "trying", "postpartum", "unknown"),
        ),
        Field("lactating", "flag", "Whether the person breast-feeds.", False),
        Field("smoker", "flag", "Whether the person smokes.", False),
        Field(
            "diet_pattern",
            "choice",
            "Usual diet.",
            "omnivore",
            choices=("omnivore", "pescatarian", "vegetarian", "vegan", "low_phe", "other", "unknown"),
        ),
    ),
)

COMPOSITION = Shape(
    "composition",
    "Composition of the item as eaten, in grams, for a product that no table has. A key that is left out is not known, not zero.",
    (
        Field("protein_g", "number", "Protein, g.", 20),
        Field("carbohydrate_g", "number", "Carbohydrate, g.", 4),
        Field("fat_g", "number", "Fat, g.", 1.5),
        Field("fibre_g", "number", "Fibre, g.", 0),
        Field("amino_acids_g", "amounts", "Amino acids, g, by their short names.", {"trp": 0.3, "leu": 2.1}, choices=AMINO_ACIDS),
        Field("free", "flag", "true when the amino acids are free, not bound in protein.", False),
        Field("protein_kind", "name", "Kind of protein, which says how fast it is digested.", "whey", most=NAME_LENGTH),
        Field("carbohydrate_kind", "name", "Kind of carbohydrate, which says how fast it is absorbed.", "sugar", most=NAME_LENGTH),
    ),
)

FOOD = Shape(
    "food",
    "One line of the diary: what was eaten or drunk, how much and when.",
    (
        Field("date", "date", "Date, when it is not the diary date.", "2026-03-03"),
        Field("time", "time", "Clock time, 00:00 to 23:59; null when not known.", "07:30"),
        Field("name", "name", "Food in everyday words.", "oats dry", most=NAME_LENGTH),
        Field("ndb", "text", "Number of the food in the USDA table, five digits.", "08120", most=12),
        Field("grams", "number", "Amount eaten, g.", 80),
        Field("measure", "text", "Household measure, instead of grams.", "cup", most=NAME_LENGTH),
        Field("amount", "number", "How many of the measure.", 1.5),
        Field("composition", "record", COMPOSITION.meaning, shape=COMPOSITION),
        Field("est", "amounts", "The writer's own estimates; shown, never used.", {"protein_g": 10.5}),
    ),
    any_of=("name", "ndb"),
)

COMPONENT = Shape(
    "component",
    "How much of one substance a product holds, for the dose taken.",
    (
        Field("dose", "number", "Amount of the substance.", 2.5, required=True),
        Field("unit", "text", "g, mg or ug.", "g", most=40),
        Field(
            "label_basis",
            "choice",
            "What the label states: the element or active part, or the whole compound.",
            "elemental",
            choices=("elemental", "compound", "ion"),
        ),
        Field("form", "text", "Chemical form.", "pyridoxine_hcl", most=NAME_LENGTH),
    ),
)

SUPPLEMENT = Shape(
    "supplement",
    "One supplement as taken.",
    (
        Field("date", "date", "Date, when it is not the diary date.", "2026-03-03"),
        Field("time", "time", "Clock time; null when not known.", "22:15"),
        Field("substance", "name", "Substance, by its usual name.", "l_tryptophan", most=NAME_LENGTH),
        Field("product", "text", "Product as it is sold.", "BCAA 2:1:1 powder", most=NAME_LENGTH),
        Field("dose", "number", "Amount taken.", 500),
        Field("unit", "text", "g, mg or ug (mcg). Capsules and drops have no mass: state the mass, or the components.", "mg", most=40),
        Field("form", "text", "Chemical form.", "ferrous_sulfate_dried_monohydrate", most=NAME_LENGTH),
        Field("label_basis", "choice", COMPONENT.fields[2].meaning, "elemental", choices=("elemental", "compound", "ion")),
        Field(
            "components",
            "parts",
            "What the product holds, by substance; wins over the product.",
            {"leucine": {"dose": 5, "unit": "g"}},
            shape=COMPONENT,
        ),
        Field("prescribed", "flag", "Whether a clinician prescribed it.", False),
        Field("phe_free", "flag", "Whether an amino acid formula is free of phenylalanine.", False),
        Field("detail", "text", "Anything else on the label.", "protein equivalent", most=TEXT_LENGTH),
        Field("weeks_used", "number", "For how many weeks it has been taken.", 12),
        Field("composition", "record", COMPOSITION.meaning, shape=COMPOSITION),
    ),
    any_of=("substance", "product"),
)

MEDICATION = Shape(
    "medication",
    "One medicine.",
    (
        Field("ingredient", "name", "Ingredient or brand name.", "sertraline", required=True, most=NAME_LENGTH),
        Field("dose", "number", "Amount of one dose.", 50),
        Field("unit", "text", "Unit of the dose.", "mg", most=40),
        Field("times", "times", "Clock times at which it is taken.", ["08:00"], most=48),
        Field("status", "choice", "Whether it is still taken.", "current", choices=("current", "stopped")),
        Field("stopped", "date", "Date of the last dose, when it was stopped.", "2026-02-20"),
        Field("prescribed", "flag", "Whether a clinician prescribed it.", True),
    ),
)

CONDITION = Shape(
    "condition",
    "A diagnosed or stated condition.",
    (
        Field("id", "name", "Condition, by its id or usual name.", "pku", required=True, most=NAME_LENGTH),
        Field("detail", "text", "Anything else about it.", "diagnosed as a child", most=TEXT_LENGTH),
    ),
)

REFERENCE_RANGE = Shape(
    "reference range",
    "The range printed by the laboratory, in the unit of the value.",
    (Field("low", "number", "Lower end.", 30), Field("high", "number", "Upper end.", 400)),
)

LAB = Shape(
    "lab",
    "One laboratory value.",
    (
        Field("analyte", "name", "What was measured.", "ferritin", required=True, most=NAME_LENGTH),
        Field("value", "number", "The value.", 28),
        Field("unit", "text", "Its unit; never guessed.", "ug/L", most=40),
        Field("date", "date", "Date of the sample.", "2026-02-20"),
        Field("reference_range", "record", REFERENCE_RANGE.meaning, shape=REFERENCE_RANGE),
    ),
)

CASE = Shape(
    "case",
    "One person's record: what was eaten, taken and measured on a day, or several.",
    (
        Field("schema", "text", "Always neurobalance/case/1.", SCHEMA, required=True, most=100),
        Field("id", "text", "Name of the case; the file name when left out. No names of persons.", "2026-03-02-a", most=NAME_LENGTH),
        Field("person", "record", PERSON.meaning, required=True, shape=PERSON),
        Field("diary_date", "date", "The day of the diary.", "2026-03-02", required=True),
        Field("foods", "records", FOOD.meaning, required=True, shape=FOOD, most=2000),
        Field("supplements", "records", SUPPLEMENT.meaning, shape=SUPPLEMENT, most=200),
        Field("medications_complete", "flag", "true when the list below names every medicine, also when it is empty.", True),
        Field("medications", "records", MEDICATION.meaning, shape=MEDICATION, most=200),
        Field("conditions_complete", "flag", "true when the list below names every condition, also when it is empty.", True),
        Field("conditions", "records", CONDITION.meaning, shape=CONDITION, most=200),
        Field("symptoms", "texts", "Symptoms in everyday words.", ["tired in afternoon"], most=200),
        Field("labs", "records", LAB.meaning, shape=LAB, most=500),
        Field("goal", "text", "What the person would like to know.", "sleep better", most=TEXT_LENGTH),
    ),
)


@cache
def field_paths() -> frozenset[str]:
    """What a value that is refused may stand under: keys of the case, those of its records after the name of the record, with one item of a
    list in the singular, and the foods of a day together."""
    found = {"food.day_total"}
    for field in CASE.fields:
        records = field.shape.fields if field.shape else ()
        found |= {f"{field.shape.name}.{'time' if one.kind == 'times' else one.key}" for one in records if field.shape}
        if not records:
            found.add(field.key)
    return frozenset(found)
