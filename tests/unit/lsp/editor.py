"""An editor for tests: pytest-lsp's client, driven one request at a time."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any, TypeVar

from lsprotocol import types
from pytest_lsp import LanguageClient

ROOT = Path(__file__).resolve().parents[3]
T = TypeVar("T")
LONGEST = 15.0  # seconds to wait for anything


class Editor:
    """A client with a server process of its own; documents are edited by giving their whole text."""

    def __init__(self, *arguments: str, folder: Path | None, encodings: Sequence[str] = ("utf-16",), lints: bool = False) -> None:
        self.lints = lints
        self.loop = asyncio.new_event_loop()
        self.client = LanguageClient()
        self.versions: dict[str, int] = {}
        self.problems: dict[str, types.PublishDiagnosticsParams] = {}
        self.messages: list[types.ShowMessageParams] = []
        self.client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(lambda params: self._publish(params))
        self.client.feature(types.WINDOW_SHOW_MESSAGE)(lambda params: self.messages.append(params))
        self.client.feature(types.WORKSPACE_CODE_LENS_REFRESH)(lambda params: None)
        self.wait(self._start(arguments))
        self._initialize(folder, encodings)

    def _publish(self, params: types.PublishDiagnosticsParams) -> None:
        self.problems[params.uri] = params

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        """The result of a request."""
        return self.loop.run_until_complete(asyncio.wait_for(work, LONGEST))

    async def _start(self, arguments: Sequence[str]) -> None:
        command = ["-m", "neurobalance_expert", "lsp", "--pause", "0", *arguments, *([] if self.lints else ["--no-lints"])]
        await self.client.start_io(sys.executable, *command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})

    def _initialize(self, folder: Path | None, encodings: Sequence[str]) -> None:
        capabilities = types.ClientCapabilities(
            general=types.GeneralClientCapabilities(position_encodings=list(encodings)),
            workspace=types.WorkspaceClientCapabilities(code_lens=types.CodeLensWorkspaceClientCapabilities(refresh_support=True)),
            text_document=types.TextDocumentClientCapabilities(
                hover=types.HoverClientCapabilities(content_format=[types.MarkupKind.Markdown]),
                rename=types.RenameClientCapabilities(prepare_support=True),
                completion=types.CompletionClientCapabilities(
                    completion_item=types.ClientCompletionItemOptions(documentation_format=[types.MarkupKind.Markdown])
                ),
                document_symbol=types.DocumentSymbolClientCapabilities(hierarchical_document_symbol_support=True),
            ),
        )
        folders = [types.WorkspaceFolder(folder.as_uri(), folder.name)] if folder else None
        params = types.InitializeParams(capabilities=capabilities, process_id=os.getpid(), root_uri=None, workspace_folders=folders)
        self.answer = self.wait(self.client.initialize_session(params))

    def close(self) -> int | None:
        """Shut down as editors do; the exit code of the server."""
        self.wait(self.client.shutdown_async(None))
        return self.leave()

    def leave(self) -> int | None:
        """Tell the server to exit, whether it was asked to shut down or not; its exit code."""
        return self._gone(lambda: self.client.exit(None))

    def interrupt(self) -> int | None:
        """Ctrl-C at the server; its exit code."""
        return self._gone(lambda: self.client._server.send_signal(signal.SIGINT))

    def _gone(self, end: Callable[[], None]) -> int:
        async def gone() -> int:
            end()
            self.client._stop_event.set()
            return await self.client._server.wait()

        code = self.wait(gone())
        self.loop.run_until_complete(asyncio.sleep(0))
        return code

    # --- documents

    def edit(self, path: Path, text: str | None = None) -> list[types.Diagnostic]:
        """Open a file, or give it another text; the problems that the server then tells of it."""
        uri = path.as_uri()
        text = path.read_text(encoding="utf-8") if text is None else text
        self.versions[uri] = self.versions.get(uri, 0) + 1
        if self.versions[uri] == 1:
            item = types.TextDocumentItem(uri, "yaml", 1, text)
            self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        else:
            document = types.VersionedTextDocumentIdentifier(self.versions[uri], uri)
            change = [types.TextDocumentContentChangeWholeDocument(text)]
            self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, change))
        self.until(lambda: uri in self.problems and self.problems[uri].version == self.versions[uri])
        self.hover(path, (0, 0))  # its answer comes after the problems of all other files
        return self.of(path)

    def until(self, there: Callable[[], bool]) -> None:
        """Wait until something is there."""

        async def waiting() -> None:
            while not there():
                await asyncio.sleep(0.005)

        self.wait(waiting())

    def of(self, path: Path) -> list[types.Diagnostic]:
        """The problems of a file that the server told last."""
        uri = path.as_uri()
        return list(self.problems[uri].diagnostics) if uri in self.problems else []

    def shut(self, path: Path) -> None:
        """Close a file."""
        self.versions.pop(path.as_uri())
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(path.as_uri())))

    # --- questions

    def hover(self, path: Path, at: tuple[int, int]) -> str:
        """What is shown at a position; '' for nothing."""
        found = self.wait(self.client.text_document_hover_async(types.HoverParams(*_at(path, at))))
        assert found is None or isinstance(found.contents, types.MarkupContent)
        return found.contents.value if found else ""

    def definition(self, path: Path, at: tuple[int, int]) -> list[str]:
        """Where the server leads: ``file:line`` from 1, below the root."""
        found: Any = self.wait(self.client.text_document_definition_async(types.DefinitionParams(*_at(path, at))))
        return [shown(location) for location in found or []]

    def references(self, path: Path, at: tuple[int, int]) -> list[types.Location]:
        """Every place that names the same."""
        params = types.ReferenceParams(context=types.ReferenceContext(include_declaration=True), **_named(path, at))
        return list(self.wait(self.client.text_document_references_async(params)) or [])

    def complete(self, path: Path, at: tuple[int, int]) -> dict[str, types.CompletionItem]:
        """What may be typed at a position, by label."""
        found: Any = self.wait(self.client.text_document_completion_async(types.CompletionParams(**_named(path, at))))
        return {item.label: item for item in found.items}

    def rename(self, path: Path, at: tuple[int, int], name: str) -> dict[Path, str]:
        """The texts of all files after a renaming; the server's reason is raised as an exception."""
        edit: Any = self.wait(self.client.text_document_rename_async(types.RenameParams(new_name=name, **_named(path, at))))
        return {_path(uri): apply(_path(uri).read_text(encoding="utf-8"), edits) for uri, edits in edit.changes.items()}

    def prepare_rename(self, path: Path, at: tuple[int, int]) -> Any:
        """What would be renamed; the server's reason is raised as an exception."""
        return self.wait(self.client.text_document_prepare_rename_async(types.PrepareRenameParams(**_named(path, at))))

    def lenses(self, path: Path) -> list[types.CodeLens]:
        """The lenses of a file."""
        params = types.CodeLensParams(types.TextDocumentIdentifier(path.as_uri()))
        return list(self.wait(self.client.text_document_code_lens_async(params)) or [])

    def symbols(self, path: Path) -> Any:
        """The outline of a file."""
        params = types.DocumentSymbolParams(types.TextDocumentIdentifier(path.as_uri()))
        return self.wait(self.client.text_document_document_symbol_async(params))

    def formatting(self, path: Path) -> Sequence[types.TextEdit]:
        """The edits that lay a document out."""
        options = types.FormattingOptions(tab_size=2, insert_spaces=True)
        params = types.DocumentFormattingParams(types.TextDocumentIdentifier(path.as_uri()), options)
        return self.wait(self.client.text_document_formatting_async(params)) or []

    def run(self, lens: types.CodeLens) -> Any:
        """Do what a lens offers."""
        assert lens.command is not None
        params = types.ExecuteCommandParams(lens.command.command, arguments=lens.command.arguments)
        return self.wait(self.client.workspace_execute_command_async(params))


