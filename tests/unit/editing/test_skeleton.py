"""``rules new``: a file that can be read, whose every blank is named by ``rules check`` with what to write there."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from neurobalance_expert.assessment import Knowledge
from neurobalance_expert.editing.canonical import format_text
from neurobalance_expert.editing.skeleton import copied, skeleton
from neurobalance_expert.errors import Problem, Problems
from neurobalance_expert.rules.parse import parse_rules
from neurobalance_expert.source import parse_yaml
from tests.conftest import Run

FILLED = {
    "code:": '"COMPETE:lnaa:trp"',
    "review_by:": "2027-11-30",
    "title:": "Other LNAA leave tryptophan little of the carrier",
    "kind:": "competition",
    "severity:": "minor",
    "ref:": "smith1987",
    "grade:": "A",
    "when:": "[{influx: {of: trp, window: $w, vs_fasting: {below: 0.85}}}]",
    "about:": "trp",
    "say:": "Tryptophan entered the brain more slowly.",
    "facts:": "{influx: {of: trp, window: w2, vs_fasting: 0.84}}",
    "blocked:": "influx",
    "unknown:": "[influx]",
}


def problems_of(text: str, knowledge: Knowledge) -> list[Problem]:
    """What ``rules check`` says of a file."""
    problems = Problems()
    parse_rules(parse_yaml(text, "x.yaml"), knowledge.vocabulary, knowledge.thresholds, knowledge.references, problems)
    return problems.found


def blanks(text: str) -> list[int]:
    """Numbers of the lines whose key has no value and nothing below it."""
    lines = [line.partition("#")[0].rstrip() for line in text.splitlines()]
    indent = [len(line) - len(line.lstrip(" -")) for line in lines]
    return [n + 1 for n, line in enumerate(lines) if line.endswith(":") and not (n + 1 < len(lines) and indent[n + 1] > indent[n])]


def test_every_blank_is_named_with_a_fix_and_nothing_else(knowledge: Knowledge):
    """The lines of the problems are the lines of the blanks."""
    text = skeleton("my-rule")
    found = problems_of(text, knowledge)

    assert blanks(text) == sorted(problem.at.line for problem in found if problem.at)
    assert [] == [problem.what for problem in found if not problem.fix]


def test_a_skeleton_is_in_its_layout():
    """``rules fmt`` has nothing to do."""
    text = skeleton("my-rule", modeline="../../schemas/rule.json")

    assert text == format_text(text)
    assert text.startswith("# yaml-language-server: $schema=../../schemas/rule.json\n")


def test_a_skeleton_that_is_filled_in_has_no_problem(knowledge: Knowledge):
    """Its three tests are one that holds, one at the limit and one with the fact missing."""
    changes = iter(["{influx.vs_fasting: 0.85}", "{influx: unknown}"])
    lines = []
    for line in skeleton("my-rule").splitlines():
        key = line.strip(" -").partition("  #")[0]
        value = next(changes) if key == "change:" else FILLED.get(key, "")
        lines.append(line.partition("  #")[0] + f" {value}" if value else line)

    assert [] == [problem.what for problem in problems_of("\n".join(lines), knowledge)]


def test_a_copy_is_the_rule_as_a_draft_under_another_name(root: Path, knowledge: Knowledge):
    """Everything else is kept, also what it was not derived from."""
    text = (root / "rules" / "derived" / "carriers.yaml").read_text(encoding="utf-8")
    data = parse_yaml(copied(text, "lat1-meal-lowers-the-share-of-trp", "my-rule"), "x.yaml").data["rules"]
    source = next(rule for rule in parse_yaml(text, "x").data["rules"] if rule["id"] == "lat1-meal-lowers-the-share-of-trp")

    assert [{key: value for key, value in source.items() if key != "derived_from"} | {"id": "my-rule", "status": "draft"}] == data


@pytest.fixture(scope="module")
def small_kb(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Path:
    """A knowledge base to write into: the shipped knowledge and a few rules."""
    folder = tmp_path_factory.mktemp("kb")
    shutil.copytree(root / "knowledge", folder / "knowledge")
    shutil.copytree(root / "rules" / "transport", folder / "rules" / "transport")
    return folder


def test_new_writes_a_file_and_never_over_one(run: Run, small_kb: Path):
    """The second time is misuse, and the file stays."""
    first = run("rules", "new", "transport/my-rule", "--kb", small_kb, "--format", "json")
    path = small_kb / "rules" / "transport" / "my-rule.yaml"
    path.write_text("mine")
    second = run("rules", "new", "transport/my-rule", "--kb", small_kb)

    assert (0, path.as_posix()) == (first.returncode, json.loads(first.stdout)["file"])
    assert (2, "mine") == (second.returncode, path.read_text())


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("my-rule", "in which folder"),
        ("../x/my-rule", "in which folder"),
        ("transport/My_Rule", "is not an id"),
        ("derived/x", "rules derive"),
        ("supply/bcaa-close-to-5htp", "there is a rule 'bcaa-close-to-5htp' already"),
    ],
)
def test_a_name_that_cannot_be_is_refused(run: Run, small_kb: Path, name: str, told: str):
    """Exit code 2, and nothing is written."""
    done = run("rules", "new", name, "--kb", small_kb)

    assert (2, True) == (done.returncode, told in done.stderr)
    assert not (small_kb / "rules" / f"{name}.yaml").exists()


def test_nothing_is_written_where_it_does_not_belong(run: Run, tmp_path: Path, root: Path):
    """A folder that is no knowledge base, a file in the place of a folder, and the knowledge base inside an installed program."""
    packaged = tmp_path / "neurobalance_expert" / "_kb"
    (packaged / "knowledge").mkdir(parents=True)
    (packaged.parent / "__init__.py").touch()
    (tmp_path / "kb" / "knowledge").mkdir(parents=True)
    (tmp_path / "kb" / "rules").write_text("a file")
    told = [run("rules", "new", "supply/x", "--kb", kb) for kb in (tmp_path / "nothing", tmp_path / "kb", packaged)]
    laid_out = run("rules", "fmt", "--kb", packaged)

    assert [2, 2, 2, 2] == [done.returncode for done in (*told, laid_out)]
    assert [True] * 3 == [
        words in done.stderr
        for words, done in zip(("is not a knowledge base", "cannot make the folder", "inside the installed program"), told, strict=True)
    ]
    assert [] == list(tmp_path.rglob("*.yaml"))


def test_a_copy_of_no_rule_says_which_was_meant(run: Run, small_kb: Path):
    """The nearest id."""
    done = run("rules", "new", "transport/a-copy", "--from", "bcaa-close-to-5htpp", "--kb", small_kb)

    assert (2, True) == (done.returncode, "did you mean 'bcaa-close-to-5htp'?" in done.stderr)


def test_new_begins_a_rule_of_a_pack(run: Run, root: Path, tmp_path: Path):
    """The last folder of --kb is the one that is written to."""
    shutil.copytree(root / "examples" / "packs" / "clinic-north", tmp_path / "clinic-north")
    done = run("rules", "new", "supply/of-the-clinic", "--kb", root, "--kb", tmp_path / "clinic-north")

    assert (0, True) == (done.returncode, (tmp_path / "clinic-north" / "rules" / "supply" / "of-the-clinic.yaml").is_file())
