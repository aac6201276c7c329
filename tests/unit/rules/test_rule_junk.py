"""No content of a rule file can make the reader raise: each node of the example files is replaced by junk in turn."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from neurobalance_expert.engines.testing import missing_tests, run_tests
from neurobalance_expert.errors import InputProblems, Problems, render_all
from neurobalance_expert.knowledge.values import KnownValue
from neurobalance_expert.rules.check import build_ruleset
from neurobalance_expert.rules.parse import parse_rules
from neurobalance_expert.source import Data, Document, Keys, load
from neurobalance_expert.vocabulary import Vocabulary

JUNK: tuple[Data, ...] = (None, True, Decimal("-1.5"), "", "x", "$x", "$w", "{{ x", [], [None], ["x"], {}, {"x": None}, {"below": "$w"})


def nodes(data: Data, keys: Keys = ()) -> Iterator[Keys]:
    """The place of every node."""
    yield keys
    for key, item in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        yield from nodes(item, (*keys, key))


def replaced(data: Data, keys: Keys, junk: Data) -> Data:
    """A copy with one node replaced."""
    if not keys:
        return junk
    out = data.copy()
    out[keys[0]] = replaced(data[keys[0]], keys[1:], junk)
    return out


@pytest.mark.parametrize("junk", JUNK, ids=repr)
def test_junk_is_a_problem_or_a_rule_and_never_an_exception(
    junk: Data, data: Path, vocabulary: Vocabulary, thresholds: dict[str, KnownValue]
) -> None:
    """Every second of some four hundred places is tried; what has no problem can be run, and every problem can be printed."""
    document = load(data / "rules" / "transport.yaml")
    for keys in list(nodes(document.data))[::2]:
        problems = Problems()
        changed = Document(replaced(document.data, keys, junk), document.text, document.file, document.spans, document.key_spans)
        rules, exclusive = parse_rules(changed, vocabulary, thresholds, {"smith1987": {}, "who2020": {}}, problems)
        ruleset = build_ruleset(rules, exclusive, vocabulary, problems)
        assert all(p.fix for p in problems.found)
        if problems.found:
            assert render_all(InputProblems(problems.found, problems.sources))
        else:
            run_tests(ruleset, vocabulary)
            missing_tests(ruleset, vocabulary, thresholds)
