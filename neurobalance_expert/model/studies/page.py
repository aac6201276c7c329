"""docs/validation.md and its drawings, generated: ``make validation``."""

from __future__ import annotations

from collections.abc import Mapping

from neurobalance_expert.model.studies.bands import ENDS, SEED
from neurobalance_expert.model.studies.evaluate import Row
from neurobalance_expert.model.studies.plots import study_svg
from neurobalance_expert.model.studies.table import HEADINGS, Validation, cells, counts_text, number, summary, within_bands
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
In the drawings a curve is the model, a light area its band, a dot the published value with what counts as inside as a bar, a
dashed line its span; triangles are directions without a number, rings stand for no change, and open triangles and dashed bars for
contested findings. Comparisons between arms and times of a peak are in the tables only.

The bands are those of `simulate --draws` ([model.md](model.md#draws)): every arm is run {draws} times (seed {seed}), each time with
constants drawn with the spreads of `knowledge/plasma.yaml` and fasting plasma drawn with its standard deviation between people. What
a panel shows is computed in each draw, and the band goes from the {low}th to the {high}th centile of that. It is how little is known
of the constants and how much people differ at fasting, both at once; it is not the error of a mean over n people. What was eaten,
body mass and the speeds of named proteins and carbohydrates do not vary. Plasma 5-HTP, levodopa and choline have no spreads and are
drawn without a band.
"""
BANDS = """\
Published values within the band of the draws (as in the drawings), at their minute or over their span. Bounds, contested findings
and what has no band are not counted. A band is of persons: the mean of a group should lie in it at least as often as {share} times in 100.
"""


def pages(found: Validation, references: Mapping[str, object]) -> dict[str, str]:
    """Every file by its path below docs/, of a validation with draws."""
    drawings = {study.id: study_svg(study, found.courses, found.bands) for study in found.studies.values()}
    files = {f"{FOLDER}/{name}.svg": svg for name, svg in drawings.items() if svg}
    sections = [
        _section(study, [r for r in found.rows if r.study == study.id], bool(drawings[study.id]), references) for study in _order(found)
    ]
    plots = PLOTS.format(draws=found.draws, seed=SEED, low=ENDS[0], high=ENDS[1])
    text = "\n".join([HEAD, _summary(found), _bands(found), _tables(found), "## Studies\n", plots, *sections])
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


def _bands(found: Validation) -> str:
    counts = within_bands(found.rows, found.bands).items()
    lines = [f"- {use}: {within} of {of} ({100 * within / of:.0f} %)" for use, (within, of) in counts]
    return "\n".join([BANDS.format(share=ENDS[1] - ENDS[0]), *lines]) + "\n"


def _tables(found: Validation) -> str:
    lines = ["## Published tables\n", "| table | quantity | unit | published | model | within |", "|---|---|---|---|---|---|"]
    for t in found.tables:
        verdict = "yes" if t.inside else "**no**"
        lines.append(f"| {t.table} | {t.quantity} | {t.unit} | {number(t.published)} | {number(t.model)} | {t.tolerance:.1%}: {verdict} |")
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
