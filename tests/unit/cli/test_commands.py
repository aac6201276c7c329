"""The commands as a user types them: what each prints, in the form that scripts rely on."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from tests.conftest import Run

EXAMPLE = Path("examples/a-real-day.yaml")
HEAVY = ("numpy", "yaml", "jinja2", "experta", "rapidfuzz", "rich", "pydantic")

VOCABULARY = """\
vocabulary: 1
enums: {amino_acid: [trp, tyr]}
relations:
  influx:
    meaning: Rate of entry relative to fasting.
    world: open
    key: [of, window]
    slots: {of: {type: amino_acid}, window: {type: id}, vs_fasting: {type: number, unit: "1", resolution: 0.01}}
"""
RULES = """\
language: 1
rules:
  - id: little-entry
    code: "COMPETE:lnaa:$aa"
    title: Little entry
    kind: competition
    status: experimental
    severity: minor
    params: {low: "0.85 1"}
    when:
      - influx: {of: $aa, window: $w, vs_fasting: {below: $low}}
    then: {about: $aa, window: $w}
    say: "Little of it entered in {{ w }}."
"""
FACTS = """\
influx:
  - {of: tyr, window: w1, vs_fasting: 0.9}
  - {of: trp, window: w1, vs_fasting: 0.844}
"""


def test_help_imports_nothing_but_typer() -> None:
    """What is not imported costs no time: none of the heavy libraries, and of ours the command line only."""
    program = (
        "import sys; from neurobalance_expert.cli import app\n"
        "try: app(['--help'])\n"
        "except SystemExit: pass\n"
        f"print([m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr)\n"
        "ours = [m for m in sys.modules if m.startswith('neurobalance_expert.')]\n"
        "print([m for m in ours if not m.startswith('neurobalance_expert.cli')], file=sys.stderr)"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stderr == "[]\n[]\n"
    assert "assess" in done.stdout


def test_version_and_help_end_well(run: Run) -> None:
    """Both are answers, not errors."""
    version, usage = run("--version"), run("--help")

    assert (0, 0) == (version.returncode, usage.returncode)
    assert version.stdout.startswith("neurobalance ")
    assert "Exit codes: 0 done" in usage.stdout


@pytest.mark.parametrize(
    ("name", "opening"),
    [("r.txt", "NEUROBALANCE ASSESSMENT"), ("r.md", "#"), ("r.html", "<!doctype html>"), ("r.json", "{\n"), ("r.jsonl", '{"')],
)
def test_the_suffix_of_the_output_sets_its_format(run: Run, root: Path, tmp_path: Path, name: str, opening: str) -> None:
    """Nothing is printed but where the report is."""
    done = run("assess", root / EXAMPLE, "-o", name, cwd=tmp_path)

    assert (0, "") == (done.returncode, done.stdout)
    assert f"written to {name}" in done.stderr
    assert (tmp_path / name).read_text(encoding="utf-8").lower().startswith(opening.lower())


def test_standard_input_is_the_same_case(run: Run, root: Path) -> None:
    """As YAML and as JSON; the id is in the file, so the whole assessment is equal."""
    text = (root / EXAMPLE).read_text(encoding="utf-8")
    as_json = json.dumps(_plain(root / EXAMPLE))

    results = [json.loads(run("assess", "-", "--format", "json", stdin=given).stdout) for given in (text, as_json)]

    expected = json.loads(run("assess", EXAMPLE, "--format", "json").stdout)
    assert [expected, expected] == results


def test_no_colour_off_a_terminal(run: Run) -> None:
    """A pipe gets plain text."""
    assert "\x1b" not in run("assess", EXAMPLE).stdout


def test_both_engines_and_a_copied_knowledge_base_give_the_same_findings(run: Run, root: Path, tmp_path: Path) -> None:
    """'init' writes a knowledge base with the same digest, and 'reference' concludes what 'experta' does."""
    assert run("init", tmp_path / "kb").returncode == 0
    assert _golden(root) == _golden(tmp_path / "kb")  # its golden cases come along

    usual, copied, reference = (
        json.loads(run("assess", EXAMPLE, "--format", "json", *more).stdout)
        for more in ([], ["--kb", str(tmp_path / "kb")], ["--engine", "reference"])
    )

    assert usual == copied
    assert usual["findings"] == reference["findings"]
    assert ("experta", "reference") == (usual["program"]["engine"], reference["program"]["engine"])


def test_an_edited_rule_is_seen_at_once(run: Run, root: Path, tmp_path: Path) -> None:
    """The cache is by content: a retired rule does not fire, and the digest is another one."""
    run("init", tmp_path)
    before = json.loads(run("assess", EXAMPLE, "--format", "json", "--kb", tmp_path).stdout)
    file = tmp_path / before["findings"][0]["at"].rpartition(":")[0]
    rule = before["findings"][0]["rule"]
    head, _, tail = file.read_text(encoding="utf-8").partition(f"id: {rule}\n")
    file.write_text(f"{head}id: {rule}\n{tail.replace('status: stable', 'status: draft', 1)}", encoding="utf-8")

    after = json.loads(run("assess", EXAMPLE, "--format", "json", "--kb", tmp_path).stdout)

    assert rule not in {finding["rule"] for finding in after["findings"]}
    assert before["knowledge"]["digest"] != after["knowledge"]["digest"]


def test_simulate_gives_equally_long_courses(run: Run) -> None:
    """The contract's keys; every course has a value for every time; fasting influx is 1 at t = 0."""
    course = json.loads(run("simulate", EXAMPLE, "--every", "30", "--format", "json").stdout)

    assert {"t_min", "plasma_uM", "trp_free_uM", "ratios", "influx_vs_fasting"} <= course.keys()
    lengths = {len(values) for part in ("plasma_uM", "ratios", "influx_vs_fasting") for values in course[part].values()}
    assert {len(course["t_min"])} == lengths == {len(course["trp_free_uM"])}
    assert 30 == course["t_min"][1] - course["t_min"][0]
    assert 1.0 == pytest.approx(course["influx_vs_fasting"]["trp"][0])
    assert 5 < len(run("simulate", EXAMPLE).stdout.splitlines())


