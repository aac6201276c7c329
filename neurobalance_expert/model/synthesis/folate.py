"""The folate cycle of a liver cell at fixed serine, glycine, homocysteine and nucleotide precursors (nijhout2004)."""

from __future__ import annotations

from neurobalance_expert.model.synthesis.laws import saturation
from neurobalance_expert.model.synthesis.types import KineticModel, Numbers

_UM = ("ser", "gly", "dump", "gar", "aicar", "formate", "nadph", "hcy", "folate_total", "MS_Km_5mthf", "MS_Km_hcy", "MS_Kd",
       "MTHFR_Km_ch2thf", "MTHFR_Km_nadph", "DHFR_Km_dhf", "DHFR_Km_nadph", "TS_Km_ch2thf", "TS_Km_dump", "SHMT_Km_ser",
       "SHMT_Km_thf", "FTS_Km_thf", "FTS_Km_formate", "FTD_Km_10f", "MTD_Km_ch2", "MTD_Km_ch", "MTCH_Km_ch", "MTCH_Km_10f",
       "AICART_Km_10f", "AICART_Km_aicar", "PGT_Km_10f", "PGT_Km_gar")  # fmt: skip
_RATES = ("MS_Vmax", "MTHFR_Vmax", "DHFR_Vmax", "TS_Vmax", "SHMT_VmaxF", "SHMT_VmaxR", "FTS_Vmax", "FTD_Vmax", "MTD_VmaxF", "MTD_VmaxR",
          "MTCH_VmaxF", "MTCH_VmaxR", "AICART_Vmax", "PGT_Vmax")  # fmt: skip


def fluxes(y: Numbers, p: Numbers) -> dict[str, float]:
    """Every flux at a state. uM/h

    The reverse direction of SHMT uses the constants of serine and THF for glycine and CH2-THF, as the public export does.
    """
    mthf, thf, ch2, ch, formyl = y["5mthf"], y["thf"], y["ch2thf"], y["chthf"], y["10fthf"]
    hcy, km_hcy = p["hcy"], p["MS_Km_hcy"]
    synthase = p["MS_Kd"] * km_hcy + km_hcy * mthf + p["MS_Km_5mthf"] * hcy + mthf * hcy
    forward = p["SHMT_VmaxF"] * saturation(p["ser"], p["SHMT_Km_ser"]) * saturation(thf, p["SHMT_Km_thf"])
    backward = p["SHMT_VmaxR"] * saturation(p["gly"], p["SHMT_Km_ser"]) * saturation(ch2, p["SHMT_Km_thf"])
    return {
        "NE": p["NE_k1"] * p["formate"] * thf - p["NE_k2"] * ch2,
        "SHMT": forward - backward,
        "MTHFR": p["MTHFR_Vmax"] * saturation(p["nadph"], p["MTHFR_Km_nadph"]) * saturation(ch2, p["MTHFR_Km_ch2thf"]),
        "MS": p["MS_Vmax"] * mthf * hcy / synthase,
        "TS": p["TS_Vmax"] * saturation(p["dump"], p["TS_Km_dump"]) * saturation(ch2, p["TS_Km_ch2thf"]),
        "DHFR": p["DHFR_Vmax"] * saturation(p["nadph"], p["DHFR_Km_nadph"]) * saturation(y["dhf"], p["DHFR_Km_dhf"]),
        "FTS": p["FTS_Vmax"] * saturation(p["formate"], p["FTS_Km_formate"]) * saturation(thf, p["FTS_Km_thf"]),
        "FTD": p["FTD_Vmax"] * saturation(formyl, p["FTD_Km_10f"]),
        "AICART": p["AICART_Vmax"] * saturation(p["aicar"], p["AICART_Km_aicar"]) * saturation(formyl, p["AICART_Km_10f"]),
        "PGT": p["PGT_Vmax"] * saturation(p["gar"], p["PGT_Km_gar"]) * saturation(formyl, p["PGT_Km_10f"]),
        "MTD": p["MTD_VmaxF"] * saturation(ch2, p["MTD_Km_ch2"]) - p["MTD_VmaxR"] * saturation(ch, p["MTD_Km_ch"]),
        "MTCH": p["MTCH_VmaxF"] * saturation(ch, p["MTCH_Km_ch"]) - p["MTCH_VmaxR"] * saturation(formyl, p["MTCH_Km_10f"]),
    }


MODEL = KineticModel(
    name="folate",
    parameters={**dict.fromkeys(_UM, "uM"), **dict.fromkeys(_RATES, "uM/h"), "NE_k1": "1/(h uM)", "NE_k2": "1/h"},
    variables=dict.fromkeys(("5mthf", "thf", "dhf", "ch2thf", "chthf", "10fthf"), "uM"),
    stoichiometry={
        "NE": {"thf": -1, "ch2thf": 1},
        "SHMT": {"thf": -1, "ch2thf": 1},
        "MTHFR": {"ch2thf": -1, "5mthf": 1},
        "MS": {"5mthf": -1, "thf": 1},
        "TS": {"ch2thf": -1, "dhf": 1},
        "DHFR": {"dhf": -1, "thf": 1},
        "FTS": {"thf": -1, "10fthf": 1},
        "FTD": {"10fthf": -1, "thf": 1},
        "AICART": {"10fthf": -1, "thf": 1},
        "PGT": {"10fthf": -1, "thf": 1},
        "MTD": {"ch2thf": -1, "chthf": 1},
        "MTCH": {"chthf": -1, "10fthf": 1},
    },
    fluxes=fluxes,
    pools={"thf": "folate_total"},
    members={"thf": ("5mthf", "dhf", "ch2thf", "chthf", "10fthf")},
    reversible=("NE", "SHMT", "MTD", "MTCH"),
)
