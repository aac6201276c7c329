"""The tables of conditions and of warning signs are read strictly: a slip is a problem with its place and the nearest name."""

from __future__ import annotations

from pathlib import Path

import pytest

from neurobalance_expert.errors import InputProblems
from neurobalance_expert.knowledge.condition_effects import parse_condition_effects
from neurobalance_expert.knowledge.warning_signs import parse_warning_signs
from neurobalance_expert.source import Document, parse_yaml

CONDITIONS = "knowledge/condition_effects.yaml"
SIGNS = "knowledge/warning_signs.yaml"


def _parse(document: Document, knowledge) -> None:
    if document.file == CONDITIONS:
        parse_condition_effects(document, knowledge.names, knowledge.references)
    else:
        parse_warning_signs(document, knowledge.names)


def problems_of(path: str, old: str, new: str, root: Path, knowledge) -> list[tuple[str, str, int]]:
    """Code, fix and line of every problem after one change."""
    text = (root / path).read_text(encoding="utf-8")
    assert old in text
    document = parse_yaml(text.replace(old, new, 1), path)
    with pytest.raises(InputProblems) as caught:
        _parse(document, knowledge)
    return [(p.code, p.fix, p.at.line if p.at else 0) for p in caught.value.problems]


def line_of(root: Path, path: str, text: str) -> int:
    """Line of the first place of a text."""
    return (root / path).read_text(encoding="utf-8").split(text)[0].count("\n") + 1


@pytest.mark.parametrize(
    ("path", "old", "new", "code", "fix"),
    [
        (CONDITIONS, "l_phenylalanine, aspartame,", "l_phenylalanin, aspartame,", "NB-K091", "did you mean 'l_phenylalanine'?"),
        (CONDITIONS, '"*precursor"', '"*precursors"', "NB-K091", "did you mean 'precursor'?"),
        (CONDITIONS, "medicine:methylene blue", "medicine:methylen blue", "NB-K091", "did you mean 'methylene blue'?"),
        (CONDITIONS, "severity: contraindicated", "severity: contraindicate", "NB-K091", "did you mean 'contraindicated'?"),
        (CONDITIONS, "unless: [prescribed, phe_free]", "unless: [prescribd, phe_free]", "NB-K091", "did you mean 'prescribed'?"),
        (CONDITIONS, "use: treatment", "use: treatmnt", "NB-K091", "did you mean 'treatment'?"),
        (CONDITIONS, "own_targets: true", "own_target: true", "NB-K090", "did you mean 'own_targets'?"),
        (CONDITIONS, "refer: true", "refer: yes", "NB-K090", "leave it out for false"),
        (CONDITIONS, "source: [pku_eu, pku_acmg]", "source: [pku_euu, pku_acmg]", "NB-K012", "did you mean 'pku_eu'?"),
        (CONDITIONS, "from_mg: 1000", "from_mg: much", "NB-K090", "give the dose in mg, or leave it out"),
        (SIGNS, "maoi_reversible_a, maoi_b", "maoi_reversible, maoi_b", "NB-K091", "did you mean 'maoi_reversible_a'?"),
        (SIGNS, "words: [rash]", "words: [Rash]", "NB-K090", "write 'rash'"),
        (SIGNS, "words: [rash]", "word: [rash]", "NB-K090", "did you mean 'words'?"),
        (SIGNS, "systolic: 180", "systolic: high", "NB-K090", "give it in mmHg"),
    ],
)
def test_a_slip_is_found_where_it_stands(root, knowledge, path, old, new, code, fix):
    """One change, and the problem is on its line."""
    found = problems_of(path, old, new, root, knowledge)

    assert (code, fix, line_of(root, path, old)) in found


def test_a_condition_without_an_entry_is_a_problem(root, knowledge):
    """Nobody may add a name without saying what it means."""
    found = problems_of(CONDITIONS, "  gout:\n", "  gouty:\n", root, knowledge)

    assert {"NB-K091", "NB-K092"} == {code for code, _, _ in found}


def test_what_is_from_memory_cannot_be_verified(root, knowledge):
    """Marks that contradict each other."""
    text = "    origin: seen\n    verified: true\n"
    found = problems_of(CONDITIONS, text, text.replace("seen", "memory"), root, knowledge)

    assert ["NB-K090"] == [code for code, _, _ in found]


def test_a_file_of_another_shape_is_refused_and_does_not_crash(knowledge):
    """Lists, numbers and nothing where mappings are needed."""
    for text in ("[]", "conditions: 3", "groups: {a: []}\nconditions: {pku: [1]}", "", "conditions: {pku: {effects: [1, {on: 3}]}}"):
        with pytest.raises(InputProblems):
            parse_condition_effects(parse_yaml(text, "x.yaml"), knowledge.names, knowledge.references)
        with pytest.raises(InputProblems):
            parse_warning_signs(parse_yaml(text.replace("conditions", "signs"), "x.yaml"), knowledge.names)
