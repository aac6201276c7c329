"""rules analyze: what rules do for every possible input."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from neurobalance_expert.cli import output
from neurobalance_expert.cli.options import KnowledgeBase, TextOrJson, knowledge_base

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from neurobalance_expert.analysis.witness import Shown
    from neurobalance_expert.loaded import Knowledge


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(analyze)


def analyze(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[PATH]...", help="Rule files or folders; all rules of the knowledge base when left out."),
    ] = None,
    witnesses: Annotated[
        Path | None, typer.Option("--witnesses", metavar="DIR", help="Folder to write the case files to that show what was found.")
    ] = None,
    form: TextOrJson = "text",
    kb: KnowledgeBase = None,
) -> None:
    """What rules do for every possible input: rules that never fire, overlaps, gaps, thresholds that decide nothing.

    Each finding names the conditions that contradict each other, or comes with facts and, where one was found, a case file that shows it.
    Needs the extra 'analyze'. Ends with 1 when something was found.

    Example: neurobalance rules analyze rules/transport --witnesses cases
    """
    _need_solver()
    from neurobalance_expert.analysis.analyze import analyze as analyze_all
    from neurobalance_expert.analysis.case_domains import case_domains
    from neurobalance_expert.analysis.report import as_json, as_text
    from neurobalance_expert.analysis.witness import witnesses as find_witnesses

    if witnesses is not None:
        _check_folder(witnesses)
    knowledge, only = _subject(paths, knowledge_base(kb))
    rules, vocabulary = knowledge.rules, knowledge.vocabulary
    asked, tried = output.Progress("questions asked"), output.Progress("findings looked into")
    analysis = analyze_all(rules, vocabulary, case_domains(knowledge), only=only, told=lambda done, of: asked.step())
    asked.end()
    shown = find_witnesses(analysis.found, knowledge, lambda done, of: tried.step())
    tried.end()
    if witnesses is not None:
        _write(shown, witnesses)
    if form == "json":
        print(output.json_text(as_json(analysis, shown, rules, vocabulary)))
    else:
        from neurobalance_expert.cli.guard import printable

        print(printable(as_text(analysis, shown, rules, vocabulary)))
    if shown:
        raise typer.Exit(1)


def _need_solver() -> None:
    """Raises Misuse when the solver is not installed."""
    from importlib.util import find_spec

    from neurobalance_expert.errors import Misuse

    if find_spec("z3") is None:
        raise Misuse("'rules analyze' needs the solver z3, which is not installed: pip install 'neurobalance[analyze]'")


def _subject(paths: list[Path] | None, folder: Path) -> tuple[Knowledge, Collection[str] | None]:
    """The knowledge with the rules to analyse, and the ids of those that stand in PATHS (None: all).

    Rules of the knowledge base are taken with all others of it, those of other files alone.
    """
    from msgspec.structs import replace

    from neurobalance_expert.cli.rules import load, selected
    from neurobalance_expert.errors import Misuse
    from neurobalance_expert.loaded import load_knowledge

    knowledge = load_knowledge(folder)
    if not paths:
        if not knowledge.rules.rules:
            raise Misuse(f"no rule of '{folder}' runs, so there is nothing to analyse; name a rule file, or another base with --kb")
        return knowledge, None
    rules = load(paths, knowledge, folder)
    return replace(knowledge, rules=rules), frozenset(rule.id for rule in selected(rules, paths, folder))


def _check_folder(folder: Path) -> None:
    """Raises Misuse for something that is there and no folder."""
    from neurobalance_expert.errors import Misuse

    if folder.exists() and not folder.is_dir():
        raise Misuse(f"'{folder}' is a file; --witnesses needs a folder")


def _write(shown: Sequence[Shown], folder: Path) -> None:
    """The case files, each in one step. Raises Misuse when the folder cannot be written to."""
    from neurobalance_expert.atomic import write_bytes
    from neurobalance_expert.errors import Misuse

    try:
        folder.mkdir(parents=True, exist_ok=True)
        for one in shown:
            if one.case.text:
                write_bytes(folder / f"{one.name}.yaml", one.case.text.encode(), private=False)
    except OSError as error:
        raise Misuse(f"cannot write to '{folder}': {error.strerror}") from None
