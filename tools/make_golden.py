"""Writes golden/cases anew: python tools/make_golden.py [DIR]. The same files on every run; a case is changed here, never in its file.

The limits stand in the tables as they were when a case was made: a limit that moves must not move its cases along. After it,
'neurobalance golden --update' writes what is expected of them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from golden_parts import Golden
from golden_people import conditions, people, signs
from golden_records import days, drawn, records
from golden_steps import steps
from golden_taken import medicines, pairs
from golden_values import doses, labs

from neurobalance_expert.yaml_text import dump

TOP = Path(__file__).resolve().parent.parent
FOLDER = TOP / "golden" / "cases"
VIGNETTES = TOP / "tests" / "data" / "cases"


def cases() -> Iterator[Golden]:
    """Every golden case."""
    yield from chain(days(), steps(), labs(), doses(), pairs(), medicines(), people(), conditions(), signs(), records(), drawn())


def text(golden: Golden) -> str:
    """The file of a case: what it is for, then the case."""
    return f"# {golden.note[0].upper()}{golden.note[1:]}.\n{dump(golden.data)}"


def files() -> dict[str, str]:
    """The text of every file by its name: what is put together here, and the vignettes as they are."""
    found = {f"{golden.name}.yaml": text(golden) for golden in cases()}
    return found | {f"8{path.stem[1:]}-vignette.yaml": path.read_text(encoding="utf-8") for path in sorted(VIGNETTES.glob("c*.yaml"))}


def main(folder: Path) -> None:
    """Write every file, and take away those that no case has any more."""
    folder.mkdir(parents=True, exist_ok=True)
    written = files()
    for path in folder.glob("*.yaml"):
        if path.name not in written:
            path.unlink()
    for name, content in written.items():
        (folder / name).write_text(content, encoding="utf-8")
    print(f"{len(written)} cases in {folder}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
