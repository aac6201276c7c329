"""Signatures of a log: what was signed fits, and whatever was changed, added, cut off or signed by another key is said."""

from __future__ import annotations

import json
import os
import stat
import sys
from pathlib import Path

import pytest

from neurobalance_expert.errors import InputProblems, Misuse
from neurobalance_expert.records.keys import make_keys, read_private, read_public, require
from neurobalance_expert.records.log import LOG, add_record, lines
from neurobalance_expert.records.sign import SIGNATURES, check_signature, sign
from tests.conftest import Run


def never() -> str:
    """A passphrase that must not be asked for."""
    raise AssertionError("asked for a passphrase")


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """A private key."""
    make_keys(tmp_path / "key")
    return tmp_path / "key"


@pytest.fixture
def signed(tmp_path: Path, key: Path) -> Path:
    """A folder with a log of three lines, signed."""
    folder = tmp_path / "signed"
    folder.mkdir()
    for number in range(3):
        add_record(folder, f"{number}.json", f"sha256:{number}")
    sign_all(folder, key)
    return folder


def sign_all(folder: Path, key: Path) -> bool:
    """Sign the whole log; whether the signature is new."""
    chain = list(lines(folder))
    return sign(folder, len(chain), chain[-1].digest, read_private(key, never))[1]


def said(folder: Path, key: Path) -> list[str]:
    """The codes of what is wrong with the signature by a key."""
    public = key.with_name(f"{key.name}.pub")
    return [problem.code for problem in check_signature(folder, read_public(public), list(lines(folder)))[1]]


def test_a_signature_covers_every_line_and_is_made_once(signed: Path, key: Path) -> None:
    """Ed25519 gives the same signature for the same head: it is not added again. After one more line there is a second one."""
    assert ([], False) == (said(signed, key), sign_all(signed, key))
    add_record(signed, "3.json", "sha256:3")
    assert (["NB-A012"], True, []) == (said(signed, key), sign_all(signed, key), said(signed, key))
    assert [3, 4] == [json.loads(line)["n"] for line in (signed / SIGNATURES).read_text().splitlines()]


def test_how_many_entries_are_not_covered_is_said(signed: Path, key: Path) -> None:
    """Two came after the signature of three."""
    for number in (3, 4):
        add_record(signed, f"{number}.json", f"sha256:{number}")
    (problem,) = check_signature(signed, read_public(key.with_name("key.pub")), list(lines(signed)))[1]

    assert ("NB-A012", True) == (problem.code, "covers 3 of 5 entries of the log; 2 came later" in problem.what)


def test_a_log_that_is_cut_off_or_written_anew_no_longer_fits(signed: Path, key: Path) -> None:
    """The chain agrees with itself both times."""
    text = (signed / LOG).read_bytes()
    (signed / LOG).write_bytes(b"".join(text.splitlines(keepends=True)[:2]))
    assert ["NB-A014"] == said(signed, key)
    (signed / LOG).unlink()
    for number in range(3):
        add_record(signed, f"{number}.json", f"sha256:forged{number}")
    assert ["NB-A014"] == said(signed, key)


def test_a_missing_signature_and_one_by_another_key_are_said(signed: Path, key: Path, tmp_path: Path) -> None:
    """With whose signatures there are."""
    make_keys(tmp_path / "other")
    (problem,) = check_signature(signed, read_public(tmp_path / "other.pub"), list(lines(signed)))[1]
    assert ("NB-A011", True) == (problem.code, "it is signed by ed25519:" in problem.why)
    (signed / SIGNATURES).unlink()
    assert ["NB-A010"] == said(signed, key)


def test_two_people_sign_the_same_log(signed: Path, key: Path, tmp_path: Path) -> None:
    """Each signature is found by its key."""
    make_keys(tmp_path / "other")
    sign_all(signed, tmp_path / "other")

    assert ([], []) == (said(signed, key), said(signed, tmp_path / "other"))


@pytest.mark.parametrize("field", ["n", "head", "signature"])
def test_a_changed_signature_is_damaged(signed: Path, key: Path, field: str) -> None:
    """The number, the digest, or the bytes of the signature."""
    path = signed / SIGNATURES
    data = json.loads(path.read_text())
    data[field] = 2 if field == "n" else list(lines(signed))[1].digest if field == "head" else data[field][::-1]
    path.write_text(json.dumps(data) + "\n")

    assert ["NB-A013"] == said(signed, key)


@pytest.mark.parametrize("tail", [b"{", b"nonsense\n", b"{}\n", b"[" * 60_000 + b"\n", b"\xff\n", b"x" * 200_000, b'{"n":"3"}\n'])
def test_a_damaged_file_is_said_with_its_line_and_nothing_is_added(signed: Path, key: Path, tail: bytes) -> None:
    """Half a line, no JSON, no signature, deep nesting, no text, no end, a wrong type."""
    path = signed / SIGNATURES
    path.write_bytes(whole := path.read_bytes() + tail)
    add_record(signed, "3.json", "sha256:3")
    with pytest.raises(InputProblems) as caught:
        sign_all(signed, key)
    (problem,) = caught.value.problems

    assert (["NB-A013"], 2, whole) == (said(signed, key), problem.at and problem.at.line, path.read_bytes())


