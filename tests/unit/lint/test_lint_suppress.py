"""A finding may stand for a reason and for a time."""

from __future__ import annotations

from datetime import date

import pytest

from neurobalance_expert.lint.run import Surroundings
from tests.unit.lint.conftest import RULES, TODAY, check, linter

TITLE = "    title: A meal lowered the entry of tryptophan\n"
STOPPED = TITLE.replace("\n", ".\n")
GIVEN = '# nb-lint: ignore NB-L041 reason="the paper has it so" until=2027-06-30'


def codes(files: dict[str, str], title: str, today: date = TODAY) -> list[str]:
    """The codes that the clean example has with another first title."""
    return [f.problem.code for f in check({**files, RULES: files[RULES].replace(TITLE, title, 1)}, today).findings]


def test_without_a_suppression_the_finding_is_there(files: dict[str, str]) -> None:
    """A title with a full stop is what the tests here let stand."""
    assert ["NB-L041"] == codes(files, STOPPED)


def test_behind_a_line_it_covers_the_line(files: dict[str, str]) -> None:
    """As a comment behind the value."""
    assert [] == codes(files, STOPPED.replace(".\n", f".  {GIVEN}\n"))


def test_above_a_key_it_covers_the_key(files: dict[str, str]) -> None:
    """As a comment on a line of its own."""
    assert [] == codes(files, f"    {GIVEN}\n{STOPPED}")


def test_above_a_rule_it_covers_the_rule_and_not_the_next(files: dict[str, str]) -> None:
    """What is indented below the item belongs to it."""
    text = files[RULES].replace(TITLE, STOPPED, 1).replace("  - id: meal", f"  {GIVEN}\n  - id: meal", 1)
    both = text.replace("title: A dose held tryptophan back\n", "title: A dose held tryptophan back.\n")

    assert [] == [f.problem.code for f in check({**files, RULES: text}).findings]
    assert ["NB-L041"] == [f.problem.code for f in check({**files, RULES: both}).findings]


def test_at_the_head_of_a_file_it_covers_the_file(files: dict[str, str]) -> None:
    """Before the first key."""
    text = f"{GIVEN}\n" + files[RULES].replace(TITLE, STOPPED, 1)

    assert () == check({**files, RULES: text}).findings


@pytest.mark.parametrize(("day", "expected"), [("2027-06-30", []), ("2027-07-01", ["NB-L091", "NB-L041"])])
def test_it_ends_after_its_day(files: dict[str, str], day: str, expected: list[str]) -> None:
    """On the day it covers, a day later it is an error and the finding is back."""
    assert expected == codes(files, f"    {GIVEN}\n{STOPPED}", date.fromisoformat(day))


@pytest.mark.parametrize(
    "comment",
    [
        "# nb-lint: ignore NB-L041",
        "# nb-lint: ignore NB-L041 until=2027-06-30",
        '# nb-lint: ignore NB-L041 reason="" until=2027-06-30',
        '# nb-lint: ignore NB-L041 reason="the paper has it so"',
        '# nb-lint: ignore NB-L041 reason="the paper has it so" until=soon',
        '# nb-lint: ignore NB-L041 reason="the paper has it so" until=2027-02-30',
        '# nb-lint: ignore NB-L999 reason="the paper has it so" until=2027-06-30',
        '# nb-lint: ignore NB-L092 reason="the paper has it so" until=2027-06-30',
        '# nb-lint: ignore everything reason="the paper has it so" until=2027-06-30',
        '# nb-lint: ignore NB-L041 reason="the paper has it so" until=2027-06-30 and more',
        "# nb-lint ignore",
    ],
)
def test_without_code_reason_and_day_it_is_an_error_and_covers_nothing(files: dict[str, str], comment: str) -> None:
    """Each lacks one of the three, or has another form."""
    assert ["NB-L090", "NB-L041"] == codes(files, f"    {comment}\n{STOPPED}")


def test_one_that_covers_nothing_is_found(files: dict[str, str]) -> None:
    """It would hide the next finding."""
    assert ["NB-L092"] == codes(files, f"    {GIVEN}\n{TITLE}")


def test_a_problem_of_a_rule_cannot_be_let_stand(files: dict[str, str]) -> None:
    """Only lints have codes that a suppression takes."""
    text = (
        files[RULES]
        .replace("kind: note", "kind: nota", 1)
        .replace("language", '# nb-lint: ignore NB-R006 reason="x" until=2027-06-30\nlanguage')
    )

    assert ["NB-L090", "NB-R006"] == [f.problem.code for f in check({**files, RULES: text}).findings]


def test_words_in_a_text_are_no_suppression(files: dict[str, str]) -> None:
    """A '#' in quotes or in a text of several lines is part of the text."""
    quoted = f"    title: 'A meal {GIVEN}'\n"
    folded = f"    do: >-\n      Nothing needs to be done\n      {GIVEN}.\n"
    text = files[RULES].replace(TITLE, quoted, 1).replace("    do: Nothing needs to be done.\n", folded, 1)

    assert () == check({**files, RULES: text}).findings


def test_an_apostrophe_before_it_is_no_quote(files: dict[str, str]) -> None:
    """A text without quotes may hold one."""
    assert [] == codes(files, f"    title: A person's meal lowered the entry of tryptophan.  {GIVEN}\n")


def test_a_quoted_text_over_several_lines_holds_no_suppression(files: dict[str, str]) -> None:
    """Neither on its first line, between, nor on its last."""
    words = "# nb-lint: ignore NB-L041"
    text = files[RULES].replace(
        "    do: Nothing needs to be done.\n", f"    do: 'Nothing {words}\n      it''s {words}\n\n      {words} to be done.'\n", 1
    )

    assert () == check({**files, RULES: text}).findings


def test_it_works_in_the_tables_too(files: dict[str, str]) -> None:
    """A threshold that is kept although no rule names it."""
    line = '  night_low: {value: 0.9, unit: "1", step: 0.01, source: smith1987, evidence: C, verified: true, meaning: Low}'
    given = GIVEN.replace("NB-L041", "NB-L023")
    table = files["knowledge/thresholds.yaml"] + f"{line}  {given}\n"

    assert () == check({**files, "knowledge/thresholds.yaml": table}).findings


def test_what_was_not_looked_for_is_not_suppressed_for_nothing(files: dict[str, str]) -> None:
    """A lint about the whole knowledge base, in a file that is checked alone; and any lint beside a problem that stops a rule."""
    given = f"# {GIVEN[2:].replace('NB-L041', 'NB-L063')}\n{files[RULES]}"
    alone = linter(files, around=Surroundings())
    broken = f"{GIVEN}\n{files[RULES]}".replace("kind: note", "kind: nota", 1)

    assert ["NB-L092"] == [f.problem.code for f in check({**files, RULES: given}).findings]
    assert () == alone.check({RULES: given}).findings
    assert ["NB-R006"] == [f.problem.code for f in check({**files, RULES: broken}).findings]
