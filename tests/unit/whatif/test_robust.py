"""Which findings hold when what is not known is drawn: the same for the same seed, and honest about what was not drawn."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from neurobalance_expert.assessment import assess, conclude
from neurobalance_expert.errors import Misuse
from neurobalance_expert.facts.timing import draw_days, run_day, run_days
from neurobalance_expert.model.intake import Total
from neurobalance_expert.outcome import Robustness, as_json
from neurobalance_expert.report.cards import robust_words
from neurobalance_expert.report.render import render
from neurobalance_expert.whatif.robust import DRAWS, _drawn, marked, robust
from neurobalance_expert.whatif.words import robust_as_json, told_robust
from tests.conftest import ROOT


def drawn(case, knowledge, draws=30, seed=0):
    """The robustness of a case by the reference."""
    trial, _, found = conclude(case, knowledge, "reference")
    return robust(trial, found, knowledge, draws, seed)


def test_the_same_seed_gives_the_same_answer_and_another_one_another(real_day, knowledge):
    """To the byte of the JSON."""
    one, two, three = (robust_as_json(drawn(real_day, knowledge, seed=seed), "c", "d", knowledge) for seed in (1, 1, 2))

    assert one == two
    assert one["findings"] != three["findings"] or one["appearing"] != three["appearing"]


def test_every_finding_is_there_in_the_order_of_the_assessment(real_day, knowledge):
    """One line each, and no share outside 0 to 1."""
    outcome = drawn(real_day, knowledge)
    found = assess(real_day, knowledge, engine="reference").findings

    assert [(f.code, f.severity, f.window) for f in found] == [(h.code, h.severity, h.window) for h in outcome.findings]
    assert all(0 <= h.robust.share <= 1 for h in outcome.findings)


def test_a_finding_that_rests_on_nothing_drawn_says_so(real_day, knowledge):
    """Ferritin is a laboratory value: it held in every draw, which tells nothing; entry of tyrosine is computed."""
    held = {h.code: h.robust for h in drawn(real_day, knowledge).findings}

    assert (30, False) == (held["LAB:ferritin:low"].held, held["LAB:ferritin:low"].drawn)
    assert held["COMPETE:lnaa:tyr"].drawn


def test_a_finding_near_its_limit_is_fragile(small_day, knowledge):
    """Pantothenic acid at 0.92 of its adequate intake, known from 0.78 to 1.06, is below 1 in most draws and not in all;
    one that is far below its limit holds in all."""
    held = {h.code: h.robust for h in drawn(small_day, knowledge, 200).findings}

    assert 0.7 < held["LOW:pantothenic_acid"].share < 1.0
    assert (1.0, False) == (held["LOW:vitamin_c"].share, held["LOW:vitamin_c"].fragile)


def test_fragile_is_below_the_share_of_the_knowledge_base(knowledge):
    """80 %: 79 of 100 is fragile, 80 is not."""
    assert 0.8 == knowledge.fragile_share
    assert ("fragile: holds in 79 of 100 draws", "holds in 80 of 100 draws") == (
        robust_words(Robustness(100, 79, fragile=True, drawn=True)),
        robust_words(Robustness(100, 80, fragile=False, drawn=True)),
    )


def test_what_appears_in_draws_only_is_told(balanced, knowledge):
    """Entry of tryptophan after the snack at 16:00 stands at 0.87 of fasting, and below 0.85 in some draws: a remark on it is told."""
    outcome = drawn(balanced, knowledge, 100)
    there = {(f.code, f.window) for f in assess(balanced, knowledge, engine="reference").findings}
    told = " ".join(line.text for line in told_robust(outcome, "c11"))

    assert ("COMPETE:lnaa:trp", "w4") not in there
    assert [True] == [a.held > 0 for a in outcome.appearing if (a.code, a.window) == ("COMPETE:lnaa:trp", "w4")]
    assert "Concluded in draws and not in the assessment" in told


def test_without_a_body_mass_the_course_is_not_drawn_and_the_totals_are(balanced, knowledge):
    """It is said, and it is no error."""
    case = replace(balanced, person=replace(balanced.person, weight_kg=None))
    outcome = drawn(case, knowledge, 5)

    assert (False, True) == (outcome.course_drawn, "zinc" in outcome.totals_drawn)
    assert any("There is no course of plasma without body mass" in line.text for line in told_robust(outcome, "c"))


@pytest.mark.parametrize("draws", [0, -1, 10_001])
def test_a_number_of_draws_out_of_range_is_misuse(real_day, knowledge, draws):
    """From 1 to 10,000."""
    with pytest.raises(Misuse, match="from 1 to 10000"):
        drawn(real_day, knowledge, draws)


def test_a_total_is_drawn_inside_its_interval_most_often_near_its_best_value():
    """A triangle from 1 over 2 to 4: a third of it lies below 2, its ends are reached at 0 and 1, and its mean is 7/3."""
    total = Total(2.0, 1.0, 4.0, 0.9, 0.0)
    values = [_drawn(total, at).value for at in np.linspace(0, 1, 3001)]

    assert (1.0, 4.0) == (values[0], values[-1])
    assert 2.0 == pytest.approx(_drawn(total, 1 / 3).value)
    assert 7 / 3 == pytest.approx(np.mean(values), rel=1e-3)


def test_a_total_without_an_upper_end_stays_and_an_unknown_one_too():
    """Nothing is invented for it."""
    open_total, unknown = Total(2.0, 1.0, float("inf"), 0.9, 0.0), Total(float("nan"), 0.0, float("inf"), 0.0, 0.0)

    assert (open_total, unknown) == (_drawn(open_total, 0.9), _drawn(unknown, 0.1))


def test_days_in_one_batch_are_each_as_alone(real_day, knowledge):
    """Two days of one person, the second with its intakes later: rows of a batch share nothing."""
    trial, _, _ = conclude(real_day, knowledge, "reference")
    p, fasting = trial.prepared, knowledge.constants.fasting_uM("female", 64.0)
    later = [replace(i, minute=(i.minute or 0) + 60) for i in p.intakes]
    same = (64.0, fasting, knowledge.constants, knowledge.assumptions)
    batch = run_days([p.intakes, later], *same)
    alone = [run_day(intakes, *same) for intakes in (p.intakes, later)]

    for one, other in zip(alone, batch, strict=True):
        assert one.windows == other.windows
        assert list(one.influx) == list(other.influx)
        assert all(one.influx[w] == pytest.approx(other.influx[w], rel=1e-12) for w in one.influx)
        assert all(one.ratio_vs_fasting[w] == pytest.approx(other.ratio_vs_fasting[w], rel=1e-12) for w in one.ratio_vs_fasting)


def test_a_day_without_a_course_has_no_draws(small_day, knowledge):
    """Without a body mass, as ``run_day``."""
    trial, _, _ = conclude(small_day, knowledge, "reference")
    fasting = knowledge.constants.fasting_uM()

    assert () == draw_days(trial.prepared.intakes, None, fasting, knowledge.constants, knowledge.assumptions, 3, 0)


# --- the mark in the report ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def marked_day(small_day, knowledge):
    """The assessment of the small day without and with the mark."""
    plain = assess(small_day, knowledge, engine="reference")
    return plain, marked(plain, small_day, knowledge)


@pytest.mark.parametrize("form", ["text", "md", "html"])
def test_the_report_says_in_how_many_draws_a_finding_holds(marked_day, form):
    """Only when it was asked for, and not to a person."""
    plain, with_mark = marked_day

    assert "draws" not in render(plain, form, ROOT)
    assert f"holds in {DRAWS} of {DRAWS} draws" in " ".join(render(with_mark, form, ROOT, width=1000).split())
    assert "draws" not in render(with_mark, form, ROOT, audience="person")


def test_the_json_has_the_share_inside_the_finding(marked_day):
    """``robust`` is there when it was asked for, and no key of it otherwise."""
    plain, with_mark = (as_json(a)["findings"] for a in marked_day)
    (vitamin_c,) = [f["robust"] for f in with_mark if f["code"] == "LOW:vitamin_c"]

    assert {"draws": 100, "share": 1, "fragile": False, "drawn": True} == vitamin_c
    assert [] == [f for f in plain if "robust" in f]
