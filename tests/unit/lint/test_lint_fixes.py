"""What the program mends keeps comments, layout and meaning, or is not mended."""

from __future__ import annotations

import pytest

from neurobalance_expert.lint.fixes import apply_edits
from neurobalance_expert.lint.material import Edit
from tests.unit.lint.conftest import RULES, linter

CASES = {  # what stands in the example, what is written there, and what --fix makes of it
    "NB-L004": (
        "      - window: {id: $w, phase: fed}\n      - influx",
        "      - window: {id: $w, phase: fed}\n      - window: {id: $w, phase: fed}  # twice\n        as: again\n      - influx",
        "",
    ),
    "NB-L010": ("{in: [leucine, valine]}", "{in: [leucine]}", "leucine"),
    "NB-L010 not": ("{id: {in: [msud, tyrosinaemia]}}", "{id: {not_in: [msud]}}", "{id: {not: msud}}"),
    "NB-L013": (
        "      - condition: {id: pku}\n        missing",
        "      - condition: {id: pku}\n        as: condition\n        missing",
        "",
    ),
    "NB-L014": ("      - trusted: {is: true}\n", "      - trusted: {is: true}\n        missing: absent\n", ""),
    "NB-L016": ("    then: {about: trp, window: $w}\n", "    overrides: []   # none yet\n    then: {about: trp, window: $w}\n", ""),
    "NB-L021": ("margin: 0}", "margin: '0'}", ""),
    "NB-L041": (
        "title: A meal lowered the entry of tryptophan\n",
        'title: "A meal lowered the entry of tryptophan."   # as it is said\n',
        'title: "A meal lowered the entry of tryptophan"   # as it is said\n',
    ),
    "NB-L043": (
        "do: Nothing needs to be done.\n",
        "do: >-\n      Nothing needs\n      to be done\n",
        "do: >-\n      Nothing needs\n      to be done.\n",
    ),
    "NB-L081": ("kind: competition\n", "kind: competition \t\n", ""),
    "NB-L083": ("A dose held", "A\u00a0dose\u200b held", ""),
    "NB-L092": ("    kind: note\n", '    kind: note  # nb-lint: ignore NB-L041 reason="so" until=2027-01-31\n', ""),
}


@pytest.mark.parametrize("code", list(CASES))
def test_a_mended_file_is_clean_and_the_rest_of_it_as_it_was(files: dict[str, str], code: str) -> None:
    """Only the place of the finding changes, character for character."""
    old, new, mended = CASES[code]
    changed = files[RULES].replace(old, new, 1)
    assert changed != files[RULES]
    checker = linter(files)
    found = checker.check({RULES: changed}).findings
    done = checker.mend({RULES: changed}, [RULES])

    assert {code[:7]} == {f.problem.code for f in found}
    assert files[RULES].replace(old, mended or old, 1) == done.texts[RULES]
    assert len(found) == len(done.mended)


def test_line_ends_and_the_last_line_are_mended(files: dict[str, str]) -> None:
    """Carriage returns go, and the file ends with one line break."""
    checker = linter(files)

    assert files[RULES] == checker.mend({RULES: files[RULES].rstrip("\n").replace("\n", "\r\n")}, [RULES]).texts[RULES]
    assert files[RULES] == checker.mend({RULES: files[RULES] + "\n\n"}, [RULES]).texts[RULES]


def test_what_would_break_a_test_is_not_mended(files: dict[str, str]) -> None:
    """A repeated condition whose label a test names stays, because the test would name no condition."""
    twice = "      - window: {id: $w, phase: fed}\n      - window: {id: $w, phase: fed}\n        as: again\n      - influx"
    named = "{name: at night, like: just under, change: {window.phase: night}, expect: {blocked: again}}"
    text = files[RULES].replace("      - window: {id: $w, phase: fed}\n      - influx", twice, 1)
    text = text.replace("      - {name: at the threshold", f"      - {named}\n      - {{name: at the threshold", 1)
    done = linter(files).mend({RULES: text}, [RULES])

    assert {} == done.texts
    assert () == done.mended


def test_several_places_are_mended_in_one_go(files: dict[str, str]) -> None:
    """Findings of different kinds in one file."""
    text = files[RULES].replace("margin: 0}", 'margin: "0"}').replace("kind: note\n", "kind: note  \n").replace("done.\n", "done\n")
    done = linter(files).mend({RULES: text}, [RULES])

    assert files[RULES] == done.texts[RULES]
    assert ["NB-L021", "NB-L043", "NB-L081"] == sorted(f.problem.code for f in done.mended)


def test_edits_are_applied_from_the_end() -> None:
    """An edit does not move the places of those before it."""
    assert "a-b-c" == apply_edits("a b c", [Edit("x", 1, 2, "-"), Edit("x", 3, 4, "-")])
