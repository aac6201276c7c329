"""'simulate' with a choice of tryptophan and of an inhibitor, as docs/barrier.md shows them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run

PAGE = Path("docs/barrier.md")
TABLE = re.compile(r"(<!-- free or total -->\n)(.*?)(<!-- end -->)", re.DOTALL)


def case_of(page: str) -> str:
    """The first YAML block of the page, which is the case of 100 g carbohydrate."""
    found = re.search(r"```yaml\n(.*?)```", page, re.DOTALL)
    assert found is not None
    return found[1]


@pytest.fixture(scope="module")
def courses(root: Path) -> dict[str, dict[str, Any]]:
    """What the command of the page prints, by choice."""
    from neurobalance_expert.assessment import load_knowledge, simulate_case
    from neurobalance_expert.cases.load import parse_case
    from neurobalance_expert.source import parse_yaml

    knowledge = load_knowledge(root, cache=False)
    case = parse_case(parse_yaml(case_of((root / PAGE).read_text(encoding="utf-8")), "carbohydrate.yaml"), knowledge.names)
    return {choice: simulate_case(case, knowledge, 60, choice) for choice in ("total", "free")}  # type: ignore[arg-type]


def test_after_carbohydrate_total_raises_and_free_lowers_entry(courses: dict[str, dict[str, Any]]) -> None:
    """The choice decides the sign at 1 to 3 h; plasma is the same, for the choice is about the carrier only."""
    entry = {choice: course["influx_vs_fasting"]["trp"][1:4] for choice, course in courses.items()}

    assert all(value > 1.05 for value in entry["total"])
    assert all(value < 0.95 for value in entry["free"])
    assert courses["total"]["plasma_uM"] == courses["free"]["plasma_uM"]
    assert {"total", "free"} == {course["tryptophan"] for course in courses.values()}


def test_the_table_of_the_page_is_what_the_command_gives(
    courses: dict[str, dict[str, Any]], root: Path, request: pytest.FixtureRequest
) -> None:
    """``--update-golden`` writes it anew."""
    total, free = courses["total"], courses["free"]
    rows = ["| hours | total Trp, µM | free Trp, µM | entry of Trp, by total | by free |", "|---|---|---|---|---|"]
    for n in range(5):
        numbers = (total["plasma_uM"]["trp"][n], total["trp_free_uM"][n])
        entries = (total["influx_vs_fasting"]["trp"][n], free["influx_vs_fasting"]["trp"][n])
        rows.append(f"| {n} | {numbers[0]:.1f} | {numbers[1]:.2f} | {entries[0]:.2f} | {entries[1]:.2f} |")
    page = root / PAGE
    text = page.read_text(encoding="utf-8")
    drawn = TABLE.sub(lambda found: found[1] + "\n".join(rows) + "\n" + found[3], text)
    if request.config.getoption("--update-golden"):
        page.write_text(drawn, encoding="utf-8")

    assert drawn == page.read_text(encoding="utf-8")


def test_the_options_reach_the_course(run: Run, root: Path, tmp_path: Path) -> None:
    """Both on the command line, in JSON and in words; another word is misuse."""
    file = tmp_path / "carbohydrate.yaml"
    dose = "supplements: [{time: '08:00', substance: 5-HTP, dose: 100, unit: mg}, {substance: mucuna, dose: 1, unit: g}]"
    file.write_text(case_of((root / PAGE).read_text(encoding="utf-8")).replace("supplements: []", dose), encoding="utf-8")

    course = json.loads(run("simulate", file, "--tryptophan", "free", "--decarboxylase-inhibitor", "yes", "--format", "json").stdout)
    text = run("simulate", file, "--decarboxylase-inhibitor", "no").stdout
    wrong = run("simulate", file, "--tryptophan", "bound")

    assert ("free", True) == (course["tryptophan"], course["decarboxylase_inhibitor"]["taken"])
    assert "htp5 uM" in text
    assert "by total tryptophan" in text
    assert "not known: ldopa: " in text
    assert "decarboxylase inhibitor: not taken (as asked)" in text
    assert wrong.returncode == 2
