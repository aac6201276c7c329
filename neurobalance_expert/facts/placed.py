"""What was eaten and taken, placed on one clock: minutes after midnight of the first diary date."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

import numpy as np
from msgspec import Struct, field
from msgspec.structs import replace

from neurobalance_expert.cases.resolve import ResolvedFood
from neurobalance_expert.cases.types import Case, Composition, Supplement
from neurobalance_expert.knowledge.food_kinds import FoodKinds, Kind
from neurobalance_expert.knowledge.names_data import Names
from neurobalance_expert.knowledge.supplements import Mixture
from neurobalance_expert.model.constants import AA, Array

MIN_PER_DAY = 1440
MIN_PER_H = 60.0
MG_PER_G = 1000.0
MATTERS_G = 0.5  # an untimed intake with less amino acids than this does not spoil the course of the day
MATTERS_CARBOHYDRATE_G = 5.0  # the same for carbohydrate: 5 g move the ratio of Trp by 2 % at most
MACROS = ("protein_g", "carbohydrate_g", "fat_g", "fibre_g")
UNKNOWN = float("nan")


class PlacedIntake(Struct, frozen=True):
    """One food or supplement. Masses in g; NaN is not known. ``substances`` are the supplement ids that rules speak of."""

    label: str
    minute: int | None
    protein_g: float = 0.0
    carbohydrate_g: float = 0.0
    fat_g: float = 0.0
    fibre_g: float = 0.0
    bound_g: Mapping[str, float] = field(default_factory=dict)
    free_g: Mapping[str, float] = field(default_factory=dict)
    substances: tuple[str, ...] = ()
    known: bool = True  # False: it may bring amino acids, and nobody knows how much
    carbohydrate_known: bool = True  # False: not stated, and it may be enough to matter
    fibre_inside: bool = False  # carbohydrate_g counts the fibre too, as the food table does
    own: Kind = Kind()  # its own kinds of protein and carbohydrate
    kind: Kind = Kind()  # those of the meal that it belongs to, which are what counts
    entry: ResolvedFood | Supplement | None = None  # what was placed

    @property
    def available_g(self) -> float:
        """Carbohydrate without fibre, which raises no insulin."""
        fibre = self.fibre_g if self.fibre_inside and np.isfinite(self.fibre_g) else 0.0
        return max(self.carbohydrate_g - fibre, 0.0) if np.isfinite(self.carbohydrate_g) else self.carbohydrate_g

    @property
    def digested_g(self) -> float:
        """Protein that has to be digested, by its amino acids when only these are stated; free amino acids are none."""
        return self.protein_g or sum(self.bound_g.values()) if self.bound_g or not self.free_g else 0.0

    @property
    def matters(self) -> bool:
        """Whether its time decides anything in the model."""
        grams = sum(self.free_g.values()) + (self.protein_g if np.isfinite(self.protein_g) else 0.0)
        return grams >= MATTERS_G or not self.known or self.available_g >= MATTERS_CARBOHYDRATE_G


def minute_of(day: str, time_min: int | None, first_day: str) -> int | None:
    """Minutes after midnight of the first day; None when the time or a date is not known."""
    if time_min is None or not day or not first_day:
        return None
    return (date.fromisoformat(day) - date.fromisoformat(first_day)).days * MIN_PER_DAY + time_min


def diary_days(case: Case, night_end_min: float = 0.0) -> tuple[str, ...]:
    """The dates of the diary in order; the diary date itself ('' when it was refused) when nothing was recorded.

    A date with nothing but the small hours after a recorded day is the night of that day, and no day of its own.
    """
    items = [*((f.date, f.time_min) for f in case.foods if f.date), *((s.date, s.time_min) for s in case.supplements if s.date)]
    dates = {day for day, _ in items}
    awake = {day for day, time_min in items if time_min is None or time_min >= night_end_min or day == case.diary_date}
    return tuple(sorted(day for day in dates if day in awake or _before(day) not in dates)) or (case.diary_date,)


def day_of(item_date: str, days: Sequence[str]) -> str:
    """The day of the diary that a date counts to: itself, or for the small hours the day before."""
    return item_date if item_date in days or not item_date else _before(item_date)


def _before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def place_foods(
    foods: Sequence[ResolvedFood], amounts: Array, columns: Sequence[str], first_day: str, kinds: FoodKinds
) -> tuple[PlacedIntake, ...]:
    """Foods with their best amounts.

    Args:
        foods: Resolved diary lines.
        amounts: Best amount of each column in each line, imputed ones included. (item, column); NaN: not known
        columns: Names of the columns.
        kinds: Kinds of the foods of the table; an item with a composition states its own.
    """
    at = {name: n for n, name in enumerate(columns)}
    return tuple(_food(food, amounts[n], at, first_day, kinds) for n, food in enumerate(foods))


def _food(food: ResolvedFood, row: Array, at: Mapping[str, int], first_day: str, kinds: FoodKinds) -> PlacedIntake:
    item = food.item
    macros = {name: float(row[at[name]]) for name in MACROS}
    acids = {aa: float(row[at[f"{aa}_g"]]) for aa in AA if f"{aa}_g" in at}
    if item.composition is not None:
        acids |= {aa: grams for aa, grams in item.composition.amino_acids_g.items() if aa in AA and f"{aa}_g" not in at}
    known = food.counts and np.isfinite(macros["protein_g"]) and (macros["protein_g"] < MATTERS_G or all(map(np.isfinite, acids.values())))
    rest_g = (food.grams if food.grams is not None else np.inf) - float(np.nansum([macros["protein_g"], macros["fat_g"]]))
    free = item.composition is not None and item.composition.free
    present = {aa: grams for aa, grams in acids.items() if np.isfinite(grams)} if food.counts else {}
    return PlacedIntake(
        label=item.name or item.ndb or "food",
        minute=minute_of(item.date, item.time_min, first_day),
        protein_g=macros["protein_g"],
        carbohydrate_g=macros["carbohydrate_g"],
        fat_g=macros["fat_g"],
        fibre_g=macros["fibre_g"],
        bound_g={} if free else present,
        free_g=present if free else {},
        known=bool(known),
        carbohydrate_known=bool(np.isfinite(macros["carbohydrate_g"]) or rest_g < MATTERS_CARBOHYDRATE_G),
        fibre_inside=food.row >= 0 and (item.composition is None or item.composition.carbohydrate_g is None),
        own=kinds.of_row(food.row) if item.composition is None else _kind_of(item.composition, kinds),
        entry=food,
    )


def _kind_of(stated: Composition, kinds: FoodKinds) -> Kind:
    return kinds.stated(stated.protein_kind, stated.carbohydrate_kind)


def place_supplements(
    case: Case, names: Names, mixtures: Mapping[str, Mixture], first_day: str, kinds: FoodKinds
) -> tuple[PlacedIntake, ...]:
    """Supplements with the free amino acids that they bring, or what their composition states."""
    return tuple(_supplement(s, names, mixtures, first_day, kinds) for s in case.supplements)


def _supplement(supplement: Supplement, names: Names, mixtures: Mapping[str, Mixture], first_day: str, kinds: FoodKinds) -> PlacedIntake:
    minute = minute_of(supplement.date, supplement.time_min, first_day)
    label = supplement.product or _name(supplement.substance, names)
    substances = without_members(substances_of(supplement, names), names)
    if supplement.composition is not None:
        stated = _stated(supplement.composition, label, minute, substances, _kind_of(supplement.composition, kinds))
        return replace(stated, entry=supplement)
    free, known = _free_amino_acids(supplement, names, mixtures)
    return PlacedIntake(label, minute, free_g=free, substances=substances, known=known, entry=supplement)


def _stated(stated: Composition, label: str, minute: int | None, substances: tuple[str, ...], own: Kind) -> PlacedIntake:
    acids = {aa: g for aa, g in stated.amino_acids_g.items() if aa in AA}
    return PlacedIntake(
        label,
        minute,
        stated.protein_g or 0.0,
        stated.carbohydrate_g or 0.0,
        stated.fat_g or 0.0,
        stated.fibre_g or 0.0,
        bound_g={} if stated.free else acids,
        free_g=acids if stated.free else {},
        substances=substances,
        known=bool(acids) or stated.protein_g == 0,
        own=own,
    )


def supplement_grams(part: str, supplement: Supplement, names: Names, mixtures: Mapping[str, Mixture]) -> float | None:
    """Protein ("protein") or one amino acid that a supplement brings, in g; None when that is not known.

    A stated composition wins over the substance. A name that was not recognised adds nothing here; it is asked about elsewhere.
    """
    if supplement.composition is not None:
        return stated_part(part, supplement.composition)
    total = 0.0
    for substance, dose in (supplement.components or doses_of(supplement)).items():
        shares = _shares(substance, names, mixtures) if substance in names.substances else {}
        if shares is None or (part in shares and dose is None):
            return None
        total += shares.get(part, 0.0) * (dose or 0.0) * supplement.free_shares.get(substance, 1.0) / MG_PER_G
    return total


def stated_part(part: str, stated: Composition) -> float | None:
    """Protein ("protein") or one amino acid of a composition, in g; None when it does not say."""
    whole = stated.free or stated.protein_g == 0  # nothing but what is stated
    if part == "protein":
        return 0.0 if stated.free and stated.protein_g is None else stated.protein_g
    return stated.amino_acids_g.get(part, 0.0 if whole else None)


def amino_doses(part: str, supplement: Supplement, names: Names, mixtures: Mapping[str, Mixture]) -> Iterator[tuple[str, float, float]]:
    """What a supplement without a composition holds of an amino acid: substance, its mg, and g of the free acid in a gram of it."""
    for substance, dose in (supplement.components or doses_of(supplement)).items():
        shares = _shares(substance, names, mixtures) if substance in names.substances else {}
        share = (shares or {}).get(part, 0.0) * supplement.free_shares.get(substance, 1.0)
        if dose and share:
            yield substance, dose, share


def doses_of(supplement: Supplement) -> dict[str, float | None]:
    """Substance to mg: the stated components with the product's own amount where it has one, or the product. None: not known."""
    own = {supplement.substance: supplement.dose_mg} if supplement.dose_mg is not None or not supplement.components else {}
    return own | dict(supplement.components)


