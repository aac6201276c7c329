"""Renaming: what may be renamed, to what, and every place that changes with it, so that the set means and compiles as before."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

from neurobalance_expert.errors import InputProblems, Span
from neurobalance_expert.lint.numbers import PROGRAM_USES
from neurobalance_expert.lsp.checking import View
from neurobalance_expert.lsp.hover import owner_of, written
from neurobalance_expert.lsp.names import Mention, Symbol
from neurobalance_expert.lsp.places import Index, owners
from neurobalance_expert.lsp.places_knowledge import THRESHOLD
from neurobalance_expert.rules.ir import Rule
from neurobalance_expert.source import parse_yaml

_FORM = {
    "rule": (re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*"), "a rule id has small letters, digits and '-' between them, such as plp-limits-aadc"),
    "variable": (re.compile(r"[A-Za-z][A-Za-z0-9_]*"), "a variable has a letter, then letters, digits and '_'"),
    "parameter": (re.compile(r"[A-Za-z][A-Za-z0-9_]*"), "a parameter has a letter, then letters, digits and '_'"),
    "label": (re.compile(r"[A-Za-z0-9_-]+"), "a label has letters, digits, '_' and '-'"),
    "threshold": (re.compile(r"[A-Za-z_]\w*", re.ASCII), "a threshold has letters, digits and '_', such as trp_influx_low"),
    "test": (re.compile(r"[^\n]*\S[^\n]*"), "a test has a name of one line"),
}
_FIXED = {
    "relation": "relations are named by the program that gives the facts, and in files that the editor does not see",
    "slot": "slots are named by the program that gives the facts, and in files that the editor does not see",
    "enum": "an enum is named by the vocabulary alone: change it there and check",
    "value": "values are given by the program and by cases that the editor does not see",
    "reference": "records and packs that the editor does not see may cite it by this key",
    "code": "codes are stable: scripts and records rely on them (docs/codes.md)",
    "filter": "filters are part of the rule language",
    "entry": "cases, records and the program name it too, which the editor does not see",
}


class RefusedError(Exception):
    """Why something cannot be renamed, for the person at the keyboard."""


class Change(Struct, frozen=True):
    """What stands at a place is replaced by the text."""

    at: Span
    text: str


def check_renameable(view: View, index: Index, mention: Mention) -> None:
    """Raises RefusedError with the reason when the mentioned thing cannot be renamed."""
    symbol = mention.symbol
    if symbol.kind not in _FORM:
        raise RefusedError(f"'{symbol.name}' cannot be renamed: {_FIXED[symbol.kind]}")
    found = index.of(view, symbol)
    if not any(m.defines for m in found):
        raise RefusedError(f"'{symbol.name}' cannot be renamed: nothing here defines it")
    broken = sorted({name for name in view.stale if name.startswith("rules/") or name in {m.span.file for m in found}})
    if broken:
        raise RefusedError(f"'{broken[0]}' cannot be read at the moment, and it may use '{symbol.name}': mend it first")
    _check_not_derived(m.span for m in found)
    if symbol.kind == "threshold" and symbol.name.removeprefix(THRESHOLD) in PROGRAM_USES:
        raise RefusedError(f"'{symbol.name}' cannot be renamed: the program itself reads it by this name")
    if symbol.kind == "label" and _is_relation(view, index, found):
        raise RefusedError(f"'{symbol.name}' is the relation itself: write 'as:' beside it to give the condition a label of its own")
    if symbol.kind == "test" and any(m.whole and m.span.length == 1 and len(symbol.name) > 1 for m in found):
        raise RefusedError("the name runs over several lines: write it on one first")


def rename(view: View, index: Index, mention: Mention, new: str) -> list[Change]:
    """Every change. Raises RefusedError when the thing cannot be renamed, or not to this name."""
    check_renameable(view, index, mention)
    symbol = mention.symbol
    new = new.removeprefix("$") if symbol.kind in ("variable", "parameter") else new.strip().removeprefix(_before(symbol))
    form, reason = _FORM[symbol.kind]
    if not form.fullmatch(new):
        raise RefusedError(f"'{new}' is not a name for a {symbol.kind}: {reason}")
    if _before(symbol) + new == symbol.name:
        return []
    symbols = _shared(view, symbol) if symbol.kind == "variable" else [symbol]
    for one in symbols:
        _check_free(view, one, new)
    if symbol.kind == "variable":
        _check_no_new_sharing(view, symbols, new)
    places = {m.span: m for one in symbols for m in index.of(view, one)}
    _check_not_derived(places)
    return [Change(at, scalar(_as_written(m, new)) if m.whole else new) for at, m in sorted(places.items())]


def _before(symbol: Symbol) -> str:
    """What stands before the name of a threshold where a rule names it."""
    return THRESHOLD if symbol.kind == "threshold" else ""


def _as_written(mention: Mention, new: str) -> str:
    """The new name as it stands at a place: a threshold with its path, and without it where its number is."""
    return new if mention.defines else _before(mention.symbol) + new


def scalar(text: str) -> str:
    """The text as YAML within braces reads it back: plain where that will do, else in quotes.

    >>> scalar("just under"), scalar("yes: no"), scalar("12")
    ('just under', '"yes: no"', '"12"')
    """
    try:
        plain = text.isprintable() and parse_yaml(f"{{name: {text}, expect: x}}", "").data == {"name": text, "expect": "x"}
    except InputProblems:
        plain = False
    escaped = "".join(f"\\{c}" if c in '"\\' else c if c.isprintable() else f"\\U{ord(c):08x}" for c in text)
    return text if plain else f'"{escaped}"'


def _check_not_derived(places: Iterable[Span]) -> None:
    """Raises RefusedError when one of the places is in a file that the model writes."""
    for at in places:
        if at.file.startswith("rules/derived/"):
            raise RefusedError(
                f"'{at.file}' names it, is written by 'neurobalance rules derive' and would be written anew without the change"
            )


def _is_relation(view: View, index: Index, found: list[Mention]) -> bool:
    """Whether a label is nothing but the name of the relation that it stands at."""
    at = next(m.span for m in found if m.defines)
    return any(m.symbol.kind == "relation" and m.span == at for m in index.at(view, at.file, at.line))


def _check_free(view: View, symbol: Symbol, new: str) -> None:
    """The new name must not be taken where it would stand. Raises RefusedError."""
    if symbol.kind == "rule":
        other = view.by_id.get(new)
        if other is not None:
            raise RefusedError(f"there is a rule '{new}' already{f' in {other.at.file}' if other.at else ''}")
        return
    if symbol.kind == "threshold":
        if view.terms and THRESHOLD + new in view.terms.thresholds:
            raise RefusedError(f"there is a threshold '{new}' already")
        return
    rule = owner_of(view, symbol)
    if rule is None:
        raise RefusedError("the rule has problems: mend it first")
    if symbol.kind in ("variable", "parameter"):
        if new in (written(view, symbol).get("params") or {}):
            raise RefusedError(f"'{rule.id}' has a parameter '{new}' already")
        if new in _variables(rule):
            raise RefusedError(f"'{rule.id}' has a variable '${new}' already")
    elif symbol.kind == "label" and new in {p.label for p in (*rule.scope, *rule.when, *rule.unless)}:
        raise RefusedError(f"'{rule.id}' has a condition '{new}' already")
    elif symbol.kind == "test" and new in {test.name for test in rule.tests}:
        raise RefusedError(f"'{rule.id}' has a test '{new}' already")


def _variables(rule: Rule) -> frozenset[str]:
    return rule.variables().union(*(p.variables() for p in rule.unless))


def _related(view: View, rule: Rule) -> Iterator[Rule]:
    """The rules that override a rule, and those that it overrides."""
    yield from view.above.get(rule.id, ())
    yield from (view.by_id[other] for other in rule.overrides if other in view.by_id)


def _shared(view: View, symbol: Symbol) -> list[Symbol]:
    """The variable, and that of the same name in each rule that is bound to this one by an override: overriding compares them by name."""
    first = owner_of(view, symbol)
    if first is None:
        raise RefusedError("the rule has problems: mend it first")
    places, found, todo = owners(view), {}, [first]
    while todo:
        rule = todo.pop()
        if rule.id not in found and symbol.name in rule.variables():
            found[rule.id] = Symbol("variable", (*places[rule.id], symbol.name))
            todo += _related(view, rule)
    return list(found.values()) or [symbol]


def _check_no_new_sharing(view: View, symbols: list[Symbol], new: str) -> None:
    """Raises RefusedError when an override would begin to compare the variable with one that has the new name."""
    for symbol in symbols:
        rule = owner_of(view, symbol)
        for other in _related(view, rule) if rule else ():
            if new in other.variables():
                raise RefusedError(f"'{other.id}' is bound to this rule by an override and has a variable '${new}': they would be compared")
