"""What a rule file names: relations, slots and their values, parameters, variables, labels, tests, references, codes and other rules."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping

from neurobalance_expert.lsp.entries import Entries, tables_of_slot
from neurobalance_expert.lsp.names import Kind, Mention, Symbol
from neurobalance_expert.lsp.places_knowledge import THRESHOLD
from neurobalance_expert.lsp.positions import Lines
from neurobalance_expert.rules.patterns import OPTIONS
from neurobalance_expert.source import Data, Document, Keys
from neurobalance_expert.vocabulary import Relation, SlotType

PARTS = ("scope", "when", "unless")

_PRINTED = re.compile(r"\{\{-?\s*([A-Za-z]\w*)?\s*(?:\|\s*([A-Za-z]\w*)?\s*)?-?\}\}")
_VARIABLE = re.compile(r"\$([A-Za-z]\w*)")
_CHANGED = re.compile(r"([\w-]+)(?:(?:\[\d+\])?\.([\w-]+))?")


def mentions(doc: Document, relations: Mapping[str, Relation], entries: Entries) -> Iterator[Mention]:
    """Every mention of a rule file."""
    lines, starts = Lines(doc.text), sorted({(span.line, span.col) for span in doc.key_spans.values()})
    for i, data in enumerate(doc.data["rules"]):
        if isinstance(data, dict):
            yield from _Rule(doc, lines, starts, relations, entries, data, ("rules", i)).all()
    exclusive = doc.data.get("exclusive")
    for i, group in enumerate(exclusive if isinstance(exclusive, list) else ()):
        for j, code in enumerate(group if isinstance(group, list) else ()):
            if isinstance(code, str):
                yield Mention(Symbol("code", (code,)), doc.at("exclusive", i, j), whole=True)


class _Rule:
    """Looks through one rule."""

    def __init__(
        self,
        doc: Document,
        lines: Lines,
        starts: list[tuple[int, int]],
        relations: Mapping[str, Relation],
        entries: Entries,
        data: Mapping[str, Data],
        keys: Keys,
    ) -> None:
        self.doc, self.lines, self.starts, self.relations, self.data, self.keys = doc, lines, starts, relations, data, keys
        self.entries = entries
        self.owner = (doc.file, str(keys[-1]))
        params = data.get("params")
        self.params = params if isinstance(params, dict) else {}
        self.bound: set[str] = set()

    def all(self) -> Iterator[Mention]:
        """Every mention of the rule."""
        data, keys = self.data, self.keys
        if isinstance(data.get("id"), str):
            yield self.whole("rule", (data["id"],), (*keys, "id"), defines=True)
        for name, value in self.params.items():
            yield self.key("parameter", (*self.owner, name), (*keys, "params", name), defines=True)
            if isinstance(value, str) and value.startswith(THRESHOLD):
                yield self.whole("threshold", (value,), (*keys, "params", name))
        for part in PARTS:
            for i, item in enumerate(self.listed(data, part)):
                if isinstance(item, dict):
                    yield from self.pattern(item, (*keys, part, i))
        if isinstance(data.get("code"), str):
            yield self.whole("code", (data["code"],), (*keys, "code"), defines=True)
            yield from self.variables((*keys, "code"))
        yield from self.variables((*keys, "severity"))
        for i, item in enumerate(self.listed(data, "evidence")):
            if isinstance(item, dict):
                yield from self.evidence(item, (*keys, "evidence", i))
        for i, other in enumerate(self.listed(data, "overrides")):
            if isinstance(other, str):
                yield self.whole("rule", (other,), (*keys, "overrides", i))
        for name in ("about", "system", "window"):
            yield from self.variables((*keys, "then", name))
        concludes = data.get("concludes")
        for relation, slots in concludes.items() if isinstance(concludes, dict) else ():
            yield from self.fact(relation, slots, (*keys, "concludes", relation))
        for name in ("say", "do"):
            if isinstance(data.get(name), str):
                yield from self.wording((*keys, name))
        for i, test in enumerate(self.listed(data, "tests")):
            if isinstance(test, dict):
                yield from self.test(test, (*keys, "tests", i))

    @staticmethod
    def listed(data: Mapping[str, Data], name: str) -> list[Data]:
        """A list below a key; none when there is something else."""
        found = data.get(name)
        return found if isinstance(found, list) else []

    def whole(self, kind: Kind, names: tuple[str, ...], keys: Keys, *, defines: bool = False) -> Mention:
        """A scalar that is nothing but the name."""
        return Mention(Symbol(kind, names), self.doc.at(*keys), defines, whole=True)

    def key(self, kind: Kind, names: tuple[str, ...], keys: Keys, *, defines: bool = False) -> Mention:
        """A key that is nothing but the name."""
        return Mention(Symbol(kind, names), self.doc.at_key(*keys), defines, whole=True)

    def raw(self, keys: Keys) -> tuple[int, int]:
        """Where the scalar of a key begins and ends in the text, at the latest before the next key."""
        span = self.doc.at(*keys)
        start = self.lines.offset(span.line, span.col)
        if span.length > 1:
            return start, start + span.length
        after = bisect_right(self.starts, (span.line, span.col))
        return start, self.lines.offset(*self.starts[after]) if after < len(self.starts) else len(self.doc.text)

    def named(self, name: str, at: int) -> Mention:
        """A variable or parameter, without the dollar sign, at an offset; the first use of a variable is what binds it."""
        kind: Kind = "parameter" if name in self.params else "variable"
        defines = kind == "variable" and name not in self.bound
        self.bound.add(name)
        return Mention(Symbol(kind, (*self.owner, name)), self.lines.span(self.doc.file, at, at + len(name)), defines)

    def variables(self, keys: Keys) -> Iterator[Mention]:
        """Each ``$name`` in a scalar."""
        if keys not in self.doc.spans:
            return
        start, end = self.raw(keys)
        for match in _VARIABLE.finditer(self.doc.text, start, end):
            yield self.named(match[1], match.start(1))

    def pattern(self, item: Mapping[str, Data], keys: Keys) -> Iterator[Mention]:
        """One condition with its label."""
        for name, slots in item.items():
            if name in OPTIONS and not isinstance(slots, dict):
                continue
            label = item.get("as")
            if isinstance(label, str):
                yield self.whole("label", (*self.owner, label), (*keys, "as"), defines=True)
            yield from self.fact(name, slots, (*keys, name))
            if not isinstance(label, str):
                yield self.key("label", (*self.owner, name), (*keys, name), defines=True)
            return

    def fact(self, name: str, slots: Data, keys: Keys) -> Iterator[Mention]:
        """A relation with slots and what is said of them."""
        yield self.key("relation", (name,), keys)
        relation = self.relations.get(name)
        for i, item in enumerate(slots if isinstance(slots, list) else [slots]):
            here = (*keys, i) if isinstance(slots, list) else keys
            for slot, value in item.items() if isinstance(item, dict) else ():
                yield self.key("slot", (name, slot), (*here, slot))
                known = next((s for s in relation.slots if s.name == slot), None) if relation else None
                yield from self.value(name, known, value, (*here, slot))

    def value(self, relation: str, slot: SlotType | None, value: Data, keys: Keys) -> Iterator[Mention]:
        """What is said of a slot: a variable, a parameter, a value of an enum, an entry of a table of names, or tests of them."""
        if isinstance(value, dict):
            for test, operand in value.items():
                yield from self.value(relation, slot, operand, (*keys, test))
        elif isinstance(value, list):
            for i, operand in enumerate(value):
                yield from self.value(relation, slot, operand, (*keys, i))
        elif isinstance(value, str) and value.startswith("$"):
            yield from self.variables(keys)
        elif isinstance(value, str) and slot is not None and slot.kind == "enum":
            yield self.whole("value", (slot.enum_name, value), keys)
        elif isinstance(value, str) and slot is not None and slot.kind == "id":
            table = next((table for table in tables_of_slot(relation, slot.name) if (table, value) in self.entries), None)
            if table is not None:
                yield self.whole("entry", (table, value), keys)

    def evidence(self, item: Mapping[str, Data], keys: Keys) -> Iterator[Mention]:
        """The reference of a piece of evidence, or the variables that stand for it."""
        ref = item.get("ref")
        if isinstance(ref, str) and not ref.startswith("$"):
            yield self.whole("reference", (ref,), (*keys, "ref"))
        for name in ("ref", "grade"):
            yield from self.variables((*keys, name))

    def wording(self, keys: Keys) -> Iterator[Mention]:
        """What a text prints, and the filters it is printed with."""
        start, end = self.raw(keys)
        for match in _PRINTED.finditer(self.doc.text, start, end):
            if match[1]:
                yield self.named(match[1], match.start(1))
            if match[2]:
                yield Mention(Symbol("filter", (match[2],)), self.lines.span(self.doc.file, *match.span(2)))

    def test(self, test: Mapping[str, Data], keys: Keys) -> Iterator[Mention]:
        """The name of a test, the test that it is like, its facts and what it expects."""
        for field in ("name", "like"):
            if isinstance(test.get(field), str):
                yield self.whole("test", (*self.owner, test[field]), (*keys, field), defines=field == "name")
        facts, change = test.get("facts"), test.get("change")
        for relation, slots in facts.items() if isinstance(facts, dict) else ():
            yield from self.fact(relation, slots, (*keys, "facts", relation))
        for path, value in change.items() if isinstance(change, dict) else ():
            yield from self.changed(path, value, (*keys, "change", path))
        expect = test.get("expect")
        for status, said in expect.items() if isinstance(expect, dict) else ():
            yield from self.expected(status, said, (*keys, "expect", status))

    def changed(self, path: str, value: Data, keys: Keys) -> Iterator[Mention]:
        """``relation``, ``relation.slot`` or ``relation[1].slot`` with its new value."""
        match = _CHANGED.fullmatch(path)
        if match is None:
            return
        relation, name = self.relations.get(match[1]), match[2]
        if name is None:
            yield from self.fact(match[1], value, keys)
            return
        span = self.doc.at_key(*keys)
        start = self.doc.text.find(path, self.lines.offset(span.line, span.col))
        yield Mention(Symbol("relation", (match[1],)), self.lines.span(self.doc.file, start, start + match.end(1)))
        yield Mention(Symbol("slot", (match[1], name)), self.lines.span(self.doc.file, start + match.start(2), start + match.end(2)))
        known = next((s for s in relation.slots if s.name == name), None) if relation else None
        yield from self.value(match[1], known, value, keys)

    def expected(self, status: str, said: Data, keys: Keys) -> Iterator[Mention]:
        """The labels or variables that an expectation names."""
        if status == "fired" and isinstance(said, dict):
            for name in said:
                yield self.key("variable", (*self.owner, name), (*keys, name))
        elif status in ("blocked", "unknown"):
            for i, label in enumerate(said if isinstance(said, list) else [said]):
                if isinstance(label, str):
                    yield self.whole("label", (*self.owner, label), (*keys, i) if isinstance(said, list) else keys)
