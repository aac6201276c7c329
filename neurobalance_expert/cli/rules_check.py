"""rules check: every problem of the rules and every finding of the lints in one run, mended where that is safe."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from neurobalance_expert.cli import output
from neurobalance_expert.cli.options import Layers, knowledge_layers
from neurobalance_expert.cli.rules import count, read_tables, with_packs

if TYPE_CHECKING:
    from datetime import date

    from neurobalance_expert.errors import Problem
    from neurobalance_expert.lint.files import RuleFiles
    from neurobalance_expert.lint.material import Finding
    from neurobalance_expert.lint.run import Linter, Report

Form = Annotated[
    Literal["text", "json", "sarif"], typer.Option("--format", help="text for reading, json for programs, sarif for code hosts.")
]


def check(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="[PATH]...", help="Rule files or folders; all rules of the knowledge base when left out.")
    ] = None,
    fix: Annotated[bool, typer.Option("--fix", help="Mend what is safe to mend, in the files themselves.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="End with 1 for warnings too.")] = False,
    tests: Annotated[bool, typer.Option("--tests", help="Also run the tests inside the rules.")] = False,
    today: Annotated[
        str | None,
        typer.Option("--today", metavar="YYYY-MM-DD", help="The day for review dates and suppressions; that of the clock otherwise."),
    ] = None,
    explain: Annotated[str | None, typer.Option("--explain", metavar="CODE", help="Print the page of a lint, and stop.")] = None,
    listed: Annotated[bool, typer.Option("--list", help="Print every lint with its level, and stop.")] = False,
    form: Form = "text",
    kb: Layers = None,
) -> None:
    """Report every problem of the rules, with its place; without PATHS also of the tables that they speak through.

    Names, types, units, safety of variables, layers, exclusive conclusions, wording; rows of interactions and conditions; lints:
    what can never hold, says the same twice, or is past its review date (docs/lints.md). Ends with 1 when an error stands.

    Example: neurobalance rules check rules/transport
    """
    if explain or listed:
        print(_page(explain) if explain else _list(form))
        return
    day = _day(today)
    report, files, fixed = _checked(paths, kb, day, tests=tests, fix=fix)
    if form == "sarif":
        from neurobalance_expert.lint.sarif import to_sarif

        print(output.json_text(to_sarif(report.findings, report.sources, _from_here(kb))))
    elif form == "json":
        print(output.json_text(_json(report, files, fixed)))
    else:
        _print(report, files, fixed)
    if report.of("error") or (strict and report.of("warning")):
        raise typer.Exit(1)


def add_to(app: typer.Typer) -> None:
    """Add the command to ``rules``."""
    app.command()(check)


def _day(today: str | None) -> date:
    from datetime import UTC, date, datetime

    from neurobalance_expert.errors import Misuse
    from neurobalance_expert.source import is_date

    if today is None:
        return datetime.now(UTC).date()
    if not is_date(today):
        raise Misuse(f"--today '{today}' is not a day; write year, month and day, such as 2027-11-30")
    return date.fromisoformat(today)


def _checked(
    paths: list[Path] | None, kb: list[Path] | None, day: date, *, tests: bool, fix: bool
) -> tuple[Report, tuple[str, ...], tuple[Finding, ...]]:  # fmt: skip
    """The report, the files that it is about, and what was mended."""
    from neurobalance_expert.cli.knowledge_base import load_terms
    from neurobalance_expert.lint.files import DERIVED, read_rule_files, surroundings, write_mended
    from neurobalance_expert.lint.run import Linter, Surroundings

    folder, packs = knowledge_layers(kb)
    if packs:
        return _with_packs(paths, folder, packs, day, tests=tests, fix=fix)
    terms = load_terms(folder)
    own = folder / "rules"
    inside = all(path.resolve().is_relative_to(own.resolve()) and path.exists() for path in paths or ())
    files = read_rule_files([own] if inside else paths or [], folder)
    around = surroundings(folder) if not paths else Surroundings(whole=inside)
    asked = tuple(read_rule_files(paths, folder).texts) if paths and inside else tuple(files.texts)
    linter = Linter(terms, day, around, tests=tests, only=asked if paths else None)
    texts: dict[str, str] = dict(files.texts)
    fixed: tuple[Finding, ...] = ()
    if fix:
        if inside:
            _check_own(folder)
        mended = linter.mend(texts, [name for name in asked if not name.startswith(DERIVED)])
        write_mended(files, mended.texts)
        texts, fixed = {**texts, **mended.texts}, mended.mended
    report = _with_others(linter.check(texts), files, _problems_of_tables(folder) if not paths else ())
    return report, asked, fixed


def _check_own(folder: Path) -> None:
    """Raises Misuse for the rules inside the installed program."""
    from neurobalance_expert.errors import Misuse
    from neurobalance_expert.kb import is_packaged

    if is_packaged(folder):
        raise Misuse(
            "the knowledge base inside the installed program is not written to: 'neurobalance init DIR' makes a copy, --kb DIR uses it"
        )


def _with_others(report: Report, files: RuleFiles, more: Sequence[Problem]) -> Report:
    """The report with files that could not be read, and problems of tables that it does not have yet."""
    from neurobalance_expert.lint.material import Finding
    from neurobalance_expert.lint.run import Report

    known = {f.problem for f in report.findings}
    added = [Finding(problem, "error") for problem in dict.fromkeys((*files.problems, *more)) if problem not in known]
    return Report(tuple(sorted((*report.findings, *added), key=Finding.order)), report.rules, report.sources)


def _problems_of_tables(folder: Path) -> Sequence[Problem]:
    """What is wrong in any table of the knowledge base."""
    from neurobalance_expert.errors import InputProblems

    try:
        read_tables(folder)
    except InputProblems as error:
        return error.problems
    return ()


def _with_packs(
    paths: list[Path] | None, folder: Path, packs: tuple[Path, ...], day: date, *, tests: bool, fix: bool
) -> tuple[Report, tuple[str, ...], tuple[Finding, ...]]:  # fmt: skip
    """Base and packs together; problems of either are raised, because nothing is known beyond them."""
    from neurobalance_expert.errors import Misuse
    from neurobalance_expert.lint.run import Linter, Surroundings

    if fix:
        raise Misuse("with a pack nothing is mended: leave --fix or the pack out")
    knowledge = with_packs(paths, folder, packs)
    texts = {document.file: document.text for document in knowledge.files.under("rules")}
    linter: Linter = Linter(knowledge, day, Surroundings(whole=True), tests=tests)
    return linter.check(texts), tuple(texts), ()


def _page(code: str) -> str:
    from neurobalance_expert.errors import Misuse, did_you_mean
    from neurobalance_expert.lint.registry import LINTS
    from neurobalance_expert.lint.run import all_lints

    known = all_lints()
    wanted = code.upper() if code.upper() in known else next((c for c, name in known.items() if name == code), "")
    if not wanted:
        hint = "docs/errors.md explains the codes of problems that are no lints" if not code.upper().startswith("NB-L") else ""
        raise Misuse(
            f"there is no lint '{code}'; {did_you_mean(code, [*known, *known.values()], otherwise=hint or '--list names them all')}"
        )
    return LINTS[wanted].page().rstrip("\n")


def _list(form: str) -> str:
    from neurobalance_expert.lint.registry import LINTS
    from neurobalance_expert.lint.run import all_lints

    lints = [LINTS[code] for code in all_lints()]
    if form == "json":
        return output.json_text(
            [{"code": x.code, "name": x.name, "level": x.level, "what": x.what, "fix": x.mends is not None} for x in lints]
        )
    return "\n".join(f"{x.code}  {x.level:7}  {'--fix' if x.mends is not None else '     '}  {x.name}" for x in lints)


def _from_here(kb: list[Path] | None) -> Callable[[str], str]:
    """The path of a file as seen from the folder one is in, where a code host looks for it; names outside it stay as they are."""
    folder, _ = knowledge_layers(kb)
    here = Path.cwd()

    def place(name: str) -> str:
        path = (folder / name).resolve()
        return path.relative_to(here).as_posix() if path.is_file() and path.is_relative_to(here) else name

    return place


def _json(report: Report, files: Sequence[str], fixed: Sequence[Finding]) -> Mapping[str, Any]:
    return {
        "rules": len(report.rules),
        "files": len(files),
        "errors": [f.as_dict() for f in report.of("error")],
        "warnings": [f.as_dict() for f in report.of("warning")],
        "infos": [f.as_dict() for f in report.of("info")],
        "fixed": [f.as_dict() for f in fixed],
    }


def _print(report: Report, files: Sequence[str], fixed: Sequence[Finding]) -> None:
    """Findings on stderr, as problems always are, and the count on stdout."""
    import sys

    from neurobalance_expert.cli.guard import printable
    from neurobalance_expert.errors import render
    from neurobalance_expert.lint.material import LEVELS

    for finding in report.findings:
        print(printable(render(finding.problem, report.sources, finding.level)) + "\n", file=sys.stderr)
    for finding in fixed:
        print(printable(f"mended {finding.problem.code} at {finding.problem.at}: {finding.problem.what}"))
    counts = [count(len(report.of(level)), level) for level in LEVELS if report.of(level)]
    able = sum(bool(finding.edits) for finding in report.findings)
    mendable = f" ({able} can be mended with --fix)" if able else ""
    print(f"{count(len(report.rules), 'rule')} in {count(len(files), 'file')}, {', '.join(counts) or 'no problems'}{mendable}")
