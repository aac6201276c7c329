"""A pathway as an SVG drawing: species in layers, reactions as arrows with enzyme and co-factors, possible limits marked.

Currency and spent co-substrates are left out; co-substrates stand with their enzyme. Nothing is drawn by hand: layers follow the longest
way from a start, and within a layer species stand near those that they come from.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from html import escape

from msgspec import Struct

from neurobalance_expert.model.network.structure import SMALL
from neurobalance_expert.model.network.types import Network, Reaction, Species

GAP, LANE = 152, 92  # pixels between layers, for an arrow with its label, and from lane to lane
BOX_H, MARGIN_X, TOP = 30, 28, 84
ALIKE = 3  # atoms other than hydrogen by which a co-substrate and what becomes of it differ at most
CHAR = 7.4  # width of a letter of the species' names
INK, LIMIT, QUIET = "#1f2933", "#b3261e", "#5f6c7b"


class Edge(Struct, frozen=True):
    """One substrate of a reaction on its way to one product."""

    reaction: Reaction
    start: str
    end: str


def pathway_svg(network: Network, pathway: str, limits: Mapping[str, str] | None = None, title: str = "") -> str:
    """The drawing of one pathway.

    Args:
        limits: Reaction to why it may limit; these are drawn in red with the reason below the enzyme.
        title: Text below the name of the pathway, such as the case.

    Raises:
        KeyError: there is no such pathway.
    """
    family = network.pathways[pathway]
    edges = list(_edges(network, pathway))
    places = _places(edges)
    reasons = limits or {}
    columns = _columns(network, places)
    height = TOP + LANE * (max(y for _, y in places.values()) + 1) + 22
    at = {name: (columns[x], TOP + y * LANE) for name, (x, y) in places.items()}
    width = max(columns[-1] - GAP + MARGIN_X, MARGIN_X + 9.5 * len(family.name), MARGIN_X + 6.5 * len(title))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}" '
        f'font-family="system-ui, sans-serif" role="img" aria-label="{escape(family.name)}">',
        f'<rect width="100%" height="100%" fill="#ffffff"/><defs>{_arrow("tip", QUIET)}{_arrow("tip-limit", LIMIT)}</defs>',
        f'<text x="{MARGIN_X}" y="30" font-size="18" font-weight="600" fill="{INK}">{escape(family.name)}</text>',
        f'<text x="{MARGIN_X}" y="50" font-size="12" fill="{QUIET}">{escape(title)}</text>',
    ]
    parts += [_species_svg(network.species[name], x, y, name in family.products) for name, (x, y) in at.items()]
    parts += _arrows(edges, at, network, reasons)
    return "\n".join([*parts, "</svg>\n"])


def _edges(network: Network, pathway: str) -> Iterable[Edge]:
    """Which substrate becomes which product: the pairs that differ by the fewest atoms."""
    family = network.of_pathway(pathway)
    passed = {s for r in family for s in r.products} & {s for r in family for s in r.substrates}
    own = {s for s in passed if not network.species[s].currency} | set(network.pathways[pathway].products)
    for reaction in family:
        before = [s for s in reaction.substrates if _drawn(network, s, own)]
        after = [s for s in reaction.products if _drawn(network, s, own) and not _spent(network, reaction, s, before)]
        if after and not before:  # what it comes from is a co-substrate or currency elsewhere, and the start of the way here
            before = [min((s for s in reaction.substrates if s not in SMALL), key=lambda s: _distance(network, s, after[0]))]
        before = [s for s in before if len(before) == 1 or not _gives_a_group(network, reaction, s, after)]
        pairs = {(s, min(after, key=lambda p: _distance(network, s, p))) for s in before} if after else set()
        pairs |= (
            {(min(before, key=lambda s: _distance(network, s, p)), p) for p in after if p not in {e for _, e in pairs}} if before else set()
        )
        yield from (Edge(reaction, start, end) for start, end in sorted(pairs))


def _drawn(network: Network, name: str, own: set[str]) -> bool:
    return name in own or not (network.species[name].currency or name in network.cofactors)


def _spent(network: Network, reaction: Reaction, product: str, before: Sequence[str]) -> bool:
    """Whether a product is what became of a co-substrate that is not drawn."""
    hidden = [s for s in reaction.substrates if s not in SMALL and s not in before]
    return _nearer(network, product, hidden, before)


def _gives_a_group(network: Network, reaction: Reaction, substrate: str, after: Sequence[str]) -> bool:
    """Whether a substrate only hands a group over and goes on as a product that is not drawn."""
    hidden = [p for p in reaction.products if p not in SMALL and p not in after]
    return _nearer(network, substrate, hidden, after)


def _nearer(network: Network, name: str, hidden: Sequence[str], shown: Sequence[str]) -> bool:
    """Whether a species is alike one of the hidden ones, and more so than any of the shown ones."""
    hidden_off, shown_off = (min((_distance(network, name, s) for s in group), default=99) for group in (hidden, shown))
    return hidden_off <= ALIKE and hidden_off < shown_off < 99


def _distance(network: Network, one: str, other: str) -> int:
    a, b = network.species[one].atoms, network.species[other].atoms
    return sum(abs(a.get(e, 0) - b.get(e, 0)) for e in {*a, *b} - {"H"})


def _places(edges: Sequence[Edge]) -> dict[str, tuple[int, int]]:
    """Layer and lane of each species. Arrows that close a circle do not count for the layers."""
    names = list(dict.fromkeys(n for e in edges for n in (e.start, e.end)))
    forward = _without_circles(names, edges)
    layer = dict.fromkeys(names, 0)
    for _ in names:
        for start, end in forward:
            layer[end] = max(layer[end], layer[start] + 1)
    lanes: dict[str, int] = {}
    taken: dict[int, set[int]] = {}
    for name in sorted(names, key=lambda n: (layer[n], names.index(n))):
        wanted = sorted(lanes[start] for start, end in forward if end == name and start in lanes)
        lane = wanted[0] if wanted else 0
        while lane in taken.setdefault(layer[name], set()):
            lane += 1
        taken[layer[name]].add(lane)
        lanes[name] = lane
    return {name: (layer[name], lanes[name]) for name in names}


def _columns(network: Network, places: Mapping[str, tuple[int, int]]) -> list[float]:
    """Left edge of each layer, as wide as its longest name; last, where a further layer would begin."""
    left = [float(MARGIN_X)]
    for layer in range(1 + max(x for x, _ in places.values())):
        left.append(left[-1] + GAP + max(_width(network.species[name]) for name, (x, _) in places.items() if x == layer))
    return left


def _without_circles(names: Sequence[str], edges: Sequence[Edge]) -> list[tuple[str, str]]:
    """The arrows in order, without those that lead back to where one has been."""
    kept: list[tuple[str, str]] = []
    for edge in edges:
        if edge.start != edge.end and not _leads(edge.end, edge.start, kept):
            kept.append((edge.start, edge.end))
    return kept


def _leads(start: str, goal: str, arrows: Sequence[tuple[str, str]]) -> bool:
    todo, seen = [start], set()
    while todo:
        here = todo.pop()
        if here == goal:
            return True
        if here not in seen:
            seen.add(here)
            todo += [end for begin, end in arrows if begin == here]
    return False


def _arrows(edges: Sequence[Edge], at: Mapping[str, tuple[float, float]], network: Network, reasons: Mapping[str, str]) -> Iterable[str]:
    """The arrows, then their labels on top; a label that would cover another one moves down."""
    lanes: dict[tuple[str, str], int] = {}
    labels: list[str] = []
    taken = [(x, y, x + _width(network.species[name]), y + BOX_H) for name, (x, y) in at.items()]
    branching = {name for name in at if sum(e.start == name for e in edges) > 1}
    for edge in edges:
        pair = (edge.start, edge.end)
        lanes[pair] = lanes.get(pair, -1) + 1
        reason = reasons.get(edge.reaction.id, "")
        path, x, y = _path(edge, at, _width(network.species[edge.start]), _width(network.species[edge.end]), lanes[pair], branching)
        colour, tip = (LIMIT, "tip-limit") if reason else (QUIET, "tip")
        yield f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{2.4 if reason else 1.4}" marker-end="url(#{tip})"/>'
        helpers = ", ".join(h.name for h in network.helpers(edge.reaction) if h.id not in at)
        lines = [(edge.reaction.id, 13, "600", colour), (helpers, 11, "400", QUIET), (reason, 11, "600", LIMIT)]
        labels.append(_label([line for line in lines if line[0]], x, y, taken))
    yield from labels


def _path(
    edge: Edge, at: Mapping[str, tuple[float, float]], start_w: float, end_w: float, lane: int, branching: Collection[str]
) -> tuple[str, float, float]:
    """The curve of an arrow, and where its label stands: in the gap behind its start, or before its end when its start has several."""
    (x1, y1), (x2, y2) = at[edge.start], at[edge.end]
    if x2 <= x1:  # back to an earlier layer: an arc below
        left, right = x2 + end_w / 2, x1 + start_w / 2
        low = max(y1, y2) + BOX_H + 44 + 20 * lane
        return (
            f"M{right:.0f},{y1 + BOX_H:.0f} C{right:.0f},{low:.0f} {left:.0f},{low:.0f} {left:.0f},{y2 + BOX_H + 3:.0f}",
            (left + right) / 2,
            low - 12,
        )
    a, b = (x1 + start_w, y1 + BOX_H / 2), (x2 - 3, y2 + BOX_H / 2)
    bow = 34 * lane
    bend = (a[0] + b[0]) / 2
    path = f"M{a[0]:.0f},{a[1]:.0f} C{bend:.0f},{a[1] + bow:.0f} {bend:.0f},{b[1] + bow:.0f} {b[0]:.0f},{b[1]:.0f}"
    if edge.start in branching:
        return path, b[0] - GAP / 2, b[1] + 0.75 * bow + 0.25 * (a[1] - b[1]) * (b[0] - a[0] < 1.5 * GAP)
    return path, a[0] + GAP / 2, a[1] + 0.75 * bow + 0.25 * (b[1] - a[1]) * (b[0] - a[0] < 1.5 * GAP)


def _label(lines: Sequence[tuple[str, int, str, str]], x: float, y: float, taken: list[tuple[float, float, float, float]]) -> str:
    """Lines of text on a white ground, centred at a point or below what stands there already."""
    half, height = 3.3 * max(len(text) for text, *_ in lines), 15.0 * len(lines) + 1
    top = y - height / 2
    while any(x - half < right and left < x + half and top < low and high < top + height for left, high, right, low in taken):
        top += 4
    taken.append((x - half, top, x + half, top + height))
    ground = f'<rect x="{x - half:.0f}" y="{top:.0f}" width="{2 * half:.0f}" height="{height:.0f}" fill="#ffffff" fill-opacity="0.92"/>'
    return ground + "".join(
        f'<text x="{x:.0f}" y="{top + 12 + 15 * i:.0f}" font-size="{size}" font-weight="{weight}" fill="{colour}" text-anchor="middle">'
        f"{escape(text)}</text>"
        for i, (text, size, weight, colour) in enumerate(lines)
    )


def _species_svg(species: Species, x: float, y: float, product: bool) -> str:
    fill = "#e3f1ec" if product else "#f4f6f8"
    width = _width(species)
    return (
        f'<g><title>{escape(species.name)}, {species.formula}, charge {species.charge}</title><rect x="{x:.0f}" y="{y:.0f}" rx="6" '
        f'width="{width:.0f}" height="{BOX_H}" fill="{fill}" stroke="{INK}" stroke-width="{1.6 if product else 0.8}"/>'
        f'<text x="{x + width / 2:.0f}" y="{y + 20:.0f}" font-size="13" fill="{INK}" text-anchor="middle">{escape(species.name)}</text></g>'
    )


def _arrow(name: str, colour: str) -> str:
    shape = f'<path d="M0,0 L8,4 L0,8 z" fill="{colour}"/>'
    return f'<marker id="{name}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">{shape}</marker>'


def _width(species: Species) -> float:
    return CHAR * len(species.name) + 18
