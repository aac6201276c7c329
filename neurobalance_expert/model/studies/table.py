"""The validation as data and as text: rows of studies and of published tables, and how many are right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from neurobalance_expert.model.constants import load_constants
from neurobalance_expert.model.route_constants import load_routes
from neurobalance_expert.model.studies.bands import SEED, Bands, study_bands
from neurobalance_expert.model.studies.evaluate import Courses, Row, evaluate, run
from neurobalance_expert.model.studies.meals import speeds
from neurobalance_expert.model.studies.read import load_proteins, load_studies
from neurobalance_expert.model.studies.tables import Recomputed, carrier_table, steady_states
from neurobalance_expert.model.studies.types import USES, Study


class Validation(Struct, frozen=True):
    """Everything that was compared. ``tables`` is empty when only chosen studies were run, ``bands`` without draws."""

    studies: Mapping[str, Study]
    courses: Courses
    rows: tuple[Row, ...]
    tables: tuple[Recomputed, ...]
    draws: int = 0
    bands: Bands = {}

    @property
    def failed(self) -> bool:
        """Whether a sign is wrong that nobody contests."""
        return any(row.wrong for row in self.rows)


def validate(
    kb: Path, references: Mapping[str, object], only: Sequence[str] = (), files: Sequence[Path] = (), draws: int = 0
) -> Validation:
    """Run the studies of the knowledge base, or some of them, or those of files.

    Args:
        kb: Folder that holds ``knowledge/``.
        references: Known reference keys.
        only: Ids; all when empty.
        files: Study files to run instead of those of the knowledge base.
        draws: When above 0, the bands of all quantities over so many draws of the constants and of fasting plasma.

    Raises:
        KeyError: no study has that id.
        InputProblems: a file has problems.
    """
    constants = load_constants(kb, references)
    known = speeds(constants)
    proteins = load_proteins(kb, known["digestion"], references)
    studies = load_studies(kb, proteins, {name: list(table) for name, table in known.items()}, references, files)
    chosen = {name: studies[name] for name in only} if only else studies
    courses = run(chosen, proteins, constants, load_routes(kb, references))
    rows = tuple(evaluate(chosen, courses))
    tables = () if only or files else (*carrier_table(kb, references), *steady_states(kb))
    drawn = [study_bands(study, proteins, constants, draws, SEED) for study in chosen.values()] if draws else []
    return Validation(chosen, courses, rows, tables, draws, {key: band for bands in drawn for key, band in bands.items()})


def counted(rows: Iterable[Row]) -> dict[str, int]:
    """How many quantities have a value and are inside, how many have a direction and go that way; contested ones apart."""
    plain = [row for row in rows if not row.quantity.contested]
    values = [row for row in plain if row.inside is not None]
    signs = [row for row in plain if row.sign_right is not None]
    return {
        "values": len(values),
        "inside": sum(row.inside is True for row in values),
        "signs": len(signs),
        "signs_right": sum(row.sign_right is True for row in signs),
    }


def summary(rows: Sequence[Row]) -> dict[str, dict[str, int]]:
    """The counts of all quantities and by use; a use that does not occur is left out."""
    parts = {use: [row for row in rows if row.quantity.use == use] for use in USES}
    named = {"all": list(rows), **parts}
    return {name: counted(part) for name, part in named.items() if part}


def within_bands(rows: Iterable[Row], bands: Bands) -> dict[str, tuple[int, int]]:
    """How many published numbers lie in their band, and of how many, by use; bounds, contested ones and what has no band apart."""
    counts: dict[str, tuple[int, int]] = {}
    for row in rows:
        q, band = row.quantity, bands.get((row.study, row.arm, row.quantity))
        if band is not None and q.published is not None and not q.bound and not q.contested:
            within, of = counts.get(q.use, (0, 0))
            counts[q.use] = (within + band.holds(q.published), of + 1)
    return {use: counts[use] for use in USES if use in counts}


def validation_json(found: Validation) -> dict[str, Any]:
    """The validation as plain data; None where a study has nothing to compare with or the model cannot tell."""
    return {
        "studies": [_row_json(row) for row in found.rows],
        "tables": [
            {"table": t.table, "quantity": t.quantity, "unit": t.unit, "published": t.published, "model": t.model, "inside": t.inside}
            for t in found.tables
        ],
        "summary": summary(found.rows),
        "contested": sum(row.quantity.contested for row in found.rows),
        "failed": found.failed,
    }


def _row_json(row: Row) -> dict[str, Any]:
    q = row.quantity
    return {
        "study": row.study,
        "arm": row.arm,
        "quantity": row.text,
        "published": q.published,
        "bound": q.bound or None,
        "direction": q.direction or None,
        "spread": row.spread,
        "model": row.model,
        "inside": row.inside,
        "sign_right": row.sign_right,
        "use": q.use,
        "contested": q.contested,
    }


HEADINGS = ("study", "arm", "quantity", "published", "spread", "model", "inside", "sign", "use")


def cells(row: Row) -> tuple[str, ...]:
    """One row as words, in the order of ``HEADINGS``."""
    q = row.quantity
    bound = {"at_least": "≥ ", "at_most": "≤ "}.get(q.bound, "")
    published = q.direction.replace("_", " ") if q.published is None else bound + number(q.published)
    inside = {None: "–", True: "yes", False: "no"}[row.inside]
    sign = {None: "–", True: "right", False: "wrong"}[row.sign_right]
    use = f"{q.use}, contested" if q.contested else q.use
    spread = "–" if row.spread is None else number(row.spread)
    return (row.study, row.arm, row.text, published, spread, "not known" if row.model is None else number(row.model), inside, sign, use)


def number(value: float) -> str:
    """Three significant digits, without an exponent.

    >>> number(0.34), number(1417.2), number(-0.0271)
    ('0.34', '1417', '-0.0271')
    """
    return f"{value:.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def counts_text(name: str, count: Mapping[str, int]) -> str:
    """One line of the summary."""
    parts = []
    for of, n, words in (("values", "inside", "inside"), ("signs", "signs_right", "signs right")):
        if count[of]:
            parts.append(f"{words} {count[n]} of {count[of]} ({100 * count[n] / count[of]:.0f} %)")
    return f"{name}: {', '.join(parts) or 'nothing to compare with'}"


def text(found: Validation) -> str:
    """The table for the terminal, and the summary below."""
    table = [HEADINGS, *map(cells, found.rows)]
    widths = [max(len(row[i]) for row in table) for i in range(len(HEADINGS))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in table]
    if found.tables:
        lines += ["", "published tables"]
    for t in found.tables:
        verdict = "yes" if t.inside else "no"
        numbers = f"published {number(t.published)}, model {number(t.model)}"
        lines.append(f"  {t.table}: {t.quantity}, {t.unit}: {numbers}, within {t.tolerance:.1%}: {verdict}")
    lines += ["", *(counts_text(name, count) for name, count in summary(found.rows).items())]
    contested = sum(row.quantity.contested for row in found.rows)
    lines += [f"{contested} contested quantities stand in the table and are not counted"] if contested else []
    wrong = [f"  {row.study}, {row.arm}: {row.text}" for row in found.rows if row.wrong]
    return "\n".join([*lines, *(["", "wrong signs:", *wrong] if wrong else [])])
