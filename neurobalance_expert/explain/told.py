"""How a rule stands, in words: each condition as it holds, fails or is not known, with its place and its margin."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from neurobalance_expert.explain.answers import NOT_RECORDED, ConditionTold, MarginTold, StandingTold
from neurobalance_expert.explain.findings import Explainer, code_text
from neurobalance_expert.explain.sentences import (
    explain_asked,
    explain_condition,
    explain_failures,
    explain_wanted,
    in_words,
)
from neurobalance_expert.explain.why_not import Judged, Miss, Standing
from neurobalance_expert.fact import Value
from neurobalance_expert.rules.ir import Pattern, Rule, Var
from neurobalance_expert.vocabulary import SlotType, Vocabulary, from_value

MUCH = 100  # standard deviations from which their number says nothing more


def tell(standing: Standing, explainer: Explainer) -> StandingTold:
    """One rule for one binding in words."""
    rule = standing.rule
    binding = dict(standing.binding)
    told = {id(c): _condition(c, rule, binding, explainer) for c in (*standing.conditions, *standing.exceptions)}
    first = [*standing.failed, *standing.missing][:1]
    return StandingTold(
        rule=rule.id,
        title=rule.title,
        code=code_text(rule) or rule.head.relation,
        at=place(rule),
        status=standing.status,
        binding={name: from_value(kind, binding[name]) for name, kind in variables(rule, explainer.vocabulary).items() if name in binding},
        about=about(rule, binding, explainer),
        failed=len(standing.failed),
        missing=len(standing.missing),
        by=standing.by,
        blocking=told[id(first[0])] if first else None,
        conditions=tuple(told.values()),
    )


def place(of: Rule | Pattern) -> str:
    """File and line of a rule or of one of its conditions."""
    return f"{of.at.file}:{of.at.line}" if of.at else ""


def variables(rule: Rule, vocabulary: Vocabulary) -> dict[str, SlotType]:
    """The variables of a rule with the type of the slot that binds each, by name."""
    found = {name: kind for name, kind, _ in _bound(rule, vocabulary)}
    return {name: found[name] for name in sorted(found)}


def about(rule: Rule, binding: Mapping[str, Value], explainer: Explainer) -> str:
    """What a binding is about: the variables that stand in keys, such as ``w = w3, the meal at 12:30``."""
    keyed = {name: kind for name, kind, key in _bound(rule, explainer.vocabulary) if key and name in binding}
    said = []
    for name in sorted(keyed):
        value = in_words(keyed[name], binding[name])
        window = explainer.labels.windows.get(value)
        said.append(f"{name.replace('_', ' ')} = {value}{f', {window}' if window else ''}")
    return "; ".join(said)


def _bound(rule: Rule, vocabulary: Vocabulary) -> Iterable[tuple[str, SlotType, bool]]:
    """Every variable of a rule, the type of a slot that holds it, and whether that slot is key."""
    for pattern in (*rule.scope, *rule.when):
        relation = vocabulary.relations[pattern.relation]
        for slot in pattern.slots:
            if isinstance(slot.term, Var):
                yield slot.term.name, relation.slots[slot.index], slot.name in relation.key


def _condition(judged: Judged, rule: Rule, binding: Mapping[str, Value], explainer: Explainer) -> ConditionTold:
    pattern = judged.pattern
    role = "scope" if pattern in rule.scope else "when" if pattern in rule.when else "unless"
    origin = explainer.origins.get(judged.fact) if judged.fact is not None else None
    kinds = {slot.name: slot for slot in explainer.vocabulary.relations[pattern.relation].slots}
    return ConditionTold(
        label=pattern.label,
        relation=pattern.relation,
        role=role,
        state=judged.state,
        text=_text(judged, role, rule, binding, explainer.vocabulary),
        at=place(pattern) or place(rule),
        origin=origin.text if origin else "",
        margins=tuple(_margin(miss, kinds[miss.slot]) for miss in judged.misses),
    )


def _text(judged: Judged, role: str, rule: Rule, binding: Mapping[str, Value], vocabulary: Vocabulary) -> str:
    pattern, fact = judged.pattern, judged.fact
    if role == "unless":
        return f"an exception holds: {explain_condition(pattern, vocabulary, fact, rule.params)}"
    if judged.never:
        return judged.never
    if fact is None:
        return _lacking(judged, rule, binding, vocabulary)
    if judged.state == "holds":
        return explain_condition(pattern, vocabulary, fact, rule.params, binding=binding)
    subject, failures = explain_failures(pattern, vocabulary, fact, rule.params, binding=binding)
    if not failures:
        return f"{subject}: its values do not agree with each other"
    kinds = {slot.name: slot for slot in vocabulary.relations[pattern.relation].slots}
    misses = {miss.slot: miss for miss in judged.misses}
    said = "; ".join(f"{text}{_miss(misses[slot], kinds[slot])}" for slot, text in failures.items())
    return f"{subject}{' ' if said.startswith('is ') else ': '}{said}"


def _lacking(judged: Judged, rule: Rule, binding: Mapping[str, Value], vocabulary: Vocabulary) -> str:
    """A condition without a fact: not recorded, or known not to be there."""
    asked = explain_asked(judged.pattern, vocabulary, rule.params, binding=binding)
    wanted = explain_wanted(judged.pattern, vocabulary, rule.params, binding=binding)
    if judged.state == "missing":
        return f"{NOT_RECORDED}{wanted}" + (f" (asked: {', '.join(asked)})" if asked else "")
    where = "concluded" if vocabulary.relations[judged.pattern.relation].derived else "in this case"
    return f"needed, and not {where}: {wanted}" + (f" with {', '.join(asked)}" if asked else "")


def _miss(miss: Miss, kind: SlotType) -> str:
    """By how much a slot misses: beside the error of measurement where that is known, else in steps of its resolution."""
    if miss.margin is None:
        return ""
    if miss.margin == 0:
        return "; it stands exactly at the limit"
    if miss.deviations is None or miss.error is None:
        steps = "1 step" if miss.margin == 1 else f"{miss.margin} steps"
        return f"; it misses by {in_words(kind, miss.margin)} ({steps} of its resolution; no error of measurement is known)"
    size = f"over {MUCH}" if miss.deviations > MUCH else f"{miss.deviations:.1f}"
    beside = "below" if miss.deviations < 1 else "above"
    return f"; it misses by {in_words(kind, miss.margin)} ({size} SD, {beside} the error of {miss.error.of})"


def _margin(miss: Miss, kind: SlotType) -> MarginTold:
    amount = f"{kind.unscaled(miss.margin):f}" if miss.margin is not None else None
    if miss.error is None or miss.deviations is None:
        return MarginTold(miss.slot, amount, kind.unit, miss.margin)
    return MarginTold(miss.slot, amount, kind.unit, miss.margin, round(miss.deviations, 2), miss.error.of, miss.error.source)
