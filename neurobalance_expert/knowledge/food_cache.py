"""Arrays kept between runs: one ``.npz`` per source and format, without pickle, checked before it is believed.

The name holds the format and the digest of what the arrays were made from; the file holds both again beside the arrays, and the zip
inside checks each array's CRC. Any failure, to read or to write, means that the arrays are computed again.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurobalance_expert.atomic import write_quietly

Arrays = dict[str, NDArray[Any]]


def read(folder: Path | None, form: str, digest: str) -> Arrays | None:
    """The arrays kept for this digest, or None."""
    if folder is None:
        return None
    try:
        with np.load(_path(folder, form, digest), allow_pickle=False) as box:
            arrays = {name: box[name] for name in box.files}
        made_from = lines(arrays.pop("made_from"))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    return arrays if made_from == (form, digest) else None


def write(folder: Path | None, form: str, digest: str, arrays: Arrays) -> None:
    """Keep the arrays; failure to write is no failure."""
    if folder is None:
        return
    out = io.BytesIO()
    np.savez(out, allow_pickle=False, made_from=text((form, digest)), **arrays)
    write_quietly(_path(folder, form, digest), out.getvalue())


def text(items: Iterable[str]) -> NDArray[np.uint8]:
    """Strings without line breaks as one array of UTF-8 bytes."""
    return np.frombuffer("\n".join(items).encode(), dtype=np.uint8)


def lines(array: NDArray[Any]) -> tuple[str, ...]:
    """The strings again. Raises ValueError (UnicodeDecodeError) when the bytes are no text."""
    return tuple(array.tobytes().decode().split("\n"))


def _path(folder: Path, form: str, digest: str) -> Path:
    return folder / f"{form}-{digest[:32]}.npz"
