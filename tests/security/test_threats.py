"""Files and names from people who are not trusted, at every door. docs/security.md describes the threats; where else they are tried:

T1 tags                  here; test_source.py; test_no_outside.py (no eval, exec, unsafe loader or pickle in the program)
T2 bombs                 here (time and memory in a process of its own); test_source.py, test_bad_input.py (messages)
T3 surprises of YAML     here (every amount); test_source.py (every kind of scalar), test_case_values.py (times, dates)
T4 expressions           here; test_rule_errors.py (NB-R013, NB-R017: a condition holds constants); tests/properties/test_fuzz.py
T5 templates             here; test_rule_texts.py (sandbox against our own reader), rule-errors/logic-in-wording.yaml
T6 slow patterns         here; test_case_fuzz.py (two hundred unknown names)
T7 paths and links       here; test_bad_input.py (a report never replaces a case), test_kb.py (what belongs to a knowledge base)
T8 archives              here: the packed food table; test_archive.py: the knowledge beside a record
T9 numbers               here; test_case_values.py, tests/properties/test_fuzz.py
T10 units                here; test_units.py, test_case_values.py
T11 markup and terminals here (whole chain); test_report_escape.py (each format, each place of a report)
T12 formulas             here: no table is exported; JSON keeps text as text
T13 personal data        here; test_guard.py (crashes), test_atomic.py (modes and names of temporary files)
T14 lowered knowledge    test_packs.py, test_packs_never_soften.py, test_kb.py (digest), test_rule_check.py (NB-R070), test_policy.py
T15 look-alikes          here (every medicine, every letter); test_case_names.py, tests/properties/test_fuzz.py (every looked-up field)
T16 supply chain         here (no module that speaks to a network is imported); requirements/*.txt have hashes, test_packaging.py
"""

from __future__ import annotations

import ast
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from neurobalance_expert import source
from neurobalance_expert.assessment import Knowledge, assess
from neurobalance_expert.cases.load import load_case, parse_case
from neurobalance_expert.cases.names import recognise_medicine
from neurobalance_expert.cli.knowledge_base import load_terms
from neurobalance_expert.errors import InputProblems, render_all
from neurobalance_expert.knowledge import foods
from neurobalance_expert.knowledge.policy import parse_policy
from neurobalance_expert.model.studies.read import load_proteins, load_studies
from neurobalance_expert.report import escape
from neurobalance_expert.report.render import FORMATS, render
from neurobalance_expert.rules.facts_file import parse_facts
from neurobalance_expert.rules.load import load_rules
from tests.conftest import ROOT, Run
from tests.security import payloads
from tests.unit.report.test_report_escape import UNWANTED, Skeleton

Doors = dict[str, Callable[[Path], object]]
CASE: dict[str, Any] = {
    "schema": "neurobalance/case/1",
    "diary_date": "2026-03-02",
    "person": {"age_y": 34, "sex": "female", "weight_kg": 62, "height_cm": 168, "pregnancy_status": "not_pregnant"},
    "foods": [{"time": "08:00", "name": "oats dry", "grams": 60}],
    "medications_complete": True,
    "conditions_complete": True,
}


def case_text(**changes: Any) -> str:
    """A case with other or further fields, as JSON, which is YAML too."""
    return json.dumps(CASE | changes)


def with_amount(token: str) -> str:
    """A case in which the grams of its food are written so."""
    return case_text(foods=[{"time": "08:00", "name": "oats dry", "grams": "@"}]).replace('"@"', token)


@pytest.fixture(scope="module")
def doors(knowledge: Knowledge) -> Doors:
    """Everything that reads a file of a person: each as a function of its path."""
    k = knowledge
    speeds = {"digestion": k.constants.digestion_speeds, "carbohydrate": k.constants.carbohydrate_speeds}
    proteins = load_proteins(ROOT, speeds["digestion"], k.references)
    return {
        "case": lambda path: load_case(path, k.names),
        "rules": lambda path: load_rules(path, k.vocabulary, k.thresholds, k.references),
        "facts": lambda path: parse_facts(source.load(path), k.vocabulary),
        "knowledge": lambda path: parse_policy(source.load(path)),
        "vocabulary": lambda path: load_terms(ROOT, path),
        "study": lambda path: load_studies(ROOT, proteins, speeds, k.references, [path]),
    }


