"""The tests inside rules are run against the reference, and gaps among them are found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from neurobalance_expert.engines.testing import missing_tests, run_tests
from neurobalance_expert.errors import InputProblems
from neurobalance_expert.knowledge.values import KnownValue
from neurobalance_expert.rules.ir import RuleSet
from neurobalance_expert.vocabulary import Vocabulary

RULE = """
language: 1
rules:
  - id: low-share
    code: "COMPETE:lnaa:trp"
    title: Tryptophan gets little of the carrier
    kind: competition
    status: experimental
    severity: minor
    scope: [life_stage: {is: adult}]
    when: [influx: {of: trp, window: $w, vs_fasting: {below: 0.85}}]
    unless: [window: {id: $w, phase: night}]
    say: Tryptophan had a small share.
    tests:
"""
FIRES = '      - {name: fires, facts: {life_stage: {is: adult}, influx: {of: trp, window: w2, vs_fasting: "0.84"}}, expect: fired}\n'


@pytest.fixture
def pack(load_pack: Callable[..., RuleSet]) -> RuleSet:
    """The rules of tests/data/rules, which use every construct of the language."""
    return load_pack()


def test_the_pack_passes_and_leaves_nothing_untried(pack: RuleSet, vocabulary: Vocabulary, thresholds: dict[str, KnownValue]) -> None:
    """26 tests of five running rules: scope, bind, exceptions, overrides, intermediate facts, codes with variables."""
    outcomes = run_tests(pack, vocabulary)

    assert len(outcomes) == 26
    assert [o for o in outcomes if not o.passed] == []
    assert missing_tests(pack, vocabulary, thresholds) == []


@pytest.mark.parametrize(
    ("change", "expect", "got"),
    [
        ("influx.vs_fasting: 0.9", "fired", "blocked by 'influx' (vs_fasting is 0.9, margin 0.05) with w = w2"),
        ("influx.vs_fasting: 0.9", "{blocked: influx, margin: 0.04}", "blocked by 'influx' (vs_fasting is 0.9, margin 0.05) with w = w2"),
        ("influx.vs_fasting: 0.9", "{blocked: window}", "blocked by 'influx' (vs_fasting is 0.9, margin 0.05) with w = w2"),
        ("influx: unknown", "out_of_scope", "unknown for want of 'influx'"),
        ("life_stage: unknown", "{unknown: [influx]}", "unknown for want of 'life_stage' with w = w2"),
        ("life_stage.is: child", "overridden", "out of scope by 'life_stage'"),
        ("influx.vs_fasting: 0.83", "{fired: {w: w3}}", "fired with w = w2"),
        ("influx.vs_fasting: 0.83", "{blocked: influx}", "fired with w = w2"),
    ],
)
def test_a_wrong_expectation_fails_and_says_what_came(change: str, expect: str, got: str, read: Callable, vocabulary: Vocabulary) -> None:
    """The label, the margin, the binding and the missing facts all count."""
    found = read(f"{RULE}{FIRES}      - {{name: wrong, like: fires, change: {{{change}}}, expect: {expect}}}\n")
    right, wrong = run_tests(found.ruleset, vocabulary)

    assert found.rendered == ""
    assert (right.passed, wrong.passed) == (True, False)
    assert wrong.got == got


def test_blocked_needs_that_no_binding_fired(read: Callable, vocabulary: Vocabulary) -> None:
    """One window blocks and another fires: the rule fired."""
    two = "influx: [{of: trp, window: w2, vs_fasting: 0.85}, {of: trp, window: w3, vs_fasting: 0.5}]"
    found = read(f"{RULE}{FIRES}      - {{name: two, like: fires, change: {{{two}}}, expect: {{blocked: influx, margin: 0}}}}\n")

    assert [o.passed for o in run_tests(found.ruleset, vocabulary)] == [True, False]


def test_what_is_not_tried_is_listed(read: Callable, vocabulary: Vocabulary) -> None:
    """A rule with one firing test lacks the far side of its threshold, its exception, and two unknowns."""
    found = read(RULE + FIRES)
    codes = [p.code for p in missing_tests(found.ruleset, vocabulary)]

    assert codes == ["NB-R081", "NB-R082", "NB-R083", "NB-R083"]


def test_a_rule_without_tests_lacks_both_sides(read: Callable, vocabulary: Vocabulary) -> None:
    """NB-R080 no firing test, NB-R081 twice."""
    found = read(RULE.replace("    tests:\n", ""))

    assert [p.code for p in missing_tests(found.ruleset, vocabulary)] == ["NB-R080", "NB-R081", "NB-R081", "NB-R082", "NB-R083", "NB-R083"]


@pytest.mark.parametrize(("value", "near"), [("0.84", True), ("0.83", False), ("0.2", False)])
def test_a_side_is_tried_within_one_step(value: str, near: bool, read: Callable, vocabulary: Vocabulary) -> None:
    """0.84 is one step of 0.01 from 0.85, 0.83 two."""
    found = read(RULE + FIRES.replace('"0.84"', value))
    sides = [p.what for p in missing_tests(found.ruleset, vocabulary) if p.code == "NB-R081"]

    assert ("just holds" in " ".join(sides)) is not near
    assert "just does not hold" in " ".join(sides)


def test_the_step_of_the_threshold_widens_the_side(read: Callable, vocabulary: Vocabulary, thresholds: dict[str, KnownValue]) -> None:
    """dose_high is 0.5 g with a step of 0.1 g: 401 mg lies within one step of 500 mg, 399 mg does not."""
    text = RULE.replace("    scope:", "    params: {high: knowledge.thresholds.dose_high}\n    scope:").replace(
        "when: [influx: {of: trp, window: $w, vs_fasting: {below: 0.85}}]\n    unless: [window: {id: $w, phase: night}]",
        "when: [dose: {substance: tyr, mg: {below: $high}}]",
    )

    def untried(mg: int) -> int:
        fires = f"      - {{name: fires, facts: {{life_stage: {{is: adult}}, dose: {{substance: tyr, mg: {mg}}}}}, expect: fired}}\n"
        return sum(p.code == "NB-R081" for p in missing_tests(read(text + fires).ruleset, vocabulary, thresholds))

    assert (untried(401), untried(399)) == (1, 2)


def test_a_fact_that_nothing_reads_is_listed(read: Callable, vocabulary: Vocabulary) -> None:
    """smoker-like context that no condition looks at; list_complete is read where it closes a relation that is."""
    extra = "facts: {age: {years: 40}, list_complete: {list: conditions}, "
    found = read(RULE + FIRES.replace("facts: {", extra))
    closing = read(RULE.replace("phase: night}]", "phase: night}, {condition: {}, missing: absent}]") + FIRES.replace("facts: {", extra))

    def unread(ruleset: RuleSet) -> int:
        return sum(p.code == "NB-R085" for p in missing_tests(ruleset, vocabulary))

    assert (unread(found.ruleset), unread(closing.ruleset)) == (2, 1)


def test_an_override_must_be_tried_for_each_pair(pack: RuleSet, vocabulary: Vocabulary, thresholds: dict[str, KnownValue]) -> None:
    """Without its test the overridden rule lacks one, named with the overriding rule."""
    rules = tuple(replace(r, tests=tuple(t for t in r.tests if t.status != "overridden")) for r in pack.rules)
    lacking = [p.what for p in missing_tests(replace(pack, rules=rules), vocabulary, thresholds) if p.code == "NB-R084"]

    assert lacking == [
        "no test of 'lab-is-low' is overridden by 'lab-is-very-low'",
        "no test of 'lnaa-crowd-out-tryptophan' is overridden by 'a-pushed-precursor-starves-tryptophan'",
    ]


def test_loading_collects_the_problems_of_all_files(tmp_path: Path, load_pack: Callable[..., RuleSet]) -> None:
    """A file that is no YAML, one with a wrong rule and one with another ending: three problems, one error."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.yaml").write_text("rules: [", encoding="utf-8")
    (tmp_path / "sub" / "b.yaml").write_text(RULE.replace("of: trp", "of: trypt"), encoding="utf-8")
    (tmp_path / "sub" / "c.yml").write_text("", encoding="utf-8")
    (tmp_path / "README.yaml").write_text("not: rules", encoding="utf-8")

    with pytest.raises(InputProblems) as error:
        load_pack(tmp_path, shown_from=tmp_path)

    expected = [("NB-S003", "a.yaml"), ("NB-R013", "sub/b.yaml"), ("NB-R008", "sub/c.yml")]
    assert [(p.code, p.at.file) for p in error.value.problems if p.at] == expected


