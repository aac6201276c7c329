"""Forbidden meanings in the texts of rules: planted sentences are found, sentences that deny or ask are not."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurobalance_expert.rules.meanings import CLASSES, MEANINGS, find_meanings
from neurobalance_expert.rules.phrases import split

# code -> what must be found. Grade D unless a test says otherwise, so that every meaning is looked for.
PLANTED = {
    "NB-R100": (
        "You have a tryptophan deficiency.",
        "The person has a mild depression.",
        "This patient is clearly deficient.",
        "Suffering from burnout costs magnesium.",
        "She was diagnosed with anaemia.",
        "The diagnosis is iron deficiency.",
        "A ferritin of 12 confirms iron deficiency.",
        "People who are vegan were deficient in zinc.",
    ),
    "NB-R101": (
        "Stop your tablets.",
        "Stop taking sertraline.",
        "Discontinue the antidepressant for two weeks.",
        "Halve the dose of the SSRI.",
        "Lower your levodopa.",
        "Try tryptophan instead of your medicine.",
        "The MAOI should be stopped.",
        "Come off the lithium first.",
        "Do not wait: stop the medication.",
        "It is not urgent. Skip the tablet in the morning.",
    ),
    "NB-R102": (
        "Take 100 mg of levodopa.",
        "Sertraline 50 mg would do.",
        "Raise it to {{ dose | mg }} of your medicine.",
        "25mg carbidopa is enough.",
        "Levodopa at 300 mg goes with it.",
    ),
    "NB-R103": (
        "There are no known interactions.",
        "No interactions were found.",
        "This combination is completely safe.",
        "Both are safe to take.",
        "Magnesium is harmless.",
        "It comes without any risk.",
        "Free of interactions.",
        "Interactions can be excluded.",
        "The two do not interact.",
    ),
    "NB-R104": (
        "This is a serotonin deficiency.",
        "Low dopamine explains it.",
        "A lack of brain serotonin.",
        "Serotonin levels were low.",
        "Your GABA needs it.",
        "A chemical imbalance.",
        "After lunch serotonin rose.",
        "Neurotransmitter depletion.",
        "A low brain serotonin.",
    ),
    "NB-R105": (
        "Zinc cures it.",
        "Many were cured of it.",
        "5-HTP treats depression.",
        "A remedy for sleep.",
        "A clinically proven effect.",
        "It is guaranteed to work.",
        "You will feel better.",
        "To boost mood.",
        "Take it to treat insomnia.",
    ),
    "NB-R106": (
        "5-HTP causes a loss of dopamine.",
        "Tyrosine prevents it.",
        "This proves the need.",
        "It always works.",
        "5-HTP alone depletes catecholamines.",
        "More of it raises synthesis.",
        "That leads to fatigue.",
    ),
}
NEAR = (
    "One value does not make a diagnosis.",
    "By itself it is no diagnosis.",
    "A value below the limit that is used for deficiency.",
    "One day cannot show a deficiency.",
    "Do not stop a prescribed medicine yourself.",
    "Never stop an antidepressant suddenly.",
    "Ask the prescriber before stopping the medicine.",
    "Ask whether the medicine should be stopped.",
    "Someone who drinks daily should not stop suddenly without medical help.",
    "If it was prescribed, confirm the dose and do not change it yourself.",
    "Ask the prescriber or a pharmacist before anything is changed.",
    "Supplements bring 25 mg of vitamin B6; the medicine is levodopa.",
    "{{ dose | mg }} of 5-HTP is above {{ limit | mg }} a day; it acts like a medicine.",
    "That no interaction is listed says nothing about safety.",
    "Isolated amino acids have not been shown to be safe in pregnancy.",
    "Europe has set none and calls 40 mg safe.",
    "The highest dose that a monograph calls possibly safe.",
    "What is not mentioned here was not shown to be harmless.",
    "Tryptophan and 5-HTP both act on the serotonin line.",
    "The supply of precursors of serotonin is at its requirement.",
    "Low folate went along with less of the serotonin breakdown product.",
    "Low dopamine was shown in mice.",
    "It is no measure of dopamine.",
    "In Wilson disease zinc is a treatment.",
    "The treatment of low iron belongs to a clinician.",
    "Nothing cures it.",
    "Show this to the clinician who treats the condition.",
    "No amount of it is known to be safe with this medicine.",
    "Aged cheese and cured meat hold tyramine.",
    "Tingling has other causes too.",
    "Some authors claim that 5-HTP alone depletes catecholamines.",
    "Whether it raises synthesis is not shown.",
    "It may cause nausea.",
    "The obstacle is removed, and the causeway is open.",
)
RULE = """\
language: 1
rules:
  - id: low-share
    code: "COMPETE:lnaa:trp"
    title: {title}
    kind: competition
    status: experimental
    severity: minor
    evidence: [{{ref: smith1987, grade: {grade}}}]
    when:
      - influx: {{of: trp, vs_fasting: {{below: 0.85, bind: $ratio}}}}
    then: {{about: trp}}
    say: >-
      {say}
    do: {do}
