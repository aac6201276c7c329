"""The fitted constants of knowledge/plasma.yaml are what tools/calibrate_plasma.py fits to the studies, and the tool weighs as it says."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

import calibrate_plasma as tool  # noqa: E402


@pytest.fixture(scope="module")
def loaded():
    """The studies and constants of knowledge/."""
    return tool.load()


@pytest.fixture(scope="module")
def one_row(loaded):
    """A quantity with a published number, 0.34 up (lyons1988, sucrose)."""
    calibration, constants = loaded
    return next(r for r in calibration.rows(constants) if r.study == "lyons1988" and r.arm == "sucrose" and r.quantity.scale == "change")


def test_the_constants_in_the_knowledge_are_the_fit(loaded):
    """A fit that starts from them finds nothing better; a constant set by hand, or a study changed without a new fit, fails here."""
    calibration, constants = loaded
    stands = tool.fitted_in(constants)
    logs, _ = tool.fit(calibration, constants, np.log(stands))

    np.testing.assert_allclose(np.exp(logs), stands, rtol=0.02)


def test_a_fitted_constant_is_set_and_read_at_the_same_place(loaded):
    """Each goes in and comes out, and moves no other."""
    _, constants = loaded
    before = tool.fitted_in(constants)
    for n, free in enumerate(tool.FITTED):
        after = tool.fitted_in(free.put(constants, 2 * before[n]))
        np.testing.assert_allclose(after / before, np.where(np.arange(len(before)) == n, 2.0, 1.0))


def test_every_constant_marked_fitted_is_fitted(loaded):
    """And no other is touched by the tool, but within a table of which some are fitted."""
    _, constants = loaded
    marked = {name for name, entry in constants.entries.items() if entry.origin == "fitted"}
    touched = {free.name.split(" of ")[0] for free in tool.FITTED}

    assert {name.removeprefix("plasma.") for name in marked} == touched


def test_only_what_may_be_fitted_takes_part(loaded):
    """No unseen and no contested quantity."""
    calibration, constants = loaded
    rows = calibration.rows(constants)

    assert len(rows) > 90
    assert not [r for r in rows if r.quantity.use != "calibration" or r.quantity.contested]


@pytest.mark.parametrize(
    ("model", "published", "spread", "bound", "expected"),
    [
        (0.34, 0.34, None, "", 0.0),
        (0.34 * 1.25, 0.34, None, "", 1.0),  # a quarter
        (0.34 - 0.2, 0.34, 0.2, "", -1.0),  # the spread where it is wider
        (0.06, 0.02, None, "", 1.0),  # 0.04 where both are less
        (2.5, 2.0, None, "at_least", 0.0),
        (1.5, 2.0, None, "at_least", -1.0),
        (None, 0.34, None, "", tool.UNKNOWN),
    ],
)
def test_the_misfit_is_counted_in_tolerances(one_row, model, published, spread, bound, expected):
    """By hand."""
    row = _changed(one_row, model=model, spread=spread, published=published, bound=bound)

    assert tool.misfit(row) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("direction", "change", "expected"),
    [
        ("up", 0.03, 0.0),
        ("up", 0.0, 1.0),
        ("up", -0.01, 2.0),
        ("down", -0.2, 0.0),
        ("down", 0.01, 2.0),
        ("none", 0.12, 0.0),  # 0.8 of 0.15
        ("none", -0.27, 1.0),
        ("not_up", 0.15, 0.0),
        ("not_down", -0.3, 1.0),
        ("up", -9.0, tool.UNKNOWN),
        ("", -9.0, 0.0),
        ("up", None, tool.UNKNOWN),
    ],
)
def test_a_wrong_direction_is_counted_from_the_least_change_on(one_row, direction, change, expected):
    """By hand, with what counts as none at 0.15."""
    row = _changed(one_row, change=change, direction=direction, within=0.15)

    assert tool.against_sign(row) == pytest.approx(expected)


def _changed(row, **fields):
    own = {name: fields.pop(name) for name in ("model", "spread", "change") if name in fields}
    return replace(row, quantity=replace(row.quantity, **fields), **own)
