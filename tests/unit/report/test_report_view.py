"""What is grouped, folded, marked and worded before a template sees it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from neurobalance_expert.outcome import Adequacy, Amount, FactLine, NotAssessed
from neurobalance_expert.report.supply import amount_text, unit_text
from neurobalance_expert.report.view import build
from tests.unit.report.sample_assessment import finding, quiet, sample, severe


def test_the_two_highest_severities_are_never_folded() -> None:
    """One contraindicated and three major findings fill the lead; the four moderate ones wait behind the fold."""
    view = build(severe())

    assert [c.severity for c in view.lead] == ["contraindicated", "major", "major", "major"]
    assert [c.severity for c in view.folded] == ["moderate"] * 4


def test_at_most_three_findings_above_minor_stand_before_the_fold() -> None:
    """Of five moderate findings three are shown, and two are one step away."""
    view = build(replace(sample(), findings=tuple(finding(f"LAB:x{i}:low", "moderate") for i in range(5))))

    assert (len(view.lead), len(view.folded)) == (3, 2)


def test_findings_come_most_severe_first_whatever_their_order() -> None:
    """The view does not rely on the order it is given, and keeps it within one severity."""
    a = sample()
    view = build(replace(a, findings=tuple(reversed(a.findings))))

    assert [c.severity for c in view.findings] == ["moderate", "minor", "minor", "info", "info"]
    assert view.worst is not None
    assert view.worst.code == "COFACTOR:iron:catecholamine"


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        (Amount(None, None, None, 0.0, "mg"), ("not known", "", "none")),
        (Amount(None, 212.0, None, 0.41, "mg"), ("not known", "at least 212 mg", "41 %")),
        (Amount(None, 0.0, None, 0.0, "mg"), ("not known", "", "none")),
        (Amount(26.1, 24.8, 557.0, 0.18, "g"), ("not known", "24.8 to 557 g", "18 %")),
        (Amount(0.0, 0.0, 0.0, 1.0, "mg"), ("0 mg", "", "all")),
        (Amount(7.4, 7.1, None, 0.88, "mg"), ("7.4 mg", "at least 7.1 mg", "88 %")),
        (Amount(2.31, 2.2, 2.6, 0.91, "ug", 0.03), ("2.31 µg", "2.2 to 2.6 µg", "91 %, ≈ 3 % imputed")),
    ],
)
def test_what_is_not_known_is_never_shown_as_zero(amount: Amount, expected: tuple[str, str, str]) -> None:
    """Value, interval and known share; only a known zero is a zero."""
    assert amount_text(amount) == expected


def test_a_total_stands_in_one_table_only() -> None:
    """What has a reference is compared there, amino acids per kg are in JSON; protein per kg and the rest stand in the totals."""
    trp = Amount(1.568, 1.5, 1.6, 0.95, "g")
    per_kg = Amount(120.0, 110.0, 130.0, 0.95, "mg/kg")
    totals = {
        "trp_g": trp,
        "lys_mg_per_kg": per_kg,
        "protein_g_per_kg": Amount(1.65, 1.6, 1.7, 1.0, "g/kg"),
        "vitamin_d_iu": Amount(134.0, 114.0, 154.0, 1.0, "iu"),
    }

    assert [(row.label, row.amount) for row in build(replace(sample(), totals=totals)).totals] == [
        ("protein per kg of body mass", "1.65 g/kg"),
        ("vitamin D", "134 IU"),
    ]


@pytest.mark.parametrize(
    ("coverage", "imputed", "expected"),
    [
        (1.0, 0.0, "all"),
        (0.998, 0.0, "99 %"),
        (0.953, 0.061, "95 %, ≈ 6 % imputed"),
        (1.0, 0.002, "all, ≈ 1 % imputed"),
        (0.002, 0.0, "0 %"),
    ],
)
def test_only_all_is_called_all(coverage: float, imputed: float, expected: str) -> None:
    """Rounding never turns a part into the whole, nor a trace of imputation into none."""
    assert amount_text(Amount(1.0, 1.0, 1.0, coverage, "g", imputed))[2] == expected


def test_the_machine_form_of_a_fact_is_printed_when_it_adds_something() -> None:
    """A sentence that names relation, slots and values is not repeated in other letters."""
    line = FactLine("cofactor_low", {"nutrient": "iron"}, "cofactor low: nutrient iron")
    other = FactLine("cofactor_low", {"nutrient": "iron"}, "Iron is low.")
    card = build(replace(sample(), findings=(finding("X:y", "minor", because=(line, other)),))).minor[0]

    assert [fact.machine for fact in card.facts] == ["", "cofactor_low(nutrient=iron)"]


def test_what_all_open_rules_say_in_common_is_said_once() -> None:
    """The shared beginning stands above the groups."""
    lines = tuple(NotAssessed(f"r{i}", f"t{i}", "", (f"not recorded: lab {i}",)) for i in range(2))
    view = build(replace(sample(), not_assessed=lines))

    assert view.open_lead == "Not recorded:"
    assert [g.missing for g in view.open_groups] == [("lab 0",), ("lab 1",)]


def test_a_share_has_the_digits_that_rules_compare() -> None:
    """318 mg over 330 mg is 0.9636: two digits, 96 %."""
    rows = {row.label: row for row in build(sample()).cofactors}

    assert rows["magnesium"].compared == (("EAR", "330 mg", "96 %", ""),)
    assert rows["copper"].compared[0][2] == "not known"


@pytest.mark.parametrize(("coverage", "share"), [(0.78, "(68 %)"), (0.49, "not known")])
def test_a_share_that_nothing_was_concluded_from_stands_in_brackets(coverage: float, share: str) -> None:
    """1.27 g over 1.86 g is 0.683; with less than half of the day known there is no share at all."""
    a = sample()
    lysine = Adequacy("lys", "lysine", "g", Amount(1.27, 1.05, 6.89, coverage, "g"), "who_mean", 1.86, None, "who2007", True)

    assert build(replace(a, adequacy=(lysine,))).precursors[0].compared == (("WHO mean", "1.86 g", share, ""),)


def test_two_references_of_one_nutrient_share_a_row_and_an_unverified_one_is_marked() -> None:
    """EAR and RDA of vitamin B6 stand together; the reference of folate carries the mark."""
    rows = {row.label: row for row in build(sample()).cofactors}

    assert [c[0] for c in rows["vitamin B6"].compared] == ["EAR", "RDA"]
    assert rows["folate"].compared[0][3] == "‡"


def test_sources_are_numbered_as_in_the_list_of_references() -> None:
    """A key that the list lacks is printed as the key."""
    a = sample()
    view = build(replace(a, findings=(finding("X:y", "minor", sources=("choi2013", "nobody1900")),)))

    assert [c.mark for c in view.minor[0].cites] == ["2", "nobody1900"]


def test_rules_that_wait_for_the_same_facts_are_grouped() -> None:
    """One vitamin B12 value would decide two rules; the larger group comes first."""
    groups = build(sample()).open_groups

    assert [len(g.rules) for g in groups] == [2, 1]
    assert groups[0].missing == ("laboratory value of vitamin B12",)


def test_the_calm_sentence_needs_an_assessed_case_without_concern() -> None:
    """It stands on the balanced day, and never where the entries could not be assessed."""
    assert build(quiet()).quiet == "No finding above information level. Silence is not a proof of adequacy."
    assert build(sample()).quiet == ""
    assert build(replace(quiet(), disposition="cannot_assess")).quiet == ""


def test_both_numbers_of_a_prediction_have_the_same_digits() -> None:
    """0.412 and 1.183 are compared as 0.41 and 1.18."""
    card = build(sample()).recommendations[0]

    assert (card.before, card.after) == ("0.41", "1.18")
    assert card.targets == (
        ("finding-2", "COMPETE:lnaa:trp", "Other LNAA leave tryptophan little of the carrier"),
        ("", "INT:bcaa_x_trp_tyr", ""),
    )


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "data:text/html,x", "https://x.org/<b>", 'https://x.org/"x', "//x.org", "https://x.org/a b"]
)
def test_a_reference_links_to_plain_web_addresses_only(link: str) -> None:
    """Anything else is left out; the citation stays."""
    a = sample()

    assert build(replace(a, references=(replace(a.references[0], link=link),))).references[0].link == ""


def test_units_are_printed_with_their_signs() -> None:
    """ug, umol and uM are written for keyboards."""
    assert [unit_text(u) for u in ("ug", "ug/L", "umol/L", "uM", "kg/m2", "1", "")] == ["µg", "µg/L", "µmol/L", "µM", "kg/m²", "", ""]


def test_a_check_of_the_record_is_not_contested_and_names_its_entry() -> None:
    """Evidence grades are for claims; two refused values must not read alike."""
    a = sample()
    refused = replace(
        a.findings[0], kind="data", evidence="D", title="A value was refused", statement="The grams of 'rice': '-5' is negative. Not used."
    )
    card = build(replace(a, findings=(refused,))).findings[0]

    assert (False, "A value was refused: The grams of 'rice': '-5' is negative") == (card.contested, card.short)


def test_what_one_rule_says_of_many_things_is_said_once() -> None:
    """Five findings for information of one rule make one line with four behind it; three stay three lines."""
    a = quiet()
    one = replace(sample().findings[-1], severity="info", rule="partly-known")
    many = tuple(replace(one, code=f"INFO:partly_known:{n}") for n in "abcde")

    lines = [build(replace(a, findings=many[:n])).info_lines for n in (5, 3)]

    assert [[4], [0, 0, 0]] == [[len(others) for _, others in line] for line in lines]
