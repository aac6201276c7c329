"""Courses of the precursors with routes of their own, 5-HTP, levodopa and choline, for the arms of studies."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from neurobalance_expert.model.constants import Array
from neurobalance_expert.model.route_constants import RouteConstants
from neurobalance_expert.model.routes import OralDoses, choline_uM, htp5_uM, ldopa_uM
from neurobalance_expert.model.studies.types import ROUTES, Arm, Study


def other_courses(arms: Sequence[tuple[Study, Arm]], t_min: Array, constants: RouteConstants) -> dict[str, Array]:
    """Plasma of each such precursor in every arm.

    Args:
        t_min: Minutes after the first intake of the arm. (time,)

    Returns:
        By name, (case, time) uM.
    """
    inhibitor = np.array([arm.inhibitor for _, arm in arms], dtype=np.bool_)
    doses = {name: _doses(arms, name) for name in ROUTES}
    hours = t_min / 60.0
    return {
        "five_htp": htp5_uM(doses["five_htp"], inhibitor, hours, constants.htp5),
        "levodopa": ldopa_uM(doses["levodopa"], inhibitor, hours, constants.ldopa),
        "choline": choline_uM(doses["choline"], hours, constants.choline),
    }


def _doses(arms: Sequence[tuple[Study, Arm]], name: str) -> OralDoses:
    width = max(len(arm.intakes) for _, arm in arms)
    dose, time = np.zeros((len(arms), width)), np.zeros((len(arms), width))
    for row, (_, arm) in enumerate(arms):
        first = min(eaten.hour for eaten in arm.intakes)
        for column, eaten in enumerate(arm.intakes):
            dose[row, column], time[row, column] = eaten.other_mg.get(name, 0.0), eaten.hour - first
    return OralDoses(np.array([study.weight_kg for study, _ in arms]), dose, time)
