"""Files in the repository as an editor meets them: laid out, each pointing at its schema, and the schemas those of today."""

from __future__ import annotations

from pathlib import Path

from neurobalance_expert.cli.knowledge_base import load_words
from neurobalance_expert.cli.output import json_text
from neurobalance_expert.editing.canonical import MODELINE
from neurobalance_expert.editing.files import format_file
from neurobalance_expert.editing.schemas import FOLDER, SCHEMAS, schema_of


def shipped(root: Path) -> list[Path]:
    """Every rule file and file of knowledge."""
    return sorted(path for part in ("rules", "knowledge") for path in (root / part).rglob("*.yaml"))


def test_every_shipped_rule_file_is_in_its_layout(root: Path) -> None:
    """'neurobalance rules fmt' has nothing to do."""
    rules = [path for path in shipped(root) if path.is_relative_to(root / "rules")]

    assert len(rules) > 20
    assert [] == [path.name for path in rules if format_file(path, path.name, write=False).changed], "run 'neurobalance rules fmt'"


def test_every_file_points_at_its_schema(root: Path) -> None:
    """In its first line, as a path from the file; 'rules fmt' writes it into rules, whoever adds a file of knowledge writes it there."""
    wanted = {}
    for path in shipped(root):
        inside = path.relative_to(root)
        up = "../" * (len(inside.parts) - 1)
        wanted[inside.as_posix()] = f"{MODELINE}{up}{FOLDER}/{schema_of(inside.as_posix())}.json"

    assert wanted == {name: (root / name).read_text(encoding="utf-8").partition("\n")[0] for name in wanted}


def test_the_schemas_are_those_of_today(root: Path) -> None:
    """After a change of vocabulary, thresholds, references, names, rules or a reader: neurobalance schema all -o schemas."""
    words = load_words(root)
    today = {name: json_text(make(words), indent=1) + "\n" for name, make in SCHEMAS.items()}
    kept = {path.stem: path.read_text(encoding="utf-8") for path in (root / FOLDER).iterdir()}

    assert sorted(today) == sorted(kept)
    assert [] == [name for name in today if today[name] != kept[name]], "run 'neurobalance schema all -o schemas'"
