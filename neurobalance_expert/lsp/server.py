"""The server: requests of an editor in, answers out. Standard output carries the protocol and nothing else."""

from __future__ import annotations

import gc
import logging
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from neurobalance_expert.editing.canonical import format_text
from neurobalance_expert.errors import InputProblems
from neurobalance_expert.lsp.answers import RUN_TESTS, code_lens, document_symbols, proposals, quick_fix, to_range
from neurobalance_expert.lsp.complete import complete
from neurobalance_expert.lsp.fixes import fixes
from neurobalance_expert.lsp.hover import hover, written
from neurobalance_expert.lsp.lens import lenses, summary
from neurobalance_expert.lsp.names import Symbol
from neurobalance_expert.lsp.outline import outline
from neurobalance_expert.lsp.places_knowledge import THRESHOLD
from neurobalance_expert.lsp.positions import Place
from neurobalance_expert.lsp.rename import RefusedError, check_renameable, rename
from neurobalance_expert.lsp.session import Server, path_of
from neurobalance_expert.lsp.workspace import Group

REQUEST_FAILED = -32803
TRIGGERS = ["$", ".", "{", "[", " ", "|"]


# --- documents ----------------------------------------------------------------------------------------------------


def initialized(ls: Server, params: types.InitializedParams) -> None:
    """Look at the folders of the editor, and ask to be told when files change on disk."""
    for folder in ls.workspace.folders.values():
        ls.documents.add_folder(Path(path_of(folder.uri)))
    if not ls.workspace.folders and ls.workspace.root_path:
        ls.documents.add_folder(Path(ls.workspace.root_path))
    watched = ls.client_capabilities.workspace and ls.client_capabilities.workspace.did_change_watched_files
    if watched and watched.dynamic_registration:
        options = types.DidChangeWatchedFilesRegistrationOptions([types.FileSystemWatcher("**/*.yaml")])
        one = types.Registration("files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
        ls.client_register_capability(types.RegistrationParams([one]))
    ls.soon()


def did_open(ls: Server, params: types.DidOpenTextDocumentParams) -> None:
    """A document counts as the editor has it."""
    ls.documents.put(path_of(params.text_document.uri), params.text_document.text)
    ls.soon()


def did_change(ls: Server, params: types.DidChangeTextDocumentParams) -> None:
    """The same after every change."""
    ls.documents.put(path_of(params.text_document.uri), ls.workspace.get_text_document(params.text_document.uri).source)
    ls.soon()


def did_save(ls: Server, params: types.DidSaveTextDocumentParams) -> None:
    """Other files may have been saved with it."""
    ls.documents.changed_on_disk()
    ls.soon()


def did_close(ls: Server, params: types.DidCloseTextDocumentParams) -> None:
    """What is on disk counts again."""
    ls.documents.close(path_of(params.text_document.uri))
    ls.soon()


def files_changed(ls: Server, params: types.DidChangeWatchedFilesParams) -> None:
    """Files changed on disk."""
    ls.documents.changed_on_disk()
    ls.soon()


def folders_changed(ls: Server, params: types.DidChangeWorkspaceFoldersParams) -> None:
    """Folders were added to the editor."""
    for folder in params.event.added:
        ls.documents.add_folder(Path(path_of(folder.uri)))
    ls.soon()


# --- questions ----------------------------------------------------------------------------------------------------


def on_hover(ls: Server, params: types.HoverParams) -> types.Hover | None:
    """What a name means."""
    found = ls.named(params.text_document.uri, params.position)
    told = hover(found[0].view(), found[1].symbol) if found else ""
    if found is None or not told:
        return None
    at = found[0].now(found[1].span)
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, told), ls.location(found[0], at).range if at else None)


def on_definition(ls: Server, params: types.DefinitionParams) -> list[types.Location]:
    """Where a name is made; for a parameter that stands for a threshold, where the number is."""
    found = ls.named(params.text_document.uri, params.position)
    if found is None:
        return []
    group, symbol = found[0], found[1].symbol
    value = (written(group.view(), symbol).get("params") or {}).get(symbol.name) if symbol.kind == "parameter" else None
    if isinstance(value, str) and value.startswith(THRESHOLD):
        return _definitions(ls, group, Symbol("threshold", (value,))) or _definitions(ls, group, symbol)
    return _definitions(ls, group, symbol)


def on_declaration(ls: Server, params: types.DeclarationParams) -> list[types.Location]:
    """Where a name is made in its own file: for a parameter, where the rule names it."""
    found = ls.named(params.text_document.uri, params.position)
    return _definitions(ls, found[0], found[1].symbol) if found else []


