"""What a rule file declares for ``rules analyze``: rules that may fire together, and rules that together leave no gap.

Neither changes what any rule concludes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from msgspec import Struct

from neurobalance_expert.errors import Problems, did_you_mean
from neurobalance_expert.rules.ir import Partition, Together
from neurobalance_expert.rules.patterns import read_patterns
from neurobalance_expert.rules.reading import Reading
from neurobalance_expert.rules.values import Placed
from neurobalance_expert.source import Data, Document, Keys
from neurobalance_expert.vocabulary import Vocabulary

TOGETHER_KEYS = ("rules", "because")
PARTITION_KEYS = ("name", "over", "rules")


class Declared(Struct, frozen=True):
    """The declarations of one file, or of all."""

    together: tuple[Together, ...] = ()
    partition: tuple[Partition, ...] = ()


def read_declared(document: Document, vocabulary: Vocabulary, problems: Problems) -> Declared:
    """``together`` and ``partition`` of a rule file; what cannot be read is noted and left out."""
    data = document.data
    if not isinstance(data, dict):
        return Declared()
    file = _File(document, vocabulary, problems)
    together = [file.together(item, keys) for item, keys in file.entries(data, "together")]
    partition = [file.partition(item, keys) for item, keys in file.entries(data, "partition")]
    return Declared(tuple(t for t in together if t is not None), tuple(p for p in partition if p is not None))


def joined(each: Sequence[Declared]) -> Declared:
    """The declarations of several files."""
    return Declared(tuple(t for d in each for t in d.together), tuple(p for d in each for p in d.partition))


def check_declared(declared: Declared, known: Collection[str], problems: Problems) -> None:
    """Every rule that a declaration names must be there (NB-R078)."""
    named = [("together", t.rules, t.at) for t in declared.together] + [("partition", p.rules, p.at) for p in declared.partition]
    for kind, rules, at in named:
        for name in rules:
            if name not in known:
                problems.add(
                    "NB-R078",
                    f"'{kind}' names '{name}', and there is no such rule",
                    getattr(name, "at", None) or at,
                    why="a misspelt id would leave the declaration without effect",
                    fix=did_you_mean(name, known, otherwise="check the id; files that are not loaded are not seen"),
                )


class _File:
    """What the declarations of one file are read with."""

    def __init__(self, document: Document, vocabulary: Vocabulary, problems: Problems) -> None:
        self.doc, self.vocabulary, self.problems = document, vocabulary, problems

    def reading(self) -> Reading:
        """A reading of its own for each entry: variables are shared within one only."""
        return Reading(self.doc, self.vocabulary, self.problems)

    def entries(self, data: Mapping[str, Data], name: str) -> list[tuple[dict[str, Data], Keys]]:
        """The entries of a list that are mappings, with their keys."""
        listed = data.get(name)
        if listed is None:
            return []
        if not isinstance(listed, list):
            self.reading().wrong_shape((name,), f"'{name}' needs a list", listed, "start each entry with '- '")
            return []
        found: list[tuple[dict[str, Data], Keys]] = []
        for i, item in enumerate(listed):
            if isinstance(item, dict):
                found.append((item, (name, i)))
            else:
                keys = TOGETHER_KEYS if name == "together" else PARTITION_KEYS
                self.reading().wrong_shape((name, i), f"an entry of '{name}' has the keys {', '.join(keys)}", item, "write them in braces")
        return found

    def together(self, item: dict[str, Data], keys: Keys) -> Together | None:
        """Rules that may fire together."""
        reading = self.reading()
        reading.check_keys(item, keys, TOGETHER_KEYS, "'together'")
        rules = self._ids(reading, item, keys)
        because = self._text(reading, item, keys, "because", "say in a sentence why both may speak")
        return Together(rules, because, self.doc.at(*keys)) if rules and because else None

    def partition(self, item: dict[str, Data], keys: Keys) -> Partition | None:
        """Rules that leave no gap."""
        reading = self.reading()
        reading.check_keys(item, keys, PARTITION_KEYS, "'partition'")
        rules = self._ids(reading, item, keys)
        name = self._text(reading, item, keys, "name", "say what is covered")
        over = read_patterns(reading, item.get("over"), (*keys, "over"), "when")
        if not item.get("over"):
            reading.wrong_shape((*keys, "over"), "'over' needs a list of conditions", item.get("over"), "write [relation: {slot: test}]")
        return Partition(name, over, rules, self.doc.at(*keys)) if rules and name and over and not reading.unread else None

    def _ids(self, reading: Reading, item: Mapping[str, Data], keys: Keys) -> tuple[str, ...]:
        """Two or more different rule ids with their places."""
        data = item.get("rules")
        if not isinstance(data, list) or len(data) < 2 or not all(isinstance(i, str) for i in data) or len(set(map(str, data))) < len(data):
            reading.wrong_shape((*keys, "rules"), "'rules' needs two or more different rule ids", data, "write [rule-id, other-rule-id]")
            return ()
        return tuple(Placed.text(str(name), self.doc.at(*keys, "rules", i)) for i, name in enumerate(data))

    def _text(self, reading: Reading, item: Mapping[str, Data], keys: Keys, name: str, fix: str) -> str:
        data = item.get(name)
        if isinstance(data, str) and data.strip():
            return data
        reading.wrong_shape((*keys, name), f"'{name}' needs text", data, fix)
        return ""
