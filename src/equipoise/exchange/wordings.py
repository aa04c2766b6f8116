"""Wording of instruments that a site has a licence for, read from its folders."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from equipoise import library
from equipoise.errors import InstrumentError, listing
from equipoise.exchange.protocols import read_text
from equipoise.instruments.wording import parse_wording
from equipoise.protocol.model import Protocol

FOLDER = "wording"


def wordings(protocol: Protocol, folders: Iterable[Path]) -> dict[str, str]:
    """Id of an instrument -> text of its wording, of those that have one.

    Args:
        protocol: of the trial.
        folders: searched for a folder ``wording``, in this order; then the library,
            which has the wording of instruments in the public domain.

    Raises:
        LibraryError: EQ002, a file cannot be read.
        InstrumentError: EQ200, EQ207: a file is not the wording of an instrument of the
            trial.
    """
    found = {
        name: library.text("wording", name)
        for name in library.names("wording")
        if name in protocol.scales
    }
    for folder in reversed(list(folders)):
        for path in sorted((folder / FOLDER).glob("*.toml")):
            scale = protocol.scales.get(path.stem)
            if scale is None:
                raise InstrumentError.single(
                    "EQ207",
                    f"the protocol has no instrument {path.stem!r}",
                    where=str(path),
                    fix=f"name the file after one of {listing(protocol.scales)}",
                )
            text = read_text(path)
            parse_wording(text, scale, origin=str(path))
            found[path.stem] = text
    return found


def folder_of(name_or_path: str | Path) -> list[Path]:
    """The folder of a protocol file; empty for a protocol of the library."""
    path = Path(name_or_path)
    return [path.parent] if path.suffix == ".toml" or path.exists() else []
