"""From rules into the files of knowledge and back: what a name means, where it is made, who uses it, what may be typed, and renaming."""

from __future__ import annotations

from pathlib import Path

import pytest
from pygls.exceptions import JsonRpcException

from tests.unit.lsp.conftest import OWN
from tests.unit.lsp.editor import Editor, end_of, place, shown

RULE = OWN.replace(
    "- {as: other, condition: {id: phenylketonuria}, missing: absent}",
    "- {as: other, condition: {id: pku}, missing: absent}\n      - acting_medicine: {drug: levodopa}\n"
    "      - {missing: absent, supplement: {substance: {in: [five_htp, bcaa]}}}",
).replace("change: {condition: {id: phenylketonuria}}", "change: {condition: {id: pku}}")
PLACES = [  # a word of RULE, what stands before it, the file it is made in, what it is made by there, what is told of it
    ("pku", "unless:", "conditions.yaml", "\n  pku:", ("(condition)", "phenylketonuria")),
    ("levodopa", "unless:", "medicines.yaml", "ingredients: [levodopa", ("(ingredient of a medicine)", "In `levodopa`")),
    ("five_htp", "unless:", "substances.yaml", "\n  five_htp:", ("(substance)", "5-HTP", "pathway: serotonin", "substances.yaml:")),
    ("plasma_ratio_raised", "params:", "thresholds.yaml", "\n  plasma_ratio_raised:", ("= 1.10 1", "Step")),
    ("lyons1988", "evidence:", "references.yaml", "\n  lyons1988:", ("(reference)", "Am J Clin Nutr")),
]
SSRI_ROW = "ssri_snri_x_serotonin_precursor:\n    drugs: ["
INTO = [  # a file of knowledge, a word, what stands before it, the line it leads to in which file, what is told, a file that uses it
    ("interactions.yaml", "five_htp", "with: [", "substances.yaml", "\n  five_htp:", "(substance)", "competition-for-5htp.yaml"),
    (
        "interactions.yaml",
        "ssri",
        "ssri_snri_x_serotonin_precursor:\n    drugs: [",
        "medicines.yaml",
        "\n  ssri:",
        "(class of medicines)",
        "interactions.yaml",
    ),
    ("condition_effects.yaml", "pku", "conditions:\n", "conditions.yaml", "\n  pku:", "(condition)", "condition_effects.yaml"),
    ("thresholds.yaml", "lyons1988", "source:", "references.yaml", "\n  lyons1988:", "(reference)", "own.yaml"),
    ("thresholds.yaml", "plasma_ratio_raised", "\n  ", "thresholds.yaml", "\n  plasma_ratio_raised:", "= 1.10 1", "own.yaml"),
    ("references.yaml", "lyons1988", "\n  ", "references.yaml", "\n  lyons1988:", "Am J Clin Nutr", "own.yaml"),
    ("substances.yaml", "five_htp", "\n  ", "substances.yaml", "\n  five_htp:", "5-HTP", "interactions.yaml"),
    ("requirements.yaml", "iron", "\nrequirements:", "nutrients.yaml", "\n  iron:", "(nutrient)", "requirements.yaml"),
]


def line_of(path: Path, word: str) -> str:
    """``file:line`` of a text; of one that begins with a line end, of the line after it."""
    text = path.read_text(encoding="utf-8")
    return f"{path.name}:{text.count(chr(10), 0, text.index(word) + word.count(chr(10))) + 1}"


@pytest.mark.parametrize(("word", "after", "file", "made", "told"), PLACES, ids=[line[0] for line in PLACES])
def test_a_rule_leads_into_knowledge(
    editor: Editor, base: Path, own: Path, word: str, after: str, file: str, made: str, told: tuple[str, ...]
) -> None:
    """Hover says what the entry says, and its definition is the entry."""
    editor.edit(own, RULE)
    at = place(RULE, word, after=after)
    said, leads = editor.hover(own, at), editor.definition(own, at)
    editor.edit(own, OWN)

    assert [] == [part for part in told if part not in said]
    assert [line_of(base / "knowledge" / file, made)] == leads


@pytest.mark.parametrize(("file", "word", "after", "there", "made", "told", "user"), INTO, ids=[f"{line[0]}:{line[1]}" for line in INTO])
def test_a_file_of_knowledge_leads_to_entries_and_to_who_uses_them(
    editor: Editor, base: Path, file: str, word: str, after: str, there: str, made: str, told: str, user: str
) -> None:
    """Hover, definition, and references in rules and in other tables."""
    path = base / "knowledge" / file
    at = place(path.read_text(encoding="utf-8"), word, after=after)
    editor.edit(path)
    said, leads = editor.hover(path, at), editor.definition(path, at)
    used = {shown(location).rpartition(":")[0] for location in editor.references(path, at)}
    editor.shut(path)

    assert told in said
    assert [line_of(base / "knowledge" / there, made)] == leads
    assert {there, user} <= used


