"""What the solver says of small random sets of rules, held against every input there is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from itertools import combinations, product
from random import Random
from typing import Any

from msgspec.structs import replace

from neurobalance_expert.analysis.analyze import Analysis, analyze
from neurobalance_expert.analysis.domains import Range, Rows, joined, of_vocabulary
from neurobalance_expert.analysis.findings import DEAD, EXCLUSIVE, OVERLAP, OVERRIDDEN, SUBSUMED, THRESHOLD, UNDECIDED
from neurobalance_expert.analysis.overlap import about_one, exclusive_pairs, pairs_of
from neurobalance_expert.engines.base import Derivation
from neurobalance_expert.engines.reference import evaluate
from neurobalance_expert.fact import FINDING, FINDING_SLOTS, Fact
from neurobalance_expert.rules.ir import Const, Pattern, Rule, RuleSet
from tests.oracles.build import pattern, relation, rule, rule_set, vocabulary

NAMES, NUMBERS = ("a", "b"), (0, 1, 2)
WORDS = vocabulary(
    relation("r", {"k": "id", "n": "number 1 mg"}, ["k"]),
    relation("s", {"is": "bool"}, []),
    relation("t", {"x": "id"}, open=False),
    relation("d0", {"x": "id"}, derived=True),
    relation("d1", {"x": "id"}, derived=True),
)
ANY_NAME = frozenset((name,) for name in NAMES)
DOMAINS = joined(
    of_vocabulary(WORDS),
    {"r": (Rows(("k",), ANY_NAME, "names"), Range("n", 0, 2, "numbers")), "t": (Rows(("x",), ANY_NAME, "names"),)},
)
EXCLUSIVE_CODES = (("C:p", "C:q"),)
RULE, SEVERITY = FINDING_SLOTS.index("rule"), FINDING_SLOTS.index("severity")
SETS = int(os.environ.get("ANALYSIS_SETS", "16"))  # 'make analyze' compares 300


def inputs() -> Iterator[tuple[Fact, ...]]:
    """Every set of facts: a number or none for each name, true, false or nothing, any of two names."""
    numbers = [[None, *NUMBERS]] * len(NAMES)
    for each, stated, listed in product(product(*numbers), (None, "true", "false"), product((False, True), repeat=len(NAMES))):
        facts = [Fact("r", (name, n)) for name, n in zip(NAMES, each, strict=True) if n is not None]
        facts += [Fact("s", (stated,))] if stated else []
        yield (*facts, *(Fact("t", (name,)) for name, there in zip(NAMES, listed, strict=True) if there))


INPUTS = tuple(inputs())


def random_rules(seed: int) -> RuleSet:
    """Two layers of intermediate facts and some findings, with exceptions and overrides."""
    rng = Random(seed)
    rules: list[Rule] = []
    for n, name in enumerate(("d0", "d0", "d1", "d1")):
        usable = ["r", "s", "t"] + (["d0"] if name == "d1" else [])
        rules.append(_rule(rng, f"c{n}", usable, concludes=name))
    for n in range(4):
        rules.append(_rule(rng, f"f{n}", ["r", "r", "s", "t", "d0", "d1"]))
    for low, high in combinations(range(4), 2):
        if rng.random() < 0.25:
            at = 4 + low
            rules[at] = replace(rules[at], overrides=(*rules[at].overrides, f"f{high}"))
    if rng.random() < 0.3:
        rules[0] = replace(rules[0], overrides=("c1",))
    return rule_set(WORDS, rules, EXCLUSIVE_CODES)


def _rule(rng: Random, name: str, usable: list[str], concludes: str = "") -> Rule:
    when = [_pattern(rng, rng.choice(usable), f"w{n}", free=True) for n in range(rng.choice((1, 2, 2)))]
    bound = sorted(set().union(*(p.variables() for p in when)) & {"x"})
    unless = [_pattern(rng, rng.choice(usable), "u", free=bool(bound))] if rng.random() < 0.4 else []
    about = rng.choice([*(f"${v}" for v in bound), "a"])
    if concludes:
        return rule(WORDS, name, when, {"x": about}, concludes=concludes, unless=unless)
    made = rule(WORDS, name, when, {"about": about}, code=rng.choice(("C:p", "C:p", "C:q")), unless=unless)
    severity = rng.choice(("info", "minor"))
    terms = list(made.head.terms)
    terms[SEVERITY] = Const(severity)
    return replace(made, severity=severity, head=replace(made.head, terms=tuple(terms)))


def _pattern(rng: Random, of: str, label: str, *, free: bool) -> Pattern:
    name = rng.choice(["$x", "$x", "a", "b"] if free else ["a", "b"])
    slots: dict[str, Any] = {"s": {"is": rng.random() < 0.5}, "r": {"k": name}}.get(of, {"x": name})
    if of == "r":
        test = rng.choice(({"above": rng.randint(-1, 2)}, {"at_most": rng.randint(-1, 2)}, {"above": 0, "below": rng.randint(1, 3)}, None))
        slots |= {"n": test} if test else {}
    return pattern(WORDS, of, label, True, **slots)


@cache
def analysed(seed: int) -> Analysis:
    """The analysis of random rules."""
    return analyze(random_rules(seed), WORDS, DOMAINS)


def by_enumeration(rules: RuleSet) -> dict[str, set[tuple[str, ...]]]:
    """What is true of the rules over every input, by the reference engine."""
    ids = [r.id for r in rules.rules]
    fired: set[str] = set()
    alone: set[tuple[str, str]] = set()
    overlap: set[tuple[str, ...]] = set()
    exclusive: set[tuple[str, ...]] = set()
    by_id = {r.id: r for r in rules.rules}
    for facts in INPUTS:
        made = evaluate(rules, WORDS, facts, statuses=False).derivations
        fired |= {d.rule for d in made}
        said = {name: {_said(d) for d in made if d.rule == name} for name in ids}
        alone |= {(a, b) for a, b in product(ids, ids) if said[a] - said[b]}
        for one, other in combinations([d for d in made if d.fact.relation == FINDING], 2):
            pair = tuple(sorted((one.rule, other.rule)))
            unequal = one.fact.values[SEVERITY] != other.fact.values[SEVERITY]
            if unequal and _about(one) == _about(other) and _shared_equal(one, other, by_id):
                overlap.add(pair)
            if one.fact.values[0] != other.fact.values[0] and one.fact.values[3:] == other.fact.values[3:]:
                exclusive.add(pair)
    subsumed = {(a, b) for a, b in product(ids, ids) if a != b and a in fired and (a, b) not in alone and about_one(by_id[a], by_id[b])}
    return {"silent": {(name,) for name in ids if name not in fired}, SUBSUMED: subsumed, OVERLAP: overlap, EXCLUSIVE: exclusive}


def _said(derivation: Derivation) -> tuple[object, ...]:
    return tuple(v for n, v in enumerate(derivation.fact.values) if derivation.fact.relation != FINDING or n != RULE)


def _about(derivation: Derivation) -> tuple[object, ...]:
    return tuple(v for n, v in enumerate(derivation.fact.values) if n not in (RULE, SEVERITY))


def _shared_equal(one: Derivation, other: Derivation, by_id: dict[str, Rule]) -> bool:
    left, right = dict(one.binding), dict(other.binding)
    return all(left[name] == right[name] for name in by_id[one.rule].variables() & by_id[other.rule].variables())


def by_solver(analysis: Analysis) -> dict[str, set[tuple[str, ...]]]:
    """The same of an analysis."""
    silent = {f.rules[:1] for f in analysis.found if f.kind in (DEAD, OVERRIDDEN) or (f.kind == THRESHOLD and f.never)}
    pairs = {kind: {f.rules for f in analysis.found if f.kind == kind} for kind in (SUBSUMED, OVERLAP, EXCLUSIVE)}
    return {"silent": silent, SUBSUMED: pairs[SUBSUMED], **{k: {tuple(sorted(p)) for p in pairs[k]} for k in (OVERLAP, EXCLUSIVE)}}


def test_the_solver_says_what_every_input_shows():
    """Silent rules, subsumed rules, overlaps and exclusive conclusions are those of the enumeration, and nothing stays undecided."""
    expected, got, undecided = {}, {}, 0
    for seed in range(SETS):
        analysis = analysed(seed)
        expected[seed], got[seed] = by_enumeration(random_rules(seed)), by_solver(analysis)
        undecided += sum(f.kind == UNDECIDED for f in analysis.found)

    assert (expected, 0) == (got, undecided)


def test_the_random_rules_have_every_kind_of_fault():
    """Else the comparison would compare nothing."""
    seen = [by_enumeration(random_rules(seed)) for seed in range(SETS)]

    assert {"silent", SUBSUMED, OVERLAP, EXCLUSIVE} == {kind for found in seen for kind, some in found.items() if some}


def test_a_threshold_that_decides_nothing_decides_nothing_for_any_input():
    """Without the test, every input gives the same findings and intermediate facts."""
    changed = []
    for seed in range(SETS):
        rules = random_rules(seed)
        for found in (f for f in analysed(seed).found if f.kind == THRESHOLD and not f.never):
            same = [
                not any(_differs(rules, other, facts) for facts in INPUTS) for other in _without_test(rules, found.what, found.rules[0])
            ]
            changed += [] if any(same) else [(seed, found.what)]

    assert [] == changed


def _without_test(rules: RuleSet, what: str, name: str) -> Iterator[RuleSet]:
    """The rules without the test that a finding names; two conditions of one rule may have it, and then each lacks it once."""

    def bare(p: Pattern) -> Pattern:
        slots = tuple(replace(s, tests=tuple(t for t in s.tests if f" {t.op.replace('_', ' ')} {t.bound}'" not in what)) for s in p.slots)
        return replace(p, slots=slots)

    (rule,) = (r for r in rules.rules if r.id == name)
    for n, condition in enumerate(rule.when):
        if bare(condition) != condition:
            changed = replace(rule, when=(*rule.when[:n], bare(condition), *rule.when[n + 1 :]))
            yield replace(rules, rules=tuple(changed if r.id == name else r for r in rules.rules))


def _differs(rules: RuleSet, other: RuleSet, facts: tuple[Fact, ...]) -> bool:
    return evaluate(rules, WORDS, facts, statuses=False).facts != evaluate(other, WORDS, facts, statuses=False).facts


def test_every_pair_that_could_conclude_the_same_is_looked_at():
    """As of all pairs, in the same order."""
    rules = [r for seed in range(3) for r in (replace(r, id=f"{seed}-{r.id}") for r in random_rules(seed).rules)]

    assert [(a.id, b.id) for a, b in combinations(rules, 2) if about_one(a, b)] == [(a.id, b.id) for a, b in pairs_of(rules)]


def test_pairs_of_exclusive_codes_are_found_by_code():
    """A pair is looked at when its rules could conclude the two codes."""
    rules = random_rules(0)
    codes = {r.id: ":".join(str(c.value) for c in r.head.code if isinstance(c, Const)) for r in rules.rules if r.head.code}

    assert {(codes[a.id], codes[b.id]) for a, b, _, _ in exclusive_pairs(rules.rules, rules.exclusive)} <= {("C:p", "C:q")}
