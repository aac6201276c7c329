"""The one layout of a rule file: ``format_text``. Data and comments stay what they are; order of keys, lines and spaces are settled.

Two files that say the same, with the same comments, differ in nothing but the order of what may stand in any order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from neurobalance_expert.editing.printer import print_tree
from neurobalance_expert.editing.tree import BLANK, Entry, Group, Node, Scalar, comments, read_tree
from neurobalance_expert.errors import InputProblems, NeurobalanceError, Problem
from neurobalance_expert.rules.examples import KEYS as TEST_KEYS
from neurobalance_expert.rules.parse import EVIDENCE_KEYS, RULE_KEYS
from neurobalance_expert.source import Data, Document, is_text, parse_yaml, to_json

MODELINE = "# yaml-language-server: $schema="
TOP_ORDER = ("language", "exclusive", "rules", "together", "partition")
PATTERN_ORDER = ("as", "", "missing")  # '': the relation
PARTS = ("scope", "when", "unless")


def rule_order() -> tuple[str, ...]:
    """The keys of a rule as they are written: as the reader lists them, the origin of a derived rule behind its evidence."""
    rest = [key for key in RULE_KEYS if key != "derived_from"]
    at = rest.index("evidence") + 1
    return (*rest[:at], "derived_from", *rest[at:])


def format_text(text: str, file: str = "rules.yaml", *, modeline: str = "") -> str:
    """A rule file in its one layout.

    Args:
        text: The file. Line ends of any system; a byte-order mark is dropped.
        file: How messages name it.
        modeline: The schema for the first line, as a path from the file; '' for none. One that is there already stays.

    Raises:
        InputProblems: the text is not strict YAML (NB-S…) or no rule file (NB-R001).
        NeurobalanceError: the layout would have changed what the file says, which would be a bug; nothing else is returned then.
    """
    text = text.removeprefix("\ufeff")
    document = parse_yaml(text, file)
    if not isinstance(document.data, dict) or not isinstance(document.data.get("rules"), list):
        what = "a rule file has 'language: 1' and a list 'rules:'"
        problem = Problem("NB-R001", what, document.at("rules"), fix="start with the two keys, and each rule with '- id:'")
        raise InputProblems([problem], {file: text})
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    root = read_tree(text)
    if not isinstance(root, Group):
        raise TypeError("the reader saw a mapping")
    added = _arrange(root, modeline)
    out = print_tree(root)
    if out != text:
        _check_same(document, text, out, added)
    return out


def _arrange(root: Group, modeline: str) -> list[str]:
    """Put a tree into order. Returns the comments that were added."""
    head, root.entries[0].before = root.entries[0].before, []
    _sort(root, TOP_ORDER)
    added = [f"{MODELINE}{modeline}"] if modeline and not any(line.startswith(MODELINE[:-1]) for line in head) else []
    root.entries[0].before[:0] = [*added, *head]
    root.form = "block"
    _each(root, "exclusive", _arrange_exclusive)
    _each(root, "rules", _arrange_rules)
    return added


def _arrange_exclusive(groups: Node) -> None:
    if isinstance(groups, Group) and groups.entries:
        groups.form = "block"
        for group in _groups(groups):
            for entry in group.entries:
                _quote(entry.value)


def _arrange_rules(rules: Node) -> None:
    if not isinstance(rules, Group) or not rules.entries:
        return
    rules.form = "block"
    for number, entry in enumerate(rules.entries):
        if number:
            entry.before[:0] = [BLANK]
        if isinstance(entry.value, Group) and entry.value.mapping and entry.value.entries:
            arrange_rule(entry.value)


def arrange_rule(rule: Group) -> None:
    """Put the keys of one rule, and of what it holds, into order."""
    rule.form = "block"
    _sort(rule, rule_order())
    _each(rule, "code", _quote)
    _each(rule, "evidence", _items(EVIDENCE_KEYS))
    _each(rule, "params", _open)
    for part in PARTS:
        _each(rule, part, _arrange_patterns)
    _each(rule, "tests", _arrange_tests)


def _arrange_patterns(patterns: Node) -> None:
    if isinstance(patterns, Group) and patterns.entries:
        patterns.form = "block"
        for pattern in _groups(patterns):
            if pattern.entries:
                pattern.form = "block"
                pattern.entries.sort(key=_place_in_pattern)


def _place_in_pattern(entry: Entry) -> int:
    """``as`` before the relation, ``missing: absent`` behind it; where its value is a mapping a name is that of a relation."""
    name = entry.key.text if entry.key and not isinstance(entry.value, Group) else ""
    return PATTERN_ORDER.index(name if name in PATTERN_ORDER else "")


def _arrange_tests(tests: Node) -> None:
    if isinstance(tests, Group) and tests.entries:
        tests.form = "block"
        for test in _groups(tests):
            test.form = "open"
            _sort(test, TEST_KEYS)
            _each(test, "facts", _open)
            _each(test, "change", _open)


def _open(node: Node) -> None:
    if isinstance(node, Group):
        node.form = "open"


def _items(order: Sequence[str]) -> Callable[[Node], None]:
    def arrange(node: Node) -> None:
        _open(node)
        for item in _groups(node) if isinstance(node, Group) else []:
            _sort(item, order)

    return arrange


def _quote(node: Node) -> None:
    """Codes stand in quotes, because of their colons."""
    if isinstance(node, Scalar) and (node.style in ("|", ">") or (node.style == "" and is_text(node.text))):
        node.style = '"'


def _groups(group: Group) -> list[Group]:
    return [entry.value for entry in group.entries if isinstance(entry.value, Group)]


def _each(group: Group, key: str, arrange: Callable[[Node], None]) -> None:
    for entry in group.entries:
        if entry.key and entry.key.text == key:
            arrange(entry.value)


def _sort(group: Group, order: Sequence[str]) -> None:
    """Known keys in their order, then the others as they stood."""
    if group.mapping:
        group.entries.sort(key=lambda entry: order.index(entry.key.text) if entry.key and entry.key.text in order else len(order))


def _check_same(before: Document, text: str, out: str, added: list[str]) -> None:
    """What was read stays, and so does every comment."""
    kept = sorted([*comments(text), *added]) == sorted(comments(out))
    if not kept or to_json(_sorted(parse_yaml(out, before.file).data)) != to_json(_sorted(before.data)):
        raise NeurobalanceError(f"the layout of '{before.file}' would have changed what it says; the file is left as it is")


def _sorted(data: Data) -> Data:
    if isinstance(data, dict):
        return {key: _sorted(value) for key, value in sorted(data.items())}
    return [_sorted(item) for item in data] if isinstance(data, list) else data
