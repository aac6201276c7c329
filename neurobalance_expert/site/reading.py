"""A rule in words, made from its compiled conditions: what it asks, what it calls what it finds, and what a missing fact means."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from neurobalance_expert.engines.plan import is_open
from neurobalance_expert.explain.sentences import SLOT_UNITS, explain_asked, explain_wanted
from neurobalance_expert.rules.ir import Pattern, Rule, RuleSet, Slot, Var
from neurobalance_expert.vocabulary import SlotType, Vocabulary

_TIE = "\u2040"  # stands for '_' in the name of a variable, which words would take for a blank


class Asked(Struct, frozen=True):
    """One condition in words.

    ``asks`` is what must hold of ``subject``, empty when it must only be there; ``calls`` are slots with the variables for their values.
    ``missing`` says what follows when no such fact was recorded; '' where nothing is open about it.
    """

    relation: str
    subject: str
    asks: tuple[str, ...]
    calls: tuple[tuple[str, str], ...]
    missing: str
    derived: bool


class Reading(Struct, frozen=True):
    """The parts of a rule in words."""

    scope: tuple[Asked, ...]
    when: tuple[Asked, ...]
    unless: tuple[Asked, ...]


def read_rule(rule: Rule, rules: RuleSet, vocabulary: Vocabulary) -> Reading:
    """The conditions of a rule in words."""
    known: set[str] = set()
    return Reading(*(tuple(_conditions(part, rule, rules, vocabulary, known)) for part in (rule.scope, rule.when, rule.unless)))


def _conditions(part: tuple[Pattern, ...], rule: Rule, rules: RuleSet, vocabulary: Vocabulary, known: set[str]) -> Iterator[Asked]:
    for pattern in part:
        yield _condition(pattern, rule, rules, vocabulary, known, exception=part is rule.unless)
        known |= pattern.variables()


def _condition(pattern: Pattern, rule: Rule, rules: RuleSet, vocabulary: Vocabulary, known: set[str], *, exception: bool) -> Asked:
    relation = vocabulary.relations[pattern.relation]
    slots: list[Slot] = []
    calls: list[tuple[str, str]] = []
    for slot in pattern.slots:
        is_key = slot.name in relation.key
        first = isinstance(slot.term, Var) and slot.term.name not in known
        if isinstance(slot.term, Var) and (slot.tests if is_key else first):
            calls.append((slot_in_words(relation.slots[slot.index]), f"${slot.term.name}"))
            slots.append(replace(slot, term=None))
        elif slot.term is not None and slot.tests:
            slots += [replace(slot, tests=()), replace(slot, term=None)]
        else:
            slots.append(slot)
    shown = replace(pattern, slots=tuple(slots))
    names = {name: f"${name}".replace("_", _TIE) for name in pattern.variables()}
    subject = explain_wanted(shown, vocabulary, rule.params, binding=names).replace(_TIE, "_")
    asks = tuple(_asked(one.replace(_TIE, "_")) for one in explain_asked(shown, vocabulary, rule.params, binding=names))
    missing = ""
    if is_open(relation, rules) and not exception:
        missing = "when it was not recorded, it counts as not so" if pattern.absent else "when it was not recorded, the rule is undecided"
    return Asked(relation.name, subject, asks, tuple(calls), missing, relation.derived)


def slot_in_words(slot: SlotType) -> str:
    """The name of a slot in words; ``the value`` where it only repeats the unit that the number carries anyway."""
    if slot.name == slot.unit or SLOT_UNITS.get(slot.name) == slot.unit:
        return "the value"
    return slot.name.replace("_", " ")


def _asked(words: str) -> str:
    """``value true`` as ``is true``: the slot has no name that says more."""
    return f"is {words.removeprefix('value ')}" if words.startswith("value ") else words
