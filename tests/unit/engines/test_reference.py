"""The reference engine: the model, the derivations and each status, on programs small enough to work out by hand."""

from __future__ import annotations

import pytest

from neurobalance_expert.engines.base import Entry, Result
from neurobalance_expert.engines.reference import evaluate
from neurobalance_expert.fact import FINDING, Fact
from neurobalance_expert.rules.ir import Rule
from tests.oracles.build import pattern, relation, rule, rule_set, vocabulary

RATIO = "number 0.01 1"
WORDS = vocabulary(
    relation("influx", {"of": "id", "window": "id", "vs_fasting": RATIO}, ["of", "window"]),
    relation("window", {"id": "id", "phase": "id"}, ["id"], open=False),
    relation("meal", {"window": "id", "protein_g": "number 0.1 g"}, ["window"]),
    relation("life_stage", {"is": "id"}, []),
    relation("condition", {"id": "id"}, closed_by=("list_complete", (("list", "conditions"),))),
    relation("list_complete", {"list": "id"}, open=False),
    relation("starved", {"aa": "id", "window": "id"}, derived=True),
    relation("grade", {"aa": "id", "is": "id"}, ["aa"], derived=True),
)
LOW = pattern(WORDS, "influx", of="trp", window="$w", vs_fasting={"below": ("low", "0.85"), "bind": "$ratio"})
FED = pattern(WORDS, "window", id="$w", phase="fed")
PKU = pattern(WORDS, "condition", "condition", True, id="pku")
ADULT = pattern(WORDS, "life_stage", **{"is": "adult"})
CROWDED = rule(WORDS, "crowded", [LOW, FED], {"about": "trp", "window": "$w"}, unless=[PKU])


def fact(name: str, **values: object) -> Fact:
    return WORDS.fact(name, **values)


def influx(window: str, ratio: float) -> Fact:
    return fact("influx", of="trp", window=window, vs_fasting=ratio)


def fed(window: str) -> Fact:
    return fact("window", id=window, phase="fed")


def run(rules: Rule | list[Rule], *facts: Fact, only: set[str] | None = None) -> Result:
    rules = [rules] if isinstance(rules, Rule) else rules
    return evaluate(rule_set(WORDS, rules), WORDS, facts, only=only)


def entries(rules: Rule | list[Rule], *facts: Fact, of: str = "crowded") -> tuple[Entry, ...]:
    return run(rules, *facts).entries[of]


def findings(result: Result) -> set[str]:
    return {str(f.values[0]) for f in result.facts if f.relation == FINDING}


def test_a_rule_fires_and_says_from_which_facts():
    """0.84 is below 0.85 and the window is fed: one finding, with the facts in the order of the conditions."""
    result = run(CROWDED, influx("w2", 0.84), fed("w2"))

    (derivation,) = result.derivations
    assert Fact(FINDING, ("INFO:crowded", "crowded", "minor", "trp", "", "w2")) == derivation.fact
    assert (influx("w2", 0.84), fed("w2")) == derivation.premises
    assert derivation.binding == (("ratio", 84), ("w", "w2"))
    assert (Entry("fired", (("ratio", 84), ("w", "w2"))),) == result.entries["crowded"]


@pytest.mark.parametrize(
    ("op", "bound", "value", "margin"),
    [
        ("below", "0.85", 0.85, 0),  # equal to a strict bound
        ("below", "0.85", 0.86, 1),  # (0.86 - 0.85) / 0.01
        ("at_most", "0.85", 0.86, 1),
        ("above", "0.85", 0.85, 0),
        ("above", "0.85", 0.80, 5),  # (0.85 - 0.80) / 0.01
        ("at_least", "0.85", 0.84, 1),
    ],
)
def test_a_number_that_fails_is_named_with_its_distance_in_steps(op, bound, value, margin):
    """The margin counts steps of the slot's resolution, here 0.01."""
    asked = pattern(WORDS, "influx", of="trp", window="$w", vs_fasting={op: bound})

    (entry,) = entries(rule(WORDS, "crowded", [asked], {"about": "trp"}), influx("w1", value))

    assert Entry("blocked", (("w", "w1"),), "influx", (), influx("w1", value), margin, "vs_fasting") == entry


