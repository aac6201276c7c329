"""What all tests share: the folder of the repository, a cache of their own, and the command line as a process."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from neurobalance_expert.assessment import Knowledge
    from neurobalance_expert.cases.types import Case

ROOT = Path(__file__).resolve().parent.parent
Run = Callable[..., "subprocess.CompletedProcess[str]"]

# The same examples on every run and machine; a slow machine is not a failure. 'make differential' searches further.
settings.register_profile("fixed", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("fixed")


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--update-golden`` writes what was produced over the expected files; read the diff."""
    parser.addoption("--update-golden", action="store_true", help="rewrite golden files with what was produced")


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Tests neither read nor write the cache of whoever runs them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NEUROBALANCE_CACHE", str(tmp_path_factory.mktemp("cache")))
        patch.delenv("NEUROBALANCE_DEBUG", raising=False)
        yield


@pytest.fixture(scope="session")
def root() -> Path:
    """Top folder of the repository; it is also the knowledge base."""
    return ROOT


@pytest.fixture
def run() -> Run:
    """``run("assess", "x.yaml", cwd=…)`` runs the command line in a process of its own and returns what came out."""

    def run_command(*arguments: str | Path, cwd: Path = ROOT, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "neurobalance_expert", *map(str, arguments)],
            cwd=cwd,
            env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    return run_command


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """``golden(path, text)`` compares with the file, or writes it under ``--update-golden``."""

    def compare(path: Path, text: str) -> None:
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert path.read_text(encoding="utf-8") == text

    return compare


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """The shipped knowledge base, loaded once."""
    from neurobalance_expert.assessment import load_knowledge

    return load_knowledge(ROOT, cache=False)


@pytest.fixture(scope="session")
def balanced(knowledge: Knowledge) -> Case:
    """The balanced day of the vignettes: nothing to find above info."""
    from neurobalance_expert.assessment import load_case_file

    return load_case_file(ROOT / "tests" / "data" / "cases" / "c11.yaml", knowledge)
