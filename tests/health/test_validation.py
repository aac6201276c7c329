"""docs/validation.md and its drawings are what the model gives today; 'make validation' writes them anew."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from neurobalance_expert import source
from neurobalance_expert.model.studies.page import FOLDER, pages
from neurobalance_expert.model.studies.table import Validation, validate


@pytest.fixture(scope="module")
def found(root: Path) -> Validation:
    """All studies of the shipped knowledge base, run once."""
    return validate(root, references(root))


def references(root: Path) -> dict[str, object]:
    """The shipped references."""
    known: dict[str, object] = source.load(root / "knowledge" / "references.yaml").data["references"]
    return known


def test_the_page_and_its_drawings_are_current(root: Path, found: Validation) -> None:
    """After a change of model or studies, run 'make validation' and read the diff: it shows what the change does to every study."""
    written = pages(found, references(root))

    kept = {name: (root / "docs" / name).read_text(encoding="utf-8") for name in written if (root / "docs" / name).is_file()}
    assert [name for name, text in written.items() if kept.get(name) != text] == [], "run 'make validation' and read the diff"
    assert {f"{FOLDER}/{p.name}" for p in (root / "docs" / FOLDER).iterdir()} == written.keys() - {"validation.md"}


def test_every_quantity_is_on_the_page_once(root: Path, found: Validation) -> None:
    """As many rows as quantities in the files, contested ones too."""
    page = pages(found, references(root))["validation.md"].split("## Studies")[1]

    rows = [line for line in page.splitlines() if line.startswith("| ") and not line.startswith("| arm ")]
    assert len(rows) == sum(s.quantities for s in found.studies.values()) == len(found.rows)
    assert sum("contested |" in row for row in rows) == sum(r.quantity.contested for r in found.rows) > 0


def test_every_drawing_is_well_formed_and_has_a_mark_for_each_value(found: Validation, root: Path) -> None:
    """A dot for each published value, a line for each arm that a panel shows; nothing is drawn at infinity."""
    drawn = {name: text for name, text in pages(found, references(root)).items() if name.endswith(".svg")}

    for study in found.studies.values():
        shown = [q for a in study.arms.values() for q in a.quantities if not q.against and q.take != "time_of_highest"]
        if not shown:
            assert f"{FOLDER}/{study.id}.svg" not in drawn
            continue
        svg = ElementTree.fromstring(drawn[f"{FOLDER}/{study.id}.svg"])
        dots = [c for c in svg.iter("{http://www.w3.org/2000/svg}circle") if c.get("fill") != "none"]
        assert len(dots) == sum(q.published is not None for q in shown), study.id
        assert "nan" not in drawn[f"{FOLDER}/{study.id}.svg"]
        assert "inf" not in drawn[f"{FOLDER}/{study.id}.svg"].replace("infused", "")
