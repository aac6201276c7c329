"""Every command that looks into a case looks into a record of one as well, with the knowledge that it was made with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from neurobalance_expert.records.read import CONTENT, digest_of
from tests.conftest import Run

CODE = "COMPETE:lnaa:trp"
COMMANDS = [
    ("why", CODE),
    ("why", "leave-out-1"),
    ("why-not", CODE),
    ("missing",),
    ("change", CODE),
    ("robust",),
    ("export", "--format", "prov"),
]


@pytest.fixture(scope="module")
def record(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record of the example day."""
    from neurobalance_expert.assessment import load_knowledge
    from neurobalance_expert.cases.load import load_entered
    from neurobalance_expert.records.read import Options
    from neurobalance_expert.records.write import Recorder

    folder = tmp_path_factory.mktemp("records")
    knowledge = load_knowledge(root)
    Recorder(folder, knowledge, Options()).assess(load_entered(root / "examples" / "a-real-day.yaml", knowledge.names))
    [path] = folder.glob("*.json")
    return path


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_record_answers_as_its_case_does(run: Run, record: Path, command: tuple[str, ...]) -> None:
    """The same bytes, by whatever name the record has."""
    name, *rest = command
    other = record.with_name("another name.txt")
    other.write_bytes(record.read_bytes())

    expected = run(name, "examples/a-real-day.yaml", *rest)
    assert expected.returncode == 0
    for path in (record, other):
        done = run(name, path, *rest)
        assert (done.returncode, done.stdout) == (0, expected.stdout), done.stderr


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_record_brings_its_knowledge_with_it(run: Run, record: Path, command: tuple[str, ...]) -> None:
    """Another one is for replay."""
    name, *rest = command
    done = run(name, record, *rest, "--kb", ".")

    assert (done.returncode, "replay RECORD --kb" in done.stderr) == (2, True)


def forged(record: Path, folder: Path, old: str, new: str) -> Path:
    """A record in which somebody changed something and computed the digest anew."""
    head, _, rest = record.read_text(encoding="utf-8").partition("\n")
    content = rest.removeprefix(CONTENT).removesuffix("}\n")
    assert old in content
    content = content.replace(old, new, 1)
    data = json.loads(head.removesuffix(",") + "}") | {"digest": digest_of(content)}
    path = folder / "forged.json"
    path.write_text(f"{json.dumps(data, separators=(',', ':'))[:-1]},\n{CONTENT}{content}}}\n", encoding="utf-8")
    return path


def test_a_proof_that_was_changed_in_a_record_is_not_printed(run: Run, record: Path, tmp_path: Path) -> None:
    """Even with a right digest: the lines are gone through again."""
    done = run("why", forged(record, tmp_path, '"margin":0.3,', '"margin":0.4,'), CODE)

    assert (done.returncode, done.stdout) == (1, "")
    assert "error[NB-A007]" in done.stderr


def test_a_record_that_was_changed_is_refused(run: Run, record: Path, tmp_path: Path) -> None:
    """Its digest is not that of its content."""
    path = tmp_path / "changed.json"
    path.write_text(record.read_text(encoding="utf-8").replace("ferritin", "Ferritin", 1), encoding="utf-8")

    for command in ("why", "why-not"):
        done = run(command, path, CODE)
        assert (done.returncode, "error[NB-A002]" in done.stderr) == (1, True)
