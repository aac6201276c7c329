"""The facts of one evaluation, found by relation and key."""

from __future__ import annotations

from neurobalance_expert.engines.plan import Programme, Step
from neurobalance_expert.fact import Fact, Value
from neurobalance_expert.rules.ir import Binding


class Store:
    """Facts by relation, and by any combination of slots once it has been asked for."""

    def __init__(self, ready: Programme) -> None:
        self.facts: dict[Fact, None] = {}
        self.of: dict[str, list[Fact]] = {}
        self._ready = ready
        self._indexes: dict[str, dict[tuple[int, ...], dict[tuple[Value, ...], list[Fact]]]] = {}

    def add(self, fact: Fact) -> None:
        """Add a fact; a fact that is there already changes nothing."""
        if fact in self.facts:
            return
        self.facts[fact] = None
        self.of.setdefault(fact.relation, []).append(fact)
        for slots, index in self._indexes.get(fact.relation, {}).items():
            index.setdefault(self._ready.getter(slots)(fact.values), []).append(fact)

    def about(self, step: Step, binding: Binding) -> list[Fact]:
        """The facts that agree with a pattern on its key."""
        relation = step.pattern.relation
        if not step.lookup:
            found = self.of.get(relation, [])
        else:
            indexes = self._indexes.setdefault(relation, {})
            if step.lookup not in indexes:
                indexes[step.lookup] = self._index(relation, step.lookup)
            found = indexes[step.lookup].get(step.key(binding), [])
        if step.key_same or step.key_tests:
            return [fact for fact in found if step.is_about(fact.values)]
        return found

    def _index(self, relation: str, slots: tuple[int, ...]) -> dict[tuple[Value, ...], list[Fact]]:
        index: dict[tuple[Value, ...], list[Fact]] = {}
        getter = self._ready.getter(slots)
        for fact in self.of.get(relation, ()):
            index.setdefault(getter(fact.values), []).append(fact)
        return index
