"""The core program: overrides compiled away, findings built after the run, and what may be left out before it."""

from __future__ import annotations

from neurobalance_expert.engines.lower import lower, relevant
from neurobalance_expert.fact import FINDING, Fact
from neurobalance_expert.rules.ir import Var
from tests.oracles.build import pattern, relation, rule, rule_set, vocabulary

WORDS = vocabulary(
    relation("seen", {"what": "id", "where": "id", "n": "number 0.1 mg"}),
    relation("noted", {"what": "id"}),
    relation("mid", {"what": "id"}, derived=True),
)
SEEN = pattern(WORDS, "seen", what="$x", where="$y")
GENERAL = rule(WORDS, "general", [SEEN], {"about": "$x"}, code="SEEN:$x")
SPECIAL = rule(WORDS, "special", [pattern(WORDS, "noted", what="$x")], {"what": "$x"}, concludes="mid", overrides=["general"])


def test_an_override_becomes_a_negated_instance_of_the_shared_variables():
    """'special' concludes its instance over $x, the only shared variable, beside its fact; 'general' negates that instance."""
    core = lower(rule_set(WORDS, [GENERAL, SPECIAL]), WORDS)

    special, general = core.rules
    assert [head.relation for head in special.heads] == ["mid", "instance:special"]
    assert [Var("x")] == [arg.term for arg in special.heads[1].args]
    assert [("instance:special", (Var("x"),))] == [(atom.relation, tuple(a.term for a in atom.args)) for atom in general.negative]


def test_an_instance_of_a_finding_rule_decodes_to_its_finding():
    """The instance of 'general' carries $x; that of 'special' stands for no fact of its own."""
    core = lower(rule_set(WORDS, [GENERAL, SPECIAL]), WORDS)

    decoded = core.decode([("instance:general", ("tea",)), ("instance:special", ("tea",)), ("mid", ("tea",))])

    assert {Fact(FINDING, ("SEEN:tea", "general", "minor", "tea", "", "")), Fact("mid", ("tea",))} == decoded


def test_rules_that_cannot_fire_and_facts_that_match_nothing_are_left_out():
    """No fact has n above 5, so 'big' cannot fire, nor 'after', which rests on it; 'general' can, and needs the facts that it reads."""
    big = rule(WORDS, "big", [pattern(WORDS, "seen", what="$x", n={"above": "5"})], {"what": "$x"}, concludes="mid")
    after = rule(WORDS, "after", [pattern(WORDS, "mid", what="$x")], {"about": "$x"})
    facts = (WORDS.fact("seen", what="tea", where="cup", n=5), WORDS.fact("noted", what="tea"))

    live, needed = relevant(lower(rule_set(WORDS, [GENERAL, big, after]), WORDS), facts)

    assert (["general"], facts[:1]) == ([r.id for r in live], needed)


def test_a_rule_that_rests_on_one_that_could_fire_is_kept():
    """'big' could fire on n = 6, so 'after' stays though no fact of its own relation was given."""
    big = rule(WORDS, "big", [pattern(WORDS, "seen", what="$x", n={"above": "5"})], {"what": "$x"}, concludes="mid")
    after = rule(WORDS, "after", [pattern(WORDS, "mid", what="$x")], {"about": "$x"})

    live, _ = relevant(lower(rule_set(WORDS, [big, after]), WORDS), [WORDS.fact("seen", what="tea", where="cup", n=6)])

    assert [r.id for r in live] == ["big", "after"]


def test_drafts_are_not_lowered():
    """Engines see only rules that run; a draft that overrides does nothing."""
    draft = rule(
        WORDS, "special", [pattern(WORDS, "noted", what="$x")], {"what": "$x"}, concludes="mid", overrides=["general"], status="draft"
    )

    core = lower(rule_set(WORDS, [GENERAL, draft]), WORDS)

    assert [(r.id, r.negative) for r in core.rules] == [("general", ())]
