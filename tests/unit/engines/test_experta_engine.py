"""The fence around experta: it is imported late, leaves nothing behind, and its known defects do not reach us."""

from __future__ import annotations

import subprocess
import sys

import pytest

from neurobalance_expert.engines import experta_engine
from neurobalance_expert.engines.experta_engine import ExpertaEngine, run_core
from neurobalance_expert.engines.lower import lower
from neurobalance_expert.engines.reference import evaluate
from neurobalance_expert.errors import NeurobalanceError
from neurobalance_expert.rules.ir import RuleSet
from tests.oracles.build import pattern, relation, rule, rule_set, vocabulary

WORDS = vocabulary(
    relation("seen", {"what": "id", "n": "number 0.1 mg"}),
    *[relation(f"except{i}", {"what": "id"}, derived=True) for i in range(20)],
)
SEEN = pattern(WORDS, "seen", what="$x")


def flags(count: int) -> RuleSet:
    """That many rules over one observation; the exception of one of them is concluded a stratum below."""
    never = pattern(WORDS, "seen", what="$x", n={"above": "100"})
    exceptions = [
        rule(WORDS, f"exception-{i}", [SEEN if i == count // 2 else never], {"what": "$x"}, concludes=f"except{i}") for i in range(count)
    ]
    rules = [rule(WORDS, f"flag-{i}", [SEEN], {"about": "$x"}, unless=[pattern(WORDS, f"except{i}", what="$x")]) for i in range(count)]
    return rule_set(WORDS, [*exceptions, *rules])


def test_our_agenda_removes_what_became_false_and_experta_own_does_not():
    """Twenty flags on one fact, one exception. With our agenda all of 40 runs are right; with experta's own most are wrong.

    Its removal looks at three places of a list whose equal entries lie in the order of memory addresses, so which runs go wrong varies,
    and that not one of 40 does has a probability below 1e-20.
    """
    rules = flags(20)
    facts = (WORDS.fact("seen", what="a", n=1),)
    right = evaluate(rules, WORDS, facts).facts - set(facts)
    core = lower(rules, WORDS)

    assert [right] * 40 == [run_core(core, facts) for _ in range(40)]
    assert any(run_core(core, facts, own_agenda=False) != right for _ in range(40))


def test_rules_with_the_same_conditions_stay_two_rules():
    """experta merges rules whose conditions and functions are equal; ours conclude twice."""
    twins = rule_set(WORDS, [rule(WORDS, name, [SEEN], {"about": "$x"}, code="X") for name in ("one", "two")])

    concluded = ExpertaEngine().run(twins, WORDS, [WORDS.fact("seen", what="a", n=1)])

    assert {"one", "two"} == {f.values[1] for f in concluded if f.relation == "finding"}


def test_names_that_mean_something_to_experta_are_only_names():
    """Variables called self, fact0 and __x__ and a text value that looks like one of them bind as any other."""
    named = [pattern(WORDS, "seen", f"s{i}", what=f"${name}") for i, name in enumerate(("self", "fact0", "__x__"))]
    rules = rule_set(WORDS, [rule(WORDS, "r", named, {"about": "$self", "system": "$fact0", "window": "$__x__"})])
    facts = [WORDS.fact("seen", what="none0", n=1), WORDS.fact("seen", what="v_self", n=1)]

    assert evaluate(rules, WORDS, facts).facts == ExpertaEngine().run(rules, WORDS, facts)


def test_an_exception_inside_experta_is_our_error(monkeypatch):
    """Whatever experta raises becomes an error of ours; no partial answer is returned."""

    def broken(self, agenda, added, removed):
        raise KeyError("inside")

    monkeypatch.setattr(experta_engine._experta().Safe.__strategy__, "_update_agenda", broken)

    with pytest.raises(NeurobalanceError, match="experta failed with KeyError"):
        ExpertaEngine().run(flags(2), WORDS, [WORDS.fact("seen", what="a", n=1)])


def test_a_run_that_does_not_end_is_an_error(monkeypatch):
    """Two flags need three firings; with a limit of two there is no answer rather than a part of it."""
    monkeypatch.setattr(experta_engine, "STEP_LIMIT", 2)

    with pytest.raises(NeurobalanceError, match="within 2 steps"):
        ExpertaEngine().run(flags(3), WORDS, [WORDS.fact("seen", what="a", n=1)])


def test_experta_keeps_nothing_more_after_many_runs():
    """It caches checks and classes for ever. The same rules add none, so a long run does not grow."""
    from experta.matchers.rete.check import FactCapture, FeatureCheck, TypeCheck

    def kept() -> list[int]:
        return [len(kind._instances) for kind in (FeatureCheck, FactCapture, TypeCheck)]

    facts = [WORDS.fact("seen", what="a", n=1)]
    ExpertaEngine().run(flags(5), WORDS, facts)
    before = kept()
    for _ in range(10):
        ExpertaEngine().run(flags(5), WORDS, facts)

    assert before == kept()


def test_experta_is_imported_late_and_leaves_logging_and_collections_as_they_were():
    """A fresh Python: not imported until the first run; then no handler on the root logger and no collections.Mapping."""
    code = """
import collections, logging, sys
import neurobalance_expert.engines.experta_engine as e
early = "experta" in sys.modules
e._experta()
print(early, "experta" in sys.modules, logging.getLogger().handlers, hasattr(collections, "Mapping"))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False True [] False"
