"""Values that differ are told with file, keys and unit, and each can be set alone."""

from __future__ import annotations

from neurobalance_expert.impact.values import changed_values, data_of, with_value

PATH = "knowledge/x.yaml"
BEFORE = b"""
km: {values: {phe: 11, trp: 15}, unit: uM, source: smith1987, verified: false, note: old}
lag: {value: 30, unit: min, source: [a], origin: memory}
night: {value: "23:00", unit: clock}
gone: {value: 2, unit: g}
limits: [{is: low, value: 20}, {is: high, value: 60}]
words: [tremor, shaking]
severity: major
"""
AFTER = b"""
km: {values: {phe: 12, trp: 15}, unit: uM, source: smith2000, verified: true, note: new}
lag: {value: 0.5, unit: h, source: [a], origin: memory}
night: {value: "22:30", unit: clock}
limits: [{is: low, value: 21}, {is: high, value: 60}]
words: [tremor, shaking, shaky]
severity: moderate
new: {value: 7, unit: g}
"""


def changes():
    """The differences of the two, by their keys."""
    return {change.name: change for change in changed_values({PATH: BEFORE}, {PATH: AFTER})}


def test_each_value_is_told_with_its_unit():
    """Also one whose unit moved with it, one of a list, and what one side does not have."""
    told = {name.removeprefix("x: "): (change.kind, change.told()) for name, change in changes().items()}

    assert {
        "km.values.phe": ("value", "11 -> 12 uM"),
        "km.source": ("source", "smith1987 -> smith2000"),
        "km.verified": ("mark", "false -> true"),
        "km.note": ("words", "old -> new"),
        "lag.value": ("value", "30 min -> 0.5 h"),
        "night.value": ("value", "23:00 -> 22:30 clock"),
        "gone": ("value", "removed: 2 g"),
        "limits[0].value": ("value", "20 -> 21"),
        "words": ("value", "[tremor, shaking] -> [tremor, shaking, shaky]"),
        "severity": ("value", "major -> moderate"),
        "new": ("value", "added: 7 g"),
    } == told


def test_all_values_one_after_the_other_make_the_later_file():
    """Every change applied to the earlier data: nothing is lost and nothing else moves."""
    data = data_of(BEFORE, PATH)
    for change in changes().values():
        data = with_value(data, change)

    assert data_of(AFTER, PATH) == data


def test_one_value_alone_leaves_the_rest_and_the_given_data_as_they_are():
    """A value and its unit are one."""
    data = data_of(BEFORE, PATH)
    alone = with_value(data, changes()["x: lag.value"])

    assert ("0.5", "h") == (str(alone["lag"]["value"]), alone["lag"]["unit"])
    assert data_of(BEFORE, PATH) == data
    assert data["km"] == alone["km"]


def test_a_table_or_a_whole_file_is_one_value():
    """Foods are no YAML; a file can be new or gone; what is not knowledge is none of it."""
    old = {"knowledge/foods/a.csv": b"1", "knowledge/b.yaml": b"b: 1", "rules/x.yaml": b"x: 1"}
    new = {"knowledge/foods/a.csv": b"2", "knowledge/c.yaml": b"c: 1", "rules/x.yaml": b"x: 2"}

    assert [("b", "removed"), ("c", "added"), ("foods/a.csv", "changed")] == [(c.name, c.what) for c in changed_values(old, new)]
