"""The tests inside a rule: facts built up by ``like`` and ``change``, and what is expected of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import get_args

from neurobalance_expert.errors import Span, did_you_mean
from neurobalance_expert.fact import FINDING, FINDING_SLOTS, Value
from neurobalance_expert.rules.facts_file import Given, check_keys_agree, read_given, to_fact
from neurobalance_expert.rules.ir import RuleTest, Status
from neurobalance_expert.rules.reading import Reading, find_relation, find_slot
from neurobalance_expert.rules.values import UnfitError, describe, read_quantity, read_value
from neurobalance_expert.source import Data, Keys

KEYS = ("name", "facts", "like", "change", "expect")
REMOVE = ("unknown", "absent")

BARE: Mapping[str, Status] = {"fired": "fired", "overridden": "overridden", "out_of_scope": "out_of_scope"}
_PATH = re.compile(r"(?P<relation>[\w-]+)(?:(?:\[(?P<number>\d+)\])?\.(?P<slot>[\w-]+))?")
_FORMS = (
    "expect fired, {fired: {variable: value}}, {concludes: {slot: value}}, overridden, out_of_scope, {blocked: label, margin: number} "
    "or {unknown: [labels]}"
)
_BESIDE = ("margin", "concludes")  # what may stand beside an expectation

Facts = tuple[Given, ...]


def read_tests(rule: Reading, data: Data, keys: Keys, concluded: str) -> tuple[RuleTest, ...]:
    """The tests of a rule, in order; those that cannot be read are noted and left out.

    Args:
        concluded: the relation that the rule concludes.
    """
    if data is None:
        return ()
    if not isinstance(data, list):
        rule.wrong_shape(keys, "'tests' needs a list of tests", data, "start each test with '- '")
        return ()
    facts: dict[str, Facts | None] = {}  # of each test that has a name; None when they could not be read
    out: list[RuleTest] = []
    for i, item in enumerate(data):
        test = _read_test(rule, item, (*keys, i), facts, concluded)
        if test is not None:
            _check_new(rule, test, out)
            out.append(test)
    return tuple(out)


def _read_test(rule: Reading, data: Data, keys: Keys, facts: dict[str, Facts | None], concluded: str) -> RuleTest | None:
    if not isinstance(data, dict):
        rule.wrong_shape(keys, "a test is {name: ..., facts: ..., expect: ...}", data, "write its keys in braces")
        return None
    before = len(rule.problems.found)
    rule.check_keys(data, keys, KEYS, "a test")
    name = data.get("name")
    if not isinstance(name, str) or not name.strip():
        rule.problems.add("NB-R004", "a test has no name", rule.doc.at(*keys), fix="add 'name:', a few words on what it shows")
        name = ""
    elif name in facts:
        fix = "give each test its own name"
        rule.problems.add("NB-R066", f"two tests are called '{name}'", rule.doc.at(*keys, "name"), label="second time", fix=fix)
    if "expect" not in data:
        rule.problems.add("NB-R004", f"test '{name}' has no 'expect'", rule.doc.at(*keys), fix=_FORMS)
    given = _read_facts(rule, data, keys, facts)
    facts[name] = given
    expected = _Expected(rule, (*keys, "expect"), concluded).read(data["expect"]) if "expect" in data else None
    if given is None or expected is None or len(rule.problems.found) > before:
        return None
    status, label, missing, binding, margin, concludes = expected
    given_facts = tuple(sorted(dict.fromkeys(to_fact(rule.vocabulary, g) for g in given), key=repr))
    return RuleTest(name, given_facts, status, label, missing, binding, margin, concludes, rule.doc.at(*keys, "name"))


def _check_new(rule: Reading, test: RuleTest, earlier: Sequence[RuleTest]) -> None:
    for other in earlier:
        if (test.facts, *_expectation(test)) == (other.facts, *_expectation(other)):
            rule.problems.add(
                "NB-R066",
                f"test '{test.name}' repeats test '{other.name}'",
                test.at,
                label="same facts, same expectation",
                why="a repeated test looks like a case that was thought of and is none",
                fix="remove it, or change what it was meant to change",
                also=((other.at, "the other one"),) if other.at else (),
            )
            return


def _expectation(test: RuleTest) -> tuple[object, ...]:
    return test.status, test.label, test.missing, test.binding, test.margin, test.concludes


def _read_facts(rule: Reading, data: dict[str, Data], keys: Keys, earlier: dict[str, Facts | None]) -> Facts | None:
    """The complete facts of a test; None when they cannot be known."""
    if ("facts" in data) == ("like" in data):
        what = "a test has either 'facts' or 'like'" + (", not both" if "facts" in data else "; here stands neither")
        fix = "write 'facts: {relation: {slot: value}}', or 'like:' with the name of an earlier test ('facts: {}' for none)"
        rule.problems.add("NB-R004", what, rule.doc.at(*keys), fix=fix)
        return None
    before = len(rule.problems.found)
    given: Facts | None
    if "facts" in data:
        given = _read_own(rule, data["facts"], (*keys, "facts"))
        if "change" in data:
            fix = "put the change into 'facts', or start from an earlier test with 'like:'"
            rule.problems.add("NB-R063", "'change' needs 'like'", rule.doc.at_key(*keys, "change"), fix=fix)
    else:
        given = _read_like(rule, data["like"], (*keys, "like"), earlier)
        if "change" in data and (given is not None or data["change"] is None):
            given = _apply(rule, data["change"], (*keys, "change"), given or ())
    if given is None or len(rule.problems.found) > before:
        return None
    check_keys_agree(rule.vocabulary, rule.problems, given, within=" in one test")
    return given


def _read_own(rule: Reading, data: Data, keys: Keys) -> Facts:
    if not isinstance(data, dict):
        rule.wrong_shape(keys, "'facts' maps relations to facts", data, "write {relation: {slot: value}}, or {} for none")
        return ()
    return tuple(g for name, item in data.items() for g in read_given(rule.doc, rule.vocabulary, rule.problems, name, item, (*keys, name)))


def _read_like(rule: Reading, data: Data, keys: Keys, earlier: dict[str, Facts | None]) -> Facts | None:
    if isinstance(data, str) and data in earlier:
        return earlier[data]
    names = [name for name in earlier if name]
    hint = did_you_mean(str(data), names, otherwise="earlier tests: " + ", ".join(f"'{n}'" for n in names) if names else "write 'facts:'")
    why = "'like' copies the facts of a test above"
    rule.problems.add("NB-R062", f"there is no earlier test '{data}'", rule.doc.at(*keys), why=why, fix=hint)
    return None


def _apply(rule: Reading, data: Data, keys: Keys, given: Facts) -> Facts:
    if not isinstance(data, dict) or not data:
        rule.wrong_shape(keys, "'change' maps a relation or slot to its new value", data, "write {relation.slot: value}")
        return given
    for path, item in data.items():
        here = (*keys, path)
        before = len(rule.problems.found)
        changed = _apply_one(rule, path, item, here, given)
        if len(rule.problems.found) == before and {(g.relation, *sorted(g.values.items())) for g in changed} == {
            (g.relation, *sorted(g.values.items())) for g in given
        }:
            fix = "remove the change, or write the value that was meant"
            rule.problems.add("NB-R063", f"the change of '{path}' changes nothing", rule.doc.at(*here), label="it is so already", fix=fix)
        given = changed
    return given


def _apply_one(rule: Reading, path: str, data: Data, keys: Keys, given: Facts) -> Facts:
    match = _PATH.fullmatch(path)
    at = rule.doc.at_key(*keys)
    if not match:
        fix = "write relation, relation.slot or relation[1].slot (counted from 0)"
        rule.problems.add("NB-R063", f"'{path}' is not a place in the facts", at, fix=fix)
        return given
    name = match["relation"]
    relation = find_relation(rule.vocabulary, rule.problems, name, at)
    if relation is None:
        return given
    mine = [g for g in given if g.relation == name]
    others = tuple(g for g in given if g.relation != name)
    if match["slot"] is None:
        if isinstance(data, str) and data in REMOVE:
            return others
        return (*others, *read_given(rule.doc, rule.vocabulary, rule.problems, name, data, keys))
    slot = find_slot(relation, rule.problems, match["slot"], at)
    number = int(match["number"] or 0)
    if number >= len(mine) or (match["number"] is None and len(mine) > 1):
        count = f"{len(mine)} facts of '{name}'" if len(mine) != 1 else f"one fact of '{name}'"
        fix = f"write {name}[0].{match['slot']} to {name}[{len(mine) - 1}].{match['slot']}" if len(mine) > 1 else f"write '{name}: {{...}}'"
        rule.problems.add("NB-R063", f"'{path}' does not say which fact to change", at, label=f"the test has {count}", fix=fix)
        return given
    if slot is None:
        return given
    try:
        value = read_value(slot, data, exact=False)
    except UnfitError as problem:
        rule.unfit(problem, rule.doc.at(*keys))
        return given
    mine[number] = Given(name, {**mine[number].values, slot.name: value}, rule.doc.at(*keys))
    return (*others, *mine)


Pairs = tuple[tuple[str, Value], ...]
Expectation = tuple[Status, str, tuple[str, ...], Pairs, Decimal | None, Pairs]


class _Expected:
    """Reads one ``expect``."""

    def __init__(self, rule: Reading, keys: Keys, concluded: str) -> None:
        self.rule, self.keys, self.concluded = rule, keys, concluded

    def read(self, data: Data) -> Expectation | None:
        """The expectation, or None after noting what is wrong with it."""
        if isinstance(data, str):
            return self._word(data)
        named = [k for k in data if k not in _BESIDE] or ["fired"] * ("concludes" in data) if isinstance(data, dict) else []
        if not isinstance(data, dict) or len(named) != 1:
            self._bad(f"'expect' is {describe(data)}", _FORMS)
            return None
        status = named[0]
        margin = self._margin(data["margin"], status) if "margin" in data else None
        concludes = self._concludes(data["concludes"], status) if "concludes" in data else ()
        if status == "fired":
            return "fired", "", (), self._binding(data[status]) if status in data else (), None, concludes
        if status == "blocked":
            label = self._label(data[status], status)
            return ("blocked", label, (), (), margin, ()) if label else None
        if status == "unknown":
            labels = data[status] if isinstance(data[status], list) else [data[status]]
            found = [self._label(label, status) for label in labels]
            return ("unknown", "", tuple(sorted(set(found))), (), None, ()) if found and all(found) else None
        hint = did_you_mean(status, ("fired", "blocked", "unknown"), otherwise=_FORMS)
        self._bad(f"'{status}' is not an expectation", hint)
        return None

    def _word(self, word: str) -> Expectation | None:
        status = BARE.get(word)
        if status is not None:
            return status, "", (), (), None, ()
        if word in ("blocked", "unknown"):
            labels = [name for name, (part, _) in self.rule.labels.items() if part != "scope" or word == "unknown"]
            form = f"{{blocked: {labels[0]}}}" if word == "blocked" and labels else f"{{unknown: [{', '.join(labels[:1])}]}}"
            self._bad(f"'{word}' does not name the condition", f"write {form} with the condition that is meant")
            return None
        self._bad(f"'{word}' is not an expectation", did_you_mean(word, get_args(Status), otherwise=_FORMS))
        return None

    def _label(self, label: Data, status: str) -> str:
        """The label when it names a condition of the rule, else ''."""
        labels = self.rule.labels
        at = self.rule.doc.at(*self.keys, status)
        if isinstance(label, str) and label in labels:
            if status == "blocked" and labels[label][0] == "scope":
                fix = "write 'expect: out_of_scope'"
                self.rule.problems.add("NB-R065", f"'{label}' is a scope condition and does not block", at, fix=fix)
                return ""
            return label
        if label is None:
            what = f"'{status}' does not say which condition of the rule"
            fix = f"write its label: {', '.join(labels)}" if labels else "write its label, the name of its relation where it has no 'as'"
            self.rule.problems.add("NB-R065", what, at, fix=fix)
            return ""
        if self.rule.unread:
            return ""  # it may name a condition that could not be read
        known = ", ".join(labels) or "none"
        self.rule.problems.add(
            "NB-R065",
            f"the test names '{label}', which is no condition of the rule",
            at,
            why="a test that names no real condition could pass for the wrong reason",
            fix=did_you_mean(str(label), labels, otherwise=f"the conditions are {known}"),
        )
        return ""

    def _concludes(self, data: Data, status: str) -> Pairs:
        """Slots of the concluded fact with their values; notes what does not fit."""
        if status != "fired":
            self._bad(f"'{status}' concludes nothing", "write 'concludes' with a test that fires")
            return ()
        if not isinstance(data, dict) or not data:
            self._bad("'concludes' is followed by slots of the conclusion and their values", "write {concludes: {severity: minor}}")
            return ()
        relation = self.rule.vocabulary.relations.get(self.concluded)
        if relation is None:
            return ()  # the head is a problem already
        out: dict[str, Value] = {}
        for name, item in data.items():
            at = self.rule.doc.at(*self.keys, "concludes", name)
            known = [s.name for s in relation.slots if (self.concluded, s.name) != (FINDING, FINDING_SLOTS[1])]
            if name not in known:
                fix = did_you_mean(name, known, otherwise="it has " + ", ".join(known))
                self.rule.problems.add("NB-R064", f"'{name}' is no slot of what the rule concludes", at, fix=fix)
                continue
            try:
                out[name] = read_value(relation.slot(name), item, exact=False)
            except UnfitError as problem:
                self.rule.unfit(problem, at)
        return tuple(sorted(out.items()))

    def _binding(self, data: Data) -> Pairs:
        if not isinstance(data, dict) or not data:
            self._bad("'fired' is followed by variables and their values", "write 'expect: fired', or {fired: {w: w2}}")
            return ()
        out: dict[str, Value] = {}
        for name, item in data.items():
            at = self.rule.doc.at_key(*self.keys, "fired", name)
            slot = self.rule.bound(name, at, "'expect'")
            if slot is None:
                continue
            try:
                out[name] = read_value(slot, item, exact=False)
            except UnfitError as problem:
                self.rule.unfit(problem, self.rule.doc.at(*self.keys, "fired", name))
        return tuple(sorted(out.items()))

    def _margin(self, data: Data, status: str) -> Decimal | None:
        at: Span = self.rule.doc.at(*self.keys, "margin")
        if status != "blocked":
            self.rule.problems.add("NB-R064", f"'{status}' has no margin", at, fix="write the margin with 'blocked' only")
            return None
        try:
            margin = read_quantity("margin", data)
        except UnfitError as problem:
            self.rule.unfit(problem, at)
            return None
        if not isinstance(margin, Decimal) or margin < 0:
            fix = "write how far the value stood from passing, in the unit of its slot"
            self.rule.problems.add("NB-R064", "a margin is a bare number of 0 or more", at, fix=fix)
            return None
        return margin

    def _bad(self, what: str, fix: str) -> None:
        self.rule.problems.add("NB-R064", what, self.rule.doc.at(*self.keys), fix=fix)
