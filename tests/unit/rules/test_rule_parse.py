"""Rule files become typed rules; each way of getting one wrong is told apart."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from neurobalance_expert.fact import Fact
from neurobalance_expert.rules import ir
from neurobalance_expert.rules.ir import Const, Evidence, Param, Var

GOOD = """
language: 1
rules:
  - id: low-share
    code: "COMPETE:$aa:trp"
    title: Tryptophan gets little of the carrier
    kind: competition
    status: stable
    severity: minor
    evidence: [{ref: smith1987, grade: A, supports: mechanism}]
    params: {low: knowledge.thresholds.trp_influx_low}
    scope:
      - life_stage: {is: adult}
    when:
      - influx: {of: $aa, window: $w, vs_fasting: {below: $low, bind: $ratio}}
      - window: {id: $w, phase: {not: night}}
    unless:
      - condition: {id: phenylketonuria}
        missing: absent
    then: {about: $aa, system: serotonin, window: $w}
    say: "It had {{ ratio | percent }}."
    tests:
      - name: just under
        facts: {life_stage: {is: adult}, influx: {of: trp, window: w2, vs_fasting: "0.84"}, window: {id: w2, phase: fed}}
        expect: {fired: {w: w2}}
      - {name: at the threshold, like: just under, change: {influx.vs_fasting: 0.85}, expect: {blocked: influx, margin: "0"}}
      - {name: not known, like: just under, change: {influx: unknown}, expect: {unknown: [influx]}}
