"""The checked run: a seeded fault in the compiler is caught before there is a result, and exclusive findings are refused."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from neurobalance_expert.engines import lower
from neurobalance_expert.engines.experta_engine import ExpertaEngine
from neurobalance_expert.engines.reference import ReferenceEngine, evaluate
from neurobalance_expert.engines.run import exclusive_clashes, run_checked
from neurobalance_expert.errors import EngineDisagreement, InputProblems
from neurobalance_expert.fact import Fact
from neurobalance_expert.rules.ir import Pattern, RuleSet
from tests.oracles.build import pattern, relation, rule, rule_set, vocabulary

WORDS = vocabulary(relation("lab", {"of": "id", "ratio": "number 0.01 1"}, ["of"]), relation("condition", {"id": "id"}))
LOW = pattern(WORDS, "lab", of="$a", ratio={"below": "1"})
SICK = pattern(WORDS, "condition", "condition", True, id="sick")
FACTS = (*(WORDS.fact("lab", of=f"a{i}", ratio=0.5 if i else 1) for i in range(8)), WORDS.fact("condition", id="sick"))


def rules(**more: object) -> RuleSet:
    """A threshold rule without and one with an exception that holds. New objects each time: compiled forms are kept by identity."""
    plain = rule(WORDS, "low", [LOW], {"about": "$a"}, code="LAB:$a:low")
    careful = rule(WORDS, "low-and-well", [LOW], {"about": "$a"}, code="WELL:$a:low", unless=[SICK])
    return replace(rule_set(WORDS, [plain, careful]), **more)


def test_engines_that_agree_give_the_result_of_the_reference():
    """Also when there is nothing to compare with."""
    expected = evaluate(rules(), WORDS, FACTS)

    for engine in (None, ReferenceEngine(), ExpertaEngine()):
        assert expected == run_checked(rules(), WORDS, iter(FACTS), engine)


def test_a_compiler_that_drops_a_negation_is_caught(monkeypatch):
    """Seven labs are low and the exception holds: seven extra findings, of which five are named."""
    plain = lower._Lowering._rule
    monkeypatch.setattr(lower._Lowering, "_rule", lambda self, r: replace(plain(self, r), negative=()))

    with pytest.raises(EngineDisagreement, match=r"only experta has: finding\(code=WELL:a1:low.* and 2 more"):
        run_checked(rules(), WORDS, FACTS, ExpertaEngine())


def test_a_compiler_that_takes_at_most_for_below_is_caught(monkeypatch):
    """a0 stands exactly at the limit."""
    plain = lower._Lowering._pattern

    def swapped(self: lower._Lowering, asked: Pattern) -> lower.Atom:
        slots = tuple(replace(s, tests=tuple(replace(t, op="at_most") if t.op == "below" else t for t in s.tests)) for s in asked.slots)
        return plain(self, replace(asked, slots=slots))

    monkeypatch.setattr(lower._Lowering, "_pattern", swapped)

    with pytest.raises(EngineDisagreement, match=r"only experta has: finding\(code=LAB:a0:low"):
        run_checked(rules(), WORDS, FACTS, ExpertaEngine())


def test_a_conclusion_that_the_other_engine_lacks_is_named():
    """An engine that concludes nothing lacks the seven findings."""

    class Idle:
        name = "idle"

        def run(self, rules, vocabulary, facts):
            return frozenset(facts)

    with pytest.raises(
        EngineDisagreement, match=r"'idle' and 'reference' came to different conclusions.*only reference has: finding.*and 2 more"
    ):
        run_checked(rules(), WORDS, FACTS, Idle())


def test_two_exclusive_findings_about_one_thing_are_an_error_of_the_rules():
    """LAB:a1:low and OTHER are exclusive; both speak of a1. OTHER about a9 would clash with nothing."""
    other = rule(WORDS, "other", [pattern(WORDS, "lab", of="a1")], {"about": "a1"}, code="OTHER")
    far = rule(WORDS, "other-elsewhere", [pattern(WORDS, "lab", of="a1")], {"about": "a9"}, code="OTHER")
    both = rule_set(WORDS, [*rules().rules, other, far], exclusive=(("LAB:a1:low", "OTHER"),))

    with pytest.raises(InputProblems) as caught:
        run_checked(both, WORDS, FACTS, None)

    (problem,) = caught.value.problems
    assert (
        problem.code,
        problem.what,
    ) == ("NB-E010", "the findings 'LAB:a1:low' and 'OTHER' exclude each other and both were concluded for a1")


def test_the_same_code_twice_is_no_clash():
    """Two windows may have the same finding; only different codes of a group exclude each other."""
    one, two = (Fact("finding", ("LAB:a:low", name, "minor", "a", "", "")) for name in ("r1", "r2"))
    result = replace(evaluate(rules(), WORDS, ()), facts=frozenset({one, two}))

    assert exclusive_clashes(rules(exclusive=(("LAB:a:low", "LAB:a:high"),)), result) == []
