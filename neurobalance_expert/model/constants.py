"""Constants of the model: read from ``knowledge/`` with their provenance, stacked on the amino-acid axis.

Every entry of the files has a number (``value``) or a table by amino acid (``values``), a unit, a source, an origin, a
verification mark, an evidence grade and a note. The model sees plain arrays; ``ModelConstants.entries`` keeps the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from neurobalance_expert.errors import did_you_mean
from neurobalance_expert.model.entries import Array as Array
from neurobalance_expert.model.entries import Entry, EntryReader
from neurobalance_expert.source import Document, load

AA = ("trp", "tyr", "phe", "leu", "ile", "val", "met", "thr", "his", "lys", "gln")
INDEX: Mapping[str, int] = {aa: i for i, aa in enumerate(AA)}
RIVALS_OF_TRP = ("tyr", "phe", "leu", "ile", "val")  # the sum below the plasma ratio trp_lnaa
INDISPENSABLE = AA[:-1]  # limit and drive protein deposition; all but gln

PLASMA_FILE = "knowledge/plasma.yaml"
LAT1_FILE = "knowledge/transporters/LAT1.yaml"
ASSUMPTIONS_FILE = "knowledge/assumptions.yaml"

_SCALARS = {
    "protein_turnover": "g/kg/h",
    "glutamine_flux": "umol/kg/h",
    "digestion": "1/h",
    "slowing_fat": "g",
    "slowing_fibre": "g",
    "slowing_free": "g",
    "slowing_limit": "1",
    "stomach_memory": "1/h",
    "phe_to_tyr": "1",
    "carbohydrate_absorption": "1/h",
    "insulin_effect_rate": "1/h",
    "insulin_half": "g/kg",
    "deposition_max": "g/kg/h",
    "deposition_half": "g/kg",
    "deposition_decay": "1/h",
    "deposition_limit": "1",
    "albumin_sites": "uM",
    "albumin_kd": "uM",
    "nefa_scale": "mM",
    "nefa_fasting": "mM",
    "nefa_fall": "1",
}
_TABLES = {
    "fasting": "uM",
    "fasting_sd": "uM",
    "fasting_male_factor": "1",
    "fasting_female_factor": "1",
    "first_order_share": "1",
    "molar_mass": "g/mol",
    "body_protein": "mg/g",
    "volume": "L/kg",
    "bound_fraction": "1",
    "free_fraction": "1",
    "free_absorption": "1/h",
    "insulin_gain": "1",
}


@dataclass(frozen=True, slots=True)
class TransportConstants:
    """One set of carrier constants, all from one preparation."""

    name: str
    substrates: tuple[str, ...]
    km_uM: Array  # (substrate,) > 0
    vmax_nmol_min_g: Array  # (substrate,) NaN where not measured


@dataclass(frozen=True, slots=True)
class ModelConstants:
    """Constants of plasma and barrier on the axis ``AA``; docs/model.md says what each does."""

    fasting: Array  # (aa,) uM, adults of both sexes
    fasting_sd: Array  # (aa,) uM, between people
    fasting_male_factor: Array  # (aa,)
    fasting_female_factor: Array  # (aa,)
    molar_mass: Array  # (aa,) g/mol
    body_protein: Array  # (aa,) mg of free acid in 1 g of body protein
    first_order_share: Array  # (aa,) share of turnover that follows the concentration
    volume: Array  # (aa,) L/kg
    bound_fraction: Array  # (aa,) share of protein-bound intake that reaches the circulation
    free_fraction: Array  # (aa,) the same for free amino acids
    free_absorption: Array  # (aa,) 1/h
    insulin_gain: Array  # (aa,) fall of the supply from own protein at full insulin effect
    protein_turnover: float  # g/kg/h
    glutamine_flux: float  # umol/kg/h
    digestion: float  # 1/h, solid mixed meal
    slowing_fat: float  # g
    slowing_fibre: float  # g
    slowing_free: float  # g
    slowing_limit: float
    stomach_memory: float  # 1/h
    phe_to_tyr: float
    carbohydrate_absorption: float  # 1/h
    insulin_effect_rate: float  # 1/h
    insulin_half: float  # g/kg
    deposition_max: float  # g/kg/h protein
    deposition_half: float  # g/kg protein that the load would make
    deposition_decay: float  # 1/h
    deposition_limit: float
    albumin_sites: float  # uM
    albumin_kd: float  # uM
    nefa_scale: float  # mM
    nefa_fasting: float  # mM
    nefa_fall: float
    lat1_inverse_km: Array  # (aa,) 1/uM, 0 where the amino acid is no substrate
    tryptophan_available: float  # share of total Trp in the competition sum
    digestion_speeds: Mapping[str, float] = field(default_factory=dict)  # 1/h by kind of protein
    entries: Mapping[str, Entry] = field(default_factory=dict, repr=False)

    @property
    def protein_umol_g(self) -> Array:
        """Amino acids in 1 g of body protein. (aa,) umol/g"""
        return 1000.0 * self.body_protein / self.molar_mass

    @property
    def clearance_per_h(self) -> Array:
        """First-order loss that balances protein breakdown at the default fasting state. (aa,) 1/h

        k = share * turnover * content of body protein / (volume * fasting concentration); for gln its own flux stands for the numerator.
        """
        flux = self.protein_turnover * self.protein_umol_g
        flux[INDEX["gln"]] = self.glutamine_flux
        return self.first_order_share * flux / (self.volume * self.fasting)

    def fasting_uM(self, sex: str | None = None) -> Array:
        """Default fasting plasma for a sex ("female", "male") or, when it is not known, for adults of both. (aa,) uM"""
        factor = {"male": self.fasting_male_factor, "female": self.fasting_female_factor}
        return self.fasting * factor[sex] if sex in factor else self.fasting.copy()


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What is assumed about the day; minutes, clock times after midnight."""

    night_start_min: float
    night_end_min: float
    meal_merge_min: float
    fed_min: float
    fed_mean_min: float


