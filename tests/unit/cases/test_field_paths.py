"""The paths that a refused value may stand under are those that the loader says."""

from __future__ import annotations

import pytest

from neurobalance_expert.audit import why_not
from neurobalance_expert.cases.fields import CASE, Field, field_paths
from neurobalance_expert.cases.load import parse_case
from neurobalance_expert.errors import Misuse
from neurobalance_expert.source import parse_yaml
from neurobalance_expert.yaml_text import dump

REFUSED = {
    "number": "-5",
    "whole": "-5",
    "flag": "perhaps",
    "choice": "?",
    "date": "2026-13-45",
    "time": "25:61",
    "times": ["25:61"],
    "name": " ",
    "amounts": {"protein_g": "-5"},
}
RECORDS = {"composition": {"protein_g": "-5"}, "reference_range": {"low": "-5"}}
LEAVES = [
    (record, leaf)
    for record in CASE.fields
    for leaf in (record.shape.fields if record.shape else (record,))
    if leaf.kind in REFUSED or leaf.key in RECORDS
]


@pytest.mark.parametrize(("record", "leaf"), LEAVES, ids=lambda field: field.key)
def test_what_is_refused_is_told_by_a_known_path(knowledge, record: Field, leaf: Field):
    """Each field of a case with a value that cannot be used, the required ones beside it as in the example of the format."""
    data = {field.key: _example(field) for field in CASE.fields if field.required}
    if record.shape is None:
        data[record.key] = REFUSED[leaf.kind]
    else:
        row = {
            field.key: _example(field)
            for field in record.shape.fields
            if field.required or field.key in ("name", "substance", "value", "unit")
        }
        row[leaf.key] = RECORDS.get(leaf.key) or REFUSED[leaf.kind]
        data[record.key] = row if record.kind == "record" else [row]
    case = parse_case(parse_yaml(dump(data), "case.yaml"), knowledge.names)

    found = {remark.field for remark in case.remarks if remark.kind == "invalid"}
    assert found
    assert found <= field_paths()


def test_why_not_knows_every_field_and_no_other(balanced, knowledge):
    """A field that the case has no refused value of, one that is spelt badly, and the one that has a rule of its own."""
    found = why_not(balanced, knowledge, "INVALID:food.grams")

    assert ["value-refused"] == [standing.rule for standing in found.standings]
    with pytest.raises(Misuse, match=r"did you mean 'INVALID:food.time'"):
        why_not(balanced, knowledge, "INVALID:food.tme")
    with pytest.raises(Misuse):
        why_not(balanced, knowledge, "INVALID:xyzzy")


def _example(field: Field) -> object:
    if field.shape is None:
        return field.example
    row = {one.key: one.example for one in field.shape.fields if one.required or one.key in ("name", "substance")}
    return row if field.kind == "record" else [row]
