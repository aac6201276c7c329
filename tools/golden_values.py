"""Golden cases at the limits of laboratory values and of doses, on both sides of each."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from golden_parts import Golden, Item, case, lab, supplement

# analyte, unit, limit, step, person beside the usual one, conditions, word; a value below the limit counts unless the word has "high" in it
LABS: tuple[tuple[str, str, str, str, Item, tuple[str, ...], str], ...] = (
    ("plasma_plp", "nmol/L", "20", "0.1", {}, (), "low"),
    ("plasma_plp", "nmol/L", "30", "0.1", {}, (), "borderline"),
    ("serum_b12", "pmol/L", "148", "1", {}, (), "low"),
    ("serum_b12", "pmol/L", "221", "1", {}, (), "borderline"),
    ("mma", "umol/L", "0.40", "0.01", {}, (), "high"),
    ("homocysteine", "umol/L", "15", "0.1", {}, (), "high"),
    ("homocysteine", "umol/L", "50", "0.1", {}, (), "critical high"),
    ("serum_folate", "nmol/L", "10", "0.1", {}, (), "low"),
    ("serum_folate", "nmol/L", "7", "0.1", {}, (), "deficient"),
    ("ferritin", "ug/L", "30", "0.1", {}, (), "low"),
    ("ferritin", "ug/L", "15", "0.1", {}, (), "deficient"),
    ("ferritin", "ug/L", "300", "1", {}, (), "high"),
    ("tsat", "%", "16", "0.1", {}, (), "low"),
    ("hemoglobin", "g/L", "130", "1", {}, (), "low"),
    ("hemoglobin", "g/L", "80", "1", {}, (), "critical low"),
    ("serum_magnesium", "mmol/L", "0.70", "0.01", {}, (), "low"),
    ("serum_magnesium", "mmol/L", "0.50", "0.01", {}, (), "critical low"),
    ("serum_magnesium", "mmol/L", "1.05", "0.01", {}, (), "high"),
    ("serum_zinc", "umol/L", "11.3", "0.1", {}, (), "low"),
    ("serum_copper", "umol/L", "11", "0.1", {}, (), "low"),
    ("tsh", "mIU/L", "0.4", "0.01", {}, (), "low"),
    ("tsh", "mIU/L", "4.2", "0.01", {}, (), "high"),
    ("egfr", "mL/min/1.73m2", "60", "1", {}, (), "low"),
    ("alt", "U/L", "40", "1", {}, (), "high"),
    ("phenylalanine", "umol/L", "120", "1", {}, (), "high"),
    ("phenylalanine", "umol/L", "360", "1", {}, ("pku",), "high"),
)
# substance, dose at the limit, step, unit: above the limit counts
DOSES: tuple[tuple[str, str, str, str], ...] = (
    ("l_tryptophan", "450", "1", "mg"),
    ("l_tryptophan", "2000", "1", "mg"),
    ("l_tryptophan", "4500", "1", "mg"),
    ("five_htp", "100", "1", "mg"),
    ("five_htp", "300", "1", "mg"),
    ("five_htp", "400", "1", "mg"),
    ("l_tyrosine", "2000", "1", "mg"),
    ("l_phenylalanine", "1000", "1", "mg"),
    ("l_phenylalanine", "12000", "1", "mg"),
    ("l_histidine", "600", "1", "mg"),
    ("l_histidine", "4000", "1", "mg"),
    ("l_histidine", "8000", "1", "mg"),
    ("same", "1600", "1", "mg"),
    ("vitamin_b6", "12", "0.1", "mg"),
    ("vitamin_b6", "50", "1", "mg"),
    ("vitamin_b6", "100", "1", "mg"),
    ("magnesium", "250", "1", "mg"),
    ("magnesium", "350", "1", "mg"),
    ("folic_acid", "1000", "1", "ug"),
    ("zinc", "25", "0.1", "mg"),
    ("zinc", "40", "0.1", "mg"),
    ("nicotinic_acid", "10", "0.1", "mg"),
    ("nicotinic_acid", "35", "0.1", "mg"),
    ("nicotinamide", "35", "0.1", "mg"),
    ("nicotinamide", "900", "1", "mg"),
    ("iron", "45", "0.1", "mg"),
    ("copper", "5", "0.1", "mg"),
    ("copper", "10", "0.1", "mg"),
    ("vitamin_c", "2000", "1", "mg"),
)


def labs() -> Iterator[Golden]:
    """Each limit from both sides."""
    for number_, (analyte, unit, limit, step, person, conditions, word) in enumerate(LABS):
        at, by = Decimal(limit), Decimal(step)
        past = at + by if "high" in word else at - by
        if word == "borderline":
            at, past = at + by, at  # the limit itself belongs to the range
        for side, value in enumerate((past, at)):
            where = "past" if side == 0 else "just-inside"
            name = f"{100 + 2 * number_ + side}-{analyte.replace('_', '-')}-{word.replace(' ', '-')}-{where}" + ("-woman" if person else "")
            note = f"{analyte} of {value} {unit}: {'one step past' if side == 0 else 'not past'} the {word} limit of {limit}"
            yield case(name, note, person=person, conditions=conditions, labs=(lab(analyte, str(value), unit),))


def doses() -> Iterator[Golden]:
    """Each limit of a dose from both sides."""
    for number_, (substance, limit, step, unit) in enumerate(DOSES):
        for side, dose in enumerate((Decimal(limit), Decimal(limit) + Decimal(step))):
            where = "at" if side == 0 else "just-above"
            name = f"{200 + 2 * number_ + side}-{substance.replace('_', '-')}-{where}-{limit}-{unit}"
            note = f"{dose} {unit} of {substance} a day: {'at' if side == 0 else 'one step above'} a limit of {limit} {unit}"
            yield case(name, note, supplements=(supplement(substance, str(dose), unit),))
