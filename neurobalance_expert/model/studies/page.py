"""docs/validation.md and its drawings, generated: ``make validation``."""

from __future__ import annotations

from collections.abc import Mapping

from neurobalance_expert.model.studies.evaluate import Row
from neurobalance_expert.model.studies.plots import study_svg
from neurobalance_expert.model.studies.table import HEADINGS, Validation, cells, counts_text, number, summary
from neurobalance_expert.model.studies.types import Study

FOLDER = "validation"  # of the drawings, beside the page

HEAD = """\
# Validation: the model beside published studies

Written by `make validation` from `neurobalance model validate`; a test compares. What the words mean, and how a value is judged, stands in
[study-files.md](study-files.md). **Inside** is within the published spread or 25 %, whichever is wider. *calibration*: the
constants were fitted to all of these together (`tools/calibrate_plasma.py`); *unseen*: nothing was ever adjusted to it. Contested
findings stay in the table and are not counted.
"""
PLOTS = """\
In the drawings a curve is the model, a dot the published value with what counts as inside as a bar, a dashed line its span; triangles are
directions without a number, rings stand for no change, and open triangles and dashed bars for contested findings. Comparisons
between arms and times of a peak are in the tables only.
"""


def pages(found: Validation, references: Mapping[str, object]) -> dict[str, str]:
    """Every file by its path below docs/."""
    drawings = {study.id: study_svg(study, found.courses) for study in found.studies.values()}
    files = {f"{FOLDER}/{name}.svg": svg for name, svg in drawings.items() if svg}
    sections = [
        _section(study, [r for r in found.rows if r.study == study.id], bool(drawings[study.id]), references) for study in _order(found)
    ]
    text = "\n".join([HEAD, _summary(found), _tables(found), "## Studies\n", PLOTS, *sections])
    return {"validation.md": text.rstrip("\n") + "\n", **files}


def _order(found: Validation) -> list[Study]:
    """Calibration studies first, then the unseen ones, each by id."""
    unseen = {s.id for s in found.studies.values() if all(q.use == "unseen" for a in s.arms.values() for q in a.quantities)}
    return sorted(found.studies.values(), key=lambda s: (s.id in unseen, s.id))


def _summary(found: Validation) -> str:
    lines = ["## Summary\n", *(f"- {counts_text(name, count)}" for name, count in summary(found.rows).items())]
    wrong = [f"- {row.study}, {row.arm}: {row.text} (published {cells(row)[3]}, model {cells(row)[5]})" for row in found.rows if row.wrong]
    outside = sum(row.inside is False and not row.quantity.contested for row in found.rows)
    lines += [
        "",
        f"{outside} values lie outside; wrong signs:" if wrong else f"{outside} values lie outside; no sign is wrong.",
        "",
        *wrong,
    ]
    return "\n".join(lines).rstrip() + "\n"


def _tables(found: Validation) -> str:
    lines = ["## Published tables\n", "| table | quantity | unit | published | model | within |", "|---|---|---|---|---|---|"]
    for t in found.tables:
        verdict = "yes" if t.inside else "**no**"
        lines.append(f"| {t.table} | {t.quantity} | {t.unit} | {number(t.published)} | {number(t.model)} | {t.tolerance:.0%}: {verdict} |")
    return "\n".join(lines) + "\n"


def _section(study: Study, rows: list[Row], drawn: bool, references: Mapping[str, object]) -> str:
    entry = references.get(study.source)
    cite = str(entry.get("cite", "")) if isinstance(entry, dict) else study.cite
    marks = f"origin {study.origin}, {'verified' if study.verified else 'not verified'}, evidence {study.evidence}"
    people = f" n = {study.n}." if study.n else ""
    lines = [f"### {study.id}\n", f"{study.design}{people} {cite.rstrip('.')} ({marks}).", ""]
    lines += [f"{study.note}", ""] if study.note else []
    lines += [f"- assumed for {arm.id.replace('_', ' ')}: {arm.assumed}" for arm in study.arms.values() if arm.assumed]
    lines += [""] if lines[-1] else []
    kept = HEADINGS[1:]
    lines += [f"| {' | '.join(kept)} |", "|" + "---|" * len(kept)]
    lines += [f"| {' | '.join(_marked(cells(row)[1:]))} |" for row in rows]
    lines += ["", f"![{study.id}: model and published values]({FOLDER}/{study.id}.svg)"] if drawn else []
    return "\n".join(lines) + "\n"


def _marked(words: tuple[str, ...]) -> list[str]:
    return [f"**{word}**" if word in ("no", "wrong") else word for word in words]
