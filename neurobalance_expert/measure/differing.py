"""Facts on which a rule and a change of it may come to different conclusions, looked for around its limits.

Every attempt begins with facts on which the rule fires and changes one thing: a value to the bound and a step beside it, a name to another,
a fact away, an exception there or nearly there. The order is fixed, so that the same rule is always given the same tests.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from neurobalance_expert.engines.base import Derivation
from neurobalance_expert.fact import Fact, Value
from neurobalance_expert.measure.conditions import joins, patterns, slot_type
from neurobalance_expert.measure.mutants import ANOTHER
from neurobalance_expert.rules.check import slots_read
from neurobalance_expert.rules.ir import Const, Pattern, Rule, Slot, Test, Var
from neurobalance_expert.rules.values import plain
from neurobalance_expert.units import neighbours
from neurobalance_expert.vocabulary import Relation, SlotType, Vocabulary

Facts = tuple[Fact, ...]
Known = Mapping[tuple[str, str], tuple[Value, ...]]  # relation and slot -> the constants that rules compare it with


class Attempt(Struct, frozen=True):
    """A set of facts, with a name for a test that has them."""

    name: str
    facts: Facts


class Search:
    """The attempts for one rule."""

    def __init__(self, rule: Rule, above: Sequence[Rule], vocabulary: Vocabulary, known: Known) -> None:
        self.rule, self.above, self.vocabulary, self.known = rule, above, vocabulary, known
        self.joined = joins(rule)
        self.read = slots_read((rule, *above))

    def attempts(self, base: Facts, way: Derivation) -> Iterator[Attempt]:
        """Everything that is tried from facts on which the rule fires, in this way."""
        yield Attempt("what it says", base)
        yield from self._conditions(base, way)
        yield from self._exceptions(base, dict(way.binding))
        yield from self._overridden(base)

    def pairs(self, base: Facts, way: Derivation) -> Iterator[Attempt]:
        """The same with two changes at once, where they can stand together."""
        once = [*self._conditions(base, way), *self._exceptions(base, dict(way.binding))]
        for number, first in enumerate(once):
            for second in once[number + 1 :]:
                if (both := self._merged(base, first, second)) is not None:
                    yield Attempt(f"{first.name}, {second.name}", both)

    def witness(self) -> Facts:
        """Facts that meet every condition of the rule, as far as one can tell from each alone."""
        binding = self._shared_values()
        return tuple(dict.fromkeys(self._fact(pattern, binding) for pattern in (*self.rule.scope, *self.rule.when)))

    def _shared_values(self) -> dict[str, Value]:
        """A value for each variable that passes the tests of all its slots."""
        asked: dict[str, tuple[SlotType, list[Test]]] = {}
        for pattern in (*self.rule.scope, *self.rule.when):
            for slot in pattern.slots:
                if isinstance(slot.term, Var):
                    here = slot_type(self.vocabulary, pattern, slot)
                    kind, tests = asked.get(slot.term.name, (here, []))
                    asked[slot.term.name] = here if here.enum else kind, [*tests, *slot.tests]
        return {name: _passing(kind, tests) for name, (kind, tests) in asked.items()}

    def _conditions(self, base: Facts, way: Derivation) -> Iterator[Attempt]:
        asked = tuple(zip((*self.rule.scope, *self.rule.when), way.premises, strict=True))
        for pattern, fact in asked:
            relation = self.vocabulary.relations[pattern.relation]
            words = _words(pattern.label)
            rest = tuple(f for f in base if f != fact)
            for slot in pattern.slots:
                for name, value in self._beside(pattern, slot, fact.values[slot.index]):
                    changed = _with(fact, slot.index, value)
                    yield Attempt(name, (*(f for f in rest if not _same_key(relation, f, changed)), changed))
            yield Attempt(f"{words} not known" if relation.open or relation.derived else f"no {words}", rest)
            for slot in (s for s in pattern.slots if s.name in relation.key):
                for name, value in self._beside(pattern, slot, fact.values[slot.index]):
                    other = _with(fact, slot.index, value)
                    if not any(_same_key(relation, f, other) for f in base):
                        yield Attempt(f"{name} as well", (*base, other))
        yield from self._everywhere(base, asked)

    def _everywhere(self, base: Facts, asked: Sequence[tuple[Pattern, Fact]]) -> Iterator[Attempt]:
        """Another value of a variable in every fact that has it."""
        for pattern, fact in asked:
            for slot in pattern.slots:
                if not isinstance(slot.term, Var) or not slot.tests:
                    continue
                for name, value in self._beside(pattern, slot, fact.values[slot.index]):
                    changed = {f: _renamed(p, f, slot.term.name, value) for p, f in asked}
                    if sum(f != new for f, new in changed.items()) > 1:
                        yield Attempt(f"{name} throughout", tuple(dict.fromkeys(changed.get(f, f) for f in base)))

    def _exceptions(self, base: Facts, binding: Mapping[str, Value]) -> Iterator[Attempt]:
        for pattern in self.rule.unless:
            relation = self.vocabulary.relations[pattern.relation]
            fact = self._fact(pattern, binding)
            named = [plain(slot_type(self.vocabulary, pattern, s), fact.values[s.index]) for s in pattern.slots]
            tried = [(f"{_words(pattern.label)} {' '.join(named)}".strip(), fact)]
            tried += [(n, _with(fact, s.index, v)) for s in pattern.slots for n, v in self._beside(pattern, s, fact.values[s.index])]
            for name, near in tried:
                yield Attempt(name, (*(f for f in base if not _same_key(relation, f, near)), near))

    def _overridden(self, base: Facts) -> Iterator[Attempt]:
        for other in self.above:
            for test in other.tests:
                if test.status == "fired":
                    facts = self._together(test.facts, base)
                    yield Attempt(f"{_words(other.id)} speaks", facts)

    def _beside(self, pattern: Pattern, slot: Slot, now: Value) -> Iterator[tuple[str, Value]]:
        """Other values of a slot that its tests may treat otherwise, each with the name of a test that has it."""
        kind = slot_type(self.vocabulary, pattern, slot)
        words, what = _words(pattern.label), _words(slot.name)
        if isinstance(slot.term, Var) and (pattern.label, slot.name) in self.joined:
            yield (f"another {words}" if slot.name == "id" else f"{words} of another {what}"), _other_name(kind, now)
        for test in slot.tests:
            if isinstance(test.bound, int):
                yield from ((f"{what} at {plain(kind, v)}", v) for v in _around(kind, test) if v != now)
            else:
                yield from ((f"{words} {plain(kind, v)}", v) for v in test.bound if v != now)
        if isinstance(slot.term, Const) or any(isinstance(test.bound, tuple) for test in slot.tests):
            yield from ((_named(words, what, kind, value), value) for value in self._others(pattern, slot, kind, now))

    def _others(self, pattern: Pattern, slot: Slot, kind: SlotType, now: Value) -> Iterator[Value]:
        listed = {v for test in slot.tests if isinstance(test.bound, tuple) for v in test.bound}
        if kind.kind == "bool":
            yield from (v for v in ("true", "false") if v != now)
        elif isinstance(now, int):
            yield from (now + 1, now - 1)
        elif kind.enum:
            start = kind.enum.index(now) if now in kind.enum else 0
            yield from (v for v in (*kind.enum[start + 1 :], *kind.enum[:start]) if v not in listed)
        else:
            known = [v for v in self.known.get((pattern.relation, slot.name), ()) if v != now and v not in listed]
            yield from (*known[:3], ANOTHER)

    def _fact(self, pattern: Pattern, binding: Mapping[str, Value]) -> Fact:
        """A fact that meets a pattern, with these values of the variables."""
        relation = self.vocabulary.relations[pattern.relation]
        asked = {slot.index: slot for slot in pattern.slots}
        values: list[Value] = []
        for index, kind in enumerate(relation.slots):
            slot = asked.get(index)
            if slot is None:
                needed = kind.name in relation.key or kind.name in self.read.get(relation.name, ())
                values.append(_any_value(kind) if needed else "")
            elif isinstance(slot.term, Const):
                values.append(slot.term.value)
            elif isinstance(slot.term, Var):
                values.append(binding[slot.term.name])
            else:
                values.append(_passing(kind, slot.tests))
        return Fact(relation.name, tuple(values))

    def _together(self, facts: Facts, others: Facts) -> Facts:
        """Both sets of facts; where two speak of the same thing, that of the first."""
        kept = [f for f in others if not any(_same_key(self.vocabulary.relations[f.relation], f, g) for g in facts)]
        return (*kept, *facts)

    def _merged(self, base: Facts, first: Attempt, second: Attempt) -> Facts | None:
        """Two changes together; None where they change the same thing."""
        gone = set(base) - set(first.facts), set(base) - set(second.facts)
        new = [f for f in (*first.facts, *second.facts) if f not in base]
        if gone[0] & gone[1] or not all(gone[i] or new for i in (0, 1)):
            return None
        for i, fact in enumerate(new):
            if any(_same_key(self.vocabulary.relations[fact.relation], fact, other) for other in new[:i]):
                return None
        return (*(f for f in base if f not in gone[0] | gone[1]), *new)


def known_constants(rules: Iterable[Rule]) -> dict[tuple[str, str], tuple[Value, ...]]:
    """What rules compare each slot of each relation with, sorted."""
    found: dict[tuple[str, str], set[str]] = {}
    for rule in rules:
        for _, pattern in patterns(rule):
            for slot in pattern.slots:
                named = [slot.term.value] if isinstance(slot.term, Const) else []
                named += [v for test in slot.tests if isinstance(test.bound, tuple) for v in test.bound]
                found.setdefault((pattern.relation, slot.name), set()).update(v for v in named if isinstance(v, str))
    return {place: tuple(sorted(values)) for place, values in found.items()}


def _around(kind: SlotType, test: Test) -> Iterator[Value]:
    """The value at the bound of an ordering and those a step beside it, then what it would be in another unit; none below 0."""
    bound = test.bound
    assert isinstance(bound, int)
    fails_beyond = 1 if test.op in ("at_most", "above") else -1  # the side that is tried first
    others = [kind.scaled(kind.unscaled(bound) * factor) for factor in neighbours(kind.unit)]
    near = (bound, bound + fails_beyond, bound - fails_beyond)
    if test.op in ("at_most", "at_least"):
        near = (near[1], near[0], near[2])
    yield from (v for v in (*near, *others) if v >= min(bound, 0))


def _passing(kind: SlotType, tests: Sequence[Test]) -> Value:
    """The first value that passes every test of a slot."""
    if kind.kind == "number":
        near = [v for test in tests if isinstance(test.bound, int) for v in (test.bound, test.bound - 1, test.bound + 1)]
        tried: Sequence[Value] = [*near, 1, 0]
    else:
        listed = [str(v) for test in tests if isinstance(test.bound, tuple) for v in test.bound]
        tried = [*listed, *kind.enum, *(("true", "false") if kind.kind == "bool" else ()), f"a_{kind.name}", ANOTHER]
    return next((v for v in tried if all(test.holds(v) for test in tests)), tried[0])


def _any_value(kind: SlotType) -> Value:
    return _passing(kind, ())


def _other_name(kind: SlotType, now: Value) -> Value:
    if isinstance(now, int):
        return now + 1
    if kind.enum:
        return kind.enum[(kind.enum.index(now) + 1) % len(kind.enum)]
    if now[-1:].isdigit():
        return f"{now[:-1]}{(int(now[-1]) + 1) % 10}"
    return ANOTHER


def _named(words: str, what: str, kind: SlotType, value: Value) -> str:
    """A name for a test in which a slot has another value than the rule asks for."""
    if kind.kind == "bool" or what == "is" or isinstance(value, int):
        return f"{words} is {plain(kind, value)}" if what == "is" else f"{words} with {what} {plain(kind, value)}"
    if what == "id":
        return f"another {words}"
    return f"{words} of {plain(kind, value)}" if len(what) < 3 else f"{words} of another {what}"


def _renamed(pattern: Pattern, fact: Fact, variable: str, value: Value) -> Fact:
    """The fact with another value where its pattern has the variable."""
    for slot in pattern.slots:
        if isinstance(slot.term, Var) and slot.term.name == variable:
            fact = _with(fact, slot.index, value)
    return fact


def _with(fact: Fact, index: int, value: Value) -> Fact:
    return Fact(fact.relation, (*fact.values[:index], value, *fact.values[index + 1 :]))


def _same_key(relation: Relation, one: Fact, other: Fact) -> bool:
    if one.relation != other.relation:
        return False
    return all(one.values[i] == other.values[i] for i in map(relation.index, relation.key))


def _words(name: str) -> str:
    return name.replace("_", " ").replace("-", " ")
