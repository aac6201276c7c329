"""The linter as an editor uses it: texts that are not on disk, asked about again and again."""

from __future__ import annotations

import pytest

from neurobalance_expert.lint import run
from neurobalance_expert.lint.run import Linter, Surroundings, lint_texts
from tests.unit.lint.conftest import RULES, TODAY, linter

OTHER = "rules/transport/other.yaml"


def test_a_text_that_is_not_on_disk_is_checked(files: dict[str, str]) -> None:
    """Problems and findings, each with its level."""
    text = files[RULES].replace("kind: note", "kind: nota", 1).replace("done.", "done", 1)
    found = lint_texts({RULES: text}, linter(files).terms, TODAY).findings

    assert [("NB-L043", "warning"), ("NB-R006", "error")] == [(f.problem.code, f.level) for f in found]


def test_only_what_changed_is_read_anew(files: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A second look at two texts, one of which is another."""
    read: list[str] = []
    parse = run.parse_yaml
    monkeypatch.setattr(run, "parse_yaml", lambda text, name: (read.append(name), parse(text, name))[1])
    checker = linter(files, around=Surroundings())
    checker.check({RULES: files[RULES], OTHER: "language: 1\nrules: []\n"})
    checker.check({RULES: files[RULES], OTHER: "language: 1\nrules: []\n# a note\n"})

    assert [RULES, OTHER, OTHER] == read


def test_a_file_that_cannot_be_read_makes_no_rule_unknown(files: dict[str, str]) -> None:
    """The rule that is overridden may stand in the file that is no YAML."""
    text = files[RULES].replace("overrides: [meal-lowers-tryptophan]", "overrides: [in-the-other-file]")
    alone = linter(files).check({RULES: text}).findings
    beside = linter(files).check({RULES: text, OTHER: "rules: ["}).findings

    assert ["NB-R073"] == [f.problem.code for f in alone]
    assert ["NB-S003"] == [f.problem.code for f in beside]


def test_of_the_files_that_are_not_asked_about_only_what_stops_the_rules_is_told(files: dict[str, str]) -> None:
    """Rules are loaded together, so a problem counts wherever it stands; a title with a full stop does not."""
    other = files[RULES].split("  - id: dose")[0].replace("id: meal-lowers", "id: meal-again-lowers").replace("of tryptophan\n", "so.\n", 1)
    checker = Linter(linter(files).terms, TODAY, only={RULES})

    assert () == checker.check({RULES: files[RULES], OTHER: other}).findings
    assert ["NB-R006"] == [f.problem.code for f in checker.check({RULES: files[RULES], OTHER: other.replace("minor", "minr")}).findings]


def test_a_rule_with_a_problem_is_not_looked_at_closely_and_the_others_are(files: dict[str, str]) -> None:
    """What follows from a slip is not told beside it."""
    text = (
        files[RULES]
        .replace("      - trusted: {is: true}", "      - trustd: {is: true}")
        .replace("title: A meal lowered the entry", "title: The the entry")
    )
    text = text.replace("title: A dose held tryptophan back", "title: A dose held held tryptophan back")

    assert ["NB-R010", "NB-L049"] == [f.problem.code for f in linter(files).check({RULES: text}).findings]


def test_a_parameter_with_a_number_of_its_own_has_a_name_too(files: dict[str, str]) -> None:
    """A constant in 'params' that another rule takes from knowledge for the same slot, in whatever unit it is written."""
    extra = """  - id: glycine-crowds-tryptophan
    title: Glycine held tryptophan back
    status: experimental
    params: {much: 0.5 g}
    when:
      - dose: {substance: glycine, mg: {at_least: $much}}
      - window: {id: $v}
    concludes: {crowded: {aa: trp, window: $v}}

"""
    text = files[RULES].replace("  - id: free", f"{extra}  - id: free")
    [found] = linter(files).check({RULES: text}).findings

    assert ("NB-L020", "500 is the threshold 'knowledge.thresholds.dose_high'") == (found.problem.code, found.problem.what)
