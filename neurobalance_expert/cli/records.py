"""records, replay, diff, override, stats: assessments that were recorded, looked at again and signed."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from neurobalance_expert.cli import output
from neurobalance_expert.cli.options import KnowledgeBase, Layers, TextOrJson, knowledge_base, knowledge_layers

if TYPE_CHECKING:
    from neurobalance_expert.records.compare import Side

records_app = typer.Typer(no_args_is_help=True, help="Folders of records that 'assess --record' wrote.")
Folder = Annotated[Path, typer.Argument(metavar="DIR", help="A folder of records.")]
RecordFile = Annotated[Path, typer.Argument(metavar="RECORD", help="A record that 'assess --record' wrote.")]
PASSPHRASE = "NEUROBALANCE_PASSPHRASE"  # the variable of the environment that holds the passphrase of a private key
DIFFERENT = 1  # exit code of a comparison, as of diff(1)


def add_to(app: typer.Typer) -> None:
    """Register the commands of this module."""
    app.add_typer(records_app, name="records")
    app.command()(replay)
    app.command()(diff)
    app.command()(override)
    app.command()(stats)


@records_app.callback()
def records() -> None:
    """Folders of records that 'assess --record' wrote."""


@records_app.command()
def verify(
    folder: Folder,
    head: Annotated[str, typer.Option(metavar="DIGEST", help="A head that an earlier run printed; it must still be in the chain.")] = "",
    public_key: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The public key of who signed the log; the signature must cover every line.")
    ] = None,
    form: TextOrJson = "text",
) -> None:
    """Check the chain of a folder, every record in it, the knowledge beside them, and every line of every proof.

    Signatures are checked when a public key is named. Exit code 0 when all agrees, 1 with every disagreement otherwise. What that
    proves and what not: docs/records.md.

    Example: neurobalance records verify records
    """
    from msgspec import to_builtins

    from neurobalance_expert.errors import InputProblems
    from neurobalance_expert.records.verify import verify as verify_folder

    key = None
    if public_key is not None:
        from neurobalance_expert.records.keys import read_public

        key = read_public(public_key)
    found = verify_folder(folder, head, key)
    if found.problems:
        raise InputProblems(found.problems)
    if form == "json":
        print(output.json_text({"schema": "neurobalance/verified/1", **to_builtins(found)}))
        return
    counted = f"{found.lines} lines, {found.records} records, {found.overrides} overrides, {found.knowledge} knowledge bases"
    print(f"{counted}; {found.steps} steps of proofs hold\nhead {found.head}")
    if found.signature:
        print(f"signed by {found.signature.key}")


@records_app.command()
def keygen(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where the private key goes; the public key goes to FILE.pub.")],
    encrypt: Annotated[bool, typer.Option("--encrypt", help=f"Encrypt it with a passphrase, asked for or from {PASSPHRASE}.")] = False,
) -> None:
    """Make a pair of keys (Ed25519) to sign logs with. Both files get mode 0600; a file that is there is never written over.

    Keep the private key away from the records: whoever has both can sign whatever they like. Needs the extra 'sign'.

    Example: neurobalance records keygen ~/keys/clinic --encrypt
    """
    from neurobalance_expert.records.keys import make_keys, require

    require()
    public = make_keys(file, _passphrase("Passphrase of the new key", new=True) if encrypt else "")
    output.note(f"private key {file}, public key {public}")


@records_app.command()
def sign(
    folder: Folder,
    key: Annotated[Path, typer.Option("--key", metavar="FILE", help="The private key that 'records keygen' wrote.")],
    form: TextOrJson = "text",
) -> None:
    """Sign the log of a folder, and so every line and record in it, after all of it was found to agree.

    The signature is one more line of signatures.jsonl beside the log. 'records verify DIR --public-key FILE' checks it. What a signature
    shows and what not: docs/records.md. Needs the extra 'sign'.

    Example: neurobalance records sign records --key ~/keys/clinic
    """
    from msgspec import to_builtins

    from neurobalance_expert.errors import InputProblems, Misuse
    from neurobalance_expert.records.keys import read_private
    from neurobalance_expert.records.sign import sign as add_signature
    from neurobalance_expert.records.verify import verify as verify_folder

    private = read_private(key, lambda: _passphrase(f"Passphrase of {key}"))
    found = verify_folder(folder)
    if found.problems:
        raise InputProblems(found.problems)
    if not found.head:
        raise Misuse(f"the log in '{folder}' has no line; there is nothing to sign")
    made, new = add_signature(folder, found.lines, found.head, private)
    if form == "json":
        print(output.json_text({"schema": "neurobalance/signed/1", **to_builtins(made), "new": new}))
        return
    print(f"{'signed' if new else 'was signed already'}: {made.n} lines, head {made.head}\nby {made.key}")


def _passphrase(what: str, *, new: bool = False) -> str:
    """From the environment or the keyboard. Raises Misuse: there is neither, or it is empty."""
    from neurobalance_expert.errors import Misuse

    text = os.environ.get(PASSPHRASE)
    if text is None and not sys.stdin.isatty():
        raise Misuse(f"the key needs a passphrase, and there is no terminal to ask for it; set {PASSPHRASE}")
    text = str(typer.prompt(what, hide_input=True, confirmation_prompt=new, err=True)) if text is None else text
    if new and not text:
        raise Misuse("an empty passphrase protects nothing; leave out --encrypt, or choose one")
    return text


def replay(record: RecordFile, kb: Layers = None, form: TextOrJson = "text") -> None:
    """Assess a recorded case again and compare: byte for byte the same, or exactly what differs.

    The knowledge is that of the record: the one of this program when it is equal, else the zip beside the record. With --kb it is the one
    given, and the result is what would change. Exit code 0 when nothing differs, 1 when something does.

    Example: neurobalance replay records/a-real-day-0f3a5c7e9b1d.json
    """
    from msgspec import to_builtins

    from neurobalance_expert.records.read import read_record
    from neurobalance_expert.records.replay import replay as replay_record
    from neurobalance_expert.records.replay import what_if
    from neurobalance_expert.records.told import replay_text

    read = read_record(record)
    found = what_if(read, *knowledge_layers(kb)) if kb else replay_record(read)
    print(output.json_text(to_builtins(found)) if form == "json" else replay_text(found))
    if found.status == "different":
        raise typer.Exit(DIFFERENT)


def diff(
    before: Annotated[Path, typer.Argument(metavar="A", help="A record, or what 'assess --format json' wrote.")],
    after: Annotated[Path, typer.Argument(metavar="B", help="Another one.")],
    form: TextOrJson = "text",
) -> None:
    """What differs between two assessments: findings gained, lost and changed, facts, values; between records also rules and proofs.

    Exit code 0 when they are equal, 1 when they differ, as of diff(1).

    Example: neurobalance diff monday.json tuesday.json
    """
    from msgspec import to_builtins

    from neurobalance_expert.records.compare import compare
    from neurobalance_expert.records.told import difference_lines

    found = compare(_side(before), _side(after))
    if form == "json":
        print(output.json_text({"schema": "neurobalance/diff/1", "equal": not found, "difference": to_builtins(found)}))
    else:
        print("\n".join(difference_lines(found)) or "equal")
    if found:
        raise typer.Exit(DIFFERENT)


def override(
    record: RecordFile,
    code: Annotated[str, typer.Argument(metavar="CODE", help="The code of a finding in the record.")],
    reason: Annotated[str, typer.Option(metavar="REASON", help="Why, by an id of knowledge/overrides.yaml.")],
    note: Annotated[str, typer.Option(metavar="TEXT", help="More about it.")] = "",
    by: Annotated[str, typer.Option(metavar="NAME", help="Who decided.")] = "",
    kb: KnowledgeBase = None,
) -> None:
    """Note that a person sets a finding aside, and why: a line of the log. The record and its conclusion stay as they are.

    Example: neurobalance override records/a-real-day-0f3a5c7e9b1d.json LOW:iron --reason already_managed --by "Dr A"
    """
    from neurobalance_expert.records.overrides import load_reasons
    from neurobalance_expert.records.overrides import override as log_override
    from neurobalance_expert.records.read import read_record

    line = log_override(read_record(record), code, reason, load_reasons(knowledge_base(kb)), note=note, by=by)
    output.note(f"override of {code} logged as line {line.n} of {record.parent / 'log.jsonl'}")


def stats(
    overrides: Annotated[Path, typer.Option("--overrides", metavar="DIR", help="A folder of records.")],
    form: TextOrJson = "text",
) -> None:
    """How often findings were set aside, by rule and reason.

    Example: neurobalance stats --overrides records
    """
    from msgspec import to_builtins

    from neurobalance_expert.records.overrides import counts

    found = counts(overrides)
    if form == "json":
        print(output.json_text({"overrides": to_builtins(found)}))
        return
    print("\n".join(f"{count.overrides:6}  {count.rule}  {count.reason}" for count in found) or "no overrides")


def _side(path: Path) -> Side:
    """A record or an assessment. Raises InputProblems."""
    from neurobalance_expert import source
    from neurobalance_expert.errors import InputProblems, Problem, Span
    from neurobalance_expert.records.compare import Side, side_of
    from neurobalance_expert.records.read import MAX_BYTES, SCHEMA, read_record
    from neurobalance_expert.records.shape import check_assessment

    text = source.read_text(path, limit=MAX_BYTES)
    try:
        data: Any = json.loads(text)
        if isinstance(data, dict) and data.get("schema") == SCHEMA:
            return side_of(read_record(path))
        check_assessment(data)
    except (ValueError, RecursionError) as error:
        fix = "name a record, or a file that 'assess --format json' wrote"
        what = f"this is neither a record nor an assessment: {error}"
        raise InputProblems([Problem("NB-A009", what, Span(str(path), 1, 1), "", "", fix)]) from None
    return Side(data)
