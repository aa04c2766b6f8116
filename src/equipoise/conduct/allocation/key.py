"""The key of the vault: in a file that only its owner can read, in no database."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from equipoise.errors import ConductError

NONCE = 12  # bytes
BLOCK = 64  # bytes; sealed texts are equally long, so that length tells nothing


def make_key(path: Path) -> None:
    """Writes a new key, unless there is one; the folder must be there."""
    if path.exists():
        return
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(AESGCM.generate_key(bit_length=256))
        file.flush()
        os.fsync(file.fileno())


class Vault:
    """Encrypts and decrypts with the key of the trial (AES-256-GCM)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._box = AESGCM(path.read_bytes())
        except (OSError, ValueError) as error:
            raise ConductError.single(
                "EQ931",
                "the key of the vault cannot be read",
                where=str(path),
                mend="bring the key back from where it was put for safe keeping; "
                "without it nobody can know who got what",
            ) from error

    def seal(self, text: str, bound_to: str, *, block: int = BLOCK) -> bytes:
        """Encrypts a text, filled up to a multiple of ``block`` bytes.

        Moved elsewhere than where it is ``bound_to``, it cannot be opened.
        """
        clear = text.encode()
        padded = len(clear).to_bytes(4, "big") + clear
        padded += bytes(-len(padded) % block)
        nonce = os.urandom(NONCE)
        return nonce + self._box.encrypt(nonce, padded, bound_to.encode())

    def open(self, sealed: bytes | memoryview, bound_to: str) -> str:
        """Decrypts what ``seal`` made; EQ932 if it was changed or moved, or the key was."""
        data = bytes(sealed)
        try:
            clear = self._box.decrypt(data[:NONCE], data[NONCE:], bound_to.encode())
        except InvalidTag as error:
            raise ConductError.single(
                "EQ932",
                "a sealed arm does not open: it was changed or moved, or the key is "
                "another one",
                where="the vault",
                mend="stop enrolment and verify the vault: `equipoise audit verify`",
            ) from error
        return clear[4 : 4 + int.from_bytes(clear[:4], "big")].decode()
