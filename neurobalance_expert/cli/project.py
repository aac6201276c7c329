"""schema, init, sample and knowledge status: the knowledge base and its surroundings."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from neurobalance_expert.cli import output
from neurobalance_expert.cli.options import KnowledgeBase, Layers, TextOrJson, knowledge_base, knowledge_layers

if TYPE_CHECKING:
    from neurobalance_expert.editing.schema_entries import Words
    from neurobalance_expert.knowledge.status import Entry

knowledge_app = typer.Typer(no_args_is_help=True, help="What the knowledge base holds.")


def add_to(app: typer.Typer) -> None:
    """Register the commands of this module."""
    app.command()(schema)
    app.command()(init)
    app.command()(sample)
    app.add_typer(knowledge_app, name="knowledge")


@knowledge_app.callback()
def knowledge() -> None:
    """What the knowledge base holds and how far it is checked."""


@knowledge_app.command()
def status(form: TextOrJson = "text", kb: Layers = None) -> None:
    """Which numbers of the knowledge base were read in their source, and which were not.

    By file and mark: seen, derived, memory, fitted, choice. Those that were not are named, the longest unread first where a date is known.

    Example: neurobalance knowledge status --format json
    """
    from neurobalance_expert.cli.knowledge_base import load_terms
    from neurobalance_expert.knowledge.status import marked_entries

    folder, packs = knowledge_layers(kb)
    terms = load_terms(folder)
    entries = marked_entries(folder, terms.references)
    if packs:
        entries += _of_packs(folder, packs)
    unverified = sorted(path.removeprefix("knowledge.thresholds.") for path, value in terms.thresholds.items() if not value.verified)
    if form == "json":
        counts = {"thresholds": len(terms.thresholds), "verified": len(terms.thresholds) - len(unverified), "unverified": unverified}
        print(output.json_text({**counts, "all": _status_json(entries)}))
    else:
        print(_status_text(entries))


def _of_packs(folder: Path, packs: tuple[Path, ...]) -> list[Entry]:
    """The marked entries of packs, whose files are named after them; packs are read with the base, so that what is wrong is told."""
    from msgspec.structs import replace

    from neurobalance_expert.knowledge.status import marked_entries
    from neurobalance_expert.loaded import load_knowledge

    knowledge = load_knowledge(folder, packs)
    return [
        replace(entry, file=f"{pack.name}/{entry.file}")
        for pack in knowledge.files.packs
        for entry in marked_entries(pack.root, knowledge.references)
    ]


@knowledge_app.command()
def layers(form: TextOrJson = "text", kb: Layers = None) -> None:
    """What packs add to the knowledge base and what they raise, each with its place and that in the base.

    A pack may add or raise, never lower; what tries to is an error that names both places.

    Example: neurobalance knowledge layers --kb examples/packs/clinic-north
    """
    from neurobalance_expert.loaded import load_knowledge

    folder, packs = knowledge_layers(kb)
    knowledge = load_knowledge(folder, packs, cache=False)
    files = knowledge.files
    changes = [
        {"pack": c.pack, "what": c.what, "name": c.name, "at": str(c.at), "base": str(c.base) if c.base else None, "told": c.told or None}
        for c in files.changes
    ]
    listed = [{"name": pack.name, "version": pack.version, "digest": pack.digest} for pack in files.packs]
    base = {"name": knowledge.name, "version": knowledge.version}
    if form == "json":
        print(output.json_text({"base": base, "packs": listed, "changes": changes, "digest": files.digest}))
        return
    print(f"base {knowledge.name} {knowledge.version}")
    for pack in listed:
        print(f"pack {pack['name']} {pack['version']} ({pack['digest']})")
        for change in (c for c in changes if c["pack"] == pack["name"]):
            told = f": {change['told']}" if change["told"] else ""
            print(
                f"  {change['what']:10}  {change['name']}  {change['at']}" + (f" (base {change['base']})" if change["base"] else "") + told
            )
    print(f"all layers: {files.digest}")


def _status_json(entries: list[Entry]) -> dict[str, Any]:
    from neurobalance_expert.knowledge.status import by_file, oldest_first

    files = {
        file: {"entries": len(found), "verified": sum(e.verified for e in found), "marks": dict(Counter(e.mark for e in found))}
        for file, found in by_file(entries).items()
    }
    named = [
        {"file": e.file, "name": e.name, "mark": e.mark, "sources": list(e.sources), "read": e.read or None}
        for e in oldest_first(e for e in entries if not e.verified)
    ]
    return {"entries": len(entries), "verified": sum(e.verified for e in entries), "files": files, "unverified": named}


def _status_text(entries: list[Entry]) -> str:
    from neurobalance_expert.knowledge.status import by_file, oldest_first

    open_ = [entry for entry in entries if not entry.verified]
    lines = [f"{len(entries)} marked values, {len(entries) - len(open_)} checked in their source, {len(open_)} not: {_marks(open_)}"]
    for file, found in by_file(open_).items():
        lines += ["", f"{file}: {len(found)} ({_marks(found)})"]
        lines += [f"  {entry.read or '-':10}  {entry.mark:10}  {entry.name}" for entry in oldest_first(found)]
    return "\n".join(lines)


def _marks(entries: list[Entry]) -> str:
    return ", ".join(f"{mark} {number}" for mark, number in sorted(Counter(entry.mark for entry in entries).items()))


def schema(
    name: Annotated[
        Literal["rule", "knowledge", "case", "vocabulary", "all"], typer.Argument(help="Which files to describe; all of them with -o DIR.")
    ],
    out: Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write it there; for 'all' a folder.")] = None,
    kb: Layers = None,
) -> None:
    """JSON Schema of a file format, for editors: names, units and lists complete, and say on hover what they mean.

    It is generated from the vocabulary, thresholds and references of the knowledge base and of the packs over it.

    Example: neurobalance schema rule -o schemas/rule.json
    """
    from neurobalance_expert.cli.knowledge_base import load_words
    from neurobalance_expert.editing.schemas import SCHEMAS
    from neurobalance_expert.errors import Misuse

    if name == "all" and out is None:
        raise Misuse("'schema all' writes several files: name their folder with -o DIR")
    words = load_words(*knowledge_layers(kb))
    if name == "all" and out is not None:
        _write_schemas(words, out)
    elif out is not None:
        _write_public(out, _schema_text(SCHEMAS[name](words)))
    else:
        print(_schema_text(SCHEMAS[name](words)))


def _schema_text(schema: dict[str, Any]) -> str:
    return output.json_text(schema, indent=1)


def _write_schemas(words: Words, folder: Path) -> None:
    from neurobalance_expert.editing.schemas import SCHEMAS

    for name, make in SCHEMAS.items():
        _write_public(folder / f"{name}.json", _schema_text(make(words)))


def _write_public(path: Path, text: str) -> None:
    """A file that is nobody's personal data. Raises Misuse."""
    from neurobalance_expert.atomic import write_bytes
    from neurobalance_expert.errors import Misuse

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_bytes(path, f"{text}\n".encode(), private=False)
    except OSError as error:
        raise Misuse(f"cannot write '{path}': {error.strerror or error}. Choose another place with -o") from None


