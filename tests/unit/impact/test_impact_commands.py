"""rules diff, knowledge diff and golden as one types them: what is printed, exit codes, and bad input."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from neurobalance_expert.cli import app
from neurobalance_expert.errors import InputProblems, Misuse
from neurobalance_expert.impact import diff
from neurobalance_expert.impact.attribute import as_json, compare_knowledge
from neurobalance_expert.impact.revisions import opened
from neurobalance_expert.impact.told_values import knowledge_markdown, knowledge_text

ROOT = Path(__file__).resolve().parents[3]
PACK = ROOT / "examples" / "packs" / "clinic-north"
CHANGED = "201-l-tryptophan-just-above-450-mg"


@pytest.fixture
def call(repository: Path, monkeypatch: pytest.MonkeyPatch):
    """``call("rules", "diff", …)`` in the folder of the knowledge base."""
    monkeypatch.chdir(repository / "kb")

    def run(*arguments: str | Path) -> Result:
        return CliRunner().invoke(app, [*map(str, arguments)])

    return run


def test_one_digit_of_a_threshold_lists_the_case_between_and_nothing_else(call) -> None:
    """450 mg became 451 mg: one case loses a finding, its cause is told, and the step is major. As JSON."""
    done = call("rules", "diff", "v1", "v2", "--format", "json")
    found = json.loads(done.stdout)
    [change] = [c for c in found["changes"] if c["level"] == "conclusions"]
    [finding] = change["difference"]["findings"]

    assert (1, False, 3, []) == (done.exit_code, found["equal"], found["cases"], found["unshown"])
    assert (CHANGED, ["tryptophan-dose-flagged"]) == (change["case"], change["rules"])
    assert ("lost", "CEIL:l_tryptophan", "minor") == (finding["what"], finding["code"], finding["before"])
    assert ["the rule tryptophan-dose-flagged was changed"] == finding["because"]
    assert ["knowledge/thresholds.yaml"] == found["files"]
    assert ("major", "0.1.0", "1.0.0") == (found["bump"]["step"], found["bump"]["version"], found["bump"]["next"])
    assert {"low": 450.001, "high": 451.0} == {k: v for k, v in found["rules"][0]["parts"][0]["interval"].items() if k in ("low", "high")}


def test_a_revision_beside_itself_is_equal(call) -> None:
    """Exit code 0 and one line; the step is none."""
    done = call("rules", "diff", "v1", "HEAD~2")

    assert (0, "version: none") == (done.exit_code, done.stdout.splitlines()[-1])
    assert "nothing differs (3 cases)" in done.stdout


def test_a_review_gets_a_table_first_and_the_rest_folded(call) -> None:
    """Markdown: what changes, the rule with its interval, the statement that is lost."""
    lines = call("rules", "diff", "v1", "v2", "--format", "md").stdout.splitlines()
    table = lines.index("| case | what | before | after | by |")

    assert table < lines.index("### Rules that differ") < lines.index("<details>")
    assert f"| `{CHANGED}` | `CEIL:l_tryptophan` | minor | – | `tryptophan-dose-flagged` |" == lines[table + 2]
    assert any(line.startswith("- 451 mg of supplemental tryptophan is above 450 mg a day") for line in lines)
    assert lines.count("<details>") == lines.count("</details>") > 1


def test_a_rule_that_no_case_shows_is_a_warning_with_the_values_it_needs(call, repository: Path, tmp_path: Path) -> None:
    """A case without tryptophan sees nothing of the change: the exit code is 1 all the same, because a rule differs."""
    done = call("rules", "diff", "v1", "v2", "--cases", repository / "kb" / "golden" / "cases" / "000-balanced-day.yaml")

    assert 1 == done.exit_code
    assert "warning: 1 rule differs and no case shows it; a case for each would:" in done.stdout
    assert "tryptophan-dose-flagged: dose of L-tryptophan from supplements: mg from 450.001 to 451 mg" in done.stdout


def test_a_broken_case_is_named_and_the_run_goes_on(call, repository: Path, tmp_path: Path) -> None:
    """A record, a line of a .jsonl and a file each; two of them are no case. Nothing differs, and the exit code is 1."""
    shutil.copy(repository / "kb" / "golden" / "cases" / "000-balanced-day.yaml", tmp_path)
    (tmp_path / "worse.yaml").write_bytes(b"\x00\xff")
    (tmp_path / "lines.jsonl").write_text('{"schema": "neurobalance/case/1"\n', encoding="utf-8")
    (tmp_path / "log.jsonl").write_text("{}\n", encoding="utf-8")
    records = [path for path in (ROOT / "tests" / "data" / "records" / "0.1.0").glob("*.json") if "minimal" in path.name]
    done = call("rules", "diff", "v1", "v1", "--cases", tmp_path, "--cases", records[0], "--format", "json")
    found = json.loads(done.stdout)

    assert (1, 4, ["lines:1", "worse"]) == (done.exit_code, found["cases"], sorted(one["case"] for one in found["broken"]))
    assert [] == found["changes"]
    assert all(one["errors"][0]["code"].startswith("NB-S") for one in found["broken"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("rules", "diff", "v1", "v22"), "did you mean 'v2'?"),
        (("knowledge", "diff", "v1", "v22"), "did you mean 'v2'?"),
        (("rules", "diff", "v1", "v2", "--cases", "nowhere"), "there is no file or folder 'nowhere'"),
        (("rules", "diff", "v1", "v2", "--cases", "reports"), "there is no case in the folder 'reports'"),
        (("golden", "reports"), "there is no file or folder 'reports/cases'"),
    ],
)
def test_misuse_says_what_to_type_instead(call, arguments, said) -> None:
    """Exit code 2, by the guard of the command line."""
    done = call(*arguments)

    assert isinstance(done.exception, Misuse)
    assert said in str(done.exception)


def test_a_revision_that_does_not_compile_is_named_with_its_problems(call) -> None:
    """Exit code 1: the file stands behind the name of the revision."""
    done = call("rules", "diff", "v1", "broken")

    assert isinstance(done.exception, InputProblems)
    assert "broken:rules/safety/alcohol.yaml" == done.exception.problems[0].at.file


def test_knowledge_diff_tells_each_value_and_its_cases(call, repository: Path) -> None:
    """One threshold, in mg, one finding of one case; nothing between a revision and itself."""
    with opened("v1", repository / "kb") as one, opened("v2", repository / "kb") as other:
        found = compare_knowledge(one, other, [repository / "kb" / "golden"], lambda: None)
    [effect] = as_json(found)["effects"]

    assert "thresholds: thresholds.l_tryptophan_flag.value  450 -> 451 mg: 1 case, 1 finding" in knowledge_text(found).splitlines()
    assert (
        "| `thresholds: thresholds.l_tryptophan_flag.value` | 450 -&gt; 451 mg | 1 case, 1 finding |"
        in knowledge_markdown(found).splitlines()
    )
    assert ("tried", [CHANGED], (), [CHANGED]) == (effect["status"], list(effect["cases"]), found.left, list(found.together))
    done = call("knowledge", "diff", "v1", "v1")
    assert (0, True) == (done.exit_code, done.stdout.endswith("no value of the knowledge base differs\n"))


@pytest.mark.slow
def test_two_processes_find_what_one_finds(call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, repository: Path) -> None:
    """Many cases are shared out; also a case that is none comes back with its problems."""
    shutil.copytree(repository / "kb" / "golden" / "cases", tmp_path / "cases")
    (tmp_path / "cases" / "broken.yaml").write_text("schema: x\n", encoding="utf-8")
    arguments = ("rules", "diff", "v1", "v2", "--cases", tmp_path, "--format", "json")
    one = json.loads(call(*arguments).stdout)
    monkeypatch.setattr(diff, "MANY", 2)
    monkeypatch.setattr(diff.os, "cpu_count", lambda: diff.PROCESSES)

    assert one == json.loads(call(*arguments).stdout)
    assert (4, ["broken"]) == (one["cases"], [broken["case"] for broken in one["broken"]])


def test_golden_compares_with_what_is_expected_and_writes_it_when_asked(call, repository: Path, tmp_path: Path) -> None:
    """Written, found as expected, and seen to differ when a severity is edited: the case, the finding and both severities are named."""
    shutil.copytree(repository / "kb" / "golden", tmp_path / "golden")
    folder = tmp_path / "golden"
    assert 1 == call("golden", folder, "--kb", ROOT).exit_code  # there is nothing expected yet: NB-G001
    assert 0 == call("golden", folder, "--update", "--kb", ROOT).exit_code
    assert 0 == call("golden", folder, "--kb", ROOT).exit_code
    expected = folder / "expected.yaml"
    expected.write_text(expected.read_text(encoding="utf-8").replace("severity: minor", "severity: major", 1), encoding="utf-8")
    done = call("golden", folder, "--kb", ROOT)

    assert 1 == done.exit_code
    assert f"{CHANGED}\n  findings:\n    lowered: CEIL:l_tryptophan by tryptophan-dose-flagged, major -> minor\n" in done.stdout


def test_the_command_line_gives_the_exit_codes(run, repository: Path) -> None:
    """In a process of its own: 2 with a sentence for a revision that is not there, and no traceback."""
    done = run("rules", "diff", "trunck", "v1", "--format", "json", cwd=repository / "kb")

    assert 2 == done.returncode
    assert "did you mean 'trunk'?" in done.stderr
    assert "did you mean 'trunk'?" in json.loads(done.stdout)["errors"][0]["what"]


@pytest.mark.parametrize(
    "command",
    [
        ("rules", "diff", "v1", "v2", "--kb", ROOT, "--kb", PACK),
        ("knowledge", "diff", "v1", "v2", "--kb", PACK),
        ("golden", "--kb", PACK),
        ("rules", "diff", "v1", PACK),
        ("rules", "diff", PACK, "v1"),
    ],
)
def test_a_pack_is_refused_and_never_taken_for_a_folder_of_rules(call, command: tuple[str | Path, ...]) -> None:
    """As a layer and as a revision: else every rule of the base would be told of as removed."""
    done = call(*command)

    assert isinstance(done.exception, Misuse)
    assert f"'{PACK}' is a pack, and revisions" in str(done.exception)
