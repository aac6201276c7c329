"""Readers of DOT and of Mermaid flowcharts, as far as a graph of rules uses them; anything else is an error.

The grammar of DOT is that of https://graphviz.org/doc/info/lang.html with quoted names alone; that of Mermaid is its documented form
of flowcharts: numbered nodes with quoted labels, subgraphs, arrows with words, classes.
"""

from __future__ import annotations

import html
import re

_DOT = re.compile(r'\s*(?:(?P<text>"(?:[^"\\\n]|\\.)*")|(?P<word>[A-Za-z_][A-Za-z_0-9]*|-?\d+)|(?P<mark>->|[{}\[\]=,;]))')
_MERMAID_NODE = re.compile(r'(?P<id>n\d+)(?:\(\["(?P<a>[^"]*)"\]\)|\["(?P<b>[^"]*)"\]|\{\{"(?P<c>[^"]*)"\}\}|\[/"(?P<d>[^"]*)"/\])')
_MERMAID_EDGE = re.compile(r"(?P<start>n\d+) (?P<arrow>-->|-\.->|==>)(?:\|(?P<word>[a-z]+)\|)? (?P<end>n\d+)")
_MERMAID_ENTITY = re.compile(r"#(\d+);")
_MERMAID_PLAIN = re.compile(r"(?:[\w ,./-]|#\d+;)*")


class DotReader:
    """Nodes with their attributes, edges with theirs, and the nodes of each cluster. Raises AssertionError on anything else."""

    def __init__(self, text: str) -> None:
        self.tokens: list[tuple[str, str]] = []
        end = 0
        text = text.rstrip()
        while end < len(text):
            match = _DOT.match(text, end)
            assert match, f"no token of DOT at: {text[end : end + 40]!r}"
            self.tokens.append((str(match.lastgroup), match[match.lastgroup or 0]))
            end = match.end()
        self.nodes: dict[str, dict[str, str]] = {}
        self.edges: list[tuple[str, str, dict[str, str]]] = []
        self.clusters: dict[str, list[str]] = {}
        assert ["digraph", "rules"] == [self._take("word"), self._take("word")]
        self._block("")
        assert self.tokens == []

    def _take(self, kind: str, value: str | None = None) -> str:
        found, text = self.tokens.pop(0)
        assert (kind, value or text) == (found, text)
        return text

    def _next(self, text: str) -> bool:
        if self.tokens and self.tokens[0][1] == text:
            self.tokens.pop(0)
            return True
        return False

    def _block(self, cluster: str) -> None:
        self._take("mark", "{")
        while not self._next("}"):
            self._statement(cluster)

    def _statement(self, cluster: str) -> None:
        kind, text = self.tokens.pop(0)
        if kind == "word" and text == "subgraph":
            name = self._take("word")
            self.clusters[name] = []
            self._block(name)
            return
        if kind == "word" and self._next("="):
            self.tokens.pop(0)
        elif kind == "word":
            assert text in ("node", "edge", "graph")
            self._attributes()
        elif self._next("->"):
            self.edges.append((read(text), read(self._take("text")), self._attributes()))
        else:
            assert kind == "text"
            self.nodes[read(text)] = self._attributes()
            self.clusters.setdefault(cluster, []).append(read(text))
        self._take("mark", ";")

    def _attributes(self) -> dict[str, str]:
        out: dict[str, str] = {}
        if self._next("["):
            while not self._next("]"):
                name = self._take("word")
                self._take("mark", "=")
                kind, value = self.tokens.pop(0)
                assert kind in ("text", "word")
                out[name] = read(value) if kind == "text" else value
                self._next(",")
        return out


def read(quoted: str) -> str:
    """What Graphviz shows of a quoted text: its escapes undone, then its entities."""
    inner = quoted[1:-1]
    assert not re.search(r"(?<!\\)(?:\\\\)*\\[^\\\"]", inner), "an escape sequence such as \\N or \\l"
    return html.unescape(re.sub(r"\\(.)", r"\1", inner))


class MermaidReader:
    """Labels of nodes by id, edges with arrow and word, and the nodes of each subgraph. Raises AssertionError on anything else."""

    def __init__(self, text: str) -> None:
        self.labels: dict[str, str] = {}
        self.edges: list[tuple[str, str, str, str]] = []
        self.subgraphs: dict[str, list[str]] = {}
        inside = ""
        first, *lines = text.splitlines()
        assert first == "flowchart LR"
        for line in map(str.strip, lines):
            if match := re.fullmatch(r'subgraph (s\d+)\["stratum \d+"\]', line):
                assert not inside
                inside = match[1]
            elif line == "end":
                assert inside
                inside = ""
            elif match := _MERMAID_NODE.fullmatch(line):
                label = next(text for text in (match["a"], match["b"], match["c"], match["d"]) if text is not None)
                assert _MERMAID_PLAIN.fullmatch(label), label
                self.labels[match["id"]] = _MERMAID_ENTITY.sub(lambda m: chr(int(m[1])), label)
                self.subgraphs.setdefault(inside, []).append(match["id"])
            elif match := _MERMAID_EDGE.fullmatch(line):
                self.edges.append((match["start"], match["end"], match["arrow"], match["word"] or ""))
            else:
                assert re.fullmatch(r"classDef \w+ [\w:#,]+|class n\d+(,n\d+)* \w+", line), line
        assert not inside
        assert {end for start, end, *_ in self.edges} | {start for start, *_ in self.edges} <= self.labels.keys()
