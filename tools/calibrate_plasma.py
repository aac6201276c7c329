"""Fit the few free constants of the plasma model once on the whole calibration set, and print the misfit per study.

    python tools/calibrate_plasma.py            the misfit of the constants in knowledge/
    python tools/calibrate_plasma.py --fit      fit (needs scipy), print the constants and the misfit

The fit is penalised: each constant has a prior from the literature (in the log) and each quantity a tolerance, its published spread or
a quarter of it, whichever is larger. Kinds of rows: "read" (grams and value read in the study), "memory" (composition or value recalled),
"assumed" (grams not in the source; a usual meal stands for them; half the weight), "contested" (kept in the table, never fitted).
Nothing here runs in the product.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from neurobalance_expert.model.constants import INDEX, Array, ModelConstants, load_constants
from neurobalance_expert.model.day import DayCourse, Intake, simulate, stack

ROOT = Path(__file__).resolve().parent.parent
START_H = 8.0
EVERY_MIN = 5.0
KG = 70.0
LEAST_TOLERANCE = 0.06  # so that a small published change does not rule the fit
MIXED_MEALS = 0.15  # meals of nearly the same composition moved Trp/LNAA by -21 to +17 %: what they differ by
WEIGHT = {"read": 1.0, "memory": 0.7, "assumed": 0.5, "contested": 0.0}

_COLUMNS = ("trp", "tyr", "phe", "leu", "ile", "val", "met", "thr", "his", "lys")
PROTEINS = {  # g of free acid in 100 g of protein, from memory
    "mixed": (1.2, 3.7, 4.5, 8.0, 4.6, 5.4, 2.3, 4.0, 2.7, 6.5),
    "whey": (1.9, 3.0, 3.2, 11.0, 6.3, 5.8, 2.2, 6.9, 1.8, 9.0),
    "casein": (1.3, 5.6, 5.2, 9.5, 5.3, 6.6, 2.8, 4.3, 2.9, 7.8),
    "egg": (1.4, 4.1, 5.5, 8.6, 5.5, 6.7, 3.1, 4.8, 2.4, 7.0),
    "alpha_lactalbumin": (4.8, 4.5, 4.2, 10.8, 6.3, 5.0, 1.2, 5.2, 2.6, 10.9),
    "rice": (1.3, 5.0, 5.5, 8.2, 4.2, 5.9, 2.8, 3.6, 2.4, 3.2),
}
MOJA = {"ile": 0.115, "leu": 0.18, "lys": 0.131, "met": 0.18, "phe": 0.18, "thr": 0.082, "val": 0.131}
# Share of each in the usual 100 g drink without Trp (memory); Trp 10.3 % is added for loading, 2.3 % for balance.
DRINK = {"ile": 0.08, "leu": 0.135, "lys": 0.11, "phe": 0.057, "thr": 0.065, "val": 0.089, "met": 0.03, "his": 0.032, "tyr": 0.069}
BCAA = ("leu", "ile", "val")
LNAA = ("phe", "trp", "leu", "ile", "val", "met")

Read = Callable[[DayCourse], float]


@dataclass(frozen=True)
class Row:
    """One published number: what was eaten, how it is read from a course, and its value.

    ``spread`` is the published one (standard deviation, or half of a range). ``null`` is the value that means no change: the sign is
    that of the difference from it. ``bound``: +1 where the value is a lower bound, -1 an upper one.
    """

    study: str
    quantity: str
    kind: str
    intakes: tuple[Intake, ...]
    read: Read
    published: float
    spread: float = 0.0
    null: float = 0.0
    bound: int = 0
    weight_kg: float = KG
    fasting: Mapping[str, float] | None = None
    between: float = LEAST_TOLERANCE

    @property
    def tolerance(self) -> float:
        """Distance from the published value that counts as inside."""
        return max(self.spread, 0.25 * abs(self.published))

    def off(self, value: float) -> float:
        """Distance in tolerances; 0 beyond a bound."""
        return self._scaled(value, self.tolerance)

    def misfit(self, value: float) -> float:
        """What the fit makes small: the same, but never in less than ``between``, what studies of the same thing differ by."""
        return self._scaled(value, max(self.tolerance, self.between))

    def against_sign(self, value: float) -> float:
        """How far the model is from moving at least a tenth of the published way, in that tenth; 0 when it does, or none was found."""
        way = (self.published - self.null) / 10
        return 0.0 if way == 0 or self.bound else max(0.0, 1.0 - (value - self.null) / way)

    def _scaled(self, value: float, tolerance: float) -> float:
        z = (value - self.published) / tolerance
        return z if not self.bound else self.bound * min(self.bound * z, 0.0)

    def sign_right(self, value: float) -> bool:
        """Whether the model moves to the same side of no change, or stays within the tolerance of it when the study found none."""
        if self.published == self.null:
            return abs(value - self.null) <= self.tolerance
        return (value - self.null) * (self.published - self.null) > 0


def protein(kind: str, grams: float, **other: Any) -> Intake:
    """An intake of a protein at the start of the day."""
    return Intake(START_H, dict(zip(_COLUMNS, (grams * g / 100 for g in PROTEINS[kind]), strict=True)), protein_g=grams, **other)


def free(grams: float, shares: Mapping[str, float]) -> Intake:
    """A drink of free amino acids."""
    return Intake(START_H, free_g={aa: grams * share for aa, share in shares.items()})


def later(intake: Intake, hours: float) -> Intake:
    """The same intake some hours after the start."""
    return replace(intake, time_h=START_H + hours)


def _span(course: DayCourse, low_min: float, high_min: float) -> slice:
    low, high = np.searchsorted(course.t_min, (low_min, high_min + 1e-9))
    return slice(int(low), int(high))


def ratio(low_min: float, high_min: float, aa: str = "trp") -> Read:
    """Trp (or Tyr) over its five rivals, mean over a span, as a change from fasting."""

    def read(course: DayCourse) -> float:
        series = course.trp_lnaa[0] if aa == "trp" else course.tyr_lnaa[0]
        return float(series[_span(course, low_min, high_min)].mean() / series[0] - 1)

    return read


def extreme_ratio(pick: Callable[[Array], float], hours: float = 7) -> Read:
    """The extreme of Trp over its rivals, as a change from fasting."""
    return lambda c: float(pick(c.trp_lnaa[0, _span(c, 0, 60 * hours)]) / c.trp_lnaa[0, 0]) - 1


def total(names: tuple[str, ...], low_min: float, high_min: float | None = None) -> Read:
    """Sum of some amino acids over its fasting value, mean over a span."""

    def read(course: DayCourse) -> float:
        level = course.plasma_uM[0][:, [INDEX[a] for a in names]].sum(axis=-1)
        return float(level[_span(course, low_min, high_min or low_min)].mean() / level[0])

    return read


def over(aa: str, names: tuple[str, ...], minute: float) -> Read:
    """An amino acid over the sum of others, as a multiple of fasting."""
    return lambda c: total((aa,), minute)(c) / total(names, minute)(c)


def largest(aa: str, hours: float = 6) -> Read:
    """Largest concentration, uM."""
    return lambda c: float(c.plasma_uM[0, _span(c, 0, 60 * hours), INDEX[aa]].max())


def level(aa: str, minute: float) -> Read:
    """Concentration at a time, uM."""
    return lambda c: total((aa,), minute)(c) * float(c.plasma_uM[0, 0, INDEX[aa]])


def lowest(aa: str) -> Read:
    """Smallest concentration in six hours over fasting."""
    return lambda c: float(c.plasma_uM[0, _span(c, 0, 360), INDEX[aa]].min() / c.plasma_uM[0, 0, INDEX[aa]])


def by_drink(course: DayCourse) -> float:
    """Trp over its rivals 90 min after a drink that follows breakfast by 1 h, as a change from just before the drink."""
    before, after = np.interp((60, 150), course.t_min, course.trp_lnaa[0])
    return float(after / before - 1)


def tmax(course: DayCourse) -> float:
    """Time of the largest sum of indispensable amino acids, minutes."""
    names = [INDEX[a] for a in ("trp", "phe", "leu", "ile", "val", "met", "thr", "his", "lys")]
    return float(course.t_min[course.plasma_uM[0][:, names].sum(axis=-1).argmax()])


def egg_day(grams: float) -> tuple[Intake, ...]:
    """Egg protein in three meals with carbohydrate and fat; the meals are assumed."""
    meal = protein("egg", grams / 3, carbohydrate_g=110, fat_g=25)
    return tuple(replace(meal, time_h=h) for h in (8.0, 12.0, 17.0))


def rows(constants: ModelConstants) -> Iterator[Row]:
    """The calibration set."""
    protein_rate, carbohydrate_rate = constants.digestion_speeds, constants.carbohydrate_speeds
    for kind, published in (("sugar", 0.34), ("starch", 0.20)):
        meal = Intake(START_H, carbohydrate_g=120, carbohydrate_per_h=carbohydrate_rate[kind])
        yield Row("lyons1988", f"120 g {kind}: Trp/LNAA at 3 h", "read", (meal,), ratio(180, 180), published)
    meal = protein("mixed", 60, fat_g=27, digestion_per_h=protein_rate["meat"], lag_h=constants.lag)
    yield Row("lyons1988", "480 kcal protein and fat (60 and 27 g): Trp/LNAA at 3 h", "assumed", (meal,), ratio(180, 180), -0.45)
    carbohydrate = Intake(START_H, carbohydrate_g=100)
    yield Row("ashley1985", "carbohydrate (100 g): Trp/LNAA at 1 h", "assumed", (carbohydrate,), ratio(60, 60), 0.15, 0.08)
    mixed = protein("mixed", 25, carbohydrate_g=75, fat_g=11, digestion_per_h=protein_rate["milk"])
    yield Row("ashley1985", "20 % protein (25 g): Trp/LNAA at 1 h", "assumed", (mixed,), ratio(60, 60), -0.21, 0.08, between=MIXED_MEALS)
    with_trp = replace(carbohydrate, free_g={"trp": 0.3})
    yield Row(
        "ashley1985",
        "carbohydrate and 0.3 % Trp: Trp/LNAA at 1 h, times",
        "assumed",
        (with_trp,),
        lambda c: 1 + ratio(60, 60)(c),
        2.0,
        null=1,
        bound=1,
    )
    yield Row("ashley1982", "evening carbohydrate (100 g): Trp/LNAA", "contested", (carbohydrate,), ratio(60, 120), 0.0, 0.1)
    for kind, published in (("sugar", 0.17), ("low_gi", 0.08)):
        meal = protein("mixed", 19, carbohydrate_g=75, fat_g=8.5, carbohydrate_per_h=carbohydrate_rate[kind])
        name = {"sugar": "high", "low_gi": "low"}[kind]
        yield Row(
            "herrera2011",
            f"mixed, {name} GI, 19 g protein: Trp/LNAA 2 to 3 h",
            "read",
            (meal,),
            ratio(120, 180),
            published,
            between=MIXED_MEALS,
        )
    meal = protein("mixed", 15, carbohydrate_g=170, fat_g=1.7, carbohydrate_per_h=carbohydrate_rate["glucose"])
    yield Row("herrera2011", "170 g carbohydrate, high GI, 15 g protein: Trp/LNAA 2 to 3 h", "read", (meal,), ratio(120, 180), 0.23)
    breakfast = protein("mixed", 26, carbohydrate_g=88, fat_g=27)  # 700 kcal with 15 % of protein
    whey = protein("alpha_lactalbumin", 20, carbohydrate_g=20, digestion_per_h=protein_rate["whey"])
    drinks = (
        ("a-lactalbumin (20 g) and carbohydrate (20 g)", whey, 0.16),
        ("carbohydrate (40 g)", Intake(START_H, carbohydrate_g=40), -0.17),
    )
    for name, drink, published in drinks:
        yield Row(
            "beulens2004",
            f"{name} after breakfast (26 g protein): Trp/LNAA",
            "assumed",
            (breakfast, later(drink, 1)),
            by_drink,
            published,
            between=MIXED_MEALS,
        )
    kg = 65.8
    leucine = Intake(START_H, free_g={"leu": 2.0})
    meal = protein("mixed", 27.5, carbohydrate_g=66, fat_g=14)
    yield Row("yoshii2018", "free Leu 2 g: largest Leu, uM", "read", (leucine,), largest("leu"), 442, 76, null=123, weight_kg=kg)
    yield Row("yoshii2018", "meal, 27.5 g protein: largest Leu, uM", "read", (meal,), largest("leu"), 205, 25, null=123, weight_kg=kg)
    yield Row("yoshii2018", "meal with Leu 2 g: largest Leu, uM", "read", (meal, leucine), largest("leu"), 347, 51, null=123, weight_kg=kg)
    for kind, published in (("whey", 67), ("rice_isolate", 87)):
        meal = protein(kind.split("_")[0], 48, digestion_per_h=protein_rate[kind])
        yield Row("purpura2014", f"{kind.split('_')[0]} protein 48 g: tmax, min", "read", (meal,), tmax, published)
    lnaa = (*BCAA, "met")
    for grams, name, published, spread, bound in ((0, "down", 0.9, 0.1, -1), (75, "small change", 1.0, 0.25, 0), (150, "up", 1.1, 0.1, 1)):
        yield Row(
            "fernstrom1984",
            f"{grams} g egg protein a day: LNAA 15 to 19 h: {name}",
            "memory",
            egg_day(grams),
            total(lnaa, 420, 660),
            published,
            spread,
            1,
            bound,
        )
    yield Row(
        "fernstrom1984", "0 g egg protein a day: Trp 15 to 19 h: not down", "memory", egg_day(0), total(("trp",), 420, 660), 1.0, 0.1, 1
    )
    portion = protein(
        "mixed", 4.8, carbohydrate_g=11, fat_g=2.7, digestion_per_h=protein_rate["milk"]
    )  # 62 kJ/kg with 22 % protein over 4 h
    sips = tuple(later(portion, n / 3) for n in range(12))
    for aa, published, spread in (("phe", 1.5, 0.5), ("tyr", 1.69, 0.4)):
        yield Row(
            "barazzoni1998",
            f"meal (57 g protein in 12 portions): {aa.title()} at 4 h over fasting",
            "assumed",
            sips,
            total((aa,), 240),
            published,
            spread,
            1,
        )
    for mg, published, spread in ((100, 154, 33), (150, 203, 109)):
        dose = (Intake(START_H, free_g={"tyr": mg * KG / 1000}),)
        fasting = {"tyr": 69.0}
        yield Row("glaeser1979", f"Tyr {mg} mg/kg: Tyr at 2 h, uM", "read", dose, level("tyr", 120), published, spread, 69, fasting=fasting)
        published = {100: 2.8, 150: 3.5}[mg]
        yield Row(
            "glaeser1979",
            f"Tyr {mg} mg/kg: Tyr/LNAA at 2 h, times",
            "read",
            dose,
            over("tyr", LNAA, 120),
            published,
            0.0,
            1,
            fasting=fasting,
        )
    trp = (Intake(START_H, free_g={"trp": 5.0}),)
    yield Row("greenwood1975", "Trp 5 g: total Trp at 2 h over fasting", "read", trp, total(("trp",), 120), 8.0, 0.0, 1)
    yield Row("moja1988", "36.6 g without Trp: lowest Trp over fasting", "read", (free(36.6, MOJA),), lowest("trp"), 0.35, 0.06, 1)
    load = DRINK | {"trp": 0.103}
    for grams, least, most in ((50, -0.89, 5.70), (100, -0.96, 3.72)):
        yield Row(
            "dougherty2008",
            f"depletion {grams} g: largest change of Trp/LNAA",
            "memory",
            (free(grams, DRINK),),
            extreme_ratio(np.min),
            least,
        )
        yield Row(
            "dougherty2008", f"loading {grams} g: largest change of Trp/LNAA", "memory", (free(grams, load),), extreme_ratio(np.max), most
        )
    balanced = (free(85, DRINK | {"trp": 0.023}),)
    depleted = (free(85, {aa: share for aa, share in DRINK.items() if aa not in ("phe", "tyr")} | {"trp": 0.023}),)
    for name, mixture, values in (("balanced", balanced, (2.47, 1.27, 2.14)), ("no Phe, Tyr", depleted, (0.26, 0.33, 2.33))):
        for names, label, published in zip((("tyr",), ("phe",), LNAA), ("Tyr", "Phe", "LNAA"), values, strict=True):
            yield Row("aptd_jpn", f"85 g {name}: {label} at 5 h over fasting", "memory", mixture, total(names, 300), published, 0.1, 1)
    glucose = (Intake(START_H, carbohydrate_g=87.5, carbohydrate_per_h=carbohydrate_rate["glucose"]),)
    for names, label, published, spread in (
        (BCAA, "BCAA", 0.65, 0.05),
        (("phe", "tyr", "met"), "Phe+Tyr+Met", 0.78, 0.08),
        (("trp",), "Trp", 0.95, 0.05),
    ):
        yield Row(
            "takada2019", f"75 to 100 g glucose: {label} at 2.5 h over fasting", "memory", glucose, total(names, 150), published, spread, 1
        )
    yield Row("claim", "40 g protein alone: Trp/LNAA, 1 to 3 h", "memory", (protein("mixed", 40, fat_g=10),), ratio(60, 180), -0.30, 0.15)


@dataclass(frozen=True)
class Free:
    """One fitted constant: the start is the prior, ``factor`` its spread as a factor."""

    name: str
    prior: float
    factor: float
    put: Callable[[ModelConstants, float], ModelConstants]


def _table(column: str, *names: str) -> Callable[[ModelConstants, float], ModelConstants]:
    def put(constants: ModelConstants, value: float) -> ModelConstants:
        table = getattr(constants, column).copy()
        table[[INDEX[n] for n in names]] = value
        return replace(constants, **{column: table})

    return put


def _scalar(column: str) -> Callable[[ModelConstants, float], ModelConstants]:
    def put(constants: ModelConstants, value: float) -> ModelConstants:
        change: dict[str, Any] = {column: value}
        return replace(constants, **change)

    return put


_REST = ("tyr", "phe", "met", "thr", "his", "lys")
FITTED = (
    Free("volume of leu, ile, val", 0.4, 1.15, _table("volume", *BCAA)),
    Free("volume of the others", 0.45, 1.2, _table("volume", *_REST)),
    Free("volume of trp", 0.45, 1.15, _table("volume", "trp")),
    Free("bound_fraction of leu, ile, val", 0.72, 1.06, _table("bound_fraction", *BCAA)),
    Free("bound_fraction of trp", 0.57, 1.07, _table("bound_fraction", "trp")),
    Free("bound_fraction of the others", 0.6, 1.1, _table("bound_fraction", *_REST)),
    Free("free_fraction of trp", 0.7, 1.15, _table("free_fraction", "trp")),
    Free("free_fraction of tyr", 0.4, 1.5, _table("free_fraction", "tyr")),
    Free("free_absorption of tyr", 0.5, 1.5, _table("free_absorption", "tyr")),
    Free("signal_half_below", 2, 1.5, _scalar("signal_half_below")),
    Free("synthesis_limit", 0.2, 1.6, _scalar("synthesis_limit")),
    Free("insulin_breakdown", 0.3, 1.3, _scalar("insulin_breakdown")),
    Free("insulin_effect_rate", 0.6, 1.4, _scalar("insulin_effect_rate")),
    Free("insulin_half", 0.4, 1.25, _scalar("insulin_half")),
    Free("slowing_free", 15, 1.6, _scalar("slowing_free")),
    Free("slowing_energy", 600, 1.4, _scalar("slowing_energy")),
    Free("digestion", 1.2, 1.1, _scalar("digestion")),
    Free("insulin_uptake", 0.2, 1.5, _scalar("insulin_uptake")),
    Free("insulin_binding", 0.07, 1.6, _scalar("insulin_binding")),
    Free("lag", 0.5, 1.2, _scalar("lag")),
)


def model_values(study: list[Row], constants: ModelConstants) -> Array:
    """The numbers that the model gives for the rows, all cases in one batch. (row,)"""
    cases = []
    for row in study:
        fasting = constants.fasting_uM()
        for aa, value in (row.fasting or {}).items():
            fasting[INDEX[aa]] = value
        cases.append((row.weight_kg, row.intakes, fasting))
    course = simulate(stack(cases), constants, EVERY_MIN, 12.0)
    return np.array([row.read(_case(course, n)) for n, row in enumerate(study)])


def _case(course: DayCourse, n: int) -> DayCourse:
    one = slice(n, n + 1)
    shared = {"t_min": course.t_min}
    return DayCourse(**shared, **{name: getattr(course, name)[one] for name in DayCourse.__slots__ if name not in shared})


def _robust(z: Array) -> Array:
    """Residuals whose square grows like z when z is large: one study that does not fit must not bend all others."""
    return np.sign(z) * np.sqrt(2.0 * (np.sqrt(1.0 + z * z) - 1.0))


def apply(constants: ModelConstants, logs: Array) -> ModelConstants:
    """Constants with the fitted ones set."""
    for free_constant, log in zip(FITTED, logs, strict=True):
        constants = free_constant.put(constants, float(np.exp(log)))
    return constants


def fit(constants: ModelConstants) -> Array:
    """The penalised least-squares fit. (fitted,) natural logs"""
    from scipy.optimize import least_squares  # type: ignore[import-untyped,import-not-found,unused-ignore]

    prior = np.log([f.prior for f in FITTED])
    width = np.log([f.factor for f in FITTED])

    def residuals(logs: Array) -> Array:
        trial = apply(constants, logs)
        study = list(rows(trial))
        values = model_values(study, trial)
        kinds = np.array([WEIGHT[row.kind] for row in study])
        data = np.array([row.misfit(float(value)) for row, value in zip(study, values, strict=True)])
        signs = np.array([row.against_sign(float(value)) for row, value in zip(study, values, strict=True)])
        return np.concatenate([kinds * _robust(data), 2 * (kinds > 0) * signs, (logs - prior) / width])

    return np.asarray(least_squares(residuals, prior, diff_step=1e-3, max_nfev=40).x)


def main() -> None:
    constants = load_constants(ROOT)
    if "--fit" in sys.argv:
        logs = fit(constants)
        constants = apply(constants, logs)
        for free_constant, log in zip(FITTED, logs, strict=True):
            print(f"{free_constant.name:38} {np.exp(log):7.3f}   prior {free_constant.prior} x/ {free_constant.factor}")
        print()
    print("| study | quantity | kind | published | model | off | inside | sign |\n|---|---|---|---|---|---|---|---|")
    study = list(rows(constants))
    counted = inside = signs = 0
    for row, value in zip(study, model_values(study, constants), strict=True):
        off, sign = row.off(float(value)), row.sign_right(float(value))
        if row.kind != "contested":
            counted, inside, signs = counted + 1, inside + (abs(off) <= 1), signs + sign
        marks = ("yes" if abs(off) <= 1 else "**no**", "right" if sign else "**wrong**")
        print(f"| {row.study} | {row.quantity} | {row.kind} | {row.published:.3g} | {value:.3g} | {off:+.1f} | {marks[0]} | {marks[1]} |")
    print(f"\ninside: {inside} of {counted}; sign right: {signs} of {counted}")


if __name__ == "__main__":
    main()
