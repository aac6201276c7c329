"""Everything that the pages show, gathered once: rules with their neighbours, and who uses each value, reference and relation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from neurobalance_expert.engines.testing import TestOutcome, run_tests
from neurobalance_expert.explain.findings import code_text
from neurobalance_expert.graphs.build import Graph, Links, Node, rule_graph
from neurobalance_expert.knowledge.status import Entry, marked_entries
from neurobalance_expert.knowledge.values import KnownValue
from neurobalance_expert.loaded import Knowledge
from neurobalance_expert.rules.check import overriders
from neurobalance_expert.rules.ir import RUNNING, Rule, RuleSet
from neurobalance_expert.site.fired import Fired
from neurobalance_expert.site.markup import link, slugs, text
from neurobalance_expert.site.resting import Resting, resting_rules, with_rule
from neurobalance_expert.site.scores import Scores

T = TypeVar("T")

FOLDERS = {"rule": "rules", "code": "codes", "input": "relations", "relation": "relations", "value": "values", "reference": "references"}


class Catalogue(Struct, frozen=True, dict=True):
    """A knowledge base with what was measured about it: mutation scores, and which cases make a rule fire; None where nobody measured."""

    knowledge: Knowledge
    scores: Scores | None = None
    fired: Mapping[str, tuple[Fired, ...]] | None = None

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The running rules in the order of their ids."""
        return self.knowledge.rules.rules

    @cached_property
    def resting(self) -> Mapping[str, Resting]:
        """The drafts and retired rules by their ids."""
        return {one.rule.id: one for one in resting_rules(self.knowledge)}

    def rules_with(self, rule: Rule) -> RuleSet:
        """The running rules, and this one as if it ran."""
        return self.knowledge.rules if rule.status in RUNNING else with_rule(rule, self.knowledge)

    @cached_property
    def by_id(self) -> Mapping[str, Rule]:
        """Every rule that has a page."""
        return self.knowledge.rule_by_id | {name: one.rule for name, one in self.resting.items()}

    @cached_property
    def overridden_by(self) -> Mapping[str, Sequence[Rule]]:
        """The rules that override each rule."""
        return overriders(self.rules)

    @cached_property
    def readers(self) -> Mapping[str, Sequence[Rule]]:
        """The rules that ask for each relation."""
        return _group((p.relation, rule) for rule in self.rules for p in (*rule.scope, *rule.when, *rule.unless))

    @cached_property
    def concluders(self) -> Mapping[str, Sequence[Rule]]:
        """The rules that conclude each relation."""
        return _group((rule.head.relation, rule) for rule in self.rules)

    @cached_property
    def by_code(self) -> Mapping[str, Sequence[Rule]]:
        """The rules that conclude each finding code, in the order of the codes."""
        return dict(sorted(_group((code_text(rule), rule) for rule in self.rules if rule.head.code).items()))

    @cached_property
    def users_of_value(self) -> Mapping[str, Sequence[Rule]]:
        """The rules that compare with each value, by its path."""
        return _group((param.source, rule) for rule in self.rules for param in rule.params if param.source)

    @cached_property
    def citers(self) -> Mapping[str, Sequence[Rule]]:
        """The rules that cite each reference."""
        return _group((e.ref, rule) for rule in self.rules for e in rule.evidence)

    @cached_property
    def values_citing(self) -> Mapping[str, Sequence[KnownValue]]:
        """The values that rest on each reference."""
        return _group((ref, value) for value in self.knowledge.thresholds.values() for ref in value.sources)

    @cached_property
    def entries(self) -> Sequence[Entry]:
        """Every marked entry of the knowledge files, those of packs by their names."""
        knowledge = self.knowledge
        found = marked_entries(knowledge.files.root, knowledge.references)
        for pack in knowledge.files.packs:
            found += [Entry(f"{pack.name}/{e.file}", *_rest(e)) for e in marked_entries(pack.root, knowledge.references)]
        return found

    @cached_property
    def entries_citing(self) -> Mapping[str, Sequence[Entry]]:
        """The marked entries that rest on each reference, thresholds left out: those have pages of their own."""
        return _group((ref, entry) for entry in self.entries if not entry.file.endswith("thresholds.yaml") for ref in entry.sources)

    @cached_property
    def outcomes(self) -> Mapping[str, Sequence[TestOutcome]]:
        """The tests of each rule, run."""
        return _group((outcome.rule, outcome) for outcome in run_tests(self.knowledge.rules, self.knowledge.vocabulary))

    @cached_property
    def graph(self) -> Graph:
        """All rules as a graph."""
        return rule_graph(self.knowledge.rules, self.knowledge.vocabulary)

    def outcomes_of(self, rule: Rule) -> Sequence[TestOutcome]:
        """The tests of a rule, run; of one that does not run as if it did."""
        if rule.status in RUNNING:
            return self.outcomes.get(rule.id, ())
        return run_tests(self.rules_with(rule), self.knowledge.vocabulary, [rule.id])

    def around(self, rule: Rule) -> Graph:
        """A rule and everything one step around it."""
        rules = self.rules_with(rule)
        links = self._links if rule.status in RUNNING else Links(rules)
        some = sorted((links.by_id[one] for one in links.around([rule.id], 1)), key=lambda found: found.id)
        return rule_graph(replace(rules, rules=tuple(some)), self.knowledge.vocabulary)

    @cached_property
    def _links(self) -> Links:
        return Links(self.knowledge.rules)

    def exclusive_with(self, code: str) -> list[str]:
        """The codes that must not appear beside this one."""
        groups = [group for group in self.knowledge.rules.exclusive if any(_may_be(code, one) for one in group)]
        return sorted({one for group in groups for one in group if not _may_be(code, one)})

    @cached_property
    def _names(self) -> Mapping[str, Mapping[str, str]]:
        """A name of a file for everything that has a page."""
        return {
            "rules": slugs((*(rule.id for rule in self.rules), *self.resting)),
            "codes": slugs(self.by_code),
            "relations": slugs(self.knowledge.vocabulary.relations),
            "values": slugs(path.rsplit(".", 1)[-1] for path in self.knowledge.thresholds),
            "references": slugs(map(str, self.knowledge.references)),
        }

    def path(self, kind: str, name: str) -> str:
        """The page of a rule, code, relation, value or reference, without suffix; '' when there is none."""
        folder = FOLDERS[kind]
        found = self._names[folder].get(name)
        return f"{folder}/{found}" if found else ""

    def to(self, kind: str, name: str, said: str = "") -> str:
        """A link to such a page, or the name alone."""
        path = self.path(kind, name)
        return link(said or name, f"/{path}.md") if path else text(said or name)

    def address(self, node: Node) -> str:
        """The address of the page of a node, from a page of a rule."""
        path = self.path(node.kind, node.name)
        return f"../{path}.html" if path else ""


def _rest(entry: Entry) -> tuple[str, str, bool, tuple[str, ...], str]:
    return entry.name, entry.mark, entry.verified, entry.sources, entry.read


def _group(pairs: Iterable[tuple[str, T]]) -> dict[str, list[T]]:
    """The second of each pair by the first, each once, in their order."""
    out: dict[str, dict[int, T]] = {}
    for key, value in pairs:
        out.setdefault(key, {}).setdefault(id(value), value)
    return {key: list(values.values()) for key, values in out.items()}


def _may_be(code: str, one: str) -> bool:
    """Whether a code with variables can read like a code without."""
    parts, wanted = code.split(":"), one.split(":")
    return len(parts) == len(wanted) and all(a.startswith("$") or a == b for a, b in zip(parts, wanted, strict=True))
