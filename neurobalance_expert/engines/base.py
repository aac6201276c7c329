"""What every engine takes and gives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from msgspec import Struct

from neurobalance_expert.fact import Fact, Value
from neurobalance_expert.rules.ir import RuleSet, Status
from neurobalance_expert.vocabulary import Vocabulary


class Derivation(Struct, frozen=True):
    """One way in which a fact was concluded: the rule, its variables, and the fact that satisfied each positive condition, in order."""

    fact: Fact
    rule: str
    binding: tuple[tuple[str, Value], ...]
    premises: tuple[Fact, ...]


class Entry(Struct, frozen=True):
    """Status of one rule for one binding.

    ``label`` names the condition that blocks (or the scope condition that does not hold); ``missing`` the conditions whose facts
    were not recorded. ``seen`` is the fact that was compared and failed, ``margin`` how far it stood from passing, scaled by the
    resolution of the slot ``margin_slot``. ``by`` is the overriding rule.
    """

    status: Status
    binding: tuple[tuple[str, Value], ...] = ()
    label: str = ""
    missing: tuple[str, ...] = ()
    seen: Fact | None = None
    margin: int | None = None
    margin_slot: str = ""
    by: str = ""


class Result(Struct, frozen=True):
    """The perfect model with all derivations, and the status entries of every rule."""

    facts: frozenset[Fact]
    derivations: tuple[Derivation, ...]
    entries: Mapping[str, tuple[Entry, ...]]


class Engine(Protocol):
    """An engine computes the perfect model: the given facts and everything that follows from them."""

    name: str

    def run(self, rules: RuleSet, vocabulary: Vocabulary, facts: Iterable[Fact]) -> frozenset[Fact]:
        """The perfect model. Raises EngineDisagreement or NeurobalanceError, never returns a partial answer."""
        ...
