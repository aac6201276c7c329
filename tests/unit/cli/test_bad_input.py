"""Bad input at the command line: no traceback, no guess, no half-written file, and the right exit code.

A file that is no case ends with 1 and the place of the problem. A bad value inside a readable case is part of the result: a finding
``INVALID:…``, ``MISS:…`` and disposition ``cannot_assess`` where it must be, exit code 0.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from neurobalance_expert import source
from neurobalance_expert.assessment import assess
from neurobalance_expert.cases.load import parse_case
from neurobalance_expert.outcome import Assessment
from neurobalance_expert.source import MAX_BYTES
from tests.conftest import ROOT, Run

CASE = """\
schema: neurobalance/case/1
id: a-case
diary_date: '2026-03-02'
person: {age_y: 34, sex: female, weight_kg: 62, height_cm: 168, pregnancy_status: not_pregnant}
foods:
- {time: '08:00', name: 'oatmeal cooked', grams: 250}
- {time: '12:30', name: 'white rice cooked', grams: 350}
supplements:
- {time: '22:00', substance: magnesium, dose: '200 mg'}
medications_complete: true
medications: []
conditions_complete: true
conditions: []
labs: []
"""
RICE = "- {time: '12:30', name: 'white rice cooked', grams: 350}"
ALIAS_BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


KINDLESS = "- {time: '10:00', name: shake, composition: {protein_g: 20, carbohydrate_g: 5, protein_kind: wey, amino_acids_g: {leu: 2}}}"


def no_case(tmp_path: Path, run: Run, text: str | bytes, name: str = "day.yaml") -> str:
    """What is printed for a file that is no case, after the checks that hold for all of them."""
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())

    done = run("assess", name, "-o", "report.json", cwd=tmp_path)

    assert done.returncode == 1, done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("error[NB-")
    assert [path] == list(tmp_path.iterdir()), "nothing may be written beside the case"
    return done.stderr


def assessed(tmp_path: Path, run: Run, text: str) -> dict[str, Any]:
    """The assessment of a readable case."""
    (tmp_path / "day.yaml").write_text(text)

    done = run("assess", "day.yaml", "--format", "json", cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def codes(assessment: dict[str, Any]) -> set[str]:
    """The codes of its findings."""
    return {finding["code"] for finding in assessment["findings"]}


# --- no case at all ------------------------------------------------------------------------------------------------


def test_what_is_not_yaml_is_refused_with_its_place(tmp_path: Path, run: Run) -> None:
    """The unclosed bracket of line 2 is noticed at the colon of line 3."""
    assert "--> day.yaml:3:5" in no_case(tmp_path, run, "id: x\nfoods: [1, 2\nlabs: []\n")


@pytest.mark.parametrize(
    "text", ["", "- 1\n- 2\n", "just text\n", "foods: {name: rice}\n", "schema: something/else/9\nfoods: []\n", "{}\n"]
)
def test_what_has_the_wrong_shape_is_refused(tmp_path: Path, run: Run, text: str) -> None:
    """Valid YAML that is no case."""
    no_case(tmp_path, run, text)


def test_every_problem_of_a_file_is_reported_at_once(tmp_path: Path, run: Run) -> None:
    """Two misspelt keys, two problems, each with the nearest known key."""
    printed = no_case(tmp_path, run, CASE.replace("person:", "persn:").replace("labs:", "labz:"))

    assert "did you mean 'person'?" in printed
    assert "did you mean 'labs'?" in printed


def test_an_equal_key_is_refused_and_both_places_are_named(tmp_path: Path, run: Run) -> None:
    """YAML would keep the last one in silence."""
    printed = no_case(tmp_path, run, CASE + "labs: []\n")

    assert "the key 'labs' stands twice" in printed
    assert "day.yaml:15:1" in printed
    assert "day.yaml:14:1 first defined here" in printed


def test_a_file_above_the_limit_is_refused_unread(tmp_path: Path, run: Run) -> None:
    """A little over 5 MB, valid YAML."""
    line = f"- {'x' * 98}\n"

    assert "larger than 5,000,000 bytes" in no_case(tmp_path, run, line * (MAX_BYTES // len(line) + 1))


def test_an_alias_bomb_is_refused_at_its_first_anchor(tmp_path: Path, run: Run) -> None:
    """Nine lines that stand for 9^9 nodes."""
    assert "anchors and aliases" in no_case(tmp_path, run, ALIAS_BOMB)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00id", b"id: \x00\n", b"\x89PNG\r\n\x1a\n\x00"])
def test_what_is_not_text_is_refused(tmp_path: Path, run: Run, content: bytes) -> None:
    """UTF-16, a NUL, a picture."""
    no_case(tmp_path, run, content)


def test_deep_nesting_is_refused(tmp_path: Path, run: Run) -> None:
    """Ten thousand brackets must not exhaust the stack; YAML and JSON."""
    no_case(tmp_path, run, "foods: " + "[" * 10_000 + "]" * 10_000)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path, run: Run) -> None:
    """The message repeats the name that was typed."""
    for name in ("nope.yaml", "."):
        done = run("assess", name, cwd=tmp_path)

        assert (1, "") == (done.returncode, done.stdout)
        assert f"'{name}'" in done.stderr
        assert "Traceback" not in done.stderr


# --- bad values in a readable case ---------------------------------------------------------------------------------


def test_clock_times_need_no_quotes(tmp_path: Path, run: Run) -> None:
    """Stock YAML reads 12:30 as 750; here both spellings are the same case with the same digest."""
    plain = CASE.replace("'08:00'", "08:00").replace("'12:30'", "12:30")

    assert assessed(tmp_path, run, CASE)["case"]["digest"] == assessed(tmp_path, run, plain)["case"]["digest"]


@pytest.mark.parametrize(
    ("item", "code"),
    [
        ("- {time: '12:30', name: 'white rice cooked', grams: -5}", "INVALID:food.grams"),
        ("- {time: '12:30', name: 'white rice cooked', grams: .nan}", "INVALID:food.grams"),
        ("- {time: '12:30', name: 'white rice cooked', grams: lots}", "INVALID:food.grams"),
        ("- {time: '25:00', name: 'white rice cooked', grams: 350}", "INVALID:food.time"),
    ],
    ids=["negative", "nan", "words", "25:00"],
)
def test_a_bad_value_of_a_food_is_a_finding_and_stops_the_assessment(tmp_path: Path, run: Run, item: str, code: str) -> None:
    """Exit code 0: the record was read, and the answer is that it cannot be assessed."""
    result = assessed(tmp_path, run, CASE.replace(RICE, item))

    assert code in codes(result)
    assert result["disposition"] == "cannot_assess"


def test_a_dose_in_an_unknown_unit_is_a_finding(tmp_path: Path, run: Run) -> None:
    """'200 blobs' is refused, not guessed."""
    result = assessed(tmp_path, run, CASE.replace("200 mg", "200 blobs"))

    assert any(code.startswith(("INVALID:supplement", "MISS:supplement")) for code in codes(result))


def test_an_unknown_food_is_a_question_and_not_the_nearest_string(tmp_path: Path, run: Run) -> None:
    """Nothing of the table is used for it."""
    result = assessed(tmp_path, run, CASE.replace("white rice cooked", "secret stew of aunt Flora"))

    assert "MISS:food:secret stew of aunt Flora" in codes(result)
    assert [line["ndb"] for line in result["foods"] if line["entered"] == "secret stew of aunt Flora"] == [None]


# --- places that cannot be written ---------------------------------------------------------------------------------


def test_an_output_folder_that_cannot_be_written_is_misuse(tmp_path: Path, run: Run) -> None:
    """A folder below a plain file cannot exist, whoever runs this."""
    (tmp_path / "day.yaml").write_text(CASE)
    (tmp_path / "file").write_text("")

    done = run("assess", "day.yaml", "-o", "file/report.html", cwd=tmp_path)

    assert (2, "") == (done.returncode, done.stdout)
    assert done.stderr.startswith("error[NB-U001]: cannot write 'file/report.html'")
    assert {"day.yaml", "file"} == {path.name for path in tmp_path.iterdir()}


def test_the_case_file_is_never_the_report(tmp_path: Path, run: Run) -> None:
    """Same path, a link to it, and another case."""
    (tmp_path / "day.yaml").write_text(CASE)
    (tmp_path / "other.yaml").write_text(CASE)
    (tmp_path / "link.json").symlink_to(tmp_path / "day.yaml")

    for target in ("day.yaml", "other.yaml", "link.json"):
        done = run("assess", "day.yaml", "--format", "json", "-o", target, cwd=tmp_path)

        assert done.returncode == 2, target
        assert CASE == (tmp_path / "day.yaml").read_text() == (tmp_path / "other.yaml").read_text()


# --- many cases ----------------------------------------------------------------------------------------------------


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    """A .jsonl of a good case, a broken line, and the good case again."""
    good = json.dumps({"schema": "neurobalance/case/1", "id": "one", "diary_date": "2026-03-02", "person": {}, "foods": []})
    path = tmp_path / "cases.jsonl"
    path.write_text(f'{good}\n{{"id": \n{good.replace("one", "two")}\n')
    return path


@pytest.mark.parametrize("target", [[], ["-o", "out.jsonl"]], ids=["printed", "written"])
def test_a_bad_line_gives_an_error_in_its_place(lines: Path, run: Run, target: list[str]) -> None:
    """Three lines in, three out, in order; exit code 1 at the end."""
    done = run("assess", lines.name, *target, cwd=lines.parent)

    printed = (lines.parent / "out.jsonl").read_text() if target else done.stdout
    results = [json.loads(line) for line in printed.splitlines()]
    assert done.returncode == 1
    assert ["one", None, "two"] == [result.get("case", {}).get("id") for result in results]
    assert [False, True, False] == ["error" in result for result in results]
    assert results[1]["line"] == 2


def test_several_cases_go_to_a_folder_and_a_bad_one_does_not_stop_the_others(tmp_path: Path, run: Run) -> None:
    """The good one is written, the bad one is reported, exit code 1."""
    (tmp_path / "bad.yaml").write_text("[")
    (tmp_path / "good.yaml").write_text(CASE)

    done = run("assess", "bad.yaml", "good.yaml", "-o", "reports", "--format", "md", cwd=tmp_path)

    assert done.returncode == 1
    assert "bad.yaml:" in done.stderr
    assert ["good.md"] == [path.name for path in (tmp_path / "reports").iterdir()]


@pytest.mark.parametrize(
    "arguments",
    [
        ["day.yaml", "--format", "pdf"],
        ["day.yaml", "-o", "report.pdf"],
        ["day.yaml", "-o", "report.docx"],
        ["day.yaml", "other.yaml", "-o", "one.html"],
        ["day.yaml", "other.yaml", "--format", "json"],
        ["lines.jsonl", "--format", "html"],
        ["day.yaml", "--engine", "columnar"],
        ["day.yaml", "--kb", "."],
        ["day.yaml", "--format", "yaml"],
        [],
    ],
    ids=" ".join,
)
def test_what_cannot_work_is_misuse_and_says_what_to_type(tmp_path: Path, run: Run, arguments: list[str]) -> None:
    """Exit code 2, one message, nothing written."""
    for name in ("day.yaml", "other.yaml", "lines.jsonl"):
        (tmp_path / name).write_text(CASE)

    done = run("assess", *arguments, cwd=tmp_path)

    assert 2 == done.returncode
    assert done.stderr
    assert "Traceback" not in done.stderr
    assert {"day.yaml", "other.yaml", "lines.jsonl"} == {path.name for path in tmp_path.iterdir()}


# --- other commands ------------------------------------------------------------------------------------------------


Writer = Callable[[str, str], Path]


@pytest.fixture
def file(tmp_path: Path) -> Writer:
    """``file(name, text)`` writes it into the test's folder."""

    def write(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_text(text)
        return path

    return write


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[1, 2]", "NB-M010"),
        ("", "NB-M010"),
        ("trp: much", "NB-M011"),
        ("trp: 50", "NB-M012"),
        ("zzz: 50", "NB-M012"),
        ("trp: -1", "NB-M012"),
    ],
)
def test_a_bad_plasma_is_refused(file: Writer, run: Run, text: str, code: str) -> None:
    """A rival that is left out is not zero."""
    done = run("model", "bbb", "--plasma", file("plasma.yaml", text), "--format", "json")

    assert done.returncode == 1
    assert json.loads(done.stdout)["errors"][0]["code"] == code
    assert "Traceback" not in done.stderr


