"""The digest of one rule as compiled: what it says, wherever and in whatever form it is written."""

from __future__ import annotations

from hashlib import sha256

import msgspec

from neurobalance_expert.rules.ir import Rule

NOT_MEANT = ("at", "tests")  # where something stands, and how it is tested
_known: dict[int, tuple[Rule, str]] = {}  # by identity: comparing two rules would cost as much as the digest


def rule_digest(rule: Rule) -> str:
    """``sha256:…`` of everything that decides what the rule concludes and says; comments, layout, order of keys and tests are no part."""
    kept = _known.get(id(rule))
    if kept is None or kept[0] is not rule:
        data = _plain(msgspec.to_builtins(rule, enc_hook=str))
        kept = _known[id(rule)] = (rule, f"sha256:{sha256(msgspec.json.encode(data, order='sorted')).hexdigest()}")
    return kept[1]


def _plain(data: object) -> object:
    if isinstance(data, dict):
        return {key: _plain(value) for key, value in data.items() if key not in NOT_MEANT}
    return [_plain(value) for value in data] if isinstance(data, (list, tuple)) else data
