"""Rules as a graph: what each reads, what it concludes, who uses that, who overrides whom, and the strata.

The order is that of kinds and names, so that equal rules give equal graphs however they are written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Literal

from msgspec import Struct

from neurobalance_expert.explain.findings import code_text
from neurobalance_expert.rules.ir import Const, Head, Pattern, Rule, RuleSet
from neurobalance_expert.vocabulary import Vocabulary

NodeKind = Literal["input", "rule", "relation", "code"]
EdgeKind = Literal["scope", "reads", "negates", "concludes", "overrides"]
KINDS: tuple[NodeKind, ...] = ("input", "rule", "relation", "code")
SAID: dict[EdgeKind, str] = {
    "scope": "is in scope by",
    "reads": "reads",
    "negates": "speaks unless",
    "concludes": "concludes",
    "overrides": "overrides",
}


class Node(Struct, frozen=True):
    """A rule, a relation that the case and the model give (``input``), one that rules conclude, or a finding code.

    ``title`` and the rest are those of a rule; for a relation ``title`` is its meaning.
    """

    id: str  # kind and name: "rule:lab-below-limit"
    kind: NodeKind
    name: str
    title: str = ""
    stratum: int | None = None
    severity: str = ""
    at: str = ""


class Edge(Struct, frozen=True):
    """An arrow in the direction in which knowledge flows: relation to rule, rule to conclusion, overriding rule to overridden one."""

    start: str
    end: str
    kind: EdgeKind


class Graph(Struct, frozen=True):
    """Nodes, edges, and the ids of the rules of each stratum, from the bottom."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    strata: tuple[tuple[str, ...], ...]


def rule_graph(rules: RuleSet, vocabulary: Vocabulary, chosen: Collection[str] | None = None) -> Graph:
    """The graph of running rules.

    Args:
        chosen: ids of the rules to draw, with what they read and conclude; None: all.
    """
    drawn = [rule for rule in rules.rules if chosen is None or rule.id in chosen]
    ids = {rule.id for rule in drawn}
    edges = {edge for rule in drawn for edge in _edges(rule, vocabulary, ids)}
    ends = {end for edge in edges for end in (edge.start, edge.end)}
    nodes = [_rule_node(rule, rules) for rule in drawn]
    nodes += [_other_node(end, vocabulary) for end in ends if not end.startswith("rule:")]
    strata: list[list[str]] = [[] for _ in range(1 + max((rules.stratum[rule.id] for rule in drawn), default=-1))]
    for rule in drawn:
        strata[rules.stratum[rule.id]].append(rule.id)
    return Graph(
        tuple(sorted(nodes, key=lambda node: (KINDS.index(node.kind), node.name))),
        tuple(sorted(edges, key=lambda edge: (edge.start, edge.end, edge.kind))),
        tuple(tuple(sorted(one)) for one in strata),
    )


def around(rules: RuleSet, start: Iterable[str], steps: int) -> set[str]:
    """The rules that can be reached in so many steps: over a fact that one concludes and the other asks for, or an override; either way.

    What the case and the model give is no bridge: nearly every rule asks whether the entries can be trusted.
    """
    return Links(rules).around(start, steps)


class Links:
    """What joins rules, made once for many questions."""

    def __init__(self, rules: RuleSet) -> None:
        self.by_id = {rule.id: rule for rule in rules.rules}
        self.concluders: dict[str, list[Rule]] = {}
        self.readers: dict[str, list[Rule]] = {}
        self.overrides: dict[str, set[str]] = {one: set() for one in self.by_id}
        for rule in rules.rules:
            self.concluders.setdefault(rule.head.relation, []).append(rule)
            for name in dict.fromkeys(pattern.relation for pattern in conditions(rule)):
                self.readers.setdefault(name, []).append(rule)
            for other in rule.overrides:
                if other in self.overrides:
                    self.overrides[rule.id].add(other)
                    self.overrides[other].add(rule.id)

    def around(self, start: Iterable[str], steps: int) -> set[str]:
        """The rules that can be reached in so many steps, those of the start among them."""
        found, edge = set(start), set(start)
        for _ in range(steps):
            edge = {other for one in edge for other in self._beside(self.by_id[one])} - found
            if not edge:
                break
            found |= edge
        return found

    def _beside(self, rule: Rule) -> Iterator[str]:
        yield from self.overrides[rule.id]
        yield from (other.id for other in self.readers.get(rule.head.relation, ()) if uses(other, rule))
        for name in dict.fromkeys(pattern.relation for pattern in conditions(rule)):
            yield from (other.id for other in self.concluders.get(name, ()) if uses(rule, other))


def conditions(rule: Rule) -> tuple[Pattern, ...]:
    """Scope, conditions and exceptions of a rule."""
    return (*rule.scope, *rule.when, *rule.unless)


def uses(upper: Rule, lower: Rule) -> bool:
    """Whether a condition of one rule may be about a fact that the other concludes: no constant stands against it."""
    return any(pattern.relation == lower.head.relation and _may_match(pattern, lower.head) for pattern in conditions(upper))


def _may_match(pattern: Pattern, head: Head) -> bool:
    for slot in pattern.slots:
        term = head.terms[slot.index]
        if isinstance(term, Const):
            if isinstance(slot.term, Const) and slot.term != term:
                return False
            if not all(test.holds(term.value) for test in slot.tests):
                return False
    return True


def _edges(rule: Rule, vocabulary: Vocabulary, drawn: Collection[str]) -> Iterator[Edge]:
    me = f"rule:{rule.id}"
    parts: tuple[tuple[EdgeKind, tuple[str, ...]], ...] = (
        ("scope", tuple(p.relation for p in rule.scope)),
        ("reads", tuple(p.relation for p in rule.when)),
        ("negates", tuple(p.relation for p in rule.unless)),
    )
    for kind, names in parts:
        for name in names:
            yield Edge(relation_id(name, vocabulary), me, kind)
    yield Edge(me, f"code:{code_text(rule)}" if rule.head.code else relation_id(rule.head.relation, vocabulary), "concludes")
    for other in rule.overrides:
        if other in drawn:
            yield Edge(me, f"rule:{other}", "overrides")


def relation_id(name: str, vocabulary: Vocabulary) -> str:
    """The id of the node of a relation."""
    return f"{'relation' if vocabulary.relations[name].derived else 'input'}:{name}"


def _rule_node(rule: Rule, rules: RuleSet) -> Node:
    at = f"{rule.at.file}:{rule.at.line}" if rule.at else ""
    return Node(f"rule:{rule.id}", "rule", rule.id, rule.title, rules.stratum[rule.id], rule.severity, at)


def _other_node(end: str, vocabulary: Vocabulary) -> Node:
    kind, name = end.split(":", 1)
    if kind == "code":
        return Node(end, "code", name)
    return Node(end, "input" if kind == "input" else "relation", name, vocabulary.relations[name].meaning)
