"""The smallest change does what it says, one step less does not, and what must not be told is not told."""

from __future__ import annotations

import json
import random

import pytest
from msgspec.structs import replace

from neurobalance_expert.assessment import assess, check_change
from neurobalance_expert.engines.reference import evaluate
from neurobalance_expert.errors import Misuse
from neurobalance_expert.fact import FINDING
from neurobalance_expert.facts.prepare import prepare
from neurobalance_expert.rules.ir import Test as Comparison
from neurobalance_expert.rules.meanings import find_meanings
from neurobalance_expert.whatif.goal import CODE, flip_steps
from neurobalance_expert.whatif.inputs import WHOLE, Item, Move, apply, size, without
from neurobalance_expert.whatif.smallest import smallest_change
from neurobalance_expert.whatif.words import SAFETY, STANDING, change_json, told
from tests.unit.whatif.conftest import taking

# code -> seeds of the generated days; 32 in all
ASKED = {
    "TIMING:competitors_before_night": range(6),
    "COMPETE:lnaa:trp": range(8),
    "COMPETE:lnaa:tyr": range(6),
    "LOW:zinc": range(6),
    "LOW:magnesium": range(6),
}


def day(case, seed):
    """The balanced day with portions from 10 to 80 %, BCAA and tryptophan in the evening, all drawn."""
    rng = random.Random(seed)
    foods = tuple(replace(f, grams=round((f.grams or 0) * rng.uniform(0.1, 0.8))) for f in case.foods)
    evening = rng.randrange(20 * 60, 22 * 60, 5)
    doses = ("bcaa", float(rng.randrange(3000, 12000, 100)), evening), ("l_tryptophan", float(rng.randrange(200, 900, 50)), evening)
    return taking(replace(case, foods=foods), *doses)


def codes(case, knowledge):
    """Codes of the findings of a case, by the reference through the whole program."""
    return {f.values[CODE] for f in check_change(case, knowledge).result.facts if f.relation == FINDING}


@pytest.fixture(scope="module")
def asked(balanced, knowledge):
    """The answer about a code on a generated day, each computed once."""
    kept = {}

    def answer(code, seed):
        if (code, seed) not in kept:
            kept[code, seed] = smallest_change(day(balanced, seed), code, knowledge)
        return kept[code, seed]

    return answer


@pytest.mark.parametrize(("code", "seed"), [(code, seed) for code, seeds in ASKED.items() for seed in seeds])
def test_each_change_moves_the_finding_and_one_step_less_does_not(asked, balanced, knowledge, code, seed):
    """On generated days: after the change the finding has gone (or come), with one step less it is as it was."""
    case = day(balanced, seed)
    there = code in codes(case, knowledge)
    answer = asked(code, seed)
    single = [c for c in answer.changes if len(c.items) == 1]
    after = [code in codes(apply(case, c.move, c.steps), knowledge) for c in single]
    before = [code in codes(apply(case, c.move, c.steps - 1), knowledge) for c in single]

    assert (there, [not there] * len(single), [there] * len(single)) == (answer.goal.clears, after, before)
    assert single or answer.reason in ("not_reached", "fixed")


def moved(case, knowledge, code, move, steps):
    """Whether the code is in the findings after a change, from the changed case alone."""
    facts = prepare(apply(case, move, steps), knowledge).book.origins
    found = evaluate(knowledge.rules, knowledge.vocabulary, facts, statuses=False)
    return any(f.relation == FINDING and f.values[CODE] == code for f in found.facts)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "seed"), [("COMPETE:lnaa:trp", 0), ("COMPETE:lnaa:tyr", 1), ("LOW:zinc", 2), ("TIMING:competitors_before_night", 3)]
)
def test_no_smaller_step_does_it_however_small(asked, balanced, knowledge, code, seed):
    """Forty smaller steps of the changes that say so, drawn from all of them, each as a case of its own: none does it."""
    case, answer, rng = day(balanced, seed), asked(code, seed), random.Random(seed)
    smaller = [(c.move, steps) for c in answer.changes if c.least for steps in range(1, c.steps)]
    tried = rng.sample(smaller, min(40, len(smaller)))

    assert tried
    assert [] == [pair for pair in tried if moved(case, knowledge, code, *pair) != answer.goal.clears]


