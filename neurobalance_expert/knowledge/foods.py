"""The food composition table: USDA SR24, per 100 g of edible portion, from one packed file.

Empty is unknown: a cell without a value is NaN and is never read as zero. Where the table comes from and what its columns mean is
written in ``knowledge/foods/README.md`` and ``knowledge/foods/columns.yaml``.

Loading parses 2 MB of CSV, so the arrays are kept in the cache (``.npz`` without pickle, which cannot execute anything). The cache
is used only when it was made from exactly these bytes of the packed file by this version of the format.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property
from hashlib import sha256
from pathlib import Path

import numpy as np
from msgspec import Struct

from neurobalance_expert import source
from neurobalance_expert.errors import InputProblems, Problem
from neurobalance_expert.knowledge import food_cache, food_patterns
from neurobalance_expert.knowledge.food_patterns import Array, Patterns, derive_patterns

PACKED = Path("knowledge") / "foods" / "sr24.zip"
RELEASE = "USDA SR24 (2011)"
CACHE_FORMAT = "foods-2"
FILES = ("foods.csv", "measures.csv", "flags.csv")
MAX_UNPACKED = 50_000_000  # bytes; the table that ships has a tenth of it
TEXT_COLUMNS = ("ndb", "description", "group")


class Measure(Struct, frozen=True):
    """A household measure of a food: ``amount`` of ``name`` weighs ``grams``."""

    name: str
    amount: float
    grams: float


class FoodTable(Struct, frozen=True, dict=True):
    """The whole table. Rows are foods in the order of the file, columns are named as in the file with their unit."""

    release: str
    digest: str  # sha256 of the packed file
    ndb: tuple[str, ...]  # (food,) five characters, leading zeros kept
    descriptions: tuple[str, ...]  # (food,)
    groups: tuple[str, ...]  # (food,) '' where the group is not known
    columns: tuple[str, ...]  # (column,) energy_kcal protein_g … trp_g … vitamin_b6_mg …
    values: Array  # (food, column) per 100 g, NaN: not known
    flagged: frozenset[int]  # rows whose amino acids look odd (flags.csv): a prompt to look, not an error
    patterns: Patterns  # what the food groups say about a value that is missing
    measure_text: str  # JSON by ndb, read when the first measure is asked for

    def row(self, ndb: str) -> int:
        """Row of a food number. Raises KeyError."""
        return self._rows[ndb]

    def column(self, name: str) -> int:
        """Position of a column. Raises KeyError."""
        return self._columns[name]

    def measures(self, ndb: str) -> tuple[Measure, ...]:
        """Household measures of a food; none when the table has none for it (315 foods) or does not have the food."""
        return tuple(Measure(name, amount, grams) for name, amount, grams in self._measures.get(ndb, ()))

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {ndb: row for row, ndb in enumerate(self.ndb)}

    @cached_property
    def _columns(self) -> dict[str, int]:
        return {name: i for i, name in enumerate(self.columns)}

    @cached_property
    def _measures(self) -> dict[str, list[tuple[str, float, float]]]:
        measures: dict[str, list[tuple[str, float, float]]] = json.loads(self.measure_text)
        return measures


def load_foods(kb: Path, cache: Path | None = None) -> FoodTable:
    """The food table of a knowledge base.

    Raises:
        InputProblems: there is no packed table in the knowledge base, or it is not one, or ``columns.yaml`` does not describe it.
    """
    path = kb / PACKED
    try:
        packed = path.read_bytes()
    except OSError as error:
        raise _broken(f"cannot read {PACKED.as_posix()}: {error.strerror}") from None
    described = source.read_text(kb / food_patterns.PATH, shown_as=food_patterns.PATH)
    digest = sha256(packed).hexdigest()
    made_from = sha256(f"{digest} {described}".encode()).hexdigest()
    stored = food_cache.read(cache, CACHE_FORMAT, made_from)
    table = _from_arrays(stored, digest) if stored else None
    if table is None:
        table = parse_packed(packed, digest, source.parse_yaml(described, food_patterns.PATH))
        food_cache.write(cache, CACHE_FORMAT, made_from, _to_arrays(table))
    return table


def parse_packed(packed: bytes, digest: str, columns: source.Document) -> FoodTable:
    """The table from the bytes of the zip.

    Raises:
        InputProblems: the bytes are no zip with the three files, a cell is no number, or a column is not described.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as box:
            if sum(box.getinfo(name).file_size for name in FILES) > MAX_UNPACKED:
                raise ValueError(f"unpacked it is larger than {MAX_UNPACKED:,} bytes")
            foods, measures, flags = (box.read(name).decode() for name in FILES)
        rows = list(csv.reader(io.StringIO(foods)))
        header, rows = rows[0], rows[1:]
        if tuple(header[:3]) != TEXT_COLUMNS:
            raise ValueError(f"the first columns are {header[:3]}")
        values = np.array([[float(cell) if cell else np.nan for cell in row[3:]] for row in rows])
        ndb, descriptions, groups = (tuple(row[i] for row in rows) for i in range(3))
        where = {number: i for i, number in enumerate(ndb)}
        flagged = frozenset(where[row["ndb"]] for row in csv.DictReader(io.StringIO(flags)))
        text = json.dumps(_measures(measures), separators=(",", ":"))
    except (zipfile.BadZipFile, zlib.error, csv.Error, LookupError, ValueError, RuntimeError, EOFError) as error:
        raise _broken(f"{PACKED.as_posix()} is not the packed food table: {error}") from None
    patterns = derive_patterns(values, header[3:], groups, flagged, columns)
    return FoodTable(RELEASE, f"sha256:{digest}", ndb, descriptions, groups, tuple(header[3:]), values, flagged, patterns, text)


