"""Bad input to every command of the knowledge engineer's bench: clear words, exit code 1 or 2, no traceback, nothing half-written.

The commands run in this process, because a process for each of two hundred would take minutes.
"""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from neurobalance_expert.cli import app
from neurobalance_expert.cli.guard import run as guarded
from tests.conftest import ROOT

RULES = "rules/transport/competition-for-5htp.yaml"
READING = [  # a command, to which a path is given
    "rules analyze", "rules check", "rules check --fix", "rules coverage", "rules fmt", "rules graph", "rules mutate", "rules test",
    "rules run --facts facts.yaml", f"rules run {ROOT / RULES} --facts", f"rules run {ROOT / RULES} --facts facts.yaml --vocabulary",
    "rules profile --repeat 1", "rules docs -o site --no-build --cases", "rules docs -o site --no-build --scores", "golden",
    "rules diff HEAD HEAD --cases", "model validate --file",
]  # fmt: skip
OF_A_BASE = [  # a command that reads a knowledge base
    "rules analyze", "rules check", "rules check --fix", "rules coverage", "rules derive", "rules derive --check",
    "rules docs -o site --no-build", f"rules profile {ROOT / 'examples/a-real-day.yaml'}", "rules fmt", "rules graph", "rules mutate",
    f"rules run {ROOT / RULES} --facts facts.yaml", "rules new transport/x", "rules suggest-tests bcaa-close-to-5htp",
    "rules suggest-tests bcaa-close-to-5htp --write", "rules test", "rules diff HEAD HEAD", "knowledge diff HEAD HEAD", "knowledge layers",
    "knowledge status", "knowledge where rules.bcaa-close-to-5htp", "golden", "golden --update", "schema all -o schemas", "schema rule",
]  # fmt: skip
WRITING = [  # a command that ends with what it writes to
    "rules docs --no-build -o", "schema all -o", "schema rule -o", "sample", "init", f"rules analyze {ROOT / RULES} --witnesses",
]  # fmt: skip
GIVEN: dict[str, Callable[[Path], object]] = {
    "a path that is not there": lambda path: None,
    "an empty folder": lambda path: path.mkdir(),
    "a picture": lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n\x00\xff"),
}
BASES: dict[str, Callable[[Path], object]] = {
    "a path that is not there": lambda path: None,
    "a file": lambda path: path.write_text("x"),
    "an empty folder": lambda path: path.mkdir(),
    "a folder whose knowledge/ is empty": lambda path: (path / "knowledge").mkdir(parents=True),
}


class Done(NamedTuple):
    """How a command ended, and the files that are there since."""

    code: object
    out: str
    err: str
    new: set[str]


Call = Callable[..., Done]


@pytest.fixture
def permissions_count(tmp_path: Path) -> None:
    """Skips the test for who may read everything, as root may."""
    (tmp_path / "closed").touch(mode=0o000)
    if os.access(tmp_path / "closed", os.R_OK):
        pytest.skip("whoever runs this may read and write everything")


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Iterator[Call]:
    """``call("rules check", path)`` runs a command in a folder that is in no git repository."""
    (tmp_path / "facts.yaml").write_text("{}\n")
    monkeypatch.chdir(tmp_path)

    def done(command: str, *more: object) -> Done:
        before = set(tmp_path.rglob("*"))
        capfd.readouterr()
        with pytest.raises(SystemExit) as left:
            guarded(app, [*command.split(), *map(str, more)])
        printed = capfd.readouterr()
        new = {path.relative_to(tmp_path).as_posix() for path in set(tmp_path.rglob("*")) - before}
        return Done(left.value.code, printed.out, printed.err, new)

    yield done
    gc.enable()  # the guard turns it off, since a command is short


def wrong(done: Done) -> list[str]:
    """What is not as it should be for bad input."""
    found = [] if done.code in (1, 2) else [f"exit code {done.code}"]
    found += [f"'{word}'" for word in ("Traceback", "NB-E90") if word in done.out + done.err]
    found += [] if "error[NB-" in done.err + done.out or "rror" in done.err else ["no words"]
    return found + ([f"written: {sorted(done.new)}"] if done.new else [])


@pytest.mark.parametrize("kind", GIVEN)
def test_a_path_that_cannot_be_read_is_said_by_every_command(call: Call, tmp_path: Path, kind: str) -> None:
    """With its name."""
    GIVEN[kind](tmp_path / "given.yaml")
    found = {command: call(command, tmp_path / "given.yaml", "--kb", ROOT) for command in READING}

    assert {} == {command: (problems, done) for command, done in found.items() if (problems := wrong(done))}
    assert [] == [command for command, done in found.items() if "given.yaml" not in done.out + done.err]


@pytest.mark.parametrize("kind", BASES)
def test_what_is_no_knowledge_base_is_said_by_every_command(call: Call, tmp_path: Path, kind: str) -> None:
    """Nothing is written, neither into it nor beside it."""
    BASES[kind](tmp_path / "base")
    found = {command: call(command, "--kb", tmp_path / "base") for command in OF_A_BASE}
    reads_less = {"a folder whose knowledge/ is empty": {"rules new transport/x"}}  # it only needs a place for the new file

    assert {} == {
        command: (problems, done)
        for command, done in found.items()
        if command not in reads_less.get(kind, ()) and (problems := wrong(done))
    }


