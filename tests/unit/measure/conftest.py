"""Rules of the small vocabulary, made ready to be measured."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from neurobalance_expert.errors import Problems
from neurobalance_expert.measure.mutate import Bench
from neurobalance_expert.rules.check import build_ruleset
from neurobalance_expert.rules.parse import parse_rules
from neurobalance_expert.source import load, parse_yaml
from neurobalance_expert.vocabulary import Vocabulary, parse_vocabulary
from tests.conftest import ROOT

BEGIN = """
language: 1
rules:
  - id: low-share
    code: "COMPETE:lnaa:trp"
    title: Tryptophan gets little of the carrier
    kind: competition
    status: experimental
    severity: minor
    scope:
      - life_stage: {is: adult}
    when:
      - influx: {of: trp, window: $w, vs_fasting: {below: 0.85}}
      - window: {id: $w, phase: fed}
    unless:
      - condition: {id: pku}
        missing: absent
    then: {about: trp, window: $w}
    say: Tryptophan had a small share.
"""
FIRES = """    tests:
      - name: fires
        facts: {life_stage: {is: adult}, influx: {of: trp, window: w2, vs_fasting: 0.84}, window: {id: w2, phase: fed}}
        expect: fired
"""
WHOLE = """      - {name: a child, like: fires, change: {life_stage.is: child}, expect: out_of_scope}
      - {name: age not known, like: fires, change: {life_stage: unknown}, expect: {unknown: [life_stage]}}
      - {name: of tyrosine, like: fires, change: {influx.of: tyr}, expect: {unknown: [influx]}}
      - {name: not known, like: fires, change: {influx: unknown}, expect: {unknown: [influx]}}
      - {name: at the limit, like: fires, change: {influx.vs_fasting: 0.85}, expect: {blocked: influx, margin: 0}}
      - {name: another window, like: fires, change: {window.id: w3}, expect: {unknown: [influx]}}
      - {name: by night, like: fires, change: {window.phase: night}, expect: {blocked: window}}
      - {name: the exception, like: fires, change: {condition: {id: pku}}, expect: {blocked: condition}}
      - {name: another condition, like: fires, change: {condition: {id: gout}}, expect: fired}
      - {name: what it says, like: fires, expect: {concludes: {code: "COMPETE:lnaa:trp", severity: minor, about: trp, window: w2}}}
"""
Ready = Callable[[str], Bench]


@pytest.fixture(scope="session")
def words() -> Vocabulary:
    """The vocabulary of ``tests/data/rules-vocabulary.yaml``."""
    return parse_vocabulary(load(ROOT / "tests" / "data" / "rules-vocabulary.yaml"))


@pytest.fixture(scope="session")
def ready(words: Vocabulary) -> Ready:
    """``ready(text)`` reads a rule file given as text, which must have no problem."""

    def read(text: str) -> Bench:
        problems = Problems()
        rules, exclusive = parse_rules(parse_yaml(text, "rules/low.yaml"), words, {}, {}, problems)
        ruleset = build_ruleset(rules, exclusive, words, problems)
        problems.stop()
        return Bench(ruleset, words)

    return read
