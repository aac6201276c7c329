"""Small sets of rules with one fault each: it is found with the right rules and place, and a case that the program assesses shows it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from msgspec.structs import replace

from neurobalance_expert.analysis.analyze import Analysis, analyze
from neurobalance_expert.analysis.ask import Space
from neurobalance_expert.analysis.case_domains import case_domains
from neurobalance_expert.analysis.dead import check_rule
from neurobalance_expert.analysis.encode import words_of
from neurobalance_expert.analysis.findings import (
    DEAD,
    EXCEPTION,
    EXCLUSIVE,
    GAP,
    OVERLAP,
    OVERRIDDEN,
    SUBSUMED,
    THRESHOLD,
    UNDECIDED,
    Found,
)
from neurobalance_expert.analysis.report import as_text
from neurobalance_expert.analysis.scene import Fresh, TooManyWaysError, pack_of
from neurobalance_expert.analysis.witness import Shown, witnesses
from neurobalance_expert.analysis.witness_facts import shows
from neurobalance_expert.assessment import assess, load_knowledge
from neurobalance_expert.cases.load import parse_case
from neurobalance_expert.errors import EngineDisagreement, InputProblems
from neurobalance_expert.loaded import Knowledge
from neurobalance_expert.rules.load import load_rules
from neurobalance_expert.source import parse_yaml

ROOT = Path(__file__).resolve().parents[3]
PLANTED = ROOT / "tests" / "data" / "analysis"
FAULTS = {  # file -> kind, rules, line
    "dead-over-chain": (DEAD, ("low-and-not-borderline", "plp-low"), 10),
    "dead-by-override": (OVERRIDDEN, ("quiet", "loud"), 15),
    "unreachable": (THRESHOLD, ("too-much",), 10),
    "idle": (THRESHOLD, ("bounded",), 10),
    "idle-exception": (EXCEPTION, ("old",), 12),
    "subsumed": (SUBSUMED, ("narrow", "wide"), 4),
    "overlap": (OVERLAP, ("smoker", "young-smoker"), 4),
    "condition": (OVERLAP, ("pku-noted", "pku-of-smoker"), 4),
    "gap": (GAP, ("smokes", "smokes-not"), 4),
    "exclusive": (EXCLUSIVE, ("much-protein", "starved"), 6),
}
SHOWN = ("subsumed", "overlap", "condition", "gap", "exclusive")  # what a case can show; the others are impossible


@cache
def planted(name: str) -> Knowledge:
    """The knowledge base with the rules of one file instead of its own."""
    knowledge = load_knowledge(ROOT)
    rules = load_rules(PLANTED / f"{name}.yaml", knowledge.vocabulary, knowledge.thresholds, knowledge.references, shown_from=ROOT)
    return replace(knowledge, rules=rules)


@cache
def analysed(name: str) -> Analysis:
    """The analysis of one file."""
    knowledge = planted(name)
    return analyze(knowledge.rules, knowledge.vocabulary, case_domains(knowledge))


@cache
def witnessed(name: str) -> Shown:
    """The one finding of a file with what shows it."""
    return witnesses(analysed(name).found, planted(name))[0]


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_found_alone_with_its_rules_and_its_place(name: str) -> None:
    """One finding: kind, rules, and the line of the rule, threshold, exception or declaration."""
    found = [(f.kind, f.rules, f.at.line if f.at else 0) for f in analysed(name).found]

    assert [FAULTS[name]] == found


def test_nothing_is_found_where_nothing_is_wrong() -> None:
    """Ranked, declared and disjoint rules are clean."""
    assert () == analysed("clean").found


@pytest.mark.parametrize("name", sorted(set(FAULTS) - set(SHOWN)))
def test_what_is_impossible_names_the_conditions_that_contradict_each_other(name: str) -> None:
    """The core has the place of at least one condition of the rule, and no facts."""
    (found,) = analysed(name).found

    assert ((), True) == (found.facts, any(r.at is not None and found.rules[0] == r.rule for r in found.core))


def test_the_core_of_a_chain_names_the_rule_below_and_what_is_true_of_every_case() -> None:
    """A dead rule over a chain: its own condition, that of the rule below, and why one laboratory value cannot be both."""
    (found,) = analysed("dead-over-chain").found

    assert [("plp-low", 8), ("low-and-not-borderline", 16), ("", 0)] == [(r.rule, r.at.line if r.at else 0) for r in found.core]


@pytest.mark.parametrize("name", SHOWN)
def test_the_facts_of_a_finding_show_it_by_the_reference_engine(name: str) -> None:
    """What the solver gives is run."""
    (found,), knowledge = analysed(name).found, planted(name)

    assert shows(found, found.facts, knowledge.rules, knowledge.vocabulary)


@pytest.mark.parametrize("name", SHOWN)
def test_the_case_of_a_finding_is_a_case_file_without_a_question(name: str) -> None:
    """It loads, and the gate refuses nothing of it."""
    case = parse_case(parse_yaml(witnessed(name).case.text, "case.yaml"), planted(name).names)

    assert [] == [r for r in case.remarks if r.kind in ("invalid", "conflict", "unrecognised")]


@pytest.mark.parametrize("name", ["subsumed", "overlap", "condition"])
def test_the_assessment_of_the_case_has_both_findings(name: str) -> None:
    """The whole program, experta and proofs included, concludes what was found."""
    shown, knowledge = witnessed(name), planted(name)
    assessment = assess(parse_case(parse_yaml(shown.case.text, "case.yaml"), knowledge.names), knowledge)

    assert set(shown.found.rules) <= {finding.rule for finding in assessment.findings}


def test_the_assessment_of_the_case_of_a_gap_has_no_finding() -> None:
    """None of the rules of the partition speaks."""
    shown, knowledge = witnessed("gap"), planted("gap")
    assessment = assess(parse_case(parse_yaml(shown.case.text, "case.yaml"), knowledge.names), knowledge)

    assert () == assessment.findings


def test_the_case_of_exclusive_conclusions_is_the_one_that_the_program_refuses() -> None:
    """NB-E010, which is what a reader of rules would otherwise meet first in somebody's diary."""
    shown, knowledge = witnessed("exclusive"), planted("exclusive")
    with pytest.raises(InputProblems) as error:
        assess(parse_case(parse_yaml(shown.case.text, "case.yaml"), knowledge.names), knowledge)

    assert ["NB-E010"] == [problem.code for problem in error.value.problems]


