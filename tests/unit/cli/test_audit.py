"""why-not and missing as a user types them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from neurobalance_expert.assessment import Knowledge, load_case_file
from neurobalance_expert.audit import missing, why_not
from neurobalance_expert.report import missing as missing_page
from neurobalance_expert.report import why_not as why_not_page
from neurobalance_expert.rules.meanings import find_meanings
from tests.conftest import Run

ROOT = Path(__file__).resolve().parents[3]
EXAMPLE = "examples/a-real-day.yaml"
CASES = sorted([*(ROOT / "examples").glob("*.yaml"), *(ROOT / "tests" / "data" / "cases").glob("*.yaml")])
ASKED = ("COMPETE:lnaa:trp", "LAB:serum_b12:low", "cofactor_low", "lab-below-limit", "INT:$interaction", "IMBALANCE:trp:tyr", "LOW:iron")


def test_why_not_begins_with_the_answer_and_the_nearest_miss(run: Run) -> None:
    """First that it is not concluded, then what came nearest, with the place of its condition."""
    done = run("why-not", EXAMPLE, "LAB:plasma_plp:low")
    text = " ".join(done.stdout.split())

    assert 0 == done.returncode
    assert text.startswith("Why not LAB:plasma_plp:low? LAB:plasma_plp:low is not concluded for the case 'a-real-day'.")
    assert "Nearest: the rule 'lab-below-limit'" in text
    assert re.search(r"\[rules/cofactors/labs\.yaml:\d+\]", text)


def test_what_is_concluded_is_said_with_where_to_look(run: Run) -> None:
    """The rest of the rules is listed all the same."""
    done = run("why-not", EXAMPLE, "COMPETE:lnaa:trp")
    text = " ".join(done.stdout.split())

    assert "COMPETE:lnaa:trp is concluded for the case 'a-real-day'" in text
    assert "'neurobalance why' with the same arguments shows the reasons" in text
    assert re.search(r"\(\d\.\d SD, below the error of the model\)", text)


def test_an_unknown_code_is_misuse_with_the_nearest_one(run: Run) -> None:
    """Exit code 2, and nothing is answered."""
    done = run("why-not", EXAMPLE, "LAB:feritin:low")

    assert (2, "") == (done.returncode, done.stdout)
    assert "did you mean 'LAB:ferritin:low'?" in done.stderr


def test_why_not_as_json(run: Run) -> None:
    """The schema, and for every rule and binding its status and first blocker."""
    found = json.loads(run("why-not", EXAMPLE, "COMPETE:lnaa:tyr", "--format", "json").stdout)

    assert ("neurobalance/why-not/1", "COMPETE:lnaa:tyr", True) == (found["schema"], found["asked"], found["concluded"])
    assert {"rule", "status", "binding", "blocking", "conditions", "at", "failed", "missing"} <= found["standings"][0].keys()
    assert {"fired", "overridden", "blocked"} == {one["status"] for one in found["standings"]}
    assert all(one["blocking"]["at"] for one in found["standings"] if one["status"] == "blocked")


def test_missing_as_json(run: Run) -> None:
    """The schema, and for every gap how to enter it and what it decides."""
    found = json.loads(run("missing", EXAMPLE, "--format", "json").stdout)

    assert "neurobalance/missing/1" == found["schema"]
    assert {"what", "enter", "highest_severity", "alone", "rules", "decides"} == found["gaps"][0].keys()
    assert found["gaps"][0]["enter"].startswith("labs, an entry with analyte ")


def test_markdown_has_the_same_answer(run: Run) -> None:
    """A title, the numbered gaps, and no list inside a paragraph."""
    text = run("missing", EXAMPLE, "--format", "md").stdout

    assert text.startswith("# What would decide most?\n\nIn the case 'a-real-day'")
    assert "\n\n1. magnesium in serum: " in text


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_no_answer_about_any_case_has_a_forbidden_meaning(path: Path, knowledge: Knowledge) -> None:
    """No diagnosis, no level of a transmitter, no word to stop a medicine; and every case has an answer."""
    case = load_case_file(path, knowledge)
    pages = [why_not_page.page(why_not(case, knowledge, asked)) for asked in ASKED]
    pages.append(missing_page.page(missing(case, knowledge)))
    said = [line.text for page in pages for line in page.lines]

    assert [] == [(hit.meaning.code, text) for text in said for hit in find_meanings(text)]


def test_what_a_person_wrote_is_data_in_markdown(knowledge: Knowledge) -> None:
    """The name of a food may hold anything."""
    case = load_case_file(ROOT / EXAMPLE, knowledge)
    page = why_not_page.page(why_not(case, knowledge, "MISS:food:[x](https://e.org)"))

    assert "](https://" not in page.as_markdown()
