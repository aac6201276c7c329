"""What a lint looks at: rule files as text and as typed rules, side by side, and the knowledge they speak of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any, Literal

from msgspec import Struct

from neurobalance_expert.errors import Problem, Span
from neurobalance_expert.knowledge.values import KnownValue
from neurobalance_expert.rules.check import overriders
from neurobalance_expert.rules.ir import Rule, RuleSet
from neurobalance_expert.source import Data, Document, Keys
from neurobalance_expert.vocabulary import Vocabulary

Level = Literal["error", "warning", "info"]
LEVELS: tuple[Level, ...] = ("error", "warning", "info")


class Edit(Struct, frozen=True, order=True):
    """A replacement in a file: the characters from ``start`` up to ``end`` (counted from 0) become ``text``."""

    file: str
    start: int
    end: int
    text: str


class Found(Struct, frozen=True):
    """What one check has seen, without what is the same for every finding of its lint (code, level, why)."""

    what: str
    at: Span
    label: str = ""
    fix: str = ""
    also: tuple[tuple[Span, str], ...] = ()
    edits: tuple[Edit, ...] = ()


class Finding(Struct, frozen=True):
    """A problem with its level. ``edits`` mend it where that is safe; ``name`` is the lint's, '' for a problem that stops the rules."""

    problem: Problem
    level: Level
    name: str = ""
    edits: tuple[Edit, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The fields that ``--format json`` prints."""
        return {**self.problem.as_dict(), "level": self.level, "name": self.name, "fixable": bool(self.edits)}

    def order(self) -> tuple[Span, str, str]:
        """By place, then code."""
        return self.problem.at or Span("", 0, 0), self.problem.code, self.problem.what


class RuleText(Struct, frozen=True):
    """A typed rule and the text that it came from."""

    rule: Rule
    document: Document
    keys: Keys
    data: Mapping[str, Data]

    def at(self, *keys: str | int) -> Span:
        """Where a value of the rule stands."""
        return self.document.at(*self.keys, *keys)

    def at_key(self, *keys: str | int) -> Span:
        """Where a key of the rule stands."""
        return self.document.at_key(*self.keys, *keys)

    def conditions(self, part: str) -> Sequence[tuple[int, dict[str, Data]]]:
        """The conditions of ``scope``, ``when`` or ``unless`` as written, with their number."""
        listed = self.data.get(part)
        return [(i, item) for i, item in enumerate(listed if isinstance(listed, list) else []) if isinstance(item, dict)]


class FileText(Struct, frozen=True):
    """A rule file: its document and those of its rules that could be read without a problem."""

    document: Document
    rules: tuple[RuleText, ...]


class Material(Struct, frozen=True, dict=True):
    """Everything that lints look at.

    ``whole`` says that these are all rules of a knowledge base, none with a problem: only then is it known what is not used.
    ``tables`` are texts of its other files by path, given only when the knowledge base itself is looked at.
    """

    files: tuple[FileText, ...]
    ruleset: RuleSet
    vocabulary: Vocabulary
    thresholds: Mapping[str, KnownValue]
    references: Mapping[str, object]
    today: date
    whole: bool = False
    tables: Mapping[str, Document] = {}
    readmes: frozenset[str] = frozenset()  # folders of rules that have a README.md

    @cached_property
    def rules(self) -> tuple[RuleText, ...]:
        """The rules of all files."""
        return tuple(rule for file in self.files for rule in file.rules)

    @cached_property
    def compared(self) -> Mapping[tuple[str, str], tuple[KnownValue, ...]]:
        """The thresholds that rules compare with each slot, by relation and slot."""
        out: dict[tuple[str, str], dict[str, KnownValue]] = {}
        for text in self.rules:
            sources = {p.name: self.thresholds[p.source] for p in text.rule.params if p.source in self.thresholds}
            for pattern in (*text.rule.scope, *text.rule.when, *text.rule.unless) if sources else ():
                for slot in pattern.slots:
                    for known in (sources[test.param] for test in slot.tests if test.param in sources):
                        out.setdefault((pattern.relation, slot.name), {})[known.path] = known
        return {key: tuple(found.values()) for key, found in out.items()}

    @cached_property
    def overriders(self) -> Mapping[str, Sequence[Rule]]:
        """The rules that override each rule, by its id."""
        return overriders(text.rule for text in self.rules)

    @cached_property
    def by_id(self) -> Mapping[str, RuleText]:
        """The rules of all files by id."""
        return {text.rule.id: text for text in self.rules}


def rule_texts(document: Document, rules: Iterable[Rule], problems: Sequence[Problem]) -> tuple[RuleText, ...]:
    """The rules of one file beside their text; a rule within which a problem stands is left out."""
    listed = document.data.get("rules") if isinstance(document.data, dict) else None
    items = listed if isinstance(listed, list) else []
    starts = [_place(document.at("rules", i)) for i in range(len(items))]
    broken = {_place(p.at) for p in problems if p.at and p.at.file == document.file}
    typed = {rule.at: rule for rule in rules}
    out = []
    for i, item in enumerate(items):
        end = starts[i + 1] if i + 1 < len(starts) else (document.text.count("\n") + 2, 1)
        rule = typed.get(document.at("rules", i, "id"))
        if rule is not None and isinstance(item, dict) and not any(starts[i] <= place < end for place in broken):
            out.append(RuleText(rule, document, ("rules", i), item))
    return tuple(out)


def _place(at: Span) -> tuple[int, int]:
    return at.line, at.col
