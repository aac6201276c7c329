"""Writes tests/data/records/<version>: records of the examples by the present version, with the knowledge they were made with.

``make records`` runs it before a release. Once a version is released its folder stays as it is: a test replays every one for ever.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from neurobalance_expert.assessment import load_knowledge
from neurobalance_expert.cases.load import load_entered
from neurobalance_expert.records.log import LOCK
from neurobalance_expert.records.read import Options
from neurobalance_expert.records.write import Recorder
from neurobalance_expert.version import VERSION

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "tests" / "data" / "records"
CASES = {
    "a-real-day": Options(format="md"),
    "a-minimal-day": Options(audience="person"),
    "balanced-day": Options(engine="reference", format="json"),
}


def make(folder: Path) -> None:
    """Put the records of all cases into a new folder."""
    knowledge = load_knowledge(ROOT, cache=False)
    for name, options in CASES.items():
        Recorder(folder, knowledge, options).assess(load_entered(ROOT / "examples" / f"{name}.yaml", knowledge.names))
    (folder / LOCK).unlink()


def main() -> int:
    """Replace the folder of the present version."""
    folder = FOLDER / VERSION
    shutil.rmtree(folder, ignore_errors=True)
    make(folder)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    print(f"{folder.relative_to(ROOT)}: {len(CASES)} records, {size / 1e6:.1f} MB with the knowledge")
    return 0


if __name__ == "__main__":
    sys.exit(main())
