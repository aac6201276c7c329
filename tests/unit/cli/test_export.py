"""export as a user types it."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from neurobalance_expert import source
from neurobalance_expert.errors import InputProblems
from neurobalance_expert.knowledge.override_reasons import PATH, Reason, parse_override_reasons
from tests.conftest import ROOT, Run

EXAMPLE = "examples/a-real-day.yaml"
FORMS = ("prov", "cds-hooks", "fhir")
FIRST = {"prov": "prefix", "cds-hooks": "cards", "fhir": "resourceType"}


@pytest.mark.parametrize("form", FORMS)
def test_the_same_bytes_for_any_hash_seed_and_time_zone(form: str, run: Run) -> None:
    """ASCII and one object."""
    one = run("export", EXAMPLE, "--format", form, PYTHONHASHSEED="1", TZ="Pacific/Kiritimati")
    other = run("export", EXAMPLE, "--format", form, PYTHONHASHSEED="77", TZ="America/St_Johns")

    assert (0, "") == (one.returncode, one.stderr)
    assert one.stdout == other.stdout
    assert one.stdout.isascii()
    assert FIRST[form] == next(iter(json.loads(one.stdout)))


def test_a_file_is_written_for_its_owner_only(run: Run, tmp_path: Path) -> None:
    """The same as is printed; what was done is said beside it."""
    target = tmp_path / "new" / "cards.json"
    written = run("export", EXAMPLE, "--format", "cds-hooks", "-o", target)
    printed = run("export", EXAMPLE, "--format", "cds-hooks", "-o", "-")

    assert (0, "") == (written.returncode, written.stdout)
    assert f"cds-hooks written to {target}" in written.stderr
    assert target.read_text(encoding="utf-8") == printed.stdout
    if os.name == "posix":
        assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_a_case_from_standard_input(run: Run) -> None:
    """As in the other commands."""
    text = (ROOT / EXAMPLE).read_text(encoding="utf-8")

    assert run("export", EXAMPLE, "--format", "fhir").stdout == run("export", "-", "--format", "fhir", stdin=text).stdout


def test_recorded_is_in_every_provenance(run: Run) -> None:
    """As it was given."""
    done = run("export", EXAMPLE, "--format", "fhir", "--recorded", "2026-03-18T10:30:00+01:00")
    entries = [entry["resource"] for entry in json.loads(done.stdout)["entry"]]

    assert {"2026-03-18T10:30:00+01:00"} == {one["recorded"] for one in entries if one["resourceType"] == "Provenance"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Missing option '--format'"),
        (("--format", "xml"), "'xml' is not one of 'prov', 'cds-hooks', 'fhir'"),
        (("--format", "prov", "--recorded", "2026-03-18T10:30:00Z"), "--recorded goes with --format fhir"),
        (("--format", "fhir", "--recorded", "yesterday"), "--recorded needs an instant with its time zone"),
        (("--format", "prov", "-o", EXAMPLE), "is the case file itself"),
        (("--format", "prov", "-o", "examples"), "is not a plain file"),
        (("--format", "prov", "-o", "README.md/prov.json"), "cannot write"),
    ],
)
def test_misuse_is_said_in_words(arguments: tuple[str, ...], said: str, run: Run) -> None:
    """Exit code 2, nothing on standard output, no traceback."""
    done = run("export", EXAMPLE, *arguments)

    assert (2, "") == (done.returncode, done.stdout)
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_that_is_no_case_is_a_problem_of_the_input(run: Run, tmp_path: Path) -> None:
    """Exit code 1 with its place."""
    (tmp_path / "day.yaml").write_text("schema: neurobalance/case/1\nfoods: 3\n", encoding="utf-8")
    done = run("export", tmp_path / "day.yaml", "--format", "prov")

    assert (1, "") == (done.returncode, done.stdout)
    assert "error[NB-C" in done.stderr


def test_a_case_that_cannot_be_assessed_is_exported(run: Run) -> None:
    """It is a result: exit code 0, and the disposition in each form."""
    for form in FORMS:
        done = run("export", "tests/data/cases/c12.yaml", "--format", form)

        assert (0, True) == (done.returncode, "Cannot be assessed yet" in done.stdout)


def test_reasons_for_overrides_are_read_from_the_knowledge_base() -> None:
    """Titles by id, in the order of the file; another shape is a problem of the input."""
    text = "overrides: 1\nreasons:\n  other: {title: Other, meaning: None of these.}\n"
    broken = "overrides: 1\nreasons: [other]\n"

    assert {"other": Reason("other", "Other", "None of these.")} == parse_override_reasons(source.parse_yaml(text, PATH))
    with pytest.raises(InputProblems):
        parse_override_reasons(source.parse_yaml(broken, PATH))


def test_nothing_of_the_extras_is_needed(run: Run, tmp_path: Path) -> None:
    """The library that the tests read PROV with is not imported by the program."""
    (tmp_path / "prov.py").write_text("raise ImportError('not here')\n", encoding="utf-8")
    done = run("export", EXAMPLE, "--format", "prov", PYTHONPATH=f"{tmp_path}{os.pathsep}{ROOT}")

    assert 0 == done.returncode, done.stderr
