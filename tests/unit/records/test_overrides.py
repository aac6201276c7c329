"""Overrides: a coded reason in the log, and a record that stays as it is."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from neurobalance_expert.errors import InputProblems, Misuse
from neurobalance_expert.records.overrides import counts, load_reasons, override
from neurobalance_expert.records.read import read_record
from neurobalance_expert.records.verify import verify

CODE = "LAB:ferritin:low"


def test_an_override_is_a_line_of_the_log_and_no_change_of_the_record(record: Path, root: Path) -> None:
    """Code, rules, reason, note and name; the chain goes on."""
    before = record.read_bytes()
    line = override(read_record(record), CODE, "already_managed", load_reasons(root), note="seen in June", by="Dr A")

    assert before == record.read_bytes()
    assert line.override is not None
    assert (CODE, ("ferritin-below-limit",), "already_managed") == (line.override.code, line.override.rules, line.override.reason)
    assert (1, ()) == (verify(record.parent).overrides, verify(record.parent).problems)


def test_an_unknown_code_or_reason_is_misuse_with_the_nearest(record: Path, root: Path) -> None:
    """And nothing is logged."""
    read, reasons = read_record(record), load_reasons(root)
    log = (record.parent / "log.jsonl").read_bytes()
    for code, reason, said in (
        ("LAB:feritin:low", "other", f"did you mean '{CODE}'"),
        ("NONE", "other", "it has COFACTOR:iron"),
        (CODE, "already_manage", "did you mean 'already_managed'"),
        (CODE, "because", "reasons: already_managed"),
    ):
        with pytest.raises(Misuse, match=said):
            override(read, code, reason, reasons)
    with pytest.raises(Misuse, match="at most"):
        override(read, CODE, "other", reasons, note="x" * 2001)

    assert log == (record.parent / "log.jsonl").read_bytes()


def test_a_record_away_from_its_log_cannot_be_overridden(record: Path, root: Path, tmp_path: Path) -> None:
    """An override belongs to a chain."""
    away = Path(shutil.copy(record, tmp_path / "away.json"))
    with pytest.raises(InputProblems, match="there is no log"):
        override(read_record(away), CODE, "other", load_reasons(root))


def test_overrides_are_counted_by_rule_and_reason(record: Path, root: Path) -> None:
    """The most frequent first."""
    read, reasons = read_record(record), load_reasons(root)
    for code, reason in ((CODE, "other"), ("COFACTOR:iron:serotonin", "wrong_input"), ("COFACTOR:iron:serotonin", "wrong_input")):
        override(read, code, reason, reasons)

    assert [("iron-low-may-limit-serotonin", "wrong_input", 2), ("ferritin-below-limit", "other", 1)] == [
        (count.rule, count.reason, count.overrides) for count in counts(record.parent)
    ]


def test_every_reason_says_what_it_means(root: Path) -> None:
    """A closed list, each with a title and a meaning."""
    reasons = load_reasons(root)

    assert {"already_managed", "not_relevant", "wrong_input", "disagree_with_rule", "other"} <= reasons.keys()
    assert [] == [reason.id for reason in reasons.values() if not reason.title or len(reason.meaning) < 20]


def test_a_list_of_another_shape_is_a_problem_of_the_knowledge_base(tmp_path: Path) -> None:
    """NB-K066; and NB-S001 where there is none."""
    with pytest.raises(InputProblems, match="there is no file"):
        load_reasons(tmp_path)
    (tmp_path / "knowledge").mkdir()
    (tmp_path / "knowledge" / "overrides.yaml").write_text("reasons: [a]\n")
    with pytest.raises(InputProblems, match="shape"):
        load_reasons(tmp_path)