def test_init_refuses_a_folder_with_something_in_it(file: Writer, run: Run) -> None:
    """Nothing of the user's is overwritten."""
    kept = file("notes.txt", "mine")

    done = run("init", kept.parent)

    assert done.returncode == 2
    assert ["notes.txt"] == [path.name for path in kept.parent.iterdir()]


def test_a_rule_that_cannot_be_read_is_reported_with_its_place(file: Writer, run: Run) -> None:
    """A name that the vocabulary does not have."""
    rule = file("rule.yaml", "language: 1\nrules:\n  - id: a-rule\n    when:\n      - inflx: {of: trp}\n")

    done = run("rules", "check", rule, "--format", "json")

    assert done.returncode == 1
    assert any(error["at"]["line"] == 5 for error in json.loads(done.stdout)["errors"])


# --- names, dates and amounts that nobody means --------------------------------------------------------------------

INVISIBLE = ["", " ", "\u0000", "\u200b", "\ud800"]


@pytest.mark.parametrize("name", INVISIBLE, ids=ascii)
@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ({"foods": [{"time": "08:00", "name": "?", "grams": 5}]}, "INVALID:food.name"),
        ({"foods": [{"time": "08:00", "ndb": "?", "grams": 5}]}, "INVALID:food.ndb"),
        ({"supplements": [{"time": "08:00", "substance": "?", "dose": 5, "unit": "g"}]}, "INVALID:supplement.substance"),
        ({"supplements": [{"product": "x", "components": {"?": {"dose": 1, "unit": "g"}}}]}, "MISS:unrecognised_name"),
        ({"medications": [{"ingredient": "?"}]}, "INVALID:medication.ingredient"),
        ({"conditions": [{"id": "?"}]}, "INVALID:condition.id"),
        ({"labs": [{"analyte": "?", "value": 3, "unit": "ug/L"}]}, "INVALID:lab.analyte"),
    ],
    ids=["food", "number", "supplement", "component", "medicine", "condition", "laboratory"],
)
def test_a_name_of_which_nothing_shows_is_a_finding_and_no_crash(assess_lines, lines: dict[str, Any], code: str, name: str) -> None:
    """An empty name, a blank, a NUL, a zero-width space, half of a surrogate pair."""
    text = json.dumps(lines).replace('"?"', json.dumps(name))

    assert code in {f.code for f in assess_lines(json.loads(text)).findings}


