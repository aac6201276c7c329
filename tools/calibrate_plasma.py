"""Fit the few free constants of the plasma model once on the calibration set as a whole: the quantities of knowledge/studies.

    python tools/calibrate_plasma.py            the misfit of the constants in knowledge/, worst first
    python tools/calibrate_plasma.py --fit      fit (needs scipy), print the constants and the misfit

The fit is penalised: each constant has a prior from the literature (in the log) and each quantity a tolerance, its published spread or
a quarter of it, whichever is larger; a sign that is wrong costs extra. Recalled values weigh 0.7 and assumed meals 0.5. Quantities that
are contested or unseen take no part. Nothing here runs in the product: the constants are copied to knowledge/plasma.yaml by hand.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
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
LEAST_TOLERANCE = 0.06  # so that a small published change does not rule the fit
LEAST_CHANGE = 0.03  # a direction without a number asks for a change of this size
MEMORY, ASSUMED = 0.7, 0.5  # weights
SIGN = 4.0  # a wrong sign misleads where a wrong size only misses
UNKNOWN = 10.0  # misfit of what the model cannot tell


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


def _scalar(column: str, prior: float, factor: float) -> Free:
    def put(constants: ModelConstants, value: float) -> ModelConstants:
        change: dict[str, Any] = {column: value}
        return replace(constants, **change)

    return Free(column, prior, factor, put)


_BCAA = ("leu", "ile", "val")
_REST = ("tyr", "phe", "met", "thr", "his", "lys")
FITTED = (
    Free("volume of leu, ile, val", 0.4, 1.15, _table("volume", *_BCAA)),
    Free("volume of the others", 0.45, 1.2, _table("volume", *_REST)),
    Free("volume of trp", 0.45, 1.15, _table("volume", "trp")),
    Free("bound_fraction of leu, ile, val", 0.72, 1.06, _table("bound_fraction", *_BCAA)),
    Free("bound_fraction of trp", 0.57, 1.07, _table("bound_fraction", "trp")),
    Free("bound_fraction of the others", 0.6, 1.1, _table("bound_fraction", *_REST)),
    Free("free_fraction of trp", 0.7, 1.15, _table("free_fraction", "trp")),
    Free("free_fraction of tyr", 0.4, 1.5, _table("free_fraction", "tyr")),
    Free("free_absorption of tyr", 0.5, 1.5, _table("free_absorption", "tyr")),
    Free("oxidation_rise of trp", 0.15, 2, _table("oxidation_rise", "trp")),
    _scalar("phe_to_tyr", 0.2, 1.5),
    _scalar("signal_half_below", 2, 1.5),
    _scalar("synthesis_limit", 0.2, 1.6),
    _scalar("insulin_breakdown", 0.3, 1.3),
    _scalar("insulin_effect_rate", 0.6, 1.4),
    _scalar("insulin_half", 0.4, 1.25),
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
    """How far the model is from the published direction: 0 from a change of 3 % on, or within what counts as none; at most 10."""
    q = row.quantity
    if not q.direction:
        return 0.0
    if row.change is None:
        return UNKNOWN
    lacking = {
        "up": (LEAST_CHANGE - row.change) / LEAST_CHANGE,
        "down": (LEAST_CHANGE + row.change) / LEAST_CHANGE,
        "none": (abs(row.change) - q.within) / q.within,
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


def fit(calibration: Calibration, constants: ModelConstants) -> Array:
    """The penalised least-squares fit. (fitted,) natural logs"""
    from scipy.optimize import least_squares  # type: ignore[import-untyped,import-not-found,unused-ignore]

    prior = np.log([f.prior for f in FITTED])
    width = np.log([f.factor for f in FITTED])

    def residuals(logs: Array) -> Array:
        rows = calibration.rows(apply(constants, logs))
        weights = np.array([calibration.weight(row) for row in rows])
        data, signs = (_robust(np.array([of(row) for row in rows])) for of in (misfit, against_sign))
        return np.concatenate([weights * data, SIGN * weights * signs, (logs - prior) / width])

    return np.asarray(least_squares(residuals, prior, diff_step=1e-3, max_nfev=25).x)


def main() -> None:
    """Print the misfit, of the constants as they are or of fitted ones."""
    references = source.load(ROOT / "knowledge" / "references.yaml").data["references"]
    constants = load_constants(ROOT, references)
    known = speeds(constants)
    proteins = load_proteins(ROOT, known["digestion"], references)
    studies = load_studies(ROOT, proteins, {name: list(table) for name, table in known.items()}, references)
    calibration = Calibration(studies, proteins, load_routes(ROOT, references))
    if "--fit" in sys.argv:
        logs = fit(calibration, constants)
        constants = apply(constants, logs)
        for free_constant, log in zip(FITTED, logs, strict=True):
            print(f"{free_constant.name:34} {np.exp(log):7.3f}   prior {free_constant.prior} x/ {free_constant.factor}")
    rows = calibration.rows(constants)
    for row in sorted(rows, key=lambda r: -abs(misfit(r)) - against_sign(r)):
        if abs(misfit(row)) > 1 or against_sign(row):
            print(f"{row.study:16} {row.arm:20} {row.text:64} off {misfit(row):+5.1f}  against sign {against_sign(row):4.1f}")
    print(f"inside: {sum(r.inside is True for r in rows)} of {sum(r.inside is not None for r in rows)}", end="; ")
    print(f"signs right: {sum(r.sign_right is True for r in rows)} of {sum(r.sign_right is not None for r in rows)}")


if __name__ == "__main__":
    main()
