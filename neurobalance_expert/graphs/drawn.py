"""A graph of rules as Mermaid, as DOT for Graphviz, as data and as text. Names are data in each: no character of one is syntax."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from neurobalance_expert.graphs.build import SAID, Edge, EdgeKind, Graph, Node
from neurobalance_expert.report.escape import visible

_MERMAID_SHAPES = {"input": ("([", "])"), "rule": ("[", "]"), "relation": ("{{", "}}"), "code": ("[/", "/]")}
_MERMAID_ARROWS: Mapping[EdgeKind, str] = {
    "scope": "-->|scope|",
    "reads": "-->",
    "negates": "-.->|unless|",
    "concludes": "-->",
    "overrides": "==>|overrides|",
}
_MERMAID_SPECIAL = re.compile(r"[^\w ,./-]|_{2,}")
_DOT_SHAPES = {"input": "ellipse", "rule": "box", "relation": "hexagon", "code": "note"}
_DOT_ARROWS: Mapping[EdgeKind, str] = {
    "scope": '[label="scope"]',
    "reads": "",
    "negates": '[style=dashed, label="unless"]',
    "concludes": "",
    "overrides": '[style=bold, label="overrides"]',
}
_COLOURS = {"input": "#e8f1fb", "rule": "#ffffff", "relation": "#f3ecfa", "code": "#e3f1ec"}
_INK = "#1f2933"


def mermaid(graph: Graph) -> str:
    """A Mermaid flowchart, one box a stratum. Nodes are numbered; every character of a label that could be syntax is an entity code."""
    numbers = {node.id: f"n{number}" for number, node in enumerate(graph.nodes)}
    lines = ["flowchart LR"]
    lines += [f"  {_mermaid_node(node, numbers)}" for node in graph.nodes if node.kind != "rule"]
    for stratum, nodes in _by_stratum(graph):
        lines.append(f'  subgraph s{stratum}["stratum {stratum}"]')
        lines += [f"    {_mermaid_node(node, numbers)}" for node in nodes]
        lines.append("  end")
    lines += [f"  {numbers[e.start]} {_MERMAID_ARROWS[e.kind]} {numbers[e.end]}" for e in graph.edges]
    for kind, colour in _COLOURS.items():
        named = ",".join(numbers[node.id] for node in graph.nodes if node.kind == kind)
        if named:
            lines += [f"  classDef {kind} fill:{colour},stroke:{_INK},color:{_INK}", f"  class {named} {kind}"]
    return "\n".join(lines) + "\n"


def _mermaid_node(node: Node, numbers: Mapping[str, str]) -> str:
    left, right = _MERMAID_SHAPES[node.kind]
    return f'{numbers[node.id]}{left}"{mermaid_label(node.name)}"{right}'


def mermaid_label(text: str) -> str:
    """The text for a quoted Mermaid label.

    >>> mermaid_label('a "b" <i>')
    'a #34;b#34; #60;i#62;'
    """
    return _MERMAID_SPECIAL.sub(lambda match: "".join(f"#{ord(c)};" for c in match.group()), visible(text)) or " "


def dot(graph: Graph) -> str:
    """A digraph for Graphviz, one cluster a stratum."""
    lines = ["digraph rules {", "  rankdir=LR;", f'  node [fontname="sans-serif", fontsize=11, color="{_INK}", style=filled];']
    lines += [f"  {_dot_node(node)}" for node in graph.nodes if node.kind != "rule"]
    for stratum, nodes in _by_stratum(graph):
        lines += [f"  subgraph cluster_{stratum} {{", f'    label="stratum {stratum}";', '    color="#9aa5b1";']
        lines += [f"    {_dot_node(node)}" for node in nodes]
        lines.append("  }")
    lines += [f"  {dot_text(e.start)} -> {dot_text(e.end)}{' ' * bool(_DOT_ARROWS[e.kind])}{_DOT_ARROWS[e.kind]};" for e in graph.edges]
    return "\n".join([*lines, "}"]) + "\n"


def _dot_node(node: Node) -> str:
    about = f", tooltip={dot_text(node.title)}" if node.title else ""
    return f'{dot_text(node.id)} [label={dot_text(node.name)}, shape={_DOT_SHAPES[node.kind]}, fillcolor="{_COLOURS[node.kind]}"{about}];'


def dot_text(text: str) -> str:
    r"""The text as a quoted DOT string: no escape sequence and no entity comes of it.

    >>> dot_text('a "b" \\N &lt;')
    '"a \\"b\\" \\\\\\\\N &amp;lt;"'
    """
    plain = visible(text).replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;")
    return f'"{plain}"'


def as_data(graph: Graph) -> dict[str, Any]:
    """``{nodes, edges, strata}`` for programs; what a node does not have is left out."""
    return {
        "schema": "neurobalance/rule-graph/1",
        "nodes": [_node_data(node) for node in graph.nodes],
        "edges": [{"from": e.start, "to": e.end, "kind": e.kind} for e in graph.edges],
        "strata": [list(ids) for ids in graph.strata],
    }


def _node_data(node: Node) -> dict[str, Any]:
    fields = {name: getattr(node, name) for name in node.__struct_fields__}
    return {name: value for name, value in fields.items() if value not in ("", None)}


def text(graph: Graph) -> str:
    """The graph as lines: of each stratum its rules, and below each what it reads, concludes and overrides."""
    by_id = {node.id: node for node in graph.nodes}
    before: dict[str, list[Edge]] = {}
    after: dict[str, list[Edge]] = {}
    for edge in graph.edges:
        before.setdefault(edge.end, []).append(edge)
        after.setdefault(edge.start, []).append(edge)
    lines: list[str] = []
    for stratum, nodes in _by_stratum(graph):
        lines.append(f"stratum {stratum}")
        for node in nodes:
            lines.append(f"  {node.name}" + (f"  ({node.at})" if node.at else ""))
            for kind in ("scope", "reads", "negates"):
                lines += [f"    {SAID[kind]} {_named(by_id[e.start])}" for e in before.get(node.id, ()) if e.kind == kind]
            for edge in after.get(node.id, ()):
                lines.append(f"    {SAID[edge.kind]} {_named(by_id[edge.end])}")
                lines += [f"      used by {by_id[e.end].name}" for e in after.get(edge.end, ()) if edge.kind == "concludes"]
    return "\n".join(lines) + "\n" if lines else "no rule\n"


def _named(node: Node) -> str:
    return f"{node.name} (given)" if node.kind == "input" else node.name


def _by_stratum(graph: Graph) -> Iterator[tuple[int, list[Node]]]:
    """Each stratum that has rules, with their nodes."""
    rules = {node.name: node for node in graph.nodes if node.kind == "rule"}
    for stratum, ids in enumerate(graph.strata):
        if ids:
            yield stratum, [rules[one] for one in ids]
