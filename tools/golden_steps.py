"""Golden cases within one step of limits that no entry of a case states: an amount is searched for until the model's number is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import NamedTuple

from golden_parts import Golden, Item, case, supplement
from golden_records import protein_drink

from neurobalance_expert.assessment import load_knowledge
from neurobalance_expert.cases.load import parse_case
from neurobalance_expert.facts.prepare import prepare
from neurobalance_expert.loaded import Knowledge
from neurobalance_expert.source import parse_yaml
from neurobalance_expert.yaml_text import dump

Slots = dict[str, str]
GRID = 1000  # amounts in thousandths of what they are written in


class Step(NamedTuple):
    """A limit: the fact and slot that rules compare, the two values beside it, and the fields of a case with an amount in it.

    ``fields`` is given the amount; the number of the slot goes one way with it between ``low`` and ``high``.
    """

    name: str
    relation: str
    keys: Slots
    slot: str
    values: tuple[str, str]
    fields: Callable[[Decimal], Item]
    low: int
    high: int


def _leucine_late(amount: Decimal) -> Item:
    return {"supplements": (supplement("leucine", str(amount), "g", "22:00"),)}


STEPS = (
    Step(
        "choline-near-half-of-adequate",
        "adequacy",
        {"nutrient": "choline", "standard": "ai"},
        "high",
        ("0.49", "0.5"),
        lambda mg: {"day": "meagre", "supplements": (supplement("choline", str(mg), "mg"),)},
        1,
        600,
    ),
    Step(
        "protein-of-seventy-near-amount-asked-for",
        "adequacy",
        {"nutrient": "protein", "standard": "rda"},
        "ratio",
        ("1.24", "1.25"),
        lambda g: {"person": {"age_y": 70}, "foods": tuple(protein_drink(time, float(g)) for time in ("08:00", "18:00"))},
        20,
        80,
    ),
    Step(
        "niacin-near-half-from-tryptophan",
        "niacin_share_from_trp",
        {},
        "fraction",
        ("0.5", "0.51"),
        lambda mg: {"day": "dairy", "supplements": (supplement("nicotinamide", str(mg), "mg"),)},
        0,
        60,
    ),
    Step("tryptophan-at-night-near-nine-tenths", "influx", {"of": "trp"}, "vs_fasting", ("0.89", "0.9"), _leucine_late, 0, 20),
    Step(
        "tryptophan-with-meal-near-protein-meal",
        "meal",
        {},
        "protein_g",
        ("14.9", "15"),
        lambda g: {"foods": (protein_drink("20:00", float(g)),), "supplements": (supplement("l_tryptophan", 1, "g", "20:00"),)},
        5,
        30,
    ),
)


def steps() -> Iterator[Golden]:
    """Each limit from both sides."""
    for number, step in enumerate(STEPS):
        for side, value in enumerate(step.values):
            amount = _search(step, Decimal(value))
            note = f"{step.relation}.{step.slot} is {value}, within one step of a limit"
            yield case(f"{80 + 2 * number + side:03d}-{step.name}-{value.replace('.', '-')}", note, **step.fields(amount))


def _search(step: Step, wanted: Decimal) -> Decimal:
    """The amount, halving the range, for which the slot has the value. Raises ValueError when there is none."""
    low, high = step.low * GRID, step.high * GRID
    rises = _value(step, low) < _value(step, high)
    while low <= high:
        middle = (low + high) // 2
        found = _value(step, middle)
        if found == wanted:
            return _amount(middle)
        low, high = (middle + 1, high) if (found < wanted) == rises else (low, middle - 1)
    raise ValueError(f"{step.name}: no amount brings {step.slot} to {wanted}")


def _amount(thousandths: int) -> Decimal:
    return Decimal(thousandths) / GRID


def _value(step: Step, thousandths: int) -> Decimal:
    """The number that the model gives for an amount; of several facts the last."""
    knowledge = _knowledge()
    golden = case(step.name, "", **step.fields(_amount(thousandths)))
    read = parse_case(parse_yaml(dump(golden.data), f"{step.name}.yaml"), knowledge.names)
    found = []
    for fact in prepare(read, knowledge, course=step.relation == "influx").book.origins:
        if fact.relation == step.relation:
            _, slots = knowledge.vocabulary.plain(fact)
            if all(slots[name] == value for name, value in step.keys.items()):
                found.append(Decimal(str(slots[step.slot])))
    return found[-1]


@cache
def _knowledge() -> Knowledge:
    return load_knowledge(Path(__file__).resolve().parents[1])
