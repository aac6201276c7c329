"""The knowledge that a record was made with, as a zip beside it: written once for each digest, and read as a file of somebody else.

What a zip says of itself is not believed: every name is checked, sizes are counted while it is unpacked, and the content must have the
digest that the record names.
"""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from neurobalance_expert.atomic import temporary_folder, write_bytes
from neurobalance_expert.errors import InputProblems, Problem
from neurobalance_expert.kb import content_digest, layers_digest
from neurobalance_expert.loaded import Knowledge, load_knowledge
from neurobalance_expert.packs import Pack, read_pack
from neurobalance_expert.records.digests import BASE, PACKS
from neurobalance_expert.records.read import Digests

FOLDER = "knowledge"
MOST_FILES = 2_000
MOST_BYTES = 50_000_000  # unpacked, and of the zip itself
DATE = (1980, 1, 1, 0, 0, 0)
MODE = (stat.S_IFREG | 0o600) << 16

_NAME = re.compile(r"(?:base/(?:knowledge|rules|reports/templates)|packs/[0-9]{2}-[a-z0-9-]+)(?:/[A-Za-z0-9_-][A-Za-z0-9_.+-]*)+")
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)", re.IGNORECASE)


def archive_path(folder: Path, digest: str) -> Path:
    """Where the knowledge with this digest is kept in a folder of records."""
    return folder / FOLDER / f"{digest.removeprefix('sha256:')}.zip"


def keep_knowledge(folder: Path, digest: str, files: Mapping[str, bytes]) -> None:
    """Write the zip of these files unless it is there. Raises OSError."""
    path = archive_path(folder, digest)
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_bytes(path, packed(files))


def packed(files: Mapping[str, bytes]) -> bytes:
    """A zip with equal bytes for equal files: sorted names, one date, one mode."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as box:
        for path, content in sorted(files.items()):
            entry = zipfile.ZipInfo(path, DATE)
            entry.external_attr, entry.create_system, entry.compress_type = MODE, 3, zipfile.ZIP_DEFLATED
            box.writestr(entry, content)
    return made.getvalue()


def unpacked(path: Path) -> dict[str, bytes]:
    """The files of a zip.

    Raises:
        InputProblems: there is none (NB-A005), or it is not one of ours: names that lead elsewhere, links, bombs, damage (NB-A006).
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ValueError(f"it is larger than {MOST_BYTES:,} bytes")
        with zipfile.ZipFile(path) as box:
            entries = box.infolist()
            _check(entries)
            return _read(box, entries)
    except FileNotFoundError:
        why = "a record can be made again only with the knowledge that it was made with"
        fix = f"put the file back; it lies in the folder '{FOLDER}' beside the records"
        raise InputProblems([Problem("NB-A005", f"there is no file '{path}'", None, "", why, fix)]) from None
    except OSError as error:
        raise _unusable(path, error.strerror or str(error)) from None
    except (ValueError, zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError) as error:
        raise _unusable(path, str(error)) from None


def _check(entries: list[zipfile.ZipInfo]) -> None:
    """Raises ValueError for what a zip of ours does not have."""
    if len(entries) > MOST_FILES:
        raise ValueError(f"it has more than {MOST_FILES:,} files")
    names = [entry.filename for entry in entries]
    if len({name.casefold() for name in names}) < len(names):
        raise ValueError("a name stands twice in it")
    for entry in entries:
        if not _NAME.fullmatch(entry.filename) or any(_DEVICE.match(part) for part in entry.filename.split("/")):
            raise ValueError(f"the name {ascii(entry.filename)[:100]} is none of a knowledge base")
        kind = stat.S_IFMT(entry.external_attr >> 16)
        if kind not in (0, stat.S_IFREG):
            raise ValueError(f"'{entry.filename}' is no plain file")
        if entry.flag_bits & 1 or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ValueError(f"'{entry.filename}' is encrypted or packed in an unusual way")


def _read(box: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    left = MOST_BYTES
    for entry in entries:
        with box.open(entry) as file:
            content = file.read(left + 1)
        left -= len(content)
        if left < 0:
            raise ValueError(f"unpacked it is larger than {MOST_BYTES:,} bytes")
        found[entry.filename] = content
    return found


def _unusable(path: Path, why: str) -> InputProblems:
    fix = "use a copy of the file that 'assess --record' wrote"
    return InputProblems([Problem("NB-A006", f"'{path}' cannot be used: {why}", None, "", "", fix)])


@contextmanager
def recorded_knowledge(folder: Path, digests: Digests) -> Iterator[Knowledge]:
    """The knowledge of a record from the zip in its folder, unpacked while it is used.

    Raises:
        InputProblems: as ``unpacked``; NB-A006 too when the content is not what the record names; what loading raises.
    """
    path = archive_path(folder, digests.knowledge.digest)
    with temporary_folder(unpacked(path)) as place:
        packs = [read_pack(pack) for pack in _packs(place)]
        if _digest(place, packs) != digests.knowledge.digest:
            raise _unusable(path, "its content does not have the digest of its name")
        yield load_knowledge(place / BASE, [pack.root for pack in packs])


def _packs(place: Path) -> list[Path]:
    return sorted((place / PACKS).iterdir()) if (place / PACKS).is_dir() else []


def _digest(place: Path, packs: list[Pack]) -> str:
    base = place / BASE
    files = {path.relative_to(base).as_posix(): path.read_bytes() for path in base.rglob("*") if path.is_file()}
    return layers_digest(content_digest(files), packs)
