"""Every warning sign at its edge: with one sign less, and with what makes it count taken away, it is silent."""

from __future__ import annotations

import pytest

from neurobalance_expert.knowledge.policy import rank
from tests.unit.safety.conftest import taking

FIVE_HTP = {"supplements": [taking("five_htp")]}
BEER = {"foods": [{"time": "18:00", "name": "beer", "grams": 500}]}
WOMAN = {"person": {"sex": "female", "pregnancy_status": "not_pregnant", "lactating": False, "age_y": 30}}


def drug(name: str, **more: str) -> dict[str, object]:
    """One medicine."""
    return {"medications": [{"ingredient": name, **more}]}


FIRES = {
    "serotonin_toxicity": [
        (["tremor", "sweating at night"], FIVE_HTP),
        (["fever and diarrhea"], drug("sertraline")),
        (["agitated", "dilated pupils"], drug("linezolid")),
        (["clonus", "hyperreflexia"], {"supplements": [taking("st_johns_wort")]}),
        (["tremor", "confusion"], drug("fluoxetine", status="stopped", stopped="2026-02-06")),
    ],
    "hypertensive_crisis": [
        (["sudden severe headache"], drug("tranylcypromine")),
        (["chest pain"], drug("methylphenidate")),
        (["chest pain"], drug("methylphenidate", status="stopped", stopped="2026-03-12")),  # the day of the last dose counts
        (["BP 180/95 this morning"], {"supplements": [taking("levodopa_botanical")]}),
        (["blood pressure 150/120"], drug("phenelzine")),
    ],
    "suicidality": [(["suicidal thoughts"], {}), (["self-harm plan"], {}), (["Wants to die"], {})],
    "mania_psychosis": [(["hallucinations"], {}), (["delusions"], {}), (["not sleeping and elated"], {}), (["no sleep", "elated"], {})],
    "seizure": [(["a seizure last week"], {}), (["had a fit"], {}), (["seizures"], {})],
    "wernicke": [
        (["confusion"], BEER),
        (["unsteady gait"], {"conditions": [{"id": "aud"}]}),
        (["double vision with alcohol"], {}),
    ],
    "b12_myelopathy": [
        (["progressive numbness"], {"person": {"diet_pattern": "vegan"}}),
        (["weakness of legs"], drug("metformin")),
        (["gait loss"], drug("nitrous oxide")),
        (["unsteady gait"], {"labs": [{"analyte": "serum_b12", "value": 221, "unit": "pmol/L", "date": "2026-03-01"}]}),
        (["numb feet"], {"supplements": [taking("folic_acid", dose=1, unit="mg")]}),
    ],
    "b6_neuropathy": [
        (["tingling in feet"], {"supplements": [taking("vitamin_b6", dose=12.1)]}),
        (["burning feet at night"], {"supplements": [taking("vitamin_b6", dose=8), taking("vitamin_b6", dose=5)]}),
        (["Numb hands"], {"supplements": [taking("vitamin_b6", dose=50)]}),
    ],
    "ems": [(["severe muscle pain with rash"], FIVE_HTP), (["eosinophilia"], {"supplements": [taking("l_tryptophan")]})],
    "liver": [(["jaundice"], {}), (["dark urine"], {})],
    "critical_lab": [
        ([], {"labs": [{"analyte": "serum_magnesium", "value": 0.49, "unit": "mmol/L", "date": "2026-03-01"}]}),
        ([], {"labs": [{"analyte": "alt", "value": 121, "unit": "U/L", "date": "2026-03-01"}]}),
    ],
}
SILENT = {
    "serotonin_toxicity": [
        (["tremor"], FIVE_HTP),
        (["nausea after the capsule"], FIVE_HTP),
        (["tremor", "trembling"], FIVE_HTP),
        (["tremor", "no sweating"], FIVE_HTP),
        (["tremor", "sweating"], {"supplements": [taking("magnesium")]}),
        (["tremor", "confusion"], drug("fluoxetine", status="stopped", stopped="2026-02-05")),
    ],
    "hypertensive_crisis": [
        (["sudden severe headache"], drug("ibuprofen")),
        (["headache"], drug("phenelzine")),
        (["BP 179/119"], drug("phenelzine")),
        (["since 200/7 days"], drug("phenelzine")),
    ],
    "suicidality": [(["low mood since some months"], {}), (["no suicidal thoughts"], {}), (["denies any suicidal thoughts"], {})],
    "mania_psychosis": [(["not sleeping"], {}), (["elated"], {}), (["tired"], {})],
    "seizure": [(["seizure free for years"], {}), (["feeling fit"], {}), (["benefit of sleep"], {})],
    "wernicke": [(["confusion"], {}), (["poor sleep", "irritable"], BEER), (["drinking less"], BEER)],
    "b12_myelopathy": [
        (["progressive numbness"], {}),
        (["weakness of legs"], drug("ibuprofen")),
        (["tired"], {"person": {"diet_pattern": "vegan"}}),
        (["unsteady gait"], {"labs": [{"analyte": "serum_b12", "value": 222, "unit": "pmol/L", "date": "2026-03-01"}]}),
        (["numb feet"], {"supplements": [taking("folic_acid", dose=0.999, unit="mg")]}),
    ],
    "b6_neuropathy": [
        (["tingling in feet"], {"supplements": [taking("vitamin_b6", dose=12)]}),
        (["tired"], {"supplements": [taking("vitamin_b6", dose=200)]}),
        (["tingling in feet"], {"supplements": [taking("magnesium")]}),
    ],
    "ems": [
        (["severe muscle pain"], FIVE_HTP),
        (["rash"], FIVE_HTP),
        (["severe muscle pain with rash"], {"supplements": [taking("l_tyrosine")]}),
    ],
    "liver": [(["dark circles"], {}), (["clear urine"], {})],
    "critical_lab": [
        ([], {"labs": [{"analyte": "serum_magnesium", "value": 0.50, "unit": "mmol/L", "date": "2026-03-01"}]}),
        ([], {"labs": [{"analyte": "alt", "value": 120, "unit": "U/L", "date": "2026-03-01"}]}),
    ],
}


