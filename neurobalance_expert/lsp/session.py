"""One session with an editor: its documents, the outcomes of tests, and telling what is wrong."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from pathlib import Path

from lsprotocol import types
from pygls import uris
from pygls.lsp.server import LanguageServer

from neurobalance_expert.errors import Span
from neurobalance_expert.kb import default_kb
from neurobalance_expert.lsp.answers import diagnostic, to_range
from neurobalance_expert.lsp.codes import code_links
from neurobalance_expert.lsp.lens import Runs, failures
from neurobalance_expert.lsp.names import Mention
from neurobalance_expert.lsp.positions import Encoding, Place
from neurobalance_expert.lsp.workspace import Group, Workspace
from neurobalance_expert.version import VERSION

log = logging.getLogger("neurobalance.lsp")


class Server(LanguageServer):
    """The state of one session. ``pause`` is how many seconds without a key stroke pass before problems are told."""

    def __init__(self, kb: Path, pause: float, *, lints: bool) -> None:
        # whole documents: what pygls makes of changes within lines differs from editors at form feeds and U+2028
        super().__init__("neurobalance", VERSION, text_document_sync_kind=types.TextDocumentSyncKind.Full)
        self.documents = Workspace(kb, lints=lints)
        self.pause = pause
        self.runs = Runs()
        self.links = code_links(default_kb() / "docs")
        self.stopped = False
        self._told: set[str] = set()
        self._timer: asyncio.TimerHandle | None = None

    @property
    def encoding(self) -> Encoding:
        """The units of positions that client and server agreed on."""
        chosen = self.workspace.position_encoding
        return "utf-8" if chosen == "utf-8" else "utf-32" if chosen == "utf-32" else "utf-16"

    def soon(self) -> None:
        """Tell the problems when nothing has changed for a moment."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(self.pause, self.tell)

    def tell(self) -> None:
        """Publish the problems of every file, and clear those of files that have none any more. Whatever goes wrong, the server stays."""
        try:
            found = {uri: listed for group in self.documents.published() for uri, listed in self.problems(group).items()}
        except Exception:
            log.exception("the problems could not be found")
            return
        for uri in sorted(self._told - found.keys() | found.keys()):
            opened = self.workspace.text_documents.get(uri)
            version = opened.version if opened else None
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, found.get(uri, []), version))
        self._told = {uri for uri, listed in found.items() if listed}

    def problems(self, group: Group) -> dict[str, list[types.Diagnostic]]:
        """The problems of a group by the address of their file; [] for an open file without any."""
        view = group.view()
        found: dict[str, list[types.Diagnostic]] = {address(group.path(name)): [] for name in group.opened}
        warnings = [(problem, types.DiagnosticSeverity.Warning) for problem in view.advice]
        warnings += [(problem, types.DiagnosticSeverity.Information) for problem in view.notes]
        failed = [(p, types.DiagnosticSeverity.Error) for name in view.rules for p in failures(view, self.runs, name)]
        for problem, severity in [*((p, types.DiagnosticSeverity.Error) for p in view.errors), *warnings, *failed]:
            at = problem.at or Span("", 1, 1)
            where = to_range(group.lines(at.file).range(at, self.encoding))
            one = diagnostic(problem, severity, where, self.links, lambda span: self.location(group, span))
            found.setdefault(address(group.path(at.file)), []).append(one)
        return found

    def location(self, group: Group, span: Span) -> types.Location:
        """Where a place of a group is for the editor."""
        return types.Location(address(group.path(span.file)), to_range(group.lines(span.file).range(span, self.encoding)))

    def named(self, uri: str, position: types.Position) -> tuple[Group, Mention] | None:
        """What is named at a place of a document."""
        found = self.documents.find(path_of(uri))
        if found is None:
            return None
        group, name = found
        offset = group.lines(name).find(Place(position.line, position.character), self.encoding)
        mentions = group.mentions_at(name, offset)
        return (group, mentions[0]) if mentions else None

    def places(self, group: Group, mentions: Iterable[Mention]) -> list[types.Location]:
        """Where mentions stand now."""
        return [self.location(group, at) for mention in mentions if (at := group.now(mention.span))]


def path_of(uri: str) -> str:
    """The path of a file, or the address itself of what is no file."""
    path = uris.to_fs_path(uri)
    return Path(path).as_posix() if path else uri


def address(path: str) -> str:
    """The address of a path; an address stays one."""
    return path if "://" in path or path.startswith("untitled:") else str(uris.from_fs_path(path))
