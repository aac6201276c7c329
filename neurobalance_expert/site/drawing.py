"""What is around one rule as an SVG that stands in the page: its boxes are links, its colours follow the theme."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from neurobalance_expert.graphs.build import Edge, EdgeKind, Graph, Node
from neurobalance_expert.report.escape import html

BOX_W, LINE, PAD = 164, 14, 8  # pixels: width of a box, height of a line of text in it, space around the text
GAP_X, GAP_Y, MARGIN = 56, 12, 10
LETTERS = 24  # that fit in a line of a box
MOST = 9  # boxes of a column that are drawn; the lists of the page have all
ORDER: tuple[EdgeKind, ...] = ("reads", "scope", "negates", "concludes", "overrides")

Place = tuple[float, float, float]  # left, top, height


def neighbourhood_svg(graph: Graph, rule: str, target: Callable[[Node], str]) -> list[str]:
    """Lines of SVG: on the left what the rule reads and who concludes that, on the right what it concludes and who uses it.

    Rules that override it stand above it and rules that it overrides below. A column with more boxes than fit ends in their number.

    Args:
        graph: holds the rule and everything one step around it.
        target: the address of the page of a node, '' for none.
    """
    me = f"rule:{rule}"
    nodes = {node.id: node for node in graph.nodes}
    into, out = _by(graph.edges, "end"), _by(graph.edges, "start")
    above = [e.start for e in into.get(me, ()) if e.kind == "overrides"]
    below = [e.end for e in out.get(me, ()) if e.kind == "overrides"]
    read = _unique(e.start for e in into.get(me, ()) if e.kind != "overrides")
    concluded = [e.end for e in out.get(me, ()) if e.kind == "concludes"]
    own = [*_cut(above), me, *_cut(below)]
    before = _unique(e.start for one in read for e in into.get(one, ()) if e.kind == "concludes" and e.start not in own)
    after = _unique(e.end for one in concluded for e in out.get(one, ()) if e.end not in own)
    columns = [column for column in (_cut(before), _cut(read), own, _cut(concluded), _cut(after)) if column]
    at, width, height = _places(columns, nodes)
    parts = [
        f'<div class="nb-graph"><svg viewBox="0 0 {width:.0f} {height:.0f}" style="max-width: {width:.0f}px" role="img" '
        f'aria-label="What is around the rule {html(rule)}">',
        '<defs><marker id="nb-tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0,0 L8,4 L0,8 z"/></marker></defs>',
    ]
    parts += [_arrow(edge, at) for edge in _drawn(graph.edges, at, me)]
    parts += [_box(nodes.get(one), one, at[one], one == me, target) for column in columns for one in column]
    return [*parts, "</svg></div>"]


def _by(edges: Sequence[Edge], end: str) -> dict[str, list[Edge]]:
    out: dict[str, list[Edge]] = {}
    for edge in edges:
        out.setdefault(edge.end if end == "end" else edge.start, []).append(edge)
    return out


def _unique(ids: object) -> list[str]:
    return list(dict.fromkeys(ids))  # type: ignore[call-overload]


def _cut(ids: Sequence[str]) -> list[str]:
    """The first few, and how many are left."""
    return [*ids] if len(ids) <= MOST else [*ids[: MOST - 1], f"more:{len(ids) - MOST + 1}:{ids[0]}"]


def _places(columns: Sequence[Sequence[str]], nodes: Mapping[str, Node]) -> tuple[dict[str, Place], float, float]:
    """Where each box stands, columns centred; and the size of the drawing."""
    heights = [[_height(_name(nodes.get(one), one)) for one in column] for column in columns]
    whole = max(sum(column) + GAP_Y * (len(column) - 1) for column in heights) + 2 * MARGIN
    at: dict[str, Place] = {}
    for number, (column, high) in enumerate(zip(columns, heights, strict=True)):
        top = (whole - sum(high) - GAP_Y * (len(column) - 1)) / 2
        for one, height in zip(column, high, strict=True):
            at[one] = (MARGIN + number * (BOX_W + GAP_X), top, height)
            top += height + GAP_Y
    return at, 2 * MARGIN + len(columns) * BOX_W + (len(columns) - 1) * GAP_X, whole


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


def _height(name: str) -> float:
    return LINE * len(_lines(name)) + 2 * PAD


def _drawn(edges: Sequence[Edge], at: Mapping[str, Place], me: str) -> list[Edge]:
    """One edge between two boxes: those of the rule, those into what it reads, and those out of what it concludes."""
    kept: dict[tuple[str, str], Edge] = {}
    for edge in sorted(edges, key=lambda e: ORDER.index(e.kind)):
        if edge.start in at and edge.end in at and (me in (edge.start, edge.end) or _is_outer(edge, at, me)):
            kept.setdefault((edge.start, edge.end), edge)
    return list(kept.values())


def _is_outer(edge: Edge, at: Mapping[str, Place], me: str) -> bool:
    """Whether an edge runs on one side of the rule, from left to right."""
    (left, *_), (right, *_), (middle, *_) = at[edge.start], at[edge.end], at[me]
    return left < right and (right < middle or left > middle)


def _arrow(edge: Edge, at: Mapping[str, Place]) -> str:
    (x1, y1, h1), (x2, y2, h2) = at[edge.start], at[edge.end]
    if x1 == x2:  # an override, within the column: along its right side
        side, a, b = x1 + BOX_W, y1 + h1 / 2, y2 + h2 / 2
        path = f"M{side:.0f},{a:.0f} C{side + 30:.0f},{a:.0f} {side + 30:.0f},{b:.0f} {side + 3:.0f},{b:.0f}"
    else:
        a, b, bend = y1 + h1 / 2, y2 + h2 / 2, (x1 + BOX_W + x2) / 2
        path = f"M{x1 + BOX_W:.0f},{a:.0f} C{bend:.0f},{a:.0f} {bend:.0f},{b:.0f} {x2 - 3:.0f},{b:.0f}"
    return f'<path class="nb-edge nb-{edge.kind}" d="{path}" marker-end="url(#nb-tip)"/>'


def _box(node: Node | None, one: str, place: Place, is_me: bool, target: Callable[[Node], str]) -> str:
    left, top, height = place
    name = _name(node, one)
    kind = node.kind if node else "more"
    radius = {"input": 14, "relation": 14, "rule": 4}.get(kind, 0)
    said = "".join(
        f'<tspan x="{left + BOX_W / 2:.0f}" y="{top + PAD + LINE * (n + 0.78):.0f}">{html(line)}</tspan>'
        for n, line in enumerate(_lines(name))
    )
    box = (
        f'<g class="nb-node nb-node-{kind}{" nb-me" if is_me else ""}"><title>{html((node.title or node.name) if node else name)}</title>'
        f'<rect x="{left:.0f}" y="{top:.0f}" width="{BOX_W}" height="{height:.0f}" rx="{radius}"/><text>{said}</text></g>'
    )
    address = target(node) if node and not is_me else ""
    return f'<a href="{html(address)}">{box}</a>' if address else box
