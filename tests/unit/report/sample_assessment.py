"""Assessments written by hand, for the tests of the report. The numbers are plausible and prove nothing about the model."""

from __future__ import annotations

from decimal import Decimal

from msgspec.structs import replace

from neurobalance_expert.outcome import (
    Adequacy,
    Amount,
    Assessment,
    FactLine,
    Finding,
    FoodLine,
    LabLine,
    NotAssessed,
    Recommendation,
    Reference,
    SupplementLine,
    WindowLine,
)

DATE = "2026-03-03"


def finding(code: str, severity: str, **changes: object) -> Finding:
    """A finding with everything filled in; ``changes`` replace its fields."""
    plain = Finding(
        code=code,
        rule=code.lower().replace(":", "-").replace("_", "-"),
        rule_at=f"rules/sample/{code.split(':')[0].lower()}.yaml:3",
        title=f"Title of {code}",
        kind="safety",
        severity=severity,
        evidence="B",
        about="",
        system="",
        window="",
        statement=f"Statement of {code}.",
        advice="",
        conditions=(f"a condition of {code}",),
        because=(FactLine("medication", {"ingredient": "sertraline"}, f"A fact of {code}.", "case file, medications[0]"),),
        sources=("smith1987",),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def sample() -> Assessment:
    """A day with BCAA and tryptophan at bedtime, one food that no table has and a laboratory value at its limit."""
    return Assessment(
        case_id="bcaa-before-sleep",
        case_digest="sha256:5f1c0d7b0f8f4f0e9a86d2a4c2a0b3f3d6f5b1d9c1f77a3c0a3f0d4be2a91c77",
        diary_date=DATE,
        person=(("Age", "29 years"), ("Sex", "male"), ("Body mass", "80 kg"), ("Height", "183 cm"), ("Diet", "omnivore")),
        goal="sleep better and keep muscle",
        knowledge_version="2026.11",
        knowledge_digest="sha256:0b7e4ad9a0b04c4bb7a5cb1b8f2c8de9c7f3e5a3b4c1a9d2e7f6058c6d1e2f33",
        food_release="USDA SR24 (2011), 7,906 foods",
        program_version="0.1.0",
        engine="experta, compared with reference",
        disposition="assess",
        disposition_title="Assessed",
        disposition_text="What was entered can be assessed by the ordinary rules; nothing in it asks for a referral first.",
        max_severity="moderate",
        summary=(
            "Supply of every precursor is ample on this day. The one thing that matters is timing: 10 g of branched-chain amino acids "
            "stand beside 0.5 g of tryptophan at 22:15 and take most of the carrier it needs. Low certainty on habits: this is one day."
        ),
        totals=_totals(),
        findings=_findings(),
        recommendations=_recommendations(),
        not_assessed=_not_assessed(),
        questions=(
            "“xylotl pie” is not in the food table. Which is nearest: apple pie, meat pie, or a product with a label?",
            "Are any antidepressants, triptans, tramadol or linezolid in use? Tryptophan interacts with them.",
        ),
        foods=_foods(),
        supplements=(
            SupplementLine("22:15", DATE, "BCAA 2:1:1 powder", "bcaa", "10 g", True),
            SupplementLine("22:15", DATE, "L-tryptophan", "l_tryptophan", "500 mg", True),
            SupplementLine("08:00", DATE, "Serenity Max", "", "2 capsules", False),
        ),
        windows=_windows(),
        adequacy=_adequacy(),
        labs=(
            LabLine("ferritin", "ferritin", "24 ug/L", 24.0, "ug/L", "2026-02-20", "between the limits 15 and 30 ug/L: borderline", False),
            LabLine("plasma_plp", "plasma PLP", "9.4 ug/L", 38.03, "nmol/L", "2026-02-20", "above the limit 20 nmol/L", True),
        ),
        assumptions=(
            "Night was taken as 23:00 to 07:00, because no sleep times were entered.",
            "Fasting plasma amino acids are the means of healthy adults; the person's own were not measured.",
        ),
        references=_references(),
        standing_remarks=(
            "Contested: whether an ordinary meal changes serotonin function in the human brain. What is said here is plasma availability.",
            "Contested: that 5-HTP alone depletes dopamine. No controlled human study shows it.",
        ),
    )


def quiet() -> Assessment:
    """A balanced day: one remark, nothing above information."""
    remark = finding("INFO:single_day_record", "info", title="One day", statement="One day cannot show what is habitual.", kind="note")
    return replace(
        sample(),
        case_id="balanced",
        findings=(remark,),
        recommendations=(),
        questions=(),
        max_severity="info",
        summary="No concern found in what was entered. Not a proof of adequacy.",
        not_assessed=(),
        labs=(),
        supplements=(),
    )


def severe() -> Assessment:
    """Two findings that may never be folded, four moderate ones, and nothing that advises."""
    findings = (
        finding("COND:pku", "contraindicated", title="Phenylketonuria: aspartame is a source of phenylalanine"),
        finding("COND:pregnancy", "major"),
        finding("LAB:phenylalanine:high", "major"),
        finding("INT:alcohol_cofactors", "major"),
        *(finding(f"LAB:sample_{i}:low", "moderate") for i in range(4)),
        finding("CEIL:l_tyrosine", "minor", evidence="D"),
    )
    text = "Only warnings are given. Requirements of healthy adults do not apply; the metabolic clinic decides."
    return replace(
        sample(),
        disposition="refer_no_advice",
        disposition_title="Findings only, no advice",
        disposition_text=text,
        findings=findings,
        max_severity="contraindicated",
        recommendations=(),
    )


def _influx_fact() -> FactLine:
    return FactLine(
        "influx",
        {"of": "trp", "window": "w4", "vs_fasting": Decimal("0.41")},
        "Entry of tryptophan into brain from 22:15 to 23:00 was 0.41 of the fasting rate.",
        "model, competitive carrier LAT1 with the plasma response to the items of 22:15",
        ("smith1987",),
    )


def _findings() -> tuple[Finding, ...]:
    supplement = FactLine(
        "dose", {"substance": "l_tryptophan", "mg": Decimal("500")}, "500 mg of L-tryptophan from supplements.", "case file, supplements[1]"
    )
    ferritin = FactLine(
        "lab",
        {"analyte": "ferritin", "limit": "borderline", "ratio": Decimal("0.8")},
        "Ferritin is 0.8 of its upper borderline, 30 µg/L.",
        "case file, labs[0]",
    )
    return (
        finding(
            "COFACTOR:iron:catecholamine",
            "moderate",
            title="Iron store in the range where tyrosine hydroxylase may lack iron",
            about="iron",
            system="catecholamine",
            kind="bottleneck",
            evidence="C",
            statement=(
                "Ferritin of 24 µg/L lies between 15 and 30 µg/L, where iron stores are often low. That iron limits transmitter "
                "synthesis at this level is inferred, not measured in people."
            ),
            advice="Discuss ferritin with the treating clinician, together with a marker of inflammation.",
            conditions=("ferritin is below its upper borderline (0.8 is below 1)", "the person is an adult"),
            because=(ferritin,),
            sources=("sideropenia1979",),
            unverified=("ferritin, upper borderline 30 ug/L",),
        ),
        finding(
            "COMPETE:lnaa:trp",
            "minor",
            title="Other LNAA leave tryptophan little of the carrier",
            about="trp",
            system="serotonin",
            window="w4",
            kind="competition",
            evidence="A",
            statement=(
                "From 22:15 to 23:00 tryptophan had 41 % of its fasting entry: 10 g of leucine, isoleucine and valine compete with it."
            ),
            advice="Move the branched-chain amino acids to daytime or leave them out; protein of the day already covers them.",
            conditions=("entry of tryptophan in the window is below 0.85 of fasting (0.41)", "the window follows an intake"),
            because=(
                _influx_fact(),
                FactLine("window", {"id": "w4", "phase": "fed"}, "The window 22:15 to 23:00 follows an intake.", "case file, clock times"),
            ),
            sources=("smith1987", "choi2013"),
        ),
        finding(
            "CEIL:l_tryptophan",
            "minor",
            title="Tryptophan above the amount that is flagged",
            about="l_tryptophan",
            statement="500 mg of free tryptophan is above the flag of 450 mg a day and far below 4.5 g, where effects were reported.",
            advice="Ask the prescriber or pharmacist before it is combined with an antidepressant.",
            because=(supplement,),
            sources=("iom2005",),
            unverified=("flag for free tryptophan, 450 mg",),
        ),
        finding(
            "INFO:single_day_record",
            "info",
            title="One day",
            kind="note",
            statement="One day cannot show what is habitual; shortfalls of a single day weigh little.",
        ),
        finding(
            "INFO:aadc_competition",
            "info",
            title="Shared decarboxylase",
            kind="note",
            evidence="D",
            statement="5-HTP and L-DOPA share the enzyme AADC; that one depletes the product of the other in people is contested.",
        ),
    )


def _recommendations() -> tuple[Recommendation, ...]:
    metric = "entry of tryptophan over fasting, 22:15 to 23:00"
    return (
        Recommendation(
            "bcaa-to-daytime",
            "Move BCAA from 22:15 to 16:00, apart from tryptophan",
            ("COMPETE:lnaa:trp", "INT:bcaa_x_trp_tyr"),
            metric,
            0.412,
            1.183,
        ),
        Recommendation("without-bcaa", "Leave BCAA out; protein of the day is 1.7 g per kg", ("COMPETE:lnaa:trp",), metric, 0.412, 1.207),
    )


def _not_assessed() -> tuple[NotAssessed, ...]:
    b12 = ("laboratory value of vitamin B12",)
    return (
        NotAssessed("folate-masks-b12", "Folic acid over low vitamin B12", "INT:folate_masks_b12", b12),
        NotAssessed("b12-methylation", "Vitamin B12 and methylation", "COFACTOR:vitamin_b12:methylation", b12),
        NotAssessed(
            "choline-supply",
            "Choline supply",
            "LOW:choline",
            ("choline in at least 80 % of the food of the day", "composition of “xylotl pie”"),
        ),
    )


def _foods() -> tuple[FoodLine, ...]:
    def used(
        time: str, entered: str, grams: float, ndb: str, description: str, runner_up: str = "", how: str = "name, all words"
    ) -> FoodLine:
        return FoodLine(time, DATE, entered, grams, "used", ndb, description, runner_up, (), how)

    return (
        used("08:00", "oats dry", 80.0, "20038", "Oats", "Cereals, oats, regular and quick, not fortified, dry"),
        used(
            "08:00",
            "cow milk semi-skimmed",
            300.0,
            "01079",
            "Milk, reduced fat, fluid, 2% milkfat, with added vitamin A and vitamin D",
            how="synonym “semi-skimmed”",
        ),
        used(
            "13:00",
            "chicken breast cooked",
            180.0,
            "05064",
            "Chicken, broilers or fryers, breast, meat only, cooked, roasted",
            "… cooked, stewed",
        ),
        used("13:00", "brown rice cooked", 250.0, "20041", "Rice, brown, medium-grain, cooked", "Rice, brown, long-grain, cooked"),
        used(
            "19:00",
            "salmon cooked",
            160.0,
            "15237",
            "Fish, salmon, Atlantic, farmed, cooked, dry heat",
            "Fish, salmon, Atlantic, wild, cooked",
        ),
        used("19:00", "potato boiled", 300.0, "11367", "Potatoes, boiled, cooked without skin, flesh, without salt"),
        FoodLine(
            "19:30",
            DATE,
            "xylotl pie",
            150.0,
            "unknown",
            candidates=("Pie, apple, commercially prepared", "Pie, pecan, commercially prepared"),
        ),
        FoodLine("", DATE, "protein bar, own label", None, "inline", how="composition in the case"),
    )


def _windows() -> tuple[WindowLine, ...]:
    return (
        WindowLine("w1", "fed", "08:00", "13:00", ("oats dry", "cow milk semi-skimmed"), 23.4, 68.2, {"trp": 0.884, "tyr": 1.061}, 0.094),
        WindowLine(
            "w2", "fed", "13:00", "19:00", ("chicken breast cooked", "brown rice cooked"), 62.8, 59.1, {"trp": 0.712, "tyr": 0.934}, 0.076
        ),
        WindowLine("w3", "fed", "19:00", "22:15", ("salmon cooked", "potato boiled", "xylotl pie"), None, None, {"trp": 0.741}, None),
        WindowLine("w4", "fed", "22:15", "23:00", ("BCAA 2:1:1 powder", "L-tryptophan"), 0.0, 0.0, {"trp": 0.412, "tyr": 0.287}, 0.044),
        WindowLine("w5", "night", "23:00", "07:00", (), None, None, {"trp": 1.142, "tyr": 0.758}, 0.117),
    )


def _totals() -> dict[str, Amount]:
    return {
        "energy_kcal": Amount(2140.0, 2010.0, None, 0.94, "kcal"),
        "protein_g": Amount(132.4, 128.0, 139.1, 0.96, "g", 0.02),
        "carbohydrate_g": Amount(248.0, 240.0, None, 0.93, "g"),
        "trp_mg_per_kg": Amount(19.6, 18.9, 20.6, 0.95, "mg/kg", 0.03),
    }


def _adequacy() -> tuple[Adequacy, ...]:
    def row(nutrient: str, label: str, unit: str, amount: Amount, standard: str, reference: float, verified: bool = True) -> Adequacy:
        ratio = None if amount.value is None else amount.value / reference
        return Adequacy(nutrient, label, unit, amount, standard, reference, ratio, "iom2005", verified)

    trp = Amount(1568.0, 1512.0, 1648.0, 0.95, "mg", 0.03)
    b6 = Amount(2.31, 2.2, 2.6, 0.91, "mg")
    return (
        row("trp", "tryptophan", "mg", trp, "who_mean", 320.0),
        row("phe_tyr", "phenylalanine + tyrosine", "mg", Amount(10240.0, 9900.0, 10800.0, 0.95, "mg", 0.03), "who_mean", 2000.0),
        row("lys", "lysine", "mg", Amount(9840.0, 9300.0, 10400.0, 0.95, "mg"), "who_mean", 2400.0),
        row("choline", "choline", "mg", Amount(None, 212.0, None, 0.41, "mg"), "ai", 550.0),
        row("vitamin_b6", "vitamin B6", "mg", b6, "ear", 1.1),
        row("vitamin_b6", "vitamin B6", "mg", b6, "rda", 1.3),
        row("folate", "folate", "ug", Amount(241.0, 232.0, 268.0, 0.9, "ug"), "ear", 320.0, verified=False),
        row("iron", "iron", "mg", Amount(7.4, 7.1, None, 0.88, "mg"), "ear", 6.0),
        row("magnesium", "magnesium", "mg", Amount(318.0, 305.0, 352.0, 0.92, "mg"), "ear", 330.0),
        row("vitamin_c", "vitamin C", "mg", Amount(0.0, 0.0, 0.0, 1.0, "mg"), "ear", 75.0),
        row("copper", "copper", "ug", Amount(None, None, None, 0.0, "ug"), "ear", 700.0),
    )


def _references() -> tuple[Reference, ...]:
    return (
        Reference(
            "smith1987", "Smith QR et al, J Neurochem 1987;49:1651-8", "https://doi.org/10.1111/j.1471-4159.1987.tb01039.x", "abstract"
        ),
        Reference("choi2013", "Choi S et al, Amino Acids 2013;45:1133-42", "", "abstract"),
        Reference("sideropenia1979", "Youdim MBH et al, on iron and brain monoamines, 1979", "", "from memory"),
        Reference("iom2005", "Institute of Medicine, Dietary Reference Intakes, 2005", "https://doi.org/10.17226/10490", "tables"),
    )
