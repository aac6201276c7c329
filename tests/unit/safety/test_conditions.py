"""Every row of the table of conditions speaks, at its severity, by every name of the condition; what is near a row does not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from neurobalance_expert.assessment import assess
from neurobalance_expert.cases.types import Supplement
from neurobalance_expert.facts.conditions import Taken, effects_on
from neurobalance_expert.knowledge.condition_effects import ConditionEffects
from neurobalance_expert.knowledge.policy import rank
from neurobalance_expert.loaded import load_knowledge
from tests.unit.safety.conftest import taking

KNOWLEDGE = load_knowledge(Path(__file__).resolve().parents[3], cache=False)
NAMES, TABLE = KNOWLEDGE.names, KNOWLEDGE.condition_effects
BESIDE = {"food", "protein_meal", "tyramine_food"}  # what only a diary shows
MARKED = {"prescribed": True, "phe_free": True}
ANYTHING = "zinc"  # stands for any supplement in rows about all of them


def cells() -> Iterator[tuple[str, str, int, bool]]:
    """Condition, substance, least rank, and whether only a marked product is meant, of every row with its groups written out."""
    for condition, entry in TABLE.conditions.items():
        for effect in entry.effects:
            for substance in sorted(effect.on - BESIDE) or [ANYTHING] * bool(effect.every):
                yield condition, substance, rank(effect.severity), bool(effect.only)


CELLS = tuple(cells())


def spellings(condition: str) -> list[str]:
    """Every accepted spelling of a condition."""
    table = NAMES.condition_names
    return sorted({table.spelled[key] for key, ids in table.exact.items() if ids == (condition,)})


def test_the_table_holds_every_condition_that_is_not_without_a_rule():
    """45 conditions, and the rows about them."""
    assert (45, {c.id for c in NAMES.conditions.values() if c.has_rule}) == (len(TABLE.conditions), set(TABLE.conditions))
    assert 200 < len(CELLS)


@pytest.mark.parametrize(("condition", "substance", "least", "marked"), CELLS, ids=lambda x: str(x))
def test_every_row_speaks_at_its_severity(worst, condition, substance, least, marked):
    """One supplement and one condition: the finding is there, and not below the table. Mixtures stand for their members."""
    supplement = taking(substance, **(MARKED if marked else {}))
    about = substance if substance not in NAMES.substances else (NAMES.substances[substance].member_of or (substance,))[0]

    assert least <= worst(f"COND:{condition}", about, conditions=[{"id": condition}], supplements=[supplement])


@pytest.mark.parametrize("condition", sorted(TABLE.conditions))
def test_every_name_of_a_condition_reaches_its_rows(worst, condition):
    """The most severe row through each accepted spelling."""
    rows = [(least, substance) for c, substance, least, marked in CELLS if c == condition and not marked]
    least, substance = max(rows, default=(0, ""))
    supplements = [taking(substance)] if substance else []

    assert [] == [
        name for name in spellings(condition) if worst(f"COND:{condition}", conditions=[{"id": name}], supplements=supplements) < least
    ]


@pytest.mark.parametrize("condition", sorted(TABLE.conditions))
def test_a_condition_without_its_substance_is_info_at_most(worst, condition):
    """Beside a substance of no row, unless the rows are about everything."""
    everything = any(e.every for e in TABLE.conditions[condition].effects)
    ranks = [worst(f"COND:{condition}", conditions=[{"id": condition}], supplements=s) for s in ([], [taking("omega_3")])]

    assert [0, rank("major") if everything else 0] == ranks


@pytest.mark.parametrize(("condition", "substance", "least", "marked"), CELLS[::7], ids=lambda x: str(x))
def test_another_condition_and_none_are_silent(found, condition, substance, least, marked):
    """No finding about the condition without the condition."""
    for others in ([], [{"id": "osteoporosis"}]):
        assert [] == [code for code, _, _ in found(conditions=others, supplements=[taking(substance)]) if code.startswith("COND:")]


@pytest.mark.parametrize("name", sorted(c.id for c in NAMES.conditions.values() if not c.has_rule))
def test_a_condition_without_a_rule_is_recognised_and_said_to_have_none(found, name):
    """Neither unrecognised nor passed over."""
    codes = {(code, about) for code, _, about in found(conditions=[{"id": name}])}

    assert ("INFO:no_specific_rule", name) in codes
    assert not {code for code, _ in codes} & {"MISS:unrecognised_name", f"COND:{name}"}


def test_a_formula_must_be_prescribed_and_free_of_phenylalanine(worst):
    """Each mark alone is not enough, and one product with both does not cover another without."""
    pku = [{"id": "pku"}]
    formula = [
        taking("eaa_or_protein_powder", dose=20, unit="g", **marks) for marks in ({}, {"prescribed": True}, {"phe_free": True}, MARKED)
    ]
    ranks = [worst("COND:pku", "eaa_or_protein_powder", conditions=pku, supplements=[product]) for product in formula]
    both = worst("COND:pku", "eaa_or_protein_powder", conditions=pku, supplements=[formula[3], formula[0]])

    assert ([4, 4, 4, 0], 4) == (ranks, both)


@pytest.mark.parametrize(("condition", "substance"), [("wilson", "zinc"), ("hepatic", "bcaa"), ("homocystinuria", "vitamin_b6")])
def test_a_treatment_is_not_warned_of(knowledge, condition, substance):
    """Only changing it alone is: in the table, and so in the wording of the rule."""
    used = {e.use for e in knowledge.condition_effects.conditions[condition].effects if substance in e.on}
    advice = knowledge.rule_by_id["condition-concerns-part-of-its-treatment"].do

    assert ({"treatment"}, True) == (used, advice.startswith("This is no warning against taking it."))


def test_no_text_of_a_condition_tells_to_stop(knowledge):
    """Self-chosen things are 'best not continued until reviewed', prescribed ones never."""
    texts = [e.text for e in TABLE.conditions.values()] + [row.note for e in TABLE.conditions.values() for row in e.effects]
    texts += [f"{rule.say} {rule.do}" for rule in knowledge.rules.rules if rule.at and "conditions" in rule.at.file]
    banned = ("stop taking", "stop your", "discontinue", "you have", "you should take", "serotonin level")

    assert [] == [(word, text) for text in texts for word in banned if word in text.casefold()]


@pytest.mark.parametrize(
    ("person", "code"),
    [
        ({"sex": "female", "pregnancy_status": "pregnant", "lactating": False}, "COND:pregnancy"),
        ({"sex": "female", "pregnancy_status": "trying", "lactating": False}, "COND:pregnancy"),
        ({"sex": "female", "pregnancy_status": "postpartum", "lactating": False}, "COND:pregnancy"),
        ({"sex": "female", "pregnancy_status": "not_pregnant", "lactating": True}, "COND:lactation"),
    ],
)
def test_life_stages_of_the_person_are_conditions(worst, person, code):
    """Without being listed; the other of the two stays silent."""
    other = {"COND:pregnancy": "COND:lactation", "COND:lactation": "COND:pregnancy"}[code]
    supplements = [taking("l_tyrosine")]

    assert (3, -1) == (worst(code, person=person, supplements=supplements), worst(other, person=person, supplements=supplements))


def test_a_medicine_can_be_concerned(worst):
    """Methylene blue without G6PD; another medicine is not."""
    ranks = [worst("COND:g6pd", conditions=[{"id": "g6pd"}], medications=[{"ingredient": m}]) for m in ("methylene blue", "ibuprofen")]

    assert [4, 0] == ranks


@pytest.mark.parametrize("condition", sorted(TABLE.conditions))
def test_the_outcome_follows_referral_and_severity(knowledge, balanced, condition):
    """A condition that refers leaves no advice even when nothing is taken; otherwise the most severe finding decides."""
    rows = [(least, substance) for c, substance, least, marked in CELLS if c == condition and not marked]
    least, substance = max(rows, default=(0, ""))
    refers = TABLE.conditions[condition].refer
    taken = (Supplement(0, balanced.diary_date, 480, substance, True, 100.0),) if rows and not refers else ()
    outcome = assess(replace(balanced, foods=(), conditions=(condition,), supplements=taken), knowledge, "reference")
    no_advice = refers or least == rank("contraindicated")

    assert ("refer_no_advice" if no_advice else knowledge.policy.severity[outcome.max_severity]) == outcome.disposition
    assert not (no_advice and outcome.recommendations)


OWN = sorted(c for c, entry in TABLE.conditions.items() if entry.own_targets)


@pytest.mark.parametrize("condition", OWN)
def test_with_targets_of_its_own_nothing_is_compared_with_requirements(knowledge, balanced, condition):
    """No LOW, PRECURSOR or BOTTLENECK, no flag of a small dose; the amounts themselves stay."""
    little = replace(
        balanced,
        foods=balanced.foods[:2],
        conditions=(condition,),
        supplements=(Supplement(0, balanced.diary_date, 480, "l_tryptophan", True, 500.0),),
    )
    without = {f.code.split(":")[0] for f in assess(replace(little, conditions=()), knowledge, "reference").findings}
    outcome = assess(little, knowledge, "reference")
    families = {f.code.split(":")[0] for f in outcome.findings}
    judged = {"LOW", "PRECURSOR", "BOTTLENECK"}

    assert ("refer_no_advice", (), ()) == (outcome.disposition, outcome.recommendations, outcome.adequacy)
    assert (True, set()) == (bool(without & judged), families & judged)
    assert ("CEIL" in without, condition != "eating_disorder") == (True, "CEIL" not in families)


NAMED = sorted(TABLE.conditions)
SUBSTANCES = sorted(NAMES.substances)
MARKS = st.sampled_from([frozenset[str](), frozenset({"prescribed"}), frozenset({"phe_free"}), frozenset({"prescribed", "phe_free"})])


@settings(max_examples=300)
@given(
    st.lists(st.sampled_from(NAMED), unique=True, max_size=5),
    st.dictionaries(st.sampled_from(SUBSTANCES), MARKS, max_size=5),
    st.sampled_from(NAMED),
    st.sampled_from(SUBSTANCES),
    MARKS,
)
def test_more_conditions_or_substances_never_lower_a_severity(stated, taken, condition, substance, marks):
    """Each pair keeps at least its severity when a condition or a product is added; two products share only the marks of both."""

    def severities(conditions: list[str], having: dict[str, frozenset[str]], known: ConditionEffects = TABLE) -> dict[tuple[str, str], int]:
        found = effects_on(conditions, Taken(having, tuple(having), True), (), known)
        return {(c, item): rank(effect.severity) for c, item, effect in found}

    before = severities(stated, taken)
    more = severities([*stated, condition], taken)
    fuller = severities(stated, taken | {substance: taken.get(substance, marks) & marks})

    assert [] == [pair for pair, least in before.items() if more[pair] < least or fuller.get(pair, -1) < least]


@settings(max_examples=200)
@given(st.lists(st.sampled_from(NAMED), max_size=2, unique=True), st.lists(st.sampled_from(SUBSTANCES), max_size=2, unique=True), st.data())
def test_adding_never_lowers_the_worst_severity(found, stated, taken, data):
    """Through the rules: a bare person with conditions and supplements, and one of either more."""
    conditions, supplements = [{"id": c} for c in stated], [taking(s) for s in taken]
    more = data.draw(st.sampled_from(["condition", "supplement"]))
    fuller = {
        "conditions": conditions + [{"id": data.draw(st.sampled_from(NAMED))}] * (more == "condition"),
        "supplements": supplements + [taking(data.draw(st.sampled_from(SUBSTANCES)))] * (more == "supplement"),
    }
    before = max((rank(s) for _, s, _ in found(conditions=conditions, supplements=supplements)), default=-1)

    assert before <= max((rank(s) for _, s, _ in found(**fuller)), default=-1)