def init(folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")], kb: KnowledgeBase = None) -> None:
    """Copy the knowledge base, to edit it, with its golden cases, and write the schemas for editors beside it (docs/editing.md).

    Example: neurobalance init my-knowledge && neurobalance assess day.yaml --kb my-knowledge
    """
    from neurobalance_expert.atomic import copy_folders
    from neurobalance_expert.cli.knowledge_base import load_words
    from neurobalance_expert.editing.schemas import FOLDER
    from neurobalance_expert.errors import InputProblems, Misuse
    from neurobalance_expert.kb import FOLDERS, GOLDEN

    source = knowledge_base(kb)
    parts = (*FOLDERS, *([GOLDEN] if (source / GOLDEN).is_dir() else []))
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise Misuse(f"'{folder}' is not empty; name a new or an empty folder, so that nothing of yours is overwritten")
        copy_folders(source, folder, parts)
    except OSError as error:
        raise Misuse(f"cannot write '{folder}': {error.strerror or error}") from None
    try:
        _write_schemas(load_words(folder), folder / FOLDER)
    except InputProblems as error:
        output.note(f"no schemas: {error}; when that is mended: neurobalance schema all -o {folder / FOLDER} --kb {folder}")
    output.note(f"knowledge base written to {folder}; use it with --kb {folder}")


def sample(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the samples go.")] = Path("reports/samples"),
    examples: Annotated[Path, typer.Option(metavar="DIR", help="Case files to assess.")] = Path("examples"),
    kb: KnowledgeBase = None,
) -> None:
    """Write the sample reports of all examples.

    Example: neurobalance sample reports/samples
    """
    from neurobalance_expert.assessment import assess, load_case_file, load_knowledge
    from neurobalance_expert.errors import Misuse
    from neurobalance_expert.report.render import render

    cases = sorted(examples.glob("*.yaml"))
    if not cases:
        raise Misuse(f"there is no case file in '{examples}'")
    base = knowledge_base(kb)
    loaded = load_knowledge(base)
    for path in cases:
        assessment = assess(load_case_file(path, loaded), loaded)
        for form, extension in output.EXTENSIONS.items():
            if form != "jsonl":
                output.write(folder / f"{path.stem}{extension}", render(assessment, form, base, width=100))
    output.note(f"{len(cases)} samples in {len(output.EXTENSIONS) - 1} formats written to {folder}")