@pytest.mark.parametrize(
    ("lines", "code", "said"),
    [
        ({"foods": [{"date": "2027-03-02", "time": "08:00", "name": "milk", "grams": 200}]}, "INVALID:food.date", "365 days"),
        (
            {"foods": [{"name": "bar", "composition": {"protein_g": 2, "amino_acids_g": {"trp": 1, "leu": 5}}}]},
            "CONFLICT:food.composition",
            "6 g",
        ),
        (
            {"supplements": [{"product": "EAA", "dose": 10, "unit": "g", "components": {"leucine": {"dose": 30, "unit": "g"}}}]},
            "CONFLICT:supplement.components",
            "30000 mg together, and its dose is 10000 mg",
        ),
        (
            {"labs": [{"analyte": "ferritin", "value": 50, "unit": "ug/L", "reference_range": {"low": 400, "high": 30}}]},
            "INVALID:lab.reference_range",
            "from 400 down to 30",
        ),
        (
            {"foods": [{"time": "08:00", "name": "milk", "measure": "cup", "amount": 1000}]},
            "MISS:food.amount",
            "1000 times 'cup' of 'milk'",
        ),
        ({"foods": [{"time": "08:00", "name": "rice", "measure": "чашка", "amount": 1}]}, "MISS:food.amount", "'чашка' of 'rice'"),
    ],
    ids=["a year off", "more amino acids than protein", "more than the dose", "upside down", "a thousand cups", "another alphabet"],
)
def test_what_cannot_be_is_named_with_its_item(assess_lines, lines: dict[str, Any], code: str, said: str) -> None:
    """The statement of the finding names the entry, not only the field."""
    found = {f.code: f.statement for f in assess_lines(lines).findings}

    assert said in found[code]


