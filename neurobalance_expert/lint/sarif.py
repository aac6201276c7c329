"""Findings as SARIF 2.1.0, the form in which code hosts show the findings of a tool beside the lines of a change."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from neurobalance_expert.errors import Problem, Span
from neurobalance_expert.lint.material import Edit, Finding, Level
from neurobalance_expert.lint.places import line_starts
from neurobalance_expert.lint.registry import LINTS
from neurobalance_expert.version import VERSION

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVEL: Mapping[Level, str] = {"error": "error", "warning": "warning", "info": "note"}
HELP = "urn:neurobalance:docs:"  # lints.md and errors.md travel with the program, at no fixed address


def to_sarif(findings: Sequence[Finding], sources: Mapping[str, str], where: Callable[[str], str] = str) -> dict[str, Any]:
    """One run with a descriptor for each code that was found, and for every lint.

    Args:
        findings: In the order in which they are to stand.
        sources: The texts that places and edits speak of, by file.
        where: Where a file stands, as seen from the top of the repository.
    """
    codes = sorted({*LINTS, *(finding.problem.code for finding in findings)})
    number = {code: i for i, code in enumerate(codes)}
    seen: dict[str, Problem] = {}
    for finding in findings:
        seen.setdefault(finding.problem.code, finding.problem)
    driver = {
        "name": "neurobalance rules check",
        "semanticVersion": VERSION,
        "rules": [_descriptor(code, seen.get(code)) for code in codes],
    }
    results = [_result(finding, number, sources, where) for finding in findings]
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True}],
        "results": results,
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _descriptor(code: str, seen: Problem | None) -> dict[str, Any]:
    lint = LINTS.get(code)
    if lint is None:
        why = seen.why if seen and seen.why else "the rules cannot be loaded while it stands"
        text = f"{code} is explained in docs/errors.md"
        return {
            "id": code,
            "shortDescription": {"text": text},
            "fullDescription": {"text": why},
            "help": {"text": text},
            "helpUri": f"{HELP}errors.md#{code.lower()}",
            "defaultConfiguration": {"level": "error"},
        }
    return {
        "id": code,
        "name": "".join(part.capitalize() for part in lint.name.split("-")),
        "shortDescription": {"text": lint.what},
        "fullDescription": {"text": f"{lint.what} {lint.why[:1].upper()}{lint.why[1:]}."},
        "help": {"text": f"To mend it: {lint.fix}.", "markdown": lint.page()},
        "helpUri": f"{HELP}lints.md#{code.lower()}-{lint.name}",
        "defaultConfiguration": {"level": LEVEL[lint.level]},
    }


def _result(finding: Finding, number: Mapping[str, int], sources: Mapping[str, str], where: Callable[[str], str]) -> dict[str, Any]:
    problem = finding.problem
    told = ". ".join(
        part for part in (problem.what, problem.label, problem.why and f"Why: {problem.why}", problem.fix and f"Fix: {problem.fix}") if part
    )
    out: dict[str, Any] = {
        "ruleId": problem.code,
        "ruleIndex": number[problem.code],
        "level": LEVEL[finding.level],
        "message": {"text": told},
    }
    if problem.at:
        out["locations"] = [{"physicalLocation": _location(problem.at, where)}]
    if problem.also:
        out["relatedLocations"] = [{"physicalLocation": _location(at, where), "message": {"text": text}} for at, text in problem.also]
    if finding.edits:
        out["fixes"] = [_fix(finding, sources, where)]
    return out


def _location(at: Span, where: Callable[[str], str]) -> dict[str, Any]:
    region = {"startLine": at.line, "startColumn": at.col, "endLine": at.line, "endColumn": at.col + at.length}
    return {"artifactLocation": {"uri": _uri(where(at.file))}, "region": region}


def _uri(file: str) -> str:
    """A path as part of an address: what may not stand there is written as bytes of UTF-8 in hexadecimal."""
    return "".join(char if char.isascii() and (char.isalnum() or char in "/-._~") else _escaped(char) for char in file)


def _escaped(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode("utf-8", "surrogateescape"))


def _fix(finding: Finding, sources: Mapping[str, str], where: Callable[[str], str]) -> dict[str, Any]:
    changes = []
    for file in dict.fromkeys(edit.file for edit in finding.edits):
        replacements = [_replacement(edit, sources[file]) for edit in finding.edits if edit.file == file]
        changes.append({"artifactLocation": {"uri": _uri(where(file))}, "replacements": replacements})
    return {"description": {"text": finding.problem.fix}, "artifactChanges": changes}


def _replacement(edit: Edit, text: str) -> dict[str, Any]:
    start, end = _place(edit.start, text), _place(edit.end, text)
    region = {"startLine": start[0], "startColumn": start[1], "endLine": end[0], "endColumn": end[1]}
    return {"deletedRegion": region, **({"insertedContent": {"text": edit.text}} if edit.text else {})}


def _place(offset: int, text: str) -> tuple[int, int]:
    starts = line_starts(text)
    line = text.count("\n", 0, offset)
    return line + 1, offset - starts[line] + 1
