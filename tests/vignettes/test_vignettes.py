"""The vignettes end as the expert who wrote them expects: codes, severities, disposition, totals, and what must and must not be said."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from neurobalance_expert.assessment import assess, load_case_file
from neurobalance_expert.knowledge.policy import rank
from neurobalance_expert.outcome import Assessment
from neurobalance_expert.source import load

DATA = Path(__file__).resolve().parent.parent / "data"
EXPECTED = load(DATA / "expectations.yaml").data["cases"]

SAID = {  # the meanings of must_say, as words that carry them
    "c01": ["lysine", "one recorded day", "meal"],
    "c02": ["leave 'bcaa 2:1:1 powder' at 22:15 out", "1.7 g protein per kg", "antidepressants"],
    "c03": ["no upper level", "inflammation", "antidepress", "triptan", "dose-related"],
    "c04": ["do not combine", "prescriber or a pharmacist", "change nothing that was prescribed", "urgent care", "turkey or eggs"],
    "c05": ["neurology team", "amount of protein is to stay", "change nothing that was prescribed"],
    "c06": ["see a doctor about b12, before", "normal haemoglobin does not rule that out", "tea and coffee with a meal lower"],
    "c07": ["disputed", "many causes", "talk to a clinician", "also about every medicine", "1.3 mg a day", "food sources"],
    "c08": ["210 mg", "best not continued", "diabetes", "last or worsen", "over all products"],
    "c09": ["should not stop suddenly", "thiamin first", "confusion, unsteady walking or eye problems are an emergency"],
    "c10": ["metabolic clinic now", "before conception", "do not change the formula"],
    "c11": ["no concern was found in what was entered", "not a proof"],
    "c12": ["25:10", "xylotl pie", "prozak", "serenity max", "nothing was guessed", "folic"],
}
NOT_SAID = {
    "c01": ["serotonin deficiency", "take tryptophan", "5-htp", "caused by"],
    "c02": ["increase the tryptophan"],
    "c03": ["low dopamine", "add tyrosine", "take 100 mg", "take carbidopa"],
    "c04": ["stop sertraline", "is safe", "separate by", "depletes"],
    "c05": ["eat less protein", "take tyrosine", "take b6", "change your levodopa"],
    "c06": ["switch to 5-mthf", "take iron"],
    "c07": ["stop the pill", "take 50", "causes your"],
    "c08": ["would be safe", "increase magnesium"],
    "c09": ["take 5-htp", "take niacin", "alcoholic"],
    "c10": ["eat more protein", "add phenylalanine", "increase tyrosine"],
    "c11": ["supplement recommended", "you should take"],
    "c12": ["everything looks fine", "no interactions"],
}


@pytest.fixture(scope="module")
def assessed(knowledge) -> dict[str, Assessment]:
    """Each vignette assessed once, by the engine that is the default."""
    return {name: assess(load_case_file(DATA / "cases" / f"{name}.yaml", knowledge), knowledge) for name in EXPECTED}


@pytest.mark.parametrize("name", EXPECTED)
def test_the_disposition_and_the_highest_severity_are_as_expected(assessed, name):
    """The disposition is equal; no finding is above the bound."""
    outcome, expected = assessed[name], EXPECTED[name]

    assert (expected["disposition"], True) == (outcome.disposition, rank(outcome.max_severity or "info") <= rank(expected["max_severity"]))


@pytest.mark.parametrize(
    ("name", "wanted"), [(n, w) for n in EXPECTED for w in EXPECTED[n]["must_raise"]], ids=lambda x: x if isinstance(x, str) else x["code"]
)
def test_what_must_be_raised_is_raised_in_its_range(assessed, name, wanted):
    """At least one finding of the code stands between the least and the greatest severity, and none above."""
    severities = [rank(f.severity) for f in assessed[name].findings if f.code == wanted["code"]]

    assert severities
    assert rank(wanted["min_severity"]) <= max(severities) <= rank(wanted.get("max_severity", "contraindicated"))


@pytest.mark.parametrize(
    ("name", "banned"),
    [(n, b) for n in EXPECTED for b in EXPECTED[n]["must_not_raise"]],
    ids=lambda x: x if isinstance(x, str) else x["code"],
)
def test_what_must_stay_silent_is_silent(assessed, name, banned):
    """No finding fits the glob, or none above the severity that is allowed."""
    limit = rank(banned["allow_up_to"]) if "allow_up_to" in banned else -1
    raised = [(f.code, f.severity) for f in assessed[name].findings if fnmatchcase(f.code, banned["code"]) and rank(f.severity) > limit]

    assert [] == raised


@pytest.mark.parametrize(("name", "total"), [(n, t) for n in EXPECTED for t in EXPECTED[n].get("ranges", {})])
def test_totals_lie_in_the_ranges_of_the_expert(assessed, name, total):
    """Rounded estimates from food tables: a sanity check of units and matching."""
    low, high = EXPECTED[name]["ranges"][total]

    assert float(low) <= assessed[name].totals[total].value <= float(high)


@pytest.mark.parametrize("name", EXPECTED)
def test_what_must_be_said_is_said_and_what_must_not_is_not(assessed, name):
    """Keywords over everything a reader sees of findings, advice, summary and questions."""
    a = assessed[name]
    spoken = [a.disposition_text, a.summary, *a.questions, *a.assumptions, *(r.action for r in a.recommendations)]
    spoken += [part for f in a.findings for part in (f.statement, f.advice, f.title)]
    spoken += [line.origin for f in a.findings for line in f.because]
    text = " ".join(spoken).casefold()

    assert ([], []) == ([w for w in SAID[name] if w not in text], [w for w in NOT_SAID[name] if w in text])


def test_the_balanced_day_is_quiet(assessed):
    """Nothing above info, and few of those."""
    assert {"info"} == {f.severity for f in assessed["c11"].findings}


def test_no_vignette_passes_in_silence(assessed):
    """A stated medicine or condition has a finding of its own, and the disposition is not the careless one."""
    for name, a in assessed.items():
        stated = {label for label, value in a.person if label in ("medicines", "conditions") and not value.startswith("none entered")}
        codes = {f.code for f in a.findings} | {f.code.split(":")[0] for f in a.findings}
        if stated:
            assert (name, True) == (name, a.disposition != "assess")
        if "medicines" in stated and name != "c12":  # its medicine was not recognised, which is asked about
            assert (name, True) == (name, bool(codes & {"INT", "INFO:no_interaction_rule"}))
        if "conditions" in stated:
            assert (name, True) == (name, bool(codes & {"COND", "INFO:no_specific_rule"}))


def test_two_medicines_of_one_row_are_told_in_one_finding(assessed):
    """Levodopa and carbidopa beside iron, fifteen minutes apart."""
    [found] = [f for f in assessed["c05"].findings if f.code == "INT:levodopa_x_iron"]

    assert found.statement.startswith("Carbidopa and levodopa with iron, 15 min apart instead of 2 h or more.")
    assert ("A", "fda_lodosyn_2014") == (found.evidence, found.sources[0])
    assert "Iron binds these medicines" in found.statement


def test_nobody_is_told_to_stop_a_medicine(assessed):
    """The advice of a finding about a medicine leaves it as it is and names who decides."""
    spoken = [f"{f.statement} {f.advice}".casefold() for a in assessed.values() for f in a.findings if "interactions.yaml" in f.rule_at]

    assert len(spoken) > 8
    assert [] == [text for text in spoken if any(word in text for word in ("stop ", "no interactions", "lower the dose", "is safe"))]
    assert [] == [text for text in spoken if not any(word in text for word in ("prescriber", "pharmacist", "clinician", "neurology team"))]
