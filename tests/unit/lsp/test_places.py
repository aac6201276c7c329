"""The index of names, over a copy of the shipped rules and knowledge: every place is what it is said to be."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from neurobalance_expert.lsp.hover import hover
from neurobalance_expert.lsp.names import Mention
from neurobalance_expert.lsp.places_knowledge import THRESHOLD
from neurobalance_expert.lsp.positions import Lines
from neurobalance_expert.lsp.rename import Change, RefusedError, rename, scalar
from neurobalance_expert.lsp.workspace import Group, Workspace
from neurobalance_expert.source import parse_yaml

NEW = {"test": "a new: name – 😀", "rule": "zz-new-rule"}  # others: zzNew


@pytest.fixture(scope="module")
def documents(base: Path) -> Workspace:
    """The copy of the knowledge base."""
    return Workspace(base)


@pytest.fixture(scope="module")
def group(documents: Workspace, base: Path) -> Group:
    """Its files."""
    return documents.base(base)


@pytest.fixture(scope="module")
def mentions(group: Group) -> list[Mention]:
    """Every mention in them."""
    view = group.view()
    return [mention for name in view.documents for mention in group.index.of_file(view, name)]


def test_what_stands_at_a_mention_is_the_name(group: Group, mentions: list[Mention]) -> None:
    """Apart from quotes, and from the first part of the name of a threshold where it is defined."""
    wrong = []
    for mention in mentions:
        lines = group.lines(mention.span.file)
        start = lines.offset(mention.span.line, mention.span.col)
        written = lines.text[start : start + mention.span.length].strip("\"'")
        if mention.symbol.kind == "entry" and mention.span.length == 1:  # over two lines
            written = " ".join(lines.text[start : start + len(mention.symbol.name) + 40].split())[
                : len(mention.symbol.name)
            ]  # over two lines
        if written not in (mention.symbol.name, mention.symbol.name.removeprefix(THRESHOLD)):
            wrong.append((mention, written))

    assert [] == wrong
    assert len(mentions) > 4000


def test_every_name_has_a_definition_and_a_meaning(group: Group, mentions: list[Mention]) -> None:
    """Filters and the codes of rules that are not in the copy have none; everything else leads somewhere and can be told."""
    view = group.view()
    symbols = {mention.symbol for mention in mentions}
    defined = {mention.symbol for mention in mentions if mention.defines}

    assert set() == {symbol.kind for symbol in symbols - defined} - {"filter"}
    assert [] == [symbol for symbol in symbols if not hover(view, symbol)]


def test_renaming_anything_leaves_nothing_wrong(documents: Workspace, group: Group, base: Path, mentions: list[Mention]) -> None:
    """A sample of all names that can be renamed, each to a new one."""
    symbols = sorted(
        {m.symbol: m for m in mentions if m.symbol.kind in ("rule", "variable", "parameter", "label", "test")}.values(), key=repr
    )
    random.Random(7).shuffle(symbols)
    done = []
    for mention in symbols:
        view = group.view()
        try:
            changes = rename(view, group.index, mention, NEW.get(mention.symbol.kind, "zzNew"))
        except RefusedError:
            continue
        files = {change.at.file for change in changes}
        for file in files:
            documents.put((base / file).as_posix(), changed(view.held[file].text, [c for c in changes if c.at.file == file]))
        after = group.view()
        done.append((mention.symbol, (*after.errors, *after.advice)))
        for file in files:
            documents.close((base / file).as_posix())
        if len(done) == 40:
            break

    assert [] == [(symbol, found) for symbol, found in done if found]
    assert 40 == len(done)


def test_renaming_a_threshold_changes_its_number_and_every_rule_and_nothing_is_wrong(
    documents: Workspace, group: Group, base: Path, mentions: list[Mention]
) -> None:
    """All that neither the program nor a derived rule names; the rules compare with the same numbers as before."""
    view, edits, refused = group.view(), {}, {}
    for mention in [m for m in mentions if m.symbol.kind == "threshold" and m.defines]:
        name = mention.symbol.name.removeprefix(THRESHOLD)
        try:
            edits[name] = rename(view, group.index, mention, "zz_new")
        except RefusedError as reason:
            refused[name] = str(reason)
    wrong, used = [], [name for name, changes in edits.items() if len({change.at.file for change in changes}) > 1]
    for name in used:
        files = {change.at.file for change in edits[name]}
        for file in files:
            documents.put((base / file).as_posix(), changed(view.held[file].text, [c for c in edits[name] if c.at.file == file]))
        after = group.view()
        compared = [[(rule.id, p.value) for rule in one.by_id.values() for p in rule.params] for one in (view, after)]
        wrong += [name] if after.errors or compared[0] != compared[1] else []
        for file in files:
            documents.close((base / file).as_posix())

    assert [] == wrong
    assert len(used) >= 4
    assert {"coverage_limit", "ranking_coverage_limit", "fragile_share"} == {n for n, why in refused.items() if "program itself" in why}
    assert {"free_precursor_noticeable", "niacin_from_trp_high", "cofactor_far_below"} <= {
        name for name, why in refused.items() if "rules derive" in why
    }


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("just under", "just under"),
        ("at 0.85, once", '"at 0.85, once"'),
        ("yes: no", '"yes: no"'),
        ("true", '"true"'),
        ("12", '"12"'),
        ("a # b", '"a # b"'),
        ('say "x\\y"', 'say "x\\y"'),
        ("'", '"\'"'),
        ("µ – 😀", "µ – 😀"),
        ("a\u2028b", '"a\\U00002028b"'),
    ],
)
def test_a_name_is_written_so_that_it_reads_back(name: str, written: str) -> None:
    """Plain where YAML reads it as the same text within braces, else in quotes."""
    assert written == scalar(name)
    assert {"name": name, "expect": "x"} == parse_yaml(f"{{name: {written}, expect: x}}", "").data


def changed(text: str, changes: list[Change]) -> str:
    """The text after the changes."""
    lines = Lines(text)
    for change in sorted(changes, key=lambda c: c.at, reverse=True):
        start = lines.offset(change.at.line, change.at.col)
        text = text[:start] + change.text + text[start + change.at.length :]
    return text
