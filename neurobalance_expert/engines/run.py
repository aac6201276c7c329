"""A checked run: two engines answer, and there is no result unless they agree."""

from __future__ import annotations

from collections.abc import Iterable

from neurobalance_expert.engines.base import Engine, Result
from neurobalance_expert.engines.reference import ReferenceEngine, evaluate, fact_order
from neurobalance_expert.errors import EngineDisagreement, InputProblems, Problem, Span
from neurobalance_expert.fact import FINDING, FINDING_SLOTS, Fact
from neurobalance_expert.rules.ir import RuleSet
from neurobalance_expert.vocabulary import Vocabulary

SHOWN = 5  # facts named in a disagreement, of each kind
CODE = FINDING_SLOTS.index("code")
RULE = FINDING_SLOTS.index("rule")
SAME = tuple(FINDING_SLOTS.index(name) for name in ("about", "system", "window"))


def run_checked(rules: RuleSet, vocabulary: Vocabulary, facts: Iterable[Fact], engine: Engine | None) -> Result:
    """The result of the reference, once the other engine has come to the same model.

    Args:
        engine: the engine to compare with; None or the reference itself: nothing is compared.

    Raises:
        EngineDisagreement: the models differ; up to five extra and five missing facts are named.
        InputProblems: two findings that the rules declare exclusive (NB-E010).
    """
    given = tuple(facts)
    result = evaluate(rules, vocabulary, given)
    if engine is not None and engine.name != ReferenceEngine.name:
        other = engine.run(rules, vocabulary, given)
        if other != result.facts:
            raise EngineDisagreement(_difference(engine.name, other - result.facts, result.facts - other, vocabulary))
    clashes = exclusive_clashes(rules, result)
    if clashes:
        raise InputProblems([_problem(rules, *clash) for clash in clashes])
    return result


def exclusive_clashes(rules: RuleSet, result: Result) -> list[tuple[Fact, Fact]]:
    """Pairs of findings of one exclusive group with different codes for the same ``about``, ``system`` and ``window``, in sorted order."""
    findings = sorted((f for f in result.facts if f.relation == FINDING), key=fact_order)
    out = []
    for group in rules.exclusive:
        among = [f for f in findings if f.values[CODE] in group]
        for i, one in enumerate(among):
            for other in among[i + 1 :]:
                if one.values[CODE] != other.values[CODE] and all(one.values[i] == other.values[i] for i in SAME):
                    out.append((one, other))
    return out


def _difference(name: str, extra: frozenset[Fact], missing: frozenset[Fact], vocabulary: Vocabulary) -> str:
    parts = [f"the engines '{name}' and '{ReferenceEngine.name}' came to different conclusions, so there is no result"]
    for what, facts in ((f"only {name} has", extra), (f"only {ReferenceEngine.name} has", missing)):
        if facts:
            named = [_text(fact, vocabulary) for fact in sorted(facts, key=fact_order)[:SHOWN]]
            more = f" and {len(facts) - SHOWN} more" if len(facts) > SHOWN else ""
            parts.append(f"{what}: {', '.join(named)}{more}")
    return "; ".join(parts)


def _text(fact: Fact, vocabulary: Vocabulary) -> str:
    name, slots = vocabulary.plain(fact)
    return f"{name}({', '.join(f'{slot}={value}' for slot, value in slots.items() if value != '')})"


def _problem(rules: RuleSet, one: Fact, other: Fact) -> Problem:
    codes = f"'{one.values[CODE]}' and '{other.values[CODE]}'"
    about = ", ".join(str(one.values[i]) for i in SAME if one.values[i] != "")
    at: dict[str, Span | None] = {rule.id: rule.at for rule in rules.rules}
    first, second = str(one.values[RULE]), str(other.values[RULE])
    elsewhere = at.get(second)
    return Problem(
        "NB-E010",
        f"the findings {codes} exclude each other and both were concluded" + (f" for {about}" if about else ""),
        at.get(first),
        f"concluded by '{first}'",
        "the rules declare the two exclusive, so one of them is wrong for this case",
        f"let one of '{first}' and '{second}' override the other, or make their conditions exclude each other",
        ((elsewhere, f"the other is concluded by '{second}'"),) if elsewhere else (),
    )