@pytest.mark.slow
def test_no_smaller_change_of_another_item_does_it_where_that_is_said(asked, balanced, knowledge):
    """Of every answer that says so, ten changes of any amount or clock time that are smaller than the smallest told one."""
    rng, tried = random.Random(1), 0
    for code, seeds in ASKED.items():
        for seed in seeds:
            case, answer = day(balanced, seed), asked(code, seed)
            single = [c.size for c in answer.changes if len(c.items) == 1]
            if not (answer.exhaustive and single):
                continue
            every = [(move, steps) for move in any_moves(case) for steps in range(1, move.most + 1) if size(move, steps) < min(single)]
            for pair in rng.sample(every, min(10, len(every))):
                tried += 1
                assert moved(case, knowledge, code, *pair) == answer.goal.clears, (code, seed, pair)

    assert tried >= 60


def any_moves(case):
    """Every change of an amount or a clock time of one food, meal or self-chosen item, whether it matters to a finding or not."""
    foods = [Item("food", n) for n in range(len(case.foods))]
    meals = [Item("meal", n) for n, f in enumerate(case.foods) if f.time_min not in [g.time_min for g in case.foods[:n]]]
    taken = [Item("supplement", n) for n in range(len(case.supplements))]
    for item in (*foods, *taken):
        yield Move(item, "less", WHOLE - 1)
        yield from [Move(item, "more", WHOLE)] if item.of == "food" else []
    for item in (*meals, *taken):
        minute = (case.supplements if item.of == "supplement" else case.foods)[item.at].time_min
        yield from (Move(item, "earlier", minute), Move(item, "later", 1439 - minute))


def test_the_generated_days_have_answers(asked):
    """The test above is not empty: at least 20 of the questions have an answer, and every code is moved on most of its days."""
    moved = {code: sum(bool(asked(code, seed).changes) for seed in seeds) for code, seeds in ASKED.items()}

    assert sum(moved.values()) >= 20
    assert [] == [code for code, seeds in ASKED.items() if moved[code] < len(seeds) / 2]


def test_the_checked_engines_agree_that_it_has_gone(real_day, knowledge):
    """The best change of the real day, through experta and the reference."""
    best = smallest_change(real_day, "TIMING:competitors_before_night", knowledge).changes[0]
    found = {f.code for f in assess(apply(real_day, best.move, best.steps), knowledge).findings}

    assert "TIMING:competitors_before_night" not in found


def test_the_distance_on_the_clock_is_what_the_rule_asks_for(real_day, knowledge):
    """BCAA at 21:30 stand 1.5 h before the night at 23:00, and 3.0 h are asked for in tenths of an hour: 2.95 h round to 3.0, so 87 min."""
    best = smallest_change(real_day, "TIMING:competitors_before_night", knowledge).changes[0]

    assert (Item("supplement", 0), "earlier", 87, True) == (best.move.item, best.move.kind, best.steps, best.least)


def test_the_steps_to_a_limit_count_the_limit_where_it_belongs_to_it():
    """From 15, a comparison below 30 ends at 30 (15 steps), one at most 30 at 31 (16); from 45, above 30 ends at 30, at least 30 at 29."""
    assert (15, 16) == (flip_steps(Comparison("below", 30), 15), flip_steps(Comparison("at_most", 30), 15))
    assert (15, 16) == (flip_steps(Comparison("above", 30), 45), flip_steps(Comparison("at_least", 30), 45))


def test_answers_are_sorted_by_size_and_what_raises_something_stands_last(vignette, knowledge):
    """Leaving the magnesium of c08 out raises a low intake of it, so that it is not recommended."""
    answer = smallest_change(vignette("c08"), "UL:magnesium", knowledge)
    order = [(not c.recommended, c.size) for c in smallest_change(vignette("c02"), "COMPETE:lnaa:trp", knowledge).changes]

    assert [("LOW:magnesium", "minor")] == [pair for c in answer.changes for pair in c.effects.raises]
    assert sorted(order) == order
    assert "Not recommended, for what they raise" in [line.text for line in told(answer, knowledge)]


def test_a_finding_that_only_hides_has_not_gone(small_day, knowledge):
    """Every change that clears a low intake leaves it assessed: the nutrient does not become partly known."""
    answer = smallest_change(small_day, "LOW:zinc", knowledge)
    after = [check_change(apply(small_day, c.move, c.steps), knowledge).result.facts for c in answer.changes]

    assert after
    assert [True] * len(after) == [any(f.relation == "adequacy" and f.values[0] == "zinc" for f in facts) for facts in after]


