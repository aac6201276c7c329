"""Why: every minimal proof of what a case concludes, from the document of proofs alone, so that a kept record answers as a case does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from neurobalance_expert.fact import BY_MODEL, FINDING
from neurobalance_expert.proof import Absence, Comparison, Line, Proofs, Step

SCHEMA = "neurobalance/why/1"
MOST_PROOFS = 50  # of one conclusion; what follows in more ways is said to


class Proof(Struct, frozen=True, order=True):
    """One way to a conclusion: the given facts that it needs, none of them in vain, and its steps, each by its place in the document."""

    given: tuple[int, ...]
    steps: tuple[int, ...]


class Answer(Struct, frozen=True):
    """A conclusion, all its minimal proofs (the first ``MOST_PROOFS``; ``more`` says that there are others), and what they take as so."""

    fact: int
    code: str
    rule: str
    severity: str
    title: str
    statement: str
    proofs: tuple[Proof, ...]
    more: bool
    assumed: tuple[str, ...]

    def facts(self, document: Proofs) -> tuple[int, ...]:
        """Every fact of the proofs, each after those it rests on."""
        order: dict[int, None] = {}
        for proof in self.proofs:
            for number in proof.steps:
                step = document.steps[number]
                order.update(dict.fromkeys(condition.fact for condition in step.conditions if condition.fact not in order))
                order[step.fact] = None
        return tuple(order) or (self.fact,)


def why(document: Proofs, findings: Sequence[Mapping[str, Any]], asked: str) -> tuple[Answer, ...]:
    """The answers for a finding code, a rule or a relation; () when there is nothing of that name in this case.

    Args:
        document: The proofs of the case.
        findings: Its findings as the assessment JSON has them, for title and wording.
        asked: A finding code; or the id of a rule, or the name of a relation, for what rules concluded on the way.
    """
    steps = _steps_to(document)
    found = _asked(document, asked)
    said: dict[tuple[str, ...], Mapping[str, Any]] = {
        (f["code"], f["rule"], f.get("about") or "", f.get("window") or ""): f for f in findings
    }
    return tuple(_answer(number, document, steps, said) for number in found)


def proposed(recommendations: Sequence[Mapping[str, Any]], asked: str) -> Mapping[str, Any] | None:
    """The recommendation of this id, as the assessment JSON has it; its reasons are the proofs of the findings that it is for."""
    return next((r for r in recommendations if r["id"] == asked), None)


def names(document: Proofs) -> list[str]:
    """What can be asked for in this case: finding codes, rules that concluded something, relations that rules conclude."""
    concluded = [document.facts[step.fact] for step in document.steps]
    codes = [str(line.slots["code"]) for line in concluded if line.relation == FINDING]
    others = [step.rule for step in document.steps] + [line.relation for line in concluded if line.relation != FINDING]
    return list(dict.fromkeys([*codes, *others]))


def as_data(
    document: Proofs, answers: Sequence[Answer], asked: str, case: Mapping[str, Any], recommendation: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The answers as plain data, with the facts and steps that they use under their places in the document."""
    facts = sorted({number for answer in answers for number in answer.facts(document)})
    steps = sorted({number for answer in answers for proof in answer.proofs for number in proof.steps})
    data: dict[str, Any] = msgspec.to_builtins(
        {
            "schema": SCHEMA,
            "case": dict(case),
            "asked": asked,
            "recommendation": recommendation,
            "answers": list(answers),
            "facts": {str(number): document.facts[number] for number in facts},
            "steps": {str(number): document.steps[number] for number in steps},
        }
    )
    return data


def _asked(document: Proofs, asked: str) -> list[int]:
    by_code = [n for n in document.findings if document.facts[n].slots["code"] == asked]
    if by_code:
        return by_code
    return list(dict.fromkeys(s.fact for s in document.steps if asked in (s.rule, document.facts[s.fact].relation)))


def _steps_to(document: Proofs) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for number, step in enumerate(document.steps):
        found.setdefault(step.fact, []).append(number)
    return found


