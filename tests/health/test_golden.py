"""The golden cases give what is expected of them, every rule fires in one, and the files are those that the script writes."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import pytest

from neurobalance_expert.impact.golden import check_golden, differing_lines, read_expected


@pytest.mark.slow
def test_the_golden_cases_give_what_is_expected_of_them(knowledge, root: Path) -> None:
    """After a change on purpose: 'neurobalance golden --update', and read the difference of golden/expected.yaml."""
    found = check_golden(root / "golden", knowledge, lambda: None)

    assert found.as_expected, "\n".join(differing_lines(found))
    assert () == found.silent  # rules that fire in no case


def test_the_files_are_those_that_the_script_writes(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A golden case is changed in tools/make_golden.py ('make golden'), never in its file."""
    monkeypatch.syspath_prepend(str(root / "tools"))
    written = runpy.run_path(str(root / "tools" / "make_golden.py"))["files"]()
    for name in [name for name in sys.modules if name.startswith("golden_")]:
        monkeypatch.delitem(sys.modules, name)

    assert written == {path.name: path.read_text(encoding="utf-8") for path in (root / "golden" / "cases").glob("*.yaml")}


def test_there_are_enough_of_them_and_each_says_what_it_is_for(root: Path) -> None:
    """A hundred at least; a comment at the top; all of them, and no other, in the file of expectations."""
    paths = sorted((root / "golden" / "cases").glob("*.yaml"))

    assert len(paths) >= 100
    assert [] == [path.name for path in paths if "vignette" not in path.name and not path.read_text(encoding="utf-8").startswith("# ")]
    assert [path.stem for path in paths] == list(read_expected(root / "golden" / "expected.yaml"))


def test_both_sides_of_each_limit_of_a_dose_differ(root: Path) -> None:
    """Of each pair 'at' and 'just above' something else is concluded."""
    expected = read_expected(root / "golden" / "expected.yaml")
    doses = {int(name[:3]): kept["findings"] for name, kept in expected.items() if name.startswith("2")}
    told = {n: sorted((f["code"], f["severity"]) for f in found) for n, found in doses.items()}

    assert len(told) >= 50
    assert [] == [n for n in told if n % 2 == 0 and told[n] == told[n + 1]]


def test_both_sides_of_each_limit_that_was_searched_for_differ(root: Path) -> None:
    """Within one step of it: tools/golden_steps.py."""
    expected = read_expected(root / "golden" / "expected.yaml")
    told = {int(name[:3]): sorted((f["code"], f["rule"]) for f in kept["findings"]) for name, kept in expected.items() if name[:2] == "08"}

    assert list(range(80, 90)) == sorted(told)
    assert [] == [n for n in told if n % 2 == 0 and told[n] == told[n + 1]]
