"""Blockers by trial: do what the named blocker asks for, run again, and the rule fires or a later blocker is named."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random

from neurobalance_expert.assessment import Knowledge, load_case_file
from neurobalance_expert.engines.reference import explore
from neurobalance_expert.explain.codes import Target
from neurobalance_expert.explain.why_not import Judged, Standing, standings
from neurobalance_expert.fact import Fact, Value
from neurobalance_expert.facts.prepare import prepare
from neurobalance_expert.rules.ir import Const, Pattern, Slot, Var
from tests.oracles.build import rule_set
from tests.oracles.random_programs import WORDS, Program, program
from tests.oracles.statuses import total_bindings, truth
from tests.properties.test_statuses_by_definition import agrees, keys, single_rules

NUMBERS = range(-5, 6)  # the scaled numbers of the programs, and one step further out
TEXTS = ("a", "b", 'two "words"\\', "fresh")


def no_error(fact: Fact, slot: str) -> None:
    return None


def possible(relation: str, values: object) -> str:
    return ""


def stand(made: Program, facts: tuple[Fact, ...]) -> tuple[Standing, ...]:
    """Every rule of a program on these facts."""
    return standings(explore(made.rules, made.vocabulary, facts), [Target(rule, {}) for rule in made.rules.rules], no_error, possible)


def place(standing: Standing) -> int:
    """Where the first blocker stands among conditions and exceptions; past the end when there is none."""
    rule = standing.rule
    labels = [p.label for p in (*rule.scope, *rule.when, *rule.unless)]
    return labels.index(standing.failed[0].pattern.label) if standing.failed else len(labels)


def completed(standing: Standing, pattern: Pattern) -> dict[str, Value] | None:
    """The binding with a value for each variable of the pattern, one that passes every test of the rule on it; None when there is none."""
    binding = dict(standing.binding)
    for slot in pattern.slots:
        if isinstance(slot.term, Var) and slot.term.name not in binding:
            rule = standing.rule
            asked = [s for p in (*rule.scope, *rule.when) for s in p.slots if s.term == slot.term]
            passing = [v for v in values_of(pattern, slot) if all(test.holds(v) for s in asked for test in s.tests)]
            if not passing:
                return None
            binding[slot.term.name] = passing[0]
    return binding


def values_of(pattern: Pattern, slot: Slot) -> tuple[Value, ...]:
    return TEXTS if WORDS.relations[pattern.relation].slots[slot.index].kind == "id" else tuple(NUMBERS)


def fact_for(pattern: Pattern, seen: Fact | None, binding: dict[str, Value]) -> Fact | None:
    """The fact that a condition asks for: the seen one with other values where it fails, else one made up. None when there can be none."""
    values: list[Value] = list(seen.values) if seen else ["fresh", "fresh", 99]
    for slot in pattern.slots:
        fixed = slot.term.value if isinstance(slot.term, Const) else binding[slot.term.name] if slot.term else None
        allowed = [values[slot.index], *values_of(pattern, slot)] if fixed is None else [fixed]
        passing = [value for value in allowed if all(test.holds(value) for test in slot.tests)]
        if not passing:
            return None
        values[slot.index] = passing[0]
    return Fact(pattern.relation, tuple(values))


def satisfied(standing: Standing, made: Program, facts: tuple[Fact, ...]) -> tuple[Fact, ...] | None:
    """The facts changed as the first blocker asks; None when no change of given facts can."""
    blocker: Judged = standing.failed[0]
    if blocker not in standing.exceptions:
        binding = completed(standing, blocker.pattern)
        new = fact_for(blocker.pattern, blocker.fact, binding) if binding is not None else None
        return (*(fact for fact in facts if fact != blocker.fact), new) if new is not None else None
    while blocker.fact in facts:  # every fact that is such an exception goes
        facts = tuple(fact for fact in facts if fact != blocker.fact)
        left = [s for s in stand(made, facts) if s.rule.id == standing.rule.id and s.binding == standing.binding and s.exceptions]
        if not left or left[0].failed[0].pattern != blocker.pattern:
            return facts
        blocker = left[0].failed[0]
    return None


def holds_still(standing: Standing, facts: tuple[Fact, ...], made: Program) -> bool:
    """Whether the facts of the conditions before the blocker are still there: a changed fact may have been one of them."""
    before = [c.fact for c in standing.conditions[: place(standing)] if c.state == "holds"]
    model = explore(made.rules, made.vocabulary, facts).store.facts
    return all(fact in model for fact in before)


def test_what_the_named_blocker_asks_for_makes_the_rule_fire_or_exposes_a_later_blocker():
    """At least 200 cases of each kind of program; those in which no given fact can satisfy the blocker are left out and counted."""
    tried: Counter[str] = Counter()
    for kind in ("sparse", "dense"):
        for seed in range(200):
            made = program(kind, seed)
            for standing in stand(made, made.facts):
                if not standing.failed:
                    continue
                changed = satisfied(standing, made, made.facts)
                if changed is None or not holds_still(standing, changed, made):
                    tried[f"{kind} left out"] += 1
                    continue
                now = [s for s in stand(made, changed) if s.rule.id == standing.rule.id and fits(s, standing)]
                tried[kind] += 1
                assert any(place(s) > place(standing) for s in now), (kind, seed, standing, changed)
    assert min(tried["sparse"], tried["dense"]) >= 200, tried


def fits(one: Standing, other: Standing) -> bool:
    binding = dict(one.binding)
    return all(binding.get(name, value) == value for name, value in other.binding)


def test_no_way_to_complete_a_binding_fails_in_fewer_conditions_than_are_named():
    """The conditions that fail are as few as in the best of all total bindings, each judged by the definition.

    A condition whose key nothing else fixes is judged by the facts that there are, not by things that nobody recorded.
    """
    counted: Counter[int] = Counter()
    for rule, facts in single_rules(300):
        made = Program(rule.id, rule_set(WORDS, [rule]), facts)
        totals = list(total_bindings(rule, WORDS, facts))
        for standing in stand(made, facts):
            least = min(
                sum(truth(p, WORDS, facts, total) == "false" for p in (*rule.scope, *rule.when))
                for total in totals
                if agrees(dict(standing.binding), total)
            )
            named = sum(c.state == "fails" for c in standing.conditions)
            failing = [c.pattern for c in standing.conditions if c.state == "fails"]
            by_facts = [pattern for pattern in failing if not keys(pattern) <= dict(standing.binding).keys()]
            counted[named] += 1
            assert least <= named, (rule, facts, standing)
            assert by_facts or least == named, (rule, facts, standing)
    assert min(counted[0], counted[1], counted[2]) > 30, counted


def test_the_order_of_rules_and_facts_does_not_change_the_ranking():
    """Shuffled rules and facts give the same standings in the same order."""
    for kind in ("sparse", "dense"):
        for seed in range(60):
            made = program(kind, seed)
            rng = Random(seed)
            rules, facts = list(made.rules.rules), list(made.facts)
            rng.shuffle(rules)
            rng.shuffle(facts)
            other = Program(made.name, rule_set(WORDS, rules), tuple(facts))

            assert stand(made, made.facts) == stand(other, other.facts)


def test_the_first_condition_that_fails_is_the_one_that_the_engine_names(knowledge: Knowledge, root: Path) -> None:
    """All rules of the knowledge base on all cases: one standing for each status entry, with its status, blocker and missing facts."""
    for path in sorted([*(root / "examples").glob("*.yaml"), *(root / "tests" / "data" / "cases").glob("*.yaml")]):
        facts = prepare(load_case_file(path, knowledge), knowledge).book.origins
        case = explore(knowledge.rules, knowledge.vocabulary, facts)
        for rule in knowledge.rules.rules:
            told = {
                s.binding: (s.status, s.failed[0].pattern.label if s.failed else "", tuple(c.pattern.label for c in s.missing))
                for s in standings(case, [Target(rule, {})], no_error, possible)
            }
            for entry in case.entries[rule.id]:
                status, label, missing = told.pop(entry.binding)
                assert (entry.status, entry.label) == (status, label), (path.stem, rule.id, entry)
                assert entry.status != "unknown" or entry.missing == missing, (path.stem, rule.id, entry)
            assert {} == told
