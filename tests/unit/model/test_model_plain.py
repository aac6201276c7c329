"""The kernel solves the equations of docs/model.md: compared with a plain copy of them, stepped by a fourth-order method."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tools"))

from plain_model import AT_REST, PlainCase  # noqa: E402

from neurobalance_expert.model.constants import load_constants  # noqa: E402
from neurobalance_expert.model.day import Intake, simulate, stack  # noqa: E402

CONSTANTS = load_constants(ROOT)
MIXED = {
    "trp": 0.36,
    "tyr": 1.1,
    "phe": 1.35,
    "leu": 2.4,
    "ile": 1.4,
    "val": 1.6,
    "met": 0.7,
    "thr": 1.2,
    "his": 0.8,
    "lys": 2.0,
    "gln": 3.0,
}
DAYS = {
    "meal, drink and supplement": (
        Intake(8.0, MIXED, protein_g=30, carbohydrate_g=70, fat_g=15, fibre_g=5),
        Intake(10.0, carbohydrate_g=40, carbohydrate_per_h=1.8),
        Intake(11.2, free_g={"trp": 0.5, "tyr": 1.0, "leu": 1.0}),
    ),
    "whey, then Phe": (Intake(8.0, MIXED, protein_g=30, digestion_per_h=1.8, lag_h=0.3), Intake(9.5, free_g={"phe": 2.0})),
    "a drink without Trp": (
        Intake(8.0, free_g={"ile": 8, "leu": 13.5, "lys": 11, "phe": 5.7, "thr": 6.5, "val": 8.9, "met": 3, "tyr": 6.9}),
    ),
}


def fourth_order(case: PlainCase, minutes: int) -> np.ndarray:
    """States every 5 min by steps of one minute, which a lag or an intake may cut: the error is far below what is asked."""
    h, y = 1 / 60, AT_REST
    out = [y]
    for n in range(minutes):
        t = n * h
        a = case.slopes(t + 1e-9, y)
        b = case.slopes(t + h / 2, y + h / 2 * a)
        c = case.slopes(t + h / 2, y + h / 2 * b)
        y = y + h / 6 * (a + 2 * b + 2 * c + case.slopes(t + h - 1e-9, y + h * c))
        if (n + 1) % 5 == 0:
            out.append(y)
    return np.array(out)


@pytest.mark.parametrize("name", DAYS)
def test_the_kernel_is_within_half_a_percent_of_the_plain_equations(name):
    """Eight hours of three days, output every 5 min."""
    case = PlainCase(70.0, DAYS[name], CONSTANTS.fasting_uM(), CONSTANTS)
    plain = fourth_order(case, 480)
    raises = plain[:, 12]
    expected = plain[:, :11] * CONSTANTS.fasting_uM()
    expected[:, 0] *= 1 + CONSTANTS.insulin_binding * raises**2 / (raises**2 + CONSTANTS.insulin_half**2)
    kernel = simulate(stack([(70.0, DAYS[name], CONSTANTS.fasting_uM())]), CONSTANTS, every_min=5, until_h=8).plasma_uM[0]

    np.testing.assert_allclose(kernel, expected, rtol=0.005)


def test_the_plain_fasting_state_is_at_rest():
    """All slopes of the plain equations are 0 before anything is absorbed."""
    case = PlainCase(70.0, (Intake(8.0, carbohydrate_g=0.0),), CONSTANTS.fasting_uM(), CONSTANTS)

    np.testing.assert_allclose(case.slopes(1.0, AT_REST), 0.0, atol=1e-12)
