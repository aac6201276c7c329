"""The documents of an editor and the sets of files they belong to.

A file below ``rules/`` or ``knowledge/`` of a knowledge base is checked with everything else of it. The rule files of a pack are checked
together, a rule file anywhere else alone: with the terms of the knowledge base that the server was given, and those that the pack adds.
Other files (cases, templates, notes) are none of ours.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from neurobalance_expert.errors import InputProblems, Span
from neurobalance_expert.knowledge.values import parse_thresholds
from neurobalance_expert.layers import lay_over
from neurobalance_expert.loaded import all_references
from neurobalance_expert.lsp.checking import THRESHOLDS, VOCABULARY, Checker, Terms, View
from neurobalance_expert.lsp.files import FOLDERS, Files, Held, parse
from neurobalance_expert.lsp.names import Mention
from neurobalance_expert.lsp.places import Index
from neurobalance_expert.lsp.positions import Lines, moved
from neurobalance_expert.packs import is_pack, read_pack
from neurobalance_expert.vocabulary import parse_vocabulary

_RULE_FILE = re.compile(r"^(?:language|rules|exclusive)\s*:", re.MULTILINE)


class Group:
    """Files that are checked together; ``root`` is the folder their names begin at, None for a file of its own.

    ``lend`` gives terms from elsewhere; a knowledge base has its own.
    """

    def __init__(self, root: Path | None, lend: Callable[[], Terms | None] | None = None, *, lints: bool = False) -> None:
        self.root = root
        self.borrows = lend is not None
        self.opened: dict[str, str] = {}
        self.index = Index()
        self._checker = Checker(lend, lints=lints)
        self._files = Files(root) if root else None
        self._view: View | None = None
        self._alone: dict[str, Held] = {}
        self._lines: dict[str, Lines] = {}

    def view(self) -> View:
        """The state of the files as they are now."""
        if self._view is None:
            self._view = self._checker.check(self._files.read(self.opened) if self._files else self._read_alone())
        return self._view

    def changed(self) -> None:
        """Something was typed, saved or moved; the next ``view`` looks again."""
        self._view = None

    def _read_alone(self) -> dict[str, Held]:
        before = self._alone
        self._alone = {n: before[n] if n in before and before[n].text == text else parse(n, text) for n, text in self.opened.items()}
        return self._alone

    def path(self, name: str) -> str:
        """The path of a file by the name it has in this group."""
        return (self.root / name).as_posix() if self.root else name

    def lines(self, name: str) -> Lines:
        """The text of a file as it stands, for positions."""
        held = self.view().held.get(name)
        text = held.text if held else ""
        kept = self._lines.get(name)
        if kept is None or kept.text != text:
            kept = self._lines[name] = Lines(text)
        return kept

    def mentions_at(self, name: str, offset: int) -> list[Mention]:
        """What is named at an offset of a file, the narrowest first; nothing on a line that was changed since the file could be read."""
        view = self.view()
        document = view.documents.get(name)
        if document is None:
            return []
        lines = self.lines(name)
        line = lines.line_of(offset)
        col = offset - lines.offset(line, 1) + 1
        read = moved(document.text, lines.text, line) if name in view.stale else line
        if read is None:
            return []
        if lines.text[offset : offset + 1] == "$":
            col += 1  # the dollar sign belongs to the name that it begins
        return [mention for mention in self.index.at(view, name, read) if mention.span.col <= col <= mention.span.col + mention.span.length]

    def now(self, span: Span) -> Span | None:
        """Where a place of a readable document stands in the text of now; None when its line was changed."""
        view = self.view()
        if span.file not in view.stale:
            return span
        line = moved(self.lines(span.file).text, view.documents[span.file].text, span.line)
        return Span(span.file, line, span.col, span.length) if line is not None else None


class Workspace:
    """Every document that is open, and the groups that they and the folders of the editor make. ``kb`` serves files outside of any."""

    def __init__(self, kb: Path, *, lints: bool = False) -> None:
        self.kb, self.lints = kb, lints
        self.groups: dict[str, Group] = {}
        self._folders: set[Path] = set()
        self._opened: dict[str, str] = {}

    def add_folder(self, folder: Path) -> None:
        """A folder of the editor: a knowledge base that it is, or that it lies in, is checked as a whole."""
        root = next((f for f in (folder, *folder.parents) if is_base(f) or is_pack(f)), None)
        if root is not None:
            self._folders.add(root)
            self.base(root)

    def base(self, root: Path) -> Group:
        """The group of a knowledge base or pack."""
        if root.as_posix() not in self.groups:
            group = self.groups[root.as_posix()] = Group(root, self._with_pack(root) if is_pack(root) else None, lints=self.lints)
            for path, text in self._opened.items():
                if home(path) == root:
                    group.opened[_inside(path, root)] = text
        return self.groups[root.as_posix()]

    def _lend(self) -> Terms | None:
        return self.base(self.kb).view().terms

    def _with_pack(self, root: Path) -> Callable[[], Terms | None]:
        """What lends the terms of the base with those that a pack adds, as far as it can be laid over them."""
        try:
            documents = lay_over(self.base(self.kb).view().documents, [read_pack(root)]).documents
            references = all_references(documents)
            terms = Terms(parse_vocabulary(documents[VOCABULARY]), parse_thresholds(documents[THRESHOLDS], references), references)
        except InputProblems:
            return self._lend
        return lambda: terms

    def put(self, path: str, text: str) -> None:
        """A document was opened or changed. ``path`` is its path, or its URI when it is no file."""
        self._opened[path] = text
        found = self.find(path)
        if found is not None:
            found[0].opened[found[1]] = text
            self._changed(found[0])

    def close(self, path: str) -> None:
        """A document was closed: what is on disk counts again."""
        found = self.find(path)
        self._opened.pop(path, None)
        if found is not None:
            found[0].opened.pop(found[1], None)
            self._changed(found[0])
        if home(path) is None:
            self.groups.pop(path, None)

    def _changed(self, group: Group) -> None:
        """A group has changed, and with it those that borrow from it."""
        for other in self.groups.values():
            if other is group or (other.borrows and group.root == self.kb):
                other.changed()

    def changed_on_disk(self) -> None:
        """Files may have changed on disk. What a pack adds is read anew."""
        for name, group in list(self.groups.items()):
            if group.root is not None and is_pack(group.root):
                del self.groups[name]
                self.base(group.root)
            group.changed()

    def find(self, path: str) -> tuple[Group, str] | None:
        """The group of a document and its name in it; None for a file that is none of ours."""
        root = home(path)
        if root is not None:
            return self.base(root), _inside(path, root)
        if path not in self.groups and not _RULE_FILE.search(self._opened.get(path, "")):
            return None
        if path not in self.groups:
            self.groups[path] = Group(None, self._lend, lints=self.lints)
        return self.groups[path], path

    def published(self) -> list[Group]:
        """The groups whose problems are told: not a knowledge base that only lends its terms."""
        return [group for group in self.groups.values() if group.opened or group.root in self._folders]


def is_base(folder: Path) -> bool:
    """Whether a folder is a knowledge base."""
    return (folder / VOCABULARY).is_file() and not is_pack(folder)


def home(path: str) -> Path | None:
    """The knowledge base or pack that a YAML file belongs to: one that holds it in one of its two folders."""
    if not path.endswith(".yaml") or "://" in path:
        return None
    here = Path(path)
    for folder in here.parents:
        if folder.name in FOLDERS and (is_base(folder.parent) or is_pack(folder.parent)):
            return folder.parent
    return None


def _inside(path: str, root: Path) -> str:
    return Path(path).relative_to(root).as_posix()
