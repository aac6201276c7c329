"""Constants of the precursors with routes of their own, and of what competes at LAT1 only when it is there.

Both are read by the commands that need them, never at start-up: ``knowledge/routes.yaml`` and ``optional_km`` of the carrier file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from neurobalance_expert.errors import did_you_mean
from neurobalance_expert.model.constants import LAT1_FILE, Array
from neurobalance_expert.model.entries import EntryReader
from neurobalance_expert.source import Document, in_shape, load

ROUTES_FILE = "knowledge/routes.yaml"
WITHOUT_WITH = ("without", "with")  # an inhibitor of peripheral decarboxylation
_ENTRIES = {
    "htp5": ("molar_mass", "fast_rate", "slow_rate", "central_volume", "clearance", "bioavailability", "absorption", "inhibitor_fold"),
    "ldopa": ("molar_mass", "half_life", "volume", "bioavailability", "absorption"),
    "choline": ("molar_mass", "salts", "fasting", "elimination", "absorption", "apparent_volume", "carrier_km"),
}


@dataclass(frozen=True, slots=True)
class Htp5Constants:
    """Two compartments and first-order absorption, measured with an inhibitor; without one plasma is lower by a factor."""

    molar_mass: float  # g/mol
    fast_rate: float  # 1/h
    slow_rate: float  # 1/h
    central_volume: float  # L/kg
    clearance: float  # L/h/kg
    bioavailability: float  # 0 to 1, with an inhibitor
    absorption: float  # 1/h
    fold_low: float  # plasma with over without an inhibitor
    fold: float
    fold_high: float


@dataclass(frozen=True, slots=True)
class LdopaConstants:
    """One compartment and first-order absorption; pairs are (without, with) an inhibitor."""

    molar_mass: float  # g/mol
    half_life_h: Array  # (2,)
    volume: Array  # (2,) L/kg
    bioavailability: Array  # (2,) 0 to 1
    absorption: float  # 1/h


@dataclass(frozen=True, slots=True)
class CholineConstants:
    """One compartment above fasting, and the cation carrier at the blood-brain barrier."""

    molar_mass: float  # g/mol, the cation
    salts: Mapping[str, float]  # g/mol by name
    fasting_uM: float
    elimination: float  # 1/h
    absorption: float  # 1/h
    apparent_volume: float  # L/kg, over the bioavailability
    carrier_km_uM: float


@dataclass(frozen=True, slots=True)
class RouteConstants:
    """The three routes."""

    htp5: Htp5Constants
    ldopa: LdopaConstants
    choline: CholineConstants


def load_routes(kb: Path, references: Mapping[str, object] | None = None) -> RouteConstants:
    """Constants of the routes from a knowledge base folder.

    Raises:
        InputProblems: every entry that is unknown, missing, incomplete, of another unit or with an unknown source.
    """
    return parse_routes(load(kb / ROUTES_FILE, shown_as=ROUTES_FILE), references)


def load_optional_km(kb: Path, name: str) -> dict[str, float]:
    """Km by name, uM, of substrates that plasma usually lacks, of one set of carrier constants; {} when it states none.

    Raises:
        InputProblems: the file has problems.
    """
    document = load(kb / LAT1_FILE, shown_as=LAT1_FILE)
    if "optional_km" not in document.data["LAT1"]["sets"][name]:
        return {}
    reader = EntryReader(document, None)
    km = reader.mapping(("LAT1", "sets", name, "optional_km"), "uM")
    reader.problems.stop()
    return km


@in_shape
def parse_routes(document: Document, references: Mapping[str, object] | None = None) -> RouteConstants:
    """The same from a parsed document."""
    reader = EntryReader(document, references)
    _check_keys(reader)

    def number(route: str, name: str, unit: str) -> float:
        return reader.scalar(("routes", route, name), unit)

    def pair(name: str, unit: str) -> Array:
        return reader.table(("routes", "ldopa", name), unit, WITHOUT_WITH)

    low, best, high = reader.table(("routes", "htp5", "inhibitor_fold"), "1", ("low", "best", "high")).tolist()
    htp5 = Htp5Constants(
        number("htp5", "molar_mass", "g/mol"),
        number("htp5", "fast_rate", "1/h"),
        number("htp5", "slow_rate", "1/h"),
        number("htp5", "central_volume", "L/kg"),
        number("htp5", "clearance", "L/h/kg"),
        number("htp5", "bioavailability", "1"),
        number("htp5", "absorption", "1/h"),
        low,
        best,
        high,
    )
    mass, absorption = number("ldopa", "molar_mass", "g/mol"), number("ldopa", "absorption", "1/h")
    ldopa = LdopaConstants(mass, pair("half_life", "h"), pair("volume", "L/kg"), pair("bioavailability", "1"), absorption)
    choline = CholineConstants(
        number("choline", "molar_mass", "g/mol"),
        reader.mapping(("routes", "choline", "salts"), "g/mol"),
        number("choline", "fasting", "uM"),
        number("choline", "elimination", "1/h"),
        number("choline", "absorption", "1/h"),
        number("choline", "apparent_volume", "L/kg"),
        number("choline", "carrier_km", "uM"),
    )
    reader.problems.stop()
    return RouteConstants(htp5, ldopa, choline)


def _check_keys(reader: EntryReader) -> None:
    """A route or an entry that nothing reads is a mistake, most often a misspelt one."""
    routes = reader.document.data.get("routes", {})
    for route, entries in routes.items():
        if route not in _ENTRIES:
            _unknown(reader, f"route '{route}'", route, tuple(_ENTRIES), "routes", route)
            continue
        for name in entries:
            if name not in _ENTRIES[route]:
                _unknown(reader, f"entry '{name}' of {route}", name, _ENTRIES[route], "routes", route, name)


def _unknown(reader: EntryReader, what: str, name: str, known: tuple[str, ...], *keys: str) -> None:
    fix = did_you_mean(name, known, otherwise=f"there are {', '.join(known)}")
    why = "a number that is not read would be lost without a word"
    reader.problems.add("NB-M060", f"unknown {what}", reader.document.at_key(*keys), why=why, fix=fix)
