"""Pack the food composition table into the one file that the program reads: ``knowledge/foods/sr24.zip``.

    python tools/pack_foods.py FOLDER [-o knowledge/foods/sr24.zip]

FOLDER holds ``sr_amino.csv.gz``, ``sr_measures.csv.gz`` and ``sr_quality_flags.csv`` (knowledge/foods/README.md says what they are
and where they come from). The same input gives the same bytes: names, order, dates and compression are fixed.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import io
import zipfile
from pathlib import Path

RELEASE = "sr24"
STAMP = (1980, 1, 1, 0, 0, 0)  # the earliest date a zip can hold


def members(folder: Path) -> dict[str, bytes]:
    """Name in the zip to bytes: foods and measures as they are, of the flags only those of this release."""
    return {
        "foods.csv": gzip.decompress((folder / "sr_amino.csv.gz").read_bytes()),
        "measures.csv": gzip.decompress((folder / "sr_measures.csv.gz").read_bytes()),
        "flags.csv": _flags((folder / "sr_quality_flags.csv").read_text(encoding="utf-8")),
    }


def pack(files: dict[str, bytes]) -> bytes:
    """A zip with fixed dates and attributes, members in the order given.

    >>> pack({"a": b"1"}) == pack({"a": b"1"})
    True
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, STAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            target.writestr(entry, data, compresslevel=9)
    return out.getvalue()


def _flags(text: str) -> bytes:
    rows = [row for row in csv.DictReader(io.StringIO(text)) if row["source"] == RELEASE]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["ndb", "check", "value"])
    writer.writerows([row["ndb"], row["check"], row["value"]] for row in rows)
    return out.getvalue().encode()


def main() -> None:
    """Read the arguments, pack, print what was written."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="folder with the three source files")
    parser.add_argument("-o", "--output", type=Path, default=Path(__file__).parents[1] / "knowledge" / "foods" / "sr24.zip")
    args = parser.parse_args()
    data = pack(members(args.folder))
    args.output.write_bytes(data)
    print(f"{args.output}: {len(data):,} bytes, sha256 {hashlib.sha256(data).hexdigest()}")


if __name__ == "__main__":
    main()