@pytest.mark.parametrize(
    ("before", "some"),
    [
        ("      - supplement: {substance: ", {"five_htp", "bcaa"}),
        ("      - supplement: {substance: {in: [five_htp, ", {"five_htp", "bcaa"}),
        ("      - condition: {id: ", {"pku"}),
        ("      - acting_medicine: {drug: ", {"levodopa", "phenelzine"}),
        ("      - adequacy: {nutrient: ", {"iron", "vitamin_b6"}),
        ("      - lab: {analyte: ", {"ferritin"}),
    ],
)
def test_names_of_entries_complete_in_rules(editor: Editor, own: Path, before: str, some: set[str]) -> None:
    """In slots that hold one."""
    head, tail = OWN.split("    unless:\n", 1)
    text = head + before + "\n" + tail
    editor.edit(own, text)
    found = editor.complete(own, end_of(text, len(head + before)))
    editor.edit(own, OWN)

    assert set() == some - found.keys()


@pytest.mark.parametrize(
    ("file", "line", "some"),
    [
        ("interactions.yaml", "  zz_row: {drugs: [", {"ssri"}),
        ("interactions.yaml", "  zz_row: {with: [", {"five_htp"}),
        ("interactions.yaml", "  zz_row: {uses_up: [", {"vitamin_b6"}),
        ("thresholds.yaml", "  zz: {source: ", {"lyons1988"}),
    ],
)
def test_names_complete_in_files_of_knowledge(editor: Editor, base: Path, file: str, line: str, some: set[str]) -> None:
    """Classes, substances, nutrients and references, also where the file is no YAML at that moment."""
    path = base / "knowledge" / file
    before = path.read_text(encoding="utf-8")
    editor.edit(path)
    editor.edit(path, before + line)
    found = editor.complete(path, end_of(before + line))
    editor.edit(path, before)
    editor.shut(path)

    assert set() == some - found.keys()


@pytest.mark.parametrize("new", ["ratio_lifted", "knowledge.thresholds.ratio_lifted"])
@pytest.mark.parametrize("begun_in", ["the rule", "the table"])
def test_a_threshold_is_renamed_in_rules_and_table(editor: Editor, base: Path, own: Path, begun_in: str, new: str) -> None:
    """The table has its name, rules its path, wherever the renaming begins and however the new name is given."""
    table = base / "knowledge" / "thresholds.yaml"
    before = table.read_text(encoding="utf-8")
    editor.edit(table)
    path, text, after = (own, OWN, "params:") if begun_in == "the rule" else (table, before, "\n  ")
    at = place(text, "plasma_ratio_raised", after=after)
    marked = editor.prepare_rename(path, at)
    texts = editor.rename(path, at, new)
    editor.shut(table)

    assert "plasma_ratio_raised" == marked.placeholder
    assert before.replace("\n  plasma_ratio_raised:", "\n  ratio_lifted:") == texts[table]
    assert OWN.replace("knowledge.thresholds.plasma_ratio_raised", "knowledge.thresholds.ratio_lifted") == texts[own]
    assert base / "rules" / "transport" / "competition-for-tryptophan.yaml" in texts
    assert [] == [path for path, one in texts.items() if "thresholds.plasma_ratio_raised" in one]


@pytest.mark.parametrize(
    ("file", "word", "new", "reason"),
    [
        ("thresholds.yaml", "coverage_limit", "cover", "the program itself reads it"),
        ("thresholds.yaml", "cofactor_far_below", "far", "rules derive"),
        ("thresholds.yaml", "plasma_ratio_raised", "coverage_limit", "there is a threshold 'coverage_limit' already"),
        ("thresholds.yaml", "plasma_ratio_raised", "ratio raised", "not a name for a threshold"),
        ("substances.yaml", "five_htp", "htp5", "cases, records and the program name it too"),
        ("references.yaml", "lyons1988", "lyons", "may cite it"),
    ],
)
def test_what_is_named_elsewhere_too_is_not_renamed(editor: Editor, base: Path, file: str, word: str, new: str, reason: str) -> None:
    """The answer is the reason."""
    path = base / "knowledge" / file
    editor.edit(path)
    with pytest.raises(JsonRpcException, match=reason):
        editor.rename(path, place(path.read_text(encoding="utf-8"), word, after="\n  "), new)
    editor.shut(path)
