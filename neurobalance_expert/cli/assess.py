"""assess and simulate: from case files to written assessments and courses over time."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from neurobalance_expert.cli import output
from neurobalance_expert.cli.options import Engine, Layers, TextOrJson, knowledge_layers, supported_engine

if TYPE_CHECKING:
    from neurobalance_expert.assessment import Knowledge
    from neurobalance_expert.cases.load import Entered
    from neurobalance_expert.cases.types import Case
    from neurobalance_expert.errors import InputProblems
    from neurobalance_expert.outcome import Assessment
    from neurobalance_expert.records.write import Recorder

CaseFiles = Annotated[
    list[Path],
    typer.Argument(metavar="CASE...", help="YAML or JSON case files, a .jsonl with one case a line, or - for standard input."),
]
OneCase = Annotated[Path, typer.Argument(metavar="CASE", help="A YAML or JSON case file, or - for standard input.")]
Target = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE|DIR",
        help="Write here instead of printing; several cases need a folder. The suffix sets the format.",
    ),
]
ReportFormat = Annotated[
    Literal["text", "md", "html", "pdf", "json", "jsonl"] | None,
    typer.Option("--format", help="Form of the report; from the suffix of -o when left out, else text."),
]

Audience = Annotated[
    Literal["professional", "person"],
    typer.Option(help="professional: with the basis of every finding. person: what was found and whom to ask, without basis or proposals."),
]
RecordFolder = Annotated[
    Path | None,
    typer.Option("--record", metavar="DIR", help="Also write a record of each assessment here, and a line of the log of the folder."),
]


def add_to(app: typer.Typer) -> None:
    """Register the commands of this module."""
    app.command()(assess)
    app.command()(simulate)


def assess(
    cases: CaseFiles,
    target: Target = None,
    form: ReportFormat = None,
    audience: Audience = "professional",
    kb: Layers = None,
    engine: Engine = "experta",
    robust: Annotated[
        bool, typer.Option("--robust", help="Say beside each finding in how many of 100 draws it holds; 'neurobalance robust' tells more.")
    ] = False,
    record: RecordFolder = None,
) -> None:
    """Assess cases and print or write the reports.

    With --record each assessment is kept with everything it was made from, to be replayed and verified later (docs/records.md).

    Example: neurobalance assess examples/a-real-day.yaml -o report.html
    """
    chosen = _format(form, target, cases)
    places = _places(target, chosen, cases)
    name = supported_engine(engine)
    from neurobalance_expert.assessment import assess as assess_case
    from neurobalance_expert.assessment import load_knowledge
    from neurobalance_expert.errors import InputProblems, render_all
    from neurobalance_expert.report.render import render

    folder, packs = knowledge_layers(kb)
    knowledge = load_knowledge(folder, packs)
    recorder = _recorder(record, knowledge, name, audience, chosen, robust) if record else None
    if len(cases) > 1 or chosen == "jsonl":
        gc.enable()
    coloured = not places and output.colour()
    width = 100 if places else output.width()
    progress = output.Progress("cases assessed")
    lines: list[str] = []
    failed = False
    for path, line, case in _read(cases, knowledge):
        progress.step()
        if isinstance(case, InputProblems):
            failed = True
            if chosen != "jsonl":
                if len(cases) == 1:
                    raise case
                output.note(f"{render_all(case)}\n")
                continue
            text = _error_line(case, line)
        elif recorder:
            made = recorder.assess(case)
            same = chosen != "text" or (width == recorder.width and not coloured)
            text = made.report if same else render(made.assessment, chosen, folder, colour=coloured, width=width, audience=audience)
        else:
            assessment = assess_case(case.case, knowledge, engine=name)
            if robust:
                assessment = _marked(assessment, case.case, knowledge)
            text = render(assessment, chosen, folder, colour=coloured, width=width, audience=audience)
        if not places:
            sys.stdout.write(text)
        elif chosen == "jsonl":
            lines.append(text)
        else:
            output.write(places[path], text)
            output.note(f"{chosen} written to {places[path]}")
    progress.end()
    if places and chosen == "jsonl":
        output.write(places[cases[0]], "".join(lines))
        output.note(f"{chosen} written to {places[cases[0]]}")
    if recorder:
        output.note(f"{recorder.written} recorded in {record}")
    if failed:
        raise typer.Exit(1)


def _marked(assessment: Assessment, case: Case, knowledge: Knowledge) -> Assessment:
    from neurobalance_expert.whatif.robust import marked

    return marked(assessment, case, knowledge)


def simulate(
    case: OneCase,
    every: Annotated[int, typer.Option(min=1, max=240, metavar="MIN", help="Minutes between two points.")] = 15,
    tryptophan: Annotated[
        Literal["total", "free"],
        typer.Option(help="Which tryptophan the carrier sees. Contested: after carbohydrate the two differ in sign (docs/barrier.md)."),
    ] = "total",
    decarboxylase_inhibitor: Annotated[
        Literal["yes", "no"] | None,
        typer.Option(help="Whether carbidopa or benserazide is taken; as the medications of the case say when left out."),
    ] = None,
    draws: Annotated[int, typer.Option(min=0, max=10_000, metavar="N", help="Draws for the bands; 0 gives none.")] = 0,
    seed: Annotated[int, typer.Option(min=0, metavar="S", help="Seed of the draws.")] = 0,
    form: TextOrJson = "text",
    kb: Layers = None,
) -> None:
    """Plasma amino acids over the day, by the model.

    Also their ratios, entry into brain relative to the person's own fasting rate, and 5-HTP, levodopa and choline when they are taken.
    With --draws, the 5th, 50th and 95th centile of each over draws of the constants and of fasting plasma: all under "bands" of
    --format json, two in the table.

    Example: neurobalance simulate examples/a-real-day.yaml --every 30 --format json
    """
    from neurobalance_expert.assessment import load_knowledge, simulate_case

    knowledge = load_knowledge(*knowledge_layers(kb))
    inhibitor = None if decarboxylase_inhibitor is None else decarboxylase_inhibitor == "yes"
    course = simulate_case(load(case, knowledge), knowledge, every, tryptophan, inhibitor, draws, seed)
    print(output.json_text(course, indent=None) if form == "json" else _course_text(course))


def _format(form: str | None, target: Path | None, cases: list[Path]) -> str:
    """The format asked for, implied by the suffix of -o or by .jsonl input. Raises Misuse."""
    from neurobalance_expert.errors import Misuse

    lines = [case for case in cases if case.suffix.lower() == ".jsonl"]
    if form is None and lines:
        form = "jsonl"
    if form is None:
        form = output.format_of(target) if target and target.suffix and not target.is_dir() else "text"
    if form == "pdf":
        raise Misuse("PDF is not in this version; write HTML (-o report.html) and print it from the browser")
    if lines and form != "jsonl":
        raise Misuse(f"'{lines[0]}' has one case a line, so its result has one JSON object a line: use --format jsonl")
    if form == "json" and len(cases) > 1 and target is None:
        raise Misuse("several cases on one output need --format jsonl (one object a line), or a folder: -o DIR")
    return form


def _places(target: Path | None, form: str, cases: list[Path]) -> dict[Path, Path]:
    """Which file each case is written to; empty when the result is printed. Raises Misuse."""
    from neurobalance_expert.errors import Misuse

    if target is None or str(target) == "-":
        return {}
    several = len(cases) > 1 and form != "jsonl"
    if several and target.suffix.lower() in output.SUFFIXES and not target.is_dir():
        raise Misuse(f"several cases need a folder, not one file: -o {target.with_suffix('')}")
    if several or target.is_dir():
        places = {case: target / f"{'case' if str(case) == '-' else case.stem}{output.EXTENSIONS[form]}" for case in cases}
        if len(set(places.values())) < len(set(cases)) and form != "jsonl":
            raise Misuse("two of the case files have the same name, so one report would overwrite the other; assess them one by one")
    else:
        places = dict.fromkeys(cases, target)
    for path in set(places.values()):
        output.check_target(path, cases)
    return places


def _recorder(folder: Path, knowledge: Knowledge, engine: str, audience: str, form: str, robust: bool) -> Recorder:
    from neurobalance_expert.records.read import Options
    from neurobalance_expert.records.write import Recorder

    return Recorder(folder, knowledge, Options(engine, audience, form, robust))


def _read(cases: list[Path], knowledge: Knowledge) -> Iterator[tuple[Path, int, Entered | InputProblems]]:
    """The cases of all files in order; line 0 for a file of its own. A case with problems is given as its problems."""
    from neurobalance_expert.assessment import iter_case_lines
    from neurobalance_expert.errors import InputProblems

    for path in cases:
        if path.suffix.lower() == ".jsonl":
            for line, case in iter_case_lines(path, knowledge):
                yield path, line, case
            continue
        try:
            yield path, 0, _entered(path, knowledge)
        except InputProblems as problems:
            yield path, 0, problems


def load(path: Path, knowledge: Knowledge) -> Case:
    """A case from a file or, for ``-``, from standard input. Raises InputProblems."""
    return _entered(path, knowledge).case


def _entered(path: Path, knowledge: Knowledge) -> Entered:
    """A case with its data from a file or, for ``-``, from standard input (JSON when it begins with a brace). Raises InputProblems."""
    from neurobalance_expert.cases.load import load_entered, parse_entered

    if str(path) != "-":
        return load_entered(path, knowledge.names)
    from neurobalance_expert import source

    name = "standard input"
    text = source.decode(sys.stdin.buffer.read(source.MAX_BYTES + 1), name)
    parse = source.parse_json if text.lstrip().startswith("{") else source.parse_yaml
    return parse_entered(parse(text, name), knowledge.names)


def _error_line(problems: InputProblems, line: int) -> str:
    """What stands in a .jsonl result where the assessment would have stood."""
    entry: dict[str, object] = {"error": str(problems), "line": line, "errors": [p.as_dict() for p in problems.problems]}
    return output.json_text(entry, indent=None) + "\n"


def _course_text(course: dict[str, Any]) -> str:
    """The course as a table: total tryptophan and tyrosine, their ratios to their rivals, and entry into brain."""
    ratios, influx, plasma = course["ratios"], course["influx_vs_fasting"], course["plasma_uM"]
    columns = [
        ("min", course["t_min"], "{:.0f}"),
        ("trp uM", plasma["trp"], "{:.1f}"),
        ("tyr uM", plasma["tyr"], "{:.1f}"),
        ("trp:LNAA", ratios["trp_lnaa"], "{:.3f}"),
        ("tyr:LNAA", ratios["tyr_lnaa"], "{:.3f}"),
        ("trp entry", influx["trp"], "{:.2f}"),
        ("tyr entry", influx["tyr"], "{:.2f}"),
        *((f"{name} uM", values, "{:.3g}") for name, values in course["other_uM"].items()),
    ]
    if "bands" in course:
        bands = course["bands"]
        columns += [("ratio p5", bands["ratios"]["trp_lnaa"]["p5"], "{:.3f}"), ("ratio p95", bands["ratios"]["trp_lnaa"]["p95"], "{:.3f}")]
        columns += [("entry p5", bands["influx_vs_fasting"]["trp"]["p5"], "{:.2f}")]
        columns += [("entry p95", bands["influx_vs_fasting"]["trp"]["p95"], "{:.2f}")]
    head = "  ".join(f"{title:>9}" for title, _, _ in columns)
    rows = zip(*(values for _, values, _ in columns), strict=True)
    body = ["  ".join(f"{'-' if v is None else spec.format(v):>9}" for v, (_, _, spec) in zip(row, columns, strict=True)) for row in rows]
    notes = [f"entry: into brain, relative to the person's own fasting rate; by {course['tryptophan']} tryptophan"]
    notes += [f"not known: {gap['of']}: {gap['why']}" for gap in course["not_known"]]
    if {"htp5", "ldopa"} & course["other_uM"].keys():
        inhibitor = course["decarboxylase_inhibitor"]
        notes.append(f"decarboxylase inhibitor: {'taken' if inhibitor['taken'] else 'not taken'} ({inhibitor['by']})")
    if "bands" in course:
        notes.append(f"p5, p95: centiles of trp:LNAA and trp entry over {bands['draws']} draws of the constants and of fasting plasma")
    return "\n".join([head, *body, *notes])
