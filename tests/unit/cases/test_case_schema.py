"""The JSON Schema says what the loader does."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from neurobalance_expert import source
from neurobalance_expert.cases.fields import CASE, Shape
from neurobalance_expert.cases.schema import case_schema
from neurobalance_expert.knowledge.names_data import Names

DATA = Path(__file__).resolve().parents[2] / "data" / "cases"


def plain(data: Any) -> Any:
    """Parsed data with the numbers of JSON."""
    if isinstance(data, Decimal):
        return int(data) if data == int(data) else float(data)
    if isinstance(data, dict):
        return {k: plain(v) for k, v in data.items()}
    return [plain(v) for v in data] if isinstance(data, list) else data


@pytest.fixture(scope="module")
def validator(names: Names) -> jsonschema.Draft202012Validator:
    """A validator of the schema, which is itself a valid schema."""
    schema = case_schema(names)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_examples_and_vignettes_conform(root: Path, validator: jsonschema.Draft202012Validator) -> None:
    """All but the contradictory case, whose values are refused."""
    paths = [*sorted((root / "examples").glob("*.yaml")), *sorted(DATA.glob("c*.yaml"))]
    bad = [path.name for path in paths if not validator.is_valid(plain(source.load(path).data))]

    assert ["c12.yaml"] == bad


@pytest.mark.parametrize("name", ["wrong-shape", "typing-errors"])
def test_a_wrong_shape_does_not_conform(name: str, validator: jsonschema.Draft202012Validator) -> None:
    """What the loader refuses, an editor with the schema underlines."""
    assert not validator.is_valid(plain(source.load(DATA / "bad" / f"{name}.yaml").data))


@pytest.mark.parametrize(
    "change",
    [
        {"diary_date": "02.03.2026"},
        {"schema": "neurobalance/case/2"},
        {"foods": [{"grams": 5}]},
        {"foods": [{"name": None, "grams": 5}]},
        {"foods": [{"name": "x", "grams": 5001}]},
        {"foods": [{"name": "x", "time": "24:00"}]},
        {"person": {"age_y": 40.5}},
        {"person": {"sex": "woman"}},
        {"labs": [{"value": 3}]},
        {"foods": [{"name": "x", "composition": {"protein_g": 20, "protein_kind": "wey"}}]},
        {"supplements": [{"product": "x", "composition": {"carbohydrate_g": 20, "carbohydrate_kind": "whey"}}]},
    ],
)
def test_wrong_values_do_not_conform(change: dict[str, Any], validator: jsonschema.Draft202012Validator) -> None:
    """One wrong field in a case that conforms without it."""
    case = {"schema": "neurobalance/case/1", "person": {}, "diary_date": "2026-03-02", "foods": []}

    assert validator.is_valid(case)
    assert not validator.is_valid(case | change)


def test_the_kinds_of_a_composition_are_those_that_have_a_speed(validator: jsonschema.Draft202012Validator, names: Names) -> None:
    """Each of them conforms, and so does null."""
    case: dict[str, Any] = {"schema": "neurobalance/case/1", "person": {}, "diary_date": "2026-03-02"}
    for part, kinds in names.kinds.items():
        for kind in (*kinds, None):
            assert validator.is_valid(case | {"foods": [{"name": "x", "composition": {f"{part}_kind": kind}}]})
    assert "whey" in names.kinds["protein"]
    assert "low_gi" in names.kinds["carbohydrate"]


def shapes(shape: Shape) -> list[Shape]:
    """A shape and every shape inside it."""
    return [shape, *(inner for field in shape.fields if field.shape for inner in shapes(field.shape))]


def test_every_field_is_in_the_documentation(root: Path) -> None:
    """docs/case-file.md names every key of the table in a code span."""
    text = (root / "docs" / "case-file.md").read_text(encoding="utf-8")

    assert [] == [f"{shape.name}.{key}" for shape in shapes(CASE) for key in shape.keys if f"`{key}`" not in text]
