"""Moves every threshold that rules compare with by one step, up and down, and holds the cases that 'rules diff' lists against brute force.

python tools/impact_oracle.py [NAME…]: all golden cases, all thresholds or the named ones. Ends with 1 at the first disagreement.
"""

from __future__ import annotations

import sys
from pathlib import Path

from neurobalance_expert.assessment import load_knowledge
from neurobalance_expert.cases.types import Case
from neurobalance_expert.errors import InputProblems
from neurobalance_expert.impact.cases import case_files, read_cases
from neurobalance_expert.impact.run import pair, run, version

TOP = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TOP))
from tests.oracles.impact import changed_cases, concluded, with_thresholds  # noqa: E402  the tests are no package of the project


def main(names: list[str]) -> int:
    """Every edit, one line each. Returns the exit code."""
    knowledge = load_knowledge(TOP, cache=False)
    read = read_cases(case_files([TOP / "golden"]), knowledge.names)
    cases = {name: case for name, case in read.items() if isinstance(case, Case)}
    before = {name: concluded(case, knowledge) for name, case in cases.items()}
    first = version("before", knowledge)
    compared = {param.source.rsplit(".", 1)[-1] for rule in knowledge.rules.rules for param in rule.params if param.source}
    for name in names or sorted(compared):
        known = knowledge.thresholds[f"knowledge.thresholds.{name}"]
        for value in (known.value + known.step, known.value - known.step):
            try:
                after = with_thresholds(knowledge, {name: value})
            except InputProblems as error:
                print(f"{name} {known.value} -> {value}: not possible, {error}", flush=True)
                continue
            tried = list(run(pair(first, version("after", after)), cases, cases))
            listed = [t.case for t in tried if t.change and t.change.level == "conclusions"]
            expected = changed_cases(cases, before, after)
            print(f"{name} {known.value} -> {value}: {len(listed)} cases", flush=True)
            if listed != expected:
                alone = sorted({*listed} - {*expected}), sorted({*expected} - {*listed})
                print(f"  listed and not changed: {alone[0]}; changed and not listed: {alone[1]}")
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