def test_two_refused_amounts_are_both_named(assess_lines) -> None:
    """One finding for the field, both foods in its statement."""
    foods = [{"time": "08:00", "name": "milk", "grams": -1}, {"time": "09:00", "name": "rice", "grams": True}]
    statement = next(f.statement for f in assess_lines({"foods": foods}).findings if f.code == "INVALID:food.grams")

    assert [True, True] == ["'milk' at 08:00" in statement, "'rice' at 09:00" in statement]


def test_an_empty_diary_is_not_an_empty_stomach(assess_lines) -> None:
    """Nothing recorded: no intake is below anything, also with a supplement."""
    lines = {"foods": [], "supplements": [{"time": "08:00", "substance": "vitamin_c", "dose": 20, "unit": "mg"}]}
    codes = {f.code for f in assess_lines(lines).findings}

    assert (True, set()) == ("MISS:foods" in codes, {c for c in codes if c.startswith(("LOW:", "PRECURSOR:", "TRADE:"))})


def test_a_food_that_was_not_counted_is_said_beside_the_summary(assess_lines) -> None:
    """The quiet sentence does not stand alone."""
    assert (
        "1 of 1 foods could not be counted" in assess_lines({"foods": [{"time": "08:00", "name": "gloop of doom", "grams": 300}]}).summary
    )


