"""The plasma model once more, plainly: one case, scalar Python, an ODE solver. The kernel is compared with it; nothing else uses it.

Every equation stands here as docs/model.md has it. What is in the stomach, the gut and the insulin pool are states of their own, so that
nothing rests on the closed forms of the kernel.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import isnan
from typing import Any

import numpy as np

from neurobalance_expert.model.constants import AA, INDEX, Array, ModelConstants
from neurobalance_expert.model.day import Intake

TRP, TYR, PHE, LEU, HIS, GLN = (INDEX[aa] for aa in ("trp", "tyr", "phe", "leu", "his", "gln"))
BRANCHED = [INDEX[aa] for aa in ("leu", "ile", "val")]
LIMITING = [i for aa, i in INDEX.items() if aa not in ("his", "gln")]
SIZE = len(AA)
AT_REST = np.concatenate([np.ones(SIZE), [0.0, 0.0, 1.0], np.ones(len(BRANCHED))])  # x, labile protein, what raises insulin, TDO, tissues


class PlainCase:
    """One case: rates at fasting, and what each intake puts where."""

    def __init__(self, weight_kg: float, intakes: Sequence[Intake], fasting_uM: Array, constants: ModelConstants) -> None:
        self.c = c = constants
        self.fasting = fasting_uM
        self.amount = c.volume * fasting_uM
        content = c.protein_umol_g
        self.brought = c.protein_breakdown * content / self.amount
        self.built = (c.protein_breakdown - c.protein_loss) * content / self.amount
        self.burnt = c.protein_loss * content / self.amount
        self.burnt[GLN] = c.glutamine_flux / self.amount[GLN]
        self.burnt[TYR] += self.burnt[PHE] * self.amount[PHE] / self.amount[TYR]
        self.inducer = np.arange(SIZE)
        self.inducer[BRANCHED] = LEU
        self.usual = float(np.median(c.free_absorption))
        first = min(i.time_h for i in intakes)
        self.events = sorted((self._event(i, intakes, weight_kg, first) for i in intakes), key=lambda e: float(e["start"]))

    def _event(self, intake: Intake, intakes: Sequence[Intake], weight_kg: float, first_h: float) -> dict[str, Any]:
        c = self.c
        before = [(i, np.exp(-c.stomach_memory * (intake.time_h - i.time_h))) for i in intakes if i.time_h <= intake.time_h]
        kcal = sum(left * (4 * i.protein_g + 4 * i.carbohydrate_g + 9 * i.fat_g) for i, left in before)
        fibre = sum(left * i.fibre_g for i, left in before)
        free_load = sum(left * sum(i.free_g.values()) for i, left in before)
        slow = 1 + kcal / c.slowing_energy + fibre / c.slowing_fibre
        slow_free = slow * (1 + free_load / c.slowing_free)
        bound, free = (np.array([g.get(aa, 0.0) for aa in AA]) / weight_kg for g in (intake.bound_g, intake.free_g))
        kept_free = (1 - c.free_fraction) * np.where(np.arange(SIZE) == TYR, 1.0, c.first_pass_half / (c.first_pass_half + free_load))
        known = not isnan(intake.digestion_per_h)
        lag = intake.lag_h if not isnan(intake.lag_h) else c.lag_drink if known else c.lag
        return {
            "start": intake.time_h - first_h,
            "lag": lag,
            "digestion": (intake.digestion_per_h if known else c.digestion) / slow,
            "free": 1 / (1 / c.free_absorption + (slow_free - 1) / self.usual),
            "free_insulin": 1 / (1 / self.usual + (slow_free - 1) / self.usual),
            "carbohydrate": (c.carbohydrate_absorption if isnan(intake.carbohydrate_per_h) else intake.carbohydrate_per_h) / slow,
            "bound_umol": self._arriving(bound, 1 - c.bound_fraction),
            "free_umol": self._arriving(free, kept_free),
            "bound_g": c.insulin_amino * bound.sum(),
            "free_g": c.insulin_amino * free.sum(),
            "carbohydrate_g": intake.carbohydrate_g / weight_kg,
        }

    def _arriving(self, grams: Array, kept: Array) -> Array:
        moles = 1e6 * grams / self.c.molar_mass
        out = moles * (1 - kept)
        out[TYR] += self.c.phe_to_tyr * kept[PHE] * moles[PHE]
        return out

    def slopes(self, t: float, y: Array) -> Array:
        """dy/dt of x (aa), labile protein, the pool that raises insulin, TDO over fasting, and the branched-chain ones in the tissues."""
        c = self.c
        x, stored, raises, tdo, tissue = y[:SIZE], y[SIZE], y[SIZE + 1], y[SIZE + 2], y[SIZE + 3 :]
        supply, eaten = np.zeros(SIZE), 0.0
        for e in self.events:
            since = t - e["start"]
            if since < 0:
                continue
            supply += e["free_umol"] * e["free"] * np.exp(-e["free"] * since)
            eaten += e["free_g"] * e["free_insulin"] * np.exp(-e["free_insulin"] * since)
            eaten += e["carbohydrate_g"] * e["carbohydrate"] * np.exp(-e["carbohydrate"] * since)
            digested = since - e["lag"]
            if digested >= 0:
                a, b = e["digestion"], self.usual
                supply += e["bound_umol"] * a * b / (b - a) * (np.exp(-a * digested) - np.exp(-b * digested))
                eaten += e["bound_g"] * a * np.exp(-a * digested)
        insulin = raises**2 / (raises**2 + c.insulin_half**2)
        excess = float(c.signal @ (x - 1))
        signal = excess / ((c.signal_half_below if excess < 0 else c.signal_half) + abs(excess))
        scarcest = x[LIMITING].min()
        synthesis = (1 + c.synthesis_gain * signal) * (1 + c.synthesis_limit) * scarcest / (scarcest + c.synthesis_limit)
        breakdown = (1 - c.insulin_breakdown * insulin) * (1 - c.breakdown_gain * signal) + stored
        drawn = self.built * synthesis
        drawn[HIS] *= (1 + c.synthesis_limit) * x[HIS] / (x[HIS] + c.synthesis_limit)
        induced = x[self.inducer] - 1
        oxidised = self.burnt * x * (1 + c.oxidation_rise * induced / (1 + c.oxidation_levelling * induced))
        oxidised[TRP] *= tdo
        oxidised[TRP] *= 1 + c.oxidation_by_leucine * (1 - 1 / max(x[LEU], 1.0))
        slope = supply / self.amount + self.brought * breakdown - drawn - oxidised
        slope[TYR] += oxidised[PHE] * self.amount[PHE] / self.amount[TYR]
        slope[GLN] += self.burnt[GLN]
        slope[BRANCHED] -= c.insulin_uptake * self.brought[BRANCHED] * insulin * x[BRANCHED]
        share = 1 - c.protein_loss / c.protein_breakdown
        kept = c.stored_share * (share * (synthesis - 1) - (breakdown - 1))
        gained = c.tissue_exchange * (tissue - x[BRANCHED])
        slope[BRANCHED] += gained
        others = [c.stored_return * (kept - stored), eaten - c.insulin_effect_rate * raises, c.tdo_turnover * (1 - tdo / x[TRP])]
        return np.concatenate([slope, others, -gained])

    def plasma_uM(self, grid_h: Array, method: str = "LSODA", tolerance: float = 1e-6) -> Array:
        """Plasma on a grid by scipy, anew after each intake and each lag, where the slopes jump. (time, aa)"""
        from scipy.integrate import solve_ivp  # type: ignore[import-untyped,import-not-found,unused-ignore]

        jumps = {e["start"] for e in self.events} | {e["start"] + e["lag"] for e in self.events}
        edges = sorted({0.0, float(grid_h[-1]), *(j for j in jumps if j < grid_h[-1])})
        y = AT_REST.copy()
        out = np.empty((len(grid_h), len(y)))
        out[0] = y
        for low, high in pairwise(edges):
            inside = (grid_h > low) & (grid_h <= high)
            times = np.append(grid_h[inside], high)
            done = solve_ivp(self.slopes, (low, high), y, method, np.unique(times), rtol=tolerance, atol=1e-2 * tolerance)
            out[inside] = done.y.T[np.searchsorted(done.t, grid_h[inside])]
            y = done.y[:, -1]
        x, raises = out[:, :SIZE], out[:, SIZE + 1]
        x[:, TRP] *= 1 + self.c.insulin_binding * raises**2 / (raises**2 + self.c.insulin_half**2)
        return np.asarray(x * self.fasting)
