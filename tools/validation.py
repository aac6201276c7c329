"""Writes docs/validation.md and its drawings anew: ``make validation``. Files of studies that are gone are removed."""

from __future__ import annotations

from pathlib import Path

from neurobalance_expert import source
from neurobalance_expert.model.studies.bands import DRAWS
from neurobalance_expert.model.studies.page import FOLDER, pages
from neurobalance_expert.model.studies.table import validate

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Write what differs."""
    references = source.load(ROOT / "knowledge" / "references.yaml").data["references"]
    docs = ROOT / "docs"
    files = pages(validate(ROOT, references, draws=DRAWS), references)
    for old in (docs / FOLDER).glob("*.svg"):
        if f"{FOLDER}/{old.name}" not in files:
            old.unlink()
    for name, text in files.items():
        path = docs / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(f"written: docs/{name}")


if __name__ == "__main__":
    main()
