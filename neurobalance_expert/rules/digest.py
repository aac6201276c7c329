"""The digest of one rule as compiled: what it says, wherever and in whatever form it is written."""

from __future__ import annotations

from hashlib import sha256

import msgspec

from neurobalance_expert.rules.ir import Rule

NOT_MEANT = ("at", "tests")  # where something stands, and how it is tested


def rule_digest(rule: Rule) -> str:
    """``sha256:…`` of everything that decides what the rule concludes and says; comments, layout, order of keys and tests are no part."""
    return f"sha256:{sha256(msgspec.json.encode(_plain(msgspec.to_builtins(rule, enc_hook=str)), order='sorted')).hexdigest()}"


def _plain(data: object) -> object:
    if isinstance(data, dict):
        return {key: _plain(value) for key, value in data.items() if key not in NOT_MEANT}
    return [_plain(value) for value in data] if isinstance(data, (list, tuple)) else data
