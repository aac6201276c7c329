"""A case file that shows a finding: entries for its facts, and meals in which the model may bring about the rest. Each is run, not argued.

Meals and doses are tried in a fixed order; what the model makes of them decides. A case that was not found says only that.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from decimal import Decimal

from msgspec import Struct

from neurobalance_expert.analysis.case_entries import NOON, Entries, entries_of, meal
from neurobalance_expert.analysis.findings import Found
from neurobalance_expert.analysis.witness_facts import shows
from neurobalance_expert.cases.load import parse_case
from neurobalance_expert.errors import InputProblems
from neurobalance_expert.fact import Fact
from neurobalance_expert.facts.prepare import prepare
from neurobalance_expert.loaded import Knowledge
from neurobalance_expert.source import parse_yaml
from neurobalance_expert.yaml_text import dump

COURSE = frozenset(("influx", "plasma_ratio"))
TIMES = (NOON, "22:00")  # of the meal that is tried: by day, and before the night
MEALS = ((0, 0), (0, 60), (0, 120), (5, 60), (20, 20), (40, 0), (60, 40), (90, 0))  # g of protein and of carbohydrate
FREE = ((), ("leucine",), ("l_phenylalanine",), ("l_tyrosine",), ("l_tryptophan",))  # 5 g of each, with the meal
RELATIONS_OF_MEALS = COURSE | {"window", "meal", "limiting_amino_acid", "niacin_share_from_trp", "animal_food", "last_before_night"}
PLAIN = {"name": "sugar", "grams": 20}  # a food without any of what rules look for, of known composition


class Case(Struct, frozen=True):
    """A case file that shows a finding, after so many tries; no text when none was found."""

    text: str
    tries: int


def find_case(found: Found, name: str, knowledge: Knowledge) -> Case:
    """The first case file that shows the finding.

    Args:
        found: A finding with facts.
        name: The id of the case.
        knowledge: With the rules that were analysed.
    """
    course = any(fact.relation in COURSE for fact in found.facts)
    tries = 0
    for entries in _candidates(found, knowledge):
        tries += 1
        text = dump(entries.document(name))
        facts = _facts_of(text, name, knowledge, course=course)
        if facts is not None and shows(found, facts, knowledge.rules, knowledge.vocabulary):
            return Case(text, tries)
    return Case("", tries)


def _facts_of(text: str, name: str, knowledge: Knowledge, *, course: bool) -> tuple[Fact, ...] | None:
    """The facts of a case file; None for one that no gate lets in, such as one with a name that is too long."""
    try:
        case = parse_case(parse_yaml(text, f"{name}.yaml"), knowledge.names)
    except InputProblems:
        return None
    return tuple(prepare(case, knowledge, course=course).book.origins)


def _candidates(found: Found, knowledge: Knowledge) -> Iterator[Entries]:
    """Entries to try: those of the facts by themselves, without what else is known of the person, and with meals beside them where the
    facts ask for something of the day."""
    base = entries_of(found.facts, knowledge)
    if not base.foods:
        base.foods.append({"time": NOON, **PLAIN})
    yield base
    bare = deepcopy(base)
    bare.left_out |= set(base.person) - base.stated
    yield bare
    relations = {fact.relation for fact in found.facts}
    of_acids = any(f.relation == "adequacy" and _of_meals(str(f.values[0]), knowledge) for f in found.facts)
    if not (relations & RELATIONS_OF_MEALS or of_acids):
        return
    for time in TIMES:
        for substances in FREE if relations & COURSE else FREE[:1]:
            for protein, carbohydrate in MEALS:
                yield _with_meal(base, time, protein, carbohydrate, substances)


def _of_meals(nutrient: str, knowledge: Knowledge) -> bool:
    """Whether no supplement stands for a nutrient: protein and the amino acids."""
    return not knowledge.nutrients[nutrient].supplements


def _with_meal(base: Entries, time: str, protein: int, carbohydrate: int, substances: tuple[str, ...]) -> Entries:
    out = deepcopy(base)
    out.foods = [food for food in out.foods if "composition" not in food]
    out.foods.append(meal(time, Decimal(protein), Decimal(carbohydrate)))
    for entry in out.supplements.values():
        entry["time"] = time
    for substance in substances:
        if substance not in out.supplements:
            out.take(substance, time=time, dose=Decimal(5), unit="g")
    return out
