"""Revisions of a knowledge base: a folder, or what a git repository holds at a commit, read without a checkout.

A folder is a knowledge base, or rules alone, which then stand on the knowledge of another knowledge base.
"""

from __future__ import annotations

import io
import os
import subprocess
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path, PurePosixPath

from msgspec import Struct
from msgspec.structs import replace

from neurobalance_expert.atomic import temporary_folder
from neurobalance_expert.errors import InputProblems, Misuse, Problem, Span, did_you_mean
from neurobalance_expert.kb import FOLDERS, contents
from neurobalance_expert.loaded import Knowledge, load_knowledge
from neurobalance_expert.packs import is_pack

MARK = "knowledge/vocabulary.yaml"  # every knowledge base has it
SHORT = 10  # digits of a commit that are shown
MOST_FILES, MOST_BYTES = 20_000, 200_000_000
QUIET = {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}  # git asks nothing, writes nothing and speaks English


class Revision(Struct, frozen=True):
    """A knowledge base to compare: the name it was asked for by, its folder, and the commit that it is of ('' for a folder)."""

    name: str
    root: Path
    commit: str = ""

    @property
    def told(self) -> str:
        """The name, and the commit unless it is the name."""
        return f"{self.name} ({self.commit[:SHORT]})" if self.commit and not self.commit.startswith(self.name) else self.name


@contextmanager
def opened(name: str, home: Path) -> Iterator[Revision]:
    """A revision while it is used. An existing folder is taken as a folder, any other name as a revision of the repository of ``home``.

    Args:
        name: A folder, or what git calls a revision: a branch, a tag, ``HEAD~2``, a digest.
        home: The knowledge base in whose repository revisions are looked up, and whose knowledge a folder of rules stands on.

    Raises:
        Misuse: no such folder or revision; a folder without rules, or a pack; no repository; a commit that holds no knowledge base there.
    """
    folder = Path(name)
    if folder.is_dir():
        if (folder / MARK).is_file():
            yield Revision(name, folder)
            return
        if is_pack(folder):
            raise Misuse(f"'{name}' is a pack, and revisions are compared without packs; name a git revision or a knowledge base")
        with _laid_out(_with_rules(folder, home)) as place:
            yield Revision(name, place)
        return
    if folder.exists():
        raise Misuse(f"'{name}' is a file; name a git revision, a knowledge base or a folder of rules")
    top, inside = _repository(home, name)
    commit = _commit(name, top)
    with _laid_out(_files_of(commit, inside, top, name)) as place:
        yield Revision(name, place, commit)


@contextmanager
def _laid_out(files: Mapping[str, bytes]) -> Iterator[Path]:
    """A folder with these files while it is used. Raises Misuse where there is no place for one."""
    with ExitStack() as stack:
        try:
            place = stack.enter_context(temporary_folder(files))
        except OSError as error:
            raise Misuse(f"a revision is read into a temporary folder, and none can be written: {error.strerror or error}") from None
        yield place


def load(revision: Revision) -> Knowledge:
    """The knowledge base of a revision. Raises InputProblems whose places begin with the name of the revision."""
    try:
        return load_knowledge(revision.root)
    except InputProblems as error:
        raise named(error, revision.name) from None


def named(error: InputProblems, name: str) -> InputProblems:
    """The problems with the revision before every file, as git writes it: ``HEAD~1:rules/x.yaml``."""

    def there(span: Span) -> Span:
        return replace(span, file=f"{name}:{span.file}")

    problems = [
        Problem(
            p.code,
            p.what if p.at else f"in {name}: {p.what}",
            there(p.at) if p.at else None,
            p.label,
            p.why,
            p.fix,
            tuple((there(span), text) for span, text in p.also),
        )
        for p in error.problems
    ]
    return InputProblems(problems, {f"{name}:{file}": text for file, text in error.sources.items()})


# --- folders ----------------------------------------------------------------------------------------------------------


