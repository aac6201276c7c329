"""The identity of a case: equal for equal content, whatever the order of its lists and the units it was written in."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from msgspec import to_builtins

from neurobalance_expert.cases.types import Case

_SINCE = ("protein_kind", "carbohydrate_kind")  # of a composition; not stated they are no part, so that older cases keep their digest
_NOT_CONTENT = ("index", "entered", "named")  # the place in a list; the spelling of a value and of a name


def case_digest(case: Case) -> str:
    """``sha256:`` and the digest of the canonical form. ``id``, ``digest`` and the places in the file are no part of it.

    Canonical form: JSON with sorted keys, every list sorted by the JSON of its items, numbers as their shortest decimal. Remarks count by
    kind, field, name and text, so that two cases that were refused for different values differ.
    """
    content = {
        "person": to_builtins(case.person),
        "diary_date": case.diary_date,
        "foods": _items(case.foods),
        "supplements": _items(case.supplements),
        "medications": _items(case.medications),
        "medications_complete": case.medications_complete,
        "conditions": sorted(case.conditions),
        "condition_details": dict(case.condition_details),
        "conditions_complete": case.conditions_complete,
        "symptoms": sorted(case.symptoms),
        "labs": _items(case.labs),
        "goal": case.goal,
        "remarks": sorted([r.kind, r.field, r.name, r.text] for r in case.remarks),
    }
    return "sha256:" + sha256(_canonical(content).encode()).hexdigest()


def _items(items: tuple[Any, ...]) -> list[dict[str, Any]]:
    plain = [{k: _stated(v) for k, v in to_builtins(item).items() if k not in _NOT_CONTENT} for item in items]
    return sorted(plain, key=_canonical)


def _stated(value: object) -> object:
    return {k: v for k, v in value.items() if v != "" or k not in _SINCE} if isinstance(value, dict) else value


def _canonical(data: object) -> str:
    return json.dumps(data, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
