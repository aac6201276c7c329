"""A derived rule before it is written: what it says, what of the model it came from, and the digest that tells when that has moved."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from hashlib import sha256
from typing import Any

from msgspec import Struct

Body = dict[str, Any]
Test = dict[str, Any]


class Draft(Struct, frozen=True):
    """One rule. ``body`` has the keys of the rule language in the order in which they are written."""

    family: str  # file in rules/derived, without suffix
    id: str
    body: Body  # without id and derived_from
    origin: Mapping[str, str]  # {carrier: LAT1, substrate: trp}: the part of the model, in words of docs/derivation.md
    inputs: Mapping[str, Any]  # every number and name of the model that the rule depends on

    @property
    def digest(self) -> str:
        """``sha256:`` of the inputs in canonical form: it changes with any of them and with nothing else."""
        text = json.dumps(self.inputs, sort_keys=True, ensure_ascii=False, default=_plain, separators=(",", ":"))
        return f"sha256:{sha256(text.encode()).hexdigest()[:16]}"

    def as_rule(self) -> Body:
        """The rule as it stands in its file."""
        head = {"id": self.id}
        for key in ("code", "concludes", "title", "kind", "status", "review_by", "severity", "evidence"):
            if key in self.body:
                head[key] = self.body[key]
        rest = {key: value for key, value in self.body.items() if key not in head}
        return {**head, "derived_from": {**self.origin, "digest": self.digest}, **rest}


def evidence(*entries: tuple[str, str, str]) -> list[dict[str, str]]:
    """Evidence of a rule from (reference, grade, what it supports)."""
    return [{"ref": ref, "grade": grade, "supports": supports} for ref, grade, supports in entries]


def case(name: str, expect: Any, *, facts: Body | None = None, like: str = "", change: Body | None = None) -> Test:
    """A test inside a rule: facts of its own, or those of an earlier test with a change."""
    test: Test = {"name": name}
    if facts is not None:
        test["facts"] = facts
    if like:
        test["like"] = like
    if change is not None:
        test["change"] = change
    return {**test, "expect": expect}


def step(value: str, steps: int, resolution: str = "0.01") -> Decimal:
    """A number moved by whole steps of its resolution, written with the digits of the resolution.

    >>> step("0.85", -1), step("0.85", 0)
    (Decimal('0.84'), Decimal('0.85'))
    """
    return (Decimal(value) + steps * Decimal(resolution)).quantize(Decimal(resolution))


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} is no part of the model's content")
