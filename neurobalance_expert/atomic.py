"""Writing files so that a reader finds the old file or the new one, never half of one. Every file that the program writes is written here.

What a crash can leave behind is a hidden file or folder ``.neurobalance-….tmp``: no suffix of a result, and no name of a person in it.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

PREFIX, SUFFIX = ".neurobalance-", ".tmp"
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)


def write_bytes(path: Path, content: bytes, *, private: bool = True, mode: int | None = None, flush: bool = True) -> None:
    """Write through a temporary file in the same folder and put it in place in one step; file and folder are flushed to the disk.

    Args:
        private: Only the owner may read it (mode 0600), as what was computed from a person's record; else as the umask says.
        mode: The permissions themselves, instead: those of a file that is replaced.
        flush: Whether to wait for the disk. False for one of many files that can be made again: after a power cut it may be empty.

    Raises:
        OSError: the folder cannot be written, the disk is full … Nothing is left behind.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=PREFIX, suffix=SUFFIX)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            if flush:
                os.fsync(file.fileno())
        if mode is not None or not private:
            Path(name).chmod(0o666 & ~_umask() if mode is None else mode)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    if flush:
        _flush_folder(path.parent)


def write_over(path: Path, before: bytes, after: bytes) -> bool:
    """Put new content in place of what a file held when it was read; mode and links of the file stay.

    Returns:
        False, with the file as it is, when it holds something else by now.

    Raises:
        OSError: the file or its folder may not be written …
    """
    target = path.resolve()
    if not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, "it may not be written")
    if target.read_bytes() != before:
        return False
    write_bytes(target, after, mode=stat.S_IMODE(target.stat().st_mode))
    return True


def write_new(path: Path, content: bytes, *, private: bool = False) -> None:
    """Write a file that is not there yet, whole or not at all; one that is there is never written over.

    Args:
        private: For its owner alone (mode 0600), such as a key; else as the umask says.

    Raises:
        FileExistsError: there is a file, folder or link of this name. It stays as it is.
        OSError: the folder cannot be written, the disk is full …
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=PREFIX, suffix=SUFFIX)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if not private:
            Path(name).chmod(0o666 & ~_umask())
        os.link(name, path)  # unlike a replacement this fails where something is
    finally:
        Path(name).unlink(missing_ok=True)
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


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock file: one process at a time. The system frees it however the process ends; the empty file stays.

    Raises:
        OSError: the file cannot be made, or is a link.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | _NO_LINK, 0o600)
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_LOCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def append(path: Path, line: bytes) -> None:
    """Put one line at the end of a file, flushed to the disk; the whole line or nothing. Hold a lock while you do. Mode 0600.

    Raises:
        OSError: the file cannot be written, is a link, or the disk is full.
    """
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | _NO_LINK, 0o600)
    try:
        size = os.fstat(handle).st_size  # of a file that was there its name is on the disk already
        try:
            if os.write(handle, line) < len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(handle)
        except OSError:
            os.ftruncate(handle, size)
            raise
    finally:
        os.close(handle)
    if not size:
        _flush_folder(path.parent)


@contextmanager
def temporary_folder(files: Mapping[str, bytes]) -> Iterator[Path]:
    """A folder of ours alone that holds these files while it is used. The paths must have been checked: inside, without links."""
    with tempfile.TemporaryDirectory(prefix=PREFIX, suffix=SUFFIX) as name:
        folder = Path(name).resolve()
        for path, content in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
        yield folder


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
