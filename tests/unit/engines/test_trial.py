"""A trial of one rule comes to what the whole programme comes to, narrowed to that rule and those that override it."""

from __future__ import annotations

from pathlib import Path

from neurobalance_expert.engines.plan import programme
from neurobalance_expert.engines.reference import evaluate
from neurobalance_expert.engines.trial import Trial
from neurobalance_expert.loaded import Knowledge
from neurobalance_expert.rules.check import overriders
from neurobalance_expert.rules.load import load_rules


def test_a_trial_is_the_evaluation_of_its_rules_alone(root: Path, knowledge: Knowledge) -> None:
    """Entries and derivations of every fourth shipped rule on the facts of its tests."""
    rules = load_rules(root / "rules", knowledge.vocabulary, knowledge.thresholds, None, trusted=True)
    above = overriders(rules.rules)
    differ = []
    for rule in rules.rules[::4]:
        others = above.get(rule.id, ())
        trial = Trial(programme(rules, knowledge.vocabulary), rule, others)
        for test in rule.tests:
            whole = evaluate(rules, knowledge.vocabulary, test.facts, only={rule.id, *(other.id for other in others)})
            seen = trial.run(test.facts)
            if (whole.entries[rule.id], {d for d in whole.derivations if d.rule == rule.id}) != (seen.entries, set(seen.derivations)):
                differ.append(f"{rule.id}: {test.name}")

    assert [] == differ
