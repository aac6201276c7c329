"""Fit the few free constants of the plasma model once on the whole calibration set, and print the misfit per study.

    python tools/calibrate_plasma.py            the misfit of the constants in knowledge/
    python tools/calibrate_plasma.py --fit      fit (needs scipy), print the constants and the misfit

The fit is penalised: each constant has a prior from the literature (in the log), each study a spread. Rows of kind "fit" have known
grams. "memory" rows rest on a composition or range that was not read in the study; they are fitted with a wide spread. "check" rows have
no grams in the source: a typical meal is assumed, only the sign counts and they are never fitted. Nothing here runs in the product.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from neurobalance_expert.model.constants import INDEX, Array, ModelConstants, load_constants
from neurobalance_expert.model.day import DayCourse, Intake, simulate, stack

ROOT = Path(__file__).resolve().parent.parent
START_H = 8.0
EVERY_MIN = 7.5

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

Read = Callable[[DayCourse], float]


@dataclass(frozen=True)
class Row:
    """One published number: what was eaten, how it is read from a course, its value and the spread it is fitted with."""

    study: str
    quantity: str
    intakes: tuple[Intake, ...]
    read: Read
    published: float
    spread: float
    kind: str = "fit"
    weight_kg: float = 70.0
    fasting: Mapping[str, float] | None = None


def protein(kind: str, grams: float, **other: Any) -> Intake:
    """An intake of a protein at the start of the day."""
    return Intake(START_H, dict(zip(_COLUMNS, (grams * g / 100 for g in PROTEINS[kind]), strict=True)), protein_g=grams, **other)


def free(grams: float, shares: Mapping[str, float]) -> Intake:
    """A drink of free amino acids."""
    return Intake(START_H, free_g={aa: grams * share for aa, share in shares.items()})


def _at(course: DayCourse, low_min: float, high_min: float) -> slice:
    low, high = np.searchsorted(course.t_min, (low_min, high_min + 1e-9))
    return slice(int(low), int(high))


def ratio_change(low_min: float, high_min: float) -> Read:
    """Trp over its five rivals, mean over a span, as a change from fasting."""
    return lambda c: float(c.trp_lnaa[0, _at(c, low_min, high_min)].mean() / c.trp_lnaa[0, 0] - 1)


def log_ratio(pick: Callable[[Array], float], hours: float = 7) -> Read:
    """Natural log of the extreme of Trp over its rivals, against fasting."""
    return lambda c: float(np.log(pick(c.trp_lnaa[0, _at(c, 0, 60 * hours)]) / c.trp_lnaa[0, 0]))


def plasma_at(aa: str, minute: float) -> Read:
    """Concentration at a time, uM."""
    return lambda c: float(np.interp(minute, c.t_min, c.plasma_uM[0, :, INDEX[aa]]))


def relative_at(names: tuple[str, ...], minute: float) -> Read:
    """Sum of some amino acids over its fasting value."""

    def read(course: DayCourse) -> float:
        total = course.plasma_uM[0][:, [INDEX[a] for a in names]].sum(axis=-1)
        return float(np.interp(minute, course.t_min, total) / total[0])

    return read


def extreme(aa: str, pick: Callable[[Array], float], hours: float = 6) -> Read:
    """Largest or smallest concentration in the first hours, uM."""
    return lambda c: float(pick(c.plasma_uM[0, _at(c, 0, 60 * hours), INDEX[aa]]))


def lowest_share(aa: str) -> Read:
    """Smallest concentration in six hours over fasting."""
    return lambda c: extreme(aa, np.min)(c) / float(c.plasma_uM[0, 0, INDEX[aa]])


def highest_share(aa: str) -> Read:
    """Largest concentration in six hours over fasting."""
    return lambda c: extreme(aa, np.max)(c) / float(c.plasma_uM[0, 0, INDEX[aa]])


def afternoon_lnaa(course: DayCourse) -> float:
    """LNAA without Trp and Phe, 15 to 19 h, over fasting."""
    total = course.plasma_uM[0][:, [INDEX[aa] for aa in ("leu", "ile", "val", "met")]].sum(axis=-1)
    return float(total[_at(course, 420, 660)].mean() / total[0])


def change_by_drink(course: DayCourse) -> float:
    """Trp over its rivals 90 min after a drink that follows breakfast by 1 h, as a change from just before the drink."""
    before, after = np.interp((60, 150), course.t_min, course.trp_lnaa[0])
    return float(after / before - 1)


def egg_day(grams: float) -> tuple[Intake, ...]:
    """Egg protein in three meals with carbohydrate and fat; the meals are assumed."""
    meal = protein("egg", grams / 3, carbohydrate_g=110, fat_g=25)
    return tuple(replace(meal, time_h=h) for h in (8.0, 12.0, 17.0))


def _after(first: Intake, second: Intake) -> tuple[Intake, Intake]:
    return first, replace(second, time_h=START_H + 1)


def tmax_indispensable(course: DayCourse) -> float:
    """Time of the largest sum of indispensable amino acids, minutes."""
    names = [INDEX[a] for a in ("trp", "phe", "leu", "ile", "val", "met", "thr", "his", "lys")]
    return float(course.t_min[course.plasma_uM[0][:, names].sum(axis=-1).argmax()])


def rows(constants: ModelConstants) -> list[Row]:
    """The calibration set."""
    speeds = constants.digestion_speeds
    carb = (Intake(START_H, carbohydrate_g=120),)
    mixed = (protein("mixed", 19, carbohydrate_g=75, fat_g=8.5),)
    glucose = (Intake(START_H, carbohydrate_g=87.5),)
    breakfast = protein("mixed", 15, carbohydrate_g=70, fat_g=12)
    drink_whey = protein("alpha_lactalbumin", 20, carbohydrate_g=40, digestion_per_h=speeds["whey"])
    drink_carbohydrate = Intake(START_H, carbohydrate_g=60)
    load = DRINK | {"trp": 0.103}
    no_tyr = {aa: share for aa, share in DRINK.items() if aa not in ("phe", "tyr")} | {"trp": 0.023}
    lnaa = ("phe", "trp", "leu", "ile", "val", "met")
    bcaa = ("leu", "ile", "val")
    kg = 70.0
    return [
        Row("lyons1988", "sucrose 120 g: Trp/LNAA at 3 h", carb, ratio_change(180, 180), 0.34, 0.07),
        Row("lyons1988", "starch 120 g: Trp/LNAA at 3 h", carb, ratio_change(180, 180), 0.20, 0.07),
        Row("herrera2011", "mixed, high GI, 19 g protein: Trp/LNAA", mixed, ratio_change(120, 180), 0.17, 0.10),
        Row("herrera2011", "mixed, low GI, 19 g protein: Trp/LNAA", mixed, ratio_change(120, 180), 0.08, 0.10),
        Row(
            "herrera2011",
            "carbohydrate 170 g, 15 g protein: Trp/LNAA",
            (protein("mixed", 15, carbohydrate_g=170, fat_g=1.7),),
            ratio_change(120, 180),
            0.23,
            0.10,
        ),
        Row(
            "yoshii2018", "free Leu 2 g: Cmax, uM", (Intake(START_H, free_g={"leu": 2.0}),), extreme("leu", np.max), 442, 40, weight_kg=65.8
        ),
        Row(
            "yoshii2018",
            "meal, 27.5 g protein: Leu Cmax, uM",
            (protein("mixed", 27.5, carbohydrate_g=66, fat_g=14),),
            extreme("leu", np.max),
            205,
            20,
            weight_kg=65.8,
        ),
        Row(
            "glaeser1979",
            "Tyr 100 mg/kg: Tyr at 2 h, uM",
            (Intake(START_H, free_g={"tyr": 0.1 * kg}),),
            plasma_at("tyr", 120),
            154,
            12,
            fasting={"tyr": 69},
        ),
        Row(
            "glaeser1979",
            "Tyr 150 mg/kg: Tyr at 2 h, uM",
            (Intake(START_H, free_g={"tyr": 0.15 * kg}),),
            plasma_at("tyr", 120),
            203,
            31,
            fasting={"tyr": 69},
        ),
        Row(
            "glaeser1979",
            "Tyr 100 mg/kg: LNAA at 2 h over fasting",
            (Intake(START_H, free_g={"tyr": 0.1 * kg}),),
            relative_at(lnaa, 120),
            0.80,
            0.15,
        ),
        Row(
            "greenwood1975",
            "Trp 5 g: total Trp at 2 h over fasting",
            (Intake(START_H, free_g={"trp": 5.0}),),
            relative_at(("trp",), 120),
            8.0,
            1.2,
        ),
        Row("purpura2014", "whey 48 g: tmax, min", (protein("whey", 48, digestion_per_h=speeds["whey"]),), tmax_indispensable, 67, 12),
        Row(
            "purpura2014",
            "rice protein 48 g: tmax, min",
            (protein("rice", 48, digestion_per_h=speeds["rice_isolate"]),),
            tmax_indispensable,
            87,
            15,
        ),
        Row("moja1988", "36.6 g without Trp: lowest Trp over fasting", (free(36.6, MOJA),), lowest_share("trp"), 0.35, 0.06),
        Row(
            "dougherty2008",
            "depletion 50 g: ln of lowest ratio",
            (free(50, DRINK),),
            log_ratio(np.min),
            float(np.log(0.11)),
            0.5,
            "memory",
        ),
        Row(
            "dougherty2008",
            "depletion 100 g: ln of lowest ratio",
            (free(100, DRINK),),
            log_ratio(np.min),
            float(np.log(0.04)),
            0.5,
            "memory",
        ),
        Row("dougherty2008", "loading 50 g: ln of highest ratio", (free(50, load),), log_ratio(np.max), float(np.log(6.70)), 0.5, "memory"),
        Row(
            "dougherty2008",
            "loading 100 g: ln of highest ratio",
            (free(100, load),),
            log_ratio(np.max),
            float(np.log(4.72)),
            0.5,
            "memory",
        ),
        Row("aptd_jpn", "no Phe, Tyr: Tyr at 5 h over fasting", (free(85, no_tyr),), relative_at(("tyr",), 300), 0.26, 0.2, "memory"),
        Row("aptd_jpn", "no Phe, Tyr: Phe at 5 h over fasting", (free(85, no_tyr),), relative_at(("phe",), 300), 0.33, 0.2, "memory"),
        Row(
            "aptd_jpn",
            "balanced: Tyr at 5 h over fasting",
            (free(85, DRINK | {"trp": 0.023}),),
            relative_at(("tyr",), 300),
            2.47,
            0.7,
            "memory",
        ),
        Row(
            "aptd_jpn",
            "balanced: LNAA at 5 h over fasting",
            (free(85, DRINK | {"trp": 0.023}),),
            relative_at(lnaa, 300),
            2.14,
            0.6,
            "memory",
        ),
        Row("takada2019", "75 to 100 g glucose: BCAA at 2.5 h over fasting", glucose, relative_at(bcaa, 150), 0.65, 0.05, "memory"),
        Row(
            "takada2019",
            "75 to 100 g glucose: Phe+Tyr+Met at 2.5 h",
            glucose,
            relative_at(("phe", "tyr", "met"), 150),
            0.78,
            0.07,
            "memory",
        ),
        Row("takada2019", "75 to 100 g glucose: Trp at 2.5 h", glucose, relative_at(("trp",), 150), 0.95, 0.04, "memory"),
        Row(
            "claim",
            "40 g protein alone: Trp/LNAA, 1 to 3 h",
            (protein("mixed", 40, fat_g=10),),
            ratio_change(60, 180),
            -0.30,
            0.10,
            "memory",
        ),
        Row(
            "ashley1985",
            "carbohydrate (100 g assumed): Trp/LNAA at 1 h",
            (Intake(START_H, carbohydrate_g=100),),
            ratio_change(60, 60),
            0.15,
            0.1,
            "memory",
        ),
        Row(
            "ashley1985",
            "20 % protein (30 g assumed): Trp/LNAA at 1 h",
            (protein("mixed", 30, carbohydrate_g=75, fat_g=15),),
            ratio_change(60, 60),
            -0.21,
            0.1,
            "check",
        ),
        Row(
            "ashley1982",
            "evening carbohydrate (100 g assumed): Trp/LNAA",
            (Intake(START_H, carbohydrate_g=100),),
            ratio_change(60, 120),
            0.0,
            0.1,
            "check",
        ),
        Row(
            "lyons1988",
            "fat and protein (40 g assumed): Trp/LNAA at 3 h",
            (protein("mixed", 40, fat_g=30),),
            ratio_change(180, 180),
            -0.45,
            0.1,
            "check",
        ),
        Row(
            "beulens2004",
            "a-lactalbumin (20 g assumed), carbohydrate (40 g) after breakfast",
            _after(breakfast, drink_whey),
            change_by_drink,
            0.16,
            0.1,
            "check",
        ),
        Row(
            "beulens2004",
            "carbohydrate (60 g assumed) after breakfast",
            _after(breakfast, drink_carbohydrate),
            change_by_drink,
            -0.17,
            0.1,
            "check",
        ),
        Row(
            "barazzoni1998",
            "meal (20 g protein assumed): Phe, largest over fasting",
            (protein("mixed", 20, digestion_per_h=2),),
            highest_share("phe"),
            1.5,
            0.2,
            "check",
        ),
        Row(
            "barazzoni1998",
            "meal (20 g protein assumed): Tyr, largest over fasting",
            (protein("mixed", 20, digestion_per_h=2),),
            highest_share("tyr"),
            1.69,
            0.2,
            "check",
        ),
        Row("fernstrom1984", "no protein all day: LNAA 15 to 19 h over fasting (down)", egg_day(0), afternoon_lnaa, 0.75, 0.12, "memory"),
        Row("fernstrom1984", "75 g egg protein a day: LNAA 15 to 19 h (small change)", egg_day(75), afternoon_lnaa, 1.0, 0.12, "memory"),
        Row("fernstrom1984", "150 g egg protein a day: LNAA 15 to 19 h (up)", egg_day(150), afternoon_lnaa, 1.25, 0.15, "memory"),
    ]


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


_BCAA = ("leu", "ile", "val")
_OTHERS = ("tyr", "phe", "met", "thr", "his", "lys")
FITTED = (
    Free("first_order_share of all but trp", 0.5, 1.4, _table("first_order_share", *_BCAA, *_OTHERS)),
    Free("first_order_share of trp", 0.8, 1.3, _table("first_order_share", "trp")),
    Free("volume of all but trp, gln", 0.40, 1.3, _table("volume", *_BCAA, *_OTHERS)),
    Free("volume of trp", 0.50, 1.2, _table("volume", "trp")),
    Free("bound_fraction of leu, ile, val", 0.70, 1.12, _table("bound_fraction", *_BCAA)),
    Free("bound_fraction of the others", 0.55, 1.12, _table("bound_fraction", "trp", *_OTHERS)),
    Free("free_fraction of tyr", 0.20, 1.6, _table("free_fraction", "tyr")),
    Free("insulin_gain of leu, ile, val", 0.45, 1.3, _table("insulin_gain", *_BCAA)),
    Free("insulin_gain of tyr, phe, met", 0.33, 1.3, _table("insulin_gain", "tyr", "phe", "met")),
    Free("insulin_gain of trp", 0.08, 1.5, _table("insulin_gain", "trp")),
    Free("slowing_free", 20, 2.0, _scalar("slowing_free")),
    Free("deposition_max", 0.2, 1.4, _scalar("deposition_max")),
    Free("deposition_half", 0.4, 1.6, _scalar("deposition_half")),
    Free("deposition_limit", 0.1, 1.5, _scalar("deposition_limit")),
    Free("insulin_effect_rate", 0.6, 1.4, _scalar("insulin_effect_rate")),
    Free("deposition_decay", 0.35, 1.4, _scalar("deposition_decay")),
    Free("digestion", 0.5, 1.25, _scalar("digestion")),
)


def model_value(row: Row, constants: ModelConstants) -> float:
    """The number that the model gives for a row."""
    fasting = constants.fasting_uM()
    for aa, value in (row.fasting or {}).items():
        fasting[INDEX[aa]] = value
    course = simulate(stack([(row.weight_kg, row.intakes, fasting)]), constants, EVERY_MIN, 12.0)
    return row.read(course)


def apply(constants: ModelConstants, logs: Array) -> ModelConstants:
    """Constants with the fitted ones set."""
    for free_constant, log in zip(FITTED, logs, strict=True):
        constants = free_constant.put(constants, float(np.exp(log)))
    return constants


def fit(constants: ModelConstants) -> Array:
    """The penalised least-squares fit. (fitted,) natural logs"""
    from scipy.optimize import least_squares  # type: ignore[import-untyped,import-not-found,unused-ignore]

    study = [r for r in rows(constants) if r.kind != "check"]
    prior = np.log([f.prior for f in FITTED])
    width = np.log([f.factor for f in FITTED])

    def residuals(logs: Array) -> Array:
        trial = apply(constants, logs)
        data = [(model_value(r, trial) - r.published) / r.spread for r in study]
        return np.concatenate([data, (logs - prior) / width])

    return np.asarray(least_squares(residuals, prior, diff_step=1e-3).x)


def main() -> None:
    constants = load_constants(ROOT)
    if "--fit" in sys.argv:
        logs = fit(constants)
        constants = apply(constants, logs)
        for free_constant, log in zip(FITTED, logs, strict=True):
            print(f"{free_constant.name:38} {np.exp(log):7.3f}   prior {free_constant.prior} x/ {free_constant.factor}")
        print()
    print("| study | quantity | kind | published | model | (model - published) / spread |\n|---|---|---|---|---|---|")
    squares = []
    for row in rows(constants):
        value = model_value(row, constants)
        z = (value - row.published) / row.spread
        squares += [z * z] if row.kind != "check" else []
        off = f"{z:+.1f}" if row.kind != "check" else "not fitted"
        print(f"| {row.study} | {row.quantity} | {row.kind} | {row.published:.3g} | {value:.3g} | {off} |")
    print(f"\nroot mean square of the last column over {len(squares)} fitted rows: {np.sqrt(np.mean(squares)):.2f}")


if __name__ == "__main__":
    main()
