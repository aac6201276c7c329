"""The tables of the view as plain cells, for the formats that have no markup inside a cell."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from neurobalance_expert.report.supply import SupplyRow
from neurobalance_expert.report.view import View

Cells = tuple[tuple[str, ...], ...]


class Tables(Struct, frozen=True):
    """Each table as rows of cells."""

    windows: Cells
    precursors: Cells
    cofactors: Cells
    totals: Cells
    labs: Cells
    foods: Cells
    supplements: Cells


def tables(v: View) -> Tables:
    """The cells of every table, in the order of their columns."""
    return Tables(
        windows=tuple((w.when, w.phase, "; ".join(w.items) or "–", w.protein, w.carbohydrate, *w.influx, w.trp_lnaa) for w in v.windows),
        precursors=_supply(v.precursors),
        cofactors=_supply(v.cofactors),
        totals=tuple((x.label, x.amount, x.interval or "–", x.basis) for x in v.totals),
        labs=tuple((x.label, x.entered, x.value, x.date, f"{x.standing} {x.mark}".strip()) for x in v.labs),
        foods=tuple((f.when, f.entered, f.grams, _used(f.used, f.candidates), f.ndb or "–", f.runner_up or "–") for f in v.foods),
        supplements=tuple((s.when, s.entered, s.substance or "–", s.dose, s.note or "–") for s in v.supplements),
    )


def _supply(rows: Iterable[SupplyRow]) -> Cells:
    """One row per reference; the nutrient and its amount stand in the first only."""
    out = []
    for row in rows:
        for i, (standard, reference, share, mark) in enumerate(row.compared):
            lead = (row.label, row.amount, row.interval or "–") if i == 0 else ("", "", "")
            out.append((*lead, f"{standard} {reference} {mark}".strip(), share, row.basis if i == 0 else ""))
    return tuple(out)


def _used(used: str, candidates: Iterable[str]) -> str:
    near = "; ".join(candidates)
    return f"{used} (perhaps: {near})" if near else used
