"""Errors of measurement: names that exist, sources that are known, and the share of the model from the script."""

from __future__ import annotations

import statistics
from decimal import Decimal
from pathlib import Path

import pytest

from neurobalance_expert import source
from neurobalance_expert.assessment import Knowledge
from neurobalance_expert.errors import InputProblems
from neurobalance_expert.knowledge.measurement_errors import PATH, parse_measurement_errors
from tools.measurement_errors import spreads

FILE = """\
errors:
  lab: {slot: ratio, by: analyte, kind: KIND, values: {ferritin: {value: VALUE, unit: "1", source: SOURCE, verified: true}}}
"""


def test_every_error_is_of_a_number_that_the_vocabulary_has(knowledge: Knowledge) -> None:
    """Relation, slot, key slot and, for laboratory values, the analyte."""
    known = knowledge.measurement_errors.known
    for (relation, slot), (by, errors) in known.items():
        assert "number" == knowledge.vocabulary.relations[relation].slot(slot).kind
        assert by in knowledge.vocabulary.relations[relation].key
        assert errors
    assert set(known["lab", "ratio"][1]) <= set(knowledge.names.analytes)


def test_an_error_is_looked_up_by_its_key(knowledge: Knowledge) -> None:
    """sqrt(16.9^2 + 3.5^2) = 17.3 % for ferritin; none is made up for what was not read."""
    found = knowledge.measurement_errors.find("lab", "ratio", {"analyte": "ferritin"})

    assert found is not None
    assert (0.173, "ozkanay2023") == (found.share, found.source)
    assert knowledge.measurement_errors.find("lab", "ratio", {"analyte": "plasma_plp"}) is None


def test_the_error_of_the_model_is_that_of_its_draws(root: Path, knowledge: Knowledge) -> None:
    """The middle value over all windows, to two figures, as tools/measurement_errors.py prints it."""
    written = source.load(root / PATH).data["errors"]
    for (relation, aa), shares in spreads(root, knowledge).items():
        assert written[relation]["values"][aa]["value"] == round(Decimal(statistics.median(shares)), 2), (relation, aa)


@pytest.mark.parametrize(
    ("kind", "value", "ref", "said"),
    [("guess", "0.1", "x", "kind"), ("retest", "0", "x", "share above 0"), ("retest", "0.1", "y", "not in knowledge/references.yaml")],
)
def test_what_cannot_be_read_is_a_problem(kind: str, value: str, ref: str, said: str) -> None:
    """A kind that nobody knows, a share that is none, a source that is not there."""
    text = FILE.replace("KIND", kind).replace("VALUE", value).replace("SOURCE", ref)

    with pytest.raises(InputProblems) as refused:
        parse_measurement_errors(source.parse_yaml(text, PATH), {"x": {}})

    assert said in str(refused.value)
