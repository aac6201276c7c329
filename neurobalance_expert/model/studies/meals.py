"""From the arms of a study to the cases of the kernel: grams of protein to grams of amino acids, names of speeds to rates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from neurobalance_expert.model.constants import INDEX, Array, ModelConstants
from neurobalance_expert.model.day import Intake
from neurobalance_expert.model.studies.types import Arm, Eaten, Protein, Study


def speeds(constants: ModelConstants) -> dict[str, Mapping[str, float]]:
    """The named speeds of the model, 1/h, by "digestion" and "carbohydrate"."""
    return {"digestion": constants.digestion_speeds, "carbohydrate": constants.carbohydrate_speeds}


def case_of(study: Study, arm: Arm, proteins: Mapping[str, Protein], constants: ModelConstants) -> tuple[float, list[Intake], Array]:
    """Body mass in kg, intakes and fasting plasma (aa,) uM of one arm; what the study did not measure is the default of the sex."""
    fasting = constants.fasting_uM(study.sex)
    for aa, value in study.fasting_uM.items():
        fasting[INDEX[aa]] = value
    return study.weight_kg, [i for eaten in arm.intakes for i in intakes_of(eaten, proteins, constants)], fasting


def intakes_of(eaten: Eaten, proteins: Mapping[str, Protein], constants: ModelConstants) -> list[Intake]:
    """Intakes of the kernel, one for each source of protein; all else goes with the first."""
    known = speeds(constants)
    rest: dict[str, Any] = {
        "free_g": {aa: g for aa, g in eaten.free_g.items() if aa in INDEX},
        "carbohydrate_g": eaten.carbohydrate_g,
        "fat_g": eaten.fat_g,
        "fibre_g": eaten.fibre_g,
        "carbohydrate_per_h": known["carbohydrate"].get(eaten.carbohydrate, float("nan")),
    }
    found: list[Intake] = []
    for source, grams in eaten.protein.items() or (("", 0.0),):
        speed = eaten.digestion or (proteins[source].digestion if source else "")
        numbers = {
            **(rest if not found else {}),
            "bound_g": {aa: grams * g / 100.0 for aa, g in proteins[source].grams.items()} if source else {},
            "protein_g": grams,
            "digestion_per_h": known["digestion"].get(speed, float("nan")),
            "lag_h": constants.lag if eaten.solid else float("nan"),
        }
        found.append(Intake(eaten.hour, **numbers))
    return found


def last_minute(arms: Sequence[Arm]) -> float:
    """The latest minute after the first intake that any quantity is read at."""
    return max(max(*q.span, q.base_min) for arm in arms for q in arm.quantities)


def shown_min(study: Study) -> float:
    """The last minute that a drawing of the study shows: a little after the last that anything is read at, an hour at least."""
    return 1.05 * max(max(q.span[1] for arm in study.arms.values() for q in arm.quantities), 60.0)