@pytest.mark.parametrize(("op", "value"), [("at_most", 0.85), ("at_least", 0.85), ("below", 0.84), ("above", 0.86)])
def test_a_bound_belongs_to_the_side_its_name_says(op, value):
    """at_most and at_least include the bound 0.85; below and above begin one step from it."""
    asked = pattern(WORDS, "influx", of="trp", window="$w", vs_fasting={op: "0.85"})

    assert [e.status for e in entries(rule(WORDS, "crowded", [asked], {"about": "trp"}), influx("w1", value))] == ["fired"]


def test_a_symbol_that_differs_blocks_without_a_margin():
    """The window is known and it is a night: false, not missing."""
    night = fact("window", id="w1", phase="night")

    (entry,) = entries(CROWDED, influx("w1", 0.5), night)

    assert Entry("blocked", (("ratio", 50), ("w", "w1")), "window", (), night) == entry


def test_an_exception_that_holds_blocks_and_is_named():
    """The fact that is the exception is what was seen."""
    (entry,) = entries(CROWDED, influx("w1", 0.5), fed("w1"), fact("condition", id="pku"))

    assert ("blocked", "condition", fact("condition", id="pku")) == (entry.status, entry.label, entry.seen)


def test_a_missing_fact_of_an_open_relation_is_unknown():
    """Nothing is said about influx; the window is fed, so nothing known is false."""
    assert (Entry("unknown", (("w", "w1"),), missing=("influx",)),) == entries(CROWDED, fed("w1"))


def test_a_known_false_condition_blocks_wherever_it_stands():
    """Influx is missing and stands first, but the only window is a night: no value of influx could make the rule fire."""
    night = fact("window", id="w1", phase="night")

    assert (Entry("blocked", (("w", "w1"),), "window", (), night),) == entries(CROWDED, night)


def test_a_known_exception_blocks_though_a_condition_is_missing():
    """Whatever influx is, the exception holds."""
    (entry,) = entries(CROWDED, fed("w1"), fact("condition", id="pku"))

    assert (entry.status, entry.label) == ("blocked", "condition")


def test_an_exception_about_something_missing_cannot_be_decided():
    """The exception speaks of the window that a missing influx would name, and some meal is large: it stays unknown."""
    large = pattern(WORDS, "meal", "meal", True, window="$w", protein_g={"above": "30"})
    alone = rule(WORDS, "crowded", [LOW], {"about": "trp"}, unless=[large])

    assert [e.status for e in entries(alone, fact("meal", window="w1", protein_g=40))] == ["unknown"]


def test_a_missing_fact_of_a_closed_relation_is_false():
    """No window at all: windows are closed, so the condition is false and there is nothing to show."""
    (entry,) = entries(CROWDED, influx("w1", 0.5))

    assert Entry("blocked", (("ratio", 50), ("w", "w1")), "window") == entry


def test_each_window_is_judged_by_itself():
    """Influx is recorded for w1 (too high by 0.05) and not for w2, which is fed: blocked there, unknown here."""
    found = entries(CROWDED, influx("w1", 0.90), fed("w1"), fed("w2"))

    assert [(e.status, e.binding) for e in found] == [("unknown", (("w", "w2"),)), ("blocked", (("w", "w1"),))]
    assert [(e.missing, e.margin) for e in found] == [(("influx",), None), ((), 5)]


def test_a_complete_list_closes_an_open_relation():
    """Without the list a condition that was not stated is unknown; with it, it is false."""
    asks = rule(WORDS, "crowded", [pattern(WORDS, "condition", id="pku")], {"about": "phe"})

    assert (Entry("unknown", missing=("condition",)),) == entries(asks)
    assert (Entry("blocked", label="condition"),) == entries(asks, fact("list_complete", list="conditions"))
    assert (Entry("unknown", missing=("condition",)),) == entries(asks, fact("list_complete", list="medications"))


def test_missing_absent_counts_what_was_not_recorded_as_false():
    """The condition says so itself."""
    asks = rule(WORDS, "crowded", [PKU], {"about": "phe"})

    assert (Entry("blocked", label="condition"),) == entries(asks)


def test_scope_is_out_when_known_not_to_hold_and_unknown_when_not_recorded():
    """A child is out of scope; a person of unknown age is not."""
    scoped = rule(WORDS, "crowded", [LOW, FED], {"about": "trp"}, scope=[ADULT])
    facts = (influx("w1", 0.5), fed("w1"))
    child = fact("life_stage", **{"is": "child"})

    assert (Entry("out_of_scope", (), "life_stage", (), child),) == entries(scoped, *facts, child)
    assert [(e.status, e.missing) for e in entries(scoped, *facts)] == [("unknown", ("life_stage",))]
    assert [e.status for e in entries(scoped, *facts, fact("life_stage", **{"is": "adult"}))] == ["fired"]


