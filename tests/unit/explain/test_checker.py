"""The checker: sound proofs pass, and whatever is changed in one is found."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from neurobalance_expert import assessment
from neurobalance_expert.engines.reference import evaluate
from neurobalance_expert.errors import ProofRejected
from neurobalance_expert.explain import checker
from neurobalance_expert.explain.checker import RULES_CONCLUDE, check
from neurobalance_expert.explain.checker import evaluate as calculate
from neurobalance_expert.explain.document import as_data, proofs
from neurobalance_expert.explain.findings import Explainer
from neurobalance_expert.explain.wording import Labels
from tests.oracles.random_programs import KINDS, program

WORDS_ONLY = (
    "said",
    "at",
    "origin",
    "sources",
    "verified",
    "mark",
)  # what the checker cannot know: wording, places, how far a source was read
EACH = 150
EXAMPLES = ("a-real-day", "a-minimal-day", "balanced-day")


def proved(knowledge: Any, case: Path) -> dict[str, Any]:
    """The document of a case, as if it had been read from a file."""
    trial, explainer, _ = assessment.conclude(assessment.load_case_file(case, knowledge), knowledge)
    data: dict[str, Any] = json.loads(json.dumps(as_data(proofs(trial.result, explainer))))
    return data


@pytest.fixture(scope="module")
def document(knowledge: Any, root: Path) -> dict[str, Any]:
    """The proofs of the example day."""
    return proved(knowledge, root / "examples" / "a-real-day.yaml")


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_proofs_of_the_examples_hold(knowledge: Any, root: Path, name: str) -> None:
    """Nothing is wrong with them."""
    assert check(proved(knowledge, root / "examples" / f"{name}.yaml"), knowledge.rule_by_id, knowledge.vocabulary) == []


def test_the_proofs_of_every_vignette_hold(knowledge: Any, root: Path) -> None:
    """All cases of the tests."""
    cases = sorted((root / "tests" / "data" / "cases").glob("c*.yaml"))
    wrong = {case.name: check(proved(knowledge, case), knowledge.rule_by_id, knowledge.vocabulary) for case in cases}

    assert len(wrong) >= 12
    assert {name: problems for name, problems in wrong.items() if problems} == {}


@pytest.mark.parametrize("kind", KINDS)
def test_the_proofs_of_random_programs_hold(kind: str) -> None:
    """Overriding, exceptions, chains of rules: what the reference concludes the checker confirms."""
    steps = 0
    for seed in range(EACH):
        made = program(kind, seed)
        explainer = Explainer({r.id: r for r in made.rules.rules}, made.vocabulary, {}, {}, {}, Labels({}, {}))
        data = as_data(proofs(evaluate(made.rules, made.vocabulary, made.facts), explainer))
        found = check(data, explainer.rules, made.vocabulary)
        steps += len(data["steps"])
        assert [p for p in found if "it was given" not in p] == [], made.name  # some programs are given what only rules conclude

    assert steps > EACH


def changes(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every change of one value, and every line left out or told twice, that matters to a proof; each with where it is."""
    used = {c["fact"] for step in document["steps"] for c in step["conditions"]} | {step["fact"] for step in document["steps"]}
    for part in ("steps", "facts"):
        for number, line in enumerate(document[part]):
            if part == "steps" or number in used:
                for keys in places(line):
                    yield from _changed(document, (part, number, *keys))
    for number in range(len(document["steps"])):
        changed = copy.deepcopy(document)
        del changed["steps"][number]
        yield f"steps[{number}] left out", changed