def _definitions(ls: Server, group: Group, symbol: Symbol) -> list[types.Location]:
    own = ls.places(group, group.index.definitions(group.view(), symbol))
    if own or not group.borrows:
        return own
    lender = ls.documents.base(ls.documents.kb)
    return ls.places(lender, lender.index.definitions(lender.view(), symbol))


def on_references(ls: Server, params: types.ReferenceParams) -> list[types.Location]:
    """Every place that names the same."""
    found = ls.named(params.text_document.uri, params.position)
    if found is None:
        return []
    group, mention = found
    listed = group.index.of(group.view(), mention.symbol)
    return ls.places(group, [m for m in listed if params.context.include_declaration or not m.defines])


def on_completion(ls: Server, params: types.CompletionParams) -> types.CompletionList | None:
    """What may stand at the place."""
    found = ls.documents.find(path_of(params.text_document.uri))
    if found is None:
        return None
    group, name = found
    lines = group.lines(name)
    offset = lines.find(Place(params.position.line, params.position.character), ls.encoding)
    kind: Literal["rules", "vocabulary", "table"] = "rules"
    if group.root is not None and not name.startswith("rules/"):
        kind = "vocabulary" if name.endswith("/vocabulary.yaml") else "table"
    answer = complete(group.view(), lines.text, offset, kind=kind)
    return proposals(answer.items, to_range(lines.between(offset - answer.typed, offset, ls.encoding)))