def test_simulate_with_draws_gives_the_same_bytes_for_a_seed(run: Run) -> None:
    """Bands beside the course, which the draws do not change; another seed gives other bands; the table shows some."""
    ask = ("simulate", EXAMPLE, "--every", "60", "--format", "json")
    plain, first, again, other = (
        run(*ask, *more).stdout for more in ((), ("--draws", "20"), ("--draws", "20"), ("--draws", "20", "--seed", "1"))
    )
    course = json.loads(first)
    bands = course.pop("bands")

    assert first == again != other
    assert course == json.loads(plain)
    assert bands["draws"] == 20
    assert len(bands["ratios"]["trp_lnaa"]["p95"]) == len(course["t_min"])
    assert "ratio p95" in run("simulate", EXAMPLE, "--draws", "5").stdout


@pytest.mark.parametrize("engine", ["reference", "experta"])
def test_rules_run_prints_the_model_and_the_statuses(run: Run, tmp_path: Path, engine: str) -> None:
    """0.844 is rounded to 0.84 before it is compared with 0.85; 0.9 misses it by 0.05. Facts are sorted."""
    for name, text in (("voc.yaml", VOCABULARY), ("rules.yaml", RULES), ("facts.yaml", FACTS)):
        (tmp_path / name).write_text(text)

    arguments = ["rules", "run", "rules.yaml", "--facts", "facts.yaml", "--vocabulary", "voc.yaml", "--engine", engine]
    printed = json.loads(run(*arguments, "--format", "json", cwd=tmp_path).stdout)

    assert printed == {
        "facts": [
            ["finding", {"code": "COMPETE:lnaa:trp", "rule": "little-entry", "severity": "minor", "about": "trp", "window": "w1"}],
            ["influx", {"of": "trp", "window": "w1", "vs_fasting": 0.84}],
            ["influx", {"of": "tyr", "window": "w1", "vs_fasting": 0.9}],
        ],
        "statuses": {
            "little-entry": [
                {"binding": {"aa": "trp", "w": "w1"}, "status": "fired"},
                {"binding": {"aa": "tyr", "w": "w1"}, "status": "blocked", "blocking": "influx", "margin": 0.05},
            ]
        },
    }
    assert "fired        little-entry [aa=trp, w=w1]" in run(*arguments, cwd=tmp_path).stdout


