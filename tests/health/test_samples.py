"""reports/samples shows what the program prints today, and the README opens with a piece of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from neurobalance_expert.assessment import assess, load_case_file, load_knowledge
from neurobalance_expert.cli.output import EXTENSIONS
from neurobalance_expert.report.render import render

ROOT = Path(__file__).resolve().parent.parent.parent
EXAMPLES = sorted((ROOT / "examples").glob("*.yaml"))
FORMATS = sorted(set(EXTENSIONS) - {"jsonl"})


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_the_samples_are_current(example: Path) -> None:
    """After a change 'make samples' renders them anew, and the diff shows whom the change affects."""
    knowledge = load_knowledge(ROOT)
    assessment = assess(load_case_file(example, knowledge), knowledge)
    sample = ROOT / "reports" / "samples" / example.stem

    printed = {form: render(assessment, form, ROOT) for form in FORMATS}
    kept = {form: sample.with_suffix(EXTENSIONS[form]).read_text(encoding="utf-8") for form in FORMATS}
    assert [] == [form for form in FORMATS if printed[form] != kept[form]], "run 'make samples' and read the diff"


def test_every_sample_belongs_to_an_example() -> None:
    """A sample of an example that was renamed is noticed."""
    assert {f"{path.stem}{EXTENSIONS[form]}" for path in EXAMPLES for form in FORMATS} == {
        path.name for path in (ROOT / "reports" / "samples").iterdir() if path.name != "README.md"
    }


def test_the_report_in_the_readme_is_what_the_command_prints() -> None:
    """Each line of the block is a line of the sample, in order; '…' stands for what was left out. 'make samples' writes it."""
    block = (ROOT / "README.md").read_text(encoding="utf-8").split("```text\n")[1].split("```")[0].splitlines()
    sample = iter((ROOT / "reports" / "samples" / "a-real-day.txt").read_text(encoding="utf-8").splitlines())

    assert [] == [line for line in block if line != "…" and line not in sample]
