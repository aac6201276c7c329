"""What is expected of golden cases: a file that can be read in review, and what is wrong with one that is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from neurobalance_expert.errors import InputProblems, Misuse
from neurobalance_expert.impact.golden import Golden, check_golden, expected_text, outcome, read_expected, write_expected

NOTHING = Golden(0, {}, (), (), {}, {}, ())


def test_what_is_written_is_read_as_the_same(knowledge, golden, tmp_path: Path) -> None:
    """One line a finding, and a finding without a place has none."""
    outcomes = {name: outcome(case, knowledge)[0] for name, case in golden("002-*", "358-*").items()}
    (tmp_path / "expected.yaml").write_text(expected_text(outcomes), encoding="utf-8")

    assert outcomes == read_expected(tmp_path / "expected.yaml")
    assert sum(len(kept["findings"]) for kept in outcomes.values()) == expected_text(outcomes).count("words: ")


@pytest.mark.parametrize(
    "text", ["", "- 1", "schema: other\ncases: {}", "schema: neurobalance/golden/1\ncases: {a: {disposition: x, findings: [{code: A}]}}"]
)
def test_a_file_that_says_nothing_of_golden_cases_is_a_problem(tmp_path: Path, text: str) -> None:
    """NB-G001, with the command that writes it."""
    (tmp_path / "expected.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InputProblems) as caught:
        read_expected(tmp_path / "expected.yaml")

    assert ["NB-G001"] == [problem.code for problem in caught.value.problems]
    assert "--update" in caught.value.problems[0].fix


def test_cases_and_expectations_without_each_other_are_named(knowledge, tmp_path: Path, root: Path) -> None:
    """A case that nothing is expected of, an expectation without a case, and a file that is no case."""
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "new.yaml").write_bytes((root / "examples" / "a-minimal-day.yaml").read_bytes())
    (tmp_path / "cases" / "broken.yaml").write_text("schema: x\n", encoding="utf-8")
    (tmp_path / "expected.yaml").write_text(
        "schema: neurobalance/golden/1\ncases: {old: {disposition: assess}, broken: {disposition: assess}}", encoding="utf-8"
    )
    found = check_golden(tmp_path, knowledge, lambda: None)

    assert (("new",), ("old",), ["broken"]) == (found.unexpected, found.missing, list(found.broken))
    assert not found.as_expected


def test_a_folder_that_cannot_be_written_is_misuse(tmp_path: Path) -> None:
    """Also that of the installed program, which nobody edits."""
    packaged = tmp_path / "neurobalance_expert" / "_kb" / "golden"
    packaged.mkdir(parents=True)
    (tmp_path / "neurobalance_expert" / "__init__.py").touch()
    for folder, said in ((tmp_path / "nowhere", "cannot write"), (packaged, "belongs to the installed program")):
        with pytest.raises(Misuse, match=said):
            write_expected(folder, NOTHING)
