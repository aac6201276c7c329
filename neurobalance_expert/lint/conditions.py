"""Lints about conditions: what can never hold, what always holds, and what says the same twice."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from neurobalance_expert.errors import Span
from neurobalance_expert.lint.logic import Values, exclude_each_other, follows, slot_type, values_by_variable, values_of
from neurobalance_expert.lint.material import Found, Material, RuleText
from neurobalance_expert.lint.places import drop_item, replace, written
from neurobalance_expert.lint.registry import Lint, in_rule
from neurobalance_expert.rules.ir import Pattern, Slot, Var
from neurobalance_expert.vocabulary import SlotType, Vocabulary

LOWER, UPPER = ("above", "at_least"), ("below", "at_most")

NEVER = Lint(
    "NB-L001", "condition-never-holds", "error",
    what="The tests of one slot leave no value that could pass.",
    why="the condition never holds, so the rule never fires and nobody notices that it is silent",
    fix="remove one of the tests, or correct the values",
    bad="vs_fasting: {bind: $ratio, below: $low, in: [0.9, 0.95]}",
    good="vs_fasting: {bind: $ratio, below: $low}",
)  # fmt: skip
APART = Lint(
    "NB-L002", "conditions-contradict", "error",
    what="Two conditions cannot both hold.",
    why="the rule never fires and nobody notices that it is silent",
    fix="remove one of the two, or let them speak of different things",
    bad=(
        "- window: {id: $v, phase: {in: [fed, fasting]}}\n"
        "- window: {id: $v, phase: night}\n"
        "  as: by-night"
    ),
    good="- window: {id: $v, phase: {in: [fed, fasting]}}",
)  # fmt: skip
ALWAYS = Lint(
    "NB-L003", "test-always-passes", "warning",
    what="A test lists every value that its slot can have.",
    why="it tests nothing, and a reader looks for what it leaves out",
    fix="leave the slot out, or take out of the list what should not pass",
    bad="- window: {id: $v, phase: {in: [fed, fasting, night]}}",
    good="- window: {id: $v, phase: {in: [fed, fasting]}}",
)  # fmt: skip
REPEATED = Lint(
    "NB-L004", "condition-repeated", "warning",
    what="A condition stands twice.",
    why="the second one tests nothing new, and an edit of one of them goes wrong without notice",
    fix="remove the second one",
    bad=(
        "- trusted: {is: true}\n"
        "- trusted: {is: true}\n"
        "  as: trusted-too"
    ),
    good="- trusted: {is: true}",
    mends=frozenset({"scope", "when"}),
)  # fmt: skip
IMPLIED = Lint(
    "NB-L005", "condition-implied", "warning",
    what="A condition follows from another one of the same rule.",
    why="it tests nothing new, so a reader looks for a meaning that it does not have",
    fix="remove the wider condition",
    bad=(
        "- window: {id: $w, phase: fed}\n"
        "- window: {phase: {in: [fed, fasting]}}\n"
        "  as: any-window"
    ),
    good="- window: {id: $w, phase: fed}",
)  # fmt: skip
IDLE_EXCEPTION = Lint(
    "NB-L006", "exception-never-applies", "warning",
    what="An exception contradicts a condition of the rule.",
    why="wherever the rule fires it cannot hold, so it excepts nothing and looks as if it did",
    fix="remove the exception, or correct what it looks for",
    bad=(
        "- window: {id: $w, phase: night}\n"
        "  as: by-night\n"
        "  missing: absent"
    ),
    good=(
        "- condition: {id: pku}\n"
        "  missing: absent"
    ),
)  # fmt: skip
SELF_BLOCKED = Lint(
    "NB-L007", "exception-always-applies", "error",
    what="An exception follows from a condition of the rule.",
    why="wherever the conditions hold it holds too, so the rule never fires",
    fix="narrow the exception, or remove it",
    bad=(
        "- window: {id: $w}\n"
        "  as: any-time\n"
        "  missing: absent"
    ),
    good=(
        "- condition: {id: pku}\n"
        "  missing: absent"
    ),
)  # fmt: skip
WIDER_EXCEPTION = Lint(
    "NB-L008", "exception-implied", "warning",
    what="An exception follows from another exception of the rule.",
    why="what it excepts is excepted already, so it never decides anything",
    fix="remove the narrower exception",
    bad=(
        "- condition: {id: pku}\n"
        "  missing: absent\n"
        "- condition: {id: {in: [pku, msud]}}\n"
        "  as: either\n"
        "  missing: absent"
    ),
    good=(
        "- condition: {id: pku}\n"
        "  missing: absent"
    ),
)  # fmt: skip
WIDER_BOUND = Lint(
    "NB-L009", "bound-implied", "warning",
    what="Of two bounds on one side only the narrower one counts.",
    why="the other looks like a limit and is none",
    fix="keep the narrower bound",
    bad="vs_fasting: {bind: $ratio, below: $low, at_most: 1}",
    good="vs_fasting: {bind: $ratio, below: $low}",
)  # fmt: skip
LIST_OF_ONE = Lint(
    "NB-L010", "list-of-one", "info",
    what="A list holds one value.",
    why="a reader looks for the others; the plain value says the same",
    fix="write the value itself, or {not: value} for {not_in: [value]}",
    bad="in: [leucine]",
    good="in: [leucine, valine]",
    mends=frozenset({"scope", "when", "unless"}),
)  # fmt: skip
LIST_REPEATS = Lint(
    "NB-L011", "list-repeats-a-value", "warning",
    what="A list names a value twice.",
    why="one of the two was perhaps meant to be another value",
    fix="remove the second one, or write what was meant",
    bad="in: [leucine, valine, leucine]",
    good="in: [leucine, valine]",
)  # fmt: skip


def place(text: RuleText, pattern: Pattern) -> Span:
    """Where a condition stands."""
    return pattern.at or text.at("id")


def positive(text: RuleText) -> tuple[Pattern, ...]:
    """The conditions of scope and when."""
    return (*text.rule.scope, *text.rule.when)


def _tested_slots(text: RuleText, vocabulary: Vocabulary) -> Iterator[tuple[Pattern, Slot, SlotType]]:
    for pattern in (*positive(text), *text.rule.unless):
        for slot in pattern.slots:
            if slot.tests:
                yield pattern, slot, slot_type(pattern, slot, vocabulary)


@in_rule(NEVER)
def never_holds(text: RuleText, material: Material) -> Iterator[Found]:
    """Slots whose tests no value passes."""
    for pattern, slot, kind in _tested_slots(text, material.vocabulary):
        if values_of(slot, kind).empty():
            yield Found(f"no value of '{slot.name}' can pass the tests of '{pattern.label}'", place(text, pattern))


@in_rule(APART)
def contradict(text: RuleText, material: Material) -> Iterator[Found]:
    """Pairs of conditions about one fact, and variables that are restricted to nothing."""
    patterns, variables = positive(text), text.rule.variables()
    for i, one in enumerate(patterns):
        for two in patterns[i + 1 :]:
            if exclude_each_other(one, two, material.vocabulary, variables):
                what = f"the conditions '{one.label}' and '{two.label}' cannot both hold"
                yield Found(what, place(text, two), also=((place(text, one), "the other one"),))
    for name, values in values_by_variable(patterns, material.vocabulary).items():
        using = [p for p in patterns if name in p.variables()]
        if values.empty() and len(using) > 1:
            what = f"no value of '${name}' can meet '{using[0].label}' and '{using[-1].label}' together"
            yield Found(what, place(text, using[-1]), also=((place(text, using[0]), "the other one"),))


@in_rule(ALWAYS)
def always_passes(text: RuleText, material: Material) -> Iterator[Found]:
    """Tests that every value of an enum or truth value passes."""
    for pattern, slot, kind in _tested_slots(text, material.vocabulary):
        everything = Values(frozenset(kind.enum) if kind.kind == "enum" else frozenset(("true", "false")))
        if kind.kind in ("enum", "bool") and everything.within(values_of(slot, kind)):
            yield Found(f"every value of '{slot.name}' passes the test of '{pattern.label}'", place(text, pattern))


def _plain(pattern: Pattern) -> tuple[object, ...]:
    return pattern.relation, pattern.slots, pattern.absent


@in_rule(REPEATED)
def repeated(text: RuleText, material: Material) -> Iterator[Found]:
    """A condition that is equal to an earlier one but for its label."""
    first: dict[tuple[object, ...], Pattern] = {}
    for part in ("scope", "when"):
        patterns: tuple[Pattern, ...] = getattr(text.rule, part)
        for i, pattern in enumerate(patterns):
            other = first.setdefault(_plain(pattern), pattern)
            if other is not pattern:
                edits = drop_item(text.document, (*text.keys, part, i)) if part == "when" and len(patterns) > 1 else ()
                what = f"the condition '{pattern.label}' repeats '{other.label}'"
                yield Found(what, place(text, pattern), also=((place(text, other), "the first one"),), edits=edits)


@in_rule(IMPLIED)
def implied(text: RuleText, material: Material) -> Iterator[Found]:
    """A condition that every fact meets which meets another one, unless the two are equal.

    A condition of ``scope`` may follow from one of ``when``: where it does not hold, the rule is out of scope and not blocked.
    """
    for wide, narrow in _pairs(positive(text)):
        if wide in text.rule.scope and narrow not in text.rule.scope:
            continue
        if _plain(wide) != _plain(narrow) and follows(wide, narrow, material.vocabulary, _only_in(wide, text)):
            what = f"the condition '{wide.label}' follows from '{narrow.label}'"
            yield Found(what, place(text, wide), also=((place(text, narrow), "the narrower one"),))


def _pairs(patterns: Sequence[Pattern]) -> Iterator[tuple[Pattern, Pattern]]:
    for one in patterns:
        for two in patterns:
            if one is not two:
                yield one, two


def _only_in(pattern: Pattern, text: RuleText) -> frozenset[str]:
    """Variables of a pattern that nothing else of the rule mentions."""
    rule = text.rule
    elsewhere = {name for p in (*positive(text), *rule.unless) if p is not pattern for name in p.variables()}
    terms = {term.name for term in (*rule.head.terms, *rule.head.code) if isinstance(term, Var)}
    words = rule.say + rule.do
    return frozenset(name for name in pattern.variables() if name not in elsewhere | terms and name not in words)


@in_rule(IDLE_EXCEPTION)
def never_applies(text: RuleText, material: Material) -> Iterator[Found]:
    """An exception about a fact that a condition of the rule wants otherwise."""
    variables = text.rule.variables()
    allowed = values_by_variable(positive(text), material.vocabulary)
    for exception in text.rule.unless:
        other = next((p for p in positive(text) if exclude_each_other(exception, p, material.vocabulary, variables)), None)
        own = values_by_variable([exception], material.vocabulary)
        if other is not None:
            what = f"the exception '{exception.label}' cannot hold where '{other.label}' does"
            yield Found(what, place(text, exception), also=((place(text, other), "the condition"),))
        elif any(values.meet(allowed[name]).empty() for name, values in own.items() if name in allowed):
            yield Found(f"the conditions allow no value that the exception '{exception.label}' asks for", place(text, exception))


@in_rule(SELF_BLOCKED)
def always_applies(text: RuleText, material: Material) -> Iterator[Found]:
    """An exception that a condition implies."""
    for exception in text.rule.unless:
        for given in positive(text):
            if follows(_without_option(exception), _without_option(given), material.vocabulary):
                what = f"the exception '{exception.label}' holds wherever '{given.label}' does"
                yield Found(what, place(text, exception), also=((place(text, given), "the condition"),))
                break


def _without_option(pattern: Pattern) -> Pattern:
    return Pattern(pattern.relation, pattern.slots, pattern.label)


@in_rule(WIDER_EXCEPTION)
def exception_implied(text: RuleText, material: Material) -> Iterator[Found]:
    """An exception that applies only where a wider one does."""
    exceptions = text.rule.unless
    for narrow, wide in _pairs(exceptions):
        if follows(wide, narrow, material.vocabulary) and (
            _plain(wide) != _plain(narrow) or exceptions.index(narrow) > exceptions.index(wide)
        ):
            what = f"the exception '{narrow.label}' applies only where '{wide.label}' does"
            yield Found(what, place(text, narrow), also=((place(text, wide), "the wider one"),))


@in_rule(WIDER_BOUND)
def bound_implied(text: RuleText, material: Material) -> Iterator[Found]:
    """Two orderings on one side of a slot."""
    for pattern, slot, _ in _tested_slots(text, material.vocabulary):
        for side, words in ((LOWER, "lower"), (UPPER, "upper")):
            if sum(test.op in side for test in slot.tests) > 1:
                yield Found(f"'{slot.name}' of '{pattern.label}' has two {words} bounds", place(text, pattern))


def _lists(text: RuleText) -> Iterator[tuple[str, Sequence[object], Span, Span]]:
    """Every ``in`` and ``not_in`` as written: its name, items, the place of the whole test, and of the list."""
    for part in ("scope", "when", "unless"):
        for i, item in text.conditions(part):
            for relation, slots in item.items():
                for slot, test in slots.items() if isinstance(slots, dict) else ():
                    for name in ("in", "not_in"):
                        if isinstance(test, dict) and isinstance(test.get(name), list):
                            here = (part, i, relation, slot)
                            yield name, test[name], text.at(*here), text.at(*here, name)


@in_rule(LIST_OF_ONE)
def list_of_one(text: RuleText, material: Material) -> Iterator[Found]:
    """``in`` or ``not_in`` with one value."""
    for name, items, test, listed in _lists(text):
        bound = name == "in" and re.search(r"\bbind\b", written(text.document, test))  # the only way to bind a name that must be one thing
        if len(items) == 1 and not bound:
            only = written(text.document, listed)[1:-1].strip()
            whole = written(text.document, test)
            alone = whole.startswith("{") and whole[1:-1].split(":", 1)[0].strip() == name and listed.line == test.line
            plain = only if name == "in" else f"{{not: {only}}}"
            edits = replace(text.document, test, plain) if alone and whole[1:-1].count(":") == 1 else ()
            yield Found(f"'{name}' lists one value", listed, edits=edits)


@in_rule(LIST_REPEATS)
def list_repeats(text: RuleText, material: Material) -> Iterator[Found]:
    """``in`` or ``not_in`` with a value twice."""
    for name, items, _, listed in _lists(text):
        twice = [str(item) for item in dict.fromkeys(map(str, items)) if list(map(str, items)).count(item) > 1]
        if twice:
            yield Found(f"'{name}' names '{twice[0]}' twice", listed)
