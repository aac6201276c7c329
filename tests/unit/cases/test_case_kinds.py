"""A composition may say the kinds of its protein and carbohydrate; an unknown kind is asked about, and old cases stay as they were."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from neurobalance_expert.cases.types import Case, Composition
from neurobalance_expert.errors import InputProblems

Make = Callable[..., Case]
OLD_DIGEST = "sha256:508a3f687ead7d87b503dc3418b886931d52a2659b5be49f3a1e3b0353f0df9a"  # from before there were kinds


def food_with(make: Make, stated: str) -> Case:
    """A case with one powder."""
    return make(foods=f"{{time: 08:00, name: powder, composition: {{protein_g: 20, amino_acids_g: {{trp: 0.3, leu: 2.1}}{stated}}}}}")


def composition_of(case: Case) -> Composition:
    """The composition of the first food."""
    found = case.foods[0].composition
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("written", "kinds"),
    [
        ("", ("", "")),
        (", protein_kind: null", ("", "")),
        (", protein_kind: whey, carbohydrate_kind: sugar", ("whey", "sugar")),
        (", protein_kind: Whey, carbohydrate_kind: low GI", ("whey", "low_gi")),
        (", protein_kind: Alpha-Lactalbumin", ("alpha_lactalbumin", "")),
    ],
)
def test_a_kind_is_read_as_other_names_are(make: Make, written: str, kinds: tuple[str, str]) -> None:
    """Case, spaces, hyphens and underscores do not count, and there is nothing to remark."""
    case = food_with(make, written)

    assert kinds == (composition_of(case).protein_kind, composition_of(case).carbohydrate_kind)
    assert () == case.remarks


@pytest.mark.parametrize(
    ("written", "listed", "name", "asked"),
    [
        ("protein_kind: wey", "protein_kinds", "wey", "Did you mean 'whey'?"),
        ("carbohydrate_kind: suger", "carbohydrate_kinds", "suger", "Did you mean 'sugar'?"),
        ("protein_kind: rubber boots", "protein_kinds", "rubber boots", "Known kinds are hydrolysate, whey"),
        ("protein_kind: 5", "protein_kinds", "5", "Known kinds are"),
        ("protein_kind: mixed", "protein_kinds", "mixed", "Known kinds are"),
    ],
)
def test_an_unknown_kind_is_asked_about_and_counts_as_none(make: Make, written: str, listed: str, name: str, asked: str) -> None:
    """One remark with its place, the nearest name or all of them, and what it counts as; the rest of the composition stands."""
    case = food_with(make, f", {written}")
    (remark,) = case.remarks

    assert ("unrecognised", listed, name) == (remark.kind, remark.field, remark.name)
    assert "counts as of unstated kind" in remark.text
    assert remark.question.startswith(asked)
    assert remark.at is not None
    assert (4, ("", ""), 20.0) == (
        remark.at.line,
        (composition_of(case).protein_kind, composition_of(case).carbohydrate_kind),
        composition_of(case).protein_g,
    )


def test_a_supplement_states_its_kind_in_the_same_way(make: Make) -> None:
    case = make("supplements: [{time: 08:00, product: shake, composition: {protein_g: 20, protein_kind: casein, carbohydrate_kind: x}}]")

    assert ["casein"] == [s.composition.protein_kind for s in case.supplements if s.composition]
    assert ["carbohydrate_kinds"] == [remark.field for remark in case.remarks]


@pytest.mark.parametrize("written", ["protein_kind: [whey]", "protein_kind: {a: 1}", "protein_kind: true"])
def test_a_kind_of_another_shape_is_a_problem(make: Make, written: str) -> None:
    with pytest.raises(InputProblems) as caught:
        food_with(make, f", {written}")

    assert ["NB-C004"] == [problem.code for problem in caught.value.problems]


def test_an_empty_kind_is_refused_as_an_empty_name_is(make: Make) -> None:
    case = food_with(make, ', protein_kind: ""')

    assert [("invalid", "food.protein_kind")] == [(remark.kind, remark.field) for remark in case.remarks]


def test_a_case_without_kinds_keeps_its_digest(make: Make) -> None:
    """And one that states a kind is another case."""
    free = "supplements: [{time: 08:00, product: drink, composition: {free: true, amino_acids_g: {leu: 2}}}]"
    foods = "{time: 08:00, name: powder, composition: {protein_g: 20, amino_acids_g: {trp: 0.3, leu: 2.1}}}"

    assert OLD_DIGEST == make(free, foods=foods).digest
    assert food_with(make, "").digest == food_with(make, ", protein_kind: null").digest
    assert food_with(make, "").digest != food_with(make, ", protein_kind: whey").digest