"""


@pytest.mark.parametrize(("code", "sentence"), [(code, s) for code, sentences in PLANTED.items() for s in sentences])
def test_a_planted_sentence_is_found(code: str, sentence: str) -> None:
    """Among whatever else is wrong with it."""
    assert code in {hit.meaning.code for hit in find_meanings(sentence, "D")}


@pytest.mark.parametrize("sentence", NEAR)
def test_a_sentence_that_only_looks_like_it_passes(sentence: str) -> None:
    """It denies, asks, reports a claim, or uses a word in another sense."""
    assert [] == [(hit.meaning.code, hit.text) for hit in find_meanings(sentence, "D")]


def test_every_phrase_finds_each_sentence_that_it_stands_for() -> None:
    """The alternatives are multiplied out, a class by its first word; so no phrase is misspelt or dead."""
    for meaning in MEANINGS:
        for phrase in meaning.phrases:
            parts = [
                [CLASSES.get(w, w).split()[0] for w in part.split("/")] for part in phrase.replace("…", "so").replace("#", "5").split()
            ]
            for sentence in map(" ".join, product(*parts)):
                assert meaning.code in {hit.meaning.code for hit in find_meanings(f"Well, {sentence}.", "D")}, (phrase, sentence)


def test_every_meaning_has_a_reason_and_a_way_out_and_its_own_code() -> None:
    """The codes count from NB-R100."""
    assert [f"NB-R{100 + i}" for i in range(len(MEANINGS))] == [meaning.code for meaning in MEANINGS]
    assert all(meaning.why and meaning.fix and all(a.why for a in meaning.allowed) for meaning in MEANINGS)
    assert all(phrase.count("{}") == 1 for meaning in MEANINGS for a in meaning.allowed for phrase in a.phrases)


@pytest.mark.parametrize("grade", ["", "A", "B", "C"])
def test_certainty_is_only_refused_where_the_evidence_is_contested(grade: str) -> None:
    """A sentence that two good studies carry may say what is caused by what."""
    assert [] == list(find_meanings("Iron deficiency causes restless legs.", grade))


@given(st.text(max_size=200))
def test_any_text_is_split_into_words_that_stand_in_it(text: str) -> None:
    """And no hit lies outside the text."""
    words = split(text)

    assert all(0 <= a < b <= len(text) for a, b in words.places)
    assert all(text[hit.start :].startswith(hit.text) for hit in find_meanings(text, "D"))


def test_a_denial_does_not_reach_over_a_colon() -> None:
    """'Do not wait: stop it' is no warning against stopping."""
    assert ["NB-R101"] == [hit.meaning.code for hit in find_meanings("Do not wait: stop your medicine.")]


@pytest.mark.parametrize(
    ("field", "line", "col", "said"),
    [("title", 5, 12, "Stop your"), ("say", 15, 18, "stop taking"), ("do", 16, 18, "stop your")],
)
def test_the_place_is_the_words_themselves(read: Callable[..., Any], field: str, line: int, col: int, said: str) -> None:
    """Title, say (folded over two lines) and do."""
    texts = {"title": "Low", "say": "The ratio was {{ ratio | percent }} of\n      that; best stop taking it.", "do": "Eat well."}
    texts[field] = {"title": "Stop your tablets", "say": texts["say"], "do": "And then stop your tablets."}[field]
    if field != "say":
        texts["say"] = "It was {{ ratio | percent }}.\n      That is all."
    found = read(RULE.format(grade="B", **texts))

    assert [("NB-R101", line, col, said)] == [(p.code, p.at.line, p.at.col, p.what.split("'")[1]) for p in found.problems]
    assert "fix: write 'ask the prescriber" in found.rendered


def test_a_rule_that_says_it_does_not_run(read: Callable[..., Any]) -> None:
    """It stays a draft, and the loader stops."""
    found = read(RULE.format(grade="D", title="Low", say="This proves it: {{ ratio | percent }}.", do="Ask."))

    assert (["NB-R106"], ["draft"]) == (found.codes(), [rule.status for rule in found.rules])
