"""Iron beside tea or coffee, zinc for months, and a medicine that was stopped and still acts on a condition."""

from __future__ import annotations

import pytest

IRON = {"substance": "iron", "dose": 20, "unit": "mg"}


def drink(name: str, time: str | None) -> dict[str, object]:
    """A cup."""
    return {"name": name, "grams": 200} | ({"time": time} if time else {})


@pytest.mark.parametrize(
    ("name", "time", "expected"),
    [
        ("coffee", "08:00", True),
        ("tea, black, brewed", "08:59", True),
        ("decaf coffee", "07:30", True),
        ("tea", "09:00", False),
        ("tea", "07:00", False),
        ("peppermint tea", "08:00", False),
        ("cola", "08:00", False),
        ("coffee", None, False),
    ],
)
def test_iron_within_an_hour_of_tea_or_coffee(found, name, time, expected):
    """With or without caffeine; herbs and cola are something else; a time that is not known decides nothing."""
    codes = [code for code, _, _ in found(supplements=[IRON | {"time": "08:00"}], foods=[drink(name, time)])]

    assert expected == ("INT:fe_x_inhibitors" in codes)


@pytest.mark.parametrize(
    ("dose", "weeks", "copper", "expected"),
    [
        (30, 9, False, True),
        (30, 8, False, False),
        (30, None, False, False),
        (25, 9, False, False),
        (30, 9, True, False),
        (41, None, False, True),
    ],
)
def test_zinc_for_months(found, dose, weeks, copper, expected):
    """Above 25 mg for more than eight weeks without copper, or above 40 mg at once."""
    zinc = {"substance": "zinc", "dose": dose, "unit": "mg", "time": "08:00"} | ({"weeks_used": weeks} if weeks else {})
    beside = [{"substance": "copper", "dose": 1, "unit": "mg", "time": "08:00"}] if copper else []
    severities = [severity for code, severity, _ in found(supplements=[zinc, *beside]) if code == "INT:zinc_copper"]

    assert (["moderate"] if expected else []) == severities


@pytest.mark.parametrize(("stopped", "expected"), [("2026-03-11", True), ("2026-03-01", False)])
def test_a_medicine_that_was_stopped_yesterday_still_concerns_a_condition(found, stopped, expected):
    """Methylene blue counts for two days after the last dose."""
    medicine = {"ingredient": "methylene blue", "status": "stopped", "stopped": stopped}
    severities = [s for code, s, _ in found(conditions=[{"id": "g6pd"}], medications=[medicine]) if code == "COND:g6pd"]

    assert expected == ("contraindicated" in severities)


@pytest.mark.parametrize(("other", "expected"), [("sertraline", True), (None, False)])
def test_a_doubtful_pair_weighs_more_beside_another(found, other, expected):
    """Ondansetron and 5-HTP: moderate alone, a step up when a second item acts on serotonin."""
    medicines = [{"ingredient": name, "times": ["08:00"]} for name in ("ondansetron", other) if name]
    codes = {
        code
        for code, _, _ in found(medications=medicines, supplements=[{"substance": "five_htp", "dose": 50, "unit": "mg", "time": "21:00"}])
    }

    assert expected == ("INT:serotonergic_together" in codes)
    assert "INT:setron_x_serotonin_precursor" in codes
