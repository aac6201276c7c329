"""Why a rule did not fire: conditions behind the first blocker, margins beside errors, and which rule came nearest."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from neurobalance_expert.engines.reference import explore
from neurobalance_expert.explain.codes import Target
from neurobalance_expert.explain.why_not import Standing, standings
from neurobalance_expert.fact import Fact
from neurobalance_expert.knowledge.measurement_errors import MeasurementError
from neurobalance_expert.rules.ir import Rule
from tests.oracles.build import pattern, relation, rule, rule_set, vocabulary

RATIO = "number 0.01 1"
WORDS = vocabulary(
    relation("influx", {"of": "id", "window": "id", "vs_fasting": RATIO}, ["of", "window"]),
    relation("window", {"id": "id", "phase": "id"}, ["id"], open=False),
    relation("lab", {"analyte": "id", "ratio": RATIO}, ["analyte"]),
    relation("meal", {"window": "id", "protein": "number 0.1 g", "fat": "number 0.1 g"}, ["window"]),
    relation("condition", {"id": "id"}),
    relation("starved", {"aa": "id", "window": "id"}, derived=True),
)
FED = pattern(WORDS, "window", id="$w", phase="fed")
LOW = pattern(WORDS, "influx", of="trp", window="$w", vs_fasting={"below": "0.85"})
PKU = pattern(WORDS, "condition", "pku", True, id="phenylketonuria")
CROWDED = rule(WORDS, "crowded", [FED, LOW], {"window": "$w"}, unless=[PKU])


def influx(window: str, ratio: float) -> Fact:
    return WORDS.fact("influx", of="trp", window=window, vs_fasting=ratio)


def window(name: str, phase: str) -> Fact:
    return WORDS.fact("window", id=name, phase=phase)


def stand(rules: Sequence[Rule], facts: Sequence[Fact], error: MeasurementError | None = None, never: str = "") -> tuple[Standing, ...]:
    case = explore(rule_set(WORDS, rules), WORDS, facts)
    return standings(case, [Target(r, {}) for r in rules], lambda fact, slot: error, lambda relation, key: never)


def names(standing: Standing, state: str) -> list[str]:
    return [c.pattern.label for c in standing.conditions if c.state == state]


def test_a_condition_behind_the_first_blocker_is_judged_too() -> None:
    """The window is not fed, and the entry is not low either: both are named, the first one as the blocker."""
    (only,) = stand([CROWDED], [window("w1", "night"), influx("w1", 0.9)])

    assert ("blocked", ["window", "influx"]) == (only.status, names(only, "fails"))


def test_the_window_with_fewer_failed_conditions_comes_first() -> None:
    """w2 misses the entry alone, w1 the phase as well, though its entry is nearer."""
    found = stand([CROWDED], [window("w1", "night"), influx("w1", 0.86), window("w2", "fed"), influx("w2", 0.99)])

    assert [(("w", "w2"),), (("w", "w1"),)] == [one.binding for one in found]


def test_of_two_that_fail_in_one_condition_the_nearer_comes_first() -> None:
    """0.87 is 2 steps from 0.85, 0.95 is 10."""
    found = stand([CROWDED], [window("w1", "fed"), influx("w1", 0.95), window("w2", "fed"), influx("w2", 0.87)])

    assert [(1, 2.0), (1, 10.0)] == [one.distance for one in found]


def test_a_distance_is_the_margin_over_the_error_of_the_value() -> None:
    """0.91 misses 0.85 by 0.06; an error of 8 % of 0.91 is 0.0728: 0.06 / 0.0728 = 0.824 standard deviations."""
    (only,) = stand([CROWDED], [window("w1", "fed"), influx("w1", 0.91)], MeasurementError(0.08, "model", "this_model", True))

    assert (0, pytest.approx(0.8242, abs=1e-4)) == only.distance


def test_what_fails_without_a_number_has_no_distance() -> None:
    """A phase is another one or it is not; it comes after whatever misses by a number."""
    found = stand([CROWDED], [window("w1", "night"), influx("w1", 0.5), window("w2", "fed"), influx("w2", 0.95)])

    assert [(1, 10.0), (2, 0.0)] == [one.distance for one in found]


def test_every_slot_of_a_fact_that_fails_is_named() -> None:
    """A meal with too much protein and too little fat misses twice; its distance is the larger."""
    plain = rule(WORDS, "plain", [pattern(WORDS, "meal", window="$w", protein={"at_most": "5"}, fat={"at_least": "10"})], {"window": "$w"})

    (only,) = stand([plain], [WORDS.fact("meal", window="w1", protein=6.0, fat=7.0)])

    assert [("protein", 10), ("fat", 30)] == [(miss.slot, miss.margin) for miss in only.conditions[0].misses]
    assert (1, 30.0) == only.distance


def test_an_exception_that_holds_stands_after_the_conditions() -> None:
    """With the condition entered the rule is blocked by it alone."""
    (only,) = stand([CROWDED], [window("w1", "fed"), influx("w1", 0.7), WORDS.fact("condition", id="phenylketonuria")])

    assert ("blocked", ["pku"], []) == (only.status, [e.pattern.label for e in only.exceptions], names(only, "fails"))


def test_an_unknown_rule_is_nearer_than_one_that_fails() -> None:
    """w2 has no entry: nothing known is false there."""
    found = stand([CROWDED], [window("w1", "fed"), influx("w1", 0.86), window("w2", "fed")])

    assert ["unknown", "blocked"] == [one.status for one in found]


def test_a_fact_that_no_entry_could_give_counts_as_failed() -> None:
    """The status stays the engine's; the reason is kept."""
    (only,) = stand([CROWDED], [window("w1", "fed")], never="there is no such thing")

    assert ("unknown", ["there is no such thing"]) == (only.status, [c.never for c in only.failed])


def test_free_variables_are_chosen_so_that_least_fails() -> None:
    """starved and pushed must meet in one window: w1 has the one, w2 has the other and is fed, so one condition fails, not two."""
    both = rule(
        WORDS,
        "both",
        [pattern(WORDS, "starved", aa="trp", window="$w"), pattern(WORDS, "window", id="$w", phase="fed")],
        {"window": "$w"},
    )

    found = stand([both], [window("w2", "fed"), window("w1", "night"), WORDS.fact("starved", aa="trp", window="w1")])

    assert [1] == [len(one.failed) for one in found]


def test_an_overridden_rule_names_who_speaks_instead() -> None:
    """Every condition holds; the distance is nothing."""
    wide = rule(WORDS, "wide", [FED], {"window": "$w"})
    narrow = rule(WORDS, "narrow", [FED, LOW], {"window": "$w"}, overrides=["wide"])

    found = {one.rule.id: one for one in stand([wide, narrow], [window("w1", "fed"), influx("w1", 0.7)])}

    assert ("overridden", "narrow", 0) == (found["wide"].status, found["wide"].by, len(found["wide"].failed))
