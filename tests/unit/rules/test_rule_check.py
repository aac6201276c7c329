"""Rules taken together: ids, worlds, layers, overrides, exclusives."""

from __future__ import annotations

from collections.abc import Callable


def concludes(name: str, when: str, then: str, extra: str = "") -> str:
    """A rule that concludes an intermediate fact."""
    return f"""
  - id: {name}
    title: A rule for a test
    status: experimental
    when: {when}
    concludes: {then}
{extra}"""


def finds(name: str, when: str, extra: str = "", *, status: str = "experimental") -> str:
    """A rule that concludes a finding."""
    return f"""
  - id: {name}
    code: "INFO:{name}"
    title: A rule for a test
    kind: note
    status: {status}
    severity: info
    when: {when}
    say: Something is so.
{extra}"""


def file(*rules: str) -> str:
    """A rule file."""
    return "language: 1\nrules:" + "".join(rules)


PUSHED = concludes("pushed-by-dose", "[free_amino_acid: {aa: $a, window: $w}]", "{pushed: {aa: $a, window: $w}}")
STARVED = concludes("starved-by-push", "[pushed: {aa: $a, window: $w}]", "{starved: {aa: trp, window: $w}}")


def test_a_rule_stands_above_those_it_uses_negates_or_is_overridden_by(read: Callable) -> None:
    """pushed 0, starved uses it 1, the finding negates starved 2; the overridden rule stands above the overriding one 3."""
    text = file(
        PUSHED,
        STARVED,
        finds("a-calm", "[window: {id: $w}]", "    unless: [starved: {window: $w}]\n    overrides: [b-plain]"),
        finds("b-plain", "[window: {id: $w}]"),
    )
    found = read(text)

    assert found.rendered == ""
    assert found.ruleset.stratum == {"pushed-by-dose": 0, "starved-by-push": 1, "a-calm": 2, "b-plain": 3}


def test_rules_come_in_the_order_of_their_ids(read: Callable) -> None:
    """The order in the file does not matter."""
    one, two = finds("b-rule", "[age: {}]"), finds("a-rule", "[age: {}]")

    assert read(file(one, two)).ruleset == read(file(two, one)).ruleset
    assert [rule.id for rule in read(file(one, two)).ruleset.rules] == ["a-rule", "b-rule"]


def test_openness_is_passed_on_by_conclusions(read: Callable) -> None:
    """pushed from closed relations is closed; with a rule that needs influx (open) it is open, and so is starved, which follows from it."""
    more = concludes("pushed-by-influx", "[influx: {of: $a, window: $w}]", "{pushed: {aa: $a, window: $w}}")
    absent = concludes("pushed-by-influx", "[{influx: {of: $a, window: $w}, missing: absent}]", "{pushed: {aa: $a, window: $w}}")

    assert not {"pushed", "starved"} & read(file(PUSHED, STARVED)).ruleset.open_relations
    assert {"pushed", "starved"} <= read(file(PUSHED, STARVED, more)).ruleset.open_relations
    assert not {"pushed", "starved"} & read(file(PUSHED, STARVED, absent)).ruleset.open_relations


def test_an_exception_over_a_derived_relation_follows_its_openness(read: Callable) -> None:
    """The same exception is fine over a closed conclusion and a problem once the conclusion can be unknown."""
    calm = finds("calm", "[window: {id: $w}]", "    unless: [pushed: {window: $w}]")
    more = concludes("pushed-by-influx", "[influx: {of: $a, window: $w}]", "{pushed: {aa: $a, window: $w}}")

    assert read(file(PUSHED, calm)).codes() == []
    assert read(file(PUSHED, calm, more)).codes() == ["NB-R071"]


def test_drafts_and_retired_rules_are_checked_but_do_not_run(read: Callable) -> None:
    """They are left out of the set; their problems are not."""
    text = file(finds("a-draft", "[age: {}]", status="draft"), finds("b-old", "[age: {}]", "    overrides: [c-gone]", status="retired"))
    found = read(text)

    assert found.ruleset.rules == ()
    assert found.codes() == ["NB-R073"]


def test_two_rules_of_one_id_are_one_problem(read: Callable) -> None:
    """Both places are named."""
    found = read(file(finds("twice", "[age: {}]"), finds("twice", "[lab: {}]")))

    assert found.codes() == ["NB-R070"]
    assert [label for _, label in found.problems[0].also] == ["first defined here"]


def test_recursion_without_negation_is_refused_too(read: Callable) -> None:
    """pushed from starved from pushed; also a rule that uses its own conclusion."""
    back = concludes("pushed-again", "[starved: {aa: $a, window: $w}]", "{pushed: {aa: $a, window: $w}}")
    itself = concludes("pushed-by-push", "[pushed: {window: $w}]", "{pushed: {aa: trp, window: $w}}")
    two, one = read(file(PUSHED, STARVED, back)), read(file(itself))

    assert (two.codes(), one.codes()) == (["NB-R072"], ["NB-R072"])
    assert "pushed-again -> starved-by-push -> pushed-again" in two.rendered
    assert "pushed-by-push -> pushed-by-push" in one.rendered


def test_two_circles_are_two_problems(read: Callable) -> None:
    """One for each group of rules; overriding each other is a circle of its own."""
    back = concludes("pushed-again", "[starved: {aa: $a, window: $w}]", "{pushed: {aa: $a, window: $w}}")
    one = finds("one", "[age: {}]", "    overrides: [two]")
    two = finds("two", "[age: {}]", "    overrides: [one]")

    assert read(file(PUSHED, STARVED, back, one, two)).codes() == ["NB-R072", "NB-R074"]


def test_variables_shared_with_an_overridden_rule_must_mean_the_same(read: Callable) -> None:
    """$w is a window in one and a number in the other, so the override could never apply."""
    one = finds("one", "[window: {id: $w}]", "    overrides: [two]")
    two = finds("two", "[window: {start_h: $w}]")

    assert read(file(one, two)).codes() == ["NB-R077"]


def test_an_exclusive_code_may_come_from_a_variable(read: Callable) -> None:
    """LAB:ferritin:low is one of the codes of LAB:$analyte:low; LAB:ferritin:high is of none."""
    rule = finds("lab-is-low", "[lab: {analyte: $analyte}]").replace("INFO:lab-is-low", "LAB:$analyte:low")
    good = 'exclusive: [["LAB:ferritin:low", "LAB:folate:low"]]\n' + file(rule)
    bad = 'exclusive: [["LAB:ferritin:low", "LAB:ferritin:high"]]\n' + file(rule)

    assert read(good).ruleset.exclusive == (("LAB:ferritin:low", "LAB:folate:low"),)
    assert read(bad).codes() == ["NB-R075"]


def test_a_test_must_give_what_the_overriding_rule_reads(read: Callable) -> None:
    """The window of 'low' is read by the rule that overrides it only; '' would count as known to be another phase."""
    test = "    tests: [{name: here, facts: {window: {id: w1}}, expect: fired}]"
    low = finds("low", "[window: {id: $w}]", test)
    above = finds("above", "[window: {id: $w, phase: night}]", "    overrides: [low]")

    assert read(file(low)).codes() == []
    assert read(file(low, above)).codes() == ["NB-R060"]
