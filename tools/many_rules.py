"""A knowledge base with as many rules as are asked for: the shipped one, and rules that differ in subject, threshold and severity.

Four rules stand together, about one code and subject: three readings of a number, one of them with an exception, and a graver one
that overrides the first. Each has its tests.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PER_FILE = 100  # rules
FAMILY = 4
PLANTED = 100  # of so many families one has a rule that disagrees with another about the severity

HEAD = "language: 1\nrules:\n"
ONE = """\
  - id: {name}
    code: "MANY:group_{group}"
    title: Many {number}
    kind: note
    status: experimental
    severity: {severity}
    when:
      - window: {{id: $w, phase: {phase}}}
      - plasma_ratio: {{of: {aa}, window: $w, vs_fasting: {{{test}: {bound}, bind: $ratio}}}}
{rest}    then: {{about: {aa}, system: serotonin, window: $w}}
    say: "Many {number}: {{{{ ratio | percent }}}} after {{{{ w | window }}}}."
    tests:
      - name: reached
        facts: {{window: {{id: w2, phase: {phase}, start_h: 8, end_h: 12}}, plasma_ratio: {{of: {aa}, window: w2, vs_fasting: {bound}}}}}
        expect: {{fired: {{w: w2, ratio: {bound}}}}}
      - {{name: not reached, like: reached, change: {{plasma_ratio.vs_fasting: {short}}}, expect: {{blocked: plasma_ratio, margin: 0.01}}}}
      - {{name: not known, like: reached, change: {{plasma_ratio: unknown}}, expect: {{unknown: [plasma_ratio]}}}}
"""
GUARD = "    unless:\n      - {as: guard, condition: {id: phenylketonuria}, missing: absent}\n"
GUARDED = "      - {name: guarded, like: reached, change: {condition: {id: phenylketonuria}}, expect: {blocked: guard}}\n"
OVERRIDDEN = "      - {{name: the graver one speaks, like: reached, change: {{plasma_ratio.vs_fasting: {high}}}, expect: overridden}}\n"
SUBJECTS = ("trp", "tyr", "phe", "leu", "ile", "val")


def rule(number: int) -> str:
    """The rule of a number. Rules of one family of four have one code and one subject."""
    group, place = divmod(number, FAMILY)
    disagrees = place == 2 and group % PLANTED == 0
    bound = 100 + group % 150 + (0, -20, 1, 30)[place]
    upwards = place != 1
    head = ONE.format(
        name=f"many-{number}",
        group=group,
        number=number,
        severity="moderate" if place == 3 else "info",
        phase="fasting" if place in (1, 2) and not disagrees else "fed",
        aa=SUBJECTS[group % len(SUBJECTS)],
        test="at_least" if upwards else "at_most",
        bound=f"{bound / 100:g}",
        short=f"{(bound - 1 if upwards else bound + 1) / 100:g}",
        rest=GUARD if place == 2 else f"    overrides: [many-{number - 3}]\n" if place == 3 else "",
    )
    overridden = OVERRIDDEN.format(high=f"{(100 + group % 150 + 30) / 100:g}") if place == 0 else ""
    return head + overridden + (GUARDED if place == 2 else "")


def write_base(folder: Path, rules: int) -> None:
    """A knowledge base in a new folder: the shipped one with ``rules`` rules beside its own."""
    for name in ("knowledge", "rules"):
        shutil.copytree(ROOT / name, folder / name)
    place = folder / "rules" / "many"
    place.mkdir()
    (place / "README.md").write_text("# many/: rules to measure with\n", encoding="utf-8")
    for start in range(0, rules, PER_FILE):
        text = HEAD + "".join(rule(number) for number in range(start, min(start + PER_FILE, rules)))
        (place / f"many-{start:05d}.yaml").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_base(Path(sys.argv[1]), int(sys.argv[2]))