def places(value: Any, keys: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value inside."""
    if keys and keys[-1] not in (*WORDS_ONLY, "workings"):
        yield keys
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in inside:
        if key not in (*WORDS_ONLY, "workings"):
            yield from places(inner, (*keys, key))


def _changed(document: dict[str, Any], keys: tuple[Any, ...]) -> Iterator[tuple[str, dict[str, Any]]]:
    changed = copy.deepcopy(document)
    parent: Any = changed
    for key in keys[:-1]:
        parent = parent[key]
    value = parent[keys[-1]]
    if isinstance(value, list):
        if not value:
            return
        parent[keys[-1]] = value[:-1]
    elif isinstance(value, dict):
        if not value or keys[-1] == "slots":
            return
        parent[keys[-1]] = dict(list(value.items())[1:])
    else:
        parent[keys[-1]] = (not value) if isinstance(value, bool) else value + 1 if isinstance(value, (int, float)) else f"{value}x"
    yield ".".join(map(str, keys)), changed


def test_every_change_of_a_proof_is_found(knowledge: Any, document: dict[str, Any]) -> None:
    """Each value of every step and of every fact that a step uses, changed alone: a wrong premise, a missing line, a wrong number."""
    tried, missed = 0, []
    for where, changed in changes(document):
        tried += 1
        if not check(changed, knowledge.rule_by_id, knowledge.vocabulary):
            missed.append(where)

    assert missed == []
    assert tried > 400


def test_every_change_of_the_arithmetic_is_found(knowledge: Any, document: dict[str, Any]) -> None:
    """Each last expression another one, each number left out; each number three times as large, where that changes the result."""
    tried, silent = 0, 0
    for number, fact in enumerate(document["facts"]):
        for place, working in enumerate(fact["workings"]):
            for change in arithmetic_changes(working):
                changed = {**document, "facts": list(document["facts"])}
                workings = [*fact["workings"][:place], change, *fact["workings"][place + 1 :]]
                changed["facts"][number] = {**fact, "workings": workings}
                found = check(changed, knowledge.rule_by_id, knowledge.vocabulary)
                tried += 1
                if not found:
                    assert moves_by(change) <= float(knowledge.vocabulary.relations[fact["relation"]].slot(working["slot"]).resolution)
                    silent += 1

    assert tried > 60
    assert silent < tried / 4


def arithmetic_changes(working: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """One thing changed at a time."""
    *before, (name, last) = working["lines"]
    yield {**working, "lines": [*before, [name, f"({last}) * 2 + 1"]]}
    for n, number in enumerate(working["numbers"]):
        others = [*working["numbers"][:n], *working["numbers"][n + 1 :]]
        yield {**working, "numbers": others}
        thrice = [3 * v for v in number["value"]] if isinstance(number["value"], list) else 3 * number["value"]
        yield {**working, "numbers": [*others, {**number, "value": thrice}], "was": working}


def moves_by(change: dict[str, Any]) -> float:
    """How far a changed number moves the result."""
    results = []
    for working in (change, change["was"]):
        known = {number["name"]: number["value"] for number in working["numbers"]}
        for name, expression in working["lines"]:
            known[name] = calculate(expression, known)
        results.append(known[working["lines"][-1][0]])
    return float(abs(results[0] - results[1]))


def test_an_exception_that_was_overlooked_is_found(knowledge: Any, document: dict[str, Any]) -> None:
    """A condition that the rule makes an exception of stands in the model all the same."""
    number, asked = next((n, a) for n, step in enumerate(document["steps"]) for a in step["absences"] if a["relation"] == "condition")
    changed = copy.deepcopy(document)
    there = {"relation": "condition", "slots": dict(asked["asked"]), "given": True, "said": "", "origin": "", "sources": [], "workings": []}
    changed["facts"] = [*changed["facts"], there]

    found = check(changed, knowledge.rule_by_id, knowledge.vocabulary)

    assert any(f"step {number} " in problem and "holds" in problem for problem in found)


def test_a_conclusion_without_a_step_is_found(knowledge: Any, document: dict[str, Any]) -> None:
    """A finding that nobody concluded."""
    changed = copy.deepcopy(document)
    invented = {**changed["facts"][changed["findings"][0]], "slots": {"code": "UL:zinc", "rule": "x", "severity": "major"}}
    changed["facts"] = [*changed["facts"], invented]

    assert any(RULES_CONCLUDE in problem for problem in check(changed, knowledge.rule_by_id, knowledge.vocabulary))


def test_a_rule_that_was_changed_since_is_found(knowledge: Any, document: dict[str, Any]) -> None:
    """The digest is that of the rule as it is."""
    from msgspec.structs import replace

    rule = knowledge.rule_by_id[document["steps"][0]["rule"]]
    rules = {**knowledge.rule_by_id, rule.id: replace(rule, say=f"{rule.say} indeed")}

    assert any("another one" in problem for problem in check(document, rules, knowledge.vocabulary))


@pytest.mark.parametrize(
    "broken", [{}, {"schema": "x"}, {"schema": "neurobalance/proof/1"}, {"schema": "neurobalance/proof/1", "facts": 3}]
)
def test_what_is_no_document_is_said_to_be_none(knowledge: Any, broken: dict[str, Any]) -> None:
    """No traceback."""
    assert check(broken, knowledge.rule_by_id, knowledge.vocabulary)


def test_there_is_no_assessment_without_its_proof(knowledge: Any, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line that does not hold stops it."""
    monkeypatch.setattr(assessment, "check", lambda *_: ["step 3 (x): the exception 'y' holds"])

    with pytest.raises(ProofRejected, match="there is no report; step 3"):
        assessment.assess(assessment.load_case_file(root / "examples" / "balanced-day.yaml", knowledge), knowledge)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("a + b * 2", 8.0),
        ("(a - 5) / b ** 2 - -1", 5.0 / 9 * -0.6 + 1),
        ("sum(s)", 9.0),
        ("sum(a, b)", 5.0),
        ("max(0, a - b)", 0.0),
        ("min(a, b)", 2.0),
        ("sum(s * t)", 36.0),
        ("mean(s, t, -1, 1)", 1.25),  # level at 1 up to 0, then from 1 to 2
        ("mean(s, t, 4, 99)", 4.5),  # from 4 to 5, and not beyond the last point
    ],
)
def test_arithmetic_by_hand(expression: str, value: float) -> None:
    """a = 2, b = 3, s = 1, 3, 5 at 0, 2, 6."""
    got = calculate(expression, {"a": 2.0, "b": 3.0, "s": [1, 3, 5], "t": [0, 2, 6]})

    assert got == pytest.approx(value)


