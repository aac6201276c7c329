"""How rules differ between two versions: which are new, gone or altered, in which part, and for which values it matters.

A changed bound comes with its interval: the values for which the condition held in one version and does not in the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from msgspec import Struct

from neurobalance_expert.explain.findings import code_text
from neurobalance_expert.explain.sentences import explain_asked, explain_wanted, in_words
from neurobalance_expert.fact import FINDING, FINDING_SLOTS, SEVERITIES, Value
from neurobalance_expert.loaded import Knowledge
from neurobalance_expert.rules.ir import Const, Param, Pattern, Rule, Slot, Term, Test
from neurobalance_expert.vocabulary import SlotType, Vocabulary

Effect = Literal["fewer", "more", "either", "none"]
PartName = Literal[
    "bound", "condition", "exception", "scope", "severity", "code", "conclusion", "overrides", "wording", "evidence", "parameter", "status"
]
LOGIC = ("bound", "condition", "exception", "scope", "severity", "code", "conclusion", "overrides")  # decide what is concluded
Role = Literal["scope", "condition", "exception"]
OPPOSITE: Mapping[Effect, Effect] = {"fewer": "more", "more": "fewer", "either": "either", "none": "none"}
APART = ("code", "rule", "severity")  # of a finding
WORDS = ("title", "say", "do", "kind")


class Interval(Struct, frozen=True):
    """The values of a slot that one of two bounds lets through and the other does not, in its unit, both ends included.

    Values are rounded to the step of their slot before they are compared, so that such a range has a first and a last value.
    ``about`` is what the fact is about, in words.
    """

    relation: str
    slot: str
    about: str
    low: float
    high: float
    unit: str

    def holds(self, value: float) -> bool:
        """Whether a value lies in it."""
        return self.low <= value <= self.high

    def told(self) -> str:
        """In words: ``influx of trp in w2: vs_fasting from 0.8 to 0.84``."""
        unit = "" if self.unit in ("", "1") else f" {self.unit}"
        ends = f"from {self.low:.12g} to {self.high:.12g}" if self.low < self.high else f"exactly {self.low:.12g}"
        return f"{self.about}: {self.slot} {ends}{unit}"


class Part(Struct, frozen=True):
    """One part of a rule that differs. ``effect``: whether the rule can then fire less or more often."""

    part: PartName
    what: str
    before: str
    after: str
    effect: Effect = "none"
    interval: Interval | None = None
    threshold: str = ""  # path of the value of the knowledge base that a bound came from


class RuleChange(Struct, frozen=True):
    """A rule that differs, or that only one version runs. ``at`` is its place in the version that has it, the later one of two."""

    rule: str
    what: Literal["added", "removed", "changed"]
    code: str
    severity: str
    at: str
    parts: tuple[Part, ...] = ()

    @property
    def logic(self) -> bool:
        """Whether something differs that decides what is concluded."""
        return self.what != "changed" or any(part.part in LOGIC for part in self.parts)


def rule_changes(before: Knowledge, after: Knowledge, ids: frozenset[str]) -> tuple[RuleChange, ...]:
    """The changes of these rules, by id."""
    return tuple(_rule_change(name, before, after) for name in sorted(ids))


def _rule_change(name: str, before: Knowledge, after: Knowledge) -> RuleChange:
    old, new = before.rule_by_id.get(name), after.rule_by_id.get(name)
    shown = new or old
    assert shown is not None
    at = f"{shown.at.file}:{shown.at.line}" if shown.at else ""
    code = code_text(shown) or shown.head.relation
    if old is None or new is None:
        return RuleChange(name, "added" if old is None else "removed", code, shown.severity, at)
    return RuleChange(name, "changed", code, shown.severity, at, tuple(_parts(old, new, before.vocabulary, after.vocabulary)))


def _parts(old: Rule, new: Rule, before: Vocabulary, after: Vocabulary) -> Iterator[Part]:
    roles: tuple[tuple[Role, tuple[Pattern, ...], tuple[Pattern, ...]], ...] = (
        ("scope", old.scope, new.scope),
        ("condition", old.when, new.when),
        ("exception", old.unless, new.unless),
    )
    found = [part for role, ones, others in roles for part in _conditions(role, ones, others, old, new, before, after)]
    yield from found
    if old.severity != new.severity:
        yield Part("severity", "severity", old.severity or "(of a variable)", new.severity or "(of a variable)", "either")
    if code_text(old) != code_text(new):
        yield Part("code", "code", code_text(old), code_text(new), "either")
    if (old.head.relation, _place(old)) != (new.head.relation, _place(new)):
        yield Part("conclusion", "then", _head(old), _head(new), "either")
    if set(old.overrides) != set(new.overrides):
        yield Part("overrides", "overrides", ", ".join(sorted(old.overrides)), ", ".join(sorted(new.overrides)))
    if old.status != new.status:
        yield Part("status", "status", old.status, new.status)
    for name in WORDS:
        one, other = getattr(old, name), getattr(new, name)
        if one != other:
            yield Part("wording", name, one, other)
    if old.evidence != new.evidence:
        yield Part("evidence", "evidence", _evidence(old), _evidence(new))
    yield from _parameters(old, new)


def _head(rule: Rule) -> str:
    return f"{rule.head.relation}({', '.join(_term(term) for term in _place(rule))})"


def _place(rule: Rule) -> tuple[Term | None, ...]:
    """What a rule concludes, of a finding without its code, rule and severity, which are parts of their own."""
    if rule.head.relation != FINDING:
        return rule.head.terms
    return tuple(term for slot, term in zip(FINDING_SLOTS, rule.head.terms, strict=True) if slot not in APART)


def _term(term: Term | None) -> str:
    return "" if term is None else str(term.value) if isinstance(term, Const) else f"${term.name}"


def _evidence(rule: Rule) -> str:
    return ", ".join(f"{e.ref} {e.grade}" + (f" ({e.supports})" if e.supports else "") for e in rule.evidence)


def _parameters(old: Rule, new: Rule) -> Iterator[Part]:
    """Parameters whose value or source differs and no bound shows it: they are only printed, or round to the same bound."""
    ones, others = ({p.name: p for p in rule.params} for rule in (old, new))
    for name in sorted({*ones, *others}):
        if ones.get(name) != others.get(name) and _bounds(old, name) == _bounds(new, name):
            now = others.get(name)
            yield Part("parameter", name, _parameter(ones.get(name)), _parameter(now), threshold=now.source if now else "")


def _bounds(rule: Rule, param: str) -> set[object]:
    """The bounds that come from a parameter."""
    slots = [slot for pattern in (*rule.scope, *rule.when, *rule.unless) for slot in pattern.slots]
    return {test.bound for slot in slots for test in slot.tests if test.param == param}


def _parameter(param: Param | None) -> str:
    if param is None:
        return ""
    return f"{param.value:f} {param.unit}".removesuffix(" 1") + (f" ({param.source})" if param.source else "")


# --- conditions -------------------------------------------------------------------------------------------------------


def _conditions(
    role: Role,
    ones: tuple[Pattern, ...],
    others: tuple[Pattern, ...],
    old: Rule,
    new: Rule,
    before: Vocabulary,
    after: Vocabulary,
) -> Iterator[Part]:
    """Conditions by their labels. One more can only make the rule fire less often, and so can one more exception."""
    olds, news = {p.label: p for p in ones}, {p.label: p for p in others}
    for label in dict.fromkeys((*olds, *news)):
        one, other = olds.get(label), news.get(label)
        if one is None or other is None:
            was, is_ = _pattern(one, old, before) if one else "", _pattern(other, new, after) if other else ""
            yield Part(role, label, was, is_, "fewer" if one is None else "more")
        elif _asks(one) != _asks(other):
            yield from _condition(role, one, other, old, new, before, after)


def _asks(pattern: Pattern) -> tuple[object, ...]:
    """All that a condition asks for; where the slots stand in the vocabulary does not matter."""
    return pattern.relation, pattern.absent, sorted((slot.name, repr(slot.term), repr(slot.tests)) for slot in pattern.slots)


def _pattern(pattern: Pattern, rule: Rule, vocabulary: Vocabulary) -> str:
    asked = explain_asked(pattern, vocabulary, rule.params)
    return explain_wanted(pattern, vocabulary, rule.params) + (f": {', '.join(asked)}" if asked else "")


def _condition(
    role: Role,
    one: Pattern,
    other: Pattern,
    old: Rule,
    new: Rule,
    before: Vocabulary,
    after: Vocabulary,
) -> Iterator[Part]:
    """Bounds that moved one by one where nothing else differs; else the whole condition as it reads before and after."""
    alike = one.relation == other.relation and one.absent == other.absent and _steps(one, before) == _steps(other, after)
    moved = _moved_bounds(role, one, other, new, after) if alike else None
    if moved is not None:
        yield from moved
        return
    effect: Effect = "either"
    yield Part(role, one.label, _pattern(one, old, before), _pattern(other, new, after), effect)


def _steps(pattern: Pattern, vocabulary: Vocabulary) -> list[tuple[str, str, object]]:
    """Unit and resolution of the slots that a condition asks about: bounds are counted in them."""
    kinds = [vocabulary.relations[pattern.relation].slots[slot.index] for slot in pattern.slots]
    return sorted((kind.name, kind.unit, kind.resolution) for kind in kinds)


def _moved_bounds(role: str, one: Pattern, other: Pattern, new: Rule, vocabulary: Vocabulary) -> list[Part] | None:
    """The bounds that moved, or None where more than bounds differ."""
    olds, news = ({slot.name: slot for slot in pattern.slots} for pattern in (one, other))
    if olds.keys() != news.keys():
        return None
    found: list[Part] = []
    for name, before in olds.items():
        after = news[name]
        if (before.term, before.tests) == (after.term, after.tests):
            continue
        if before.term != after.term or len(before.tests) != len(after.tests):
            return None
        ones, others = ({_side(test): test for test in slot.tests} for slot in (before, after))
        if ones.keys() != others.keys() or len(ones) != len(before.tests):
            return None
        for side, test in ones.items():
            if (test.op, test.bound) != (others[side].op, others[side].bound):
                found.append(_bound(role, other, after, vocabulary, test, others[side], new))
    return found


def _side(test: Test) -> str:
    """Which values a test keeps: those up to a bound, those from a bound on, or those of a list."""
    return {"below": "low", "at_most": "low", "above": "high", "at_least": "high"}.get(test.op, test.op)


def _bound(role: str, pattern: Pattern, slot: Slot, vocabulary: Vocabulary, one: Test, other: Test, rule: Rule) -> Part:
    kind = vocabulary.relations[pattern.relation].slots[slot.index]
    threshold = next((p.source for p in rule.params if p.name == other.param), "")
    effect = _effect(one, other)
    effect = OPPOSITE[effect] if role == "exception" else effect
    was, is_ = (f"{test.op.replace('_', ' ')} {_values(kind, test.bound)}" for test in (one, other))
    interval = None
    if not isinstance(one.bound, tuple) and not isinstance(other.bound, tuple):
        first, second = sorted((_last(one), _last(other)))
        low, high = (first + 1, second) if _side(one) == "low" else (first, second - 1)
        about = explain_wanted(pattern, vocabulary, rule.params)
        interval = Interval(pattern.relation, slot.name, about, float(kind.unscaled(low)), float(kind.unscaled(high)), kind.unit)
    where = f"exception {pattern.label}.{slot.name}" if role == "exception" else f"{pattern.label}.{slot.name}"
    return Part("bound", where, was, is_, effect, interval, threshold)


def _last(test: Test) -> int:
    """The last whole step that a test lets through, from the side of its bound."""
    assert isinstance(test.bound, int)
    return test.bound + {"below": -1, "above": 1}.get(test.op, 0)


def _values(kind: SlotType, bound: int | tuple[Value, ...]) -> str:
    return ", ".join(in_words(kind, value) for value in bound) if isinstance(bound, tuple) else in_words(kind, bound)


def _effect(one: Test, other: Test) -> Effect:
    """Whether the later test lets fewer or more values through."""
    if isinstance(one.bound, tuple) and isinstance(other.bound, tuple):
        before, after = set(one.bound), set(other.bound)
        wider = after > before if one.op == "in" else after < before
        narrower = after < before if one.op == "in" else after > before
        return "more" if wider else "fewer" if narrower else "either"
    rises = _last(other) > _last(one)
    return "more" if rises == (_side(one) == "low") else "fewer"


def lowered(part: Part) -> bool:
    """Whether a severity that changed is lower now; False where one of the two is taken from a variable."""
    known = part.before in SEVERITIES and part.after in SEVERITIES
    return known and SEVERITIES.index(part.after) < SEVERITIES.index(part.before)
