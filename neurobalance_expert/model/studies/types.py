"""Studies as records, and the closed vocabularies that they are written in (docs/study-files.md)."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from neurobalance_expert.errors import Span

WHAT = {
    "plasma": "plasma concentration of `of`, a sum when there are several; uM",
    "free_trp": "tryptophan that is not bound to albumin; uM",
    "ratio": "`of` over the molar sum of `over`",
    "entry": "entry of `of` into brain, as a multiple of fasting",
    "carrier": "entry of a substrate whose own plasma is held constant, such as infused levodopa; a multiple of fasting",
    "five_htp": "plasma 5-HTP; uM",
    "levodopa": "plasma levodopa; uM",
    "choline": "plasma choline, of which there is some before; uM",
}
ROUTES = ("five_htp", "levodopa", "choline")  # precursors with a route of their own; doses in mg, of choline as the cation
TAKE = {
    "at": "at one minute",
    "mean": "mean over a span",
    "highest": "largest value in a span",
    "lowest": "smallest value in a span",
    "time_of_highest": "minutes from the first intake to the largest value in a span",
}
SCALE = {
    "value": "as it is",
    "times": "divided by its base",
    "change": "divided by its base, less one",
    "ln_times": "natural logarithm of that over its base",
}
NULL = {"times": 1.0, "change": 0.0, "ln_times": 0.0}  # no change, by scale
SIX = ("trp", "tyr", "phe", "leu", "ile", "val")  # a ratio is over the others of these unless it says `over`
DIRECTIONS = ("up", "down", "none", "not_up", "not_down")
BOUNDS = ("at_least", "at_most")
USES = ("calibration", "unseen")
SPREADS = ("sd", "sem", "ci95", "range", "stated")
SEXES = ("female", "male", "both")
NO_CHANGE = 0.10  # a change below a tenth is none to a study of six to twelve people; a quantity may say `within` itself
TOLERANCE = 0.25  # share of the published value that counts as inside where no wider spread was published


class Protein(Struct, frozen=True):
    """A source of protein: free amino acids in grams from 100 g, and the speed of its digestion by name, or "" for a solid meal."""

    id: str
    grams: Mapping[str, float]
    digestion: str


class Eaten(Struct, frozen=True):
    """One intake as a study states it. Hours after midnight of the first day; grams."""

    hour: float
    protein: Mapping[str, float] = field(default_factory=dict)  # by source
    free_g: Mapping[str, float] = field(default_factory=dict)  # free amino acids
    other_mg: Mapping[str, float] = field(default_factory=dict)  # precursors with a route of their own
    carbohydrate_g: float = 0.0
    carbohydrate: str = ""  # kind; "" when the study does not say
    fat_g: float = 0.0
    fibre_g: float = 0.0
    digestion: str = ""  # speed by name, over that of the source
    solid: bool = False  # a solid meal in spite of a named speed


class Quantity(Struct, frozen=True):
    """One published number or direction, and how it is read off the course of its arm. Minutes after the first intake."""

    what: str
    of: tuple[str, ...]
    over: tuple[str, ...]
    take: str
    span: tuple[float, float]
    scale: str
    base_min: float
    against: str  # arm whose same reading is the base; "" when the base is the arm's own value at base_min
    direction: str  # "" where the study has none
    within: float
    published: float | None
    spread: float | None  # as published
    spread_kind: str
    bound: str
    use: str
    contested: bool
    note: str
    at: Span


class Arm(Struct, frozen=True):
    """What one group, or all on one day, were given."""

    id: str
    intakes: tuple[Eaten, ...]
    quantities: tuple[Quantity, ...]
    assumed: str  # what is not in the source, and why it is taken so
    inhibitor: bool  # of peripheral decarboxylation, taken throughout
    at: Span


class Study(Struct, frozen=True):
    """One study with its arms."""

    id: str
    source: str  # key of knowledge/references.yaml, or "" with ``cite``
    cite: str
    n: int | None
    design: str
    sex: str
    weight_kg: float
    fasting_uM: Mapping[str, float]
    arms: Mapping[str, Arm]
    origin: str
    verified: bool
    evidence: str
    note: str
    file: str

    @property
    def quantities(self) -> int:
        """How many quantities all arms have together."""
        return sum(len(arm.quantities) for arm in self.arms.values())
