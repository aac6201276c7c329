"""Constants of the model: read from ``knowledge/`` with their provenance, stacked on the amino-acid axis.

Every entry of the files has a number (``value``) or a table by amino acid (``values``), a unit, a source, an origin, a
verification mark, an evidence grade and a note. The model sees plain arrays; ``ModelConstants.entries`` keeps the rest.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from neurobalance_expert.errors import did_you_mean
from neurobalance_expert.model.entries import Array as Array
from neurobalance_expert.model.entries import Entry, EntryReader
from neurobalance_expert.source import Document, in_shape, load

AA = ("trp", "tyr", "phe", "leu", "ile", "val", "met", "thr", "his", "lys", "gln")
INDEX: Mapping[str, int] = {aa: i for i, aa in enumerate(AA)}
RIVALS_OF_TRP = ("tyr", "phe", "leu", "ile", "val")  # the sum below the plasma ratio trp_lnaa
LIMITING = ("trp", "tyr", "phe", "leu", "ile", "val", "met", "thr", "lys")  # the scarcest of them limits protein synthesis within a day
MASS_KG = 70.0  # body mass of the default fasting values

PLASMA_FILE = "knowledge/plasma.yaml"
LAT1_FILE = "knowledge/transporters/LAT1.yaml"
ASSUMPTIONS_FILE = "knowledge/assumptions.yaml"

_SCALARS = {
    "protein_breakdown": "g/kg/h",
    "protein_loss": "g/kg/h",
    "glutamine_flux": "umol/kg/h",
    "oxidation_by_leucine": "1",
    "tdo_turnover": "1/h",
    "tissue_exchange": "1/h",
    "synthesis_gain": "1",
    "synthesis_limit": "1",
    "breakdown_gain": "1",
    "signal_half": "1",
    "signal_half_below": "1",
    "insulin_breakdown": "1",
    "insulin_uptake": "1",
    "insulin_binding": "1",
    "stored_share": "1",
    "stored_return": "1/h",
    "digestion": "1/h",
    "lag": "h",
    "lag_drink": "h",
    "slowing_energy": "kcal",
    "slowing_fibre": "g",
    "slowing_free": "g",
    "first_pass_half": "g",
    "stomach_memory": "1/h",
    "phe_to_tyr": "1",
    "carbohydrate_absorption": "1/h",
    "insulin_effect_rate": "1/h",
    "insulin_half": "g/kg",
    "insulin_amino": "g/g",
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
    "fasting_mass_power": "1",
    "molar_mass": "g/mol",
    "body_protein": "mg/g",
    "volume": "L/kg",
    "oxidation_rise": "1",
    "oxidation_levelling": "1",
    "signal": "1",
    "bound_fraction": "1",
    "free_fraction": "1",
    "free_absorption": "1/h",
}
CARRIER_KEYS = ("measured", "km", "vmax", "optional_km", "table_plasma", "table_km_app", "table_influx")  # of one set


def _speed(speeds: Mapping[str, float], name: str, what: str) -> float:
    if name not in speeds:
        raise ValueError(f"no {what} is called '{name}'; {did_you_mean(name, speeds, otherwise='there are ' + ', '.join(speeds))}")
    return speeds[name]


def per_case(number: float | Array) -> float | Array:
    """A number for arrays of (case, event) or (case, time)."""
    return number[:, None] if isinstance(number, np.ndarray) and number.ndim else number


def per_table(table: Array) -> Array:
    """A table for arrays of (case, event, aa)."""
    return table[:, None, :] if table.ndim == 2 else table


def per_column(table: Array) -> Array:
    """A table for arrays of (aa, case)."""
    return table.T if table.ndim == 2 else table[:, None]


@dataclass(frozen=True, slots=True)
class TransportConstants:
    """One set of carrier constants, all from one preparation."""

    name: str
    substrates: tuple[str, ...]
    km_uM: Array  # (substrate,) > 0
    vmax_nmol_min_g: Array  # (substrate,) NaN where not measured


@dataclass(frozen=True, slots=True)
class ModelConstants:
    """Constants of plasma and barrier on the axis ``AA``; docs/model.md says what each does.

    A number may be (case,) and a table (case, aa) instead, one for each case of a batch: ``per_case``, ``per_table`` and ``per_column``
    bring both forms to the axes of the kernel, and ``some`` takes those of a few cases.
    """

    fasting: Array  # (aa,) uM, adults of both sexes
    fasting_sd: Array  # (aa,) uM, between people
    fasting_male_factor: Array  # (aa,)
    fasting_female_factor: Array  # (aa,)
    molar_mass: Array  # (aa,) g/mol
    body_protein: Array  # (aa,) mg of free acid in 1 g of body protein
    fasting_mass_power: Array  # (aa,) fasting plasma goes with (body mass / 70 kg) to this power
    volume: Array  # (aa,) L/kg
    oxidation_rise: Array  # (aa,) relative rise of the rate constant of oxidation per unit of a small relative excess of the inducer
    oxidation_levelling: Array  # (aa,) > 0, one over the relative excess at which the rise is half of its largest
    signal: Array  # (aa,) weights of the excess that turns synthesis on and breakdown down; their sum is 1
    bound_fraction: Array  # (aa,) share of protein-bound intake that reaches the circulation
    free_fraction: Array  # (aa,) the same for free amino acids
    free_absorption: Array  # (aa,) 1/h
    protein_breakdown: float  # g/kg/h at fasting
    protein_loss: float  # g/kg/h at fasting: breakdown that synthesis does not balance
    glutamine_flux: float  # umol/kg/h
    oxidation_by_leucine: float  # largest rise of the oxidation of Trp under leucine; half of it at twice the fasting leucine
    tdo_turnover: float  # 1/h at fasting, of the dioxygenase that oxidises Trp
    tissue_exchange: float  # 1/h of the branched-chain ones, with a pool in the tissues as large as the first
    synthesis_gain: float  # rise of synthesis at the largest signal
    synthesis_limit: float  # x of the scarcest at which about half of synthesis goes on
    breakdown_gain: float  # fall of breakdown at the largest signal
    signal_half: float  # relative excess that gives half of the largest signal
    signal_half_below: float  # the same for a deficit, where the signal is negative
    insulin_breakdown: float  # fall of breakdown at full insulin effect
    insulin_uptake: float  # uptake of the branched-chain ones at full insulin effect, over their turnover
    insulin_binding: float  # rise of total Trp at full insulin effect, as more of it stays on albumin
    stored_share: float  # share of what is stored over fasting that comes back
    stored_return: float  # 1/h
    digestion: float  # 1/h, solid mixed meal
    lag: float  # h, solid meal
    lag_drink: float  # h, protein of a known kind, as in a drink
    slowing_energy: float  # kcal
    slowing_fibre: float  # g
    slowing_free: float  # g
    first_pass_half: float  # g
    stomach_memory: float  # 1/h
    phe_to_tyr: float
    carbohydrate_absorption: float  # 1/h, of unstated kind
    insulin_effect_rate: float  # 1/h
    insulin_half: float  # g/kg
    insulin_amino: float  # g of carbohydrate that act like 1 g of the amino acids of the axis
    albumin_sites: float  # uM
    albumin_kd: float  # uM
    nefa_scale: float  # mM
    nefa_fasting: float  # mM
    nefa_fall: float
    lat1_inverse_km: Array  # (aa,) 1/uM, 0 where the amino acid is no substrate
    tryptophan_available: float  # share of total Trp in the competition sum
    digestion_speeds: Mapping[str, float] = field(default_factory=dict)  # 1/h by kind of protein
    carbohydrate_speeds: Mapping[str, float] = field(default_factory=dict)  # 1/h by kind of carbohydrate
    spreads: Mapping[str, float] = field(default_factory=dict)  # by name of a constant: one standard deviation, as a factor
    entries: Mapping[str, Entry] = field(default_factory=dict, repr=False)

    @property
    def protein_umol_g(self) -> Array:
        """Amino acids in 1 g of body protein. (aa,) umol/g"""
        return 1000.0 * self.body_protein / self.molar_mass

    def digestion_of(self, protein: str) -> float:
        """Rate of digestion of a kind of protein, 1/h. Raises ValueError: there is none of that name; the message has the nearest."""
        return _speed(self.digestion_speeds, protein, "protein")

    def carbohydrate_of(self, kind: str) -> float:
        """Rate of absorption of a kind of carbohydrate, 1/h. Raises as ``digestion_of``."""
        return _speed(self.carbohydrate_speeds, kind, "carbohydrate")

    def some(self, rows: slice) -> ModelConstants:
        """Those of some cases, where there is one for each case; of a single case without the case axis."""
        own = {name: getattr(self, name) for name in (*_SCALARS, *_TABLES)}
        at = rows.start if rows.stop - rows.start == 1 else rows
        cut: dict[str, Any] = {name: x[at] for name, x in own.items() if np.ndim(x) > (name in _TABLES)}
        return replace(self, **cut) if cut else self

    def fasting_uM(self, sex: str | None = None, weight_kg: float | None = None) -> Array:
        """Default fasting plasma for a sex ("female", "male") and body mass or, when not known, for adults of both and 70 kg. (aa,) uM

        A body mass outside 45 to 150 kg counts as that limit.
        """
        factor = {"male": self.fasting_male_factor, "female": self.fasting_female_factor}
        fasting = self.fasting * factor[sex] if sex in factor else self.fasting.copy()
        if weight_kg is None or np.isnan(weight_kg):
            return fasting
        scaled: Array = fasting * (min(max(weight_kg, 45.0), 150.0) / MASS_KG) ** self.fasting_mass_power
        return scaled


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


@in_shape
def parse_constants(plasma: Document, lat1: Document, references: Mapping[str, object] | None = None) -> ModelConstants:
    """The same from parsed documents."""
    reader = EntryReader(plasma, references)
    scalars = {name: reader.scalar(("plasma", name), unit) for name, unit in _SCALARS.items()}
    tables = {name: reader.table(("plasma", name), unit, AA) for name, unit in _TABLES.items()}
    speeds = {name: reader.mapping(("plasma", name), "1/h") for name in ("digestion_speeds", "carbohydrate_speeds")}
    reader.problems.stop()
    spreads = reader.mapping(("plasma", "spreads"), "1")
    for name in spreads:
        if name not in (*_SCALARS, *_TABLES):
            fix = did_you_mean(name, [*_SCALARS, *_TABLES], otherwise="name a number or a table of this file")
            at = plasma.at_key("plasma", "spreads", "values", name)
            reader.problems.add("NB-K011", f"'spreads' names '{name}', which is no constant", at, fix=fix)
    _check_signs(scalars, tables, reader)
    _check_levelling(tables, reader)
    reader.problems.stop()
    carrier = parse_transport(lat1, None, references)
    reader_lat1 = EntryReader(lat1, references)
    available = reader_lat1.scalar(("LAT1", "tryptophan_available"), "1")
    reader_lat1.problems.stop()
    inverse_km = np.zeros(len(AA))
    for name, km in zip(carrier.substrates, carrier.km_uM, strict=True):
        inverse_km[INDEX[name]] = 1.0 / km
    numbers: dict[str, Any] = {**tables, **scalars, **speeds, "spreads": spreads}
    return ModelConstants(
        **numbers,
        lat1_inverse_km=inverse_km,
        tryptophan_available=available,
        entries={**reader.entries, **reader_lat1.entries},
    )


def _check_names(given: Iterable[str], known: Collection[str], at: tuple[str, ...], reader: EntryReader) -> None:
    """A name that nothing reads would be a number without effect."""
    for name in given:
        if name not in known:
            fix = did_you_mean(name, known, otherwise="there are " + ", ".join(known))
            reader.problems.add("NB-K011", f"'{'.'.join(at)}' does not know '{name}'", reader.document.at_key(*at, name), fix=fix)


def _check_signs(scalars: Mapping[str, float], tables: Mapping[str, Array], reader: EntryReader) -> None:
    """No amount, rate, share or volume is below nothing; the power of body mass may be, and levelling has a check of its own."""
    values: dict[tuple[str, ...], float] = {(name, "value"): number for name, number in scalars.items()}
    for name in tables.keys() - {"fasting_mass_power", "oxidation_levelling"}:
        values |= {(name, "values", aa): float(number) for aa, number in zip(AA, tables[name], strict=True)}
    for (name, *rest), number in sorted(values.items()):
        if number < 0:
            what = f"'{name}'{f' of {rest[1]}' if rest[1:] else ''} must not be negative"
            at = reader.document.at("plasma", name, *rest)
            reader.problems.add("NB-K011", what, at, fix="write it without the minus, or 0 where there is none")


def _check_levelling(tables: Mapping[str, Array], reader: EntryReader) -> None:
    """Oxidation must have a largest rate, and must not burn less than nothing of what is scarce."""
    for name, rise, levelling in zip(AA, tables["oxidation_rise"], tables["oxidation_levelling"], strict=True):
        if levelling <= 0 or rise + levelling > 1:
            what = f"'oxidation_levelling' of {name} must be above 0 and, with 'oxidation_rise', at most 1"
            at = reader.document.at("plasma", "oxidation_levelling", "values", name)
            reader.problems.add("NB-K011", what, at, fix=f"write a number above 0 and at most {1 - rise:g}")


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
    _check_names(lat1["sets"][chosen], CARRIER_KEYS, at, reader)
    _check_names(km, AA, (*at, "km", "values"), reader)
    _check_names(vmax, km, (*at, "vmax", "values"), reader)
    reader.problems.stop()
    return TransportConstants(chosen, tuple(km), np.array(list(km.values())), np.array([vmax.get(aa, np.nan) for aa in km]))


@in_shape
def parse_assumptions(document: Document, references: Mapping[str, object] | None = None) -> Assumptions:
    """Night and window lengths from a parsed document."""
    reader = EntryReader(document, references)
    minutes = {k: reader.scalar(("assumptions", k), "min") for k in ("meal_merge", "fed", "fed_mean")}
    night = {k: reader.clock(("assumptions", k)) for k in ("night_start", "night_end")}
    reader.problems.stop()
    return Assumptions(night["night_start"], night["night_end"], minutes["meal_merge"], minutes["fed"], minutes["fed_mean"])
