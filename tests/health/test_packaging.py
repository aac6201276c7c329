"""The wheel carries the knowledge base and works from any folder; the lock files lock everything."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

LOCKED = re.compile(r"^([a-z0-9][a-z0-9.-]*)==(\S+)", re.M)


@pytest.fixture(scope="module")
def unpacked(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the working tree and unpacked as pip would."""
    folder = tmp_path_factory.mktemp("wheel")
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


@pytest.mark.parametrize("part", ["rules", "knowledge", "reports/templates", "golden"])
def test_the_wheel_has_every_file_of_the_knowledge_base(root: Path, unpacked: Path, part: str) -> None:
    """Same files, same bytes, under neurobalance_expert/_kb."""
    ours = _contents(root / part)

    assert ours == _contents(unpacked / "neurobalance_expert" / "_kb" / part)
    assert ours != {}


def test_the_wheel_works_from_an_empty_folder(root: Path, unpacked: Path, tmp_path: Path) -> None:
    """The assessment by the wheel in a foreign folder is the one that the repository gives."""
    case = root / "examples" / "a-real-day.yaml"
    command = [sys.executable, "-m", "neurobalance_expert", "assess", str(case), "--format", "json"]

    elsewhere, here = (
        json.loads(subprocess.run(command, cwd=cwd, env={**os.environ, "PYTHONPATH": str(path)}, capture_output=True, check=True).stdout)
        for cwd, path in ((tmp_path, unpacked), (root, root))
    )

    assert elsewhere == here


def test_the_wheel_carries_nothing_else(unpacked: Path) -> None:
    """No tests, no tools, no caches."""
    assert {"neurobalance_expert"} == {path.name for path in unpacked.iterdir() if not path.name.endswith(".dist-info")}
    assert [] == [path for path in unpacked.rglob("*") if path.suffix in (".pyc", ".npz")]


def test_every_locked_package_has_hashes_and_one_version_everywhere(root: Path) -> None:
    """A package is installed in the same version by every lock file, and never without a hash."""
    locks = {path.name: path.read_text(encoding="utf-8") for path in (root / "requirements").glob("*.txt")}
    versions: dict[str, set[str]] = {}
    for text in locks.values():
        for name, version in LOCKED.findall(text):
            versions.setdefault(name, set()).add(version)
        assert len(LOCKED.findall(text)) == len(re.findall(r"^[a-z0-9][^\n]*\\\n    --hash=sha256:", text, re.M))

    assert {"build.txt", "run.txt", "dev.txt"} == locks.keys()
    assert {} == {name: found for name, found in versions.items() if len(found) > 1}


def test_what_pyproject_asks_for_is_locked(root: Path) -> None:
    """A dependency that was added without 'make lock' is noticed."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [item for group in project["optional-dependencies"].values() for item in group]
    run = {name for name, _ in LOCKED.findall((root / "requirements" / "run.txt").read_text(encoding="utf-8"))}
    dev = {name for name, _ in LOCKED.findall((root / "requirements" / "dev.txt").read_text(encoding="utf-8"))}

    assert {_name(item) for item in project["dependencies"]} <= run <= dev
    assert {_name(item) for item in extras} - {"neurobalance"} <= dev  # an extra may name other extras of ours


def _name(requirement: str) -> str:
    match = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert match is not None
    return re.sub(r"[._-]+", "-", match.group().lower())  # the normal form of a name


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
