"""Writes files below a folder, and states why where it cannot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from equipoise.errors import LibraryError


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Writes files below a folder.

    Raises:
        LibraryError: EQ003, the folder cannot be made or written to.
    """
    with writing(folder):
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Where files are written below a folder.

    Raises:
        LibraryError: EQ003, the folder cannot be made or written to.
    """
    try:
        yield
    except OSError as error:
        raise LibraryError.single(
            "EQ003",
            f"{folder} cannot be written to: {error.strerror or error}",
            where=str(folder),
            fix="choose a folder with write permission that is not a file",
        ) from error


def write_new(path: Path, text: str) -> str:
    """Writes a text to a new file; the message with its path.

    Raises:
        LibraryError: EQ003, the file already exists, or its folder cannot be written to.
    """
    if path.exists():
        raise LibraryError.single(
            "EQ003",
            f"{path} already exists",
            where=str(path),
            fix="choose another file name, or delete the file first",
        )
    write_files(path.parent, {path.name: text.encode()})
    return f"written to {path}"
