"""A folder with the records of the three examples, made once; a test that changes something takes a copy."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from neurobalance_expert.assessment import Knowledge
from neurobalance_expert.cases.load import load_entered
from neurobalance_expert.records.read import Options, digest_of, read_record
from neurobalance_expert.records.write import Recorder

NAMES = ("a-minimal-day", "a-real-day", "balanced-day")


@pytest.fixture(scope="session")
def recorded(knowledge: Knowledge, root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder; read only."""
    folder = tmp_path_factory.mktemp("recorded") / "records"
    recorder = Recorder(folder, knowledge, Options(engine="reference"))
    for name in NAMES:
        recorder.assess(load_entered(root / "examples" / f"{name}.yaml", knowledge.names))
    return folder


@pytest.fixture
def folder(recorded: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(recorded, tmp_path / "records"))


@pytest.fixture
def record(folder: Path) -> Path:
    """The record of the real day in the copy."""
    return next(folder.glob("a-real-day-*.json"))


@pytest.fixture
def rewritten() -> Callable[[Path, str, str], None]:
    """``rewritten(path, old, new)`` changes the content of a record and its digest with it, as a forger would."""

    def rewrite(path: Path, old: str, new: str) -> None:
        read = read_record(path)
        content = read.text.replace(old, new)
        assert content != read.text
        path.write_text(path.read_text().replace(read.text, content).replace(read.digest, digest_of(content)))

    return rewrite
