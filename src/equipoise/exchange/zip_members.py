"""Opens the members of a ZIP file, and rejects one that would exhaust the memory.

A file of a few kilobytes can claim a billion rows or expand to gigabytes. Sizes are
compared before anything is parsed, and XML is read once as bytes: a document type, which
no spreadsheet contains, could define entities that expand without end.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zipfile import BadZipFile, ZipFile, ZipInfo

from equipoise.errors import DataError
from equipoise.exchange.grid import bounded

MOST_BYTES = 600_000_000  # of a member when expanded; a sheet of 17 million cells
MOST_MEMBERS = 10_000
LARGE, RATIO = 10_000_000, 150  # real sheets expand to 5 to 30 times their size
MOST_TAGS = {"sharedStrings": 10_000_000, "worksheets/": 60_000}  # besides cells
OTHER_TAGS, DEEPEST = 500_000, 5_000
CHUNK = 1 << 20
TAGS_OF_CELL = 12
DOCTYPES = (b"<!DOCTYPE", b"<!ENTITY", b"!\0D\0O\0C\0T\0Y", b"!\0E\0N\0T\0I\0T")
ROWS = (b"<row ", b"<row>", b"<row/>", b":row ", b":table-row ", b":table-row>")
CELLS = (b"<c ", b":c ", b"<c>", b":c>", b":table-cell")


@contextmanager
def opened(path: Path) -> Iterator[ZipFile]:
    """A ZIP file whose members can be read.

    Raises:
        DataError: EQ340, it is not a ZIP file, is encrypted, or expands to more than can
            be read.
    """
    try:
        archive = ZipFile(path)
    except (BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise refused(path, f"is not a ZIP file: {error}") from error
    with archive:
        members = archive.infolist()
        if len(members) > MOST_MEMBERS:
            raise refused(path, f"contains more than {MOST_MEMBERS:,} files")
        for member in members:
            _bounded(path, member)
        yield archive


def scan(path: Path, archive: ZipFile, name: str) -> None:
    """Rejects an XML member that is too large to parse, or has a document type.

    Raises:
        DataError: EQ340.
    """
    counts = _Counts()
    most = next((n for part, n in MOST_TAGS.items() if part in name), OTHER_TAGS)
    before = b""
    with archive.open(name) as member:
        while chunk := member.read(CHUNK):
            text = before + chunk
            if any(mark in text for mark in DOCTYPES):
                raise refused(path, f"defines a document type in {name}")
            if len(chunk) == CHUNK and b"<" not in chunk:
                raise refused(path, f"has a cell of more than {CHUNK:,} bytes")
            counts.add(chunk)
            bounded(path, counts.rows, counts.cells)
            if counts.layout > most or counts.depth > DEEPEST:
                raise refused(path, f"has too many or too deep elements in {name}")
            before = chunk[-16:]


class _Counts:
    """Elements of an XML text, counted without parsing it."""

    def __init__(self) -> None:
        self.rows = self.cells = self.tags = self.depth = 0

    def add(self, chunk: bytes) -> None:
        self.rows += sum(map(chunk.count, ROWS))
        self.cells += sum(map(chunk.count, CELLS))
        opened, closed = chunk.count(b"<"), chunk.count(b"</")
        self.tags += opened
        self.depth += opened - 2 * closed - sum(map(chunk.count, (b"/>", b"<?", b"<!")))

    @property
    def layout(self) -> int:
        """Tags besides those of rows, of cells and of what a cell contains."""
        return self.tags - TAGS_OF_CELL * self.cells - 2 * self.rows


def refused(path: Path, what: str) -> DataError:
    """The error of a file that is broken or too large."""
    return DataError.single(
        "EQ340",
        f"{path.name} {what}",
        where=path.name,
        fix="open it in the program that wrote it and export the table again, as XLSX "
        "or CSV",
    )


def _bounded(path: Path, member: ZipInfo) -> None:
    if member.flag_bits & 1:
        raise refused(path, "is protected by a password")
    large = member.file_size > LARGE
    if member.file_size > MOST_BYTES or (
        large and member.file_size > RATIO * max(member.compress_size, 1)
    ):
        raise refused(
            path, f"expands to {member.file_size:,} bytes in {member.filename!r}"
        )
