"""What is known about a rule while it is read: where it stands, its parameters, variables and labels."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Literal

from msgspec import Struct, field

from neurobalance_expert.errors import Problems, Span, did_you_mean
from neurobalance_expert.fact import FINDING
from neurobalance_expert.rules.values import UnfitError, describe, describe_slot, in_unit, same_numbers, scale
from neurobalance_expert.source import Data, Document, Keys
from neurobalance_expert.units import Quantity
from neurobalance_expert.vocabulary import Relation, SlotType, Vocabulary

Part = Literal["scope", "when", "unless"]

VARIABLE = re.compile(r"\$[A-Za-z][A-Za-z0-9_]*")


class Parameter(Struct):
    """A parameter while its rule is read. A bare number takes the unit of the first slot that it is compared with."""

    value: Decimal
    unit: str | None
    source: str
    at: Span
    used: bool = False


class Reading(Struct):
    """One rule while it is read: its document and what has been found out about it so far."""

    doc: Document
    vocabulary: Vocabulary
    problems: Problems
    params: dict[str, Parameter] = field(default_factory=dict)
    variables: dict[str, tuple[SlotType, Span]] = field(default_factory=dict)  # bound by scope or when: type and first place
    labels: dict[str, tuple[Part, Span]] = field(default_factory=dict)
    unread: set[Part] = field(default_factory=set)  # parts with a condition that could not be read: what they bind is not known

    @property
    def unsure(self) -> bool:
        """Whether a variable may be bound by a condition that could not be read; then it is not reported as unbound as well."""
        return bool(self.unread & {"scope", "when"})

    def unfit(self, problem: UnfitError, at: Span) -> None:
        """Note a value that does not fit."""
        self.problems.add(problem.code, problem.what, at, label=problem.label, why=problem.why, fix=problem.fix)

    def check_keys(self, data: Mapping[str, Data], keys: Keys, known: Collection[str], what: str) -> None:
        """Every key must be known."""
        for key in data:
            if key not in known:
                hint = did_you_mean(key, known, otherwise="known keys: " + ", ".join(known))
                why = "nothing reads it, so what it says would have no effect"
                self.problems.add("NB-R003", f"unknown key '{key}' in {what}", self.doc.at_key(*keys, key), why=why, fix=hint)

    def wrong_shape(self, keys: Keys, what: str, data: Data, fix: str) -> None:
        """Note that something else was expected here."""
        self.problems.add("NB-R005", f"{what}, not {describe(data)}", self.doc.at(*keys), fix=fix)

    def bound(self, name: str, at: Span, where: str) -> SlotType | None:
        """The type of a variable that must be bound by now; notes a problem and gives None when it is not."""
        if name in self.variables:
            return self.variables[name][0]
        if not self.unsure:
            known = [f"${v}" for v in self.variables]
            listed = "bound are " + ", ".join(known) if known else "no condition binds a variable"
            self.problems.add(
                "NB-R021",
                f"the variable '${name}' in {where} is not bound",
                at,
                label="no condition in 'when' or 'scope' gives it a value",
                why="an exception or a conclusion can only speak of what the conditions have found",
                fix=did_you_mean(f"${name}", known, otherwise=f"use it in a condition of 'when', or remove it ({listed})"),
            )
        return None


def find_relation(vocabulary: Vocabulary, problems: Problems, name: str, at: Span) -> Relation | None:
    """A relation by name; notes a problem with the nearest name when there is none."""
    relation = vocabulary.relations.get(name)
    if relation is None:
        known = [r for r in vocabulary.relations if r != FINDING]
        why = "a condition over a name that nothing provides could never hold"
        hint = did_you_mean(name, known, otherwise="knowledge/vocabulary.yaml lists every relation")
        problems.add("NB-R010", f"unknown relation '{name}'", at, label="not in the vocabulary", why=why, fix=hint)
    return relation


def find_slot(relation: Relation, problems: Problems, name: str, at: Span) -> SlotType | None:
    """A slot by name; notes a problem with the nearest name when there is none."""
    for slot in relation.slots:
        if slot.name == name:
            return slot
    names = [s.name for s in relation.slots]
    hint = did_you_mean(name, names, otherwise=f"its slots are {', '.join(names)}")
    label = f"'{relation.name}' has no such slot"
    why = "nothing gives it a value, so what is said of it could never hold"
    problems.add("NB-R011", f"unknown slot '{name}' of '{relation.name}'", at, label=label, why=why, fix=hint)
    return None


def variable_name(text: str) -> str:
    """``$w`` without the dollar sign. Raises UnfitError when it is not a name."""
    if not VARIABLE.fullmatch(text):
        fix = "use a letter, then letters, digits and '_', such as $window"
        raise UnfitError("NB-R025", f"'{text}' is not the name of a variable", fix=fix)
    return text[1:]


def parameter_value(param: Parameter, slot: SlotType, shown: str) -> int:
    """A parameter in steps of a slot. Raises UnfitError."""
    param.used = True
    if slot.kind != "number":
        raise UnfitError("NB-R013", f"'{slot.name}' is no number and '{shown}' is one", fix=f"'{slot.name}' is {describe_slot(slot)}")
    if param.unit is None:
        param.unit = slot.unit
    try:
        return scale(slot, in_unit(slot, Quantity(param.value, param.unit)), exact=True)
    except UnfitError as problem:
        origin = f" ({param.source})" if param.source else ""
        problem.label = problem.label or f"{shown} is {param.value} {param.unit}{origin}"
        raise


def join_types(name: str, left: SlotType, right: SlotType) -> SlotType:
    """The narrower type of two slots that share a variable. Raises UnfitError when equal values would not mean the same."""
    symbols = ("id", "enum")
    if left.kind in symbols and right.kind in symbols:
        if left.kind != right.kind:
            return left if left.kind == "enum" else right
        if left.enum == right.enum:
            return left
    elif left.kind == right.kind and (left.kind == "bool" or same_numbers(left, right)):
        return left
    raise UnfitError(
        "NB-R022",
        f"'${name}' stands for two different things",
        label=f"here {describe_slot(right)}",
        why="equal values of slots with different types, units or resolutions do not mean the same",
        fix=f"use another variable; elsewhere '${name}' is {describe_slot(left)} (slot '{left.name}')",
    )
