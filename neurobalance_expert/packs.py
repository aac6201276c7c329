"""Knowledge packs: a folder that adds to a knowledge base, read and typed. ``docs/packs.md`` says what a pack may hold."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from msgspec import Struct

from neurobalance_expert import source
from neurobalance_expert.errors import Problems, Span, did_you_mean
from neurobalance_expert.fact import SEVERITIES
from neurobalance_expert.source import Document

HEAD = "pack.yaml"
SCHEMA = "neurobalance/pack/1"
LAYERED = (  # files of knowledge/ that a pack may add to
    "conditions",
    "condition_effects",
    "interactions",
    "medicines",
    "references",
    "substances",
    "thresholds",
    "vocabulary",
    "warning_signs",
)
PARTS = ("rules", "interactions", "conditions")  # what a pack may raise
SCHEMAS = "schemas"  # a folder for editors, which nothing reads
MOST_FILES = 1000

_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_TAKEN = ("knowledge", "rules", "reports")  # the folders of a knowledge base: a place must tell whose it is
_FIELDS = ("schema", "name", "version", "notes", "raise")
_RAISE = ("severity", "refer", "because", "sources")


class Raise(Struct, frozen=True):
    """One entry of the knowledge base that a pack takes more seriously. ``severity`` is '' where only ``refer`` is raised."""

    part: str
    id: str
    severity: str
    refer: bool
    because: str
    sources: tuple[str, ...]
    at: Span


class Pack(Struct, frozen=True):
    """A pack: its files by their path inside it, and what it raises. ``digest`` is of every file that is read."""

    root: Path
    name: str
    version: str
    digest: str
    texts: Mapping[str, str]
    raises: tuple[Raise, ...]

    def shown(self, path: str) -> str:
        """How messages and reports name a file of the pack."""
        return f"{self.name}/{path}"

    def sources(self) -> dict[str, str]:
        """Its texts by the names that messages use; ``pack.yaml`` also by the folder, because that is read before the name is known."""
        return {f"{self.root.name}/{HEAD}": self.texts[HEAD]} | {self.shown(path): text for path, text in self.texts.items()}


def is_pack(folder: Path) -> bool:
    """Whether a folder is a pack and not a whole knowledge base; a link is no part of one."""
    return (folder / HEAD).is_file() and not (folder / HEAD).is_symlink()


def read_pack(folder: Path) -> Pack:
    """A pack from its folder.

    Raises:
        InputProblems: a file that a pack may not have (NB-K111), cannot be read, or a ``pack.yaml`` that is incomplete (NB-K110).
    """
    problems = Problems()
    paths = list(_files(folder, problems))
    if sum((folder / path).stat().st_size for path in paths) > source.MAX_BYTES:
        problems.add(
            "NB-K111", f"the files of the pack '{folder.name}' are together larger than {source.MAX_BYTES:,} bytes", fix="split the pack"
        )
    problems.stop()
    return parse_pack(folder, {path: source.read_text(folder / path, shown_as=f"{folder.name}/{path}") for path in paths})


def parse_pack(folder: Path, texts: Mapping[str, str]) -> Pack:
    """A pack from its files by their path inside ``folder``. Raises InputProblems as ``read_pack``."""
    head = source.parse_yaml(texts[HEAD], f"{folder.name}/{HEAD}")
    reader = _Head(head, Problems())
    name, version = reader.text("name"), reader.text("version")
    reader.check(name)
    raises = tuple(reader.raises())
    reader.problems.stop()
    whole = sha256("".join(f"{path}\0{sha256(_bytes(text)).hexdigest()}\n" for path, text in texts.items()).encode())
    return Pack(folder, name, version, f"sha256:{whole.hexdigest()}", texts, raises)


def _bytes(text: str) -> bytes:
    return text.encode(errors="surrogatepass")


def _files(folder: Path, problems: Problems) -> Iterator[str]:
    """Paths of the files that are read, sorted; links, hidden files, readmes and schemas for editors are no part of a pack."""
    for number, path in enumerate(sorted(_walk(folder, ""))):
        if number >= MOST_FILES:
            problems.add("NB-K111", f"the pack '{folder.name}' has more than {MOST_FILES} files", fix="name the folder of the pack itself")
            return
        parts = path.split("/")
        if path == HEAD or (parts[0] == "rules" and path.endswith(".yaml")) or path in {f"knowledge/{name}.yaml" for name in LAYERED}:
            yield path
        elif parts[0] != SCHEMAS and not parts[-1].upper().startswith(("README", "LICENSE", "CHANGELOG")):
            why = "nothing reads it there, so what it says would have no effect"
            may = f"a pack has {HEAD}, rules/*.yaml and knowledge/ with {', '.join(LAYERED)}"
            problems.add("NB-K111", f"a pack may not have the file '{path}'", Span(f"{folder.name}/{path}", 1, 1), why=why, fix=may)


def _walk(folder: Path, inside: str) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith((".", "__")):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(Path(entry.path), f"{inside}{entry.name}/")
            elif entry.is_file(follow_symlinks=False):
                yield f"{inside}{entry.name}"


class _Head:
    """Reads ``pack.yaml``; notes what is wrong and goes on."""

    def __init__(self, document: Document, problems: Problems) -> None:
        self.document, self.problems = document, problems
        problems.sources[document.file] = document.text
        self.data: dict[str, Any] = document.data if isinstance(document.data, dict) else {}

    def check(self, name: str) -> None:
        """Schema, name and fields."""
        if self.data.get("schema") != SCHEMA:
            self._wrong("this program reads packs of another schema", ("schema",), f"write 'schema: {SCHEMA}'")
        if name and (not _NAME.fullmatch(name) or name in _TAKEN):
            self._wrong(f"'{name}' cannot be the name of a pack", ("name",), "write small letters and digits, such as clinic-north")
        self._only(self.data, (), _FIELDS)

    def text(self, field: str) -> str:
        """A field that must be there."""
        value = self.data.get(field)
        if not isinstance(value, str) or not value.strip():
            self._wrong(f"the pack has no '{field}'", (field,), f"write '{field}: …' at the top, a version in three parts: 1.0.0")
            return ""
        return value

    def raises(self) -> Iterator[Raise]:
        """What stands under ``raise:``."""
        parts = self.data.get("raise") or {}
        self._only(parts, ("raise",), PARTS)
        for part in PARTS:
            entries = parts.get(part) if isinstance(parts, dict) else None
            for id_, spec in entries.items() if isinstance(entries, dict) else ():
                found = self._raise(part, str(id_), spec)
                if found is not None:
                    yield found

    def _raise(self, part: str, id_: str, spec: object) -> Raise | None:
        keys = ("raise", part, id_)
        given: dict[str, Any] = spec if isinstance(spec, dict) else {}
        self._only(given, keys, _RAISE)
        wanted = "refer" if part == "conditions" else "severity"
        severity, sources = str(given.get("severity", "")), given.get("sources", [])
        because = given.get("because")
        if wanted not in given or not isinstance(because, str) or not because.strip() or "{{" in because:
            form = "{refer: true, because: …}" if part == "conditions" else "{severity: major, because: …, sources: [reference]}"
            self._wrong(f"'{id_}' is not raised to anything, or not said why", keys, f"write {id_}: {form}, the reason without braces")
            return None
        if (part == "conditions") != (severity == "") or (severity and severity not in SEVERITIES):
            self._wrong(f"'{severity}' is no severity for '{id_}'", keys, f"for rules and interactions one of {', '.join(SEVERITIES)}")
            return None
        if given.get("refer", True) is not True or ("refer" in given and part != "conditions"):
            self._wrong(f"'refer' of '{id_}' can only be true, and of a condition", keys, "take it out")
            return None
        if not isinstance(sources, list) or (part != "conditions" and not sources):
            self._wrong(f"'{id_}' is raised without a source", keys, "name references of knowledge/references.yaml of base or pack")
            return None
        at = self.document.at_key(*keys)
        return Raise(part, id_, severity, wanted == "refer", " ".join(because.split()), tuple(map(str, sources)), at)

    def _only(self, data: object, keys: tuple[str, ...], known: tuple[str, ...]) -> None:
        if not isinstance(data, dict):
            self._wrong(f"'{keys[-1] if keys else HEAD}' holds no entries", keys, f"write {', '.join(known)} below it")
            return
        for key in data:
            if key not in known:
                fix = did_you_mean(str(key), known, otherwise=f"it may have {', '.join(known)}")
                self._wrong(f"'{key}' is not read in {HEAD}", (*keys, str(key)), fix)

    def _wrong(self, what: str, keys: tuple[str, ...], fix: str) -> None:
        self.problems.add("NB-K110", what, self.document.at_key(*keys), why="what a pack changes must be plain to see", fix=fix)
