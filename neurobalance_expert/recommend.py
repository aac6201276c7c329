"""What could be changed, and what that would do: every suggestion is a changed case that goes through the whole program again.

A suggestion is kept only when the number that it is for moves the right way and when it raises no finding above info. Food and
leaving out are all there is: no supplement, no dose and no prescribed item is ever suggested.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from math import isfinite

from msgspec import Struct
from msgspec.structs import replace

from neurobalance_expert.cases.types import Case, FoodItem
from neurobalance_expert.engines.base import Result
from neurobalance_expert.explain.wording import AMINO_ACIDS
from neurobalance_expert.fact import FINDING, FINDING_SLOTS
from neurobalance_expert.facts.placed import MIN_PER_DAY, substances_of
from neurobalance_expert.facts.prepare import Prepared
from neurobalance_expert.facts.supply import Supply
from neurobalance_expert.knowledge.policy import rank
from neurobalance_expert.knowledge.suggestions import Portion, matches
from neurobalance_expert.loaded import Knowledge
from neurobalance_expert.model.constants import INDEX
from neurobalance_expert.outcome import Finding, Recommendation

CODE, SEVERITY = FINDING_SLOTS.index("code"), FINDING_SLOTS.index("severity")
NOON = 720
PRECURSORS = {"serotonin": "trp", "catecholamine": "phe_tyr", "acetylcholine": "choline"}


class Trial(Struct, frozen=True):
    """A case that was computed: its facts before rules and its perfect model."""

    prepared: Prepared
    result: Result

    def severities(self) -> dict[str, int]:
        """Highest rank of each finding code."""
        found: dict[str, int] = {}
        for fact in self.result.facts:
            if fact.relation == FINDING:
                code = str(fact.values[CODE])
                found[code] = max(found.get(code, 0), rank(str(fact.values[SEVERITY])))
        return found


def recommend(
    trial: Trial, found: Sequence[Finding], disposition: str, knowledge: Knowledge, rerun: Callable[[Case], Trial]
) -> tuple[Recommendation, ...]:
    """Suggestions that were tried and that help.

    Args:
        trial: The case as it is.
        found: Its findings.
        rerun: Computes a changed case from the beginning.
    """
    if knowledge.suggestions.forbidden(disposition, (f.code for f in found)):
        return ()
    kept: dict[str, Recommendation] = {}
    answered: set[str] = set()
    for candidate in _candidates(trial, found, knowledge):
        if len(kept) == knowledge.suggestions.most:
            break
        if candidate.code in answered or candidate.id in kept:
            continue
        tried = _try(candidate, trial, rerun)
        if tried:
            kept[tried.id] = tried
            answered.update(tried.codes)
    return tuple(kept.values())


class _Candidate(Struct, frozen=True):
    id: str
    code: str  # the finding it is for
    action: str
    case: Case
    metric: str
    measure: Callable[[Trial], float | None]  # the more, the better


def _candidates(trial: Trial, found: Sequence[Finding], knowledge: Knowledge) -> Iterator[_Candidate]:
    for finding in found:
        if matches(finding.code, knowledge.suggestions.leave_out_for):
            yield from _leave_out(trial, finding, knowledge)
        if matches(finding.code, knowledge.suggestions.food_for):
            yield from _add_food(trial, finding, knowledge)


def _try(candidate: _Candidate, trial: Trial, rerun: Callable[[Case], Trial]) -> Recommendation | None:
    after = rerun(candidate.case)
    old, new = trial.severities(), after.severities()
    raised = tuple(sorted(code for code, severity in new.items() if severity > max(0, old.get(code, 0))))
    before_value, after_value = candidate.measure(trial), candidate.measure(after)
    cleared = tuple(sorted(code for code, severity in old.items() if severity > 0 and new.get(code, -1) < severity))
    if raised or before_value is None or after_value is None or not after_value > before_value:
        return None
    return Recommendation(
        candidate.id, candidate.action, tuple(dict.fromkeys([candidate.code, *cleared])), candidate.metric, before_value, after_value
    )


# --- leave a self-chosen competitor out ---------------------------------------------------------------------------


def _leave_out(trial: Trial, finding: Finding, knowledge: Knowledge) -> Iterator[_Candidate]:
    case = trial.prepared.case
    for supplement in case.supplements:
        named = set(substances_of(supplement, knowledge.names))
        if supplement.prescribed or not named & set(knowledge.suggestions.leave_out):
            continue
        others = tuple(s for s in case.supplements if s.index != supplement.index)
        name = supplement.product or supplement.substance
        at = f" at {clock(supplement.time_min)}" if supplement.time_min is not None else ""
        aa = _crowded_out(finding)
        minute = _taken_at(trial.prepared, aa, finding.window)
        yield _Candidate(
            f"leave-out-{supplement.index + 1}",
            finding.code,
            f"Leave '{name}'{at} out: {_protein(trial.prepared)}",
            replace(case, supplements=others),
            f"entry of {AMINO_ACIDS.get(aa, aa)} into brain over fasting, in the hours after {clock(minute)}",
            partial(_influx_at, aa=aa, minute=minute),
        )


def _protein(p: Prepared) -> str:
    total, reference = p.supply.totals["protein"], p.supply.references.get(("protein", "ear"))
    if reference is None or not total.value >= float(reference.value):
        return "the food of the day should bring these amino acids"
    weight = p.case.person.weight_kg or 1.0
    return f"the food of this day already brings {total.value / weight:.2g} g protein per kg"


def _crowded_out(finding: Finding) -> str:
    """The amino acid that a finding of competition is about; tryptophan when its code does not say."""
    last = finding.code.rsplit(":", 1)[1]
    return last if last in INDEX else "trp"


def _taken_at(p: Prepared, aa: str, window: str) -> int:
    """When the free amino acid was taken, or else when the window of the finding began; noon when neither is known."""
    times = [i.minute for i in p.intakes if i.minute is not None and i.free_g.get(aa, 0.0) > 0]
    starts = [int(w.start_min) for w in p.day.windows if w.id == window]
    return max(times) if times else starts[0] if starts else NOON


def _influx_at(trial: Trial, aa: str, minute: int) -> float | None:
    """Relative influx of an amino acid in the window that covers a minute of the diary; None where it is not known."""
    day = trial.prepared.day
    for window in day.windows:
        if window.start_min <= minute < window.end_min:
            return day.influx.get(window.id, {}).get(aa)
    return None


# --- add an ordinary portion of food ------------------------------------------------------------------------------


def _add_food(trial: Trial, finding: Finding, knowledge: Knowledge) -> Iterator[_Candidate]:
    p = trial.prepared
    nutrient = PRECURSORS.get(finding.code.split(":")[1], finding.code.split(":")[1])
    reference = _reference(p.supply, nutrient)
    if reference is None or nutrient not in knowledge.nutrients:
        return
    name, base = reference
    if finding.severity == "info" and not p.supply.totals[nutrient].value < knowledge.suggestions.food_below_share * base:
        return
    time = _lightest_meal(trial, knowledge.suggestions.meal_carbohydrate_g)
    for portion in _ranked(p, nutrient, knowledge)[:1]:
        yield _Candidate(
            f"add-{portion.ndb}",
            finding.code,
            f"Add {portion.label}, about {portion.grams:g} g, for example with the meal at {clock(time)}",
            replace(p.case, foods=(*p.case.foods, _as_item(p, portion, time))),
            f"{knowledge.nutrients[nutrient].label} of the day over {name}",
            lambda t: t.prepared.supply.totals[nutrient].value / base,
        )


def _reference(supply: Supply, nutrient: str) -> tuple[str, float] | None:
    words = {"ear": "the average requirement (EAR)", "ai": "the adequate intake (AI)", "who_mean": "the mean requirement (WHO)"}
    for standard, text in words.items():
        if (nutrient, standard) in supply.references:
            return text, float(supply.references[nutrient, standard].value)
    return None


def _ranked(p: Prepared, nutrient: str, knowledge: Knowledge) -> list[Portion]:
    """Portions that fit the diet, by how much of all that is short they bring, then by how much of this nutrient."""
    diet = p.case.person.diet_pattern
    fitting = [f for f in knowledge.suggestions.foods if diet is None or diet in f.diets]
    return sorted(fitting, key=lambda f: (-_filled(p, f, knowledge, nutrient), f.ndb))


def _filled(p: Prepared, portion: Portion, knowledge: Knowledge, wanted: str) -> float:
    """Share of the gaps of the day that a portion closes; the nutrient it is for counts three times."""
    row = knowledge.foods.row(portion.ndb)
    filled = 0.0
    for name, nutrient in knowledge.nutrients.items():
        reference = _reference(p.supply, name)
        if reference is None or not p.supply.totals[name].value < reference[1]:
            continue
        brought = sum(_brought(knowledge, row, column, portion.grams, nutrient.unit) for column in nutrient.columns)
        gap = reference[1] - p.supply.totals[name].value
        filled += min(1.0, brought / gap) * (3.0 if name == wanted else 1.0)
    return filled


def _brought(knowledge: Knowledge, row: int, column: str, grams: float, unit: str) -> float:
    value = knowledge.foods.values[row, knowledge.foods.column(column)]
    factor: Mapping[str, float] = {"g": 1000.0, "mg": 1.0, "ug": 0.001}
    return 0.0 if value != value else float(value) * grams / 100 * factor[column.rsplit("_", 1)[1]] / factor[unit]


def _lightest_meal(trial: Trial, meal_carbohydrate_g: float) -> int:
    """Clock time of the meal with the least protein, snacks left out; noon when there is none."""
    day = trial.prepared.day
    known = []
    for window in day.windows:
        eaten = [m for m in day.members[window.id] if not m.substances]
        protein, carbohydrate = sum(m.protein_g for m in eaten), sum(m.carbohydrate_g for m in eaten)
        if isfinite(protein) and carbohydrate >= meal_carbohydrate_g:
            known.append((protein, window.start_min))
    return int(min(known)[1]) % MIN_PER_DAY if known else NOON


def _as_item(p: Prepared, portion: Portion, time_min: int) -> FoodItem:
    index = max((f.index for f in p.case.foods), default=-1) + 1
    return FoodItem(index, p.days[0], time_min, portion.label, portion.ndb, portion.grams)


def clock(minute: int) -> str:
    """Minutes after midnight as HH:MM."""
    return f"{minute % MIN_PER_DAY // 60:02d}:{minute % 60:02d}"
