"""Lints about the tests inside rules."""

from __future__ import annotations

from collections.abc import Iterator

from neurobalance_expert.lint.logic import slot_type
from neurobalance_expert.lint.material import Found, Material, RuleText
from neurobalance_expert.lint.names import printed_names
from neurobalance_expert.lint.registry import Lint, in_rule
from neurobalance_expert.rules.check import variable_types
from neurobalance_expert.rules.ir import Pattern, RuleTest
from neurobalance_expert.rules.patterns import ORDERINGS

MARGIN = Lint(
    "NB-L030", "boundary-without-margin", "info",
    what="A test at the edge of a threshold does not say the margin.",
    why="without it the test passes too when another number of the condition blocks, or the threshold moves away",
    fix="add 'margin:' with the distance from the threshold, 0 at it",
    bad="expect: {blocked: influx}}",
    good="expect: {blocked: influx, margin: 0}}",
)  # fmt: skip
UNSAID = Lint(
    "NB-L031", "firing-test-names-no-value", "info",
    what="No test that fires says what the numbers are that the rule prints.",
    why="the rule could take its values from the wrong fact and every test would still pass",
    fix="write 'expect: {fired: {variable: value}}' in one test",
    bad="expect: fired",
    good="expect: {fired: {w: w2, ratio: 0.84}}",
)  # fmt: skip


@in_rule(MARGIN)
def without_margin(text: RuleText, material: Material) -> Iterator[Found]:
    """A blocked test with the one number of its condition within a step of the bound, and no margin."""
    patterns = {p.label: p for p in (*text.rule.scope, *text.rule.when)}
    for test in text.rule.tests:
        pattern = patterns.get(test.label)
        if pattern and test.status == "blocked" and test.margin is None and _at_edge(test, pattern, material):
            yield Found(
                f"the test '{test.name}' stands at the edge of a threshold and does not say the margin", test.at or text.at("tests")
            )


def _at_edge(test: RuleTest, pattern: Pattern, material: Material) -> bool:
    facts = [fact for fact in test.facts if fact.relation == pattern.relation]
    if len(facts) != 1:
        return False
    for slot in pattern.slots:
        value = facts[0].values[slot.index]
        if slot_type(pattern, slot, material.vocabulary).kind == "number" and isinstance(value, int):
            for bound in slot.tests:
                if bound.op in ORDERINGS and isinstance(bound.bound, int) and abs(value - bound.bound) <= 1 and not bound.holds(value):
                    return True
    return False


@in_rule(UNSAID)
def names_no_value(text: RuleText, material: Material) -> Iterator[Found]:
    """A rule that prints numbers, with tests that fire, none of which names a value."""
    rule = text.rule
    firing = [test for test in rule.tests if test.status == "fired"]
    numbers = {name for name, slot in variable_types(rule, material.vocabulary).items() if slot.kind == "number"}
    printed = sorted(numbers & printed_names(rule))
    if firing and printed and not any(test.binding for test in firing):
        fix = f"write 'expect: {{fired: {{{printed[0]}: value}}}}' in one test"
        yield Found(f"no test of '{rule.id}' says what {' and '.join(printed)} is", firing[0].at or text.at("tests"), fix=fix)
