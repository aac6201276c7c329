"""Bands: many draws of the constants on the same kernel."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from neurobalance_expert.model.constants import AA, load_constants
from neurobalance_expert.model.day import Intake, simulate, stack
from neurobalance_expert.model.draws import bands, draw

CONSTANTS = load_constants(Path(__file__).resolve().parents[3])
FASTING = CONSTANTS.fasting_uM()
DAY = (
    Intake(8, {"trp": 0.4, "tyr": 1.1, "phe": 1.4, "leu": 2.4, "ile": 1.4, "val": 1.6, "lys": 2.0}, protein_g=30, carbohydrate_g=50),
    Intake(13, free_g={"trp": 1.0, "tyr": 2.0, "leu": 1.0}),
)


def test_a_draw_is_the_model_with_those_constants():
    """Case k of the drawn batch is the same day simulated alone with the constants of draw k: the case axis does nothing else."""
    batch, constants = draw(70.0, DAY, FASTING, CONSTANTS, 20, seed=1)
    drawn = simulate(batch, constants)
    for k in (0, 7, 19):
        alone = replace(CONSTANTS, **{name: getattr(constants, name)[k] for name in CONSTANTS.spreads})
        one = simulate(stack([(70.0, DAY, batch.fasting_uM[k])]), alone)
        np.testing.assert_allclose(drawn.plasma_uM[k], one.plasma_uM[0], rtol=1e-12)


def test_draws_of_several_pieces_keep_their_constants():
    """501 draws are worked on in two pieces; the last is still itself."""
    batch, constants = draw(70.0, DAY, FASTING, CONSTANTS, 501, seed=1)
    drawn = simulate(batch, constants, every_min=60)
    alone = replace(CONSTANTS, **{name: getattr(constants, name)[500] for name in CONSTANTS.spreads})

    np.testing.assert_allclose(
        drawn.plasma_uM[500], simulate(stack([(70.0, DAY, batch.fasting_uM[500])]), alone, every_min=60).plasma_uM[0], rtol=1e-12
    )


def test_the_same_seed_gives_the_same_bands_and_another_seed_others():
    """Draws come from the seed and nothing else."""
    a, b, c = (bands(simulate(*draw(70.0, DAY, FASTING, CONSTANTS, 30, seed)), seed) for seed in (5, 5, 6))

    assert a == b
    assert a["plasma_uM"] != c["plasma_uM"]


def test_bands_are_ordered_and_hold_the_model():
    """p5 <= p50 <= p95 everywhere, and the course without draws lies between p5 and p95."""
    found = bands(simulate(*draw(70.0, DAY, FASTING, CONSTANTS, 300, seed=2)), 2)
    course = simulate(stack([(70.0, DAY, FASTING)]), CONSTANTS)
    for n, aa in enumerate(AA):
        low, middle, high = (np.array(found["plasma_uM"][aa][name]) for name in ("p5", "p50", "p95"))
        assert np.all((low <= middle) & (middle <= high))
        assert np.all((low <= course.plasma_uM[0, :, n]) & (course.plasma_uM[0, :, n] <= high))


def test_an_unknown_stays_unknown_in_every_draw():
    """A body mass that is not known gives no band after the fasting point."""
    found = bands(simulate(*draw(float("nan"), DAY, FASTING, CONSTANTS, 5, seed=0), every_min=60), 0)

    assert found["plasma_uM"]["trp"]["p50"][0] is not None
    assert set(found["plasma_uM"]["trp"]["p50"][1:]) == {None}


@pytest.mark.parametrize("number", [0, 10_001])
def test_a_number_of_draws_out_of_range_is_refused(number):
    """One to ten thousand."""
    with pytest.raises(ValueError, match="from 1 to 10000"):
        draw(70.0, DAY, FASTING, CONSTANTS, number, seed=0)
