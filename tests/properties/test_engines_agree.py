"""Random stratified programs: the reference, experta, clingo and CLIPS conclude the same facts, however rules and facts are ordered.

The reference reads the typed rules with their overrides; the others read the lowered program. So lowering is checked too.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
from msgspec.structs import replace

from neurobalance_expert.engines import experta_engine
from neurobalance_expert.engines.experta_engine import ExpertaEngine
from neurobalance_expert.engines.reference import evaluate
from tests.oracles.clingo_oracle import ClingoOracle
from tests.oracles.clips_oracle import ClipsOracle
from tests.oracles.day_program import day
from tests.oracles.random_programs import KINDS, program

EACH = 160  # programs of each kind
ENGINES = (ExpertaEngine(), ClingoOracle(), ClipsOracle())
ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_four_engines_agree(kind):
    """160 programs of each kind, 320 in all; every engine against the reference on each."""
    for seed in range(EACH):
        made = program(kind, seed)
        expected = evaluate(made.rules, made.vocabulary, made.facts).facts
        for engine in ENGINES:
            got = engine.run(made.rules, made.vocabulary, made.facts)
            assert got == expected, f"{made.name}, {engine.name}: extra {set(got - expected)}, missing {set(expected - got)}"


def test_the_model_does_not_depend_on_whether_statuses_are_wanted():
    """Facts and derivations are the same with and without the search for what blocks and what is missing."""
    for kind in KINDS:
        for seed in range(60):
            made = program(kind, seed)
            whole = evaluate(made.rules, made.vocabulary, made.facts)
            bare = evaluate(made.rules, made.vocabulary, made.facts, statuses=False)
            assert (whole.facts, whole.derivations) == (bare.facts, bare.derivations), made.name


def test_the_programs_reach_every_part_of_the_language():
    """Agreement says little about what never happens: overrides, several derivations of one fact, findings and facts of high strata do."""
    results = [(made, evaluate(made.rules, made.vocabulary, made.facts)) for made in (program("sparse", seed) for seed in range(EACH))]
    entries = [e for _, result in results for group in result.entries.values() for e in group]
    strata = {made.rules.stratum[d.rule] for made, result in results for d in result.derivations}

    assert sum(e.status == "overridden" for e in entries) > 20
    assert sum(e.status == "blocked" and e.label.startswith("x") for e in entries) > 20  # exceptions that held
    assert sum(len(result.derivations) > len({d.fact for d in result.derivations}) for _, result in results) > 20
    assert strata >= {0, 1, 2}


def test_the_engines_agree_on_a_program_of_real_size():
    """60 rules and about 300 facts."""
    made = day()
    expected = evaluate(made.rules, made.vocabulary, made.facts).facts

    assert [engine.name for engine in ENGINES if engine.run(made.rules, made.vocabulary, made.facts) != expected] == []


def test_the_order_of_rules_and_facts_does_not_matter():
    """Model, derivations and statuses are equal after shuffling, order included."""
    rng = Random(1)
    for made in [program(kind, seed) for kind in KINDS for seed in range(60)] + [day()]:
        expected = evaluate(made.rules, made.vocabulary, made.facts)
        rules, facts = list(made.rules.rules), list(made.facts)
        rng.shuffle(rules)
        rng.shuffle(facts)
        shuffled = evaluate(replace(made.rules, rules=tuple(rules)), made.vocabulary, facts)
        assert (shuffled, list(shuffled.entries)) == (expected, list(expected.entries)), made.name


def test_the_hash_seed_does_not_matter():
    """Fresh processes with different hash seeds print the same derivations and statuses."""
    code = """
from tests.oracles.random_programs import KINDS, program
from neurobalance_expert.engines.reference import evaluate
for kind in KINDS:
    for seed in range(10):
        made = program(kind, seed)
        result = evaluate(made.rules, made.vocabulary, made.facts)
        print(result.derivations, result.entries)
"""
    printed = set()
    for seed in ("0", "1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        printed.add(
            subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout
        )

    assert len(printed) == 1
    assert len(printed.pop()) > 1000


def test_leaving_out_what_cannot_fire_changes_nothing(monkeypatch):
    """experta concludes the same when it is given every rule and every fact."""
    programs = [program(kind, seed) for kind in KINDS for seed in range(40)] + [day()]
    pruned = [ExpertaEngine().run(made.rules, made.vocabulary, made.facts) for made in programs]
    monkeypatch.setattr(experta_engine, "relevant", lambda core, facts: (core.rules, tuple(facts)))

    assert [ExpertaEngine().run(made.rules, made.vocabulary, made.facts) for made in programs] == pruned
