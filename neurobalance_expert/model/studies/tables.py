"""Published tables that the model must give back: the carrier in the rat, and steady states of synthesis."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import numpy as np
from msgspec import Struct

from neurobalance_expert.model.barrier import influx, km_apparent
from neurobalance_expert.model.constants import LAT1_FILE, load_transport
from neurobalance_expert.model.entries import EntryReader
from neurobalance_expert.model.synthesis.read import MODELS, load_kinetics
from neurobalance_expert.model.synthesis.steady import steady_state
from neurobalance_expert.source import load

CARRIER_SET = "rat_perfusion"
CARRIER_TOLERANCE = 0.02
STEADY_TOLERANCE = 0.01


class Recomputed(Struct, frozen=True):
    """One number of a published table beside ours."""

    table: str
    quantity: str
    unit: str
    published: float
    model: float
    tolerance: float

    @property
    def inside(self) -> bool:
        """Whether the relative difference is within the tolerance; NaN is not."""
        return abs(self.model - self.published) <= self.tolerance * abs(self.published)


def carrier_table(kb: Path, references: Mapping[str, object]) -> list[Recomputed]:
    """Apparent Km and influx of the published rat table, from its Km, Vmax and plasma. Raises InputProblems."""
    transport = load_transport(kb, CARRIER_SET)
    reader = EntryReader(load(kb / LAT1_FILE, shown_as=LAT1_FILE), references)
    at = ("LAT1", "sets", CARRIER_SET)
    plasma = reader.table((*at, "table_plasma"), "uM", transport.substrates)
    printed = {
        "apparent Km": (reader.mapping((*at, "table_km_app"), "uM"), "uM"),
        "influx": (reader.mapping((*at, "table_influx"), "nmol/min/g"), "nmol/min/g"),
    }
    reader.problems.stop()
    computed = {
        "apparent Km": km_apparent(transport.km_uM, plasma),
        "influx": influx(transport.km_uM, transport.vmax_nmol_min_g, plasma),
    }
    place = {aa: i for i, aa in enumerate(transport.substrates)}
    return [
        Recomputed("carrier in the rat", f"{what} of {aa}", unit, value, float(np.asarray(computed[what])[place[aa]]), CARRIER_TOLERANCE)
        for what, (values, unit) in printed.items()
        for aa, value in values.items()
    ]


def steady_states(kb: Path) -> list[Recomputed]:
    """Published steady states of synthesis beside ours. Raises InputProblems.

    Within 1 %, or half of the last digit that was published.
    """
    rows = []
    for name, model in MODELS.items():
        constants = load_kinetics(kb, model)
        state = steady_state(model, constants.parameters, constants.start)
        found = {**state.variables, **state.fluxes}
        for what, value in constants.published.items():
            tolerance = max(STEADY_TOLERANCE, half_last_digit(value) / abs(value))
            rows.append(Recomputed(f"steady state of {name}", what, model.variables.get(what, model.unit), value, found[what], tolerance))
    return rows


def half_last_digit(value: float) -> float:
    """Half of the last digit of a published number, of which at least two digits count: 4 was printed as 4.0.

    >>> half_last_digit(1.6), half_last_digit(945.0), half_last_digit(4.0)
    (0.05, 0.5, 0.05)
    """
    digits = Decimal(f"{value:g}")
    return 0.5 * 10.0 ** min(0, int(digits.as_tuple().exponent), digits.adjusted() - 1)
