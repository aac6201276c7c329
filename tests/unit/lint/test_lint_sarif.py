"""SARIF 2.1.0: as the standard has it, with the page of each lint and the edits of what can be mended."""

from __future__ import annotations

import json
from pathlib import Path

from jsonschema import Draft7Validator, FormatChecker

from neurobalance_expert.lint.registry import LINTS
from neurobalance_expert.lint.sarif import to_sarif
from tests.unit.lint.conftest import RULES, check


def sarif(files: dict[str, str], text: str) -> dict:
    """What is written for the example with another rule file."""
    report = check({**files, RULES: text})
    return to_sarif(report.findings, report.sources)


def bad(files: dict[str, str]) -> str:
    """A rule file with a finding of each level, one of them with an edit, one with a second place."""
    text = files[RULES].replace("margin: 0}", 'margin: "0"}').replace("done.\n", "done\n")
    return text.replace("id: dose-crowds-tryptophan", "id: meal-lowers-tryptophan")


def test_it_is_valid(root: Path, files: dict[str, str]) -> None:
    """Against the part of the schema that is used, in which nothing beside it is allowed."""
    schema = json.loads((root / "tests" / "data" / "sarif-2.1.0-part.json").read_text(encoding="utf-8"))
    validator = Draft7Validator(schema, format_checker=FormatChecker())

    assert [] == [error.message for text in (files[RULES], bad(files)) for error in validator.iter_errors(sarif(files, text))]


def test_every_lint_is_described(files: dict[str, str]) -> None:
    """Also in a run without findings, so that a code host knows them."""
    [run] = sarif(files, files[RULES])["runs"]

    assert sorted(LINTS) == [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert [] == run["results"]


def test_a_result_says_where_and_points_to_its_rule(files: dict[str, str]) -> None:
    """Level, region, index of the rule, further places."""
    [run] = sarif(files, bad(files))["runs"]
    by_id = {result["ruleId"]: result for result in run["results"]}
    line = bad(files).split("\n").index("  - id: meal-lowers-tryptophan", 5) + 1
    place = {"startLine": line, "startColumn": 9, "endLine": line, "endColumn": 31}

    assert {"NB-R070": "error", "NB-L043": "warning", "NB-L021": "note"} == {code: r["level"] for code, r in by_id.items()}
    assert place == by_id["NB-R070"]["locations"][0]["physicalLocation"]["region"]
    assert 3 == by_id["NB-R070"]["relatedLocations"][0]["physicalLocation"]["region"]["startLine"]
    assert all(r["ruleId"] == run["tool"]["driver"]["rules"][r["ruleIndex"]]["id"] for r in run["results"])


def test_a_fix_names_what_to_replace(files: dict[str, str]) -> None:
    """The region that goes and the text that comes."""
    [run] = sarif(files, bad(files))["runs"]
    [fix] = next(result["fixes"] for result in run["results"] if result["ruleId"] == "NB-L021")
    [replacement] = fix["artifactChanges"][0]["replacements"]
    region = replacement["deletedRegion"]
    line = bad(files).split("\n")[region["startLine"] - 1]

    assert '"0"' == line[region["startColumn"] - 1 : region["endColumn"] - 1]
    assert {"text": "0"} == replacement["insertedContent"]


def test_a_path_is_written_as_an_address(files: dict[str, str]) -> None:
    """Spaces and letters of other alphabets as bytes."""
    report = check({**files, RULES: bad(files)})
    written = json.dumps(to_sarif(report.findings, report.sources, lambda name: f"meine Regeln/ü/{name}"))

    assert f'"uri": "meine%20Regeln/%C3%BC/{RULES}"' in written
