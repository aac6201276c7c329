"""Files of facts: both forms, units, and what is refused."""

from __future__ import annotations

import json

import pytest

from neurobalance_expert.errors import InputProblems
from neurobalance_expert.fact import Fact
from neurobalance_expert.rules.facts_file import parse_facts
from neurobalance_expert.source import parse_json, parse_yaml
from neurobalance_expert.vocabulary import Vocabulary

FACTS = (
    Fact("influx", ("trp", "w1", 84)),
    Fact("influx", ("tyr", "w1", 120)),
    Fact("dose", ("5-htp", 1000)),
    Fact("lactating", ("false",)),
)


def refused(text: str, vocabulary: Vocabulary) -> list[str]:
    """The codes of the problems of a file."""
    with pytest.raises(InputProblems) as error:
        parse_facts(parse_yaml(text, "facts.yaml"), vocabulary)
    assert all(p.at and p.fix for p in error.value.problems)
    return [p.code for p in error.value.problems]


def test_a_mapping_from_relations_to_facts(vocabulary: Vocabulary) -> None:
    """0.844 is rounded to 0.84 = 84 steps, 0.1 g is 100 mg = 1000 steps of 0.1 mg."""
    text = """
influx: [{of: trp, window: w1, vs_fasting: "0.844"}, {of: tyr, window: w1, vs_fasting: 1.2}]
dose: {substance: 5-htp, mg: "0.1 g"}
lactating: {is: false}
"""

    assert parse_facts(parse_yaml(text, "facts.yaml"), vocabulary) == FACTS


def test_what_rules_run_prints_can_be_given_back(vocabulary: Vocabulary) -> None:
    """Facts as [relation, {slot: value}], alone or in the whole output; findings are left out, equal facts count once."""
    plain = [vocabulary.plain(fact) for fact in FACTS]
    pairs = [[name, {k: str(v) if k in ("vs_fasting", "mg") else v for k, v in slots.items()}] for name, slots in plain]
    whole = {"facts": [*pairs, pairs[0], ["finding", {"code": "LAB:x", "rule": "r", "severity": "info"}]], "statuses": {}}

    assert parse_facts(parse_json(json.dumps(pairs), "facts.json"), vocabulary) == FACTS
    assert parse_facts(parse_json(json.dumps(whole), "facts.json"), vocabulary) == FACTS


def test_a_slot_left_out_is_refused_unless_no_rule_reads_it(vocabulary: Vocabulary) -> None:
    """start_h of a window is needed when nothing is known of the rules, and not when they read only the phase; the key always is."""
    text = "window: {id: w1, phase: fed}"

    assert refused(text, vocabulary) == ["NB-R060"]
    assert refused("window: {phase: fed, start_h: 1}", vocabulary) == ["NB-R060"]
    assert parse_facts(parse_yaml(text, "f.yaml"), vocabulary, read={"window": {"phase"}}) == (Fact("window", ("w1", "fed", "")),)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("NB-R010", "inflx: {of: trp}"),
        ("NB-R011", "lactating: {si: true}"),
        ("NB-R013", "lactating: {is: no}"),
        ("NB-R013", "dose: {substance: 5-htp, mg: NaN}"),
        ("NB-R013", "dose: {substance: 5-htp, mg: 1e400}"),
        ("NB-R014", 'dose: {substance: 5-htp, mg: "2 h"}'),
        ("NB-R005", "dose: 5-htp"),
        ("NB-R020", "finding: {code: LAB}"),
        ("NB-R061", "lactating: [{is: true}, {is: false}]"),
        ("NB-R061", "dose: [{substance: tyr, mg: 1}, {substance: tyr, mg: 2}]"),
        ("NB-R090", "text"),
        ("NB-R090", ""),
        ("NB-R090", "[[dose]]"),
    ],
)
def test_a_fact_that_cannot_be_used_is_a_problem(code: str, text: str, vocabulary: Vocabulary) -> None:
    """Nothing is dropped or guessed."""
    assert refused(text, vocabulary) == [code]


def test_all_problems_of_a_file_come_at_once(vocabulary: Vocabulary) -> None:
    """Three wrong facts, three problems."""
    assert refused("inflx: {}\nlactating: {is: maybe}\ndose: []\nage: {years: old}", vocabulary) == ["NB-R010", "NB-R013", "NB-R013"]


@pytest.mark.parametrize(
    "text",
    [
        "age: {years: 30}",
        "facts: {age: {years: 30}}",
        "facts: [{age: {years: 30}}]",
        "- age: {years: 30}",
        "- [age, {years: 30}]",
        '[age, {years: "30 a"}]',
        "facts: [[age, {years: 30}]]",
    ],
)
def test_every_form_in_which_a_fact_can_be_written(text: str, vocabulary: Vocabulary) -> None:
    """A mapping, a list of mappings, pairs, and each of them under 'facts:'."""
    assert parse_facts(parse_yaml(text, "facts.yaml"), vocabulary) == (Fact("age", (30,)),)


def test_a_slot_that_was_left_out_is_not_printed(vocabulary: Vocabulary) -> None:
    """Also when it is text, so that what is printed can be given back."""
    assert vocabulary.plain(Fact("window", ("w1", "", ""))) == ("window", {"id": "w1"})
    assert vocabulary.plain(Fact("condition", ("",))) == ("condition", {})


def test_no_fact_is_written_as_such(vocabulary: Vocabulary) -> None:
    """An empty file is more likely a slip than a case without facts; the message says how to write one."""
    with pytest.raises(InputProblems) as error:
        parse_facts(parse_yaml("", "facts.yaml"), vocabulary)

    assert "{} is a file without any fact" in error.value.problems[0].fix
    assert parse_facts(parse_yaml("{}", "facts.yaml"), vocabulary) == ()


def test_facts_that_contradict_each_other_are_named_by_their_key(vocabulary: Vocabulary) -> None:
    """'(substance: iron)', and which slots a fact is one for."""
    with pytest.raises(InputProblems) as error:
        parse_facts(parse_yaml("dose: [{substance: iron, mg: 1}, {substance: iron, mg: 2}]", "facts.yaml"), vocabulary)

    [problem] = error.value.problems
    assert problem.what == "two facts of 'dose' (substance: iron) differ"
    assert problem.why.startswith("there can be one such fact for each 'substance';")
