"""A record holds everything that an assessment was made from, never changes, and shows when somebody changed it."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from neurobalance_expert import source
from neurobalance_expert.assessment import Knowledge, assess
from neurobalance_expert.cases.load import load_entered, parse_entered
from neurobalance_expert.errors import InputProblems, Misuse
from neurobalance_expert.explain.document import as_data
from neurobalance_expert.kb import contents
from neurobalance_expert.outcome import as_json
from neurobalance_expert.records import write
from neurobalance_expert.records.read import MAX_BYTES, Options, document_again, read_record
from neurobalance_expert.records.write import Recorder, safe_name, same
from neurobalance_expert.report.render import render
from neurobalance_expert.rules.digest import rule_digest

CASES = sorted(Path(__file__).parents[2].joinpath("data", "cases").glob("c*.yaml"))


def code_of(path: Path) -> str:
    """The code of the one problem that reading the record gives."""
    with pytest.raises(InputProblems) as caught:
        read_record(path)
    (problem,) = caught.value.problems
    return problem.code


def test_a_record_holds_case_assessment_proofs_and_report(record: Path, knowledge: Knowledge, root: Path) -> None:
    """All are those that the command prints; numbers of the case keep their digits."""
    entered = load_entered(root / "examples" / "a-real-day.yaml", knowledge.names)
    assessment = assess(entered.case, knowledge, "reference")
    read = read_record(record)

    assert entered.data == read.case_data
    assert entered.case.digest == read.case(knowledge.names).digest
    assert json.loads(json.dumps(as_json(assessment))) == read.assessment
    assert json.loads(json.dumps(as_data(assessment.proofs))) == read.proofs
    assert render(assessment, "text", root) == read.content.report.text


def test_a_record_names_every_digest(record: Path, knowledge: Knowledge, root: Path) -> None:
    """Each file of the knowledge base, each rule, the program, the lock files, the engines that ran."""
    content = read_record(record).content

    assert contents(root).keys() == content.digests.knowledge.files.keys()
    assert {rule.id: rule_digest(rule) for rule in knowledge.rules.rules} == content.digests.rules
    assert (knowledge.digest, ()) == (content.digests.knowledge.digest, content.digests.packs)
    assert {path.name for path in (root / "requirements").glob("*.txt")} == set(content.digests.lock or {})
    assert ({"reference"}, "text") == (set(content.engines), content.options.format)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_every_case_is_read_from_its_record_as_from_its_file(path: Path, knowledge: Knowledge, tmp_path: Path) -> None:
    """With all remarks, in their order; the recorder itself refuses a case of which that is not so."""
    entered = load_entered(path, knowledge.names)
    Recorder(tmp_path, knowledge, Options(engine="reference")).assess(entered)
    again = read_record(next(tmp_path.glob("*.json"))).case(knowledge.names)

    assert [(r.kind, r.text) for r in entered.case.remarks] == [(r.kind, r.text) for r in again.remarks]
    assert entered.case.digest == again.digest


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ({"a": [Decimal("1.0"), True, None], "b": "x"}, True),
        ({"b": "x", "a": [Decimal("1.0"), True, None]}, False),  # another order
        ({"a": [Decimal("1.00"), True, None], "b": "x"}, False),  # another digit
        ({"a": [Decimal("1.0"), Decimal(1), None], "b": "x"}, False),  # equal, and of another type
        ({"a": [Decimal("1.0"), True], "b": "x"}, False),
        ({"a": [Decimal("1.0"), True, None], "b": "y"}, False),
    ],
)
def test_data_are_the_same_in_type_order_and_digits(other: dict[str, object], expected: bool) -> None:
    """Only such data are taken for the same case without reading it again."""
    assert expected == same({"a": [Decimal("1.0"), True, None], "b": "x"}, other)


def test_a_case_that_would_not_be_read_again_is_not_recorded(
    knowledge: Knowledge, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A record that gave back the data of another case."""
    entered = load_entered(root / "examples" / "a-real-day.yaml", knowledge.names)
    other = load_entered(root / "examples" / "balanced-day.yaml", knowledge.names)
    monkeypatch.setattr(write, "document_again", lambda data: document_again(other.data))
    with pytest.raises(InputProblems, match="would not be read") as caught:
        Recorder(tmp_path, knowledge, Options(engine="reference")).assess(entered)

    assert "NB-A008" == caught.value.problems[0].code
    assert [] == list(tmp_path.glob("*.json"))


