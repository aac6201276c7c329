"""Rule files on disk: laid out one by one, their mode kept, nothing of anybody lost."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from neurobalance_expert.editing import files
from neurobalance_expert.editing.files import format_file, modeline_of
from neurobalance_expert.errors import InputProblems
from tests.conftest import Run

MESSY = "rules: [{id: a}]\nlanguage: 1\n"
TIDY = "language: 1\nrules:\n  - id: a\n"


def write(folder: Path, **texts: str) -> Path:
    """A folder with files."""
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_bytes(text.encode())
    return folder


def test_a_file_keeps_its_mode_and_a_link_stays_a_link(tmp_path: Path):
    """The file behind the link is replaced, with the permissions that it had."""
    write(tmp_path, real=MESSY)
    (tmp_path / "real.yaml").chmod(0o640)
    (tmp_path / "link.yaml").symlink_to("real.yaml")

    assert format_file(tmp_path / "link.yaml", "link.yaml", write=True).changed
    assert (True, TIDY, 0o640) == (
        (tmp_path / "link.yaml").is_symlink(),
        (tmp_path / "real.yaml").read_text(),
        (tmp_path / "real.yaml").stat().st_mode & 0o777,
    )


def test_what_somebody_wrote_meanwhile_is_not_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The file is compared with what was read before it is replaced."""
    path = write(tmp_path, a=MESSY) / "a.yaml"

    def slow(text: str, shown: str, *, modeline: str) -> str:
        path.write_text("language: 1\nrules: [{id: newer}]\n")
        return TIDY

    monkeypatch.setattr(files, "format_text", slow)
    with pytest.raises(InputProblems) as caught:
        format_file(path, "a.yaml", write=True)

    assert ("NB-F001", "language: 1\nrules: [{id: newer}]\n") == (caught.value.problems[0].code, path.read_text())


def test_a_file_that_may_not_be_written_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Also where the folder could be written, so that a replacement would be possible."""
    path = write(tmp_path, a=MESSY) / "a.yaml"
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(InputProblems) as caught:
        format_file(path, "a.yaml", write=True)

    assert ("NB-F002", MESSY) == (caught.value.problems[0].code, path.read_text())


def test_the_modeline_points_at_the_schema_beside_the_rules(tmp_path: Path):
    """None where there is no schema: a line that points at nothing would be a warning in every editor. None for a file elsewhere."""
    rules = tmp_path / "kb" / "rules" / "supply"
    rules.mkdir(parents=True)
    (tmp_path / "kb" / "schemas").mkdir()
    (tmp_path / "kb" / "schemas" / "rule.json").write_text("{}")

    assert "../../schemas/rule.json" == modeline_of(rules / "x.yaml")
    assert ["", ""] == [modeline_of(tmp_path / "x.yaml"), modeline_of(tmp_path / "kb" / "x.yaml")]


def test_a_bad_file_is_named_and_the_others_are_done(run: Run, tmp_path: Path):
    """A tab, bytes that are no text, a key twice: untouched, and told with place and code. Byte-order mark and CRLF alone are a change."""
    bad = {"tab": "rules:\n\t- a\n", "twice": "rules: []\nrules: []\n"}
    write(tmp_path, good=MESSY, crlf=TIDY.replace("\n", "\r\n"), mark="\ufeff" + TIDY, tidy=TIDY, **bad)
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe\x00")
    done = run("rules", "fmt", tmp_path, "--format", "json")
    told = json.loads(done.stdout)

    assert (1, 4) == (done.returncode, told["files"])
    assert ["crlf", "good", "mark"] == [Path(file["file"]).stem for file in told["changed"]]
    assert ["NB-S002", "NB-S003", "NB-S009"] == sorted(problem["code"] for problem in told["errors"])
    assert [TIDY] * 4 == [(tmp_path / f"{name}.yaml").read_bytes().decode() for name in ("good", "crlf", "mark", "tidy")]
    assert list(bad.values()) == [(tmp_path / f"{name}.yaml").read_text() for name in bad]


def test_check_and_diff_write_nothing(run: Run, tmp_path: Path):
    """--check ends with 1; --diff prints the change and ends with 0; after the real thing both are content."""
    write(tmp_path, a=MESSY)
    check, diff = (run("rules", "fmt", tmp_path / "a.yaml", option) for option in ("--check", "--diff"))

    assert (1, 0, MESSY) == (check.returncode, diff.returncode, (tmp_path / "a.yaml").read_text())
    assert "-rules: [{id: a}]\n" in diff.stdout
    assert (0, 0) == (run("rules", "fmt", tmp_path).returncode, run("rules", "fmt", tmp_path, "--check").returncode)


@pytest.mark.parametrize("path", ["nothing-here", "nothing-here.yaml"])
def test_a_path_that_is_not_there_is_a_problem(run: Run, tmp_path: Path, path: str):
    """Said in words, with exit code 1."""
    done = run("rules", "fmt", tmp_path / path)

    assert (1, True) == (done.returncode, "NB-S001" in done.stderr)


def test_a_folder_without_rules_is_a_problem(run: Run, tmp_path: Path):
    """A mistyped folder must not look like one where all is well."""
    done = run("rules", "fmt", tmp_path)

    assert (1, True) == (done.returncode, "NB-R008" in done.stderr)


@pytest.mark.parametrize("given", ["knowledge/values.yaml", "knowledge", "."])
def test_a_file_of_knowledge_is_refused_before_anything_is_written(run: Run, tmp_path: Path, given: str) -> None:
    """The reason is said, and the rule file beside it is left as it is too."""
    (tmp_path / "knowledge").mkdir()
    (tmp_path / "a.yaml").write_text(MESSY)
    (tmp_path / "knowledge" / "values.yaml").write_text("thresholds:   {a: 1}\n")
    done = run("rules", "fmt", tmp_path / "a.yaml", tmp_path / given)

    assert (2, MESSY, "thresholds:   {a: 1}\n") == (
        done.returncode, (tmp_path / "a.yaml").read_text(), (tmp_path / "knowledge" / "values.yaml").read_text()
    )  # fmt: skip
    assert "values.yaml' is a file of knowledge" in done.stderr
    assert "set by hand" in done.stderr


@pytest.mark.parametrize("folder", ["knowledge/rules", "knowledge"])
def test_rules_below_a_folder_of_that_name_are_laid_out(run: Run, tmp_path: Path, folder: str) -> None:
    """What the file holds decides, and ``rules/`` inside of it."""
    (tmp_path / folder).mkdir(parents=True)
    (tmp_path / folder / "a.yaml").write_text(MESSY)

    assert 0 == run("rules", "fmt", tmp_path / folder).returncode
    assert MESSY != (tmp_path / folder / "a.yaml").read_text()
