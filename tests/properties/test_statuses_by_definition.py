"""Statuses of random rules, held against their definition over every total binding."""

from __future__ import annotations

from neurobalance_expert.engines.reference import evaluate
from neurobalance_expert.fact import Fact, Value
from neurobalance_expert.rules.ir import Rule
from tests.oracles.build import rule_set
from tests.oracles.random_programs import INPUTS, WORDS, program
from tests.oracles.statuses import judge, total_bindings, truth

MOST_VARIABLES = 3  # keeps the number of total bindings of a rule below a thousand


def single_rules(count: int) -> list[tuple[Rule, tuple[Fact, ...]]]:
    """Rules over input relations only, without overrides, each with the facts of its program."""
    out: list[tuple[Rule, tuple[Fact, ...]]] = []
    seed = 0
    while len(out) < count:
        made = program("sparse", seed)
        facts = tuple(f for f in made.facts if f.relation in INPUTS)[: 2 + seed % 5]
        for rule in made.rules.rules:
            patterns = (*rule.scope, *rule.when, *rule.unless)
            if all(p.relation in INPUTS for p in patterns) and len(rule.variables()) <= MOST_VARIABLES:
                out.append((rule, facts))
        seed += 1
    return out[:count]


def agrees(partial: dict[str, Value], total: dict[str, Value]) -> bool:
    return all(total[name] == value for name, value in partial.items())


def test_each_entry_says_of_its_binding_what_the_definition_says():
    """fired: exactly the total bindings that fire. blocked: no way to complete the binding fires or is unknown, and some way is false
    at the condition that is named. unknown: some way to complete it has exactly these conditions unknown and none false."""
    seen = {"fired": 0, "blocked": 0, "unknown": 0, "out_of_scope": 0, "overridden": 0}
    for rule, facts in single_rules(400):
        alone = rule_set(WORDS, [rule])
        entries = evaluate(alone, WORDS, facts).entries[rule.id]
        judged = [(total, *judge(rule, WORDS, facts, total)) for total in total_bindings(rule, WORDS, facts)]
        assert entries
        fired = [dict(e.binding) for e in entries if e.status == "fired"]
        expected = [total for total, status, _, _ in judged if status == "fired"]
        assert sorted(map(repr, expected)) == sorted(repr(dict(sorted(b.items()))) for b in fired), rule
        for entry in entries:
            seen[entry.status] += 1
            here = [(status, label, missing) for total, status, label, missing in judged if agrees(dict(entry.binding), total)]
            assert here, (rule, entry)
            if entry.status == "unknown":
                assert ("unknown", "", entry.missing) in here, (rule, facts, entry)
            elif entry.status in ("blocked", "out_of_scope"):
                assert {status for status, _, _ in here} <= {"blocked", "out_of_scope"}, (rule, facts, entry)
                assert (entry.status, entry.label) in {(status, label) for status, label, _ in here}, (rule, facts, entry)
    assert min(seen[status] for status in ("fired", "blocked", "unknown", "out_of_scope")) > 20, seen


def test_what_could_be_decided_by_a_fact_about_known_things_is_reported_unknown():
    """When the conditions that are true already say what the missing ones would be about, an unknown entry names them."""
    found = 0
    for rule, facts in single_rules(400):
        entries = evaluate(rule_set(WORDS, [rule]), WORDS, facts).entries[rule.id]
        unknown = [(dict(e.binding), e.missing) for e in entries if e.status == "unknown"]
        for total in total_bindings(rule, WORDS, facts):
            status, _, missing = judge(rule, WORDS, facts, total)
            if status != "unknown":
                continue
            positive = (*rule.scope, *rule.when)
            known = frozenset().union(*[p.variables() for p in positive if truth(p, WORDS, facts, total) == "true"])
            if all(keys(p) <= known for p in positive if p.label in missing):
                found += 1
                assert any(agrees(partial, total) and labels == missing for partial, labels in unknown), (rule, facts, total)
    assert found > 100


def keys(pattern) -> frozenset[str]:
    """The variables in key slots."""
    key = WORDS.relations[pattern.relation].key
    return frozenset(s.term.name for s in pattern.slots if s.name in key and hasattr(s.term, "name"))
