"""Times the plasma kernel against a plain loop of scipy's ODE solver over cases, on the same equations, in one run: make bench-kernel.

The days are drawn at random with a fixed seed: four meals and a drink of free amino acids at any minute. A person-day is 24 h of plasma of
eleven amino acids every 5 min. The plain model (tools/plain_model.py) is scalar Python on states of its own. Nothing here fails: it
prints, and the reader judges. Times of a busy machine vary; ratios within one run vary less.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]  # also without an installed package

from plain_model import PlainCase  # noqa: E402

from neurobalance_expert.model.batch import DayBatch, Intake, stack  # noqa: E402
from neurobalance_expert.model.constants import Array, ModelConstants, load_constants  # noqa: E402
from neurobalance_expert.model.course import lay_grid, plasma_course  # noqa: E402
from neurobalance_expert.model.day import simulate  # noqa: E402

EVERY_MIN, UNTIL_H, SEED = 5.0, 24.0, 20261124
MIXED = {"trp": 1.2, "tyr": 3.7, "phe": 4.5, "leu": 8.0, "ile": 4.6, "val": 5.4, "met": 2.3, "thr": 4.0, "his": 2.7, "lys": 6.5}
METHODS = (("RK45", 1e-6), ("RK45", 1e-4), ("LSODA", 1e-6))  # the first is the one compared with
Person = tuple[float, list[Intake], Array]


def people(number: int, constants: ModelConstants) -> list[Person]:
    """Body mass, day and fasting plasma of made-up people."""
    rng = np.random.default_rng(SEED)
    out = []
    for _ in range(number):
        intakes = []
        for hour in (8.0, 13.0, 16.0, 19.5):
            grams = rng.uniform(1, 10) if hour == 16.0 else rng.uniform(5, 45)
            bound = {aa: share * grams / 100 for aa, share in MIXED.items()}
            macros: dict[str, Any] = {"carbohydrate_g": rng.uniform(15, 100), "fat_g": rng.uniform(2, 30), "fibre_g": rng.uniform(0, 8)}
            intakes.append(Intake(hour + rng.integers(-60, 61) / 60, bound, protein_g=grams, **macros))
        free = {"trp": rng.uniform(0.2, 1.0), "leu": rng.uniform(0.0, 2.0)}
        intakes.append(Intake(22.0 + rng.integers(-60, 61) / 60, free_g=free))
        out.append((rng.uniform(50, 110), intakes, constants.fasting_uM() * rng.uniform(0.8, 1.2, constants.fasting.shape)))
    return out


def tiled(batch: DayBatch, number: int) -> DayBatch:
    """The batch over and over, up to a number of cases."""
    rows = np.arange(number) % len(batch.weight_kg)
    return DayBatch(**{name: getattr(batch, name)[rows] for name in DayBatch.__slots__})


def seconds(batch: DayBatch, constants: ModelConstants, rounds: int) -> float:
    """The best time of plasma alone."""
    best = np.inf
    for _ in range(rounds):
        start = time.perf_counter()
        plasma_course(batch, constants, lay_grid(batch, EVERY_MIN, UNTIL_H))
        best = min(best, time.perf_counter() - start)
    return best


def peak_bytes(batch: DayBatch, constants: ModelConstants) -> int:
    """Peak of what numpy allocates beyond the batch."""
    tracemalloc.start()
    plasma_course(batch, constants, lay_grid(batch, EVERY_MIN, UNTIL_H))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def baseline(drawn: list[Person], constants: ModelConstants, kernel: Array) -> float:
    """Times the plain loops and prints how far the kernel is from each. Returns seconds per person-day of the first method."""
    grid = np.arange(int(UNTIL_H * 60 / EVERY_MIN) + 1) * EVERY_MIN / 60
    first = 0.0
    for method, tolerance in METHODS:
        start = time.perf_counter()
        plain = [PlainCase(*person, constants).plasma_uM(grid, method, tolerance) for person in drawn]
        each = (time.perf_counter() - start) / len(drawn)
        first = first or each
        apart = max(float(np.abs(k / p - 1).max()) for k, p in zip(kernel, plain, strict=False))
        name = f"solve_ivp, {method}, rtol {tolerance:g}"
        print(f"  {name:34}{1 / each:>12,.1f} person-days/s {'':12} largest difference from the kernel {100 * apart:.2f} %")
    return first


def main() -> None:
    """Parse the arguments and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1, 1000, 10_000, 100_000], help="batches (default 1 1000 10000 100000)")
    parser.add_argument("--plain", type=int, default=20, help="cases of the plain loop (default 20)")
    asked = parser.parse_args()
    constants = load_constants(ROOT)
    drawn = people(500, constants)
    batch = stack(drawn)
    print(f"Plasma kernel, 24 h every 5 min, {os.cpu_count()} processors, numpy {np.__version__}\n")
    kernel = plasma_course(batch, constants, lay_grid(batch, EVERY_MIN, UNTIL_H))
    plain = baseline(drawn[: asked.plain], constants, kernel)
    print(f"\n  {'batch':>9}{'person-days/s':>16}{'us each':>10}{'times the first plain loop':>29}{'peak kB a case':>17}")
    times = {}
    for size in asked.sizes:
        cases = tiled(batch, size)
        times[size] = seconds(cases, constants, rounds=20 if size == 1 else 3)
        kb = f"{peak_bytes(cases, constants) / size / 1e3:>17.1f}" if size <= 10_000 else f"{'':>17}"
        print(f"  {size:>9,}{size / times[size]:>16,.0f}{1e6 * times[size] / size:>10.1f}{plain * size / times[size]:>29,.0f}{kb}")
    many = [size for size in asked.sizes if size >= 1000]
    if len(many) > 1:
        slope = np.polyfit(np.log(many), np.log([times[size] for size in many]), 1)[0]
        print(f"\n  time grows with the batch to the power {slope:.3f} from {many[0]:,} to {many[-1]:,} cases (1 is linear)")
    one = stack(drawn[:1])
    start = time.perf_counter()
    for _ in range(20):
        simulate(one, constants, 15.0, UNTIL_H)
    print(f"  one case every 15 min with ratios and influx: {1e3 * (time.perf_counter() - start) / 20:.2f} ms")


if __name__ == "__main__":
    main()
