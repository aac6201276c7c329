"""The food table: packed file, cache, measures, patterns."""

from __future__ import annotations

import io
import runpy
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from neurobalance_expert.errors import InputProblems
from neurobalance_expert.knowledge.foods import PACKED, FoodTable, Measure, load_foods

ROOT = Path(__file__).resolve().parents[2]
pack = runpy.run_path(str(ROOT / "tools" / "pack_foods.py"))["pack"]


@pytest.fixture(scope="module")
def table() -> FoodTable:
    return load_foods(ROOT)


def test_the_table_is_whole(table: FoodTable) -> None:
    """7,906 foods with 51 columns; every food number is there once, with its leading zeros."""
    assert (7906, 51) == table.values.shape
    assert 7906 == len(set(table.ndb))
    assert {5} == {len(ndb) for ndb in table.ndb}
    assert table.digest.startswith("sha256:")


def test_known_values_read_as_printed(table: FoodTable) -> None:
    """Whole raw egg has 0.167 g tryptophan, cheddar 0.320 g, milk 0.040 g per 100 g in this release."""
    trp = {ndb: table.values[table.row(ndb), table.column("trp_g")] for ndb in ("01123", "01009", "01077")}

    assert {"01123": 0.167, "01009": 0.320, "01077": 0.040} == pytest.approx(trp, abs=0.006)


def test_empty_is_nan_and_zero_is_zero(table: FoodTable) -> None:
    """4,817 foods have a tryptophan value; olive oil has a stated zero of protein; a brand cheese sauce has no tryptophan value."""
    trp = table.values[:, table.column("trp_g")]

    assert 4817 == np.count_nonzero(~np.isnan(trp))
    assert 0.0 == table.values[table.row("04053"), table.column("protein_g")]
    assert np.isnan(trp[table.row("01188")])


def test_measures_weigh(table: FoodTable) -> None:
    """A cup of butter is 227 g; a food that is not there has no measures."""
    assert Measure("cup", 1.0, 227.0) in table.measures("01001")
    assert () == table.measures("99999")


def test_an_unknown_number_is_a_key_error(table: FoodTable) -> None:
    with pytest.raises(KeyError):
        table.row("99999")


def test_the_cache_gives_the_same_table(table: FoodTable, tmp_path: Path) -> None:
    """Second load reads the cache, and nothing differs."""
    load_foods(ROOT, tmp_path)
    again = load_foods(ROOT, tmp_path)

    assert 1 == len(list(tmp_path.iterdir()))
    assert np.array_equal(table.values, again.values, equal_nan=True)
    assert (table.ndb, table.descriptions, table.groups, table.flagged) == (again.ndb, again.descriptions, again.groups, again.flagged)
    assert np.array_equal(table.patterns.per_protein, again.patterns.per_protein, equal_nan=True)
    assert table.measures("01001") == again.measures("01001")


@pytest.mark.parametrize(
    "spoil", [lambda b: b[: len(b) // 2], lambda b: b"", lambda b: b.replace(b"values", b"valuez")], ids=["half", "empty", "key"]
)
def test_a_spoiled_cache_is_not_believed(table: FoodTable, tmp_path: Path, spoil: Callable[[bytes], bytes]) -> None:
    """A cache file that was cut or altered is computed anew, in silence."""
    load_foods(ROOT, tmp_path)
    (file,) = tmp_path.iterdir()
    file.write_bytes(spoil(file.read_bytes()))

    assert np.array_equal(table.values, load_foods(ROOT, tmp_path).values, equal_nan=True)


def test_a_cache_of_another_table_is_not_believed(table: FoodTable, tmp_path: Path) -> None:
    """One food less in the packed file: the cache of the whole table stands beside it and is not used."""
    load_foods(ROOT, tmp_path / "cache")
    kb = _copy(tmp_path, lambda text: text[: text.rstrip().rindex("\n") + 1])

    assert 7905 == len(load_foods(kb, tmp_path / "cache").ndb)


def test_a_file_that_is_no_table_is_a_problem_with_a_fix(tmp_path: Path) -> None:
    """Not a zip, a missing file and a changed header are NB-K033, never a traceback."""
    kb = _copy(tmp_path, lambda text: text.replace("ndb,description", "id,description", 1))
    for content in (None, b"not a zip"):
        if content:
            (kb / PACKED).write_bytes(content)
        with pytest.raises(InputProblems) as found:
            load_foods(kb)
        assert ["NB-K033"] == [p.code for p in found.value.problems]
        assert found.value.problems[0].fix


def test_a_column_without_meaning_is_a_problem(tmp_path: Path) -> None:
    """columns.yaml must describe every column of the table."""
    kb = _copy(tmp_path, lambda text: text.replace("energy_kcal", "energy_kj", 1))
    with pytest.raises(InputProblems) as found:
        load_foods(kb)

    assert ["NB-K032"] == [p.code for p in found.value.problems]
    assert "energy_kj" in found.value.problems[0].what


def test_packing_is_reproducible() -> None:
    """The members of the packed file, packed again, are the same bytes."""
    packed = (ROOT / PACKED).read_bytes()
    with zipfile.ZipFile(io.BytesIO(packed)) as box:
        members = {name: box.read(name) for name in box.namelist()}

    assert ["foods.csv", "measures.csv", "flags.csv"] == list(members)
    assert pack(members) == pack(dict(members))
    with zipfile.ZipFile(io.BytesIO(pack(members))) as again:
        assert members == {name: again.read(name) for name in again.namelist()}


def test_patterns_of_a_group_lie_in_order(table: FoodTable) -> None:
    """5th centile <= median <= 95th; over all foods a gram of protein holds about 11.4 mg tryptophan."""
    low, middle, high = table.patterns.per_protein
    amino = table.patterns.imputed

    assert np.all((low <= middle)[:, amino] & (middle <= high)[:, amino])
    assert 0.0114 == pytest.approx(middle[-1, table.column("trp_g")], abs=0.0003)
    assert 18 == np.count_nonzero(amino)


def _copy(folder: Path, change: Callable[[str], str]) -> Path:
    """A knowledge base with a changed foods.csv."""
    kb = folder / "kb"
    (kb / PACKED).parent.mkdir(parents=True)
    (kb / "knowledge/foods/columns.yaml").write_bytes((ROOT / "knowledge/foods/columns.yaml").read_bytes())
    with zipfile.ZipFile(ROOT / PACKED) as box:
        members = {name: box.read(name) for name in box.namelist()}
    members["foods.csv"] = change(members["foods.csv"].decode()).encode()
    (kb / PACKED).write_bytes(pack(members))
    return kb
