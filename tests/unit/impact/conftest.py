"""A repository of a knowledge base with three commits, golden cases by name, and knowledge bases edited in memory."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from neurobalance_expert.assessment import Knowledge, load_case_file
from neurobalance_expert.cases.types import Case
from neurobalance_expert.impact.run import Pair, pair, version
from neurobalance_expert.loaded import with_documents
from neurobalance_expert.source import parse_yaml

ROOT = Path(__file__).resolve().parents[3]
GOLDEN = ROOT / "golden" / "cases"
FLAG = "{value: 450, unit: mg, step: 1"  # of the threshold l_tryptophan_flag
KEPT = ("200-l-tryptophan-at-450-mg", "201-l-tryptophan-just-above-450-mg", "000-balanced-day")


@pytest.fixture(scope="session")
def golden() -> Callable[[str], dict[str, Case]]:
    """``golden("20*")``: golden cases by their names, read once."""
    from neurobalance_expert.assessment import load_knowledge

    names = load_knowledge(ROOT)

    def cases(*patterns: str) -> dict[str, Case]:
        paths = sorted({path for pattern in patterns for path in GOLDEN.glob(f"{pattern}.yaml")})
        assert paths
        return {path.stem: load_case_file(path, names) for path in paths}

    return cases


@pytest.fixture(scope="session")
def edit(knowledge: Knowledge) -> Callable[[str, str, str], Knowledge]:
    """``edit("rules/x.yaml", old, new)``: the shipped knowledge base with a text replaced once, which must be there."""

    def edited(path: str, old: str, new: str) -> Knowledge:
        text = (ROOT / path).read_text(encoding="utf-8")
        assert text.count(old) >= 1
        return with_documents(knowledge, {path: parse_yaml(text.replace(old, new, 1), path)})

    return edited


@pytest.fixture(scope="session")
def against(knowledge: Knowledge) -> Callable[[Knowledge], Pair]:
    """The shipped knowledge base and another one."""
    before = version("before", knowledge)
    return lambda after: pair(before, version("after", after))


@pytest.fixture(scope="session")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its folder ``kb`` holds a knowledge base: at ``v1`` as shipped, at ``v2`` with one threshold moved, at ``broken`` with a slip."""
    top = tmp_path_factory.mktemp("repository")
    kb = top / "kb"
    for part in ("knowledge", "rules", "reports/templates"):
        shutil.copytree(ROOT / part, kb / part)
    (kb / "golden" / "cases").mkdir(parents=True)
    for name in KEPT:
        shutil.copy(GOLDEN / f"{name}.yaml", kb / "golden" / "cases")
    _git(top, "init", "--quiet", "--initial-branch", "trunk")
    _commit(top, "v1")
    thresholds = kb / "knowledge" / "thresholds.yaml"
    thresholds.write_text(thresholds.read_text(encoding="utf-8").replace(FLAG, FLAG.replace("450", "451")), encoding="utf-8")
    _commit(top, "v2")
    alcohol = kb / "rules" / "safety" / "alcohol.yaml"
    alcohol.write_text(alcohol.read_text(encoding="utf-8").replace("ethanol:", "ethanoll:", 1), encoding="utf-8")
    _commit(top, "broken")
    return top


def _commit(top: Path, tag: str) -> None:
    _git(top, "add", ".")
    _git(top, "commit", "--quiet", "-m", tag)
    _git(top, "tag", tag)


def _git(top: Path, *arguments: str) -> None:
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(top), *who, *arguments], check=True, capture_output=True)
