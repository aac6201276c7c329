"""Golden cases about the record: what was eaten, in how many days, what is missing, refused or contradictory; and days drawn by chance."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from golden_parts import DAYS, WOMAN, Golden, Item, case, food, lab, made, medicine, number, supplement
from golden_values import DOSES

SEED = 20261125
DRAWN = 12
PROTEIN = {
    "trp": 0.011,
    "phe": 0.045,
    "tyr": 0.035,
    "leu": 0.08,
    "ile": 0.045,
    "val": 0.055,
    "his": 0.026,
    "lys": 0.065,
    "met": 0.02,
    "thr": 0.04,
}


def protein_drink(time: str, grams: float, scale: dict[str, float] | None = None) -> Any:
    """Something that is protein and nothing else, with the usual amino acids or some of them scaled."""
    shares = PROTEIN | {aa: PROTEIN[aa] * by for aa, by in (scale or {}).items()}
    return made(
        time,
        f"protein drink {grams:g} g",
        protein=grams,
        carbohydrate=0,
        fat=0,
        fibre=0,
        aa={aa: round(s * grams, 3) for aa, s in shares.items()},
    )


def days() -> Iterator[Golden]:
    """Whole days, and meals at the limits."""
    for n, day in enumerate(("balanced", "vegan", "meagre", "starch", "meat", "dairy", "nothing")):
        yield case(f"00{n}-{day}-day", f"a {day} day of a man of 41" if day != "nothing" else "a diary without a line", day=day)
        if day != "nothing":
            yield case(f"01{n}-{day}-day-woman", f"a {day} day of a woman of 36", day=day, person=WOMAN)
    for n, (grams, word) in enumerate(((50.8, "at"), (50.7, "just below"))):  # 0.66 g/kg of 77 kg is 50.82 g
        drinks = tuple(protein_drink(time, grams / 2) for time in ("08:00", "18:00"))
        yield case(
            f"02{n}-protein-{word.replace(' ', '-')}-requirement",
            f"{grams} g of protein, {word} the average requirement, with the usual amino acids",
            foods=drinks,
        )
    for n, (aa, title) in enumerate((("trp", "tryptophan"), ("his", "histidine"), ("lys", "lysine"))):
        drinks = tuple(protein_drink(time, 35, {aa: 0.4}) for time in ("08:00", "18:00"))
        yield case(f"02{n + 2}-little-{title}", f"enough protein with little {title}", foods=drinks)
    drinks = tuple(protein_drink(time, 35, {"phe": 0.2, "tyr": 0.2}) for time in ("08:00", "18:00"))
    yield case("025-little-phenylalanine-tyrosine", "enough protein with little phenylalanine and tyrosine", foods=drinks)
    meals: tuple[tuple[int | str, int | str, str, str], ...] = (
        (50, 0, "carbohydrate meal", "50 g of carbohydrate alone, the least that counts as a carbohydrate meal, of a light person"),
        ("49.9", 0, "a little less carbohydrate", "49.9 g of carbohydrate alone, of a light person"),
        (120, 5, "carbohydrate with 5 g protein", "120 g of carbohydrate with the most protein that still counts as almost none"),
        (120, "5.1", "carbohydrate with a little more protein", "120 g of carbohydrate with 5.1 g of protein"),
    )
    for n, (carbohydrate, protein, word, note) in enumerate(meals):
        acids = {acid: round(share * float(protein), 4) for acid, share in PROTEIN.items()}
        meal = made("13:00", "sweet meal", protein=protein, carbohydrate=carbohydrate, fat=2, fibre=2, aa=acids)
        light = {"weight_kg": 52, "height_cm": 165} if "light" in note else {}
        yield case(f"03{n}-{word.replace(' ', '-')}", note, foods=(meal,), person=light)
    sweet = made("13:00", "syrup", protein=0, carbohydrate=120, fat=0, fibre=0, aa=dict.fromkeys(PROTEIN, 0))
    yield case("034-syrup", "120 g of carbohydrate and no protein: the ratio of tryptophan rises", foods=(sweet,))
    yield case("035-protein-evening", "much protein before the night", foods=(protein_drink("21:30", 60),))
    free = made("08:00", "free leucine", protein=0, carbohydrate=0, fat=0, fibre=0, aa={"leu": 5.2}, free=True)
    yield case("036-free-leucine", "free competitors alone", foods=(free,))
    for n, (sex, wine) in enumerate((("male", 378), ("male", 377), ("female", 190), ("female", 189))):
        foods = (*DAYS["balanced"], food("20:00", "red wine", wine))
        yield case(f"04{n}-{wine}-g-of-wine-{sex}", f"{wine} g of red wine", foods=foods, person={"sex": sex})
    for n, wine in enumerate((9, 8)):
        foods = (*DAYS["balanced"], food("20:00", "red wine", wine))
        note = f"{wine} g of red wine and confusion: about 1 g of ethanol counts as alcohol"
        yield case(f"04{n + 5}-confusion-and-{wine}-g-of-wine", note, foods=foods, symptoms=("confusion",))
    yield case(
        "044-wine-with-tryptophan",
        "alcohol beside a precursor",
        foods=(*DAYS["balanced"], food("20:00", "red wine", 150)),
        supplements=(supplement("l_tryptophan", 300),),
    )


def records() -> Iterator[Golden]:
    """Days and dates, what is missing, refused, contradictory or not recognised."""
    for n, dates in enumerate((("2026-03-19",), ("2026-03-19", "2026-03-20"), ("2026-03-19", "2026-03-20", "2026-03-21"))):
        foods = tuple({**line, "date": date} for date in dates for line in DAYS["balanced"])
        yield case(
            f"60{n}-{len(dates)}-days",
            f"the same day recorded {len(dates)} times",
            foods=tuple(type(DAYS["balanced"][0])(line) for line in foods),
        )
    yield case("603-lab-181-days-old", "a value one day too old", labs=(lab("ferritin", 60, "ug/L", "2025-09-19"),))
    yield case("604-lab-180-days-old", "a value at the limit of age", labs=(lab("ferritin", 60, "ug/L", "2025-09-20"),))
    yield case(
        "605-lists-not-stated",
        "nobody said that the lists are complete",
        without=("medications_complete", "conditions_complete", "medications", "conditions"),
    )
    yield case("606-age-and-birth-contradict", "41 years, and born in 1992", person={"birth_date": "1992-05-01"})
    yield case("607-negative-grams", "a mass that cannot be", foods=(*DAYS["balanced"], food("15:00", "apple raw", -100)))
    yield case("608-clock-25-10", "a time that cannot be", foods=(*DAYS["balanced"], food("25:10", "apple raw", 100)))
    yield case(
        "609-grams-not-a-number",
        "a value without its unit",
        labs=(type(DAYS["balanced"][0])({"analyte": "ferritin", "value": number(60), "date": "2026-03-10"}),),
    )
    yield case("610-folic-acid-400-mg", "a dose a thousand times too large", supplements=(supplement("folic_acid", 400, "mg"),))
    yield case("611-unknown-food", "a food that no table has", foods=(*DAYS["balanced"], food("15:00", "xylotl pie", 100)))
    yield case("612-unknown-supplement", "a product that nobody knows", supplements=(supplement("serenity max", 2, "g"),))
    yield case("613-dose-missing", "a supplement without a dose", supplements=(supplement("zinc"),))
    yield case(
        "614-half-the-day-unknown",
        "more than a fifth of the day without composition",
        foods=(*DAYS["meagre"], food("15:00", "xylotl pie", 900), food("20:00", "quorblax", 900)),
    )
    yield case(
        "615-food-without-a-time",
        "an intake that matters without a clock time",
        foods=(*DAYS["balanced"][:-4], food(None, "salmon cooked", 160)),
    )
    yield case("616-four-kilograms-of-oats", "an amount that is asked about", foods=(*DAYS["balanced"], food("15:00", "oats dry", 1501)))
    yield case(
        "617-kind-of-protein-misspelt",
        "protein_kind: wey",
        foods=(
            *DAYS["balanced"],
            type(DAYS["balanced"][0])(
                {
                    "time": "15:00",
                    "name": "shake",
                    "composition": {"protein_g": number(20), "carbohydrate_g": number(4), "fat_g": number(1), "protein_kind": "wey"},
                }
            ),
        ),
    )
    yield case(
        "618-iron-basis-missing",
        "a mineral whose label may mean two masses",
        supplements=(type(DAYS["balanced"][0])({"time": "09:00", "substance": "iron", "dose": number(30), "unit": "mg"}),),
    )
    yield case(
        "619-several-low-values",
        "low PLP, folate, magnesium and zinc, and little food",
        day="meagre",
        labs=(
            lab("plasma_plp", 12, "nmol/L"),
            lab("serum_folate", 5, "nmol/L"),
            lab("serum_magnesium", "0.6", "mmol/L"),
            lab("serum_zinc", 8, "umol/L"),
        ),
    )
    yield case(
        "620-mma-high-kidney-weak",
        "methylmalonate that a weak kidney explains",
        labs=(lab("mma", "0.6", "umol/L"), lab("egfr", 50, "mL/min/1.73m2")),
    )
    yield case(
        "621-low-values-good-day",
        "low PLP, iron, copper and vitamin B12 on a balanced day",
        labs=(
            lab("plasma_plp", 12, "nmol/L"),
            lab("ferritin", 10, "ug/L"),
            lab("serum_copper", 8, "umol/L"),
            lab("serum_b12", 120, "pmol/L"),
        ),
    )
    yield case(
        "622-short-of-all-and-low-values",
        "precursors and co-factors short together",
        day="starch",
        foods=(food("08:00", "white rice cooked", 200), food("19:00", "apple raw", 200)),
        labs=(lab("plasma_plp", 12, "nmol/L"), lab("ferritin", 10, "ug/L"), lab("serum_copper", 8, "umol/L")),
    )
    yield case(
        "623-lab-without-a-date",
        "a value whose date is not known",
        labs=(type(DAYS["balanced"][0])({"analyte": "ferritin", "value": 60, "unit": "ug/L"}),),
    )
    drinks = tuple(protein_drink(time, 24.7) for time in ("08:00", "18:00"))
    yield case("624-protein-maybe-short", "49.4 g of protein by a label, which may be a little off: perhaps enough", foods=drinks)
    drinks = tuple(protein_drink(time, 35, {"phe": 0.335, "tyr": 0.335, "trp": 0.39}) for time in ("08:00", "18:00"))
    yield case("625-precursors-maybe-short", "tryptophan, phenylalanine and tyrosine by a label: perhaps enough", foods=drinks)


def drawn() -> Iterator[Golden]:
    """Persons, days, supplements, medicines and values put together by chance, the same on every run."""
    dice = random.Random(SEED)
    medicines = ("sertraline", "metformin", "omeprazole", "levothyroxine", "levodopa", "phenytoin", "phenelzine", "simvastatin")
    values = (
        ("ferritin", 10, 200, "ug/L"),
        ("plasma_plp", 10, 60, "nmol/L"),
        ("serum_b12", 100, 500, "pmol/L"),
        ("serum_zinc", 7, 18, "umol/L"),
    )
    for n in range(DRAWN):
        sex = dice.choice(("male", "female"))
        person: Item = {"sex": sex, "age_y": dice.randint(18, 85), "weight_kg": dice.randint(48, 110), "smoker": dice.random() < 0.2}
        if sex == "female":
            person["pregnancy_status"] = (
                dice.choice(("not_pregnant", "not_pregnant", "pregnant", "trying")) if person["age_y"] < 50 else "not_pregnant"
            )
        taken = []
        for substance, limit, _, unit in dice.sample(DOSES, dice.randint(0, 4)):
            taken.append(
                supplement(
                    substance,
                    round(float(limit) * dice.uniform(0.3, 1.4), 1),
                    unit,
                    f"{dice.randint(6, 22):02d}:{dice.choice((0, 15, 30, 45)):02d}",
                )
            )
        beside = [medicine(name, f"{dice.randint(6, 22):02d}:00", dose=10) for name in dice.sample(medicines, dice.choice((0, 0, 1, 2)))]
        found = [lab(analyte, dice.randint(low, high), unit) for analyte, low, high, unit in dice.sample(values, dice.randint(0, 3))]
        foods = [line for day in dice.sample(sorted(DAYS), 2) for line in DAYS[day] if dice.random() < 0.6]
        yield case(
            f"{700 + n}-drawn",
            f"drawn by chance, number {n + 1}",
            person=person,
            foods=foods,
            supplements=taken,
            medications=beside,
            labs=found,
        )