def test_a_folder_without_rules_and_a_missing_file_are_problems(tmp_path: Path, load_pack: Callable[..., RuleSet]) -> None:
    """Nothing to check is not the same as nothing wrong."""
    with pytest.raises(InputProblems) as error:
        load_pack(tmp_path, tmp_path / "gone.yaml", shown_from=tmp_path)

    assert sorted(p.code for p in error.value.problems) == ["NB-R008", "NB-S001"]


def test_a_file_given_twice_is_read_once(data: Path, load_pack: Callable[..., RuleSet]) -> None:
    """Once by its folder and once by name."""
    ruleset = load_pack(data / "rules", data / "rules" / "transport.yaml")

    assert len(ruleset.rules) == 5


def test_trusted_rules_are_the_same_rules(pack: RuleSet, load_pack: Callable[..., RuleSet]) -> None:
    """Only the check of the wording is left out."""
    assert load_pack(trusted=True) == pack


@pytest.mark.parametrize(
    ("expect", "codes"),
    [
        ('{concludes: {code: "COMPETE:lnaa:trp", severity: minor}}', []),
        ("{fired: {w: w2}, concludes: {severity: minor}}", []),
        ("{concludes: {rule: low-share}}", ["NB-R064"]),
        ("{concludes: {severty: minor}}", ["NB-R064"]),
        ("{concludes: {}}", ["NB-R064"]),
        ("{concludes: minor}", ["NB-R064"]),
        ("{concludes: {severity: 3}}", ["NB-R013"]),
        ("{blocked: influx, concludes: {severity: minor}}", ["NB-R064"]),
        ("{concludes: {severity: minor}, margin: 0}", ["NB-R064"]),
        ("{margin: 0}", ["NB-R064"]),
    ],
)
def test_what_a_test_may_say_of_the_conclusion(expect: str, codes: list[str], read: Callable) -> None:
    """Slots of the conclusion but the rule itself, with a test that fires."""
    assert codes == read(f"{RULE}{FIRES}      - {{name: says, like: fires, expect: {expect}}}\n").codes()


def test_a_conclusion_is_compared_with_that_of_the_binding(read: Callable, vocabulary: Vocabulary) -> None:
    """The code holds and the severity does not; both are named."""
    says = '{concludes: {code: "COMPETE:lnaa:trp", severity: major}}'
    _, outcome = run_tests(read(f"{RULE}{FIRES}      - {{name: says, like: fires, expect: {says}}}\n").ruleset, vocabulary)

    assert (False, "fired, concluding code COMPETE:lnaa:trp, severity major") == (outcome.passed, outcome.expected)
    assert "fired with w = w2, concluding code COMPETE:lnaa:trp, severity minor" == outcome.got
