"""One case from facts to a checked assessment: the place to start reading.

case file -> Case -> prepare (foods, totals, model, facts) -> engines (perfect model, checked) -> findings -> Assessment
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from neurobalance_expert import summary
from neurobalance_expert.cases.types import Case
from neurobalance_expert.engines.base import Engine
from neurobalance_expert.engines.reference import evaluate
from neurobalance_expert.engines.run import run_checked
from neurobalance_expert.errors import InputProblems, Misuse, ProofRejected, did_you_mean
from neurobalance_expert.explain.checker import check
from neurobalance_expert.explain.document import as_data, proofs
from neurobalance_expert.explain.findings import Explainer, findings, not_assessed
from neurobalance_expert.fact import Fact
from neurobalance_expert.facts.conditions import refers as any_refers
from neurobalance_expert.facts.conditions import stated_conditions
from neurobalance_expert.facts.prepare import Prepared, prepare
from neurobalance_expert.knowledge.policy import rank
from neurobalance_expert.loaded import Knowledge, load_knowledge
from neurobalance_expert.outcome import Assessment, Finding, PackLine, Recommendation
from neurobalance_expert.proof import Proofs
from neurobalance_expert.recommend import Trial, recommend
from neurobalance_expert.version import VERSION

__all__ = ["Knowledge", "assess", "iter_case_lines", "load_case_file", "load_knowledge", "simulate_case"]

if TYPE_CHECKING:
    from neurobalance_expert.cases.load import Entered

ENGINES = ("experta", "reference")
MOST_SHOWN = 5  # lines of a rejected proof that the error names


def load_case_file(path: Path, knowledge: Knowledge) -> Case:
    """A case from a YAML or JSON file. Raises InputProblems with every problem of a file that is no case."""
    from neurobalance_expert.cases.load import load_case

    return load_case(path, knowledge.names)


def iter_case_lines(path: Path, knowledge: Knowledge) -> Iterator[tuple[int, Entered | InputProblems]]:
    """Line number and case with its data, or the problems of that line, of a file with one JSON case a line."""
    from neurobalance_expert.cases.load import iter_jsonl

    return iter_jsonl(path, knowledge.names)


def assess(case: Case, knowledge: Knowledge, engine: str = "experta") -> Assessment:
    """Assess one case.

    Args:
        engine: ``experta`` runs the rules in the production-rule engine and compares its result with the reference; ``reference``
            runs the reference alone.

    Raises:
        EngineDisagreement: the two engines differ; there is no assessment.
        ProofRejected: a line of a proof does not hold; there is no assessment.
        InputProblems: the rules conclude two findings that they declare exclusive.
        Misuse: there is no engine of that name.
    """
    trial, explainer, found = conclude(case, knowledge, engine)
    proved = prove(trial, explainer, knowledge)
    disposition, recommendations = judge(trial, found, knowledge, lambda changed: prepare(changed, knowledge))
    return assemble(trial, found, disposition, recommendations, explainer, proved, knowledge, engine)


def judge(
    trial: Trial, found: tuple[Finding, ...], knowledge: Knowledge, prepared: Callable[[Case], Prepared]
) -> tuple[str, tuple[Recommendation, ...]]:
    """The disposition, and what was tried and helps.

    Args:
        prepared: ``prepare`` for a changed case, or what keeps its results.
    """
    trusted = Fact("trusted", ("true",)) in trial.result.facts
    referred = refers(trial.prepared.case, knowledge)
    disposition = knowledge.policy.disposition([(f.code, f.severity) for f in found], trusted=trusted, referred=referred)
    return disposition, recommend(trial, found, disposition, knowledge, lambda changed: _try_change(prepared(changed), knowledge))


def prove(trial: Trial, explainer: Explainer, knowledge: Knowledge) -> Proofs:
    """The proofs of everything that was concluded, each line of them checked by a program that shares no code with the engines.

    Raises:
        ProofRejected: a line does not hold.
    """
    document = proofs(trial.result, explainer)
    wrong = check(as_data(document), knowledge.rule_by_id, knowledge.vocabulary)
    if wrong:
        raise ProofRejected(f"the proofs of this assessment do not hold, so there is no report; {'; '.join(wrong[:MOST_SHOWN])}")
    return document


def refers(case: Case, knowledge: Knowledge) -> bool:
    """Whether a stated condition needs a clinician first, whatever is taken."""
    stated = stated_conditions(case)
    return bool(stated) and any_refers(stated, knowledge.condition_effects)


def conclude(case: Case, knowledge: Knowledge, engine: str = "experta") -> tuple[Trial, Explainer, tuple[Finding, ...]]:
    """The core of ``assess``: facts, perfect model and findings with all their derivations; raises what ``assess`` raises."""
    return conclude_from(prepare(case, knowledge), knowledge, engine)


def conclude_from(prepared: Prepared, knowledge: Knowledge, engine: str = "experta") -> tuple[Trial, Explainer, tuple[Finding, ...]]:
    """The same from facts that were computed before, with this knowledge or with one that gives the same facts."""
    trial = Trial(prepared, run_checked(knowledge.rules, knowledge.vocabulary, prepared.book.origins, engine_named(engine)))
    explainer = explainer_for(prepared, knowledge)
    return trial, explainer, findings(trial.result, explainer)


def simulate_case(
    case: Case,
    knowledge: Knowledge,
    every_min: int = 15,
    tryptophan: Literal["total", "free"] = "total",
    inhibitor: bool | None = None,
    draws: int = 0,
    seed: int = 0,
) -> dict[str, Any]:
    """Plasma, ratios and relative influx over the day, in the form of the contract, and what comes by routes of its own.

    Args:
        every_min: Distance of the output points, minutes, > 0.
        tryptophan: Which Trp the carrier sees; docs/barrier.md shows the effect.
        inhibitor: Whether a peripheral decarboxylase inhibitor is taken; None: as the medications of the case say.
        draws: When above 0, ``bands`` holds the 5th, 50th and 95th centile over so many draws of the constants and of fasting plasma.
        seed: The same seed gives the same bands.

    Raises:
        Misuse: the body mass is missing, an amount was refused or contradicts another, or an intake that matters has no time or no
            composition: there is no course without them.
        InputProblems: the constants of the routes have problems.
    """
    from neurobalance_expert.facts.meal_kinds import meals_json
    from neurobalance_expert.facts.routes import other_courses
    from neurobalance_expert.facts.timing import day_to_simulate
    from neurobalance_expert.model.day import course_json, simulate, stack
    from neurobalance_expert.model.route_constants import load_routes

    _refuse_unsound(case)
    person, constants = case.person, knowledge.constants
    prepared = prepare(case, knowledge)
    day = day_to_simulate(prepared.intakes, person.weight_kg, person.sex, constants)
    course = simulate(stack([day]), constants, every_min=every_min, tryptophan=tryptophan)
    routes = load_routes(knowledge.files.root, knowledge.references)
    grid_min = course.t_min + course.first_intake_min[0]
    out = course_json(course) | {"tryptophan": tryptophan} | other_courses(case, prepared.days, grid_min, routes, inhibitor)
    out["meals"] = meals_json(prepared.intakes, float(course.first_intake_min[0]))
    if draws:
        from neurobalance_expert.model.draws import bands, draw

        out["bands"] = bands(simulate(*draw(*day, constants, draws, seed), every_min=every_min, tryptophan=tryptophan), seed)
    return out


_EATEN = ("food.grams", "food.amount", "food.composition", "food.day_total", "supplement.composition")  # fields that a course rests on


def _refuse_unsound(case: Case) -> None:
    """A course from amounts that were refused, or that contradict each other, would look like any other. Raises Misuse."""
    told = [r.text for r in case.remarks if r.kind in ("invalid", "conflict") and r.field in _EATEN]
    if told:
        raise Misuse(f"the course needs amounts that can be: {' '.join(dict.fromkeys(told))}")


def engine_named(name: str) -> Engine | None:
    """The engine that runs beside the reference; None for the reference alone."""
    if name not in ENGINES:
        raise Misuse(f"there is no engine '{name}'; {did_you_mean(name, ENGINES, otherwise='engines: ' + ', '.join(ENGINES))}")
    if name == "reference":
        return None
    from neurobalance_expert.engines.experta_engine import ExpertaEngine

    return ExpertaEngine()


def explainer_for(prepared: Prepared, knowledge: Knowledge) -> Explainer:
    """What turns the result of this case into words."""
    labels = summary.labels(prepared, knowledge)
    return Explainer(knowledge.rule_by_id, knowledge.vocabulary, prepared.book.origins, knowledge.thresholds, knowledge.references, labels)


def check_change(case: Case, knowledge: Knowledge) -> Trial:
    """A changed case through the whole program as ``assess`` goes, by the reference. Raises what ``assess`` raises."""
    prepared = prepare(case, knowledge)
    return Trial(prepared, run_checked(knowledge.rules, knowledge.vocabulary, prepared.book.origins, None))


def _try_change(prepared: Prepared, knowledge: Knowledge) -> Trial:
    """A changed case by the reference alone, without statuses: what it would conclude is all that a suggestion asks."""
    return Trial(prepared, evaluate(knowledge.rules, knowledge.vocabulary, prepared.book.origins, statuses=False))


def assemble(
    trial: Trial,
    found: tuple[Finding, ...],
    disposition: str,
    recommendations: tuple[Recommendation, ...],
    explainer: Explainer,
    proved: Proofs,
    knowledge: Knowledge,
    engine: str,
) -> Assessment:
    """The parts of an assessment put together with what is shown beside them."""
    p = trial.prepared
    worst = max((f.severity for f in found), key=rank, default="")
    return Assessment(
        case_id=p.case.id,
        case_digest=p.case.digest,
        diary_date=", ".join(p.days),
        person=summary.person_lines(p.case),
        goal=p.case.goal,
        knowledge_version=f"{knowledge.name} {knowledge.version}",
        knowledge_digest=knowledge.digest,
        food_release=knowledge.foods.release,
        program_version=VERSION,
        engine=engine,
        disposition=disposition,
        disposition_title=knowledge.policy.titles[disposition],
        disposition_text=knowledge.policy.texts[disposition],
        max_severity=worst,
        summary=summary.summary_text(found, disposition, knowledge.policy, p.foods),
        totals=summary.totals(p),
        findings=found,
        recommendations=recommendations,
        not_assessed=not_assessed(trial.result, explainer),
        questions=summary.questions(p, knowledge),
        foods=summary.food_lines(p, knowledge),
        supplements=summary.supplement_lines(p),
        windows=summary.window_lines(p),
        adequacy=summary.adequacy_lines(p, knowledge),
        labs=summary.lab_lines(p, knowledge),
        assumptions=summary.assumptions(p, knowledge),
        references=summary.references(found, p, knowledge),
        assumed_night=summary.assumed_night(knowledge),
        standing_remarks=summary.contested(found, knowledge),
        packs=tuple(PackLine(pack.name, pack.version, pack.digest) for pack in knowledge.files.packs),
        proofs=proved,
    )
