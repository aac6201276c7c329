"""What may be asked about: codes, codes with variables, rules, intermediate conclusions; a slip gets the nearest one."""

from __future__ import annotations

from collections.abc import Collection

import pytest

from neurobalance_expert.errors import Misuse
from neurobalance_expert.explain.codes import Codes
from tests.oracles.build import pattern, relation, rule, rule_set, vocabulary

WORDS = vocabulary(
    relation("lab", {"analyte": "id", "ratio": "number 0.01 1"}, ["analyte"]),
    relation("unknown_food", {"name": "id"}, open=False),
    relation("low", {"nutrient": "id"}, derived=True),
)
ANY_LAB = pattern(WORDS, "lab", analyte="$a", ratio={"below": "1"})
RULES = rule_set(
    WORDS,
    [
        rule(WORDS, "any-low", [ANY_LAB], {}, code="LAB:$a:low"),
        rule(WORDS, "b12-low", [pattern(WORDS, "lab", analyte={"bind": "$a", "in": ["b12"]}, ratio={"below": "1"})], {}, code="LAB:$a:low"),
        rule(WORDS, "iron-low", [pattern(WORDS, "lab", analyte="ferritin", ratio={"below": "1"})], {"nutrient": "iron"}, concludes="low"),
        rule(WORDS, "which-food", [pattern(WORDS, "unknown_food", name="$n")], {}, code="MISS:food:$n"),
    ],
)


def known(relation: str, slot: str) -> Collection[str]:
    return ("b12", "ferritin") if slot == "analyte" else ()


def targets(asked: str) -> list[tuple[str, dict[str, object]]]:
    found = Codes(RULES, WORDS, (), known).targets(asked)
    return [(target.rule.id, dict(target.preset)) for target in found]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("LAB:b12:low", [("any-low", {"a": "b12"}), ("b12-low", {"a": "b12"})]),
        ("LAB:ferritin:low", [("any-low", {"a": "ferritin"})]),
        ("LAB:$a:low", [("any-low", {}), ("b12-low", {})]),
        ("iron-low", [("iron-low", {})]),
        ("low", [("iron-low", {})]),
        ("MISS:food:pie: apple", [("which-food", {"n": "pie: apple"})]),
    ],
)
def test_the_rules_that_could_conclude_it(asked: str, expected: list[tuple[str, dict[str, object]]]) -> None:
    """Variables of a code are set to what was asked, when the rule allows it."""
    assert expected == targets(asked)


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        ("LAB:feritin:low", "did you mean 'LAB:ferritin:low'?"),
        ("iron-lo", "did you mean 'iron-low'?"),
        ("quite different", "docs/codes.md lists the codes"),
        ("lab", "given by the case and the model"),
        ("finding", "docs/codes.md lists the codes"),
    ],
)
def test_what_no_rule_concludes_is_refused_with_a_hint(asked: str, hint: str) -> None:
    """Nothing is answered about a code that does not exist."""
    with pytest.raises(Misuse) as refused:
        targets(asked)

    assert hint in str(refused.value)
