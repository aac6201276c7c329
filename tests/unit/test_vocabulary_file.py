"""The vocabulary file: what is read, and that nothing in it is passed over without a word."""

from __future__ import annotations

import pytest

from neurobalance_expert.errors import InputProblems
from neurobalance_expert.source import parse_yaml
from neurobalance_expert.vocabulary import Vocabulary, parse_vocabulary

GOOD = """
vocabulary: 1
enums: {phase: [fed, night]}
relations:
  window: {reads: "window {id}", world: closed, key: [id], slots: {id: {type: id}, phase: {type: phase}}}
  condition: {closed_by: {complete: {list: conditions}}, key: [id], slots: {id: id}}
  complete: {world: closed, key: [list], slots: {list: {type: id}, yes: {type: bool}, n: {type: number, unit: kcal, resolution: 0.5}}}
  big: {from: rules, key: [of], slots: {of: {type: id}}}
"""


def parsed(text: str) -> Vocabulary:
    return parse_vocabulary(parse_yaml(text, "vocabulary.yaml"))


def test_a_vocabulary_is_read() -> None:
    """A relation is open and given by the case unless it says otherwise; the short form of a slot is its type."""
    relations = parsed(GOOD).relations

    assert sorted(relations) == ["big", "complete", "condition", "finding", "window"]
    assert (relations["condition"].open, relations["condition"].derived, relations["condition"].slots[0].kind) == (True, False, "id")
    assert relations["condition"].closed_by == ("complete", (("list", "conditions"),))
    assert relations["window"].reads == "window {id}"


def test_a_list_may_be_closed_by_a_number_or_a_truth_value() -> None:
    """true is 'true' and 2 is four steps of 0.5, as in facts."""
    closed = parsed(GOOD.replace("{list: conditions}", "{yes: true, n: 2}")).relations["condition"].closed_by

    assert closed == ("complete", (("yes", "true"), ("n", 4)))


@pytest.mark.parametrize(
    ("old", "new", "code", "what"),
    [
        ("vocabulary: 1", "vocabulary: 2", "NB-K008", "version 1"),
        ("vocabulary: 1", "vocabulry: 1", "NB-K008", "unknown key 'vocabulry'"),
        ("[fed, night]", "fed", "NB-K008", "list of different words"),
        ("[fed, night]", "[fed, fed]", "NB-K008", "list of different words"),
        ("[fed, night]", "[fed, true]", "NB-K008", "list of different words"),
        ("{phase: [fed, night]}", "{phase: [fed, night], id: [a, b]}", "NB-K008", "'id' is a type already"),
        ("closed_by", "closd_by", "NB-K008", "unknown key 'closd_by'"),
        ("resolution", "resolutoin", "NB-K008", "unknown key 'resolutoin'"),
        ("from: rules", "from: rule", "NB-K008", "must be input or rules"),
        ("key: [of]", "key: of", "NB-K008", "list of slots"),
        ("key: [of]", "key: null", "NB-K008", "list of slots"),
        ("  big:", "  finding:", "NB-K008", "part of every vocabulary"),
        ("  big:", '  "b:g":', "NB-K008", "not a name for a relation"),
        ("window {id}", "window {ident}", "NB-K008", "cannot be filled in"),
        ("world: closed, key: [id]", "meaning: one, two, world: closed, key: [id]", "NB-K008", "unknown key 'two'"),
        ("key: [of]", "key: [off]", "NB-K003", "'off' is not a slot"),
        ("{complete: {list", "{complet: {list", "NB-K009", "'complet', which is no relation"),
        ("{complete: {list", "{big: {of", "NB-K009", "which rules conclude"),
        ("{list: conditions}", "{lst: conditions}", "NB-K009", "'lst', which is no slot"),
        ("{list: conditions}", "{yes: 1}", "NB-K009", "does not fit"),
        ("{complete: {list: conditions}}", "complete", "NB-K009", "is one fact"),
        ("resolution: 0.5", 'resolution: "0.5"', "NB-K006", "a number above 0"),
        ("unit: kcal", 'unit: ""', "NB-K007", "has no unit"),
        ("type: phase", "type: phse", "NB-K005", "unknown type 'phse'"),
    ],
)
def test_each_slip_is_one_problem_with_a_fix(old: str, new: str, code: str, what: str) -> None:
    """A misspelt key would else be dropped, and 'closed_by' that names nothing would break the run."""
    assert GOOD.count(old) >= 1
    with pytest.raises(InputProblems) as error:
        parsed(GOOD.replace(old, new, 1))

    [problem] = error.value.problems
    assert (problem.code, what in problem.what, bool(problem.fix)) == (code, True, True), problem


def test_a_text_cut_in_two_by_a_comma_says_so() -> None:
    """Two meanings of the shipped vocabulary once ended at their first comma."""
    with pytest.raises(InputProblems) as error:
        parsed(GOOD.replace("world: closed, key: [id]", "meaning: A part, of the day., world: closed, key: [id]"))

    assert "in quotes" in error.value.problems[0].fix