"""


def test_a_rule_becomes_typed_with_scaled_bounds(read: Callable) -> None:
    """0.85 at a resolution of 0.01 is 85 steps; slots follow the vocabulary, code parts the colons."""
    found = read(GOOD)
    [rule] = found.rules
    influx, window = rule.when

    assert found.rendered == ""
    assert [(s.name, s.index, s.term, s.tests) for s in influx.slots] == [
        ("of", 0, Var("aa"), ()),
        ("window", 1, Var("w"), ()),
        ("vs_fasting", 2, Var("ratio"), (ir.Test("below", 85, "low"),)),
    ]
    assert window.slots[1].tests == (ir.Test("not_in", ("night",)),)
    assert rule.unless[0].absent
    assert rule.head.code == (Const("COMPETE"), Var("aa"), Const("trp"))
    assert rule.head.terms == (None, Const("low-share"), Const("minor"), Var("aa"), Const("serotonin"), Var("w"))
    assert rule.params == (Param("low", Decimal("0.85"), "1", "knowledge.thresholds.trp_influx_low"),)
    assert rule.evidence == (Evidence("smith1987", "A", "mechanism"),)


def test_the_facts_of_a_test_are_complete_and_scaled(read: Callable) -> None:
    """'like' copies, 'change' replaces: 0.85 is 85 steps; a slot that nothing reads stays ''."""
    under, at, unknown = read(GOOD).rules[0].tests

    assert Fact("influx", ("trp", "w2", 84)) in under.facts
    assert Fact("window", ("w2", "fed", "")) in under.facts
    assert Fact("influx", ("trp", "w2", 85)) in at.facts
    assert (at.status, at.label, at.margin) == ("blocked", "influx", Decimal(0))
    assert [f.relation for f in unknown.facts] == ["life_stage", "window"]
    assert (unknown.status, unknown.missing) == ("unknown", ("influx",))


def test_the_order_of_slots_in_the_file_does_not_matter(read: Callable) -> None:
    """Two spellings of one rule are equal."""
    slots = "{of: $aa, window: $w, vs_fasting: {below: $low, bind: $ratio}}"
    other = GOOD.replace(slots, "{vs_fasting: {bind: $ratio, below: $low}, window: $w, of: $aa}")

    assert read(other).rules == read(GOOD).rules


@pytest.mark.parametrize("written", ['"0.5 g"', '"500 mg"', '"500000 ug"', '"500"', "500", "$high"])
def test_a_bound_is_converted_exactly(written: str, read: Callable) -> None:
    """dose.mg has a resolution of 0.1 mg, so half a gram is 5000 steps; a bare number has the unit of its slot."""
    text = GOOD.replace("      - window: {id: $w, phase: {not: night}}", f"      - dose: {{mg: {{above: {written}}}}}").replace(
        "params: {", "params: {high: knowledge.thresholds.dose_high, " if "$" in written else "params: {"
    )

    assert read(text).rules[0].when[1].slots[0].tests[0].bound == 5000


def test_thirty_minutes_are_half_an_hour(read: Callable) -> None:
    """A sixtieth has no exact decimal form; 30 min is 50 steps of 0.01 h all the same."""
    text = GOOD.replace("phase: {not: night}", 'start_h: {at_least: "30 min"}')

    assert read(text).rules[0].when[1].slots[1].tests == (ir.Test("at_least", 50),)


def test_a_bare_parameter_has_the_unit_of_its_slot(read: Callable) -> None:
    """0.85 against vs_fasting is the ratio 0.85; against a slot in another unit it is a problem."""
    good = read(GOOD.replace("knowledge.thresholds.trp_influx_low", "0.85"))
    bad = read(GOOD.replace("knowledge.thresholds.trp_influx_low", "0.85").replace("phase: {not: night}", "start_h: {below: $low}"))

    assert good.rules[0].params == (Param("low", Decimal("0.85"), "1"),)
    assert bad.codes() == ["NB-R014"]


def test_the_relation_called_missing_is_no_option(read: Callable) -> None:
    """'missing: {field: age}' is a pattern, 'missing: absent' an option."""
    rule = read(GOOD.replace("- window: {id: $w, phase: {not: night}}", "- missing: {field: age}")).rules[0]

    assert (rule.when[1].relation, rule.when[1].absent) == ("missing", False)


def test_a_rule_with_a_problem_does_not_run(read: Callable) -> None:
    """It is kept as a draft, so that other rules may still refer to it."""
    found = read(GOOD.replace("severity: minor", "severity: minr"))

    assert found.rules[0].status == "draft"
    assert found.ruleset.rules == ()


WRONG = [
    ("NB-R001", "rules:", "rulez:"),
    ("NB-R002", "language: 1", "language: 2"),
    ("NB-R003", "severity: minor", "severity: minor\n    salience: 1"),
    ("NB-R003", "supports: mechanism", "suports: mechanism"),
    ("NB-R004", "    title: Tryptophan gets little of the carrier\n", ""),
    ("NB-R004", "    kind: competition\n", ""),
    ("NB-R004", '    say: "It had {{ ratio | percent }}."\n', ""),
    ("NB-R004", "{name: not known, like: just under, change: {influx: unknown}, ", "{name: not known, "),
    ("NB-R005", "evidence: [{ref: smith1987, grade: A, supports: mechanism}]", "evidence: smith1987"),
    ("NB-R005", "- life_stage: {is: adult}", "- life_stage: adult"),
    ("NB-R005", "- life_stage: {is: adult}", "- {life_stage: {is: adult}, age: {}}"),
    ("NB-R005", "missing: absent", "missing: unknown"),
    ("NB-R006", "kind: competition", "kind: contest"),
    ("NB-R006", "grade: A", "grade: E"),
    ("NB-R007", "id: low-share", "id: lowShare"),
    ("NB-R010", "life_stage: {is: adult}\n    when", "lifestage: {is: adult}\n    when"),
    ("NB-R011", "phase: {not: night}", "fase: {not: night}"),
    ("NB-R012", "phase: {not: night}", "phase: {isnt: night}"),
    ("NB-R012", "phase: {not: night}", "phase: [fed, fasting]"),
    ("NB-R012", "phase: {not: night}", "phase: {in: []}"),
    ("NB-R013", "phase: {not: night}", "phase: {not: nightly}"),
    ("NB-R013", "phase: {not: night}", "phase: {not: 1}"),
    ("NB-R013", "phase: {not: night}", "phase: null"),
    ("NB-R013", "phase: {not: night}", "phase: $low"),
    ("NB-R013", 'vs_fasting: "0.84"', 'vs_fasting: "NaN"'),
    ("NB-R013", "{below: $low, bind: $ratio}", "{below: true, above: $low, bind: $ratio}"),
    ("NB-R014", "{below: $low, bind: $ratio}", '{below: "1 mg", above: $low, bind: $ratio}'),
    ("NB-R015", "{below: $low, bind: $ratio}", "{below: 0.855, above: $low, bind: $ratio}"),
    ("NB-R015", "knowledge.thresholds.trp_influx_low", '"0.855 1"'),
    ("NB-R016", "phase: {not: night}", "phase: {above: fed}"),
    ("NB-R017", "{below: $low, bind: $ratio}", "{below: $lo, above: $low, bind: $ratio}"),
    ("NB-R017", "phase: {not: night}", "phase: {not: $w}"),
    ("NB-R018", "{below: $low, bind: $ratio}", "{below: $low, at_least: 0.85, bind: $ratio}"),
    ("NB-R019", "- window: {id: $w, phase: {not: night}}", "- influx: {window: $w}"),
    ("NB-R020", "- window: {id: $w, phase: {not: night}}", '- finding: {code: "LAB:x"}'),
    ("NB-R020", "window: {id: w2, phase: fed}}", "finding: {code: x}}"),
    ("NB-R021", "- condition: {id: phenylketonuria}", "- condition: {id: $what}"),
    ("NB-R021", "COMPETE:$aa:trp", "COMPETE:$a:trp"),
    ("NB-R021", "expect: {fired: {w: w2}}", "expect: {fired: {v: w2}}"),
    ("NB-R022", "- window: {id: $w, phase: {not: night}}", "- window: {id: $w, start_h: $ratio}"),
    ("NB-R022", "- window: {id: $w, phase: {not: night}}", "- window: {id: $w, phase: $aa}"),
    ("NB-R022", "then: {about: $aa", "then: {about: $ratio"),
    ("NB-R025", "phase: {not: night}", "start_h: $1st"),
    ("NB-R025", "phase: {not: night}", "start_h: {bind: hour}"),
    ("NB-R030", "trp_influx_low", "trp_influx_lo"),
    ("NB-R031", "params: {low:", "params: {high: 1, low:"),
    ("NB-R032", "phase: {not: night}", "start_h: {bind: $low}"),
    ("NB-R033", "ref: smith1987", "ref: smith1988"),
    ("NB-R040", '    code: "COMPETE:$aa:trp"\n', ""),
    ("NB-R040", "    then: {about: $aa", "    concludes: {pushed: {aa: $aa, window: $w}}\n    then: {about: $aa"),
    ("NB-R043", "COMPETE:$aa:trp", "compete:$aa:trp"),
    ("NB-R043", "COMPETE:$aa:trp", "COMPETE:lnaa-$aa"),
    ("NB-R043", "COMPETE:$aa:trp", "COMPETE:$ratio"),
    ("NB-R050", "{{ ratio | percent }}", "{{ ratio | percent }"),
    ("NB-R051", "{{ ratio | percent }}", "{{ ratios | percent }}"),
    ("NB-R051", "{{ ratio | percent }}", "{{ range }}"),
    ("NB-R052", "{{ ratio | percent }}", "{{ ratio | attr }}"),
    ("NB-R053", "{{ ratio | percent }}", "{{ ratio.numerator }}"),
    ("NB-R053", "{{ ratio | percent }}", "{{ ratio > low }}"),
    ("NB-R053", "{{ ratio | percent }}", "{% include 'x' %}"),
    ("NB-R060", "window: w2, vs_fasting", "vs_fasting"),
    ("NB-R060", "window: {id: w2, phase: fed}}", "window: {id: w2}}"),
    ("NB-R061", "window: {id: w2, phase: fed}}", "window: [{id: w2, phase: fed}, {id: w2, phase: night}]}"),
    ("NB-R062", "like: just under, change: {influx: unknown}", "like: at the thresold, change: {influx: unknown}"),
    ("NB-R063", "{influx: unknown}", "{condition: unknown}"),
    ("NB-R063", "{influx: unknown}", '{"influx[1].vs_fasting": 1}'),
    ("NB-R063", "{influx: unknown}", '{"influx vs_fasting": 1}'),
    ("NB-R063", "{influx: unknown}", "{influx.vs_fasting: 0.840}"),
    ("NB-R064", "{unknown: [influx]}", "unknown"),
    ("NB-R064", "{unknown: [influx]}", "unkown"),
    ("NB-R064", "{unknown: [influx]}", "{unknown: [influx], margin: 1}"),
    ("NB-R064", 'margin: "0"', 'margin: "-1"'),
    ("NB-R065", "{unknown: [influx]}", "{unknown: [inflow]}"),
    ("NB-R065", "{unknown: [influx]}", "{blocked: life_stage}"),
    ("NB-R066", "name: not known", "name: just under"),
    ("NB-R066", "change: {influx: unknown}, expect: {unknown: [influx]}", "expect: {fired: {w: w2}}"),
    ("NB-R071", "        missing: absent\n", ""),
    ("NB-R073", "severity: minor", "severity: minor\n    overrides: [high-share]"),
    ("NB-R074", "severity: minor", "severity: minor\n    overrides: [low-share]"),
    ("NB-R075", "language: 1", 'language: 1\nexclusive: [["COMPETE:trp:trp", "COMPETE:trp:try"]]'),
    ("NB-R075", "language: 1", 'language: 1\nexclusive: [["COMPETE:trp:trp"]]'),
    ("NB-R076", "    evidence: [{ref: smith1987, grade: A, supports: mechanism}]\n", ""),
]


@pytest.mark.parametrize(("code", "old", "new"), WRONG, ids=[f"{code}-{i}" for i, (code, _, _) in enumerate(WRONG)])
def test_one_mistake_gives_one_problem_with_its_place(code: str, old: str, new: str, read: Callable) -> None:
    """One change to a good rule: that problem, at a line of the file, with a fix, and no other kind of problem in its wake."""
    assert old in GOOD
    found = read(GOOD.replace(old, new, 1))

    assert set(found.codes()) == {code}
    assert all(p.fix and p.at and p.at.line > 1 for p in found.problems)


CONCLUDES = """
language: 1
rules:
  - id: pushed
    title: A free amino acid raises its share
    status: experimental
    when:
      - free_amino_acid: {aa: $aa, window: $w}
      - lab: {analyte: $analyte}
    concludes: {pushed: {aa: $aa, window: $w}}
