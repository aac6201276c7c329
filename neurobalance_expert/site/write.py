"""A folder that a site is written to: only into a new or empty one, or one that an earlier run wrote, and only over files of that run.

``.neurobalance-site`` at its top lists what is ours. A file that is not in the list is never replaced and never removed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from neurobalance_expert.atomic import write_bytes
from neurobalance_expert.errors import Misuse

MARK = ".neurobalance-site"
SCHEMA = "neurobalance/site/1"


def ours(folder: Path) -> set[str]:
    """The files that an earlier run wrote into a folder; none for one that is new or empty.

    Raises:
        Misuse: there is something else in it.
    """
    if not folder.exists():
        return set()
    if not folder.is_dir():
        raise Misuse(f"'{folder}' is there already and is no folder; choose another name")
    if not any(folder.iterdir()):
        return set()
    mark = folder / MARK
    listed = _read(mark) if mark.is_file() and not mark.is_symlink() else None
    if listed is None:
        raise Misuse(f"'{folder}' is not empty and was not written by this command; name a new or an empty folder, so that nothing is lost")
    return {path for path in listed if _inside(path)}


def _read(mark: Path) -> list[str] | None:
    try:
        data = json.loads(mark.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    files = data.get("files") if isinstance(data, dict) and data.get("schema") == SCHEMA else None
    return files if isinstance(files, list) and all(isinstance(path, str) for path in files) else None


def _inside(path: str) -> bool:
    parts = PurePosixPath(path).parts
    return bool(parts) and not path.startswith("/") and ".." not in parts and "\\" not in path and ":" not in path


def write_site(folder: Path, files: Mapping[str, bytes]) -> int:
    """Put files into a folder that ``ours`` accepts; files of an earlier run that are gone are removed. Returns how many were written.

    Raises:
        Misuse: the folder has something else in it, or a file of somebody's stands where one of ours would.
        OSError: it cannot be written.
    """
    before = ours(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for path in files:
        _check_free(folder, path, before)
    _mark(folder, before | set(files))  # before the first file: what a crash leaves behind is known to be ours
    written = sum(_put(folder / path, content) for path, content in sorted(files.items()))
    _remove(folder, before - set(files))
    _mark(folder, files)
    return written


def _check_free(folder: Path, path: str, before: set[str]) -> None:
    """Refuse to write over a file that is not ours, or through a link."""
    target = folder
    for part in PurePosixPath(path).parts:
        target = target / part
        if target.is_symlink():
            raise Misuse(f"'{target}' is a link; take it out of the way, or choose another folder")
    if path not in before and target.exists():
        raise Misuse(f"'{target}' was not written by this command; take it out of the way, or choose another folder")


def _put(target: Path, content: bytes) -> bool:
    if target.is_file() and target.read_bytes() == content:
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    write_bytes(target, content, private=False, flush=False)
    return True


def _remove(folder: Path, paths: Iterable[str]) -> None:
    """Remove files of an earlier run, and the folders that are empty then; nothing through a link."""
    for path in sorted(paths):
        target = folder / path
        if target.is_file() and not any(parent.is_symlink() for parent in (target, *target.parents) if parent.is_relative_to(folder)):
            target.unlink()
            for parent in target.parents:
                if parent == folder or any(parent.iterdir()):
                    break
                parent.rmdir()


def _mark(folder: Path, paths: Iterable[str]) -> None:
    listed = json.dumps({"schema": SCHEMA, "files": sorted(paths)}, indent=0)
    write_bytes(folder / MARK, f"{listed}\n".encode(), private=False)
