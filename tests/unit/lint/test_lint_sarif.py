"""SARIF 2.1.0: as the standard has it, with the page of each lint and the edits of what can be mended."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator, FormatChecker

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


@pytest.fixture(scope="module")
def schema(root: Path) -> bytes:
    """The schema of SARIF as OASIS has it."""
    return (root / "tests" / "data" / "sarif" / "sarif-2.1.0-rtm.5.json").read_bytes()


@pytest.fixture(scope="module")
def valid(schema: bytes) -> Callable[[dict[str, Any]], list[str]]:
    """Where a document breaks the schema."""
    validator = Draft4Validator(json.loads(schema), format_checker=FormatChecker())
    return lambda document: [error.json_path for error in validator.iter_errors(document)]


def test_the_schema_is_the_published_one(schema: bytes, root: Path) -> None:
    """Unchanged since it came, whole, and a schema."""
    read = json.loads(schema)
    Draft4Validator.check_schema(read)
    named = {line.split()[1] for line in (root / "tests" / "data" / "sarif" / "README.md").read_text().split("\n") if "sha256" in line}

    assert {hashlib.sha256(schema).hexdigest()} == named
    assert (52, 415) == (len(read["definitions"]), sum(len(item.get("properties", ())) for item in read["definitions"].values()))


def test_it_is_valid(files: dict[str, str], valid: Callable[[dict[str, Any]], list[str]]) -> None:
    """Without findings and with findings of each kind; the schema allows no field that it does not know."""
    assert [] == [path for text in (files[RULES], bad(files)) for path in valid(sarif(files, text))]


def _region(run: dict[str, Any]) -> dict[str, Any]:
    return run["results"][0]["locations"][0]["physicalLocation"]["region"]


def _fix(run: dict[str, Any]) -> dict[str, Any]:
    return run["results"][0]["fixes"][0]


PLANTED: dict[str, Callable[[dict[str, Any]], Any]] = {
    "$.runs[0].results[0].level": lambda run: run["results"][0].update(level="info"),
    "$.runs[0].columnKind": lambda run: run.update(columnKind="bytes"),
    "$.runs[0].results[0].locations[0].physicalLocation.region.startLine": lambda run: _region(run).update(startLine=0),
    "$.runs[0].results[0].locations[0].physicalLocation.region.endColumn": lambda run: _region(run).update(endColumn=0),
    "$.runs[0].results[0].locations[0].physicalLocation.region": lambda run: _region(run).update(column=1),
    "$.runs[0].results[0]": lambda run: run["results"][0].pop("message"),
    "$.runs[0].results[0].ruleIndex": lambda run: run["results"][0].update(ruleIndex=-2),
    "$.runs[0].tool": lambda run: run["tool"].pop("driver"),
    "$.runs[0].tool.driver": lambda run: run["tool"]["driver"].pop("name"),
    "$.runs[0].tool.driver.rules[0]": lambda run: run["tool"]["driver"]["rules"][0].pop("id"),
    "$.runs[0].tool.driver.rules[0].defaultConfiguration.level": lambda run: run["tool"]["driver"]["rules"][0][
        "defaultConfiguration"
    ].update(level="info"),
    "$.runs[0].invocations[0]": lambda run: run["invocations"][0].clear(),
    "$.runs[0].results[0].fixes": lambda run: run["results"][0].update(fixes={}),
    "$.runs[0].results[0].fixes[0].artifactChanges": lambda run: _fix(run)["artifactChanges"].clear(),
    "$.runs[0].results[0].fixes[0].artifactChanges[0].replacements[0]": lambda run: _fix(run)["artifactChanges"][0]["replacements"][0].pop(
        "deletedRegion"
    ),
}


@pytest.mark.parametrize("where", PLANTED)
def test_a_planted_error_is_seen(files: dict[str, str], valid: Callable[[dict[str, Any]], list[str]], where: str) -> None:
    """A wrong word, a number that is too small, a field that is missing or unknown."""
    document = sarif(files, bad(files))
    PLANTED[where](document["runs"][0])

    assert [where] == valid(document)


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
