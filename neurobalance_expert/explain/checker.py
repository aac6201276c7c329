"""Checks every line of every proof again. Short on purpose, and it shares no code with the engines or with what writes the proofs.

It reads the document as plain data, the rules as compiled and the types of the slots, and believes nothing else: that a rule says what the
step says, that each premise meets its condition, that nothing in the model is an exception, that no overriding rule holds, that each
comparison and each margin is right, and that each piece of arithmetic gives the number that the fact has.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from neurobalance_expert.rules.digest import rule_digest
from neurobalance_expert.rules.ir import RUNNING, Const, Pattern, Rule, Test, Var
from neurobalance_expert.vocabulary import SlotType, Vocabulary

SCHEMA = "neurobalance/proof/1"
LONGEST = 2000  # characters of an expression
RULES_CONCLUDE = "it is concluded by rules, and no step concludes it"
Facts = Sequence[Mapping[str, Any]]
Binding = dict[str, Any]


def check(document: Mapping[str, Any], rules: Mapping[str, Rule], vocabulary: Vocabulary) -> list[str]:
    """What is wrong with a document of proofs; [] when every line of it holds.

    Args:
        document: ``neurobalance/proof/1`` as plain data, from this run or read from a file.
        rules: The rules by id, as compiled.
        vocabulary: For the types and resolutions of slots.
    """
    if document.get("schema") != SCHEMA:
        return [f"this is no document of proofs: its schema is {document.get('schema')!r}, not '{SCHEMA}'"]
    try:
        return list(_Checker(document, rules, vocabulary).problems())
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, ArithmeticError, SyntaxError, RecursionError) as error:
        return [f"the document is not complete: {type(error).__name__} {error}"]


class _Checker:
    def __init__(self, document: Mapping[str, Any], rules: Mapping[str, Rule], vocabulary: Vocabulary) -> None:
        self.rules = {name: rule for name, rule in rules.items() if rule.status in RUNNING}
        self.over: dict[str, list[Rule]] = {}  # rules by the one that they override
        for rule in self.rules.values():
            for other in rule.overrides:
                self.over.setdefault(other, []).append(rule)
        self.relations = vocabulary.relations
        self.facts: Facts = document["facts"]
        self.steps, self.findings = document["steps"], document["findings"]
        self.of: dict[str, list[Mapping[str, Any]]] = {}
        for fact in self.facts:
            self.of.setdefault(fact["relation"], []).append(fact["slots"])

    def problems(self) -> Iterator[str]:
        """Everything that does not hold, in the order of the document."""
        proved = {number for number, fact in enumerate(self.facts) if fact["given"]}
        for number, step in enumerate(self.steps):
            said = f"step {number} ({step['rule']})"
            yield from (f"{said}: {problem}" for problem in self._step(step, proved))
            proved.add(step["fact"])
        stated = {(fact["relation"], frozenset(fact["slots"].items())) for fact in self.facts}
        if len(stated) != len(self.facts):
            yield "a fact stands twice in the document"
        for number, fact in enumerate(self.facts):
            said = f"fact {number} ({fact['relation']})"
            if number not in proved:
                yield f"{said}: {RULES_CONCLUDE}"
            if fact["given"] and self.relations[fact["relation"]].derived:
                yield f"{said}: it says that it was given, and only rules may conclude it"
            yield from (f"{said}: {problem}" for working in fact["workings"] for problem in self._working(working, fact))
        if list(self.findings) != [number for number, fact in enumerate(self.facts) if fact["relation"] == "finding"]:
            yield "the list of findings is not that of the facts"

    def _step(self, step: Mapping[str, Any], proved: set[int]) -> Iterator[str]:
        rule = self.rules.get(step["rule"])
        if rule is None:
            yield "there is no such rule, or it does not run"
            return
        if step["digest"] != rule_digest(rule):
            yield "the rule is another one than the step was made with"
        positive, binding = (*rule.scope, *rule.when), dict(step["binding"])
        if [c["label"] for c in step["conditions"]] != [p.label for p in positive]:
            yield "its conditions are not those of the rule"
            return
        for pattern, condition in zip(positive, step["conditions"], strict=True):
            if condition["fact"] not in proved:
                yield f"the fact of '{pattern.label}' is not proved before this step"
            yield from self._condition(pattern, condition, rule, binding)
        if set(binding) != rule.variables():
            yield "its variables are not those of the rule"
        conclusion = self.facts[step["fact"]]
        if (conclusion["relation"], conclusion["slots"]) != self._head(rule, binding):
            yield "the rule concludes something else"
        yield from self._absences(rule, step, binding)
        yield from self._overriding(rule, step, binding)

    def _condition(self, pattern: Pattern, condition: Mapping[str, Any], rule: Rule, binding: Binding) -> Iterator[str]:
        fact = self.facts[condition["fact"]]
        if fact["relation"] != pattern.relation or self._extended(pattern, fact["slots"], binding) != binding:
            yield f"the fact of '{pattern.label}' does not meet the condition"
        wanted = [self._comparison(pattern, s.index, test, fact["slots"], rule) for s in pattern.slots for test in s.tests]
        keys = ("slot", "value", "op", "bound", "unit", "margin", "threshold")
        if [{key: shown[key] for key in keys} for shown in condition["comparisons"]] != wanted:
            yield f"a comparison of '{pattern.label}' is not that of the rule"

    def _comparison(self, pattern: Pattern, index: int, test: Test, slots: Mapping[str, Any], rule: Rule) -> dict[str, Any]:
        kind = self.relations[pattern.relation].slots[index]
        value, bound = slots[kind.name], _bound(test, kind)
        ordered = kind.kind == "number" and not isinstance(test.bound, tuple)
        threshold = next((p.source or p.name for p in rule.params if p.name == test.param), "")
        margin = abs(_exact(value) - _exact(bound)) if ordered else None
        shown = {"slot": kind.name, "value": value, "op": test.op, "bound": bound, "unit": kind.unit, "threshold": threshold}
        return shown | {"margin": None if margin is None else _plain(margin)}

    def _absences(self, rule: Rule, step: Mapping[str, Any], binding: Binding) -> Iterator[str]:
        if [a["label"] for a in step["absences"]] != [p.label for p in rule.unless]:
            yield "its exceptions are not those of the rule"
            return
        for pattern, absence in zip(rule.unless, step["absences"], strict=True):
            others = self.of.get(pattern.relation, [])
            if absence["asked"] != self._asked(pattern, binding):
                yield f"the exception '{pattern.label}' asks for something else"
            if absence["assumed"] != self._is_open(pattern.relation):
                yield f"the exception '{pattern.label}' does not say rightly whether it was assumed"
            if absence["relation"] != pattern.relation or absence["among"] != len(others):
                yield f"the exception '{pattern.label}' was sought among {absence['among']} facts, and there are {len(others)}"
            if any(self._extended(pattern, slots, binding) is not None for slots in others):
                yield f"the exception '{pattern.label}' holds"

    def _asked(self, pattern: Pattern, binding: Binding) -> dict[str, Any]:
        asked: dict[str, Any] = {}
        for slot in pattern.slots:
            kind = self.relations[pattern.relation].slots[slot.index]
            if isinstance(slot.term, Const):
                asked[slot.name] = _shown(kind, slot.term.value)
            elif isinstance(slot.term, Var) and slot.term.name in binding:
                asked[slot.name] = binding[slot.term.name]
            for test in slot.tests:
                asked[slot.name] = {test.op: _bound(test, kind)}
        return asked

    def _is_open(self, name: str) -> bool:
        """Whether facts of a relation may be missing from the record: nothing in this case says that the list is complete."""
        relation = self.relations[name]
        if relation.closed_by:
            other, wanted = relation.closed_by
            closing = {slot: _shown(self.relations[other].slot(slot), value) for slot, value in wanted}
            if any(all(slots[slot] == value for slot, value in closing.items()) for slots in self.of.get(other, [])):
                return False
        return relation.open and not relation.derived

    def _overriding(self, rule: Rule, step: Mapping[str, Any], binding: Binding) -> Iterator[str]:
        over = self.over.get(rule.id, [])
        if list(step["overriding"]) != sorted(other.id for other in over):
            yield "the rules that override it are not all named"
        for other in over:
            if any(self._instances(other, _some(binding, other.variables()))):
                yield f"the rule '{other.id}' holds and overrides it"

    def _instances(self, rule: Rule, shared: Binding) -> Iterator[Binding]:
        """Every way in which a rule fires that agrees with these variables, found by trying every fact for every condition."""
        found = [shared]
        for pattern in (*rule.scope, *rule.when):
            tried = [self._extended(pattern, slots, known) for known in found for slots in self.of.get(pattern.relation, [])]
            found = [known for known in tried if known is not None]
        over = self.over.get(rule.id, [])
        for binding in found:
            excepted = any(self._extended(p, slots, binding) is not None for p in rule.unless for slots in self.of.get(p.relation, []))
            if not excepted and not any(any(self._instances(o, _some(binding, o.variables()))) for o in over):
                yield binding

    def _extended(self, pattern: Pattern, slots: Mapping[str, Any], binding: Binding) -> Binding | None:
        """The binding with what a fact adds to it; None when the fact does not meet the pattern."""
        out = dict(binding)
        for slot in pattern.slots:
            kind = self.relations[pattern.relation].slots[slot.index]
            value = slots.get(kind.name, "")
            if isinstance(slot.term, Const) and value != _shown(kind, slot.term.value):
                return None
            if isinstance(slot.term, Var) and not _same(out.setdefault(slot.term.name, value), value):
                return None
            if not all(_passes(test, kind, value) for test in slot.tests):
                return None
        return out

    def _head(self, rule: Rule, binding: Binding) -> tuple[str, dict[str, Any]]:
        head, relation = rule.head, self.relations[rule.head.relation]
        terms: dict[str, Any] = {}
        for kind, term in zip(relation.slots, head.terms, strict=True):
            if term is not None:
                terms[kind.name] = binding[term.name] if isinstance(term, Var) else _shown(kind, term.value)
        if head.relation == "finding":
            parts = [str(binding[part.name] if isinstance(part, Var) else part.value) for part in head.code]
            terms |= {"code": ":".join(parts), "rule": rule.id}
        return head.relation, {name: value for name, value in terms.items() if value != ""}

    def _working(self, working: Mapping[str, Any], fact: Mapping[str, Any]) -> Iterator[str]:
        known: dict[str, Any] = {number["name"]: number["value"] for number in working["numbers"]}
        for name, expression in working["lines"]:
            known[name] = evaluate(expression, known)
        got = known[working["lines"][-1][0]]
        kind = self.relations[fact["relation"]].slot(working["slot"])
        stated = fact["slots"][working["slot"]]
        if not abs(got - float(stated)) <= float(kind.resolution) / 2 * (1 + 1e-9) + 1e-9 * abs(got):
            yield f"the arithmetic of '{working['slot']}' gives {got:.6g}, and the fact says {stated}"


# --- values ---------------------------------------------------------------------------------------------------------------------------


def _exact(value: Any) -> Decimal:
    return Decimal(str(value))


def _plain(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _shown(kind: SlotType, value: Any) -> Any:
    """A constant of a rule as the document has it."""
    if isinstance(value, int):
        return _plain(value * kind.resolution)
    return value == "true" if kind.kind == "bool" else value


def _bound(test: Test, kind: SlotType) -> Any:
    return [_shown(kind, item) for item in test.bound] if isinstance(test.bound, tuple) else _shown(kind, test.bound)


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and one == other if isinstance(one, bool) or isinstance(other, bool) else bool(one == other)


def _passes(test: Test, kind: SlotType, value: Any) -> bool:
    bound = _bound(test, kind)
    if test.op in ("in", "not_in"):
        return (value in bound) == (test.op == "in")
    if kind.kind != "number":
        return False
    left, right = _exact(value), _exact(bound)
    return {"below": left < right, "at_most": left <= right, "above": left > right, "at_least": left >= right}[test.op]


def _some(binding: Binding, names: frozenset[str]) -> Binding:
    return {name: value for name, value in binding.items() if name in names}


# --- arithmetic -----------------------------------------------------------------------------------------------------------------------


def evaluate(expression: str, known: Mapping[str, Any]) -> Any:
    """An expression over numbers and series: + - * / // % ** and abs point by point, min, max and sum of all that they are given,
    and mean(series, time, from, to).

    Raises:
        ValueError: anything else stands in it.

    >>> evaluate("mean(a, t, 0, 2) * 2", {"a": [1, 3, 3], "t": [0, 1, 4]})
    5.0
    >>> evaluate("min(abs(a - 4), 7 % 4, 7 // 2)", {"a": [1, 3, 9]})
    1.0
    """
    return _value(_parsed(expression), known)


@lru_cache(maxsize=256)
def _parsed(expression: str) -> ast.expr:
    if len(expression) > LONGEST:
        raise ValueError(f"an expression of {len(expression)} characters is too long to be read by anybody")
    return ast.parse(expression, mode="eval").body


def _value(node: ast.expr, known: Mapping[str, Any]) -> Any:
    if isinstance(node, ast.Name):
        return known[node.id]
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        return _each(_OPERATORS[type(node.op)], _value(node.left, known), _value(node.right, known))
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        return float(node.value)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return _each(lambda a, _: -a, _value(node.operand, known), 0.0)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _FUNCTIONS and not node.keywords:
        return _FUNCTIONS[node.func.id](*(_value(part, known) for part in node.args))
    raise ValueError(f"'{ast.unparse(node)}' is no arithmetic")


_OPERATORS: dict[type, Callable[[float, float], float]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.FloorDiv: lambda a, b: a // b,
    ast.Mod: lambda a, b: a % b,
    ast.Pow: lambda a, b: float(a**b),
}


def _each(operation: Callable[[float, float], float], one: Any, other: Any) -> Any:
    """An operation on two numbers, or on a series point by point."""
    if type(one) is float and type(other) is float:
        return operation(one, other)
    if isinstance(one, (list, tuple)) or isinstance(other, (list, tuple)):
        length = len(one) if isinstance(one, (list, tuple)) else len(other)
        left = one if isinstance(one, (list, tuple)) else [one] * length
        right = other if isinstance(other, (list, tuple)) else [other] * length
        return [operation(a, b) for a, b in zip(left, right, strict=True)]
    return operation(one, other)


def _mean(series: Sequence[float], time: Sequence[float], start: float, end: float) -> float:
    """The mean over a span of a line through the points, level before the first of them; the span ends with the last point at most."""
    end = min(end, time[-1])
    points = [start, *(t for t in time if start < t < end), end]
    heights = [_height(series, time, point) for point in points]
    area = sum((b - a) * (p + q) / 2 for a, b, p, q in zip(points, points[1:], heights, heights[1:], strict=False))
    return area / (end - start)


def _height(series: Sequence[float], time: Sequence[float], at: float) -> float:
    for t0, t1, y0, y1 in zip(time, time[1:], series, series[1:], strict=False):
        if t0 <= at <= t1:
            return y0 + (y1 - y0) * (at - t0) / (t1 - t0)
    return series[0] if at < time[0] else series[-1]


def _all(parts: Sequence[Any]) -> list[float]:
    """Every number of some numbers and series."""
    return [number for part in parts for number in (part if isinstance(part, (list, tuple)) else (part,))]


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": lambda part: _each(lambda a, _: abs(a), part, 0.0),
    "min": lambda *parts: min(_all(parts)),
    "max": lambda *parts: max(_all(parts)),
    "sum": lambda *parts: sum(_all(parts)),
    "mean": _mean,
}
