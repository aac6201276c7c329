"""The arithmetic of totals and of what they are compared with: grams eaten times content, doses times share, over the reference intake."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from math import isfinite
from typing import Literal

from msgspec import Struct

from neurobalance_expert.cases.resolve import ResolvedFood
from neurobalance_expert.cases.types import Case, Supplement
from neurobalance_expert.fact import Working
from neurobalance_expert.facts.placed import amino_doses, doses_of, stated_part
from neurobalance_expert.facts.sheet import Sheet, added
from neurobalance_expert.knowledge.foods import FoodTable
from neurobalance_expert.knowledge.names_data import Names
from neurobalance_expert.knowledge.nutrients import Nutrient
from neurobalance_expert.knowledge.requirements import ReferenceIntake
from neurobalance_expert.knowledge.supplements import Mixture
from neurobalance_expert.model.intake import Items, covered
from neurobalance_expert.units import convert

End = Literal["low", "value", "high"]
ENDS: tuple[End, ...] = ("low", "value", "high")  # in the order of the centiles of a food group
SLOTS: tuple[tuple[str, End], ...] = (("ratio", "value"), ("low", "low"), ("high", "high"))
CENTILES = {"low": "5th centile", "value": "median", "high": "95th centile"}
REQUIREMENTS = "knowledge/requirements.yaml"


class Diary(Struct, frozen=True):
    """Everything that the totals of a case are made of."""

    case: Case
    days: int
    foods: tuple[ResolvedFood, ...]
    items: Items  # what each food brings
    table: FoodTable
    names: Names
    mixtures: Mapping[str, Mixture]


def adequacy_work(diary: Diary, nutrient: Nutrient, standard: str, reference: ReferenceIntake) -> tuple[Working, ...]:
    """``ratio``, ``low``, ``high`` and ``coverage`` of ``adequacy``. An interval without an upper end has no arithmetic for it."""
    found: list[Working] = []
    for slot, end in SLOTS:
        sheet = Sheet()
        if _total(sheet, diary, nutrient, end):
            found += sheet.working(slot, f"{nutrient.id}_a_day / {_need(sheet, diary, nutrient.id, standard, reference)}")
    return (*found, *_coverage_work(diary, nutrient))


def limiting_work(
    diary: Diary, nutrients: Iterable[Nutrient], references: Mapping[str, ReferenceIntake], standard: str
) -> tuple[Working, ...]:
    """``ratio`` of ``limiting_amino_acid``: the smallest of the intakes over their requirements."""
    sheet = Sheet()
    ratios = []
    for nutrient in nutrients:
        _total(sheet, diary, nutrient, "value")
        need = _need(sheet, diary, nutrient.id, standard, references[nutrient.id])
        ratios.append(f"{nutrient.id}_a_day / {need}")
    return sheet.working("ratio", f"min({', '.join(ratios)})")


def niacin_work(diary: Diary, niacin: Nutrient, standard: str, reference: ReferenceIntake) -> tuple[Working, ...]:
    """``fraction`` of ``niacin_share_from_trp``: what preformed niacin leaves of the requirement."""
    sheet = Sheet()
    _preformed(sheet, diary, niacin, "value")
    return sheet.working("fraction", f"max(0, 1 - preformed / {_need(sheet, diary, niacin.id, standard, reference)})")


def ethanol_work(diary: Diary) -> tuple[Working, ...]:
    """``g`` of ``ethanol``."""
    sheet = Sheet()
    _column(sheet, diary, "alcohol_g", "value")
    return sheet.working("g", f"alcohol / {_days(sheet, diary)}")


# --- totals ---------------------------------------------------------------------------------------------------------------------------


def _total(sheet: Sheet, diary: Diary, nutrient: Nutrient, end: End) -> bool:
    """Writes down ``<nutrient>_a_day`` in the unit of the nutrient. False: it has no upper end."""
    if end == "high" and not all(isfinite(sum(_values(diary, column, end))) for column in _columns(nutrient)):
        return False
    if nutrient.is_amino_acid:
        eaten = [_column(sheet, diary, column, end) for column in nutrient.columns]
        taken = [term for column in nutrient.columns for term in _amino_doses(sheet, diary, column.removesuffix("_g"))]
        sheet.line(f"{nutrient.id}_a_day", f"({added([*eaten, *taken])}) / {_days(sheet, diary)}")
        return True
    total = _preformed(sheet, diary, nutrient, end)
    if nutrient.trp_per_mg:
        trp = _as_unit(sheet, _column(sheet, diary, "trp_g", end), "g", nutrient.unit)
        per = sheet.number("trp_per_mg", nutrient.trp_per_mg, "mg/mg", "tryptophan that counts as 1 mg (knowledge/nutrients.yaml)")
        total = f"{total} + {trp} / {per} / {_days(sheet, diary)}"
    sheet.line(f"{nutrient.id}_a_day", total)
    return True


def _columns(nutrient: Nutrient) -> tuple[str, ...]:
    return (*nutrient.columns, *(("trp_g",) if nutrient.trp_per_mg else ()))


def _preformed(sheet: Sheet, diary: Diary, nutrient: Nutrient, end: End) -> str:
    """Writes down ``preformed``: what foods and supplements hold of a nutrient itself, a day; returns its name."""
    eaten = [_as_unit(sheet, _column(sheet, diary, c, end), c.rsplit("_", 1)[1], nutrient.unit) for c in nutrient.columns]
    terms = [*eaten, *_doses(sheet, diary, nutrient)]
    return sheet.line("preformed", f"({added(terms)}) / {_days(sheet, diary)}")


def _as_unit(sheet: Sheet, term: str, unit: str, to: str) -> str:
    if unit == to:
        return term
    return f"{term} * {sheet.number(f'{to}_in_1_{unit}', float(convert(Decimal(1), unit, to)), f'{to}/{unit}')}"


def _need(sheet: Sheet, diary: Diary, name: str, standard: str, reference: ReferenceIntake) -> str:
    """Writes down the reference intake a day; one per kg with the body mass. Returns its name."""
    said = f"{standard} of the row {reference.stage} ({REQUIREMENTS}){f', {reference.note}' if reference.note else ''}"
    if reference.per_kg is None:
        return sheet.number(f"{name}_{standard}", float(reference.value), f"{reference.unit}/d", said)
    per_kg = sheet.number(f"{name}_{standard}_per_kg", float(reference.per_kg), f"{reference.unit}/kg/d", said)
    return sheet.line(
        f"{name}_{standard}", f"{per_kg} * {sheet.number('body_mass', diary.case.person.weight_kg or 0.0, 'kg', 'as entered')}"
    )


def _days(sheet: Sheet, diary: Diary) -> str:
    return sheet.number("diary_days", float(diary.days), "d", "dates of the diary")


# --- foods ----------------------------------------------------------------------------------------------------------------------------


def food_amount(sheet: Sheet, number: int, food: ResolvedFood, column: str, amount: float, table: FoodTable) -> str:
    """Writes down what a food brings of a column: grams times content, or what the case states. Returns the term of the sum.

    Args:
        number: Sets the food apart from others, as in ``g_3``.
        amount: What it comes to, in the unit of the column.
    """
    stem, unit = column.rsplit("_", 1)
    label = _label(food)
    if food.row < 0:
        return sheet.number(f"{stem}_{number}", amount, unit, f"{label}: as the case states it")
    entry = f"{table.descriptions[food.row]} ({table.ndb[food.row]} of {table.release})"
    grams = sheet.number(f"g_{number}", food.grams or 0.0, "g", f"{label}, {_how_much(food)}: {entry}")
    content = sheet.number(f"{stem}_{number}", float(table.values[food.row, table.column(column)]), f"{unit}/100 g", f"in {label}")
    return f"{grams} * {content} / 100"


def _label(food: ResolvedFood) -> str:
    return food.item.name or food.item.ndb or "food"


def _how_much(food: ResolvedFood) -> str:
    return "as entered" if food.item.grams is not None else f"{food.item.amount:g} times '{food.item.measure}' of the table"


def _values(diary: Diary, column: str, end: End) -> list[float]:
    """What each food brings of a column; 0 where the best value is not known."""
    values: list[float] = getattr(diary.items, end)[:, diary.table.column(column)].tolist()
    return [0.0 if value != value else value for value in values]


def _column(sheet: Sheet, diary: Diary, column: str, end: End) -> str:
    """Writes down what all foods bring of a column; returns its name. Foods that bring none of it are left out."""
    stem, at = column.rsplit("_", 1)[0], diary.table.column(column)
    known: dict[str, list[str]] = {}  # factor -> terms
    terms = []
    for n, value in enumerate(_values(diary, column, end)):
        if value and diary.items.known[n, at]:
            amount = food_amount(sheet, n + 1, diary.foods[n], column, float(diary.items.value[n, at]), diary.table)
            known.setdefault(_factor(sheet, diary, n, column, end), []).append(amount)
        elif value:
            terms.append(_guess(sheet, diary, n, column, end))
    return sheet.line(stem, added([f"({added(each)}){factor}" if factor else added(each) for factor, each in known.items()] + terms))


def _factor(sheet: Sheet, diary: Diary, n: int, column: str, end: End) -> str:
    """Writes down the error of a known value; returns what the value is multiplied by for this end of its interval."""
    if end == "value":
        return ""
    at, patterns = diary.table.column(column), diary.table.patterns
    flagged = diary.foods[n].row in diary.table.flagged
    said = "half-width of the interval around a stated value (knowledge/foods/columns.yaml)"
    error = float((patterns.error_flagged if flagged else patterns.error)[at])
    name = sheet.number(f"error_of_{column.rsplit('_', 1)[0]}{'_flagged' if flagged else ''}", error, "1", said)
    return f" * (1 {'-' if end == 'low' else '+'} {name})"


def _guess(sheet: Sheet, diary: Diary, n: int, column: str, end: End) -> str:
    """Writes down an amount that the table does not have: from the protein of the food, or the most that it may hold."""
    at, patterns = diary.table.column(column), diary.table.patterns
    food, stem = diary.foods[n], column.rsplit("_", 1)[0]
    if diary.items.imputed[n, at]:
        protein = food_amount(sheet, n + 1, food, "protein_g", float(diary.items.column("protein_g")[n]), diary.table)
        group = patterns.group[food.row] if food.row >= 0 else -1
        share = float(patterns.per_protein[ENDS.index(end), group, at])
        said = f"not in the table for this food: the {CENTILES[end]} of its food group"
        return f"{protein} * {sheet.number(f'{stem}_per_protein_{n + 1}', share, 'g/g', said)}"
    said = f"{_label(food)}: not known, the most that it is taken to hold (95th centile of its group)"
    return sheet.number(f"{stem}_most_{n + 1}", float(diary.items.high[n, at]), column.rsplit("_", 1)[1], said)


# --- supplements ----------------------------------------------------------------------------------------------------------------------


def supplement_amount(
    sheet: Sheet, number: int, supplement: Supplement, part: str, names: Names, mixtures: Mapping[str, Mixture]
) -> list[str]:
    """Writes down what a supplement brings of protein or of an amino acid, in g; returns the terms of the sum."""
    label = supplement.product or supplement.named or supplement.substance
    if supplement.composition is not None:
        grams = stated_part(part, supplement.composition) or 0.0
        return [sheet.number(f"{part}_supplement_{number}", grams, "g", f"{label}: as the case states it")] if grams else []
    terms = []
    for substance, mg, share in amino_doses(part, supplement, names, mixtures):
        dose = sheet.number(f"mg_of_{substance}_{number}", mg, "mg", f"{label}: {substance}, as entered")
        each = sheet.number(f"{part}_in_{substance}_{number}", share, "g/g", f"free {part} in {substance}")
        terms.append(f"{dose} * {each} / 1000")
    return terms


def _amino_doses(sheet: Sheet, diary: Diary, part: str) -> list[str]:
    each = enumerate(diary.case.supplements, start=1)
    return [term for n, supplement in each for term in supplement_amount(sheet, n, supplement, part, diary.names, diary.mixtures)]


def _doses(sheet: Sheet, diary: Diary, nutrient: Nutrient) -> list[str]:
    """Doses of the substances that count for a nutrient, each with what 1 mg of it adds in the unit of the nutrient."""
    terms = []
    for n, supplement in enumerate(diary.case.supplements, start=1):
        for substance, mg in doses_of(supplement).items():
            if substance in nutrient.supplements and mg is not None:
                dose = sheet.number(f"mg_of_{substance}_{n}", mg, "mg", f"{supplement.product or supplement.substance}: as entered")
                per_mg = nutrient.supplements[substance] * float(convert(Decimal(1), "mg", nutrient.unit))
                said = f"{nutrient.label} that 1 mg of {substance} counts as (knowledge/nutrients.yaml)"
                terms.append(f"{dose} * {sheet.number(f'counts_{substance}', per_mg, f'{nutrient.unit}/mg', said)}")
    return terms


# --- coverage -------------------------------------------------------------------------------------------------------------------------


def _coverage_work(diary: Diary, nutrient: Nutrient) -> tuple[Working, ...]:
    """``coverage``: of the columns that bring something the least. None where only supplements, whose dose is stated, bring it."""
    sheet = Sheet()
    bring = [column for column in _columns(nutrient) if sum(_values(diary, column, "value")) != 0]
    taken = _amino_parts(diary, nutrient) if nutrient.is_amino_acid else bool(_doses(Sheet(), diary, nutrient))
    if not bring and taken:
        return ()
    lines = [_covered(sheet, diary, column) for column in bring or _columns(nutrient)]
    return sheet.working("coverage", f"min({', '.join(lines)})")


def _amino_parts(diary: Diary, nutrient: Nutrient) -> bool:
    return any(_amino_doses(Sheet(), diary, column.removesuffix("_g")) for column in nutrient.columns)


def _covered(sheet: Sheet, diary: Diary, column: str) -> str:
    """Writes down the share of a column that rests on known values; returns its name."""
    stem, at = column.rsplit("_", 1)[0], diary.table.column(column)
    names = ", ".join(map(_label, diary.foods))
    weight, share = diary.items.weight[:, at], covered(diary.items)[:, at]
    if weight.sum() <= 0:
        known = (diary.items.known | diary.items.imputed)[:, at].astype(float)
        return f"min({sheet.series(f'{stem}_known', known.tolist(), '1', f'1: known, 0: not, of {names}')})"
    weights = sheet.series(
        f"{stem}_weight", weight.tolist(), "1", f"protein (of an amino acid, g) or energy (of all others, kcal) of {names}"
    )
    said = "1: known; less: imputed, one minus half of its interval over its value; 0: not known"
    shares = sheet.series(f"{stem}_known", share.tolist(), "1", said)
    return f"sum({weights} * {shares}) / sum({weights})"
