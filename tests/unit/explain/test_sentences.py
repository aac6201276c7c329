"""Sentences generated from compiled conditions: what was seen, what was asked, and by how much it was missed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import replace

from neurobalance_expert.engines.reference import evaluate
from neurobalance_expert.explain.proof import by_conclusion
from neurobalance_expert.explain.sentences import explain_condition, explain_derivation, explain_entry
from neurobalance_expert.fact import Fact
from neurobalance_expert.rules.ir import Param, Rule
from tests.oracles.build import pattern, relation, rule, rule_set, vocabulary

RATIO = "number 0.01 1"
WORDS = vocabulary(
    relation("influx", {"of": "id", "window": "id", "vs_fasting": RATIO}, ["of", "window"]),
    relation("window", {"id": "id", "phase": "id"}, ["id"], open=False),
    relation("adequacy", {"nutrient": "id", "standard": "id", "ratio": RATIO, "low": RATIO}, ["nutrient", "standard"]),
    relation("dose", {"substance": "id", "mg": "number 0.001 mg"}, ["substance"]),
    relation("life_stage", {"is": "id"}, []),
    relation("condition", {"id": "id"}),
    relation("starved", {"aa": "id"}, derived=True),
)
LOW = pattern(WORDS, "influx", of="trp", window="$w", vs_fasting={"below": ("low", "0.85"), "bind": "$ratio"})
FED = pattern(WORDS, "window", id="$w", phase="fed")
PKU = pattern(WORDS, "condition", "condition", True, id="phenylketonuria")
ADULT = pattern(WORDS, "life_stage", **{"is": "adult"})
CROWDED = rule(WORDS, "crowded", [LOW, FED], {"window": "$w"}, scope=[ADULT], unless=[PKU], params=[Param("low", Decimal("0.85"), "1")])
IS_ADULT = WORDS.fact("life_stage", **{"is": "adult"})


def influx(ratio: float) -> Fact:
    return WORDS.fact("influx", of="trp", window="w4", vs_fasting=ratio)


@pytest.mark.parametrize(
    ("asked", "fact", "sentence"),
    [
        (LOW, influx(0.71), "influx of tryptophan in w4: vs fasting 0.71 is below 0.85 (low)"),
        (FED, WORDS.fact("window", id="w4", phase="fed"), "window w4: phase is fed"),
        (PKU, WORDS.fact("condition", id="phenylketonuria"), "condition phenylketonuria is recorded"),
        (pattern(WORDS, "starved", aa="$a"), WORDS.fact("starved", aa="trp"), "starved (aa tryptophan) was concluded"),
        (
            pattern(WORDS, "dose", substance="iron", mg={"above": "45"}),
            WORDS.fact("dose", substance="iron", mg=60),
            "dose (substance iron): 60.000 mg is above 45.000 mg",
        ),
        (
            pattern(WORDS, "adequacy", nutrient="iron", standard="rda", ratio={"at_least": "0.5", "at_most": "0.9"}, low="$l"),
            WORDS.fact("adequacy", nutrient="iron", standard="rda", ratio=0.7, low=0.6),
            "adequacy (nutrient iron, standard RDA): ratio 0.70 is at least 0.50 and at most 0.90, low is 0.60",
        ),
        (
            pattern(WORDS, "life_stage", **{"is": {"in": ["adult", "older_adult"]}}),
            IS_ADULT,
            "life stage: adult is one of adult, older adult",
        ),
    ],
)
def test_a_condition_that_holds_says_what_was_seen_and_what_was_asked(asked, fact, sentence):
    """Numbers stand unscaled with their unit; a ratio has none."""
    assert explain_condition(asked, WORDS, fact, ()) == sentence


def test_a_bound_that_was_rounded_says_from_what():
    """The slot counts hundredths, so the parameter 0.853 was compared as 0.85."""
    rounded = [Param("low", Decimal("0.853"), "1")]

    said = explain_condition(LOW, WORDS, influx(0.71), rounded)

    assert said == "influx of tryptophan in w4: vs fasting 0.71 is below 0.85 (low, rounded from 0.853)"


def test_a_changed_threshold_changes_the_sentence():
    """The sentence is made from the compiled condition, so the two cannot come apart."""
    moved = pattern(WORDS, "influx", of="trp", window="$w", vs_fasting={"below": ("low", "0.80")})

    assert explain_condition(moved, WORDS, influx(0.71), ()) != explain_condition(LOW, WORDS, influx(0.71), ())


def test_a_derivation_has_one_line_for_each_condition_negations_included():
    """The exception names what was sought and among how many."""
    others = [WORDS.fact("condition", id=name) for name in ("asthma", "migraine", "gout")]
    result = evaluate(rule_set(WORDS, [CROWDED]), WORDS, [IS_ADULT, influx(0.71), WORDS.fact("window", id="w4", phase="fed"), *others])

    assert explain_derivation(result.derivations[0], CROWDED, WORDS, result.facts) == (
        "life stage is adult",
        "influx of tryptophan in w4: vs fasting 0.71 is below 0.85 (low)",
        "window w4: phase is fed",
        "no condition phenylketonuria is recorded (3 others are)",
    )


def explained(asked: Rule, *facts: Fact) -> list[str]:
    result = evaluate(rule_set(WORDS, [asked]), WORDS, facts)
    return [explain_entry(entry, asked, WORDS) for entry in result.entries[asked.id]]


def test_an_entry_says_which_condition_failed_and_by_how_much():
    """0.90 misses 0.85 by 0.05; 0.85 itself is not below 0.85."""
    fed = WORDS.fact("window", id="w4", phase="fed")
    night = WORDS.fact("window", id="w4", phase="night")
    child = WORDS.fact("life_stage", **{"is": "child"})
    pku = WORDS.fact("condition", id="phenylketonuria")
    failed = "influx of tryptophan in w4: vs fasting"

    assert explained(CROWDED, IS_ADULT, influx(0.90), fed) == [f"{failed} 0.90 is not below 0.85 (low); it misses by 0.05"]
    assert explained(CROWDED, IS_ADULT, influx(0.85), fed) == [f"{failed} 0.85 is not below 0.85 (low); it stands exactly at the limit"]
    assert explained(CROWDED, IS_ADULT, influx(0.50), night) == ["window w4: phase is night, not fed"]
    assert explained(CROWDED, IS_ADULT, influx(0.50)) == ["no window w4 with phase fed is recorded"]
    assert explained(CROWDED, IS_ADULT, influx(0.50), fed, pku) == ["an exception holds: condition phenylketonuria is recorded"]
    assert explained(CROWDED, child) == ["out of scope: life stage is child, not adult"]
    assert explained(CROWDED, IS_ADULT, influx(0.50), fed) == ["every condition holds"]


def test_a_condition_that_nothing_met_says_what_was_sought():
    """A variable that is bound shows its value; one that is free shows nothing; a slot called ``is`` reads as a value."""
    assert explain_condition(LOW, WORDS, None, (), binding={"w": "w4"}) == (
        "no influx of tryptophan in w4 with vs fasting below 0.85 (low) is recorded"
    )
    assert explain_condition(ADULT, WORDS, None, (), among=0) == "no life stage with value adult is recorded (nor any other)"


def test_an_unknown_entry_names_the_facts_that_would_decide_it():
    """Both the life stage and the influx of w4 are missing."""
    said = explained(CROWDED, WORDS.fact("window", id="w4", phase="fed"))

    assert said == ["nothing known is false, and this is not known: life stage; influx of tryptophan in w4"]


def test_an_overridden_entry_names_the_rule_that_speaks_instead():
    """Both hold for the adult."""
    special = rule(WORDS, "special", [ADULT], {}, overrides=["plain"])
    plain = rule(WORDS, "plain", [ADULT], {})
    result = evaluate(rule_set(WORDS, [plain, special]), WORDS, [IS_ADULT])

    assert explain_entry(result.entries["plain"][0], plain, WORDS) == "every condition holds, and the rule 'special' speaks instead"


LAB = replace(
    relation("lab", {"analyte": "id", "limit": "id", "ratio": "number 0.001 1"}, ["analyte", "limit"]),
    reads="{analyte} over its {limit} limit",
)
AGE = relation("age", {"years": "number 1 a"}, [])
SHORT = relation("short", {"of": "id"}, derived=True)
READ = vocabulary(LAB, AGE, SHORT, relation("condition", {"id": "id"}))


def test_a_relation_reads_as_the_vocabulary_says():
    """{slot} is filled in from the fact or from what the condition asks; what is free or a choice is said."""
    low = pattern(READ, "lab", analyte={"in": ["serum_b12", "ferritin"]}, limit="low", ratio={"below": "1"})
    any_low = pattern(READ, "lab", analyte="$a", limit="low")

    assert explain_condition(low, READ, READ.fact("lab", analyte="ferritin", limit="low", ratio=0.733), ()) == (
        "ferritin over its low limit: ratio 0.733 is below 1.000"
    )
    assert explain_condition(low, READ, None, ()) == "no serum B12 or ferritin over its low limit with ratio below 1.000 is recorded"
    assert explain_condition(any_low, READ, None, (), among=1) == "no analyte over its low limit is recorded (1 other is)"


def test_a_bound_names_the_threshold_that_it_came_from():
    """The auditor finds it in knowledge/thresholds.yaml under this name; an age is in years, and one year is one year."""
    old = pattern(READ, "age", years={"at_least": ("limit", "1")})
    limit = Param("limit", Decimal(1), "a", "knowledge.thresholds.age_limit")

    assert explain_condition(old, READ, READ.fact("age", years=34), [limit]) == "age: 34 years is at least 1 year (threshold age_limit)"


def test_an_exception_with_choices_names_them_all():
    """Not 'id one of'; what the other facts of the relation are counts, not how many there were to look through."""
    none_of = pattern(READ, "condition", "condition", True, id={"in": ["pku", "msud", "tyrosinaemia"]})

    assert explain_condition(none_of, READ, None, (), among=0) == "no condition pku, msud or tyrosinaemia is recorded (nor any other)"


def test_a_concluded_fact_is_followed_by_why_it_was_concluded():
    """A finding on an intermediate fact can be recomputed without looking for another rule."""
    below = rule(READ, "old", [pattern(READ, "age", years={"above": "30"})], {"of": "trp"}, concludes="short")
    above = rule(READ, "top", [pattern(READ, "short", of="$s")], {"window": "$s"})
    result = evaluate(rule_set(READ, [below, above]), READ, [READ.fact("age", years=34)])
    finding = next(d for d in result.derivations if d.rule == "top")

    said = explain_derivation(finding, above, READ, result.facts, ways=by_conclusion(result), rules={"old": below, "top": above})

    assert said == ("short of tryptophan was concluded, by the rule 'old' (age: 34 years is above 30 years)",)
