"""Golden cases about what is taken: pairs of supplements, medicines beside supplements and foods, and what wears off."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from golden_parts import DAYS, WOMAN, Golden, case, food, lab, medicine, supplement

BCAA = {"components": {"leucine": {"dose": 4, "unit": "g"}, "isoleucine": {"dose": 2, "unit": "g"}, "valine": {"dose": 2, "unit": "g"}}}
SERTRALINE = medicine("sertraline", dose=100)
LEVODOPA = medicine("levodopa", "08:00", "12:30", dose=100)
CARBIDOPA = medicine("carbidopa", "08:00", "12:30", dose=25)


def timed(a: str, dose_a: float, unit_a: str, b: str, dose_b: float, unit_b: str, minutes: int, **more: Any) -> tuple[Any, Any]:
    """Two supplements so many minutes apart, from 20:00 back."""
    first = 20 * 60 - minutes
    return supplement(a, dose_a, unit_a, f"{first // 60:02d}:{first % 60:02d}", **more), supplement(b, dose_b, unit_b, "20:00")


def pairs() -> Iterator[Golden]:
    """Supplements beside supplements, by the hours between them."""
    yield case(
        "300-bcaa-119-min-before-tryptophan",
        "BCAA less than 2 h before tryptophan",
        supplements=timed("bcaa", 8, "g", "l_tryptophan", 400, "mg", 119, **BCAA),
    )
    yield case(
        "301-bcaa-120-min-before-tryptophan",
        "BCAA exactly 2 h before tryptophan",
        supplements=timed("bcaa", 8, "g", "l_tryptophan", 400, "mg", 120, **BCAA),
    )
    yield case(
        "302-bcaa-beside-5htp",
        "BCAA less than 2 h before 5-HTP, which uses the same carrier",
        supplements=timed("bcaa", 8, "g", "five_htp", 50, "mg", 60, **BCAA),
    )
    yield case(
        "303-bcaa-and-tyrosine-without-times",
        "a pair whose times are not known",
        supplements=(supplement("bcaa", 8, "g", None, **BCAA), supplement("l_tyrosine", 1000, "mg", None)),
    )
    yield case(
        "304-bcaa-with-tryptophan",
        "both in one glass before sleep",
        supplements=timed("bcaa", 10, "g", "l_tryptophan", 500, "mg", 0, **BCAA),
    )
    yield case(
        "305-bcaa-with-tyrosine",
        "both in one glass",
        day="meagre",
        supplements=timed("bcaa", 10, "g", "l_tyrosine", 500, "mg", 0, **BCAA),
    )
    yield case(
        "306-bcaa-176-min-before-sleep",
        "competitors less than 3 h before the night",
        supplements=(supplement("bcaa", 8, "g", "20:04", **BCAA),),
    )
    yield case("307-bcaa-afternoon", "the same dose far from everything", supplements=(supplement("bcaa", 8, "g", "15:00", **BCAA),))
    yield case(
        "308-tryptophan-with-supper",
        "tryptophan with a meal rich in protein, the last before the night",
        supplements=(supplement("l_tryptophan", 400, "mg", "19:00"),),
    )
    yield case(
        "309-tryptophan-alone",
        "tryptophan alone in the morning",
        day="meagre",
        supplements=(supplement("l_tryptophan", 1000, "mg", "10:00"),),
    )
    yield case(
        "310-phenylalanine-alone",
        "a dose that raises its own share of the carrier and lowers that of others",
        day="meagre",
        supplements=(supplement("l_phenylalanine", 6000, "mg", "10:00"),),
    )
    yield case(
        "311-tyrosine-with-bcaa",
        "a large dose of tyrosine beside BCAA: tryptophan gets little",
        day="meagre",
        supplements=(supplement("l_tyrosine", 10000, "mg", "10:00"), supplement("bcaa", 8, "g", "10:00", **BCAA)),
    )
    yield case(
        "312-tryptophan-with-bcaa",
        "a large dose of tryptophan beside BCAA: tyrosine gets little",
        day="meagre",
        supplements=(supplement("l_tryptophan", 4000, "mg", "10:00"), supplement("bcaa", 8, "g", "10:00", **BCAA)),
    )
    yield case(
        "313-iron-zinc-together",
        "25 mg of iron beside zinc at one minute",
        supplements=(supplement("iron", 25, "mg", "10:00"), supplement("zinc", 10, "mg", "10:00")),
    )
    yield case(
        "314-iron-24-zinc-together",
        "a milligram less of iron",
        supplements=(supplement("iron", 24, "mg", "10:00"), supplement("zinc", 10, "mg", "10:00")),
    )
    yield case(
        "315-iron-calcium-together",
        "iron beside calcium",
        supplements=(supplement("iron", 30, "mg", "10:00"), supplement("calcium", 500, "mg", "10:00")),
    )
    tea = (*DAYS["balanced"], food("10:30", "black tea", 250))
    yield case(
        "316-iron-59-min-from-tea", "iron less than an hour before tea", foods=tea, supplements=(supplement("iron", 20, "mg", "09:31"),)
    )
    yield case("317-iron-60-min-from-tea", "iron an hour before tea", foods=tea, supplements=(supplement("iron", 20, "mg", "09:30"),))
    yield case("318-zinc-30-mg-for-9-weeks", "zinc for months without copper", supplements=(supplement("zinc", 30, "mg", weeks_used=9),))
    yield case("319-zinc-30-mg-for-8-weeks", "the same, a week less", supplements=(supplement("zinc", 30, "mg", weeks_used=8),))
    yield case(
        "320-zinc-30-mg-with-copper",
        "zinc for months beside copper",
        supplements=(supplement("zinc", 30, "mg", weeks_used=20), supplement("copper", 2, "mg")),
    )
    yield case(
        "321-5htp-beside-tryptophan",
        "two precursors of serotonin",
        supplements=(supplement("five_htp", 50), supplement("l_tryptophan", 300)),
    )
    yield case(
        "322-tryptophan-beside-st-johns-wort",
        "a precursor beside St John's wort",
        supplements=(supplement("l_tryptophan", 300), supplement("st_johns_wort", 900)),
    )
    yield case(
        "323-same-beside-st-johns-wort",
        "SAMe beside St John's wort",
        supplements=(supplement("same", 400), supplement("st_johns_wort", 900)),
    )
    yield case(
        "324-three-serotonergic",
        "three serotonergic items",
        supplements=(supplement("five_htp", 50), supplement("same", 400), supplement("st_johns_wort", 900)),
    )
    yield case(
        "325-mucuna-with-b6",
        "botanical levodopa beside vitamin B6",
        supplements=(supplement("levodopa_botanical", 300), supplement("vitamin_b6", 10)),
    )
    yield case(
        "326-mucuna-with-5htp",
        "botanical levodopa beside 5-HTP: one decarboxylase",
        supplements=(supplement("levodopa_botanical", 300), supplement("five_htp", 100)),
    )
    yield case("327-gaba-choline", "contested and harmless remarks", supplements=(supplement("gaba", 500), supplement("choline", 300)))
    yield case(
        "328-folic-acid-vegan",
        "0.4 mg of folic acid on a vegan diet without vitamin B12",
        day="vegan",
        person={"diet_pattern": "vegan"},
        supplements=(supplement("folic_acid", 400, "ug"),),
    )
    yield case(
        "329-folic-acid-399-vegan",
        "a microgram less",
        day="vegan",
        person={"diet_pattern": "vegan"},
        supplements=(supplement("folic_acid", 399, "ug"),),
    )
    yield case(
        "330-folic-acid-vegan-with-b12",
        "the same with vitamin B12",
        day="vegan",
        person={"diet_pattern": "vegan"},
        supplements=(supplement("folic_acid", 400, "ug"), supplement("vitamin_b12", 50, "ug")),
    )
    yield case(
        "331-folic-acid-borderline-b12",
        "folic acid over a vitamin B12 at the upper end of its borderline range",
        supplements=(supplement("folic_acid", 400, "ug"),),
        labs=(lab("serum_b12", 221, "pmol/L"),),
    )
    yield case(
        "332-folic-acid-good-b12",
        "the same, a step above the range",
        supplements=(supplement("folic_acid", 400, "ug"),),
        labs=(lab("serum_b12", 222, "pmol/L"),),
    )
    for n, (precursor, grams, leucine, side) in enumerate(
        (
            ("l_tryptophan", 100, 520, "at"),
            ("l_tryptophan", 100, 510, "below"),
            ("l_tyrosine", 100, 720, "at"),
            ("l_tyrosine", 100, 710, "below"),
        )
    ):
        yield case(
            f"{333 + n}-{precursor.replace('_', '-')}-with-{leucine}-mg-leucine",
            f"{grams} mg of {precursor} with {leucine} mg of free leucine: {side} what counts as rivals",
            supplements=(supplement(precursor, grams, "mg", "10:00"), supplement("leucine", leucine, "mg", "10:00")),
        )
    for n, dose in enumerate((100, 90)):
        note = f"{dose} mg of tryptophan with a supper rich in protein: 0.1 g is the least that counts"
        yield case(f"{337 + n}-{dose}-mg-tryptophan-with-supper", note, supplements=(supplement("l_tryptophan", dose, "mg", "19:00"),))


# number, name, what it is for, medicines, supplements, more
MEDICINES: tuple[tuple[int, str, str, tuple[Any, ...], tuple[Any, ...], dict[str, Any]], ...] = (
    (
        340,
        "phenelzine-5htp",
        "an irreversible MAO inhibitor beside 5-HTP",
        (medicine("phenelzine", dose=15),),
        (supplement("five_htp", 50),),
        {},
    ),
    (341, "phenelzine-cheese", "an irreversible MAO inhibitor and aged cheese", (medicine("phenelzine", dose=15),), (), {"day": "meat"}),
    (
        342,
        "phenelzine-stopped-13-days",
        "stopped less than its 14 days ago",
        (medicine("phenelzine", dose=15, status="stopped", stopped="2026-03-06"),),
        (supplement("l_tyrosine", 500),),
        {},
    ),
    (
        343,
        "moclobemide-tyrosine",
        "a reversible MAO inhibitor beside tyrosine",
        (medicine("moclobemide", dose=150),),
        (supplement("l_tyrosine", 500),),
        {},
    ),
    (
        344,
        "selegiline-mucuna",
        "an inhibitor of MAO B beside botanical levodopa",
        (medicine("selegiline", dose=5),),
        (supplement("levodopa_botanical", 300),),
        {},
    ),
    (
        345,
        "linezolid-coffee",
        "an antibiotic that inhibits MAO, and coffee",
        (medicine("linezolid", dose=600),),
        (),
        {"foods": (*DAYS["balanced"], food("08:00", "coffee", 250))},
    ),
    (346, "sertraline-5htp", "an antidepressant beside 5-HTP", (SERTRALINE,), (supplement("five_htp", 50),), {}),
    (347, "sertraline-alone", "the same medicine with nothing beside it", (SERTRALINE,), (), {}),
    (
        348,
        "venlafaxine-tryptophan",
        "an antidepressant beside tryptophan",
        (medicine("venlafaxine", dose=75),),
        (supplement("l_tryptophan", 500),),
        {},
    ),
    (349, "amitriptyline-same", "a tricyclic beside SAMe", (medicine("amitriptyline", dose=25),), (supplement("same", 400),), {}),
    (
        350,
        "tramadol-dextromethorphan-5htp",
        "two serotonergic medicines beside 5-HTP",
        (medicine("tramadol", dose=50), medicine("dextromethorphan", dose=30)),
        (supplement("five_htp", 100),),
        {},
    ),
    (
        351,
        "sumatriptan-tryptophan",
        "a triptan beside tryptophan",
        (medicine("sumatriptan", dose=50),),
        (supplement("l_tryptophan", 500),),
        {},
    ),
    (
        352,
        "ondansetron-5htp",
        "a setron, whose part in serotonin toxicity is doubtful",
        (medicine("ondansetron", dose=4),),
        (supplement("five_htp", 50),),
        {},
    ),
    (
        353,
        "ondansetron-sertraline-5htp",
        "the same with another serotonergic item",
        (medicine("ondansetron", dose=4), SERTRALINE),
        (supplement("five_htp", 50),),
        {},
    ),
    (
        354,
        "methylphenidate-tyrosine-mucuna",
        "a stimulant beside precursors of dopamine",
        (medicine("methylphenidate", dose=10),),
        (supplement("l_tyrosine", 500), supplement("levodopa_botanical", 200)),
        {},
    ),
    (
        355,
        "contraceptive-st-johns-wort",
        "St John's wort weakens a contraceptive",
        (medicine("ethinyl estradiol", dose=30, unit="ug"),),
        (supplement("st_johns_wort", 900),),
        {"person": WOMAN},
    ),
    (
        356,
        "contraceptive-low-plp",
        "a contraceptive and a low vitamin B6",
        (medicine("ethinyl estradiol", dose=30, unit="ug"),),
        (),
        {"person": WOMAN, "labs": (lab("plasma_plp", "19.9", "nmol/L"),)},
    ),
    (
        357,
        "zopiclone-tryptophan",
        "a sedative beside tryptophan",
        (medicine("zopiclone", "22:00", dose=7.5),),
        (supplement("l_tryptophan", 500, "mg", "22:00"),),
        {},
    ),
    (
        358,
        "levodopa-carbidopa-5htp",
        "a decarboxylase inhibitor beside 5-HTP",
        (LEVODOPA, CARBIDOPA),
        (supplement("five_htp", 50),),
        {"conditions": ("parkinson",)},
    ),
    (
        359,
        "levodopa-carbidopa-low-plp",
        "a decarboxylase inhibitor and a low vitamin B6",
        (LEVODOPA, CARBIDOPA),
        (),
        {"conditions": ("parkinson",), "labs": (lab("plasma_plp", "19.9", "nmol/L"),)},
    ),
    (
        360,
        "levodopa-carbidopa-plp-at-limit",
        "the same with vitamin B6 at its limit",
        (LEVODOPA, CARBIDOPA),
        (),
        {"conditions": ("parkinson",), "labs": (lab("plasma_plp", 20, "nmol/L"),)},
    ),
    (
        361,
        "levodopa-carbidopa-seizure",
        "a decarboxylase inhibitor and a seizure",
        (LEVODOPA, CARBIDOPA),
        (),
        {"conditions": ("parkinson",), "symptoms": ("seizure",)},
    ),
    (
        362,
        "levodopa-29-min-before-protein",
        "levodopa less than half an hour before a meal with protein",
        (medicine("levodopa", "12:01", dose=100), medicine("carbidopa", "12:01", dose=25)),
        (),
        {"conditions": ("parkinson",)},
    ),
    (
        363,
        "levodopa-30-min-before-protein",
        "the same, half an hour before",
        (medicine("levodopa", "12:00", dose=100), medicine("carbidopa", "12:00", dose=25)),
        (),
        {"conditions": ("parkinson",)},
    ),
    (
        364,
        "levodopa-iron-119-min",
        "levodopa less than 2 h from iron",
        (medicine("levodopa", "09:59", dose=100), medicine("carbidopa", "09:59", dose=25)),
        (supplement("iron", 30, "mg", "11:58"),),
        {"conditions": ("parkinson",)},
    ),
    (
        365,
        "levodopa-alone-b6",
        "levodopa without an inhibitor beside more than 5 mg of vitamin B6",
        (LEVODOPA,),
        (supplement("vitamin_b6", 5.1),),
        {"conditions": ("parkinson",)},
    ),
    (
        366,
        "levodopa-alone-b6-at-5",
        "exactly 5 mg of vitamin B6",
        (LEVODOPA,),
        (supplement("vitamin_b6", 5),),
        {"conditions": ("parkinson",)},
    ),
    (
        367,
        "levodopa-tyrosine",
        "levodopa beside tyrosine: one carrier",
        (LEVODOPA, CARBIDOPA),
        (supplement("l_tyrosine", 500), supplement("same", 400)),
        {"conditions": ("parkinson",)},
    ),
    (
        368,
        "haloperidol-tyrosine-tryptophan",
        "an antagonist of dopamine beside precursors",
        (medicine("haloperidol", dose=2),),
        (supplement("l_tyrosine", 500), supplement("l_tryptophan", 300)),
        {},
    ),
    (369, "droxidopa-tyrosine", "droxidopa beside tyrosine", (medicine("droxidopa", dose=100),), (supplement("l_tyrosine", 500),), {}),
    (
        370,
        "dextroamphetamine-vitamin-c",
        "500 mg of vitamin C less than an hour from amphetamine",
        (medicine("dextroamphetamine", "09:00", dose=10),),
        (supplement("vitamin_c", 500, "mg", "09:30"),),
        {},
    ),
    (
        371,
        "dextroamphetamine-vitamin-c-499",
        "a milligram less",
        (medicine("dextroamphetamine", "09:00", dose=10),),
        (supplement("vitamin_c", 499, "mg", "09:30"),),
        {},
    ),
    (
        372,
        "donepezil-choline",
        "a cholinergic medicine beside choline",
        (medicine("donepezil", dose=10),),
        (supplement("choline", 500),),
        {},
    ),
    (
        373,
        "isoniazid-histidine",
        "isoniazid uses up vitamin B6 and meets histidine",
        (medicine("isoniazid", dose=300),),
        (supplement("l_histidine", 500),),
        {},
    ),
    (
        374,
        "phenytoin-b6-80",
        "80 mg of vitamin B6 beside phenytoin",
        (medicine("phenytoin", dose=100),),
        (supplement("vitamin_b6", 80),),
        {},
    ),
    (375, "phenytoin-b6-79", "a milligram less", (medicine("phenytoin", dose=100),), (supplement("vitamin_b6", 79),), {}),
    (
        376,
        "phenytoin-folic-acid-1001",
        "more than 1 mg of folic acid beside phenytoin",
        (medicine("phenytoin", dose=100),),
        (supplement("folic_acid", 1001, "ug"),),
        {},
    ),
    (
        377,
        "phenytoin-folic-acid-1000",
        "exactly 1 mg, which is told more mildly",
        (medicine("phenytoin", dose=100),),
        (supplement("folic_acid", 1000, "ug"),),
        {},
    ),
    (
        378,
        "phenytoin-folic-acid-without-dose",
        "folic acid of unknown dose beside phenytoin",
        (medicine("phenytoin", dose=100),),
        (supplement("folic_acid"),),
        {},
    ),
    (
        379,
        "nitisinone-tyrosine",
        "nitisinone beside tyrosine",
        (medicine("nitisinone", dose=10),),
        (supplement("l_tyrosine", 500),),
        {"conditions": ("tyrosinaemia",)},
    ),
    (
        380,
        "methotrexate-folic-acid-prescribed",
        "folic acid that belongs to the treatment",
        (medicine("methotrexate", dose=15),),
        (supplement("folic_acid", 400, "ug", prescribed=True),),
        {},
    ),
    (
        381,
        "methotrexate-folic-acid",
        "the same, self-chosen",
        (medicine("methotrexate", dose=15),),
        (supplement("folic_acid", 400, "ug", prescribed=False),),
        {},
    ),
    (
        382,
        "capecitabine-multivitamin",
        "a fluoropyrimidine beside folate",
        (medicine("capecitabine", dose=500),),
        (supplement("five_mthf", 400, "ug"),),
        {"conditions": ("cancer_active",)},
    ),
    (
        383,
        "metformin-folic-acid",
        "metformin lowers vitamin B12, and folic acid hides it",
        (medicine("metformin", dose=1000),),
        (supplement("folic_acid", 400, "ug"),),
        {"conditions": ("type_2_diabetes",)},
    ),
    (384, "omeprazole-alone", "an acid suppressant", (medicine("omeprazole", dose=20),), (), {}),
    (
        385,
        "omeprazole-metformin",
        "two medicines that lower vitamin B12",
        (medicine("omeprazole", dose=20), medicine("metformin", dose=1000)),
        (),
        {},
    ),
    (386, "omeprazole-at-70", "an acid suppressant at 70 years", (medicine("omeprazole", dose=20),), (), {"person": {"age_y": 70}}),
    (
        387,
        "omeprazole-low-b12",
        "an acid suppressant and a low vitamin B12",
        (medicine("omeprazole", dose=20),),
        (),
        {"labs": (lab("serum_b12", 147, "pmol/L"),)},
    ),
    (
        388,
        "omeprazole-furosemide",
        "an acid suppressant beside a diuretic that loses magnesium",
        (medicine("omeprazole", dose=20), medicine("furosemide", dose=40)),
        (),
        {},
    ),
    (
        389,
        "levothyroxine-calcium-239-min",
        "thyroid hormone less than 4 h from calcium",
        (medicine("levothyroxine", "07:00", dose=100, unit="ug"),),
        (supplement("calcium", 500, "mg", "10:59"),),
        {},
    ),
    (
        390,
        "levothyroxine-calcium-240-min",
        "exactly 4 h",
        (medicine("levothyroxine", "07:00", dose=100, unit="ug"),),
        (supplement("calcium", 500, "mg", "11:00"),),
        {},
    ),
    (
        391,
        "levothyroxine-calcium-without-time",
        "times that are not known",
        (medicine("levothyroxine", dose=100, unit="ug"),),
        (supplement("calcium", 500, "mg", None),),
        {},
    ),
    (
        392,
        "levothyroxine-tyrosine-low-tsh",
        "thyroid hormone and tyrosine under a low TSH",
        (medicine("levothyroxine", "07:00", dose=100, unit="ug"),),
        (supplement("l_tyrosine", 500),),
        {"labs": (lab("tsh", "0.39", "mIU/L"),)},
    ),
    (
        393,
        "levothyroxine-tyrosine",
        "the same without a value",
        (medicine("levothyroxine", "07:00", dose=100, unit="ug"),),
        (supplement("l_tyrosine", 500),),
        {},
    ),
    (
        394,
        "levothyroxine-tyrosine-hyperthyroid",
        "the same with an overactive thyroid",
        (medicine("levothyroxine", "07:00", dose=100, unit="ug"),),
        (supplement("l_tyrosine", 500),),
        {"conditions": ("hyperthyroid",)},
    ),
    (
        395,
        "ciprofloxacin-magnesium",
        "a fluoroquinolone less than 6 h after magnesium",
        (medicine("ciprofloxacin", "13:59", dose=500),),
        (supplement("magnesium", 200, "mg", "08:00"),),
        {},
    ),
    (
        396,
        "doxycycline-iron",
        "a tetracycline less than 3 h from iron",
        (medicine("doxycycline", "08:00", dose=100),),
        (supplement("iron", 30, "mg", "10:59"),),
        {},
    ),
    (
        397,
        "alendronate-zinc",
        "a bisphosphonate less than 2 h after zinc",
        (medicine("alendronate", "08:59", dose=70),),
        (supplement("zinc", 10, "mg", "07:00"),),
        {},
    ),
    (
        398,
        "spironolactone-magnesium",
        "a medicine that keeps magnesium beside magnesium",
        (medicine("spironolactone", dose=25),),
        (supplement("magnesium", 200),),
        {},
    ),
    (
        399,
        "digoxin-gabapentin-magnesium",
        "two medicines beside magnesium",
        (medicine("digoxin", "09:00", dose=125, unit="ug"), medicine("gabapentin", "09:00", dose=300)),
        (supplement("magnesium", 200, "mg", "09:30"),),
        {},
    ),
    (
        400,
        "warfarin-vitamin-c-1001",
        "more than 1 g of vitamin C beside warfarin",
        (medicine("warfarin", dose=5),),
        (supplement("vitamin_c", 1001),),
        {},
    ),
    (
        401,
        "simvastatin-niacin-500",
        "500 mg of nicotinic acid beside a statin",
        (medicine("simvastatin", dose=20),),
        (supplement("nicotinic_acid", 500),),
        {},
    ),
    (402, "simvastatin-niacin-499", "a milligram less", (medicine("simvastatin", dose=20),), (supplement("nicotinic_acid", 499),), {}),
    (403, "disulfiram-tyrosine", "disulfiram beside tyrosine", (medicine("disulfiram", dose=250),), (supplement("l_tyrosine", 500),), {}),
    (
        404,
        "cetirizine-histidine",
        "an antihistamine beside histidine",
        (medicine("cetirizine", dose=10),),
        (supplement("l_histidine", 500),),
        {},
    ),
    (405, "ibuprofen", "a known medicine without a row", (medicine("ibuprofen", dose=400),), (), {}),
    (406, "prozak", "a name that is like a known one", (medicine("prozak", dose=20),), (), {}),
    (
        407,
        "nitrous-oxide-tingling",
        "nitrous oxide and numb legs: vitamin B12",
        (medicine("nitrous oxide"),),
        (),
        {"symptoms": ("weak legs", "numbness")},
    ),
    (408, "selegiline-cheese", "an inhibitor of MAO B and aged cheese", (medicine("selegiline", dose=5),), (), {"day": "meat"}),
    (409, "selegiline-patch-cheese", "the patch, and aged cheese", (medicine("selegiline transdermal", dose=12),), (), {"day": "meat"}),
    (
        410,
        "selegiline-5htp-diet-cola",
        "an inhibitor of MAO B beside 5-HTP and aspartame",
        (medicine("selegiline", dose=5),),
        (supplement("five_htp", 50),),
        {"foods": (*DAYS["balanced"], food("15:00", "diet cola", 330))},
    ),
    (
        411,
        "phenelzine-same-mucuna",
        "an irreversible MAO inhibitor beside SAMe and botanical levodopa",
        (medicine("phenelzine", dose=15),),
        (supplement("same", 400), supplement("levodopa_botanical", 200)),
        {},
    ),
    (412, "sertraline-st-johns-wort", "an antidepressant beside St John's wort", (SERTRALINE,), (supplement("st_johns_wort", 900),), {}),
    (413, "amitriptyline-5htp", "a tricyclic beside 5-HTP", (medicine("amitriptyline", dose=25),), (supplement("five_htp", 50),), {}),
    (414, "methylphenidate-5htp", "a stimulant beside 5-HTP", (medicine("methylphenidate", dose=10),), (supplement("five_htp", 50),), {}),
    (
        415,
        "isoniazid-tryptophan",
        "isoniazid beside tryptophan",
        (medicine("isoniazid", dose=300),),
        (supplement("l_tryptophan", 300),),
        {},
    ),
    (
        416,
        "levodopa-carbidopa-mucuna-tryptophan-sapropterin",
        "prescribed levodopa beside more of the same line",
        (LEVODOPA, CARBIDOPA),
        (supplement("levodopa_botanical", 200), supplement("l_tryptophan", 300), supplement("sapropterin", 100)),
        {"conditions": ("parkinson",)},
    ),
    (
        417,
        "methotrexate-sildenafil-sapropterin",
        "sapropterin beside an antifolate and a vasodilator",
        (medicine("methotrexate", dose=15), medicine("sildenafil", dose=50)),
        (supplement("sapropterin", 100),),
        {},
    ),
    (
        418,
        "pemetrexed-b12",
        "an antifolate of oncology beside vitamin B12",
        (medicine("pemetrexed", dose=500),),
        (supplement("vitamin_b12", 500, "ug"),),
        {"conditions": ("cancer_active",)},
    ),
    (
        419,
        "dolutegravir-calcium",
        "an integrase inhibitor less than 6 h after calcium",
        (medicine("dolutegravir", "13:59", dose=50),),
        (supplement("calcium", 500, "mg", "08:00"),),
        {},
    ),
    (
        420,
        "eltrombopag-calcium",
        "eltrombopag less than 4 h from calcium",
        (medicine("eltrombopag", "08:00", dose=50),),
        (supplement("calcium", 500, "mg", "11:59"),),
        {},
    ),
    (
        421,
        "penicillamine-iron",
        "penicillamine less than 2 h from iron",
        (medicine("penicillamine", "08:00", dose=250),),
        (supplement("iron", 20, "mg", "09:59"),),
        {},
    ),
    (422, "amiloride-zinc", "amiloride beside zinc", (medicine("amiloride", dose=5),), (supplement("zinc", 10),), {}),
    (
        423,
        "cholestyramine-folic-acid",
        "a bile acid binder less than 4 h from folic acid",
        (medicine("cholestyramine", "08:00", dose=4, unit="g"),),
        (supplement("folic_acid", 400, "ug", "11:59"),),
        {},
    ),
    (424, "omeprazole-iron", "an acid suppressant beside iron", (medicine("omeprazole", dose=20),), (supplement("iron", 20),), {}),
    (
        425,
        "deferoxamine-bortezomib-vitamin-c",
        "vitamin C beside two medicines that it works against",
        (medicine("deferoxamine", dose=500), medicine("bortezomib", dose=2)),
        (supplement("vitamin_c", 300),),
        {},
    ),
    (
        426,
        "metformin-niacin-500",
        "500 mg of nicotinic acid beside a medicine for diabetes",
        (medicine("metformin", dose=500),),
        (supplement("nicotinic_acid", 500),),
        {"conditions": ("type_2_diabetes",)},
    ),
    (
        427,
        "colchicine-oxybutynin-choline",
        "choline beside an anticholinergic, and colchicine",
        (medicine("colchicine", dose="0.5"), medicine("oxybutynin", dose=5)),
        (supplement("choline", 500),),
        {"conditions": ("gout",)},
    ),
)


def medicines() -> Iterator[Golden]:
    """Medicines beside supplements, foods, laboratory values and conditions."""
    for number, name, note, taken, beside, more in MEDICINES:
        yield case(f"{number}-{name}", note, medications=taken, supplements=beside, **more)
