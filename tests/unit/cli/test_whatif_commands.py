"""change and robust as a user types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Run

EXAMPLE = "examples/a-real-day.yaml"


@pytest.mark.parametrize("form", ["text", "md"])
def test_change_prints_the_smallest_change(run: Run, form: str) -> None:
    """87 min earlier is three hours before the night, in tenths of an hour."""
    done = run("change", EXAMPLE, "TIMING:competitors_before_night", "--format", form)

    assert (0, "") == (done.returncode, done.stderr)
    assert "at 20:03 instead (87 min earlier)" in done.stdout
    assert "no advice" in done.stdout


def test_change_prints_json(run: Run) -> None:
    """With the answer to a finding that nothing clears."""
    done = run("change", EXAMPLE, "LAB:ferritin:low", "--format", "json")
    data = json.loads(done.stdout)

    assert (0, [], "fixed") == (done.returncode, data["changes"], data["none"]["reason"])


def test_a_code_that_no_rule_concludes_ends_with_2_and_the_nearest_one(run: Run) -> None:
    """A slip in a code is no answer."""
    done = run("change", EXAMPLE, "LOW:zin")

    assert (2, "") == (done.returncode, done.stdout)
    assert "did you mean 'LOW:zinc'?" in done.stderr


def test_robust_prints_shares_that_a_seed_repeats(run: Run) -> None:
    """Two runs with one seed give the same bytes, in text and JSON."""
    texts = [run("robust", EXAMPLE, "--draws", "20", "--seed", "3").stdout for _ in range(2)]
    data = json.loads(run("robust", EXAMPLE, "--draws", "20", "--seed", "3", "--format", "json").stdout)

    assert texts[0] == texts[1]
    assert "of 20" in texts[0]
    assert (20, 3, "neurobalance/robust/1") == (data["draws"], data["seed"], data["schema"])


@pytest.mark.parametrize("draws", ["0", "10001"])
def test_no_draws_at_all_are_refused(run: Run, draws: str) -> None:
    """Exit code 2, before anything is read."""
    done = run("robust", "no-such-file.yaml", "--draws", draws)

    assert (2, "") == (done.returncode, done.stdout)
    assert "from 1 to 10000" in done.stderr


def test_a_case_without_body_mass_has_an_answer(run: Run, tmp_path: Path) -> None:
    """What cannot be told is said, by both commands."""
    lines = Path(EXAMPLE).read_text(encoding="utf-8").splitlines()
    case = tmp_path / "day.yaml"
    case.write_text("\n".join(line for line in lines if "weight_kg" not in line), encoding="utf-8")

    asked, drawn = run("change", case, "TIMING:trp_low_at_night"), run("robust", case, "--draws", "5")

    assert (0, 0) == (asked.returncode, drawn.returncode)
    assert "It cannot be told" in asked.stdout
    assert "no course of plasma without body mass" in " ".join(drawn.stdout.split())


def test_names_from_a_case_are_data_in_every_format(run: Run, tmp_path: Path) -> None:
    """A product with a colour sequence and markup prints as text."""
    text = Path(EXAMPLE).read_text(encoding="utf-8").replace("BCAA 2:1:1 powder", '"a\\e[31m [x](https://e.org) <b>"')
    case = tmp_path / "day.yaml"
    case.write_text(text, encoding="utf-8")

    printed = {form: run("change", case, "TIMING:competitors_before_night", "--format", form).stdout for form in ("text", "md", "json")}

    assert all(printed.values())
    assert [] == [form for form, out in printed.items() if "\x1b" in out]
    assert "[x](https" not in printed["md"]


def test_assess_with_robust_marks_the_findings(run: Run) -> None:
    """The option adds the field and changes nothing else but the digest of the record."""
    plain, marked = (json.loads(run("assess", EXAMPLE, "--format", "json", *more).stdout) for more in ((), ("--robust",)))
    unmarked = [{k: v for k, v in f.items() if k != "robust"} for f in marked["findings"]]

    assert {100} == {f["robust"]["draws"] for f in marked["findings"]}
    assert plain["findings"] == unmarked
