"""Reads the record of interim analyses from its file."""

from __future__ import annotations

from pathlib import Path

from equipoise.errors import DesignError
from equipoise.exchange.protocols import read_text
from equipoise.interim.record import Recorded, from_text


def read_record(path: Path, *, required: bool) -> tuple[Recorded, ...]:
    """The entries of a record.

    Args:
        path: ``looks.json`` of ``equipoise interim``.
        required: whether an absent file is an error, and not a record without entries.

    Raises:
        DesignError: EQ838, the file is absent, is no record, or was changed.
        LibraryError: EQ002, it cannot be read.
    """
    if not path.exists():
        if not required:
            return ()
        raise DesignError.single(
            "EQ838",
            f"{path} does not exist",
            where="record of the interim analyses",
            fix="name the file looks.json that `equipoise interim` wrote",
        )
    return from_text(read_text(path), origin=path.name)
