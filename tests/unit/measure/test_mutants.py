"""Every mutant changes one thing; what would not compile is told apart, and what is proved equivalent has its proof."""

from __future__ import annotations

from collections import Counter

import pytest

from neurobalance_expert.measure.equivalent import why_equivalent
from neurobalance_expert.measure.mutants import Mutant
from neurobalance_expert.measure.mutate import Bench
from tests.unit.measure.conftest import BEGIN, FIRES, Ready

NEIGHBOURS = ["life_stage.is: adult -> child", "influx.of: trp -> tyr", "window.phase: fed -> fasting", "condition.id: pku -> another"]
NEGATED = ["life_stage: scope -> unless", "influx: when -> unless", "window: when -> unless", "condition: unless -> when"]


def texts(bench: Bench, operator: str) -> list[str]:
    """What the valid mutants of one operator change, with the slot for those of conditions."""
    found = [m for m in bench.mutants(bench.by_id["low-share"]) if m.operator == operator and not m.invalid]
    return [f"{m.where}: {m.text}" if m.where.part else m.text for m in found]


@pytest.mark.parametrize(
    ("operator", "made"),
    [
        ("threshold", ["influx.vs_fasting: below 0.85 -> below 0.84", "influx.vs_fasting: below 0.85 -> below 0.86"]),
        ("edge of operator", ["influx.vs_fasting: below 0.85 -> at_most 0.85"]),
        ("reverse operator", ["influx.vs_fasting: below 0.85 -> at_least 0.85"]),
        ("unit", ["influx.vs_fasting: below 0.85 -> below 0.01"]),
        ("neighbour", NEIGHBOURS),
        ("unbind variable", ["window.id: $w -> any"]),
        ("drop condition", ["life_stage: dropped", "influx: dropped", "window: dropped", "condition: dropped"]),
        ("severity", ["minor -> info", "minor -> moderate"]),
        ("swap", ["about <-> window"]),
        ("code", ["COMPETE -> COMPETE_another", "lnaa -> lnaa_another", "trp -> trp_another"]),
        ("negate condition", NEGATED),
    ],
)  # fmt: skip
def test_an_operator_makes_these_mutants(operator: str, made: list[str], ready: Ready) -> None:
    """Bounds move by the resolution of their slot (0.01); 0.85 as if it were per cent is 0.0085, which rounds to 0.01."""
    assert made == texts(ready(BEGIN + FIRES), operator)


def test_a_list_loses_each_of_its_values_and_an_enum_gains_one(ready: Ready) -> None:
    """[fed, night] of fed, fasting, night."""
    bench = ready(BEGIN.replace("phase: fed", "phase: {in: [fed, night]}") + FIRES)

    assert ["in [fed, night] -> in [night]", "in [fed, night] -> in [fed]", "in [fed, night] -> in [fed, night, fasting]"] == [
        m.text for m in bench.mutants(bench.by_id["low-share"]) if m.operator == "neighbour" and m.where.slot == "phase"
    ]


def test_what_would_not_compile_says_why(ready: Ready) -> None:
    """Here only the missing: absent of the exception cannot go: a condition may be known or not."""
    bench = ready(BEGIN + FIRES)
    found = [(str(m.where), m.text, m.invalid) for m in bench.mutants(bench.by_id["low-share"]) if m.invalid]

    assert [("condition", "'missing: absent' taken away", "an exception over an open relation needs 'missing: absent' (NB-R071)")] == found


def test_a_condition_that_binds_a_variable_of_the_conclusion_cannot_go(ready: Ready) -> None:
    """With one use of $w left out of two the other binds it; of a single use nothing is left."""
    text = BEGIN.replace("      - window: {id: $w, phase: fed}\n", "") + FIRES.replace(", window: {id: w2, phase: fed}", "")
    bench = ready(text)
    invalid = Counter(m.operator for m in bench.mutants(bench.by_id["low-share"]) if m.invalid)

    assert {"drop condition": 1, "negate condition": 1, "missing policy": 1} == invalid


def equivalent(bench: Bench) -> list[tuple[str, str]]:
    rule = bench.by_id["low-share"]
    found = [(m, why_equivalent(rule, m, bench.vocabulary, bench.ruleset)) for m in bench.mutants(rule) if not m.invalid]
    return [(f"{m.where}: {m.text}", why) for m, why in found if why]


def test_a_closed_relation_has_no_missing_fact(ready: Ready) -> None:
    """A window that is not recorded is none, with 'missing: absent' and without."""
    why = "'window' is closed: what is not recorded is not so, whatever 'missing' says"

    assert [("window: 'missing: absent' added", why)] == equivalent(ready(BEGIN + FIRES))


def test_a_bound_that_another_bound_implies_may_move(ready: Ready) -> None:
    """Below 0.85 and at most 0.90: 0.89 and 0.91 in place of 0.90 ask the same of every value, and so does leaving it out."""
    bench = ready(BEGIN.replace("{below: 0.85}", "{below: 0.85, at_most: 0.9}") + FIRES)
    found = [text for text, why in equivalent(bench) if why == "'influx.vs_fasting' asks the same of every value that it can have"]

    assert [
        "influx.vs_fasting: at_most 0.9 -> any",
        "influx.vs_fasting: at_most 0.9 -> below 0.9",
        "influx.vs_fasting: at_most 0.9 -> at_most 0.89",
        "influx.vs_fasting: at_most 0.9 -> at_most 0.91",
    ] == found  # fmt: skip


def test_no_mutant_of_the_shipped_form_is_the_rule_itself(ready: Ready) -> None:
    """Each differs from its rule in what it says."""
    bench = ready(BEGIN + FIRES)
    rule = bench.by_id["low-share"]
    same: list[Mutant] = [m for m in bench.mutants(rule) if m.rule == rule]

    assert [] == same
