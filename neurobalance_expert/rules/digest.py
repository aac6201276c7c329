"""The digest of one rule as compiled: what it says, wherever and in whatever form it is written."""

from __future__ import annotations

from hashlib import sha256

import msgspec
from msgspec.structs import replace

from neurobalance_expert.rules.ir import Rule

NOT_MEANT = ("at", "review_by")  # where something stands, and when it is looked at again
WITHOUT_ORDER = ("params", "slots", "tests", "overrides")
_known: dict[int, tuple[Rule, str]] = {}  # by identity: comparing two rules would cost as much as the digest


def rule_digest(rule: Rule) -> str:
    """``sha256:…`` of everything that decides what the rule concludes and says; comments, layout, order of keys and tests are no part."""
    kept = _known.get(id(rule))
    if kept is None or kept[0] is not rule:
        data = _plain(msgspec.to_builtins(replace(rule, tests=()), enc_hook=str))
        kept = _known[id(rule)] = (rule, f"sha256:{sha256(msgspec.json.encode(data, order='sorted')).hexdigest()}")
    return kept[1]


def _plain(data: object) -> object:
    """The data without what is not meant; what stands under keys in the file, so in no order, is sorted."""
    if isinstance(data, dict):
        return {key: _sorted(key, value) for key, value in data.items() if key not in NOT_MEANT}
    return [_plain(value) for value in data] if isinstance(data, (list, tuple)) else data


def _sorted(key: str, value: object) -> object:
    inner = _plain(value)
    return sorted(inner, key=msgspec.json.encode) if key in WITHOUT_ORDER and isinstance(inner, list) else inner
