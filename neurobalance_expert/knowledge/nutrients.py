"""What an intake total is made of: columns of the food table, supplement substances, tryptophan for niacin."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from msgspec import Struct, field

from neurobalance_expert.errors import Problems
from neurobalance_expert.source import Document, in_shape
from neurobalance_expert.units import UnitError, convert


class Nutrient(Struct, frozen=True):
    """One total. ``supplements`` maps a substance to the share of its mass that counts; ``roles`` a pathway to the step that needs it."""

    id: str
    label: str
    unit: str
    columns: tuple[str, ...]
    supplements: Mapping[str, float] = field(default_factory=dict)
    trp_per_mg: float | None = None
    roles: Mapping[str, str] = field(default_factory=dict)
    note: str = ""

    @property
    def is_amino_acid(self) -> bool:
        """Whether the total is of protein or amino acids, whose requirement is per kg body mass."""
        return self.unit == "g"


@in_shape
def parse_nutrients(document: Document, columns: tuple[str, ...] | None = None) -> dict[str, Nutrient]:
    """Nutrients in the order of the file.

    Args:
        columns: Columns of the food table; when given, every column named must be one of them.

    Raises:
        InputProblems: a unit that is not a mass, or a column that the table does not have.
    """
    problems = Problems(sources={document.file: document.text})
    out: dict[str, Nutrient] = {}
    for name, spec in document.data["nutrients"].items():
        try:
            convert(Decimal(1), str(spec["unit"]), "mg")
        except UnitError as error:
            problems.add("NB-K015", f"unit of '{name}': {error}", document.at("nutrients", name, "unit"), fix="use g, mg or ug")
        for column in spec["columns"]:
            if columns is not None and column not in columns:
                at = document.at("nutrients", name, "columns")
                problems.add("NB-K016", f"the food table has no column '{column}'", at, fix="see knowledge/foods/columns.yaml")
        per = spec.get("trp_per_mg")
        out[name] = Nutrient(
            name,
            str(spec["label"]),
            str(spec["unit"]),
            tuple(spec["columns"]),
            {substance: float(share) for substance, share in spec.get("supplements", {}).items()},
            None if per is None else float(per),
            {str(k): str(v) for k, v in spec.get("roles", {}).items()},
            str(spec.get("note", "")),
        )
    problems.stop()
    return out
