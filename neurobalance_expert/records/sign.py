"""Signatures of a log: each of the digest of its last line at that time, and so of every line before it and of every record.

They stand in a file beside the log, a line each, and none is ever changed. What a signature shows and what not: docs/records.md
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from neurobalance_expert.atomic import append, locked
from neurobalance_expert.errors import InputProblems, Misuse, Problem, Span
from neurobalance_expert.records.keys import name_of
from neurobalance_expert.records.log import LOCK, MOST_LINE, Line

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

SIGNATURES = "signatures.jsonl"
SCHEMA = "neurobalance/signature/1"


class Signature(Struct, frozen=True):
    """A signature of the first ``n`` lines of a log: ``head`` is the digest of line ``n``."""

    n: int
    head: str
    key: str  # the public key
    signature: str  # 64 bytes in hexadecimal

    def fits(self, key: Ed25519PublicKey) -> bool:
        """Whether the holder of the key signed this head at this line."""
        from cryptography.exceptions import InvalidSignature

        try:
            key.verify(bytes.fromhex(self.signature), signed_bytes(self.n, self.head))
        except (InvalidSignature, ValueError):
            return False
        return True


def signed_bytes(n: int, head: str) -> bytes:
    """What is signed: the schema, the number of the line and its digest, a line each."""
    return f"{SCHEMA}\n{n}\n{head}\n".encode()


def sign(folder: Path, n: int, head: str, key: Ed25519PrivateKey) -> tuple[Signature, bool]:
    """Append a signature of the first ``n`` lines, and whether it is new: the same key does not sign the same head twice.

    Raises:
        InputProblems: the file of signatures is damaged (NB-A013).
        Misuse: it cannot be written.
    """
    made = Signature(n, head, name_of(key.public_key()), key.sign(signed_bytes(n, head)).hex())
    try:
        with locked(folder / LOCK):
            if made in signatures(folder):
                return made, False
            append(folder / SIGNATURES, f"{json.dumps(msgspec.to_builtins(made), separators=(',', ':'))}\n".encode())
    except OSError as error:
        raise Misuse(f"cannot write '{folder / SIGNATURES}': {error.strerror or error}") from None
    return made, True


def signatures(folder: Path) -> list[Signature]:
    """Every signature, the oldest first; none where there is no file.

    Raises:
        InputProblems: a line is no signature (NB-A013).
        OSError: the file cannot be read.
    """
    path = folder / SIGNATURES
    found: list[Signature] = []
    try:
        with path.open("rb") as file:
            while raw := file.readline(MOST_LINE + 1):
                found.append(_parsed(path, raw, len(found) + 1))
    except FileNotFoundError:
        return []
    return found


def check_signature(folder: Path, key: Ed25519PublicKey, chain: Sequence[Line]) -> tuple[Signature | None, list[Problem]]:
    """The latest signature with a key, and everything that is wrong with it: it must fit, and cover the whole chain.

    Args:
        chain: The lines of the log, as far as each follows the one before.
    """
    try:
        every = signatures(folder)
    except InputProblems as error:
        return None, list(error.problems)
    except OSError as error:
        return None, [_damaged(folder / SIGNATURES, 0, error.strerror or str(error))]
    if not every:
        what = f"there is no signature of the log in '{folder}'"
        fix = "'neurobalance records sign DIR --key FILE' signs it"
        return None, [Problem("NB-A010", what, None, "", "it was never signed, or the file of signatures was taken away", fix)]
    name = name_of(key)
    own = [(n, signature) for n, signature in enumerate(every, 1) if signature.key == name]
    if not own:
        what = f"no signature of the log in '{folder}' is by the key {name}"
        why = f"it is signed by {', '.join(dict.fromkeys(signature.key for signature in every))}"
        return None, [Problem("NB-A011", what, None, "", why, "name the public key of who signed it")]
    wrong = [_damaged(folder / SIGNATURES, n, "the signature is not one of what the line says") for n, s in own if not s.fits(key)]
    if wrong:
        return None, wrong
    latest = max((signature for _, signature in own), key=lambda s: s.n)
    return latest, _coverage(latest, chain)


def _coverage(signature: Signature, chain: Sequence[Line]) -> list[Problem]:
    """What of the chain a signature does not cover."""
    if not 0 < signature.n <= len(chain) or chain[signature.n - 1].digest != signature.head:
        what = f"line {signature.n} of the log is not the one that was signed, {signature.head}"
        why = "lines were taken off the end of the log, or it was written anew, after it was signed"
        return [Problem("NB-A014", what, None, "", why, "keep the folder as it is and find out what happened to it")]
    open_lines = len(chain) - signature.n
    if not open_lines:
        return []
    what = f"the latest signature covers {signature.n} of {len(chain)} entries of the log; {open_lines} came later and are not covered"
    return [Problem("NB-A012", what, None, "", "whoever may write the folder can have added them", "look at them, and sign again")]


def _parsed(path: Path, raw: bytes, n: int) -> Signature:
    if not raw.endswith(b"\n"):
        raise InputProblems([_damaged(path, n, "it is not whole: the line end is missing")])
    try:
        return msgspec.convert(json.loads(raw.decode()), Signature)
    except (ValueError, RecursionError) as error:
        raise InputProblems([_damaged(path, n, f"it is no signature ({error})")]) from None


def _damaged(path: Path, n: int, why: str) -> Problem:
    at = Span(str(path), n, 1) if n else None
    fix = "use a copy of the file, or move it away and sign again after 'records verify' found all in order"
    return Problem("NB-A013", f"{f'line {n} of ' if n else ''}'{path}' cannot be used: {why}", at, "", "", fix)