def each(table: dict[str, list[tuple[list[str], dict[str, object]]]]) -> list[tuple[str, list[str], dict[str, object]]]:
    """Flag, symptoms and the rest of the case."""
    return [(flag, symptoms, rest) for flag, rows in table.items() for symptoms, rest in rows]


@pytest.mark.parametrize(("flag", "symptoms", "rest"), each(FIRES), ids=lambda x: str(x)[:40])
def test_a_sign_with_what_makes_it_count_is_major_and_first(found, flag, symptoms, rest):
    """Nothing stands before the flags."""
    findings = found(symptoms=symptoms, **rest)
    flags = [code.startswith("FLAG:") for code, _, _ in findings]

    assert (f"FLAG:{flag}", "major") in {(code, severity) for code, severity, _ in findings}
    assert flags == sorted(flags, reverse=True)


@pytest.mark.parametrize(("flag", "symptoms", "rest"), each(SILENT), ids=lambda x: str(x)[:40])
def test_one_step_away_the_flag_is_silent(worst, flag, symptoms, rest):
    """One sign short, another dose, another medicine, or a word that only looks like the sign."""
    assert worst(f"FLAG:{flag}", symptoms=symptoms, **rest) == -1


def test_the_flags_are_those_of_the_table(knowledge):
    """Every sign belongs to a flag that a rule raises, or is low mood, which is a remark; each flag is tried here."""
    raised = {rule.head.code[1].value for rule in knowledge.rules.rules if rule.head.code and str(rule.head.code[0].value) == "FLAG"}
    named = {flag for sign in knowledge.warning_signs.signs for flag in sign.of} - {"low_mood"}

    assert (set(FIRES), set(FIRES), True) == (set(SILENT), raised, named <= raised)


