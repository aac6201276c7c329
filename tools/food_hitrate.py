"""How often the food search finds what a dietitian would take, and whether it keeps quiet where it should.

    python tools/food_hitrate.py

Reads tests/data/food_queries.yaml. Prints the share of queries whose first (top-1) and whose first three entries (top-3) hold an
accepted one, the share that would be used without asking, every miss, and every name that should be unknown and is not.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from neurobalance_expert import source  # noqa: E402
from neurobalance_expert.knowledge.food_search import FoodIndex, load_food_index  # noqa: E402
from neurobalance_expert.knowledge.foods import load_foods  # noqa: E402

QUERIES = ROOT / "tests" / "data" / "food_queries.yaml"


@dataclass(frozen=True, slots=True)
class HitRate:
    """What was measured on one list; the tuples hold the queries that failed."""

    label: str
    queries: int
    missed_first: tuple[str, ...]
    missed_three: tuple[str, ...]
    asked: tuple[str, ...]  # found or not, but not used without asking

    @property
    def top_1(self) -> float:
        """Share of queries whose first entry is accepted."""
        return 1 - len(self.missed_first) / self.queries

    @property
    def top_3(self) -> float:
        """Share of queries with an accepted entry among the first three."""
        return 1 - len(self.missed_three) / self.queries

    @property
    def unasked(self) -> float:
        """Share of queries whose entry would be used without asking."""
        return 1 - len(self.asked) / self.queries

    def text(self) -> str:
        """The result in a few lines."""
        head = (
            f"{self.label}, {self.queries} queries: top-1 {self.top_1:.1%}, top-3 {self.top_3:.1%}, used without asking {self.unasked:.1%}"
        )
        named = (("missed first", self.missed_first), ("missed three", self.missed_three), ("asks", self.asked))
        return "\n".join([head, *(f"  {label}: {name}" for label, names in named for name in names)])


@dataclass(frozen=True, slots=True)
class Measured:
    """Both lists, and the names that must stay unknown."""

    tuned: HitRate
    held_out: HitRate
    unknown: int
    wrongly_known: tuple[str, ...]

    def text(self) -> str:
        """The result in a few lines."""
        quiet = f"names that must stay unknown: {self.unknown - len(self.wrongly_known)} of {self.unknown}"
        return "\n".join([self.tuned.text(), self.held_out.text(), quiet, *(f"  wrongly known: {name}" for name in self.wrongly_known)])


def measure(index: FoodIndex, queries: Path = QUERIES) -> Measured:
    """Run every query of the file."""
    data = source.load(queries).data
    unknown = [*data["must_be_unknown"], *data["held_out_unknown"]]
    wrong = tuple(f"{name}: {match.description}" for name in unknown if (match := index.resolve(name).match))
    tuned = _hit_rate("everyday names", data["queries"], index)
    held_out = _hit_rate("names written after the tuning", data["held_out"], index)
    return Measured(tuned, held_out, len(unknown), wrong)


def _hit_rate(label: str, entries: list[dict[str, Any]], index: FoodIndex) -> HitRate:
    first, three, asked = [], [], []
    for entry in entries:
        name, accepted = entry["query"], set(entry["accept"])
        found = [match.ndb for match in index.search(name, 3)]
        first += [] if accepted & set(found[:1]) else [f"{name}: {', '.join(found) or 'nothing'}; wanted {entry['accept'][0]}"]
        three += [] if accepted & set(found) else [name]
        asked += [] if index.resolve(name).match else [name]
    return HitRate(label, len(entries), tuple(first), tuple(three), tuple(asked))


def main() -> None:
    """Print the hit rate of the knowledge base in this checkout."""
    table = load_foods(ROOT)
    print(measure(load_food_index(ROOT, table)).text())


if __name__ == "__main__":
    main()
