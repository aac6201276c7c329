"""The methionine cycle of a liver cell at fixed folate and betaine (reed2004)."""

from __future__ import annotations

from neurobalance_expert.model.synthesis.laws import saturation
from neurobalance_expert.model.synthesis.types import KineticModel, Numbers

_UM = ("mthf", "MATI_Km", "MATI_Ki_sam", "MATIII_Km1", "MATIII_Km2", "MATIII_sam_half", "METH_Km_sam", "METH_Ki_sah", "GNMT_Km_sam",
       "GNMT_Ki_sah", "MS_Km_5mthf", "MS_Km_hcy", "MS_Kd", "BHMT_Km", "BHMT_sum_rest")  # fmt: skip
_RATES = ("input", "MATI_Vmax", "MATIII_Vmax", "METH_Vmax", "GNMT_Vmax", "MS_Vmax", "BHMT_Vmax")
_PLAIN = ("MATIII_activation", "METH_acceptor", "GNMT_power", "AHCY_equilibrium", "BHMT_rest")
_PER_H, _PER_H_UM, _PER_UM = ("AHCY_k", "CBS_basal"), ("CBS_slope",), ("BHMT_slope",)


def fluxes(y: Numbers, p: Numbers) -> dict[str, float]:
    """Every flux at a state. uM/h"""
    met, sam, sah, hcy = y["met"], y["sam"], y["sah"], y["hcy"]
    activated = p["MATIII_Km1"] / (1 + p["MATIII_activation"] * saturation(sam, p["MATIII_sam_half"]) ** 2)
    km_sam = p["METH_Km_sam"] * (1 + sah / p["METH_Ki_sah"])
    acceptor = p["METH_acceptor"]
    mthf, km_hcy = p["mthf"], p["MS_Km_hcy"]
    synthase = p["MS_Kd"] * km_hcy + km_hcy * mthf + p["MS_Km_5mthf"] * hcy + mthf * hcy
    return {
        "input": p["input"],
        "MATI": p["MATI_Vmax"] / (1 + p["MATI_Km"] / met * (1 + sam / p["MATI_Ki_sam"])),
        "MATIII": p["MATIII_Vmax"] / (1 + activated * p["MATIII_Km2"] / (met**2 + met * p["MATIII_Km2"])),
        "METH": p["METH_Vmax"] / (1 + km_sam / sam + acceptor + acceptor * km_sam / sam),
        "GNMT": p["GNMT_Vmax"] / (1 + (p["GNMT_Km_sam"] / sam) ** p["GNMT_power"]) / (1 + sah / p["GNMT_Ki_sah"]),
        "AHCY": p["AHCY_k"] * (sah - p["AHCY_equilibrium"] * hcy),
        "MS": p["MS_Vmax"] * mthf * hcy / synthase,
        "BHMT": (p["BHMT_rest"] - p["BHMT_slope"] * (sam + sah - p["BHMT_sum_rest"])) * p["BHMT_Vmax"] * saturation(hcy, p["BHMT_Km"]),
        "CBS": (p["CBS_slope"] * (sam + sah) - p["CBS_basal"]) * hcy,
    }


MODEL = KineticModel(
    name="methionine",
    parameters={
        **dict.fromkeys(_UM, "uM"), **dict.fromkeys(_RATES, "uM/h"), **dict.fromkeys(_PLAIN, "1"), **dict.fromkeys(_PER_H, "1/h"),
        **dict.fromkeys(_PER_H_UM, "1/(h uM)"), **dict.fromkeys(_PER_UM, "1/uM"),
    },
    variables=dict.fromkeys(("met", "sam", "sah", "hcy"), "uM"),
    stoichiometry={
        "input": {"met": 1},
        "MATI": {"met": -1, "sam": 1},
        "MATIII": {"met": -1, "sam": 1},
        "METH": {"sam": -1, "sah": 1},
        "GNMT": {"sam": -1, "sah": 1},
        "AHCY": {"sah": -1, "hcy": 1},
        "MS": {"hcy": -1, "met": 1},
        "BHMT": {"hcy": -1, "met": 1},
        "CBS": {"hcy": -1},
    },
    fluxes=fluxes,
    reversible=("AHCY",),
)  # fmt: skip
