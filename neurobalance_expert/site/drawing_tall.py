"""What is around one rule as a drawing for a narrow screen: groups from top to bottom, two boxes a row, arrows between the two columns."""

from __future__ import annotations

from collections.abc import Mapping

from neurobalance_expert.graphs.build import Edge
from neurobalance_expert.site.drawing_parts import Neighbourhood, Place, Target, box, drawn_edges, framed, height, path

BOX_W, LANE, MARGIN = 152, 36, 6  # pixels: width of a box, of the lane between the columns, of the border
ROW_GAP, GROUP_GAP, BEND = 8, 22, 6  # pixels between rows, between groups; radius of a bend
WIDTH = 2 * BOX_W + LANE + 2 * MARGIN
MIDDLE = WIDTH / 2
FORM = "tall"


def tall(around: Neighbourhood, target: Target) -> list[str]:
    """Who concludes what the rule reads, what it reads, who overrides it, the rule, whom it overrides, what it concludes, who uses that."""
    groups = (around.before, around.read, around.above, (around.me,), around.below, around.concluded, around.after)
    at: dict[str, Place] = {}
    top: float = MARGIN
    for group in groups:
        for row in (group[start : start + 2] for start in range(0, len(group), 2)):
            high = max(height(around, one) for one in row)
            for column, one in enumerate(row):
                at[one] = (MARGIN + column * (BOX_W + LANE), top, high)
            top += high + ROW_GAP
        top += GROUP_GAP - ROW_GAP if group else 0
    at[around.me] = (MARGIN + BOX_W / 4, *at[around.me][1:])
    boxes = [box(around, one, place, _width(one, around), target) for one, place in at.items()]
    size = (WIDTH, top - GROUP_GAP + MARGIN)
    return framed(around, FORM, size, [*(_arrow(edge, at, around) for edge in drawn_edges(around)), *boxes])


def _width(one: str, around: Neighbourhood) -> float:
    return WIDTH - 2 * MARGIN - BOX_W / 2 if one == around.me else BOX_W


def _arrow(edge: Edge, at: Mapping[str, Place], around: Neighbourhood) -> str:
    """From the inner side of a box down the lane to the inner side of the other; the rule itself is left and reached in the middle."""
    (x1, y1, h1), (x2, y2, h2) = at[edge.start], at[edge.end]
    if edge.start == around.me:
        way = f"M{MIDDLE:.0f},{y1 + h1:.0f}"
    else:
        side, to_lane = _side(x1)
        a = y1 + h1 / 2
        way = f"M{side:.0f},{a:.0f} H{MIDDLE - to_lane * BEND:.0f} Q{MIDDLE:.0f},{a:.0f} {MIDDLE:.0f},{a + BEND:.0f}"
    if edge.end == around.me:
        return path(edge, FORM, f"{way} V{y2 - 3:.0f}")
    side, to_lane = _side(x2)
    b = y2 + h2 / 2
    return path(edge, FORM, f"{way} V{b - BEND:.0f} Q{MIDDLE:.0f},{b:.0f} {MIDDLE - to_lane * BEND:.0f},{b:.0f} H{side + to_lane * 3:.0f}")


def _side(left: float) -> tuple[float, int]:
    """The inner side of a box, and the direction from it to the lane: 1 to the right, -1 to the left."""
    return (left + BOX_W, 1) if left < MIDDLE - BOX_W else (left, -1)
