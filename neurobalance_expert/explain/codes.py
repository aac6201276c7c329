"""Which rules could conclude what somebody asks about: a finding code, a rule, or an intermediate conclusion."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import product

from msgspec import Struct

from neurobalance_expert.errors import Misuse, did_you_mean, nearest
from neurobalance_expert.explain.findings import code_text
from neurobalance_expert.fact import FINDING, Fact, Value
from neurobalance_expert.rules.ir import Binding, Rule, RuleSet, Slot, Var
from neurobalance_expert.vocabulary import SlotType, Vocabulary

Known = Callable[[str, str], Collection[str]]  # relation and slot -> the values that the knowledge base knows, none where any may stand
MOST_CODES = 2000  # of one rule that are written out to look for a likeness


class Target(Struct, frozen=True):
    """A rule, and the values that the variables of its code must have to conclude what was asked."""

    rule: Rule
    preset: Mapping[str, Value]


class Codes(Struct, frozen=True):
    """The vocabulary of codes of a rule set on one case."""

    rules: RuleSet
    vocabulary: Vocabulary
    facts: Collection[Fact]
    known: Known
    concluded: Collection[str] = ()  # what is asked for most likely

    def targets(self, asked: str) -> tuple[Target, ...]:
        """The rules that could conclude it, in the order of their ids.

        Args:
            asked: a finding code, the code of a rule with its variables (``LAB:$analyte:low``), the id of a rule, or a relation that rules
                conclude.

        Raises:
            Misuse: nothing concludes it; the nearest known one is named.
        """
        whole = [r for r in self.rules.rules if asked in (r.id, code_text(r)) or asked == r.head.relation != FINDING]
        if whole:
            return tuple(Target(rule, {}) for rule in whole)
        found = self._matching(asked, "[^:]+") or self._matching(asked, ".+")  # the name of a food may hold a colon
        if not found or (not any(self.is_named(t) for t in found) and self._near(asked)):
            raise Misuse(self._unknown(asked))
        return tuple(found)

    def _matching(self, asked: str, part: str) -> list[Target]:
        return [Target(rule, preset) for rule in self.rules.rules if (preset := self._preset(rule, asked, part)) is not None]

    def _preset(self, rule: Rule, asked: str, part: str) -> dict[str, Value] | None:
        """What the variables of the code must be for it to read like this; None when it cannot."""
        if not any(isinstance(part, Var) for part in rule.head.code):
            return None
        parts = [f"(?P<{p.name}>{part})" if isinstance(p, Var) else re.escape(str(p.value)) for p in rule.head.code]
        match = re.fullmatch(":".join(parts), asked)
        if match is None:
            return None
        return dict(match.groupdict()) if all(self._may_be(rule, name, value) for name, value in match.groupdict().items()) else None

    def _may_be(self, rule: Rule, name: str, value: str) -> bool:
        """Whether a variable of the rule can have the value: it passes the tests of its slots and is one of their known values."""
        for relation, slot, kind in self._places(rule, name):
            known = self.known(relation, slot.name)
            if not all(test.holds(value) for test in slot.tests) or (kind.kind == "enum" and value not in kind.enum):
                return False
            if known and value not in known and value not in self._seen(relation, slot):
                return False
        return True

    def is_named(self, target: Target) -> bool:
        """Whether every value of its code is known by name; a free one may be a slip of the pen."""
        return all(value in self._values(target.rule, name) for name, value in target.preset.items())

    def _values(self, rule: Rule, name: str) -> list[str]:
        """The values by name that a variable of the rule may have."""
        found: dict[str, None] = {}
        for relation, slot, kind in self._places(rule, name):
            found |= dict.fromkeys([*self._seen(relation, slot), *kind.enum, *self.known(relation, slot.name)])
            found |= dict.fromkeys(self._written(relation, slot.name))
        return sorted(value for value in found if self._may_be(rule, name, value))

    def _places(self, rule: Rule, name: str) -> Iterator[tuple[str, Slot, SlotType]]:
        for pattern in (*rule.scope, *rule.when):
            for slot in pattern.slots:
                if slot.term == Var(name):
                    yield pattern.relation, slot, self.vocabulary.relations[pattern.relation].slots[slot.index]

    def _seen(self, relation: str, slot: Slot) -> set[str]:
        return {str(fact.values[slot.index]) for fact in self.facts if fact.relation == relation}

    def _written(self, relation: str, slot: str) -> Iterator[str]:
        """The values that any rule compares this slot with."""
        for rule in self.rules.rules:
            for pattern in (*rule.scope, *rule.when, *rule.unless):
                for asked in pattern.slots:
                    if (pattern.relation, asked.name) == (relation, slot):
                        yield from (str(bound) for test in asked.tests if isinstance(test.bound, tuple) for bound in test.bound)

    def every(self) -> Iterable[str]:
        """Every code that can be written out, every rule and every intermediate conclusion."""
        yield from self.concluded
        for rule in self.rules.rules:
            yield rule.id
            if rule.head.relation != FINDING:
                yield rule.head.relation
                continue
            parts = [self._values(rule, p.name) if isinstance(p, Var) else [str(p.value)] for p in rule.head.code]
            for number, written in enumerate(product(*parts)):
                if number == MOST_CODES:
                    break
                yield ":".join(written)

    def _near(self, asked: str) -> str:
        return nearest(asked, set(self.every()))

    def _unknown(self, asked: str) -> str:
        relation = self.vocabulary.relations.get(asked)
        if relation is not None and not relation.derived:
            return f"'{asked}' is given by the case and the model, no rule concludes it; name a finding code or what rules conclude"
        hint = did_you_mean(
            asked, set(self.every()), otherwise="docs/codes.md lists the codes; 'neurobalance assess' shows those of a case"
        )
        return f"no rule concludes '{asked}': it is no finding code, rule or intermediate conclusion of this knowledge base; {hint}"


def preset_holds(preset: Binding, binding: Binding) -> bool:
    """Whether a binding does not contradict the values that the code asks for."""
    return all(binding.get(name, value) == value for name, value in preset.items())
