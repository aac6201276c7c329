"""What is around one rule as drawings that stand in the page: boxes are links, colours follow the theme.

A wide one, from left to right, and a tall one for a narrow screen (``drawing_tall``); the style sheet shows one of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from neurobalance_expert.graphs.build import Edge, Graph
from neurobalance_expert.site.drawing_parts import (
    Neighbourhood,
    Place,
    Target,
    box,
    drawn_edges,
    framed,
    height,
    legend,
    neighbourhood_of,
    path,
)
from neurobalance_expert.site.drawing_tall import tall

BOX_W, GAP_X, GAP_Y, MARGIN = 164, 56, 12, 10  # pixels
FORM = "wide"


def neighbourhood(graph: Graph, rule: str, target: Target) -> list[str]:
    """Lines of HTML with both drawings.

    Args:
        graph: holds the rule and everything one step around it.
        target: the address of the page of a node, '' for none.
    """
    around = neighbourhood_of(graph, rule)
    return ['<div class="nb-graph">', *_wide(around, target), *tall(around, target), *legend(around), "</div>"]


def _wide(around: Neighbourhood, target: Target) -> list[str]:
    """On the left what the rule reads and who concludes that, on the right what it concludes and who uses it.

    Rules that override it stand above it and rules that it overrides below. A column with more boxes than fit ends in their number.
    """
    own = (*around.above, around.me, *around.below)
    columns = [column for column in (around.before, around.read, own, around.concluded, around.after) if column]
    at, size = _places(columns, around)
    parts = [_arrow(edge, at) for edge in drawn_edges(around)]
    return framed(around, FORM, size, [*parts, *(box(around, one, at[one], BOX_W, target) for column in columns for one in column)])


def _places(columns: Sequence[Sequence[str]], around: Neighbourhood) -> tuple[dict[str, Place], tuple[float, float]]:
    """Where each box stands, columns centred; and the size of the drawing."""
    heights = [[height(around, one) for one in column] for column in columns]
    whole = max(sum(column) + GAP_Y * (len(column) - 1) for column in heights) + 2 * MARGIN
    at: dict[str, Place] = {}
    for number, (column, high) in enumerate(zip(columns, heights, strict=True)):
        top = (whole - sum(high) - GAP_Y * (len(column) - 1)) / 2
        for one, its_height in zip(column, high, strict=True):
            at[one] = (MARGIN + number * (BOX_W + GAP_X), top, its_height)
            top += its_height + GAP_Y
    return at, (2 * MARGIN + len(columns) * BOX_W + (len(columns) - 1) * GAP_X, whole)


def _arrow(edge: Edge, at: Mapping[str, Place]) -> str:
    (x1, y1, h1), (x2, y2, h2) = at[edge.start], at[edge.end]
    a, b = y1 + h1 / 2, y2 + h2 / 2
    if x1 == x2:  # an override, within the column: along its right side
        side = x1 + BOX_W
        return path(edge, FORM, f"M{side:.0f},{a:.0f} C{side + 30:.0f},{a:.0f} {side + 30:.0f},{b:.0f} {side + 3:.0f},{b:.0f}")
    bend = (x1 + BOX_W + x2) / 2
    return path(edge, FORM, f"M{x1 + BOX_W:.0f},{a:.0f} C{bend:.0f},{a:.0f} {bend:.0f},{b:.0f} {x2 - 3:.0f},{b:.0f}")
