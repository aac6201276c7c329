"""A salt or ester of an amino acid brings less of it than it weighs."""

from __future__ import annotations

import pytest

from neurobalance_expert.cases.load import parse_case
from neurobalance_expert.facts.prepare import prepare
from neurobalance_expert.source import parse_yaml

CASE = """\
schema: neurobalance/case/1
id: a-case
diary_date: '2026-03-02'
person: {{age_y: 34, sex: female, weight_kg: 62, pregnancy_status: not_pregnant}}
foods: []
supplements:
- {line}
medications: []
conditions: []
"""


@pytest.mark.parametrize(
    ("line", "aa", "grams"),
    [
        ("{time: '08:00', substance: tyrosine, dose: 1, unit: g}", "tyr", 1.0),
        ("{time: '08:00', substance: N-Acetyl-L-Tyrosine, dose: 1, unit: g}", "tyr", 181.19 / 223.23),
        ("{time: '08:00', substance: L-lysine hydrochloride, dose: 1, unit: g}", "lys", 146.19 / 182.65),
        ("{time: '08:00', substance: lysine, form: hydrochloride, dose: 1, unit: g}", "lys", 146.19 / 182.65),
        (
            "{time: '08:00', product: focus, components: {tyrosine: {dose: 1, unit: g}, nalt: {dose: 3, unit: g}}}",
            "tyr",
            1.0 + 3 * 181.19 / 223.23,
        ),
    ],
)
def test_the_free_acid_of_a_salt_counts(line, aa, grams, knowledge):
    """Molar mass of the acid over that of the salt, 0.812 for N-acetyl-tyrosine and 0.80 for lysine hydrochloride; two forms add up."""
    case = parse_case(parse_yaml(CASE.format(line=line), "case.yaml"), knowledge.names)
    (intake,) = prepare(case, knowledge).intakes

    assert intake.free_g[aa] == pytest.approx(grams, rel=2e-3)