"""


def test_an_intermediate_conclusion_fills_every_slot(read: Callable) -> None:
    """kind and severity default, because nothing prints them."""
    found = read(CONCLUDES)
    head = found.rules[0].head

    assert found.rendered == ""
    assert (head.relation, head.terms, head.code) == ("pushed", (Var("aa"), Var("w")), ())


@pytest.mark.parametrize(
    ("code", "old", "new"),
    [
        ("NB-R023", "pushed: {aa: $aa", "pushed: {aa: $analyte"),
        ("NB-R041", "concludes: {pushed: {aa: $aa, window: $w}}", "concludes: {window: {id: $w, phase: fed, start_h: 1}}"),
        ("NB-R042", "{pushed: {aa: $aa, window: $w}}", "{pushed: {aa: $aa}}"),
        ("NB-R013", "pushed: {aa: $aa", "pushed: {aa: tryptophan"),
    ],
)
def test_an_intermediate_conclusion_that_does_not_fit(code: str, old: str, new: str, read: Callable) -> None:
    """A free name cannot fill a slot with a list of values; given relations cannot be concluded."""
    assert read(CONCLUDES.replace(old, new, 1)).codes() == [code]


def test_an_id_that_is_also_an_amino_acid_may_fill_the_slot(read: Callable) -> None:
    """A variable bound in an id slot and in an enum slot has the values of the enum only."""
    text = CONCLUDES.replace("lab: {analyte: $analyte}", "lab: {analyte: $aa}")

    assert read(text).codes() == []
