"""rules new and rules fmt: rule files written and laid out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from neurobalance_expert.cli import output
from neurobalance_expert.cli.options import Layers, TextOrJson, knowledge_layers

if TYPE_CHECKING:
    from neurobalance_expert.editing.files import Formatted
    from neurobalance_expert.errors import Problems


def add_to(app: typer.Typer) -> None:
    """Register the commands of this module with those of ``rules``."""
    app.command()(new)
    app.command()(fmt)


def new(
    name: Annotated[str, typer.Argument(metavar="FOLDER/ID", help="Folder inside rules/, a slash, and the id of the rule.")],
    like: Annotated[str | None, typer.Option("--from", metavar="RULE", help="Begin with a copy of this rule, as a draft.")] = None,
    form: TextOrJson = "text",
    kb: Layers = None,
) -> None:
    """Write a rule file to be filled in, with its tests; 'rules check' then names every blank.

    The file is rules/FOLDER/ID.yaml of the knowledge base, or of the last pack of --kb. A file that is there is never written over.

    Example: neurobalance rules new transport/leucine-with-the-evening-meal --kb my-knowledge
    """
    from neurobalance_expert.cli.knowledge_base import check_base
    from neurobalance_expert.editing.files import modeline_of
    from neurobalance_expert.editing.skeleton import copied, skeleton

    folder, packs = knowledge_layers(kb)
    check_base(folder)
    root = (packs or (folder,))[-1]
    _refuse_packaged(root)
    rule_id = _checked_id(name, [folder, *packs])
    path = root / "rules" / f"{name}.yaml"
    modeline = modeline_of(path)
    if like:
        file = _file_of(like, [folder, *packs])
        text = copied(file.read_text(encoding="utf-8"), like, rule_id, modeline=modeline)
    else:
        text = skeleton(rule_id, modeline=modeline)
    _write_new(path, text)
    if form == "json":
        print(output.json_text({"rule": rule_id, "file": path.as_posix(), "from": like}))
    else:
        named = "" if packs else f" {path}"  # the rules of a pack are read with all others
        print(f"{path} written; what is still blank: neurobalance rules check{named}{''.join(f' --kb {given}' for given in kb or ())}")


def _write_new(path: Path, text: str) -> None:
    """A file that is not there yet. Raises Misuse."""
    from neurobalance_expert.atomic import write_new
    from neurobalance_expert.errors import Misuse

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Misuse(f"cannot make the folder '{path.parent}': {error.strerror or error}") from None
    try:
        write_new(path, text.encode())
    except FileExistsError:
        raise Misuse(f"'{path}' is there already and is not written over; choose another id") from None
    except OSError as error:
        raise Misuse(f"cannot write '{path}': {error.strerror or error}") from None


def fmt(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="[PATH]...", help="Rule files or folders; all rules of the knowledge base when left out.")
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; end with 1 when a file is not in its layout.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Write nothing; print what would change.")] = False,
    form: TextOrJson = "text",
    kb: Layers = None,
) -> None:
    """Lay rule files out in the one way: order of keys, lines and spaces. What they say stays, and so does every comment.

    A file that cannot be read is left as it is and named; the others are done. Files of knowledge are refused: their lines are set by hand.

    Example: neurobalance rules fmt my-knowledge/rules --check
    """
    from neurobalance_expert.editing.files import check_no_knowledge, format_file
    from neurobalance_expert.errors import InputProblems, Problems
    from neurobalance_expert.rules.load import rule_files, shown

    folder, packs = knowledge_layers(kb)
    given = paths or [root / "rules" for root in packs or (folder,)]
    write = not (check or diff)
    for path in given if write else ():
        _refuse_packaged(path)
    problems = Problems()
    done: list[Formatted] = []
    failed = 0
    progress = output.Progress("files")
    files = list(rule_files(given, problems))
    check_no_knowledge(files)
    for path in files:
        try:
            done.append(format_file(path, shown(path, Path()), write=write))
        except InputProblems as error:
            problems.found += error.problems
            problems.sources |= error.sources
            failed += 1
        progress.step()
    progress.end()
    _tell(done, problems, failed, write=write, diff=diff, form=form)
    if problems.found or (check and any(file.changed for file in done)):
        raise typer.Exit(1)


def _tell(done: list[Formatted], problems: Problems, failed: int, *, write: bool, diff: bool, form: str) -> None:
    from neurobalance_expert.cli.guard import printable
    from neurobalance_expert.errors import InputProblems, render_all

    changed = [file for file in done if file.changed]
    if problems.found:
        error = InputProblems(problems.found, problems.sources)
        print(printable(render_all(error)), file=sys.stderr)
    if form == "json":
        listed = [{"file": file.file, **({"diff": list(file.diff())} if diff else {})} for file in changed]
        errors = [problem.as_dict() for problem in problems.found]
        print(output.json_text({"files": len(done), "changed": listed, "written": write, "errors": errors}))
        return
    for file in changed:
        print(printable("\n".join(file.diff()) if diff else f"{file.file}: {'laid out' if write else 'is not in its layout'}"))
    state = f"{len(changed)} {'laid out' if write else 'to lay out'}" if changed else "every one in its layout"
    counted = [f"{len(done)} file{'' if len(done) == 1 else 's'}, {state}"] if done else []
    print("; ".join([*counted, *([f"{failed} left as {'it is' if failed == 1 else 'they are'}"] if failed else [])]) or "no file")


def _refuse_packaged(path: Path) -> None:
    """Nobody edits what is inside the installed program. Raises Misuse."""
    from neurobalance_expert.errors import Misuse
    from neurobalance_expert.kb import is_packaged

    if any(map(is_packaged, (path.resolve(), *path.resolve().parents))):
        raise Misuse(
            "the knowledge base inside the installed program is not written to: 'neurobalance init DIR' makes a copy, --kb DIR uses it"
        )


def _checked_id(name: str, roots: list[Path]) -> str:
    """The id in FOLDER/ID. Raises Misuse for one that is no id, or that a rule has."""
    from neurobalance_expert.errors import Misuse
    from neurobalance_expert.rules.parse import is_id

    *folders, rule_id = name.split("/")
    if not folders or not all(map(is_id, folders)):
        raise Misuse(f"'{name}' does not say in which folder: write FOLDER/ID, such as transport/my-rule, small letters, digits and '-'")
    if folders[0] == "derived":
        raise Misuse("rules/derived is written by 'neurobalance rules derive'; choose another folder")
    if not is_id(rule_id):
        raise Misuse(f"'{rule_id}' is not an id: use small letters, digits and '-', such as plp-limits-aadc")
    taken = _ids(roots).get(rule_id)
    if taken is not None:
        raise Misuse(f"there is a rule '{rule_id}' already, in '{taken}'; choose another id")
    return rule_id


def _file_of(rule_id: str, roots: list[Path]) -> Path:
    from neurobalance_expert.errors import Misuse, did_you_mean

    files = _ids(roots)
    if rule_id not in files:
        raise Misuse(f"there is no rule '{rule_id}'; {did_you_mean(rule_id, files, otherwise='check the spelling')}")
    return files[rule_id]


def _ids(roots: list[Path]) -> dict[str, Path]:
    """Every rule by its id, as far as the files can be read: whoever begins a rule may have another one that is not right yet."""
    from neurobalance_expert import source
    from neurobalance_expert.errors import InputProblems, Problems
    from neurobalance_expert.rules.load import rule_files

    found: dict[str, Path] = {}
    for path in rule_files([root / "rules" for root in roots], Problems()):
        try:
            data = source.load(path).data
        except InputProblems:
            continue
        rules = data.get("rules") if isinstance(data, dict) else None
        for rule in rules if isinstance(rules, list) else ():
            if isinstance(rule, dict) and isinstance(rule.get("id"), str):
                found.setdefault(rule["id"], path)
    return found