def test_an_overridden_instance_concludes_nothing_and_the_others_do():
    """Both rules bind $w; the special one fired for w1 only, so the general one is overridden for w1 and fires for w2."""
    meal = pattern(WORDS, "meal", window="$w", protein_g={"above": "30"})
    special = rule(WORDS, "special", [meal], {"window": "$w"}, overrides=["crowded"])
    facts = (influx("w1", 0.5), fed("w1"), influx("w2", 0.6), fed("w2"), fact("meal", window="w1", protein_g=40))

    result = run([CROWDED, special], *facts)

    assert [(e.status, e.binding[1][1], e.by) for e in result.entries["crowded"]] == [("fired", "w2", ""), ("overridden", "w1", "special")]
    assert {"w2"} == {f.values[5] for f in result.facts if f.values[0] == "INFO:crowded"}


def test_a_rule_that_shares_no_variable_overrides_every_instance():
    """The adult rule binds nothing."""
    special = rule(WORDS, "special", [ADULT], {}, overrides=["crowded"])
    facts = (influx("w1", 0.5), fed("w1"), influx("w2", 0.6), fed("w2"))

    assert {"INFO:special"} == findings(run([CROWDED, special], *facts, fact("life_stage", **{"is": "adult"})))
    assert {"INFO:crowded"} == findings(run([CROWDED, special], *facts, fact("life_stage", **{"is": "child"})))


STARVED = rule(WORDS, "starved", [LOW, FED], {"aa": "trp", "window": "$w"}, concludes="starved")
NEEDS = rule(WORDS, "needs", [pattern(WORDS, "starved", aa="trp", window="$w"), pattern(WORDS, "meal", window="$w")], {"window": "$w"})
OTHER = rule(WORDS, "other", [pattern(WORDS, "starved", aa="tyr", window="$w")], {"window": "$w"})


def test_a_derived_fact_is_unknown_only_where_a_rule_that_derives_it_is_unknown():
    """Influx of w1 is too high: not starved there. Nothing is known of w2. No rule could say that tyr is starved."""
    facts = (influx("w1", 0.9), fed("w1"), fed("w2"), fact("meal", window="w1", protein_g=1), fact("meal", window="w2", protein_g=1))

    result = run([STARVED, NEEDS, OTHER], *facts)

    assert (Entry("unknown", (("w", "w2"),), missing=("starved",)),) == result.entries["needs"]
    assert (Entry("blocked", label="starved"),) == result.entries["other"]


def test_a_derived_fact_that_cannot_be_is_false():
    """The rule that derives it is blocked for its only window, so nothing is unknown further up."""
    facts = (influx("w1", 0.9), fed("w1"), fact("meal", window="w1", protein_g=1))

    assert (Entry("blocked", label="starved"),) == entries([STARVED, NEEDS], *facts, of="needs")


def test_a_derived_fact_that_is_known_leaves_nothing_to_guess_about_its_key():
    """trp is graded 'poor'. A rule that could grade it 'good' is unknown, but a key has one value, so 'good' is false."""
    poor = rule(WORDS, "poor", [FED], {"aa": "trp", "is": "poor"}, concludes="grade")
    good = rule(WORDS, "good", [pattern(WORDS, "influx", of="trp")], {"aa": "trp", "is": "good"}, concludes="grade")
    needs = rule(WORDS, "needs", [pattern(WORDS, "grade", aa="trp", **{"is": "good"})], {})

    assert [e.status for e in entries([poor, good, needs], of="needs")] == ["unknown"]
    assert [e.status for e in entries([poor, good, needs], fed("w1"), of="needs")] == ["blocked"]


def test_a_rule_evaluated_alone_takes_intermediate_facts_like_inputs():
    """The tests inside a rule give intermediate facts; one that they leave out is not known, for nothing else could conclude it."""
    meal = fact("meal", window="w1", protein_g=1)

    assert (Entry("unknown", (("w", "w1"),), missing=("starved",)),) == run([STARVED, NEEDS], meal, only={"needs"}).entries["needs"]
    given = run([STARVED, NEEDS], meal, fact("starved", aa="trp", window="w1"), only={"needs"})
    assert {"needs": (Entry("fired", (("w", "w1"),)),)} == given.entries


