"""Dopamine in a terminal of the brain: synthesis, storage, release, reuptake and breakdown (best2009)."""

from __future__ import annotations

from neurobalance_expert.model.synthesis.laws import autoreceptor, bh2_reduction, saturation, th
from neurobalance_expert.model.synthesis.types import KineticModel, Numbers

_UM = ("btyr", "nadph", "nadp", "bh_total", "VTYRin_Km", "VTH_Km_tyr", "VTH_Km_bh4", "VTH_Ki_tyr", "VTH_Ki_cda", "auto_half", "VAADC_Km",
       "VMAT_Km", "VDAT_Km", "VCATAB_Km", "VDRR_Km_bh2", "VDRR_Km_nadph", "VDRR_Km_bh4", "VDRR_Km_nadp")  # fmt: skip
_RATES = ("VTYRin_Vmax", "VTH_Vmax", "VAADC_Vmax", "VMAT_Vmax", "VDAT_Vmax", "VCATAB_Vmax", "VDRR_Vmax", "VDRR_Vmax_back")
_PER_H = ("VMAT_leak", "k_tyr_to_pool", "k_pool_to_tyr", "k_tyr_loss", "k_pool_loss", "k_cda_loss", "k_eda_loss", "k_hva_loss", "fire")
_PLAIN = ("VTH_scale", "auto_height", "auto_slope", "auto_power", "auto_floor")


def fluxes(y: Numbers, p: Numbers) -> dict[str, float]:
    """Every flux at a state. uM/h"""
    auto = autoreceptor(y["eda"], p["auto_height"], p["auto_slope"], p["auto_half"], p["auto_power"], p["auto_floor"])
    hydroxylation = th(
        y["tyr"], y["bh4"], y["cda"], p["VTH_Vmax"], p["VTH_Km_tyr"], p["VTH_Km_bh4"], p["VTH_Ki_tyr"], p["VTH_Ki_cda"], p["VTH_scale"]
    )
    return {
        "VTYRin": p["VTYRin_Vmax"] * saturation(p["btyr"], p["VTYRin_Km"]),
        "VTH": auto * hydroxylation,
        "VAADC": p["VAADC_Vmax"] * saturation(y["ldopa"], p["VAADC_Km"]),
        "VMAT": p["VMAT_Vmax"] * saturation(y["cda"], p["VMAT_Km"]) - p["VMAT_leak"] * y["vda"],
        "release": p["fire"] * y["vda"],
        "VDAT": p["VDAT_Vmax"] * saturation(y["eda"], p["VDAT_Km"]),
        "VCATAB": p["VCATAB_Vmax"] * saturation(y["eda"], p["VCATAB_Km"]),
        "VDRR": bh2_reduction(
            y["bh2"], y["bh4"], p["nadph"], p["nadp"],
            (p["VDRR_Vmax"], p["VDRR_Km_bh2"], p["VDRR_Km_nadph"]),
            (p["VDRR_Vmax_back"], p["VDRR_Km_bh4"], p["VDRR_Km_nadp"]),
        ),
        "VPOOL": p["k_tyr_to_pool"] * y["tyr"] - p["k_pool_to_tyr"] * y["tyrpool"],
        "tyr_loss": p["k_tyr_loss"] * y["tyr"],
        "pool_loss": p["k_pool_loss"] * y["tyrpool"],
        "cda_loss": p["k_cda_loss"] * y["cda"],
        "eda_loss": p["k_eda_loss"] * y["eda"],
        "hva_loss": p["k_hva_loss"] * y["hva"],
    }  # fmt: skip


MODEL = KineticModel(
    name="dopamine",
    parameters={
        **dict.fromkeys(_UM, "uM"), **dict.fromkeys(_RATES, "uM/h"), **dict.fromkeys(_PER_H, "1/h"), **dict.fromkeys(_PLAIN, "1"),
    },
    variables=dict.fromkeys(("bh2", "bh4", "tyr", "ldopa", "cda", "vda", "eda", "hva", "tyrpool"), "uM"),
    stoichiometry={
        "VTYRin": {"tyr": 1},
        "VTH": {"tyr": -1, "ldopa": 1, "bh4": -1, "bh2": 1},
        "VAADC": {"ldopa": -1, "cda": 1},
        "VMAT": {"cda": -1, "vda": 1},
        "release": {"vda": -1, "eda": 1},
        "VDAT": {"eda": -1, "cda": 1},
        "VCATAB": {"eda": -1, "hva": 1},
        "VDRR": {"bh2": -1, "bh4": 1},
        "VPOOL": {"tyr": -1, "tyrpool": 1},
        "tyr_loss": {"tyr": -1},
        "pool_loss": {"tyrpool": -1},
        "cda_loss": {"cda": -1, "hva": 1},
        "eda_loss": {"eda": -1},
        "hva_loss": {"hva": -1},
    },
    fluxes=fluxes,
    pools={"bh4": "bh_total"},
    members={"bh4": ("bh2",)},
    reversible=("VMAT", "VDRR", "VPOOL"),
)  # fmt: skip