def substances_of(supplement: Supplement, names: Names) -> tuple[str, ...]:
    """The ids that rules speak of: the substance, its components, and the mixtures and hidden substances these stand for."""
    found = dict.fromkeys([supplement.substance, *supplement.components])
    for substance in tuple(found):
        known = names.substances.get(substance)
        if known:
            found |= dict.fromkeys((*known.member_of, *known.contains))
    return tuple(found)


def without_members(substances: Sequence[str], names: Names) -> tuple[str, ...]:
    """The ids without those that another one among them stands for: a mixture is told of once, not with each of its parts."""
    return tuple(s for s in substances if s not in names.substances or not set(names.substances[s].member_of) & set(substances))


def _free_amino_acids(supplement: Supplement, names: Names, mixtures: Mapping[str, Mixture]) -> tuple[dict[str, float], bool]:
    free: dict[str, float] = {}
    known = True
    for substance, dose in (supplement.components or doses_of(supplement)).items():
        shares = _shares(substance, names, mixtures)
        if shares is None or (shares and dose is None):
            known = False
        for aa, share in (shares or {}).items():
            if dose is not None:
                free[aa] = free.get(aa, 0.0) + share * dose * supplement.free_shares.get(substance, 1.0) / MG_PER_G
    return free, known


def _shares(substance: str, names: Names, mixtures: Mapping[str, Mixture]) -> Mapping[str, float] | None:
    """Free amino acids in a gram of the substance; {} when it brings none, None when that is not known."""
    if substance in mixtures:
        return mixtures[substance].parts
    known = names.substances.get(substance)
    if known is None or (known.kind == "competitor" and not known.amino_acid):
        return None
    return {known.amino_acid: 1.0} if known.amino_acid in AA else {}


def _name(substance: str, names: Names) -> str:
    return names.substances[substance].name if substance in names.substances else substance