def load_constants(kb: Path, references: Mapping[str, object] | None = None) -> ModelConstants:
    """Constants of plasma and barrier from a knowledge base folder.

    Args:
        kb: Folder that holds ``knowledge/``.
        references: When given, every source must be one of its keys.

    Raises:
        InputProblems: every entry that is missing, incomplete, of another unit or with an unknown source.
    """
    plasma = load(kb / PLASMA_FILE, shown_as=PLASMA_FILE)
    lat1 = load(kb / LAT1_FILE, shown_as=LAT1_FILE)
    return parse_constants(plasma, lat1, references)


def load_transport(kb: Path, name: str | None = None, references: Mapping[str, object] | None = None) -> TransportConstants:
    """A named set of carrier constants, or the default one.

    Raises:
        ValueError: there is no set of that name; the message has the nearest name.
        InputProblems: the file has problems.
    """
    return parse_transport(load(kb / LAT1_FILE, shown_as=LAT1_FILE), name, references)


def load_assumptions(kb: Path, references: Mapping[str, object] | None = None) -> Assumptions:
    """Night and window lengths. Raises InputProblems."""
    return parse_assumptions(load(kb / ASSUMPTIONS_FILE, shown_as=ASSUMPTIONS_FILE), references)


def parse_constants(plasma: Document, lat1: Document, references: Mapping[str, object] | None = None) -> ModelConstants:
    """The same from parsed documents."""
    reader = EntryReader(plasma, references)
    scalars = {name: reader.scalar(("plasma", name), unit) for name, unit in _SCALARS.items()}
    tables = {name: reader.table(("plasma", name), unit, AA) for name, unit in _TABLES.items()}
    speeds = reader.mapping(("plasma", "digestion_speeds"), "1/h")
    reader.problems.stop()
    carrier = parse_transport(lat1, None, references)
    reader_lat1 = EntryReader(lat1, references)
    available = reader_lat1.scalar(("LAT1", "tryptophan_available"), "1")
    reader_lat1.problems.stop()
    inverse_km = np.zeros(len(AA))
    for name, km in zip(carrier.substrates, carrier.km_uM, strict=True):
        inverse_km[INDEX[name]] = 1.0 / km
    numbers: dict[str, Any] = {**tables, **scalars}
    return ModelConstants(
        **numbers,
        lat1_inverse_km=inverse_km,
        tryptophan_available=available,
        digestion_speeds=speeds,
        entries={**reader.entries, **reader_lat1.entries},
    )


def parse_transport(document: Document, name: str | None, references: Mapping[str, object] | None = None) -> TransportConstants:
    """One set of the carrier file; see ``load_transport``."""
    lat1 = document.data["LAT1"]
    chosen = name or lat1["default"]
    if chosen not in lat1["sets"]:
        known = ", ".join(sorted(lat1["sets"]))
        raise ValueError(
            f"no set of carrier constants is called '{chosen}'; {did_you_mean(chosen, lat1['sets'], otherwise=f'there are {known}')}"
        )
    reader = EntryReader(document, references)
    at = ("LAT1", "sets", chosen)
    km = reader.mapping((*at, "km"), "uM")
    vmax = reader.mapping((*at, "vmax"), "nmol/min/g") if "vmax" in lat1["sets"][chosen] else {}
    reader.problems.stop()
    return TransportConstants(chosen, tuple(km), np.array(list(km.values())), np.array([vmax.get(aa, np.nan) for aa in km]))


def parse_assumptions(document: Document, references: Mapping[str, object] | None = None) -> Assumptions:
    """Night and window lengths from a parsed document."""
    reader = EntryReader(document, references)
    minutes = {k: reader.scalar(("assumptions", k), "min") for k in ("meal_merge", "fed", "fed_mean")}
    night = {k: reader.clock(("assumptions", k)) for k in ("night_start", "night_end")}
    reader.problems.stop()
    return Assumptions(night["night_start"], night["night_end"], minutes["meal_merge"], minutes["fed"], minutes["fed_mean"])
