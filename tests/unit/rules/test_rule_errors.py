"""What a rule author reads when something is wrong: the whole text, and a page for every code."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
ERRORS = sorted((ROOT / "tests" / "data" / "rule-errors").glob("*.yaml"))
CODES = sorted(
    {code for path in (ROOT / "neurobalance_expert").rglob("*.py") for code in re.findall(r"NB-R\d{3}", path.read_text(encoding="utf-8"))}
)


@pytest.mark.parametrize("path", ERRORS, ids=lambda path: path.stem)
def test_the_message_is_the_golden_one(path: Path, read: Callable, golden: Callable) -> None:
    """Every problem of the file at once, each with what, where, why and fix."""
    found = read(path.read_text(encoding="utf-8"), f"rules/{path.name}")

    golden(path.with_suffix(".txt"), found.rendered + "\n")


@pytest.mark.parametrize("code", CODES)
def test_a_code_has_a_section_with_a_cure(code: str) -> None:
    """docs/errors.md explains each NB-R code under a heading of its own, in at least one sentence."""
    text = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    section = re.search(rf"^### {code} .+\n((?:(?!^#).*\n?)*)", text, re.MULTILINE)

    assert section is not None
    assert len(section.group(1).split()) >= 8
