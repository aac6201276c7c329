"""A pack that adds and raises as much as one may: whatever the base finds of a generated person is found with it, at least as severe."""

from __future__ import annotations

import json
import random

import pytest

from neurobalance_expert.assessment import conclude
from neurobalance_expert.cases.load import parse_case
from neurobalance_expert.fact import FINDING, SEVERITIES
from neurobalance_expert.knowledge.policy import rank
from neurobalance_expert.loaded import load_knowledge
from neurobalance_expert.source import parse_json
from tests.properties.test_adding_never_softens import SEED, _outcome, _person, pools

__all__ = ["pools"]
PERSONS = 150
MARKS = {"evidence": "D", "origin": "seen", "verified": True}


@pytest.fixture(scope="module")
def layered(knowledge, root, tmp_path_factory):
    """Every row and rule one step up, every condition referring, and a row of its own for every class and condition."""
    folder = tmp_path_factory.mktemp("packs") / "most"
    rows = {m.row.id: m.row.severity for members in knowledge.interactions.of.values() for m in members}
    rules = {r.id: r.severity for r in knowledge.rules.rules if r.severity and r.head.relation == FINDING}
    raised = {
        part: {name: {"severity": _up(s), "because": "so", "sources": ["own"]} for name, s in found.items() if _up(s)}
        for part, found in (("interactions", rows), ("rules", rules))
    }
    entries = knowledge.condition_effects.conditions
    raised["conditions"] = {name: {"refer": True, "because": "so"} for name, entry in entries.items() if not entry.refer}
    effect = {"on": ["*supplement"], "severity": "minor", "note": "Ours.", "source": ["own"], **MARKS}
    row = {
        "with": ["magnesium", "caffeine"],
        "at": "any_dose",
        "severity": "minor",
        "action": "inform",
        "sources": ["own"],
        "because": "Ours.",
        **MARKS,
    }
    texts = {
        "pack.yaml": {"schema": "neurobalance/pack/1", "name": "most", "version": "1.0.0", "raise": raised},
        "knowledge/references.yaml": {
            "references": {"own": {"cite": "ours", "read": {"what": "table", "where": "here", "date": "2026-11-25"}}}
        },
        "knowledge/interactions.yaml": {"interactions": {f"own_{c}": {"drugs": [c], **row} for c in knowledge.names.medicine_classes}},
        "knowledge/condition_effects.yaml": {"conditions": {name: {"effects": [effect]} for name in entries}},
    }
    for path, data in texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(json.dumps(data))
    return load_knowledge(root, [folder], cache=False)


def _up(severity: str) -> str:
    above = SEVERITIES[SEVERITIES.index(severity) + 1 :]
    return above[0] if above else ""


def _found(case, knowledge) -> dict[tuple[str, str, str], int]:
    parsed = parse_case(parse_json(json.dumps(case), "case.json"), knowledge.names)
    worst: dict[tuple[str, str, str], int] = {}
    for f in conclude(parsed, knowledge, "reference")[2]:
        key = (f.code, f.about, f.window)
        worst[key] = max(worst.get(key, 0), rank(f.severity))
    return worst


def test_what_the_base_finds_is_found_with_a_pack(knowledge, layered, pools):
    """Every finding, its severity, and the disposition."""
    gained = 0
    for n in range(PERSONS):
        case = _person(random.Random(SEED + n), pools)
        before, after = _found(case, knowledge), _found(case, layered)
        assert [key for key, severity in before.items() if after.get(key, -1) < severity] == [], case
        assert _outcome(case, layered)[:2] >= _outcome(case, knowledge)[:2]
        gained += sum(after[key] > before.get(key, -1) for key in after)

    assert gained > PERSONS
