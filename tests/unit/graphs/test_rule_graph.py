"""The graph of rules: its nodes and edges, what is around a rule, and drawings in which every name is data."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from neurobalance_expert.graphs import drawn
from neurobalance_expert.graphs.build import Edge, Graph, Node, around, rule_graph
from neurobalance_expert.loaded import Knowledge, load_knowledge
from neurobalance_expert.report.escape import visible
from neurobalance_expert.rules.ir import Head, Pattern, Rule, RuleSet
from neurobalance_expert.vocabulary import Relation, Vocabulary
from tests.conftest import Run
from tests.security.payloads import TEXTS
from tests.unit.graphs.grammars import DotReader, MermaidReader

NAMES = tuple(dict.fromkeys(map(visible, TEXTS)))


@pytest.fixture(scope="module")
def knowledge(root: Path) -> Knowledge:
    """The knowledge base that ships."""
    return load_knowledge(root)


@pytest.fixture(scope="module")
def whole(knowledge: Knowledge) -> Graph:
    """All its rules as a graph."""
    return rule_graph(knowledge.rules, knowledge.vocabulary)


def hostile() -> Graph:
    """A graph of one rule and one code for each text that acts where it is printed."""
    rules = [Node(f"rule:{text}", "rule", text, text, 0) for text in NAMES]
    codes = [Node(f"code:{text}", "code", text) for text in NAMES]
    edges = tuple(Edge(f"rule:{text}", f"code:{text}", "concludes") for text in NAMES)
    return Graph((*rules, *codes), edges, (tuple(NAMES),))


def chain(length: int) -> tuple[RuleSet, Vocabulary]:
    """Rules in a row: each reads what the one before concludes, and negates what the first reads."""
    relations = {f"r{n}": Relation(f"r{n}", (), (), open=False, derived=n > 0) for n in range(length + 1)}
    first = Pattern("r0", (), "no")
    rules = tuple(
        Rule(
            f"rule-{n:05}", "", "note", "stable", "info", (), (), (),
            when=(Pattern(f"r{n}", (), f"r{n}"),), unless=(first,) * (n > 0), head=Head(f"r{n + 1}", ()),
        )
        for n in range(length)
    )  # fmt: skip
    return RuleSet(rules, {rule.id: n for n, rule in enumerate(rules)}, frozenset()), Vocabulary(relations)


def test_every_rule_stands_in_its_stratum(knowledge: Knowledge, whole: Graph) -> None:
    """Nodes and strata hold the running rules, each once."""
    ids = [rule.id for rule in knowledge.rules.rules]

    assert ids == [node.name for node in whole.nodes if node.kind == "rule"]
    assert sorted(ids) == sorted(one for stratum in whole.strata for one in stratum)
    assert all(knowledge.rules.stratum[one] == n for n, stratum in enumerate(whole.strata) for one in stratum)


def test_edges_say_what_a_rule_reads_negates_concludes_and_overrides(whole: Graph) -> None:
    """A rule of the shipped base with an exception and one with overrides, as their files have them."""
    kinds = {(e.start, e.end): e.kind for e in whole.edges}

    assert "negates" == kinds["input:condition", "rule:lat1-free-rivals-crowd-out-trp"]
    assert "overrides" == kinds["rule:lab-deficient", "rule:lab-below-limit"]
    assert "concludes" == kinds["rule:zinc-low-by-serum", "relation:cofactor_low"]
    assert "reads" == kinds["relation:cofactor_low", "rule:zinc-low-may-limit-plp"]


def test_arrows_that_matter_for_strata_go_up(knowledge: Knowledge, whole: Graph) -> None:
    """Whatever concludes a relation, or overrides, stands below whatever reads or is overridden."""
    stratum = knowledge.rules.stratum
    concluders = {end: [] for end in (e.end for e in whole.edges)} | {e.start: [] for e in whole.edges}
    for edge in whole.edges:
        if edge.kind == "concludes":
            concluders[edge.end].append(edge.start.removeprefix("rule:"))
    wrong = []
    for edge in whole.edges:
        lower = [edge.start.removeprefix("rule:")] if edge.kind == "overrides" else concluders[edge.start]
        if edge.kind != "concludes":
            wrong += [(one, edge.end) for one in lower if stratum[one] >= stratum[edge.end.removeprefix("rule:")]]

    assert [] == wrong


@pytest.mark.parametrize(("steps", "expected"), [(0, {2}), (1, {1, 2, 3}), (2, {0, 1, 2, 3, 4}), (99, set(range(6)))])
def test_a_step_leads_over_what_rules_conclude_and_not_over_what_is_given(steps: int, expected: set[int]) -> None:
    """In a row of six each rule has two neighbours, though all negate one given relation."""
    rules, _ = chain(6)

    assert {f"rule-{n:05}" for n in expected} == around(rules, ["rule-00002"], steps)


def test_a_step_leads_over_an_override_either_way() -> None:
    """Rules that share nothing but an override are neighbours."""
    rules, _ = chain(5)
    first, *rest, last = rules.rules
    rules = replace(rules, rules=(first, *rest, replace(last, overrides=("rule-00000",))))

    assert {"rule-00000", "rule-00001", "rule-00004"} == around(rules, ["rule-00000"], 1)
    assert {"rule-00000", "rule-00003", "rule-00004"} == around(rules, ["rule-00004"], 1)


def test_dot_says_what_the_graph_says(whole: Graph) -> None:
    """A reader of DOT finds every node, every edge with its line, and the strata as clusters."""
    found = DotReader(drawn.dot(whole))

    assert {node.id: node.name for node in whole.nodes} == {name: a["label"] for name, a in found.nodes.items()}
    assert [(e.start, e.end) for e in whole.edges] == [(start, end) for start, end, _ in found.edges]
    assert [e.kind == "negates" for e in whole.edges] == [a.get("style") == "dashed" for *_, a in found.edges]
    assert [[f"rule:{one}" for one in s] for s in whole.strata] == [found.clusters[f"cluster_{n}"] for n in range(len(whole.strata))]


def test_mermaid_says_what_the_graph_says(whole: Graph) -> None:
    """A reader of Mermaid finds every label, every edge with its line, and the strata as subgraphs."""
    found = MermaidReader(drawn.mermaid(whole))
    names = {node.id: node.name for node in whole.nodes}

    assert [node.name for node in whole.nodes] == [found.labels[f"n{i}"] for i in range(len(whole.nodes))]
    assert [(names[e.start], names[e.end]) for e in whole.edges] == [(found.labels[a], found.labels[b]) for a, b, *_ in found.edges]
    assert [e.kind == "negates" for e in whole.edges] == [arrow == "-.->" for _, _, arrow, _ in found.edges]
    assert [len(one) for one in whole.strata] == [len(found.subgraphs[f"s{n}"]) for n in range(len(whole.strata))]


def test_a_name_is_data_in_dot() -> None:
    """Quotes, backslashes, entities, escapes of DOT and line ends: the label reads as the text did."""
    found = DotReader(drawn.dot(hostile()))

    assert list(NAMES) == [found.nodes[f"rule:{text}"]["label"] for text in NAMES]


def test_a_name_is_data_in_mermaid() -> None:
    """Quotes, brackets, semicolons, comments, 'end': the label reads as the text did."""
    found = MermaidReader(drawn.mermaid(hostile()))

    assert [text or " " for text in NAMES] == [found.labels[f"n{n}"] for n in range(len(NAMES))]


def test_ten_thousand_rules_are_a_graph() -> None:
    """Every rule has its own stratum; what is around one is found without walking the rest twice."""
    rules, vocabulary = chain(10_000)
    graph = rule_graph(rules, vocabulary)

    assert (10_000, 29_999) == (len(graph.strata), len(graph.edges))
    assert 10_000 == len(around(rules, ["rule-00000"], 10_000))
    assert 4 == len(rule_graph(rules, vocabulary, {"rule-00007"}).nodes)


def test_the_command_prints_the_same_twice_and_json_holds_nodes_edges_and_strata(run: Run) -> None:
    """Bytes, and the three keys of the JSON."""
    printed = [run("rules", "graph", "--rule", "zinc-low-by-serum", "--format", "json").stdout for _ in range(2)]
    found = json.loads(printed[0])

    assert printed[0] == printed[1]
    assert ["schema", "nodes", "edges", "strata"] == list(found)
    assert {"from": "relation:cofactor_low", "to": "rule:zinc-low-may-limit-plp", "kind": "reads"} in found["edges"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--rule", "lab-below-limt"], 2, "did you mean 'lab-below-limit'?"),
        (["--code", "LAB"], 2, "no rule concludes 'LAB'"),
        (["empty"], 1, "there is no rule file in 'empty'"),
        (["missing"], 1, "there is no file 'missing'"),
        (["binary.yaml"], 1, "error[NB-S002]"),
        (["--around", "-1"], 2, "--around"),
    ],
)
def test_what_cannot_be_drawn_is_said(run: Run, tmp_path: Path, arguments: list[str], code: int, said: str) -> None:
    """Exit code 1 for files, 2 for names; nothing on standard output."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\x00rules")
    done = run("rules", "graph", *arguments, cwd=tmp_path)

    assert (code, "") == (done.returncode, done.stdout)
    assert said in done.stderr
