"""Steady states and relative rates as data: what ``--format json`` prints, and the same as text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from neurobalance_expert.model.synthesis import rates
from neurobalance_expert.model.synthesis.types import Constants, KineticModel, SteadyState

LABELS = (
    "relative to rest in models of one cell; a rate of synthesis, not an amount of transmitter and not an effect",
    "BH4, iron and PLP are taken as given: no dissociation constant is known in people, so no blood value stands for them",
    "BH4 is 0.9 uM in the serotonin model and 319 uM in the dopamine model: the same change moves TPH2 in proportion and TH hardly",
)


class Inputs(Struct, frozen=True):
    """What relative rates are asked for: precursors and BH4 relative to rest, shares of iron and PLP, minutes after midnight."""

    trp: float
    tyr: float
    bh4: float
    iron: float
    plp: float
    clock_min: float


def steady_json(model: KineticModel, state: SteadyState, changed: Mapping[str, float]) -> dict[str, Any]:
    """``{model, variables, fluxes}`` with units, and what was changed and how the state was found.

    Args:
        model: The equations.
        state: Where they settle.
        changed: Parameters that differ from the knowledge file.
    """
    receptors = {n for n, effects in model.stoichiometry.items() if any(model.variables[v] == "model units" for v in effects)}
    return {
        "model": model.name,
        "variables": {v: {"value": state.variables[v], "unit": unit} for v, unit in model.variables.items()},
        "fluxes": {f: {"value": value, "unit": "model units" if f in receptors else model.unit} for f, value in state.fluxes.items()},
        "set": {name: {"value": value, "unit": model.parameters[name]} for name, value in changed.items()},
        "solver": {"method": state.method, "residual": state.residual},
    }


def steady_text(found: Mapping[str, Any]) -> str:
    """The same for reading."""
    lines = [f"steady state of the {found['model']} model"]
    lines += [f"  with {name} = {entry['value']:g} {entry['unit']}" for name, entry in found["set"].items()]
    for part in ("variables", "fluxes"):
        lines += ["", part]
        lines += [f"  {name:14}{entry['value']:>14.5g} {entry['unit']}" for name, entry in found[part].items()]
    solver = found["solver"]
    lines += ["", f"found by {solver['method']}; made and used differ by {solver['residual']:.1e} of the turnover at most"]
    return "\n".join(lines)


def rates_json(given: Inputs, serotonin: Constants, dopamine: Constants, gate: rates.Gate) -> dict[str, Any]:
    """Relative rates with elasticities, what AADC passes on, and the melatonin step."""
    tph2 = rates.tph2(given.trp, serotonin, given.bh4, given.iron)
    th = rates.hydroxylated_tyr(given.tyr, dopamine, given.bh4, given.iron)
    htp = rates.decarboxylated(tph2, given.plp, serotonin, "htp")
    ldopa = rates.decarboxylated(th, given.plp, dopamine, "ldopa")
    return {
        "inputs": {
            "trp": given.trp,
            "tyr": given.tyr,
            "bh4": given.bh4,
            "iron": given.iron,
            "plp": given.plp,
            "clock_min": given.clock_min,
        },
        "TPH2": {"relative_rate": float(tph2), "elasticity": rates.elasticity("serotonin", serotonin), "precursor": "trp"},
        "TH": {"relative_rate": float(th), "elasticity": rates.elasticity("dopamine", dopamine), "precursor": "tyr"},
        "AADC": {"serotonin": _passed(htp, "htp"), "dopamine": _passed(ldopa, "ldopa")},
        "AANAT": {"relative_rate": float(rates.melatonin(htp.rate, given.clock_min, gate))},
        "unit": "relative to rest",
        "labels": list(LABELS),
    }


def rates_text(found: Mapping[str, Any]) -> str:
    """The same for reading."""
    lines = ["rates relative to rest", ""]
    for step in ("TPH2", "TH"):
        entry = found[step]
        lines.append(
            f"  {step:22}{entry['relative_rate']:8.3f}   follows {entry['precursor']} with elasticity {entry['elasticity']:+.2f} at rest"
        )
    for product, entry in found["AADC"].items():
        held = "AADC cannot keep up" if entry["substrate"] is None else f"{entry['substrate_name']} at {entry['substrate']:.3g} of rest"
        lines.append(f"  {'AADC to ' + product:22}{entry['relative_rate']:8.3f}   {held}")
    lines.append(f"  {'AANAT (melatonin)':22}{found['AANAT']['relative_rate']:8.3f}   0 while the gate is closed by day")
    return "\n".join([*lines, "", *found["labels"]])


def _passed(step: rates.Decarboxylation, substrate: str) -> dict[str, Any]:
    """What AADC passes on; a substrate of None rises without end."""
    level = float(step.substrate)
    return {"relative_rate": float(step.rate), "substrate_name": substrate, "substrate": level if level < float("inf") else None}
