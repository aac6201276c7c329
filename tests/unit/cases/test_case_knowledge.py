"""The names and limits of the knowledge base: typed, cited, without contradictions."""

from __future__ import annotations

import time
from decimal import Decimal
from pathlib import Path

import pytest

from neurobalance_expert import source
from neurobalance_expert.errors import InputProblems
from neurobalance_expert.knowledge.names_data import LIMITS, Names, load_names
from neurobalance_expert.source import Document

FILES = ("substances", "medicines", "conditions", "plausibility", "analytes", "plasma")


def documents(root: Path, **replaced: str) -> dict[str, Document]:
    """The six files as parsed documents; text may be replaced as ``plausibility="old => new"``."""
    out = {}
    for name in FILES:
        path = f"knowledge/{name}.yaml"
        text = (root / path).read_text(encoding="utf-8")
        if name in replaced:
            old, new = replaced[name].split(" => ")
            assert old in text
            text = text.replace(old, new, 1)
        out[path] = source.parse_yaml(text, path)
    return out


def test_names_are_built_in_milliseconds(root: Path) -> None:
    """From documents parsed before, well below 50 ms (about 3 ms on the machine it was written on)."""
    parsed = documents(root)
    start = time.perf_counter()
    load_names(parsed)

    assert time.perf_counter() - start < 0.05


def test_every_ingredient_of_a_class_is_a_known_medicine(names: Names) -> None:
    """And keeps its washout time: fluoxetine 35 days, the other SSRI 14."""
    ssri = names.medicine_classes["ssri"]

    assert (35, 14) == (ssri.washout_days["fluoxetine"], ssri.washout_days["sertraline"])
    for group in names.medicine_classes.values():
        for ingredient in group.ingredients:
            assert names.medicine_names.exact[ingredient.replace(" ", "").replace("-", "")] == (ingredient,)


def test_decision_limits_lie_within_belief_and_in_order(names: Names) -> None:
    """deficient < low, refer_low < low, high < refer_high, all inside the hard limits; grades are A to D."""
    for analyte in names.analytes.values():
        low, high = analyte.hard
        everybody = {limit.kind: limit.value for limit in analyte.limits if not limit.group}
        for limit in analyte.limits:
            assert limit.kind in LIMITS
            assert limit.evidence in "ABCD"
            assert low < limit.value < high
        for smaller, larger in (("deficient", "low"), ("refer_low", "low"), ("low", "borderline"), ("low", "high"), ("high", "refer_high")):
            if smaller in everybody and larger in everybody:
                assert everybody[smaller] < everybody[larger], analyte.id


def test_the_limit_of_a_group_wins(names: Names) -> None:
    """Haemoglobin: below 130 in men, 110 in pregnancy, 120 otherwise."""
    analyte = names.analytes["hemoglobin"]
    limits = [analyte.limit("low", groups) for groups in ({"male"}, {"female", "pregnant"}, {"female"}, set())]

    assert [Decimal(130), Decimal(110), Decimal(120), Decimal(120)] == [limit.value for limit in limits if limit]
    assert analyte.limit("refer_high", set()) is None


def test_loinc_codes_pass_their_check_digit(names: Names) -> None:
    """Double every second digit from the right, subtract 9 above 9, add up; the digit completes the sum to a ten."""
    for analyte in names.analytes.values():
        for code in analyte.loinc:
            number, check = code.split("-")
            doubled = [int(d) * 2 if i % 2 == 0 else int(d) for i, d in enumerate(reversed(number))]
            total = sum(d - 9 if d > 9 else d for d in doubled)
            assert (10 - total % 10) % 10 == int(check), code


@pytest.mark.parametrize(
    ("replaced", "code"),
    [
        ({"substances": "also: [niacin] => also: [niacinamide]"}, "NB-K063"),
        ({"substances": "folate: [folic_acid, => folate: [folic_acidd,"}, "NB-K064"),
        ({"medicines": "  prozac: [fluoxetine] =>   prozac: [fluoxetin]"}, "NB-K064"),
        ({"medicines": "salts: => saltz:"}, "NB-K066"),
        ({"conditions": "    name: phenylketonuria =>     nome: phenylketonuria"}, "NB-K060"),
        ({"conditions": "\nconditions: => \nkonditions:"}, "NB-K061"),
        ({"plausibility": "l_tryptophan: {unit: mg => l_tryptophan: {unit: mgg"}, "NB-K065"),
        ({"plausibility": "reject: 20000, source: gate_review => reject: 20000, source: gate"}, "NB-K062"),
        ({"analytes": "is: low, value: 20, source: plp_cutoffs => is: low, value: 20, source: plp"}, "NB-K062"),
        ({"analytes": "is: low, value: 20 => is: lowish, value: 20"}, "NB-K060"),
        ({"analytes": "hard: [0.5, 5000] => hard: 5000"}, "NB-K066"),
    ],
)
def test_a_broken_file_is_a_problem_with_its_place(root: Path, replaced: dict[str, str], code: str) -> None:
    """One fault in a file that ships, and the problem that names it."""
    with pytest.raises(InputProblems) as caught:
        load_names(documents(root, **replaced))

    assert code in [problem.code for problem in caught.value.problems]
    assert all(problem.at and problem.at.file.startswith("knowledge/") for problem in caught.value.problems)


def test_all_broken_files_are_told_at_once(root: Path) -> None:
    """A fault in each of two files gives two problems."""
    with pytest.raises(InputProblems) as caught:
        load_names(documents(root, medicines="salts: => saltz:", analytes="is: low, value: 20 => is: lowish, value: 20"))

    assert {"knowledge/medicines.yaml", "knowledge/analytes.yaml"} == {p.at.file for p in caught.value.problems if p.at}
