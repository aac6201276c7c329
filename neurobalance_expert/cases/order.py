"""The order of a case: by day, clock time and name, whatever the order of its lists in the file, so that equal days give equal reports."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from msgspec import to_builtins
from msgspec.structs import replace

from neurobalance_expert.cases.types import Case, Remark


def in_order(case: Case) -> Case:
    """The same case with every list in its order, and its items numbered anew. What has no time stands last on its day."""
    return replace(
        case,
        foods=_numbered(case.foods, lambda f: (f.date, f.time_min is None, f.time_min or 0, f.name or f.ndb or "")),
        supplements=_numbered(case.supplements, lambda s: (s.date, s.time_min is None, s.time_min or 0, s.product or s.substance)),
        medications=_numbered(case.medications, lambda m: (m.ingredient,)),
        labs=_numbered(case.labs, lambda lab: (lab.analyte, lab.date or "")),
        conditions=tuple(sorted(case.conditions)),
        condition_details=dict(sorted(case.condition_details.items())),
        symptoms=tuple(sorted(case.symptoms)),
        remarks=tuple(sorted(case.remarks, key=_of_remark)),
    )


def _numbered(items: tuple[Any, ...], key: Callable[[Any], tuple[Any, ...]]) -> tuple[Any, ...]:
    """In order; the parts of one line, such as the medicines of a combination, keep one number."""
    ordered = sorted(items, key=lambda item: (*key(item), _said(item)))
    number = {index: n for n, index in enumerate(dict.fromkeys(item.index for item in ordered))}
    return tuple(replace(item, index=number[item.index]) for item in ordered)


def _said(item: Any) -> str:
    """All that an item says, apart from its place."""
    data = {name: value for name, value in to_builtins(item).items() if name != "index"}
    return json.dumps(data, sort_keys=True, ensure_ascii=False)


def _of_remark(remark: Remark) -> tuple[str, ...]:
    return remark.kind, remark.field, remark.name, remark.text
