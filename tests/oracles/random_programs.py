"""Random stratified programs in the typed form.

``sparse`` mixes everything the language has over a few relations. ``dense`` is many rules over one observation, each with its own
exception: the shape of a list of clinical flags, and the one on which experta's own agenda goes wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

from msgspec.structs import replace

from neurobalance_expert.fact import Fact
from neurobalance_expert.rules.ir import Pattern, Rule, RuleSet
from neurobalance_expert.vocabulary import Vocabulary
from tests.oracles.build import pattern, relation, rule, rule_set, vocabulary

SYMBOLS = ("a", "b", 'two "words"\\')
NUMBERS = ("-0.2", "0.0", "0.1", "0.2", "0.3")
INPUTS = ("e0", "e1", "e2")
DEPTH = 4  # strata of derived relations
WIDTH = 3  # derived relations in each
KINDS = ("sparse", "dense")
SLOTS = {"s": "id", "t": "id", "n": "number 0.1 mg"}


def _words() -> Vocabulary:
    given = [relation(name, SLOTS, ["s"], open=name != "e2") for name in INPUTS]
    derived = [relation(f"p{i}_{j}", SLOTS, derived=True) for i in range(DEPTH) for j in range(WIDTH)]
    return vocabulary(*given, *derived)


WORDS = _words()


@dataclass(frozen=True)
class Program:
    """Rules, facts and where they came from."""

    name: str
    rules: RuleSet
    facts: tuple[Fact, ...]
    vocabulary: Vocabulary = WORDS


def program(kind: str, seed: int) -> Program:
    """The program of this kind and seed, always the same."""
    rng = Random(f"{kind} {seed}")
    rules = _sparse(rng) if kind == "sparse" else _dense(rng)
    facts = tuple(_fact(rng, rng.choice(INPUTS)) for _ in range(rng.randint(4, 12)))
    given = tuple(_fact(rng, "p0_0") for _ in range(rng.randint(0, 1)))
    if kind == "dense":
        facts = tuple(_fact(rng, "e0") for _ in range(rng.randint(1, 3)))
    return Program(f"{kind} {seed}", rule_set(WORDS, rules), (*facts, *given))


def _fact(rng: Random, of: str) -> Fact:
    return Fact(of, (rng.choice(SYMBOLS), rng.choice(SYMBOLS), round(float(rng.choice(NUMBERS)) * 10)))


def _sparse(rng: Random) -> list[Rule]:
    rules: list[Rule] = []
    for stratum in range(rng.randint(2, DEPTH)):
        usable = [*INPUTS, *(f"p{i}_{j}" for i in range(stratum) for j in range(WIDTH))]
        lower = list(rules)
        for _ in range(rng.randint(2, 6)):
            when = [_condition(rng, rng.choice(usable), f"c{i}") for i in range(rng.choice((1, 1, 2, 2, 3)))]
            bound = sorted(set().union(*(p.variables() for p in when)))
            unless = [_exception(rng, rng.choice(usable), f"x{i}", bound) for i in range(rng.choice((0, 0, 1, 1, 2)))]
            rules.append(_head(rng, f"r{stratum}-{len(rules)}", stratum, when, unless, bound))
        _override(rng, rules, lower)
    return rules


def _dense(rng: Random) -> list[Rule]:
    rules: list[Rule] = []
    see = pattern(WORDS, "e0", s="$x", t="$y", n="$m")
    for i in range(rng.randint(1, 3)):
        when = [pattern(WORDS, "e0", s="$x", t="$y", n={"bind": "$m", "at_least": rng.choice(NUMBERS)})]
        rules.append(rule(WORDS, f"low-{i}", when, {"s": "$x", "t": "$y", "n": "$m"}, concludes=f"p0_{rng.randint(0, WIDTH - 1)}"))
    lower = list(rules)
    for i in range(rng.randint(4, 10)):
        exception = pattern(WORDS, f"p0_{rng.randint(0, WIDTH - 1)}", "x", s="$x", t="$y", n="$m")
        unless = [exception] if rng.random() < 0.7 else []
        rules.append(rule(WORDS, f"flag-{i}", [see], {"about": "$x", "window": "$y"}, unless=unless))
    _override(rng, rules, lower)
    return rules


def _override(rng: Random, rules: list[Rule], lower: list[Rule]) -> None:
    """Let some of the rules of lower strata override some of the rest."""
    upper = rules[len(lower) :]
    for i, low in enumerate(lower):
        if upper and rng.random() < 0.4:
            names = tuple(sorted({*low.overrides, *(r.id for r in rng.sample(upper, k=min(len(upper), rng.randint(1, 2))))}))
            rules[i] = replace(low, overrides=names)


def _condition(rng: Random, of: str, label: str) -> Pattern:
    slots: dict[str, Any] = {}
    for name in ("s", "t"):
        one, two = rng.choice(SYMBOLS), rng.sample(SYMBOLS, 2)
        slots[name] = rng.choice(("$x", "$x", "$y", "$y", "$z", one, {"bind": "$x", "in": two}, {"not_in": [one]}, None))
    slots["n"] = rng.choice(("$m", "$k", _compare(rng), {"bind": "$m", **_compare(rng)}, {**_compare(rng), **_compare(rng)}, None, None))
    return pattern(WORDS, of, label, **{name: value for name, value in slots.items() if value is not None})


def _exception(rng: Random, of: str, label: str, bound: list[str]) -> Pattern:
    texts = [f"${v}" for v in bound if v in "xyz"]
    numbers = [f"${v}" for v in bound if v in "mk"]
    slots: dict[str, Any] = {}
    for name in ("s", "t"):
        one, two = rng.choice(SYMBOLS), rng.sample(SYMBOLS, 2)
        slots[name] = rng.choice((*texts, *texts, one, {"not_in": [one]}, {"in": two}, None))
    slots["n"] = rng.choice((*numbers, _compare(rng), {"not_in": rng.sample(NUMBERS, 1)}, None, None))
    return pattern(WORDS, of, label, True, **{name: value for name, value in slots.items() if value is not None})


def _compare(rng: Random) -> dict[str, str]:
    return {rng.choice(("below", "at_most", "above", "at_least")): rng.choice(NUMBERS)}


def _head(rng: Random, id: str, stratum: int, when: list[Pattern], unless: list[Pattern], bound: list[str]) -> Rule:
    texts = [f"${v}" for v in bound if v in "xyz"]
    numbers = [f"${v}" for v in bound if v in "mk"]
    scope, rest = (when[:1], when[1:]) if len(when) > 1 and rng.random() < 0.3 else ((), when)
    if rng.random() < 0.35:
        code = ":".join(("LAB", *rng.sample([*texts, "low"], k=1), rng.choice(("high", "low"))))
        then = {name: rng.choice(texts or ["serotonin"]) for name in ("about", "system", "window") if rng.random() < 0.7}
        return rule(WORDS, id, rest, then, code=code, scope=scope, unless=unless)
    then = {"s": rng.choice(texts or ["a"]), "t": rng.choice([*texts, "b"]), "n": rng.choice([*numbers, "0.1"])}
    return rule(WORDS, id, rest, then, concludes=f"p{stratum}_{rng.randint(0, WIDTH - 1)}", scope=scope, unless=unless)
