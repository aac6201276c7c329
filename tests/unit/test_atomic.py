"""A reader finds the old file or the new one: killed writers, full disks, modes, and no other way to write."""

from __future__ import annotations

import ast
import errno
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from neurobalance_expert import atomic
from neurobalance_expert.atomic import copy_folders, write_bytes, write_new

# Forks writers of ever changing content and kills each at a random moment; prints what a reader found wrong afterwards.
KILLER = """
import os, random, signal, sys, time
from pathlib import Path
from neurobalance_expert.atomic import write_bytes

folder, rounds = Path(sys.argv[1]), int(sys.argv[2])
target = folder / "report.html"
size = 300_000
random.seed(1)

def content(number):
    return b"%08d" % number * (size // 8)

write_bytes(target, content(0))
wrong, changed, last = [], 0, target.read_bytes()
for turn in range(rounds):
    child = os.fork()
    if child == 0:
        number = turn * 10_000
        while True:
            number += 1
            write_bytes(target, content(number))
    time.sleep(random.uniform(0, 0.02))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    found = target.read_bytes()
    if found != content(int(found[:8])):
        wrong.append(f"round {turn}: torn, {len(found)} bytes")
    changed += found != last
    last = found
    for other in folder.iterdir():
        if other != target and not (other.name.startswith(".neurobalance-") and other.suffix == ".tmp"):
            wrong.append(f"round {turn}: stray {other.name}")
        elif other != target:
            other.unlink()
print(changed, wrong)
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")
def test_a_killed_writer_leaves_the_old_or_the_new_content(tmp_path: Path, root: Path) -> None:
    """200 writers of 300 kB, each killed within 20 ms: never a torn file, never a stray one that could be taken for a result."""
    environment = {**os.environ, "PYTHONPATH": str(root)}
    done = subprocess.run(
        [sys.executable, "-c", KILLER, str(tmp_path), "200"], env=environment, capture_output=True, text=True, check=True, timeout=120
    )
    changed, _, wrong = done.stdout.strip().partition(" ")

    assert "[]" == wrong
    assert int(changed) > 0, "some of the writers must have been killed while they wrote"  # few on a machine that is busy


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_full_disk_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """At the flush or at the last step."""
    target = tmp_path / "report.html"
    write_bytes(target, b"old")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, step, full)
    with pytest.raises(OSError, match="No space"):
        write_bytes(target, b"new")

    assert ([target], b"old") == (list(tmp_path.iterdir()), target.read_bytes())


@pytest.mark.skipif(not hasattr(signal, "SIGXFSZ"), reason="needs RLIMIT_FSIZE")
def test_a_limit_on_the_size_of_files_leaves_the_old_file(tmp_path: Path, root: Path) -> None:
    """The system itself refuses in the middle of the content."""
    code = (
        "import resource, signal, sys; from pathlib import Path; from neurobalance_expert.atomic import write_bytes\n"
        "target = Path(sys.argv[1]) / 'report.html'; write_bytes(target, b'old')\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try: write_bytes(target, b'x' * 100_000)\n"
        "except OSError: print('refused')\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(root)}
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], env=environment, capture_output=True, text=True, check=True)

    assert ("refused", ["report.html"], b"old") == (
        done.stdout.strip(),
        [path.name for path in tmp_path.iterdir()],
        (tmp_path / "report.html").read_bytes(),
    )


@pytest.mark.skipif(os.name == "nt", reason="modes of POSIX")
@pytest.mark.parametrize(("private", "mode"), [(True, 0o600), (False, 0o644)])
def test_personal_data_is_for_its_owner_only(tmp_path: Path, private: bool, mode: int) -> None:
    """Also when the file it replaces was open to all."""
    target = tmp_path / "report.html"
    target.write_bytes(b"")
    target.chmod(0o666)
    before = os.umask(0o022)
    try:
        write_bytes(target, b"new", private=private)
    finally:
        os.umask(before)

    assert mode == target.stat().st_mode & 0o777


def test_a_copy_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second folder cannot be copied: the first is not there either."""
    for part in ("a", "b/c"):
        (tmp_path / "from" / part).mkdir(parents=True)
        (tmp_path / "from" / part / "x.yaml").write_text("x")
    copy_folders(tmp_path / "from", tmp_path / "whole", ["a", "b/c"])
    with pytest.raises(OSError, match="missing"):
        copy_folders(tmp_path / "from", tmp_path / "part", ["a", "missing"])

    assert ["a/x.yaml", "b/c/x.yaml"] == sorted(p.relative_to(tmp_path / "whole").as_posix() for p in (tmp_path / "whole").rglob("*.yaml"))
    assert [] == list((tmp_path / "part").iterdir())


def writes(tree: ast.AST) -> Iterator[str]:
    """Calls that write a file: a method of a path, ``open`` for writing, a copy, a rename."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id if isinstance(node.func, ast.Name) else ""
        of = node.func.value.id if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name) else ""
        modes = [a.value for a in (*node.args, *(k.value for k in node.keywords)) if isinstance(a, ast.Constant)]
        method = isinstance(node.func, ast.Attribute) and name in ("write_text", "write_bytes", "rename", "symlink_to", "touch")
        opened = name in ("open", "fdopen") and any(isinstance(m, str) and len(m) < 4 and set(m) & set("wax+") for m in modes)
        moved = (of in ("shutil", "tempfile") and name != "get_terminal_size") or (of == "os" and name in ("replace", "rename", "link"))
        if method or opened or moved:
            yield f"{node.lineno}: {name}"


def test_nothing_else_in_the_program_writes_a_file(root: Path) -> None:
    """``atomic.py`` is the one place; what is written elsewhere could be found half. The language server
    opens standard output anew, and Sphinx builds in a folder that is gone afterwards."""
    package = root / "neurobalance_expert"
    found = {
        path.relative_to(root).as_posix(): list(writes(ast.parse(path.read_text(encoding="utf-8"))))
        for path in package.rglob("*.py")
        if path != Path(atomic.__file__)
    }

    protocol, built = found.pop("neurobalance_expert/lsp/server.py"), found.pop("neurobalance_expert/site/build.py")

    assert (["fdopen"], ["TemporaryDirectory"]) == tuple([line.partition(": ")[2] for line in lines] for lines in (protocol, built))
    assert {} == {path: lines for path, lines in found.items() if lines}
    assert list(writes(ast.parse(Path(atomic.__file__).read_text(encoding="utf-8"))))


def test_a_new_file_is_never_written_over_another(tmp_path: Path) -> None:
    """The first content stays, and no temporary file; a link to nowhere counts as a file."""
    write_new(tmp_path / "a.yaml", b"first")
    (tmp_path / "link.yaml").symlink_to("nowhere")
    for name in ("a.yaml", "link.yaml"):
        with pytest.raises(FileExistsError):
            write_new(tmp_path / name, b"second")

    assert b"first" == (tmp_path / "a.yaml").read_bytes()
    assert ["a.yaml", "link.yaml"] == sorted(path.name for path in tmp_path.iterdir())


def test_a_file_that_is_replaced_can_keep_its_permissions(tmp_path: Path) -> None:
    """``mode`` is what the file has then, whatever the umask."""
    write_bytes(tmp_path / "a.yaml", b"x", mode=0o664)

    assert 0o664 == (tmp_path / "a.yaml").stat().st_mode & 0o777
