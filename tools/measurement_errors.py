"""How far the model may be off, for knowledge/measurement_errors.yaml: the spread of its window means over draws.

    python tools/measurement_errors.py

For each fed window and night of the example cases whose course is known: the standard deviation over 200 draws of the constants and of
fasting plasma, as a share of the mean. Printed are the smallest, the middle and the largest; the middle one is copied to the knowledge
base by hand, to two figures (a test compares).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from neurobalance_expert.assessment import Knowledge, load_case_file, load_knowledge
from neurobalance_expert.facts.prepare import Prepared, prepare
from neurobalance_expert.facts.timing import day_to_simulate
from neurobalance_expert.model.constants import INDEX, Array
from neurobalance_expert.model.day import simulate
from neurobalance_expert.model.draws import draw

ROOT = Path(__file__).resolve().parent.parent
DRAWS, SEED, UNTIL_H = 200, 0, 36.0
Spreads = dict[tuple[str, str], list[float]]  # relation and amino acid


def spreads(root: Path, knowledge: Knowledge) -> Spreads:
    """The relative standard deviations of all windows of the cases in ``examples`` and ``tests/data/cases``."""
    found: Spreads = {}
    for path in sorted([*(root / "examples").glob("*.yaml"), *(root / "tests" / "data" / "cases").glob("*.yaml")]):
        prepared = prepare(load_case_file(path, knowledge), knowledge)
        if prepared.day.course is not None and all(i.known and i.minute is not None for i in prepared.intakes):
            _add(found, prepared, knowledge)
    return found


def _add(found: Spreads, prepared: Prepared, knowledge: Knowledge) -> None:
    person, constants = prepared.case.person, knowledge.constants
    day = day_to_simulate(prepared.intakes, person.weight_kg, person.sex, constants)
    course = simulate(*draw(*day, constants, DRAWS, SEED), until_h=UNTIL_H)
    minutes = np.asarray(course.t_min) + course.first_intake_min[0]
    for window in prepared.day.windows:
        inside = (minutes >= window.start_min) & (minutes < window.end_min)
        if window.phase == "fasting" or not inside.any():
            continue
        for aa, ratio in (("trp", course.trp_lnaa), ("tyr", course.tyr_lnaa)):
            found.setdefault(("influx", aa), []).append(_spread(course.influx_vs_fasting[:, inside, INDEX[aa]]))
            found.setdefault(("plasma_ratio", aa), []).append(_spread(ratio[:, inside] / ratio[:, :1]))


def _spread(values: Array) -> float:
    """The standard deviation between draws of the mean over the window, as a share of its mean. (draw, time)"""
    means = values.mean(axis=1)
    return float(means.std() / means.mean())


if __name__ == "__main__":
    for (relation, aa), shares in spreads(ROOT, load_knowledge(ROOT)).items():
        low, middle, high = np.percentile(shares, [0, 50, 100])
        print(f"{relation} {aa}: {middle:.2f} (from {low:.2f} to {high:.2f}, {len(shares)} windows)")