def test_two_products_are_left_out_together_when_neither_alone_is_enough(balanced, knowledge):
    """Two doses of 5-HTP: without one of them the other is still there."""
    both = taking(balanced, ("five_htp", 100.0, 600), ("five_htp", 50.0, 1200))
    answer = smallest_change(both, "INFO:five_htp", knowledge)

    assert [((Item("supplement", 0), Item("supplement", 1)), None)] == [(c.items, c.smaller_fails) for c in answer.changes]
    assert "INFO:five_htp" not in codes(without(both, answer.changes[0].items), knowledge)


# --- what must not be told ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "code"), [("c04", "INT:ssri_snri_x_serotonin_precursor"), ("c08", "UL:vitamin_b6"), ("c02", "CEIL:l_tryptophan")]
)
def test_for_safety_only_leaving_out_is_told_after_whom_to_ask(vignette, knowledge, name, code):
    """An interaction, an upper level and a dose: no smaller amount and no other time."""
    answer = smallest_change(vignette(name), code, knowledge)
    texts = [line.text for line in told(answer, knowledge)]

    assert ({"leave_out"}, True) == ({c.move.kind for c in answer.changes}, answer.safety)
    assert texts.index(SAFETY) < min(n for n, text in enumerate(texts) if text.startswith("without "))


def test_how_far_a_case_is_from_a_safety_finding_is_not_told(real_day, knowledge):
    """A dose of tryptophan that is not high: no amount is named at which it would be."""
    answer = smallest_change(real_day, "CEIL:l_tryptophan", knowledge)

    assert ((), True, False) == (answer.changes, answer.careful, answer.goal.clears)
    assert any("that distance is no room to use" in line.text for line in told(answer, knowledge))


def test_protein_beside_levodopa_is_never_left_out(vignette, knowledge):
    """The amount of protein is to stay: the finding is the neurology team's."""
    answer = smallest_change(vignette("c05"), "COMPETE:lnaa:levodopa", knowledge)

    assert ((), True) == (answer.changes, answer.safety)


@pytest.mark.parametrize("code", ["TIMING:competitors_before_night", "COMPETE:lnaa:trp", "INT:bcaa_x_trp_tyr"])
def test_a_prescribed_item_is_never_changed(real_day, knowledge, code):
    """With all supplements prescribed nothing that touches one is told, and they are named as not changed."""
    case = replace(real_day, supplements=tuple(replace(s, prescribed=True) for s in real_day.supplements))
    answer = smallest_change(case, code, knowledge)

    assert set() == {item for c in answer.changes for item in c.items if item.of == "supplement"}
    assert answer.prescribed


def test_it_is_said_when_nobody_knows_whether_an_item_was_prescribed(real_day, knowledge):
    """A supplement without the field is told of with a question."""
    case = replace(real_day, supplements=tuple(replace(s, prescribed=None) for s in real_day.supplements))
    answer = smallest_change(case, "TIMING:competitors_before_night", knowledge)

    assert any("not said whether it was prescribed" in line.text for line in told(answer, knowledge))


def test_a_supplement_never_grows_to_clear_a_finding(small_day, knowledge):
    """A low intake beside a little zinc: more food may clear it, more of the supplement is not looked at."""
    answer = smallest_change(taking(small_day, ("zinc", 0.5, 480)), "LOW:zinc", knowledge)

    assert [] == [c for c in answer.changes if c.move.item.of == "supplement"]


@pytest.mark.parametrize("name", [f"c{n:02d}" for n in range(1, 13)])
def test_no_text_has_a_forbidden_meaning_and_each_says_what_it_is(vignette, knowledge, name):
    """No diagnosis, no dose of a medicine, nothing called safe; every answer ends as a what-if."""
    case = vignette(name)
    for code in sorted(codes(case, knowledge)):
        lines = [line.text for line in told(smallest_change(case, code, knowledge), knowledge)]
        assert ([], STANDING) == ([hit.text for hit in find_meanings(". ".join(lines))], lines[-1])


# --- none ---------------------------------------------------------------------------------------------------------


def test_a_laboratory_value_cannot_change(real_day, knowledge):
    """Ferritin below its limit rests on nothing that was eaten."""
    answer = smallest_change(real_day, "LAB:ferritin:low", knowledge)

    assert ((), "fixed", True) == (answer.changes, answer.reason, "ferritin over its low limit" in answer.rests_on[0])