def _with_rules(folder: Path, home: Path) -> dict[str, bytes]:
    """The files of ``home`` with the rules of a folder instead of its own."""
    place = folder / "rules" if (folder / "rules").is_dir() else folder
    try:
        rules = {
            f"rules/{path.relative_to(place).as_posix()}": path.read_bytes()
            for path in sorted(place.rglob("*"))
            if path.is_file() and not path.is_symlink() and not any(part.startswith((".", "__")) for part in path.relative_to(place).parts)
        }
    except OSError as error:
        raise Misuse(f"cannot read the rules in '{folder}': {error.strerror or error}") from None
    if not any(path.endswith(".yaml") for path in rules):
        raise Misuse(f"'{folder}' has no rules: name a knowledge base (with knowledge/ and rules/), or a folder with *.yaml rule files")
    return {path: content for path, content in contents(home).items() if not path.startswith("rules/")} | rules


# --- git --------------------------------------------------------------------------------------------------------------


def _repository(home: Path, name: str) -> tuple[Path, str]:
    """The top of the repository that holds a folder, and the folder inside it ('' for the top). Raises Misuse."""
    found = _git(home, "rev-parse", "--show-toplevel", "--show-prefix")
    if found is None:
        near = did_you_mean(name, (p.name for p in Path().iterdir() if p.is_dir()), otherwise="")
        where = f"and '{home}' is in no git repository, so it cannot be a revision; --kb names another knowledge base"
        raise Misuse(f"there is no folder '{name}', {where}" + (f"; {near}" if near else ""))
    top, inside = found.decode(errors="replace").split("\n")[:2]
    return Path(top), inside.rstrip("/")


def _commit(name: str, top: Path) -> str:
    """The digest of the commit that a name stands for. Raises Misuse."""
    found = None if name.startswith("-") else _git(top, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    if found is not None:
        return found.decode().strip()
    listed = _git(top, "for-each-ref", "--format=%(refname:short)") or b""
    known = [*listed.decode(errors="replace").split(), "HEAD"]
    fix = did_you_mean(name, known, otherwise="'git log --oneline' and 'git branch' list revisions")
    raise Misuse(f"there is no folder and no git revision '{name}'; {fix}")


def _files_of(commit: str, inside: str, top: Path, name: str) -> dict[str, bytes]:
    """The files of a knowledge base in a commit, by their path in it. Raises Misuse."""
    tree = f"{commit}:{inside}"
    listed = _git(top, "ls-tree", "-z", "--name-only", tree, *FOLDERS)
    parts = listed.decode(errors="replace").split("\0")[:-1] if listed else []
    packed = _git(top, "-c", "core.autocrlf=false", "archive", "--format=tar", tree, *parts) if parts else None
    files = _unpacked(packed, name) if packed else {}
    if MARK not in files:
        raise Misuse(f"the revision '{name}' holds no knowledge base in '{inside or '.'}' of '{top}': there is no {MARK}")
    return files


def _unpacked(archive: bytes, name: str) -> dict[str, bytes]:
    """Plain files of a tar; links and names that lead elsewhere are left out. Raises Misuse for more than a knowledge base can be."""
    found: dict[str, bytes] = {}
    with tarfile.open(fileobj=io.BytesIO(archive)) as box:
        for entry in box:
            path = PurePosixPath(entry.name)
            file = box.extractfile(entry) if entry.isfile() and not path.is_absolute() and ".." not in path.parts else None
            if file is not None:
                found[path.as_posix()] = file.read()
    if len(found) > MOST_FILES or sum(map(len, found.values())) > MOST_BYTES:
        raise Misuse(f"the revision '{name}' has more than {MOST_FILES:,} files or {MOST_BYTES:,} bytes of knowledge and rules")
    return found


def _git(folder: Path, *arguments: str) -> bytes | None:
    """What git prints, or None where it fails. Raises Misuse when there is no git."""
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments],
            capture_output=True,
            check=False,
            env=os.environ | QUIET,
            stdin=subprocess.DEVNULL,
        )
    except FileNotFoundError:
        raise Misuse("revisions are read with git, and there is no program 'git'; name two folders instead") from None
    return done.stdout if done.returncode == 0 else None