@pytest.fixture
def canary(tmp_path: Path) -> Iterator[Path]:
    """A file that comes to be when something is executed."""
    path = tmp_path / "canary"
    yield path
    assert not path.exists()


# --- T1, T4, T5: nothing is executed --------------------------------------------------------------------------------


@pytest.mark.parametrize("payload", payloads.TAGS)
@pytest.mark.parametrize("place", ["TAG", "a: TAG", "- TAG", "? TAG\n: x", "rules: [TAG]", "foods: {name: TAG}"])
def test_a_tag_is_refused_at_every_door(payload: str, place: str, doors: Doors, tmp_path: Path, canary: Path) -> None:
    """At the top, as a value, as an entry, as a key, deep inside."""
    path = tmp_path / "x.yaml"
    path.write_text(place.replace("TAG", payload.replace("CANARY", str(canary))))
    for door in doors.values():
        with pytest.raises(InputProblems) as caught:
            door(path)
        assert {"NB-S003", "NB-S010"} & {p.code for p in caught.value.problems}, render_all(caught.value)


@pytest.mark.parametrize("payload", payloads.CODE)
def test_code_in_a_case_is_text(payload: str, knowledge: Knowledge, canary: Path) -> None:
    """In every text of a case and in every format: it stands there as it was written."""
    text = payload.replace("CANARY", str(canary))
    goal = f"zq {text} qz"
    case = parse_case(
        source.parse_json(case_text(goal=goal, foods=[{"time": "08:00", "name": text, "grams": 60}]), "x.json"), knowledge.names
    )
    page = Skeleton(render(assess(case, knowledge, engine="reference"), "html", ROOT))

    assert escape.tied(goal) in page.text


@pytest.mark.parametrize("payload", payloads.CODE)
@pytest.mark.parametrize("place", ["{of: P, vs_fasting: {below: 0.85}}", "{of: trp, vs_fasting: {below: P}}", "{of: trp, vs_fasting: P}"])
def test_code_in_a_condition_is_no_value(payload: str, place: str, knowledge: Knowledge, tmp_path: Path, canary: Path) -> None:
    """A condition holds constants and names; anything else is a problem with its place."""
    condition = place.replace("P", json.dumps(payload.replace("CANARY", str(canary))))
    rule = (
        "language: 1\nrules:\n- id: a-rule\n  code: 'LOW:x'\n  title: A\n  kind: note\n  status: draft\n  severity: info\n"
        f"  when:\n    - influx: {condition}\n  then: {{about: trp}}\n  say: A.\n"
    )
    (tmp_path / "rule.yaml").write_text(rule)
    with pytest.raises(InputProblems) as caught:
        load_rules(tmp_path / "rule.yaml", knowledge.vocabulary, knowledge.thresholds, knowledge.references)

    assert 11 == max(problem.at.line for problem in caught.value.problems if problem.at) + 1


@pytest.mark.parametrize("payload", payloads.WORDING)
def test_a_template_in_the_text_of_a_rule_is_refused(payload: str, knowledge: Knowledge, tmp_path: Path, canary: Path) -> None:
    """Texts of rules are never compiled: two forms of slots and nothing else."""
    rule = (
        "language: 1\nrules:\n- id: a-rule\n  code: 'LOW:x'\n  title: A\n  kind: note\n  status: draft\n  severity: info\n"
        f"  when:\n    - influx: {{of: trp}}\n  then: {{about: trp}}\n  say: {json.dumps(payload.replace('CANARY', str(canary)))}\n"
    )
    (tmp_path / "rule.yaml").write_text(rule)
    with pytest.raises(InputProblems) as caught:
        load_rules(tmp_path / "rule.yaml", knowledge.vocabulary, knowledge.thresholds, knowledge.references)

    assert {problem.code for problem in caught.value.problems} <= {"NB-R050", "NB-R051", "NB-R052", "NB-R053"}


