"""docs/validation.md and its drawings are what the model gives today; 'make validation' writes them anew."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from neurobalance_expert import source
from neurobalance_expert.model.studies.bands import DRAWS
from neurobalance_expert.model.studies.page import FOLDER, pages
from neurobalance_expert.model.studies.plots import BOTTOM, HEIGHT, TOP
from neurobalance_expert.model.studies.table import Validation, validate, within_bands
from neurobalance_expert.model.studies.types import ROUTES, USES, Quantity, Study

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def found(root: Path) -> Validation:
    """All studies of the shipped knowledge base, run and drawn once."""
    return validate(root, references(root), draws=DRAWS)


@pytest.fixture(scope="module")
def written(root: Path, found: Validation) -> dict[str, str]:
    """The page and its drawings as they would be written now."""
    return pages(found, references(root))


def references(root: Path) -> dict[str, object]:
    """The shipped references."""
    known: dict[str, object] = source.load(root / "knowledge" / "references.yaml").data["references"]
    return known


def test_the_page_and_its_drawings_are_current(root: Path, written: dict[str, str]) -> None:
    """After a change of model or studies, run 'make validation' and read the diff: it shows what the change does to every study."""
    kept = {name: (root / "docs" / name).read_text(encoding="utf-8") for name in written if (root / "docs" / name).is_file()}
    assert [name for name, text in written.items() if kept.get(name) != text] == [], "run 'make validation' and read the diff"
    assert {f"{FOLDER}/{p.name}" for p in (root / "docs" / FOLDER).iterdir()} == written.keys() - {"validation.md"}


def test_every_quantity_is_on_the_page_once(found: Validation, written: dict[str, str]) -> None:
    """As many rows as quantities in the files, contested ones too."""
    page = written["validation.md"].split("## Studies")[1]

    rows = [line for line in page.splitlines() if line.startswith("| ") and not line.startswith("| arm ")]
    assert len(rows) == sum(s.quantities for s in found.studies.values()) == len(found.rows)
    assert sum("contested |" in row for row in rows) == sum(r.quantity.contested for r in found.rows) > 0


def test_every_drawing_is_well_formed_and_has_a_mark_for_each_value(found: Validation, written: dict[str, str]) -> None:
    """A dot for each published value, a line for each arm that a panel shows; nothing is drawn at infinity."""
    for study in found.studies.values():
        shown = [q for _, q in drawn(study)]
        if not shown:
            assert f"{FOLDER}/{study.id}.svg" not in written
            continue
        text = written[f"{FOLDER}/{study.id}.svg"]
        dots = [c for c in ElementTree.fromstring(text).iter(f"{SVG}circle") if c.get("fill") != "none"]
        assert len(dots) == sum(q.published is not None for q in shown), study.id
        assert "nan" not in text
        assert "inf" not in text.replace("infused", "")


def test_every_curve_of_plasma_lies_over_a_band(found: Validation, written: dict[str, str]) -> None:
    """As many polygons as curves, but for the precursors with routes of their own, which have none; nothing leaves the panel."""
    for study in found.studies.values():
        if not drawn(study):
            continue
        svg = ElementTree.fromstring(written[f"{FOLDER}/{study.id}.svg"])
        routes = {(arm, q.what) for arm, q in drawn(study) if q.what in ROUTES}
        polygons = [polygon.get("points", "").split() for polygon in svg.iter(f"{SVG}polygon")]
        assert len(polygons) == len(list(svg.iter(f"{SVG}polyline"))) - len(routes), study.id
        heights = [float(point.split(",")[1]) for points in polygons for point in points]
        assert all(TOP <= y <= HEIGHT - BOTTOM for y in heights), study.id


def test_the_page_counts_the_published_values_in_their_bands(found: Validation, written: dict[str, str]) -> None:
    """The count by use, of the values that are no bounds, not contested and not of a route of its own."""
    counts = within_bands(found.rows, found.bands)

    for use, (within, of) in counts.items():
        numbers = [row.quantity for row in found.rows if row.quantity.use == use and row.quantity.published is not None]
        assert of == sum(not (q.bound or q.contested or q.what in ROUTES) for q in numbers)
        assert f"- {use}: {within} of {of} (" in written["validation.md"].split("## Published tables")[0]
    assert counts.keys() == set(USES)


def drawn(study: Study) -> list[tuple[str, Quantity]]:
    """What stands on a time axis, with its arm."""
    return [(a.id, q) for a in study.arms.values() for q in a.quantities if not q.against and q.take != "time_of_highest"]
