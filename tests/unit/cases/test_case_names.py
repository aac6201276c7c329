"""Names: exact in normal form, or a question."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from neurobalance_expert.cases.names import recognise, recognise_medicine, recognise_substance
from neurobalance_expert.cases.types import Case
from neurobalance_expert.knowledge.names_data import Names

Make = Callable[..., Case]


@pytest.mark.parametrize(
    ("written", "substance"),
    [
        ("l_tryptophan", "l_tryptophan"),
        ("L-Tryptophan", "l_tryptophan"),
        ("TRP", "l_tryptophan"),
        ("5 HTP", "five_htp"),
        ("５-HTP", "five_htp"),  # full-width digit
        ("St. John's wort", "st_johns_wort"),
        ("St John’s Wort", "st_johns_wort"),
        ("pyridoxal 5-phosphate", "vitamin_b6"),
        ("Mucuna pruriens", "levodopa_botanical"),
        ("leucine", "leucine"),
    ],
)
def test_substances_by_their_names(written: str, substance: str, names: Names) -> None:
    """Case, spaces, hyphens, dots, apostrophes and compatibility forms do not count."""
    assert (substance,) == recognise_substance(written, names).ids


@pytest.mark.parametrize(
    ("written", "ingredients"),
    [
        ("Prozac", ("fluoxetine",)),
        ("sertraline hydrochloride", ("sertraline",)),
        ("lithium carbonate", ("lithium",)),
        ("ethinyl estradiol", ("ethinyl estradiol",)),
        ("Sinemet", ("carbidopa", "levodopa")),
        ("carbidopa/levodopa", ("carbidopa", "levodopa")),
        ("levodopa and benserazide hydrochloride", ("levodopa", "benserazide")),
        ("paracetamol", ("acetaminophen",)),
        ("methylthioninium chloride", ("methylene blue",)),
    ],
)
def test_medicines_by_ingredient_brand_salt_and_combination(written: str, ingredients: tuple[str, ...], names: Names) -> None:
    """A combination gives all its ingredients."""
    assert ingredients == recognise_medicine(written, names).ids


@pytest.mark.parametrize("written", ["linеzolid", "lіthium", "ѕertraline", "linezolid\u202e", "line\u200bzolid", "linezolid\x00"])
def test_look_alikes_and_hidden_characters_are_not_recognised(written: str, names: Names) -> None:
    """Cyrillic letters (the first three hold one) and characters that do not show never match."""
    assert () == recognise_medicine(written, names).ids


@pytest.mark.parametrize(
    ("written", "question"),
    [
        ("prozak", "prozak: fluoxetine?"),
        ("sertralin", "sertralin: sertraline?"),
        ("Sinnemet", "Sinnemet: carbidopa + levodopa?"),
        ("zinc", "zinc: a supplement? Then list it under supplements."),
        ("xq", ""),
        ("x" * 200, ""),
    ],
)
def test_a_medicine_that_is_not_known_is_asked_about(written: str, question: str, names: Names) -> None:
    """Never matched, at most asked."""
    found = recognise_medicine(written, names)

    assert ((), question) == (found.ids, found.question)


def test_a_medicine_among_supplements_is_asked_about(names: Names) -> None:
    """Its place matters for the interactions."""
    assert "sertraline: a medicine? Then list it under medications." == recognise_substance("sertraline", names).question


def test_an_ambiguous_name_is_a_choice_for_the_writer(names: Names) -> None:
    """'hypertension' may be controlled or not."""
    shown = {i: c.name for i, c in names.conditions.items()}

    found = recognise("Hypertension", names.condition_names, shown)

    assert ((), "Hypertension: hypertension controlled or uncontrolled hypertension or unstable heart disease?") == (
        found.ids,
        found.question,
    )


@pytest.mark.parametrize(
    ("written", "condition"),
    [
        ("pku", "pku"),
        ("Phenylketonuria", "pku"),
        ("Parkinson's disease", "parkinson"),
        ("depression", "depression"),
        ("MTHFR C677T", "mthfr"),
    ],
)
def test_conditions_by_name(written: str, condition: str, make: Make) -> None:
    """A condition without a rule is known all the same."""
    case = make(f'conditions: [{{id: "{written}", detail: since 2020}}]')

    assert ((condition,), {condition: "since 2020"}, ()) == (case.conditions, case.condition_details, case.remarks)


def test_an_unknown_name_keeps_its_list_open(make: Make) -> None:
    """The list is said to be complete, and still cannot be checked."""
    case = make("medications: [{ingredient: wonderdrug}]\nconditions: [{id: the vapours}]")

    assert [("unrecognised", "medications"), ("missing", "medications")] == [(r.kind, r.field) for r in case.remarks if "med" in r.field][
        ::-1
    ]
    assert {"wonderdrug", "the vapours"} == {r.name for r in case.remarks if r.kind == "unrecognised"}
    assert ("the vapours",) == case.conditions


def test_a_name_with_hidden_characters_is_shown_without_them(make: Make) -> None:
    """It is refused as a name, not repaired into one."""
    case = make('medications: [{ingredient: "line\\u200bzolid"}]')

    assert [("linezolid", False)] == [(m.ingredient, m.recognised) for m in case.medications]
    assert {"invalid", "unrecognised", "missing"} == {r.kind for r in case.remarks}


def test_a_combination_is_several_medicines_of_one_line(make: Make) -> None:
    """With the times of the line; the dose of each is not known from the dose of both."""
    case = make("medications: [{ingredient: Sinemet, dose: 125, unit: mg, times: [12:00, 07:00]}]")

    assert [("carbidopa", (420, 720), None), ("levodopa", (420, 720), None)] == [
        (m.ingredient, m.times_min, m.dose_mg) for m in case.medications
    ]
    assert {0} == {m.index for m in case.medications}
