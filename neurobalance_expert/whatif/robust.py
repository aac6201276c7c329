"""Which findings survive what the model and the food table leave open: constants, fasting plasma and the intervals of the totals, drawn.

The course of the day is drawn on the kernel in one batch. A total is drawn between its two ends, most often near its best value; in a draw
it is known, so both ends are that number. Facts that come out the same are concluded from once. docs/what-if.md
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace as with_numbers
from math import isfinite, sqrt

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from neurobalance_expert.assessment import conclude
from neurobalance_expert.cases.types import Case
from neurobalance_expert.engines.reference import evaluate
from neurobalance_expert.errors import Misuse
from neurobalance_expert.explain.proof import prove
from neurobalance_expert.fact import BY_MODEL, FINDING, FINDING_SLOTS, SEVERITIES, Fact
from neurobalance_expert.facts.book import FactBook
from neurobalance_expert.facts.prepare import Prepared
from neurobalance_expert.facts.supply import Supply, add_ethanol, add_limiting_amino_acid, add_supply
from neurobalance_expert.facts.timing import DayModel, add_course, draw_days
from neurobalance_expert.knowledge.policy import rank
from neurobalance_expert.loaded import Knowledge
from neurobalance_expert.model.constants import Array
from neurobalance_expert.model.draws import MOST
from neurobalance_expert.model.intake import Total
from neurobalance_expert.outcome import Assessment, Finding, Robustness
from neurobalance_expert.recommend import Trial

ETHANOL = "ethanol"
TOTALS = ("adequacy", "partly_known", "niacin_share_from_trp", "limiting_amino_acid", "ethanol")
DRAWN = frozenset((*BY_MODEL, *TOTALS))
CODE, RULE, SEVERITY, ABOUT, _, WINDOW = range(len(FINDING_SLOTS))
DRAWS, SEED = 100, 0

Key = tuple[str, str, str]  # code, about, window


class Held(Struct, frozen=True):
    """A finding of the assessment, and how often it was concluded at least as severe."""

    code: str
    about: str
    window: str
    severity: str
    title: str
    robust: Robustness


class Appearing(Struct, frozen=True):
    """A finding that draws have and the assessment has not, or has less severe (``instead_of``, else ''); the severity is the highest."""

    code: str
    about: str
    window: str
    severity: str
    instead_of: str
    title: str
    held: int


class Robust(Struct, frozen=True):
    """The findings of a case over so many draws."""

    draws: int
    seed: int
    course_drawn: bool
    totals_drawn: tuple[str, ...]
    totals_open: tuple[str, ...]  # with no upper end: left at their best value
    fragile_share: float
    findings: tuple[Held, ...]
    appearing: tuple[Appearing, ...]
    concluded: int  # different sets of facts


def robust(trial: Trial, found: Sequence[Finding], knowledge: Knowledge, draws: int = DRAWS, seed: int = SEED) -> Robust:
    """How often each finding is concluded over draws; equal for equal seeds.

    Args:
        trial: The case as it is, from ``assessment.conclude``.
        found: Its findings.
        draws: 1 to ``MOST``.

    Raises:
        Misuse: ``draws`` is out of range.
    """
    check_draws(draws)
    p = trial.prepared
    days = draw_days(p.intakes, p.case.person.weight_kg, _fasting(p, knowledge), knowledge.constants, knowledge.assumptions, draws, seed)
    supplies = tuple(_supplies(p, draws, seed))
    each = _conclusions(p, days, supplies, knowledge)
    base = _severest(f for f in trial.result.facts if f.relation == FINDING)
    counted = Counter(each)
    totals = _totals(p.supply)
    held = tuple(_held(f, counted, trial, draws, knowledge.fragile_share) for f in found)
    return Robust(
        draws,
        seed,
        bool(days),
        tuple(sorted(name for name, total in totals.items() if _wide(total))),
        tuple(sorted(name for name, total in totals.items() if total.value == total.value and not isfinite(total.high))),
        knowledge.fragile_share,
        held,
        tuple(_appearing(base, counted, knowledge)),
        len(counted),
    )


def check_draws(draws: int) -> None:
    """Raises Misuse for a number of draws that is out of range."""
    if not 1 <= draws <= MOST:
        raise Misuse(f"the number of draws must be from 1 to {MOST}, not {draws}")


def marked(assessment: Assessment, case: Case, knowledge: Knowledge, draws: int = DRAWS, seed: int = SEED) -> Assessment:
    """The assessment of a case with the robustness of each finding in it. Raises what ``robust`` raises."""
    trial, _, found = conclude(case, knowledge, "reference")
    outcome = robust(trial, found, knowledge, draws, seed)
    findings = tuple(replace(f, robust=held.robust) for f, held in zip(assessment.findings, outcome.findings, strict=True))
    return replace(assessment, findings=findings)


# --- drawing ------------------------------------------------------------------------------------------------------


def _fasting(p: Prepared, knowledge: Knowledge) -> Array:
    return knowledge.constants.fasting_uM(p.case.person.sex, p.case.person.weight_kg)


def _supplies(p: Prepared, draws: int, seed: int) -> Iterator[tuple[Supply, Mapping[str, Total]]]:
    """Supply of the day and the totals of the food table of each draw. Totals are drawn one by one, in alphabetical order."""
    rng = np.random.default_rng([seed, 1])  # a stream of its own beside that of the constants
    names = sorted(_totals(p.supply))
    for row in rng.random((draws, len(names))).tolist():
        at = dict(zip(names, row, strict=True))
        totals = {name: _drawn(total, at[name]) for name, total in p.supply.totals.items()}
        preformed = _drawn(p.supply.preformed_niacin_mg, at.get("niacin", 0.5))
        alcohol = _drawn(p.amounts.totals["alcohol_g"], at[ETHANOL])
        yield replace(p.supply, totals=totals, preformed_niacin_mg=preformed), {"alcohol_g": alcohol}


def _totals(supply: Supply) -> dict[str, Total]:
    """What is drawn: every nutrient, and ethanol."""
    return {**supply.totals, **({ETHANOL: supply.columns["alcohol_g"]} if ETHANOL not in supply.totals else {})}


def _wide(total: Total) -> bool:
    return isfinite(total.high) and total.high > total.low and total.low <= total.value <= total.high


def _drawn(total: Total, at: float) -> Total:
    """The total at a share ``at`` (0 to 1) of a triangle over its interval with its top at the best value; one without an upper end stays.

    >>> _drawn(Total(2.0, 1.0, 3.0, 1.0, 0.0), 0.5).value
    2.0
    """
    if not _wide(total):
        return total
    low, top, high = total.low, total.value, total.high
    if at * (high - low) < top - low:
        value = low + sqrt(at * (high - low) * (top - low))
    else:
        value = high - sqrt((1.0 - at) * (high - low) * (high - top))
    return with_numbers(total, value=value, low=value, high=value)


# --- concluding ---------------------------------------------------------------------------------------------------


def _conclusions(
    p: Prepared, days: Sequence[DayModel], supplies: Sequence[tuple[Supply, Mapping[str, Total]]], knowledge: Knowledge
) -> list[frozenset[Fact]]:
    """The findings of each draw."""
    left_out = DRAWN if days else frozenset(TOTALS)
    same = [fact for fact in p.book.origins if fact.relation not in left_out]
    kept: dict[frozenset[Fact], frozenset[Fact]] = {}
    found = []
    for n, (supply, food) in enumerate(supplies):
        book = FactBook(knowledge.vocabulary)
        if days:
            add_course(book, days[n], knowledge.constants)
        add_supply(book, supply, p.diary, knowledge.nutrients, knowledge.coverage_limit)
        add_limiting_amino_acid(book, supply, p.diary, knowledge.nutrients, knowledge.ranking_limit)
        add_ethanol(book, food, p.diary, knowledge.coverage_limit)
        drawn = frozenset(book.origins)
        if drawn not in kept:
            result = evaluate(knowledge.rules, knowledge.vocabulary, [*same, *drawn], statuses=False)
            kept[drawn] = frozenset(f for f in result.facts if f.relation == FINDING)
        found.append(kept[drawn])
    return found


def _severest(facts: Iterable[Fact]) -> dict[Key, tuple[int, str]]:
    """The highest rank of each finding, and the rule that concludes it so."""
    found: dict[Key, tuple[int, str]] = {}
    for fact in facts:
        key = (str(fact.values[CODE]), str(fact.values[ABOUT]), str(fact.values[WINDOW]))
        found[key] = max(found.get(key, (-1, "")), (rank(str(fact.values[SEVERITY])), str(fact.values[RULE])))
    return found


def _held(finding: Finding, counted: Mapping[frozenset[Fact], int], trial: Trial, draws: int, fragile_share: float) -> Held:
    key, least = (finding.code, finding.about, finding.window), rank(finding.severity)
    held = sum(number for facts, number in counted.items() if _severest(facts).get(key, (-1, ""))[0] >= least)
    drawn = held < draws or not DRAWN.isdisjoint(_rests_on(finding, trial))
    robust = Robustness(draws, held, held < fragile_share * draws, drawn)
    return Held(finding.code, finding.about, finding.window, finding.severity, finding.title, robust)


def _rests_on(finding: Finding, trial: Trial) -> set[str]:
    """The relations of the given facts that a finding follows from."""
    wanted = (finding.code, finding.rule, finding.severity, finding.about, finding.system, finding.window)
    return {fact.relation for fact in prove(trial.result, Fact(FINDING, wanted)).given}


def _appearing(base: Mapping[Key, tuple[int, str]], counted: Mapping[frozenset[Fact], int], knowledge: Knowledge) -> Iterator[Appearing]:
    """Findings that some draws have and the assessment has not, or less severe; the most frequent first."""
    numbers: Counter[Key] = Counter()
    worst: dict[Key, tuple[int, str]] = {}
    for facts, number in counted.items():
        for key, found in _severest(facts).items():
            if found[0] > base.get(key, (-1, ""))[0]:
                numbers[key] += number
                worst[key] = max(worst.get(key, found), found)
    for key in sorted(numbers, key=lambda k: (-numbers[k], k)):
        severity, rule = worst[key]
        before = SEVERITIES[base[key][0]] if key in base else ""
        yield Appearing(*key, SEVERITIES[severity], before, knowledge.rule_by_id[rule].title, numbers[key])
