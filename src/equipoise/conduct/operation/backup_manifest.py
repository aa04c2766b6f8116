"""Manifest of a backup, and its verification; needs no Django."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from hashlib import file_digest, sha256
from pathlib import Path

from equipoise.errors import ConductError, Problem

NAME = "manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """Contents of a backup."""

    made_at: str  # UTC
    trial: str  # id of the protocol
    version: str  # of Equipoise
    vendor: str  # ``sqlite`` or ``postgresql``
    demo: bool  # whether it is of a demonstration
    files: dict[str, str]  # path in the backup -> SHA-256
    heads: dict[str, tuple[int, str]]  # chain -> length and hash, as hexadecimal digits
    vault: tuple[int, str]  # number of allocations and hash of the last one
    key: str  # fingerprint of the key of the allocation database

    def save(self, out: Path) -> None:
        """Writes it to the folder of the files."""
        text = json.dumps(asdict(self), indent=2) + "\n"
        (out / NAME).write_text(text, "utf-8")


def load(backup: Path, key: Path) -> Manifest:
    """The manifest of a backup, if files and key match it (else EQ954)."""
    path = backup / NAME
    try:
        stated = Manifest(**json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError) as error:
        what = "the manifest of the backup cannot be read"
        raise ConductError(problem(what, str(path))) from error
    found = [
        problem(f"{name} is missing or was changed", str(backup))
        for name, hash_ in sorted(stated.files.items())
        if not (backup / name).is_file() or digest(backup / name) != hash_
    ]
    if not key.is_file() or fingerprint(key) != stated.key:
        found.append(problem("the key is missing, or is of another trial", str(key)))
    if found:
        raise ConductError(*found)
    return stated


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def fingerprint(key: Path) -> str:
    """Fingerprint that identifies a key without revealing it."""
    return sha256(b"fingerprint of the key of a vault" + key.read_bytes()).hexdigest()


def problem(what: str, where: str) -> Problem:
    """A problem that prevents the restore: EQ954."""
    return Problem(
        code="EQ954",
        what=what,
        where=where,
        fix="use another copy of the backup, or the keys of this trial in safe keeping",
    )