@pytest.mark.parametrize("expression", ["1+" * 5000 + "1", "(" * 900 + "1" + ")" * 900, "9.0 ** 9 ** 9 ** 9", "1 / 0", "1 +", "x"])
def test_arithmetic_that_cannot_be_done_is_a_problem_of_the_document(knowledge: Any, document: dict[str, Any], expression: str) -> None:
    """Too long, too deep, too large, not finished, unknown names: no traceback and no hang."""
    changed = copy.deepcopy(document)
    fact = next(f for f in changed["facts"] if f["relation"] == "body_mass")
    fact["workings"] = [{"slot": "kg", "lines": [["kg", expression]], "numbers": []}]

    assert len(check(changed, knowledge.rule_by_id, knowledge.vocabulary)) == 1


@pytest.mark.parametrize("expression", ["__import__('os')", "a.b", "a if b else a", "[a]", "'x'", "min(a, key=b)", "open(a)", "lambda: a"])
def test_nothing_but_arithmetic_is_calculated(expression: str) -> None:
    """A document cannot make the checker do anything else."""
    with pytest.raises((ValueError, TypeError)):
        calculate(expression, {"a": 1.0, "b": 2.0})


def test_the_checker_shares_no_code_with_the_engines() -> None:
    """It is short, and it imports types, a digest and nothing that evaluates."""
    source = Path(checker.__file__).read_text(encoding="utf-8")
    imported = {line.split()[1] for line in source.splitlines() if line.startswith(("from neurobalance", "import neurobalance"))}

    assert imported == {"neurobalance_expert.rules.digest", "neurobalance_expert.rules.ir", "neurobalance_expert.vocabulary"}
    assert len(source.splitlines()) < 350
    assert ".holds(" not in source
