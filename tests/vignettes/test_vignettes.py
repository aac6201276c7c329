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
WHOLE = ("c01", "c02", "c11", "c12")  # what this version must get right in full; the others need the rules about medicines
CODED = (*WHOLE, "c03", "c04", "c05", "c06", "c07", "c08", "c09", "c10")  # disposition, bound and codes, but for what is not there yet
PENDING = {  # code and why; glob over "case code"
    "* INT:*_x_*": "medicines are not checked yet",
    "c0[579] INT:*": "medicines are not checked yet",
    "c04 INFO:multiple_serotonergics": "medicines are not counted yet",
    "c05 COMPETE:lnaa:levodopa": "levodopa is no part of the model of the day",
    "c10 COND:pku": "aspartame of foods is not counted yet",
}
RAISED = [
    (n, w)
    for n in CODED
    for w in EXPECTED[n]["must_raise"]
    if n in WHOLE or not any(fnmatchcase(f"{n} {w['code']}", glob) for glob in PENDING)
]

SAID = {  # the meanings of must_say, as words that carry them
    "c01": ["lysine", "one recorded day", "meal"],
    "c02": ["leave 'bcaa 2:1:1 powder' at 22:15 out", "1.7 g protein per kg", "antidepressants"],
    "c11": ["no concern was found in what was entered", "not a proof"],
    "c12": ["25:10", "xylotl pie", "prozak", "serenity max", "nothing was guessed", "folic"],
}
NOT_SAID = {
    "c01": ["serotonin deficiency", "take tryptophan", "5-htp", "caused by"],
    "c02": ["increase the tryptophan"],
    "c11": ["supplement recommended", "you should take"],
    "c12": ["everything looks fine", "no interactions"],
}


@pytest.fixture(scope="module")
def assessed(knowledge) -> dict[str, Assessment]:
    """Each vignette assessed once, by the engine that is the default."""
    return {name: assess(load_case_file(DATA / "cases" / f"{name}.yaml", knowledge), knowledge) for name in EXPECTED}


@pytest.mark.parametrize("name", CODED)
def test_the_disposition_and_the_highest_severity_are_as_expected(assessed, name):
    """The disposition is equal; no finding is above the bound."""
    outcome, expected = assessed[name], EXPECTED[name]

    assert (expected["disposition"], True) == (outcome.disposition, rank(outcome.max_severity or "info") <= rank(expected["max_severity"]))


@pytest.mark.parametrize(("name", "wanted"), RAISED, ids=lambda x: x if isinstance(x, str) else x["code"])
def test_what_must_be_raised_is_raised_in_its_range(assessed, name, wanted):
    """At least one finding of the code stands between the least and the greatest severity, and none above."""
    severities = [rank(f.severity) for f in assessed[name].findings if f.code == wanted["code"]]

    assert severities
    assert rank(wanted["min_severity"]) <= max(severities) <= rank(wanted.get("max_severity", "contraindicated"))


@pytest.mark.parametrize(
    ("name", "banned"), [(n, b) for n in CODED for b in EXPECTED[n]["must_not_raise"]], ids=lambda x: x if isinstance(x, str) else x["code"]
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


@pytest.mark.parametrize("name", WHOLE)
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
    """Stated medicines are said not to be checked, and every stated condition has a finding of its own."""
    for name, a in assessed.items():
        stated = {label for label, value in a.person if not value.startswith("none entered")}
        codes = {f.code for f in a.findings} | {f.code.split(":")[0] for f in a.findings}
        if "medicines" in stated:
            assert (name, True) == (name, "MISS:interaction_rules" in codes and a.disposition != "assess")
        if "conditions" in stated:
            assert (name, True) == (name, bool(codes & {"COND", "INFO:no_specific_rule"}))
