"""A derived rule before it is written: what it says, what of the model it came from, and the digest that tells when that has moved."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from hashlib import sha256
from typing import Any

from msgspec import Struct

from neurobalance_expert.yaml_text import Line

Body = dict[str, Any]
Test = dict[str, Any]

SOMETHING_ELSE = "something_else"  # a name that no rule asks for


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
        tests = [*self.body["tests"], conclusion(self.body)]
        return {**head, "derived_from": {**self.origin, "digest": self.digest}, **rest, "tests": tests}


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


def not_usable(start: str) -> list[Test]:
    """The tests of a rule whose scope is that the entries can be used: none says so, or one says that they cannot."""
    contradicting = case("entries that contradict each other", "out_of_scope", like=start, change=Line(trusted="absent"))
    return [contradicting, case("entries that are not usable", "out_of_scope", like=start, change=Line({"trusted.is": False}))]


def conditions_apart(start: str, excepted: Sequence[str]) -> list[Test]:
    """A test for each condition that a rule leaves to others, and one for a condition that it does not."""
    if not excepted:
        return []
    tests = [
        case(f"the condition {name}", Line(blocked="condition"), like=start, change=Line(condition=Line(id=name))) for name in excepted
    ]
    return [*tests, case("another condition", "fired", like=start, change=Line(condition=Line(id=SOMETHING_ELSE)))]


def conclusion(body: Body) -> Test:
    """A test that names what the rule concludes from the facts of its first test."""
    first = body["tests"][0]
    if "concludes" in body:
        ((_, said),) = body["concludes"].items()
    else:
        said = {"code": body["code"], "severity": body["severity"], **body["then"]}
    bound = _bound(body["when"], first["facts"])
    return case("what it says", Line(concludes=Line({name: _filled_in(text, bound) for name, text in said.items()})), like=first["name"])


def _bound(when: Sequence[Body], facts: Body) -> dict[str, str]:
    """The value of each variable in the facts of a test, by its name with the dollar sign."""
    out: dict[str, str] = {}
    for condition in when:
        for relation, slots in condition.items():
            if isinstance(slots, dict):
                for slot, asked in slots.items():
                    name = asked.get("bind", "") if isinstance(asked, dict) else str(asked)
                    if name.startswith("$") and isinstance(facts[relation], dict) and slot in facts[relation]:
                        out[name] = str(facts[relation][slot])
    return out


def _filled_in(text: str, bound: Mapping[str, str]) -> str:
    """The text with the values of its variables; parts between colons are one word each."""
    return ":".join(bound.get(part, part) for part in text.split(":"))


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
