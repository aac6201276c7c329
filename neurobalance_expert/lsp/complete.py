"""What may stand where somebody types."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from msgspec import Struct

from neurobalance_expert.fact import FINDING, SEVERITIES
from neurobalance_expert.knowledge.values import KnownValue
from neurobalance_expert.lsp.checking import View
from neurobalance_expert.lsp.context import Context, context_at
from neurobalance_expert.lsp.entries import OF_KEY, described, tables_of_slot
from neurobalance_expert.lsp.hover import describe_filter, describe_reference, describe_relation, describe_rule, describe_slot_of
from neurobalance_expert.lsp.places_knowledge import CITING
from neurobalance_expert.rules.examples import KEYS as TEST_KEYS
from neurobalance_expert.rules.examples import REMOVE
from neurobalance_expert.rules.heads import THEN_KEYS
from neurobalance_expert.rules.ir import KINDS, STATUSES
from neurobalance_expert.rules.parse import EVIDENCE_KEYS, GRADES, RULE_KEYS, TOP_KEYS
from neurobalance_expert.rules.patterns import OPTIONS, ORDERINGS, TESTS
from neurobalance_expert.rules.values import describe_slot
from neurobalance_expert.rules.wording import FILTERS
from neurobalance_expert.source import Data, Keys
from neurobalance_expert.vocabulary import BUILT_IN_TYPES, RELATION_KEYS, SLOT_KEYS, Relation, SlotType

Sort = Literal[
    "key", "relation", "slot", "value", "variable", "parameter", "threshold", "reference", "rule", "test", "label", "filter", "entry"
]  # fmt: skip

EXPECTATIONS = ("fired", "blocked", "unknown", "overridden", "out_of_scope")

_BEGIN = re.compile(r"^[ ]*-[ ]+id[ ]*:", re.MULTILINE)
_ID = re.compile(r"-[ ]+id[ ]*:[ ]*(\S+)")
_VARIABLE = re.compile(r"\$([A-Za-z]\w*)")
_PRINTING = re.compile(r"\{\{-?\s*(?:\w*)(\s*\|\s*)?(\w*)$")


class Item(Struct, frozen=True):
    """One proposal; ``text`` is what is inserted in place of what was typed."""

    label: str
    sort: Sort
    text: str
    detail: str = ""
    about: str = ""


class Proposals(Struct, frozen=True):
    """The proposals, and how many characters before the place they replace."""

    items: tuple[Item, ...]
    typed: int


def complete(view: View, text: str, offset: int, *, kind: Literal["rules", "vocabulary", "table"]) -> Proposals:
    """What may stand at an offset of a file, whatever state it is in."""
    if _in_comment(text, offset):
        return Proposals((), 0)
    context = context_at(text, offset)
    if kind == "table":
        found = _references(view) if view.terms and any(key in CITING for key in context.keys[-2:]) else []
        found += _entries(view, next((OF_KEY[key] for key in reversed(context.keys[-2:]) if key in OF_KEY), ()))
        return Proposals(tuple(found), len(context.typed))
    if kind == "vocabulary":
        return Proposals(tuple(_in_vocabulary(view, context)), len(context.typed))
    rule = _Typed(view, text, offset)
    printing = _PRINTING.search(text, max(0, offset - 200), offset)
    if printing and any(key in ("say", "do") for key in context.keys[2:3]):
        return Proposals(tuple(_filters() if printing[1] else rule.printable()), len(printing[2]) if printing[1] else _word(text, offset))
    found = list(rule.at(context))
    if context.key:
        found = [Item(i.label, i.sort, f"{i.text}: ", i.detail, i.about) for i in found if text[offset : offset + 1] != ":"] or found
    return Proposals(tuple(found), len(context.typed))


def _in_comment(text: str, offset: int) -> bool:
    """Whether a comment begins before the place, on its line and outside of quotes."""
    line = text[text.rfind("\n", 0, offset) + 1 : offset]
    begin = re.search(r"(?:^|\s)#", line)
    return begin is not None and all(line[: begin.start()].count(quote) % 2 == 0 for quote in "\"'")


def _word(text: str, offset: int) -> int:
    match = re.search(r"\w*$", text[:offset])
    return len(match[0]) if match else 0


class _Typed:
    """The rule in which somebody types: its text, and what it said when it could last be read."""

    def __init__(self, view: View, text: str, offset: int) -> None:
        self.view = view
        self.relations: Mapping[str, Relation] = view.terms.vocabulary.relations if view.terms else {}
        begins = [match.start() for match in _BEGIN.finditer(text)]
        start = max((b for b in begins if b <= offset), default=0)
        self.text = text[start : min((b for b in begins if b > offset), default=len(text))]
        named = _ID.search(self.text)
        self.data = self._data(named[1]) if named else {}

    def _data(self, rule_id: str) -> Mapping[str, Any]:
        for document in self.view.documents.values():
            listed = document.data.get("rules") if isinstance(document.data, dict) else None
            for rule in listed if isinstance(listed, list) else ():
                if isinstance(rule, dict) and rule.get("id") == rule_id:
                    return rule
        return {}

    def at(self, context: Context) -> Iterable[Item]:
        """Proposals for a place in a rule file."""
        keys = context.keys
        if len(keys) < 2 or keys[0] != "rules":
            return _keys(TOP_KEYS) if context.key and not keys else []
        return self._in_rule(keys[2:], context)

    def _in_rule(self, keys: Keys, context: Context) -> Iterable[Item]:
        match keys:
            case ():
                return _keys(RULE_KEYS)
            case ("kind",):
                return _values(KINDS)
            case ("status",):
                return _values(STATUSES)
            case ("severity",):
                return [*_values(SEVERITIES), *self.variables()]
            case ("evidence", int()):
                return _keys(EVIDENCE_KEYS)
            case ("evidence", int(), "ref"):
                return [*_references(self.view), *(self.variables() if context.typed.startswith("$") else ())]
            case ("evidence", int(), "grade"):
                return _values(GRADES)
            case ("params", _) if not context.key:
                return self._thresholds()
            case ("overrides", int()):
                return self._rules()
            case ("then",):
                return _keys(THEN_KEYS)
            case ("then", _):
                return self.variables()
            case ("scope" | "when" | "unless", int()) if context.key:
                return [*self._relations(), *_keys(OPTIONS)]
            case ("scope" | "when" | "unless", int(), "missing"):
                return _values(("absent",))
            case ("scope" | "when" | "unless", int(), str() as relation, *rest):
                return self._in_slots(relation, rest, context, testing=True)
            case ("concludes",):
                return [item for item in self._relations() if self.relations[item.label].derived]
            case ("concludes", str() as relation, *rest):
                return self._in_slots(relation, rest, context, testing=False)
            case ("tests", int(), *rest):
                return self._in_test(tuple(rest), context)
        return []

    def _in_slots(self, name: str, rest: list[str | int], context: Context, *, testing: bool) -> Iterable[Item]:
        """Slots of a relation, or what may be said of one."""
        relation = self.relations.get(name)
        rest = rest[1:] if rest and isinstance(rest[0], int) else rest
        if relation is None:
            return []
        if not rest:
            return [Item(s.name, "slot", s.name, describe_slot(s), describe_slot_of(self.view, relation, s)) for s in relation.slots]
        slot = next((s for s in relation.slots if s.name == rest[0]), None)
        if slot is None:
            return []
        if len(rest) == 1 and context.key:
            return _keys(TESTS if slot.kind == "number" else [test for test in TESTS if test not in ORDERINGS])
        if rest[1:2] == ["bind"]:
            return self.variables()
        if rest[-1] in ORDERINGS:
            return self.parameters()
        entries = _entries(self.view, tables_of_slot(name, slot.name)) if slot.kind == "id" else []
        return [*entries, *_slot_values(slot), *(self.variables() if testing or not context.typed else ()), *self.parameters()]

    def _in_test(self, rest: Keys, context: Context) -> Iterable[Item]:
        match rest:
            case ():
                return _keys(TEST_KEYS)
            case ("like",):
                return [Item(name, "test", name) for name in self.tests()]
            case ("expect",):
                return _keys(("fired", "blocked", "unknown", "margin")) if context.key else _values(EXPECTATIONS)
            case ("expect", "blocked") | ("expect", "unknown") | ("expect", "unknown", int()):
                return [Item(label, "label", label) for label in self.labels()]
            case ("expect", "fired"):
                return [Item(item.text.removeprefix("$"), "variable", item.text.removeprefix("$")) for item in self.variables()]
            case ("facts",):
                return self._relations()
            case ("change",):
                return self._changes()
            case ("facts", str() as relation, *more):
                return self._in_slots(relation, more, context, testing=False)
            case ("change", str() as path, *more) if not more and "." not in path:
                return _values(REMOVE)
            case ("change", str() as path, *more):
                relation, _, slot = path.partition(".")
                return self._in_slots(relation.partition("[")[0], [slot, *more] if slot else more, context, testing=False)
        return []

    def variables(self) -> list[Item]:
        """The variables of the rule, with their dollar sign."""
        names = sorted(set(_VARIABLE.findall(self.text)) - set(self._params()))
        return [Item(f"${name}", "variable", f"${name}", "variable") for name in names]

    def parameters(self) -> list[Item]:
        """The parameters of the rule, with their dollar sign."""
        return [Item(f"${name}", "parameter", f"${name}", str(value)) for name, value in self._params().items()]

    def printable(self) -> list[Item]:
        """What say and do may print."""
        return [Item(i.label[1:], i.sort, i.label[1:], i.detail) for i in (*self.variables(), *self.parameters())]

    def labels(self) -> list[str]:
        """The labels of the conditions."""
        found: list[str] = []
        for part in ("scope", "when", "unless"):
            for item in _list(self.data.get(part)):
                if isinstance(item, dict):
                    names = [str(item.get("as") or key) for key, value in item.items() if isinstance(value, dict)]
                    found += names[:1]
        return found

    def tests(self) -> list[str]:
        """The names of the tests."""
        return [test["name"] for test in _list(self.data.get("tests")) if isinstance(test, dict) and isinstance(test.get("name"), str)]

    def _params(self) -> Mapping[str, Data]:
        params = self.data.get("params")
        return params if isinstance(params, dict) else {}

    def _relations(self) -> list[Item]:
        relations = [r for r in self.relations.values() if r.name != FINDING]
        return [Item(r.name, "relation", r.name, r.meaning, describe_relation(self.view, r)) for r in relations]

    def _changes(self) -> Iterator[Item]:
        """``relation`` and ``relation.slot`` of what the rule looks at."""
        for name in sorted({name for name in self.relations if re.search(rf"\b{re.escape(name)}\b", self.text)}):
            yield Item(name, "relation", name, self.relations[name].meaning)
            for slot in self.relations[name].slots:
                yield Item(f"{name}.{slot.name}", "slot", f"{name}.{slot.name}", describe_slot(slot))

    def _thresholds(self) -> list[Item]:
        known: Mapping[str, KnownValue] = self.view.terms.thresholds if self.view.terms else {}
        return [Item(v.path, "threshold", v.path, f"{v.value} {v.unit}", v.meaning) for v in known.values()]

    def _rules(self) -> list[Item]:
        others = [rule for rule in self.view.by_id.values() if rule.id != self.data.get("id")]
        return [Item(rule.id, "rule", rule.id, rule.title, describe_rule(self.view, rule)) for rule in others]


def _in_vocabulary(view: View, context: Context) -> Iterable[Item]:
    enums = {s.enum_name for r in view.terms.vocabulary.relations.values() for s in r.slots} - {""} if view.terms else set()
    types = [*BUILT_IN_TYPES, *sorted(enums)]
    match context.keys:
        case ("relations", _):
            return _keys(RELATION_KEYS)
        case ("relations", _, "slots", _) if context.key:
            return _keys(SLOT_KEYS)
        case ("relations", _, "slots", _) | ("relations", _, "slots", _, "type"):
            return _values(types)
        case ("relations", _, "from"):
            return _values(("input", "rules"))
        case ("relations", _, "world"):
            return _values(("open", "closed"))
    return []


def _references(view: View) -> list[Item]:
    known: Mapping[str, Any] = view.terms.references if view.terms else {}
    cited = {key: str(entry.get("cite", "")) if isinstance(entry, dict) else "" for key, entry in known.items()}
    return [Item(key, "reference", key, cite, describe_reference(view, key)) for key, cite in cited.items()]


def _entries(view: View, tables: Iterable[str]) -> list[Item]:
    """The entries of tables of names, each table in the order of its ids."""
    found = {name: table for table in tables for other, name in sorted(view.entries) if other == table}
    return [Item(name, "entry", name, table, described(view.documents, view.entries, table, name)) for name, table in found.items()]


def _filters() -> list[Item]:
    return [Item(name, "filter", name, f"for a {shape}", describe_filter(name)) for name, shape in FILTERS.items()]


def _slot_values(slot: SlotType) -> list[Item]:
    return _values(("true", "false") if slot.kind == "bool" else slot.enum)


def _values(words: Iterable[str]) -> list[Item]:
    return [Item(word, "value", word) for word in words]


def _keys(words: Iterable[str]) -> list[Item]:
    return [Item(word, "key", word) for word in words]


def _list(data: Data) -> list[Data]:
    return data if isinstance(data, list) else []
