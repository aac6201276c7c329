"""What facts of a case can be, beside their types: which names, which numbers, which facts together.

A number that no valid case can have is as unreachable as one that contradicts itself. What is not said here is taken as possible, so that
nothing is called impossible without a reason that is named.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from neurobalance_expert.vocabulary import Vocabulary


class Rows(Struct, frozen=True):
    """The values of these slots stand together in one of the rows."""

    slots: tuple[str, ...]
    rows: frozenset[tuple[str, ...]]
    why: str


class Without(Struct, frozen=True):
    """The value of this slot is none of these names."""

    slot: str
    names: frozenset[str]
    why: str


class Range(Struct, frozen=True):
    """A number between two bounds, in steps of its slot; None: no bound."""

    slot: str
    low: int | None
    high: int | None
    why: str


class RangeOf(Struct, frozen=True):
    """A number whose bounds depend on the names in other slots of the fact; ``otherwise`` holds for names that are not listed."""

    slot: str
    by: tuple[str, ...]
    ranges: Mapping[tuple[str, ...], tuple[int, int]]
    otherwise: tuple[int | None, int | None]
    why: str


class Ascending(Struct, frozen=True):
    """The values of two slots stand in order: numbers may be equal, names come in the order of the alphabet and differ."""

    lower: str
    upper: str
    names: bool
    why: str


class Needs(Struct, frozen=True):
    """With each fact of the relation there is one of ``other`` whose slots are equal in pairs."""

    other: str
    same: tuple[tuple[str, str], ...]
    why: str


class Never(Struct, frozen=True):
    """No fact of the relation stands beside one of ``other``."""

    other: str
    why: str


class OneValue(Struct, frozen=True):
    """Facts about one measured value: ``ratio`` is the value over the limit of ``kind``, so that those of one name move together.

    ``limits`` are the limits of each name and kind; several where they differ between groups of persons. ``step`` is that of the ratio.
    """

    name: str
    kind: str
    ratio: str
    limits: Mapping[tuple[str, str], tuple[float, ...]]
    step: float
    why: str


class Stages(Struct, frozen=True):
    """A name that follows from a number of another relation without key: (name, lowest, highest)."""

    slot: str
    other: str
    number: str
    stages: tuple[tuple[str, int, int], ...]
    why: str


Axiom = Rows | Without | Range | RangeOf | Ascending | Needs | Never | OneValue | Stages
Domains = Mapping[str, tuple[Axiom, ...]]


def of_vocabulary(vocabulary: Vocabulary) -> Domains:
    """What the vocabulary says: the words of enums and booleans."""
    found: dict[str, tuple[Axiom, ...]] = {}
    for relation in vocabulary.relations.values():
        words = {s.name: s.enum if s.kind == "enum" else ("false", "true") for s in relation.slots if s.kind in ("enum", "bool")}
        rows = tuple(Rows((slot,), frozenset((w,) for w in listed), "the words of the vocabulary") for slot, listed in words.items())
        if rows:
            found[relation.name] = rows
    return found


def joined(first: Domains, second: Domains) -> Domains:
    """Both taken together."""
    return {name: (*first.get(name, ()), *second.get(name, ())) for name in sorted({*first, *second})}
