"""Writing files so that a reader finds the old file or the new one, never half of one. Every file that the program writes is written here.

What a crash can leave behind is a hidden file or folder ``.neurobalance-….tmp``: no suffix of a result, and no name of a person in it.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

PREFIX, SUFFIX = ".neurobalance-", ".tmp"


def write_bytes(path: Path, content: bytes, *, private: bool = True) -> None:
    """Write through a temporary file in the same folder and put it in place in one step; file and folder are flushed to the disk.

    Args:
        private: Only the owner may read it (mode 0600), as what was computed from a person's record; else as the umask says.

    Raises:
        OSError: the folder cannot be written, the disk is full … Nothing is left behind.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=PREFIX, suffix=SUFFIX)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if not private:
            Path(name).chmod(0o666 & ~_umask())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _flush_folder(path.parent)


def write_quietly(path: Path, content: bytes) -> None:
    """The same for a cache: makes the folder, and a failure is no failure because the content can be computed again."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_bytes(path, content)
    except OSError:
        return


def copy_folders(source: Path, folder: Path, parts: Sequence[str]) -> None:
    """Copy folders into a new or empty one. They are copied whole before any is put in place; the first of ``parts`` comes last.

    Raises:
        OSError: the folder cannot be written. Nothing is left behind in it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(dir=folder, prefix=PREFIX, suffix=SUFFIX))
    try:
        for part in parts:
            shutil.copytree(source / part, made / part, ignore=shutil.ignore_patterns("__pycache__", ".*"))
        for name in dict.fromkeys(Path(part).parts[0] for part in reversed(parts)):
            os.replace(made / name, folder / name)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    _flush_folder(folder)


def _flush_folder(folder: Path) -> None:
    """Bring the new name to the disk, where the system has a way to; the content is there already."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
