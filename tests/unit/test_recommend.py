"""Suggestions are tried before they are made."""

from __future__ import annotations

from msgspec.structs import replace

from neurobalance_expert.assessment import assess
from neurobalance_expert.cases.types import Remark, Supplement


def bcaa_and_tryptophan(case, **more):
    """The balanced day with BCAA and tryptophan at 22:15."""
    taken = (
        Supplement(0, case.diary_date, 1335, "bcaa", True, 10_000.0, product="BCAA powder", **more),
        Supplement(1, case.diary_date, 1335, "l_tryptophan", True, 400.0),
    )
    return replace(case, supplements=taken)


def test_leaving_out_the_competitor_is_suggested_and_simulated(balanced, knowledge):
    """Tryptophan entry rises when the BCAA are left out, the finding goes, and nothing new appears."""
    outcome = assess(bcaa_and_tryptophan(balanced), knowledge, engine="reference")
    (tried,) = [r for r in outcome.recommendations if r.id.startswith("leave-out")]

    assert (True, True, ()) == ("COMPETE:lnaa:trp" in tried.codes, tried.after > tried.before, tried.raises)


def test_a_prescribed_item_is_never_touched(balanced, knowledge):
    """The same day with a prescribed powder has the finding and no such suggestion."""
    outcome = assess(bcaa_and_tryptophan(balanced, prescribed=True), knowledge, engine="reference")

    assert ("COMPETE:lnaa:trp" in {f.code for f in outcome.findings}, []) == (
        True,
        [r.id for r in outcome.recommendations if r.id.startswith("leave-out")],
    )


def test_a_food_is_suggested_that_closes_the_gap(balanced, knowledge):
    """A quarter of the balanced day is short of much; a portion is added, simulated, and lifts it."""
    half = replace(balanced, foods=tuple(replace(f, grams=(f.grams or 0) * 0.25) for f in balanced.foods))
    outcome = assess(half, knowledge, engine="reference")
    low = {f.code for f in outcome.findings if f.severity == "minor" and f.code.startswith("LOW:")}

    assert low
    assert outcome.recommendations
    assert all(r.after > r.before and not r.raises for r in outcome.recommendations)


def test_a_vegan_is_not_offered_eggs(balanced, knowledge):
    """Portions fit the diet pattern."""
    half = replace(balanced, foods=tuple(replace(f, grams=(f.grams or 0) * 0.25) for f in balanced.foods))
    vegan = replace(half, person=replace(half.person, diet_pattern="vegan"))
    offered = " ".join(r.action for r in assess(vegan, knowledge, engine="reference").recommendations)

    assert [] == [word for word in ("egg", "salmon", "chicken", "yogurt", "milk") if word in offered]


def test_nothing_is_suggested_when_something_was_refused_or_is_missing(balanced, knowledge):
    """An incomplete list of medicines, and a refused value."""
    case = bcaa_and_tryptophan(balanced)
    for remark in (Remark("missing", "medications", "not complete"), Remark("invalid", "food.grams", "negative")):
        assert () == assess(replace(case, remarks=(remark,)), knowledge, engine="reference").recommendations
