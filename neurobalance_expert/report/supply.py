"""Amounts, supply and laboratory values as rows: value, interval, what they rest on, reference and share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from msgspec import Struct

from neurobalance_expert.explain.wording import AMINO_ACIDS, NOT_KNOWN, Labels, enum, number, nutrient, percent
from neurobalance_expert.outcome import Adequacy, Amount, LabLine
from neurobalance_expert.report.charts import strip_svg

STANDARDS = {"ear": "EAR", "rda": "RDA", "ai": "AI", "who_mean": "WHO mean"}
_PRECURSORS = {*AMINO_ACIDS, "protein", "choline"}
MOSTLY = 0.5  # with less of the day known than this no best estimate is printed
_NOTHING = 1e-9  # a share below this is rounding
_UNIT_WORDS = {"": "", "1": "", "iu": "IU"}
_UNIT_TAILS = ("_mg_per_kg", "_g_per_kg", "_kcal", "_mg", "_ug", "_iu", "_g")


class TotalRow(Struct, frozen=True):
    """A total of the day."""

    label: str
    amount: str
    interval: str
    basis: str


class SupplyRow(Struct, frozen=True):
    """One nutrient against its references. ``compared`` are (standard, reference, share, mark); ``strip`` is an SVG."""

    label: str
    amount: str
    interval: str
    basis: str
    compared: tuple[tuple[str, str, str, str], ...]
    strip: str


class LabRow(Struct, frozen=True):
    """A laboratory value."""

    label: str
    entered: str
    value: str
    date: str
    standing: str
    mark: str


def amount_text(x: Amount) -> tuple[str, str, str]:
    """An amount as value, interval and what it rests on. Nothing or little known is "not known", never 0 or a part of the sum."""
    unit = unit_text(x.unit)
    tail = f" {unit}" if unit else ""
    value = f"{number(x.value)}{tail}" if x.value is not None and x.coverage >= MOSTLY else NOT_KNOWN
    if not x.low and x.high is None:
        interval = ""
    elif x.high is None:
        interval = f"at least {number(x.low)}{tail}"
    elif x.low is None:
        interval = f"at most {number(x.high)}{tail}"
    else:
        interval = "" if number(x.low) == number(x.high) == number(x.value) else f"{number(x.low)} to {number(x.high)}{tail}"
    return value, interval, _basis(x)


def unit_text(unit: str) -> str:
    """A unit as printed: ``ug`` as ``µg``, the unit of a pure ratio as nothing."""
    if unit in _UNIT_WORDS:
        return _UNIT_WORDS[unit]
    head = unit.replace("ug", "µg", 1) if unit.startswith("ug") else unit
    head = head.replace("umol", "µmol", 1) if head.startswith("umol") else head
    return head.replace("uM", "µM").replace("/m2", "/m²")


def total_rows(totals: Mapping[str, Amount], adequacy: Sequence[Adequacy]) -> tuple[TotalRow, ...]:
    """Totals of what has no reference in ``adequacy``. Amino acids per kg are left to JSON: their references are per kg already."""
    compared = {x.nutrient for x in adequacy}
    shown = ((name, x) for name, x in totals.items() if not name.endswith("_mg_per_kg") and (_bare(name) not in compared or _per_kg(name)))
    return tuple(TotalRow(_total_label(name, adequacy), *amount_text(x)) for name, x in shown)


def _per_kg(name: str) -> bool:
    return name.endswith("_per_kg")


def _bare(name: str) -> str:
    return next((name.removesuffix(tail) for tail in _UNIT_TAILS if name.endswith(tail)), name)


def _total_label(name: str, adequacy: Iterable[Adequacy]) -> str:
    bare = _bare(name)
    label = nutrient(bare, Labels(nutrients={x.nutrient: x.label for x in adequacy}))
    return f"{label} per kg of body mass" if _per_kg(name) else label


def _is_precursor(x: Adequacy) -> bool:
    return x.standard == "who_mean" or x.nutrient in _PRECURSORS


def supply_rows(adequacy: Iterable[Adequacy], *, precursors: bool) -> tuple[SupplyRow, ...]:
    """One row per nutrient (of the precursors, or of the rest) with all its references. The strip is drawn against the first."""
    groups: dict[tuple[str, Amount], list[Adequacy]] = {}
    for x in adequacy:
        if _is_precursor(x) == precursors:
            groups.setdefault((x.nutrient, x.amount), []).append(x)
    return tuple(_supply_row(group) for group in groups.values())


def _supply_row(group: Sequence[Adequacy]) -> SupplyRow:
    first = group[0]
    value, interval, basis = amount_text(first.amount)
    compared = tuple(_compared(x) for x in group)
    known = first.ratio is not None
    ends = [e / first.reference if e is not None and first.reference else None for e in (first.amount.low, first.amount.high)]
    return SupplyRow(first.label, value, interval, basis, compared, strip_svg(first.ratio, ends[0] if known else None, ends[1]))


def _compared(x: Adequacy) -> tuple[str, str, str, str]:
    rough = x.ratio is None and x.amount.value is not None and x.amount.coverage >= MOSTLY and x.reference > 0
    ratio = (x.amount.value or 0.0) / x.reference if rough else x.ratio
    share = percent(None if ratio is None else Decimal(repr(ratio)).quantize(Decimal("0.01")))  # the digits that rules compare
    return (
        STANDARDS.get(x.standard, enum(x.standard)),
        f"{number(x.reference)} {unit_text(x.unit)}".strip(),
        f"({share})" if rough else share,
        "" if x.verified else "‡",
    )


def lab_row(x: LabLine) -> LabRow:
    """A laboratory value as a row."""
    return LabRow(
        x.label, x.entered, f"{number(x.value)} {unit_text(x.unit)}".strip(), x.date or NOT_KNOWN, x.standing, "" if x.verified else "‡"
    )


def _basis(x: Amount) -> str:
    """Known and imputed share of the composition in whole per cent. "All" is all of it, "none" nothing, and an imputed trace is 1 %."""
    if x.value is None and x.coverage <= 0:
        return "none"
    known = "all" if x.coverage >= 1 - _NOTHING else f"{min(99, round(x.coverage * 100))} %"
    return known if x.imputed < _NOTHING else f"{known}, ≈ {max(1, round(x.imputed * 100))} % imputed"
