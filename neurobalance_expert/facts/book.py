"""A growing collection of facts, each with where it came from."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct, field

from neurobalance_expert.fact import Fact, Origin, Workings
from neurobalance_expert.vocabulary import Vocabulary


class FactBook(Struct):
    """Facts by the vocabulary. Adding a fact twice keeps the first origin."""

    vocabulary: Vocabulary
    origins: dict[Fact, Origin] = field(default_factory=dict)

    def add(self, relation: str, origin: str, sources: Iterable[str] = (), work: Workings | None = None, /, **slots: object) -> Fact:
        """Add one fact; ``sources`` are references of the constants in it, ``work`` gives its arithmetic when it is asked for.

        Raises:
            KeyError, ValueError: it does not fit the vocabulary.
        """
        fact = self.vocabulary.fact(relation, **slots)
        self.origins.setdefault(fact, Origin(origin, tuple(sources), work))
        return fact
