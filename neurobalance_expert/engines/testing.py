"""The tests inside rules: run them, and find those that are not there yet."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from msgspec import Struct

from neurobalance_expert.engines.plan import programme
from neurobalance_expert.engines.trial import Reader, Trial
from neurobalance_expert.errors import Problem, Span
from neurobalance_expert.fact import Value
from neurobalance_expert.knowledge.values import KnownValue
from neurobalance_expert.rules.check import overriders, slots_read
from neurobalance_expert.rules.ir import Const, Pattern, Rule, RuleSet, Test
from neurobalance_expert.rules.values import plain
from neurobalance_expert.units import convert
from neurobalance_expert.vocabulary import SlotType, Vocabulary

_ORDERINGS = ("below", "at_most", "above", "at_least")


class TestOutcome(Struct, frozen=True):
    """One test that was run. ``expected`` and ``got`` are sentences; ``got`` names every entry of the rule."""

    rule: str
    name: str
    passed: bool
    expected: str
    got: str
    at: Span | None = None


def run_tests(ruleset: RuleSet, vocabulary: Vocabulary, only: Collection[str] | None = None) -> tuple[TestOutcome, ...]:
    """Every test of every running rule, or of those with the ids in ``only``, in the order of rules and tests.

    A test runs its rule and the rules that override it. All entries count: ``fired`` needs a fired binding, any other status
    that no binding fired.
    """
    above = overriders(ruleset.rules)
    ready = programme(ruleset, vocabulary)
    out: list[TestOutcome] = []
    for rule in _chosen(ruleset, only):
        reader = Reader(rule, vocabulary)
        trial = Trial(ready, rule, above.get(rule.id, ()))
        for test in rule.tests:
            seen = trial.run(test.facts)
            got = reader.got(test, seen)
            out.append(TestOutcome(rule.id, test.name, reader.meets(test, seen), reader.expected(test), got, test.at))
    return tuple(out)


def missing_tests(
    ruleset: RuleSet, vocabulary: Vocabulary, thresholds: Mapping[str, KnownValue] | None = None, only: Collection[str] | None = None
) -> list[Problem]:
    """What the tests of the running rules (of those whose ids ``only`` holds, when given) leave untried.

    Looked for: a test that fires; for each threshold a test on either side within one step (the step of the threshold in ``thresholds``,
    else one resolution step); a test that each exception blocks; one where each open fact is not known (for a scope condition also
    out of scope); one that each overriding rule overrides; and facts in tests that no condition reads.
    """
    above = overriders(ruleset.rules)
    return [
        p for rule in _chosen(ruleset, only) for p in missing_tests_of(rule, above.get(rule.id, ()), ruleset, vocabulary, thresholds or {})
    ]


def missing_tests_of(
    rule: Rule, above: Sequence[Rule], ruleset: RuleSet, vocabulary: Vocabulary, thresholds: Mapping[str, KnownValue]
) -> Iterator[Problem]:
    """The same for one rule of the set; ``above`` are the rules that override it."""
    yield from _never_fires(rule)
    yield from _untried_thresholds(rule, vocabulary, thresholds)
    yield from _untried_exceptions(rule)
    yield from _untried_unknowns(rule, ruleset.open_relations)
    yield from _untried_overrides(ruleset, vocabulary, rule, above)
    yield from _unread_facts(rule, vocabulary, above)


def _chosen(ruleset: RuleSet, only: Collection[str] | None) -> list[Rule]:
    return [rule for rule in ruleset.rules if only is None or rule.id in only]


# --- what is not tried --------------------------------------------------------------------------------------------


def _never_fires(rule: Rule) -> Iterator[Problem]:
    if not any(test.status in ("fired", "overridden") for test in rule.tests):
        why = "a rule that no test makes fire may never fire at all"
        yield Problem("NB-R080", f"no test makes '{rule.id}' fire", rule.at, "", why, "add a test with 'expect: fired'")


def _untried_thresholds(rule: Rule, vocabulary: Vocabulary, thresholds: Mapping[str, KnownValue]) -> Iterator[Problem]:
    sources = {p.name: thresholds.get(p.source) for p in rule.params}
    for pattern in (*rule.scope, *rule.when, *rule.unless):
        for slot in pattern.slots:
            slot_type = vocabulary.relations[pattern.relation].slots[slot.index]
            for test in slot.tests:
                if test.op in _ORDERINGS and isinstance(test.bound, int):
                    known = sources.get(test.param)
                    step = max(1, slot_type.scaled(convert(known.step, known.unit, slot_type.unit))) if known else 1
                    yield from _untried_sides(rule, pattern, slot.index, slot_type, test, test.bound, step)


def _untried_sides(
    rule: Rule, pattern: Pattern, index: int, slot: SlotType, bound_test: Test, bound: int, step: int
) -> Iterator[Problem]:  # fmt: skip
    """A near value counts for a side when the test that has it also expects what lies on that side."""
    negative = pattern in rule.unless
    tried = set()
    for test in rule.tests:
        stopped = test.status == "out_of_scope" if pattern in rule.scope else test.status == "blocked" and test.label == pattern.label
        holds = test.status in ("fired", "overridden")
        for fact in test.facts:
            value = fact.values[index] if fact.relation == pattern.relation else ""
            if isinstance(value, int) and abs(value - bound) <= step and _matches(pattern, fact.values, slot.name):
                passes = bound_test.holds(value)
                if (stopped if passes == negative else holds):  # fmt: skip
                    tried.add(passes)
    words = bound_test.op.replace("_", " ")
    for side in sorted({True, False} - tried, reverse=True):
        where = "holds" if side else "does not hold"
        yield Problem(
            "NB-R081",
            f"no test of '{rule.id}' where '{slot.name}' of '{pattern.label}' just {where} ({words} {plain(slot, bound)})",
            pattern.at,
            "",
            "a threshold with one side untried can move without any test noticing",
            f"add a test within {plain(slot, step)} of {plain(slot, bound)} on that side",
        )


def _matches(pattern: Pattern, values: Sequence[Value], but: str) -> bool:
    """Whether a fact passes every constant and test of a pattern, apart from one slot; variables are free."""
    for slot in pattern.slots:
        if slot.name == but:
            continue
        value = values[slot.index]
        if isinstance(slot.term, Const) and slot.term.value != value:
            return False
        if not all(test.holds(value) for test in slot.tests):
            return False
    return True


def _untried_exceptions(rule: Rule) -> Iterator[Problem]:
    for pattern in rule.unless:
        if not any(test.status == "blocked" and test.label == pattern.label for test in rule.tests):
            what = f"no test of '{rule.id}' is blocked by its exception '{pattern.label}'"
            fix = f"add a test with 'expect: {{blocked: {pattern.label}}}'"
            yield Problem("NB-R082", what, pattern.at, "", "an exception that is never tried may never apply", fix)


def _untried_unknowns(rule: Rule, open_relations: frozenset[str]) -> Iterator[Problem]:
    for pattern in (*rule.scope, *rule.when):
        if pattern.relation not in open_relations or pattern.absent:
            continue
        scoped = pattern in rule.scope and any(test.status == "out_of_scope" for test in rule.tests)
        if not scoped and not any(test.status == "unknown" and pattern.label in test.missing for test in rule.tests):
            what = f"no test of '{rule.id}' where '{pattern.label}' is not known"
            why = "a missing measurement must read as unknown, never as fine"
            fix = f"add a test with 'change: {{{pattern.relation}: unknown}}' and 'expect: {{unknown: [{pattern.label}]}}'"
            yield Problem("NB-R083", what, pattern.at, "", why, fix)


def _untried_overrides(ruleset: RuleSet, vocabulary: Vocabulary, rule: Rule, above: Sequence[Rule]) -> Iterator[Problem]:
    """Each pair on its own: the test is run with that overriding rule only."""
    tests = [test for test in rule.tests if test.status == "overridden"]
    for other in above:
        trial = Trial(programme(ruleset, vocabulary), rule, (other,))
        if not any(e.by == other.id for test in tests for e in trial.run(test.facts).entries):
            what = f"no test of '{rule.id}' is overridden by '{other.id}'"
            fix = "add a test with facts on which both rules fire and 'expect: overridden'"
            yield Problem("NB-R084", what, rule.at, "", "an override that is never tried may never apply", fix)


def _unread_facts(rule: Rule, vocabulary: Vocabulary, above: Sequence[Rule]) -> Iterator[Problem]:
    read = set(slots_read((rule, *above)))
    for name in tuple(read):
        closing = vocabulary.relations[name].closed_by
        if closing:
            read.add(closing[0])
    noted: set[str] = set()
    for test in rule.tests:
        for relation in sorted({fact.relation for fact in test.facts} - read - noted):
            noted.add(relation)
            what = f"test '{test.name}' of '{rule.id}' gives '{relation}', which no condition reads"
            why = "a reader takes it for a reason, and it is none"
            yield Problem("NB-R085", what, test.at, "", why, "remove it, or the condition that was meant is missing")
