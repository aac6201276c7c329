"""What the case gate knows, typed: substances, medicines, conditions, analytes, and the limits of what is believed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal

from msgspec import Struct


class NameTable(Struct, frozen=True):
    """Every accepted spelling, in normal form, to the ids it stands for.

    ``exact`` gives all ids that a name means together (a combination has several); ``ambiguous`` the ids it might mean, one of which the
    writer has to choose; ``spelled`` the spelling to show for a normal form; ``from_packs`` the names that only a pack knows, and which.
    """

    exact: Mapping[str, tuple[str, ...]]
    ambiguous: Mapping[str, tuple[str, ...]]
    spelled: Mapping[str, str]
    from_packs: Mapping[str, str] = {}


class Substance(Struct, frozen=True):
    """A supplement substance. ``ambiguous_basis``: a label may state the compound or its active part. ``salts``: normal name of a salt or
    ester of the amino acid -> share by mass that is the free acid."""

    id: str
    name: str
    kind: str
    pathway: str = ""
    amino_acid: str = ""
    member_of: tuple[str, ...] = ()
    contains: tuple[str, ...] = ()
    ambiguous_basis: bool = False
    salts: Mapping[str, float] = {}


class MedicineClass(Struct, frozen=True):
    """Medicines with one effect in common. ``washout_days`` after the last dose an ingredient still counts; None: not given."""

    id: str
    name: str
    ingredients: tuple[str, ...]
    washout_days: Mapping[str, int | None]


class Condition(Struct, frozen=True):
    """A condition by id, with the name to print. ``has_rule``: what it means stands in ``condition_effects.yaml``."""

    id: str
    name: str
    has_rule: bool = True


class Limit(Struct, frozen=True):
    """A decision limit of an analyte in its canonical unit. ``group`` is '' for everybody, or ``male``, ``pregnant``, ``pku``…"""

    kind: str
    value: Decimal
    group: str
    source: str
    evidence: str
    verified: bool
    note: str = ""


class Analyte(Struct, frozen=True):
    """A laboratory analyte: canonical unit, accepted units as written in the knowledge base and their factors (keyed by ``unit_key``),
    hard limits, decision limits, LOINC codes."""

    id: str
    name: str
    unit: str
    units: tuple[str, ...]
    factors: Mapping[str, Decimal]
    hard: tuple[Decimal, Decimal]
    limits: tuple[Limit, ...] = ()
    loinc: tuple[str, ...] = ()
    caution: str = ""

    def limit(self, kind: str, groups: Collection[str]) -> Limit | None:
        """The limit of this kind for a person in these groups: one made for a group wins over the one for everybody."""
        fitting = [x for x in self.limits if x.kind == kind and (not x.group or x.group in groups)]
        return max(fitting, key=lambda x: bool(x.group), default=None)


class DoseLimit(Struct, frozen=True):
    """Daily supplement dose that is asked about and that is refused, mg; strictly above. ``trap`` is the usual mistake, in words."""

    confirm_mg: Decimal
    reject_mg: Decimal
    unit: str
    smallest_share: Decimal = Decimal(1)
    trap: str = ""


class Range(Struct, frozen=True):
    """What is believed of a number and what is asked about; None: no such limit."""

    min: Decimal | None = None
    max: Decimal | None = None
    confirm_below: Decimal | None = None
    confirm_above: Decimal | None = None


class Diet(Struct, frozen=True):
    """Which kinds of food a diet pattern leaves out, and by which groups and words a food shows its kind."""

    excludes: Mapping[str, frozenset[str]]
    groups: Mapping[str, str]
    words: Mapping[str, frozenset[str]]
    never_animal: frozenset[str]
    never_dairy: frozenset[str]


class Plausibility(Struct, frozen=True):
    """Limits of the input gate."""

    person: Mapping[str, Range]
    food_item_g: Range
    food_day_g: Range
    free_item_g: Range
    days_from_diary: int
    significant_digits: int
    smallest: Decimal
    largest: Decimal
    doses: Mapping[str, DoseLimit]
    other_dose: DoseLimit
    diet: Diet


class Names(Struct, frozen=True):
    """Everything the case gate knows."""

    substances: Mapping[str, Substance]
    substance_names: NameTable
    medicine_classes: Mapping[str, MedicineClass]
    medicine_names: NameTable
    salts: frozenset[str]
    conditions: Mapping[str, Condition]
    condition_names: NameTable
    analytes: Mapping[str, Analyte]
    analyte_names: NameTable
    plausibility: Plausibility
    kinds: Mapping[str, tuple[str, ...]]  # protein, carbohydrate -> kinds that a composition may state
