"""5-HTP, levodopa and choline of a case: which doses are known, and their courses for ``simulate``.

A dose counts when its mass of the substance itself and its clock time are known. One that is not known makes the whole substance unknown,
with the reason: a course without it would be too low, in silence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from neurobalance_expert.cases.types import Case, Medication, Supplement
from neurobalance_expert.facts.placed import MIN_PER_DAY, MIN_PER_H, doses_of, minute_of
from neurobalance_expert.model.constants import Array
from neurobalance_expert.model.route_constants import RouteConstants
from neurobalance_expert.model.routes import OralDoses, choline_entry_vs_fasting, choline_uM, htp5_uM, ldopa_uM

INHIBITORS = ("carbidopa", "benserazide")
OF_SUBSTANCE = {"five_htp": "htp5", "levodopa_botanical": "ldopa", "choline": "choline"}
EXTRACTS = ("griffonia",)  # names of five_htp whose mass is that of a plant


class Dose(Struct, frozen=True):
    """One dose of ``htp5``, ``ldopa`` or ``choline``. ``why`` says what is not known; then mg or minute is None."""

    of: str
    mg: float | None
    minute: int | None  # after midnight of the first day
    why: str = ""


def other_doses(case: Case, days: Sequence[str], salts_g_mol: Mapping[str, float], choline_g_mol: float) -> tuple[Dose, ...]:
    """Every dose of the three that a case states.

    Args:
        days: Dates of the diary; a medication is taken at its times on each.
        salts_g_mol, choline_g_mol: Molar masses of the salts of choline, by name, and of choline itself.
    """
    found: list[Dose] = []
    for supplement in case.supplements:
        minute = minute_of(supplement.date, supplement.time_min, days[0])
        for substance, dose in doses_of(supplement).items():
            if substance in OF_SUBSTANCE:
                mg, why = _own_mass(supplement, substance, dose, salts_g_mol, choline_g_mol)
                gap = why or ("" if minute is not None else "its time is not known")
                found.append(Dose(OF_SUBSTANCE[substance], mg, minute, gap))
    refused = any(remark.field == "medication.time" for remark in case.remarks)
    for medication in case.medications:
        if medication.ingredient == "levodopa" and medication.status == "current":
            found += _medication(medication, len(days), refused)
    return tuple(found)


def inhibitor_of(case: Case) -> tuple[bool, str]:
    """Whether the case has a decarboxylase inhibitor, and what says so. A list that may lack one counts as none, and is told."""
    taken = sorted({m.ingredient for m in case.medications if m.ingredient in INHIBITORS and m.status == "current"})
    if taken:
        return True, f"medications: {', '.join(taken)}"
    return (
        False,
        "medications, stated complete" if case.medications_complete else "none is stated, and the medications are not said to be complete",
    )


def other_courses(
    case: Case, days: Sequence[str], grid_min: Array, routes: RouteConstants, inhibitor: bool | None = None
) -> dict[str, Any]:
    """What ``simulate`` adds to its answer. A substance whose doses are not all known has no course and a line in ``not_known``.

    Args:
        grid_min: Times of the course, minutes after midnight of the first day. (time,)
        inhibitor: Whether a decarboxylase inhibitor is taken; None: as the case says.

    Returns:
        ``other_uM``, ``other_entry_vs_fasting`` (choline only), ``other_range_uM`` (5-HTP without an inhibitor), ``not_known``,
        and ``decarboxylase_inhibitor`` with the plasma courses that the opposite answer would give.
    """
    doses = other_doses(case, days, routes.choline.salts, routes.choline.molar_mass)
    stated, by = inhibitor_of(case)
    taken, by = (stated, by) if inhibitor is None else (inhibitor, "as asked")
    gaps = dict.fromkeys((d.of, d.why) for d in doses if d.why)
    unknown = {of for of, _ in gaps}
    known = {of: [d for d in doses if d.of == of] for of in dict.fromkeys(d.of for d in doses) if of not in unknown}
    rows, grid_h = np.array([taken, not taken]), grid_min / MIN_PER_H
    courses = {of: _course(of, _batch(known[of], case.person.weight_kg), rows, grid_h, routes) for of in known}
    ranges = {}
    if "htp5" in known and not taken:
        oral, folds = _batch(known["htp5"], case.person.weight_kg), {"low": routes.htp5.fold_high, "high": routes.htp5.fold_low}
        ranges["htp5"] = {end: _plain(htp5_uM(oral, rows, grid_h, routes.htp5, fold)[0]) for end, fold in folds.items()}
    entry = {of: _plain(choline_entry_vs_fasting(course[0], routes.choline)) for of, course in courses.items() if of == "choline"}
    other_way = {of: _plain(course[1]) for of, course in courses.items() if of != "choline"}
    return {
        "other_uM": {of: _plain(course[0]) for of, course in courses.items()},
        "other_entry_vs_fasting": entry,
        "other_range_uM": ranges,
        "decarboxylase_inhibitor": {"taken": taken, "by": by, "other_way_uM": other_way},
        "not_known": [{"of": of, "why": why} for of, why in gaps],
    }


def _course(of: str, oral: OralDoses, inhibitor: npt.NDArray[np.bool_], grid_h: Array, routes: RouteConstants) -> Array:
    if of == "choline":
        return choline_uM(oral, grid_h, routes.choline)
    return ldopa_uM(oral, inhibitor, grid_h, routes.ldopa) if of == "ldopa" else htp5_uM(oral, inhibitor, grid_h, routes.htp5)


def _plain(values: Array) -> list[float | None]:
    """Four significant digits; None where not known."""
    return [float(f"{v:.4g}") if np.isfinite(v) else None for v in values.tolist()]


def _batch(doses: Sequence[Dose], weight_kg: float | None) -> OralDoses:
    """The same doses in two rows, for the two answers about an inhibitor."""
    mg = np.array([np.nan if d.mg is None else d.mg for d in doses])
    time_h = np.array([np.nan if d.minute is None else d.minute / MIN_PER_H for d in doses])
    return OralDoses(np.full(2, np.nan if weight_kg is None else weight_kg), np.stack([mg, mg]), np.stack([time_h, time_h]))


def _own_mass(
    supplement: Supplement, substance: str, dose_mg: float | None, salts_g_mol: Mapping[str, float], choline_g_mol: float
) -> tuple[float | None, str]:
    """The mass of the substance itself in mg, or why it is not known."""
    if dose_mg is None:
        return None, "its dose is not known"
    component = substance in supplement.components
    basis = supplement.bases.get(substance, "") if component else supplement.label_basis
    words = " ".join((supplement.form, supplement.named, supplement.product)).casefold()
    if substance == "choline":
        return _choline(words, basis, dose_mg, salts_g_mol, choline_g_mol)
    plant = substance == "levodopa_botanical" or (not component and any(name in words for name in EXTRACTS))
    if plant and basis != "elemental":
        return None, "the dose may be that of a plant extract; 'label_basis: elemental' says that it is that of the substance"
    return dose_mg, ""


def _choline(words: str, basis: str, dose_mg: float, salts_g_mol: Mapping[str, float], choline_g_mol: float) -> tuple[float | None, str]:
    salts = [name for name in salts_g_mol if name in words]
    if len(salts) != 1:
        return None, f"its form is not stated as one of {', '.join(salts_g_mol)}; bound choline such as lecithin appears at another speed"
    if not basis:
        return None, "whether the dose is that of choline or of its salt is not stated (label_basis)"
    return (dose_mg * choline_g_mol / salts_g_mol[salts[0]] if basis == "compound" else dose_mg), ""


def _medication(medication: Medication, days: int, refused: bool) -> Iterator[Dose]:
    if medication.dose_mg is None:
        yield Dose("ldopa", None, None, "the dose of levodopa in a medication is not known; of a combination, state it as its own line")
    elif not medication.times_min or refused:
        why = "a time of a medication could not be read" if refused else "the times of the medication are not stated"
        yield Dose("ldopa", medication.dose_mg, None, why)
    else:
        for day in range(days):
            for minute in medication.times_min:
                yield Dose("ldopa", medication.dose_mg, day * MIN_PER_DAY + minute)
