"""Every capability of the server, asked by a real client over standard input and output."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from neurobalance_expert.editing.canonical import format_text
from neurobalance_expert.lint.run import LINTS
from neurobalance_expert.lsp.workspace import Workspace
from tests.unit.lsp.conftest import OWN
from tests.unit.lsp.editor import Editor, apply, cut, end_of, place, shown

REFUSED = -32803


def test_what_the_server_offers(editor: Editor) -> None:
    """Positions in UTF-16, whole documents, and the command that runs tests."""
    offered = editor.answer.capabilities

    assert ("utf-16", types.TextDocumentSyncKind.Full) == (offered.position_encoding, offered.text_document_sync.change)  # type: ignore[union-attr]
    assert offered.execute_command_provider is not None
    assert ["neurobalance.runTests"] == list(offered.execute_command_provider.commands)
    assert isinstance(offered.rename_provider, types.RenameOptions)
    assert offered.rename_provider.prepare_provider


# --- problems -----------------------------------------------------------------------------------------------------


def test_a_problem_is_told_at_its_place_with_reason_and_remedy(editor: Editor, own: Path) -> None:
    """The reference stands behind µ, – and an emoji in its line; the range covers it and nothing else."""
    text = OWN.replace("lyons1988", "lyons1989")
    (found,) = editor.edit(own, text)
    editor.edit(own, OWN)

    assert ("NB-R033", types.DiagnosticSeverity.Error, "neurobalance") == (found.code, found.severity, found.source)
    assert "lyons1989" == cut(text, found.range)
    assert "unknown reference 'lyons1989'" in found.message
    assert "fix: did you mean 'lyons1988'?" in found.message
    assert found.code_description is not None
    assert found.code_description.href.endswith("docs/errors.md#nb-r033-an-unknown-reference")


def test_further_places_are_told_with_a_problem(editor: Editor, own: Path) -> None:
    """A rule with an id that another file has points at that file."""
    found = editor.edit(own, OWN.replace("second-rule", "bcaa-close-to-5htp"))
    editor.edit(own, OWN)
    (twice,) = [d for d in found if d.code == "NB-R070"]

    assert twice.related_information is not None
    assert "first defined here" == twice.related_information[0].message


def test_missing_tests_are_warnings(editor: Editor, own: Path) -> None:
    """Without the test on the exception it is said that none is blocked by it."""
    text = "\n".join(line for line in OWN.split("\n") if "the other" not in line)
    found = editor.edit(own, text)
    editor.edit(own, OWN)

    assert [("NB-R082", types.DiagnosticSeverity.Warning)] == [(d.code, d.severity) for d in found]


def test_yaml_that_is_broken_while_typing_is_one_problem(editor: Editor, own: Path) -> None:
    """The rules of other files do not miss those of the broken one, and the server goes on."""
    broken = OWN.replace("{of: trp, window: $w, vs_fasting", "{of: [trp, window: $w, vs_fasting")
    found = editor.edit(own, broken)
    elsewhere = [d for uri, told in editor.problems.items() if uri != own.as_uri() for d in told.diagnostics]
    mended = editor.edit(own, OWN)

    assert ["NB-S003"] == [d.code for d in found]
    assert ([], []) == (elsewhere, mended)


def test_what_the_vocabulary_loses_is_told_in_the_rules(editor: Editor, base: Path, own: Path) -> None:
    """Unsaved text counts: a value that the vocabulary no longer has is a problem in every rule file that says it."""
    vocabulary = base / "knowledge" / "vocabulary.yaml"
    text = vocabulary.read_text(encoding="utf-8")
    editor.edit(vocabulary, text.replace("phase: [fed, fasting, night]", "phase: [eating, fasting, night]"))
    told = {d.code for d in editor.of(own)}
    editor.edit(vocabulary, text)

    assert {"NB-R013"} == told
    assert [] == editor.of(own)


@pytest.mark.parametrize(
    ("file", "old", "new", "code"),
    [
        ("thresholds.yaml", "source: policy", "source: polcy", "NB-K012"),
        ("policy.yaml", "disposition: caution_refer", "disposition: caution", "NB-K018"),
        ("network/reactions/serotonin.yaml", "trp + bh4 + o2 -> htp5", "trp + o2 -> htp5", "NB-M020"),
        ("studies/lyons1988.yaml", "sex: both", "sex: bth", "NB-M032"),
        ("derivation.yaml", "trp", "trpp", "NB-K050"),
        ("transporters/LAT1.yaml", "unit: uM", "unit: kg", "NB-K013"),
    ],
)
def test_tables_are_checked_by_their_readers(editor: Editor, base: Path, file: str, old: str, new: str, code: str) -> None:
    """As they are typed: unknown sources and words, an equation that does not balance, another unit."""
    path = base / "knowledge" / file
    text = path.read_text(encoding="utf-8")
    told = editor.edit(path, text.replace(old, new, 1))
    mended = editor.edit(path, text)
    editor.shut(path)

    assert code in {d.code for d in told}
    assert [] == mended


def test_a_slip_can_be_mended_with_one_key(editor: Editor, own: Path) -> None:
    """The word that was meant replaces the one that stands there, quotes and all around it stay."""
    text = OWN.replace("ref: lyons1988", 'ref: "lyons1989"')
    (told,) = editor.edit(own, text)
    params = types.CodeActionParams(types.TextDocumentIdentifier(own.as_uri()), told.range, types.CodeActionContext([told]))
    (action,) = editor.wait(editor.client.text_document_code_action_async(params)) or []
    editor.edit(own, OWN)

    assert isinstance(action, types.CodeAction)
    assert action.edit is not None
    assert OWN.replace("ref: lyons1988", 'ref: "lyons1988"') == apply(text, (action.edit.changes or {})[own.as_uri()])


def test_a_file_that_is_no_text_is_a_problem_of_its_own(editor: Editor, base: Path) -> None:
    """It is told when the editor says that files changed, and taken back when the file is gone."""
    binary = base / "rules" / "transport" / "binary.yaml"
    changed = types.DidChangeWatchedFilesParams([types.FileEvent(binary.as_uri(), types.FileChangeType.Created)])
    binary.write_bytes(b"\x89PNG\r\n\x1a\n\xff\xfe")
    editor.client.workspace_did_change_watched_files(changed)
    editor.until(lambda: editor.of(binary) != [])
    told = editor.of(binary)
    binary.unlink()
    editor.client.workspace_did_change_watched_files(changed)
    editor.until(lambda: editor.of(binary) == [])

    assert ["NB-S002"] == [d.code for d in told]


# --- meaning ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "after", "told"),
    [
        ("plasma_ratio", "when:", ("(relation)", "Given by case and model", "Open world")),
        ("vs_fasting", "when:", ("plasma_ratio.vs_fasting", "a number in '1'", "rounded to 0.01")),
        ("$low", "above:", ("(parameter)", "knowledge.thresholds.plasma_ratio_raised", "= 1.10 1", "not verified", "Step")),
        ("low", "over {{", ("(parameter)", "plasma_ratio_raised")),
        ("lyons1988", "evidence:", ("(reference)", "Am J Clin Nutr", "https://")),
        ("first-rule", "overrides:", ("(rule)", "µg – 😀 of tryptophan", "INFO:first", "6 tests")),
        ("fed", "when:", ("a value of `phase`", "`night`")),
        ("INFO:first", "exclusive:", ("(code of a finding)", "`first-rule`")),
        ("percent", "say:", ("filter for a number", "percentage")),
        ("$w", "then:", ("variable of `first-rule`", "Bound by `window`")),
        ("other", "phenylketonuria}}", ("condition over `condition` in `unless`",)),
        ("just over – 😀", "like:", ("test of `first-rule`", "expects fired")),
    ],
)
def test_hovering_tells_what_a_name_means(editor: Editor, own: Path, word: str, after: str, told: tuple[str, ...]) -> None:
    """The place is that of the word, whatever stands before it in its line."""
    shown_there = editor.hover(own, place(OWN, word, after=after))

    assert [] == [part for part in told if part not in shown_there]


def test_nothing_is_told_of_what_has_no_meaning(editor: Editor, own: Path) -> None:
    """A comment."""
    assert "" == editor.hover(own, place(OWN, "before"))


# --- places -------------------------------------------------------------------------------------------------------


OWN_FILE, VOCABULARY = "rules/transport/own.yaml", "knowledge/vocabulary.yaml"
REFERENCES, THRESHOLDS = "knowledge/references.yaml", "knowledge/thresholds.yaml"


@pytest.mark.parametrize(
    ("word", "after", "file", "there"),
    [
        ("first-rule", "overrides:", OWN_FILE, ["- id: first-rule"]),
        ("lyons1988", "evidence:", REFERENCES, ["\n  lyons1988:"]),
        ("$low", "above:", THRESHOLDS, ["\n  plasma_ratio_raised:"]),
        ("knowledge.thresholds.plasma_ratio_raised", "params:", THRESHOLDS, ["\n  plasma_ratio_raised:"]),
        ("plasma_ratio", "when:", VOCABULARY, ["\n  plasma_ratio:"]),
        ("vs_fasting", "plasma_ratio.", VOCABULARY, ["\n  plasma_ratio:", "vs_fasting:"]),
        ("fed", "when:", VOCABULARY, ["\n  phase:", "fed"]),
        ("$w", "then:", OWN_FILE, ["when:", "$w"]),
        ("ratio", "😀 {{", OWN_FILE, ["bind: $ratio"]),
        ("other", "phenylketonuria}}", OWN_FILE, ["as: other"]),
        ("just over – 😀", "like:", OWN_FILE, ["tests:", "just over"]),
        ("INFO:first", "exclusive:", OWN_FILE, ['code: "INFO:first"']),
    ],
)
def test_the_definition_of_a_name(editor: Editor, base: Path, own: Path, word: str, after: str, file: str, there: list[str]) -> None:
    """It stands where ``there`` leads, one text after the other, across rules, vocabulary and knowledge."""
    text = (base / file).read_text(encoding="utf-8")
    at = 0
    for part in there:
        at = text.index(part, at) + len(part)

    assert [f"{Path(file).name}:{text.count(chr(10), 0, at) + 1}"] == editor.definition(own, place(OWN, word, after=after))


def test_the_declaration_of_a_parameter_is_in_its_rule(editor: Editor, own: Path) -> None:
    """Where the definition leads to the number."""
    line, character = place(OWN, "$low", after="above:")
    params = types.DeclarationParams(types.TextDocumentIdentifier(own.as_uri()), types.Position(line, character))
    (found,) = editor.wait(editor.client.text_document_declaration_async(params))  # type: ignore[union-attr]

    assert f"own.yaml:{OWN[: OWN.index('params:')].count(chr(10)) + 1}" == shown(found)


def test_all_references_of_a_threshold(editor: Editor, base: Path, own: Path) -> None:
    """Its entry, and each rule that names it, shipped ones too."""
    found = editor.references(own, place(OWN, "knowledge.thresholds.plasma_ratio_raised"))
    files = {shown(location).rpartition(":")[0] for location in found}

    assert {"thresholds.yaml", "own.yaml", "competition-for-tryptophan.yaml"} <= files


def test_all_references_of_a_variable_stay_in_its_rule(editor: Editor, own: Path) -> None:
    """Two conditions, the conclusion, the wording and a test; the other rule has a $w of its own."""
    found = editor.references(own, place(OWN, "$w", after="then:"))

    assert ["w"] * 5 == [cut(OWN, location.range) for location in found]


# --- completion ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "some"),
    [
        ("      - pla", {"plasma_ratio", "window"}),
        ("      - plasma_ratio: {", {"of", "window", "vs_fasting"}),
        ("      - window: {id: $w, phase: ", {"fed", "fasting", "night", "$w"}),
        ("      - plasma_ratio: {vs_fasting: {above: $", {"$low"}),
        ("      - plasma_ratio: {vs_fasting: {", {"below", "at_most", "above", "at_least", "bind"}),
        ("    overrides: [", {"second-rule", "bcaa-close-to-5htp"}),
        ("    evidence: [{ref: lyo", {"lyons1988"}),
        ("    params: {low: knowledge.", {"knowledge.thresholds.plasma_ratio_raised"}),
        ("    severity: ", {"info", "contraindicated"}),
        ("    status: ", {"draft", "stable"}),
        ('    say: "µ – 😀 {{ ratio | ', {"percent", "window"}),
        ('    say: "µ – 😀 {{ ', {"ratio", "w", "low"}),
        ("    tests:\n      - {name: x, like: ", {"just over – 😀", "at it"}),
        ("    tests:\n      - {name: x, expect: {blocked: ", {"plasma_ratio", "other", "window"}),
        ("    tests:\n      - {name: x, change: {plasma", {"plasma_ratio.vs_fasting", "plasma_ratio"}),
        ("    concludes: {", {"cofactor_low"}),
        ("    sta", {"status", "say", "when"}),
    ],
)
def test_what_may_be_typed(editor: Editor, own: Path, before: str, some: set[str]) -> None:
    """Also where the file is no YAML at that moment; what was typed of the word is replaced."""
    head, tail = OWN.split("    unless:\n", 1)
    text = head + before + "\n" + tail
    editor.edit(own, text)
    offset = len(head + before)
    found = editor.complete(own, end_of(text, offset))
    editor.edit(own, OWN)

    assert set() == some - found.keys()


def test_nothing_is_proposed_in_a_comment(editor: Editor, own: Path) -> None:
    """Beside a key and on a line of its own."""
    text = OWN.replace("status: experimental", "status: experimental # st", 1)
    editor.edit(own, text)
    found = [editor.complete(own, end_of(text, text.index(part) + len(part))) for part in ("# st", "# µ")]
    editor.edit(own, OWN)

    assert [{}, {}] == found


def test_a_proposal_replaces_what_was_typed(editor: Editor, own: Path) -> None:
    """'lyo' becomes the key of the reference, not 'lyolyons1988'."""
    text = OWN.replace("ref: lyons1988", "ref: lyo")
    editor.edit(own, text)
    found = editor.complete(own, end_of(text, text.index("ref: lyo") + len("ref: lyo")))["lyons1988"]
    editor.edit(own, OWN)

    assert isinstance(found.text_edit, types.TextEdit)
    assert ("lyo", "lyons1988") == (cut(text, found.text_edit.range), found.text_edit.new_text)
    assert found.detail is not None
    assert "Lyons PM" in found.detail


# --- renaming -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def checked(base: Path) -> Workspace:
    """The copy, to be checked with other texts."""
    documents = Workspace(base)
    assert documents.base(base).view().errors == ()
    return documents


@pytest.mark.parametrize(
    ("word", "after", "new", "gone", "there"),
    [
        ("first-rule", "- id:", "renamed-rule", "first-rule", "overrides: [renamed-rule]"),
        ("$ratio", "bind:", "share", "ratio |", "{{ share | percent }}"),
        ("low", "params:", "floor", "$low", "above: $floor"),
        ("just over – 😀", "name:", "yes: a – 😀", "just over", 'like: "yes: a – 😀"'),
        ("at ten", "name:", "plain", "at ten", "like: plain,"),
        ("other", "as:", "pku", "blocked: other", "blocked: pku"),
        ("$w", "then:", "eaten", "$w", "expect: {fired: {eaten: w2}}"),
    ],
)
def test_a_renaming_leaves_the_set_as_it_was(
    editor: Editor, checked: Workspace, base: Path, own: Path, word: str, after: str, new: str, gone: str, there: str
) -> None:
    """Every place changes with it, quotes are set where YAML needs them, and nothing is wrong afterwards."""
    texts = editor.rename(own, place(OWN, word, after=after), new)
    checked.put(own.as_posix(), texts[own])
    view = checked.base(base).view()

    assert {own} == texts.keys()
    assert there in texts[own]
    assert gone not in texts[own]
    assert ((), ()) == (view.errors, view.advice)


def test_a_variable_is_renamed_in_the_rules_that_share_it_by_an_override(editor: Editor, own: Path) -> None:
    """Overriding compares $w of both rules by name, so it changes in both."""
    text = editor.rename(own, place(OWN, "$w", after="then:"), "$eaten")[own]

    assert (6, 0) == (text.count("$eaten"), text.count("$w"))


@pytest.mark.parametrize(
    ("old", "new", "word", "name", "reason"),
    [
        ("overrides: [first-rule]", "overrides: [first-rule, lat1-meal-lowers-the-share-of-trp]", "$w", "eaten", "rules derive"),
        ("protein_g: {at_least: 10}", "protein_g: {bind: $grams, at_least: 10}", "$ratio", "grams", "they would be compared"),
    ],
)
def test_a_renaming_never_changes_what_an_override_compares(
    editor: Editor, own: Path, old: str, new: str, word: str, name: str, reason: str
) -> None:
    """Not where the other rule is written by the model, and not so that two variables begin to share a name."""
    text = OWN.replace(old, new)
    editor.edit(own, text)
    with pytest.raises(JsonRpcException, match=reason):
        editor.rename(own, place(text, word, after="when:"), name)
    editor.edit(own, OWN)


def test_a_rule_is_renamed_in_every_file(editor: Editor, base: Path, own: Path) -> None:
    """The override in the open file and the rule in its own one."""
    text = OWN.replace("overrides: [first-rule]", "overrides: [first-rule, bcaa-close-to-5htp]")
    editor.edit(own, text)
    edit = editor.wait(
        editor.client.text_document_rename_async(
            types.RenameParams(
                types.TextDocumentIdentifier(own.as_uri()), types.Position(*place(text, "bcaa-close-to-5htp")), "bcaa-near-5htp"
            )
        )
    )
    editor.edit(own, OWN)

    assert edit is not None
    assert {own.as_uri(), (base / "rules" / "transport" / "competition-for-5htp.yaml").as_uri()} == set(edit.changes or {})


@pytest.mark.parametrize(
    ("word", "after", "new", "reason"),
    [
        ("first-rule", "- id:", "First Rule", "small letters"),
        ("first-rule", "- id:", "second-rule", "there is a rule 'second-rule' already"),
        ("$ratio", "bind:", "w", "has a variable '$w' already"),
        ("$ratio", "bind:", "low", "has a parameter 'low' already"),
        ("$ratio", "bind:", "2nd", "not a name for a variable"),
        ("low", "params:", "ratio", "has a variable '$ratio' already"),
        ("at it", "name:", "not known", "has a test 'not known' already"),
        ("other", "as:", "window", "has a condition 'window' already"),
    ],
)
def test_a_bad_name_is_refused_with_the_reason(editor: Editor, own: Path, word: str, after: str, new: str, reason: str) -> None:
    """The answer is an error with a sentence, and no edit."""
    with pytest.raises(JsonRpcException, match=reason.replace("$", r"\$")) as refused:
        editor.rename(own, place(OWN, word, after=after), new)

    assert REFUSED == refused.value.code


@pytest.mark.parametrize(
    ("word", "after", "reason"),
    [
        ("plasma_ratio", "when:", "relations are named by the program"),
        ("INFO:first", "code:", "codes are stable"),
        ("lyons1988", "evidence:", "may cite it"),
        ("fed", "when:", "values are given by the program"),
        ("plasma_ratio", "blocked:", "write 'as:'"),
    ],
)
def test_what_cannot_be_renamed_says_why_beforehand(editor: Editor, own: Path, word: str, after: str, reason: str) -> None:
    """Before the editor asks for the new name."""
    with pytest.raises(JsonRpcException, match=reason):
        editor.prepare_rename(own, place(OWN, word, after=after))


def test_what_can_be_renamed_is_marked_beforehand(editor: Editor, own: Path) -> None:
    """The range without the dollar sign, behind an emoji."""
    found = editor.prepare_rename(own, place(OWN, "ratio", after="😀 {{"))

    assert ("ratio", "ratio") == (cut(OWN, found.range), found.placeholder)


def test_a_derived_rule_keeps_its_name(editor: Editor, base: Path) -> None:
    """The next 'rules derive' would undo the change."""
    derived = base / "rules" / "derived" / "carriers.yaml"
    text = derived.read_text(encoding="utf-8")
    editor.edit(derived)
    with pytest.raises(JsonRpcException, match="rules derive"):
        editor.prepare_rename(derived, end_of(text, text.index("- id: ") + len("- id: x")))
    editor.shut(derived)


# --- tests --------------------------------------------------------------------------------------------------------


def test_lenses_run_the_tests_of_a_rule_and_tell_what_came_out(editor: Editor, own: Path) -> None:
    """A test that fails is a problem at its name and says what came out, until the rule changes; then nothing is claimed any more."""
    text = OWN.replace("expect: {unknown: [plasma_ratio]}", "expect: fired")
    editor.edit(own, text)
    before = [lens.command.title for lens in editor.lenses(own) if lens.command]
    editor.messages.clear()
    answer = editor.run(editor.lenses(own)[0])
    (failed,) = [d for d in editor.of(own) if d.source == "neurobalance test"]
    after = [lens.command.title for lens in editor.lenses(own) if lens.command]
    editor.edit(own, OWN)

    assert ["run 6 tests", *["run"] * 6, "run 3 tests", *["run"] * 3] == before
    assert ["not known"] == [test["test"] for test in answer["tests"] if not test["passed"]]
    assert "not known" == cut(text, failed.range)
    assert "expected fired, got unknown for want of 'plasma_ratio'" in failed.message
    assert ("run 6 tests: 1 failed, 5 passed", "run: passed") == tuple(after[:2])
    assert after[4].startswith("run: failed, got unknown for want of 'plasma_ratio'")
    assert [types.MessageType.Warning] == [message.type for message in editor.messages]
    assert "run 6 tests" == next(lens.command.title for lens in editor.lenses(own) if lens.command)


def test_one_test_is_run_alone(editor: Editor, own: Path) -> None:
    """The others stay as they were: not run."""
    answer = editor.run(editor.lenses(own)[2])
    titles = [lens.command.title for lens in editor.lenses(own) if lens.command]
    editor.edit(own, OWN)

    assert [("at it", True)] == [(test["test"], test["passed"]) for test in answer["tests"]]
    assert ["run", "run: passed", "run"] == titles[1:4]


def test_a_draft_can_be_tried_and_a_rule_with_problems_cannot(editor: Editor, own: Path) -> None:
    """The lens says which it is."""
    draft = OWN.replace("status: experimental", "status: draft", 1)
    editor.edit(own, draft)
    lens = editor.lenses(own)[0]
    answer = editor.run(lens)
    editor.edit(own, OWN.replace("phase: fed}\n      - plasma", "phase: fedd}\n      - plasma"))
    broken = editor.lenses(own)[0]
    editor.edit(own, OWN)

    assert lens.command is not None
    assert "run 6 tests (status draft: the rule does not run)" == lens.command.title
    assert [True] * 6 == [test["passed"] for test in answer["tests"]]
    assert broken.command is not None
    assert ("has problems: its tests cannot be run", "") == (broken.command.title, broken.command.command)


# --- layout and lints ---------------------------------------------------------------------------------------------


def test_a_rule_file_is_laid_out_as_rules_fmt_does(editor: Editor, own: Path) -> None:
    """One edit of the whole document; a file that cannot be read stays as it is."""
    editor.edit(own)
    (edit,) = editor.formatting(own)
    editor.edit(own, "rules: [")
    broken = editor.formatting(own)
    editor.edit(own, OWN)

    assert (format_text(OWN), []) == (apply(OWN, [edit]), broken)


def test_lints_are_told_beside_the_problems_unless_they_are_turned_off(editor: Editor, base: Path, own: Path) -> None:
    """A condition that stands twice is a warning, a reference of no use to the reader a hint; with --no-lints neither is told."""
    twice = OWN.replace("      - window: {id: $w, phase: fed}\n      - meal", "      - window: {id: $w, phase: fed}\n" * 2 + "      - meal")
    twice = twice.replace(
        "      - window: {id: $w, phase: fed}\n      - meal", "      - {as: again, window: {id: $w, phase: fed}}\n      - meal"
    )
    with_lints = Editor(folder=base, lints=True)
    found = {d.code: d.severity for d in with_lints.edit(own, twice)}
    with_lints.close()
    without = {str(d.code) for d in editor.edit(own, twice)}
    editor.edit(own, OWN)

    assert types.DiagnosticSeverity.Warning == found["NB-L004"]
    assert {types.DiagnosticSeverity.Information} == {
        level for code, level in found.items() if LINTS.get(str(code)) and LINTS[str(code)].level == "info"
    }
    assert not without & LINTS.keys()


# --- outline ------------------------------------------------------------------------------------------------------


def test_the_outline_has_rules_with_conditions_and_tests(editor: Editor, own: Path) -> None:
    """Names and the place of each."""
    first, second = editor.symbols(own)

    assert ["first-rule", "second-rule"] == [first.name, second.name]
    assert ["window", "plasma_ratio", "other"] == [child.name for child in first.children[:3]]
    assert "just over – 😀" == first.children[3].name
    assert '"just over – 😀"' == cut(OWN, first.children[3].selection_range)
    assert first.range.end.line < second.range.start.line


def test_the_outline_of_the_vocabulary_has_relations_with_slots(editor: Editor, base: Path) -> None:
    """Below their section."""
    vocabulary = base / "knowledge" / "vocabulary.yaml"
    editor.edit(vocabulary)
    _, enums, relations = editor.symbols(vocabulary)

    assert ("enums", "relations") == (enums.name, relations.name)
    assert ["years"] == [slot.name for relation in relations.children if relation.name == "age" for slot in relation.children]
