"""Every cell of the table speaks at its trigger and is silent one step away; what must never be missed also by every other name."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from neurobalance_expert.assessment import Knowledge
from neurobalance_expert.facts.interactions import washout_days
from neurobalance_expert.knowledge.policy import rank
from neurobalance_expert.source import load
from tests.unit.safety.cells import FOODS, Cell, all_cells, case, findings, missed, person, reached

PAIRS = (  # supplements without a medicine
    *(("stack_serotonergic", pair) for pair in ("five_htp l_tryptophan", "five_htp same", "five_htp st_johns_wort", "l_tryptophan same")),
    *(("stack_serotonergic", pair) for pair in ("l_tryptophan st_johns_wort", "same st_johns_wort")),
    *(("bcaa_x_trp_tyr", pair) for pair in ("bcaa l_tryptophan", "bcaa five_htp", "bcaa l_tyrosine")),
    *(("mucuna_x_b6", pair) for pair in ("levodopa_botanical vitamin_b6", "levodopa_botanical five_htp")),
)
PAIR_SEVERITY = {"stack_serotonergic": "major", "bcaa_x_trp_tyr": "minor", "mucuna_x_b6": "major"}
COUNTED_BY_THE_REVIEW = 1009
ADDED_SINCE = {"selegiline_patch_x_tyramine", "ppi_mg_beside_diuretic_or_digoxin", "amiloride_x_zinc"}
SPLIT_SINCE = "selegiline transdermal"  # one ingredient with selegiline in the review
SEDATIVES_BESIDE_GABAPENTIN = 10  # the review counted the whole class of a row that holds for gabapentin alone


def rows(root) -> tuple[str, ...]:
    """Ids of all rows."""
    return tuple(load(root / "knowledge" / "interactions.yaml").data["interactions"])


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test a row: a thousand tests would take longer to name than to run."""
    if "row" in metafunc.fixturenames:
        metafunc.parametrize("row", rows(metafunc.config.rootpath))


@pytest.fixture(scope="module")
def by_row(knowledge: Knowledge) -> dict[str, list[Cell]]:
    """Cells of each row."""
    found: dict[str, list[Cell]] = {}
    for cell in all_cells(knowledge):
        found.setdefault(cell.member.row.id, []).append(cell)
    return found


def test_there_are_as_many_cells_as_the_review_counted(knowledge: Knowledge) -> None:
    """A depletion is one cell of its ingredient, and levodopa one ingredient: 999 cells, and 10 that the review counted too much."""
    cells = {(c.member.row.id, c.drug, "" if c.member.row.trigger.kind == "depletion" else c.partner) for c in all_cells(knowledge)}
    reviewed = {cell for cell in cells if cell[0] not in ADDED_SINCE and cell[1] != SPLIT_SINCE}

    assert len(reviewed) + SEDATIVES_BESIDE_GABAPENTIN == COUNTED_BY_THE_REVIEW
    assert len(PAIRS) == 11


def test_a_cell_speaks_at_its_trigger(row: str, by_row: dict[str, list[Cell]], knowledge: Knowledge) -> None:
    """At the trigger, with an unknown dose and at an unknown time; never below the severity of the row."""
    silent = [
        (cell.drug, cell.partner, data)
        for cell in by_row[row]
        for data in reached(cell, knowledge)
        if not _speaks(findings(data, knowledge), cell.code, cell.severity)
    ]

    assert silent == []


def test_a_cell_is_silent_one_step_away(row: str, by_row: dict[str, list[Cell]], knowledge: Knowledge) -> None:
    """The washout is over, the dose is not reached, the hours are kept. A row with a milder step below its dose says that instead."""
    told = []
    for cell in by_row[row]:
        milder = cell.member.row.otherwise
        for n, data in enumerate(missed(cell, knowledge)):
            said = [f for f in findings(data, knowledge) if f[0] == cell.code and _is_about(f[2], cell)]
            if milder and n > 0:
                said = [f for f in said if f[1] != milder[0]]
            told += [(cell.drug, cell.partner, data, said)] if said else []

    assert told == []


def test_a_contraindicated_cell_speaks_by_every_name(row: str, by_row: dict[str, list[Cell]], knowledge: Knowledge) -> None:
    """Every synonym and brand of the medicine, every name of the substance and of what hides it, and the last day of the washout."""
    silent = [
        (cell.drug, cell.partner, data)
        for cell in by_row[row]
        if cell.severity == "contraindicated"
        for data in _by_other_names(cell, knowledge)
        if not _speaks(findings(data, knowledge), cell.code, cell.severity)
    ]

    assert silent == []


@pytest.mark.parametrize(("code", "pair"), PAIRS)
def test_a_pair_of_supplements_speaks(code: str, pair: str, knowledge: Knowledge) -> None:
    """Both at the same minute; one of them alone is silent."""
    both = [{"time": "08:00", "substance": name, "dose": 1, "unit": "mg"} for name in pair.split()]

    assert _speaks(findings(person([], both, []), knowledge), f"INT:{code}", PAIR_SEVERITY[code])
    for one in both:
        assert [] == [f for f in findings(person([], [one], []), knowledge) if f[0] == f"INT:{code}"]


