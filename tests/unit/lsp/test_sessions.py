"""What the server makes of the folders and files it is given, and how it ends."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from lsprotocol import types

from neurobalance_expert.lsp.workspace import Workspace
from tests.conftest import Run
from tests.unit.lsp.conftest import OWN
from tests.unit.lsp.editor import ROOT, Editor

STOCK = OWN.replace("lyons1988", "nobody1900")


@pytest.fixture(scope="module")
def loose() -> Iterator[Editor]:
    """An editor without any folder, which counts positions in bytes."""
    editor = Editor(folder=None, encodings=("utf-8", "utf-16"))
    yield editor
    editor.close()


def test_a_rule_file_of_its_own_speaks_in_the_terms_that_ship(loose: Editor, tmp_path: Path) -> None:
    """Known relations, thresholds and references; what is unknown is told, what is defined is found in the shipped files."""
    path = tmp_path / "mine.yaml"
    path.write_text(OWN, encoding="utf-8")
    good, bad = loose.edit(path), loose.edit(path, STOCK)
    loose.edit(path, OWN)
    line = OWN[: OWN.index("- plasma_ratio")].count("\n")
    definition = loose.definition(path, (line, len("      - plasma")))

    assert [] == good
    assert ["NB-R033"] == [d.code for d in bad]
    assert ["knowledge/vocabulary.yaml:"] == [place.rstrip("0123456789") for place in definition]


def test_what_is_typed_into_the_lending_base_counts_for_a_file_of_its_own(loose: Editor, tmp_path: Path) -> None:
    """A threshold loses its name in the editor, not on disk: the rule file outside misses it, until it has it again."""
    path, thresholds = tmp_path / "borrower.yaml", ROOT / "knowledge" / "thresholds.yaml"
    text = thresholds.read_text(encoding="utf-8")
    loose.edit(path, OWN)
    loose.edit(thresholds, text.replace("plasma_ratio_raised:", "plasma_ratio_up:"))
    without = loose.of(path)
    loose.edit(thresholds, text)
    loose.shut(thresholds)

    assert (["NB-R030"], []) == ([d.code for d in without], loose.of(path))


def test_positions_are_counted_as_the_client_asked(loose: Editor, tmp_path: Path) -> None:
    """In bytes: before the reference stand a dash of three bytes and an emoji of four."""
    path = tmp_path / "bytes.yaml"
    (found,) = loose.edit(path, STOCK)
    line = STOCK.split("\n")[found.range.start.line]

    assert "utf-8" == loose.answer.capabilities.position_encoding
    assert b"nobody1900" == line.encode()[found.range.start.character : found.range.end.character]


def test_files_that_are_no_rules_are_left_alone(loose: Editor, tmp_path: Path) -> None:
    """A case, notes, YAML that is broken: nothing is told, nothing is known."""
    for name, text in (("case.yaml", "schema: neurobalance/case/1\nfoods: 3\n"), ("notes.yaml", "a: [b\n"), ("empty.yaml", "")):
        path = tmp_path / name
        loose.client.text_document_did_open(types.DidOpenTextDocumentParams(types.TextDocumentItem(path.as_uri(), "yaml", 1, text)))

        assert ("", []) == (loose.hover(path, (0, 1)), loose.definition(path, (0, 1)))
        assert ([], []) == (loose.lenses(path), loose.symbols(path))
        assert [] == loose.of(path)


def test_a_document_that_was_never_saved_is_checked(loose: Editor) -> None:
    """Its address is no path."""
    uri = "untitled:Untitled-1"
    loose.client.text_document_did_open(types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, "yaml", 1, STOCK)))
    loose.until(lambda: uri in loose.problems)

    assert ["NB-R033"] == [d.code for d in loose.problems[uri].diagnostics]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\x00",
        "rules: 7",
        "rules: [1, {}, {id: 3}]",
        "language: 1\nrules:\n  - id: a\n    tests: [{like: 1, expect: {fired: 2}}]",
        "rules:\n\t- x",
    ],
)
def test_nothing_that_is_typed_ends_the_server(loose: Editor, tmp_path: Path, text: str) -> None:
    """Every question is answered, and the next file is checked."""
    path, next_one = tmp_path / "typed.yaml", tmp_path / "next.yaml"
    loose.edit(path, "rules: []\n")
    loose.client.text_document_did_change(
        types.DidChangeTextDocumentParams(
            types.VersionedTextDocumentIdentifier(2, path.as_uri()), [types.TextDocumentContentChangeWholeDocument(text)]
        )
    )
    for at in ((0, 0), (0, 5), (3, 20), (99, 99)):
        loose.hover(path, at)
        loose.definition(path, at)
        loose.references(path, at)
        loose.complete(path, at) if text else None
    loose.lenses(path)
    loose.symbols(path)

    assert ["NB-R033"] == [d.code for d in loose.edit(next_one, STOCK)]


def test_a_pack_is_checked_with_the_terms_that_it_adds() -> None:
    """Its rule cites a reference of its own, and nothing is wrong."""
    documents = Workspace(ROOT)
    documents.add_folder(ROOT / "examples" / "packs" / "clinic-north" / "rules")
    (group,) = documents.published()
    view = group.view()

    assert ((), ()) == (view.errors, view.advice)
    assert ["clinic-north-iron-supplement"] == list(view.by_id)


@pytest.fixture(scope="module")
def documents(base: Path) -> Workspace:
    """The copy of the knowledge base, without a server."""
    return Workspace(base)


def test_a_closed_file_counts_as_on_disk(documents: Workspace, base: Path, own: Path) -> None:
    """What was typed and not saved is forgotten."""
    documents.put(own.as_posix(), STOCK)
    typed = documents.base(base).view().errors
    documents.close(own.as_posix())

    assert ["NB-R033"] == [p.code for p in typed]
    assert () == documents.base(base).view().errors


def test_a_key_stroke_reads_one_file(documents: Workspace, base: Path, own: Path) -> None:
    """The documents and rules of all others are the same objects as before."""
    before = documents.base(base).view()
    documents.put(own.as_posix(), OWN + "# more\n")
    after = documents.base(base).view()
    changed = [name for name in after.documents if after.documents[name] is not before.documents[name]]
    tables = [name for name in changed if name.startswith("knowledge/")]

    assert ([], ["rules/transport/own.yaml"]) == (tables, changed)
    assert changed == [name for name in after.rules if after.rules[name] is not before.rules[name]]


def test_a_knowledge_base_without_its_files_is_told_and_endured(tmp_path: Path) -> None:
    """A vocabulary alone: the files that are missing are named at a place that can be shown."""
    (tmp_path / "knowledge").mkdir()
    (tmp_path / "knowledge" / "vocabulary.yaml").write_text("vocabulary: 1\nrelations: {}\n", encoding="utf-8")
    view = Workspace(ROOT).base(tmp_path).view()

    assert {"NB-K001", "NB-K020"} == {p.code for p in view.errors}
    assert {"knowledge/vocabulary.yaml"} == {p.at.file for p in view.errors if p.at}


def test_hovering_works_while_the_file_is_broken(documents: Workspace, base: Path, own: Path) -> None:
    """On lines that did not change since it could be read: two lines were put before, and the place is found two lines lower."""
    documents.put(own.as_posix(), OWN)
    group = documents.base(base)
    group.view()
    text = OWN.replace("language: 1\n", "language: 1\nbroken: [\n\n")
    documents.put(own.as_posix(), text)
    (mention, *_) = group.mentions_at("rules/transport/own.yaml", text.index("lyons1988") + 3)
    at = group.now(mention.span)

    assert at is not None
    assert ("lyons1988", text[: text.index("lyons1988")].count("\n") + 1) == (mention.symbol.name, at.line)
    assert [] == group.mentions_at("rules/transport/own.yaml", text.index("broken"))


# --- the process --------------------------------------------------------------------------------------------------


def test_an_empty_folder_is_no_problem_and_shutdown_ends_with_0(tmp_path: Path) -> None:
    """Nothing is told; a hover has nothing to say."""
    editor = Editor(folder=tmp_path)

    assert "" == editor.hover(tmp_path / "nothing.yaml", (0, 0))
    assert (0, {}) == (editor.close(), editor.problems)


def test_exit_without_shutdown_ends_with_1(tmp_path: Path) -> None:
    """As the protocol asks."""
    assert 1 == Editor(folder=tmp_path).leave()


def test_ctrl_c_ends_it_at_once(tmp_path: Path) -> None:
    """Also while it waits for input."""
    editor = Editor(folder=tmp_path)

    assert -signal.SIGINT == editor.interrupt()


def test_standard_output_carries_the_protocol_alone() -> None:
    """Junk before the first header and the end of the input: no byte of answer, no traceback, exit code 1."""
    done = subprocess.run(
        [sys.executable, "-m", "neurobalance_expert", "lsp"], input=b"hello\r\n", cwd=ROOT, capture_output=True, timeout=60
    )

    assert (1, b"", b"") == (done.returncode, done.stdout, done.stderr)


def test_without_the_extra_it_is_named(run: Run, tmp_path: Path) -> None:
    """Exit code 2 and how to install it."""
    (tmp_path / "pygls").mkdir()
    (tmp_path / "pygls" / "__init__.py").write_text("raise ModuleNotFoundError('no', name='pygls')\n", encoding="utf-8")
    done = run("lsp", PYTHONPATH=f"{tmp_path}:{ROOT}")

    assert (2, "") == (done.returncode, done.stdout)
    assert "pip install 'neurobalance[lsp]'" in done.stderr


def test_a_folder_that_is_no_knowledge_base_is_misuse(run: Run, tmp_path: Path) -> None:
    """Exit code 2."""
    done = run("lsp", "--kb", tmp_path)

    assert 2 == done.returncode
    assert "is not a knowledge base" in done.stderr


def test_the_help_teaches_how_to_wire_it(run: Run) -> None:
    """Four editors."""
    told = run("lsp", "--help").stdout

    assert [] == [name for name in ("VS Code", "Neovim", "Helix", "Emacs") if name not in told]


# --- the page -----------------------------------------------------------------------------------------------------


def snippets() -> dict[str, str]:
    """The files to copy of docs/lsp.md, by their language."""
    return dict(re.findall(r"```(json|lua|toml|elisp)\n(.*?)```", (ROOT / "docs" / "lsp.md").read_text(encoding="utf-8"), re.DOTALL))


def test_the_files_for_editors_start_the_server() -> None:
    """JSON and TOML that can be read and say 'neurobalance lsp'; the lists of the other two are closed, and say the same."""
    found = snippets()
    code, helix = json.loads(found["json"]), tomllib.loads(found["toml"])
    pairs = {"lua": "(){}", "elisp": "()()"}

    assert ("neurobalance", ["lsp"]) == (code["glspc.server.command"], code["glspc.server.commandArguments"])
    assert {"command": "neurobalance", "args": ["lsp"]} == helix["language-server"]["neurobalance"]
    assert ["neurobalance"] == helix["language"][0]["language-servers"]
    assert [] == [n for n, p in pairs.items() if any(found[n].count(a) != found[n].count(b) for a, b in zip(p[::2], p[1::2], strict=True))]
    assert ("cmd = { 'neurobalance', 'lsp' }" in found["lua"], '("neurobalance" "lsp")' in found["elisp"]) == (True, True)
