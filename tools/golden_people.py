"""Golden cases about people: age and life stage, conditions, warning signs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from golden_parts import DAYS, WOMAN, Golden, Item, case, food, lab, medicine, supplement

PEOPLE: tuple[tuple[int, str, str, Item, str], ...] = (
    (500, "seventeen", "below 18 nothing is interpolated", {"age_y": 17}, "balanced"),
    (501, "eighteen", "18 uses the row of 19 to 30", {"age_y": 18}, "balanced"),
    (502, "nineteen", "the first year of the adult row", {"age_y": 19}, "balanced"),
    (503, "sixty-four", "not yet an older adult", {"age_y": 64}, "balanced"),
    (504, "sixty-five", "an older adult", {"age_y": 65}, "balanced"),
    (505, "seventy-meagre", "an older adult who eats little protein", {"age_y": 70}, "meagre"),
    (506, "pregnant", "a pregnancy", WOMAN | {"pregnancy_status": "pregnant"}, "balanced"),
    (507, "lactating", "lactation", WOMAN | {"lactating": True}, "balanced"),
    (508, "trying", "a pregnancy is wished for", WOMAN | {"pregnancy_status": "trying"}, "balanced"),
    (509, "pregnancy-not-stated", "a woman of 36 who does not say it", WOMAN | {"pregnancy_status": None}, "balanced"),
    (510, "sex-unknown", "the larger of two requirements counts", {"sex": "unknown", "pregnancy_status": "not_pregnant"}, "balanced"),
    (511, "age-not-stated", "nothing is assessed without an age", {"age_y": None}, "balanced"),
    (512, "weight-not-stated", "no requirement per kg, no course", {"weight_kg": None}, "balanced"),
    (513, "heavy", "a weight that is asked about", {"weight_kg": 201}, "balanced"),
    (514, "smoker", "a smoker needs more vitamin C", {"smoker": True}, "meagre"),
    (
        515,
        "smoking-diet-not-stated",
        "fields that help and are missing",
        {"smoker": None, "diet_pattern": None, "height_cm": None},
        "balanced",
    ),
    (516, "vegan", "a vegan day without vitamin B12", {"diet_pattern": "vegan"}, "vegan"),
    (517, "vegan-who-eats-eggs", "a diary that contradicts the diet", {"diet_pattern": "vegan"}, "balanced"),
)
# number, condition, supplements, medicines, more
CONDITIONS: tuple[tuple[int, str, tuple[Any, ...], tuple[Any, ...], dict[str, Any]], ...] = (
    (520, "pku", (supplement("l_phenylalanine", 500), supplement("l_tyrosine", 500)), (), {}),
    (521, "bh4_deficiency", (supplement("five_htp", 50), supplement("folic_acid", 400, "ug")), (), {}),
    (522, "aadc_deficiency", (supplement("levodopa_botanical", 200),), (), {}),
    (523, "tyrosinaemia", (supplement("l_tyrosine", 500),), (), {}),
    (524, "histidinaemia", (supplement("l_histidine", 500),), (), {}),
    (525, "homocystinuria", (supplement("l_methionine", 500), supplement("vitamin_b6", 10)), (), {}),
    (526, "msud", (supplement("bcaa", 5, "g"),), (), {}),
    (527, "urea_cycle", (supplement("l_glutamine", 5, "g"), supplement("l_arginine", 2, "g")), (), {}),
    (528, "cystinuria", (supplement("l_methionine", 500),), (), {}),
    (529, "bipolar", (supplement("same", 400), supplement("l_tryptophan", 300)), (), {}),
    (530, "psychosis", (supplement("l_tyrosine", 500), supplement("five_htp", 50)), (), {}),
    (531, "parkinsonism_drug", (supplement("l_phenylalanine", 500),), (), {}),
    (532, "als", (supplement("bcaa", 5, "g"),), (), {}),
    (533, "epilepsy", (supplement("l_glutamine", 5, "g"), supplement("vitamin_b6", 10)), (), {}),
    (534, "neuropathy", (supplement("vitamin_b6", 10),), (), {}),
    (535, "myasthenia", (supplement("magnesium", 200),), (), {}),
    (536, "migraine_tyramine", (), (), {"day": "meat"}),
    (537, "leber", (supplement("vitamin_b12", 500, "ug"),), (), {}),
    (538, "carcinoid", (supplement("five_htp", 50),), (), {}),
    (539, "phaeochromocytoma", (supplement("l_tyrosine", 500),), (), {}),
    (540, "melanoma", (supplement("levodopa_botanical", 200),), (), {}),
    (541, "hyperthyroid", (supplement("l_tyrosine", 500),), (), {}),
    (542, "hypertension_uncontrolled", (supplement("caffeine", 200),), (), {}),
    (543, "glaucoma_narrow", (supplement("levodopa_botanical", 200),), (), {}),
    (544, "cancer_active", (supplement("vitamin_c", 500),), (), {}),
    (545, "renal_severe", (supplement("magnesium", 200), supplement("zinc", 10)), (), {}),
    (546, "renal_moderate", (supplement("magnesium", 200),), (), {}),
    (547, "hepatic", (supplement("l_tryptophan", 300),), (), {}),
    (548, "haemochromatosis", (supplement("iron", 20),), (), {}),
    (549, "wilson", (supplement("copper", 2),), (), {"labs": (lab("serum_copper", "10.9", "umol/L"),)}),
    (550, "gout", (supplement("nicotinic_acid", 100),), (), {}),
    (551, "g6pd", (supplement("vitamin_c", 1000),), (medicine("methylene blue", dose=50),), {}),
    (552, "pernicious", (supplement("folic_acid", 400, "ug"),), (), {"symptoms": ("numbness",)}),
    (553, "trimethylaminuria", (supplement("choline", 500),), (), {}),
    (554, "mastocytosis", (supplement("l_histidine", 500),), (), {}),
    (555, "ems_history", (supplement("l_tryptophan", 300),), (), {}),
    (556, "surgery_planned", (supplement("st_johns_wort", 900),), (), {}),
    (557, "eating_disorder", (), (), {"day": "meagre"}),
    (558, "aud", (supplement("nicotinic_acid", 100),), (), {"symptoms": ("confusion",)}),
    (559, "mthfr", (), (), {}),
    (560, "depression", (), (), {}),
    (562, "thalassaemia_transfusion", (supplement("iron", 20),), (), {}),
    (563, "renal_severe", (supplement("magnesium", 200, prescribed=True),), (), {}),
    (561, "stones_oxalate", (supplement("vitamin_c", 1000),), (), {}),
)
# number, name, symptoms, supplements, medicines, more
SIGNS: tuple[tuple[int, str, tuple[str, ...], tuple[Any, ...], tuple[Any, ...], dict[str, Any]], ...] = (
    (570, "two-signs-of-serotonin-toxicity", ("tremor", "sweating"), (supplement("five_htp", 50),), (medicine("sertraline", dose=50),), {}),
    (571, "one-sign-of-serotonin-toxicity", ("tremor",), (supplement("five_htp", 50),), (medicine("sertraline", dose=50),), {}),
    (572, "severe-headache-under-phenelzine", ("sudden severe headache",), (), (medicine("phenelzine", dose=15),), {"day": "meat"}),
    (573, "thoughts-of-suicide", ("suicidal thoughts",), (), (), {}),
    (574, "hallucinations", ("hearing voices",), (), (), {}),
    (575, "sleepless-and-elated", ("no need for sleep", "euphoric"), (supplement("same", 400),), (), {}),
    (576, "low-mood", ("low mood",), (), (), {}),
    (577, "seizure", ("seizure",), (), (), {}),
    (578, "seizure-denied", ("no seizure",), (), (), {}),
    (579, "confusion-with-alcohol", ("confusion", "drinking"), (), (), {}),
    (580, "double-vision-and-wine", ("double vision",), (), (), {"foods": (*DAYS["balanced"], food("20:00", "red wine", 300))}),
    (581, "tingling-under-vitamin-b6", ("tingling",), (supplement("vitamin_b6", 13),), (), {}),
    (582, "tingling-under-12-mg", ("tingling",), (supplement("vitamin_b6", 12),), (), {}),
    (583, "numb-on-a-vegan-diet", ("numbness",), (), (), {"day": "vegan", "person": {"diet_pattern": "vegan"}}),
    (584, "numb-and-low-b12", ("unsteady gait",), (), (), {"labs": (lab("serum_b12", 200, "pmol/L"),)}),
    (585, "numb-under-high-folic-acid", ("weak legs",), (supplement("folic_acid", 1000, "ug"),), (), {}),
    (586, "eosinophilia-under-tryptophan", ("eosinophilia",), (supplement("l_tryptophan", 300),), (), {}),
    (587, "muscle-pain-and-rash-under-5htp", ("muscle pain", "rash"), (supplement("five_htp", 50),), (), {}),
    (588, "jaundice", ("yellow skin",), (supplement("nicotinic_acid", 500),), (), {}),
)
PKU: tuple[tuple[int, str, str, Item, dict[str, Any]], ...] = (
    (
        590,
        "pku-trying",
        "phenylketonuria around a pregnancy is urgent",
        WOMAN | {"pregnancy_status": "trying", "diet_pattern": "low_phe"},
        {},
    ),
    (591, "pku-not-pregnant", "the same without a wish for a child", WOMAN | {"diet_pattern": "low_phe"}, {}),
    (
        592,
        "pku-formula-prescribed",
        "a formula without phenylalanine is the treatment",
        {"diet_pattern": "low_phe"},
        {"supplements": (supplement("eaa_or_protein_powder", 20, "g", "08:00", prescribed=True, phe_free=True),)},
    ),
    (593, "pku-protein-meal", "a meal with much protein", {"diet_pattern": "low_phe"}, {"day": "meat"}),
    (
        594,
        "pregnant-5htp",
        "5-HTP in a pregnancy",
        WOMAN | {"pregnancy_status": "pregnant"},
        {"supplements": (supplement("five_htp", 50),)},
    ),
    (
        595,
        "pregnant-folic-acid-prescribed",
        "what belongs to a pregnancy",
        WOMAN | {"pregnancy_status": "pregnant"},
        {"supplements": (supplement("folic_acid", 400, "ug", prescribed=True),)},
    ),
    (596, "lactating-b6", "vitamin B6 in lactation", WOMAN | {"lactating": True}, {"supplements": (supplement("vitamin_b6", 20),)}),
    (597, "magnesium-at-66", "251 mg of magnesium for an older adult", {"age_y": 66}, {"supplements": (supplement("magnesium", 251),)}),
    (
        598,
        "5htp-and-a-serotonin-test",
        "a test that something taken disturbs",
        {},
        {"supplements": (supplement("five_htp", 50),), "labs": (lab("hiaa_urine", 12, "mg/24h"),)},
    ),
    (599, "smoker-low-plp", "smoking lowers vitamin B6", {"smoker": True}, {"labs": (lab("plasma_plp", 18, "nmol/L"),)}),
)


def people() -> Iterator[Golden]:
    """Ages, life stages and what is not stated of a person."""
    for number, name, note, person, day in PEOPLE:
        yield case(f"{number}-{name}", note, person=person, day=day)
    for number, name, note, person, more in PKU:
        conditions = ("pku",) if name.startswith("pku") else ()
        yield case(f"{number}-{name}", note, person=person, conditions=conditions, **more)


def conditions() -> Iterator[Golden]:
    """Each condition with something that it concerns."""
    for number, name, taken, medicines, more in CONDITIONS:
        suffix = "-prescribed" if any("prescribed" in one for one in taken) else ""
        note = f"the condition '{name}'" + (" and something that it concerns" if taken or medicines or more else "")
        yield case(f"{number}-{name.replace('_', '-')}{suffix}", note, conditions=(name,), supplements=taken, medications=medicines, **more)


def signs() -> Iterator[Golden]:
    """Warning signs, alone and with what makes them one."""
    for number, name, symptoms, taken, medicines, more in SIGNS:
        yield case(
            f"{number}-{name}", f"symptoms: {', '.join(symptoms)}", symptoms=symptoms, supplements=taken, medications=medicines, **more
        )
