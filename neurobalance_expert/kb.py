"""Where the knowledge base is, what its content digest is, and its parsed content, cached by digest.

A knowledge base is a folder with ``knowledge/``, ``rules/`` and ``reports/templates/``. The cache holds plain JSON: it cannot execute
anything, may be deleted at any time, and is used only when the digest of every file of the knowledge base, of the packs over it and of the
parser agrees.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from neurobalance_expert import source
from neurobalance_expert.atomic import write_quietly
from neurobalance_expert.errors import InputProblems, Misuse, Problem
from neurobalance_expert.source import Document

if TYPE_CHECKING:
    from neurobalance_expert.layers import Change
    from neurobalance_expert.packs import Pack

CACHE_FORMAT = "knowledge-3"
PACKAGED = "_kb"  # the folder of the knowledge base inside the wheel
FOLDERS = ("knowledge", "rules", "reports/templates")
GOLDEN = "golden"  # cases with what is expected of them: beside a knowledge base, no part of it
ON_DEMAND = (  # read by who needs them, not at every start: the food table has a cache of its own, the others serve single commands
    "knowledge/derivation.yaml",
    "knowledge/foods/",
    "knowledge/kinetics/",
    "knowledge/network/",
    "knowledge/overrides.yaml",
    "knowledge/routes.yaml",
    "knowledge/studies/",
)


class KnowledgeFiles(Struct, frozen=True):
    """A knowledge base on disk: its folder, content digest and parsed YAML by path.

    From the cache come the documents of ``knowledge/`` and, instead of the rule files, the compiled rules. There are compiled rules only
    for a knowledge base that passed every check, so positions inside its documents are not kept: nobody asks where a mistake stands.
    With packs, ``documents`` are those of base and packs together, ``base`` those of the base alone, and ``digest`` is of all.
    """

    root: Path
    digest: str
    documents: Mapping[str, Document]
    compiled_rules: bytes | None = None
    packs: tuple[Pack, ...] = ()
    base: Mapping[str, Document] = {}
    changes: tuple[Change, ...] = ()

    def document(self, path: str) -> Document:
        """A document by its path inside the knowledge base. Raises InputProblems when there is none."""
        if path not in self.documents:
            raise missing_file(path)
        return self.documents[path]

    def under(self, folder: str) -> tuple[Document, ...]:
        """Documents whose path starts with the folder, in the order of their paths."""
        return tuple(d for path, d in sorted(self.documents.items()) if path.startswith(f"{folder}/"))


def missing_file(path: str) -> InputProblems:
    """A file that every knowledge base has is not there."""
    fix = "use the folder that 'neurobalance init' made, or add the file"
    return InputProblems([Problem("NB-K020", f"the knowledge base has no file '{path}'", None, "", "", fix)])


def default_kb() -> Path:
    """The knowledge base that ships with the program: inside the wheel, or the top of a source checkout."""
    here = Path(__file__).resolve().parent
    packaged = here / PACKAGED
    return packaged if packaged.is_dir() else here.parent


def is_packaged(kb: Path) -> bool:
    """Whether a knowledge base is the one inside an installed package, which nobody edits."""
    return kb.name == PACKAGED and (kb.parent / "__init__.py").is_file()


def cache_dir() -> Path | None:
    """Where compiled knowledge may be cached; None when ``NEUROBALANCE_CACHE`` is ``off`` or there is no home folder."""
    setting = os.environ.get("NEUROBALANCE_CACHE", "")
    if setting == "off":
        return None
    if setting:
        return Path(setting)
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    try:
        return (Path(base) if base else Path.home() / ".cache") / "neurobalance"
    except RuntimeError:
        return None


def read_knowledge(root: Path, cache: Path | None, packs: Sequence[Path] = ()) -> KnowledgeFiles:
    """The parsed documents of a knowledge base with packs over it, from the cache when the digest of all is the same.

    Raises:
        Misuse: the folder is not a knowledge base, or a folder of ``packs`` is no pack.
        InputProblems: a file cannot be parsed, or a pack does what it may not; the problems of all files together.
    """
    if not (root / "knowledge" / "vocabulary.yaml").is_file():
        raise Misuse(f"'{root}' is not a knowledge base: it has no knowledge/vocabulary.yaml. 'neurobalance init DIR' makes one")
    files = contents(root)
    over = _packs(packs)
    digest = layers_digest(content_digest(files), over)
    cached = _from_cache(root, digest, cache) if cache else None
    if cached is not None:
        return replace(cached, packs=over)
    base = _parse(files)
    if not over:
        return KnowledgeFiles(root, digest, base)
    from neurobalance_expert.layers import lay_over

    layered = lay_over(base, over)
    return KnowledgeFiles(root, digest, layered.documents, None, over, base, layered.changes)


def write_cache(files: KnowledgeFiles, compiled_rules: bytes, cache: Path | None) -> None:
    """Keep what was parsed for the next run. Call it only after every check has passed; failure to write is no failure."""
    if cache is None or files.compiled_rules is not None:
        return
    kept = [(path, d) for path, d in sorted(files.documents.items()) if not path.startswith("rules/")]
    body = ",".join(f"{json.dumps(path)}:{source.to_json(d.data)}" for path, d in kept)
    payload = f"{{{body}}}\n".encode() + compiled_rules
    check = sha256(payload).hexdigest()
    write_quietly(_cache_path(files.digest, cache), f"{CACHE_FORMAT} {check}\n".encode() + payload)


def contents(root: Path) -> dict[str, bytes]:
    """Every file of the knowledge base by its path inside it; hidden files, ``__pycache__`` and links are no part of it."""
    found: dict[str, bytes] = {}
    for folder in FOLDERS:
        if (root / folder).is_dir():
            _gather(str(root / folder), folder, found)
    return dict(sorted(found.items()))


def _gather(folder: str, inside: str, found: dict[str, bytes]) -> None:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith((".", "__")):
                continue
            if entry.is_dir(follow_symlinks=False):
                _gather(entry.path, f"{inside}/{entry.name}", found)
            elif entry.is_file(follow_symlinks=False):
                with open(entry.path, "rb") as file:
                    found[f"{inside}/{entry.name}"] = file.read()


def content_digest(files: Mapping[str, bytes]) -> str:
    """One digest of files by their path: ``sha256:…``."""
    whole = sha256()
    for path, content in sorted(files.items()):
        whole.update(f"{path}\0{sha256(content).hexdigest()}\n".encode())
    return f"sha256:{whole.hexdigest()}"


def _packs(folders: Sequence[Path]) -> tuple[Pack, ...]:
    if not folders:
        return ()
    from neurobalance_expert.packs import is_pack, read_pack

    for folder in folders:
        if not is_pack(folder):
            raise Misuse(
                f"'{folder}' is no pack: it has no pack.yaml. Of several --kb one at most is a whole knowledge base (docs/packs.md)"
            )
    return tuple(read_pack(folder) for folder in folders)


def layers_digest(digest: str, packs: Sequence[Pack]) -> str:
    """The digest of all layers; that of the base where there is no other."""
    if not packs:
        return digest
    return f"sha256:{sha256(' '.join([digest, *(pack.digest for pack in packs)]).encode()).hexdigest()}"


def _parse(files: Mapping[str, bytes]) -> dict[str, Document]:
    documents: dict[str, Document] = {}
    problems: list[Problem] = []
    sources: dict[str, str] = {}
    for path, content in files.items():
        if not path.endswith(".yaml") or path.startswith(ON_DEMAND):
            continue
        try:
            documents[path] = source.parse_yaml(source.decode(content, path), path)
        except InputProblems as error:
            problems += error.problems
            sources |= error.sources
    if problems:
        raise InputProblems(problems, sources)
    return documents


# --- cache --------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _parser_digest() -> str:
    """The cache is void when the code that fills it changes: this module, what reads YAML and lays packs over it, and ``rules``."""
    here = Path(__file__).parent
    code = [Path(__file__), here / "source.py", here / "layers.py", *sorted((here / "rules").glob("*.py"))]
    return sha256(b"".join(path.read_bytes() for path in code)).hexdigest()


def _cache_path(digest: str, cache: Path) -> Path:
    name = sha256(f"{digest} {_parser_digest()}".encode()).hexdigest()
    return cache / f"{CACHE_FORMAT}-{name[:32]}.json"


def _from_cache(root: Path, digest: str, cache: Path) -> KnowledgeFiles | None:
    try:
        head, _, payload = _cache_path(digest, cache).read_bytes().partition(b"\n")
        if head.decode() != f"{CACHE_FORMAT} {sha256(payload).hexdigest()}":
            return None
        content, _, rules = payload.partition(b"\n")
        data = json.loads(content, parse_float=Decimal, parse_int=Decimal)
    except (OSError, ValueError):
        return None
    return KnowledgeFiles(root, digest, {path: Document(inner, "", path) for path, inner in data.items()}, rules)
