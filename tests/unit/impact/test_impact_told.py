"""What comes from files is data in a review and on a terminal, and counting words agree with their numbers."""

from __future__ import annotations

import re

import pytest
from msgspec.structs import replace

from neurobalance_expert.errors import InputProblems, Problem
from neurobalance_expert.impact.bump import Bump, Reason
from neurobalance_expert.impact.changes import Part, RuleChange
from neurobalance_expert.impact.diff import Broken, Impact, Place
from neurobalance_expert.impact.markdown import impact_markdown
from neurobalance_expert.impact.run import CaseChange, Said, Suggested
from neurobalance_expert.impact.told import counted, differs, impact_text
from neurobalance_expert.records.compare import Difference, FindingChange

EVIL = "a|b`c</details><script>\n```\n[x](http://e.org)"


@pytest.fixture
def impact() -> Impact:
    """One case that loses a finding by way of another rule, one rule that no case shows, one broken case; every text is hostile."""
    finding = FindingChange("lost", "LOW:iron", "mine", "iron", "", "", "minor", "", because=(EVIL,))
    case = CaseChange(
        EVIL,
        "conclusions",
        ("caution_refer", "assess"),
        (Suggested("gained", "add-1", EVIL),),
        (Said("lost", "LOW:iron", "mine", "iron", "", EVIL),),
        ("other",),
        Difference(findings=(finding,), steps=("lost: x",)),
    )
    rules = (
        RuleChange("other", "changed", "LOW:$n", "minor", "r.yaml:1", (Part("wording", "say", EVIL, "b"),)),
        RuleChange("new", "added", "X:y", "info", "r.yaml:9"),
    )
    broken = Broken("bad", InputProblems([Problem("NB-S001", EVIL)]))
    bump = Bump("major", "0.1.0", "1.0.0", (Reason("major", "case", EVIL, 1),))
    return Impact(Place("a", "", "k 1", "d"), Place(EVIL, "", "k 2", "e"), (EVIL,), rules, 3, (case,), ("new",), (broken,), bump)


def test_hostile_text_is_data_in_a_review(impact) -> None:
    """No tag, no link, no cell and no end of a block of code comes of it; every part that is folded is closed."""
    text = impact_markdown(impact)

    summaries = [line for line in text.splitlines() if line.startswith("<summary>")]  # HTML: Markdown is not read there
    outside = re.sub(r"(?ms)^```.*?^```$|^<summary>.*?$", "", text)
    outside = re.sub(r"`[^`\n]*`", "", outside)  # what stands as code is shown as it is

    assert [] == [line for line in summaries if "<" in line.removeprefix("<summary>").removesuffix("</summary>")]
    assert "<script>" not in outside
    assert [] == re.findall(r"(?<!\\)\]\(http", outside)
    assert outside.count("<details>") == outside.count("</details>")
    assert [] == [line for line in text.splitlines() if line.startswith("```") and line not in ("```", "```text", "```diff")]
    assert 0 == sum(line.startswith("```") for line in text.splitlines()) % 2


def test_the_rule_by_way_of_which_a_finding_is_lost_is_named(impact) -> None:
    """The rule of the finding did not change; the one that did stands beside it, and the disposition is told first."""
    rows = [line for line in impact_markdown(impact).splitlines() if line.startswith("| `a")]

    assert rows[0].endswith("| disposition | **caution\\_refer** | **assess** |  |")
    assert rows[1].endswith("| `LOW:iron` | minor | – | `mine`, by way of `other` |")


def test_the_text_says_what_changes_what_no_case_shows_and_why(impact) -> None:
    """Headings of the terminal form, in order."""
    lines = impact_text(impact).splitlines()
    wanted = [
        "rule other was changed",
        "rule new is new",
        "  disposition: caution_refer -> assess",
        "warning: 1 rule differs",
        "case bad was",
        "version: major",
    ]
    places = [next(n for n, line in enumerate(lines) if line.startswith(said)) for said in wanted]

    assert places == sorted(places)


def test_nothing_is_said_to_be_nothing(impact) -> None:
    """Two equal revisions take one line and the version."""
    empty = replace(
        impact,
        files=(),
        rules=(),
        changes=(),
        unshown=(),
        broken=(),
        after=Place("b", "", "k 1", "d"),
        bump=Bump("none", "0.1.0", "0.1.0", ()),
    )

    assert (True, "a -> b: nothing differs (3 cases)\n\nversion: none") == (empty.equal, impact_text(empty))


def test_words_agree_with_numbers() -> None:
    """One differs, two differ."""
    assert ("1 rule differs", "2 rules differ") == (differs(1, "rule"), differs(2, "rule"))
    assert ("1 step of a proof", "3 steps of a proof") == (counted(1, "step of a proof"), counted(3, "step of a proof"))
