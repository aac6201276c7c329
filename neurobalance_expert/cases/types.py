"""A validated case. Units are settled; nothing downstream converts or parses."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from neurobalance_expert.errors import Span


class Composition(Struct, frozen=True):
    """Composition that the case itself states, for the amount eaten. A field that is None was not stated: not known, not zero."""

    protein_g: float | None = None
    carbohydrate_g: float | None = None
    fat_g: float | None = None
    fibre_g: float | None = None
    amino_acids_g: Mapping[str, float] = field(default_factory=dict)
    free: bool = False
    protein_kind: str = ""  # name of a digestion speed; "": not stated, or not known
    carbohydrate_kind: str = ""  # name of a speed of absorption; "" as well


class FoodItem(Struct, frozen=True):
    """One line of the diary. Exactly one of ``name`` and ``ndb`` may be None; ``grams`` is None until a measure is resolved."""

    index: int
    date: str
    time_min: int | None  # minutes after midnight; None: not known
    name: str | None
    ndb: str | None
    grams: float | None
    measure: str | None = None
    amount: float | None = None
    composition: Composition | None = None
    estimate: Mapping[str, float] = field(default_factory=dict)  # the writer's own estimates: shown, never used


class Supplement(Struct, frozen=True):
    """One supplement as taken. ``dose_mg`` is None when the amount is not known or its unit has no mass (capsules)."""

    index: int
    date: str
    time_min: int | None
    substance: str  # canonical id, or the name as entered when not recognised
    recognised: bool
    dose_mg: float | None
    components: Mapping[str, float | None] = field(default_factory=dict)  # canonical substance -> mg
    product: str = ""
    prescribed: bool | None = None
    composition: Composition | None = None
    note: str = ""
    entered: str = ""  # dose and unit as written, "2 capsule"
    form: str = ""  # chemical form as written, "ferrous_sulfate_heptahydrate"
    label_basis: str = ""  # elemental | compound | ion; "" when not stated
    bases: Mapping[str, str] = field(default_factory=dict)  # label basis of each component that states one
    free_shares: Mapping[str, float] = field(default_factory=dict)  # substance -> share of its mass that is the free amino acid, of a salt
    phe_free: bool | None = None
    weeks_used: float | None = None
    named: str = ""  # the name as entered, "choline bitartrate"; it may say the form


class Medication(Struct, frozen=True):
    """One medicine as stated."""

    index: int
    ingredient: str
    recognised: bool
    times_min: tuple[int, ...] = ()
    status: str = "current"  # current | stopped
    prescribed: bool | None = None
    dose_mg: float | None = None  # None: not stated, or without a mass (tablets, units of insulin)
    entered: str = ""  # name and dose as written
    stopped: str | None = None  # date of the last dose; None while current or when not known


class Lab(Struct, frozen=True):
    """One laboratory value in the canonical unit of its analyte."""

    index: int
    analyte: str
    value: float
    unit: str
    entered: str  # value and unit as written
    date: str | None = None
    reference_low: float | None = None  # the laboratory's own range, in the canonical unit
    reference_high: float | None = None


class Person(Struct, frozen=True):
    """What is known about the person; None is not known."""

    age_y: int | None = None
    sex: str | None = None
    weight_kg: float | None = None
    height_cm: float | None = None
    pregnancy_status: str | None = None
    lactating: bool | None = None
    smoker: bool | None = None
    diet_pattern: str | None = None
    birth_date: str | None = None


class Remark(Struct, frozen=True):
    """Something the input gate noticed. ``kind`` is invalid, missing, conflict, confirm or unrecognised; ``field`` is a dotted path
    such as ``food.grams``; ``text`` is one sentence for the report; ``question`` what to ask; ``at`` where it stands in the file."""

    kind: str
    field: str
    text: str
    name: str = ""
    question: str = ""
    at: Span | None = None


class Case(Struct, frozen=True):
    """One person's record: a day or several."""

    id: str
    digest: str  # sha256 of the case in canonical form, "sha256:…"
    diary_date: str
    person: Person
    foods: tuple[FoodItem, ...]
    supplements: tuple[Supplement, ...]
    medications: tuple[Medication, ...]
    medications_complete: bool | None
    conditions: tuple[str, ...]  # ids; a recognised name is mapped to its id
    conditions_complete: bool | None
    symptoms: tuple[str, ...]
    labs: tuple[Lab, ...]
    goal: str = ""
    condition_details: Mapping[str, str] = field(default_factory=dict)  # condition -> what the case says about it
    remarks: tuple[Remark, ...] = ()
