"""Days as arrays: intakes of any number of cases, stacked. Units are settled; one case is a batch of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields

import numpy as np
import numpy.typing as npt

from neurobalance_expert.model.constants import AA, INDEX, Array


@dataclass(frozen=True, slots=True)
class Intake:
    """One intake of one person; a missing amino acid counts as none, so say NaN where it is not known."""

    time_h: float
    bound_g: Mapping[str, float] = field(default_factory=dict)
    free_g: Mapping[str, float] = field(default_factory=dict)
    carbohydrate_g: float = 0.0
    fat_g: float = 0.0
    fibre_g: float = 0.0
    protein_g: float = 0.0
    digestion_per_h: float = float("nan")
    carbohydrate_per_h: float = float("nan")
    lag_h: float = float("nan")


@dataclass(frozen=True, slots=True)
class DayBatch:
    """Days of several cases, events padded to the same number. Units are settled."""

    weight_kg: Array  # (case,)
    time_h: Array  # (case, event) hours after midnight of the first day
    bound_g: Array  # (case, event, aa) amino acids inside protein, as free acids
    free_g: Array  # (case, event, aa) free amino acids
    carbohydrate_g: Array  # (case, event)
    fat_g: Array  # (case, event)
    fibre_g: Array  # (case, event)
    protein_g: Array  # (case, event) slows the stomach by its energy; what is absorbed are the amino acids
    digestion_per_h: Array  # (case, event) NaN: solid mixed meal
    carbohydrate_per_h: Array  # (case, event) NaN: of unstated kind
    lag_h: Array  # (case, event) NaN: that of a solid meal, or of a drink when digestion_per_h is given
    valid: npt.NDArray[np.bool_]  # (case, event) False: padding
    fasting_uM: Array  # (case, aa) NaN: not known


def stack(cases: Sequence[tuple[float, Sequence[Intake], Array]]) -> DayBatch:
    """A batch from (body mass kg, intakes, fasting plasma (aa,) uM) of each case.

    Raises:
        KeyError: an amino acid that is not on the axis ``AA``.
    """
    width = max((len(intakes) for _, intakes, _ in cases), default=0)
    shape = (len(cases), width)
    columns = {f.name: np.zeros(shape) for f in fields(Intake)}
    columns["bound_g"], columns["free_g"] = np.zeros((*shape, len(AA))), np.zeros((*shape, len(AA)))
    valid = np.zeros(shape, dtype=bool)
    for case, (_, intakes, _) in enumerate(cases):
        for event, intake in enumerate(intakes):
            valid[case, event] = True
            for name, column in columns.items():
                value = getattr(intake, name)
                if isinstance(value, Mapping):
                    for aa, grams in value.items():
                        column[case, event, INDEX[aa]] = grams
                else:
                    column[case, event] = value
    weight = np.array([w for w, _, _ in cases], dtype=np.float64)
    fasting = np.array([f for _, _, f in cases], dtype=np.float64).reshape(len(cases), len(AA))
    return DayBatch(weight_kg=weight, valid=valid, fasting_uM=fasting, **columns)