@pytest.mark.parametrize("token", ["250", "250.0", "0.10", "1e1", "1E-3", "-0", ".5", "5.", "+5", "1e-3", '"x"', "12345678901234567890"])
def test_numbers_are_kept_digit_for_digit(token: str) -> None:
    """What YAML and JSON read from a token is read again from the text of the record."""
    for parse in (source.parse_yaml, source.parse_json):
        try:
            data = parse(f'{{"a": {token}}}', "x").data
        except InputProblems:  # no JSON
            continue
        again = source.parse_json(source.to_json(data), "x").data
        assert data == again
        if isinstance(data["a"], Decimal):
            assert data["a"].as_tuple() == again["a"].as_tuple()


def test_half_a_surrogate_in_a_case_is_recorded(knowledge: Knowledge, tmp_path: Path, root: Path) -> None:
    """JSON can hold one; the loader drops it from the text, and the record keeps it as entered."""
    data = load_entered(root / "examples" / "a-minimal-day.yaml", knowledge.names).data
    text = source.to_json({**data, "goal": "a\ud800b"})
    Recorder(tmp_path, knowledge, Options(engine="reference")).assess(parse_entered(source.parse_json(text, "x.json"), knowledge.names))

    assert "a\ud800b" == read_record(next(tmp_path.glob("*.json"))).case_data["goal"]


@pytest.mark.skipif(os.name == "nt", reason="modes of POSIX")
def test_records_and_log_are_for_their_owner_only(recorded: Path) -> None:
    """Personal data."""
    modes = {path.name: path.stat().st_mode & 0o777 for path in recorded.rglob("*") if path.is_file()}

    assert {0o600} == set(modes.values())
    assert 0o700 == recorded.stat().st_mode & 0o777


@pytest.mark.parametrize("seed", range(8))
def test_any_changed_byte_is_noticed(seed: int, record: Path) -> None:
    """Fifty bytes anywhere in the content, each on its own: one bit of each is turned."""
    whole = record.read_bytes()
    start = whole.index(b'\n"content":') + len(b'\n"content":')
    random.seed(seed)
    for place in random.sample(range(start, len(whole) - 2), 50):
        record.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << seed]) + whole[place + 1 :])
        assert code_of(record) in ("NB-A001", "NB-A002", "NB-S002")


