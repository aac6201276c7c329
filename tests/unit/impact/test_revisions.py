"""A revision is a folder or what git holds at a commit; what cannot be one is said in words that help."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from neurobalance_expert.errors import InputProblems, Misuse
from neurobalance_expert.impact.revisions import load, opened
from neurobalance_expert.kb import contents

ROOT = Path(__file__).resolve().parents[3]


def refused(name: str, home: Path) -> str:
    """What is said about a name that is no revision."""
    with pytest.raises(Misuse) as caught, opened(name, home):
        pass
    return str(caught.value)


def test_a_commit_gives_the_files_of_the_knowledge_base_in_it(repository: Path) -> None:
    """Byte for byte those that were committed, of a folder below the top of the repository; the working tree is left alone."""
    kept = contents(repository / "kb")
    with opened("v1", repository / "kb") as revision:
        assert contents(ROOT) == contents(revision.root)
        assert (40, "v1") == (len(revision.commit), revision.name)
        place = revision.root

    assert not place.exists()
    assert kept == contents(repository / "kb")


def test_a_folder_is_taken_as_a_folder_also_where_a_branch_has_its_name(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """'kb' is there, so it is no revision of git."""
    subprocess.run(["git", "-C", str(repository), "branch", "kb", "v1"], check=True, capture_output=True)
    monkeypatch.chdir(repository)
    with opened("kb", repository / "kb") as revision:
        assert ("", Path("kb")) == (revision.commit, revision.root)


def test_a_folder_of_rules_stands_on_the_knowledge_around_it(repository: Path, tmp_path: Path) -> None:
    """Its rules instead of all rules, everything else as it is; also a folder that has rules/ in it."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "mine.yaml").write_bytes((ROOT / "rules" / "safety" / "alcohol.yaml").read_bytes())
    for place in (tmp_path, tmp_path / "rules"):
        with opened(str(place), ROOT) as revision:
            files = contents(revision.root)
            assert ["rules/mine.yaml"] == [path for path in files if path.startswith("rules/")]
            assert (ROOT / "knowledge" / "thresholds.yaml").read_bytes() == files["knowledge/thresholds.yaml"]


def test_a_revision_that_is_not_there_is_asked_about(repository: Path) -> None:
    """The nearest branch or tag; a name like an option is never passed to git as one."""
    home = repository / "kb"

    assert "there is no folder and no git revision 'trunck'; did you mean 'trunk'?" == refused("trunck", home)
    assert "no git revision '--output=x'" in refused("--output=x", home)
    assert "'git log --oneline' and 'git branch' list revisions" in refused("0123456789", home)


def test_outside_a_repository_only_folders_are_revisions(tmp_path: Path) -> None:
    """The message names the folder that is in no repository."""
    (tmp_path / "knowledge").mkdir()

    assert f"'{tmp_path}' is in no git repository" in refused("main", tmp_path)


def test_what_holds_no_knowledge_base_is_refused(repository: Path, tmp_path: Path) -> None:
    """A folder without rules, a file, and a commit without a knowledge base at this place."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("x", encoding="utf-8")
    (repository / "other").mkdir(exist_ok=True)

    assert "has no rules" in refused(str(tmp_path / "empty"), ROOT)
    assert "is a file" in refused(str(tmp_path / "file"), ROOT)
    assert "the revision 'v1' holds no knowledge base in 'other'" in refused("v1", repository / "other")


def test_a_link_in_a_commit_leads_nowhere(repository: Path) -> None:
    """A link is no part of a knowledge base, whatever it points to."""
    link = repository / "kb" / "rules" / "link.yaml"
    link.symlink_to("/etc/passwd")
    for arguments in (["add", "."], ["-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-qm", "link"], ["tag", "link"]):
        subprocess.run(["git", "-C", str(repository), *arguments], check=True, capture_output=True)
    with opened("link", repository / "kb") as revision:
        assert not os.path.lexists(revision.root / "rules" / "link.yaml")


def test_what_does_not_compile_names_its_revision(repository: Path) -> None:
    """As git writes it: the revision before the file, with the line of the text of then."""
    with opened("broken", repository / "kb") as revision, pytest.raises(InputProblems) as caught:
        load(revision)
    [problem] = caught.value.problems

    assert "broken:rules/safety/alcohol.yaml" == problem.at.file
    assert "ethanoll" in problem.what
    assert "ethanoll" in caught.value.sources[problem.at.file].splitlines()[problem.at.line - 1]


def test_where_nothing_can_be_written_a_revision_is_misuse(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A revision of git needs a temporary folder; a knowledge base that is a folder does not."""
    monkeypatch.setattr("tempfile.tempdir", str(repository / "nowhere"))
    with opened(str(repository / "kb"), ROOT) as revision:
        assert repository / "kb" == revision.root

    assert "a temporary folder, and none can be written" in refused("v1", repository / "kb")
