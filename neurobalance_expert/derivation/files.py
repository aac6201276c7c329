"""Derived rules on disk: written, and compared with what the model implies now."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from neurobalance_expert import source
from neurobalance_expert.atomic import write_bytes
from neurobalance_expert.errors import InputProblems

FOLDER = "derived"


class Drift(Struct, frozen=True):
    """How a rule on disk differs from the rule that the model implies."""

    rule: str
    file: str
    kind: str  # model: its inputs changed; edited: the text was changed by hand; missing; unknown: the model implies no such rule
    told: str


def write_rules(rules: Path, texts: Mapping[str, str]) -> list[str]:
    """Write the files that differ, each whole or not at all, and remove files of the folder that the model no longer implies.

    Returns:
        Paths inside ``rules/`` that were written or removed, in order.
    """
    changed = []
    for name, text in sorted(texts.items()):
        path = rules / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_bytes(path, text.encode(), private=False)
            path.chmod(0o644)  # rules are nobody's personal data
            changed.append(name)
    for path in sorted((rules / FOLDER).glob("*.yaml")):
        name = f"{FOLDER}/{path.name}"
        if name not in texts:
            path.unlink()
            changed.append(name)
    return changed


def drifts(rules: Path, texts: Mapping[str, str]) -> list[Drift]:
    """Every rule of ``rules/derived`` that is not what the model implies, in the order of the files."""
    found: list[Drift] = []
    on_disk = {f"{FOLDER}/{path.name}": path for path in sorted((rules / FOLDER).glob("*.yaml"))}
    for name in sorted({*texts, *on_disk}):
        wanted = _rules(source.parse_yaml(texts[name], f"rules/{name}").data) if name in texts else {}
        there = _on_disk(on_disk[name], name) if name in on_disk else {}
        for rule in [*wanted, *(r for r in there if r not in wanted)]:
            told = _difference(wanted.get(rule), there.get(rule))
            if told:
                found.append(Drift(rule, f"rules/{name}", *told))
        same = name in on_disk and name in texts and not any(d.file == f"rules/{name}" for d in found)
        if same and on_disk[name].read_text(encoding="utf-8") != texts[name]:
            found.append(Drift("", f"rules/{name}", "edited", "the rules are the same, the text is not"))
    return found


def _on_disk(path: Path, name: str) -> dict[str, Any]:
    try:
        return _rules(source.load(path, shown_as=f"rules/{name}").data)
    except InputProblems:
        return {}


def _rules(data: Any) -> dict[str, Any]:
    rules = data.get("rules") if isinstance(data, dict) else None
    return {str(rule["id"]): rule for rule in rules or [] if isinstance(rule, dict) and "id" in rule}


def _difference(wanted: Any, there: Any) -> tuple[str, str] | None:
    if wanted == there:
        return None
    if there is None:
        return "missing", "the model implies it and it is not there"
    if wanted is None:
        return "unknown", "it is there and the model does not imply it"
    old, new = ((r.get("derived_from") or {}).get("digest", "none") for r in (there, wanted))
    keys = ", ".join(k for k in dict.fromkeys([*wanted, *there]) if wanted.get(k) != there.get(k))
    if old != new:
        return "model", f"what it was derived from has changed ({old} -> {new}); differs in {keys}"
    return "edited", f"it was changed by hand, in {keys}"
