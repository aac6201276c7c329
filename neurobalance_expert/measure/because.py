"""Why a test came out as it did: the proof of what fired, and of what did not each condition as it holds, fails or is not known."""

from __future__ import annotations

from collections.abc import Iterator

from neurobalance_expert.engines.trial import Trial
from neurobalance_expert.explain.codes import Target
from neurobalance_expert.explain.findings import Explainer
from neurobalance_expert.explain.sentences import explain_derivation
from neurobalance_expert.explain.told import tell
from neurobalance_expert.explain.why_not import standings
from neurobalance_expert.explain.wording import Labels
from neurobalance_expert.rules.ir import RuleTest
from neurobalance_expert.vocabulary import Vocabulary

NEAREST = 2  # bindings that are explained, those nearest to firing first
STATES = {"holds": "holds", "fails": "fails", "missing": "not known"}


def because(trial: Trial, test: RuleTest, vocabulary: Vocabulary) -> tuple[str, ...]:
    """One line for each condition: of every binding that fired its proof, else of the nearest bindings where each condition stands."""
    seen, rule = trial.run(test.facts), trial.rule
    if seen.derivations:
        facts = trial.explore(test.facts).store.facts
        return tuple(f"holds: {line}" for way in seen.derivations for line in explain_derivation(way, rule, vocabulary, facts))
    return tuple(_standing(trial, test, vocabulary))


def _standing(trial: Trial, test: RuleTest, vocabulary: Vocabulary) -> Iterator[str]:
    explainer = Explainer({trial.rule.id: trial.rule}, vocabulary, {}, {}, {}, Labels())
    found = standings(trial.explore(test.facts), [Target(trial.rule, {})], lambda fact, slot: None, lambda relation, key: "")
    for standing in found[:NEAREST]:
        told = tell(standing, explainer)
        if told.by:
            yield f"fails: the rule '{told.by}' speaks instead"
        for condition in told.conditions:
            place = f" ({condition.at})" if condition.state != "holds" else ""
            yield f"{STATES[condition.state]}: {condition.text.removeprefix('not recorded: ')}{place}"