def test_rules_run_names_what_was_not_recorded(run: Run, tmp_path: Path) -> None:
    """No fact of an open relation: unknown, not false."""
    for name, text in (("voc.yaml", VOCABULARY), ("rules.yaml", RULES), ("facts.yaml", "{}")):
        (tmp_path / name).write_text(text)

    done = run("rules", "run", "rules.yaml", "--facts", "facts.yaml", "--vocabulary", "voc.yaml", "--format", "json", cwd=tmp_path)

    assert json.loads(done.stdout)["statuses"] == {"little-entry": [{"binding": {}, "status": "unknown", "missing": ["influx"]}]}


def test_the_rules_that_ship_are_checked_and_tested(run: Run) -> None:
    """Every rule has its tests, and all of them pass."""
    assert "no problems" in run("rules", "check").stdout

    done = run("rules", "test")
    assert (0, True) == (done.returncode, ", 0 failed, 0 missing" in done.stdout), done.stdout


def test_a_failing_rule_test_says_what_was_expected(run: Run, root: Path, tmp_path: Path) -> None:
    """Exit code 1, the rule, the test, its place, expected and got."""
    run("init", tmp_path)
    file = tmp_path / "rules" / "data" / "record.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("expect: fired", "expect: out_of_scope", 1), encoding="utf-8")

    done = run("rules", "test", file, "--kb", tmp_path)

    assert done.returncode == 1
    assert "expected out of scope" in done.stdout
    assert "--> rules/data/record.yaml:" in done.stdout


def test_foods_search_puts_the_meant_food_first(run: Run) -> None:
    """The contract's fields, with a typing error."""
    hits = json.loads(run("foods", "search", "bananna", "--limit", "2", "--format", "json").stdout)

    assert [{"ndb", "description", "group", "score", "confident"}] * 2 == [set(hit) for hit in hits]
    assert ("09040", True) == (hits[0]["ndb"], hits[0]["confident"])
    assert "* 09040  Bananas, raw" in run("foods", "search", "bananna").stdout


def test_foods_show_keeps_unknown_apart_from_zero(run: Run) -> None:
    """By number and by name; what is not known is in a list of its own and has no value."""
    by_number, by_name = (json.loads(run("foods", "show", food, "--format", "json").stdout) for food in ("09040", "banana"))

    assert by_number == by_name
    assert not set(by_number["not_known"]) & set(by_number["per_100_g"])
    assert by_number["per_100_g"]["vitamin_b12_ug"] == 0


def test_foods_show_does_not_guess(run: Run) -> None:
    """A name without a sure match is a problem with the nearest entries, not an answer."""
    done = run("foods", "show", "secret stew of aunt Flora")

    assert (1, "") == (done.returncode, done.stdout)
    assert "error[NB-K030]" in done.stderr


