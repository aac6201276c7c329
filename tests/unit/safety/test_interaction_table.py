"""The table of interactions is read strictly: a row that is not understood would be silent about a harm."""

from __future__ import annotations

import pytest

from neurobalance_expert.assessment import Knowledge
from neurobalance_expert.errors import InputProblems, render
from neurobalance_expert.knowledge.interactions import PATH, parse_interactions
from neurobalance_expert.source import Document, parse_yaml

FIRST = "drugs: [maoi_irreversible, maoi_reversible_a, maoi_other, maoi_herbal]\n    with: [five_htp, l_tryptophan]\n    at: any_dose"


@pytest.fixture(scope="module")
def text(root) -> str:
    """The file as it ships."""
    return (root / PATH).read_text(encoding="utf-8")


def test_the_table_that_ships_is_sound(text: str, knowledge: Knowledge) -> None:
    """Also against the columns of the food table, which is not read at every start."""
    found = parse_interactions(parse_yaml(text, PATH), knowledge.names, knowledge.references, knowledge.nutrients, knowledge.foods.columns)

    assert 85 == len({member.row.id for members in found.of.values() for member in members})


def test_every_row_says_how_sure_it_is(text: str, knowledge: Knowledge) -> None:
    """A row with a source from memory is not verified."""
    rows = [member.row for members in knowledge.interactions.of.values() for member in members]

    assert not [row.id for row in rows if row.verified and {"memory", "labels"} & set(row.sources)]
    assert {(row.origin, row.verified) for row in rows} <= {("seen", True), ("memory", False)}


@pytest.mark.parametrize(
    ("old", "new", "code", "what", "fix"),
    [
        ("drugs: [maoi_irreversible,", "drugs: [maoi_ireversible,", "NB-K081", "unknown class 'maoi_ireversible'", "maoi_irreversible"),
        ("with: [five_htp, l_tryptophan]", "with: [five_http, l_tryptophan]", "NB-K081", "unknown substance 'five_http'", "five_htp"),
        ("uses_up: [niacin]", "uses_up: [niacine]", "NB-K081", "unknown nutrient 'niacine'", "niacin"),
        ("{linezolid: major,", "{linezolide: major,", "NB-K081", "unknown ingredient 'linezolide'", "linezolid"),
        ("per: {ibandronate:", "per: {ibandronat:", "NB-K081", "unknown ingredient or substance of this row 'ibandronat'", "ibandronate"),
        ("together_with: ddc_inhibitor", "together_with: ddc_inhibitors", "NB-K081", "unknown class 'ddc_inhibitors'", "ddc_inhibitor"),
        (FIRST, FIRST.replace("at: any_dose", "at: at_once"), "NB-K080", "needs 'at'", "any_dose"),
        (FIRST, FIRST.replace("\n    at: any_dose", ""), "NB-K080", "needs 'at'", "any_dose"),
        (FIRST, FIRST + "\n    uses_up: [niacin]", "NB-K080", "needs one of 'with' and 'uses_up'", ""),
        (FIRST, FIRST + "\n    agains: [iron]", "NB-K080", "'maoi_x_serotonin_precursor' has a field 'agains', which is not read", ""),
        (FIRST, FIRST.replace("any_dose", "{above: 5}"), "NB-K080", "'unit' of", "g, mg or ug"),
        (FIRST, FIRST.replace("any_dose", "{before: 2}"), "NB-K080", "cannot be read", ""),
        (FIRST, FIRST.replace("any_dose", "{apart: -2}"), "NB-K080", "no number above 0", ""),
        (FIRST, FIRST.replace("any_dose", "{apart: 2, from: 5, above: 5, unit: mg}"), "NB-K080", "cannot be read", ""),
        (FIRST, FIRST + "\n    otherwise: {severity: minor, action: inform}", "NB-K080", "has no dose to be below", ""),
        (
            "severity: contraindicated\n    action: block_and_refer",
            "severity: contraindicted\n    action: block_and_refer",
            "NB-K080",
            "'severity' is none of",
            "contraindicated",
        ),
        ("action: block_and_refer", "action: block", "NB-K080", "'action' is none of", ""),
        (
            "    evidence: B\n    sources: [selegiline_info, fda",
            "    sources: [selegiline_info, fda",
            "NB-K080",
            "has no evidence",
            "add the missing fields",
        ),
        (
            "sources: [selegiline_info, fda_mb",
            "sources: [selegilin_info, fda_mb",
            "NB-K012",
            "unknown reference 'selegilin_info'",
            "selegiline_info",
        ),
        ("verified: true", "verified: perhaps", "NB-K080", "'verified' is none of true, false", ""),
        ("protein_g: 15", "protein_g: much", "NB-K080", "'protein_g' of 'protein_meal' must be a number", ""),
        ("column: caffeine_mg", "column: caffein_mg", "NB-K081", "unknown column 'caffein_mg'", "caffeine_mg"),
        ("[aspartame, nutrasweet,", "[aspartame, a very long wording here,", "NB-K080", "has no words or too many", ""),
        ("classes: [maoi_irreversible,", "classes: [maois,", "NB-K081", "unknown class 'maois'", ""),
    ],
)
def test_a_slip_is_a_problem_with_its_place(text: str, knowledge: Knowledge, old: str, new: str, code: str, what: str, fix: str) -> None:
    """One slip in the file that ships; the message has its line and the nearest name."""
    assert old in text
    problem = _problem(parse_yaml(text.replace(old, new, 1), PATH), knowledge)

    assert (code, PATH) == (problem.code, problem.at and problem.at.file)
    assert what in problem.what
    assert fix in problem.fix


def test_a_message_shows_the_line(text: str, knowledge: Knowledge) -> None:
    """What, where, why and how to mend it."""
    document = parse_yaml(text.replace("with: [five_htp, l_tryptophan]", "with: [five_http, l_tryptophan]", 1), PATH)
    line = text[: text.index("with: [five_htp, l_tryptophan]")].count("\n") + 1
    pad = " " * len(str(line))

    assert render(_problem(document, knowledge), {PATH: document.text}).splitlines() == [
        "error[NB-K081]: unknown substance 'five_http'",
        f"  --> {PATH}:{line}:12",
        f"{pad} |",
        f"{line} |     with: [five_http, l_tryptophan]",
        f"{pad} |            ^^^^^^^^^",
        "   = why: a row about a name that nothing else uses would never speak",
        "   = fix: did you mean 'five_htp'?",
    ]


def test_an_empty_file_is_several_problems(knowledge: Knowledge) -> None:
    """Every section that is not there is named at once."""
    with pytest.raises(InputProblems) as raised:
        parse_interactions(parse_yaml("schema: neurobalance/interactions/1\n", PATH), knowledge.names, knowledge.references)

    assert {"foods", "groups", "interactions"} <= {word.split("'")[1].strip(":") for word in (p.what for p in raised.value.problems)}


def _problem(document: Document, knowledge: Knowledge):
    with pytest.raises(InputProblems) as raised:
        parse_interactions(document, knowledge.names, knowledge.references, knowledge.nutrients, knowledge.foods.columns)
    return raised.value.problems[0]