def test_a_report_beside_another_digest_is_noticed(record: Path, rewritten: Callable[[Path, str, str], None]) -> None:
    """Also when the digest of the whole was made to fit."""
    rewritten(record, "Most severe: MODERATE", "Most severe: MINOR")

    assert "NB-A002" == code_of(record)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "NB-A001"),
        ("{", "NB-A001"),
        ("[]\n", "NB-A001"),
        ('{"schema":"neurobalance/assessment/1"}', "NB-A001"),
        ('{"schema":"neurobalance/record/9",\n"content":{}}\n', "NB-A001"),
        ('{"schema":"neurobalance/record/1",\n"content":{}}\n', "NB-A002"),
        ('{"schema":"neurobalance/record/1","digest":"sha256:x",\n"content":' + "[" * 100_000 + "}\n", "NB-A002"),
        ("[" * 100_000, "NB-A001"),
        ('{"a":' * 50_000 + '\n"content":{}}\n', "NB-A001"),
    ],
    ids=range(9),
)
def test_what_is_no_record_is_refused(tmp_path: Path, text: str, code: str) -> None:
    """Not JSON, another schema, deep nesting, no digest."""
    path = tmp_path / "x.json"
    path.write_text(text)

    assert code == code_of(path)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"findings":[{', '"findings":[7,{'),
        ('"severity":"moderate"', '"severity":"mild"'),
        ('"because":[[', '"because":[7,['),
        ('"slots":{', '"slots":[],"was":{'),
        ('"steps":[{', '"steps":[{},{'),
        ('"conditions":[{', '"conditions":[{"fact":-1},{'),
        ('"engine":"reference"', '"engine":7'),
        ('"case":{"id"', '"case":{"idd"'),
        ('"schema":"neurobalance/assessment/1"', '"schema":"neurobalance/assessment/2"'),
    ],
    ids=range(9),
)
def test_a_forged_record_of_another_shape_is_refused_when_it_is_read(
    record: Path, rewritten: Callable[[Path, str, str], None], old: str, new: str
) -> None:
    """Its digest fits; whoever reads it may take the shape for granted."""
    rewritten(record, old, new)

    assert "NB-A001" == code_of(record)


def test_missing_fields_and_a_new_layout_are_said(record: Path, rewritten: Callable[[Path, str, str], None]) -> None:
    """The field by its name; a record that an editor laid out anew can no longer be compared."""
    data = json.loads(record.read_text())
    rewritten(record, '"proofs":', '"prooofs":')
    with pytest.raises(InputProblems, match="missing required field `proofs`"):
        read_record(record)
    record.write_text(json.dumps(data, indent=1))
    with pytest.raises(InputProblems, match="laid out anew"):
        read_record(record)


def test_a_file_of_100_mb_is_refused_unread(tmp_path: Path) -> None:
    """By its size alone."""
    path = tmp_path / "x.json"
    with path.open("wb") as file:
        file.truncate(100_000_000)

    assert path.stat().st_size > MAX_BYTES
    assert "NB-A001" == code_of(path)


def test_a_missing_file_and_a_folder_are_said(tmp_path: Path) -> None:
    """As for every file that is read."""
    assert ("NB-S001", "NB-S001") == (code_of(tmp_path / "none.json"), code_of(tmp_path))


def test_a_large_report_is_kept_by_its_digest(knowledge: Knowledge, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit is 1 MB; here it is one byte."""
    monkeypatch.setattr(write, "MOST_TEXT", 1)
    Recorder(tmp_path, knowledge, Options(engine="reference")).assess(
        load_entered(root / "examples" / "balanced-day.yaml", knowledge.names)
    )
    report = read_record(next(tmp_path.glob("*.json"))).content.report

    assert (None, True) == (report.text, report.digest.startswith("sha256:"))


@pytest.mark.parametrize(
    ("case_id", "name"),
    [
        ("a-day", "a-day"),
        ("../../x", "x"),
        ("a/b\\c:d", "a-b-c-d"),
        ("", "case"),
        ("Żółć", "case"),
        ("x" * 300, "x" * 40),
        ("\x00\n\u202e", "case"),
    ],
)
def test_a_case_id_becomes_a_safe_part_of_a_file_name(case_id: str, name: str) -> None:
    """No separator, no control character, no length that a system refuses."""
    assert name == safe_name(case_id)


def test_the_same_case_again_is_one_record_and_two_lines(folder: Path, knowledge: Knowledge, root: Path) -> None:
    """The file says the same and is left alone; that it was assessed again is a fact of its own."""
    before = {path: path.stat().st_mtime_ns for path in folder.glob("*.json")}
    Recorder(folder, knowledge, Options(engine="reference")).assess(load_entered(root / "examples" / "a-real-day.yaml", knowledge.names))

    assert before == {path: path.stat().st_mtime_ns for path in folder.glob("*.json")}
    assert 4 == len((folder / "log.jsonl").read_text().splitlines())


def test_a_changed_record_is_never_written_over(record: Path, knowledge: Knowledge, root: Path) -> None:
    """What somebody did to it stays to be seen."""
    record.write_text(record.read_text().replace("moderate", "minor"))
    before = record.read_bytes()
    recorder = Recorder(record.parent, knowledge, Options(engine="reference"))
    with pytest.raises(InputProblems, match="was changed"):
        recorder.assess(load_entered(root / "examples" / "a-real-day.yaml", knowledge.names))

    assert before == record.read_bytes()


def test_a_folder_that_cannot_be_one_is_misuse(tmp_path: Path, knowledge: Knowledge) -> None:
    """A file, and a place below a file."""
    (tmp_path / "file").write_text("x")
    for place in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(Misuse):
            Recorder(place, knowledge, Options())

    assert "x" == (tmp_path / "file").read_text()


ONE = """
import sys
from pathlib import Path
from neurobalance_expert.assessment import load_knowledge
from neurobalance_expert.cases.load import load_entered
from neurobalance_expert.records.read import Options
from neurobalance_expert.records.write import Recorder
root = Path(sys.argv[1])
knowledge = load_knowledge(root)
recorder = Recorder(Path(sys.argv[2]), knowledge, Options(format="html"))
recorder.assess(load_entered(root / "examples" / "a-real-day.yaml", knowledge.names))
"""


@pytest.mark.slow
def test_equal_bytes_whatever_the_seed_the_zone_and_the_locale(root: Path, tmp_path: Path) -> None:
    """The record and the knowledge beside it; the log but for its times."""
    made = []
    for seed, zone, locale in (("0", "UTC", "C"), ("1", "Asia/Kathmandu", "tr_TR.UTF-8"), ("4242", "America/St_Johns", "de_DE.UTF-8")):
        folder = tmp_path / seed
        environment = {**os.environ, "PYTHONPATH": str(root), "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": locale, "LANG": locale}
        subprocess.run([sys.executable, "-c", ONE, str(root), str(folder)], env=environment, check=True)
        files = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.suffix in (".json", ".zip")}
        made.append((files, json.loads((folder / "log.jsonl").read_text())["digest"]))

    assert 2 == len(made[0][0])
    assert made[0] == made[1] == made[2]
