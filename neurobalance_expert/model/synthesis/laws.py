"""Rate laws that several models share. Every function takes floats or numpy arrays of one shape and returns the same; uM, 1/h, uM/h."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import numpy.typing as npt

X = TypeVar("X", float, npt.NDArray[np.float64])


def saturation(substrate: X, km: float) -> X:
    """Michaelis-Menten saturation, 0 to 1: s / (km + s)."""
    return substrate / (km + substrate)


def tph(trp: X, bh4: X, vmax: float, km_trp: float, ki_trp: float, km_bh4: float) -> X:
    """Tryptophan hydroxylase with inhibition by its substrate, fastest at sqrt(km * ki). uM/h

    As in best2020: vmax trp / (km + trp + trp^2 / ki) * bh4 / (km_bh4 + bh4).
    """
    return vmax * trp / (km_trp + trp + trp**2 / ki_trp) * saturation(bh4, km_bh4)


def th(tyr: X, bh4: X, cda: X, vmax: float, km_tyr: float, km_bh4: float, ki_tyr: float, ki_cda: float, scale: float) -> X:
    """Tyrosine hydroxylase; tyrosine inhibits, cytosolic dopamine competes with BH4. uM/h

    As in best2009, without its autoreceptor factor. ``scale`` is the published factor that makes the substrate inhibition 1 at rest.
    """
    binding = tyr * bh4 + km_tyr * bh4 + km_tyr * km_bh4 * (1 + cda / ki_cda)
    return scale / (1 + tyr / ki_tyr) * vmax * tyr * bh4 / binding


def autoreceptor(eda: X, height: float, slope: float, half: float, power: float, floor: float) -> X:
    """Factor of the dopamine autoreceptors on synthesis, 1 at rest: height / (slope (eda / half)^power + 1) + floor (best2009)."""
    factor: X = height / (slope * (eda / half) ** power + 1) + floor
    return factor


def bh2_reduction(
    bh2: X, bh4: X, nadph: float, nadp: float, forward: tuple[float, float, float], backward: tuple[float, float, float]
) -> X:
    """Reduction of BH2 to BH4, reversible; forward and backward are (vmax, km of the pterin, km of the nucleotide). uM/h"""
    vf, km_bh2, km_nadph = forward
    vb, km_bh4, km_nadp = backward
    return vf * saturation(bh2, km_bh2) * saturation(nadph, km_nadph) - vb * saturation(bh4, km_bh4) * saturation(nadp, km_nadp)
