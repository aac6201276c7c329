"""One slip gives one problem, at its place: what only follows from it is not reported as well."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from neurobalance_expert.engines.testing import missing_tests, run_tests
from tests.unit.rules.test_rule_parse import GOOD

OVERRIDING = """
language: 1
rules:
  - {id: general, title: t, status: experimental, when: [{window: {id: $w}}], concludes: {pushed: {aa: trp, window: $w}}}
  - id: special
    title: t
    status: experimental
    when: [{window: {id: $w}}]
    concludes: {starved: {aa: trp, window: $w}}
    overrides: [general]
"""

HERE = "¦"  # where the problem must point to
SLIPS = [
    ("- influx: {of", "- ¦inflx: {of", "NB-R010"),
    ("below: $low,", "below: ¦$lw,", "NB-R017"),
    ("bind: $ratio}", "bind: ¦ratio}", "NB-R025"),
    ("bind: $ratio}", "bind: ¦$w}", "NB-R022"),
    ("below: $low", '¦"<": $low', "NB-R012"),
    ("        missing: absent", "        ¦mising: absent", "NB-R003"),
    ("- condition: {id", "- ¦conditoin: {id", "NB-R010"),
    ("    when:\n", "    ¦wehn:\n", "NB-R003"),
    ("    say:", "    ¦sya:", "NB-R003"),
    ("    kind:", "    ¦knd:", "NB-R003"),
    ("    code:", "    ¦cod:", "NB-R003"),
    ("knowledge.thresholds.trp_influx_low", "¦thresholds.trp_influx_low", "NB-R030"),
    ("knowledge.thresholds.trp_influx_low", "¦knowledge.treshold.trp_influx_low", "NB-R030"),
    ("{{ ratio | percent }}", "{{ ¦vs_fasting | percent }}", "NB-R051"),
    ("{{ ratio | percent }}", "{{ ¦w.label }}", "NB-R053"),
    ("{{ ratio | percent }}", "¦{{ ''.__class__ }}", "NB-R053"),
    ("{{ ratio | percent }}", "{{ ratio | ¦percent(3) }}", "NB-R053"),
    ("{{ ratio | percent }}", "{{ ratio | ¦percent | mg }}", "NB-R053"),
    ("{{ ratio | percent }}", "{{ w | window }} and {{ ratio | ¦percnt }}", "NB-R052"),
    ("{{ ratio | percent }}", "¦{% raw %}{{ x }}{% endraw %}", "NB-R053"),
    ("{low: knowledge", "{had: ¦0.5, low: knowledge", "NB-R031"),
]


@pytest.mark.parametrize(("old", "new", "code"), SLIPS)
def test_one_slip_is_one_problem(old: str, new: str, code: str, read: Callable) -> None:
    """A condition that cannot be read leaves its variables, its parameters and its label unreported; a misspelt key is not also lacking."""
    assert old in GOOD
    text = GOOD.replace(old, new, 1)
    before = text[: text.index(HERE)]

    [problem] = read(text.replace(HERE, "")).problems

    place = before.count("\n") + 1, len(before) - before.rfind("\n")
    assert (problem.code, (problem.at.line, problem.at.col), bool(problem.fix)) == (code, place, True), problem


@pytest.mark.parametrize(
    ("old", "new", "fix"),
    [
        ("{{ ratio | percent }}", "{{ vs_fasting | percent }}", "bound as 'ratio': write {{ ratio }}"),
        ("{{ ratio | percent }}", "{{ phase }}", "bind the slot 'phase' of 'window' to a variable: {bind: $phase, ...}"),
        ("{{ ratio | percent }}", "{{ w.label }}", "such as {{ w | window }}"),
        ("below: $low", '">=": $low', "write at_least"),
        ("knowledge.thresholds.trp_influx_low", "trp_influx_lo", "did you mean 'knowledge.thresholds.trp_influx_low'?"),
    ],
)
def test_the_fix_says_what_to_write(old: str, new: str, fix: str, read: Callable) -> None:
    """A slot is printed through a variable, a comparison is a word, a threshold has its whole path."""
    [problem] = read(GOOD.replace(old, new, 1)).problems

    assert fix in problem.fix


def test_a_place_in_wording_over_several_lines_is_found(read: Callable) -> None:
    """The fourth line of the wording, tenth column."""
    text = GOOD.replace('"It had {{ ratio | percent }}."', ">-\n      It had\n      {{ ratio | percent }} and\n      {{ rato | percent }}.")

    [problem] = read(text).problems

    assert (problem.code, problem.at.line, problem.at.col, problem.at.length) == ("NB-R051", 24, 10, 4)


def test_an_id_in_the_wrong_case_does_not_leave_overrides_dangling(read: Callable) -> None:
    """'General' is the problem; that 'special' overrides 'general' is none."""
    assert read(OVERRIDING.replace("id: general", "id: General")).codes() == ["NB-R007"]


def test_a_conclusion_that_rules_may_not_draw_is_no_circle_as_well(read: Callable) -> None:
    """The rule reads influx and says that it concludes it."""
    text = GOOD[: GOOD.index("    tests:")].replace('code: "COMPETE:$aa:trp"', "concludes: {influx: {of: $aa, window: $w, vs_fasting: 1}}")
    for line in ("    then: {about: $aa, system: serotonin, window: $w}\n", '    say: "It had {{ ratio | percent }}."\n'):
        text = text.replace(line, "")

    assert read(text.replace("status: stable", "status: draft")).codes() == ["NB-R041"]


def test_where_a_derived_rule_came_from_is_accepted_and_checked(read: Callable) -> None:
    """A mapping with a digest; it takes no part in the meaning."""
    came = '    derived_from: {transporter: LAT1, substrate: trp, digest: "sha256:0"}\n    params:'

    assert read(GOOD.replace("    params:", came)).rules == read(GOOD).rules
    assert read(GOOD.replace("    params:", "    derived_from: LAT1\n    params:")).codes() == ["NB-R005"]


def test_a_long_chain_of_rules_has_its_layers(read: Callable) -> None:
    """1500 rules, each overriding the one before: no limit of the Python stack."""
    rules = "".join(
        f"  - {{id: r{i}, title: t, status: experimental, when: [{{window: {{id: $w}}}}], "
        f"concludes: {{pushed: {{aa: trp, window: $w}}}}, overrides: [{f'r{i - 1}' if i else ''}]}}\n"
        for i in range(1500)
    )

    found = read(f"language: 1\nrules:\n{rules}")

    assert found.problems == []
    assert (found.ruleset.stratum["r1499"], found.ruleset.stratum["r0"]) == (0, 1499)


def test_a_unit_of_the_vocabulary_alone_can_be_written(tmp_path, load_pack) -> None:
    """'5 kcal' for a slot in kcal, in conditions and in parameters; nothing else converts to it."""
    from neurobalance_expert.errors import InputProblems
    from neurobalance_expert.rules.load import load_rules
    from neurobalance_expert.source import parse_yaml
    from neurobalance_expert.vocabulary import parse_vocabulary

    relation = "energy: {key: [of], slots: {of: {type: id}, kcal: {type: number, unit: kcal, resolution: 0.5}}}"
    words = parse_vocabulary(parse_yaml(f"relations:\n  {relation}\n", "words.yaml"))
    rule = (
        "language: 1\nrules:\n  - {id: a, code: 'INFO:$o', title: t, kind: note, status: review, severity: info, params: {low: 2 kcal}, "
        "when: [{energy: {of: $o, kcal: {above: $low, below: 5 kcal, bind: $e}}}, {energy: {kcal: $e}, as: again}], say: x}\n"
    )
    (tmp_path / "a.yaml").write_text(rule, encoding="utf-8")
    (tmp_path / "b.yaml").write_text(rule.replace("5 kcal", "5 mg"), encoding="utf-8")

    slot = load_rules(tmp_path / "a.yaml", words, {}, {}).rules[0].when[0].slots[1]

    assert [(test.op, test.bound) for test in slot.tests] == [("above", 4), ("below", 10)]
    with pytest.raises(InputProblems, match="not in 'mg'"):
        load_rules(tmp_path / "b.yaml", words, {}, {})


def test_the_example_of_the_language_page_is_a_good_rule(root, read: Callable) -> None:
    """Rule and tests as docs/rule-language.md has them, with the small vocabulary: no problem, every test passes, none is lacking."""
    page = (root / "docs" / "rule-language.md").read_text(encoding="utf-8")
    rule = page[page.index("language: 1\nrules:") :].split("    tests: […]")[0]
    tests = page[page.index("    tests:\n      - name: just under") :].split("```")[0]
    text = "".join(line for line in (rule + tests).splitlines(keepends=True) if "some-other-rule" not in line)

    found = read(text)

    from tests.unit.rules.conftest import THRESHOLDS

    assert found.rendered == ""
    words = parse_words(root)
    assert [(o.name, o.got) for o in run_tests(found.ruleset, words) if not o.passed] == []
    assert missing_tests(found.ruleset, words, THRESHOLDS) == []


def parse_words(root):
    from neurobalance_expert.source import load
    from neurobalance_expert.vocabulary import parse_vocabulary

    return parse_vocabulary(load(root / "tests" / "data" / "rules-vocabulary.yaml"))