@pytest.mark.parametrize(
    "template",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ v.__class__.__init__.__globals__ }}",
        "{% for i in range(1000000000) %}x{% endfor %}",
        "{% include '../../pyproject.toml' %}",
        "{{ '%s' % v.__init__ }}{{ nosuch }}",
    ],
)
def test_a_template_of_a_knowledge_base_stays_in_its_sandbox(template: str, knowledge: Knowledge, tmp_path: Path) -> None:
    """Templates may come with a knowledge base of somebody else: no attribute of Python, no global, no file outside."""
    from neurobalance_expert.explain.wording import WordingError

    folder = tmp_path / "reports" / "templates"
    folder.mkdir(parents=True)
    (folder / "markdown.j2").write_text(template)
    case = parse_case(source.parse_json(case_text(), "x.json"), knowledge.names)

    with pytest.raises(WordingError):
        render(assess(case, knowledge, engine="reference"), "md", tmp_path)


# --- T2, T6, T8: nothing is exhausted -------------------------------------------------------------------------------

# Reads each file in a process of its own; prints whether it was refused, the seconds and the memory at its highest in MB.
BOMB_SQUAD = """
import os, signal, sys, time
from pathlib import Path
from neurobalance_expert.errors import InputProblems, render_all
from neurobalance_expert.source import load
for path in sorted(Path(sys.argv[1]).iterdir()):
    read, write = os.pipe()
    child = os.fork()
    if not child:
        signal.alarm(30)
        started = time.process_time()  # another process on the machine does not count
        try:
            load(path)
            told = "read"
        except InputProblems as error:
            render_all(error)
            told = "refused"
        except BaseException as error:
            told = type(error).__name__
        os.write(write, f"{told} {time.process_time() - started:.2f}".encode())
        os._exit(0)
    os.close(write)
    told = os.read(read, 100).decode()
    usage = os.wait4(child, 0)[2]
    print(f"{path.name}: {told or 'died'} {usage.ru_maxrss / (1024 if sys.platform != 'darwin' else 1024**2):.0f}")
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_bombs_are_refused_within_a_second_and_200_mb(tmp_path: Path) -> None:
    """Aliases, nesting, documents, values, equal keys, large texts: also those that may be read cost no more."""
    expected = {}
    for suffix, bombs in ((".yaml", payloads.BOMBS), (".json", payloads.JSON_BOMBS)):
        for name, (text, readable) in bombs.items():
            (tmp_path / f"{name}{suffix}").write_text(text)
            expected[f"{name}{suffix}"] = "read" if readable else "refused"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", BOMB_SQUAD, str(tmp_path)], env=environment, capture_output=True, text=True, check=True, timeout=300
    )
    found = {name: rest.split() for name, rest in (line.split(": ") for line in done.stdout.splitlines())}

    assert expected == {name: told for name, (told, _, _) in found.items()}
    assert {} == {name: rest for name, rest in found.items() if float(rest[1]) >= 1 or float(rest[2]) >= 200}


@pytest.mark.parametrize("name", payloads.SLOW_NAMES)
def test_no_name_makes_a_pattern_run_for_long(name: str, knowledge: Knowledge) -> None:
    """In every field that is looked up, forty at a time, within the two seconds of one input."""
    from tests.fuzz.doors import alarm

    rows: dict[str, Any] = {
        "foods": [{"time": "08:00", "name": name, "grams": 5}] * 10,
        "supplements": [{"time": "08:00", "substance": name, "dose": 5, "unit": "mg"}] * 10,
        "medications": [{"ingredient": name}] * 10,
        "conditions": [{"id": name}] * 10,
        "symptoms": [name] * 10,
        "goal": name,
    }
    with alarm(2.0):
        case = parse_case(source.parse_json(case_text(**rows), "x.json"), knowledge.names)
        assess(case, knowledge, engine="reference")


@pytest.mark.parametrize("bomb", ["too large", "no zip", "cut", "lacks a file", "locked"])
def test_a_food_table_that_is_a_bomb_or_broken_is_refused(bomb: str, knowledge: Knowledge) -> None:
    """60 MB of zeros in 60 kB, and other zips."""
    whole = (ROOT / foods.PACKED).read_bytes()
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as box:
        for name in foods.FILES[: 2 if bomb == "lacks a file" else 3]:
            box.writestr(name, b"0" * 60_000_000 if bomb == "too large" else b"x")
    content = {"no zip": b"PK nonsense", "cut": whole[: len(whole) // 2]}.get(bomb, made.getvalue())
    if bomb == "locked":  # the bit that says encrypted, in both headers of each file
        content = re.sub(rb"(PK\x03\x04..|PK\x01\x02....)\x00", lambda m: m[1] + b"\x01", whole, flags=re.DOTALL)
    columns = source.load(ROOT / "knowledge" / "foods" / "columns.yaml")
    with pytest.raises(InputProblems) as caught:
        foods.parse_packed(content, "x", columns)

    assert "NB-K033" == caught.value.problems[0].code


# --- T3, T9, T10: no value is misread -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("token", "grams", "form"),
    [*((t, g, "yaml") for t, g in payloads.AMOUNTS), *((t, g, "json") for t, g in payloads.JSON_AMOUNTS)],
    ids=lambda value: str(value)[:20],
)
def test_an_amount_is_read_as_written_or_refused(token: str, grams: float | str | None, form: str, knowledge: Knowledge) -> None:
    """No number of YAML 1.1, no infinity, no separator, no digit of another script becomes an amount; a refusal is a finding."""
    parse = source.parse_json if form == "json" else source.parse_yaml
    if grams == "shape":
        with pytest.raises(InputProblems):
            parse_case(parse(with_amount(token), f"x.{form}"), knowledge.names)
        return
    case = parse_case(parse(with_amount(token), f"x.{form}"), knowledge.names)

    assert grams == case.foods[0].grams
    if grams is None:
        assert "INVALID:food.grams" in {finding.code for finding in assess(case, knowledge, engine="reference").findings}


@pytest.mark.parametrize(("amount", "unit", "mg"), payloads.UNITS, ids=str)
def test_a_unit_is_known_or_the_dose_is_not(amount: str, unit: str, mg: float | None, knowledge: Knowledge) -> None:
    """Both signs of micro, and nothing that only looks like a unit of mass; never guessed by size."""
    row = {"time": "08:00", "substance": "magnesium", "label_basis": "elemental", "dose": json.loads(amount), "unit": unit}
    case = parse_case(source.parse_json(case_text(supplements=[row]), "x.json"), knowledge.names)

    assert (mg, mg is None) == (case.supplements[0].dose_mg, any(r.kind in ("invalid", "missing") for r in case.remarks))


# --- T7: places -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", payloads.PATHS, ids=lambda text: ascii(text)[:20])
@pytest.mark.parametrize("option", ["case", "--kb", "-o"])
def test_a_path_that_is_not_ours_ends_in_a_message(path: str, option: str, tmp_path: Path) -> None:
    """As a case, as a knowledge base, as a place for the report: exit code 1 or 2, no traceback, nothing written outside."""
    from typer.testing import CliRunner

    from neurobalance_expert.cli import app, guard

    inside = tmp_path / "a" / "b"
    inside.mkdir(parents=True)
    (inside / "day.yaml").write_text("not a case\n")
    before = set(tmp_path.rglob("*"))
    arguments = {"case": ["assess", path], "--kb": ["assess", "day.yaml", "--kb", path], "-o": ["assess", "day.yaml", "-o", path]}[option]
    here = Path.cwd()
    os.chdir(inside)
    try:
        done = CliRunner().invoke(app, arguments)
        code = guard.report(done.exception, as_json=False) if isinstance(done.exception, Exception) else done.exit_code
    finally:
        os.chdir(here)

    assert code in (1, 2), done.exception
    assert before == set(tmp_path.rglob("*"))


def test_a_name_with_a_nul_is_no_file() -> None:
    """No argument of a command can hold one; a caller of the library can."""
    with pytest.raises(InputProblems, match="cannot be a name"):
        source.load(Path("a\x00b.yaml"))


@pytest.mark.skipif(os.name == "nt", reason="links of POSIX")
def test_links_are_not_followed_out_of_a_knowledge_base_nor_by_a_report(tmp_path: Path, run: Run) -> None:
    """A linked rule file is no part of the knowledge base; a report that replaces a link leaves alone what the link points to."""
    from neurobalance_expert.atomic import write_bytes
    from neurobalance_expert.kb import read_knowledge

    (tmp_path / "secret.yaml").write_text("secret: 1\n")
    kb = tmp_path / "kb"
    assert run("init", kb).returncode == 0
    (kb / "rules" / "linked.yaml").symlink_to(tmp_path / "secret.yaml")
    (kb / "knowledge" / "linked").symlink_to(tmp_path)
    link = tmp_path / "report.html"
    link.symlink_to(tmp_path / "secret.yaml")
    write_bytes(link, b"report")

    assert [] == [name for name in read_knowledge(kb, None).documents if "linked" in name or "secret" in name]
    assert ("secret: 1\n", False) == ((tmp_path / "secret.yaml").read_text(), link.is_symlink())


def test_the_name_of_a_case_is_no_path(tmp_path: Path, run: Run) -> None:
    """Reports in a folder are named after the files; an id with ../ in it goes nowhere."""
    for name in ("one", "two"):
        (tmp_path / f"{name}.json").write_text(case_text(id=f"../../{name}"))

    done = run("assess", "one.json", "two.json", "-o", "reports", "--format", "md", "--engine", "reference", cwd=tmp_path)

    assert (0, ["one.md", "two.md"]) == (done.returncode, sorted(path.name for path in (tmp_path / "reports").iterdir()))
    assert {"one.json", "two.json", "reports"} == {path.name for path in tmp_path.iterdir()}


# --- T11, T12: nothing acts where it is printed ---------------------------------------------------------------------


def filled(text: str) -> str:
    """A case with a text in every field that takes words."""
    row = {"time": "08:00", "name": text[:200], "grams": 50}
    return case_text(
        id=text[:200],
        goal=text,
        symptoms=[text],
        foods=[row, {"time": "09:00", "name": "oats dry", "measure": text[:200], "amount": 1}],
        supplements=[
            {
                "time": "10:00",
                "substance": text[:200],
                "product": text[:200],
                "dose": 5,
                "unit": text[:40],
                "form": text[:200],
                "detail": text,
            },
            {"time": "10:00", "product": text[:200], "components": {text[:60]: {"dose": 5, "unit": "mg"}}},
        ],
        medications=[{"ingredient": text[:200], "dose": 5, "unit": text[:40], "status": text}],
        conditions=[{"id": text[:200], "detail": text}],
        labs=[{"analyte": text[:200], "value": 5, "unit": text[:40]}, {"analyte": "ferritin", "value": 20, "unit": "ug/L", "date": text}],
    )


@pytest.fixture(scope="module")
def harmless(knowledge: Knowledge) -> set[tuple[str, ...]]:
    """Elements and attributes of the page when every field holds a plain word."""
    case = parse_case(source.parse_json(filled("word"), "x.json"), knowledge.names)
    return set(Skeleton(render(assess(case, knowledge, engine="reference"), "html", ROOT)).shape)


@pytest.mark.parametrize("payload", payloads.TEXTS, ids=lambda text: ascii(text)[:30])
def test_no_text_of_a_case_acts_in_a_report(payload: str, knowledge: Knowledge, harmless: set[tuple[str, ...]]) -> None:
    """Through the whole chain, in every field at once, in every format: no element, attribute, control character or link comes of it."""
    case = parse_case(source.parse_json(filled(payload), "x.json"), knowledge.names)
    assessment = assess(case, knowledge, engine="reference")
    pages = {form: render(assessment, form, ROOT) for form in FORMATS}

    assert {} == {form: UNWANTED.findall(page) for form, page in pages.items() if UNWANTED.search(page)}
    assert set(Skeleton(pages["html"]).shape) <= harmless
    outside_code = re.sub(r"(?<!\\)`[^`\n]*`|\]\(https://[^)\s]*\)|<https?://[^>\s]*>", "", pages["md"])
    assert re.search(r"(?<!\\)<[a-z/!]|(?<!\\)\]\(", outside_code, re.IGNORECASE) is None
    assert json.loads(pages["json"]) == json.loads(pages["jsonl"])
    assert 1 == len(pages["jsonl"].splitlines())


def test_at_least_sixty_texts_are_tried_and_no_table_is_exported() -> None:
    """A CSV that a spreadsheet opens could run formulas: there is none among the formats."""
    assert len(set(payloads.TEXTS)) >= 60
    assert not {"csv", "tsv", "xlsx"} & set(FORMATS)


# --- T13: personal data ---------------------------------------------------------------------------------------------

PERSON = "Quetzalina"  # no word of any file of ours


@pytest.mark.parametrize("broken", [False, True], ids=["assessed", "refused values"])
def test_a_name_in_a_case_appears_in_the_report_only(broken: bool, tmp_path: Path, run: Run) -> None:
    """Not on the error stream, not in the cache, not in the name of any file, not in what is printed beside the report."""
    cache, temporary, work = (tmp_path / name for name in ("cache", "temporary", "work"))
    for folder in (cache, temporary, work):
        folder.mkdir()
    changes: dict[str, Any] = {
        "goal": f"sleep of {PERSON}",
        "id": PERSON,
        "symptoms": [f"{PERSON} is tired"],
        "conditions": [{"id": f"{PERSON} disease"}],
    }
    changes["foods"] = [
        {"time": f"at {PERSON}'s" if broken else "08:00", "name": f"stew of {PERSON}", "grams": f"{PERSON}" if broken else 60}
    ]
    changes["medications"] = [{"ingredient": PERSON, "dose": PERSON if broken else 5, "unit": "mg"}]
    (work / "day.json").write_text(case_text(**changes))

    environment = {"NEUROBALANCE_CACHE": str(cache), "TMPDIR": str(temporary)}
    done = run("assess", "day.json", "-o", "report.html", "--engine", "reference", cwd=work, **environment)

    assert 0 == done.returncode, done.stderr
    assert PERSON not in done.stdout + done.stderr
    assert PERSON in (work / "report.html").read_text()
    others = [path for path in tmp_path.rglob("*") if path.is_file() and path.name not in ("day.json", "report.html")]
    assert others, "the cache was written"
    assert [] == [path for path in tmp_path.rglob("*") if PERSON in path.name]
    assert [] == [path for path in others if PERSON.encode() in path.read_bytes()]
    assert 0o600 == (work / "report.html").stat().st_mode & 0o777 or os.name == "nt"


# --- T15, T16 -------------------------------------------------------------------------------------------------------


def test_no_look_alike_of_any_medicine_is_recognised(knowledge: Knowledge) -> None:
    """Every name and brand, each letter in turn replaced by each of its look-alikes, and each character that does not show put inside."""
    names = sorted(knowledge.names.medicine_names.spelled.values())
    assert len(names) > 200
    tried, wrong = 0, []
    for name in names:
        others = [name[:i] + other + name[i + 1 :] for i, c in enumerate(name.lower()) for other in payloads.LOOKALIKES.get(c, "")]
        others += [name[: len(name) // 2] + hidden + name[len(name) // 2 :] for hidden in payloads.HIDDEN]
        for other in others:
            tried += 1
            if recognise_medicine(other, knowledge.names, ask=False).ids:
                wrong.append(other)

    assert [] == wrong
    assert tried > 5_000


def test_what_is_written_with_wide_or_joined_letters_is_the_same_name(knowledge: Knowledge) -> None:
    """Compatibility forms mean the plain letters (NFKC), and case does not count."""
    for written in ("ｓｅｒｔｒａｌｉｎｅ", "SERTRALINE", "Sertraline", "ﬂuoxetine"):
        assert recognise_medicine(written, knowledge.names).ids, written


def test_the_program_imports_nothing_that_speaks_to_a_network() -> None:
    """No request leaves the machine: neither telemetry nor look-ups. The language server has a timer of asyncio and opens no port."""
    speaking = {"socket", "ssl", "http", "urllib", "ftplib", "smtplib", "requests", "httpx", "aiohttp", "urllib3", "asyncio", "webbrowser"}
    found = set()
    for path in (ROOT / "neurobalance_expert").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = (
                [a.name for a in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            found |= {f"{path.name}: {name}" for name in names if name.split(".")[0] in speaking}
    server = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "neurobalance_expert" / "lsp").glob("*.py"))

    assert {"session.py: asyncio"} == found
    assert [] == [name for name in ("start_tcp", "start_ws", "open_connection", "start_server") if name in server]
