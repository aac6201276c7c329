"""What was eaten and taken, on one clock."""

from __future__ import annotations

from dataclasses import replace

import pytest

from neurobalance_expert.cases.types import Composition, Supplement
from neurobalance_expert.errors import InputProblems
from neurobalance_expert.facts.placed import minute_of, place_supplements, substances_of
from neurobalance_expert.knowledge.supplements import parse_mixtures
from neurobalance_expert.source import parse_yaml


def supplement(substance: str, mg: float | None, **more: object) -> Supplement:
    """A supplement at 22:15."""
    return Supplement(0, "2026-03-02", 1335, substance, True, mg, **more)  # type: ignore[arg-type]


def placed(case, knowledge, *supplements):
    """Supplements of a case, placed."""
    changed = replace(case, supplements=supplements)
    return place_supplements(changed, knowledge.names, knowledge.mixtures, "2026-03-02")


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
