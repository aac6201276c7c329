"""A checked set of rules as plain JSON data and back, so that it need not be parsed again.

Tests are left out: who runs them reads the files. Only the classes named here can come back, each by its constructor.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

from neurobalance_expert.errors import Span
from neurobalance_expert.rules.ir import Const, Evidence, Head, Param, Pattern, Rule, RuleSet, Slot, Test, Var

_CLASSES: Mapping[str, type[Any]] = {c.__name__: c for c in (Const, Evidence, Head, Param, Pattern, Rule, RuleSet, Slot, Span, Test, Var)}
_DECIMAL, _DICT, _SET = "Decimal", "dict", "set"


def to_data(rules: RuleSet) -> Any:
    """JSON data of the rules without their tests."""
    return _encode(replace(rules, rules=tuple(replace(rule, tests=()) for rule in rules.rules)))


def from_data(data: Any) -> RuleSet:
    """The rules again.

    Raises:
        ValueError: the data is not what ``to_data`` wrote.
    """
    try:
        found = _decode(data)
    except (KeyError, TypeError, AttributeError, ArithmeticError) as error:
        raise ValueError(f"not compiled rules: {error}") from error
    if not isinstance(found, RuleSet):
        raise ValueError("not compiled rules")
    return found


def _encode(value: Any) -> Any:
    """Objects and sets are dicts with one key, the name; tuples are lists; text, whole numbers and None stay."""
    name = type(value).__name__
    if name in _CLASSES:
        return {name: [_encode(getattr(value, f.name)) for f in fields(value)]}
    if isinstance(value, tuple):
        return [_encode(v) for v in value]
    if isinstance(value, Decimal):
        return {_DECIMAL: str(value)}
    if isinstance(value, Mapping):
        return {_DICT: [[_encode(k), _encode(v)] for k, v in sorted(value.items())]}
    if isinstance(value, frozenset):
        return {_SET: sorted(value)}
    return value


def _decode(data: Any) -> Any:
    if isinstance(data, list):
        return tuple([_decode(item) for item in data])
    if not isinstance(data, dict):
        return data
    ((name, inner),) = data.items()
    if name == _DECIMAL:
        return Decimal(inner)
    if name == _DICT:
        return {_decode(k): _decode(v) for k, v in inner}
    if name == _SET:
        return frozenset(inner)
    return _CLASSES[name](*[_decode(item) for item in inner])
