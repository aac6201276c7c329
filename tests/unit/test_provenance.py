"""Where each field came from: base or pack, file and line, and what a pack stands over."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from neurobalance_expert.errors import Misuse
from neurobalance_expert.kb import KnowledgeFiles, read_knowledge
from neurobalance_expert.provenance import EntryOrigin, where
from tests.conftest import Run

PACK = """schema: neurobalance/pack/1
name: {name}
version: 1.0.0
raise:
  interactions:
    ppi_x_iron: {{severity: {severity}, because: a reason of {name}, sources: [own_{name}]}}
"""
RULE = """language: 1
rules:
  - id: north-zinc
    code: "CLINIC:north:zinc"
    title: Zinc is taken
    kind: note
    status: experimental
    severity: info
    when:
      - supplement: {substance: zinc}
    then: {about: zinc}
    say: "Zinc is taken."
"""


def written(folder: Path, name: str, severity: str) -> Path:
    """A pack that raises one row and adds a rule."""
    (folder / name / "rules").mkdir(parents=True)
    (folder / name / "knowledge").mkdir()
    (folder / name / "pack.yaml").write_text(PACK.format(name=name, severity=severity))
    cited = f"references:\n  own_{name}: {{cite: our review, read: {{what: table, where: here, date: 2026-11-25}}}}\n"
    (folder / name / "knowledge" / "references.yaml").write_text(cited)
    (folder / name / "rules" / "zinc.yaml").write_text(RULE.replace("north", name))
    return folder / name


@pytest.fixture(scope="module")
def files(root: Path, tmp_path_factory: pytest.TempPathFactory) -> KnowledgeFiles:
    """The knowledge base with two packs over it that raise the same row, one after the other."""
    folder = tmp_path_factory.mktemp("packs")
    return read_knowledge(root, None, [written(folder, "north", "moderate"), written(folder, "south", "major")])


def told(entries: tuple[EntryOrigin, ...]) -> dict[str, list[tuple[str, str, str]]]:
    """Field to layer, file and how, from the bottom."""
    return {field.field: [(s.layer, s.at.file, s.how) for s in field.said] for entry in entries for field in entry.fields}


def line_of(path: Path, text: str) -> int:
    """The line of a file that holds a text."""
    return next(n for n, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if text in line)


def test_a_raised_severity_names_each_layer(files: KnowledgeFiles) -> None:
    """From the base up: what it was, where, and the pack's line."""
    (entry,) = where(files, "interactions.ppi_x_iron.severity")
    (field,) = entry.fields

    assert [("base", "minor", "set"), ("north", "moderate", "raised"), ("south", "major", "raised")] == [
        (s.layer, s.value, s.how) for s in field.said
    ]
    assert [("north/pack.yaml", 6), ("south/pack.yaml", 6)] == [(s.at.file, s.at.line) for s in field.said[1:]]


def test_the_place_in_the_base_is_the_line_of_the_field(files: KnowledgeFiles, root: Path) -> None:
    """The first 'severity:' below the row."""
    (entry,) = where(files, "interactions.ppi_x_iron.severity")
    at = entry.fields[0].said[0].at
    row = line_of(root / "knowledge" / "interactions.yaml", "  ppi_x_iron:")

    assert "severity: minor" in (root / "knowledge" / "interactions.yaml").read_text(encoding="utf-8").splitlines()[at.line - 1]
    assert row < at.line < row + 10


def test_what_a_pack_did_not_touch_is_of_the_base(files: KnowledgeFiles) -> None:
    """The text is lengthened and the sources get one more each; everything else is the base's alone."""
    found = told(where(files, "interactions.ppi_x_iron"))
    touched = {field for field, said in found.items() if said != [("base", "knowledge/interactions.yaml", "set")]}

    assert {"severity", "because", "sources.4", "sources.5"} == touched
    assert ["set", "lengthened", "lengthened"] == [how for *_, how in found["because"]]
    assert [[("north", "north/pack.yaml", "set")], [("south", "south/pack.yaml", "set")]] == [found["sources.4"], found["sources.5"]]


def test_an_added_rule_is_of_its_pack(files: KnowledgeFiles) -> None:
    """Every field, in the file of the pack."""
    (entry,) = where(files, "north-zinc")

    assert ("rules.north-zinc", "north", "north/rules/zinc.yaml:3:9") == (entry.name, entry.layer, str(entry.at))
    assert {(("north", "north/rules/zinc.yaml", "set"),)} == {tuple(said) for said in told((entry,)).values()}


def test_without_packs_everything_is_of_the_base(root: Path) -> None:
    """A rule with tests and a threshold, with their files."""
    files = read_knowledge(root, None)
    found = told((*where(files, "rules.lab-deficient"), *where(files, "knowledge.thresholds.coverage_limit")))

    assert {"base"} == {layer for said in found.values() for layer, *_ in said}
    assert {"rules/cofactors/labs.yaml", "knowledge/thresholds.yaml"} == {file for said in found.values() for _, file, _ in said}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("interactions.ppi_x_irn", "did you mean 'interactions.ppi_x_iron'"),
        ("interactions.ppi_x_iron.severty", "did you mean 'severity'"),
        ("lab-deficent", "has no entry 'lab-deficent'"),
        ("", "has no entry ''"),
        ("..", "has no entry '..'"),
    ],
)
def test_a_name_that_is_not_there_is_misuse(files: KnowledgeFiles, name: str, said: str) -> None:
    """The nearest name is told."""
    with pytest.raises(Misuse) as caught:
        where(files, name)

    assert said in str(caught.value)


def test_the_command_prints_layers_and_places(run: Run) -> None:
    """The example pack, as text and as JSON."""
    asked = ("knowledge", "where", "interactions.ppi_x_iron.severity", "--kb", "examples/packs/clinic-north")
    text = run(*asked).stdout
    (entry,) = json.loads(run(*asked, "--format", "json").stdout)["entries"]
    (field,) = entry["fields"]

    assert "clinic-north raised  clinic-north/pack.yaml:8:5  moderate\n" in text
    assert "over base  knowledge/interactions.yaml:" in text
    assert ("moderate", "clinic-north", 8) == (field["value"], field["from"]["layer"], field["from"]["line"])
    assert ["minor"] == [over["value"] for over in field["over"]]
