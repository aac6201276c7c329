"""The lints of ``rules check`` on files as they are typed: those of one file or one rule, kept for each file until it changes itself.

What only a whole knowledge base shows (a threshold that no rule uses, say) is left to ``rules check``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from msgspec import Struct

from neurobalance_expert.errors import Problem
from neurobalance_expert.knowledge.values import KnownValue
from neurobalance_expert.lint.material import FileText, Finding, Material, rule_texts
from neurobalance_expert.lint.registry import look_into
from neurobalance_expert.lint.run import FAMILIES
from neurobalance_expert.lint.suppress import apply
from neurobalance_expert.rules.ir import Rule, RuleSet
from neurobalance_expert.source import Document
from neurobalance_expert.vocabulary import Vocabulary

__all__ = ("FAMILIES", "FileLints")  # importing the families registers their lints


class _Kept(Struct, frozen=True):
    text: FileText
    findings: tuple[Finding, ...]


class FileLints:
    """Lints of rule files, again and again."""

    def __init__(self) -> None:
        self._terms: object = None
        self._kept: dict[str, _Kept] = {}

    def look(
        self,
        files: Mapping[str, tuple[Document, Sequence[Rule], Sequence[Problem]]],
        ruleset: RuleSet,
        vocabulary: Vocabulary,
        thresholds: Mapping[str, KnownValue],
        references: Mapping[str, object],
        *,
        terms: object,
        today: date,
    ) -> list[Finding]:
        """The findings of every file, in the order of files.

        Args:
            files: Each with its rules, and the problems that some of them have: of these nothing more is said.
            terms: Another object whenever vocabulary or thresholds say something else.
        """
        if self._terms != (terms, today):
            self._terms, self._kept = (terms, today), {}
        before = self._kept
        texts = {name: _text(before.get(name), *parts) for name, parts in files.items()}
        material = Material(tuple(texts.values()), ruleset, vocabulary, thresholds, references, today)
        self._kept = {}
        for name, text in texts.items():
            kept = before.get(name)
            if kept is None or kept.text is not text:
                found = apply(look_into(text, material), [text.document], today, looked="some")
                kept = _Kept(text, tuple(sorted(found, key=Finding.order)))
            self._kept[name] = kept
        return [finding for kept in self._kept.values() for finding in kept.findings]


def _text(kept: _Kept | None, document: Document, rules: Sequence[Rule], problems: Sequence[Problem]) -> FileText:
    """A file beside its rules; that of the last time while it is the same."""
    text = FileText(document, rule_texts(document, rules, problems))
    same = kept is not None and kept.text.document is document and [r.rule for r in kept.text.rules] == [r.rule for r in text.rules]
    return kept.text if kept is not None and same else text
