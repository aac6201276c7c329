"""Conditions of a rule: text to typed patterns."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from neurobalance_expert.errors import Span, did_you_mean
from neurobalance_expert.fact import FINDING
from neurobalance_expert.rules.ir import Const, Op, Pattern, Slot, Term, Test, Var
from neurobalance_expert.rules.reading import Part, Reading, find_relation, find_slot, join_types, parameter_value, variable_name
from neurobalance_expert.rules.values import UnfitError, describe, describe_slot, read_value
from neurobalance_expert.source import Data, Keys
from neurobalance_expert.vocabulary import Relation, SlotType

ORDERINGS: Mapping[str, Op] = {"below": "below", "at_most": "at_most", "above": "above", "at_least": "at_least"}
CHOICES = ("in", "not", "not_in")
TESTS = (*ORDERINGS, *CHOICES, "bind")

OPTIONS = ("as", "missing")
SIGNS = {"<": "below", "<=": "at_most", ">": "above", ">=": "at_least", "=": "a plain value", "==": "a plain value", "!=": "not"}

LABEL = re.compile(r"[A-Za-z0-9_-]+")


def read_patterns(rule: Reading, data: Data, keys: Keys, part: Part) -> tuple[Pattern, ...]:
    """The patterns of ``scope``, ``when`` or ``unless``; those that cannot be read are noted and left out."""
    if data is None:
        return ()
    if not isinstance(data, list):
        rule.wrong_shape(keys, f"'{part}' needs a list of conditions", data, "start each condition with '- '")
        rule.unread.add(part)
        return ()
    found = [_read_pattern(rule, item, (*keys, i), part) for i, item in enumerate(data)]
    if None in found:
        rule.unread.add(part)
    return tuple(p for p in found if p is not None)


def _read_pattern(rule: Reading, data: Data, keys: Keys, part: Part) -> Pattern | None:
    before = len(rule.problems.found)
    if not isinstance(data, dict):
        rule.wrong_shape(keys, "a condition is 'relation: {slot: test}'", data, "write the relation, a colon and its slots in braces")
        return None
    options = {k: v for k, v in data.items() if k in OPTIONS and not isinstance(v, dict)}
    names = [k for k in data if k not in options]
    odd = [k for k in names if k not in rule.vocabulary.relations and not isinstance(data[k], dict)]
    if odd and len(names) == len(odd) + 1:
        rule.check_keys(dict.fromkeys(odd), keys, OPTIONS, "a condition")
        names = [k for k in names if k not in odd]
    if len(names) != 1:
        listed = ", ".join(names) or "no relation"
        at = rule.doc.at_key(*keys, names[1]) if names else rule.doc.at(*keys)
        fix = "write one relation after each '- '; beside it only 'as' and 'missing' may stand"
        rule.problems.add("NB-R005", f"a condition names one relation, and here stands {listed}", at, fix=fix)
        return None
    name = names[0]
    label = _read_label(rule, options, name, keys, part)
    absent = _read_missing(rule, options, keys)
    relation = find_relation(rule.vocabulary, rule.problems, name, rule.doc.at_key(*keys, name))
    if relation is not None and name == FINDING:
        why = "a conclusion about conclusions could not be explained from facts"
        fix = "let both rules use an intermediate fact: 'concludes:' a relation with 'from: rules'"
        rule.problems.add("NB-R020", "'finding' cannot be used in a condition", rule.doc.at_key(*keys, name), why=why, fix=fix)
    slots = _read_slots(rule, relation, data[name], (*keys, name), part) if relation is not None and name != FINDING else ()
    if len(rule.problems.found) > before or relation is None:
        return None
    return Pattern(name, slots, label, absent, rule.doc.at_key(*keys, name))


def _read_label(rule: Reading, options: Mapping[str, Data], relation: str, keys: Keys, part: Part) -> str:
    label = options.get("as", relation)
    at = rule.doc.at(*keys, "as") if "as" in options else rule.doc.at_key(*keys, relation)
    if not isinstance(label, str) or not LABEL.fullmatch(label):
        fix = "use letters, digits, '_' and '-'"
        rule.problems.add("NB-R005", f"a label is one word, not {describe(label)}", at, fix=fix)
        return relation
    if label in rule.labels:
        rule.problems.add(
            "NB-R019",
            f"two conditions are called '{label}'",
            at,
            label="second time",
            why="statuses and tests name a condition by its label, so each needs its own",
            fix="add 'as: another-name' beside the relation",
            also=((rule.labels[label][1], "first here"),),
        )
    else:
        rule.labels[label] = part, at
    return label


def _read_missing(rule: Reading, options: Mapping[str, Data], keys: Keys) -> bool:
    if "missing" not in options:
        return False
    if options["missing"] != "absent":
        what = f"'missing' can only be 'absent', not {describe(options['missing'])}"
        fix = "write 'missing: absent', or leave it out: then a missing fact is not known"
        rule.problems.add("NB-R005", what, rule.doc.at(*keys, "missing"), fix=fix)
    return True


def _read_slots(rule: Reading, relation: Relation, data: Data, keys: Keys, part: Part) -> tuple[Slot, ...]:
    if not isinstance(data, dict):
        rule.wrong_shape(keys, f"'{relation.name}' needs its slots in braces", data, "write {} when any fact of the relation will do")
        return ()
    out = []
    for name, test in data.items():
        slot = find_slot(relation, rule.problems, name, rule.doc.at_key(*keys, name))
        if slot is None:
            continue
        try:
            out.append(_read_slot(rule, relation.index(name), slot, test, (*keys, name), part))
        except UnfitError as problem:
            rule.unfit(problem, rule.doc.at(*keys, name))
    return tuple(sorted(out, key=lambda s: s.index))


def _read_slot(rule: Reading, index: int, slot: SlotType, data: Data, keys: Keys, part: Part) -> Slot:
    if isinstance(data, list):
        raise UnfitError("NB-R012", f"'{slot.name}' is given a list", fix="write {in: [...]} when any of several values will do")
    if not isinstance(data, dict):
        return Slot(slot.name, index, _read_term(rule, slot, data, keys, part))
    if not data:
        raise UnfitError("NB-R012", f"the test of '{slot.name}' is empty", fix="leave the slot out when any value will do")
    term: Term | None = None
    tests: list[Test] = []
    for name, operand in data.items():
        here = (*keys, name)
        try:
            if name in ORDERINGS:
                tests.append(_read_ordering(rule, slot, ORDERINGS[name], operand))
            elif name in CHOICES:
                tests.append(_read_choice(slot, name, operand))
            elif name == "bind":
                term = _read_bind(rule, slot, operand, here, part)
            else:
                hint = did_you_mean(name, TESTS, otherwise="known tests: " + ", ".join(TESTS))
                hint = f"write {SIGNS[name]}" if name in SIGNS else hint
                why = "a comparison that is not understood cannot be left out: the condition would mean something else"
                rule.problems.add("NB-R012", f"unknown test '{name}' of slot '{slot.name}'", rule.doc.at_key(*here), why=why, fix=hint)
        except UnfitError as problem:
            rule.unfit(problem, rule.doc.at(*here))
    _check_possible(slot, tests)
    return Slot(slot.name, index, term, tuple(tests))


def _read_term(rule: Reading, slot: SlotType, data: Data, keys: Keys, part: Part) -> Term:
    if not isinstance(data, str) or not data.startswith("$"):
        return Const(read_value(slot, data, exact=True))
    if data[1:] in rule.params:
        return Const(parameter_value(rule.params[data[1:]], slot, data))
    return _mention(rule, variable_name(data), slot, rule.doc.at(*keys), part)


def _read_bind(rule: Reading, slot: SlotType, data: Data, keys: Keys, part: Part) -> Var:
    if not isinstance(data, str) or not data.startswith("$"):
        raise UnfitError("NB-R025", f"'bind' needs a variable, not {describe(data)}", fix="write a name with a dollar sign, such as $ratio")
    name = variable_name(data)
    if name in rule.params:
        raise UnfitError("NB-R032", f"'{name}' is a parameter and cannot be bound", fix="give the variable another name")
    return _mention(rule, name, slot, rule.doc.at(*keys), part)


def _read_ordering(rule: Reading, slot: SlotType, op: Op, data: Data) -> Test:
    if slot.kind != "number":
        raise UnfitError(
            "NB-R016",
            f"'{slot.name}' has no order, so '{op}' cannot be tested",
            label=f"it is {describe_slot(slot)}",
            fix="use equality, {in: [...]} or {not: ...}",
        )
    if isinstance(data, str) and data.startswith("$"):
        name = data[1:]
        if name not in rule.params:
            near = did_you_mean(data, [f"${p}" for p in rule.params])
            raise UnfitError(
                "NB-R017",
                f"'{data}' is not a parameter",
                label="not in 'params'",
                why="a number is compared with constants and parameters only; how two measured values relate is a matter of the model",
                fix=near or f"add '{name}' to 'params', or write the number",
            )
        return Test(op, parameter_value(rule.params[name], slot, data), name)
    value = read_value(slot, data, exact=True)
    return Test(op, value if isinstance(value, int) else ())


def _read_choice(slot: SlotType, name: str, data: Data) -> Test:
    if name != "not" and (not isinstance(data, list) or not data):
        raise UnfitError("NB-R012", f"'{name}' needs a list of values, not {describe(data)}", fix=f"write {{{name}: [a, b]}}")
    items = [data] if name == "not" else data
    if any(isinstance(item, str) and item.startswith("$") for item in items):
        raise UnfitError("NB-R017", f"'{name}' takes constants only", fix="write the values themselves; two variables cannot be compared")
    values = tuple(dict.fromkeys(read_value(slot, item, exact=True) for item in items))
    return Test("in" if name == "in" else "not_in", values)


def _check_possible(slot: SlotType, tests: Sequence[Test]) -> None:
    low: int | None = None
    high: int | None = None
    for test in tests:
        if isinstance(test.bound, int):
            if test.op in ("above", "at_least"):
                bound = test.bound + (test.op == "above")
                low = bound if low is None else max(low, bound)
            else:
                bound = test.bound - (test.op == "below")
                high = bound if high is None else min(high, bound)
    if low is not None and high is not None and low > high:
        raise UnfitError("NB-R018", f"no value of '{slot.name}' can pass these tests together", fix="swap the bounds or remove one")


def _mention(rule: Reading, name: str, slot: SlotType, at: Span, part: Part) -> Var:
    """A variable in a slot: the first use in scope or when binds it, the others must have the same type."""
    if part == "unless":
        known = rule.bound(name, at, "'unless'")
        if known is not None:
            join_types(name, known, slot)
    elif name not in rule.variables:
        rule.variables[name] = slot, at
    else:
        first, place = rule.variables[name]
        rule.variables[name] = join_types(name, first, slot), place
    return Var(name)