@pytest.mark.skipif(os.name == "nt", reason="modes and links of POSIX")
def test_key_files_are_private_and_never_written_over(key: Path, tmp_path: Path) -> None:
    """Mode 0600; a file or a dangling link of the name of either key is left as it is, and no key is made."""
    public = key.with_name("key.pub")
    before = key.read_bytes(), public.read_bytes()
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    (tmp_path / "b.pub").write_text("mine")
    for taken in ("key", "link", "b"):
        with pytest.raises(Misuse, match="never written over"):
            make_keys(tmp_path / taken)

    assert [0o600, 0o600] == [stat.S_IMODE(path.stat().st_mode) for path in (key, public)]
    assert (before, "mine", False) == ((key.read_bytes(), public.read_bytes()), (tmp_path / "b.pub").read_text(), (tmp_path / "b").exists())
    assert not (tmp_path / "nowhere").exists()


def test_an_encrypted_key_opens_with_its_passphrase_alone(tmp_path: Path) -> None:
    """A wrong one is misuse; the right one gives the key whose public half stands beside it."""
    make_keys(tmp_path / "key", "correct horse")
    with pytest.raises(Misuse, match="does not open"):
        read_private(tmp_path / "key", lambda: "wrong horse")

    opened = read_private(tmp_path / "key", lambda: "correct horse")
    assert read_public(tmp_path / "key.pub").public_bytes_raw() == opened.public_key().public_bytes_raw()


def test_what_is_no_key_is_said(key: Path, tmp_path: Path) -> None:
    """Nothing there, a folder, text, a key of the other half, a key of another kind, too large."""
    from cryptography.hazmat.primitives import serialization as form
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    other = X25519PrivateKey.generate()
    (tmp_path / "x").write_bytes(other.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption()))
    (tmp_path / "x.pub").write_bytes(other.public_key().public_bytes(form.Encoding.PEM, form.PublicFormat.SubjectPublicKeyInfo))
    (tmp_path / "text").write_text("no key")
    (tmp_path / "large").write_bytes(b"-" * 20_000)
    for name in ("nothing", ".", "text", "large", "key", "x.pub"):
        with pytest.raises(InputProblems) as caught:
            read_public(tmp_path / name)
        assert "NB-A015" == caught.value.problems[0].code
    for name in ("nothing", ".", "text", "large", "key.pub", "x"):
        with pytest.raises(InputProblems) as caught:
            read_private(tmp_path / name, never)
        assert "NB-A015" == caught.value.problems[0].code


def test_without_the_library_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra is named."""
    monkeypatch.setitem(sys.modules, "cryptography", None)
    with pytest.raises(Misuse, match=r"pip install 'neurobalance\[sign\]'"):
        require()


# --- as a user types it -------------------------------------------------------------------------------------------


def test_a_folder_is_signed_and_verified_and_a_changed_record_is_not_signed(run: Run, folder: Path, record: Path, tmp_path: Path) -> None:
    """keygen, sign and verify end with 0; after a change of a record nothing is signed, and the signature still fits the log."""
    key, public = tmp_path / "key", tmp_path / "key.pub"
    made = run("records", "keygen", key, "--encrypt", NEUROBALANCE_PASSPHRASE="correct horse")
    asked = run("records", "sign", folder, "--key", key)
    signed = run("records", "sign", folder, "--key", key, "--format", "json", NEUROBALANCE_PASSPHRASE="correct horse")
    verified = run("records", "verify", folder, "--public-key", public)

    assert [0, 2, 0, 0] == [done.returncode for done in (made, asked, signed, verified)]
    assert "set NEUROBALANCE_PASSPHRASE" in asked.stderr
    assert (True, 3) == (json.loads(signed.stdout)["new"], json.loads(signed.stdout)["n"])
    assert verified.stdout.endswith(f"signed by {json.loads(signed.stdout)['key']}\n")
    record.write_text(record.read_text().replace("moderate", "minor"))
    changed = run("records", "sign", folder, "--key", key, NEUROBALANCE_PASSPHRASE="correct horse")
    assert (1, True, 1) == (changed.returncode, "NB-A002" in changed.stderr, len((folder / SIGNATURES).read_text().splitlines()))


def test_an_empty_log_and_an_empty_passphrase_are_misuse(run: Run, tmp_path: Path, key: Path) -> None:
    """There is nothing to sign, and nothing that protects."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / LOG).touch()
    nothing = run("records", "sign", tmp_path / "empty", "--key", key)
    open_key = run("records", "keygen", tmp_path / "open", "--encrypt", NEUROBALANCE_PASSPHRASE="")

    assert (2, True) == (nothing.returncode, "nothing to sign" in nothing.stderr)
    assert (2, False) == (open_key.returncode, (tmp_path / "open").exists())
