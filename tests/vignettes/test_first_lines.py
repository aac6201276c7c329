"""What is worst stands first: within ten lines of text and Markdown, and never folded away."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from neurobalance_expert.assessment import assess, load_case_file
from neurobalance_expert.knowledge.policy import rank
from neurobalance_expert.report.render import render
from neurobalance_expert.source import load

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "tests" / "data"
GRAVE = [name for name, case in load(DATA / "expectations.yaml").data["cases"].items() if rank(case["max_severity"]) >= rank("major")]
LINES = 10


@pytest.fixture(scope="module", params=GRAVE)
def grave(request, knowledge):
    """Each vignette with a finding of at least major."""
    return assess(load_case_file(DATA / "cases" / f"{request.param}.yaml", knowledge), knowledge, "reference")


@pytest.mark.parametrize("form", ["text", "md"])
def test_the_worst_finding_stands_within_ten_lines(grave, form):
    """Its severity and its code."""
    lines = [line for line in render(grave, form, ROOT).splitlines() if line.strip()][:LINES]
    top = "\n".join(lines).casefold()

    assert grave.max_severity in top
    assert any(f.code.casefold() in top for f in grave.findings if f.severity == grave.max_severity)


@pytest.mark.parametrize("form", ["text", "md", "html"])
def test_no_grave_finding_is_folded_away(grave, form):
    """Title and statement of each stand outside of whatever a reader has to open."""
    shown = re.sub(r"(?s)<details.*?</details>", "", render(grave, form, ROOT))
    plain = " ".join(re.sub(r"<[^>]+>", " ", shown).split())
    for finding in (f for f in grave.findings if rank(f.severity) >= rank("major")):
        assert finding.title in plain
        assert finding.code in plain