@pytest.fixture
def assess_lines(knowledge) -> Callable[[dict[str, Any]], Assessment]:
    """``assess_lines({"foods": […]})`` is the assessment of an adult's case with these lines, without the command line."""

    def run_it(lines: dict[str, Any]) -> Assessment:
        person = {"age_y": 34, "sex": "male", "weight_kg": 70}
        case = {"schema": "neurobalance/case/1", "diary_date": "2026-03-02", "person": person, "foods": [], **lines}
        document = source.parse_json(json.dumps(case), "case.json")
        return assess(parse_case(document, knowledge.names), knowledge, "reference")

    return run_it


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_a_full_disk_is_said_and_is_no_bug_of_ours() -> None:
    """The report cannot be written: exit code 2 and one line, no traceback."""
    command = [sys.executable, "-m", "neurobalance_expert", "assess", "examples/a-minimal-day.yaml"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True, check=False, timeout=60)

    assert (2, "error[NB-U001]: the output cannot be written: No space left on device\n") == (done.returncode, done.stderr)


BAR = "{{time: '08:00', name: bar, grams: 50, composition: {composition}}}"


@pytest.mark.parametrize(
    ("composition", "code", "told"),
    [
        ("{protein_g: 40, carbohydrate_g: 30, fat_g: 5}", "CONFLICT:food.composition", "are 75 g together, and the item weighs 50 g"),
        (
            "{protein_g: 1, carbohydrate_g: 2, fibre_g: 300}",
            "CONFLICT:food.composition",
            "Protein, fibre and fat of 'bar' at 08:00 are 301 g",
        ),
        ("{protein_g: 5, amino_acids_g: {leu: 20}}", "CONFLICT:food.composition", "are 20 g together, and its protein is 5 g"),
        ("{protein_g: -5, carbohydrate_g: 30}", "INVALID:food.composition", "'-5' is negative"),
        ("{protein_g: 5, amino_acids_g: {leu: -2}}", "INVALID:food.composition", "'-2' is negative"),
        ("{protein_g: 5, carbohydrate_g: 90000}", "INVALID:food.composition", "'90000' is more than 5000 g"),
        ("{free: true, amino_acids_g: {leu: 301}}", "INVALID:food.composition", "are 301 g together, more than anybody takes at once"),
        ("{protein_g: .inf}", "INVALID:food.composition", "is not a finite number"),
    ],
)
def test_a_composition_that_cannot_be_is_a_finding_and_gives_no_course(composition, code, told, tmp_path, run: Run) -> None:
    """`assess` says what is wrong and assesses nothing; `simulate` ends with it and prints no course."""
    path = tmp_path / "case.yaml"
    path.write_text(CASE.replace("{time: '08:00', name: 'oatmeal cooked', grams: 250}", BAR.format(composition=composition)))
    assessed = json.loads(run("assess", str(path), "--format", "json").stdout)
    course = run("simulate", str(path))

    assert assessed["disposition"] == "cannot_assess"
    assert told in next(f["statement"] for f in assessed["findings"] if f["code"] == code)
    assert (course.returncode, course.stdout) == (2, "")
    assert told in course.stderr


def test_a_meal_without_composition_is_unknown_with_its_name(tmp_path, run: Run) -> None:
    """`simulate` names it; nothing counts as zero."""
    path = tmp_path / "case.yaml"
    path.write_text(CASE.replace("oatmeal cooked", "qqxyz stew"))
    course = run("simulate", str(path))

    assert (course.returncode, course.stdout) == (2, "")
    assert "not known for: qqxyz stew" in course.stderr


def test_an_unknown_kind_of_protein_is_a_finding_and_no_error(tmp_path: Path, run: Run) -> None:
    """The case is assessed; the finding names what was written, and the question the nearest name."""
    (tmp_path / "day.yaml").write_text(CASE.replace(RICE, f"{RICE}\n{KINDLESS}"), encoding="utf-8")

    done = run("assess", "day.yaml", "--format", "json", cwd=tmp_path)
    outcome = json.loads(done.stdout)

    assert 0 == done.returncode, done.stderr
    assert ["wey"] == [f["about"] for f in outcome["findings"] if f["code"] == "MISS:unrecognised_name"]
    assert [True] == ["counts as of unstated kind. Did you mean 'whey'?" in q for q in outcome["questions"] if "'wey'" in q]
