"""Which values a condition lets pass, and whether one condition follows from another or excludes it."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from msgspec import Struct

from neurobalance_expert.fact import Value
from neurobalance_expert.rules.ir import Const, Pattern, Slot, Var
from neurobalance_expert.vocabulary import Relation, SlotType, Vocabulary


class Values(Struct, frozen=True):
    """A set of values of one slot: those of ``only`` (any when None), without ``but``, from ``low`` to ``high`` in steps of the slot."""

    only: frozenset[Value] | None = None
    but: frozenset[Value] = frozenset()
    low: int | None = None
    high: int | None = None

    def holds(self, value: Value) -> bool:
        """Whether the value is one of them."""
        if (self.only is not None and value not in self.only) or value in self.but:
            return False
        if self.low is None and self.high is None:
            return True
        return isinstance(value, int) and (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    def meet(self, other: Values) -> Values:
        """The values that are in both."""
        only = self.only if other.only is None else other.only if self.only is None else self.only & other.only
        low = max((v for v in (self.low, other.low) if v is not None), default=None)
        high = min((v for v in (self.high, other.high) if v is not None), default=None)
        return Values(only, self.but | other.but, low, high)

    def empty(self) -> bool:
        """Whether no value is left."""
        if self.only is not None:
            return not any(map(self.holds, self.only))
        if self.low is None or self.high is None:
            return False
        few = self.high - self.low < len(self.but)  # else some value between is not excluded
        return self.low > self.high or (few and not any(map(self.holds, range(self.low, self.high + 1))))

    def within(self, other: Values) -> bool:
        """Whether each of them is one of the other's. May say no where that is hard to tell."""
        if self.only is not None:
            return all(map(other.holds, filter(self.holds, self.only)))
        if other.only is not None:
            return False
        lower = other.low is None or (self.low is not None and self.low >= other.low)
        upper = other.high is None or (self.high is not None and self.high <= other.high)
        return lower and upper and all(not self.holds(value) for value in other.but)


def values_of(slot: Slot, slot_type: SlotType) -> Values:
    """What one slot of a pattern lets pass."""
    found = Values(frozenset(slot_type.enum) if slot_type.kind == "enum" else None)
    if slot_type.kind == "bool":
        found = Values(frozenset(("true", "false")))
    if isinstance(slot.term, Const):
        found = found.meet(Values(frozenset((slot.term.value,))))
    for test in slot.tests:
        if isinstance(test.bound, tuple):
            chosen = frozenset(test.bound)
            found = found.meet(Values(chosen) if test.op == "in" else Values(but=chosen))
        elif test.op in ("above", "at_least"):
            found = found.meet(Values(low=test.bound + (test.op == "above")))
        else:
            found = found.meet(Values(high=test.bound - (test.op == "below")))
    return found


def values_by_variable(patterns: Iterable[Pattern], vocabulary: Vocabulary) -> dict[str, Values]:
    """What the patterns together let each variable be."""
    out: dict[str, Values] = {}
    for pattern in patterns:
        for slot in pattern.slots:
            if isinstance(slot.term, Var):
                here = values_of(slot, slot_type(pattern, slot, vocabulary))
                out[slot.term.name] = out.get(slot.term.name, Values()).meet(here)
    return out


def slot_type(pattern: Pattern, slot: Slot, vocabulary: Vocabulary) -> SlotType:
    """The type of a slot of a pattern."""
    return vocabulary.relations[pattern.relation].slots[slot.index]


def follows(condition: Pattern, given: Pattern, vocabulary: Vocabulary, free: Collection[str] = ()) -> bool:
    """Whether every fact that meets ``given`` also meets ``condition``. Variables of ``free`` may be anything."""
    if condition.relation != given.relation or condition.absent != given.absent:
        return False
    there = {slot.name: slot for slot in given.slots}
    for slot in condition.slots:
        kind = slot_type(condition, slot, vocabulary)
        other = there.get(slot.name)
        if isinstance(slot.term, Var) and slot.term.name not in free and (other is None or other.term != slot.term):
            return False
        all_values = values_of(Slot(slot.name, slot.index), kind)
        mine = values_of(slot, kind)
        if not (values_of(other, kind) if other else all_values).within(mine):
            return False
    return True


def exclude_each_other(one: Pattern, two: Pattern, vocabulary: Vocabulary, shared: Collection[str]) -> bool:
    """Whether two patterns are about one fact, which cannot meet both. ``shared`` are variables that mean the same in both."""
    if one.relation != two.relation:
        return False
    relation = vocabulary.relations[one.relation]
    mine, theirs = ({slot.name: slot for slot in pattern.slots} for pattern in (one, two))
    if not all(_same_term(mine.get(key), theirs.get(key), shared) for key in relation.key):
        return False
    return any(_apart(relation, name, mine[name], theirs[name]) for name in mine.keys() & theirs.keys() if name not in relation.key)


def _same_term(one: Slot | None, two: Slot | None, shared: Collection[str]) -> bool:
    if one is None or two is None or one.term is None or one.term != two.term:
        return False
    return isinstance(one.term, Const) or one.term.name in shared


def _apart(relation: Relation, name: str, one: Slot, two: Slot) -> bool:
    kind = relation.slot(name)
    return values_of(one, kind).meet(values_of(two, kind)).empty()
