"""The rules that do not run: drafts and retired ones, with what their author wrote beside their status."""

from __future__ import annotations

import re

from msgspec import Struct
from msgspec.structs import replace

from neurobalance_expert.errors import Problems
from neurobalance_expert.loaded import Knowledge
from neurobalance_expert.rules.check import build_ruleset
from neurobalance_expert.rules.ir import RUNNING, Rule, RuleSet
from neurobalance_expert.rules.parse import parse_rules
from neurobalance_expert.source import Document

MEANS = {
    "draft": "It is still being written: no assessment asks it, and nothing it says stands in a report.",
    "retired": "It has been taken out of service: no assessment asks it any more, and only old records may name it.",
}

_BESIDE = re.compile(r"""["']?(?:draft|retired)["']?[ \t]+#[ \t]*(?P<said>.*\S)""")


class Resting(Struct, frozen=True):
    """A rule that does not run, and the comment beside its status, '' where there is none."""

    rule: Rule
    why: str


def resting_rules(knowledge: Knowledge) -> tuple[Resting, ...]:
    """The drafts and retired rules of a knowledge base in the order of their ids; it must have been loaded without its cache."""
    found: list[Resting] = []
    for document in knowledge.files.under("rules"):
        items = document.data["rules"]
        if all(item["status"] in RUNNING for item in items):
            continue
        rules, _ = parse_rules(document, knowledge.vocabulary, knowledge.thresholds, knowledge.references, Problems(), trusted=True)
        found += [Resting(rule, _why(document, number)) for number, rule in enumerate(rules) if rule.status not in RUNNING]
    return tuple(sorted(found, key=lambda one: one.rule.id))


def with_rule(rule: Rule, knowledge: Knowledge) -> RuleSet:
    """The rules that run, and this one as if it did: its neighbours, layers and tests are found in the same way."""
    rules = [*(other for other in knowledge.rules.rules if other.id != rule.id), replace(rule, status=RUNNING[0])]
    return build_ruleset(rules, (), knowledge.vocabulary, Problems(), complete=False)


def _why(document: Document, number: int) -> str:
    """The comment that stands beside the status of a rule."""
    at = document.at("rules", number, "status")
    lines = document.text.split("\n") if at.file == document.file else []  # a pack may have said the status
    beside = _BESIDE.match(lines[at.line - 1][at.col - 1 :]) if at.line <= len(lines) else None
    return beside["said"] if beside else ""
