"""A recorded case again: the same comes of it, or it is said exactly what differs and what made it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from neurobalance_expert.assessment import Knowledge
from neurobalance_expert.cases.load import load_entered
from neurobalance_expert.errors import InputProblems
from neurobalance_expert.records import replay as module
from neurobalance_expert.records.read import Program, read_record
from neurobalance_expert.records.replay import replay, what_if
from neurobalance_expert.records.told import replay_text
from neurobalance_expert.records.write import content_of
from tests.unit.records.conftest import NAMES

Rewrite = Callable[[Path, str, str], None]


@pytest.fixture
def other(root: Path, tmp_path: Path) -> Path:
    """A copy of the knowledge base."""
    for part in ("knowledge", "rules", "reports/templates"):
        shutil.copytree(root / part, tmp_path / "kb" / part)
    return tmp_path / "kb"


def edit(path: Path, old: str, new: str) -> None:
    """One change in a file."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("where", ["current", "recorded"])
def test_every_record_is_reproduced(recorded: Path, name: str, where: str, other: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the knowledge of the program when it is the same, else with that beside the record: byte for byte."""
    if where == "recorded":
        edit(other / "knowledge" / "kb.yaml", "version: ", "version: 9.")
        monkeypatch.setattr(module, "default_kb", lambda: other)
    found = replay(read_record(next(recorded.glob(f"{name}-*.json"))))

    assert ("reproduced", where, ()) == (found.status, found.knowledge, found.notes)
    assert not found.difference


def test_without_the_knowledge_it_is_said_which_files_differ(record: Path, other: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another threshold in the program, and no zip."""
    edit(other / "knowledge" / "thresholds.yaml", "value: 0.90", "value: 0.91")
    monkeypatch.setattr(module, "default_kb", lambda: other)
    shutil.rmtree(record.parent / "knowledge")
    with pytest.raises(InputProblems) as caught:
        replay(read_record(record))

    (problem,) = caught.value.problems
    assert ("NB-A005", "that of this program differs in 1 files: knowledge/thresholds.yaml") == (problem.code, problem.why)


def test_another_program_is_a_note_when_the_conclusions_are_the_same(
    record: Path, rewritten: Rewrite, knowledge: Knowledge, root: Path
) -> None:
    """An older version of the program, of an engine and of a lock file: the version that is printed is that of the record."""
    read = read_record(record)
    content = read.content
    old = replace(content.digests, program=Program("0.0.9", "sha256:0"), lock={**(content.digests.lock or {}), "run.txt": "sha256:1"})
    entered = load_entered(root / "examples" / "a-real-day.yaml", knowledge.names)
    text = content_of(entered, knowledge, content.options, old, "0.0.9").content
    rewritten(record, read.text, text)
    found = replay(read_record(record))

    assert "reproduced" == found.status
    assert ["the program is another: 0.0.9", "the lock file run.txt differs"] == [note[:29].rstrip() for note in found.notes]


def test_what_another_program_says_besides_is_a_note(record: Path, rewritten: Rewrite) -> None:
    """An older record without a part that assessments have now, and with other digests of rules as compiled."""
    read = read_record(record)
    data = json.loads(read.text)
    del data["assessment"]["assumptions"], data["assessment"]["findings"][0]["origins"]
    data["digests"]["program"]["digest"] = "sha256:0"
    data["digests"]["rules"] = dict.fromkeys(data["digests"]["rules"], "sha256:2")
    for step in data["proofs"]["steps"]:
        step["digest"] = "sha256:2"
    rewritten(record, read.text, json.dumps(data))
    found = replay(read_record(record))

    assert ("reproduced", "this program also says assumptions") == (found.status, found.notes[-1])


def test_another_program_that_concludes_otherwise_is_different(record: Path, rewritten: Rewrite) -> None:
    """Not a note: a finding that the record has and this program does not."""
    read = read_record(record)
    data = json.loads(read.text)
    data["digests"]["program"]["digest"] = "sha256:0"
    data["assessment"]["findings"][0]["code"] = "LAB:ferritin:lower"
    rewritten(record, read.text, json.dumps(data))
    found = replay(read_record(record))

    assert ("different", {"gained", "lost"}) == (found.status, {change.what for change in found.difference.findings})


def test_what_differs_with_the_same_program_is_told_exactly(record: Path, rewritten: Rewrite) -> None:
    """A forged severity, with the digest made to fit: the finding, its fact and its step."""
    rewritten(record, '"severity":"moderate"', '"severity":"minor"')
    found = replay(read_record(record))

    assert "different" == found.status
    assert {"severity"} == {change.what for change in found.difference.findings}
    assert "raised: LAB:ferritin:low by ferritin-below-limit, minor -> moderate" in replay_text(found)


def test_what_no_other_part_of_the_comparison_looks_at_is_told_by_its_path(record: Path, rewritten: Rewrite) -> None:
    """Where a fact came from, in words."""
    read = read_record(record)
    place, line = next((n, fact) for n, fact in enumerate(read.proofs["facts"]) if fact["origin"])
    data = json.loads(read.text)
    data["proofs"]["facts"][place]["origin"] = "guessed"
    rewritten(record, read.text, json.dumps(data))

    assert [(f".proofs.facts[{place}].origin", "guessed", line["origin"])] == [
        (change.path, change.before, change.after) for change in replay(read_record(record)).difference.values
    ]


def test_a_changed_line_of_the_report_is_named(record: Path, other: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another template: its file, and the line before and after."""
    template = other / "reports" / "templates" / "text.j2"
    edit(template, "NEUROBALANCE ASSESSMENT", "NEUROBALANCE REPORT")
    found = what_if(read_record(record), other)

    assert {"knowledge.reports/templates/text.j2"} == {change.path for change in found.difference.digests}
    assert () == found.difference.findings
    (change, *_) = found.difference.report
    assert (1, "NEUROBALANCE REPORT") == (change.line_before, change.after[0][:19])


def test_another_rule_and_what_it_did(record: Path, other: Path) -> None:
    """A severity that was raised in a rule: the finding, and the rule that was changed."""
    path = other / "rules" / "derived" / "cofactors.yaml"
    head, tail = path.read_text(encoding="utf-8").split("- id: iron-low-may-limit-catecholamine", 1)
    path.write_text(
        f"{head}- id: iron-low-may-limit-catecholamine{tail.replace('severity: minor', 'severity: moderate', 1)}", encoding="utf-8"
    )
    found = what_if(read_record(record), other)

    (change,) = [change for change in found.difference.findings if change.what == "severity"]
    assert ("minor", "moderate") == (change.before, change.after)
    assert ("the rule iron-low-may-limit-catecholamine was changed",) == change.because
    assert {"rules.iron-low-may-limit-catecholamine", "knowledge.rules/derived/cofactors.yaml"} == {
        d.path for d in found.difference.digests
    }
    assert replay_text(found).startswith("this would change: a-real-day-")


def test_a_rule_that_is_gone_took_its_finding_with_it(record: Path, other: Path) -> None:
    """And one that is there anew brings one."""
    (other / "rules" / "data" / "record.yaml").unlink()
    lost = {change.code: change.because for change in what_if(read_record(record), other).difference.findings if change.what == "lost"}

    assert ("the rule single-day-record is gone",) == lost["INFO:single_day_record"]


def test_the_same_knowledge_changes_nothing(record: Path, other: Path) -> None:
    """What-if with a copy."""
    found = what_if(read_record(record), other)

    assert ("reproduced", "another") == (found.status, found.knowledge)
    assert replay_text(found).startswith("nothing would change: ")


def test_a_case_that_does_not_have_its_digest_is_refused(record: Path, rewritten: Rewrite) -> None:
    """A body mass was changed in the case, and the digest of the whole was made to fit."""
    weight = read_record(record).case_data["person"]["weight_kg"]
    rewritten(record, f'"weight_kg":{weight}', '"weight_kg":99')
    with pytest.raises(InputProblems, match="the case in it has the digest") as caught:
        replay(read_record(record))

    assert "NB-A002" == caught.value.problems[0].code
