"""What a report may suggest: ordinary portions of food, and what may be left out."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

from msgspec import Struct

from neurobalance_expert.source import Document, in_shape


class Portion(Struct, frozen=True):
    """An ordinary portion of a food, and the diet patterns that it fits."""

    ndb: str
    grams: float
    label: str
    diets: tuple[str, ...]


class Suggestions(Struct, frozen=True):
    """Which findings a kind of suggestion answers (globs over codes), what it may use, and what forbids every suggestion."""

    most: int
    allowed_in: tuple[str, ...]
    blocked_by: tuple[str, ...]
    food_for: tuple[str, ...]
    foods: tuple[Portion, ...]
    food_below_share: float
    meal_carbohydrate_g: float
    leave_out_for: tuple[str, ...]
    leave_out: tuple[str, ...]

    def forbidden(self, disposition: str, codes: Iterable[str]) -> bool:
        """Whether nothing may be suggested at all."""
        return disposition not in self.allowed_in or any(matches(code, self.blocked_by) for code in codes)


def matches(code: str, globs: Iterable[str]) -> bool:
    """Whether a finding code fits one of the globs."""
    return any(fnmatchcase(code, glob) for glob in globs)


@in_shape
def parse_suggestions(document: Document) -> Suggestions:
    """Suggestions from ``knowledge/suggestions.yaml``."""
    data = document.data["suggestions"]
    foods = [Portion(str(f["ndb"]), float(f["grams"]), str(f["label"]), tuple(f["diets"])) for f in data["add_food"]["foods"]]
    return Suggestions(
        int(data["most"]),
        tuple(data["allowed_in"]),
        tuple(data["blocked_by"]),
        tuple(data["add_food"]["for"]),
        tuple(foods),
        float(data["add_food"]["below_share"]),
        float(data["add_food"]["meal_carbohydrate_g"]),
        tuple(data["leave_out"]["for"]),
        tuple(data["leave_out"]["substances"]),
    )