def _answer(number: int, document: Proofs, steps: Mapping[int, Sequence[int]], said: Mapping[tuple[str, ...], Mapping[str, Any]]) -> Answer:
    line = document.facts[number]
    slots = line.slots
    key = tuple(str(slots.get(name, "")) for name in ("code", "rule", "about", "window"))
    told = said.get(key, {})
    proofs, more = minimal(number, document, steps)
    used = [document.steps[n] for n in sorted({n for proof in proofs for n in proof.steps})]
    return Answer(
        fact=number,
        code=str(slots.get("code", line.relation)),
        rule=document.steps[steps[number][0]].rule,
        severity=str(slots.get("severity", "")),
        title=str(told.get("title", line.said)),
        statement=str(told.get("statement", line.said)),
        proofs=proofs,
        more=more,
        assumed=_assumed(used, document.facts),
    )


def minimal(number: int, document: Proofs, steps: Mapping[int, Sequence[int]]) -> tuple[tuple[Proof, ...], bool]:
    """The proofs of a fact that need no given fact in vain, shortest first, and whether there are more than are listed.

    A proof chooses one step for each concluded fact; one whose given facts include those of another proof is left out.
    """
    known: dict[int, tuple[Proof, ...]] = {}
    more = False

    def of(fact: int) -> tuple[Proof, ...]:
        nonlocal more
        if fact not in known:
            found = [proof for step in steps.get(fact, ()) for proof in _through(step, document.steps[step], of)]
            kept = _without_vain(found) if fact in steps else (Proof((fact,), ()),)
            more = more or len(kept) > MOST_PROOFS
            known[fact] = kept[:MOST_PROOFS]
        return known[fact]

    return of(number), more


def _through(number: int, step: Step, of: Any) -> list[Proof]:
    """The proofs whose last step is this one."""
    combined = [Proof((), ())]
    for fact in dict.fromkeys(condition.fact for condition in step.conditions):
        combined = [_joined(left, right) for left in combined for right in of(fact)][: MOST_PROOFS * 4]
    return [Proof(proof.given, (*proof.steps, number)) for proof in combined]


def _joined(left: Proof, right: Proof) -> Proof:
    return Proof(tuple(sorted({*left.given, *right.given})), tuple(dict.fromkeys((*left.steps, *right.steps))))


def _without_vain(found: Sequence[Proof]) -> tuple[Proof, ...]:
    ordered = sorted(found, key=lambda proof: (len(proof.given), len(proof.steps), proof))
    kept: list[Proof] = []
    for proof in ordered:
        if not any(set(other.given) < set(proof.given) for other in kept):
            kept.append(proof)
    return tuple(kept)


def _assumed(steps: Iterable[Step], facts: Sequence[Line]) -> tuple[str, ...]:
    """What the proofs take as so: thresholds not verified, exceptions not recorded, the model, what is partly known."""
    found: dict[str, None] = {}
    for step in steps:
        for condition in step.conditions:
            found.update(dict.fromkeys(_unread(c) for c in condition.comparisons if not c.verified))
            found.update(dict.fromkeys(_of_fact(facts[condition.fact])))
        found.update(dict.fromkeys(_not_recorded(absence) for absence in step.absences if absence.assumed))
    return tuple(found)


def _unread(comparison: Comparison) -> str:
    name = comparison.threshold.rsplit(".", 1)[-1]
    unit = "" if comparison.unit == "1" else f" {comparison.unit}"
    return f"The threshold {name} = {comparison.bound}{unit} is {comparison.mark or 'not verified in a source'}."


def _not_recorded(absence: Absence) -> str:
    return f"Not recorded counts as absent: {absence.said}; nothing says that the list is complete."


def _of_fact(line: Line) -> list[str]:
    said = []
    if line.relation in BY_MODEL:
        said.append("Plasma was computed by the model, not measured (docs/validation.md says how far it is off).")
    coverage = line.slots.get("coverage")
    if isinstance(coverage, (int, float)) and coverage < 1:
        said.append(f"{line.said.partition(':')[0].capitalize()}: the composition is known for {coverage:.0%} of it.")
    return said
