"""Formulas of z3 that fold constants at once: what is decided without a solver never reaches one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import z3

from neurobalance_expert.fact import Value
from neurobalance_expert.rules.ir import Test

Term: TypeAlias = int | z3.ArithRef
Formula: TypeAlias = bool | z3.BoolRef


class Symbols:
    """Text as whole numbers in the order of the alphabet, from 1; 0 is '', and numbers beyond stand for text that nothing names."""

    def __init__(self, known: Iterable[str]) -> None:
        self._texts = ["", *sorted(set(known) - {""})]
        self._codes = {text: code for code, text in enumerate(self._texts)}

    def __len__(self) -> int:
        return len(self._texts)

    def code(self, value: Value) -> int:
        """The number of a value: that of its text, or the number itself. Raises KeyError for text that is not known."""
        return value if isinstance(value, int) else self._codes[value]

    def text(self, code: int) -> str:
        """The text of a number; a made-up one for text that nothing names."""
        return self._texts[code] if 0 <= code < len(self._texts) else f"other-{code - len(self._texts) + 1}"


def all_of(formulas: Iterable[Formula]) -> Formula:
    """Conjunction."""
    kept: list[z3.BoolRef] = []
    for formula in formulas:
        if formula is False:
            return False
        if formula is not True:
            kept.append(formula)
    return z3.And(kept) if len(kept) > 1 else kept[0] if kept else True


def any_of(formulas: Iterable[Formula]) -> Formula:
    """Disjunction."""
    kept: list[z3.BoolRef] = []
    for formula in formulas:
        if formula is True:
            return True
        if formula is not False:
            kept.append(formula)
    return z3.Or(kept) if len(kept) > 1 else kept[0] if kept else False


def no(formula: Formula) -> Formula:
    """Negation."""
    return (not formula) if isinstance(formula, bool) else z3.Not(formula)


def same(left: Term, right: Term) -> Formula:
    """Equality of two terms."""
    if isinstance(left, int) and isinstance(right, int):
        return left == right
    if not isinstance(left, int) and not isinstance(right, int) and left.eq(right):
        return True
    return left == right


def at_most(left: Term, right: Term) -> Formula:
    """left <= right."""
    return left <= right


def passes(test: Test, term: Term, symbols: Symbols) -> Formula:
    """Whether a term passes a test of a rule."""
    if test.op in ("in", "not_in"):
        assert isinstance(test.bound, tuple)
        among = any_of(same(term, symbols.code(value)) for value in test.bound)
        return among if test.op == "in" else no(among)
    assert isinstance(test.bound, int)
    if test.op in ("below", "at_most"):
        return at_most(term, test.bound - (test.op == "below"))
    return at_most(test.bound + (test.op == "above"), term)
