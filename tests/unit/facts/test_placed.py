"""What was eaten and taken, on one clock."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from neurobalance_expert.cases.types import Composition, Supplement
from neurobalance_expert.errors import InputProblems
from neurobalance_expert.facts.placed import diary_days, minute_of, place_supplements, substances_of, without_members
from neurobalance_expert.facts.supply import highest_doses
from neurobalance_expert.knowledge.supplements import parse_mixtures
from neurobalance_expert.source import parse_yaml


def supplement(substance: str, mg: float | None, **more: object) -> Supplement:
    """A supplement at 22:15."""
    return Supplement(0, "2026-03-02", 1335, substance, True, mg, **more)  # type: ignore[arg-type]


def placed(case, knowledge, *supplements):
    """Supplements of a case, placed."""
    changed = replace(case, supplements=supplements)
    return place_supplements(changed, knowledge.names, knowledge.mixtures, "2026-03-02", knowledge.food_kinds)


def test_minutes_run_on_over_midnight():
    """00:30 of the second day is 1440 + 30 minutes."""
    assert (1470, None) == (minute_of("2026-03-03", 30, "2026-03-02"), minute_of("2026-03-03", None, "2026-03-02"))


def test_stated_components_win_over_the_assumed_mixture(balanced, knowledge):
    """10 g of BCAA as 6 + 2 + 2 g; without components 2:1:1 is assumed: 5 + 2.5 + 2.5 g."""
    stated = supplement("bcaa", 10_000.0, components={"leucine": 6000.0, "isoleucine": 2000.0, "valine": 2000.0})
    (a,), (b,) = placed(balanced, knowledge, stated), placed(balanced, knowledge, supplement("bcaa", 10_000.0))

    assert ({"leu": 6.0, "ile": 2.0, "val": 2.0}, {"leu": 5.0, "ile": 2.5, "val": 2.5}) == (dict(a.free_g), dict(b.free_g))


@pytest.mark.parametrize(("substance", "mg"), [("l_tryptophan", None), ("eaa_or_protein_powder", 20_000.0)])
def test_an_amount_that_is_not_known_is_not_zero(balanced, knowledge, substance, mg):
    """No dose, or a powder whose amino acids nobody stated: the intake is marked as not known."""
    (intake,) = placed(balanced, knowledge, supplement(substance, mg))

    assert (False, {}) == (intake.known, dict(intake.free_g))


def test_a_vitamin_brings_no_amino_acids(balanced, knowledge):
    """It is known to bring none."""
    (intake,) = placed(balanced, knowledge, supplement("vitamin_b6", None))

    assert (True, {}) == (intake.known, dict(intake.free_g))


def test_a_stated_composition_counts_as_free_or_bound(balanced, knowledge):
    """``free: true`` moves the amino acids to the free side; protein that is stated stays."""
    bound = supplement("own powder", None, composition=Composition(protein_g=20.0, amino_acids_g={"trp": 0.4, "leu": 2.2}))
    free = supplement("own drink", None, composition=Composition(amino_acids_g={"trp": 0.4}, free=True))
    one, two = placed(balanced, knowledge, bound, free)

    assert ({"trp": 0.4, "leu": 2.2}, {}, {}, {"trp": 0.4}) == (dict(one.bound_g), dict(one.free_g), dict(two.bound_g), dict(two.free_g))


def test_leucine_alone_is_a_branched_chain_amino_acid_for_the_rules(knowledge):
    """Rules about the mixture apply to its members; aspartame brings phenylalanine with it."""
    assert "bcaa" in substances_of(supplement("leucine", 5000.0), knowledge.names)
    assert "l_phenylalanine" in substances_of(supplement("aspartame", 100.0), knowledge.names)


@pytest.mark.parametrize("parts", ["{leu: 0.6, ile: 0.6}", "{leu: -0.1}", "{}"])
def test_shares_of_a_mixture_cannot_exceed_the_whole(parts):
    """A share above 1 in total, below 0, or none at all is a problem of the knowledge base."""
    document = parse_yaml(f"supplement_amino_acids:\n  x: {{parts: {parts}, source: memory, verified: false}}\n", "mixtures.yaml")
    with pytest.raises(InputProblems, match="shares of 'x'"):
        parse_mixtures(document)


def day_with(balanced, date: str, minute: int):
    """The balanced day with one more supplement."""
    return replace(balanced, supplements=(Supplement(0, date, minute, "l_tryptophan", True, 500.0),))


@pytest.mark.parametrize(("minute", "days"), [(419, 1), (420, 2)])
def test_the_small_hours_belong_to_the_day_before(balanced, minute, days):
    """Until the end of the assumed night, 07:00, a date of its own makes no day: it would halve every total."""
    next_date = str(date.fromisoformat(balanced.diary_date) + timedelta(days=1))

    assert days == len(diary_days(day_with(balanced, next_date, minute), 420.0))


def test_small_hours_without_a_day_before_are_a_day(balanced):
    """A diary that begins at 05:00 begins there."""
    alone = replace(day_with(balanced, "2026-05-01", 300), foods=())

    assert ("2026-05-01",) == diary_days(alone, 420.0)


def test_a_limit_is_compared_with_the_day_with_the_most(balanced):
    """500 mg on one of two days is 500 mg on that day, not 250 mg; two products of a day add up, the small hours included."""
    days = ("2026-03-02", "2026-03-03")
    taken = [("2026-03-02", 1320, 500.0), ("2026-03-03", 600, 200.0), ("2026-03-04", 30, 400.0)]
    case = replace(balanced, supplements=tuple(Supplement(i, d, m, "l_tryptophan", True, mg) for i, (d, m, mg) in enumerate(taken)))

    assert {"l_tryptophan": 600.0} == highest_doses(case, days)


def test_distances_are_told_of_the_mixture_not_of_its_parts(knowledge):
    """Leucine, isoleucine and valine in a product of BCAA are one thing that was taken; leucine alone is one of them."""
    product = supplement("bcaa", 8000.0, components={"leucine": 4000.0, "isoleucine": 2000.0, "valine": 2000.0})
    names = knowledge.names

    assert [("bcaa",), ("bcaa",)] == [without_members(substances_of(s, names), names) for s in (product, supplement("leucine", 4000.0))]
