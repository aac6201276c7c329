"""Fit the few free constants of the plasma model once on the calibration set as a whole: the quantities of knowledge/studies.

    python tools/calibrate_plasma.py            the misfit of the constants in knowledge/, worst first
    python tools/calibrate_plasma.py --fit      fit (needs scipy), print the constants and the misfit

The fit is penalised: each constant has a prior from the literature (in the log) and each quantity a tolerance, its published spread or
a quarter of it, whichever is larger. A value well inside its tolerance fits, and is hardly drawn nearer; what lies outside costs, and
what lies far outside no more than in proportion, so that studies which contradict each other do not bend all others. Recalled values
weigh 0.7 and assumed meals 0.5; a wrong sign costs extra and always weighs in full. Quantities that are contested or unseen take no
part. Nothing here runs in the product: the constants are copied to knowledge/plasma.yaml by hand, to three figures (a test compares).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from neurobalance_expert import source
from neurobalance_expert.model.constants import INDEX, Array, ModelConstants, load_constants
from neurobalance_expert.model.route_constants import RouteConstants, load_routes
from neurobalance_expert.model.studies.evaluate import Row, evaluate, run
from neurobalance_expert.model.studies.meals import speeds
from neurobalance_expert.model.studies.read import load_proteins, load_studies
from neurobalance_expert.model.studies.types import TOLERANCE, Protein, Study

ROOT = Path(__file__).resolve().parent.parent
LEAST_TOLERANCE = 0.04  # so that a small published change does not rule the fit
LEAST_CHANGE = 0.01  # a direction without a number asks for a change of this size
MOST_NONE = 0.8  # and no change for at most this share of what counts as none
FITS = 0.9  # share of a tolerance within which a value fits
OUTSIDE = 10.0  # standard deviations in a tolerance, for what lies outside
DEVIATIONS, INSIDE = 1.64, 0.15  # the same for all values, nine of ten within, and its weight: it keeps the fit determined
MEMORY, ASSUMED = 0.7, 0.5  # weights
STARTS = 5  # fits, because the best of one valley may not be the best of all
SIGN = 4.0  # a wrong sign misleads where a wrong size only misses
UNKNOWN = 10.0  # misfit of what the model cannot tell


@dataclass(frozen=True)
class Free:
    """One fitted constant: the start is the prior, ``factor`` its spread as a factor."""

    name: str
    prior: float
    factor: float
    put: Callable[[ModelConstants, float], ModelConstants]
    get: Callable[[ModelConstants], float]


def _table(what: str, column: str, names: Sequence[str], prior: float, factor: float) -> Free:
    rows = [INDEX[n] for n in names]

    def put(constants: ModelConstants, value: float) -> ModelConstants:
        table = getattr(constants, column).copy()
        table[rows] = value
        return replace(constants, **{column: table})

    return Free(f"{column} of {what}", prior, factor, put, lambda constants: float(getattr(constants, column)[rows[0]]))


def _speed(kind: str, prior: float, factor: float) -> Free:
    def put(constants: ModelConstants, value: float) -> ModelConstants:
        return replace(constants, carbohydrate_speeds={**constants.carbohydrate_speeds, kind: value})

    return Free(f"carbohydrate_speeds of {kind}", prior, factor, put, lambda constants: constants.carbohydrate_speeds[kind])


def _scalar(column: str, prior: float, factor: float) -> Free:
    def put(constants: ModelConstants, value: float) -> ModelConstants:
        change: dict[str, Any] = {column: value}
        return replace(constants, **change)

    return Free(column, prior, factor, put, lambda constants: float(getattr(constants, column)))


_BCAA = ("leu", "ile", "val")
_REST = ("tyr", "phe", "met", "thr", "his", "lys")
FITTED = (
    _table("leu, ile, val", "volume", _BCAA, 0.3, 1.15),
    _table("the others", "volume", _REST, 0.45, 1.2),
    _table("trp", "volume", ("trp",), 0.45, 1.15),
    _table("leu, ile, val", "bound_fraction", _BCAA, 0.72, 1.06),
    _table("trp", "bound_fraction", ("trp",), 0.57, 1.07),
    _table("the others", "bound_fraction", _REST, 0.6, 1.1),
    _table("trp", "free_fraction", ("trp",), 0.7, 1.15),
    _table("tyr", "free_fraction", ("tyr",), 0.4, 1.5),
    _table("tyr", "free_absorption", ("tyr",), 0.5, 1.5),
    _table("trp", "free_absorption", ("trp",), 1.5, 1.4),
    _scalar("oxidation_by_leucine", 1, 2),
    _scalar("phe_to_tyr", 0.2, 1.5),
    _scalar("signal_half_below", 2, 1.5),
    _scalar("synthesis_limit", 0.2, 1.6),
    _scalar("insulin_breakdown", 0.3, 1.3),
    _speed("glucose", 1.3, 1.25),
    _speed("sugar", 1.2, 1.25),
    _speed("starch", 0.35, 1.25),
    _speed("low_gi", 0.35, 1.25),
    _scalar("carbohydrate_absorption", 0.6, 1.3),
    _scalar("insulin_effect_rate", 0.9, 1.4),
    _scalar("insulin_half", 0.25, 1.4),
    _scalar("slowing_free", 15, 1.6),
    _scalar("slowing_energy", 600, 1.4),
    _scalar("digestion", 1.2, 1.1),
    _scalar("insulin_uptake", 0.2, 1.5),
    _scalar("insulin_binding", 0.07, 1.6),
    _scalar("lag", 0.5, 1.2),
)


@dataclass(frozen=True)
class Calibration:
    """The studies, and what running them needs."""

    studies: Mapping[str, Study]
    proteins: Mapping[str, Protein]
    routes: RouteConstants

    def rows(self, constants: ModelConstants) -> list[Row]:
        """What the model gives for the quantities that may be fitted."""
        found = evaluate(self.studies, run(self.studies, self.proteins, constants, self.routes))
        return [row for row in found if row.quantity.use == "calibration" and not row.quantity.contested]

    def weight(self, row: Row) -> float:
        """How much a quantity counts, by how it is known."""
        study = self.studies[row.study]
        return (1.0 if study.origin == "seen" else MEMORY) * (ASSUMED if study.arms[row.arm].assumed else 1.0)


def misfit(row: Row) -> float:
    """Distance from the published value in tolerances; 0 beyond a bound, and where there is only a direction."""
    q = row.quantity
    if q.published is None:
        return 0.0
    if row.model is None:
        return UNKNOWN
    least = q.within if q.published == 0 else LEAST_TOLERANCE if q.scale == "change" else 0.0
    z = (row.model - q.published) / max(row.spread or 0.0, TOLERANCE * abs(q.published), least)
    if q.bound:
        return min(z, 0.0) if q.bound == "at_least" else max(z, 0.0)
    return z


def against_sign(row: Row) -> float:
    """How far the model is from the published direction: 0 from a change of 3 % on, or well within what counts as none; at most 10."""
    q = row.quantity
    if not q.direction:
        return 0.0
    if row.change is None:
        return UNKNOWN
    lacking = {
        "up": (LEAST_CHANGE - row.change) / LEAST_CHANGE,
        "down": (LEAST_CHANGE + row.change) / LEAST_CHANGE,
        "none": (abs(row.change) - MOST_NONE * q.within) / q.within,
        "not_up": (row.change - q.within) / q.within,
        "not_down": (-row.change - q.within) / q.within,
    }
    return min(max(0.0, lacking[q.direction]), UNKNOWN)


def _robust(z: Array) -> Array:
    """Residuals whose square grows like z when z is large: one study that does not fit must not bend all others."""
    return np.sign(z) * np.sqrt(2.0 * (np.sqrt(1.0 + z * z) - 1.0))


def apply(constants: ModelConstants, logs: Array) -> ModelConstants:
    """Constants with the fitted ones set."""
    for free_constant, log in zip(FITTED, logs, strict=True):
        constants = free_constant.put(constants, float(np.exp(log)))
    return constants


def fit(calibration: Calibration, constants: ModelConstants, start: Array) -> tuple[Array, float]:
    """The penalised least-squares fit from one start: (fitted,) natural logs, and the cost, the less the better."""
    from scipy.optimize import least_squares  # type: ignore[import-untyped,import-not-found,unused-ignore]

    prior, width = prior_and_width()

    def residuals(logs: Array) -> Array:
        rows = calibration.rows(apply(constants, logs))
        weights = np.array([calibration.weight(row) for row in rows])
        off = np.array([misfit(row) for row in rows])
        outside = np.sign(off) * np.maximum(0.0, np.abs(off) - FITS)
        data = [weights * _robust(OUTSIDE * outside), INSIDE * weights * _robust(DEVIATIONS * off)]
        signs = _robust(np.array([against_sign(row) for row in rows]))
        return np.concatenate([*data, SIGN * signs, (logs - prior) / width])

    found = least_squares(residuals, start, diff_step=1e-3, max_nfev=60)
    return np.asarray(found.x), float(found.cost)


def prior_and_width() -> tuple[Array, Array]:
    """The priors and their spreads. (fitted,) natural logs"""
    return np.log([f.prior for f in FITTED]), np.log([f.factor for f in FITTED])


def best_fit(calibration: Calibration, constants: ModelConstants) -> Array:
    """The best of several fits, from the priors and from seeded draws around them. (fitted,) natural logs"""
    prior, width = prior_and_width()
    draws = np.random.default_rng(0).standard_normal((STARTS - 1, len(prior)))
    fits = [fit(calibration, constants, start) for start in (prior, *(prior + 0.5 * width * draws))]
    print("cost of the fits:", ", ".join(f"{cost:.2f}" for _, cost in fits))
    return min(fits, key=lambda found: found[1])[0]


def fitted_in(constants: ModelConstants) -> Array:
    """The fitted constants as they stand in a set of constants. (fitted,)"""
    return np.array([free_constant.get(constants) for free_constant in FITTED])


def load() -> tuple[Calibration, ModelConstants]:
    """The studies and the constants of knowledge/."""
    references = source.load(ROOT / "knowledge" / "references.yaml").data["references"]
    constants = load_constants(ROOT, references)
    known = speeds(constants)
    proteins = load_proteins(ROOT, known["digestion"], references)
    studies = load_studies(ROOT, proteins, {name: list(table) for name, table in known.items()}, references)
    return Calibration(studies, proteins, load_routes(ROOT, references)), constants


def main() -> None:
    """Print the misfit, of the constants as they are or of fitted ones."""
    calibration, constants = load()
    if "--fit" in sys.argv:
        logs = best_fit(calibration, constants)
        stands = fitted_in(constants)
        constants = apply(constants, logs)
        for free_constant, log, value in zip(FITTED, logs, stands, strict=True):
            prior = f"prior {free_constant.prior} x/ {free_constant.factor}"
            print(f"{free_constant.name:34} {np.exp(log):8.4g}   {prior:22} in knowledge/ {value:g}")
    rows = calibration.rows(constants)
    for row in sorted(rows, key=lambda r: -abs(misfit(r)) - against_sign(r)):
        if abs(misfit(row)) > 1 or against_sign(row):
            print(f"{row.study:16} {row.arm:20} {row.text:64} off {misfit(row):+5.1f}  against sign {against_sign(row):4.1f}")
    print(f"inside: {sum(r.inside is True for r in rows)} of {sum(r.inside is not None for r in rows)}", end="; ")
    print(f"signs right: {sum(r.sign_right is True for r in rows)} of {sum(r.sign_right is not None for r in rows)}")


if __name__ == "__main__":
    main()
