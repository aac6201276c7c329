"""Transport at the blood-brain barrier: large neutral amino acids compete for one carrier.

With S = 1 + sum over all j of C[j]/Km[j], competitive Michaelis-Menten kinetics become

    km_app[i] = Km[i] * S - C[i]        influx[i] = Vmax[i] * C[i] / (Km[i] * S)        share[i] = C[i] / (Km[i] * S)

so every rival acts through the single number S. Source: docs/model.md#barrier; constants: knowledge/transporters/LAT1.yaml.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from math import isfinite, isnan
from types import MappingProxyType
from typing import Any

import numpy as np

from neurobalance_expert.errors import did_you_mean
from neurobalance_expert.model.constants import INDEX, Array, ModelConstants, TransportConstants

ALIASES = {"levodopa": "ldopa", "l-dopa": "ldopa"}
OTHER_AMINO_ACIDS = ("lys", "arg", "cys", "ala", "asp", "asn", "glu", "gly", "pro", "ser", "hyp", "orn", "cit", "tau")

FULL_NAMES = {
    "trp": "tryptophan",
    "tyr": "tyrosine",
    "phe": "phenylalanine",
    "leu": "leucine",
    "ile": "isoleucine",
    "val": "valine",
    "met": "methionine",
    "thr": "threonine",
    "his": "histidine",
    "gln": "glutamine",
}


def competition_sum(km: Array, plasma: Array) -> Array:
    """S = 1 + sum of plasma/km over the carrier's substrates.

    Args:
        km: Michaelis constants. (aa,) uM, > 0; infinite where the carrier does not take the amino acid
        plasma: Concentrations offered to the carrier. (..., aa) uM, >= 0; NaN where not measured

    Returns:
        (..., 1), >= 1. A NaN makes its whole row NaN: unknown is not zero.

    >>> competition_sum(np.array([15.0, 30.0]), np.array([30.0, 60.0]))
    array([5.])
    """
    s: Array = 1.0 + (plasma / km).sum(axis=-1, keepdims=True)
    return s


def km_apparent(km: Array, plasma: Array) -> Array:
    """Apparent Km of each amino acid while all of them compete for one carrier.

        km_app[i] = km[i] * (1 + sum over j != i of plasma[j] / km[j])

    Args and NaN as in ``competition_sum``. Returns (..., aa) uM, never below ``km``.

    >>> km_apparent(np.array([15.0, 30.0]), np.array([[50.0, 0.0], [50.0, 60.0]]))
    array([[ 15., 130.],
           [ 45., 130.]])
    """
    rivals = 1.0 - np.eye(km.size)  # (aa, aa) everyone but yourself
    return km * (1.0 + (plasma / km) @ rivals)


def influx(km: Array, vmax: Array, plasma: Array) -> Array:
    """Unidirectional influx into brain by the carrier; the small non-saturable part is neglected. (..., aa) nmol/min/g

    Args:
        vmax: Largest rates. (aa,) nmol/min/g; NaN where not measured
        km, plasma: As in ``competition_sum``.
    """
    return vmax * carrier_share(km, plasma)


def carrier_share(km: Array, plasma: Array) -> Array:
    """Share of the carrier that each amino acid holds; what is missing to 1 is empty carrier, 1/S. (..., aa) 0 to 1"""
    return (plasma / km) / competition_sum(km, plasma)


def occupancy(km: Array, plasma: Array) -> Array:
    """Share of the carrier that is taken, 1 - 1/S. (...,) 0 to 1"""
    return 1.0 - 1.0 / competition_sum(km, plasma)[..., 0]


def influx_vs_fasting(plasma: Array, fasting: Array, constants: ModelConstants, trp_free: tuple[Array, Array] | None = None) -> Array:
    """Influx over the same person's fasting influx; Vmax and Km of the numerator cancel.

        (C[i] / C_fasting[i]) * (S_fasting / S)

    Trp counts in S with a constant share of its total (``tryptophan_available``), so that its relative influx follows total Trp.
    With ``trp_free`` (course, fasting) it counts with its free concentration instead, above and below.

    Args:
        plasma: (case, time, aa) uM
        fasting: (case, aa) uM
        trp_free: ((case, time), (case,)) uM, or None

    Returns:
        (case, time, aa). NaN for amino acids that are no substrates, and where the fasting concentration is 0.
    """
    trp = INDEX["trp"]
    offered, offered_fasting = plasma.copy(), fasting[:, None, :].copy()
    if trp_free is None:
        offered[..., trp] *= constants.tryptophan_available
        offered_fasting[..., trp] *= constants.tryptophan_available
    else:
        offered[..., trp], offered_fasting[..., 0, trp] = trp_free
    s = 1.0 + offered @ constants.lat1_inverse_km
    s_fasting = 1.0 + offered_fasting @ constants.lat1_inverse_km
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = np.where(offered_fasting > 0, offered / offered_fasting, np.nan)
    relative *= (s_fasting / s)[..., None]
    relative[..., constants.lat1_inverse_km == 0] = np.nan
    return relative


def bbb(
    constants: TransportConstants,
    plasma_uM: Mapping[str, float],
    *,
    absent: Iterable[str] = (),
    optional_km_uM: Mapping[str, float] = MappingProxyType({}),
) -> dict[str, Any]:
    """The carrier at one plasma: competition sum, apparent Km, influx and share of each substrate.

    Args:
        constants: One set of carrier constants.
        plasma_uM: Concentrations by name, upper or lower case. Amino acids that are no substrates of the set are listed under
            ``left_out``. Trp is taken as given: use free Trp with constants measured against free Trp.
        absent: Substrates that the caller declares to be left out of S; they are listed under ``left_out`` too.
        optional_km_uM: Km of substrates that plasma usually lacks (levodopa): in S when they are given, not missed when they are not.
            uM, > 0. Without a Vmax their influx is None.

    Returns:
        ``{constants, S, km_app_uM, influx_nmol_min_g, share}``; an influx without a measured Vmax is None.

    Raises:
        ValueError: an unknown name, a name twice, a value that is not finite or negative, or a substrate with neither a value nor
            a place in ``absent`` (unknown is not zero). The message names all of one kind.
    """
    constants = _with_optional(constants, optional_km_uM)
    given = _by_name(constants, plasma_uM)
    skip = {_canonical(name) for name in absent}
    for name in sorted(skip):
        if name not in {*constants.substrates, *OTHER_AMINO_ACIDS, *INDEX}:
            raise ValueError(f"'{name}' cannot be left out; {_hint(name, constants)}")
        if name in given:
            raise ValueError(f"{name} has a concentration and is said to be left out; keep one of the two")
    lacking = [aa for aa in constants.substrates if aa not in given and aa not in skip and aa not in optional_km_uM]
    if lacking:
        options = " ".join(f"--absent {aa}" for aa in lacking)
        raise ValueError(
            f"no concentration for {', '.join(lacking)}: a rival that was not measured is not zero; give it, or leave it out with {options}"
        )
    used = [i for i, aa in enumerate(constants.substrates) if aa in given]
    names = [constants.substrates[i] for i in used]
    km, vmax = constants.km_uM[used], constants.vmax_nmol_min_g[used]
    plasma = np.array([given[aa] for aa in names], dtype=float)
    columns = {"km_app_uM": km_apparent(km, plasma), "influx_nmol_min_g": influx(km, vmax, plasma), "share": carrier_share(km, plasma)}
    out: dict[str, Any] = {"constants": constants.name, "S": float(competition_sum(km, plasma)[0])}
    out |= {key: {aa: None if isnan(v) else float(v) for aa, v in zip(names, column, strict=True)} for key, column in columns.items()}
    left_out = sorted((set(given) | skip) - set(names))
    return out | ({"left_out": left_out} if left_out else {})


def _with_optional(constants: TransportConstants, optional_km_uM: Mapping[str, float]) -> TransportConstants:
    km = np.concatenate([constants.km_uM, np.array(list(optional_km_uM.values()), dtype=np.float64)])
    vmax = np.concatenate([constants.vmax_nmol_min_g, np.full(len(optional_km_uM), np.nan)])
    return replace(constants, substrates=(*constants.substrates, *optional_km_uM), km_uM=km, vmax_nmol_min_g=vmax)


def _canonical(written: object) -> str:
    name = str(written).strip().lower()
    return ALIASES.get(name, name)


def _hint(name: str, constants: TransportConstants) -> str:
    full = next((short for short, long in FULL_NAMES.items() if name.removeprefix("l-") == long), None)
    if full:
        return f"write {full}"
    return did_you_mean(name, constants.substrates, otherwise=f"the set '{constants.name}' has {', '.join(constants.substrates)}")


def _by_name(constants: TransportConstants, plasma_uM: Mapping[str, float]) -> dict[str, float]:
    known = {*constants.substrates, *OTHER_AMINO_ACIDS, *INDEX}
    given: dict[str, float] = {}
    for written, value in plasma_uM.items():
        name = _canonical(written)
        if name not in known:
            raise ValueError(f"'{written}' is no amino acid of the carrier; {_hint(name, constants)}")
        if name in given:
            raise ValueError(f"'{name}' stands twice")
        number = float(value)
        if not isfinite(number) or number < 0:
            raise ValueError(f"the concentration of {name} must be a number of uM, 0 or more, not {value}")
        given[name] = number
    return given
