"""No edit of the knowledge makes anything milder unseen: severities, dispositions and washout times against the kept floor.

``pytest --update-golden tests/health/test_severity_floor.py`` keeps the present state as the floor. Whoever lowers something says so in
CHANGELOG.md (Rules or Knowledge), and whoever reviews reads the diff of ``tests/data/severity-floor.txt``.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import pytest

from neurobalance_expert.fact import SEVERITIES

FLOOR = Path(__file__).resolve().parents[1] / "data" / "severity-floor.txt"
BY_ROW = "by row"  # a rule that takes the severity from the row of a table


def strictness(knowledge) -> dict[str, str]:
    """What decides how severe a case comes out, by a name: severities, dispositions, days."""
    found = {f"rule {rule.id}": rule.severity or BY_ROW for rule in knowledge.rules.rules if rule.head.code and rule.status != "retired"}
    for ingredient, members in knowledge.interactions.of.items():
        for row in (member.row for member in members):
            for partner in row.partners:
                found[f"interaction {row.id} {ingredient} {partner}"] = row.severity_for(ingredient)
    for condition, entry in knowledge.condition_effects.conditions.items():
        found[f"condition {condition} refers"] = "yes" if entry.refer else "no"
        for effect in entry.effects:
            marks = "".join(f" {word} {'+'.join(sorted(of))}" for word, of in (("only", effect.only), ("unless", effect.unless)) if of)
            for item in (effect.every,) if effect.every else (*effect.on, *effect.medicines):
                name = f"condition {condition} {item}{marks}"
                found[name] = max(found.get(name, "info"), effect.severity, key=SEVERITIES.index)
    for name, group in knowledge.names.medicine_classes.items():
        for ingredient in group.ingredients:
            found[f"washout {name} {ingredient}"] = f"{group.washout_days.get(ingredient) or 0} d"
    policy = knowledge.policy
    for rule in policy.codes:
        found[f"disposition {rule.code} {rule.min_severity}"] = rule.disposition
    return found | {f"disposition of {severity}": disposition for severity, disposition in policy.severity.items()}


def rank(value: str, order: tuple[str, ...]) -> float:
    """How strict a value is; more is stricter."""
    if value.endswith(" d"):
        return float(value.removesuffix(" d"))
    scale = (*SEVERITIES, BY_ROW) if value in SEVERITIES or value == BY_ROW else ("no", "yes") if value in ("no", "yes") else order[::-1]
    return float(scale.index(value))


def softened(floor: Mapping[str, str], now: Mapping[str, str], order: tuple[str, ...]) -> list[str]:
    """What is gone or milder than the floor."""
    return [name for name, value in floor.items() if name not in now or rank(now[name], order) < rank(value, order)]


def kept() -> dict[str, str]:
    """The floor as kept."""
    return dict(line.rsplit(": ", 1) for line in FLOOR.read_text(encoding="utf-8").splitlines())


def test_nothing_is_milder_than_the_floor_and_the_floor_is_current(knowledge, golden):
    """Equal: what became stricter is kept as the new floor."""
    golden(FLOOR, "".join(f"{name}: {value}\n" for name, value in sorted(strictness(knowledge).items())))


def test_every_way_to_soften_one_entry_is_seen(knowledge):
    """Each entry taken away, and each one step milder where there is a milder one."""
    order = tuple(knowledge.policy.order)
    floor = kept()
    assert softened(floor, floor, order) == []
    steps = {severity: SEVERITIES[n - 1] for n, severity in enumerate(SEVERITIES) if n} | dict(pairwise(order)) | {"yes": "no"}
    changed = 0
    for name, value in floor.items():
        assert softened(floor, {k: v for k, v in floor.items() if k != name}, order) == [name]
        days = f"{float(value.removesuffix(' d')) - 1:g} d" if value.endswith(" d") and value != "0 d" else None
        milder = days or steps.get(value)
        if milder:
            changed += 1
            assert softened(floor, floor | {name: milder}, order) == [name]
    assert changed > 1300


@pytest.mark.parametrize("kind", ["rule", "interaction", "condition", "washout", "disposition"])
def test_the_floor_speaks_of_every_kind(kind):
    """None of the tables is empty by mistake."""
    assert sum(name.startswith(f"{kind} ") for name in kept()) >= 10
