"""A person gets what was found and whom to ask; the basis and proposals are for a professional."""

from __future__ import annotations

from pathlib import Path

import pytest

from neurobalance_expert.assessment import assess, load_case_file
from neurobalance_expert.report.render import render

ROOT = Path(__file__).resolve().parents[3]
TEXTS = ("text", "md", "html")
BASIS = (
    "Simulated on its own",
    "simulated on its own",
    "because these conditions hold",
    "Because these conditions hold",
    "Trp entry",
    "References",
)


@pytest.fixture(scope="module", params=["a-real-day", "c04", "c10"])
def outcome(request, knowledge):
    """A day with proposals, one with a medicine, one with a condition."""
    folder = ROOT / ("examples" if request.param == "a-real-day" else "tests/data/cases")
    return assess(load_case_file(folder / f"{request.param}.yaml", knowledge), knowledge, "reference")


@pytest.mark.parametrize("form", TEXTS)
def test_a_person_sees_every_finding_and_whom_to_ask(outcome, form):
    """Title and advice of everything above info, and no basis or proposal."""
    page = " ".join(render(outcome, form, ROOT, audience="person", width=4000).replace("\\", "").split())

    assert all(f.title in page for f in outcome.findings if f.severity != "info")
    assert "Whom to ask" in page or "WHOM TO ASK" in page
    assert [] == [words for words in BASIS if words in page]
    assert all(r.action not in page for r in outcome.recommendations)


@pytest.mark.parametrize("form", TEXTS)
def test_a_professional_sees_the_basis(outcome, form):
    """And is not told whom to ask."""
    page = render(outcome, form, ROOT, width=4000)

    assert "Whom to ask" not in page
    assert ("Proved, and every line checked" if form == "html" else "ecause these conditions hold") in page


def test_json_is_the_same_for_both(outcome):
    """Programs read one form."""
    assert render(outcome, "json", ROOT, audience="person") == render(outcome, "json", ROOT)
