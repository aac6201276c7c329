"""Each lint and its page: the bad example raises that lint and no other, the good one none, and the docs say what the program says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from neurobalance_expert.lint.registry import LINTS, Lint
from neurobalance_expert.lint.run import all_lints
from tests.unit.lint.conftest import RULES, check, texts

ALL = [LINTS[code] for code in all_lints()]
LONG = "It stays so for some hours. " * 22
BESIDE: dict[str, dict[str, str | None]] = {  # examples that are no part of a text: a file that is gone or ends otherwise, a long sentence
    "NB-L045": {RULES: texts()[RULES].replace("say: The entry", f"say: {LONG}The entry", 1)},
    "NB-L067": {"rules/transport/README.md": None},
    "NB-L082": {RULES: texts()[RULES].rstrip("\n")},
    "NB-L084": {RULES: texts()[RULES].replace("\n", "\r\n")},
}


def with_bad(lint: Lint) -> dict[str, str]:
    """The clean knowledge base with the bad example of a lint in it."""
    files = texts()
    if lint.code in BESIDE:
        changed = {**files, **BESIDE[lint.code]}
        return {name: text for name, text in changed.items() if text is not None}
    [(name, good, bad)] = [(name, *found) for name, text in files.items() if (found := in_place(lint, text))]
    return {**files, name: files[name].replace(good, bad, 1)}


def in_place(lint: Lint, text: str) -> tuple[str, str] | None:
    """Both examples of a lint, indented as the good one stands in the text; None where it does not."""
    for line in text.split("\n"):
        indent = "\n" + " " * (len(line) - len(line.lstrip(" ")))
        good, bad = (example.replace("\n", indent) for example in (lint.good, lint.bad))
        if lint.good.split("\n")[0] in line and good in text:
            return good, bad
    return None


def test_the_example_is_clean() -> None:
    """Every good example stands in it, so none of them raises anything."""
    assert () == check(texts()).findings


@pytest.mark.parametrize("lint", ALL, ids=lambda lint: lint.code)
def test_the_bad_example_raises_the_lint_and_no_other(lint: Lint) -> None:
    """One finding, with the level of the lint."""
    found = check(with_bad(lint)).findings

    assert [(lint.code, lint.level)] == [(f.problem.code, f.level) for f in found], [f.problem.what for f in found]


def test_the_page_in_the_docs_is_the_one_that_explain_prints(root: Path, golden: Callable) -> None:
    """docs/lints.md ends with the page of every lint, in the order of the codes."""
    path = root / "docs" / "lints.md"
    head, mark, _ = path.read_text(encoding="utf-8").partition("## The lints\n")

    golden(path, head + mark + "".join("\n" + lint.page() for lint in ALL))


def test_codes_and_names_are_in_one_form() -> None:
    """NB-L and three digits; a name of small letters and hyphens; texts that end as the page needs them."""
    odd = [x.code for x in ALL if not x.what.endswith(".") or x.why.endswith(".") or x.fix.endswith(".") or x.name != x.name.lower()]

    assert [] == odd
