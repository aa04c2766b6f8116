"""Key of the allocation database: in a file that only its owner can read."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from equipoise.errors import ConductError

NONCE = 12  # bytes
BLOCK = 64  # bytes; encrypted texts are equally long, so that length reveals nothing


def make_key(path: Path) -> None:
    """Writes a new key, unless there is one; the folder must exist."""
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
                "the key of the allocation database cannot be read",
                where=str(path),
                fix="restore the key from its copy in safe keeping; without it no arm "
                "can be decrypted",
            ) from error

    def seal(self, text: str, bound_to: str, *, block: int = BLOCK) -> bytes:
        """Encrypts a text, filled up to a multiple of ``block`` bytes.

        Only with the same ``bound_to`` can it be decrypted.
        """
        clear = text.encode()
        padded = len(clear).to_bytes(4, "big") + clear
        padded += bytes(-len(padded) % block)
        nonce = os.urandom(NONCE)
        return nonce + self._box.encrypt(nonce, padded, bound_to.encode())

    def open(self, sealed: bytes | memoryview, bound_to: str) -> str:
        """Decrypts a text of ``seal``; EQ932 if it, its place or the key was changed."""
        data = bytes(sealed)
        try:
            clear = self._box.decrypt(data[:NONCE], data[NONCE:], bound_to.encode())
        except InvalidTag as error:
            raise ConductError.single(
                "EQ932",
                "an encrypted arm cannot be decrypted: it was changed or moved, or the "
                "key does not match",
                where="the allocation database",
                fix="stop enrolment and run `equipoise audit verify`",
            ) from error
        return clear[4 : 4 + int.from_bytes(clear[:4], "big")].decode()
