"""A checked set of rules as JSON and back, so that it need not be parsed again.

Tests are left out: who runs them reads the files. Only the types that ``RuleSet`` is declared with can come back, each value checked
against its type.
"""

from __future__ import annotations

from msgspec import MsgspecError, json
from msgspec.structs import replace

from neurobalance_expert.rules.ir import RuleSet


def to_json(rules: RuleSet) -> bytes:
    """JSON of the rules without their tests."""
    untested = replace(rules, rules=tuple(replace(rule, tests=()) for rule in rules.rules))
    return json.encode(untested, order="deterministic", enc_hook=str)  # text that carries its place in the file becomes text


def from_json(data: bytes) -> RuleSet:
    """The rules again.

    Raises:
        ValueError: the data is not what ``to_json`` wrote.
    """
    try:
        return json.decode(data, type=RuleSet)
    except MsgspecError as error:
        raise ValueError(f"not compiled rules: {error}") from error
