"""Serotonin in a terminal of the brain, with autoreceptors, glia and the histamine receptor on it (best2020, best2020_code)."""

from __future__ import annotations

from neurobalance_expert.model.synthesis.laws import bh2_reduction, saturation, tph
from neurobalance_expert.model.synthesis.types import KineticModel, Numbers

_UM = ("btrp", "nadph", "nadp", "bh_total", "eha", "VTRPin_Km", "VTPH_Km_trp", "VTPH_Ki_trp", "VTPH_Km_bh4", "VAADC_Km", "VDRR_Km_bh2",
       "VDRR_Km_nadph", "VDRR_Km_bh4", "VDRR_Km_nadp", "VMAT_Km", "VSERT_Km", "TCcatab_Km", "VUP2_Km", "VUP2_opens",
       "VUP2_open")  # fmt: skip
_RATES = ("VTRPin_Vmax", "VTPH_Vmax", "VAADC_Vmax", "VDRR_Vmax", "VDRR_Vmax_back", "VMAT_Vmax", "VSERT_Vmax", "TCcatab_Vmax", "VUP2_Vmax")
_PER_H = ("VMAT_leak", "k_trp_to_pool", "k_pool_to_trp", "k_trp_loss", "k_pool_loss", "k_cht_leak", "k_glia_leak", "k_eht_loss",
          "k_hia_loss", "release_rate", "fire")  # fmt: skip
_PLAIN = ("synthesis_feedback", "release_feedback", "histamine_feedback", "gstar_rest", "gha_rest")
_RECEPTOR = ("g_total", "t_total", "b_total", "g_on", "g_off", "t_on", "t_off", "b_on", "b_off", "gha_total", "tha_total", "bha_total",
             "gha_on", "gha_off", "tha_on", "tha_off", "bha_on", "bha_off")  # fmt: skip
RECEPTORS = ("gstar", "tstar", "bound", "ghastar", "thastar", "habound")


def fluxes(y: Numbers, p: Numbers) -> dict[str, float]:
    """Every flux at a state. uM/h; of the receptors 1/h"""
    synthesis = 1 - p["synthesis_feedback"] * (y["gstar"] - p["gstar_rest"])
    held_back = 1 - p["release_feedback"] * (y["gstar"] - p["gstar_rest"])
    by_histamine = 1 - p["histamine_feedback"] * (y["ghastar"] - p["gha_rest"])
    opening = min(1.0, max(0.0, (y["eht"] - p["VUP2_opens"]) / (p["VUP2_open"] - p["VUP2_opens"])))
    hydroxylation = tph(y["trp"], y["bh4"], p["VTPH_Vmax"], p["VTPH_Km_trp"], p["VTPH_Ki_trp"], p["VTPH_Km_bh4"])
    return {
        "VTRPin": p["VTRPin_Vmax"] * saturation(p["btrp"], p["VTRPin_Km"]),
        "VTPH": synthesis * hydroxylation,
        "VAADC": p["VAADC_Vmax"] * saturation(y["htp"], p["VAADC_Km"]),
        "VDRR": bh2_reduction(
            y["bh2"], y["bh4"], p["nadph"], p["nadp"],
            (p["VDRR_Vmax"], p["VDRR_Km_bh2"], p["VDRR_Km_nadph"]),
            (p["VDRR_Vmax_back"], p["VDRR_Km_bh4"], p["VDRR_Km_nadp"]),
        ),
        "VPOOL": p["k_trp_to_pool"] * y["trp"] - p["k_pool_to_trp"] * y["trppool"],
        "trp_loss": p["k_trp_loss"] * y["trp"],
        "pool_loss": p["k_pool_loss"] * y["trppool"],
        "VMAT": p["VMAT_Vmax"] * saturation(y["cht"], p["VMAT_Km"]) - p["VMAT_leak"] * y["vht"],
        "release": p["release_rate"] * held_back * by_histamine * p["fire"] * y["vht"],
        "VSERT": p["VSERT_Vmax"] * saturation(y["eht"], p["VSERT_Km"]),
        "VUP2": opening * p["VUP2_Vmax"] * saturation(y["eht"], p["VUP2_Km"]),
        "TCcatab": p["TCcatab_Vmax"] * saturation(y["cht"], p["TCcatab_Km"]),
        "TGcatab": p["TCcatab_Vmax"] * saturation(y["ght"], p["TCcatab_Km"]),
        "cht_leak": p["k_cht_leak"] * y["cht"],
        "glia_leak": p["k_glia_leak"] * y["ght"],
        "eht_loss": p["k_eht_loss"] * y["eht"],
        "hia_loss": p["k_hia_loss"] * y["hia"],
        **_receptor_fluxes(y, p),
    }  # fmt: skip


