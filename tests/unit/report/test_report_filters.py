"""Numbers and ids in words, and the sandbox of rule texts."""

from __future__ import annotations

from decimal import Decimal

import pytest

from neurobalance_expert.explain import wording as filters
from neurobalance_expert.explain.wording import FILTERS, Labels, WordingError, say
from neurobalance_expert.rules import wording

LABELS = Labels(
    windows={"w2": "lunch at 12:30"},
    nutrients={"vitamin_b6": "vitamin B6"},
    substances={"bcaa": "BCAA"},
    analytes={"plasma_plp": "plasma PLP"},
)


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("{{ of | aa }} had {{ x | percent }}.", {"of": "trp", "x": Decimal("0.71")}, "Tryptophan had 71 %."),
        ("After {{ w | window }}.", {"w": "w2"}, "After lunch at 12:30."),
        (
            "{{ n | nutrient }}, {{ s | substance }}, {{ a | analyte }}",
            {"n": "vitamin_b6", "s": "bcaa", "a": "plasma_plp"},
            "Vitamin B6, BCAA, plasma PLP",
        ),
        ("{{ n | nutrient }}", {"n": "lys"}, "Lysine"),
        ("{{ s | substance }}", {"s": "five_htp"}, "5-HTP"),
        ("{{ s | substance }}", {"s": "l_tyrosine"}, "L-tyrosine"),
        ("{{ t | hours }}", {"t": Decimal("1.5")}, "1 h 30 min"),
        ("{{ d | mg }} or {{ g | grams }}", {"d": Decimal("450.000"), "g": Decimal("0.45")}, "450 mg or 0.45 g"),
        ("{{ p | enum }}, {{ b | enum }}", {"p": "not_pregnant", "b": "true"}, "Not pregnant, yes"),
        ("pH {{ x | number }}", {"x": Decimal("7.40")}, "pH 7.4"),
        ("one\n  two", {}, "One two"),
    ],
)
def test_a_rule_text_reads_as_a_sentence(text: str, values: dict[str, object], expected: str) -> None:
    """Every filter once; the first letter is large unless the word has a form of its own; line ends do not matter."""
    assert say(text, values, LABELS) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Decimal("0.710"), "0.71"),
        (Decimal("1E+3"), "1000"),
        (Decimal("-0"), "0"),
        (12.345, "12.3"),
        (0.00012345, "0.000123"),
        (1234.56, "1235"),
        (999.96, "1000"),
        (0, "0"),
        (None, "not known"),
        (float("nan"), "not known"),
    ],
)
def test_a_number_is_printed_in_plain_digits(value: object, expected: str) -> None:
    """A Decimal is exact, a float has three significant digits and all its whole ones; not known is never 0."""
    assert filters.number(value) == expected


@pytest.mark.parametrize(
    "text",
    [
        "{{ missing }}",
        "{{ missing | percent }}",
        "{{ missing | aa }}",
        "{{ x | nothing }}",
        "{{ x",
        "{{ ''.__class__ }}",
        "{{ x.__class__.__mro__ }}",
        "{{ 7 * 7 }}",
        "{{ 'a' * 1000000000 }}",
        "{{ range(9) }}",
        "{{ cycler }}",
        "{% include 'text.j2' %}",
        "{{ x() }}",
    ],
)
def test_a_rule_text_cannot_do_more_than_print(text: str) -> None:
    """Names that do not exist, attributes, calls, arithmetic, globals and other templates are errors that quote the text."""
    with pytest.raises(WordingError, match="cannot be written"):
        say(text, {"x": "value"}, LABELS)


def test_a_value_is_never_compiled() -> None:
    """A name that looks like a template is printed as it is."""
    assert say("Food {{ name }}.", {"name": "{{ 7*7 }} {% x %}"}, LABELS) == "Food {{ 7*7 }} {% x %}."


def test_no_variable_of_a_rule_can_hide_the_labels() -> None:
    """A rule variable called ``labels`` is an ordinary variable."""
    assert say("{{ labels }} {{ w | window }}", {"labels": "x", "w": "w2"}, LABELS) == "X lunch at 12:30"


def test_the_rule_checker_knows_the_filters_that_there_are() -> None:
    """A filter that the checker accepts can be printed, and the other way round."""
    assert set(FILTERS) == set(wording.FILTERS)