def place(text: str, word: str, *, nth: int = 1, after: str = "") -> tuple[int, int]:
    """The position of a word in UTF-16 units, in its middle: the ``nth`` one after another text."""
    at = text.index(after) + len(after) if after else 0
    for _ in range(nth):
        at = text.index(word, at) + 1
    at += (len(word) - 1) // 2 - 1 if len(word) > 1 else -1
    line = text.count("\n", 0, at)
    start = text.rfind("\n", 0, at) + 1
    return line, len(text[start:at].encode("utf-16-le")) // 2


def end_of(text: str, offset: int | None = None) -> tuple[int, int]:
    """The position of an offset, the end of the text when there is none."""
    before = text if offset is None else text[:offset]
    return before.count("\n"), len(before[before.rfind("\n") + 1 :].encode("utf-16-le")) // 2


def cut(text: str, found: types.Range) -> str:
    """The part of a text that a range of UTF-16 units covers."""
    return text[_offset(text, found.start) : _offset(text, found.end)]


def apply(text: str, edits: Sequence[types.TextEdit]) -> str:
    """The text after edits that do not overlap."""
    for edit in sorted(edits, key=lambda e: (e.range.start.line, e.range.start.character), reverse=True):
        text = text[: _offset(text, edit.range.start)] + edit.new_text + text[_offset(text, edit.range.end) :]
    return text


def shown(location: types.Location) -> str:
    """``file:line`` of a location, from 1."""
    path = _path(location.uri)
    return f"{path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name}:{location.range.start.line + 1}"


def _offset(text: str, position: types.Position) -> int:
    start = 0
    for _ in range(position.line):
        start = text.index("\n", start) + 1
    line = text[start:].split("\n", 1)[0].encode("utf-16-le")
    return start + len(line[: 2 * position.character].decode("utf-16-le"))


def _path(uri: str) -> Path:
    from pygls.uris import to_fs_path

    return Path(to_fs_path(uri) or "")


def _at(path: Path, at: tuple[int, int]) -> tuple[types.TextDocumentIdentifier, types.Position]:
    return types.TextDocumentIdentifier(path.as_uri()), types.Position(*at)


def _named(path: Path, at: tuple[int, int]) -> dict[str, Any]:
    document, position = _at(path, at)
    return {"text_document": document, "position": position}