def _receptor_fluxes(y: Numbers, p: Numbers) -> dict[str, float]:
    """Binding, activation and reversal of the serotonin autoreceptor and of the histamine receptor."""
    return {
        "bound_net": p["b_on"] * y["eht"] * (p["b_total"] - y["bound"]) - p["b_off"] * y["bound"],
        "gstar_net": p["g_on"] * y["bound"] ** 2 * (p["g_total"] - y["gstar"]) - p["g_off"] * y["tstar"] * y["gstar"],
        "tstar_net": p["t_on"] * y["gstar"] ** 2 * (p["t_total"] - y["tstar"]) - p["t_off"] * y["tstar"],
        "habound_net": p["bha_on"] * p["eha"] * (p["bha_total"] - y["habound"]) - p["bha_off"] * y["habound"],
        "ghastar_net": p["gha_on"] * y["habound"] ** 2 * (p["gha_total"] - y["ghastar"]) - p["gha_off"] * y["thastar"] * y["ghastar"],
        "thastar_net": p["tha_on"] * y["ghastar"] ** 2 * (p["tha_total"] - y["thastar"]) - p["tha_off"] * y["thastar"],
    }


MODEL = KineticModel(
    name="serotonin",
    parameters={
        **dict.fromkeys(_UM, "uM"), **dict.fromkeys(_RATES, "uM/h"), **dict.fromkeys(_PER_H, "1/h"), **dict.fromkeys(_PLAIN, "1"),
        **dict.fromkeys(_RECEPTOR, "model units"),
    },
    variables={
        **dict.fromkeys(("bh2", "bh4", "trp", "htp", "cht", "vht", "eht", "ght", "hia", "trppool"), "uM"),
        **dict.fromkeys(RECEPTORS, "model units"),
    },
    stoichiometry={
        "VTRPin": {"trp": 1},
        "VTPH": {"trp": -1, "htp": 1, "bh4": -1, "bh2": 1},
        "VAADC": {"htp": -1, "cht": 1},
        "VDRR": {"bh2": -1, "bh4": 1},
        "VPOOL": {"trp": -1, "trppool": 1},
        "trp_loss": {"trp": -1},
        "pool_loss": {"trppool": -1},
        "VMAT": {"cht": -1, "vht": 1},
        "release": {"vht": -1, "eht": 1},
        "VSERT": {"eht": -1, "cht": 1},
        "VUP2": {"eht": -1, "ght": 1},
        "TCcatab": {"cht": -1, "hia": 1},
        "TGcatab": {"ght": -1, "hia": 1},
        "cht_leak": {"cht": -1, "eht": 1},
        "glia_leak": {"ght": -1, "eht": 1},
        "eht_loss": {"eht": -1},
        "hia_loss": {"hia": -1},
        "bound_net": {"bound": 1, "eht": -1},
        "gstar_net": {"gstar": 1},
        "tstar_net": {"tstar": 1},
        "habound_net": {"habound": 1},
        "ghastar_net": {"ghastar": 1},
        "thastar_net": {"thastar": 1},
    },
    fluxes=fluxes,
    pools={"bh4": "bh_total"},
    members={"bh4": ("bh2",)},
    reversible=("VDRR", "VPOOL", "VMAT", *(f"{r}_net" for r in RECEPTORS)),
)  # fmt: skip
