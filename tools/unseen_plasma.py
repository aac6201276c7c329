"""Studies that were not used for fitting, run with the constants as they are: python tools/unseen_plasma.py

What they found stands in docs/model.md#unseen, with what was assumed about meals whose grams the abstracts do not give. Nothing is
adjusted to them: this prints numbers, and the reader compares.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from calibrate_plasma import BCAA, DRINK, KG, ROOT, START_H, free, later, protein

from neurobalance_expert.model.constants import INDEX, ModelConstants, load_constants
from neurobalance_expert.model.day import DayCourse, Intake, simulate, stack

ZEIN = {"trp": 0.1, "tyr": 5.1, "phe": 7.0, "leu": 20.0, "ile": 4.0, "val": 3.9, "met": 1.3, "thr": 3.0, "his": 1.3}
GLUTEN = {"trp": 1.0, "tyr": 3.3, "phe": 5.2, "leu": 6.9, "ile": 3.8, "val": 4.1, "met": 1.6, "thr": 2.5, "his": 2.1, "lys": 1.6}


def run(constants: ModelConstants, *intakes: Intake, hours: float = 12.0) -> DayCourse:
    """The course of one person, every 10 min."""
    return simulate(stack([(KG, intakes, constants.fasting_uM())]), constants, 10.0, hours)


def change(course: DayCourse, names: tuple[str, ...], hours: float) -> float:
    """Sum of some amino acids at a time, per cent of fasting gained."""
    level = course.plasma_uM[0][:, [INDEX[aa] for aa in names]].sum(axis=-1)
    return 100 * float(np.interp(60 * hours, course.t_min, level) / level[0] - 1)


def ratio(course: DayCourse, hours: float, aa: str = "trp") -> float:
    """Ratio to the five rivals at a time, per cent of fasting gained."""
    series = (course.trp_lnaa if aa == "trp" else course.tyr_lnaa)[0]
    return 100 * float(np.interp(60 * hours, course.t_min, series) / series[0] - 1)


def over_time(label: str, values: list[float]) -> None:
    """One line."""
    print(f"{label:62}" + " ".join(f"{v:+8.1f}" for v in values))


def main() -> None:
    """Print the model's side of the table."""
    c = load_constants(ROOT)
    speeds = c.digestion_speeds
    hours = [1.0, 2.0, 3.0, 4.0]
    print(f"{'per cent of fasting gained; hours':62}" + " ".join(f"{h:8.0f}" for h in hours))
    rich = run(c, protein("mixed", 5.2, carbohydrate_g=69.9, fat_g=10))
    poor = run(c, protein("mixed", 46.8, carbohydrate_g=15.4, fat_g=10))
    for aa in ("trp", "tyr"):
        a, b = (getattr(x, f"{aa}_lnaa")[0][:25] for x in (rich, poor))
        apart = 100 * (a / b - 1)
        print(f"Wurtman 2003, {aa} ratio, carbohydrate over protein: largest {apart.max():+.0f} %, least {apart.min():+.0f} %")
    depleted = run(c, free(100, DRINK)).plasma_uM[0, :, INDEX["trp"]]
    print(f"Williams 1999, 100 g without Trp: Trp {100 * (depleted.min() / depleted[0] - 1):+.0f} % at {depleted.argmin() / 6:.1f} h")
    drinks = {
        "alpha-lactalbumin": protein("alpha_lactalbumin", 40, digestion_per_h=speeds["alpha_lactalbumin"]),
        "zein": Intake(START_H, {a: 0.4 * g for a, g in ZEIN.items()}, protein_g=40, digestion_per_h=speeds["zein"]),
        "gluten": Intake(START_H, {a: 0.4 * g for a, g in GLUTEN.items()}, protein_g=40, digestion_per_h=speeds["gluten"]),
        "starch 40 g": Intake(START_H, carbohydrate_g=40, carbohydrate_per_h=c.carbohydrate_speeds["starch"]),
    }
    for name, drink in drinks.items():
        course = run(c, drink)
        over_time(f"Fernstrom 2013, {name}: Trp", [change(course, ("trp",), h) for h in hours])
        over_time(f"Fernstrom 2013, {name}: Trp ratio", [ratio(course, h) for h in hours])
    balanced = run(c, free(50, DRINK | {"trp": 0.023}))
    over_time("Badawy 2010, 50 g balanced: Trp ratio", [ratio(balanced, h) for h in hours])
    pair = [100 * ((1 + change(balanced, ("phe", "tyr"), h) / 100) / (1 + change(balanced, ("trp", *BCAA), h) / 100) - 1) for h in hours]
    over_time("Badawy 2010, 50 g balanced: (Phe + Tyr)/(Trp + BCAA)", pair)
    scarna = run(c, Intake(START_H, free_g={"leu": 30.0, "ile": 15.0, "val": 15.0, "trp": 2.0}))
    branched = 1 + change(scarna, BCAA, 5) / 100
    pairs = [100 * ((1 + change(scarna, names, 5) / 100) / branched - 1) for names in (("trp",), ("tyr", "phe"))]
    over_time("Scarna 2005, 60 g BCAA, 2 g Trp, 5 h: Trp/BCAA, (Tyr+Phe)/BCAA", pairs)
    doses = [run(c, Intake(START_H, free_g={"leu": g / 2, "ile": g / 4, "val": g / 4})).tyr_lnaa[0] for g in (10, 30, 60)]
    over_time("Gijsman 2002, 10, 30, 60 g BCAA: lowest Tyr ratio", [100 * (d.min() / d[0] - 1) for d in doses])
    meals = [later(protein("mixed", 38, carbohydrate_g=90, fat_g=25), h) for h in (0, 5, 11)]
    tyr = [Intake(START_H + h, free_g={"tyr": 0.1 * KG / 3}) for h in (-0.5, 4.5, 10.5)]
    day = run(c, *meals, *tyr, hours=16)
    at = day.tyr_lnaa[0][12:84]
    print(f"Tyr 100 mg/kg a day on 113 g protein: Tyr ratio {at.min():.2f} to {at.max():.2f} between 2 and 14 h")
    dose = run(c, Intake(START_H, free_g={"trp": 5.0}))
    print(f"Greenwood 1975, 5 g Trp: free Trp at 2 h {dose.trp_free_uM[0, 12] / dose.trp_free_uM[0, 0]:.0f} times")
    for grams in (0, 50):
        course = run(c, protein("egg", grams, carbohydrate_g=100, fat_g=20))
        for name in ("Trp", "Tyr", "Phe", "Leu", "Ile", "Val", "Met", "Thr", "His", "Lys"):
            over_time(
                f"Clin Sci 1990, meal with {grams} g albumin: {name}, 1, 3, 5, 7 h",
                [change(course, (name.lower(),), h) for h in (1, 3, 5, 7)],
            )
    for name, grams, carbohydrate in (("40 %", 90, 67), ("15 %", 34, 124)):
        dinner = protein("mixed", grams, carbohydrate_g=carbohydrate, fat_g=30)
        over_time(f"Nishioka 2013, dinner with {name} protein: BCAA after 12 h", [change(run(c, dinner, hours=13), BCAA, 12)])
    for name, meal in (("protein", protein("mixed", 50, fat_g=10)), ("carbohydrate", Intake(START_H, carbohydrate_g=100))):
        influx = run(c, meal).influx_vs_fasting[0, 15]
        over_time(f"Teff 1989, {name}: entry of Trp, Tyr at 2.5 h", [100 * (influx[INDEX[aa]] - 1) for aa in ("trp", "tyr")])
    whey = run(c, replace(protein("whey", 30), digestion_per_h=speeds["whey"]))
    casein = run(c, replace(protein("casein", 30), digestion_per_h=speeds["casein"]))
    over_time("Boirie 1997, whey 30 g: Leu", [change(whey, ("leu",), h) for h in hours])
    over_time("Boirie 1997, casein 30 g: Leu", [change(casein, ("leu",), h) for h in hours])


if __name__ == "__main__":
    main()
