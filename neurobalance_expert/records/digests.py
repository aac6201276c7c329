"""Digests of everything that an assessment depends on beside the case: knowledge, packs, rules, templates, program, lock files."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from neurobalance_expert.errors import Misuse
from neurobalance_expert.kb import PACKAGED, content_digest, contents, default_kb, is_packaged, layers_digest
from neurobalance_expert.loaded import Knowledge
from neurobalance_expert.records.read import Digests, KnowledgeDigests, PackDigests, Program
from neurobalance_expert.rules.digest import rule_digest
from neurobalance_expert.version import VERSION

BASE, PACKS, TEMPLATES = "base/", "packs/", "reports/templates/"


def layers(knowledge: Knowledge) -> dict[str, bytes]:
    """Every file of a knowledge base and of the packs over it: ``base/…`` and ``packs/01-name/…``.

    Raises:
        Misuse: the files are no longer those that were loaded.
    """
    base = contents(knowledge.files.root)
    packs = knowledge.files.packs
    if layers_digest(content_digest(base), packs) != knowledge.digest:
        raise Misuse("the knowledge base was changed while it was in use; run the command again")
    found = {f"{BASE}{path}": content for path, content in base.items()}
    for number, pack in enumerate(packs, 1):
        for path, text in pack.texts.items():
            found[f"{PACKS}{number:02d}-{pack.name}/{path}"] = text.encode()
    return found


def digests_of(knowledge: Knowledge, files: Mapping[str, bytes]) -> Digests:
    """All digests; ``files`` are those of ``layers``."""
    base = {path.removeprefix(BASE): content for path, content in files.items() if path.startswith(BASE)}
    return Digests(
        knowledge=KnowledgeDigests(f"{knowledge.name} {knowledge.version}", knowledge.digest, content_digest(base), each(base)),
        packs=tuple(
            PackDigests(pack.name, pack.version, pack.digest, each({path: text.encode() for path, text in pack.texts.items()}))
            for pack in knowledge.files.packs
        ),
        rules={rule.id: rule_digest(rule) for rule in sorted(knowledge.rules.rules, key=lambda rule: rule.id)},
        templates=content_digest({path: content for path, content in base.items() if path.startswith(TEMPLATES)}),
        program=Program(VERSION, program_digest()),
        lock=lock_digests(),
    )


def program_digest() -> str:
    """One digest of all modules of the program, as they are on the disk."""
    here = Path(__file__).resolve().parent.parent
    modules = {path.relative_to(here).as_posix(): path for path in here.rglob("*.py")}
    return content_digest({name: path.read_bytes() for name, path in modules.items() if not name.startswith(f"{PACKAGED}/")})


def lock_digests() -> dict[str, str] | None:
    """The digest of each lock file of a source checkout; None for an installed package, which has none."""
    top = default_kb()
    locks = [] if is_packaged(top) else sorted((top / "requirements").glob("*.txt"))
    return {path.name: _sha(path.read_bytes()) for path in locks} or None


def each(files: Mapping[str, bytes]) -> dict[str, str]:
    """The digest of each file."""
    return {path: _sha(content) for path, content in sorted(files.items())}


def _sha(content: bytes) -> str:
    return f"sha256:{sha256(content).hexdigest()}"
