"""What would decide most, held against trial: the entry is made, and what was announced is concluded, or is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from neurobalance_expert.assessment import Knowledge, conclude, load_case_file
from neurobalance_expert.audit import missing
from neurobalance_expert.cases.types import Case, Lab
from neurobalance_expert.explain.answers import Decided, Gap
from neurobalance_expert.fact import SEVERITIES

ROOT = Path(__file__).resolve().parents[3]
CASES = sorted([*(ROOT / "examples").glob("*.yaml"), *(ROOT / "tests" / "data" / "cases").glob("*.yaml")])
A_REAL_DAY = ROOT / "examples" / "a-real-day.yaml"


def gap_of(gaps: tuple[Gap, ...], what: str) -> Gap:
    return next(gap for gap in gaps if what in gap.what)


def with_lab(case: Case, analyte: str, value: float, knowledge: Knowledge) -> Case:
    unit = knowledge.names.analytes[analyte].unit
    lab = Lab(len(case.labs), analyte, value, unit, f"{value:g} {unit}", case.diary_date)
    return replace(case, labs=(*case.labs, lab))


def codes(case: Case, knowledge: Knowledge) -> set[tuple[str, str]]:
    """Rules with the codes that they conclude."""
    return {(finding.rule, finding.code) for finding in conclude(case, knowledge, "reference")[2]}


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_laboratory_value_on_the_side_that_is_told_concludes_what_is_told(path: Path, knowledge: Knowledge) -> None:
    """'below 148 pmol/L' is tried a hundredth below and a hundredth above; a rule that speaks instead may take its place."""
    case = load_case_file(path, knowledge)
    tried = 0
    for gap in missing(case, knowledge).gaps:
        for one in gap.decides:
            bound = _bound(one)
            if bound is None or one.also_missing or not gap.enter.startswith("labs, an entry"):
                continue
            limit, sign = bound
            analyte = gap.enter.split("analyte ")[1].split(",")[0]
            met = codes(with_lab(case, analyte, limit * (1 + 0.01 * sign), knowledge), knowledge)
            other = codes(with_lab(case, analyte, limit * (1 - 0.01 * sign), knowledge), knowledge)
            instead = {rule for rule, _ in met} & set(one.spoken_for_by)
            assert (one.rule, one.concludes) in met or instead, (path.stem, one)
            if one.otherwise == "excluded":
                assert (one.rule, one.concludes) not in other, (path.stem, one)
            tried += 1
    assert tried > 5


def _bound(one: Decided) -> tuple[float, int] | None:
    """The limit and the side of it: -1 below, 1 above. None for a condition that is no laboratory limit."""
    words = one.when[0].split(" is ")[-1].split()
    if len(one.when) != 1 or words[0] not in ("below", "above"):
        return None
    return float(words[1]), -1 if words[0] == "below" else 1


def test_the_most_severe_stands_first_then_the_most_rules(knowledge: Knowledge) -> None:
    """Severity of what a gap decides alone, then the number of rules, then its name."""
    gaps = missing(load_case_file(A_REAL_DAY, knowledge), knowledge).gaps
    order = [(-SEVERITIES.index(gap.highest_severity) if gap.alone else 1, -gap.alone, -gap.rules, gap.what) for gap in gaps]

    assert sorted(order) == order


def test_a_fact_is_traced_through_intermediate_conclusions(knowledge: Knowledge) -> None:
    """Nobody can enter 'low zinc': it is the laboratory value that the rule of the co-factor waits for."""
    gaps = missing(load_case_file(A_REAL_DAY, knowledge), knowledge).gaps

    assert "COFACTOR:zinc:plp" in [one.concludes for one in gap_of(gaps, "zinc in serum").decides]


def test_another_way_to_the_same_conclusion_is_told(knowledge: Knowledge) -> None:
    """Folate is low by serum or by red cells: one alone excludes its own way only."""
    gaps = missing(load_case_file(A_REAL_DAY, knowledge), knowledge).gaps
    told = {one.concludes: one.otherwise for one in gap_of(gaps, "folate in serum").decides}

    assert "this_way_excluded" == told["COFACTOR:folate:methylation"]


def test_a_limit_that_does_not_exist_is_not_asked_for(knowledge: Knowledge) -> None:
    """Plasma PLP was measured; that it has no deficiency limit is no gap of the case."""
    gaps = missing(load_case_file(A_REAL_DAY, knowledge), knowledge).gaps

    assert [] == [gap.what for gap in gaps if "plasma_plp" in gap.enter]


def test_a_second_missing_fact_is_named(knowledge: Knowledge) -> None:
    """The line of a co-factor and its precursor waits for both; copper alone does not decide it."""
    gaps = missing(load_case_file(ROOT / "tests" / "data" / "cases" / "c04.yaml", knowledge), knowledge).gaps
    told = [one for one in gap_of(gaps, "copper in serum").decides if one.concludes == "BOTTLENECK:catecholamine:copper"]

    assert told
    assert all(one.also_missing for one in told)


def test_what_the_course_waits_for_is_named_by_its_entry(knowledge: Knowledge) -> None:
    """Not 'the course', but the food without a composition."""
    gaps = missing(load_case_file(ROOT / "tests" / "data" / "cases" / "c04.yaml", knowledge), knowledge).gaps

    assert "a known composition of 'lentil soup'" in [gap.enter for gap in gaps]
