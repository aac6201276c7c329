"""A copy of the knowledge base, with two of its folders of rules, and with one rule file more, and an editor that has it open."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.lsp.editor import ROOT, Editor

OWN = """\
# µ – 😀 before everything
language: 1
rules:
  - id: first-rule
    code: "INFO:first"
    title: "µg – 😀 of tryptophan"
    kind: note
    status: experimental
    severity: info
    evidence: [{supports: "mechanism – 😀", ref: lyons1988, grade: C}]
    params: {low: knowledge.thresholds.plasma_ratio_raised}
    when:
      - window: {id: $w, phase: fed}
      - plasma_ratio: {of: trp, window: $w, vs_fasting: {above: $low, bind: $ratio}}
    unless:
      - {as: other, condition: {id: phenylketonuria}, missing: absent}
    then: {about: trp, system: serotonin, window: $w}
    say: "😀 {{ ratio | percent }} after {{ w | window }} – over {{ low | percent }}"
    tests:
      - name: "just over – 😀"
        facts:
          window: {id: w2, phase: fed, start_h: 8, end_h: 12}
          plasma_ratio: {of: trp, window: w2, vs_fasting: 1.11}
        expect: {fired: {w: w2}}
      - {name: at it, like: "just over – 😀", change: {plasma_ratio.vs_fasting: 1.10}, expect: {blocked: plasma_ratio, margin: 0}}
      - {name: the other, like: "just over – 😀", change: {condition: {id: phenylketonuria}}, expect: {blocked: other}}
      - {name: not known, like: "just over – 😀", change: {plasma_ratio: unknown}, expect: {unknown: [plasma_ratio]}}
      - {name: no window, like: "just over – 😀", change: {window.phase: fasting}, expect: {blocked: window}}
      - name: the second speaks
        like: "just over – 😀"
        change: {meal: {window: w2, protein_g: 20, carbohydrate_g: 50, fat_g: 2}}
        expect: overridden
  - id: second-rule
    code: "INFO:second"
    title: With protein
    kind: note
    status: experimental
    severity: info
    when:
      - window: {id: $w, phase: fed}
      - meal: {window: $w, protein_g: {at_least: 10}}
    overrides: [first-rule]
    then: {about: trp, system: serotonin, window: $w}
    say: "{{ w | window }} had protein."
    tests:
      - name: at ten
        facts: {window: {id: w2, phase: fed, start_h: 8, end_h: 12}, meal: {window: w2, protein_g: 10, carbohydrate_g: 5, fat_g: 2}}
        expect: fired
      - {name: below ten, like: at ten, change: {meal.protein_g: 9.9}, expect: {blocked: meal, margin: 0.1}}
      - {name: no meal known, like: at ten, change: {meal: unknown}, expect: {unknown: [meal]}}
exclusive: [["INFO:first", "INFO:second"]]
"""


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The copy. Its rule file ``rules/transport/own.yaml`` holds ``OWN``."""
    folder = tmp_path_factory.mktemp("kb")
    for name in ("rules/transport", "rules/derived", "knowledge"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / "rules" / "transport" / "own.yaml").write_text(OWN, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def own(base: Path) -> Path:
    """The rule file of the copy."""
    return base / "rules" / "transport" / "own.yaml"


@pytest.fixture(scope="module")
def editor(base: Path, own: Path) -> Iterator[Editor]:
    """An editor on the copy, with the rule file open and no problems in it."""
    editor = Editor(folder=base)
    assert editor.edit(own) == []
    yield editor
    editor.close()
