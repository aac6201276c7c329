"""Intake of the day from food and supplements, and what it is worth against reference intakes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from neurobalance_expert.cases.types import Case, Person, Supplement
from neurobalance_expert.facts.book import FactBook
from neurobalance_expert.facts.person import pregnancy
from neurobalance_expert.facts.placed import day_of, doses_of, substances_of, supplement_grams
from neurobalance_expert.facts.worked_doses import dose_work, weeks_work
from neurobalance_expert.facts.worked_supply import Diary, adequacy_work, ethanol_work, limiting_work, niacin_work
from neurobalance_expert.knowledge.names_data import Names
from neurobalance_expert.knowledge.nutrients import Nutrient
from neurobalance_expert.knowledge.requirements import STANDARDS, ReferenceIntake, Requirements
from neurobalance_expert.knowledge.supplements import Mixture
from neurobalance_expert.model.intake import Total
from neurobalance_expert.units import convert

INDISPENSABLE = ("trp", "phe_tyr", "lys", "leu", "ile", "val", "met_cys", "thr", "his")
NOT_KNOWN = Total(float("nan"), 0.0, float("inf"), 0.0, 0.0)


class Supply(Struct, frozen=True):
    """The totals of a mean day in the unit of each nutrient, and how each compares with the reference intakes that hold."""

    totals: Mapping[str, Total]
    references: Mapping[tuple[str, str], ReferenceIntake]  # (nutrient, standard), already for this body mass, in the nutrient's unit
    columns: Mapping[str, Total]  # column of the food table -> food and supplements a day, in the unit of the column
    preformed_niacin_mg: Total  # without what the body makes from tryptophan


def day_supply(
    case: Case,
    days: int,
    food: Mapping[str, Total],
    nutrients: Mapping[str, Nutrient],
    requirements: Requirements,
    names: Names,
    mixtures: Mapping[str, Mixture],
    *,
    applies: bool = True,
) -> Supply:
    """Totals a day.

    Niacin equivalents count the tryptophan of food only, so that a supplement of it does not hide a low intake of niacin.

    Args:
        days: Number of diary dates; totals are divided by it.
        food: Total of each column of the food table over all days.
        names, mixtures: What the amino acids of a supplement are read from.
        applies: False when requirements of healthy adults do not hold: then nothing is compared with them.
    """
    doses = daily_doses(case, days)
    columns = {column: _scale(total, 1.0 / days) for column, total in food.items()}
    for column in columns.keys() & {c for n in nutrients.values() if n.is_amino_acid for c in n.columns}:
        columns[column] = _with(columns[column], _grams_taken(column.removesuffix("_g"), case.supplements, days, names, mixtures))
    totals, preformed = {}, NOT_KNOWN
    for nutrient in nutrients.values():
        if nutrient.is_amino_acid:
            totals[nutrient.id] = _sum([columns[column] for column in nutrient.columns])
            continue
        taken = _supplements(nutrient, doses)
        total = _with(_sum([_per_day(food[column], column, nutrient.unit, days) for column in nutrient.columns]), taken)
        if nutrient.trp_per_mg:
            preformed = total
            total = _sum([total, _scale(_per_day(food["trp_g"], "trp_g", nutrient.unit, days), 1.0 / nutrient.trp_per_mg)])
        totals[nutrient.id] = total
        if len(nutrient.columns) == 1 and set(nutrient.supplements.values()) == {1.0}:
            column = nutrient.columns[0]
            taken_here = taken and taken * float(convert(Decimal(1), nutrient.unit, column.rsplit("_", 1)[1]))
            columns[column] = _with(columns[column], taken_here)
    found = {}
    for nutrient in nutrients.values() if applies else ():
        for standard in STANDARDS:
            if (nutrient.id, standard) not in requirements.standards:
                continue
            reference = reference_for(case.person, nutrient, standard, requirements)
            if reference is not None:
                found[nutrient.id, standard] = reference
    return Supply(totals, found, columns, preformed)


def daily_doses(case: Case, days: int) -> dict[str, float | None]:
    """Substance to mg a day from all supplements; None when an amount of it is not known."""
    doses: dict[str, float | None] = {}
    for supplement in case.supplements:
        for substance, mg in doses_of(supplement).items():
            so_far = doses.get(substance, 0.0)
            doses[substance] = None if mg is None or so_far is None else so_far + mg / days
    return doses


def highest_doses(case: Case, days: Sequence[str]) -> dict[str, float | None]:
    """Substance to mg on the day with the most of it; None when an amount of it is not known."""
    each = [
        daily_doses(replace(case, supplements=tuple(s for s in case.supplements if day_of(s.date, days) == day)), 1)
        for day in dict.fromkeys(day_of(s.date, days) for s in case.supplements)
    ]
    found: dict[str, float | None] = {}
    for substance, mg in ((substance, mg) for doses in each for substance, mg in doses.items()):
        so_far = found.get(substance, 0.0)
        found[substance] = None if mg is None or so_far is None else max(so_far, mg)
    return found


def reference_for(person: Person, nutrient: Nutrient, standard: str, requirements: Requirements) -> ReferenceIntake | None:
    """The reference intake in the unit of the nutrient; one per kg is multiplied by the body mass, and absent without it."""
    found = requirements.reference(
        nutrient.id, standard, person.sex, person.age_y, pregnancy(person), person.lactating, person.smoker, person.diet_pattern
    )
    if found is None:
        return None
    value, per_kg = convert(found.value, found.unit.removesuffix("/kg"), nutrient.unit), None
    if found.unit.endswith("/kg"):
        if person.weight_kg is None:
            return None
        value, per_kg = value * Decimal(str(person.weight_kg)), value
    return ReferenceIntake(value, nutrient.unit, found.source, found.verified, found.evidence, found.stage, found.note, per_kg)


def add_supply(book: FactBook, supply: Supply, diary: Diary, nutrients: Mapping[str, Nutrient], coverage_limit: float) -> None:
    """``adequacy`` where enough of the day is known, ``partly_known`` where it is not and a pathway needs the nutrient."""
    partly = set()
    for (name, standard), reference in supply.references.items():
        total, unit = supply.totals[name], nutrients[name].unit
        if not total.value >= 0 or total.coverage < coverage_limit:
            partly.add(name)
            continue
        base = float(reference.value)
        text = f"{total.value:.3g} {unit} a day (between {total.low:.3g} and {total.high:.3g}) over {base:.4g} {unit} ({standard})"
        high = min(total.high / base, 1e6)
        book.add(
            "adequacy",
            text,
            reference.source,
            partial(adequacy_work, diary, nutrients[name], standard, reference),
            nutrient=name,
            standard=standard,
            ratio=total.value / base,
            low=total.low / base,
            high=high,
            coverage=total.coverage,
        )
    for name in sorted(name for name in partly if nutrients[name].roles):
        text = f"composition is known for {supply.totals[name].coverage:.0%} of it; {coverage_limit:.0%} are needed"
        book.add("partly_known", text, nutrient=name)
    _add_niacin_share(book, supply, diary, nutrients, coverage_limit)


def add_limiting_amino_acid(book: FactBook, supply: Supply, diary: Diary, nutrients: Mapping[str, Nutrient], ranking_limit: float) -> None:
    """The indispensable amino acid with the smallest intake over mean requirement, when enough of all of them is known to rank them."""
    references = {name: supply.references[name, "who_mean"] for name in INDISPENSABLE if (name, "who_mean") in supply.references}
    ratios = {name: supply.totals[name].value / float(r.value) for name, r in references.items()}
    if len(ratios) < len(INDISPENSABLE) or min(supply.totals[name].coverage for name in INDISPENSABLE) < ranking_limit:
        return
    least = min(INDISPENSABLE, key=lambda name: (ratios[name], name))
    work = partial(limiting_work, diary, [nutrients[name] for name in INDISPENSABLE], references, "who_mean")
    text = f"the smallest of {len(ratios)} intakes over mean requirement; {supply.totals[least].coverage:.0%} of it is known"
    book.add("limiting_amino_acid", text, references[least].source, work, aa=least, ratio=ratios[least])


def add_doses(book: FactBook, case: Case, names: Names, days: Sequence[str]) -> None:
    """``supplement`` for each substance taken, ``dose`` where an amount is known and ``used_for`` where the weeks of use are.

    A limit is about a day: of several days the one with the most counts, never their mean.
    """
    for supplement in case.supplements:
        for substance in substances_of(supplement, names):
            book.add("supplement", f"as entered: {supplement.product or supplement.substance}", substance=substance)
    text = "sum over all products of the day" + (f" with the most, of {len(days)} days" if len(days) > 1 else "")
    for substance, mg in highest_doses(case, days).items():
        if mg is not None:
            book.add("dose", text, (), partial(dose_work, case, days, substance), substance=substance, mg=mg)
    for substance, weeks in _weeks_used(case, names).items():
        text, longest = "the longest of its products, as entered", max(each for _, each in weeks)
        book.add("used_for", text, (), partial(weeks_work, weeks), substance=substance, weeks=longest)


def _weeks_used(case: Case, names: Names) -> dict[str, list[tuple[str, float]]]:
    """The stated use of each substance, of each product that states one."""
    found: dict[str, list[tuple[str, float]]] = {}
    for supplement in case.supplements:
        for substance in substances_of(supplement, names):
            if supplement.weeks_used is not None:
                found.setdefault(substance, []).append((supplement.product or supplement.substance, supplement.weeks_used))
    return found


def add_ethanol(book: FactBook, food: Mapping[str, Total], diary: Diary, coverage_limit: float) -> None:
    """Ethanol from the food table."""
    total = food["alcohol_g"]
    if total.coverage >= coverage_limit:
        book.add("ethanol", "sum over the foods", (), partial(ethanol_work, diary), g=total.value / diary.days)


def _add_niacin_share(book: FactBook, supply: Supply, diary: Diary, nutrients: Mapping[str, Nutrient], coverage_limit: float) -> None:
    reference = supply.references.get(("niacin", "ear"))
    preformed = supply.preformed_niacin_mg
    if reference is None or min(preformed.coverage, supply.totals["niacin"].coverage) < coverage_limit or not preformed.value >= 0:
        return
    share = max(0.0, 1.0 - preformed.value / float(reference.value))
    text = f"1 - {preformed.value:.3g} mg preformed niacin / {float(reference.value):.3g} mg requirement, not below 0"
    work = partial(niacin_work, diary, nutrients["niacin"], "ear", reference)
    book.add("niacin_share_from_trp", text, reference.source, work, fraction=share)


def _supplements(nutrient: Nutrient, doses: Mapping[str, float | None]) -> float | None:
    """What supplements add, in the unit of the nutrient; None when an amount is not known."""
    taken = 0.0
    for substance, share in nutrient.supplements.items():
        if substance in doses:
            mg = doses[substance]
            if mg is None:
                return None
            taken += share * float(convert(Decimal(str(mg)), "mg", nutrient.unit))
    return taken


def _grams_taken(part: str, supplements: Sequence[Supplement], days: int, names: Names, mixtures: Mapping[str, Mixture]) -> float | None:
    """Protein or an amino acid from supplements, g a day; None when an amount is not known."""
    grams = [supplement_grams(part, supplement, names, mixtures) for supplement in supplements]
    return None if None in grams else sum(g for g in grams if g is not None) / days


def _with(eaten: Total, taken: float | None) -> Total:
    """Food and supplements; an unknown amount leaves the total open."""
    return _without_end(eaten) if taken is None else _sum([eaten, Total(taken, taken, taken, 1.0, 0.0)])


def _per_day(total: Total, column: str, unit: str, days: int) -> Total:
    factor = float(convert(Decimal(1), column.rsplit("_", 1)[1], unit)) / days
    return _scale(total, factor)


def _scale(total: Total, factor: float) -> Total:
    return Total(total.value * factor, total.low * factor, total.high * factor, total.coverage, total.imputed_share)


def _sum(parts: list[Total]) -> Total:
    """Sum of totals; coverage and imputed share are those of the least known part that is not nothing."""
    some = [p for p in parts if p.value != 0] or parts
    return Total(
        sum(p.value for p in parts),
        sum(p.low for p in parts),
        sum(p.high for p in parts),
        min(p.coverage for p in some),
        max(p.imputed_share for p in some),
    )


def _without_end(total: Total) -> Total:
    """A supplement of unknown amount comes on top: a lower bound, and nothing may be concluded."""
    return Total(total.value, total.low, float("inf"), 0.0, total.imputed_share)
