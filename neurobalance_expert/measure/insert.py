"""Tests put into a rule file at the end of the tests of their rule; everything else stays as it is, to the letter."""

from __future__ import annotations

from collections.abc import Sequence

from neurobalance_expert.errors import Misuse
from neurobalance_expert.measure.layout import as_text
from neurobalance_expert.rules.ir import Rule, RuleTest
from neurobalance_expert.source import Document
from neurobalance_expert.vocabulary import Vocabulary


def insert(document: Document, rule: Rule, tests: Sequence[RuleTest], vocabulary: Vocabulary) -> str:
    """The text of the rule file with these tests after those of the rule.

    Raises:
        Misuse: the tests of the rule stand on one line, so that there is no place for another.
    """
    number = next(i for i, item in enumerate(document.data["rules"]) if item.get("id") == rule.id)
    keys = ("rules", number)
    there = document.data["rules"][number].get("tests") or []
    head = "" if "tests" in document.data["rules"][number] else " " * (document.at_key(*keys, "id").col - 1) + "tests:\n"
    lines = document.text.splitlines(keepends=True)
    if there:
        at = document.at(*keys, "tests", len(there) - 1)
        indent = len(lines[at.line - 1]) - len(lines[at.line - 1].lstrip())
        if at.line == document.at_key(*keys, "tests").line or not lines[at.line - 1].lstrip().startswith("- "):
            raise Misuse(f"the tests of '{rule.id}' stand on one line ({at}); give each its own line with '- ' before it, then ask again")
        end = _end(lines, at.line, indent)
    else:
        column = document.at_key(*keys, "id").col - 1
        end, indent = _end(lines, document.at_key(*keys, "id").line, column - 1), column + 2
    made: list[str] = []
    earlier = list(rule.tests)
    for test in tests:
        made.append(as_text(test, rule, earlier, vocabulary, indent))
        earlier.append(test)
    before, ending = "".join(lines[:end]), "\r\n" if "\r\n" in document.text else "\n"
    added = (head + "".join(made)).replace("\n", ending)
    return f"{before}{'' if before.endswith(ending) else ending}{added}{''.join(lines[end:])}"


def _end(lines: Sequence[str], start: int, indent: int) -> int:
    """How many lines there are up to the end of what begins in a line (from 1): all further ones that are indented more.

    Blank lines and comments that stand further to the left may lie between them, and belong to what follows when they do not.
    """
    end = start
    for number in range(start, len(lines)):
        text = lines[number].strip()
        inside = len(lines[number]) - len(lines[number].lstrip()) > indent
        if text and inside:
            end = number + 1
        elif text and not text.startswith("#"):
            break
    return end
