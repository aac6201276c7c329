"""``together`` and ``partition`` of a rule file."""

from __future__ import annotations

import pytest

from neurobalance_expert.errors import Problems
from neurobalance_expert.rules.compiled import from_json, to_json
from neurobalance_expert.rules.declared import check_declared, read_declared
from neurobalance_expert.rules.ir import RuleSet
from neurobalance_expert.source import parse_yaml
from neurobalance_expert.vocabulary import Vocabulary

TOGETHER = "together:\n  - {rules: [a, b], because: Both are true.}\n"
PARTITION = "partition:\n  - {name: all, over: [influx: {of: trp, window: $w}], rules: [a, b]}\n"


def declared(text: str, vocabulary: Vocabulary, known: tuple[str, ...] = ("a", "b")):
    """What a file declares, and the problems."""
    problems = Problems()
    found = read_declared(parse_yaml(f"language: 1\nrules: []\n{text}", "rules/x.yaml"), vocabulary, problems)
    check_declared(found, known, problems)
    return found, [(p.code, p.at.line if p.at else 0) for p in problems.found]


def test_rules_that_may_fire_together_are_read_with_the_reason(vocabulary: Vocabulary) -> None:
    """Ids, reason and place."""
    found, problems = declared(TOGETHER, vocabulary)

    assert ([(("a", "b"), "Both are true.", 4)], []) == ([(t.rules, t.because, t.at.line) for t in found.together], problems)


def test_a_partition_is_read_with_its_patterns(vocabulary: Vocabulary) -> None:
    """Name, relations and rules."""
    found, problems = declared(PARTITION, vocabulary)

    assert ([("all", ["influx"], ("a", "b"))], []) == ([(p.name, [o.relation for o in p.over], p.rules) for p in found.partition], problems)


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("together: 1\n", "NB-R005", 3),
        ("together: [1]\n", "NB-R005", 3),
        ("together:\n  - {rules: [a], because: x}\n", "NB-R005", 4),
        ("together:\n  - {rules: [a, a], because: x}\n", "NB-R005", 4),
        ("together:\n  - {rules: [a, b]}\n", "NB-R005", 4),
        ("together:\n  - {rules: [a, b], because: x, why: y}\n", "NB-R003", 4),
        ("together:\n  - rules: [a, c]\n    because: x\n", "NB-R078", 4),
        ("partition:\n  - {name: x, rules: [a, b]}\n", "NB-R005", 4),
        ("partition:\n  - {name: x, over: [nothing: {}], rules: [a, b]}\n", "NB-R010", 4),
        ("partition:\n  - {name: x, over: [influx: {}], rules: [a, c]}\n", "NB-R078", 4),
    ],
)
def test_what_is_wrong_is_told_with_its_place(vocabulary: Vocabulary, text: str, code: str, line: int) -> None:
    """One problem each."""
    _, problems = declared(text, vocabulary)

    assert [(code, line)] == problems


def test_declarations_are_kept_with_compiled_rules(vocabulary: Vocabulary) -> None:
    """The cache of a knowledge base gives back what the files declare."""
    found, _ = declared(TOGETHER + PARTITION, vocabulary)
    rules = RuleSet((), {}, frozenset(), (), found.together, found.partition)

    assert rules == from_json(to_json(rules))
