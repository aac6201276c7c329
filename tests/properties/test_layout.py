"""``rules fmt``: whatever the layout of a file, its data, its comments and its rules stay, and a second pass changes nothing."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurobalance_expert.assessment import Knowledge
from neurobalance_expert.editing.canonical import format_text
from neurobalance_expert.editing.printer import WIDTH
from neurobalance_expert.editing.tree import comments
from neurobalance_expert.errors import Problems
from neurobalance_expert.rules.parse import parse_rules
from neurobalance_expert.source import load, parse_yaml
from tests.unit.editing.layouts import Author

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = sorted((ROOT / "rules").rglob("*.yaml"))

words = st.text(st.sampled_from("ab Z0.:-#,[]{}&*!|>'\"%@`?~=\\/\n\t$µé\u00a0\u2028\U0001f642"), max_size=12)
scalars = st.one_of(
    words,
    st.sampled_from(["true", "null", "12", "1e-3", "07:30", "no", "~", "", "- a", "a: b", "a #b", "{{ x | percent }} of it", "word " * 60]),
    st.integers(-99, 99).map(Decimal),
    st.booleans(),
    st.none(),
)
data = st.recursive(scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4), max_leaves=12)
keys = st.sampled_from(["id", "code", "when", "unless", "scope", "tests", "evidence", "params", "say", "then", "overrides", "odd"])
rules = st.lists(st.dictionaries(keys, data, min_size=1, max_size=5), min_size=1, max_size=3)


def check(text: str, said: list[str], file: str = "x.yaml") -> str:
    """Data and comments stay, and the layout is one that stays."""
    out = format_text(text, file)

    assert plain(parse_yaml(text, file).data) == plain(parse_yaml(out, file).data)
    assert Counter(said) == Counter(comments(out))
    assert out == format_text(out, file)
    return out


def plain(value: Any) -> Any:
    """Data with the type of every value beside it, since true equals 1; keys in no order."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else (type(value).__name__, str(value))


@settings(max_examples=120)
@given(rules, st.integers(0, 10**6))
def test_any_data_in_any_layout_keeps_data_and_comments_and_settles_in_one_pass(found: list[dict[str, Any]], seed: int) -> None:
    """Also texts that look like numbers, comments in brackets, and files that are no good rules."""
    author = Author(seed)
    text = author.text({"language": Decimal(1), "rules": found})

    check(text, author.comments)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_file_in_another_layout_has_the_same_rules(path: Path, knowledge: Knowledge) -> None:
    """Compiled rules are equal apart from places, and without comments every layout leads to one text but for quotes and order."""
    whole = load(path).data
    author = Author(len(path.name))
    text = author.text({**whole, "rules": whole["rules"][:3]})
    out = check(text, author.comments, path.name)

    assert compiled(text, knowledge) == compiled(out, knowledge)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_file_keeps_its_rules_and_the_width(path: Path, knowledge: Knowledge) -> None:
    """Only a comment or a single word may be longer than the width."""
    text = path.read_text(encoding="utf-8")
    out = check(text, comments(text), path.name)

    assert compiled(text, knowledge) == compiled(out, knowledge)
    assert [] == [line for line in out.splitlines() if len(line) > WIDTH and not line.lstrip().startswith("#")]


def compiled(text: str, knowledge: Knowledge) -> object:
    """Rules and exclusive groups of a text, which compare without their places, and what is wrong."""
    problems = Problems()
    found = parse_rules(parse_yaml(text, "x.yaml"), knowledge.vocabulary, knowledge.thresholds, None, problems)
    return *found, Counter(problem.what for problem in problems.found)
