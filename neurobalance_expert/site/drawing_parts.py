"""What the wide and the tall drawing of a neighbourhood share: which boxes stand in which group, a box, and the frame around all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec import Struct

from neurobalance_expert.graphs.build import SAID, Edge, EdgeKind, Graph, Node
from neurobalance_expert.report.escape import html

LINE, PAD = 14, 8  # pixels: height of a line of text in a box, space around the text
LETTERS = 24  # that fit in a line of a box
MOST = 9  # boxes of a group that are drawn; the lists of the page have all
ORDER: tuple[EdgeKind, ...] = ("reads", "scope", "negates", "concludes", "overrides")

Place = tuple[float, float, float]  # left, top, height
Target = Callable[[Node], str]


class Neighbourhood(Struct, frozen=True):
    """The ids of the nodes around a rule, in the groups that are drawn apart; each group is cut to ``MOST``."""

    rule: str
    nodes: Mapping[str, Node]
    edges: tuple[Edge, ...]
    before: tuple[str, ...]  # rules that conclude what is read
    read: tuple[str, ...]
    above: tuple[str, ...]  # rules that override this one
    below: tuple[str, ...]  # rules that it overrides
    concluded: tuple[str, ...]
    after: tuple[str, ...]  # rules that use it

    @property
    def me(self) -> str:
        """The id of the node of the rule."""
        return f"rule:{self.rule}"


def neighbourhood_of(graph: Graph, rule: str) -> Neighbourhood:
    """The groups around a rule of a graph that holds everything one step around it."""
    me = f"rule:{rule}"
    into, out = _by(graph.edges, "end"), _by(graph.edges, "start")
    above = _cut(e.start for e in into.get(me, ()) if e.kind == "overrides")
    below = _cut(e.end for e in out.get(me, ()) if e.kind == "overrides")
    own = {*above, me, *below}
    read = list(dict.fromkeys(e.start for e in into.get(me, ()) if e.kind != "overrides"))
    concluded = [e.end for e in out.get(me, ()) if e.kind == "concludes"]
    before = (e.start for one in read for e in into.get(one, ()) if e.kind == "concludes" and e.start not in own)
    own |= {*(first := _cut(before))}  # each rule has one box
    after = (e.end for one in concluded for e in out.get(one, ()) if e.end not in own)
    nodes = {node.id: node for node in graph.nodes}
    return Neighbourhood(rule, nodes, graph.edges, first, _cut(read), above, below, _cut(concluded), _cut(after))


def _by(edges: Sequence[Edge], end: str) -> dict[str, list[Edge]]:
    out: dict[str, list[Edge]] = {}
    for edge in edges:
        out.setdefault(edge.end if end == "end" else edge.start, []).append(edge)
    return out


def _cut(ids: Iterable[str]) -> tuple[str, ...]:
    """The first few, each once, and how many are left."""
    found = list(dict.fromkeys(ids))
    return tuple(found) if len(found) <= MOST else (*found[: MOST - 1], f"more:{len(found) - MOST + 1}:{found[0]}")


def drawn_edges(around: Neighbourhood) -> list[Edge]:
    """One edge between two boxes: those of the rule, those into what it reads, and those out of what it concludes."""
    outer = ({*around.before}, {*around.read}), ({*around.concluded}, {*around.after})
    shown = {around.me, *around.before, *around.read, *around.above, *around.below, *around.concluded, *around.after}
    kept: dict[tuple[str, str], Edge] = {}
    for edge in sorted(around.edges, key=lambda edge: ORDER.index(edge.kind)):
        is_outer = any(edge.start in starts and edge.end in ends for starts, ends in outer)
        if {edge.start, edge.end} <= shown and (around.me in (edge.start, edge.end) or is_outer):
            kept.setdefault((edge.start, edge.end), edge)
    return list(kept.values())


# --- a box ---------------------------------------------------------------------------------------------------------


def height(around: Neighbourhood, one: str) -> float:
    """The height of a box, from the lines of its name."""
    return LINE * len(_lines(_name(around.nodes.get(one), one))) + 2 * PAD


def box(around: Neighbourhood, one: str, place: Place, width: float, target: Target) -> str:
    """A box with the name of a node, a link to its page where it has one."""
    left, top, high = place
    node = around.nodes.get(one)
    name, kind = _name(node, one), node.kind if node else "more"
    radius = {"input": 14, "relation": 14, "rule": 4}.get(kind, 0)
    said = "".join(
        f'<tspan x="{left + width / 2:.0f}" y="{top + PAD + LINE * (n + 0.78):.0f}">{html(line)}</tspan>'
        for n, line in enumerate(_lines(name))
    )
    drawn = (
        f'<g class="nb-node nb-node-{kind}{" nb-me" if one == around.me else ""}">'
        f"<title>{html((node.title or node.name) if node else name)}</title>"
        f'<rect x="{left:.0f}" y="{top:.0f}" width="{width:.0f}" height="{high:.0f}" rx="{radius}"/><text>{said}</text></g>'
    )
    address = target(node) if node and one != around.me else ""
    return f'<a href="{html(address)}">{drawn}</a>' if address else drawn


def _name(node: Node | None, one: str) -> str:
    return node.name if node else f"{one.split(':')[1]} more"


def _lines(name: str) -> list[str]:
    """The name in lines that fit, broken after '-', '_' and ':' where it has them."""
    lines = [""]
    for piece in name.replace("-", "-\0").replace("_", "_\0").replace(":", ":\0").split("\0"):
        while len(piece) > LETTERS:
            lines[-1:] = [*filter(None, lines[-1:]), piece[:LETTERS], ""]
            piece = piece[LETTERS:]
        if len(lines[-1]) + len(piece) > LETTERS:
            lines.append("")
        lines[-1] += piece
    return [line for line in lines if line] or [" "]


# --- the frame -----------------------------------------------------------------------------------------------------


def framed(around: Neighbourhood, form: str, size: tuple[float, float], parts: Sequence[str]) -> list[str]:
    """The SVG around edges and boxes, with a title and a description for who does not see it.

    Args:
        form: ``wide`` or ``tall``: which of the two a screen shows is said by the style sheet.
    """
    width, high = size
    name = f"nb-{form}"
    return [
        f'<svg class="{name}" viewBox="0 0 {width:.0f} {high:.0f}" style="max-width: {width:.0f}px" role="group" '
        f'aria-labelledby="{name}-title {name}-desc"><title id="{name}-title">What is around the rule {html(around.rule)}</title>',
        f'<desc id="{name}-desc">{html(_described(around))}</desc>',
        f'<defs><marker id="{name}-tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0,0 L8,4 L0,8 z"/></marker></defs>',
        *parts,
        "</svg>",
    ]


def path(edge: Edge, form: str, way: str) -> str:
    """The arrow of an edge along a way."""
    return f'<path class="nb-edge nb-{edge.kind}" d="{way}" marker-end="url(#nb-{form}-tip)"/>'


def legend(around: Neighbourhood) -> list[str]:
    """What the dashed and the red arrows mean, where there are any."""
    kinds = {edge.kind for edge in drawn_edges(around)}
    said = [f'<span class="nb-key nb-key-{kind}">{SAID[kind]}</span>' for kind in ("negates", "overrides") if kind in kinds]
    return [f'<p class="nb-legend">{" ".join(said)}</p>'] if said else []


def _described(around: Neighbourhood) -> str:
    """The groups in a sentence, with the names in them."""
    groups = (
        ("rules that conclude what it reads", around.before),
        ("it reads", around.read),
        ("it is overridden by", around.above),
        ("it overrides", around.below),
        ("it concludes", around.concluded),
        ("its conclusion is used by", around.after),
    )
    told = (f"{said}: {', '.join(_name(around.nodes.get(one), one) for one in ids)}" for said, ids in groups if ids)
    return "; ".join(told)
