"""Mistakes planted in copies of real rules: each is found at its place, and what the fix says makes the file clean."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from neurobalance_expert.cli.knowledge_base import load_terms
from neurobalance_expert.lint.run import Linter

TODAY = date(2026, 11, 25)
HERE = "¦"  # where the finding must point to
RATIO, PROTEIN, NIGHT, CARRIERS = (
    "rules/transport/competition-for-tryptophan.yaml",
    "rules/supply/protein.yaml",
    "rules/timing/before-the-night.yaml",
    "rules/derived/carriers.yaml",
)
TITLE = "    title: A carbohydrate meal raised the plasma ratio of tryptophan\n"
FED = "- window: {id: $w, phase: fed}\n      - meal"
TENTH = (
    "      - {name: a rise of a tenth, like: mostly carbohydrate, change: {plasma_ratio.vs_fasting: 1.10}, "
    "expect: {blocked: plasma_ratio, margin: 0}}\n"
)
PKU = "    unless:\n      - condition: {id: pku}\n        missing: absent\n"
PROGRAM = "--fix"  # the program mends it


class Plant(NamedTuple):
    """A mistake. ``says`` is part of the fix that is printed; ``repaired`` stands where the mistake stood when it was followed."""

    name: str
    file: str
    old: str
    new: str
    code: str
    says: str
    repaired: str = ""  # '': the old text
    others: tuple[str, ...] = ()  # codes of findings that come with it
    tests: bool = False  # the tests inside the rules are run as well


PLANTS = [
    Plant("misspelt slot", RATIO, "carbohydrate_g: {at", "¦carbohydrat_g: {at", "NB-R011", "did you mean 'carbohydrate_g'?"),
    Plant("unknown relation", RATIO, "- meal:", "- ¦meel:", "NB-R010", "did you mean 'meal'?"),
    Plant("word of no list", RATIO, "phase: fed}\n", "phase: ¦feed}\n", "NB-R013", "did you mean 'fed'?"),
    Plant("no as a value", RATIO, "phase: fed}\n", "phase: ¦no}\n", "NB-R013", "use one of fed"),
    Plant("yes for true", RATIO, "- trusted: {is: true}", "- trusted: {is: ¦yes}", "NB-R013", "write true"),
    Plant("wrong unit", PROTEIN, "below: $wanted", 'below: ¦"450 mg"', "NB-R014", "give the number in '1'", "below: 1.25"),
    Plant("finer than its slot", PROTEIN, "high: {below: 1}", "high: {below: ¦0.9995}", "NB-R015", "or 1", "high: {below: 1}"),
    Plant("an order of words", RATIO, "phase: fed}\n", "phase: {below: ¦night}}\n", "NB-R016", "use equality", "phase: fed}\n"),
    Plant("sign for a test", PROTEIN, "high: {below: 1}", 'high: {¦"<": 1}', "NB-R012", "write below"),
    Plant(
        "list for a value",
        RATIO,
        "phase: fed}\n",
        "phase: ¦[fed, night]}\n",
        "NB-R012",
        "write {in: [...]}",
        "phase: {in: [fed, night]}}\n",
    ),
    Plant(
        "unreachable threshold",
        RATIO,
        "vs_fasting: {bind: $ratio, above: $raised}",
        "vs_fasting: ¦{bind: $ratio, above: $raised, below: 1}",
        "NB-R018",
        "remove one",
    ),
    Plant("unbound variable", RATIO, "serotonin, window: $w}", "serotonin, window: ¦$ww}", "NB-R021", "did you mean '$w'?"),
    Plant(
        "misspelt variable",
        RATIO,
        "plasma_ratio: {of: trp, window: $w, vs",
        "¦plasma_ratio: {of: trp, window: $v, vs",
        "NB-L012",
        "remove '$v', or use it",
    ),
    Plant("no dollar sign", RATIO, "bind: $ratio", "bind: ¦ratio", "NB-R025", "with a dollar sign"),
    Plant(
        "wrong path of a parameter",
        RATIO,
        "thresholds.almost_no_protein",
        "thresholds.almost_no_protien",
        "NB-R030",
        "did you mean 'knowledge.thresholds.almost_no_protein'?",
    ),
    Plant("unused parameter", PROTEIN, "params: {wanted:", "params: {much: ¦2, wanted:", "NB-R031", "or remove it"),
    Plant("missing source", RATIO, "ref: lyons1988,", "ref: ¦lyons1898,", "NB-R033", "did you mean 'lyons1988'?"),
    Plant("bad code", RATIO, 'code: "INFO:trp_ratio_raised"', "code: ¦info", "NB-R043", "write a family in capitals"),
    Plant("unknown name in say", RATIO, "{{ ratio | percent }}", "{{ ¦ration | percent }}", "NB-R051", "did you mean 'ratio'?"),
    Plant("unknown filter", RATIO, "{{ ratio | percent }}", "{{ ratio | ¦percnt }}", "NB-R052", "did you mean 'percent'?"),
    Plant(
        "forbidden wording",
        RATIO,
        "Carbohydrate dominated",
        "This causes a ¦serotonin deficiency. Carbohydrate dominated",
        "NB-R104",
        "plasma",
    ),
    Plant(
        "unknown key",
        PROTEIN,
        "    do: A source of protein with each meal (beans",
        "    ¦doo: A source of protein with each meal (beans",
        "NB-R003",
        "did you mean 'do'?",
    ),
    Plant(
        "lacking key",
        RATIO,
        "- id: carbohydrate-meal-raises-tryptophan-ratio\n    code",
        "- ¦id: carbohydrate-meal-raises-tryptophan-ratio\n    code",
        "NB-R004",
        "add 'kind:'",
    ),
    Plant("wrong grade", RATIO, "grade: A, supports: size", "grade: ¦E, supports: size", "NB-R006", "use one of A, B, C, D"),
    Plant("wrong severity", PROTEIN, "severity: minor", "severity: ¦minr", "NB-R006", "did you mean 'minor'?"),
    Plant("wrong status", RATIO, "status: stable", "status: ¦stabel", "NB-R006", "did you mean 'stable'?"),
    Plant(
        "wrong id", PROTEIN, "id: protein-of-older-adult", "id: ¦Protein_Of_Older", "NB-R007", "use small letters", "id: protein-of-older"
    ),
    Plant("wrong date", RATIO, "review_by: 2027-11-30", "review_by: ¦30.11.2027", "NB-R009", "such as 2027-11-30"),
    Plant(
        "two conditions of one name",
        RATIO,
        FED,
        "- window: {id: $w, phase: fed}\n      - ¦window: {start_h: {at_least: 7}}\n      - meal",
        "NB-R019",
        "add 'as: another-name'",
        "- window: {id: $w, phase: fed}\n      - window: {start_h: {at_least: 7}}\n        as: by-day\n      - meal",
    ),
    Plant("duplicate id", PROTEIN, "id: protein-of-older-adult", "id: ¦protein-below-requirement", "NB-R070", "rename one of them"),
    Plant(
        "exception over an open relation",
        NIGHT,
        "- condition: {id: pku}\n        missing: absent\n",
        "- ¦condition: {id: pku}\n",
        "NB-R071",
        "add 'missing: absent'",
    ),
    Plant(
        "negation circle",
        CARRIERS,
        "when:\n      - influx: {of: trp",
        "unless:\n      - ¦starved: {aa: trp, window: $w}\n        missing: absent\n    when:\n      - influx: {of: trp",
        "NB-R072",
        "remove one of these conditions",
    ),
    Plant(
        "override of a missing rule",
        PROTEIN,
        "overrides: [protein-maybe-below-requirement]",
        "overrides: [¦protein-maybe-below]",
        "NB-R073",
        "did you mean 'protein-maybe-below-requirement'?",
    ),
    Plant("no evidence", PROTEIN, "- id: protein-of-older-adult", "- id: ¦protein-of-older-adult", "NB-R076", "add 'evidence:'"),
    Plant(
        "label of no condition", RATIO, "{blocked: meal, margin: 0.1}", "{blocked: ¦mael, margin: 0.1}", "NB-R065", "did you mean 'meal'?"
    ),
    Plant("change of nothing", RATIO, "{window.phase: fasting}", "{window.phase: ¦fed}", "NB-R063", "write the value that was meant"),
    Plant("change of what is not there", RATIO, "{window.phase: fasting}", "{¦windw.phase: fasting}", "NB-R010", "did you mean 'window'?"),
    Plant(
        "unknown test to be like",
        RATIO,
        "between meals, like: mostly carbohydrate,",
        "between meals, like: ¦mostly carbohydrates,",
        "NB-R062",
        "did you mean 'mostly carbohydrate'?",
    ),
    Plant("unknown expectation", RATIO, "expect: out_of_scope", "expect: ¦outofscope", "NB-R064", "did you mean 'out_of_scope'?"),
    Plant("repeated test", RATIO, TENTH, TENTH + TENTH.replace("name: a", "name: ¦once more a"), "NB-R066", "remove it"),
    Plant(
        "missing side of a boundary",
        RATIO,
        "- plasma_ratio: {of",
        "- ¦plasma_ratio: {of",
        "NB-R081",
        "add a test within 0.01 of 1.1",
        tests=True,
    ),
    Plant(
        "failing test",
        RATIO,
        "expect: {fired: {w: w2, ratio: 1.11}}",
        "expect: {fired: {w: w2, ratio: 1.12}}",
        "NB-R086",
        "correct the rule",
        tests=True,
    ),
    Plant("duplicate key", RATIO, TITLE, f"{TITLE}    ¦title: Again\n", "NB-S009", "remove one of them"),
    Plant("tab", RATIO, "    kind: note\n", "¦\tkind: note\n", "NB-S003", "use spaces to indent"),
    Plant("wrong indent", RATIO, "    kind: note\n", "     ¦kind: note\n", "NB-S003", "the same column"),
    Plant("missing colon", RATIO, "    kind: note\n", "    ¦kind note\n", "NB-S003", "a colon and a space"),
    Plant(
        "unquoted brace",
        PROTEIN,
        "    do: Ask whether",
        "    do: ¦{{ ratio | percent }} is little: ask whether",
        "NB-S003",
        "put the text in quotes",
    ),
    Plant(
        "contradiction",
        RATIO,
        FED,
        "- window: {id: $w, phase: fed}\n      - ¦window: {id: $w, phase: night}\n        as: night\n      - meal",
        "NB-L002",
        "remove one of the two",
    ),
    Plant(
        "repeated condition",
        RATIO,
        FED,
        "- window: {id: $w, phase: fed}\n      - ¦window: {id: $w, phase: fed}\n        as: again\n      - meal",
        "NB-L004",
        "remove the second one",
        PROGRAM,
    ),
    Plant(
        "list of one",
        PROTEIN,
        "[pku, tyrosinaemia, msud, urea_cycle, homocystinuria, renal_moderate, renal_severe]",
        "¦[renal_severe]",
        "NB-L010",
        "write the value itself",
        PROGRAM,
    ),
    Plant(
        "number in quotes",
        RATIO,
        "{blocked: plasma_ratio, margin: 0}",
        '{blocked: plasma_ratio, margin: ¦"0"}',
        "NB-L021",
        "remove the quotes",
        PROGRAM,
    ),
    Plant(
        "title with a stop",
        RATIO,
        TITLE,
        TITLE.replace("title: ", "title: ¦").replace("\n", ".\n"),
        "NB-L041",
        "remove the full stop",
        PROGRAM,
    ),
    Plant(
        "text without a stop", RATIO, "in the brain is contested.\n", "in the brain is contested\n", "NB-L043", "end the sentence", PROGRAM
    ),
    Plant("no review date", RATIO, "status: stable\n    review_by: 2027-11-30\n", "status: ¦stable\n", "NB-L053", "add 'review_by:'"),
    Plant("past its review", RATIO, "review_by: 2027-11-30", "review_by: ¦2026-06-30", "NB-L054", "move 'review_by' on"),
    Plant("space at the end", RATIO, "    kind: note\n", "    kind: note¦  \n", "NB-L081", "remove them", PROGRAM),
    Plant(
        "expired suppression",
        RATIO,
        TITLE,
        f'    ¦# nb-lint: ignore NB-L041 reason="as in the paper" until=2026-01-31\n{TITLE[:-1]}.\n',
        "NB-L091",
        "mend what was let stand",
        others=("NB-L041",),
    ),
    Plant("suppression without a reason", RATIO, TITLE, f"    ¦# nb-lint: ignore NB-L041 until=2027-01-31\n{TITLE}", "NB-L090", "reason="),
    Plant(
        "suppression of nothing",
        RATIO,
        TITLE,
        f'    ¦# nb-lint: ignore NB-L041 reason="as in the paper" until=2027-01-31\n{TITLE}',
        "NB-L092",
        "remove the comment",
        PROGRAM,
    ),
]
AWAY = {"lacking key": "    kind: note\n", "missing side of a boundary": TENTH}  # what is taken out, beside the place that is pointed to
AT = {  # the place, where it lies within what stays as it was
    "wrong path of a parameter": "knowledge.thresholds.almost_no_protien",
    "failing test": "mostly carbohydrate\n",
    "text without a stop": ">-",
}


@pytest.fixture(scope="module")
def linters(root: Path) -> dict[bool, Linter]:
    """For the knowledge base that ships, without and with the tests inside the rules."""
    terms = load_terms(root)
    return {tests: Linter(terms, TODAY, tests=tests) for tests in (False, True)}


def planted(plant: Plant, text: str) -> tuple[str, int, int]:
    """The text with the mistake, and the line and column that it is to be found at."""
    if plant.name == "no evidence":
        start = text.index("    evidence: [{ref: prot_age_2013")
        text = text[:start] + text[text.index("\n", start) + 1 :]
    assert plant.old in text
    text = (
        text.replace(plant.old, plant.new, 1).replace(AWAY.get(plant.name, HERE), "", 1)
        if plant.name in AWAY
        else text.replace(plant.old, plant.new, 1)
    )
    at = text.index(AT[plant.name]) if plant.name in AT else text.index(HERE)
    return text.replace(HERE, ""), text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def names(plants: list[Plant]) -> Iterator[str]:
    """Ids of the test cases."""
    return (plant.name.replace(" ", "-") for plant in plants)


@pytest.mark.parametrize("plant", PLANTS, ids=list(names(PLANTS)))
def test_a_planted_mistake_is_found_at_its_place_and_its_fix_mends_it(plant: Plant, root: Path, linters: dict[bool, Linter]) -> None:
    """The code, the line and the column; nothing else is reported; and the text as the fix says is clean."""
    linter = linters[plant.tests]
    original = (root / plant.file).read_text(encoding="utf-8")
    text, line, column = planted(plant, original)
    found = linter.check({plant.file: text}).findings
    first = next(f for f in found if f.problem.code == plant.code)
    place = (first.problem.at.line, first.problem.at.col) if first.problem.at else None

    assert (line, column) == place, first.problem
    assert [plant.code, *plant.others] == [f.problem.code for f in found], [f.problem.what for f in found]
    assert plant.says in first.problem.fix

    if plant.repaired == PROGRAM:
        repaired = linter.mend({plant.file: text}, [plant.file]).texts[plant.file]
    elif plant.repaired:
        repaired = text.replace(plant.new.replace(HERE, ""), plant.repaired, 1)
    else:
        repaired = original
    assert repaired != text
    assert () == linter.check({plant.file: repaired}).findings


def test_there_are_forty_and_more() -> None:
    """Each of them once."""
    assert 40 <= len({plant.name for plant in PLANTS}) == len(PLANTS)
