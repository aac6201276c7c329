"""One rule on the facts of one test: what came of it, whether that is what the test expects, and both in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from msgspec import Struct

from neurobalance_expert.engines.base import Derivation, Entry
from neurobalance_expert.engines.plan import Programme
from neurobalance_expert.engines.reference import Evaluation
from neurobalance_expert.fact import Fact, Value
from neurobalance_expert.rules.check import variable_types
from neurobalance_expert.rules.ir import Rule, RuleTest
from neurobalance_expert.rules.values import plain
from neurobalance_expert.vocabulary import SlotType, Vocabulary


class Seen(Struct, frozen=True):
    """What one rule came to: an entry for each binding, a derivation for each that fired, in a canonical order."""

    entries: tuple[Entry, ...]
    derivations: tuple[Derivation, ...]

    @property
    def fired(self) -> bool:
        """Whether any binding fired."""
        return bool(self.derivations)


class Trial:
    """One rule and the rules that override it, made ready once and run on the facts of many tests."""

    def __init__(self, ready: Programme, rule: Rule, above: Sequence[Rule]) -> None:
        self.rule = rule
        self.ready = ready.narrowed((*above, rule))
        self.only = frozenset(r.id for r in (*above, rule))

    def explore(self, facts: Iterable[Fact]) -> Evaluation:
        """An evaluation of these facts that can be asked further."""
        case = Evaluation(self.ready, self.only)
        case.run(facts)
        return case

    def run(self, facts: Iterable[Fact]) -> Seen:
        """The rule on these facts."""
        case = self.explore(facts)
        derivations = sorted((d for d in case.derivations if d.rule == self.rule.id), key=repr)
        return Seen(case.entries.get(self.rule.id, ()), tuple(derivations))


class Reader:
    """Compares and words the entries of one rule."""

    def __init__(self, rule: Rule, vocabulary: Vocabulary) -> None:
        self.types = variable_types(rule, vocabulary)
        self.patterns = {p.label: p for p in (*rule.scope, *rule.when, *rule.unless)}
        self.vocabulary = vocabulary
        self.head = rule.head.relation

    def meets(self, test: RuleTest, seen: Seen) -> bool:
        """Whether what came is what the test expects."""
        if test.status != "fired" and any(e.status == "fired" for e in seen.entries):
            return False
        return any(self._is(test, entry, seen) for entry in seen.entries)

    def _is(self, test: RuleTest, entry: Entry, seen: Seen) -> bool:
        if entry.status != test.status:
            return False
        if test.status == "fired":
            wanted = self._concluded(test)
            return set(test.binding) <= set(entry.binding) and (not wanted or any(wanted <= c for c in self._conclusions(entry, seen)))
        if test.status == "blocked":
            return entry.label == test.label and (test.margin is None or test.margin == self.margin(entry))
        return test.status != "unknown" or set(entry.missing) == set(test.missing)

    def _concluded(self, test: RuleTest) -> set[tuple[int, Value]]:
        relation = self.vocabulary.relations[self.head]
        return {(relation.index(name), value) for name, value in test.concludes}

    def _conclusions(self, entry: Entry, seen: Seen) -> Iterator[set[tuple[int, Value]]]:
        """The values of the fact that the rule concluded for this binding."""
        return (set(enumerate(d.fact.values)) for d in seen.derivations if d.binding == entry.binding)

    def margin(self, entry: Entry) -> Decimal | None:
        """How far the fact that was compared stood from passing, in the unit of its slot; None where it is no matter of a number."""
        slot = self._margin_slot(entry)
        return slot.unscaled(entry.margin) if slot and entry.margin is not None else None

    def _margin_slot(self, entry: Entry) -> SlotType | None:
        pattern = self.patterns.get(entry.label)
        return self.vocabulary.relations[pattern.relation].slot(entry.margin_slot) if pattern and entry.margin_slot else None

    def expected(self, test: RuleTest) -> str:
        """The expectation in words."""
        if test.status == "fired":
            relation = self.vocabulary.relations[self.head]
            said = ", ".join(f"{name} {plain(relation.slot(name), value)}" for name, value in test.concludes)
            return "fired" + self._with(test.binding) + (f", concluding {said}" if said else "")
        if test.status == "blocked":
            return f"blocked by '{test.label}'" + (f" with margin {test.margin}" if test.margin is not None else "")
        if test.status == "unknown":
            return "unknown for want of " + _names(test.missing)
        return test.status.replace("_", " ")

    def got(self, test: RuleTest, seen: Seen) -> str:
        """Every entry in words; what was concluded too, where the test asks for it."""
        told = "; ".join(self.sentence(e) for e in seen.entries) or "no entry"
        if not test.concludes or not seen.derivations:
            return told
        relation = self.vocabulary.relations[self.head]
        names = [name for name, _ in test.concludes]
        facts = [", ".join(f"{n} {plain(relation.slot(n), d.fact.values[relation.index(n)])}" for n in names) for d in seen.derivations]
        return f"{told}, concluding {'; '.join(facts)}"

    def sentence(self, entry: Entry) -> str:
        """An entry in words."""
        where = self._with(entry.binding)
        if entry.status == "blocked":
            return f"blocked by '{entry.label}'{self._seen(entry)}{where}"
        if entry.status == "unknown":
            return f"unknown for want of {_names(entry.missing)}{where}"
        if entry.status == "out_of_scope":
            return f"out of scope by '{entry.label}'{where}"
        return f"overridden by '{entry.by}'{where}" if entry.status == "overridden" else f"fired{where}"

    def _seen(self, entry: Entry) -> str:
        slot = self._margin_slot(entry)
        if slot is None or entry.seen is None or entry.margin is None:
            return ""
        value = entry.seen.values[self.vocabulary.relations[entry.seen.relation].index(slot.name)]
        return f" ({slot.name} is {plain(slot, value)}, margin {plain(slot, entry.margin)})"

    def _with(self, binding: Sequence[tuple[str, Value]]) -> str:
        pairs = ", ".join(f"{name} = {plain(self.types[name], value)}" for name, value in binding)
        return f" with {pairs}" if pairs else ""


def _names(labels: Sequence[str]) -> str:
    return " and ".join(f"'{label}'" for label in labels)
