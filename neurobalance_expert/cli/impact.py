"""rules diff, knowledge diff and golden: what a change does to cases."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import typer

from neurobalance_expert.cli import output
from neurobalance_expert.cli.guard import printable
from neurobalance_expert.cli.options import TextOrJson, knowledge_base, knowledge_layers

Before = Annotated[str, typer.Argument(metavar="REV1", help="A git revision, a knowledge base, or a folder of rules.")]
After = Annotated[str, typer.Argument(metavar="REV2", help="Another one; . is the working tree.")]
Cases = Annotated[
    list[Path] | None,
    typer.Option("--cases", metavar="DIR", help="Case files, records or a .jsonl, or a folder of them; may be repeated. The golden cases."),
]
Home = Annotated[
    list[Path] | None,
    typer.Option(
        "--kb",
        metavar="DIR",
        help="The knowledge base, in whose repository revisions are looked up; the one around this folder, or that of the program.",
    ),
]
DiffFormat = Annotated[
    Literal["text", "md", "json"], typer.Option("--format", help="text for reading, md for a review, json for programs.")
]
DIFFERENT = 1  # exit code of a comparison, as of diff(1)


def add_to(app: typer.Typer, rules: typer.Typer, knowledge: typer.Typer) -> None:
    """Register the commands of this module: two stand beside other commands of their groups."""
    rules.command(name="diff")(rules_diff)
    knowledge.command(name="diff")(knowledge_diff)
    app.command()(golden)


def rules_diff(before: Before, after: After, cases: Cases = None, form: DiffFormat = "text", kb: Home = None) -> None:
    """What a change of rules does to cases: findings gained, lost and moved, by which rule, and the step of the version.

    Also rules that differ and that no case shows, with the values that a case would need. Exit code 0 when nothing differs, 1 when
    something does or a case cannot be read, 2 for a revision that is not there.

    Example: neurobalance rules diff HEAD~1 . --cases golden/cases
    """
    from neurobalance_expert.impact.diff import as_json, compare_revisions
    from neurobalance_expert.impact.markdown import impact_markdown
    from neurobalance_expert.impact.revisions import opened
    from neurobalance_expert.impact.told import impact_text

    home = _home(kb)
    progress = output.Progress("cases tried")
    with opened(before, home) as one, opened(after, home) as other:
        found = compare_revisions(one, other, _places(cases, home), progress.step)
    progress.end()
    if form == "json":
        print(output.json_text(as_json(found)))
    else:
        print(printable(impact_text(found)) if form == "text" else impact_markdown(found).rstrip("\n"))
    if not found.equal:
        raise typer.Exit(DIFFERENT)


def knowledge_diff(before: Before, after: After, cases: Cases = None, form: DiffFormat = "text", kb: Home = None) -> None:
    """What changed values of the knowledge base do to cases, each value alone and all together, with units, sources and marks.

    The rules are those of REV1. Exit code 0 when no value differs, 1 when one does or a case cannot be read, 2 for a revision that is not
    there.

    Example: neurobalance knowledge diff HEAD~1 . --cases golden/cases
    """
    from neurobalance_expert.impact.attribute import as_json, compare_knowledge
    from neurobalance_expert.impact.revisions import opened
    from neurobalance_expert.impact.told_values import knowledge_markdown, knowledge_text

    home = _home(kb)
    progress = output.Progress("cases tried")
    with opened(before, home) as one, opened(after, home) as other:
        found = compare_knowledge(one, other, _places(cases, home), progress.step)
    progress.end()
    if form == "json":
        print(output.json_text(as_json(found)))
    else:
        print(printable(knowledge_text(found)) if form == "text" else knowledge_markdown(found).rstrip("\n"))
    if not found.equal:
        raise typer.Exit(DIFFERENT)


def golden(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="[DIR]", help="A folder with cases/ and expected.yaml; that of the knowledge base when left out."),
    ] = None,
    update: Annotated[
        bool, typer.Option("--update", help="Write expected.yaml anew from what comes of the cases now; read the difference.")
    ] = False,
    form: TextOrJson = "text",
    kb: Home = None,
) -> None:
    """Assess the golden cases and compare with what is expected of them: disposition, findings, recommendations, words.

    Exit code 0 when all is as expected, 1 when something differs or a case cannot be read. Also names the rules that fire in no case.

    Example: neurobalance golden
    """
    from neurobalance_expert.errors import render_all
    from neurobalance_expert.impact.cases import INSIDE, case_files
    from neurobalance_expert.impact.golden import as_json, check_golden, differing_lines, golden_folder, write_expected
    from neurobalance_expert.impact.told import counted, listed
    from neurobalance_expert.loaded import load_knowledge

    home = _home(kb)
    place = folder or golden_folder(home)
    if update and folder is None:
        _refuse_borrowed(place, home)
    case_files([place / INSIDE])  # what is wrong with the folder is said before the knowledge base is read
    progress = output.Progress("cases tried")
    found = check_golden(place, load_knowledge(home), progress.step, expected=not update)
    progress.end()
    if update:
        write_expected(place, found)
        output.note(f"{len(found.outcomes)} expectations written to {place / 'expected.yaml'}; read the difference before you keep it")
    if form == "json":
        print(output.json_text(as_json(found)))
    else:
        for name, error in found.broken.items():
            output.note(f"case {name} was left out:\n{render_all(error)}")
        for line in differing_lines(found):
            print(printable(line))
        silent = f"{counted(len(found.silent), 'rule')} without one: {listed(found.silent)}" if found.silent else "every rule fires in one"
        print(f"{counted(found.cases, 'case')}, {'all as expected' if found.as_expected else f'{len(found.differing)} differ'}; {silent}")
    if not found.as_expected:
        raise typer.Exit(DIFFERENT)


def _refuse_borrowed(place: Path, home: Path) -> None:
    """What is expected of one knowledge base is not written over with what comes of another. Raises Misuse."""
    from neurobalance_expert.errors import Misuse

    if not place.resolve().is_relative_to(home.resolve()):
        raise Misuse(
            f"'{home}' has no golden cases of its own, and what is expected in '{place}' is that of another knowledge base; "
            "name the folder to write to: neurobalance golden DIR --update"
        )


def _home(given: list[Path] | None) -> Path:
    """The knowledge base that was named, the nearest one around the current folder, or that of the program. Raises Misuse for packs."""
    from neurobalance_expert.errors import Misuse
    from neurobalance_expert.impact.revisions import MARK

    if given:
        base, packs = knowledge_layers(given)
        if packs:
            raise Misuse(f"'{packs[0]}' is a pack, and revisions and golden cases are compared without packs; leave it out")
        return base
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if (folder / MARK).is_file()), knowledge_base(None))


def _places(given: Sequence[Path] | None, home: Path) -> list[Path]:
    """Where the cases are: as named, or the golden cases of the knowledge base or of the program. Raises Misuse when there are none."""
    from neurobalance_expert.impact.golden import golden_folder

    return list(given) if given else [golden_folder(home)]