def _measures(text: str) -> Mapping[str, Sequence[tuple[str, float, float]]]:
    out: dict[str, list[tuple[str, float, float]]] = defaultdict(list)
    for row in csv.DictReader(io.StringIO(text)):
        out[row["ndb"]].append((row["measure"], float(row["amount"]), float(row["grams"])))
    return out


def _broken(what: str) -> InputProblems:
    fix = "run 'neurobalance init' for a fresh knowledge base, or tools/pack_foods.py"
    return InputProblems([Problem("NB-K033", what, None, "", "foods of a diary are looked up in this table", fix)])


# --- cache --------------------------------------------------------------------------------------------------------


_PATTERNS = Patterns.__struct_fields__


def _to_arrays(table: FoodTable) -> food_cache.Arrays:
    return {
        **{f"patterns_{name}": getattr(table.patterns, name) for name in _PATTERNS},
        "values": table.values,
        "flagged": np.array(sorted(table.flagged), dtype=np.int32),
        "ndb": food_cache.text(table.ndb),
        "descriptions": food_cache.text(table.descriptions),
        "groups": food_cache.text(table.groups),
        "columns": food_cache.text(table.columns),
        "measures": food_cache.text([table.measure_text]),
    }


def _from_arrays(arrays: food_cache.Arrays, digest: str) -> FoodTable | None:
    """The table, or None when the arrays do not fit together."""
    try:
        ndb, descriptions, groups, columns = (food_cache.lines(arrays[k]) for k in ("ndb", "descriptions", "groups", "columns"))
        values = arrays["values"]
        (text,) = food_cache.lines(arrays["measures"])
        flagged = frozenset(arrays["flagged"].tolist())
        patterns = Patterns(**{name: arrays[f"patterns_{name}"] for name in _PATTERNS})
    except (KeyError, ValueError):
        return None
    if values.shape != (len(ndb), len(columns)) or not len(ndb) == len(descriptions) == len(groups) == len(patterns.group):
        return None
    return FoodTable(RELEASE, f"sha256:{digest}", ndb, descriptions, groups, columns, values, flagged, patterns, text)
