"""The disposition of a report: the strictest that anything asks for."""

from __future__ import annotations

from itertools import permutations

import pytest

from neurobalance_expert.errors import InputProblems
from neurobalance_expert.knowledge.policy import parse_policy
from neurobalance_expert.source import parse_yaml


@pytest.mark.parametrize(
    ("findings", "trusted", "expected"),
    [
        ([], True, "assess"),
        ([("LOW:protein", "minor")], True, "assess"),
        ([("LAB:plasma_plp:low", "moderate")], True, "caution_refer"),
        ([("INT:x", "major")], True, "caution_refer"),
        ([("COND:pku", "contraindicated")], True, "refer_no_advice"),
        ([("FLAG:seizure", "major")], True, "refer_no_advice"),
        ([("MISS:medications", "moderate")], True, "caution_refer"),
        ([("INVALID:food.time", "minor")], True, "cannot_assess"),
        ([("MISS:age", "moderate")], True, "cannot_assess"),
        ([("COND:mthfr", "info")], True, "assess"),
        ([], False, "cannot_assess"),
        ([("COND:pku", "contraindicated"), ("INVALID:lab.value", "moderate")], True, "cannot_assess"),
    ],
)
def test_the_strictest_wins(knowledge, findings, trusted, expected):
    """Cannot assess, then refer without advice, then caution, then assess."""
    assert expected == knowledge.policy.disposition(findings, trusted=trusted)


def test_order_does_not_matter_and_more_never_softens(knowledge):
    """Every order of three findings, and every subset against the whole."""
    findings = [("LOW:protein", "minor"), ("LAB:ferritin:low", "moderate"), ("FLAG:seizure", "major")]
    order = knowledge.policy.order
    whole = knowledge.policy.disposition(findings, trusted=True)

    assert {whole} == {knowledge.policy.disposition(list(p), trusted=True) for p in permutations(findings)}
    assert all(order.index(knowledge.policy.disposition(findings[:n], trusted=True)) >= order.index(whole) for n in range(4))


def test_a_policy_with_an_unknown_disposition_is_refused(knowledge, root):
    """The misspelt word is named and the right one offered."""
    text = (root / "knowledge/policy.yaml").read_text().replace("untrusted: cannot_assess", "untrusted: cannot_asses")
    with pytest.raises(InputProblems) as caught:
        parse_policy(parse_yaml(text, "policy.yaml"))

    assert ("NB-K018", "did you mean 'cannot_assess'?") == (caught.value.problems[0].code, caught.value.problems[0].fix)
