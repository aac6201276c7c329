"""One field of a study file at a time: its presence, kind, range and name, each problem with its place."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from neurobalance_expert.errors import Problems, did_you_mean
from neurobalance_expert.model.constants import AA
from neurobalance_expert.source import Document, Keys


class Fields:
    """A document and the collector of its problems."""

    def __init__(self, doc: Document, problems: Problems) -> None:
        self.doc, self.problems = doc, problems

    def value(self, keys: Keys) -> Any:
        """What stands under the keys; None when nothing does."""
        found: Any = self.doc.data
        for key in keys:
            if isinstance(found, dict):
                found = found.get(key)
            elif isinstance(found, list) and isinstance(key, int) and key < len(found):
                found = found[key]
            else:
                return None
        return found

    def mapping(self, keys: Keys) -> Mapping[str, Any]:
        """The mapping under the keys; empty, with a problem, when there is none or it holds nothing."""
        found = self.value(keys)
        if isinstance(found, dict) and found:
            return found
        self.problems.add("NB-M030", f"'{keys[-1]}' must map names to values and hold at least one", self.doc.at(*keys))
        return {}

    def items(self, keys: Keys) -> list[Any]:
        """The list under the keys; empty, with a problem, when there is none or it holds nothing."""
        found = self.value(keys)
        if isinstance(found, list) and found:
            return found
        self.problems.add("NB-M030", f"'{keys[-1]}' must be a list with at least one entry", self.doc.at(*keys))
        return []

    def has(self, spec: object, needed: Collection[str], keys: Keys) -> bool:
        """Whether the entry has each field with a value; a problem names those that lack."""
        lacking = [f for f in needed if not isinstance(spec, dict) or spec.get(f) is None]
        if not lacking:
            return True
        name = f"'{keys[-1]}'" if keys and isinstance(keys[-1], str) else "the entry" if keys else "the study"
        why = "a number that cannot be traced or compared proves nothing"
        self.problems.add(
            "NB-M030", f"{name} has no {', '.join(lacking)}", self.doc.at_key(*keys), why=why, fix="add it (docs/study-files.md)"
        )
        return False

    def only(self, spec: object, allowed: Collection[str], keys: Keys) -> None:
        """A problem for each field that nothing reads."""
        for name in spec if isinstance(spec, dict) else ():
            if name not in allowed:
                hint = did_you_mean(str(name), allowed, otherwise=f"known: {', '.join(sorted(allowed))}")
                self.problems.add("NB-M032", f"unknown field '{name}'", self.doc.at_key(*keys, name), fix=hint)

    def known(self, name: object, allowed: Collection[str], what: str, keys: Keys) -> bool:
        """Whether the name is one of those allowed; a problem with the nearest when not."""
        if name in allowed:
            return True
        hint = did_you_mean(str(name), allowed, otherwise=f"known: {', '.join(allowed)}")
        self.problems.add("NB-M032", f"unknown {what} '{name}'", self.doc.at(*keys), fix=hint)
        return False

    def amino_acid(self, name: object, keys: Keys) -> bool:
        """Whether the model follows this amino acid."""
        return self.known(name, AA, "amino acid", keys)

    def reference(self, key: str, references: Mapping[str, object]) -> None:
        """A problem when the key is not in the references."""
        if key not in references:
            hint = did_you_mean(key, [str(r) for r in references], otherwise="add the key to knowledge/references.yaml, or use cite:")
            self.problems.add("NB-K012", f"unknown reference '{key}'", self.doc.at("source"), fix=hint)

    def number(self, keys: Keys, least: float, most: float, unit: str = "") -> float:
        """A number in a range; NaN with a problem when it is none or outside."""
        value = self.value(keys)
        said = f" {unit}" if unit else ""
        if not isinstance(value, Decimal):
            fix = "write a number; what the study does not say is assumed openly (assumed:) or left out"
            self.problems.add("NB-M031", f"'{keys[-1]}' is not a number", self.doc.at(*keys), fix=fix)
            return float("nan")
        if not least <= value <= most:
            what = f"'{keys[-1]}' is {value}{said}, outside {least:g} to {most:g}{said}"
            self.problems.add("NB-M031", what, self.doc.at(*keys), fix="check the number and its unit")
        return float(value)

    def flag(self, keys: Keys) -> bool:
        """True or false."""
        value = self.value(keys)
        if not isinstance(value, bool):
            self.problems.add("NB-M031", f"'{keys[-1]}' must be true or false", self.doc.at(*keys))
        return value is True

    def text(self, keys: Keys) -> str:
        """Text that is not empty."""
        value = self.value(keys)
        if not isinstance(value, str) or not value.strip():
            self.problems.add("NB-M031", f"'{keys[-1]}' must be text", self.doc.at(*keys))
            return ""
        return value