@pytest.mark.parametrize("command", WRITING)
def test_where_nothing_can_be_written_is_misuse(call: Call, tmp_path: Path, command: str) -> None:
    """A folder below a plain file cannot exist, whoever runs this."""
    (tmp_path / "file").write_text("mine")
    done = call(command, tmp_path / "file" / "below")

    assert (2, [], "mine") == (done.code, wrong(done), (tmp_path / "file").read_text())


@pytest.mark.parametrize("command", ["rules diff HEAD~1 HEAD", "knowledge diff HEAD~1 HEAD"])
def test_outside_of_a_repository_revisions_are_refused(call: Call, tmp_path: Path, command: str) -> None:
    """It is said that there is none."""
    for name in ("knowledge", "rules", "reports"):
        shutil.copytree(ROOT / name, tmp_path / "base" / name)
    done = call(command, "--kb", tmp_path / "base")

    assert (2, []) == (done.code, wrong(done))
    assert "git repository" in done.err


def test_what_is_expected_of_another_base_is_not_written_over(call: Call, tmp_path: Path) -> None:
    """A base without golden cases is tried on those that ship, and --update asks where to write."""
    for name in ("knowledge", "rules", "reports"):
        shutil.copytree(ROOT / name, tmp_path / "base" / name)
    before = (ROOT / "golden" / "expected.yaml").read_bytes()
    done = call("golden --update", "--kb", tmp_path / "base")

    assert (2, []) == (done.code, wrong(done))
    assert before == (ROOT / "golden" / "expected.yaml").read_bytes()


def test_a_base_without_a_rule_is_not_found_to_be_in_order(call: Call, tmp_path: Path) -> None:
    """An analysis of nothing finds nothing; it is said instead."""
    for name in ("knowledge", "reports"):
        shutil.copytree(ROOT / name, tmp_path / "base" / name)
    done = call("rules analyze", "--kb", tmp_path / "base")

    assert (2, []) == (done.code, wrong(done))
    assert "nothing to analyse" in done.err


# --- files that change meanwhile, and permissions ------------------------------------------------------------------


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A rule file of a small base: a rule that lacks tests, with a mend to do and not in its layout."""
    for name in ("knowledge", "reports", "rules/transport"):
        shutil.copytree(ROOT / name, tmp_path / "base" / name)
    path = tmp_path / "base" / RULES
    text = path.read_text()
    head, tests, rest = text.partition("    tests:\n")
    first = rest[: rest.index("      - ", 10)]
    path.write_text(f"{head}{tests}{first}".replace("    kind:", "    kind:  "))
    path.chmod(0o664)
    return path


CHANGING = {  # a command that writes a file anew -> the function of ours after which somebody else writes it
    "rules fmt": "neurobalance_expert.editing.files.format_text",
    "rules suggest-tests --write": "neurobalance_expert.measure.insert.insert",
}


@pytest.mark.parametrize("command", CHANGING)
def test_what_somebody_wrote_meanwhile_is_not_lost(call: Call, own: Path, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    """The file is left as they wrote it, and it is said so."""
    module, name = CHANGING[command].rsplit(".", 1)
    made = getattr(__import__(module, fromlist=[name]), name)

    def slow(*arguments: object, **named: object) -> object:
        own.write_text("theirs")
        return made(*arguments, **named)

    monkeypatch.setattr(CHANGING[command], slow)
    subject = own if command == "rules fmt" else "bcaa-close-to-5htp"
    done = call(command, subject, "--kb", own.parents[2])

    assert ("theirs", 1) == (own.read_text(), done.code)
    assert "NB-F001" in done.err


def test_what_somebody_wrote_meanwhile_is_not_mended_over(own: Path) -> None:
    """The same for 'rules check --fix'."""
    from neurobalance_expert.errors import InputProblems
    from neurobalance_expert.lint.files import read_rule_files, write_mended

    files = read_rule_files([own], own.parents[2])
    own.write_text("theirs")
    with pytest.raises(InputProblems) as refused:
        write_mended(files, dict.fromkeys(files.texts, "mended"))

    assert ("theirs", ["NB-F001"]) == (own.read_text(), [problem.code for problem in refused.value.problems])


def test_a_file_that_is_written_anew_keeps_its_mode(call: Call, own: Path) -> None:
    """Tests are added to it, and its group may still write it."""
    before = own.read_text()
    done = call("rules suggest-tests --write", "bcaa-close-to-5htp", "--kb", own.parents[2])

    assert (0, 0o664) == (done.code, own.stat().st_mode & 0o777)
    assert len(own.read_text()) > len(before)


@pytest.mark.usefixtures("permissions_count")
@pytest.mark.parametrize("command", ["rules check", "rules test", "rules fmt", "rules graph", "rules coverage"])
def test_a_file_that_may_not_be_read_is_said(call: Call, own: Path, command: str) -> None:
    """Named alone it is refused with the arguments; in a folder it is a problem among others."""
    own.chmod(0o000)
    alone, inside = (call(command, path, "--kb", ROOT) for path in (own, own.parent))

    assert (2, 1, []) == (alone.code, inside.code, wrong(alone) + wrong(inside))
    assert own.name in inside.err + inside.out


@pytest.mark.usefixtures("permissions_count")
@pytest.mark.parametrize("command", ["rules new transport/x", "rules suggest-tests --write bcaa-close-to-5htp", "rules fmt"])
def test_a_folder_that_may_not_be_written_is_said(call: Call, own: Path, command: str) -> None:
    """The file in it stays as it is."""
    before = own.read_text()
    own.parent.chmod(0o500)
    done = call(command, "--kb", own.parents[2])
    own.parent.chmod(0o700)

    assert ([], before) == (wrong(done), own.read_text())