def test_food_is_no_supplement_of_its_amino_acids(knowledge: Knowledge) -> None:
    """Turkey, eggs and milk beside each medicine: no finding about an amino acid or its mixtures."""
    isolated = {s.id for s in knowledge.names.substances.values() if s.pathway or s.kind in ("competitor", "amino acid", "methylation")}
    foods = [
        {
            "time": "18:00",
            "name": "eaten",
            "grams": 300,
            "composition": {"protein_g": 60, "amino_acids_g": {"trp": 0.7, "tyr": 2.1, "phe": 2.5}},
        }
    ]
    said = [
        (drug, f)
        for drug in knowledge.interactions.of
        for f in findings(person(foods, [], [{"ingredient": drug, "times": ["08:00"]}]), knowledge)
        if f[0].startswith("INT:") and f[2] in isolated
    ]

    assert said == []


def test_an_unrelated_medicine_says_nothing_of_any_substance(knowledge: Knowledge) -> None:
    """Paracetamol beside each of them; it says that there is no rule about it."""
    taken = [{"time": "08:00", "substance": s, "dose": 1, "unit": "mg"} for s in knowledge.names.substances]
    pairs = {f"INT:{code}" for code, _ in PAIRS}
    alone = {f for one in taken for f in findings(person([], [one], [{"ingredient": "paracetamol"}]), knowledge)}

    assert [] == [f for f in alone if f[0].startswith("INT:") and f[0] not in pairs]
    assert "INFO:no_interaction_rule" in {f[0] for f in alone}


def _speaks(said: list[tuple[str, str, str]], code: str, severity: str) -> bool:
    return any(f[0] == code and rank(f[1]) >= rank(severity) for f in said)


def _is_about(about: str, cell: Cell) -> bool:
    return about in (cell.partner, "medications")


def _by_other_names(cell: Cell, knowledge: Knowledge) -> Iterator[dict]:
    last_day = washout_days(cell.drug, knowledge.names.medicine_classes) - 1
    medicines, substances = knowledge.names.medicine_names, knowledge.names.substance_names
    drugs = [medicines.spelled[key] for key, ids in medicines.exact.items() if cell.drug in ids]
    known = knowledge.names.substances
    hiding = {s.id for s in known.values() if s.id == cell.partner or cell.partner in (*s.contains, *s.member_of)}
    taken = [substances.spelled[key] for key, ids in substances.exact.items() if hiding.intersection(ids)]
    if cell.partner in FOODS:
        taken = [word for sign in knowledge.food_signs if sign.id == cell.partner for word in sign.words]
    yield case(cell, knowledge, None, drug_name=f"{cell.drug.upper()} hydrochloride")
    yield case(cell, knowledge, None, drug_name=f"{cell.drug} + paracetamol")
    for drug in drugs:
        yield case(cell, knowledge, None, drug_name=drug, stopped=last_day)
    for name in taken:
        yield case(cell, knowledge, None, substance_name=name)


def test_a_medicine_with_no_date_of_its_last_dose_counts(knowledge: Knowledge) -> None:
    """Stopped, nobody knows when: it is as good as taken."""
    medicine = {"ingredient": "phenelzine", "status": "stopped"}
    taken = [{"time": "08:00", "substance": "five_htp", "dose": 50, "unit": "mg"}]

    assert ("INT:maoi_x_serotonin_precursor", "contraindicated", "five_htp") in findings(person([], taken, [medicine]), knowledge)


def test_what_is_prescribed_with_methotrexate_is_kept(knowledge: Knowledge) -> None:
    """Prescribed folic acid is a remark; self-chosen, or nobody knows, it is a question for the prescriber."""

    def with_folic_acid(**said: bool) -> list[tuple[str, str, str]]:
        taken = [{"time": "08:00", "substance": "folic_acid", "dose": 5, "unit": "mg", **said}]
        return [f for f in findings(person([], taken, [{"ingredient": "methotrexate"}]), knowledge) if f[0] == "INT:mtx_x_folate"]

    assert [("INT:mtx_x_folate", "info", "folic_acid")] == with_folic_acid(prescribed=True)
    assert [("INT:mtx_x_folate", "major", "folic_acid")] == with_folic_acid(prescribed=False) == with_folic_acid()


def test_doses_add_up_and_units_do_not_matter(knowledge: Knowledge) -> None:
    """600 and 401 ug of folic acid from two products are above 1 mg; phenytoin makes that major."""
    taken = [{"substance": "folic_acid", "dose": 600, "unit": "ug"}, {"substance": "folic_acid", "dose": 0.401, "unit": "mg"}]
    said = findings(person([], taken, [{"ingredient": "phenytoin"}]), knowledge)

    assert [("INT:aed_x_folic_acid", "major", "folic_acid")] == [f for f in said if f[0] == "INT:aed_x_folic_acid"]
