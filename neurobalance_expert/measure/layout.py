"""A test as a rule file holds it: the shortest way to its facts from a test that is there, on one line where it fits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from neurobalance_expert.fact import Fact, Value
from neurobalance_expert.rules.check import variable_types
from neurobalance_expert.rules.ir import Rule, RuleTest
from neurobalance_expert.vocabulary import SlotType, Vocabulary, from_value
from neurobalance_expert.yaml_text import one_line

WIDTH = 170  # columns of a line in rules/; a longer test stands on several
MOST_CHANGES = 3  # places that differ from another test; with more its facts are written out


def as_text(test: RuleTest, rule: Rule, earlier: Sequence[RuleTest], vocabulary: Vocabulary, indent: int) -> str:
    """The lines of one test as they stand in the list of tests, with a line end.

    Args:
        earlier: tests of the rule that stand before it, which it may start from.
        indent: columns before the dash.
    """
    data = as_data(test, rule, earlier, vocabulary)
    space = " " * indent
    line = f"{space}- {one_line(data)}\n"
    if len(line) <= WIDTH:
        return line
    first, *rest = (f"{key}: {one_line(value)}" for key, value in data.items())
    return "\n".join([f"{space}- {first}", *(f"{space}  {text}" for text in rest)]) + "\n"


def as_data(test: RuleTest, rule: Rule, earlier: Sequence[RuleTest], vocabulary: Vocabulary) -> dict[str, Any]:
    """The test as plain data with the keys of the rule language."""
    expect = _expect(test, rule, vocabulary)
    changes = [(len(change), number, change) for number, e in enumerate(earlier) if (change := _change(e, test, vocabulary)) is not None]
    fewest = min(changes, key=lambda found: found[:2], default=None)
    if fewest is None or fewest[0] > MOST_CHANGES:
        return {"name": test.name, "facts": _facts(test.facts, vocabulary), "expect": expect}
    change = {"change": fewest[2]} if fewest[2] else {}
    return {"name": test.name, "like": earlier[fewest[1]].name, **change, "expect": expect}


def _expect(test: RuleTest, rule: Rule, vocabulary: Vocabulary) -> Any:
    if test.status == "blocked":
        margin = {"margin": _number(test.margin)} if test.margin is not None else {}
        return {"blocked": test.label, **margin}
    if test.status == "unknown":
        return {"unknown": list(test.missing)}
    if test.status != "fired":
        return test.status
    types = variable_types(rule, vocabulary)
    relation = vocabulary.relations[rule.head.relation]
    fired = {"fired": {name: _value(types[name], value) for name, value in test.binding}} if test.binding else {}
    concludes = {name: _value(relation.slot(name), value) for name, value in test.concludes}
    return {**fired, **({"concludes": concludes} if concludes else {})} or "fired"


def _facts(facts: Sequence[Fact], vocabulary: Vocabulary) -> dict[str, Any]:
    return {name: _one_or_list([_slots(fact, vocabulary) for fact in found]) for name, found in _by_relation(facts).items()}


def _one_or_list(items: list[dict[str, Any]]) -> Any:
    return items[0] if len(items) == 1 else items


def _slots(fact: Fact, vocabulary: Vocabulary) -> dict[str, Any]:
    slots = vocabulary.relations[fact.relation].slots
    return {slot.name: _value(slot, value) for slot, value in zip(slots, fact.values, strict=True) if value != ""}


def _value(slot: SlotType, value: Value) -> Any:
    return _number(slot.unscaled(value)) if isinstance(value, int) else from_value(slot, value)


def _number(number: Decimal) -> Decimal | int:
    """Without zeros at the end, as a person writes it."""
    return int(number) if number == number.to_integral_value() else Decimal(f"{number:f}".rstrip("0"))


def _change(earlier: RuleTest, test: RuleTest, vocabulary: Vocabulary) -> dict[str, Any] | None:
    """What makes the facts of one test of those of another; None where a slot that was given would have to be taken away."""
    out: dict[str, Any] = {}
    before, after = _by_relation(earlier.facts), _by_relation(test.facts)
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name, []), after.get(name, [])
        if set(old) == set(new):
            continue
        if not new:
            out[name] = "unknown" if vocabulary.relations[name].open or vocabulary.relations[name].derived else "absent"
        elif len(old) == len(new) == 1 and (slots := _slot_changes(old[0], new[0], vocabulary)) is not None:
            out |= slots
        else:
            out[name] = _one_or_list([_slots(fact, vocabulary) for fact in new])
    return out


def _slot_changes(old: Fact, new: Fact, vocabulary: Vocabulary) -> Mapping[str, Any] | None:
    slots = vocabulary.relations[old.relation].slots
    differ = [(slot, value) for slot, was, value in zip(slots, old.values, new.values, strict=True) if was != value]
    if any(value == "" for _, value in differ):
        return None
    return {f"{old.relation}.{slot.name}": _value(slot, value) for slot, value in differ}


def _by_relation(facts: Sequence[Fact]) -> dict[str, list[Fact]]:
    out: dict[str, list[Fact]] = {}
    for fact in facts:
        out.setdefault(fact.relation, []).append(fact)
    return out
