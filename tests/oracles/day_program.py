"""A made-up program of the size and shape of one real assessment: 60 rules, 300 facts. For timing; its numbers mean nothing."""

from __future__ import annotations

from random import Random

from neurobalance_expert.fact import Fact
from neurobalance_expert.rules.ir import Rule
from tests.oracles.build import pattern, relation, rule, rule_set, vocabulary
from tests.oracles.random_programs import Program

ACIDS = ("trp", "tyr", "phe", "leu", "ile", "val", "met", "his")
NUTRIENTS = tuple(f"nutrient{i}" for i in range(40))
SUBSTANCES = tuple(f"substance{i}" for i in range(12))
ANALYTES = tuple(f"analyte{i}" for i in range(15))
RATIO = "number 0.01 1"

WORDS = vocabulary(
    relation("trusted", {"is": "bool"}, [], open=False),
    relation("life_stage", {"is": "id"}, []),
    relation("condition", {"id": "id"}, closed_by=("list_complete", (("list", "conditions"),))),
    relation("medication", {"ingredient": "id"}),
    relation("list_complete", {"list": "id"}, open=False),
    relation("adequacy", {"nutrient": "id", "standard": "id", "ratio": RATIO, "low": RATIO, "high": RATIO}, ["nutrient", "standard"]),
    relation("partly_known", {"nutrient": "id"}, open=False),
    relation("window", {"id": "id", "phase": "id", "start_h": "number 0.01 h"}, ["id"], open=False),
    relation("influx", {"of": "id", "window": "id", "vs_fasting": RATIO}, ["of", "window"]),
    relation("meal", {"window": "id", "protein_g": "number 0.1 g"}, ["window"]),
    relation("lab", {"analyte": "id", "limit": "id", "ratio": RATIO}, ["analyte", "limit"]),
    relation("dose", {"substance": "id", "mg": "number 0.001 mg"}, ["substance"]),
    relation("gap", {"a": "id", "b": "id", "hours": "number 0.01 h"}, ["a", "b"]),
    relation("short_supply", {"system": "id"}, derived=True),
    relation("starved", {"aa": "id", "window": "id"}, derived=True),
    relation("cofactor_low", {"nutrient": "id"}, derived=True),
)


def day() -> Program:
    """The program, always the same."""
    return Program("day", rule_set(WORDS, _rules()), tuple(_facts(Random(7))), WORDS)


def _rules() -> list[Rule]:
    scope = (pattern(WORDS, "trusted", **{"is": True}), pattern(WORDS, "life_stage", **{"is": "adult"}))
    pku = pattern(WORDS, "condition", "pku", True, id="pku")
    fed = pattern(WORDS, "window", id="$w", phase="fed")
    out = []
    for nutrient in NUTRIENTS[:18]:
        when = [pattern(WORDS, "adequacy", nutrient=nutrient, standard="rda", high={"below": ("low", "0.6"), "bind": "$ratio"})]
        unless = [pattern(WORDS, "partly_known", nutrient=nutrient)]
        out.append(rule(WORDS, f"low-{nutrient}", when, {"about": nutrient}, scope=scope, unless=unless))
    for acid in ACIDS:
        when = [pattern(WORDS, "influx", of=acid, window="$w", vs_fasting={"below": ("low", "0.75"), "bind": "$ratio"}), fed]
        out.append(rule(WORDS, f"starved-{acid}", when, {"aa": acid, "window": "$w"}, concludes="starved", unless=[pku]))
        when = [pattern(WORDS, "starved", aa=acid, window="$w"), pattern(WORDS, "meal", window="$w", protein_g={"above": "20"})]
        out.append(rule(WORDS, f"compete-{acid}", when, {"about": acid, "window": "$w"}, scope=scope))
    for i, analyte in enumerate(ANALYTES):
        when = [pattern(WORDS, "lab", analyte=analyte, limit="low", ratio={"below": "1", "bind": "$ratio"})]
        if i % 2:
            out.append(rule(WORDS, f"lab-{analyte}", when, {"nutrient": NUTRIENTS[i]}, concludes="cofactor_low"))
        else:
            overrides = [f"low-{NUTRIENTS[i]}"]
            out.append(rule(WORDS, f"lab-{analyte}", when, {"about": analyte}, code="LAB:x:low", scope=scope, overrides=overrides))
    for i, substance in enumerate(SUBSTANCES[:9]):
        when = [
            pattern(WORDS, "dose", substance=substance, mg={"above": "300", "bind": "$mg"}),
            pattern(WORDS, "medication", ingredient=f"drug{i}"),
        ]
        out.append(rule(WORDS, f"interaction-{substance}", when, {"about": substance}))
    when = [
        pattern(WORDS, "cofactor_low", nutrient="$n"),
        pattern(WORDS, "adequacy", nutrient="$n", standard="rda", ratio={"below": "1.2"}),
    ]
    out.append(rule(WORDS, "cofactor", when, {"about": "$n"}))
    when = [pattern(WORDS, "gap", a="$a", b="$b", hours={"below": "0.1"})]
    out.append(rule(WORDS, "gap", when, {"about": "$a", "window": "$b"}))
    return out


def _facts(rng: Random) -> list[Fact]:
    out = [
        WORDS.fact("trusted", **{"is": True}),
        WORDS.fact("life_stage", **{"is": "adult"}),
        WORDS.fact("list_complete", list="conditions"),
    ]
    out += [WORDS.fact("condition", id="asthma"), *(WORDS.fact("medication", ingredient=f"drug{i}") for i in range(3))]
    for nutrient in NUTRIENTS:
        for standard in ("ear", "rda"):
            ratio = rng.uniform(0.3, 2)
            out.append(WORDS.fact("adequacy", nutrient=nutrient, standard=standard, ratio=ratio, low=ratio * 0.9, high=ratio * 1.1))
    for w in range(9):
        name = f"w{w}"
        out.append(WORDS.fact("window", id=name, phase="fed" if w % 2 else "fasting", start_h=7 + 2 * w))
        out.append(WORDS.fact("meal", window=name, protein_g=rng.uniform(0, 50)))
        out += [WORDS.fact("influx", of=acid, window=name, vs_fasting=rng.uniform(0.5, 1.6)) for acid in ACIDS]
    for analyte in ANALYTES:
        out += [WORDS.fact("lab", analyte=analyte, limit=limit, ratio=rng.uniform(0.5, 2)) for limit in ("low", "high")]
    out += [WORDS.fact("dose", substance=substance, mg=rng.uniform(1, 1000)) for substance in SUBSTANCES]
    out += [WORDS.fact("gap", a=a, b=b, hours=rng.uniform(0, 12)) for a in SUBSTANCES for b in SUBSTANCES if a < b]
    out += [WORDS.fact("partly_known", nutrient=nutrient) for nutrient in NUTRIENTS[3:18:7]]
    return out