def test_model_bbb_is_the_competition_worked_by_hand(run: Run, tmp_path: Path) -> None:
    """With tryptophan alone, S = 1 + C/Km, so at C = Km it holds half of the carrier and its apparent Km is its Km."""
    others = ["phe", "leu", "met", "ile", "tyr", "his", "val", "thr", "gln"]
    (tmp_path / "plasma.yaml").write_text("trp: 15")

    arguments = [part for aa in others for part in ("--absent", aa)]
    printed = json.loads(run("model", "bbb", "--plasma", tmp_path / "plasma.yaml", *arguments, "--format", "json").stdout)

    assert (2.0, 0.5, 15.0) == (printed["S"], printed["share"]["trp"], printed["km_app_uM"]["trp"])
    assert sorted(others) == printed["left_out"]


def test_the_schema_accepts_every_example_and_refuses_nonsense(run: Run, root: Path) -> None:
    """A JSON Schema that an editor can use."""
    validator = jsonschema.Draft202012Validator(json.loads(run("schema", "case").stdout))

    for example in sorted((root / "examples").glob("*.yaml")):
        assert [] == [error.message for error in validator.iter_errors(_plain(example))], example.name
    assert not validator.is_valid({"foods": "rice"})


def test_knowledge_status_adds_up(run: Run) -> None:
    """Verified and unverified thresholds are all of them."""
    status = json.loads(run("knowledge", "status", "--format", "json").stdout)

    assert status["thresholds"] == status["verified"] + len(status["unverified"])


def _golden(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in (folder / "golden").rglob("*.yaml")}


def _plain(path: Path) -> object:
    """The file as any JSON program would see it: times and dates are text."""
    from neurobalance_expert.source import load

    return json.loads(json.dumps(load(path).data, default=lambda number: int(number) if number == int(number) else float(number)))


def test_rules_run_tries_out_a_rule_that_is_not_finished(run: Run, tmp_path: Path) -> None:
    """A stable rule without tests, resting on a reference that nobody knows here, runs; 'rules check' names both gaps."""
    rule = """
language: 1
rules:
  - id: low-influx
    code: "COMPETE:lnaa:trp"
    title: Tryptophan entered at less than its fasting rate
    kind: competition
    status: stable
    severity: minor
    evidence: [{ref: my_notes, grade: C}]
    when:
      - influx: {of: trp, window: $w, vs_fasting: {below: 0.85}}
    then: {about: trp, window: $w}
    say: Low.
"""
    (tmp_path / "r.yaml").write_text(rule)
    (tmp_path / "f.yaml").write_text("influx: [{of: trp, window: w1, vs_fasting: 0.7}, {of: trp, window: w2, vs_fasting: 0.9}]\n")
    ran = [
        run("rules", "run", "r.yaml", "--facts", "f.yaml", "--engine", e, "--format", "json", cwd=tmp_path)
        for e in ("reference", "experta")
    ]
    checked = run("rules", "check", "r.yaml", cwd=tmp_path)
    fired = [f[1]["window"] for f in json.loads(ran[0].stdout)["facts"] if f[0] == "finding"]

    assert [0, 0, 1] == [ran[0].returncode, ran[1].returncode, checked.returncode]
    assert (["w1"], ran[1].stdout) == (fired, ran[0].stdout)
    assert "NB-R033" in checked.stderr + checked.stdout


@pytest.mark.parametrize(
    ("table", "old", "new", "code"),
    [
        ("interactions", "severity: contraindicated", "severity: contraindicatd", "NB-K080"),
        ("condition_effects", "refer: true", "refer: perhaps", "NB-K090"),
        ("foods/kinds", "kind: casein", "kind: caseinn", "NB-K035"),
    ],
)
def test_rules_check_looks_at_the_tables_of_a_knowledge_base(run: Run, tmp_path: Path, table: str, old: str, new: str, code: str) -> None:
    """Most of the safety rules say what a table says; a slip there must not wait for the case that it concerns."""
    run("init", tmp_path)
    path = tmp_path / "knowledge" / f"{table}.yaml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    checked = run("rules", "check", "--kb", tmp_path)

    assert checked.returncode == 1
    assert f"error[{code}]" in checked.stderr
    assert run("rules", "check", "rules/safety", "--kb", tmp_path).returncode == 0
