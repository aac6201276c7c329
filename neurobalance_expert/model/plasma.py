"""Plasma amino acids as a balance of protein breakdown, protein synthesis and oxidation, stepped in time.

With x the amount of an amino acid over its fasting amount, V * C, and every rate per hour::

    dx/dt = supply + in * B - out * S - burn * x * (1 + rise * e / (1 + levelling * e)),  e = inducer - 1

    supply   from the gut (``gut``), over the fasting amount
    B        protein breakdown over fasting: lowered by insulin and by amino acids, raised by what was stored before
    S        protein synthesis over fasting: raised by amino acids, and limited by the scarcest indispensable one
    burn     oxidation, which at fasting closes the balance: in = out + burn; it rises with the inducer and levels off
    inducer  x of the amino acid that turns its own oxidation on; leucine for the three branched-chain ones

Trp is oxidised by an enzyme, TDO, that is made at a constant rate and is broken down the slower, the more Trp there is::

    dT/dt = turnover * (1 - T / x[trp])    T the amount of TDO over fasting

so its oxidation follows a load by hours: it goes with T, and with the factor 1 + by_leucine * (1 - 1 / x[leu]) while leucine is
over fasting.

Leu, Ile and Val also exchange with a pool in the tissues, at fasting as large as the one that plasma tells of::

    dx/dt = … + exchange * (tissue - x),  d tissue/dt = exchange * (x - tissue)

Oxidation of phenylalanine is hydroxylation: it supplies tyrosine. docs/model.md#plasma
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from neurobalance_expert.model.constants import INDEX, Array, ModelConstants, per_column

_TRP, _PHE, _TYR, _HIS, _GLN = (INDEX[aa] for aa in ("trp", "phe", "tyr", "his", "gln"))
_BRANCHED = slice(INDEX["leu"], INDEX["val"] + 1)
_LEU, _AFTER_LEU = INDEX["leu"], slice(INDEX["ile"], INDEX["val"] + 1)
_HALF, _ONE, _TWELFTH = np.array(0.5), np.array(1.0), np.array(1.0 / 12.0)  # numpy takes these faster than floats
_TINY = 1e-12  # keeps 0/0 away where an amino acid is absent


@dataclass(frozen=True, slots=True)
class Turnover:
    """Turnover at fasting within one step, over the fasting amount of each case. (aa, case)"""

    amount: Array  # umol/kg at fasting; the default where an amino acid is absent
    start: Array  # 1, or 0 where an amino acid is absent
    brought: Array  # by breakdown
    built: Array  # into protein
    most: Array  # oxidised at most
    saved: Array  # that much less of it where nothing is induced: over (1 - levelling) + levelling * inducer
    levelling: Array  # (aa, case or 1) > 0
    constant: Array  # (case,) supply of Gln, which is neither from food nor from protein

    def only(self) -> Turnover:
        """The first case without the case axis."""
        return Turnover(*(getattr(self, f.name)[..., 0] for f in fields(self)))


def turnover(fasting_uM: Array, step_h: float, constants: ModelConstants) -> Turnover:
    """Turnover of each case at its own fasting plasma.

    Breakdown per kg of body mass is the same for everybody, so what is rare in plasma is turned over fast. An amino acid that is
    absent at fasting takes no part in turnover and is burnt at the default rate.

    Args:
        fasting_uM: (case, aa)
    """
    fasting = np.ascontiguousarray(fasting_uM.T)
    absent = fasting == 0
    amount = np.where(absent, per_column(constants.fasting), fasting) * per_column(constants.volume)
    content = step_h * constants.protein_umol_g[:, None]
    built = np.where(absent, 0.0, (constants.protein_breakdown - constants.protein_loss) * content / amount)
    burnt = constants.protein_loss * content / amount
    burnt[_GLN] = step_h * constants.glutamine_flux / amount[_GLN]
    made = burnt[_PHE] * amount[_PHE] / amount[_TYR]
    burnt[_TYR] += made
    levelling = per_column(constants.oxidation_levelling)
    saved = per_column(constants.oxidation_rise) * burnt / levelling
    most = burnt + saved
    # the order of the sums is that of ``_steps``, so that at fasting its terms cancel exactly
    oxidised = most - saved / (levelling + (1.0 - levelling))
    brought = oxidised + built
    made = oxidised[_PHE] * (amount[_PHE] / amount[_TYR])
    brought[_TYR] -= np.where(absent[_PHE], 0.0, made)
    brought[absent] = 0.0
    constant = brought[_GLN].copy()
    brought[_GLN] = 0.0
    return Turnover(amount, np.where(absent, 0.0, 1.0 + 0.0 * fasting), brought, built, most, saved, levelling + 0.0 * fasting, constant)


def follow(fasting_uM: Array, absorbed_umol_kg: Array, insulin: Array, start_h: Array, step_h: float, constants: ModelConstants) -> Array:
    """Plasma over time, from the fasting state.

    Rates are taken at the middle of each step, extrapolated from the step before; with them the step is solved as if they were
    constant: second order, never negative, and without an intake exactly the fasting state.

    Args:
        fasting_uM: Set point and start. (case, aa) uM
        absorbed_umol_kg: From the gut so far. (case, aa, time)
        insulin: Its effect at the middle of the steps. (case, step) 0 to 1
        start_h: When free amino acids are taken, which arrive at once; 0 for what has none. (case, event)
        step_h: Length of a step, hours.

    Returns:
        (time, aa, case) x, the amount over that at fasting.
    """
    own = turnover(fasting_uM, step_h, constants)
    so_far = absorbed_umol_kg.transpose(2, 1, 0)
    supply = np.empty((len(so_far) - 1, *own.amount.shape))  # (step, aa, case) over the fasting amount
    np.subtract(so_far[1:], so_far[:-1], out=supply)
    supply /= own.amount
    ahead = np.empty_like(supply)  # half of what the supply changes by, which the extrapolation cannot know
    np.subtract(supply[1:], supply[:-1], out=ahead[1:])
    ahead[0] = supply[0]
    ahead *= 0.5
    loss = own.most - own.saved + own.built
    loss[_BRANCHED] += step_h * constants.tissue_exchange
    _late(supply, ahead, start_h / step_h, 0.5 * loss)
    supply[:, _GLN] += own.constant
    effect = np.ascontiguousarray(insulin.T)
    out = np.empty((len(supply) + 1, *own.start.shape))
    out[0] = own.start
    if len(fasting_uM) == 1:  # without the axis of one case numpy's scalars do the work of its arrays, in a fifth of the time
        _steps(own.only(), supply[..., 0], ahead[..., 0], effect[..., 0], out[..., 0], step_h, constants)
    else:
        _steps(own, supply, ahead, effect, out, step_h, constants)
    return out


def _late(supply: Array, ahead: Array, start: Array, loss: Array) -> None:
    """Corrects the steps in which an intake begins: what it brings is in plasma, and is lost from it, for the rest of the step only.

    Args:
        supply, ahead: (step, aa, case), changed in place
        start: (case, event) in steps
        loss: What half a step loses. (aa, case)
    """
    start = np.nan_to_num(start, nan=0.0)
    step = np.minimum(np.floor(start).astype(np.int64), len(ahead) - 1)
    again = np.tril(start[:, :, None] == start[:, None, :], -1).any(axis=-1)  # at the same time as another one: they are one
    passed = np.where((start < len(ahead)) & ~again, start - step, 0.0)
    case = np.arange(ahead.shape[-1])
    for event in range(start.shape[1]):  # one after the other, because two may begin in one step
        at, share = step[:, event], passed[:, event, None]
        supply[at, :, case] += 2.0 * ahead[at, :, case] * share * loss.T
        ahead[at, :, case] *= 1.0 - share


def _steps(own: Turnover, supply: Array, ahead: Array, effect: Array, out: Array, step_h: float, constants: ModelConstants) -> None:
    """The recurrence. (aa, case) or, for one case, (aa,) in each step; ``out`` holds the start and is filled."""
    c = constants
    kept = 1.0 - c.insulin_breakdown * effect
    absent = bool(np.any(own.start == 0))
    unlimited = np.where(own.start == 0, np.inf, 0.0)  # what is absent at fasting, and what has stores, limits nothing
    unlimited[_HIS], unlimited[_GLN] = np.inf, np.inf
    weighted, level = c.signal.dot, c.signal.dot(np.ones_like(own.start))
    half, half_more, gain, loss_gain = c.signal_half_below, c.signal_half - c.signal_half_below, c.synthesis_gain, c.breakdown_gain
    limit, full = c.synthesis_limit, 1.0 + c.synthesis_limit
    made, share = own.amount[_PHE] / own.amount[_TYR], 1.0 - c.protein_loss / c.protein_breakdown
    back, labile, stored = step_h * c.stored_return, c.stored_share, 0.0 * level
    made_tdo, half_made, tdo = step_h * c.tdo_turnover, 0.5 * step_h * c.tdo_turnover, _ONE
    by_leucine, most_by_leucine = c.oxidation_by_leucine, 1.0 + c.oxidation_by_leucine
    exchanged, tissue = step_h * c.tissue_exchange, out[0][_BRANCHED]
    slower = exchanged / (1.0 + 0.5 * exchanged)
    taken = effect[:, None] * (c.insulin_uptake * own.brought[_BRANCHED])
    most, saved, built, brought = own.most, own.saved, own.built, own.brought
    levelling, level_leu, unlevelled = own.levelling, own.levelling[_AFTER_LEU], 1.0 - own.levelling
    x = out[0]
    change, mid, loss, work = np.zeros_like(x), np.empty_like(x), np.empty_like(x), np.empty_like(x)
    branched, after_leu, gained = loss[_BRANCHED], loss[_AFTER_LEU], change[_BRANCHED]
    multiply, add, divide, subtract, smallest = np.multiply, np.add, np.divide, np.subtract, np.minimum.reduce
    least = smallest if out.ndim == 3 else float  # over the cases
    for n in range(len(supply)):
        multiply(change, _HALF, mid)
        add(mid, ahead[n], mid)
        add(mid, x, mid)
        add(mid, unlimited, work)
        scarcest = smallest(work)
        if absent or not least(scarcest) > _TINY:  # none, an extrapolation below nothing, or unknown
            np.maximum(mid, _TINY, out=mid)
            scarcest = np.maximum(scarcest, _TINY)
        excess = weighted(mid) - level
        signal = excess / (half + half_more * (excess > 0) + abs(excess))
        build = (1.0 + gain * signal) * (full * scarcest / (scarcest + limit))
        broken = kept[n] * (1.0 - loss_gain * signal) + stored
        stored = stored + back * (labile * (share * (build - 1.0) - (broken - 1.0)) - stored)
        multiply(levelling, mid, loss)
        multiply(level_leu, mid[_LEU], after_leu)
        add(loss, unlevelled, loss)
        divide(saved, loss, loss)
        subtract(most, loss, loss)
        trp = np.maximum(x[_TRP], half_made)  # of less than this the trapezium would make TDO negative
        tdo = tdo + made_tdo * (trp - tdo) / (trp + half_made)  # from the middle of the last step to that of this one
        loss[_TRP] *= tdo * (most_by_leucine - by_leucine / np.maximum(mid[_LEU], _ONE))
        hydroxylated = loss[_PHE] * mid[_PHE] * made
        add(branched, taken[n], branched)
        divide(built, mid, work)
        multiply(work, build, work)
        work[_HIS] *= full * mid[_HIS] / (mid[_HIS] + limit)
        add(loss, work, loss)
        multiply(loss, x, work)
        work[_TYR] -= hydroxylated
        multiply(brought, broken, change)
        subtract(change, work, change)
        add(change, supply[n], change)
        tissue = tissue + slower * (x[_BRANCHED] - tissue)  # from the middle of the last step to that of this one
        gained += exchanged * (tissue - mid[_BRANCHED])
        multiply(loss, _TWELFTH, work)  # (1 - exp(-z))/z by its Pade form: positive steps for any z
        add(work, _HALF, work)
        multiply(work, loss, work)
        add(work, _ONE, work)
        divide(change, work, change)
        x = add(x, change, out[n + 1])


def free_tryptophan(total_uM: Array, insulin: Array, constants: ModelConstants) -> Array:
    """Free Trp from total Trp by binding to albumin; insulin lowers the fatty acids that displace it.

        bound = sites * free / (Kd + free),  Kd = kd * (1 + (NEFA / scale)^2),  NEFA = fasting * (1 - fall * insulin)

    Args:
        total_uM: (case, time) uM
        insulin: (case, time) 0 to 1

    Returns:
        (case, time) uM, 0 to total. The size of the insulin effect is our own shape (grade D).
    """
    nefa = constants.nefa_fasting * (1.0 - constants.nefa_fall * insulin)
    kd = constants.albumin_kd * (1.0 + (nefa / constants.nefa_scale) ** 2)
    excess = kd + constants.albumin_sites - total_uM
    root = np.sqrt(excess**2 + 4.0 * kd * total_uM)
    # of the two equal forms of the root, the one without cancellation
    return np.where(excess > 0, 2.0 * kd * total_uM / (excess + root), 0.5 * (root - excess))