def test_what_no_plausible_amount_reaches_is_said(small_day, knowledge):
    """Vitamin C at 5 % of its requirement: four foods that bring hardly any, up to 1500 g each."""
    answer = smallest_change(small_day, "LOW:vitamin_c", knowledge)

    assert ("not_reached", True) == (answer.reason, any("1500 g" in line.text for line in told(answer, knowledge)))


def test_nothing_is_added_to_raise_a_finding(balanced, knowledge):
    """Without free tryptophan in the day there is none to move."""
    answer = smallest_change(balanced, "TIMING:trp_with_protein", knowledge)

    assert ((), "fixed") == (answer.changes, answer.reason)
    assert "It asks for something that is not in this case, and nothing is added here." in [line.text for line in told(answer, knowledge)]


def test_without_a_body_mass_it_cannot_be_told(balanced, knowledge):
    """No course, so nobody knows how far entry is from its limit."""
    case = replace(balanced, person=replace(balanced.person, weight_kg=None))
    answer = smallest_change(case, "COMPETE:lnaa:trp", knowledge)

    assert ((), "unknown") == (answer.changes, answer.reason)


def test_an_unknown_code_is_misuse_with_the_nearest_one(balanced, knowledge):
    """LOW:zin is LOW:zinc, spelt badly."""
    with pytest.raises(Misuse, match="did you mean 'LOW:zinc'"):
        smallest_change(balanced, "LOW:zin", knowledge)


@pytest.mark.parametrize("code", ["MISS:nonsense", "INVALID:xyzzy", "LAB:$analyte:low", "ferritin-below-limit", "low", "CONFLICT:"])
def test_what_is_no_code_of_a_finding_is_misuse(balanced, knowledge, code):
    """Fields that no case file has, the code of a rule with its variables, a rule, nothing after the colon."""
    with pytest.raises(Misuse):
        smallest_change(balanced, code, knowledge)


def test_a_code_of_the_case_is_asked_about_whatever_its_value(small_day, knowledge):
    """A field that is missing in this case: no change of a food gives it."""
    assert "fixed" == smallest_change(small_day, "MISS:medications", knowledge).reason


# --- changes ------------------------------------------------------------------------------------------------------


def test_a_step_is_a_hundredth_of_the_amount_or_a_minute(real_day):
    """8000 mg less 10 steps are 7200 mg with every component; 21:30 less 15 steps is 21:15."""
    less = apply(real_day, Move(Item("supplement", 0), "less", WHOLE - 1), 10).supplements[0]
    earlier = apply(real_day, Move(Item("supplement", 0), "earlier", 45), 15).supplements[0]

    assert (7200.0, 3600.0, 21 * 60 + 15) == (less.dose_mg, less.components["leucine"], earlier.time_min)


def test_a_meal_moves_as_a_whole(real_day):
    """The five foods at 12:30 move together; the tea at 12:45 stays."""
    first = next(n for n, f in enumerate(real_day.foods) if f.time_min == 750)
    moved = apply(real_day, Move(Item("meal", first), "later", 60), 60).foods

    assert [(5, 810), (1, 765)] == [(sum(f.time_min == minute for f in moved), minute) for minute in (810, 765)]


def test_the_json_says_what_was_verified(real_day, knowledge):
    """Every change did it; one step less did not, or there is none."""
    data = change_json(smallest_change(real_day, "COMPETE:lnaa:tyr", knowledge), knowledge)
    kinds = {c["kind"]: c["verified"] for c in data["changes"]}

    assert json.dumps(data, allow_nan=False)
    assert {"does_it": True, "one_step_less_does_not": None, "no_smaller_one_does": None} == kinds["leave_out"]
    assert {"does_it": True, "one_step_less_does_not": True, "no_smaller_one_does": True} == kinds["less"]
    assert ("neurobalance/change/1", "clear", None) == (data["schema"], data["asked"], data["none"])


def test_a_number_is_set_beside_what_is_known_of_it(small_day, knowledge):
    """Pantothenic acid at 0.92 of its adequate intake is known from 0.78 to 1.06: reaching 1 stays inside that."""
    answer = smallest_change(small_day, "LOW:pantothenic_acid", knowledge)

    assert answer.changes
    assert [True] * len(answer.changes) == [c.beside[0].inside for c in answer.changes]