def on_symbols(ls: Server, params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
    """The outline of a file that can be read."""
    found = ls.documents.find(path_of(params.text_document.uri))
    held = found[0].view().held.get(found[1]) if found else None
    if found is None or held is None or held.document is None:
        return []
    return document_symbols(outline(held.document), found[0].lines(found[1]), ls.encoding)


def on_formatting(ls: Server, params: types.DocumentFormattingParams) -> list[types.TextEdit]:
    """A rule file in its one layout; nothing for another file, or one that cannot be read."""
    found = ls.documents.find(path_of(params.text_document.uri))
    if found is None or found[1] not in found[0].view().rules:
        return []
    lines = found[0].lines(found[1])
    try:
        text = format_text(lines.text, found[1])
    except InputProblems:
        return []
    whole = to_range(lines.between(0, len(lines.text), ls.encoding))
    return [types.TextEdit(whole, text)] if text != lines.text else []


def on_actions(ls: Server, params: types.CodeActionParams) -> list[types.CodeAction]:
    """The word that was most likely meant, for each slip on the lines of the request."""
    found = ls.documents.find(path_of(params.text_document.uri))
    if found is None:
        return []
    group, name = found
    lines = group.lines(name)
    ends = (params.range.start, params.range.end)
    first, last = (lines.line_of(lines.find(Place(at.line, at.character), ls.encoding)) for at in ends)
    return [
        quick_fix(fix, ls.location(group, fix.at), [d for d in params.context.diagnostics if d.code == fix.problem.code])
        for fix in fixes(group.view(), name, lines, first, last)
    ]


# --- renaming -----------------------------------------------------------------------------------------------------


def on_prepare_rename(ls: Server, params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder | None:
    """What would be renamed, or why it cannot be."""
    found = ls.named(params.text_document.uri, params.position)
    if found is None:
        return None
    group, mention = found
    try:
        check_renameable(group.view(), group.index, mention)
    except RefusedError as reason:
        raise JsonRpcException(str(reason), REQUEST_FAILED) from None
    return types.PrepareRenamePlaceholder(ls.location(group, mention.span).range, mention.symbol.name.removeprefix(THRESHOLD))


def on_rename(ls: Server, params: types.RenameParams) -> types.WorkspaceEdit | None:
    """Every change of a renaming, or why there is none. Files are looked at anew, so that what changed on disk is not edited amiss."""
    ls.documents.changed_on_disk()
    found = ls.named(params.text_document.uri, params.position)
    if found is None:
        return None
    group, mention = found
    try:
        changes = rename(group.view(), group.index, mention, params.new_name)
    except RefusedError as reason:
        raise JsonRpcException(str(reason), REQUEST_FAILED) from None
    edits: dict[str, list[types.TextEdit]] = {}
    for change in changes:
        at = ls.location(group, change.at)
        edits.setdefault(at.uri, []).append(types.TextEdit(at.range, change.text))
    return types.WorkspaceEdit(changes=dict(edits))


# --- tests --------------------------------------------------------------------------------------------------------


def on_lenses(ls: Server, params: types.CodeLensParams) -> list[types.CodeLens]:
    """A line above each rule and test that runs it and says how it went."""
    found = ls.documents.find(path_of(params.text_document.uri))
    return list(_lenses(ls, *found, params.text_document.uri)) if found else []


def _lenses(ls: Server, group: Group, name: str, uri: str) -> Iterator[types.CodeLens]:
    for lens in lenses(group.view(), ls.runs, name):
        yield code_lens(lens, to_range(group.lines(name).range(lens.at, ls.encoding)), uri)


def run_tests(ls: Server, *arguments: Any) -> dict[str, Any]:
    """Run the tests of a rule, or one of them: the address of the file, the id of the rule and, where one is meant, the name of the test.

    What failed is told as diagnostics, the outcome in a message, and both in the lenses.
    """
    uri, rule, test = (*map(str, arguments[:3]), "", "", "")[:3]
    found = ls.documents.find(path_of(uri))
    if found is None:
        raise JsonRpcException(f"'{uri}' is no rule file of this session", REQUEST_FAILED)
    outcomes = ls.runs.run(found[0].view(), rule, test)
    failed = any(not outcome.passed for outcome in outcomes) or not outcomes
    level = types.MessageType.Warning if failed else types.MessageType.Info
    ls.window_show_message(types.ShowMessageParams(level, summary(rule, outcomes)))
    ls.tell()
    lens = ls.client_capabilities.workspace and ls.client_capabilities.workspace.code_lens
    if lens and lens.refresh_support:
        ls.workspace_code_lens_refresh(None)
    listed = [{"test": o.name, "passed": o.passed, "expected": o.expected, "got": o.got} for o in outcomes]
    return {"rule": rule, "tests": listed}


def shutdown(ls: Server, params: None) -> None:
    """The editor is about to leave."""
    ls.stopped = True


def make_server(kb: Path, pause: float, *, lints: bool) -> Server:
    """A server with everything it can do. ``kb`` lends its terms to rule files outside of any knowledge base."""
    server = Server(kb, pause, lints=lints)
    server.feature(types.INITIALIZED)(initialized)
    server.feature(types.SHUTDOWN)(shutdown)
    server.feature(types.TEXT_DOCUMENT_DID_OPEN)(did_open)
    server.feature(types.TEXT_DOCUMENT_DID_CHANGE)(did_change)
    server.feature(types.TEXT_DOCUMENT_DID_SAVE)(did_save)
    server.feature(types.TEXT_DOCUMENT_DID_CLOSE)(did_close)
    server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)(files_changed)
    server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)(folders_changed)
    server.feature(types.TEXT_DOCUMENT_HOVER)(on_hover)
    server.feature(types.TEXT_DOCUMENT_DEFINITION)(on_definition)
    server.feature(types.TEXT_DOCUMENT_DECLARATION)(on_declaration)
    server.feature(types.TEXT_DOCUMENT_REFERENCES)(on_references)
    server.feature(types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=TRIGGERS))(on_completion)
    server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)(on_symbols)
    server.feature(types.TEXT_DOCUMENT_FORMATTING)(on_formatting)
    server.feature(types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions([types.CodeActionKind.QuickFix]))(on_actions)
    server.feature(types.TEXT_DOCUMENT_PREPARE_RENAME)(on_prepare_rename)
    server.feature(types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True))(on_rename)
    server.feature(types.TEXT_DOCUMENT_CODE_LENS, types.CodeLensOptions(resolve_provider=False))(on_lenses)
    server.command(RUN_TESTS)(run_tests)
    return server


def _is_no_answer(record: logging.LogRecord) -> bool:
    """Whether a log record is news: a reason given to the editor is an answer, not an error of the server."""
    return not (record.exc_info and isinstance(record.exc_info[1], JsonRpcException))


def serve(kb: Path, pause: float, *, lints: bool) -> int:
    """Serve one editor over standard input and output until it leaves. Returns the exit code: 0 after a shutdown, else 1."""
    gc.enable()  # 'guard.run' turned the collector off for short commands
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # the thread that waits for input could not be stopped otherwise
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(name)s: %(message)s")
    logging.getLogger("pygls.protocol.json_rpc").addFilter(_is_no_answer)
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever prints, prints beside the protocol
    server = make_server(kb, pause, lints=lints)
    server.start_io(sys.stdin.buffer, out)
    return 0 if server.stopped else 1