def test_a_number_of_a_witness_stands_beside_the_threshold() -> None:
    """One step above 50 mg, and not some number of the solver."""
    (found,) = analysed("subsumed").found

    assert [("iron", 50_001)] == [fact.values for fact in found.facts if fact.relation == "dose"]


def test_what_the_solver_does_not_decide_in_time_is_a_finding() -> None:
    """A question without an answer is never clean."""
    knowledge = planted("dead-over-chain")
    domains = case_domains(knowledge)
    space = Space(pack_of(knowledge.rules, knowledge.vocabulary, words_of(domains)), domains, Fresh())
    space.kept["low-and-not-borderline"] = None  # as if it had too many unfoldings

    assert [UNDECIDED] == [f.kind for f in check_rule(space, knowledge.rule_by_id["low-and-not-borderline"])]


def test_too_many_ways_to_meet_the_conditions_are_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit of instances of a question ends in ``undecided`` for each question that is given up."""

    def give_up(*_: object) -> list[Found]:
        raise TooManyWaysError

    monkeypatch.setattr("neurobalance_expert.analysis.analyze.check_rule", lambda *_: iter(map(give_up, [1])))
    knowledge = planted("unreachable")

    assert [UNDECIDED] == [f.kind for f in analyze(knowledge.rules, knowledge.vocabulary, case_domains(knowledge)).found]


def test_facts_that_do_not_show_a_finding_stop_the_analysis() -> None:
    """A disagreement with the reference engine is our bug and is never printed as a finding."""
    (found,), knowledge = analysed("overlap").found, planted("overlap")

    with pytest.raises(EngineDisagreement):
        witnesses([replace(found, facts=found.facts[:1])], knowledge)


def test_a_finding_whose_facts_no_entry_brings_about_has_no_case(monkeypatch: pytest.MonkeyPatch) -> None:
    """It keeps its facts and says how many cases were tried."""
    monkeypatch.setattr("neurobalance_expert.analysis.case_entries.ENTERED", {})
    (found,) = analysed("overlap").found
    (shown,) = witnesses([found], planted("overlap"))

    assert ("", 2) == (shown.case.text, shown.case.tries)


def test_progress_is_told_for_every_step() -> None:
    """From the first question to the last."""
    knowledge, told = planted("subsumed"), []
    note: Callable[[int, int], None] = lambda done, of: told.append((done, of))  # noqa: E731
    analyze(knowledge.rules, knowledge.vocabulary, case_domains(knowledge), told=note)

    assert [(n, len(told)) for n in range(1, len(told) + 1)] == told


def test_pairs_beyond_the_limit_are_told_of_as_undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the rules of the first pair that was not compared; those before it are compared."""
    knowledge = planted("overlap")
    monkeypatch.setattr("neurobalance_expert.analysis.analyze.MOST_PAIRS", 0)
    found = analyze(knowledge.rules, knowledge.vocabulary, case_domains(knowledge)).found

    assert [(UNDECIDED, ("smoker", "young-smoker"))] == [(f.kind, f.rules) for f in found]
    assert found[0].what.startswith("not decided within the limits: smoker beside young-smoker, and every later pair")


def test_past_the_limit_no_case_file_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """The facts are confirmed all the same, and the report says what was not done."""
    monkeypatch.setattr("neurobalance_expert.analysis.witness.MOST_CASES", 1)
    (found,), knowledge = analysed("overlap").found, planted("overlap")
    shown = witnesses([found, found], knowledge)
    text = as_text(analysed("overlap"), shown, knowledge.rules, knowledge.vocabulary)

    assert [True, False] == [bool(one.case.tries) for one in shown]
    assert 1 == text.count("no case file was looked for: that is done for the first")


@pytest.mark.parametrize("name", SHOWN)
def test_a_finding_is_confirmed_among_few_rules_as_among_all(name: str) -> None:
    """The rules that are left out beside it decide nothing of it."""
    (found,), knowledge = analysed(name).found, planted(name)
    shipped = load_knowledge(ROOT).rules
    both = (*shipped.rules, *knowledge.rules.rules)
    every = replace(knowledge.rules, rules=both, stratum={**shipped.stratum, **knowledge.rules.stratum})

    assert shows(found, found.facts, every, knowledge.vocabulary)
    assert witnessed(name) == witnesses([found], replace(knowledge, rules=every))[0]
