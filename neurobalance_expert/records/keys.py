"""Keys that sign a log of records: Ed25519, as PEM files that other tools read too. Needs the extra ``sign`` (the library cryptography)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from neurobalance_expert.atomic import write_new
from neurobalance_expert.errors import InputProblems, Misuse, Problem

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

PUBLIC_SUFFIX = ".pub"
MOST_BYTES = 16_384  # of a key file
Ask = Callable[[], str]  # the passphrase, asked for only where one is needed


def make_keys(path: Path, passphrase: str = "") -> Path:
    """Write a new private key to ``path`` and its public key beside it, both with mode 0600; the path of the public key.

    Args:
        passphrase: What the private key is encrypted with; '' for none.

    Raises:
        Misuse: one of the files is there already (a key is never written over), cannot be written, or the library is not installed.
    """
    require()
    from cryptography.hazmat.primitives import serialization as form
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    public = path.with_name(path.name + PUBLIC_SUFFIX)
    for there in (path, public):
        if there.exists() or there.is_symlink():
            raise _taken(there)
    key = Ed25519PrivateKey.generate()
    locked = form.BestAvailableEncryption(passphrase.encode()) if passphrase else form.NoEncryption()
    try:
        write_new(path, key.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, locked), private=True)
        write_new(public, key.public_key().public_bytes(form.Encoding.PEM, form.PublicFormat.SubjectPublicKeyInfo), private=True)
    except FileExistsError as error:
        raise _taken(Path(str(error.filename2 or error.filename))) from None
    except OSError as error:
        raise Misuse(f"cannot write '{path}': {error.strerror or error}. Choose another place for the key") from None
    return public


def read_private(path: Path, ask: Ask) -> Ed25519PrivateKey:
    """A private key.

    Args:
        ask: Gives the passphrase of an encrypted key.

    Raises:
        InputProblems: the file cannot be read or is no private Ed25519 key (NB-A015).
        Misuse: the passphrase does not open it, or the library is not installed.
    """
    require()
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    content = _content(path)
    try:
        try:
            key: object = load_pem_private_key(content, None)
        except TypeError:  # what the library raises for an encrypted key without a passphrase
            key = _opened(path, content, ask())
    except (ValueError, UnsupportedAlgorithm):
        raise _unusable(path, "it is no private key in PEM form") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise _unusable(path, "its key is of another kind than Ed25519")
    return key


def read_public(path: Path) -> Ed25519PublicKey:
    """A public key. Raises what ``read_private`` raises."""
    require()
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(_content(path))
    except (ValueError, UnsupportedAlgorithm):
        raise _unusable(path, "it is no public key in PEM form") from None
    if not isinstance(key, Ed25519PublicKey):
        raise _unusable(path, "its key is of another kind than Ed25519")
    return key


def name_of(key: Ed25519PublicKey) -> str:
    """``ed25519:…`` with the 32 bytes of a public key in hexadecimal."""
    return f"ed25519:{key.public_bytes_raw().hex()}"


def require() -> None:
    """Raises Misuse where the library is not installed."""
    try:
        import cryptography
    except ImportError:
        raise Misuse("signatures need the library cryptography, which is not installed: pip install 'neurobalance[sign]'") from None
    del cryptography


def _opened(path: Path, content: bytes, passphrase: str) -> object:
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        return load_pem_private_key(content, passphrase.encode())
    except ValueError:
        raise Misuse(f"the passphrase does not open '{path}'") from None


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise _unusable(path, error.strerror or str(error)) from None
    if len(content) > MOST_BYTES:
        raise _unusable(path, f"it is larger than {MOST_BYTES:,} bytes")
    return content


def _unusable(path: Path, why: str) -> InputProblems:
    fix = f"name a file that 'records keygen' wrote: FILE to sign, FILE{PUBLIC_SUFFIX} to verify"
    return InputProblems([Problem("NB-A015", f"'{path}' cannot be used as a key: {why}", None, "", "", fix)])


def _taken(path: Path) -> Misuse:
    return Misuse(f"'{path}' is there already, and a key is never written over; choose another name")
