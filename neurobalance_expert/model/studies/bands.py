"""How sure the model is of what a study measured: each arm with many draws, and each draw read as the model itself is.

The draws are those of ``simulate --draws`` (docs/model.md#draws), with one seed for all arms: draw k has the same constants, and fasting
plasma moved by the same factors, in every arm, so that a base or another arm is one of the same draw. The precursors with routes of their
own have no draws and no band.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields

import numpy as np
from msgspec import Struct

from neurobalance_expert.model.constants import Array, ModelConstants
from neurobalance_expert.model.day import DayCourse, simulate
from neurobalance_expert.model.draws import CENTILES, draw
from neurobalance_expert.model.studies.evaluate import EVERY_MIN, Courses, curve, reading_and_base, scaled
from neurobalance_expert.model.studies.meals import case_of, last_minute, shown_min
from neurobalance_expert.model.studies.types import ROUTES, Protein, Quantity, Study

DRAWS, SEED = 200, 0  # of the validation page
ENDS = (CENTILES[0], CENTILES[-1])


class Band(Struct, frozen=True):
    """Between which centiles of the draws one quantity lies."""

    low: Array  # (time,) of its curve, in the unit that it is drawn in
    high: Array  # (time,)
    value: tuple[float, float]  # of the number that the study published, in its scale; NaN when a draw cannot tell

    def holds(self, value: float) -> bool:
        """Whether a published number lies inside."""
        return self.value[0] <= value <= self.value[1]


Bands = Mapping[tuple[str, str, Quantity], Band]  # by study, arm and quantity


def study_bands(study: Study, proteins: Mapping[str, Protein], constants: ModelConstants, number: int, seed: int) -> Bands:
    """The band of every quantity of a study that has draws; the points of time are those of ``evaluate.run``.

    Args:
        number: How many draws; see ``draws.draw``.
        seed: The same seed gives the same bands.
    """
    drawn = [(arm.id, q) for arm in study.arms.values() for q in arm.quantities if q.what not in ROUTES]
    if not drawn:
        return {}
    draws = _draws(study, proteins, constants, number, seed)
    return {(study.id, arm, q): _band(study.id, arm, q, draws) for arm, q in drawn}


def _draws(study: Study, proteins: Mapping[str, Protein], constants: ModelConstants, number: int, seed: int) -> list[Courses]:
    """All arms once for each draw, up to the end of the drawing and the last minute that is read."""
    arms = list(study.arms.values())
    until_h = (max(shown_min(study), last_minute(arms)) + EVERY_MIN) / 60.0
    found = []
    for arm in arms:
        batch, drawn = draw(*case_of(study, arm, proteins, constants), constants, number, seed)
        found.append(simulate(batch, drawn, EVERY_MIN, until_h))
    course = _joined(found)
    return [Courses(course, {(study.id, arm.id): n * number + k for n, arm in enumerate(arms)}) for k in range(number)]


def _joined(courses: Sequence[DayCourse]) -> DayCourse:
    """The cases of courses over the same time, one after the other."""
    cases = {f.name: np.concatenate([getattr(course, f.name) for course in courses]) for f in fields(DayCourse) if f.name != "t_min"}
    return DayCourse(t_min=courses[0].t_min, **cases)


def _band(study: str, arm: str, q: Quantity, draws: Sequence[Courses]) -> Band:
    low, high = np.percentile([curve(courses, courses.row[study, arm], q) for courses in draws], ENDS, axis=0)
    values = [scaled(*reading_and_base(courses, study, arm, q), q.scale) for courses in draws]
    least, most = np.percentile(values, ENDS).tolist()
    return Band(low, high, (least, most))