def test_every_derivation_of_a_fact_is_kept():
    """One rule derives it from two facts in turn, as it leaves the window free, and another rule from one: three ways to one fact."""
    any_meal = rule(WORDS, "any-meal", [pattern(WORDS, "influx", of="trp")], {"aa": "trp", "window": "w1"}, concludes="starved")

    result = run([STARVED, any_meal], influx("w1", 0.5), influx("w2", 0.9), fed("w1"))

    assert {fact("starved", aa="trp", window="w1")} == {d.fact for d in result.derivations}
    assert [(d.rule, len(d.premises)) for d in result.derivations] == [("any-meal", 1), ("any-meal", 1), ("starved", 2)]


def test_one_binding_has_one_entry_the_one_nearest_to_passing():
    """With the window left free both facts fail for the same (empty) binding; 0.87 is 2 steps away, 0.95 is 10."""
    free = rule(WORDS, "crowded", [pattern(WORDS, "influx", of="trp", vs_fasting={"below": "0.85"})], {})

    assert [e.margin for e in entries(free, influx("w1", 0.95), influx("w2", 0.87))] == [2]
    assert [e.status for e in entries(free, influx("w1", 0.95), influx("w2", 0.50))] == ["fired"]


def test_a_variable_used_twice_in_a_pattern_must_be_equal():
    """The amino acid and the window carry the same text in one of the two facts."""
    twice = rule(WORDS, "crowded", [pattern(WORDS, "influx", of="$w", window="$w")], {"window": "$w"})
    same = fact("influx", of="x", window="x", vs_fasting=1)

    assert [d.binding for d in run(twice, same, influx("w1", 1)).derivations] == [(("w", "x"),)]


def test_a_variable_in_a_code_is_replaced_by_its_value():
    """One rule, one code for each window."""
    coded = rule(WORDS, "crowded", [pattern(WORDS, "meal", window="$w")], {}, code="MEAL:$w:any")
    meals = [fact("meal", window=name, protein_g=1) for name in ("w1", "w2")]

    assert findings(run(coded, *meals)) == {"MEAL:w1:any", "MEAL:w2:any"}


def test_drafts_do_not_run_unless_asked_for_by_name():
    """A draft has no entry; its own tests evaluate it by name."""
    draft = rule(WORDS, "crowded", [FED], {"window": "$w"}, status="draft")

    assert run(draft, fed("w1")).entries == {}
    assert [e.status for e in run(draft, fed("w1"), only={"crowded"}).entries["crowded"]] == ["fired"]


def test_a_known_variable_that_fails_a_test_of_its_slot_is_false_not_unknown():
    """No dose of 'w9' could ever meet {not_in: [w9]}; wherever the condition stands, the rule is blocked by it and asks for nothing."""
    words = vocabulary(relation("pick", {"of": "id"}, open=False), relation("level", {"of": "id", "mg": "number 1 mg"}, ["of"]))
    pick = pattern(words, "pick", of="$o")
    level = pattern(words, "level", of={"bind": "$o", "not_in": ["w9"]})
    facts = [words.fact("pick", of="w9"), words.fact("pick", of="w1")]

    for when in ([pick, level], [level, pick]):
        entries = evaluate(rule_set(words, [rule(words, "r", when, {"about": "$o"})]), words, facts).entries["r"]
        assert [(dict(e.binding), e.status, e.label, e.missing) for e in entries] == [
            ({"o": "w1"}, "unknown", "", ("level",)),
            ({"o": "w9"}, "blocked", "level", ()),
        ]


def test_an_override_that_is_overridden_itself_overrides_nothing():
    """a overrides b and b overrides c: where a fires, b concludes nothing, so c speaks."""
    words = vocabulary(relation("level", {"of": "id", "mg": "number 1 mg"}, ["of"]))
    rules = [
        rule(words, name, [pattern(words, "level", of="$o", mg={"above": bound})], {"about": "$o"}, overrides=others)
        for name, bound, others in (("a", "9", ["b"]), ("b", "5", ["c"]), ("c", "1", []))
    ]
    result = evaluate(rule_set(words, rules), words, [words.fact("level", of=name, mg=mg) for name, mg in (("x", 2), ("y", 6), ("z", 10))])

    assert sorted((d.rule, dict(d.binding)["o"]) for d in result.derivations) == [("a", "z"), ("b", "y"), ("c", "x"), ("c", "z")]
