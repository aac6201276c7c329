"""Where in its file a condition of a rule stands, to the column of the slot: found when it is printed, since compiled rules keep less."""

from __future__ import annotations

from pathlib import Path

from neurobalance_expert.errors import InputProblems, Span
from neurobalance_expert.measure.conditions import Where, patterns
from neurobalance_expert.rules.ir import Rule
from neurobalance_expert.source import Document, load


class Places:
    """The rule files under a folder, each read once when something in it is looked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._documents: dict[str, Document | None] = {}
        self._numbers: dict[str, dict[str, int]] = {}

    def file(self, rule: Rule) -> Path:
        """The file of a rule."""
        name = rule.at.file if rule.at else ""
        inside = self.folder / name
        return inside if inside.is_file() else Path(name)

    def document(self, rule: Rule) -> Document | None:
        """The file of a rule, read; None where it cannot be any more."""
        name = rule.at.file if rule.at else ""
        if name not in self._documents:
            try:
                self._documents[name] = load(self.file(rule), shown_as=name)
            except InputProblems:
                self._documents[name] = None
        return self._documents[name]

    def at(self, rule: Rule, where: Where) -> Span | None:
        """The place of a slot, else of its pattern, else of the rule."""
        if where.slot == "conclusion" or not where.part:
            return self._of_head(rule, where)
        pattern = next((p for w, p in patterns(rule) if (w.part, w.number) == (where.part, where.number)), None)
        document = self.document(rule)
        if pattern is None or document is None or not where.slot:
            return pattern.at if pattern else rule.at
        return document.at_key("rules", self._number(document, rule), where.part, where.number, pattern.relation, where.slot)

    def _of_head(self, rule: Rule, where: Where) -> Span | None:
        document = self.document(rule)
        if document is None:
            return rule.at
        number = self._number(document, rule)
        item = document.data["rules"][number]
        keys = ("code", "concludes") if where.slot == "conclusion" else ("overrides",)
        return next((document.at_key("rules", number, key) for key in keys if key in item), rule.at)

    def _number(self, document: Document, rule: Rule) -> int:
        if document.file not in self._numbers:
            self._numbers[document.file] = {item["id"]: i for i, item in enumerate(document.data["rules"])}
        return self._numbers[document.file][rule.id]
