"""Golden cases: what is expected of each, kept in one file that a review can read, and compared with what comes of them now.

Of a finding the code, severity, rule and place are kept, and a digest of its words; of the case its disposition and recommendations.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from msgspec import Struct, to_builtins

from neurobalance_expert import source
from neurobalance_expert.assessment import conclude_from, judge
from neurobalance_expert.atomic import write_bytes
from neurobalance_expert.cases.types import Case
from neurobalance_expert.errors import InputProblems, Misuse, Problem, Span
from neurobalance_expert.facts.prepare import prepare
from neurobalance_expert.impact.cases import INSIDE, case_files, read_cases
from neurobalance_expert.kb import GOLDEN, default_kb, is_packaged
from neurobalance_expert.loaded import Knowledge
from neurobalance_expert.outcome import Finding
from neurobalance_expert.records.compare import Difference, Side, compare

EXPECTED = "expected.yaml"
SCHEMA = "neurobalance/golden/1"
HEAD = """\
# What is expected of each golden case; 'neurobalance golden --update' writes it. A line that changes here is something that people are told
# otherwise: read the difference as you read one of rules. `words` is a digest of statement, advice and title (docs/impact.md).
"""
DIGITS = 8  # of the digest of words
PLACE = ("about", "system", "window")
ENGINE = "reference"

Outcome = dict[str, Any]


class Golden(Struct, frozen=True):
    """What came of the golden cases: the cases that differ, those that nothing is expected of, and expectations without a case."""

    cases: int
    differing: dict[str, Difference]
    unexpected: tuple[str, ...]
    missing: tuple[str, ...]
    broken: dict[str, InputProblems]
    outcomes: dict[str, Outcome]
    silent: tuple[str, ...]  # rules that fire in no case

    @property
    def as_expected(self) -> bool:
        """Whether every case gives what is expected of it, and nothing else is expected."""
        return not (self.differing or self.unexpected or self.missing or self.broken)


def golden_folder(home: Path) -> Path:
    """The golden cases of a knowledge base, else those that ship with the program. Raises Misuse when there are none."""
    for folder in (home / GOLDEN, default_kb() / GOLDEN):
        if (folder / INSIDE).is_dir():
            return folder
    raise Misuse(f"'{home}' has no folder {GOLDEN}/{INSIDE}; name a folder that has {INSIDE}/ in it")


def check_golden(folder: Path, knowledge: Knowledge, step: Callable[[], None], *, expected: bool = True) -> Golden:
    """Every case of a folder beside what is expected of it.

    Args:
        folder: Holds ``cases/`` and ``expected.yaml``.
        step: Called once a case, for a progress bar.
        expected: False to expect nothing, before ``expected.yaml`` is written.

    Raises:
        InputProblems: ``expected.yaml`` is not there or is none (NB-G001).
        Misuse: there is no case in the folder.
    """
    wanted = read_expected(folder / EXPECTED) if expected else {}
    broken: dict[str, InputProblems] = {}
    outcomes: dict[str, Outcome] = {}
    fired: set[str] = set()
    for name, case in read_cases(case_files([folder / INSIDE]), knowledge.names).items():
        step()
        try:
            if isinstance(case, InputProblems):
                raise case
            outcomes[name], rules = outcome(case, knowledge)
            fired |= rules
        except InputProblems as error:
            broken[name] = error
    differing = {
        name: difference for name, found in outcomes.items() if name in wanted and (difference := difference_of(wanted[name], found))
    }
    tried = {*outcomes, *broken}
    return Golden(
        len(tried),
        differing,
        tuple(name for name in outcomes if name not in wanted) if expected else (),
        tuple(name for name in wanted if name not in tried),
        broken,
        outcomes,
        tuple(rule.id for rule in knowledge.rules.rules if rule.id not in fired),
    )


def outcome(case: Case, knowledge: Knowledge) -> tuple[Outcome, set[str]]:
    """What is kept of a case, and the rules that fired. Raises InputProblems for findings that exclude each other."""
    trial, _, found = conclude_from(prepare(case, knowledge), knowledge, ENGINE)
    disposition, recommendations = judge(trial, found, knowledge, lambda changed: prepare(changed, knowledge))
    kept = {
        "disposition": disposition,
        "findings": [_kept(finding) for finding in found],
        "recommendations": [recommendation.id for recommendation in recommendations],
    }
    return kept, {derivation.rule for derivation in trial.result.derivations}


def difference_of(wanted: Outcome, found: Outcome) -> Difference:
    """In what two outcomes differ, by the comparison of records."""
    return compare(Side(_comparable(wanted)), Side(_comparable(found)))


def write_expected(folder: Path, found: Golden) -> None:
    """Write ``expected.yaml`` in one step. Raises Misuse where that is not possible."""
    if is_packaged(folder.resolve().parent):
        raise Misuse(f"'{folder}' belongs to the installed program and is not written; 'neurobalance init DIR' makes a copy")
    try:
        write_bytes(folder / EXPECTED, expected_text(found.outcomes).encode(), private=False)
    except OSError as error:
        raise Misuse(f"cannot write '{folder / EXPECTED}': {error.strerror or error}") from None


def expected_text(outcomes: Mapping[str, Outcome]) -> str:
    """The text of ``expected.yaml``: one line a finding, in the order of the report."""
    lines = [HEAD + f"schema: {SCHEMA}", "cases:"]
    for name, kept in sorted(outcomes.items()):
        lines += [f"  {json.dumps(name)}:", f"    disposition: {kept['disposition']}"]
        lines += ["    findings:", *(f"      - {_line(finding)}" for finding in kept["findings"])] if kept["findings"] else []
        lines += [f"    recommendations: [{', '.join(kept['recommendations'])}]"] if kept["recommendations"] else []
    return "\n".join(lines) + "\n"


def read_expected(path: Path) -> dict[str, Outcome]:
    """What is expected of each case. Raises InputProblems (NB-G001)."""
    try:
        data = source.load(path).data
        if data["schema"] != SCHEMA:
            raise ValueError(f"its schema is not '{SCHEMA}'")
        return {str(name): _expected(kept) for name, kept in (data["cases"] or {}).items()}
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        what = f"this file does not say what is expected of golden cases: {error}"
        fix = f"'neurobalance golden {path.parent} --update' writes it anew; look at the difference before you keep it"
        raise InputProblems([Problem("NB-G001", what, Span(str(path), 1, 1), "", "", fix)]) from None


def as_json(found: Golden) -> dict[str, Any]:
    """The form of ``--format json`` (docs/impact.md)."""
    return {
        "schema": "neurobalance/golden-check/1",
        "as_expected": found.as_expected,
        "cases": found.cases,
        "differing": to_builtins(found.differing),
        "unexpected": list(found.unexpected),
        "missing": list(found.missing),
        "broken": {name: [problem.as_dict() for problem in error.problems] for name, error in found.broken.items()},
        "silent_rules": list(found.silent),
    }


# --- what is kept of a finding ----------------------------------------------------------------------------------------


def _kept(finding: Finding) -> dict[str, str]:
    """A finding by its code, severity, rule and place, and its words by a digest."""
    words = "\n".join((finding.title, finding.statement, finding.advice))
    place = {name: value for name in PLACE if (value := getattr(finding, name))}
    digest = sha256(words.encode(errors="surrogatepass")).hexdigest()[:DIGITS]
    return {"code": finding.code, "severity": finding.severity, "rule": finding.rule, **place, "words": digest}


def _line(finding: Mapping[str, str]) -> str:
    """A finding on one line of YAML; what can be read as a number or has a colon stands in quotes."""
    quoted = ("code", "words", "about")
    return f"{{{', '.join(f'{key}: {json.dumps(value) if key in quoted else value}' for key, value in finding.items())}}}"


def _expected(kept: Mapping[str, Any]) -> Outcome:
    findings = [{str(key): str(value) for key, value in finding.items()} for finding in kept.get("findings") or ()]
    for finding in findings:
        if not {"code", "severity", "rule", "words"} <= finding.keys():
            raise ValueError("a finding has no code, severity, rule or words")
    recommendations = [str(name) for name in kept.get("recommendations") or ()]
    return {"disposition": str(kept["disposition"]), "findings": findings, "recommendations": recommendations}


def _comparable(kept: Outcome) -> Outcome:
    empty = dict.fromkeys(PLACE, "")
    return kept | {"findings": [empty | finding | {"because": ()} for finding in kept["findings"]]}


def differing_lines(found: Golden) -> Iterator[str]:
    """What differs, in words for a terminal."""
    from neurobalance_expert.records.told import difference_lines

    for name, difference in found.differing.items():
        yield name
        yield from (f"  {line}" for line in difference_lines(difference))
    yield from (f"{name}: nothing is expected of it yet" for name in found.unexpected)
    yield from (f"{name}: expected, and there is no such case" for name in found.missing)
