"""Whether facts show what was found, by the reference engine: the solver is believed in nothing that can be run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from neurobalance_expert.analysis.findings import EXCLUSIVE, GAP, OVERLAP, SUBSUMED, Found
from neurobalance_expert.engines.base import Derivation, Result
from neurobalance_expert.engines.reference import evaluate
from neurobalance_expert.engines.run import exclusive_clashes
from neurobalance_expert.fact import FINDING, FINDING_SLOTS, Fact, Value
from neurobalance_expert.rules.ir import Const, Pattern, Rule, RuleSet, Var
from neurobalance_expert.vocabulary import Vocabulary

RULE, SEVERITY = FINDING_SLOTS.index("rule"), FINDING_SLOTS.index("severity")


def shows(found: Found, facts: Sequence[Fact], rules: RuleSet, vocabulary: Vocabulary) -> bool:
    """Whether the perfect model of these facts shows the finding: both rules fire and disagree, or no rule of a partition speaks."""
    if found.kind == GAP:
        return _has_gap(found, facts, rules, vocabulary)
    result = evaluate(rules, vocabulary, facts, statuses=False)
    if found.kind == EXCLUSIVE:
        pairs = [{str(fact.values[RULE]) for fact in clash} for clash in exclusive_clashes(rules, result)]
        return set(found.rules) in pairs
    one, other = (next(rule for rule in rules.rules if rule.id == name) for name in found.rules)
    return any(_as_found(found.kind, a, b, one, other) for a in _ways(result, one) for b in _ways(result, other))


def _ways(result: Result, rule: Rule) -> list[Derivation]:
    """Every way in which a rule fired."""
    return [derivation for derivation in result.derivations if derivation.rule == rule.id]


def _as_found(kind: str, a: Derivation, b: Derivation, one: Rule, other: Rule) -> bool:
    """Whether two derivations conclude the same, and for an overlap with two severities about equal shared variables."""
    if kind not in (SUBSUMED, OVERLAP) or _subject(a.fact) != _subject(b.fact):
        return False
    if kind == SUBSUMED:
        return True
    left, right = dict(a.binding), dict(b.binding)
    shared = one.variables() & other.variables()
    return a.fact.values[SEVERITY] != b.fact.values[SEVERITY] and all(left[name] == right[name] for name in shared)


def _subject(fact: Fact) -> tuple[Value, ...]:
    """What makes two conclusions one: everything of a fact, and of a finding all but its rule and severity."""
    if fact.relation != FINDING:
        return (fact.relation, *fact.values)
    return tuple(value for n, value in enumerate(fact.values) if n not in (RULE, SEVERITY))


def _has_gap(found: Found, facts: Sequence[Fact], rules: RuleSet, vocabulary: Vocabulary) -> bool:
    """Whether some facts meet ``over`` and are the facts of no rule of the partition that holds, overridden or not."""
    if found.partition is None:
        return False
    free = {str(name) for name in found.partition.rules}
    heard = tuple(replace(rule, overrides=tuple(other for other in rule.overrides if str(other) not in free)) for rule in rules.rules)
    result = evaluate(replace(rules, rules=heard), vocabulary, facts, statuses=False)
    spoken = [set(d.premises) for d in result.derivations if d.rule in free]
    return any(not any(set(met) <= premises for premises in spoken) for met in _matches(found.partition.over, facts, {}))


def _matches(patterns: Sequence[Pattern], facts: Iterable[Fact], bound: dict[str, Value]) -> Iterator[tuple[Fact, ...]]:
    """Every choice of facts that meets the patterns, one fact for each."""
    if not patterns:
        yield ()
        return
    for fact in facts:
        known = _meets(patterns[0], fact, bound)
        if known is not None:
            yield from ((fact, *rest) for rest in _matches(patterns[1:], facts, known))


def _meets(pattern: Pattern, fact: Fact, bound: dict[str, Value]) -> dict[str, Value] | None:
    """The variables, when a fact meets a pattern; None when it does not."""
    if fact.relation != pattern.relation:
        return None
    known = dict(bound)
    for slot in pattern.slots:
        value = fact.values[slot.index]
        if isinstance(slot.term, Const) and slot.term.value != value:
            return None
        if isinstance(slot.term, Var) and known.setdefault(slot.term.name, value) != value:
            return None
        if not all(test.holds(value) for test in slot.tests):
            return None
    return known
