"""Mutants that no test can tell from the rule, each with the proof.

Three grounds are proved here: that a relation has no missing fact, that a slot asks the same of every value that it can have, and that
what is no longer overridden does not run. What only seems to be equivalent stays a survivor.
"""

from __future__ import annotations

from collections.abc import Iterator

from neurobalance_expert.fact import Value
from neurobalance_expert.measure.conditions import patterns, slot_type
from neurobalance_expert.measure.mutants import ANOTHER, DROP_OVERRIDE, Mutant
from neurobalance_expert.rules.ir import Const, Rule, RuleSet, Slot
from neurobalance_expert.vocabulary import SlotType, Vocabulary


def why_equivalent(rule: Rule, mutant: Mutant, vocabulary: Vocabulary, ruleset: RuleSet) -> str:
    """Why the mutant concludes the same on every set of facts; '' where that is not proved."""
    where, open_relations = mutant.where, ruleset.open_relations
    if mutant.operator == DROP_OVERRIDE and where.slot not in ruleset.stratum:
        return f"'{where.slot}' is a draft or retired and does not run"
    if not where.part:
        return ""
    before = next(p for w, p in patterns(rule) if (w.part, w.number) == (where.part, where.number))
    if mutant.operator == "missing policy":
        closed = before.relation not in open_relations
        return f"'{before.relation}' is closed: what is not recorded is not so, whatever 'missing' says" if closed else ""
    if not where.slot or mutant.operator == "unbind variable":
        return ""
    old = next(s for s in before.slots if s.name == where.slot)
    after = next(p for w, p in patterns(mutant.rule) if (w.part, w.number) == (where.part, where.number))
    new = next((s for s in after.slots if s.name == where.slot), Slot(old.name, old.index))
    kind = slot_type(vocabulary, before, old)
    same = all(_holds(old, value) == _holds(new, value) for value in domain(kind, old, new))
    return f"'{where}' asks the same of every value that it can have" if same else ""


def domain(kind: SlotType, *slots: Slot) -> Iterator[Value]:
    """Values that stand for all that a slot can have: tests that agree on them agree on every one.

    All of an enum; of names each that is named and one that is not; of numbers every bound with a step below and above it, which are
    the only places where an outcome can change.
    """
    if kind.kind == "bool":
        yield from ("true", "false")
    elif kind.enum:
        yield from kind.enum
    elif kind.kind == "number":
        bounds = {value for value in _named(slots) if isinstance(value, int)}
        yield from sorted({0, *bounds, *(b - 1 for b in bounds), *(b + 1 for b in bounds)})
    else:
        yield from sorted({ANOTHER, *(str(value) for value in _named(slots))})


def _named(slots: tuple[Slot, ...]) -> Iterator[Value]:
    for slot in slots:
        if isinstance(slot.term, Const):
            yield slot.term.value
        for test in slot.tests:
            yield from test.bound if isinstance(test.bound, tuple) else (test.bound,)


def _holds(slot: Slot, value: Value) -> bool:
    return (not isinstance(slot.term, Const) or slot.term.value == value) and all(test.holds(value) for test in slot.tests)