def test_every_wording_of_a_sign_is_found_in_any_case(knowledge):
    """Each by itself, in capitals and inside a sentence; never inside another word."""
    signs = knowledge.warning_signs
    missed, inside = [], []
    for sign in signs.signs:
        for words in sign.words:
            for text in (words.upper(), f"since Monday: {words}, worse today"):
                if sign.id not in {f.sign for f in signs.found_in(text)}:
                    missed.append((sign.id, text))
            if sign.id in {f.sign for f in signs.found_in(f"x{words}x")}:
                inside.append((sign.id, words))

    assert ([], []) == (missed, inside)


def test_the_goal_and_the_details_are_not_searched(found):
    """Only the list of symptoms."""
    codes = [
        code for code, _, _ in found(goal="no more suicidal thoughts", conditions=[{"id": "depression", "detail": "suicidal thoughts"}])
    ]

    assert [] == [code for code in codes if code.startswith("FLAG:")]


def test_a_flag_leaves_no_advice(knowledge, found):
    """Disposition refer_no_advice, whatever else is found."""
    findings = [(code, severity) for code, severity, _ in found(symptoms=["jaundice"])]

    assert "refer_no_advice" == knowledge.policy.disposition(findings, trusted=True)


@pytest.mark.parametrize(
    ("age", "code", "severity"),
    [(17, "REF:age_under_18", "moderate"), (18, "INFO:dri_row_19_30_used_for_18", "info"), (64, "", ""), (65, "INFO:older_adult", "info")],
)
def test_life_stages_at_their_birthdays(found, age, code, severity):
    """17 is referred, 18 uses the row of 19, from 65 on some things differ."""
    stages = ("REF:", "INFO:dri_row", "INFO:older")

    assert [(code, severity)] * bool(code) == [(c, s) for c, s, _ in found(person={"age_y": age}) if c.startswith(stages)]


@pytest.mark.parametrize(("age", "dose", "severity"), [(64, 300, "minor"), (65, 300, "moderate"), (65, 250, ""), (70, 400, "moderate")])
def test_magnesium_is_taken_one_step_more_seriously_from_65_on(found, age, dose, severity):
    """Between the two upper levels: minor, moderate for older adults."""
    findings = found(person={"age_y": age}, supplements=[taking("magnesium", dose=dose)])

    assert [("UL:magnesium", severity)] * bool(severity) == [(c, s) for c, s, _ in findings if c == "UL:magnesium"]


@pytest.mark.parametrize(
    ("rest", "test"),
    [
        (FIVE_HTP, "serotonin_and_5hiaa"),
        ({"supplements": [taking("l_tryptophan")]}, "serotonin_and_5hiaa"),
        (drug("levodopa"), "catecholamines"),
        ({"supplements": [taking("levodopa_botanical")]}, "catecholamines"),
        ({"supplements": [taking("vitamin_c", dose=100)]}, "urine_strips"),
        ({"supplements": [taking("vitamin_c", dose=1000)]}, "glucose_meters"),
        ({"supplements": [taking("vitamin_c", dose=1, unit="capsule")]}, "urine_strips"),
        ({"supplements": [taking("five_mthf", dose=0.4)]}, "anaemia_screen_for_b12"),
        ({"supplements": [taking("vitamin_b6", dose=5)]}, "plasma_plp"),
    ],
    ids=lambda x: str(x)[:40],
)
def test_disturbed_tests_are_named(worst, rest, test):
    """As a remark."""
    assert rank("info") == worst(f"INFO:lab_interference:{test}", **rest)


def test_an_ordinary_dose_of_vitamin_c_disturbs_no_test(found):
    """Just below what disturbs a urine strip, and a day without supplements."""
    codes = [c for c, _, _ in found(supplements=[taking("vitamin_c", dose=99)])] + [c for c, _, _ in found()]

    assert [] == [c for c in codes if c.startswith("INFO:lab_interference")]
